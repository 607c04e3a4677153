package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"repost/cmd/repost/internal/openapi"
	"repost/cmd/repost/internal/web"
	"repost/store"
)

// serving starts repost serve on a corpus and returns its address.
func serving(t *testing.T, corpus string, more ...string) (address string, kill func()) {
	t.Helper()
	c := exec.Command("repost", append([]string{"serve", "--corpus", corpus, "--listen", "127.0.0.1:0"}, more...)...)
	out, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	kill = func() { once.Do(func() { c.Process.Kill(); c.Wait() }) }
	t.Cleanup(kill)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := regexp.MustCompile(`http://\S+`).FindString(lines.Text()); m != "" {
			go io.Copy(io.Discard, out)
			return strings.TrimSuffix(m, "/"), kill
		}
	}
	t.Fatal("serve did not say where it is")
	return "", nil
}

// getJSON reads an answer of a server.
func getJSON(t *testing.T, address string, into any) {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(r.Body)
		t.Fatalf("%s: %s %s", address, r.Status, b)
	}
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
}

// apiOf reads what a server says of itself, and returns a function that gets an address and
// holds the answer against that.
func apiOf(t *testing.T, server string) func(method, address, kind, body string) []byte {
	t.Helper()
	r, err := http.Get(server + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	source, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	d := openapi.Read(t, source)
	return func(method, address, kind, body string) []byte {
		t.Helper()
		q, err := http.NewRequest(method, server+address, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Content-Type", kind)
		r, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		op, ok := d.Operation(method, q.URL.Path)
		if !ok {
			t.Fatalf("%s %s is not described", method, q.URL.Path)
		}
		if err := d.Check(op, r.StatusCode, r.Header.Get("Content-Type"), b); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		return b
	}
}

// TestServe: every page of a corpus that the articles of news make is there, and what the
// API says is what the commands say.
func TestServe(t *testing.T) {
	if _, err := exec.LookPath("repost"); err != nil {
		t.Skip("the tests were not started by go test")
	}
	corpus := filepath.Join(t.TempDir(), "c.repost")
	must(t, append([]string{"ingest", "-q", "--corpus", corpus}, newsFiles(t)...)...)
	stories := strings.Count(must(t, "clusters", "--json", "--corpus", corpus), "\n")
	address, _ := serving(t, corpus)
	var list struct {
		Total   int
		Stories []struct {
			ID string `json:"story"`
		}
	}
	getJSON(t, address+"/stories.json", &list)
	if list.Total != stories || len(list.Stories) != stories {
		t.Fatalf("%d stories, clusters has %d", list.Total, stories)
	}
	pages := []string{"/", "/stories", "/documents", "/find", "/notes"}
	for _, s := range list.Stories {
		var story struct {
			Members []struct{ ID string }
			Base    string
		}
		getJSON(t, address+"/story.json?id="+s.ID, &story)
		pages = append(pages, "/story?id="+s.ID, "/collation?id="+s.ID)
		for _, m := range story.Members {
			id := url.QueryEscape(m.ID)
			pages = append(pages, "/document?id="+id, "/history?id="+id, "/diff?a="+url.QueryEscape(story.Base)+"&b="+id)
		}
	}
	api := apiOf(t, address)
	for _, page := range pages {
		if page == "/" {
			page = "/overview"
		}
		path, query, _ := strings.Cut(page, "?")
		api("GET", path+".json?"+query, "", "")
		r, err := http.Get(address + page)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if r.StatusCode != http.StatusOK || !strings.Contains(string(b), "</html>") || len(b) > 300<<10 {
			t.Errorf("%s: %s, %d bytes", page, r.Status, len(b))
		}
	}
	line := `{"id":"new/1","text":"石门河上的老木桥昨天封了，过河要绕到上游三公里的公路桥。","date":"2025-03-01"}` + "\n"
	for _, want := range []string{"added", "unchanged"} {
		if got := string(api("POST", "/documents", "application/x-ndjson", line)); !strings.Contains(got, `"status":"`+want+`"`) {
			t.Errorf("%s, want %s", got, want)
		}
	}
	api("GET", "/changes?once=1", "", "")
	api("POST", "/find.json?sensitivity=quotation", "text/plain", "过河要绕到上游三公里的公路桥")
	api("POST", "/notes", "application/json", `{"subject":"document/new%2F1","mark":"checked","text":"已核对"}`)
	api("GET", "/notes.json", "", "")
	api("DELETE", "/documents?id="+url.QueryEscape("new/1"), "", "")
	if got := api("GET", "/document.json?id="+url.QueryEscape("new/1"), "", ""); !strings.Contains(string(got), "not-found") {
		t.Errorf("a document that was removed: %s", got)
	}
}

// TestFeedSurvives: a server that is killed while two programs feed it loses nothing that
// was answered; started again on the same address it takes the rest, and the stories are
// those of one ingest.
func TestFeedSurvives(t *testing.T) {
	if _, err := exec.LookPath("repost"); err != nil {
		t.Skip("the tests were not started by go test")
	}
	dir := t.TempDir()
	files := newsFiles(t)
	var lines []string
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := map[string]string{"id": filepath.Base(file), "text": string(text), "source": fmt.Sprint("S", i%5), "date": fmt.Sprintf("2024-01-%02d", 1+i%28)}
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(b))
	}
	half := len(lines) / 2
	parts := [2]string{filepath.Join(dir, "a.jsonl"), filepath.Join(dir, "b.jsonl")}
	mark := filepath.Join(dir, "_SUCCESS") // of Hadoop, which is no trouble
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, part := range [][]string{lines[:half], lines[half:]} {
		if err := os.WriteFile(parts[i], []byte(strings.Join(part, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	whole, fed := filepath.Join(dir, "whole.repost"), filepath.Join(dir, "fed.repost")
	must(t, "ingest", "-q", "--corpus", whole, parts[0], parts[1])
	address, kill := serving(t, fed, "--create")
	listen := strings.TrimPrefix(address, "http://")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	said := make([]string, 2)
	for i, part := range parts {
		wg.Go(func() {
			out, err := exec.CommandContext(ctx, "repost", "ingest", "--server", address, part, mark).CombinedOutput()
			if said[i] = string(out); err != nil {
				said[i] += err.Error()
			}
		})
	}
	time.Sleep(300 * time.Millisecond)
	kill()
	serving(t, fed, "--listen", listen)
	wg.Wait()
	for i := range said {
		if !strings.Contains(said[i], "sent to") || strings.Contains(said[i], "exit status") {
			t.Errorf("feeder %d: %s", i, said[i])
		}
	}
	if want, got := must(t, "clusters", "--json", "--corpus", whole), must(t, "clusters", "--json", "--corpus", fed); want != got {
		t.Errorf("stories of two feeders:\n%s\nof one ingest:\n%s", got, want)
	}
}

// emptyLibrary is the library of a new corpus.
func emptyLibrary(t *testing.T) *library {
	t.Helper()
	c, err := store.Open(filepath.Join(t.TempDir(), "c.repost"), store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	l := newLibrary(c, "c", false)
	t.Cleanup(func() {
		l.close()
		c.Close()
	})
	return l
}

// TestAdded: a document that is taken in is answered with what became of it, also of
// versions that come in another order than they were written.
func TestAdded(t *testing.T) {
	l := emptyLibrary(t)
	const first = "石门河上的老木桥昨天封了。桥面铺了四十多年的木板一块块拆下来，堆在河滩上。施工队的人说新桥用钢，两个月可以通车。"
	second := strings.Replace(first, "两个月", "三个月", 1)
	line := func(id, date, text string) string {
		return fmt.Sprintf("{\"id\":%q,\"date\":%q,\"text\":%q}\n", id, date, text)
	}
	for _, step := range []struct{ lines, want string }{
		{line("a", "2025-03-02", first), "1 a added 1.00"},
		{line("a", "2025-03-02", first), "1 a unchanged"},
		{line("a", "2025-03-03", second), "1 a replaced 1.00"},
		{line("a", "2025-03-02", first), "1 a unchanged"},
		{line("a", "2025-03-01", first+"过河要绕到上游三公里的公路桥。"), "1 a older"},
		{line("b", "2025-03-04", second) + "{\n", "1 b added 0.00; 2 refused"},
		{"\n7\n" + `[{"id":"c","text":"甲乙丙丁"},{"id":" ","text":"甲乙丙丁"},{"id":"d","text":""}]`, "2 refused; 3 c added 1.00; 3 refused; 3 refused"},
		{`{"id":"e","text":"<p>AT&amp;T said no.</p><script>alert(1)</script>"}`, "1 e added 1.00"},
	} {
		var got []string
		err := l.Add(t.Context(), strings.NewReader(step.lines), false, func(x *web.Added) error {
			said := fmt.Sprint(x.Line, " ") + strings.TrimSpace(x.ID+" "+x.Status)
			if x.Novelty != nil {
				said += fmt.Sprintf(" %.2f", x.New)
			}
			got = append(got, said)
			return nil
		})
		if err != nil || strings.Join(got, "; ") != step.want {
			t.Errorf("%s: %q, %v, want %q", step.lines, got, err, step.want)
		}
	}
	n, _, err := l.corpus.Number("e")
	if err != nil {
		t.Fatal(err)
	}
	if d, err := l.corpus.Document(n); err != nil || d.Text != "AT&T said no." {
		t.Errorf("a text of HTML is %q, %v; an ingest takes its tags out", d.Text, err)
	}
}
