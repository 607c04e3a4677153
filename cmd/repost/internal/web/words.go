package web

import (
	_ "embed"
	"net/http"
	"strings"
	"sync"
)

// wordsSource holds the words of the interface: a key, English, Chinese.
//
//go:embed words.txt
var wordsSource string

var languages = map[string]bool{"en": true, "zh": true}

var theWords = sync.OnceValue(func() map[string]map[string]string {
	out := map[string]map[string]string{"en": {}, "zh": {}}
	for line := range strings.Lines(wordsSource) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(f) == 3 && !strings.HasPrefix(line, "#") {
			out["en"][f[0]], out["zh"][f[0]] = f[1], f[2]
		}
	}
	return out
})

// word returns a word of the interface, or its key if there is none.
func word(lang, key string) string {
	if w, ok := theWords()[lang][key]; ok {
		return w
	}
	return key
}

// language returns the language of a request: by its parameter, by the cookie that the
// switch sets, by what the browser asks for.
func (s *Server) language(r *http.Request) string {
	if v := r.URL.Query().Get("lang"); languages[v] {
		return v
	}
	if c, err := r.Cookie("lang"); err == nil && languages[c.Value] {
		return c.Value
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
		if languages[tag] {
			return tag
		}
	}
	return "en"
}
