package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/store"
)

// found returns the ids of the documents of a corpus that repost a text, sorted.
func found(t tester, c *store.Corpus, text string) []string {
	t.Helper()
	s := &detect.DefaultScheme
	fs, err := detect.Find(c.Detection(context.Background()), s, &dedup.Document{ID: "query", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range fs {
		ids = append(ids, f.Info.ID)
	}
	slices.Sort(ids)
	return ids
}

// healthy fails if the corpus does not keep what it promises.
func healthy(t tester, c *store.Corpus) {
	t.Helper()
	if _, err := c.Check(context.Background(), func(f store.Finding) error { return errors.New(f.String()) }); err != nil {
		t.Fatal(err)
	}
}

// article returns a document of some 400 characters, the same ones for each number.
func article(number int, id, date string) dedup.Document {
	var text strings.Builder
	for k := range 400 {
		text.WriteRune(rune('一' + (number*7919+k*(number+2)*131)%20000))
	}
	return dedup.Document{ID: id, Date: date, Text: text.String() + "。\n"}
}

// copies returns n documents with the text of article 0, and one a story of which is
// a part of that.
func copies(n int) []dedup.Document {
	var docs []dedup.Document
	for i := range n {
		docs = append(docs, article(0, fmt.Sprintf("copy-%03d", i), "2024-01-02"))
	}
	longer := article(1, "longer", "2024-01-03")
	longer.Text += "\n" + docs[0].Text
	return append(docs, longer)
}

func ingested(t testing.TB, c *store.Corpus, docs []dedup.Document, batch int) {
	t.Helper()
	if _, err := store.Load(t.Context(), c, records(docs), store.LoadOptions{Documents: batch}); err != nil {
		t.Fatal(err)
	}
}

// TestCopiesTakeLittle: the indexes of passages and bands grow with the texts, not with
// how often each was carried, in whatever order and batches the copies come.
func TestCopiesTakeLittle(t *testing.T) {
	size := func(docs []dedup.Document, batch int) (postings uint64, told []string) {
		c := open(t)
		ingested(t, c, docs, batch)
		healthy(t, c)
		s, err := c.Stats()
		if err != nil || s.Documents != len(docs) {
			t.Fatalf("%+v, %v", s, err)
		}
		return s.Fingerprints + s.Bands, stories(t, c)
	}
	few, _ := size(copies(2), 4096)
	docs := copies(300)
	many, want := size(docs, 4096)
	if few != many || few == 0 {
		t.Errorf("two copies have %d postings, 300 have %d", few, many)
	}
	if len(want) != 301 {
		t.Errorf("%d members of stories, want 301", len(want))
	}
	slices.Reverse(docs)
	if n, got := size(docs, 70); n != few || !slices.Equal(got, want) {
		t.Errorf("the other way round: %d postings, not %d; stories are the same: %v", n, few, slices.Equal(got, want))
	}
}

// TestFirstCopyGoes: the first copy of a text, which has the postings of all, may be
// removed, replaced, brought back or left out by compact: the others are found, also by
// what is added later.
func TestFirstCopyGoes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.repost")
	opt := store.NoSync(store.Options{Create: true, Scheme: scheme})
	c, err := store.Open(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { c.Close() }()
	text := copies(1)[0].Text
	holds := func(when string, want ...string) {
		t.Helper()
		healthy(t, c)
		if got := found(t, c, "前言。"+text); !slices.Equal(got, want) {
			t.Errorf("%s: found %v, want %v", when, got, want)
		}
		var members []string
		if err := c.Stories(func(s *dedup.Story) error {
			for _, m := range s.Members {
				meta, err := c.Meta(m.Doc)
				if err != nil {
					return err
				}
				members = append(members, meta.ID)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if slices.Sort(members); !slices.Equal(members, want) {
			t.Errorf("%s: stories of %v, want %v", when, members, want)
		}
	}
	change := func(fn func(ns []uint32) error, ns ...uint32) {
		t.Helper()
		if err := errors.Join(fn(ns), c.UpdateStories(t.Context(), nil)); err != nil {
			t.Fatal(err)
		}
	}
	ingested(t, c, copies(3), 2)
	holds("at first", "copy-000", "copy-001", "copy-002", "longer")
	change(c.Remove, 0)
	holds("without the first", "copy-001", "copy-002", "longer")
	change(c.Remove, 1)
	holds("without two", "copy-002", "longer")
	change(c.Restore, 0)
	holds("with the first again", "copy-000", "copy-002", "longer")
	ingested(t, c, []dedup.Document{article(2, "copy-000", "2024-01-02")}, 9)
	holds("with the first replaced", "copy-002", "longer")
	ingested(t, c, copies(5)[3:5], 9)
	holds("with more", "copy-002", "copy-003", "copy-004", "longer")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Compact(t.Context(), path, opt, store.CompactOptions{}); err != nil {
		t.Fatal(err)
	}
	if c, err = store.Open(path, opt); err != nil {
		t.Fatal(err)
	}
	holds("compacted", "copy-002", "copy-003", "copy-004", "longer")
	ingested(t, c, copies(6)[5:6], 9)
	holds("with one more", "copy-002", "copy-003", "copy-004", "copy-005", "longer")
	longer, _, err := c.Number("longer")
	if err != nil {
		t.Fatal(err)
	}
	first, _, err := c.Number("copy-002")
	if err != nil {
		t.Fatal(err)
	}
	change(c.Remove, first, longer)
	holds("of copies alone", "copy-003", "copy-004", "copy-005")
}

// TestRarerCopies is TestRarer with a copy of each document that came later and stands
// for both: it goes without a posting of its own.
func TestRarerCopies(t *testing.T) {
	const passage = "沿线居民如遇就医运输等特殊情况可以拨打值班电话86204415由警务人员引导进出最新安排以公众号当天发布的消息为准"
	c := open(t)
	var docs []dedup.Document
	for _, name := range []string{"z", "a"} {
		for i := range 130 {
			d := article(i, fmt.Sprintf("%s-%03d", name, i), "")
			d.Text = string([]rune(d.Text)[:120]) + "。\n\n" + passage + "。\n"
			docs = append(docs, d)
		}
	}
	ingested(t, c, docs, 4096)
	apart := len(stories(t, c))
	var gone []uint32
	for n := range uint32(len(docs)) {
		if n%130 > 1 {
			gone = append(gone, n)
		}
	}
	if err := errors.Join(c.Remove(gone), c.UpdateStories(t.Context(), nil)); err != nil {
		t.Fatal(err)
	}
	together := 0
	if err := c.Stories(func(s *dedup.Story) error {
		together = max(together, len(s.Members))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if apart != len(docs) || together != 4 {
		t.Errorf("%d members of stories of %d documents in pairs; then a story of %d, want 4", apart, len(docs), together)
	}
}

// TestCopyAYearLater: a short notice that comes back a year later is another text, with
// the postings of the first: each is compared with what came next to it.
func TestCopyAYearLater(t *testing.T) {
	notice := func(id, date string) dedup.Document {
		d := article(3, id, date)
		d.Text = string([]rune(d.Text)[:120]) + "。\n"
		return d
	}
	beside := func(id, date string) dedup.Document {
		d := notice(id, date)
		d.Text = "编者按：本站转载。\n\n" + d.Text
		return d
	}
	docs := []dedup.Document{
		notice("a-2020", "2020-03-01"), notice("b-2020", "2020-03-02"), beside("c-2020", "2020-03-02"),
		notice("a-2021", "2021-03-01"), notice("b-2021", "2021-03-02"), beside("c-2021", "2021-03-02"),
	}
	for _, batch := range []int{1, 6} {
		c := open(t)
		ingested(t, c, docs, batch)
		healthy(t, c)
		want := linesInMemory(t, docs)
		if got := stories(t, c); !slices.Equal(got, want) || len(want) < 4 {
			t.Errorf("in batches of %d:\n%v, want\n%v", batch, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if s, err := c.Stats(); err != nil || s.Fingerprints > 120 {
			t.Errorf("%d prints of two texts of 120 characters", s.Fingerprints)
		}
	}
}

// TestFindCopyAYearLater: who looks for a short notice finds the copies of every year,
// whichever came first: equal text is one story at any distance in time.
func TestFindCopyAYearLater(t *testing.T) {
	notice := func(id, date string) dedup.Document {
		d := article(3, id, date)
		d.Text = string([]rune(d.Text)[:120]) + "。\n"
		return d
	}
	docs := []dedup.Document{
		notice("a-2020", "2020-03-01"), notice("b-2020", "2020-03-02"), notice("a-2021", "2021-03-01"), notice("b-2021", "2021-03-02"),
	}
	for range 2 {
		c := open(t)
		ingested(t, c, docs, 4096)
		s := &detect.DefaultScheme
		fs, err := detect.Find(c.Detection(t.Context()), s, &dedup.Document{ID: "query", Date: "2021-03-05", Text: "编者按：本站转载。\n\n" + docs[0].Text})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, f := range fs {
			ids = append(ids, f.Info.ID)
		}
		if slices.Sort(ids); !slices.Equal(ids, []string{"a-2020", "a-2021", "b-2020", "b-2021"}) {
			t.Errorf("%s came first: found %v", docs[0].ID, ids)
		}
		slices.Reverse(docs)
	}
}
