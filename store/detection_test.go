package store_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/store"
	"repost/store/ingest"
	"repost/testdata"
)

func open(t testing.TB) *store.Corpus {
	t.Helper()
	c, err := store.Open(filepath.Join(t.TempDir(), "c.repost"), store.Options{Create: true, Scheme: &detect.DefaultScheme})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// documents returns the documents of all cases and of news, under ids of their own, as they
// are read from a dump: a date or a credit at the head of a text is known.
func documents(t testing.TB) []dedup.Document {
	t.Helper()
	var docs []dedup.Document
	cases, err := testdata.Cases()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		for _, d := range c.Docs {
			doc := dedup.Document(d)
			doc.ID = c.Name + "/" + d.ID
			docs = append(docs, doc)
		}
	}
	entries, err := testdata.FS.ReadDir("news")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := testdata.FS.ReadFile("news/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, dedup.Document{ID: e.Name(), Text: string(b)})
	}
	if len(docs) < 50 {
		t.Fatalf("only %d documents", len(docs))
	}
	var read []dedup.Document
	for r, err := range ingest.Read(dumps(t, filepath.Join(t.TempDir(), "d"), docs, 1), nil, ingest.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		read = append(read, r.Doc)
	}
	return read
}

func records(docs []dedup.Document) iter.Seq2[ingest.Record, error] { return recordsOf("test", docs) }

// recordsOf yields documents as the records of a file; without one they come from a program.
func recordsOf(path string, docs []dedup.Document) iter.Seq2[ingest.Record, error] {
	return func(yield func(ingest.Record, error) bool) {
		for i, d := range docs {
			if !yield(ingest.Record{Doc: d, Origin: ingest.Origin{Path: path, Record: i + 1}}, nil) {
				return
			}
		}
	}
}

// line is a member of a story, with its id for its number.
func line(s *dedup.Story, m dedup.Member, id string) string {
	m.Doc = 0
	return fmt.Sprint(s.ID, " ", id, " ", m)
}

// stories returns the stories of a corpus with ids for numbers.
func stories(t tester, c *store.Corpus) []string {
	t.Helper()
	var out []string
	err := c.Stories(func(s *dedup.Story) error {
		for _, m := range s.Members {
			meta, err := c.Meta(m.Doc)
			if err != nil {
				return err
			}
			out = append(out, line(s, m, meta.ID))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// linesInMemory returns the members of the stories that documents make in memory, a line
// each.
func linesInMemory(t *testing.T, docs []dedup.Document) (lines []string) {
	memory := detect.NewMemory(&detect.DefaultScheme)
	memory.Add(docs...)
	if err := detect.UpdateStories(memory, &detect.DefaultScheme, nil); err != nil {
		t.Fatal(err)
	}
	for _, s := range memory.Stories() {
		for _, m := range s.Members {
			lines = append(lines, line(&s, m, memory.Document(m.Doc).ID))
		}
	}
	return lines
}

// TestUpdateAsInMemory holds the store against its plain twin: the stories are
// the same, also when they come in batches that are added one by one.
func TestUpdateAsInMemory(t *testing.T) {
	docs := documents(t)
	want := linesInMemory(t, docs)
	if len(want) == 0 {
		t.Fatal("no stories")
	}
	for _, batches := range []int{1, 7} {
		c := open(t)
		shuffled := append([]dedup.Document(nil), docs...)
		rand.New(rand.NewPCG(1, uint64(batches))).Shuffle(len(docs), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		size := (len(docs) + batches - 1) / batches
		for lo := 0; lo < len(docs); lo += size {
			part := shuffled[lo:min(lo+size, len(docs))]
			r, err := store.Load(t.Context(), c, records(part), store.LoadOptions{Threads: 1 + batches%3, Documents: 5})
			if err != nil || r.Added != len(part) {
				t.Fatalf("%+v, %v; want %d added", r, err, len(part))
			}
		}
		if diff := cmp.Diff(want, stories(t, c)); diff != "" {
			t.Errorf("%d batches (-memory +store):\n%s", batches, diff)
		}
	}
}

// tester is a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Fatal(args ...any)
}

// TestHotStory: the stories around one that very many outlets carry, of which the
// landmarks of its fingerprints are few, are those of the documents alone: in whatever
// batches they came, and after many are gone, landmarks among them.
func TestHotStory(t *testing.T) {
	if testing.Short() {
		t.Skip("aligns ten thousand pairs: left out by -short")
	}
	rng := rand.New(rand.NewPCG(7, 7))
	han := []rune("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈")
	sentence := func(n int) string {
		s := make([]rune, n)
		for i := range s {
			s[i] = han[rng.IntN(len(han))]
		}
		return string(s) + "。\n"
	}
	body := sentence(90) + sentence(80) + sentence(120)
	var docs []dedup.Document
	for i := range 260 {
		text := sentence(9) + body[:len(body)-3*(i%40)-4] + sentence(20)
		if i%20 == 0 { // a page with another story, which has a repost of its own
			other := sentence(150)
			docs = append(docs, dedup.Document{ID: fmt.Sprint("other", i), Text: other})
			text += other
		}
		docs = append(docs, dedup.Document{ID: fmt.Sprint("near", i), Text: text})
	}
	built := func(docs []dedup.Document, batch int) *store.Corpus {
		c := open(t)
		for lo := 0; lo < len(docs); lo += batch {
			if _, err := store.Load(t.Context(), c, records(docs[lo:min(lo+batch, len(docs))]), store.LoadOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		return c
	}
	c := built(docs, 71)
	if diff := cmp.Diff(stories(t, built(docs, len(docs))), stories(t, c)); diff != "" {
		t.Fatalf("in batches (-at once +in batches):\n%s", diff)
	}
	var gone []uint32
	var left []dedup.Document
	for n := range c.Next() {
		m, err := c.Meta(n)
		if err != nil {
			t.Fatal(err)
		}
		if rng.IntN(3) == 0 {
			gone = append(gone, n)
			continue
		}
		for _, d := range docs {
			if d.ID == m.ID {
				left = append(left, d)
			}
		}
	}
	if err := c.Remove(gone); err != nil {
		t.Fatal(err)
	}
	if err := c.UpdateStories(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	want := stories(t, built(left, len(left)))
	if len(want) < 150 {
		t.Fatalf("only %d members", len(want))
	}
	if diff := cmp.Diff(want, stories(t, c)); diff != "" {
		t.Fatalf("after a removal (-built from the rest +now):\n%s", diff)
	}
}
