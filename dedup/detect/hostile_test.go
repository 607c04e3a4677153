package detect

import (
	"sync/atomic"
	"testing"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/lsh"
	"repost/testdata"
)

// counted is a Corpus that counts what an update reads of it.
type counted struct {
	*Memory
	read atomic.Int64 // bytes of texts
}

func (c *counted) Texts(ns []uint32, fn func(uint32, string) error) error {
	return c.Memory.Texts(ns, func(n uint32, text string) error {
		c.read.Add(int64(len(text)))
		return fn(n, text)
	})
}

// TestHostileCorpora counts the steps of an update with documents that share something each
// with many, at 1, 2, 4 and 8 times the size. None of them may grow with the number of
// documents: how often a text is read, with how many others it is aligned, and how many links
// are judged.
//
//	go test ./dedup/detect -run HostileCorpora -v
//
// prints the table. A page was once read for each document that shares a paragraph with
// it: 23.9 times at 4 times the size.
func TestHostileCorpora(t *testing.T) {
	most := map[string]struct{ reads, pairs float64 }{
		"": {4, 3 * lsh.Pivots}, // texts are read for linking, for expanding and for boilerplate
		// A page of items is in several stories. It is compared with the pivots of each item,
		// and read with the canonical of each story.
		"pages of the same items": {13, 6 * lsh.Pivots},
	}
	for _, s := range testdata.HostileCorpora() {
		var reads, pairs, links [4]float64
		for k := range reads {
			m := &counted{Memory: NewMemory(&DefaultScheme)}
			var bytes, docs float64
			for _, d := range s.Docs(1 << (15 + k)) {
				m.Add(dedup.Document(d))
				bytes, docs = bytes+float64(len(d.Text)), docs+1
			}
			work := updated(t, m)
			reads[k], pairs[k], links[k] = float64(m.read.Load())/bytes, float64(work.Aligned)/docs, float64(work.Judged)/docs
			bound, ok := most[s.Name]
			if !ok {
				bound = most[""]
			}
			if reads[k] > bound.reads || pairs[k] > bound.pairs || links[k] > cluster.Passes*bound.pairs {
				t.Errorf("%s: at %d times the size each text is read %.1f times and aligned with %.1f others, and %.1f links are judged; at most %.0f, %.0f and %d times as many should be",
					s.Name, 1<<k, reads[k], pairs[k], links[k], bound.reads, bound.pairs, cluster.Passes)
			}
		}
		t.Logf("%-42s a document: read %.1f, aligned %.1f, links judged %.1f", s.Name, reads, pairs, links)
	}
}

// updated brings the stories of a corpus up to date and returns what it took.
func updated(t *testing.T, c Corpus) Work {
	st := &detector{corpus: c, scheme: &DefaultScheme, progress: func(string, int, int) {}, inMemoryUnits: batchUnits, inMemoryHits: heldHits}
	if err := st.run(); err != nil {
		t.Fatal(err)
	}
	return st.work
}

// TestHostileFind: to find a text in these corpora, how often a text is read does not grow
// with the number of documents. A page that shares a paragraph with each is compared with each.
func TestHostileFind(t *testing.T) {
	const most = 4
	for _, s := range testdata.HostileCorpora() {
		var looked, previewed [3]float64
		for k := range looked {
			m := &counted{Memory: NewMemory(&DefaultScheme)}
			bytes := 0.
			docs := s.Docs(1 << (14 + k))
			for _, d := range docs {
				m.Add(dedup.Document(d))
				bytes += float64(len(d.Text))
			}
			updated(t, m)
			for ix, reads := range map[Index]*float64{m: &previewed[k], struct{ StoryIndex }{m}: &looked[k]} {
				m.read.Store(0)
				query := dedup.Document(docs[0])
				query.ID = "query"
				if _, err := Find(ix, &DefaultScheme, &query); err != nil {
					t.Fatal(err)
				}
				if *reads = float64(m.read.Load()) / bytes; *reads > most {
					t.Errorf("%s: to find a text all are read %.1f times at %d times the size, at most %d should be", s.Name, *reads, 1<<k, most)
				}
			}
		}
		t.Logf("%-42s all texts are read %.1f times by lookups, %.1f times by a preview", s.Name, looked, previewed)
	}
}
