package dedup

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"

	"repost/dedup/cluster"
	"repost/dedup/lsh"
	"repost/shingle"
)

// Index is what Find reads of a corpus. Keys are given in ascending order, and
// retired documents are left out.
type Index interface {
	// LookupPrints calls fn for each of keys that the print index holds, with its
	// postings by (document, position). Those of heads must be there.
	LookupPrints(keys []uint64, fn func(key uint64, ps []Posting) error) error
	// LookupBands is LookupPrints for the keys of the LSH bands.
	LookupBands(keys []uint64, fn func(key uint64, ps []Posting) error) error
	// LookupContent calls fn for each document whose Info.Content is content, by
	// ascending number.
	LookupContent(content Content, fn func(n uint32) error) error
	// Heads returns functions that report whether a document is a head, the first by
	// number that has its content, and whether a head has copies. The first is asked for
	// every document that shares a key with a text, often tens of thousands: it should take
	// no longer than a look into memory.
	Heads() (isHead, copied func(n uint32) bool, err error)
	// Units returns Info.Units of document n, for some hundred documents a text.
	Units(n uint32) (uint32, error)
	// Info describes document n.
	Info(n uint32) (Info, error)
	// Texts is that of Corpus.
	Texts(ns []uint32, fn func(n uint32, text string) error) error
}

// StoryIndex is an Index that knows the stories of its documents. With it, Find
// judges as an ingest does: what stands in few stories is distinctive, however many
// documents carry these, and who joins a story is found with all of its members.
type StoryIndex interface {
	Index
	// StoriesOf returns the stories that document n is in.
	StoriesOf(n uint32) ([]Story, error)
	// StoryNumbers returns a number for each of these, in their order: two documents
	// are in one story if they have one number.
	StoryNumbers(n uint32) ([]uint32, error)
}

// Found is a document of a corpus that carries a text, or a part of it.
type Found struct {
	Doc         uint32 // document number
	Info        Info   //
	Relatedness        // of the text to the document
	// Spans are those of the text, and DocSpans those of the document, in the stories that
	// both would be in, as an ingest has them. In a corpus that is not small they are the
	// passages that both share.
	Spans    []shingle.Span
	DocSpans []shingle.Span
}

// Find returns the documents of a corpus that repost a text which is not in it,
// those that carry most of it first: candidates from the index, each aligned with
// the text, and the links judged as if the text had been added. The id decides ties, as
// that of any document does; the URL and the title are not asked for.
//
// In a corpus of at most 2,000 documents that is a Whole, what is found is what an ingest
// puts the text in stories with, exactly. In a larger one it is so nearly: of 2,000 random
// corpora of forms, excerpts and pages, lookups alone answer 408 otherwise, and a Whole none
// (REPOST_RANDOM_CORPORA=2000 go test ./dedup -run 'FindIsIngest|FindByLookups' -v).
//
// Time is that of the lookups, about 250 keys for 1,000 characters, and of one
// alignment for each candidate with another text than the others. Of a key that more
// than 4,096 documents hold, some of these are looked at, and of one that more than
// 100 texts hold, some make candidates: the same for all keys. Their stories
// tell of the rest.
func Find(ix Index, s *Scheme, d *Document) ([]Found, error) {
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
	heads, err := q.candidates()
	if err != nil {
		return nil, err
	}
	if heads, err = q.divide(heads); err != nil {
		return nil, err
	}
	if err := q.read(heads); err != nil {
		return nil, err
	}
	found, err := q.judge(heads)
	if err != nil {
		return nil, err
	}
	if found, err = q.joined(found); err != nil {
		return nil, err
	}
	return q.found(found)
}

func newQuery(ix Index, s *Scheme, d *Document, t *Text, k Sketch) (q *query, err error) {
	q = &query{
		index: ix, scheme: s, text: t, sketch: k, day: exactDay(d.GivenDate()), weight: lsh.Least, infos: map[uint32]Info{},
		holders: map[uint64][]uint32{}, numbers: map[uint32][]uint32{}, known: map[uint32]*Story{}, texts: map[uint32]*Text{},
		divided: map[uint32][]reprint{}, reprints: map[uint32]reprint{},
	}
	q.isHead, q.copied, err = ix.Heads()
	return q, err
}

// query is a Find under way.
type query struct {
	index  Index
	scheme *Scheme
	text   *Text
	sketch Sketch
	day    int32
	weight int32 // that always suffices for a candidate: lsh.Least, or less for quotations

	isHead  func(n uint32) bool
	copied  func(n uint32) bool // of heads
	same    []uint32            // documents with the content of the text
	infos   map[uint32]Info     // of documents that may be found
	numbers map[uint32][]uint32 // of the stories of heads, as far as they were asked for
	known   map[uint32]*Story   // stories that were read, by number
	holders map[uint64][]uint32 // print of the text → heads that hold it
	texts   map[uint32]*Text

	divided  map[uint32][]reprint // head → its copies
	reprints map[uint32]reprint   // copy → those of its time
}

// reprint is copies of a text that an ingest takes for one: a short text that comes back
// a year later is another, in other stories (see classes).
type reprint struct {
	head   uint32 // the one with the least id
	copies []uint32
}

// keyDocuments is how many documents of one key are looked at, keyHits how many of them
// make hits.
const (
	keyDocuments = 4096
	keyHits      = 100
)

// few is a choice among documents where there are too many: those whose number hashes
// low, so that they are the same for all keys.
type few uint32

// fewOf chooses about most of n documents.
func fewOf(n, most int) few {
	if n <= most {
		return ^few(0)
	}
	return ^few(0) / few(n) * few(most)
}

func (f few) has(n uint32) bool { return few((n+1)*0x9E3779B1) <= f }

// heads appends the postings of heads among ps to dst, without those of the text itself.
func (q *query) heads(dst, ps []Posting) []Posting {
	chosen := ^few(0)
	if len(ps) > keyDocuments {
		chosen = fewOf(documents(ps), keyDocuments)
	}
	for _, p := range ps {
		if chosen.has(p.Doc) && q.isHead(p.Doc) && !q.isSame(p.Doc) {
			dst = append(dst, p)
		}
	}
	return dst
}

// isSame reports whether a head has the content of the text.
func (q *query) isSame(head uint32) bool { return len(q.same) > 0 && q.same[0] == head }

// copies returns the documents with a content, their head first.
func (q *query) copies(content Content) (ns []uint32, err error) {
	err = q.index.LookupContent(content, func(n uint32) error {
		ns = append(ns, n)
		return nil
	})
	return ns, err
}

// info describes a document that may be found.
func (q *query) info(n uint32) (Info, error) {
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

// reprintsOf returns the copies of a head: it stands for all of them.
func (q *query) reprintsOf(head uint32) ([]reprint, error) { return []reprint{{head: head}}, nil }

// reprintOf returns the copies that a document stands for, or ok is false where its head
// does.
func (q *query) reprintOf(n uint32) (r reprint, ok bool, err error) {
	return reprint{head: n}, q.isHead(n), nil
}

// divide puts the heads of all reprints in the place of heads.
func (q *query) divide(heads []uint32) (out []uint32, err error) {
	for _, h := range heads {
		all, err := q.reprintsOf(h)
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			out = append(out, r.head)
		}
	}
	return out, nil
}

// common is a hit, and where in the document.
type common struct {
	lsh.Hit
	pos uint32
}

// candidates returns the heads that share a band or enough prints with the text.
func (q *query) candidates() ([]uint32, error) {
	prints := slices.Clone(q.sketch.Prints)
	slices.SortFunc(prints, func(a, b Print) int { return cmp.Or(cmp.Compare(a.Hash, b.Hash), cmp.Compare(a.Pos, b.Pos)) })
	keys := make([]uint64, len(prints))
	for i, p := range prints {
		keys[i] = p.Hash
	}
	var hits []common
	var own []Posting
	err := q.index.LookupPrints(slices.Compact(keys), func(key uint64, ps []Posting) error {
		own = q.heads(own[:0], ps)
		held := make([]uint32, 0, len(own))
		for i, p := range own {
			if i == 0 || p.Doc != own[i-1].Doc {
				held = append(held, p.Doc)
			}
		}
		q.holders[key] = held
		chosen, weight := fewOf(len(held), keyHits), printWeight(len(held)+1)
		for prints[0].Hash < key {
			prints = prints[1:]
		}
		for _, p := range own {
			for i := 0; chosen.has(p.Doc) && i < len(prints) && prints[i].Hash == key; i++ {
				hits = append(hits, common{lsh.Hit{Doc: p.Doc, Diagonal: int32(prints[i].Pos) - int32(p.Pos), Weight: weight}, p.Pos})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	bands := slices.Clone(q.sketch.Bands)
	slices.Sort(bands)
	err = q.index.LookupBands(slices.Compact(bands), func(_ uint64, ps []Posting) error {
		own = q.heads(own[:0], ps)
		n := documents(own)
		chosen, weight := fewOf(n, keyHits), bandWeight(n+1)
		for _, p := range own {
			if chosen.has(p.Doc) {
				hits = append(hits, common{Hit: lsh.Hit{Doc: p.Doc, Weight: weight}})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	found := lsh.Candidates(nil, q.worth(hits), func(n uint32) int32 {
		units, lost := q.index.Units(n)
		err = cmp.Or(err, lost)
		return q.enough(units)
	})
	return found, err
}

// enough is lsh.Enough for the text and a document of so many units.
func (q *query) enough(units uint32) int32 {
	return min(q.weight, lsh.Enough(int(min(q.sketch.Units, units))))
}

// worth returns the hits of documents whose hits may weigh enough, all together: of
// 900 hits with 500 of 300,000 documents, some 20. Sums are those of documents of one
// hash, hence none too small. A document is longer than where a hit lies in it; how long
// it is need not be known for that.
func (q *query) worth(hits []common) (out []lsh.Hit) {
	shift := 32 - bits.Len(uint(4*len(hits)))
	sums := make([]int32, 1<<(32-shift))
	for _, h := range hits {
		sums[h.Doc*0x9E3779B1>>shift] += h.Weight
	}
	for _, h := range hits {
		if sums[h.Doc*0x9E3779B1>>shift] >= q.enough(h.pos+1) {
			out = append(out, h.Hit)
		}
	}
	return out
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
	t := new(Text)
	return q.index.Texts(slices.Compact(ns), func(n uint32, text string) error {
		if text != t.Source { // copies come in rows
			t = q.scheme.Prepare(text)
		}
		q.texts[n] = t
		return nil
	})
}

// reposted is a head that carries a part of the text: which, in live units.
type reposted struct {
	head   uint32
	ours   cluster.Set
	theirs cluster.Set
	quoted bool // a passage too short for a story: see FindQuotations
}

// judge aligns the heads with the text and judges the links: twice, since what the
// text joins is no other story that holds its prints too. The text comes first among
// the documents: its key is empty.
func (q *query) judge(heads []uint32) ([]reposted, error) {
	for _, n := range heads {
		if _, err := q.info(n); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(heads, func(a, b uint32) int { return cmp.Compare(q.infos[a].ID, q.infos[b].ID) })
	docs := []cluster.Doc{{
		Units: int32(q.sketch.Units), Gram: int32(q.text.gramUnits(q.scheme.Gram)), Day: q.day, Source: -1,
	}}
	var links []cluster.Link
	var k Linker
	for i, n := range heads {
		t := q.texts[n]
		docs = append(docs, cluster.Doc{
			Key: q.infos[n].ID, Units: int32(len(t.IDs)), Gram: int32(t.gramUnits(q.scheme.Gram)), Day: q.infos[n].givenDay(), Source: int32(i),
		})
		if chains := k.Chains(q.text, t); len(chains) > 0 {
			links = append(links, cluster.Link{A: 0, B: int32(i + 1), Chains: chains})
		}
	}
	keys := map[uint64]int32{}
	matched := matchedBy(links)
	for _, p := range q.sketch.Prints {
		if pos := int32(p.Pos); matched.Within(pos, pos+docs[0].Gram) < int(docs[0].Gram) {
			continue // the judge asks about those inside the passages
		}
		if _, ok := keys[p.Hash]; !ok {
			keys[p.Hash] = int32(len(keys))
		}
		docs[0].Prints = append(docs[0].Prints, cluster.Print{Key: keys[p.Hash], Pos: int32(p.Pos)})
	}
	if err := q.setAside(docs, heads, slices.Sorted(maps.Keys(keys))); err != nil {
		return nil, err
	}
	var out []reposted
	frequency := make([]int32, len(keys))
	for range 2 {
		ours, err := q.storiesWith(out)
		if err != nil {
			return nil, err
		}
		for key, i := range keys {
			if frequency[i], err = q.others(key, ours); err != nil {
				return nil, err
			}
			frequency[i]++ // and the text, or the stories it joins
		}
		verdicts, _ := cluster.Judge(docs, slices.Clone(links), frequency, cluster.Default)
		out = out[:0]
		for i, v := range verdicts {
			if v.Accepted {
				out = append(out, repost(heads[links[i].B-1], links[i].Chains, v.Kept))
			}
		}
	}
	return out, nil
}

// witnesses is how many of the documents that hold a print are looked at to say whether
// it is boilerplate.
const witnesses = 256

// setAside sets aside what is boilerplate of the text and of the heads it shares keys
// with; docs are the text and the heads.
func (q *query) setAside(docs []cluster.Doc, heads []uint32, keys []uint64) error {
	keys = slices.DeleteFunc(keys, func(key uint64) bool { return len(q.holders[key]) < atLeast })
	if len(keys) == 0 {
		return nil
	}
	waiting, err := recurring(q.index, keys, witnesses)
	if err != nil {
		return err
	}
	l, err := examined(q.index, q.scheme, waiting)
	if err != nil || len(l) == 0 {
		return err
	}
	covered := make([][]cluster.Interval, len(docs))
	add := func(i int, key uint64, pos uint32) {
		if d := &docs[i]; l.in(key, int32(pos), d.Units) {
			covered[i] = append(covered[i], cluster.Interval{Lo: int32(pos), Hi: min(int32(pos)+d.Gram, d.Units)})
		}
	}
	for _, p := range q.sketch.Prints {
		add(0, p.Hash, p.Pos)
	}
	place := map[uint32]int{}
	for i, n := range heads {
		place[n] = i + 1
	}
	err = q.index.LookupPrints(slices.Sorted(maps.Keys(l)), func(key uint64, ps []Posting) error {
		for _, p := range ps {
			if i, ok := place[p.Doc]; ok {
				add(i, key, p.Pos)
			}
		}
		return nil
	})
	for i := range docs {
		docs[i].Learned = runsOf(cluster.Of(covered[i]), docs[i].Units, docs[i].Gram)
	}
	return err
}

// matchedBy returns the units of the text that links match.
func matchedBy(links []cluster.Link) cluster.Set {
	var ivs []cluster.Interval
	for i := range links {
		for _, c := range links[i].Chains {
			for _, r := range c.Runs {
				ivs = append(ivs, cluster.Interval{Lo: r.A, Hi: r.A + r.Len})
			}
		}
	}
	return cluster.Of(ivs)
}

func repost(head uint32, chains []Chain, keep []int) reposted {
	kept := make([]Chain, len(keep))
	for i, c := range keep {
		kept[i] = chains[c]
	}
	r := reposted{head: head}
	r.ours, r.theirs = Extent(kept)
	return r
}

// storyNumbers returns the numbers of the stories of a head; with an index that
// knows none, each head is one by itself.
func (q *query) storyNumbers(n uint32) ([]uint32, error) {
	ix, ok := q.index.(StoryIndex)
	if !ok {
		return nil, nil
	}
	if s, ok := q.numbers[n]; ok {
		return s, nil
	}
	s, err := ix.StoryNumbers(n)
	q.numbers[n] = s
	return s, err
}

// allNumbers is storyNumbers for all copies of a head.
func (q *query) allNumbers(head uint32) (numbers []uint32, err error) {
	all, err := q.reprintsOf(head)
	for i := 0; i < len(all) && err == nil; i++ {
		var some []uint32
		some, err = q.storyNumbers(all[i].head)
		if len(all) == 1 {
			return some, err
		}
		numbers = append(numbers, some...)
	}
	return numbers, err
}

// ours are the stories that the text joins, by number, and the heads of none that it
// is joined to.
type ours struct {
	stories map[uint32]*Story
	heads   map[uint32]bool
}

// storiesWith returns the stories that have at least half of what was found in one
// of their documents.
func (q *query) storiesWith(found []reposted) (ours, error) {
	o := ours{map[uint32]*Story{}, map[uint32]bool{}}
	for _, r := range found {
		numbers, err := q.storyNumbers(r.head)
		if err != nil {
			return o, err
		}
		if len(numbers) == 0 {
			o.heads[r.head] = true
		}
		if slices.ContainsFunc(numbers, func(n uint32) bool { return q.known[n] == nil }) {
			stories, err := q.index.(StoryIndex).StoriesOf(r.head)
			if err != nil {
				return o, err
			}
			for i := range stories {
				q.known[numbers[i]] = &stories[i]
			}
		}
		for _, n := range numbers {
			if s := q.known[n]; 2*q.texts[r.head].inside(r.theirs, spansIn(s, r.head)) >= r.theirs.Size() {
				o.stories[n] = s
			}
		}
	}
	return o, nil
}

// spansIn returns the spans that document n has in s.
func spansIn(s *Story, n uint32) []shingle.Span {
	for _, m := range s.Members {
		if m.Doc == n {
			return m.Spans
		}
	}
	return nil
}

// inside counts the units of set that lie in spans.
func (t *Text) inside(set cluster.Set, spans []shingle.Span) (n int) {
	at := 0
	for _, v := range set {
		for i := v.Lo; i < v.Hi; i++ {
			for at < len(spans) && spans[at].Hi <= int(t.Units[i].Lo) {
				at++
			}
			if at < len(spans) && spans[at].Lo <= int(t.Units[i].Lo) {
				n++
			}
		}
	}
	return n
}

// formula is the number of stories from which on a print is no evidence at all.
const formula = 10

// others counts the stories, and heads in none, that hold a print of the text, but
// for those it joins: up to formula.
func (q *query) others(key uint64, o ours) (n int32, err error) {
	if len(q.holders[key]) <= 1 {
		return int32(len(q.holders[key])), nil // as distinctive as any, whose it is
	}
	seen := map[uint32]bool{}
	for _, h := range q.holders[key] {
		numbers, err := q.allNumbers(h)
		if err != nil || n == formula {
			return n, err
		}
		all, err := q.reprintsOf(h)
		if err != nil {
			return n, err
		}
		known := slices.ContainsFunc(all, func(r reprint) bool { return o.heads[r.head] })
		for _, s := range numbers {
			known = known || seen[s] || o.stories[s] != nil
			seen[s] = true
		}
		if !known {
			n++
		}
	}
	return n, nil
}

// joined adds the other members of the stories that the text joins, as far as they
// share a passage with what it has of the story.
func (q *query) joined(found []reposted) ([]reposted, error) {
	o, err := q.storiesWith(found)
	if err != nil {
		return nil, err
	}
	in := map[uint32]bool{}
	var part cluster.Set
	for _, r := range found {
		in[r.head] = true
		part = part.Union(r.ours)
	}
	var more []uint32
	for _, number := range slices.Sorted(maps.Keys(o.stories)) {
		for _, m := range o.stories[number].Members {
			r, ok, err := q.reprintOf(m.Doc)
			if err != nil {
				return nil, err
			}
			if ok && !in[r.head] && !slices.Contains(q.same, r.head) {
				in[r.head] = true
				more = append(more, r.head)
			}
		}
	}
	if err := q.read(more); err != nil {
		return nil, err
	}
	var k Linker
	for _, h := range more {
		chains := k.Chains(q.text, q.texts[h])
		if len(chains) == 0 {
			continue
		}
		r := repost(h, chains, []int{0})
		if 2*part.Overlap(r.ours) >= r.ours.Size() {
			found = append(found, r)
		}
	}
	return found, nil
}

// copiesAtOnce bounds the copies whose texts are held at once.
const copiesAtOnce = 1024

// found describes what was found: the copies of the text, and each head with its
// copies.
func (q *query) found(heads []reposted) ([]Found, error) {
	var out []Found
	var k Linker
	all := cluster.Set{{Lo: 0, Hi: int32(len(q.text.IDs))}}
	if len(q.same) > 0 {
		heads = append(heads, reposted{head: q.same[0], ours: all, theirs: all})
	}
	for _, r := range heads {
		head, err := q.info(r.head)
		if err != nil {
			return nil, err
		}
		copies := q.reprints[r.head].copies
		if len(copies) == 0 || q.isSame(r.head) {
			if copies, err = q.copies(head.Content); err != nil {
				return nil, err
			}
		}
		var f Found // of the copy before, and its text
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
					if last, f.Relatedness = t, k.Relate(q.text, t); r.quoted && f.Kind == Unrelated {
						f.Relatedness = r.quotation(q.text, t)
					}
					if f.Kind == SameTemplate && !r.quoted { // the judge, which knows the corpus, has let it pass
						f.Kind = f.extent()
					}
					f.Spans, f.DocSpans = r.spans(q.text, t, &f.Relatedness)
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

// sortFound orders what was found: what carries most of the text comes first.
func sortFound(out []Found) {
	slices.SortFunc(out, func(a, b Found) int {
		return cmp.Or(cmp.Compare(b.CoverageA, a.CoverageA), cmp.Compare(b.CoverageB, a.CoverageB), cmp.Compare(a.Info.ID, b.Info.ID))
	})
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
