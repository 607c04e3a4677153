package store_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"repost/dedup"
	"repost/store"
	"repost/store/ingest"
	"repost/testdata"
)

func open(t testing.TB) *store.Corpus {
	t.Helper()
	c, err := store.Open(filepath.Join(t.TempDir(), "c.repost"), store.Options{Create: true, Scheme: store.Stamp(&dedup.DefaultScheme)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// documents returns the documents of all cases and of news, under ids of their own.
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
	return docs
}

func records(docs []dedup.Document) iter.Seq2[ingest.Record, error] {
	return func(yield func(ingest.Record, error) bool) {
		for i, d := range docs {
			if !yield(ingest.Record{Doc: d, Origin: ingest.Origin{Path: "test", Record: i + 1}}, nil) {
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

// TestSettleAsInMemory holds the store against its plain twin: the stories are
// the same, also when they come in batches that are settled one by one.
func TestSettleAsInMemory(t *testing.T) {
	docs := documents(t)
	memory := dedup.NewMemory(&dedup.DefaultScheme)
	memory.Add(docs...)
	if err := dedup.Settle(memory, &dedup.DefaultScheme, nil); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, s := range memory.Stories() {
		for _, m := range s.Members {
			want = append(want, line(&s, m, memory.Document(m.Doc).ID))
		}
	}
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
