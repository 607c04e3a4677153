package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"repost/cmd/repost/internal/web"
	"repost/dedup"
	"repost/store"
)

// TestServeTimes prints what each page of a corpus costs: the time of the server at the
// median, the 95th percentile and the maximum, by the clock and of the processors, which a
// busy machine does not change, and the largest page. It fails where a page
// has more than 300 KB, which no slow machine changes. A page that is made in the
// background is timed as it is shown first, and its size is that of what is there in the end;
// "being made" counts these.
//
//	go run ./store/internal/plant -n 100000 dump.jsonl.gz > plant.jsonl
//	repost ingest --corpus plant.repost plant.jsonl
//	REPOST_SERVE_CORPUS=plant.repost go test ./cmd/repost -run TestServeTimes -v
func TestServeTimes(t *testing.T) {
	path := os.Getenv("REPOST_SERVE_CORPUS")
	if path == "" {
		t.Skip("REPOST_SERVE_CORPUS names no corpus")
	}
	c, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	lib := newLibrary(c, path, true)
	defer lib.close()
	s := web.New(lib, web.Options{ReadOnly: true})
	defer s.Close()
	began := time.Now()
	ask(t, s, "GET", "/stories.json", "")
	t.Logf("%d documents, %d stories; the first list took %v", c.Len(), c.StoryCount(), time.Since(began).Round(time.Millisecond))
	x := sampleOf(t, c, 150)
	for _, kind := range []struct {
		name string
		all  []string
	}{
		{"overview", slices.Repeat([]string{"/"}, 20)},
		{"stories", x.lists},
		{"search of texts", x.searches},
		{"story", x.stories},
		{"two versions", x.pairs},
		{"collation", x.collations},
		{"document", x.documents},
		{"history", x.histories},
		{"notes", slices.Repeat([]string{"/notes"}, 5)},
	} {
		m := pageTimes{name: kind.name}
		for _, address := range kind.all {
			m.add(t, address, func() string { return ask(t, s, "GET", address, "") })
		}
		m.report(t)
	}
	m := pageTimes{name: "find"}
	for _, text := range x.texts {
		m.add(t, "/find", func() string { return ask(t, s, "POST", "/find", text) })
	}
	m.report(t)
	var mem runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&mem)
	t.Logf("in use after all of it: %d MB; taken from the system: %d MB", mem.HeapInuse>>20, mem.Sys>>20)
}

// ask asks a server for a page, and fails the test where it is an error.
func ask(t *testing.T, s http.Handler, method, address, body string) string {
	t.Helper()
	r := httptest.NewRequest(method, address, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1", "127.0.0.1:1"
	r.Header.Set("Accept", "text/html")
	if method == "POST" {
		r.Header.Set("Content-Type", "text/plain")
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("%s: %d", address, w.Code)
	}
	return w.Body.String()
}

// addresses are those of a sample of pages.
type addresses struct {
	lists, searches, stories, pairs, collations, documents, histories, texts []string
}

// sampleOf draws n pages of each kind, always the same; the ten largest stories and texts
// are among them.
func sampleOf(t *testing.T, c *store.Corpus, n int) (x addresses) {
	t.Helper()
	type sized struct {
		id   string
		size int
	}
	largest := func(a, b sized) int { return b.size - a.size }
	var stories, documents []sized
	if err := c.Stories(func(s *dedup.Story) error {
		stories = append(stories, sized{s.ID, len(s.Members)})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for i := range c.Numbers {
		m, err := c.Meta(i)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, sized{m.ID, m.Bytes})
	}
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(all []sized) []sized {
		slices.SortFunc(all, func(a, b sized) int { return cmp.Or(largest(a, b), strings.Compare(a.id, b.id)) })
		out := slices.Clone(all[:min(10, len(all))])
		for len(out) < n {
			out = append(out, all[r.IntN(len(all))])
		}
		return out
	}
	for _, s := range draw(stories) {
		x.stories = append(x.stories, "/story?id="+url.QueryEscape(s.id))
		x.collations = append(x.collations, "/collation?id="+url.QueryEscape(s.id))
		story, _, err := c.Story(s.id)
		if err != nil {
			t.Fatal(err)
		}
		var ids [2]string
		for i := range ids {
			m, err := c.Meta(story.Members[i*r.IntN(len(story.Members))].Doc)
			if err != nil {
				t.Fatal(err)
			}
			ids[i] = m.ID
		}
		x.pairs = append(x.pairs, "/diff?a="+url.QueryEscape(ids[0])+"&b="+url.QueryEscape(ids[1]))
	}
	for _, d := range draw(documents) {
		x.documents = append(x.documents, "/document?id="+url.QueryEscape(d.id))
		x.histories = append(x.histories, "/history?id="+url.QueryEscape(d.id))
		number, _, err := c.Number(d.id)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := c.Document(number)
		if err != nil {
			t.Fatal(err)
		}
		x.texts = append(x.texts, whole.Text)
	}
	for i := range 40 {
		x.lists = append(x.lists, fmt.Sprintf("/stories?page=%d&sort=%s", 1+i*5, []string{"size", "new", "old", "sources"}[i%4]),
			"/stories?relation=overlap&least=3", "/stories?since=2016-01-01&until=2017", "/stories?q="+url.QueryEscape("上海"))
		x.searches = append(x.searches, "/stories?texts=1&q="+url.QueryEscape([]string{"上海", "没有这句话", "经济", "词"}[i%4]))
	}
	return x
}

// pageTimes are the times of pages of one kind.
type pageTimes struct {
	name           string
	took, cpu      []time.Duration // by the clock, and of the processors
	slowest, large string
	bytes, made    int
}

// beingMade reports whether a page asks for itself again, since not all of it is there.
func beingMade(page string) bool { return strings.Contains(page, `http-equiv="refresh"`) }

func (m *pageTimes) add(t *testing.T, address string, page func() string) {
	t.Helper()
	before, _ := processorTime()
	began := time.Now()
	shown := page()
	took := time.Since(began)
	after, _ := processorTime()
	m.cpu = append(m.cpu, after-before)
	if len(m.took) == 0 || took > slices.Max(m.took) {
		m.slowest = address
	}
	m.took = append(m.took, took)
	if beingMade(shown) {
		m.made++
		for deadline := time.Now().Add(2 * time.Minute); beingMade(shown) && time.Now().Before(deadline); shown = page() {
			time.Sleep(20 * time.Millisecond)
		}
	}
	n := len(shown)
	if n > m.bytes {
		m.bytes, m.large = n, address
	}
	if n > 300<<10 {
		t.Errorf("%s has %d bytes", address, n)
	}
}

func (m *pageTimes) report(t *testing.T) {
	slices.Sort(m.took)
	slices.Sort(m.cpu)
	at := func(of []time.Duration, share float64) time.Duration {
		return of[int(share*float64(len(of)-1))].Round(100 * time.Microsecond)
	}
	t.Logf("%-16s %4d pages  median %8v  95th %8v  max %8v  processors: median %8v  95th %8v  largest %4d KB  being made %d  slowest %.60s, largest %.60s",
		m.name, len(m.took), at(m.took, .5), at(m.took, .95), at(m.took, 1), at(m.cpu, .5), at(m.cpu, .95), m.bytes>>10, m.made, m.slowest, m.large)
}
