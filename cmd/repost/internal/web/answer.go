package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"repost/cmd/repost/internal/report"
)

// A problem is an error that a client can do something about.
type problem struct {
	status int
	code   string // names its sentence in words.txt
	detail string
}

// Wrong is the error of a Library for a parameter that it cannot understand.
func Wrong(parameter string) error { return &problem{http.StatusBadRequest, "parameter", parameter} }

func (p *problem) Error() string { return p.code + ": " + p.detail }

// route returns the handler of a route: it asks for what is wanted and writes it as a page
// or as JSON.
func (s *Server) route(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rt.writes && s.opt.ReadOnly {
			s.fail(w, r, http.StatusForbidden, "read-only", "")
			return
		}
		if rt.stream != nil {
			rt.stream(s, w, r)
			return
		}
		r, leave, err := s.bounded(w, r)
		if err != nil {
			s.failBy(w, r, err)
			return
		}
		if wantsJSON(r) || wantsCSV(r) || rt.page == "" {
			r = r.WithContext(context.WithValue(r.Context(), programKey{}, true))
		}
		out, err := rt.answer(s, r)
		leave()
		if errors.Is(err, ErrLater) {
			s.later(w, r)
			return
		}
		if err != nil {
			s.failBy(w, r, err)
			return
		}
		if address, ok := out.(elsewhere); ok {
			http.Redirect(w, r, string(address), http.StatusSeeOther)
			return
		}
		if wantsCSV(r) {
			s.csv(w, r, rt.page, out)
			return
		}
		if wantsJSON(r) || rt.page == "" {
			s.json(w, http.StatusOK, out)
			return
		}
		if v := r.URL.Query().Get("lang"); languages[v] {
			http.SetCookie(w, &http.Cookie{Name: "lang", Value: v, Path: "/", MaxAge: 365 * 86400, SameSite: http.SameSiteLaxMode})
		}
		s.page(w, r, http.StatusOK, rt.page, out)
	})
}

// elsewhere is the answer of a form, or an old address, whose page has an address of its own.
type elsewhere string

// matched answers what matches no route as other errors are answered.
func (s *Server) matched(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern != "" {
			if packed := r.Header.Get("Content-Encoding"); r.Method == http.MethodPost && packed != "" && packed != "identity" {
				s.fail(w, r, http.StatusUnsupportedMediaType, "media", packed) // no body is unpacked
				return
			}
			mux.ServeHTTP(w, r)
			return
		}
		only := &statusOnly{ResponseWriter: w}
		if mux.ServeHTTP(only, r); only.status == http.StatusMethodNotAllowed {
			s.fail(w, r, only.status, "method", "")
			return
		}
		s.fail(w, r, http.StatusNotFound, "address", "")
	})
}

// statusOnly keeps the status and the header of an answer, and drops its body.
type statusOnly struct {
	http.ResponseWriter
	status int
}

func (w *statusOnly) WriteHeader(status int)      { w.status = status }
func (w *statusOnly) Write(b []byte) (int, error) { return len(b), nil }

// failBy answers an error.
func (s *Server) failBy(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		s.fail(w, r, p.status, p.code, p.detail)
	case errors.As(err, &tooLarge):
		s.fail(w, r, http.StatusRequestEntityTooLarge, "too-large", fmt.Sprint(tooLarge.Limit))
	case errors.Is(err, ErrNotFound):
		s.fail(w, r, http.StatusNotFound, "not-found", "")
	case errors.Is(err, ErrReadOnly):
		s.fail(w, r, http.StatusForbidden, "read-only", "")
	case errors.Is(err, ErrBusy):
		w.Header().Set("Retry-After", "5")
		s.fail(w, r, http.StatusServiceUnavailable, "busy", "")
	case errors.Is(err, ErrFull):
		s.fail(w, r, http.StatusInsufficientStorage, "full", "")
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		s.fail(w, r, http.StatusServiceUnavailable, "time", "")
	default:
		s.fail(w, r, http.StatusInternalServerError, "failed", err.Error())
	}
}

// fail answers with an error, as a page or as an object of JSON.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, status int, code, detail string) {
	lang := s.language(r)
	said := word(lang, "error-"+code)
	if detail != "" {
		said += ": " + detail
	}
	if wantsJSON(r) || r.Method != http.MethodGet && r.Header.Get("Accept") == "" {
		s.json(w, status, struct {
			Error string `json:"error"`
			Code  string `json:"code"`
		}{said, code})
		return
	}
	s.page(w, r, status, "error", said)
}

// later answers that a page is being made: it asks for itself again.
func (s *Server) later(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "1")
	s.page(w, r, http.StatusOK, "later", nil)
}

// wantsJSON reports whether a request is a program's: by its path, or by what it accepts
// before HTML.
func wantsJSON(r *http.Request) bool {
	if strings.HasSuffix(r.URL.Path, ".json") {
		return true
	}
	if wantsCSV(r) { // its errors are pages
		return false
	}
	accept := r.Header.Get("Accept")
	j := strings.Index(accept, "application/json")
	h := strings.Index(accept, "text/html")
	return j >= 0 && (h < 0 || j < h)
}

func (s *Server) json(w http.ResponseWriter, status int, v any) {
	b, err := report.JSON(v)
	if err != nil {
		status, b = http.StatusInternalServerError, []byte(`{"error":"no JSON","code":"failed"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	w.Write(b)
}

// parameters reads parameters, each once, and says which is wrong.
type parameters struct {
	values url.Values
	query  url.Values // those of the address
	err    error
}

func parametersOf(r *http.Request) *parameters {
	if err := r.ParseForm(); err != nil {
		return &parameters{values: url.Values{}, err: err}
	}
	return &parameters{values: r.Form, query: r.URL.Query()}
}

// maxParameter bounds the characters of an id or of words to be looked for. Twelve bytes of an
// address are the most that a character takes, so that one of them fits into a request's header.
const maxParameter = 16 << 10

// wrong says that a parameter is wrong, unless one before was.
func (p *parameters) wrong(name string) {
	if p.err == nil {
		p.err = Wrong(name)
	}
}

func (p *parameters) text(name string) string {
	v := p.values.Get(name)
	if utf8.RuneCountInString(v) > maxParameter || len(p.query[name]) > 1 {
		p.wrong(name)
	}
	return v
}

// wanted is text that must be there.
func (p *parameters) wanted(name string) string {
	v := p.text(name)
	if v == "" {
		p.wrong(name)
	}
	return v
}

// number is a whole number from least to most, or otherwise where none is given.
func (p *parameters) number(name string, least, most, otherwise int) int {
	return choose(p, name, otherwise, func(v string) (int, bool) {
		n, err := strconv.Atoi(v)
		return n, err == nil && least <= n && n <= most
	})
}

// one is one of some words, or the first of them where none is given.
func (p *parameters) one(name string, of ...string) string {
	return choose(p, name, of[0], func(v string) (string, bool) { return v, slices.Contains(of, v) })
}

// choose reads a parameter, and holds that it is right also where an address and a form both
// have it.
func choose[T any](p *parameters, name string, otherwise T, read func(string) (T, bool)) T {
	first := p.text(name)
	out := otherwise
	for _, v := range p.values[name] {
		if v == "" {
			continue
		}
		x, ok := read(v)
		if !ok {
			p.wrong(name)
		} else if v == first {
			out = x
		}
	}
	return out
}

// page writes a page. It is made whole before its first byte is sent.
func (s *Server) page(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var b bytes.Buffer
	if err := s.render(&b, w.Header(), r, name, data); err != nil {
		http.Error(w, "the page cannot be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "Accept, Accept-Language, Cookie")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	w.Write(b.Bytes())
}

// mediaType is that of a request's body.
func mediaType(r *http.Request) string {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// jsonText is a string of JSON; null is none.
type jsonText string

func (t *jsonText) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == nil {
		return errors.New("null is no text")
	}
	*t = jsonText(*s)
	return nil
}

// decode reads a body that is an object of JSON, and nothing else.
func decode(r *http.Request, v any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return cmp.Or(err, errors.New("more than one value"))
	}
	return nil
}
