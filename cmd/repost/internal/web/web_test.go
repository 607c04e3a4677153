package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"repost/cmd/repost/internal/report"
	"repost/cmd/repost/internal/web"
	"repost/dedup"
)

var pages = []string{
	"/", "/overview", "/stories", "/stories?q=x&texts=1&page=2", "/story?id=s1", "/collation?id=s1", "/document?id=a", "/history?id=a", "/diff?a=a&b=b",
	"/find", "/find?text=" + url.QueryEscape(evil), "/find?text=nothing", "/notes", "/documents", "/documents?q=x&texts=1&alone=1&sort=old&page=2",
}

// TestEscaped: no page lets a stranger's text be markup, in either language; each has a
// policy that allows no script but the server's own.
func TestEscaped(t *testing.T) {
	l := &shelf{notes: []web.Note{{Subject: "story/s1", Mark: "wrong", Text: evil}, {Subject: "document/" + evil, Mark: "keep", Text: evil}, {Subject: "change/a/b/0", Change: evil, Text: evil}}}
	s := web.New(l, web.Options{})
	for _, lang := range []string{"en", "zh"} {
		for _, page := range pages {
			w := ask(s, "GET", page, "", "Accept", "text/html", "Accept-Language", lang)
			body := w.Body.String()
			if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				t.Fatalf("%s: %d %s", page, w.Code, body)
			}
			for _, m := range foreign(t, body) {
				t.Errorf("%s has %s", page, m)
			}
			// What a form sends back is what was sent, and nobody sees it.
			if strings.ContainsAny(regexp.MustCompile(` value="[^"]*"`).ReplaceAllString(body, ""), "\u202e\u2066\x07") {
				t.Errorf("%s has controls", page)
			}
			csp := w.Header().Get("Content-Security-Policy")
			if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "script-src 'self'") || strings.Contains(csp, "unsafe") {
				t.Errorf("%s: %s", page, csp)
			}
			if strings.Contains(body, `lang="en"`) && lang == "zh" && !strings.Contains(body, `<html lang="zh-Hans">`) {
				t.Errorf("%s is not in Chinese", page)
			}
			for _, word := range regexp.MustCompile(`>(relation|mask|error|sense|sort|mark)-[a-z-]+<`).FindAllString(body, -1) {
				t.Errorf("%s: a word without a translation: %s", page, word)
			}
		}
	}
}

// foreign returns what of a page is markup that its templates do not have.
func foreign(t *testing.T, page string) (out []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		src := ""
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", (a.Key == "href" || a.Key == "action") && !regexp.MustCompile(`^(/|#)`).MatchString(a.Val):
				out = append(out, fmt.Sprintf("%s %s=%q", n.Data, a.Key, a.Val))
			case a.Key == "src":
				src = a.Val
			}
		}
		if slices.Contains([]string{"img", "iframe", "object", "embed", "base"}, n.Data) || n.Data == "script" && src != "/assets/app.js" {
			out = append(out, n.Data+" "+src)
		}
	}
	return out
}

// TestJSON: each page is JSON by its path and by what is accepted.
func TestJSON(t *testing.T) {
	s := web.New(&shelf{}, web.Options{})
	for _, page := range pages {
		path, query, _ := strings.Cut(page, "?")
		for _, r := range [][2]string{{page, "application/json"}, {path + ".json?" + query, "*/*"}} {
			if path == "/" && r[1] == "*/*" {
				continue
			}
			w := ask(s, "GET", r[0], "", "Accept", r[1])
			var v map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &v); w.Code != http.StatusOK || err != nil {
				t.Errorf("%s: %d, %v", r[0], w.Code, err)
			}
		}
	}
	for target, want := range map[string]int{
		"/story.json?id=none": 404, "/story.json": 400, "/stories.json?page=0": 400, "/stories.json?since=nonsense": 400,
		"/stories.json?relation=odd": 400, "/document.json?id=gone": 404, "/diff.json?a=x": 400, "/nothing": 404, "/document.json?id=" + strings.Repeat("x", 1<<17): 400,
	} {
		if w := ask(s, "GET", target, ""); w.Code != want {
			t.Errorf("%.60s: %d, want %d", target, w.Code, want)
		}
	}
}

// TestDescription: openapi.json and the routes name the same addresses.
func TestDescription(t *testing.T) {
	s := web.New(&shelf{}, web.Options{})
	var d struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(ask(s, "GET", "/openapi.json", "").Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	var described []string
	for path, methods := range d.Paths {
		for m := range methods {
			described = append(described, strings.ToUpper(m)+" "+path)
		}
	}
	routes := s.Routes()
	slices.Sort(described)
	slices.Sort(routes)
	if !slices.Equal(described, routes) {
		t.Errorf("described %q\nserved    %q", described, routes)
	}
}

// TestRefused: other sites, other names of this machine, missing and stolen tokens, a
// reader's server, bodies without end.
func TestRefused(t *testing.T) {
	open, private, reading := web.New(&shelf{}, web.Options{}), web.New(&shelf{}, web.Options{Token: "secret"}), web.New(&shelf{}, web.Options{ReadOnly: true})
	form := "application/x-www-form-urlencoded"
	for name, c := range map[string]struct {
		s                    http.Handler
		method, target, body string
		header               []string
		want                 int
	}{
		"cross-site note":        {open, "POST", "/notes", "subject=story/s1&mark=wrong", []string{"Content-Type", form, "Sec-Fetch-Site", "cross-site"}, 403},
		"cross-site documents":   {open, "POST", "/documents", `{"id":"x","text":"y"}`, []string{"Origin", "http://evil.example"}, 403},
		"cross-site removal":     {open, "DELETE", "/documents?id=b", "", []string{"Sec-Fetch-Site", "same-site"}, 403},
		"another name":           {open, "GET", "/", "", []string{"Host", "evil.example"}, 421},
		"a name like ours":       {open, "GET", "/", "", []string{"Host", "localhost.evil.example:8470"}, 421},
		"an address like ours":   {open, "GET", "/", "", []string{"Host", "127.0.0.1.evil.example"}, 421},
		"another address":        {open, "GET", "/stories.json", "", []string{"Host", "192.168.0.7:8470"}, 421},
		"no name":                {open, "GET", "/", "", []string{"Host", ""}, 421},
		"a name that writes":     {open, "DELETE", "/documents?id=b", "", []string{"Host", "evil.example", "Origin", "http://evil.example"}, 421},
		"our name":               {open, "GET", "/", "", []string{"Host", "localhost:8470"}, 200},
		"our address":            {open, "GET", "/", "", []string{"Host", "[::1]:8470"}, 200},
		"a form of another site": {open, "POST", "/find", "text=x", []string{"Content-Type", form, "Origin", "null"}, 403},
		"another site's login":   {private, "GET", "/login", "", nil, 401},
		"a token as a parameter": {private, "POST", "/find?token=secret", "text=x", []string{"Content-Type", form}, 401},
		"a token in a table":     {private, "GET", "/stories.csv?token=secret", "", nil, 401},
		"an encoded path":        {private, "GET", "/%73tories", "", nil, 401},
		"a path with dots":       {private, "GET", "/assets/../stories", "", nil, 401},
		"an encoded one":         {private, "GET", "/assets/..%2fstories", "", nil, 401},
		"two slashes":            {private, "GET", "//stories", "", nil, 401},
		"no token":               {private, "GET", "/stories", "", nil, 401},
		"a wrong token":          {private, "GET", "/stories", "", []string{"Authorization", "Bearer secre"}, 401},
		"a token in an address":  {private, "GET", "/stories?token=secret", "", nil, 401},
		"the token":              {private, "GET", "/stories", "", []string{"Authorization", "Bearer secret"}, 200},
		"the token as cookie":    {private, "GET", "/stories", "", []string{"Cookie", "repost-token=secret"}, 401},
		"a wrong login":          {private, "GET", "/login?token=no", "", nil, 401},
		"a reader's note":        {reading, "POST", "/notes", "subject=story/s1&mark=wrong", []string{"Content-Type", form}, 403},
		"a reader's document":    {reading, "POST", "/documents", `{"id":"x","text":"y"}`, nil, 403},
		"a reader's removal":     {reading, "DELETE", "/documents?id=b", "", nil, 403},
		"an unknown removal":     {open, "DELETE", "/documents?id=z", "", nil, 404},
		"a removal":              {open, "DELETE", "/documents?id=b", "", nil, 204},
		"a large text":           {open, "POST", "/find", strings.Repeat("x", 9<<20), []string{"Content-Type", "text/plain"}, 413},
		"a large form":           {open, "POST", "/find", "text=" + strings.Repeat("x", 9<<20), []string{"Content-Type", form}, 413},
		"no UTF-8":               {open, "POST", "/find", "\xff\xfe", []string{"Content-Type", "text/plain"}, 400},
		"a path of the machine":  {open, "GET", "/assets/..%2f..%2fweb.go", "", nil, 404},
		"another such path":      {open, "GET", "/assets/%2e%2e/templates/layout.html", "", nil, 404},
		"a mark that is none":    {open, "POST", "/notes", "subject=story/s1&mark=odd", []string{"Content-Type", form}, 400},
		"a subject that is none": {open, "POST", "/notes", "subject=x&mark=wrong", []string{"Content-Type", form}, 400},
	} {
		r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
		r.Host, r.RemoteAddr = "127.0.0.1:8470", "127.0.0.1:40000"
		for i := 0; i+1 < len(c.header); i += 2 {
			if r.Header.Set(c.header[i], c.header[i+1]); c.header[i] == "Host" {
				r.Host = c.header[i+1]
			}
		}
		w := httptest.NewRecorder()
		c.s.ServeHTTP(w, r)
		if w.Code != c.want && !(c.want == 404 && w.Code >= 300 && w.Code < 400) {
			t.Errorf("%s: %d, want %d: %.200s", name, w.Code, c.want, w.Body)
		}
		if strings.Contains(w.Body.String(), "package web") {
			t.Errorf("%s: a file of the program", name)
		}
	}
	w := ask(private, "GET", "/login?token=secret", "")
	if c := w.Header().Get("Set-Cookie"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" || !strings.Contains(c, "HttpOnly") || strings.Contains(c, "secret") {
		t.Errorf("login: %d, %q", w.Code, c)
	}
	got := ask(private, "GET", "/stories", "", "Cookie", strings.SplitN(w.Header().Get("Set-Cookie"), ";", 2)[0])
	if got.Code != http.StatusOK {
		t.Errorf("after a login: %d", got.Code)
	}
}

// TestIDs: an id may hold whatever an address gives a meaning to: it comes to the library as it
// is, from a link of a page too.
func TestIDs(t *testing.T) {
	for _, id := range []string{"a/b", "../../etc/passwd", "%2F", "a%2Fb", "a+b &c=d?e#f", "图/片", "\u202eabc", "a\nb", `"><script>`, ".", "//", strings.Repeat("x", 5000)} {
		l := &asked{}
		s := web.New(l, web.Options{})
		for _, page := range []string{"/document", "/document.json", "/history", "/story", "/story.csv", "/collation"} {
			ask(s, "GET", page+"?id="+url.QueryEscape(id), "")
			if l.id != id {
				t.Errorf("%s: %q came as %q", page, id, l.id)
			}
		}
		ask(s, "DELETE", "/documents?id="+url.QueryEscape(id), "")
		if l.id != id {
			t.Errorf("a removal: %q came as %q", id, l.id)
		}
		w := ask(s, "GET", "/document?id="+url.QueryEscape(id), "", "Accept", "text/html")
		if m := regexp.MustCompile(`href="(/document\?id=[^"]*)"`).FindStringSubmatch(w.Body.String()); m != nil {
			l.id = ""
			if ask(s, "GET", strings.Split(html.UnescapeString(m[1]), "&lang")[0], ""); l.id != id {
				t.Errorf("the link of a page: %q came as %q", id, l.id)
			}
		}
	}
}

// asked is a library that keeps the id that it was asked for.
type asked struct {
	shelf
	id string
}

func (l *asked) Document(ctx context.Context, id string) (*report.Document, error) {
	l.id = id
	return l.shelf.Document(ctx, id)
}

func (l *asked) History(ctx context.Context, id string, page int) (*web.History, error) {
	l.id = id
	return l.shelf.History(ctx, id, page)
}

func (l *asked) Story(_ context.Context, id string, page int, base string) (*web.Story, error) {
	l.id = id
	return l.shelf.Story(context.Background(), "s1", page, base)
}

func (l *asked) Collation(ctx context.Context, id string, ids []string) (*report.Collation, error) {
	l.id = id
	return l.shelf.Collation(ctx, id, ids)
}

func (l *asked) Remove(_ context.Context, id string) error {
	l.id = id
	return nil
}

// TestRate: a client of another machine that asks too often is asked to wait, others and
// programs of this machine are not.
func TestRate(t *testing.T) {
	now := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	asks := func(client string, times int) (allowed int) {
		limit := web.Limiter()
		for range times {
			if limit(client, now) {
				allowed++
			}
		}
		for range times { // a second later
			if limit(client, now.Add(time.Second)) {
				allowed++
			}
		}
		return allowed
	}
	if far, near := asks("192.0.2.7", 5000), asks("127.0.0.1", 5000); far >= 2000 || far < 500 || near != 10000 {
		t.Errorf("of 10,000 requests in a second %d of another machine's are answered and %d of this one's", far, near)
	}
	s := web.New(&shelf{}, web.Options{Token: "secret"})
	for range 2 {
		r := httptest.NewRequest("GET", "/notes", nil)
		r.RemoteAddr = "192.0.2.8:1000"
		r.Header.Set("Authorization", "Bearer secret")
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != http.StatusOK {
			t.Errorf("a first request: %d", w.Code)
		}
	}
}

// TestRelations: on the page of a document that is not the base of its story no relation
// stands, since those of the other members are to the base.
func TestRelations(t *testing.T) {
	for base, want := range map[bool]bool{true: true, false: false} {
		l := &related{base: base}
		page := ask(web.New(l, web.Options{}), "GET", "/document?id=c", "", "Accept", "text/html").Body.String()
		if got := strings.Contains(page, "the same text"); got != want {
			t.Errorf("base %v: a relation is shown: %v, want %v", base, got, want)
		}
	}
}

// related is a library of a document in a story with two others.
type related struct {
	shelf
	base bool // the document is the base
}

func (l *related) Document(context.Context, string) (*report.Document, error) {
	part := report.Part{Story: "s1", Size: 3, With: []report.Mate{{ID: "a", Relation: dedup.SameText, Canonical: !l.base}, {ID: "b", Relation: dedup.SameText}}}
	part.Canonical = l.base
	return &report.Document{ID: "c", Text: "text", Stories: []report.Part{part}}, nil
}

// TestFeed: documents are answered one by one, notes are kept, changes come as events and
// end with the server.
func TestFeed(t *testing.T) {
	l := &shelf{}
	s := web.New(l, web.Options{})
	w := ask(s, "POST", "/documents", "{\"id\":\"a\",\"text\":\"x\"}\nnone\n{\"id\":\"b\",\"text\":\"y\"}\n")
	if want := "{\"id\":\"a\",\"status\":\"added\"}\n{\"id\":\"\",\"status\":\"refused\",\"error\":\"no JSON\"}\n{\"id\":\"b\",\"status\":\"added\"}\n"; w.Body.String() != want {
		t.Errorf("%q", w.Body)
	}
	w = ask(s, "POST", "/notes", `{"subject":"story/s1","mark":"checked","text":"fine"}`, "Content-Type", "application/json")
	if w.Code != http.StatusOK || len(l.notes) != 1 || l.notes[0].Mark != "checked" || l.notes[0].Time.IsZero() {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = ask(s, "POST", "/notes", "subject=document/a%2Fb&mark=keep&text=x", "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/document?id=a%2Fb" {
		t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
	}
	if w = ask(s, "GET", "/changes?once=1&since=1", ""); strings.Count(w.Body.String(), "\n") != 5 {
		t.Errorf("%q", w.Body)
	}
	server := httptest.NewServer(s)
	defer server.Close()
	r, err := http.Get(server.URL + "/changes?since=2")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	done := make(chan string)
	go func() {
		b, _ := io.ReadAll(r.Body)
		done <- string(b)
	}()
	time.Sleep(50 * time.Millisecond)
	s.Close()
	select {
	case got := <-done:
		if !strings.HasPrefix(got, "id: 3.1\nevent: change\ndata: {") {
			t.Errorf("%q", got)
		}
	case <-time.After(10 * time.Second):
		t.Error("the stream of changes does not end with the server")
	}
}

// TestChangesResume: a client that lost the server after any event, and comes back to one
// that was started anew, gets the events that follow it, each once.
func TestChangesResume(t *testing.T) {
	stream := func(header ...string) []string {
		s := web.New(&shelf{}, web.Options{})
		s.Close() // it sends what there is, and ends
		body := ask(s, "GET", "/changes", "", header...).Body.String()
		return strings.SplitAfter(strings.TrimSuffix(body, "\n\n")+"\n\n", "\n\n")
	}
	all := stream()
	if len(all) != 7 { // six, and what follows the last
		t.Fatalf("%q", all)
	}
	for i := range 6 {
		id := regexp.MustCompile(`id: (\S+)`).FindStringSubmatch(all[i])[1]
		got, want := strings.Join(stream("Last-Event-ID", id), ""), strings.Join(all[i+1:], "")
		if strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("after %s:\n%s\nwant\n%s", id, got, want)
		}
	}
	for _, odd := range []string{"x", "1.", "1.x", "-1", "99999999999"} {
		if w := ask(web.New(&shelf{}, web.Options{}), "GET", "/changes?once=1", "", "Last-Event-ID", odd); w.Code != http.StatusBadRequest {
			t.Errorf("Last-Event-ID %q: %d", odd, w.Code)
		}
	}
}

// TestWrite: a folder of pages holds what its links lead to, and asks for nothing else.
func TestWrite(t *testing.T) {
	files := map[string]string{}
	put := func(name string, page []byte) error { files[name] = string(page); return nil }
	written, left, err := web.Write(t.Context(), &shelf{}, "zh", 100, put, nil)
	if err != nil || left > 0 || written != len(files) || files["index.html"] == "" {
		t.Fatalf("%d written, %d left, %v", written, left, err)
	}
	for name, page := range files {
		for _, m := range regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if to := m[1]; !strings.HasPrefix(to, "#") && files[to] == "" {
				t.Errorf("%s leads to %s", name, to)
			}
		}
		if strings.Contains(page, "<script") || !strings.Contains(page, `<html lang="zh-Hans">`) {
			t.Errorf("%s has a script, or is not in Chinese", name)
		}
	}
	if _, left, err := web.Write(t.Context(), &shelf{}, "en", 2, put, nil); err != nil || left == 0 {
		t.Errorf("two pages: %d left, %v", left, err)
	}
}

// TestWords: both languages have all words.
func TestWords(t *testing.T) {
	for key, in := range web.Words() {
		for lang, w := range in {
			if strings.TrimSpace(w) == "" {
				t.Errorf("%s has no word in %s", key, lang)
			}
		}
		if len(in) != 2 {
			t.Errorf("%s has %s", key, fmt.Sprint(in))
		}
	}
}

// TestPackedBody: a body in a form that is not read is refused as that, and not as lines that are
// no documents.
func TestPackedBody(t *testing.T) {
	s := web.New(&shelf{}, web.Options{})
	for _, path := range []string{"/documents", "/find", "/notes"} {
		if w := ask(s, "POST", path, "\x1f\x8b", "Content-Encoding", "gzip"); w.Code != http.StatusUnsupportedMediaType || !strings.Contains(w.Body.String(), "gzip") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
