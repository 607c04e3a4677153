package detect

import (
	"context"
	"slices"
	"sync"

	"repost/dedup"
)

// A Memory is a FullIndex and a StoryIndex: a text is found in it as in the store. Keys are looked
// up in maps, which are made when the first text is looked for, and completed after each Add.

// memoryIndex is what a Memory looks up.
type memoryIndex struct {
	mu                  sync.Mutex
	documents           int // that are in it
	fingerprints, bands map[uint64][]dedup.Posting
	contents            map[dedup.Content][]uint32
	stories             map[uint32][]uint32 // document → places in Memory.stories; nil until it is asked for
}

// Find returns the documents that carry the text of d or a part of it, as FindQuotations does with
// dedup.Usual, and as that of store.Corpus is called; d itself, with its id and its text, is left
// out if it was added. Of a text of no words it finds none. Several
// may be looked for at once, and none while Add or UpdateStories runs.
func (m *Memory) Find(ctx context.Context, d *dedup.Document) ([]dedup.Found, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return FindQuotations(m, m.scheme, d, dedup.Usual)
}

// lookups returns the index of all documents.
func (m *Memory) lookups() *memoryIndex {
	x := &m.index
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.contents == nil {
		x.fingerprints, x.bands, x.contents = map[uint64][]dedup.Posting{}, map[uint64][]dedup.Posting{}, map[dedup.Content][]uint32{}
	}
	for ; x.documents < len(m.docs); x.documents++ {
		n, k := uint32(x.documents), &m.sketches[x.documents]
		for _, p := range k.Fingerprints {
			x.fingerprints[p.Hash] = append(x.fingerprints[p.Hash], dedup.Posting{Doc: n, Pos: p.Pos})
		}
		for _, b := range k.Bands {
			x.bands[b] = append(x.bands[b], dedup.Posting{Doc: n})
		}
		x.contents[k.Content] = append(x.contents[k.Content], n)
	}
	if x.stories == nil {
		x.stories = map[uint32][]uint32{}
		for i := range m.stories {
			for _, member := range m.stories[i].Members {
				if at := x.stories[member.Doc]; !slices.Contains(at, uint32(i)) {
					x.stories[member.Doc] = append(at, uint32(i))
				}
			}
		}
	}
	return x
}

// LookupFingerprints implements Index.
func (m *Memory) LookupFingerprints(keys []uint64, fn func(key uint64, ps []dedup.Posting) error) error {
	return lookup(m.lookups().fingerprints, keys, fn)
}

// LookupBands implements Index.
func (m *Memory) LookupBands(keys []uint64, fn func(key uint64, ps []dedup.Posting) error) error {
	return lookup(m.lookups().bands, keys, fn)
}

func lookup(index map[uint64][]dedup.Posting, keys []uint64, fn func(uint64, []dedup.Posting) error) error {
	for _, k := range keys {
		if ps := index[k]; len(ps) > 0 {
			if err := fn(k, ps); err != nil {
				return err
			}
		}
	}
	return nil
}

// LookupContent implements Index.
func (m *Memory) LookupContent(content dedup.Content, fn func(n uint32) error) error {
	for _, n := range m.lookups().contents[content] {
		if err := fn(n); err != nil {
			return err
		}
	}
	return nil
}

// Representatives implements Index.
func (m *Memory) Representatives() (isRepresentative, copied func(n uint32) bool, err error) {
	x := m.lookups()
	class := func(n uint32) []uint32 { return x.contents[m.sketches[n].Content] }
	return func(n uint32) bool { return class(n)[0] == n }, func(n uint32) bool { return len(class(n)) > 1 }, nil
}

// Units implements Index.
func (m *Memory) Units(n uint32) (uint32, error) { return m.sketches[n].Units, nil }

// Info implements Index.
func (m *Memory) Info(n uint32) (dedup.Info, error) {
	d := &m.docs[n]
	return dedup.Info{ID: d.ID, Source: d.Source, Date: d.Date, DateFrom: d.DateFrom, Units: m.sketches[n].Units, Content: m.sketches[n].Content}, nil
}

// StoriesOf implements StoryIndex.
func (m *Memory) StoriesOf(n uint32) ([]dedup.Story, error) {
	var out []dedup.Story
	for _, i := range m.lookups().stories[n] {
		out = append(out, m.stories[i].Story)
	}
	return out, nil
}

// StoryNumbers implements StoryIndex.
func (m *Memory) StoryNumbers(n uint32) ([]uint32, error) { return m.lookups().stories[n], nil }
