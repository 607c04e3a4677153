package detect

import (
	"sync/atomic"
	"testing"

	"repost/dedup"
	"repost/testdata"
)

// counted is a Corpus that counts what an update asks of it.
type counted struct {
	*Memory
	read  atomic.Int64 // bytes of texts
	links int
}

func (c *counted) Texts(ns []uint32, fn func(uint32, string) error) error {
	return c.Memory.Texts(ns, func(n uint32, text string) error {
		c.read.Add(int64(len(text)))
		return fn(n, text)
	})
}

func (c *counted) AddLinks(links []dedup.Link, linked []byte) error {
	c.links += len(links)
	return c.Memory.AddLinks(links, linked)
}

// TestHostileCorpora holds what an update does with documents that share something each
// with many, at 1, 2 and 4 times the size: how often a text is read, and, of a page that
// shares a paragraph with each, how many links there are for a document. Of the other
// shapes up to lsh.Fingerprints.AllPairs documents are linked each with each: the table shows it.
//
//	go test ./dedup/detect -run HostileCorpora -v
//
// prints the table. A page was once read for each document that shares a paragraph with
// it: 23.9 times at 4 times the size.
func TestHostileCorpora(t *testing.T) {
	const mostReads = 4   // of each text: for linking, for carving, for boilerplate
	const mostStories = 9 // that a page of items is in: it is compared with the centre of each
	mostLinks := map[string]float64{
		"a page that shares a paragraph with each": 1, "short texts of three signs": .1, "short tables": .1,
		"the same sentences in every order": 32, "near copies under footers": 32, "copies with one letter changed": 32,
	}
	unit := 1 << 16
	if testing.Short() {
		unit = 1 << 15
	}
	for _, s := range testdata.HostileCorpora() {
		var reads, links [3]float64
		for k := range reads {
			m := &counted{Memory: NewMemory(&DefaultScheme)}
			bytes, docs := 0, 0
			for _, d := range s.Docs(unit << k) {
				m.Add(dedup.Document(d))
				bytes, docs = bytes+len(d.Text), docs+1
			}
			if err := UpdateStories(m, &DefaultScheme, nil); err != nil {
				t.Fatal(err)
			}
			reads[k], links[k] = float64(m.read.Load())/float64(bytes), float64(m.links)/float64(docs)
			if most := float64(mostReads + mostStories); reads[k] > most || reads[k] > mostReads && s.Name != "pages of the same items" {
				t.Errorf("%s: each text is read %.1f times at %d times the size, must be %d", s.Name, reads[k], 1<<k, mostReads)
			}
			if most, held := mostLinks[s.Name]; held && links[k] > most {
				t.Errorf("%s: %.1f links a document at %d times the size, must be %.0f", s.Name, links[k], 1<<k, most)
			}
		}
		t.Logf("%-42s texts are read %.1f times, links a document %.1f", s.Name, reads, links)
	}
}
