package detect

import (
	"math"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
)

// The passes of the judge, for what an update can change. A verdict depends on its two
// documents and, after the first pass, on the fingerprints of the first of them: in how many
// stories of the pass before each stands. What a link loses by them is kept, so a fingerprint
// that stands in another number of stories than before is a difference to add, and of its
// document no other fingerprint is looked up. Links whose boilerplate or evidence changed are
// weighed as a whole.

// moved is a fingerprint of a link's first document that says less or more than before.
type moved struct{ pos, by int32 }

// judging returns a judgement of the links of a link graph, and what is known of its documents.
func (u *updating) judging(v *linkGraph, pass int) (*cluster.Judging, error) {
	for i, n := range v.numbers {
		j, err := u.judgementSoFar(n)
		if err != nil {
			return nil, err
		}
		v.docs[i].Learned = j.Learned
	}
	j := cluster.NewJudging(v.docs, &v.links, u.thresholds())
	if pass > 0 {
		j.Forget()
	}
	u.work.Judged += v.links.Len()
	return j, nil
}

// link returns the link of a link graph as its From has it.
func (u *updating) link(v *linkGraph, i int) (*JudgedLink, error) {
	a, b := v.links.Pair(i)
	j, err := u.changedJudgement(v.numbers[a])
	if err != nil {
		return nil, err
	}
	k, ok := j.find(v.numbers[b])
	if !ok {
		return nil, errUnlike
	}
	return &j.Links[k], nil
}

// pass judges what can be judged otherwise in a pass, and makes stories of what that may
// change. It returns these stories.
func (u *updating) pass(pass int) (*linkGraph, []cluster.Story, error) {
	if err := u.reconsider(pass); err != nil {
		return nil, nil, err
	}
	if pass == cluster.Passes-1 {
		for _, n := range u.copied.numbers() {
			u.seeds[pass].add(n)
		}
	}
	reached, pairs, err := u.components(pass)
	if err != nil {
		return nil, nil, err
	}
	v, err := u.take(pairs)
	if err != nil {
		return nil, nil, err
	}
	if pass == cluster.Passes-1 {
		v.countCopies()
	}
	j, err := u.judging(v, pass)
	if err != nil {
		return nil, nil, err
	}
	for i := range v.links.Len() {
		l, err := u.link(v, i)
		if err != nil {
			return nil, nil, err
		}
		if pass > 0 && copy(j.Losses(i), l.Lost[pass-1]) != len(j.Losses(i)) {
			return nil, nil, errUnlike
		}
	}
	if slices.Contains(j.Pass(), false) {
		return nil, nil, errUnlike
	}
	changed, err := u.place(v, pass, reached, j.Stories())
	if err != nil || pass == cluster.Passes-1 {
		return v, j.Stories(), err
	}
	return v, j.Stories(), u.move(pass, changed)
}

// reconsider judges the links whose verdict may be another one, and notes which documents
// that changes the stories of.
func (u *updating) reconsider(pass int) error {
	fresh := map[[2]uint32]bool{}
	pairs := slices.Clone(u.dirty)
	for _, p := range u.dirty {
		fresh[p] = true
	}
	for p := range u.moved {
		pairs = append(pairs, p)
	}
	v, err := u.take(sortPairs(pairs))
	if err != nil {
		return err
	}
	j, err := u.judging(v, pass)
	if err != nil {
		return err
	}
	if pass > 0 {
		if err := u.losses(v, j, pass, fresh); err != nil {
			return err
		}
	}
	var l cluster.Link
	for i := range v.links.Len() {
		known, err := u.link(v, i)
		if err != nil {
			return err
		}
		a, b := v.links.Pair(i)
		pair := [2]uint32{v.numbers[a], v.numbers[b]}
		remade := true
		if !fresh[pair] {
			remade, err = u.shift(j, i, known, pass, u.moved[pair])
			if err != nil {
				return err
			}
		}
		verdict := j.Verdict(i, &l)
		if remade && (verdict.Accepted || known.Accepted[pass]) {
			u.seeds[pass].add(pair[0])
			u.seeds[pass].add(pair[1])
		}
		if pass > 0 {
			known.Lost[pass-1] = slices.Clone(j.Losses(i))
		}
		err = u.ends(pair[0], pair[1], func(l *JudgedLink) { l.Accepted[pass] = verdict.Accepted })
		if err != nil {
			return err
		}
	}
	return nil
}

// shift adds to what link i loses what its fingerprints say less than before, and reports
// whether that changes anything.
func (u *updating) shift(j *cluster.Judging, i int, known *JudgedLink, pass int, by []moved) (changes bool, err error) {
	var l cluster.Link
	lost := j.Losses(i)
	if copy(lost, known.Lost[pass-1]) != len(lost) {
		return false, errUnlike
	}
	was := j.Verdict(i, &l)
	if was.Accepted != known.Accepted[pass] {
		return false, errUnlike
	}
	before := slices.Clone(lost)
	for _, m := range by {
		runs := m.by
		if j.Covered(cluster.Posting{Doc: l.A, Pos: m.pos}) {
			runs = 0
		}
		j.Lose(&l, m.pos, m.by, runs, 0)
	}
	is := j.Verdict(i, &l)
	if was.Accepted != is.Accepted {
		return true, nil
	}
	ends := func(x, y cluster.Lost) bool { return x.Head == y.Head && x.Tail == y.Tail }
	return is.Accepted && !(slices.Equal(was.Kept, is.Kept) && slices.EqualFunc(before, lost, ends)), nil
}

// losses finds what the links that are fresh lose.
func (u *updating) losses(v *linkGraph, j *cluster.Judging, pass int, fresh map[[2]uint32]bool) error {
	var first bitmap
	for p := range fresh {
		first.add(p[0])
	}
	ns := first.numbers()
	if err := u.keysOf(ns); err != nil {
		return err
	}
	type loss struct{ pos, ends, runs, covered int32 }
	of := map[int32][]loss{} // document of the link graph → what its fingerprints lose
	lose := func(ps []dedup.Posting, common int32) {
		for _, p := range ps {
			if !first.has(p.Doc) {
				continue
			}
			d, pos := v.rank.get(p.Doc)-1, int32(p.Pos)
			switch covered := j.Covered(cluster.Posting{Doc: d, Pos: pos}); {
			case covered:
				of[d] = append(of[d], loss{pos, common, 0, 1})
			case common > 0:
				of[d] = append(of[d], loss{pos, common, common, 0})
			}
		}
	}
	c, err := u.holders(u.fingerprintsOf(ns), func(ps []dedup.Posting) { lose(ps, 0) })
	if err != nil {
		return err
	}
	all, err := c.counters(pass-1, u.judgementSoFar)
	if err != nil {
		return err
	}
	for i := range c.groups {
		g := &c.groups[i]
		lose(c.postings(g), c.common(g, all[0], g.is))
	}
	var l cluster.Link
	for i := range v.links.Len() {
		a, b := v.links.Pair(i)
		if !fresh[[2]uint32{v.numbers[a], v.numbers[b]}] {
			continue
		}
		v.links.Read(i, &l)
		for _, x := range of[a] {
			j.Lose(&l, x.pos, x.ends, x.runs, x.covered)
		}
	}
	return nil
}

// components returns the documents that accepted links connect with those whose stories are
// made again, and these links.
func (u *updating) components(pass int) (reached bitmap, pairs [][2]uint32, err error) {
	todo := slices.DeleteFunc(u.seeds[pass].numbers(), func(n uint32) bool { return !u.isRepresentative(n) })
	for _, n := range todo {
		reached.add(n)
	}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		j, err := u.judgementSoFar(n)
		if err != nil {
			return nil, nil, err
		}
		for i := range j.Links {
			l := &j.Links[i]
			if !l.Accepted[pass] {
				continue
			}
			pairs = append(pairs, between(n, l))
			if !reached.has(l.Other) {
				reached.add(l.Other)
				todo = append(todo, l.Other)
			}
		}
	}
	return reached, sortPairs(pairs), nil
}

// place notes which stories are in the documents that were reached, and returns those for
// which that changed. A story that only has another name, since another document is its
// first now, is the same story.
func (u *updating) place(v *linkGraph, pass int, reached bitmap, stories []cluster.Story) (changed []uint32, err error) {
	placed := v.placed(stories)
	ns := reached.numbers()
	was, is := make([][]Placed, len(ns)), make([][]Placed, len(ns))
	names := renames{to: map[uint64]uint64{}, from: map[uint64]uint64{}}
	for i, n := range ns {
		if d := v.rank.get(n); d > 0 {
			is[i] = placed.nodes(d - 1)
		}
		before, err := u.keptJudgement(n)
		if err != nil {
			return nil, err
		}
		now, err := u.changedJudgement(n)
		if err != nil {
			return nil, err
		}
		was[i], now.Nodes[pass] = before.Nodes[pass], is[i]
		if slices.EqualFunc(was[i], is[i], sameUnits) {
			for k := range is[i] {
				names.add(was[i][k].Story, is[i][k].Story)
			}
		}
	}
	for i, n := range ns {
		if !slices.EqualFunc(was[i], is[i], func(a, b Placed) bool { return sameUnits(a, b) && names.same(a.Story, b.Story) }) {
			changed = append(changed, n)
		}
	}
	return changed, nil
}

func sameUnits(a, b Placed) bool { return slices.Equal(a.Units, b.Units) }

// renames are the names that stories had and have, as the parts that did not change say.
type renames struct{ to, from map[uint64]uint64 }

// severed is the other name of a story that has two: it was split, or joined with another.
const severed = ^uint64(0)

func (r *renames) add(was, is uint64) {
	note := func(of map[uint64]uint64, name, other uint64) {
		if known, ok := of[name]; ok && known != other {
			other = severed
		}
		of[name] = other
	}
	note(r.to, was, is)
	note(r.from, is, was)
}

// same reports whether a story has only another name.
func (r *renames) same(was, is uint64) bool { return r.to[was] == is && r.from[is] == was }

// move finds the fingerprints that stand in another number of stories after a pass than before,
// and the links that this concerns in the next one.
func (u *updating) move(pass int, changed []uint32) error {
	u.moved = map[[2]uint32][]moved{}
	ns := slices.Concat(u.came, u.went, changed)
	if err := u.keysOf(ns); err != nil {
		return err
	}
	c, err := u.holders(u.fingerprintsOf(ns), func([]dedup.Posting) {})
	if err != nil {
		return err
	}
	all, err := c.counters(pass, u.keptJudgement, u.judgementSoFar)
	if err != nil {
		return err
	}
	fresh := map[[2]uint32]bool{}
	for _, p := range u.dirty {
		fresh[p] = true
	}
	of := map[uint32][]moved{}
	var differ []*group
	var by []int32
	for i := range c.groups {
		g := &c.groups[i]
		if d := c.common(g, all[1], g.is) - c.common(g, all[0], g.was); d != 0 {
			differ, by = append(differ, g), append(by, d)
		}
	}
	if err := c.widen(differ); err != nil {
		return err
	}
	if err := c.read(differ, math.MaxInt, u.isRepresentative); err != nil {
		return err
	}
	for i, g := range differ {
		for _, p := range c.known(g) {
			if n := c.numbers[p.Doc]; u.isRepresentative(n) {
				of[n] = append(of[n], moved{p.Pos, by[i]})
			}
		}
	}
	var pairs [][2]uint32
	for n := range of {
		j, err := u.judgementSoFar(n)
		if err != nil {
			return err
		}
		for i := range j.Links {
			if l := &j.Links[i]; l.From && l.Evident && !fresh[between(n, l)] {
				pairs = append(pairs, between(n, l))
			}
		}
	}
	if err := u.read(sortPairs(pairs)); err != nil {
		return err
	}
	for _, p := range pairs {
		l := u.chains[p]
		for _, m := range of[p[0]] {
			if spans(l, m.pos, m.pos+l.GramFrom) {
				u.moved[p] = append(u.moved[p], m)
			}
		}
	}
	return nil
}

// spans reports whether units of From may be in a chain of l.
func spans(l *dedup.Link, lo, hi int32) bool {
	return slices.ContainsFunc(l.Chains, func(c dedup.Chain) bool {
		last := c.Runs[len(c.Runs)-1]
		return c.Runs[0].A <= lo && hi <= last.A+last.Len
	})
}
