package detect

import (
	"bytes"
	"cmp"
	"errors"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
)

// Stories brought up to date by difference. What the judge needs from the whole corpus is
// counted for each fingerprint, so a document that is added or removed can change it only
// for documents that share a fingerprint with it:
//
//	representatives that came or went
//	→ their links (link, unlink)
//	→ links whose evidence they change: a fingerprint or a band of theirs crosses a bound, or
//	  a pivot changes, or what is boilerplate (evidence.go)
//	→ in each pass, links with a fingerprint that stands in another number of stories than
//	  before (passes.go)
//	→ the components of accepted links that hold them, whose stories are made anew
//	→ stories of these, and of texts with another number of copies (restory)
//
// What is not reached is as it was: of each document with links the corpus keeps a
// Judgement, with what its links were found to be and where stories lay in it after each
// pass. Fingerprints are looked up; no index is scanned. Documents are looked up too, and stories by
// their members (lookedup.go, restory.go). In memory, what grows with the corpus is bitmaps,
// three bits a document or four; on disk, nothing is read or written that does, but these
// bitmaps are read. What comes out is what judging everything finds, to the last byte. Where
// many documents came or went that is less work, and is done: see tooMany.

// keys are some keys of the indexes, ascending.
type keys struct{ fingerprints, bands []uint64 }

// updating is the state of an update.
type updating struct {
	*detector
	corpus          Updatable
	before          bitmap           // representatives at the last update
	changed         []uint32         // documents that came or went
	learned         map[uint64]edges // fingerprints that were asked for: boilerplate at the last update
	relearnt        map[uint64]edges // fingerprints that became boilerplate or, with zeros, no longer are
	representatives int              // now
	came            []uint32         // representatives now that were none at the last update
	went            []uint32         // representatives at the last update that are none now
	copied          bitmap           // representatives whose copies came or went
	added           []dedup.Link     // by link
	unlinked        bitmap           // representatives both times that may have candidates more: see unlink
	met             []pair           // representatives both times that a fingerprint newly brings together: see meet
	meeting         bitmap           // documents of these
	remade          bitmap           // representatives that came, or went
	places          bitmap           // that hold links of those
	old             map[uint32]*Judgement
	now             map[uint32]*Judgement
	chains          map[[2]uint32]*dedup.Link
	sketch          map[uint32]*textKeys
	kept            keptPostings           // of fingerprints that were looked up
	summaries       map[uint64]*summary    // of those that many documents hold
	all             []sharer               // of the key at hand
	bySource        [2]perSource           // of the key at hand, then and now
	seeds           [cluster.Passes]bitmap // representatives whose stories are made again
	shifts          map[[2]uint32][]moved  // of links that were reached: fingerprints of From that became weak, or no longer are
	dirty           [][2]uint32            // links whose evidence or boilerplate was looked at, and are evident
	moved           map[[2]uint32][]moved  // of other links: fingerprints that moved before this pass
}

// textKeys are the keys of a text.
type textKeys struct {
	fingerprints []dedup.Fingerprint // by position, keys as in the index
	bands        []uint64
}

// lookUp begins an update, if the corpus keeps judgements and few documents came or went
// since. before are the representatives at the last update.
func (st *detector) lookUp(before bitmap) error {
	corpus, ok := st.corpus.(Updatable)
	if !ok {
		return nil
	}
	basis, err := corpus.State(StateBasis)
	if err != nil || !bytes.Equal(basis, st.basis()) {
		return err
	}
	since, err := corpus.Since()
	if err != nil || since == nil {
		return err
	}
	u := &updating{
		detector: st, corpus: corpus, before: before, representatives: before.count(),
		old: map[uint32]*Judgement{}, now: map[uint32]*Judgement{}, chains: map[[2]uint32]*dedup.Link{},
		sketch: map[uint32]*textKeys{}, summaries: map[uint64]*summary{}, shifts: map[[2]uint32][]moved{},
		learned: map[uint64]edges{}, relearnt: map[uint64]edges{},
	}
	u.changed = append(u.changed, since.Toggled...)
	for n := since.Judged; n < since.Documents; n++ {
		if since.Live(n) {
			u.changed = append(u.changed, n)
		}
	}
	if len(u.changed)*2 > u.representatives {
		return nil
	}
	st.update, st.lazy = u, newLookedUp(corpus, since)
	st.represents = slices.Clone(before)
	u.compareClasses()
	if err := st.lazy.failed(); err != nil {
		return err
	}
	st.work.Partly, st.work.Documents = true, len(u.came)+len(u.went)
	return nil
}

// compareClasses finds the representatives that came and went with the documents that did, and those
// whose copies did.
func (u *updating) compareClasses() {
	seen := map[*class]bool{}
	for _, n := range u.changed {
		if u.lazy.info(n).Units == 0 {
			continue
		}
		c := u.lazy.class(n)
		if seen[c] {
			continue
		}
		seen[c] = true
		if len(c.live) > 0 {
			u.copied.add(c.live[0])
		}
		for _, k := range c.all {
			is, was := len(c.live) > 0 && k == c.live[0], u.before.has(k)
			switch {
			case is && !was:
				u.came = append(u.came, k)
				u.represents.add(k)
				u.representatives++
			case was && !is:
				u.went = append(u.went, k)
				u.represents.remove(k)
				u.representatives--
			}
		}
	}
	for c := range seen {
		if len(c.all) > 1 {
			u.shareLookedUp(c)
		}
	}
	slices.Sort(u.came)
	slices.Sort(u.went)
}

// tooMany reports whether more than one representative in 16 came, went or must be linked
// anew: judging all is less work then.
func (u *updating) tooMany() bool {
	return (len(u.came)+len(u.went)+u.unlinked.count()+u.meeting.count())*16 > u.representatives
}

// basis returns what judgements are based on, apart from documents: whether boilerplate is
// learned.
func (st *detector) basis() []byte {
	if st.unlearned {
		return append(basisHead(), 1)
	}
	return append(basisHead(), 0)
}

// learnedThen returns where a fingerprint was boilerplate at the last update.
func (u *updating) learnedThen(key uint64) edges {
	e, ok := u.learned[key]
	if !ok {
		kept, err := u.corpus.Learned(key)
		if err != nil {
			u.lazy.fail(err)
		}
		e = kept
		u.learned[key] = e
	}
	return e
}

// of implements boilerplate.
func (u *updating) of(key uint64) (edges, bool) {
	e, ok := u.relearnt[key]
	if !ok {
		e = u.learnedThen(key)
	}
	return e, e != edges{}
}

// keptJudgement returns what the last update found of a document, empty if nothing.
func (u *updating) keptJudgement(n uint32) (*Judgement, error) {
	if u.old[n] == nil {
		if err := u.readJudgements([]uint32{n}); err != nil {
			return nil, err
		}
	}
	return u.old[n], nil
}

// noJudgement is that of all documents of which nothing was found.
var noJudgement = &Judgement{}

// readJudgements reads what was found of documents, which ascend. Many together cost a
// fraction of what they cost one by one, since neighbours are kept together.
func (u *updating) readJudgements(ns []uint32) error {
	for _, n := range ns {
		u.old[n] = noJudgement
	}
	ns = slices.DeleteFunc(slices.Clone(ns), func(n uint32) bool { return !u.before.has(n) })
	return u.corpus.Judgements(ns, func(n uint32, j *Judgement) error {
		if slices.ContainsFunc(j.Links, func(l JudgedLink) bool { return !u.before.has(l.Other) || int(l.Other) >= u.count() }) {
			return errUnlike
		}
		u.old[n] = j
		return nil
	})
}

// changedJudgement returns what is found of a representative so far, to be changed.
func (u *updating) changedJudgement(n uint32) (*Judgement, error) {
	if j := u.now[n]; j != nil {
		return j, nil
	}
	was, err := u.keptJudgement(n)
	if err != nil {
		return nil, err
	}
	j := &Judgement{}
	*j = *was
	j.Links = slices.Clone(was.Links)
	u.now[n] = j
	return j, nil
}

// judgementSoFar returns what is found of a representative so far, not to be changed.
func (u *updating) judgementSoFar(n uint32) (*Judgement, error) {
	if j := u.now[n]; j != nil {
		return j, nil
	}
	return u.keptJudgement(n)
}

// errUnlike says that what is kept differs from what is found: everything must be judged.
var errUnlike = errors.New("what is kept of the last update is not what is found")

// judge makes the stories. If the kept state turns out to be wrong, it starts again and
// judges everything.
func (u *updating) judge() error {
	err := u.difference()
	if failed := u.lazy.failed(); failed != nil {
		return failed
	}
	if !errors.Is(err, errUnlike) {
		return err
	}
	st := u.detector
	if err := u.corpus.AddLinks(nil, u.before); err != nil { // which takes the basis away
		return err
	}
	again := &detector{corpus: st.corpus, scheme: st.scheme, progress: st.progress, inMemoryUnits: st.inMemoryUnits, inMemoryHits: st.inMemoryHits, incremental: true}
	return again.run()
}

func (u *updating) difference() error {
	for _, step := range []func() error{u.relink, u.evidence} {
		if err := step(); err != nil {
			return err
		}
	}
	var groups []cluster.Story
	var v *linkGraph
	for pass := range cluster.Passes {
		var err error
		if v, groups, err = u.pass(pass); err != nil {
			return err
		}
	}
	u.lap(&u.work.Seconds.Judging)
	return u.restory(v, groups)
}

// unknown returns the pairs that have not been aligned yet: documents that may have
// candidates more keep the links that they have.
func (u *updating) unknown(pairs []pair) (out []pair, err error) {
	if err := u.readJudgements(slices.DeleteFunc(u.unlinked.numbers(), func(n uint32) bool { return u.old[n] != nil })); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(pairs, func(p pair) bool {
		if !u.unlinked.has(p.a) {
			p.a, p.b = p.b, p.a
		}
		if !u.unlinked.has(p.a) {
			return false
		}
		_, known := u.old[p.a].find(p.b)
		return known
	}), nil
}

// relink removes the links of representatives that went, and adds the new ones.
func (u *updating) relink() error {
	for _, n := range u.went {
		u.remade.add(n)
	}
	for _, n := range u.came {
		u.remade.add(n)
	}
	for _, n := range u.remade.numbers() {
		was, err := u.keptJudgement(n)
		if err != nil {
			return err
		}
		for i := range was.Links {
			l := &was.Links[i]
			u.places.add(l.Place)
			u.seed(n, l.Other, &l.Accepted)
			other, err := u.changedJudgement(l.Other)
			if err != nil {
				return err
			}
			if k, ok := other.find(n); ok {
				other.Links = slices.Delete(other.Links, k, k+1)
			}
		}
		now, err := u.changedJudgement(n)
		if err != nil {
			return err
		}
		now.Links = nil
		if !u.isRepresentative(n) {
			*now = Judgement{}
		}
	}
	for i := range u.added {
		l := &u.added[i]
		u.chains[[2]uint32{l.From, l.To}] = l
		for _, end := range [][2]uint32{{l.From, l.To}, {l.To, l.From}} {
			j, err := u.changedJudgement(end[0])
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
		j, err := u.changedJudgement(end[0])
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
		j, err := u.judgementSoFar(p[0])
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
	wanted := func(from, to uint32) bool { return missing[[2]uint32{from, to}] }
	err := u.corpus.LinksAt(places.numbers(), wanted, func(l *dedup.Link) {
		p := [2]uint32{l.From, l.To}
		delete(missing, p)
		u.chains[p] = l
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

// take returns a link graph of links.
func (u *updating) take(pairs [][2]uint32) (*linkGraph, error) {
	if err := u.read(pairs); err != nil {
		return nil, err
	}
	v := &linkGraph{st: u.detector}
	err := v.take(func(fn func(l *dedup.Link)) error {
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
