package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"net/netip"
	"path"
	"strings"
	"sync"
	"time"
)

// What a server that shows strangers' texts must see to: a page runs no script but the
// server's own, no other site can make a browser send something here, nobody without the
// token sees anything, no request holds the server for long, and one client cannot keep
// the others out.

// maxBody bounds the bytes of a request that is no stream of documents.
const maxBody = 8 << 20

// policy is the content security policy of all pages.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// safe wraps the routes.
func (s *Server) safe(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, http.StatusForbidden, "cross-site", "")
	}))
	next = cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer") // addresses hold ids, and once a token
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		switch {
		case !s.hostAllowed(r.Host):
			s.fail(w, r, http.StatusMisdirectedRequest, "host", r.Host)
		case !s.limit.allow(clientOf(r), time.Now()):
			h.Set("Retry-After", "1")
			s.fail(w, r, http.StatusTooManyRequests, "rate", "")
		case !s.authorised(r):
			h.Set("WWW-Authenticate", `Bearer realm="repost"`)
			s.fail(w, r, http.StatusUnauthorized, "token", "")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// hostAllowed refuses names that a stranger's DNS may point at this machine: without a
// token a server is asked by its address, or as localhost, alone.
func (s *Server) hostAllowed(host string) bool {
	if s.opt.Token != "" || s.opt.Static {
		return true
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	at, err := netip.ParseAddr(host)
	return err == nil && at.IsLoopback()
}

// cookie is the name of that which holds the token, hashed, after a login.
const cookie = "repost-token"

// authorised reports whether a request brings the token: as a bearer, or in the cookie
// that a login sets. An address never holds it but that of the login, which a browser
// leaves at once.
func (s *Server) authorised(r *http.Request) bool {
	if s.opt.Token == "" || r.URL.Path == "/login" || strings.HasPrefix(r.URL.Path, "/assets/") && path.Clean(r.URL.Path) == r.URL.Path {
		return true
	}
	if given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return same(given, s.opt.Token)
	}
	c, err := r.Cookie(cookie)
	return err == nil && same(c.Value, hashed(s.opt.Token))
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func hashed(token string) string {
	sum := sha256.Sum256([]byte("repost " + token))
	return hex.EncodeToString(sum[:])
}

// login takes the token of a link that the server printed, keeps it in a cookie, and
// sends the browser on to an address without it.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	if s.opt.Token != "" && !same(r.FormValue("token"), s.opt.Token) {
		s.fail(w, r, http.StatusUnauthorized, "token", "")
		return
	}
	if s.opt.Token != "" {
		http.SetCookie(w, &http.Cookie{
			Name: cookie, Value: hashed(s.opt.Token), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
		})
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// A limiter gives each client some requests a second. It forgets a client that asks
// nothing for a minute.
type limiter struct {
	mu      sync.Mutex
	clients map[string]*bucket
	swept   time.Time
}

type bucket struct {
	tokens float64
	last   time.Time
}

const (
	perSecond = 200.
	burst     = 600.
)

func newLimiter() *limiter { return &limiter{clients: map[string]*bucket{}} }

// allow takes a request of a client into account. Programs of this machine are its own
// business.
func (l *limiter) allow(client string, now time.Time) bool {
	if at, err := netip.ParseAddr(client); err == nil && at.IsLoopback() {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.swept) > time.Minute {
		for name, b := range l.clients {
			if now.Sub(b.last) > time.Minute {
				delete(l.clients, name)
			}
		}
		l.swept = now
	}
	b := l.clients[client]
	if b == nil {
		b = &bucket{tokens: burst, last: now}
		l.clients[client] = b
	}
	b.tokens = min(burst, b.tokens+perSecond*now.Sub(b.last).Seconds())
	b.last = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// clientOf names who asks: an address, or the network of an IPv6 one.
func clientOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	at, err := netip.ParseAddr(host)
	if err != nil || at.Is4() || at.IsLoopback() {
		return host
	}
	network, err := at.WithZone("").Prefix(64)
	if err != nil {
		return host
	}
	return network.String()
}
