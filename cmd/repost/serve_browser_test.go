package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"repost/cmd/repost/internal/browser"
	"repost/cmd/repost/internal/web"
	"repost/store"
)

// tab is a tab of a browser without a window.
type tab struct {
	ctx  context.Context
	t    *testing.T
	mu   sync.Mutex
	said []string // errors of the console, scripts and policies
}

// newTab opens a browser; the test is skipped where there is none.
func newTab(t *testing.T) *tab {
	t.Helper()
	ctx := browser.Start(t, 3*time.Minute)
	b := &tab{ctx: ctx, t: t}
	b.open("about:blank")
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	return b
}

// hear keeps what the browser complains of.
func (b *tab) hear(ev any) {
	said := ""
	switch e := ev.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			said = e.Entry.Text
		}
	case *runtime.EventExceptionThrown:
		said = e.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			said = "console.error"
		}
	}
	if said != "" {
		b.mu.Lock()
		b.said = append(b.said, said)
		b.mu.Unlock()
	}
}

// complaints returns what was heard since the last call.
func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.said
	b.said = nil
	return out
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) open(address string) { b.t.Helper(); b.do(chromedp.Navigate(address)) }

// look takes a size of window and a wish for light or dark.
func (b *tab) look(width, height int64, scheme, medium string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
	p := emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, p); err != nil {
		b.t.Fatal(err)
	}
}

// script lets scripts of pages run, or not.
func (b *tab) script(runs bool) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !runs}); err != nil {
		b.t.Fatal(err)
	}
}

// evaluated evaluates an expression in the page.
func evaluated[T any](b *tab, expression string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// picture writes a picture of the page into the folder that REPOST_PICTURES names.
func (b *tab) picture(name string) {
	dir := os.Getenv("REPOST_PICTURES")
	if dir == "" {
		return
	}
	r, err := chromedp.Call(b.ctx, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{Format: cdppage.CaptureScreenshotFormatPng})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), r.Data, 0o666)
	}
	if err != nil {
		b.t.Error(err)
	}
}

// newsServer serves a corpus of the articles of news, with a document that was replaced and
// a note, and returns the address of each kind of page.
func newsServer(t *testing.T) (server *httptest.Server, pages map[string]string) {
	t.Helper()
	dir := t.TempDir()
	corpus := filepath.Join(dir, "news.repost")
	must(t, append([]string{"ingest", "-q", "--corpus", corpus}, newsFiles(t)...)...)
	if extra := os.Getenv("REPOST_PICTURES_OF"); extra != "" {
		corpus = extra
	}
	c, err := store.Open(corpus, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	lib := newLibrary(c, corpus, false)
	t.Cleanup(func() { lib.close(); c.Close() })
	s := web.New(lib, web.Options{})
	server = httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Cleanup(s.Close)
	var list struct {
		Stories []struct {
			ID string `json:"story"`
		}
	}
	getJSON(t, server.URL+"/stories.json", &list)
	var story struct {
		Members []struct{ ID string }
		Base    string
		Details []struct {
			ID          string
			Substantive int
		}
	}
	id := url.QueryEscape(list.Stories[0].ID)
	getJSON(t, server.URL+"/story.json?id="+id, &story)
	most := slices.MaxFunc(story.Details, func(a, b struct {
		ID          string
		Substantive int
	}) int {
		return a.Substantive - b.Substantive
	})
	a, b := url.QueryEscape(story.Base), url.QueryEscape(most.ID)
	var whole struct{ Text string }
	text, err := os.ReadFile(newsFiles(t)[0])
	if err != nil {
		t.Fatal(err)
	}
	whole.Text = string(text)
	line, err := json.Marshal(map[string]string{"id": "lines", "title": "两个版本", "source": "晨报", "date": "2024-05-01", "text": whole.Text})
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.ReplaceAll(string(line), "的", "之")
	for _, body := range []string{string(line), changed} {
		r, err := http.Post(server.URL+"/documents", "application/x-ndjson", strings.NewReader(body+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
	}
	note := fmt.Sprintf(`{"subject":"story/%s","mark":"wrong","text":"数字有误，已去函核实"}`, list.Stories[0].ID)
	r, err := http.Post(server.URL+"/notes", "application/json", strings.NewReader(note))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	return server, map[string]string{
		"overview": "/", "stories": "/stories", "documents": "/documents", "story": "/story?id=" + id, "collation": "/collation?id=" + id,
		"document": "/document?id=" + b, "history": "/history?id=lines", "diff": "/diff?a=" + a + "&b=" + b,
		"find": "/find?text=" + url.QueryEscape(strings.ToValidUTF8(whole.Text[:min(len(whole.Text), 900)], "")), "notes": "/notes",
	}
}

// TestServeInBrowser opens every page in a browser, in both languages, light and dark, on a
// desk and on a telephone: no page complains, and none is wider than its window. By the
// keyboard all is reached that can be used, and without script all is read.
func TestServeInBrowser(t *testing.T) {
	if _, err := exec.LookPath("repost"); err != nil {
		t.Skip("the tests were not started by go test")
	}
	b := newTab(t)
	server, pages := newsServer(t)
	b.open(server.URL + "/notes")
	b.complaints()
	evaluated[any](b, "console.error('x')")
	for range 50 {
		if b.mu.Lock(); len(b.said) > 0 {
			b.mu.Unlock()
			break
		}
		b.mu.Unlock()
		time.Sleep(20 * time.Millisecond)
	}
	if len(b.complaints()) == 0 {
		t.Fatal("the console is not heard")
	}
	for _, look := range []struct {
		name, lang, scheme string
		width              int64
	}{{"desk-en-light", "en", "light", 1280}, {"phone-zh-dark", "zh", "dark", 390}, {"desk-zh-dark", "zh", "dark", 1280}, {"phone-en-light", "en", "light", 390}} {
		b.look(look.width, 900, look.scheme, "")
		for name, page := range pages {
			join := "?"
			if strings.Contains(page, "?") {
				join = "&"
			}
			b.open(server.URL + page + join + "lang=" + look.lang)
			for range 50 { // a page that is being made asks for itself again
				if !evaluated[bool](b, "document.querySelector('meta[http-equiv=refresh]') !== null") {
					break
				}
				time.Sleep(200 * time.Millisecond)
			}
			if wide := evaluated[int](b, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
				t.Errorf("%s, %s: %d pixels wider than the window: %s", name, look.name, wide, evaluated[string](b, widest))
			}
			if said := b.complaints(); len(said) > 0 {
				t.Errorf("%s, %s: %q", name, look.name, said)
			}
			b.picture(name + "-" + look.name)
		}
	}
	b.look(1280, 900, "light", "print")
	b.open(server.URL + pages["diff"])
	b.picture("diff-print")
	b.look(1280, 900, "light", "")
	for _, name := range []string{"story", "diff", "stories", "documents"} {
		b.open(server.URL + pages[name])
		if missed := b.unreached(); len(missed) > 0 {
			t.Errorf("%s: the keyboard does not reach %q", name, missed)
		}
	}
	b.script(false)
	for name, page := range pages {
		b.open(server.URL + page)
		if n := evaluated[int](b, "document.querySelector('#content').innerText.length"); n < 20 {
			t.Errorf("%s: %d characters without script", name, n)
		}
	}
	b.script(true)
}

// widest names the elements that are wider than the window.
const widest = `[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.wide')).slice(0, 5).map(e => e.tagName + '.' + e.className).join(' ')`

// unreached returns what of a page can be used but is not reached by the tab key.
func (b *tab) unreached() []string {
	b.t.Helper()
	// Of radio buttons of one name, the keyboard reaches one, and the others by arrows.
	n := evaluated[int](b, `(() => {
		window.wanted = new Set([...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')].filter(e =>
			e.checkVisibility({visibilityProperty: true}) && e.type !== 'radio'));
		document.activeElement.blur();
		return wanted.size })()`)
	for range n + 40 {
		b.do(chromedp.KeyEvent("\t"))
		if evaluated[int](b, `(() => { wanted.delete(document.activeElement); return wanted.size })()`) == 0 {
			return nil
		}
	}
	return evaluated[[]string](b, `[...wanted].slice(0, 5).map(e => e.outerHTML.slice(0, 80))`)
}
