package detect

import (
	"maps"
	"math"
	"slices"

	"repost/dedup"
	"repost/dedup/lsh"
)

// Which links an update looks at again as to whether their documents are candidates of each
// other, and what boilerplate is taken out of them. That depends on the documents, and for
// each fingerprint and band they hold on whether few documents hold it, whether many of their
// source do, and whether they are among its pivots. A key of a document that came or
// went can change that for the others that hold it, but seldom does: it must cross a bound,
// or be one of the first pivots of many.

// sharer is a document that holds a key, and whether it was a representative at the last
// update, and is one now.
type sharer struct {
	n       uint32
	was, is bool
	at      []dedup.Posting
}

// in reports whether the document is a representative now, or was one.
func (h *sharer) in(now bool) bool { return !now && h.was || now && h.is }

// standing is what a key says of the representatives that hold it.
type standing struct {
	texts int
	step  int8          // between which bounds their number lies: see stepOf
	last  uint64        // of the last pivot, by order
	of    map[int32]int // their number by source, where it is sameSource or more
}

// same reports whether a key says the same of each representative then and now.
func (s *standing) same(o *standing) bool {
	return s.step == o.step && s.last == o.last && maps.EqualFunc(s.of, o.of, func(_, _ int) bool { return true })
}

// evidence decides which links count, of those that may have changed.
func (u *updating) evidence() error {
	var again bitmap
	for _, n := range u.remade.numbers() {
		if u.isRepresentative(n) {
			again.add(n)
		}
	}
	if err := u.reached(&again); err != nil {
		return err
	}
	pairs, err := u.reweigh(again)
	if err != nil {
		return err
	}
	for _, n := range again.numbers() {
		j, err := u.changedJudgement(n)
		if err != nil {
			return err
		}
		for i := range j.Links {
			pairs = append(pairs, between(n, &j.Links[i]))
		}
	}
	for i := range u.added {
		pairs = append(pairs, [2]uint32{u.added[i].From, u.added[i].To})
	}
	if pairs = sortPairs(pairs); len(pairs) == 0 {
		return nil
	}
	v, err := u.take(pairs)
	if err != nil {
		return err
	}
	asked, err := u.asked(pairs, again)
	if err != nil {
		return err
	}
	if err := u.look(asked.numbers()); err != nil {
		return err
	}
	defer func() { u.only = nil }()
	for _, step := range []func() error{
		func() error { return v.count(nil) },
		func() error { return v.setAside(u) },
		func() error { return u.keepAside(v, asked) },
		v.evident,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	for i, n := range v.numbers {
		j, err := u.changedJudgement(n)
		if err != nil {
			return err
		}
		j.Gram, j.Learned = v.docs[i].Gram, v.docs[i].Learned
	}
	weak := make(map[[2]uint32]int32, len(pairs))
	for _, r := range v.all {
		weak[[2]uint32{v.numbers[r.a], v.numbers[r.b]}] = r.weak
	}
	for _, p := range pairs {
		_, evident := v.links.Find(v.rank.get(p[0])-1, v.rank.get(p[1])-1)
		if evident {
			u.dirty = append(u.dirty, p)
		}
		err := u.ends(p[0], p[1], func(l *JudgedLink) {
			u.seed(p[0], p[1], &l.Accepted)
			*l = JudgedLink{Other: l.Other, Place: l.Place, From: l.From, Evident: evident}
			if l.From {
				l.Weak = weak[p]
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// asked returns the documents of some links whose fingerprints are looked up: each whose learned
// boilerplate is not known or may be another one, and one of each link, because the fingerprints
// that its documents share are counted.
func (u *updating) asked(pairs [][2]uint32, again bitmap) (asked bitmap, err error) {
	for _, p := range pairs {
		for _, n := range p {
			kept, err := u.keptJudgement(n)
			if err != nil {
				return nil, err
			}
			if len(kept.Links) == 0 || again.has(n) {
				asked.add(n)
			}
		}
	}
	for _, p := range pairs {
		if !asked.has(p[1]) {
			asked.add(p[0])
		}
	}
	return asked, nil
}

// keepAside leaves as it was what is set aside of documents that were not asked for.
func (u *updating) keepAside(v *linkGraph, asked bitmap) error {
	for i, n := range v.numbers {
		if asked.has(n) {
			continue
		}
		kept, err := u.keptJudgement(n)
		if err != nil {
			return err
		}
		v.docs[i].Learned = kept.Learned
	}
	return nil
}

// reached notes the links whose documents share a fingerprint with one that came or went,
// where the fingerprint is worth another amount of evidence than before. It adds the
// representatives whose links may all change: where a band is worth something else, which
// depends on how many crowds a document is in, or where boilerplate changed.
func (u *updating) reached(again *bitmap) error {
	changed := slices.Concat(u.came, u.went)
	if err := u.look(changed); err != nil {
		return err
	}
	defer func() { u.only = nil }()
	l := learner{st: u.detector, learned: learned{}}
	asked := map[uint64]bool{} // fingerprints whose sample changed
	var inFull []uint64
	each := func(key uint64, ps []dedup.Posting, s *summary) error {
		var was, is []witness
		switch {
		case s == nil:
			u.all = u.sharers(u.all[:0], ps)
			then, now, some := u.stand(u.all, true)
			if err := u.reach(&then, &now, some, u.all); err != nil {
				return err
			}
			if len(u.all) >= atLeast {
				was, is = u.sampleOf(u.all, false), u.sampleOf(u.all, true)
			}
		case s.changed():
			inFull = append(inFull, key)
			return nil
		default:
			was, is = s.samples[0], s.samples[1]
		}
		if u.unlearned || slices.EqualFunc(was, is, func(a, b witness) bool {
			return a.doc == b.doc && a.first == b.first && a.last == b.last
		}) {
			return nil
		}
		asked[key] = true
		u.recur(&l, key, recurrencesOf(key, was), recurrencesOf(key, is))
		return nil
	}
	if err := u.scanFingerprints("finding links that change", each); err != nil {
		return err
	}
	if err := u.whole(inFull, each); err != nil {
		return err
	}
	err := u.scanBands(func(ps []dedup.Posting) error {
		u.all = u.sharers(u.all[:0], ps)
		_, _, some := u.stand(u.all, false)
		for _, n := range some {
			again.add(n)
		}
		return nil
	})
	if err != nil || len(asked) == 0 {
		return err
	}
	return u.relearn(asked, &l, again)
}

// recur gives the learner the recurrences of a fingerprint. One of the texts that it was of,
// at the same places, is of boilerplate if it was: its texts are not read again.
func (u *updating) recur(l *learner, key uint64, was, is []recurrence) {
	for i := range is {
		r := &is[i]
		same := func(o recurrence) bool { return o.side == r.side && slices.Equal(o.sample, r.sample) }
		switch {
		case !slices.ContainsFunc(was, same):
			l.waiting = append(l.waiting, *r)
		case u.learnedThen(key)[r.side] > 0:
			l.learned.add(r)
		}
	}
}

// sharers appends the documents that hold a key.
func (u *updating) sharers(dst []sharer, ps []dedup.Posting) []sharer {
	for lo := 0; lo < len(ps); {
		hi := lo + 1
		for hi < len(ps) && ps[hi].Doc == ps[lo].Doc {
			hi++
		}
		n := ps[lo].Doc
		dst = append(dst, sharer{n: n, was: u.before.has(n), is: u.isRepresentative(n), at: ps[lo:hi]})
		lo = hi
	}
	return dst
}

// stand finds what a key says of its holders then and now, and returns those for which that
// is not the same.
func (u *updating) stand(all []sharer, fingerprint bool) (was, is standing, changed []uint32) {
	if len(all) <= lsh.AllPairs {
		return was, is, nil // all are pivots of a rare key, and no source has many
	}
	was, is = u.standing(all, false, fingerprint), u.standing(all, true, fingerprint)
	if was.same(&is) {
		return was, is, nil
	}
	for i := range all {
		h := &all[i]
		if !h.was || !h.is {
			continue
		}
		order, source := u.order(h.n), int32(0)
		if was.of != nil {
			source = u.sourceOf(h.n)
		}
		if was.step != is.step || order <= was.last != (order <= is.last) || was.of[source] >= sameSource != (is.of[source] >= sameSource) {
			changed = append(changed, h.n)
		}
	}
	return was, is, changed
}

func (u *updating) standing(all []sharer, now, fingerprint bool) standing {
	s := standing{last: math.MaxUint64}
	if len(all) >= sameSource {
		s.of = map[int32]int{}
	}
	var first []uint64 // orders of the first pivots, ascending
	for i := range all {
		h := &all[i]
		if !h.in(now) {
			continue
		}
		s.texts++
		if s.of != nil {
			s.of[u.sourceOf(h.n)]++
		}
		if order := u.order(h.n); len(first) < lsh.Pivots || order < first[lsh.Pivots-1] {
			at, _ := slices.BinarySearch(first, order)
			first = slices.Insert(first[:min(len(first), lsh.Pivots-1)], at, order)
		}
	}
	maps.DeleteFunc(s.of, func(_ int32, n int) bool { return n < sameSource })
	s.step = stepOf(s.texts, fingerprint)
	if s.texts > lsh.AllPairs {
		s.last = first[lsh.Pivots-1]
	}
	return s
}

// stepOf says between which bounds a number of documents lies.
func stepOf(representatives int, fingerprint bool) (step int8) {
	for _, bound := range []int{lsh.AllPairs, lsh.RareIn, lsh.Cap} {
		if representatives > bound && (fingerprint || bound != lsh.RareIn) {
			step++
		}
	}
	return step
}

// sampleOf returns the sample of a fingerprint, then or now: see learner.
func (u *updating) sampleOf(all []sharer, now bool) (sample []witness) {
	representatives := 0
	for i := range all {
		if h := &all[i]; h.in(now) {
			representatives++
			sample = taken(sample, witness{h.n, u.order(h.n), int32(h.at[0].Pos), int32(h.at[len(h.at)-1].Pos), int32(u.unitsOf(h.n))})
		}
	}
	if representatives < atLeast {
		return nil
	}
	return sample
}

// relearn finds out which of some fingerprints are boilerplate now, and adds the representatives in which
// that makes a difference.
func (u *updating) relearn(asked map[uint64]bool, l *learner, again *bitmap) error {
	if err := l.examine(); err != nil {
		return err
	}
	var others []uint64
	for _, key := range slices.Sorted(maps.Keys(asked)) {
		if u.relearnt[key] = l.learned[key]; u.relearnt[key] != u.learnedThen(key) {
			others = append(others, key)
		}
	}
	return u.whole(others, func(key uint64, ps []dedup.Posting, _ *summary) error {
		was, is := u.learnedThen(key), u.relearnt[key]
		for _, p := range ps {
			pos, units := int32(p.Pos), int32(u.unitsOf(p.Doc))
			if u.isRepresentative(p.Doc) && was.reach(pos, units) != is.reach(pos, units) {
				again.add(p.Doc)
			}
		}
		return nil
	})
}
