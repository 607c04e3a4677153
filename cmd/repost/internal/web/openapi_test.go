package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"repost/cmd/repost/internal/openapi"
	"repost/cmd/repost/internal/report"
	"repost/cmd/repost/internal/web"
)

// failing is a library that fails with an error whatever it is asked.
type failing struct{ err error }

func (l *failing) Overview(context.Context) (*web.Overview, error)                { return nil, l.err }
func (l *failing) Stories(context.Context, web.Query) (*web.Stories, error)       { return nil, l.err }
func (l *failing) Story(context.Context, string, int, string) (*web.Story, error) { return nil, l.err }
func (l *failing) Documents(context.Context, web.DocumentQuery) (*web.Documents, error) {
	return nil, l.err
}
func (l *failing) Document(context.Context, string) (*report.Document, error)     { return nil, l.err }
func (l *failing) History(context.Context, string, int) (*web.History, error)     { return nil, l.err }
func (l *failing) Notes(context.Context, string) ([]web.Note, error)              { return nil, l.err }
func (l *failing) SetNote(context.Context, web.Note) error                        { return l.err }
func (l *failing) Remove(context.Context, string) error                           { return l.err }
func (l *failing) Changes(context.Context, uint32, func(uint32, any) error) error { return l.err }
func (l *failing) Difference(context.Context, string, string) (*web.Pair, error) {
	return nil, l.err
}
func (l *failing) Collation(context.Context, string, []string) (*report.Collation, error) {
	return nil, l.err
}
func (l *failing) Find(context.Context, string, string, int) (*web.Found, error)      { return nil, l.err }
func (l *failing) Add(context.Context, io.Reader, bool, func(*web.Added) error) error { return l.err }

// request is what is sent to an operation.
type request struct {
	query        url.Values
	kind, body   string
	host, client string
	header       map[string]string
}

// wanted are the parameters without which an operation answers nothing.
var wanted = map[string]string{
	"/story": "id=s1", "/collation": "id=s1", "/document": "id=a", "/history": "id=a", "/diff": "a=a&b=b", "/documents": "id=b", "/find": "text=x", "/changes": "once=1",
}

// valid is a request that an operation answers.
func valid(op openapi.Operation) request {
	path := strings.TrimSuffix(strings.TrimSuffix(op.Path, ".json"), ".csv")
	r := request{query: url.Values{}, host: "127.0.0.1", client: "127.0.0.1:4000", header: map[string]string{}}
	if op.Method != "POST" {
		r.query, _ = url.ParseQuery(wanted[path])
		return r
	}
	switch path {
	case "/find":
		r.kind, r.body = "text/plain", "words"
	case "/notes":
		r.kind, r.body = "application/json", `{"subject":"story/s1","mark":"wrong","text":"why"}`
	case "/documents":
		r.kind, r.body = "application/x-ndjson", `{"id":"x","text":"y"}`+"\n"
	}
	return r
}

func (r request) send(h http.Handler, op openapi.Operation, accept string) *httptest.ResponseRecorder {
	q := httptest.NewRequest(op.Method, op.Path+"?"+r.query.Encode(), strings.NewReader(r.body))
	q.Host, q.RemoteAddr = r.host, r.client
	q.Header.Set("Accept", accept)
	if r.kind != "" {
		q.Header.Set("Content-Type", r.kind)
	}
	for name, v := range r.header {
		q.Header.Set(name, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, q)
	return w
}

// violations are values that a parameter must not have; "" alone is a parameter that is
// missing.
func violations(p openapi.Parameter) (out []string) {
	if p.Required {
		out = append(out, "")
	}
	s := p.Schema
	if s.Minimum != nil {
		out = append(out, strconv.FormatInt(*s.Minimum-1, 10))
	}
	if s.Maximum != nil {
		out = append(out, strconv.FormatInt(*s.Maximum+1, 10), "99999999999999999999")
	}
	if s.Type == "integer" {
		out = append(out, "x", "1.5", "0x1")
	}
	if s.Enum != nil {
		out = append(out, "nonsense")
	}
	if s.MaxLength != nil {
		out = append(out, strings.Repeat("x", *s.MaxLength+1))
	}
	if s.Pattern != "" {
		out = append(out, "\x01", "x", "1.", "-1")
	}
	return out
}

// TestOperations walks the description of the API: each status of each operation can be
// reached, and what comes then, as a page and as JSON, has the type and the form that the
// description says. Parameters that violate it are refused.
func TestOperations(t *testing.T) {
	open := web.New(&shelf{}, web.Options{})
	d := openapi.Read(t, ask(open, "GET", "/openapi.json", "").Body.Bytes())
	private, reading := web.New(&shelf{}, web.Options{Token: "secret"}), web.New(&shelf{}, web.Options{ReadOnly: true})
	with := func(err error) http.Handler { return web.New(&failing{err: err}, web.Options{}) }
	broken, busy, full := with(errors.New("a page of the file is damaged")), with(web.ErrBusy), with(web.ErrFull)
	missing := with(web.ErrNotFound)
	tired := web.New(&shelf{}, web.Options{Token: "secret"})
	tired.Tire("192.0.2.1")
	if len(d.Operations) < 20 {
		t.Fatalf("%d operations", len(d.Operations))
	}
	for _, op := range d.Operations {
		check := func(what string, h http.Handler, r request, want int) {
			t.Helper()
			for _, accept := range []string{"text/html", "application/json"} {
				w := r.send(h, op, accept)
				if w.Code != want {
					t.Errorf("%s %s: %s: %d, want %d: %.200s", op.Method, op.Path, what, w.Code, want, w.Body)
				}
				if err := d.Check(op, w.Code, w.Header().Get("Content-Type"), w.Body.Bytes()); err != nil {
					t.Errorf("%s: %v", what, err)
				}
			}
		}
		for _, p := range op.Parameters {
			for _, v := range violations(p) {
				r := valid(op)
				if p.In == "header" {
					r.header[p.Name] = v
				} else {
					r.query.Set(p.Name, v)
				}
				check(fmt.Sprintf("%s=%.20q", p.Name, v), open, r, http.StatusBadRequest)
			}
		}
		for _, status := range op.Statuses {
			r, h := valid(op), http.Handler(open)
			want, err := strconv.Atoi(status)
			if err != nil {
				t.Fatal(err)
			}
			switch want {
			case http.StatusOK, http.StatusNoContent:
			case http.StatusSeeOther:
				r.kind, r.body = "application/x-www-form-urlencoded", "subject=story/s1&mark=wrong&text=why"
				if op.Path == "/find" {
					r.body = "text=x"
				}
				if w := r.send(h, op, "text/html"); w.Code != want {
					t.Errorf("%s %s: %d, want %d", op.Method, op.Path, w.Code, want)
				}
				continue
			case http.StatusBadRequest:
				if r.body != "" {
					if r.body = "\xff"; op.Path == "/documents" {
						r.body = ""
					}
				} else {
					continue // a parameter above
				}
			case http.StatusUnauthorized:
				h = private
			case http.StatusForbidden:
				if h = reading; strings.HasPrefix(op.Path, "/find") {
					h, r.header["Sec-Fetch-Site"] = open, "cross-site"
				}
			case http.StatusNotFound:
				h = missing
				if strings.HasPrefix(op.Path, "/notes") {
					h = open
					r.query.Set("page", "9")
				}
			case http.StatusRequestEntityTooLarge:
				if op.Method == "GET" {
					t.Errorf("GET %s: no body is too large", op.Path)
				}
				if r.body = strings.Repeat("x", 9<<20); strings.HasPrefix(op.Path, "/notes") {
					r.body = `{"subject":"story/` + r.body + `"}`
				}
			case http.StatusUnsupportedMediaType:
				r.kind = "image/png"
			case http.StatusMisdirectedRequest:
				r.host = "evil.example"
			case http.StatusTooManyRequests:
				h, r.client = tired, "192.0.2.1:4000"
			case http.StatusRequestHeaderFieldsTooLarge:
				continue // the HTTP server answers: TestSlowClients
			case http.StatusInternalServerError:
				h = broken
			case http.StatusServiceUnavailable:
				h = busy
			case http.StatusInsufficientStorage:
				h = full
			default:
				t.Errorf("%s %s: no request is known to be answered %s", op.Method, op.Path, status)
				continue
			}
			check("as "+status, h, r, want)
		}
	}
}
