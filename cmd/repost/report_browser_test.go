package main

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"repost/cmd/repost/internal/browser"
)

// TestReportFolder: a folder of pages has the same bytes each time, names that any disk takes,
// whatever the ids are, and links to its own pages alone; their number is bounded by that of
// documents and members. Opened from a disk by a browser, nothing is asked for that is not in
// it.
func TestReportFolder(t *testing.T) {
	if _, err := exec.LookPath("repost"); err != nil {
		t.Skip("the tests were not started by go test")
	}
	dir := t.TempDir()
	lines := bridgeNews(0, 200)
	for i, id := range []string{"../../../etc/passwd", "%2e%2e%2f/x", "a/b\\\\c", "\u202etxt.exe", "CON", "图/片 ?&#.html", `<script src=//evil.example></script>`, strings.Repeat("长", 300)} {
		lines += strings.Replace(bridgeNews(200+i, 201+i), `"id":"d20`+string(rune('0'+i))+`"`, `"id":"`+id+`"`, 1)
	}
	input, corpus := filepath.Join(dir, "in.jsonl"), filepath.Join(dir, "c.repost")
	if err := os.WriteFile(input, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "ingest", "-q", "--corpus", corpus, input)
	folders := [2]string{filepath.Join(dir, "one"), filepath.Join(dir, "two")}
	for _, f := range folders {
		must(t, "report", "-q", "-o", f, "--corpus", corpus)
	}
	files, err := os.ReadDir(folders[0])
	if err != nil {
		t.Fatal(err)
	}
	// A page for each document, its history and its comparison, three for a story, the lists.
	if n := len(files); n < 400 || n > 208*3+40*3+20 {
		t.Errorf("%d pages of 208 documents in 40 stories", n)
	}
	plain := regexp.MustCompile(`^[a-z]+(-[0-9a-f]{16})?\.html$`)
	link := regexp.MustCompile(`(?:href|src|action)="([^"]*)"`)
	for _, f := range files {
		a, err := os.ReadFile(filepath.Join(folders[0], f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(folders[1], f.Name()))
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s is another page the second time, %v", f.Name(), err)
		}
		if !plain.MatchString(f.Name()) || len(a) > 300<<10 {
			t.Errorf("%s has %d bytes", f.Name(), len(a))
		}
		for _, m := range link.FindAllSubmatch(a, -1) {
			to, _, _ := strings.Cut(string(m[1]), "#")
			if _, err := os.Stat(filepath.Join(folders[0], to)); to != "" && (err != nil || !plain.MatchString(to)) {
				t.Errorf("%s leads to %q", f.Name(), m[1])
			}
		}
	}

	b := &tab{ctx: browser.Start(t, 2*time.Minute), t: t}
	b.open("about:blank")
	var mu sync.Mutex
	var asked []string
	if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(b.ctx, func(ev any) {
		b.hear(ev)
		if e, ok := ev.(*network.EventRequestWillBeSent); ok {
			mu.Lock()
			asked = append(asked, e.Request.URL)
			mu.Unlock()
		}
	}); err != nil {
		t.Fatal(err)
	}
	home := "file://" + (&url.URL{Path: folders[0]}).EscapedPath() + "/"
	b.open(home + "index.html")
	for _, kind := range []string{"stories", "story-", "diff-", "document-"} { // by links, as a reader goes
		to := evaluated[string](b, `(document.querySelector('#content a[href^="`+kind+`"]') || {href: ''}).href`)
		if !strings.HasPrefix(to, home) {
			t.Fatalf("no link to %s: %q", kind, to)
		}
		b.open(to)
		if n := evaluated[int](b, "document.querySelector('#content').innerText.length"); n < 20 {
			t.Errorf("%s: %d characters", to, n)
		}
		b.picture("report-" + strings.TrimSuffix(kind, "-"))
	}
	mu.Lock()
	defer mu.Unlock()
	for _, address := range asked {
		if !strings.HasPrefix(address, home) && !strings.HasPrefix(address, "data:") && address != "about:blank" {
			t.Errorf("the pages asked for %s", address)
		}
	}
	if said := b.complaints(); len(asked) < 5 || len(said) > 0 {
		t.Errorf("%d requests, %q", len(asked), said)
	}
}
