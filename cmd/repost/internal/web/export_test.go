package web

import "time"

// Limiter returns the test of a new limiter: whether a client may ask at a time.
func Limiter() func(client string, now time.Time) bool { return newLimiter().allow }

// Tire lets a client ask nothing for hours.
func (s *Server) Tire(client string) {
	s.limit.allow(client, time.Now())
	s.limit.clients[client].tokens = -perSecond * 3600
}

// Routes are the methods and paths of all routes.
func (s *Server) Routes() (out []string) {
	for _, r := range s.routes() {
		path := r.path
		if path == "/{$}" {
			path = "/"
		}
		out = append(out, r.method+" "+path)
		if r.page != "" && path != "/" {
			out = append(out, r.method+" "+path+".json")
			if tabular[r.page] && r.method == "GET" {
				out = append(out, r.method+" "+path+".csv")
			}
		}
	}
	return out
}

// Words are the words of the interface by key and language.
func Words() map[string]map[string]string {
	out := map[string]map[string]string{}
	for lang, words := range theWords() {
		for key, w := range words {
			if out[key] == nil {
				out[key] = map[string]string{}
			}
			out[key][lang] = w
		}
	}
	return out
}
