package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup"
	"repost/store"
	"repost/store/ingest"
)

// genRecord draws a record of a few files, ids, moments and texts.
func genRecord(t *rapid.T) ingest.Record {
	file := rapid.SampledFrom([]string{"a/n.jsonl", "b/n.jsonl", "snap/2025-04-12.xml", "snap/2025-04-13.xml", "-"}).Draw(t, "file")
	n := rapid.IntRange(1, 3).Draw(t, "record")
	r := ingest.Record{Origin: ingest.Origin{Path: file, Record: n}}
	r.Doc.Text = rapid.SampledFrom(revisions).Draw(t, "text")
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		r.Doc.ID, r.Unnamed = fmt.Sprint(file[strings.LastIndexByte(file, '/')+1:], ":", n), true
	case 1:
		r.Doc.ID = fmt.Sprint(n)
	default:
		r.Doc.ID = fmt.Sprint("guid-", n)
	}
	r.Doc.Date = rapid.SampledFrom([]string{"", "", "2025-04-11", "2025-04-12"}).Draw(t, "date")
	r.Updated = rapid.SampledFrom([]string{"", "", "2025-04-12T08:00:00Z", "2025-04-12T09:00:00Z"}).Draw(t, "updated")
	return r
}

var revisions = []string{
	"榆川老码头修缮工程十二日开工，市水务局说总投资三百八十万元，计划九月底完工，届时渡船恢复每日六班。",
	"榆川老码头修缮工程十二日开工，市水务局说总投资三百六十万元，计划九月底完工，届时渡船恢复每日六班。",
	"石桥镇小学的操场翻修完毕，孩子们周三回到跑道上，校长说今年的运动会照常在五月举行。",
	"老汪在渡口守了四十年灯，昨夜最后一次点亮，来送他的有三十六人。",
}

// TestSameDumpTwice: whatever a dump holds, and whatever was read before it, once it was
// read a second reading stores nothing, and gives no other text the place of the newest.
// No text that was read is lost: each is a document, or a version of one.
func TestSameDumpTwice(t *testing.T) {
	dir, run := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		path := filepath.Join(dir, fmt.Sprint(run, ".repost"))
		defer os.Remove(path)
		c, err := store.Open(path, store.NoSync(store.Options{Create: true, Scheme: scheme}))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		read := func(recs []ingest.Record, batch int) store.LoadReport { return loaded(t, c, recs, batch) }
		var texts []string
		files := map[ingest.Origin]ingest.Record{} // what stands there, always
		for range rapid.IntRange(1, 3).Draw(t, "dumps") {
			dump := oneEach(rapid.SliceOfN(rapid.Custom(genRecord), 1, 6).Draw(t, "dump"))
			for i, r := range dump {
				if old, ok := files[r.Origin]; ok {
					dump[i] = old
				}
				files[r.Origin] = dump[i]
				texts = append(texts, dump[i].Doc.Text)
			}
			read(dump, rapid.IntRange(1, 6).Draw(t, "batch"))
			before := live(t, c)
			r := read(dump, rapid.IntRange(1, 6).Draw(t, "batch"))
			if r.Added+r.Replaced+r.Older > 0 {
				t.Fatalf("a second reading: %+v", r)
			}
			if now := live(t, c); now != before {
				t.Fatalf("before a second reading:\n%s\nafter it:\n%s", before, now)
			}
		}
		held := map[string]bool{}
		for n := range c.Next() {
			d, err := c.Document(n)
			if err != nil {
				t.Fatal(err)
			}
			held[d.Text] = true
			all, err := c.Versions(d.ID)
			if err != nil || c.Retired(all[len(all)-1]) {
				t.Fatalf("the versions of %s are %d, and the last is no document", d.ID, all)
			}
			for _, m := range all[:len(all)-1] {
				if !c.Retired(m) {
					t.Fatalf("the versions of %s are %d, and %d is not retired", d.ID, all, m)
				}
			}
		}
		for _, text := range texts {
			if !held[text] {
				t.Fatalf("%s is lost", text)
			}
		}
	})
}

// loaded loads records, and returns what became of them.
func loaded(t *rapid.T, c *store.Corpus, recs []ingest.Record, batch int) store.LoadReport {
	r, err := store.Load(t.Context(), c, func(yield func(ingest.Record, error) bool) {
		for _, r := range recs {
			if !yield(r, nil) {
				return
			}
		}
	}, store.LoadOptions{Threads: 1, Documents: batch})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestReadAgainAfterRemoval: when all documents are removed and the same dumps are read again in
// the same order, each id has the text that it had.
func TestReadAgainAfterRemoval(t *testing.T) {
	dir, run := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		path := filepath.Join(dir, fmt.Sprint(run, ".repost"))
		defer os.Remove(path)
		c, err := store.Open(path, store.NoSync(store.Options{Create: true, Scheme: scheme}))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		var dumps [][]ingest.Record
		for day := range rapid.IntRange(1, 4).Draw(t, "dumps") {
			var dump []ingest.Record
			for i, n := range rapid.SliceOfNDistinct(rapid.IntRange(1, 3), 1, 3, rapid.ID).Draw(t, "ids") {
				r := ingest.Record{Origin: ingest.Origin{Path: fmt.Sprint("dump-", day, ".jsonl"), Record: i + 1}}
				r.Doc = dedup.Document{ID: fmt.Sprint("guid-", n), Text: rapid.SampledFrom(revisions[:2]).Draw(t, "text")}
				r.Doc.Date = rapid.SampledFrom([]string{"", "2025-04-11", fmt.Sprint("2025-04-1", 2+day)}).Draw(t, "date")
				dump = append(dump, r)
			}
			dumps = append(dumps, dump)
		}
		read := func() string {
			for _, dump := range dumps {
				loaded(t, c, dump, 4)
			}
			lines := strings.Split(live(t, c), "\n")
			slices.Sort(lines)
			return strings.Join(lines, "\n")
		}
		before := read()
		if err := c.Remove(slices.Collect(c.Numbers)); err != nil {
			t.Fatal(err)
		}
		if now := read(); now != before {
			t.Fatalf("before the removal:\n%s\nafter it, read again:\n%s", before, now)
		}
		if now := read(); now != before {
			t.Fatalf("before the removal:\n%s\nafter it, read twice:\n%s", before, now)
		}
	})
}

// oneEach keeps the first record of each place: no file has two there.
func oneEach(recs []ingest.Record) (out []ingest.Record) {
	seen := map[ingest.Origin]bool{}
	for _, r := range recs {
		if !seen[r.Origin] {
			seen[r.Origin] = true
			out = append(out, r)
		}
	}
	return out
}

// live returns the documents of a corpus, a line each.
func live(t *rapid.T, c *store.Corpus) string {
	var b strings.Builder
	for n := range c.Numbers {
		d, err := c.Document(n)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, d.ID, d.Date, d.Text)
	}
	return b.String()
}

// TestRepairKeepsVersions: what is an older version stays one in a corpus made anew, and
// a file is known again.
func TestRepairKeepsVersions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.repost")
	opt := store.Options{Create: true, Scheme: scheme}
	c, err := store.Open(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	rec := func(file, text, updated string) ingest.Record {
		return ingest.Record{Doc: dedup.Document{ID: "guid", Text: text}, Updated: updated, Origin: ingest.Origin{Path: file, Record: 1}}
	}
	recs := []ingest.Record{rec("b.xml", revisions[1], "2025-04-13"), rec("a.xml", revisions[0], "2025-04-12")}
	load := func(want store.LoadReport) {
		t.Helper()
		for i := range recs {
			r, err := store.Load(t.Context(), c, func(yield func(ingest.Record, error) bool) { yield(recs[i], nil) }, store.LoadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			want.Added, want.Older, want.Unchanged = want.Added-r.Added, want.Older-r.Older, want.Unchanged-r.Unchanged
		}
		if want.Added != 0 || want.Older != 0 || want.Unchanged != 0 {
			t.Errorf("other than expected by %+v", want)
		}
		if n, ok, err := c.Number("guid"); err != nil || !ok {
			t.Error(n, ok, err)
		} else if d, err := c.Document(n); err != nil || d.Text != revisions[1] {
			t.Error(d, err)
		}
	}
	load(store.LoadReport{Added: 1, Older: 1})
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Repair(t.Context(), path, opt, nil); err != nil {
		t.Fatal(err)
	}
	if c, err = store.Open(path, opt); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	load(store.LoadReport{Unchanged: 2})
}
