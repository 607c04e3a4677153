package dedup

import (
	"cmp"
	"encoding/binary"
	"errors"
	"iter"
	"maps"
	"slices"

	"repost/dedup/cluster"
)

// Stories brought up to date by difference. What the judge needs from the whole corpus is
// counted for each fingerprint, so a document that is added or removed can change it only
// for documents that share a fingerprint with it:
//
//	heads that came or went
//	→ their links (link, unlink)
//	→ links whose evidence they change: a print or a band of theirs crosses a bound, or
//	  a pivot changes, or what is boilerplate (evidence.go)
//	→ in each pass, links of which a print stands in another number of stories than
//	  before (passes.go)
//	→ the components of accepted links that hold them, whose stories are made anew
//	→ stories of these, and of texts with another number of copies (restory)
//
// What is not reached is as it was: of each document with links the corpus keeps a
// Judgement, with what its links were found to be and where stories lay in it after each
// pass. Prints are looked up; no index is scanned. What comes out is what judging
// everything finds, to the last byte. Where many documents came or went that is less work,
// and is done: see fewOfMany.

// Updatable is a Corpus that keeps judgements.
type Updatable interface {
	Corpus
	// PrintKey and BandKey are those of Whole.
	PrintKey(hash uint64) uint64
	BandKey(hash uint64) uint64
	// PrintsOf is ScanPrints for some keys, which ascend.
	PrintsOf(keys []uint64, fn func(key uint64, ps []Posting) error) error
	// BandsOf is PrintsOf for the keys of bands.
	BandsOf(keys []uint64, fn func(key uint64, ps []Posting) error) error
	// LinksAt calls fn for the links that are kept at some places, which ascend, and may be
	// for others.
	LinksAt(places []uint32, fn func(l *Link) error) error
	// Judgement returns what was last kept of document n, or nil.
	Judgement(n uint32) (*Judgement, error)
	// Update keeps all of a settlement in one step.
	Update(s *Settlement) error
}

// Settlement is what a settling changes.
type Settlement struct {
	Stories       []Story
	Carved, Aside []byte // values under these names
	// Basis is the value under this name. Whatever changes links or stories in another way
	// than by Update removes it.
	Basis []byte
	// Judgements yields judgements by number, those of NewPlace to be put right. If
	// Partly, documents that are not named keep theirs, and nil takes one away.
	Judgements iter.Seq2[uint32, *Judgement]
	Partly     bool
	// With Partly: links to add, the value under the name "linked", and links to drop, which
	// are at these places.
	Links  []Link
	Linked []byte
	Drop   func(l *Link) bool
	Places []uint32
	Work   Work
}

// NewPlace is the Place of a link that is added by the same Update.
const NewPlace = ^uint32(0)

// Basis is the name under which a corpus keeps what its judgements are based on.
const Basis = "basis"

// basisVersion goes up with every change of what a judgement depends on.
const basisVersion = 1

// fewOfMany is how many documents there must be for each head that came or went.
const fewOfMany = 16

// keys are some keys of the indexes, ascending.
type keys struct{ prints, bands []uint64 }

// updating is the state of an update.
type updating struct {
	*settling
	corpus   Updatable
	before   bitmap   // heads at the last settling
	live     bitmap   // documents that were live then
	learned  learned  // prints of boilerplate, then and later now
	heads    int      // now
	came     []uint32 // heads now and not then
	went     []uint32 // heads then and not now
	copied   bitmap   // heads whose copies came or went
	added    []Link   // by link
	unlinked bitmap   // heads then and now that were linked again: see unlink
	remade   bitmap   // heads that were linked again, or went
	places   bitmap   // that hold links of those
	old      map[uint32]*Judgement
	now      map[uint32]*Judgement
	chains   map[[2]uint32]*Link
	sketch   map[uint32]*textKeys
	raw      map[uint64][]Posting // by print, as PrintsOf brings them
	rawSize  int
	seeds    [cluster.Passes]bitmap // heads whose stories are made again
	dirty    [][2]uint32            // links whose evidence or boilerplate was looked at, and are evident
	moved    map[[2]uint32][]moved  // of other links: prints that moved before this pass
}

// Work counts what a settling did.
type Work struct {
	Partly    bool `json:"partly"`    // by difference
	Documents int  `json:"documents"` // different texts that came or went, or all
	Aligned   int  `json:"aligned"`   // pairs of texts
	Prints    int  `json:"prints"`    // that were looked up; 0 where the index was scanned
	Judged    int  `json:"judged"`    // links, once for each pass
	Carved    int  `json:"carved"`    // stories
	Seconds   struct {
		Loading float64 `json:"loading"` // what is known of documents
		Linking float64 `json:"linking"` // candidates and alignment
		Judging float64 `json:"judging"`
		Carving float64 `json:"carving"`
	} `json:"seconds"`
}

// textKeys are the keys of a text.
type textKeys struct {
	prints []Print // by position, keys as in the index
	bands  []uint64
}

// newUpdating returns the state of an update, or nil if the corpus keeps no judgements or
// too much has changed since.
func (st *settling) newUpdating(before bitmap) (*updating, error) {
	corpus, ok := st.corpus.(Updatable)
	if !ok {
		return nil, nil
	}
	basis, err := corpus.State(Basis)
	if err != nil || len(basis) == 0 {
		return nil, err
	}
	u := &updating{
		settling: st, corpus: corpus, before: before,
		old: map[uint32]*Judgement{}, now: map[uint32]*Judgement{}, chains: map[[2]uint32]*Link{},
		sketch: map[uint32]*textKeys{}, raw: map[uint64][]Posting{},
	}
	var unlearned bool
	if u.live, unlearned, u.learned, ok = readBasis(basis); !ok || unlearned != st.unlearned {
		return nil, nil
	}
	heads, contents := 0, map[Content]bool{}
	for n := range uint32(len(st.ids)) {
		is, was := st.isHead(n), before.has(n)
		if is {
			heads++
		}
		switch {
		case is && !was:
			u.came = append(u.came, n)
		case was && !is:
			u.went = append(u.went, n)
		}
		if lives := !st.retired(n); lives != u.live.has(n) && st.units[n] > 0 {
			contents[st.content[n]] = true
		}
	}
	for n := range uint32(len(st.ids)) {
		if len(contents) > 0 && st.isHead(n) && contents[st.content[n]] {
			u.copied.add(n)
		}
	}
	if u.heads = heads; u.toomany() {
		return nil, nil
	}
	st.work.Partly, st.work.Documents = true, len(u.came)+len(u.went)
	return u, nil
}

// toomany reports whether so many documents came, went or must be linked anew that all may
// as well be judged.
func (u *updating) toomany() bool {
	return (len(u.came)+len(u.went)+u.unlinked.count())*fewOfMany > u.heads
}

// packBasis returns what judgements are based on: the documents that are live, whether
// boilerplate is learned, and its prints.
func (st *settling) packBasis(l learned) []byte {
	var live bitmap
	for n := range uint32(len(st.ids)) {
		if !st.retired(n) {
			live.add(n)
		}
	}
	b := []byte{basisVersion, 0}
	if st.unlearned {
		b[1] = 1
	}
	b = binary.AppendUvarint(b, uint64(len(live)))
	b = append(b, live...)
	last := uint64(0)
	for _, key := range slices.Sorted(maps.Keys(l)) {
		b = binary.AppendUvarint(b, key-last)
		b = binary.AppendUvarint(b, uint64(l[key][0]))
		b = binary.AppendUvarint(b, uint64(l[key][1]))
		last = key
	}
	return b
}

func readBasis(b []byte) (live bitmap, unlearned bool, l learned, ok bool) {
	if len(b) < 2 || b[0] != basisVersion {
		return nil, false, nil, false
	}
	unlearned = b[1] == 1
	r := &judgementReader{b: b[2:]}
	n := r.count()
	if r.bad {
		return nil, false, nil, false
	}
	live, r.b = slices.Clone(bitmap(r.b[:n])), r.b[n:]
	l = learned{}
	for key := uint64(0); len(r.b) > 0 && !r.bad; {
		key += r.uvarint(1<<64 - 1)
		l[key] = [2]int32{r.int32(), r.int32()}
	}
	return live, unlearned, l, !r.bad
}

// was returns what was found of a document at the last settling; empty if nothing was.
func (u *updating) was(n uint32) (*Judgement, error) {
	if j := u.old[n]; j != nil {
		return j, nil
	}
	j := &Judgement{}
	if u.before.has(n) {
		kept, err := u.corpus.Judgement(n)
		if err != nil {
			return nil, err
		}
		if kept != nil {
			j = kept
		}
		if slices.ContainsFunc(j.Links, func(l JudgedLink) bool { return !u.before.has(l.Other) || int(l.Other) >= len(u.ids) }) {
			return nil, errUnlike
		}
	}
	u.old[n] = j
	return j, nil
}

// at returns what is found of a head, to be changed.
func (u *updating) at(n uint32) (*Judgement, error) {
	if j := u.now[n]; j != nil {
		return j, nil
	}
	was, err := u.was(n)
	if err != nil {
		return nil, err
	}
	j := &Judgement{}
	*j = *was
	j.Links = slices.Clone(was.Links)
	u.now[n] = j
	return j, nil
}

// is returns what is found of a head so far, not to be changed.
func (u *updating) is(n uint32) (*Judgement, error) {
	if j := u.now[n]; j != nil {
		return j, nil
	}
	return u.was(n)
}

// errUnlike says that what is kept and what is found part: everything must be judged.
var errUnlike = errors.New("what is kept of the last settling is not what is found")

// judge makes the stories. If the kept state turns out to be wrong, it starts again and
// judges everything.
func (u *updating) judge() error {
	err := u.difference()
	if !errors.Is(err, errUnlike) {
		return err
	}
	st := u.settling
	if err := u.corpus.AddLinks(nil, u.before); err != nil { // which takes the basis away
		return err
	}
	again := &settling{corpus: st.corpus, scheme: st.scheme, progress: st.progress, inMemoryUnits: st.inMemoryUnits, inMemoryHits: st.inMemoryHits, incremental: true}
	return again.settle()
}

func (u *updating) difference() error {
	for _, step := range []func() error{u.relink, u.evidence} {
		if err := step(); err != nil {
			return err
		}
	}
	var groups []cluster.Story
	var v *view
	for pass := range cluster.Passes {
		var err error
		if v, groups, err = u.pass(pass); err != nil {
			return err
		}
	}
	u.lap(&u.work.Seconds.Judging)
	return u.restory(v, groups)
}

// relink removes the links that are made again and those of heads that went, and adds the
// new ones.
func (u *updating) relink() error {
	for _, n := range u.went {
		u.remade.add(n)
	}
	for _, n := range u.came {
		u.remade.add(n)
	}
	for _, n := range u.unlinked.numbers() {
		u.remade.add(n)
	}
	for _, n := range u.remade.numbers() {
		was, err := u.was(n)
		if err != nil {
			return err
		}
		for i := range was.Links {
			l := &was.Links[i]
			u.places.add(l.Place)
			u.seed(n, l.Other, &l.Accepted)
			other, err := u.at(l.Other)
			if err != nil {
				return err
			}
			if k, ok := other.find(n); ok {
				other.Links = slices.Delete(other.Links, k, k+1)
			}
		}
		now, err := u.at(n)
		if err != nil {
			return err
		}
		now.Links = nil
		if !u.isHead(n) {
			*now = Judgement{}
		}
	}
	for i := range u.added {
		l := &u.added[i]
		u.chains[[2]uint32{l.From, l.To}] = l
		for _, end := range [][2]uint32{{l.From, l.To}, {l.To, l.From}} {
			j, err := u.at(end[0])
			if err != nil {
				return err
			}
			k, ok := j.find(end[1])
			if ok {
				return errUnlike
			}
			j.Links = slices.Insert(j.Links, k, JudgedLink{Other: end[1], Place: NewPlace, From: end[0] == l.From})
		}
	}
	return nil
}

// seed notes that the stories of two documents are made again in the passes that had
// accepted their link.
func (u *updating) seed(a, b uint32, accepted *[cluster.Passes]bool) {
	for p, yes := range accepted {
		if yes {
			u.seeds[p].add(a)
			u.seeds[p].add(b)
		}
	}
}

// ends calls fn with both sides of the link of two documents.
func (u *updating) ends(a, b uint32, fn func(l *JudgedLink)) error {
	for _, end := range [][2]uint32{{a, b}, {b, a}} {
		j, err := u.at(end[0])
		if err != nil {
			return err
		}
		k, ok := j.find(end[1])
		if !ok {
			return errUnlike
		}
		fn(&j.Links[k])
	}
	return nil
}

// read reads the chains of links that were not read yet.
func (u *updating) read(pairs [][2]uint32) error {
	var places bitmap
	missing := map[[2]uint32]bool{}
	for _, p := range pairs {
		if u.chains[p] != nil || missing[p] {
			continue
		}
		missing[p] = true
		j, err := u.is(p[0])
		if err != nil {
			return err
		}
		k, ok := j.find(p[1])
		if !ok || j.Links[k].Place == NewPlace {
			return errUnlike
		}
		places.add(j.Links[k].Place)
	}
	if len(missing) == 0 {
		return nil
	}
	err := u.corpus.LinksAt(places.numbers(), func(l *Link) error {
		if p := [2]uint32{l.From, l.To}; missing[p] {
			delete(missing, p)
			kept := *l
			u.chains[p] = &kept
		}
		return nil
	})
	if err == nil && len(missing) > 0 {
		err = errUnlike
	}
	return err
}

// between returns the documents of a link, From first.
func between(n uint32, l *JudgedLink) [2]uint32 {
	if l.From {
		return [2]uint32{n, l.Other}
	}
	return [2]uint32{l.Other, n}
}

// take returns a view of links.
func (u *updating) take(pairs [][2]uint32) (*view, error) {
	if err := u.read(pairs); err != nil {
		return nil, err
	}
	v := &view{st: u.settling}
	err := v.take(func(fn func(l *Link)) error {
		for _, p := range pairs {
			fn(u.chains[p])
		}
		return nil
	})
	return v, err
}

func sortPairs(pairs [][2]uint32) [][2]uint32 {
	slices.SortFunc(pairs, func(x, y [2]uint32) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) })
	return slices.Compact(pairs)
}
