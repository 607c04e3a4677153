package store_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/store"
)

// history is a corpus under random changes, and next to it the documents that
// it should hold.
type history struct {
	path    string
	c       *store.Corpus
	pool    []dedup.Document
	live    map[string]dedup.Document
	removed map[string]dedup.Document
}

var scheme = &detect.DefaultScheme

func (h *history) open(t *rapid.T) {
	var err error
	if h.c, err = store.Open(h.path, store.NoSync(store.Options{Create: true, Scheme: scheme})); err != nil {
		t.Fatal(err)
	}
}

// genDocument draws a document: one of few ids, sources and days, with one of few
// texts, so that copies, replacements and copies a year apart are common.
func (h *history) genDocument(t *rapid.T) dedup.Document {
	d := h.pool[rapid.IntRange(0, len(h.pool)-1).Draw(t, "text")]
	d.ID = fmt.Sprint("d", rapid.IntRange(0, 17).Draw(t, "id"))
	d.Source = rapid.SampledFrom([]string{"", "日报", "晚报"}).Draw(t, "source")
	d.Date = rapid.SampledFrom([]string{"", "2020-01-01", "2020-06-01", "2020-12-31"}).Draw(t, "date")
	return d
}

func (h *history) add(t *rapid.T) {
	docs := rapid.SliceOfN(rapid.Custom(h.genDocument), 1, 5).Draw(t, "documents")
	_, err := store.Load(t.Context(), h.c, recordsOf("", docs), store.LoadOptions{Threads: 2, Documents: 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		h.live[d.ID] = d
		delete(h.removed, d.ID)
	}
}

// move removes documents or brings them back.
func (h *history) move(t *rapid.T, from, to map[string]dedup.Document, back bool) {
	ids := slices.Sorted(maps.Keys(from))
	if len(ids) == 0 {
		return
	}
	ids = rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, min(len(ids), 4), rapid.ID).Draw(t, "ids")
	ns, err := h.c.Select(store.Selection{IDs: ids}, back)
	if err != nil || len(ns) != len(ids) {
		t.Fatalf("Select(%v) = %v, %v", ids, ns, err)
	}
	act := h.c.Remove
	if back {
		act = h.c.Restore
	}
	if err := act(ns); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		to[id] = from[id]
		delete(from, id)
	}
}

func (h *history) compact(t *rapid.T) {
	if err := h.c.Close(); err != nil {
		t.Fatal(err)
	}
	drop := rapid.Bool().Draw(t, "drop versions")
	r, err := store.Compact(t.Context(), h.path, store.NoSync(store.Options{Scheme: scheme}), store.CompactOptions{DropVersions: drop})
	if err != nil || r.Documents != len(h.live) {
		t.Fatalf("%+v, %v; want %d documents", r, err, len(h.live))
	}
	clear(h.removed)
	h.open(t)
	s, err := h.c.Stats()
	if err != nil || s.Retired != r.Versions || drop && r.Versions > 0 || s.Documents != len(h.live) || s.FileBytes > 200<<10 {
		t.Fatalf("%+v, %v", s, err)
	}
}

// wanted returns the stories of a corpus in memory of the documents alone.
func (h *history) wanted(t *rapid.T) []string {
	m := detect.NewMemory(&detect.DefaultScheme)
	for _, id := range slices.Sorted(maps.Keys(h.live)) {
		m.Add(h.live[id])
	}
	if err := detect.UpdateStories(m, &detect.DefaultScheme, nil); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range m.Stories() {
		for _, member := range s.Members {
			out = append(out, line(&s, member, m.Document(member.Doc).ID))
		}
	}
	return out
}

func (h *history) compare(t *rapid.T) {
	if err := h.c.UpdateStories(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if n := h.c.Len(); n != len(h.live) {
		t.Fatalf("%d documents, want %d", n, len(h.live))
	}
	for n := range h.c.Numbers {
		d, err := h.c.Document(n)
		if err != nil || d != h.live[d.ID] {
			t.Fatalf("document %q: %v", d.ID, err)
		}
	}
	if _, err := h.c.Check(t.Context(), func(f store.Finding) error { return errors.New(f.String()) }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(h.wanted(t), stories(t, h.c)); diff != "" {
		t.Fatalf("stories (-of the documents alone +after their history):\n%s", diff)
	}
	h.compareFound(t)
}

// compareFound looks each text of the pool up, in the corpus and in one of the
// documents alone.
func (h *history) compareFound(t *rapid.T) {
	path := h.path + ".alone"
	defer os.Remove(path)
	alone, err := store.Open(path, store.NoSync(store.Options{Create: true, Scheme: scheme}))
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	docs := slices.SortedFunc(maps.Values(h.live), func(a, b dedup.Document) int { return strings.Compare(a.ID, b.ID) })
	if _, err := store.Load(t.Context(), alone, records(docs), store.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, d := range h.pool {
		for _, text := range []string{d.Text, d.Text + "\n\n" + h.pool[0].Text} {
			if diff := cmp.Diff(found(t, alone, text), found(t, h.c, text)); diff != "" {
				t.Fatalf("what has %q (-of the documents alone +after their history):\n%s", text, diff)
			}
		}
	}
}

// TestHistory: whatever was added, replaced, removed and brought back, in
// whatever steps, the corpus is that of the documents it holds in the end: the same
// stories with the same ids, members and spans.
func TestHistory(t *testing.T) {
	pool := documents(t)
	slices.SortFunc(pool, func(a, b dedup.Document) int { return len(a.Text) - len(b.Text) })
	dir := t.TempDir()
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		h := &history{
			path: filepath.Join(dir, fmt.Sprint(run, ".repost")),
			live: map[string]dedup.Document{}, removed: map[string]dedup.Document{},
		}
		at := rapid.IntRange(0, len(pool)-9).Draw(t, "pool")
		h.pool = pool[at : at+9]
		h.open(t)
		defer func() { h.c.Close() }()
		steps := map[string]func(*rapid.T){
			"add":     h.add,
			"remove":  func(t *rapid.T) { h.move(t, h.live, h.removed, false) },
			"restore": func(t *rapid.T) { h.move(t, h.removed, h.live, true) },
			"update":  h.compare,
			"compact": h.compact,
			"reopen": func(t *rapid.T) {
				if err := h.c.Close(); err != nil {
					t.Fatal(err)
				}
				h.open(t)
			},
		}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			steps[rapid.SampledFrom([]string{"add", "add", "remove", "restore", "update", "compact", "reopen"}).Draw(t, "step")](t)
		}
		h.compare(t)
	})
}

// TestRarer: what many documents carried makes no story; when they are gone, it
// does for those that are left.
func TestRarer(t *testing.T) {
	const passage = "沿线居民如遇就医运输等特殊情况可以拨打值班电话由警务人员引导进出最新安排以公众号当天发布的消息为准"
	c := open(t)
	var docs []dedup.Document
	for i := range 130 {
		var own strings.Builder
		for k := range 120 {
			own.WriteRune(rune('一' + (i*7919+k*(i+2)*131)%20000))
		}
		docs = append(docs, dedup.Document{ID: fmt.Sprintf("%03d", i), Source: fmt.Sprint(i), Text: own.String() + "。\n\n" + passage + "。\n"})
	}
	if _, err := store.Load(t.Context(), c, records(docs), store.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
	before := len(stories(t, c))
	var gone []uint32
	for n := range uint32(128) {
		gone = append(gone, n)
	}
	if err := c.Remove(gone); err != nil {
		t.Fatal(err)
	}
	if err := c.UpdateStories(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := stories(t, c); before != 0 || len(got) != 2 {
		t.Errorf("%d members before, then %v", before, got)
	}
}
