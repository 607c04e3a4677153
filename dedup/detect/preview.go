package detect

import (
	"cmp"
	"slices"

	"repost/dedup"
	"repost/shingle"
)

// What an ingest would say of a text, exactly: its own stages run over the corpus and the
// text, and nothing is kept. Every judgement rests on statistics of the whole corpus (which
// fingerprints are rare, what is boilerplate, how many stories hold a passage), so that the way
// around them is to compute them. The documents are linked already, thus one text is
// aligned; the rest is a pass over the fingerprints and the links. That grows with the corpus,
// hence the bounds: 13 ms of a processor for a text and 250 pages of 2,500 bytes, 27 ms for
// 500, 65 ms for 1,000, some 250 for 1,900, where looking the fingerprints of one text up takes 4 ms.

// A corpus up to these bounds is judged again for each text of a search.
const (
	previewDocuments = 2000
	previewUnits     = 1 << 21
)

// FullIndex is an Index of a corpus that Find can judge again with the text in it, as an ingest
// of it would. It does so where the corpus is small: up to 2,000 documents of two million
// units.
type FullIndex interface {
	Index
	Corpus
	// Documents returns how many numbers were given out.
	Documents() uint32
	// FingerprintKey and BandKey return the keys that ScanFingerprints and ScanBands call fn with for
	// a hash: an index may keep fewer bits than it has.
	FingerprintKey(hash uint64) uint64
	BandKey(hash uint64) uint64
}

// small returns ix as a FullIndex if it is one and within the bounds.
func small(ix Index) (w FullIndex, ok bool, err error) {
	w, ok = ix.(FullIndex)
	if !ok || w.Documents() > previewDocuments {
		return nil, false, nil
	}
	units := 0
	for n := range w.Documents() {
		u, err := w.Units(n)
		if err != nil {
			return nil, false, err
		}
		units += int(u)
	}
	return w, units <= previewUnits, nil
}

// preview is a corpus with one more document, which has the next number. What is to be
// kept is kept in memory. Documents that are added meanwhile, under that number and later ones,
// are not in it.
type preview struct {
	FullIndex
	number uint32
	info   dedup.Info
	sketch dedup.Sketch
	text   string

	fingerprints, bands *recorded // with the text; nil until they were read

	linked []byte
	links  []dedup.Link
	kept   bitmap // documents whose links among each other are those that the corpus keeps
}

func newPreview(w FullIndex, d *dedup.Document, k dedup.Sketch) (*preview, error) {
	number := w.Documents()
	linked, err := w.State(StateLinked)
	linked = slices.Clone(linked)
	for n := number; int(n) < 8*len(linked); n++ {
		bitmap(linked).remove(n)
	}
	return &preview{
		FullIndex: w, number: number, info: dedup.Info{ID: d.ID, Source: d.Source, Date: d.Date, DateFrom: d.DateFrom, Units: k.Units, Content: k.Content}, sketch: k, text: d.Text,
		linked: linked, kept: slices.Clone(bitmap(linked)),
	}, err
}

// found returns the documents of the stories that the text would be in.
func (p *preview) found(s *Scheme, t *Text) ([]dedup.Found, error) {
	st := &detector{corpus: p, scheme: s, progress: func(string, int, int) {}, inMemoryUnits: batchUnits, inMemoryHits: heldHits}
	defer func() { st.spill.close() }()
	for _, step := range []func() error{st.load, st.link} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if !p.related(st) {
		return nil, nil
	}
	stories, err := st.storiesWith(p.number)
	if err != nil {
		return nil, err
	}
	return p.partners(s, t, stories)
}

// related reports whether the text has a link or a copy: without, it is in no story.
func (p *preview) related(st *detector) bool {
	return len(st.class(st.representativeOf(p.number))) > 1 || slices.ContainsFunc(p.links, func(l dedup.Link) bool {
		return l.From == p.number || l.To == p.number
	})
}

// storiesWith judges all links and returns the stories that a document is in.
func (st *detector) storiesWith(n uint32) ([]draftStory, error) {
	v, j, err := st.judgeLinks()
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(v.made(j.Stories(), st.copies), func(s draftStory) bool { return !s.has(n) })
	return all, v.expandSpans(all)
}

func (s *draftStory) has(n uint32) bool {
	return slices.ContainsFunc(s.Members, func(m dedup.Member) bool { return m.Doc == n })
}

// partners describes the other members of stories with the text.
func (p *preview) partners(s *Scheme, t *Text, stories []draftStory) ([]dedup.Found, error) {
	with := map[uint32]*dedup.Found{}
	for i := range stories {
		members := stories[i].Members
		ours := spansIn(&stories[i].Story, p.number)
		for _, m := range members {
			if m.Doc == p.number {
				continue
			}
			f := with[m.Doc]
			if f == nil {
				f = &dedup.Found{Doc: m.Doc}
				with[m.Doc] = f
			}
			f.StorySpans, f.StoryDocSpans = joinSpans(f.StorySpans, ours), joinSpans(f.StoryDocSpans, m.Spans)
		}
	}
	out := make([]dedup.Found, 0, len(with))
	ns := make([]uint32, 0, len(with))
	for n := range with {
		ns = append(ns, n)
	}
	slices.Sort(ns)
	var k Linker
	last, of, has := new(Text), dedup.Relatedness{}, carriage{}
	err := p.Texts(ns, func(n uint32, text string) (err error) {
		if text != last.Source { // copies come in rows
			last = s.Prepare(text)
			if of = k.Relate(t, last); of.Kind == dedup.SameTemplate { // as in spanExpander.describe
				of.Kind = extentOf(&of)
			}
			has = k.carriage(t, last, of.Kind)
		}
		f := with[n]
		f.Relatedness = of
		carries(f, has, t)
		f.Info, err = p.FullIndex.Info(n)
		out = append(out, *f)
		return err
	})
	sortFound(out)
	return out, err
}

// joinSpans returns the union of two lists of spans, each ascending and disjoint.
func joinSpans(a, b []shingle.Span) []shingle.Span {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y shingle.Span) int { return cmp.Or(cmp.Compare(x.Lo, y.Lo), cmp.Compare(x.Hi, y.Hi)) })
	out := all[:0]
	for _, s := range all {
		if n := len(out); n > 0 && s.Lo <= out[n-1].Hi {
			out[n-1].Hi = max(out[n-1].Hi, s.Hi)
			continue
		}
		out = append(out, s)
	}
	return out
}

// Infos implements Corpus. A document of the corpus may have the id of the text: then the
// text comes right after it.
func (p *preview) Infos(fn func(uint32, dedup.Info) error) error {
	taken := p.info.ID == ""
	err := p.FullIndex.Infos(func(n uint32, i dedup.Info) error {
		if n >= p.number {
			return nil
		}
		taken = taken || i.ID == p.info.ID
		return fn(n, i)
	})
	if err != nil {
		return err
	}
	i := p.info
	if taken {
		i.ID += "\x00"
	}
	return fn(p.number, i)
}

// Retired implements Corpus.
func (p *preview) Retired(fn func(uint32, dedup.Info) error) error {
	return p.FullIndex.Retired(func(n uint32, i dedup.Info) error {
		if n >= p.number {
			return nil
		}
		return fn(n, i)
	})
}

// before calls fn with the postings of the documents of the preview.
func (p *preview) before(scan func(func(uint64, []dedup.Posting) error) error) func(func(uint64, []dedup.Posting) error) error {
	return func(fn func(uint64, []dedup.Posting) error) error {
		return scan(func(key uint64, ps []dedup.Posting) error {
			for n := len(ps); n > 0 && ps[n-1].Doc >= p.number; n-- {
				ps = ps[:n-1]
			}
			if len(ps) == 0 {
				return nil
			}
			return fn(key, ps)
		})
	}
}

// ScanFingerprints implements Corpus.
func (p *preview) ScanFingerprints(fn func(uint64, []dedup.Posting) error) error {
	if p.fingerprints == nil {
		own := make([]memoryPosting, len(p.sketch.Fingerprints))
		for i, f := range p.sketch.Fingerprints {
			own[i] = memoryPosting{p.FingerprintKey(f.Hash), dedup.Posting{Doc: p.number, Pos: f.Pos}}
		}
		var err error
		if p.fingerprints, err = recordedWith(own, p.before(p.FullIndex.ScanFingerprints)); err != nil {
			return err
		}
	}
	return p.fingerprints.each(fn)
}

// ScanBands implements Corpus.
func (p *preview) ScanBands(fn func(uint64, []dedup.Posting) error) error {
	if p.bands == nil {
		own := make([]memoryPosting, len(p.sketch.Bands))
		for i, key := range p.sketch.Bands {
			own[i] = memoryPosting{p.BandKey(key), dedup.Posting{Doc: p.number}}
		}
		var err error
		if p.bands, err = recordedWith(own, p.before(p.FullIndex.ScanBands)); err != nil {
			return err
		}
	}
	return p.bands.each(fn)
}

// recorded is what a scan of an index brought: the stages make five of them, and most of
// their time was reading.
type recorded struct {
	keys  []uint64
	ends  []int // of each key's postings
	posts []dedup.Posting
}

func (r *recorded) add(key uint64, ps ...dedup.Posting) {
	r.posts = append(r.posts, ps...)
	r.keys, r.ends = append(r.keys, key), append(r.ends, len(r.posts))
}

func (r *recorded) each(fn func(uint64, []dedup.Posting) error) error {
	lo := 0
	for i, hi := range r.ends {
		if err := fn(r.keys[i], r.posts[lo:hi:hi]); err != nil {
			return err
		}
		lo = hi
	}
	return nil
}

// recordedWith records a scan of an index as if it held the postings of one more document,
// which has the last number.
func recordedWith(own []memoryPosting, index func(func(uint64, []dedup.Posting) error) error) (*recorded, error) {
	more, r := new(recorded), new(recorded)
	err := scan(own, func(key uint64, ps []dedup.Posting) error {
		more.add(key, ps...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	i := 0 // of more: the first key that is not taken
	next := func() (key uint64, ps []dedup.Posting) {
		lo := 0
		if i > 0 {
			lo = more.ends[i-1]
		}
		key, ps = more.keys[i], more.posts[lo:more.ends[i]]
		i++
		return key, ps
	}
	err = index(func(key uint64, ps []dedup.Posting) error {
		for i < len(more.keys) && more.keys[i] < key {
			k, own := next()
			r.add(k, own...)
		}
		r.posts = append(r.posts, ps...)
		ps = nil
		if i < len(more.keys) && more.keys[i] == key {
			_, ps = next()
		}
		r.add(key, ps...)
		return nil
	})
	for i < len(more.keys) {
		k, own := next()
		r.add(k, own...)
	}
	return r, err
}

// Texts implements Corpus.
func (p *preview) Texts(ns []uint32, fn func(uint32, string) error) error {
	if len(ns) == 0 || ns[len(ns)-1] != p.number {
		return p.FullIndex.Texts(ns, fn)
	}
	if err := p.FullIndex.Texts(ns[:len(ns)-1], fn); err != nil {
		return err
	}
	return fn(p.number, p.text)
}

// TempFile implements Corpus.
func (p *preview) TempFile() TempFile { return nil }

// Links implements Corpus.
func (p *preview) Links(fn func(*dedup.Link) error) error {
	err := p.FullIndex.Links(func(l *dedup.Link) error {
		if p.kept.has(l.From) && p.kept.has(l.To) {
			return fn(l)
		}
		return nil
	})
	for i := 0; i < len(p.links) && err == nil; i++ {
		err = fn(&p.links[i])
	}
	return err
}

// AddLinks implements Corpus. Documents that are no longer linked are linked again.
func (p *preview) AddLinks(links []dedup.Link, linked []byte) error {
	p.linked, p.links = slices.Clone(linked), append(p.links, links...)
	for _, n := range p.kept.numbers() {
		if !bitmap(linked).has(n) {
			p.kept.remove(n)
		}
	}
	return nil
}

// State implements Corpus.
func (p *preview) State(name string) ([]byte, error) {
	switch name {
	case StateExpanded, StateAside:
		return nil, nil
	case StateLinked:
		return p.linked, nil
	}
	return p.FullIndex.State(name)
}

// SetStories implements Corpus: nothing is kept.
func (p *preview) SetStories([]KeptStory, []byte) error { return nil }

// EachStory implements Corpus.
func (p *preview) EachStory(func(*KeptStory) error) error { return nil }
