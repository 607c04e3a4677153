package detect

import (
	"cmp"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/lsh"
)

// Index is what Find reads of a corpus. Keys are given in ascending order, and
// retired documents are left out.
type Index interface {
	// LookupFingerprints calls fn for each of keys that the fingerprint index holds, with its
	// postings by (document, position). Those of representatives must be there.
	LookupFingerprints(keys []uint64, fn func(key uint64, ps []dedup.Posting) error) error
	// LookupBands is LookupFingerprints for the keys of the LSH bands.
	LookupBands(keys []uint64, fn func(key uint64, ps []dedup.Posting) error) error
	// LookupContent calls fn for each document whose Info.Content is content, by
	// ascending number.
	LookupContent(content dedup.Content, fn func(n uint32) error) error
	// Representatives returns functions that report whether a document is a representative, the first by
	// number that has its content, and whether a representative has copies. The first is asked for
	// every document that shares a key with a text, often tens of thousands: it should take
	// no longer than a look into memory.
	Representatives() (isRepresentative, copied func(n uint32) bool, err error)
	// Units returns Info.Units of document n, for some hundred documents a text.
	Units(n uint32) (uint32, error)
	// Info describes document n.
	Info(n uint32) (dedup.Info, error)
	// Texts is that of Corpus.
	Texts(ns []uint32, fn func(n uint32, text string) error) error
}

// StoryIndex is an Index that knows the stories of its documents. With it, Find
// judges as an ingest does: what stands in few stories is distinctive, however many
// documents carry these, and who joins a story is found with all of its members.
type StoryIndex interface {
	Index
	// StoriesOf returns the stories that document n is in.
	StoriesOf(n uint32) ([]dedup.Story, error)
	// StoryNumbers returns a number for each of these, in their order: two documents
	// are in one story if they have one number.
	StoryNumbers(n uint32) ([]uint32, error)
}

// carries notes what of the text t the document found carries.
func carries(f *dedup.Found, c carriage, t *Text) {
	f.Spans, f.DocSpans = c.ours, c.theirs
	f.Carried = float64(c.units) / float64(len(t.IDs))
}

// Find returns the documents of a corpus that repost a text as if it were not in it, those that
// carry most of it first, and of those that carry as much the earliest: candidates from the
// index, each aligned with the text, and the links judged as if the text had been added. The
// id decides ties, as that of any document does; the URL and the title are not asked for. A
// document of the corpus with the same id is found like the others.
//
// In a FullIndex of at most 2,000 documents it finds exactly the documents that an ingest
// would put into stories with the text. In a larger one it looks up only what shares a key
// with the text, and finds nearly the same: in 408 of 2,000 random corpora of forms, excerpts
// and pages lookups give another answer, a FullIndex in none
// (REPOST_RANDOM_CORPORA=2000 go test ./dedup -run 'FindIsIngest|FindByLookups' -v).
//
// Time is that of the lookups, about 250 keys for 1,000 characters, and of one
// alignment for each candidate with another text than the others. Of a key that more
// than 4,096 documents hold, some of these are looked at, and of one that more than
// 100 texts hold, some make candidates: the same for all keys. The rest is found in their
// stories.
func Find(ix Index, s *Scheme, d *dedup.Document) ([]dedup.Found, error) {
	t := s.Prepare(d.Text)
	if len(t.IDs) == 0 {
		return nil, nil
	}
	k := s.Sketch(t)
	if w, ok, err := small(ix); err != nil {
		return nil, err
	} else if ok {
		p, err := newPreview(w, d, k)
		if err != nil {
			return nil, err
		}
		return p.found(s, t)
	}
	q, err := newQuery(ix, s, d, t, k)
	if err != nil {
		return nil, err
	}
	if q.same, err = q.copies(q.sketch.Content); err != nil {
		return nil, err
	}
	representatives, err := q.candidates()
	if err != nil {
		return nil, err
	}
	if err := q.read(representatives); err != nil {
		return nil, err
	}
	found, err := q.judge(representatives)
	if err != nil {
		return nil, err
	}
	if found, err = q.joined(found); err != nil {
		return nil, err
	}
	return q.found(found)
}

func newQuery(ix Index, s *Scheme, d *dedup.Document, t *Text, k dedup.Sketch) (q *query, err error) {
	q = &query{
		index: ix, scheme: s, text: t, sketch: k, day: d.GivenDay(), from: d.Source, weight: lsh.Least, infos: map[uint32]dedup.Info{},
		holders: map[uint64][]uint32{}, numbers: map[uint32][]uint32{}, known: map[uint32]*dedup.Story{}, texts: map[uint32]*Text{},
	}
	q.isRepresentative, q.copied, err = ix.Representatives()
	return q, err
}

// query is a Find under way.
type query struct {
	index  Index
	scheme *Scheme
	text   *Text
	sketch dedup.Sketch
	day    int32
	from   string // source of the text, or ""
	weight int32  // that always suffices for a candidate: lsh.Least, or less for quotations

	isRepresentative func(n uint32) bool
	copied           func(n uint32) bool     // of representatives
	same             []uint32                // documents with the content of the text
	infos            map[uint32]dedup.Info   // of documents that may be found
	numbers          map[uint32][]uint32     // of the stories of representatives, as far as they were asked for
	known            map[uint32]*dedup.Story // stories that were read, by number
	holders          map[uint64][]uint32     // fingerprint of the text → representatives that hold it
	texts            map[uint32]*Text
}

// sourceOf numbers a source: that of the text is 0, any other 1, and one that is unknown -1.
func (q *query) sourceOf(name string) int64 {
	switch name {
	case "":
		return -1
	case q.from:
		return 0
	}
	return 1
}

// isSame reports whether a representative has the content of the text.
func (q *query) isSame(head uint32) bool { return len(q.same) > 0 && q.same[0] == head }

// copies returns the documents with a content, their representative first.
func (q *query) copies(content dedup.Content) (ns []uint32, err error) {
	err = q.index.LookupContent(content, func(n uint32) error {
		ns = append(ns, n)
		return nil
	})
	return ns, err
}

// info describes a document that may be found.
func (q *query) info(n uint32) (dedup.Info, error) {
	i, ok := q.infos[n]
	if !ok {
		var err error
		if i, err = q.index.Info(n); err != nil {
			return i, err
		}
		q.infos[n] = i
	}
	return i, nil
}

// read prepares the texts of documents.
func (q *query) read(ns []uint32) error {
	ns = slices.DeleteFunc(slices.Clone(ns), func(n uint32) bool { return q.texts[n] != nil })
	slices.Sort(ns)
	t := new(Text)
	return q.index.Texts(slices.Compact(ns), func(n uint32, text string) error {
		if text != t.Source { // copies come in rows
			t = q.scheme.Prepare(text)
		}
		q.texts[n] = t
		return nil
	})
}

// copiesAtOnce bounds the copies whose texts are held at once.
const copiesAtOnce = 1024

// found describes what was found: the copies of the text, and each representative with its
// copies.
func (q *query) found(representatives []reposted) ([]dedup.Found, error) {
	var out []dedup.Found
	var k Linker
	all := cluster.Set{{Lo: 0, Hi: int32(len(q.text.IDs))}}
	if len(q.same) > 0 {
		representatives = append(representatives, reposted{representative: q.same[0], ours: all, theirs: all})
	}
	for _, r := range representatives {
		head, err := q.info(r.representative)
		if err != nil {
			return nil, err
		}
		copies, err := q.copies(head.Content)
		if err != nil {
			return nil, err
		}
		var f dedup.Found // of the copy before, and its text
		var last *Text
		for class := range slices.Chunk(copies, copiesAtOnce) {
			if err := q.read(class); err != nil {
				return nil, err
			}
			for _, n := range class {
				info, err := q.info(n)
				if err != nil {
					return nil, err
				}
				if t := q.texts[n]; t != last {
					last, f.Relatedness = t, k.Relate(q.text, t)
					if r.quoted && (f.Kind == dedup.Unrelated || f.Kind == dedup.Rewrite || f.Kind == dedup.Summary) {
						f.Relatedness = r.quotation(q.text, t) // its words were asked for
					}
					if f.Kind == dedup.SameTemplate && !r.quoted { // the judge, which knows the corpus, has let it pass
						f.Kind = extentOf(&f.Relatedness)
					}
					f.StorySpans, f.StoryDocSpans = r.spans(q.text, t, &f.Relatedness)
					carries(&f, r.carriage(&k, q.text, t, f.Kind), q.text)
				}
				f.Doc, f.Info = n, info
				out = append(out, f)
				delete(q.texts, n)
			}
		}
	}
	sortFound(out)
	return out, nil
}

// sortFound orders what was found: what carries most of the text comes first, and of equal
// shares the earliest.
func sortFound(out []dedup.Found) {
	at := make(map[uint32]uint64, len(out))
	for i := range out {
		at[out[i].Doc] = out[i].Info.PlaceInTime()
	}
	slices.SortFunc(out, func(a, b dedup.Found) int {
		return cmp.Or(cmp.Compare(b.Carried, a.Carried), cmp.Compare(at[a.Doc]>>2, at[b.Doc]>>2), cmp.Compare(b.CoverageB, a.CoverageB),
			cmp.Compare(at[a.Doc], at[b.Doc]), cmp.Compare(a.Info.ID, b.Info.ID))
	})
}

// Extent returns the live units of chains on both sides.
func Extent(chains []dedup.Chain) (a, b cluster.Set) {
	for i := range chains {
		runs := chains[i].Runs
		first, last := runs[0], runs[len(runs)-1]
		a = append(a, cluster.Interval{Lo: first.A, Hi: last.A + last.Len})
		b = append(b, cluster.Interval{Lo: first.B, Hi: last.B + last.Len})
	}
	return cluster.Of(a), cluster.Of(b)
}
