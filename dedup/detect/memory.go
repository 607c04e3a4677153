package detect

import (
	"slices"
	"strings"

	"repost/dedup"
	"repost/dedup/parallel"
)

// Memory is a Corpus that keeps everything in memory: for tests, for one-off
// comparisons, and as the plain twin of the store. Find looks for a text in it.
type Memory struct {
	scheme   *Scheme
	docs     []dedup.Document
	sketches []dedup.Sketch
	links    []dedup.Link
	linked   []byte
	stories  []KeptStory
	aside    []byte
	index    memoryIndex
}

// NewMemory returns an empty corpus.
func NewMemory(s *Scheme) *Memory { return &Memory{scheme: s} }

// Add appends documents. Their ids must be new.
func (m *Memory) Add(docs ...dedup.Document) {
	from := len(m.docs)
	m.docs = append(m.docs, docs...)
	m.sketches = append(m.sketches, make([]dedup.Sketch, len(docs))...)
	parallel.For(len(docs), func(i int) {
		m.sketches[from+i] = m.scheme.Sketch(m.scheme.Prepare(docs[i].Text))
	})
}

// AddSketched appends documents with what is known of their sketches: their units and contents
// suffice to decide which of them are kept, and not to find stories or texts.
func (m *Memory) AddSketched(docs []dedup.Document, sketches []dedup.Sketch) {
	m.docs, m.sketches = append(m.docs, docs...), append(m.sketches, sketches...)
}

// Document returns document n.
func (m *Memory) Document(n uint32) dedup.Document { return m.docs[n] }

// Stories returns the stories of the last UpdateStories.
func (m *Memory) Stories() []dedup.Story {
	out := make([]dedup.Story, len(m.stories))
	for i := range m.stories {
		out[i] = m.stories[i].Story
	}
	return out
}

// Documents returns how many documents were added.
func (m *Memory) Documents() uint32 { return uint32(len(m.docs)) }

// FingerprintKey implements FullIndex: all bits are kept.
func (m *Memory) FingerprintKey(hash uint64) uint64 { return hash }

// BandKey implements FullIndex.
func (m *Memory) BandKey(hash uint64) uint64 { return hash }

// Infos implements Corpus.
func (m *Memory) Infos(fn func(uint32, dedup.Info) error) error {
	for n := range m.docs {
		info, _ := m.Info(uint32(n))
		if err := fn(uint32(n), info); err != nil {
			return err
		}
	}
	return nil
}

// Retired implements Corpus: nothing is ever retired.
func (m *Memory) Retired(func(uint32, dedup.Info) error) error { return nil }

type memoryPosting struct {
	key uint64
	dedup.Posting
}

func scan(posts []memoryPosting, fn func(uint64, []dedup.Posting) error) error {
	slices.SortFunc(posts, func(a, b memoryPosting) int {
		switch {
		case a.key != b.key && a.key < b.key:
			return -1
		case a.key != b.key:
			return 1
		case a.Doc != b.Doc:
			return int(a.Doc) - int(b.Doc)
		}
		return int(a.Pos) - int(b.Pos)
	})
	var group []dedup.Posting
	for lo := 0; lo < len(posts); {
		group = group[:0]
		hi := lo
		for ; hi < len(posts) && posts[hi].key == posts[lo].key; hi++ {
			group = append(group, posts[hi].Posting)
		}
		if err := fn(posts[lo].key, group); err != nil {
			return err
		}
		lo = hi
	}
	return nil
}

// ScanFingerprints implements Corpus.
func (m *Memory) ScanFingerprints(fn func(uint64, []dedup.Posting) error) error {
	var posts []memoryPosting
	for n, s := range m.sketches {
		for _, p := range s.Fingerprints {
			posts = append(posts, memoryPosting{p.Hash, dedup.Posting{Doc: uint32(n), Pos: p.Pos}})
		}
	}
	return scan(posts, fn)
}

// ScanBands implements Corpus.
func (m *Memory) ScanBands(fn func(uint64, []dedup.Posting) error) error {
	var posts []memoryPosting
	for n, s := range m.sketches {
		for _, b := range s.Bands {
			posts = append(posts, memoryPosting{b, dedup.Posting{Doc: uint32(n)}})
		}
	}
	return scan(posts, fn)
}

// Texts implements Corpus.
func (m *Memory) Texts(ns []uint32, fn func(uint32, string) error) error {
	for _, n := range ns {
		if err := fn(n, m.docs[n].Text); err != nil {
			return err
		}
	}
	return nil
}

// TempFile implements Corpus.
func (m *Memory) TempFile() TempFile { return nil }

// Links implements Corpus.
func (m *Memory) Links(fn func(*dedup.Link) error) error {
	for i := range m.links {
		if err := fn(&m.links[i]); err != nil {
			return err
		}
	}
	return nil
}

// AddLinks implements Corpus.
func (m *Memory) AddLinks(links []dedup.Link, linked []byte) error {
	m.links = append(m.links, links...)
	m.linked = slices.Clone(linked)
	return nil
}

// State implements Corpus.
func (m *Memory) State(name string) ([]byte, error) {
	switch name {
	case StateLinked:
		return m.linked, nil
	case StateExpanded:
		return []byte{1}, nil
	case StateAside:
		return m.aside, nil
	}
	return nil, nil
}

// SetStories implements Corpus.
func (m *Memory) SetStories(stories []KeptStory, aside []byte) error {
	m.stories, m.aside, m.index.stories = stories, aside, nil
	return nil
}

// EachStory implements Corpus.
func (m *Memory) EachStory(fn func(s *KeptStory) error) error {
	for i := range m.stories {
		if err := fn(&m.stories[i]); err != nil {
			return err
		}
	}
	return nil
}

// sortByID orders document numbers by the id of the document.
func sortByID(ns []uint32, ids []string) {
	slices.SortFunc(ns, func(a, b uint32) int { return strings.Compare(ids[a], ids[b]) })
}
