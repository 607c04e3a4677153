package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"repost/cmd/repost/internal/web"
	"repost/dedup"
	"repost/store"
)

// reader is somebody at a page, who sees texts and follows links by what they say.
type reader struct {
	t      *testing.T
	server string
	at     *url.URL
	page   *html.Node
}

func (r *reader) open(address string) {
	r.t.Helper()
	q, err := http.NewRequest("GET", address, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Accept", "text/html")
	r.take(http.DefaultClient.Do(q))
}

func (r *reader) take(w *http.Response, err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	defer w.Body.Close()
	r.at = w.Request.URL
	if r.page, err = html.Parse(w.Body); err != nil || w.StatusCode != http.StatusOK {
		r.t.Fatalf("%s: %s, %v", r.at, w.Status, err)
	}
	for _, a := range r.all(atom.Meta) { // a page that is being made
		if attribute(a, "http-equiv") == "refresh" {
			r.open(r.at.String())
			return
		}
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for x := range n.Descendants() {
		if x.Type == html.TextNode {
			b.WriteString(x.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (r *reader) all(kind atom.Atom) (out []*html.Node) {
	for n := range r.page.Descendants() {
		if n.Type == html.ElementNode && n.DataAtom == kind {
			out = append(out, n)
		}
	}
	return out
}

// follow opens the i-th link with these words.
func (r *reader) follow(words string, i int) {
	r.t.Helper()
	address := r.link(words, i)
	r.open(address)
}

func (r *reader) link(words string, i int) string {
	r.t.Helper()
	for _, a := range r.all(atom.A) {
		if strings.Contains(textOf(a), words) {
			if i--; i < 0 {
				to, err := r.at.Parse(attribute(a, "href"))
				if err != nil {
					r.t.Fatal(err)
				}
				return to.String()
			}
		}
	}
	r.t.Fatalf("%s has no link %q: %s", r.at, words, textOf(r.page))
	return ""
}

// submit sends the form at an address with fields, those that are hidden as they are.
func (r *reader) submit(action string, fields url.Values) {
	r.t.Helper()
	for _, f := range r.all(atom.Form) {
		if attribute(f, "action") != action {
			continue
		}
		for x := range f.Descendants() {
			if attribute(x, "type") == "hidden" {
				fields.Set(attribute(x, "name"), attribute(x, "value"))
			}
		}
		if attribute(f, "method") == "post" {
			r.take(http.PostForm(r.server+action, fields))
		} else {
			r.open(r.server + action + "?" + fields.Encode())
		}
		return
	}
	r.t.Fatalf("%s has no form %q", r.at, action)
}

func (r *reader) sees(words ...string) {
	r.t.Helper()
	for _, w := range words {
		if !strings.Contains(textOf(r.page), w) {
			r.t.Errorf("%s does not say %q: %s", r.at, w, textOf(r.page))
		}
	}
}

// TestEditorsHour: somebody who knows a word of a story finds out who carried it first and
// what the others changed, marks two changes as wrong, has an address to send, and tables to
// hand over; all by links and forms, without script.
func TestEditorsHour(t *testing.T) {
	c, err := store.Open(filepath.Join(t.TempDir(), "c.repost"), store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	lib := newLibrary(c, "desk.repost", false)
	defer lib.close()
	s := web.New(lib, web.Options{})
	defer s.Close()
	server := httptest.NewServer(s)
	defer server.Close()
	r := &reader{t: t, server: server.URL}
	r.open(server.URL + "/?lang=en") // nothing is there yet
	r.sees("no documents yet")

	const text = "石门河上的老木桥昨天上午封闭，桥面的木板一块块拆下来，堆在河滩上。新桥用钢结构，两个月后通车，总投资三百二十万元。桥头卖豆腐的吴婶说，封桥以后生意少了一半，乡里答应给每户补贴八百元。"
	changed := strings.NewReplacer("两个月", "三个月", "八百元", "五百元").Replace(text)
	var lines strings.Builder
	for _, d := range [][4]string{{"晨报/1", "石门晨报", "2025-03-01", text}, {"网/2", "河网", "2025-03-02T18:30:00+08:00", changed}, {"周/3", "周刊", "2025-03-05", text}} {
		fmt.Fprintf(&lines, "{\"id\":%q,\"source\":%q,\"date\":%q,\"title\":%q,\"text\":%q}\n", d[0], d[1], d[2], "老木桥封闭："+d[1], d[3])
	}
	if err := lib.Add(t.Context(), strings.NewReader(lines.String()), false, func(*web.Added) error { return nil }); err != nil {
		t.Fatal(err)
	}
	for range 3000 { // the list of stories is made anew in the background
		if k, err := lib.catalogue(t.Context()); err != nil || len(k.stories) > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}

	r.follow("Stories", 0)
	r.submit("/stories", url.Values{"q": {"木桥"}})
	r.sees("1 story", "2025-03-01 – 2025-03-05")
	r.follow("老木桥封闭", 0)
	for range 200 {
		if !strings.Contains(textOf(r.page), "being compared") {
			break
		}
		r.follow("Look again", 0)
	}
	r.sees("The earliest: 老木桥封闭：石门晨报", "2025-03-02 18:30 +08:00", "2 substantive, 0 minor", "Another headline: substantive")
	story := r.at.String()
	members := r.link("Spreadsheet", 0)
	r.follow("2 substantive", 0)
	r.sees("河网", "2025-03-02", "Headline, substantive: 老木桥封闭：石门晨报 → 老木桥封闭：河网")
	difference := r.at.String()
	for i := range 2 {
		r.open(difference)
		r.follow("mark", i+1) // the first is that of the headline
		r.sees("Change: ")
		r.submit("/notes", url.Values{"mark": {"wrong"}, "text": {fmt.Sprintf("=数字有误 %d", i)}})
	}
	r.sees("数字有误 0", "数字有误 1")
	table := r.link("Spreadsheet", 0)
	r.follow("Back to the story", 0)
	r.follow("Notes", 0)
	r.sees("2 notes", "数字有误 0", "数字有误 1", "两个 → 三个", "八百元 → 五百元")
	r.submit("/notes", url.Values{"mark": {"checked"}})
	r.sees("There are no notes")
	r.open(story) // as a colleague who got the address
	r.sees("The earliest: 老木桥封闭：石门晨报", "2 notes")
	r.follow("Has this been published?", 0)
	r.submit("/find", url.Values{"text": {changed}})
	r.sees("The earliest: 老木桥封闭：石门晨报", "of your text is carried word for word")
	r.open(r.at.String()) // the answer has an address
	r.sees("The earliest: 老木桥封闭：石门晨报", "100.0 %")

	for address, want := range map[string][]string{
		table:   {"两", "三", "八百元", "五百元", "wrong", "'=数字有误 0"},
		members: {"2025-03-01,石门晨报,晨报/1", "Base", "周/3"},
	} {
		w, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(w.Body)
		w.Body.Close()
		if err != nil || !regexp.MustCompile(`^attachment; filename=repost-\w+\.csv$`).MatchString(w.Header.Get("Content-Disposition")) {
			t.Errorf("%s: %v %v", address, w.Header, err)
		}
		for _, cell := range want {
			if !strings.Contains(string(b), cell) {
				t.Errorf("%s has no %q: %s", address, cell, b)
			}
		}
	}
	if err := lib.Remove(t.Context(), "周/3"); err != nil {
		t.Fatal(err)
	}
	w, err := http.Get(server.URL + "/document?id=" + url.QueryEscape("周/3"))
	if err != nil {
		t.Fatal(err)
	}
	w.Body.Close()
	if w.StatusCode != http.StatusNotFound {
		t.Errorf("a document that was removed: %s", w.Status)
	}
}

// TestStoryAgain: a story that has another id after a document joins is found by the id that it
// had, with the notes on it.
func TestStoryAgain(t *testing.T) {
	const text = "石门河上的老木桥昨天封了。桥面铺了四十多年的木板一块块拆下来，堆在河滩上。施工队的人说新桥用钢，两个月可以通车，路人都说好。"
	corpus := filepath.Join(t.TempDir(), "c.repost")
	c, err := store.Open(corpus, store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	l := newLibrary(c, "c", false)
	server := httptest.NewServer(web.New(l, web.Options{}))
	add := func(id string) string {
		body := strings.NewReader(fmt.Sprintf("{\"id\":%q,\"text\":%q}\n", id, text))
		r, err := http.Post(server.URL+"/documents", "application/x-ndjson", body)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r.Body); err != nil || !strings.Contains(string(b), "added") {
			t.Fatalf("%s: %v", b, err)
		}
		r.Body.Close()
		var last string
		if err := c.UpdateStories(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if err := c.Stories(func(s *dedup.Story) error { last = s.ID; return nil }); err != nil {
			t.Fatal(err)
		}
		return last
	}
	add("m/1")
	var ids []string
	for i, id := range []string{"m/2", "k/1", "a/1"} { // the story is named after the least id
		ids = append(ids, add(id))
		r := reader{t: t, server: server.URL}
		r.open(server.URL + "/story?id=" + ids[0] + "&page=1")
		if at := r.at.Query(); at.Get("id") != ids[i] || at.Get("page") != "1" {
			t.Errorf("%s leads to %s, not %s", ids[0], r.at, ids[i])
		}
		if i == 0 {
			r.submit("/notes", url.Values{"mark": {"wrong"}, "text": {"not steel"}})
			r.open(server.URL + "/story?id=" + ids[0])
		}
		r.sees("not steel")
	}
	if ids[0] == ids[1] || ids[1] == ids[2] {
		t.Fatalf("the story has kept its id: %q", ids)
	}
	r := reader{t: t, server: server.URL}
	r.open(server.URL + "/notes")
	r.sees("1 note", "not steel")
	r.open(server.URL + "/story?id=" + ids[1])
	r.submit("/notes", url.Values{"mark": {"checked"}, "text": {"it is steel"}})
	r.open(server.URL + "/notes")
	r.sees("1 note", "it is steel")
	server.Close()
	l.close()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if out := must(t, "export", "--table", "notes", "--corpus", corpus); !strings.Contains(out, ids[2]) || strings.Contains(out, ids[0]) {
		t.Errorf("notes: %s", out)
	}
	for _, command := range []string{"show", "collate"} {
		_, says, status := session(t, command, ids[0], "--corpus", corpus)
		if want := "story " + ids[0] + " has grown or changed, and is now " + ids[2]; status == trouble || !strings.Contains(says, want) {
			t.Errorf("%s %s: exit status %d, %s", command, ids[0], status, says)
		}
	}
	if _, says, status := session(t, "show", "s0123456789ab", "--corpus", corpus); status != trouble || !strings.Contains(says, "no document and no story") {
		t.Errorf("an id of no story: exit status %d, %s", status, says)
	}
}
