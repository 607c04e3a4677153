package dedup

import (
	"cmp"
	"slices"

	"repost/dedup/cluster"
	"repost/dedup/lsh"
	"repost/shingle"
)

// Index is what Find reads of a corpus. Keys are given in ascending order, and
// retired documents are left out.
type Index interface {
	// LookupPrints calls fn for each of keys that the print index holds, with its
	// postings by (document, position).
	LookupPrints(keys []uint64, fn func(key uint64, ps []Posting) error) error
	// LookupBands is LookupPrints for the keys of the LSH bands.
	LookupBands(keys []uint64, fn func(key uint64, ps []Posting) error) error
	// LookupContent calls fn for each document whose Info.Content is content.
	LookupContent(content uint64, fn func(n uint32) error) error
	// Info describes document n.
	Info(n uint32) (Info, error)
	// Texts is that of Corpus.
	Texts(ns []uint32, fn func(n uint32, text string) error) error
}

// Found is a document of a corpus that carries a text, or a part of it.
type Found struct {
	Doc         uint32         // document number
	Info        Info           //
	Relatedness                // of the text to the document
	Spans       []shingle.Span // of the text, that the document carries
	DocSpans    []shingle.Span // of the document, that carry them
}

// Find returns the documents of a corpus that repost a text which is not in it,
// those that carry most of it first: candidates from the index, each aligned with
// the text, and the links judged as if the text had been added, but for the
// boilerplate that a corpus learns of its sources. date is that of the text, or "".
//
// Time is that of the lookups, about 250 keys for 1,000 characters, and of one
// alignment for each candidate with another text than the others.
func Find(ix Index, s *Scheme, t *Text, date string) ([]Found, error) {
	if len(t.IDs) == 0 {
		return nil, nil
	}
	q := &query{
		index: ix, scheme: s, text: t, sketch: s.Sketch(t), day: Day(date), infos: map[uint32]Info{},
		class: map[uint64][]uint32{}, frequency: map[uint64]int32{}, texts: map[uint32]*Text{},
	}
	err := ix.LookupContent(q.sketch.Content, func(n uint32) error {
		_, err := q.head(n)
		return err
	})
	if err != nil {
		return nil, err
	}
	heads, err := q.candidates()
	if err != nil {
		return nil, err
	}
	if err := q.read(heads); err != nil {
		return nil, err
	}
	return q.found(q.judge(heads))
}

// query is a Find under way.
type query struct {
	index  Index
	scheme *Scheme
	text   *Text
	sketch Sketch
	day    int32

	infos     map[uint32]Info
	class     map[uint64][]uint32 // content → documents seen that have it; the first is their head
	frequency map[uint64]int32    // print of the text → texts that hold it, this one included
	texts     map[uint32]*Text
}

// head returns the document that stands for all with the text of n.
func (q *query) head(n uint32) (uint32, error) {
	i, ok := q.infos[n]
	if !ok {
		var err error
		if i, err = q.index.Info(n); err != nil {
			return 0, err
		}
		q.infos[n] = i
		q.class[i.Content] = append(q.class[i.Content], n)
	}
	return q.class[i.Content][0], nil
}

// heads returns the postings of heads among ps, without copies of the text.
func (q *query) heads(dst, ps []Posting) ([]Posting, error) {
	for _, p := range ps {
		h, err := q.head(p.Doc)
		if err != nil {
			return dst, err
		}
		if h == p.Doc && q.infos[h].Content != q.sketch.Content {
			dst = append(dst, p)
		}
	}
	return dst, nil
}

// candidates returns the heads that share a band or enough prints with the text.
func (q *query) candidates() ([]uint32, error) {
	at := map[uint64][]uint32{}
	for _, p := range q.sketch.Prints {
		at[p.Hash] = append(at[p.Hash], p.Pos)
	}
	keys := make([]uint64, 0, len(at))
	for k := range at {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var hits []lsh.Hit
	var own []Posting
	err := q.index.LookupPrints(keys, func(key uint64, ps []Posting) (err error) {
		if own, err = q.heads(own[:0], ps); err != nil {
			return err
		}
		n := documents(own) + 1
		q.frequency[key] = int32(n)
		if w := printWeight(n); w > 0 {
			for _, p := range own {
				for _, pos := range at[key] {
					hits = append(hits, lsh.Hit{Doc: p.Doc, Diagonal: int32(pos) - int32(p.Pos), Weight: w})
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	bands := slices.Clone(q.sketch.Bands)
	slices.Sort(bands)
	err = q.index.LookupBands(slices.Compact(bands), func(_ uint64, ps []Posting) (err error) {
		if own, err = q.heads(own[:0], ps); err != nil {
			return err
		}
		if w := bandWeight(documents(own) + 1); w > 0 {
			for _, p := range own {
				hits = append(hits, lsh.Hit{Doc: p.Doc, Weight: w})
			}
		}
		return nil
	})
	return lsh.Candidates(nil, hits, func(n uint32) int32 {
		return lsh.Enough(int(min(q.sketch.Units, q.infos[n].Units)))
	}), err
}

// documents counts the documents of postings that are sorted by document.
func documents(ps []Posting) (n int) {
	for i, p := range ps {
		if i == 0 || p.Doc != ps[i-1].Doc {
			n++
		}
	}
	return n
}

// read prepares the texts of documents.
func (q *query) read(ns []uint32) error {
	ns = slices.DeleteFunc(slices.Clone(ns), func(n uint32) bool { return q.texts[n] != nil })
	slices.Sort(ns)
	return q.index.Texts(slices.Compact(ns), func(n uint32, text string) error {
		q.texts[n] = q.scheme.Prepare(text)
		return nil
	})
}

// reposted is a head that carries a part of the text: which, in live units.
type reposted struct {
	head   uint32
	ours   cluster.Set
	theirs cluster.Set
}

// judge aligns the heads with the text and judges the links. The text comes first
// among the documents: its key is empty.
func (q *query) judge(heads []uint32) []reposted {
	slices.SortFunc(heads, func(a, b uint32) int { return cmp.Compare(q.infos[a].ID, q.infos[b].ID) })
	j := &judged{q: q, keys: map[uint64]int32{}}
	j.add(q.text, "", q.day)
	var links []cluster.Link
	var k Linker
	for i, n := range heads {
		j.add(q.texts[n], q.infos[n].ID, Day(q.infos[n].Date))
		if chains := k.Chains(q.text, q.texts[n]); len(chains) > 0 {
			links = append(links, cluster.Link{A: 0, B: int32(i + 1), Chains: chains})
		}
	}
	verdicts, _ := cluster.Judge(j.docs, links, j.frequency, cluster.Default)
	var out []reposted
	for i, v := range verdicts {
		if !v.Accepted {
			continue
		}
		var kept []Chain
		for _, c := range v.Kept {
			kept = append(kept, links[i].Chains[c])
		}
		r := reposted{head: heads[links[i].B-1]}
		r.ours, r.theirs = Extent(kept)
		out = append(out, r)
	}
	return out
}

// judged is what the judge knows of the documents.
type judged struct {
	q         *query
	docs      []cluster.Doc
	keys      map[uint64]int32
	frequency []int32
}

func (j *judged) add(t *Text, key string, day int32) {
	s := j.q.scheme.Sketch(t)
	d := cluster.Doc{Key: key, Units: int32(s.Units), Gram: int32(t.gramUnits(j.q.scheme.Gram)), Day: day}
	for _, p := range s.Prints {
		k, ok := j.keys[p.Hash]
		if !ok {
			k = int32(len(j.keys))
			j.keys[p.Hash] = k
			j.frequency = append(j.frequency, max(1, j.q.frequency[p.Hash]))
		}
		d.Prints = append(d.Prints, cluster.Print{Key: k, Pos: int32(p.Pos)})
	}
	j.docs = append(j.docs, d)
}

// found describes what was found: the copies of the text, and each head with its
// copies.
func (q *query) found(heads []reposted) ([]Found, error) {
	var out []Found
	var k Linker
	all := cluster.Set{{Lo: 0, Hi: int32(len(q.text.IDs))}}
	if same := q.class[q.sketch.Content]; len(same) > 0 {
		heads = append(heads, reposted{head: same[0], ours: all, theirs: all})
	}
	for _, r := range heads {
		class := q.class[q.infos[r.head].Content]
		if err := q.read(class); err != nil {
			return nil, err
		}
		for _, n := range class {
			f := Found{Doc: n, Info: q.infos[n], Relatedness: k.Relate(q.text, q.texts[n])}
			f.Spans = Carve(q.text, r.ours, f.CoverageA >= nearly)
			f.DocSpans = Carve(q.texts[n], r.theirs, f.CoverageB >= nearly)
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b Found) int {
		return cmp.Or(cmp.Compare(b.CoverageA, a.CoverageA), cmp.Compare(b.CoverageB, a.CoverageB), cmp.Compare(a.Info.ID, b.Info.ID))
	})
	return out, nil
}

// Extent returns the live units on both sides that chains lie in.
func Extent(chains []Chain) (a, b cluster.Set) {
	for i := range chains {
		runs := chains[i].Runs
		first, last := runs[0], runs[len(runs)-1]
		a = append(a, cluster.Interval{Lo: first.A, Hi: last.A + last.Len})
		b = append(b, cluster.Interval{Lo: first.B, Hi: last.B + last.Len})
	}
	return cluster.Of(a), cluster.Of(b)
}
