package report

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"repost/cmd/repost/internal/browser"
	"repost/dedup/collate"
)

// open loads a page, and fails the test if it asks for anything else.
func open(ctx context.Context, t *testing.T, page string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	do(ctx, t, chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String()))
	if n := ask[int](ctx, t, "performance.getEntriesByType('resource').length"); n > 0 {
		t.Errorf("the page asks for %d files besides", n)
	}
	if mode := ask[string](ctx, t, "document.compatMode"); mode != "CSS1Compat" {
		t.Errorf("the page is read in %s", mode)
	}
}

func do(ctx context.Context, t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// ask evaluates an expression in the page.
func ask[T any](ctx context.Context, t *testing.T, expression string) T {
	t.Helper()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// emulate takes another medium, or another wish for light and dark.
func emulate(ctx context.Context, t *testing.T, medium, scheme string) {
	t.Helper()
	p := emulation.SetEmulatedMediaParams{Media: medium}
	if scheme != "" {
		p.Features = []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, p); err != nil {
		t.Fatal(err)
	}
}

// seen reports whether anything that a selector names takes room on the page.
func seen(ctx context.Context, t *testing.T, selector string) bool {
	t.Helper()
	return ask[bool](ctx, t, fmt.Sprintf("[...document.querySelectorAll(%q)].some(e => e.getClientRects().length > 0)", selector))
}

func TestPageInBrowser(t *testing.T) {
	ctx := browser.Start(t, 90*time.Second)
	open(ctx, t, pageOf(t, compared(before, after)))
	expect := func(when, selector string, want bool) {
		t.Helper()
		if got := seen(ctx, t, selector); got != want {
			t.Errorf("%s: %s is seen: %v", when, selector, got)
		}
	}
	expect("at first", ".v-sides", true)
	expect("at first", ".v-inline", false)
	expect("at first", ".v-list", false)
	expect("at first", ".v-sides del.substantive", true)
	marked := func(class string) bool {
		return ask[bool](ctx, t, fmt.Sprintf("getComputedStyle(document.querySelector('.v-sides ins.%s')).textDecorationLine.includes('underline')", class))
	}
	if !marked("substantive") || marked("cosmetic") {
		t.Error("at first substantive changes are marked, cosmetic ones are not")
	}
	do(ctx, t, chromedp.Click("label[for=g-cosmetic]"), chromedp.Click("label[for=g-substantive]"))
	if marked("substantive") || !marked("cosmetic") {
		t.Error("the boxes change nothing")
	}
	do(ctx, t, chromedp.Click("label[for=g-substantive]"), chromedp.Click("label[for=v-inline]"))
	expect("inline", ".v-sides", false)
	expect("inline", ".v-inline del.substantive", true)
	do(ctx, t, chromedp.Click("label[for=v-list]"))
	expect("the list", ".v-list tr.substantive", true)
	expect("the list", ".v-list tr.cosmetic", true)
	do(ctx, t, chromedp.Click("label[for=g-cosmetic]"))
	expect("the list", ".v-list tr.cosmetic", false)

	do(ctx, t, chromedp.Click("label[for=v-sides]"), chromedp.Click("#s-a1 .tag a"))
	if at := ask[string](ctx, t, "document.querySelector(':target').id"); at != "s-b1" {
		t.Errorf("the link of a moved block leads to %q", at)
	}
	do(ctx, t, chromedp.Click("#s-b1 .tag a"))
	if at := ask[string](ctx, t, "document.querySelector(':target').id"); at != "s-a1" {
		t.Errorf("and back to %q", at)
	}

	paper := func() string { return ask[string](ctx, t, "getComputedStyle(document.body).backgroundColor") }
	light := paper()
	emulate(ctx, t, "", "dark")
	if dark := paper(); dark == light {
		t.Errorf("dark and light are both %s", dark)
	}
	emulate(ctx, t, "print", "light")
	expect("in print", "nav", false)
	expect("in print", ".v-list", true)
	if ask[bool](ctx, t, "document.documentElement.scrollWidth > document.documentElement.clientWidth") {
		t.Error("the page is wider than its window")
	}
}

// TestCollationInBrowser: the base with its places, linked both ways with the
// readings; the box that leaves out the minor ones; light, dark, print and narrow.
func TestCollationInBrowser(t *testing.T) {
	ctx := browser.Start(t, 90*time.Second)
	var page bytes.Buffer
	(&Printer{W: &page}).CollationHTML(carried(t))
	open(ctx, t, page.String())
	expect := func(when, selector string, want bool) {
		t.Helper()
		if got := seen(ctx, t, selector); got != want {
			t.Errorf("%s: %s is seen: %v", when, selector, got)
		}
	}
	wide := func(when string) {
		t.Helper()
		if ask[bool](ctx, t, "document.documentElement.scrollWidth > document.documentElement.clientWidth") {
			t.Errorf("%s: the page is wider than its window", when)
		}
	}
	colour := func() string { return ask[string](ctx, t, "getComputedStyle(document.body).backgroundColor") }
	marked := func(grade string) bool {
		return ask[bool](ctx, t, fmt.Sprintf("parseFloat(getComputedStyle(document.querySelector('a.place.%s')).borderBottomWidth) > 0", grade))
	}
	expect("at first", ".app.substantive", true)
	expect("at first", ".app.minor", true)
	if !marked("substantive") || !marked("minor") {
		t.Error("places are not marked")
	}
	do(ctx, t, chromedp.Click("label[for=hide-minor]"))
	expect("substantive only", ".app.substantive", true)
	expect("substantive only", ".app.minor", false)
	if !marked("substantive") || marked("minor") {
		t.Error("the box leaves minor places marked, or takes the marks of others")
	}
	do(ctx, t, chromedp.Click("label[for=hide-minor]"), chromedp.Click("a.place.substantive"))
	place := ask[string](ctx, t, "document.querySelector(':target').id")
	if place == "" || place[0] != 'p' {
		t.Fatalf("a place leads to %q", place)
	}
	do(ctx, t, chromedp.Click("#"+place+" h3 a"))
	if at := ask[string](ctx, t, "document.querySelector(':target').id"); at != "t"+place[1:] {
		t.Errorf("and back to %q", at)
	}
	emulate(ctx, t, "screen", "light")
	light := colour()
	emulate(ctx, t, "screen", "dark")
	if dark := colour(); dark == light {
		t.Errorf("light and dark are both %s", dark)
	}
	wide("on a screen")
	do(ctx, t, chromedp.EmulateViewport(400, 800))
	wide("400 columns")
	do(ctx, t, chromedp.EmulateViewport(720, 1000))
	emulate(ctx, t, "print", "light")
	expect("in print", "label", false)
	wide("in print")
	if ask[bool](ctx, t, "[...document.querySelectorAll('.wide')].some(e => e.scrollWidth > e.clientWidth)") {
		t.Error("in print a table is cut off")
	}

	var evil bytes.Buffer
	(&Printer{W: &evil}).CollationHTML(collation(t, collate.Version{Key: hostile, Title: hostile, Source: hostile, Text: "开头。" + hostile + "结尾。"},
		collate.Version{Key: "b", Text: "开头。" + hostile + "完。"}))
	open(ctx, t, evil.String())
	if seen(ctx, t, "img, script, [onerror]") {
		t.Error("the text has become an element")
	}
}

// TestHostilePageInBrowser: nothing in the texts runs, is fetched or becomes an
// element.
func TestHostilePageInBrowser(t *testing.T) {
	ctx := browser.Start(t, 90*time.Second)
	evil := "开头。<script>document.title='run'</script><img src=x onerror=\"document.title='run'\"><svg onload=alert(1)>结尾。"
	d := compared(evil+"甲说。", "前言。"+evil+"乙说。")
	d.A.ID = `"><script>document.title='run'</script>`
	open(ctx, t, pageOf(t, d))
	if title := ask[string](ctx, t, "document.title"); title == "run" {
		t.Error("a script of the text has run")
	}
	if seen(ctx, t, "img, svg, script, [onerror]") {
		t.Error("the text has become an element")
	}
	if got := ask[string](ctx, t, "document.querySelector('.sides').textContent"); len(got) < 2*len(evil) {
		t.Errorf("the text is not shown: %q", got)
	}
}
