package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/store/ingest"
)

// pairs are the documents of all links in a file, those of retired ones included.
func pairs(t *testing.T, c *Corpus) (all [][2]uint32) {
	t.Helper()
	for chunk := range c.view.Load().LinkChunks {
		for _, l := range must2(c.linkChunk(chunk, everyLink))(t) {
			all = append(all, [2]uint32{l.From, l.To})
		}
	}
	slices.SortFunc(all, func(a, b [2]uint32) int { return slices.Compare(a[:], b[:]) })
	return all
}

// nearCopies makes a corpus of n documents of six texts, each with an end of its own.
func nearCopies(t *testing.T, path string, n int) *Corpus {
	t.Helper()
	c := open(t, path, NoSync(Options{Create: true, Scheme: &detect.DefaultScheme}))
	records := func(yield func(ingest.Record, error) bool) {
		for i := range n {
			d := made(5 * (i % 6)).Doc
			d.ID, d.Text = fmt.Sprint("d", i), d.Text+strings.ToValidUTF8(made(100 + i).Doc.Text[:60], "")
			if !yield(ingest.Record{Doc: d}, nil) {
				return
			}
		}
	}
	must2(Load(t.Context(), c, records, LoadOptions{}))(t)
	return c
}

// TestLinksOnce: what was removed and came back, or was linked by an update that did
// not end, is linked once, and what was removed not at all.
func TestLinksOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := nearCopies(t, path, 24)
	update := func() { t.Helper(); must(t, 0, c.UpdateStories(t.Context(), nil)) }
	want, stories := pairs(t, c), c.StoryCount()
	if len(want) < 20 {
		t.Fatal("no links")
	}
	gone := []uint32{want[0][0], want[len(want)/2][1]}
	must(t, 0, c.Remove(gone))
	update()
	for _, p := range pairs(t, c) {
		if slices.Contains(gone, p[0]) || slices.Contains(gone, p[1]) {
			t.Errorf("a link of %v, which was removed", p)
		}
	}
	if got := findings(t, c); len(got) > 0 {
		t.Errorf("%q", got)
	}
	must(t, 0, c.Restore(gone))
	update()
	equal(t, "links once more", pairs(t, c), want)

	var some []dedup.Link
	must(t, 0, c.Links(func(l *dedup.Link) error { some = append(some, *l); return nil }))
	linked := must2(c.State(detect.StateLinked))(t)
	for _, l := range some[:3] {
		linked[l.From/8] &^= 1 << (l.From % 8)
	}
	must(t, 0, c.AddLinks(some[:3], linked)) // and there it ended
	c.Close()
	c = open(t, path, NoSync(Options{}))
	update()
	equal(t, "links after an end between", pairs(t, c), want)
	if got := findings(t, c); len(got) > 0 || c.StoryCount() != stories {
		t.Errorf("%d stories, not %d; %q", c.StoryCount(), stories, got)
	}
}

// TestSelectDates: days of a selection are taken in the forms of a document's date; what is no
// date is an error and not everything.
func TestSelectDates(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "x.repost"), NoSync(Options{Create: true}))
	for i, date := range []string{"2024-03-05", "2023", "March 5, 2024", "", "2025-01-01T10:00:00Z"} {
		must2(c.Add(dedup.Document{ID: fmt.Sprint(i), Date: date, Text: fmt.Sprint("The ferry of day ", i)}))(t)
	}
	for _, s := range []struct {
		since, until string
		want         []uint32 // nil is an error
	}{
		{"2024-03-05", "", []uint32{0, 2, 4}},
		{"March 5, 2024", "", []uint32{0, 2, 4}},
		{"2024年3月6日", "", []uint32{4}},
		{"", "2024", []uint32{0, 1, 2}},
		{"2024", "2024-03", []uint32{0, 2}},
		{"", "2023-06-30", []uint32{}},
		{"nonsense", "", nil},
		{"", "nonsense", nil},
		{"2024-02-31", "", nil},
		{"03/04/2024", "", nil},
		{" ", "", nil},
	} {
		got, err := c.Select(Selection{Since: s.since, Until: s.until}, false)
		if (err != nil) != (s.want == nil) || !slices.Equal(got, s.want) {
			t.Errorf("since %q until %q: %v, %v; want %v", s.since, s.until, got, err, s.want)
		}
	}
}
