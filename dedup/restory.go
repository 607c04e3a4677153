package dedup

import (
	"encoding/binary"
	"slices"

	"repost/dedup/cluster"
)

// settled is what a view found, to be kept.
func (v *view) settled(stories []Story, carved []byte) error {
	st := v.st
	aside := PackAside(v.numbers, func(i int) cluster.Set {
		if !v.asked.has(v.numbers[i]) { // it shares nothing that counts
			return nil
		}
		return v.docs[i].Learned
	})
	corpus, ok := st.corpus.(Updatable)
	if !ok || !st.incremental {
		return st.corpus.SetStories(stories, carved, aside)
	}
	return corpus.Update(&Settlement{
		Stories: stories, Carved: carved, Aside: aside, Basis: st.packBasis(v.learned), Judgements: v.judgements,
		Work: st.work,
	})
}

// restory makes the stories of the groups of the last pass, takes the others over, and
// keeps all that was found.
func (u *updating) restory(v *view, groups []cluster.Story) error {
	touched := u.copied // heads whose stories are made again
	for _, n := range slices.Concat(u.came, u.seeds[cluster.Passes-1].numbers(), v.numbers) {
		touched.add(n)
	}
	copies := map[uint32][]uint32{}
	for _, n := range touched.numbers() {
		if class := u.copies[n]; class != nil {
			copies[n] = class
		}
	}
	all := v.made(groups, copies)
	others, err := v.takeOver(all, func(s *Story) bool {
		return slices.ContainsFunc(s.Members, func(m Member) bool { return u.retired(m.Doc) || touched.has(u.head[m.Doc]) })
	})
	if err != nil {
		return err
	}
	if err := v.expandSpans(all); err != nil {
		return err
	}
	stories, carved := v.ordered(append(others, all...))
	u.lap(&u.work.Seconds.Carving)
	aside, err := u.setAside()
	if err != nil {
		return err
	}
	var linked bitmap
	for n := range uint32(len(u.ids)) {
		if u.isHead(n) {
			linked.add(n)
		}
	}
	places := u.places.numbers()
	return u.corpus.Update(&Settlement{
		Stories: stories, Carved: carved, Aside: aside, Basis: u.packBasis(u.learned),
		Judgements: u.judgements, Partly: true,
		Links: u.added, Linked: linked, Places: places,
		Drop: func(l *Link) bool { return u.remade.has(l.From) || u.remade.has(l.To) },
		Work: u.work,
	})
}

// takeOver copies the spans of unchanged stories, and returns the stories that are not made
// again.
func (v *view) takeOver(all []draftStory, anew func(s *Story) bool) (others []draftStory, err error) {
	for i := range all {
		all[i].inputs = v.inputs(&all[i])
	}
	before, err := v.st.corpus.State(Carved)
	if err != nil || v.st.tried != nil {
		return nil, err
	}
	place := make(map[uint64]int, len(all))
	for i := range all {
		place[all[i].inputs] = i
	}
	err = v.st.corpus.EachStory(func(s *Story) error {
		if len(before) < 8 {
			return nil
		}
		inputs := binary.LittleEndian.Uint64(before)
		before = before[8:]
		if !anew(s) {
			others = append(others, draftStory{Story: *s, inputs: inputs, whole: true})
			v.identify(&others[len(others)-1].Story)
		} else if i, ok := place[inputs]; ok && len(s.Members) == len(all[i].Members) {
			all[i].Story, all[i].whole = *s, true
			v.identify(&all[i].Story)
		}
		return nil
	})
	return others, err
}

// setAside returns what is set aside of documents, with what changed.
func (u *updating) setAside() ([]byte, error) {
	kept, err := u.corpus.State(Aside)
	if err != nil {
		return nil, err
	}
	var numbers []uint32
	var sets []cluster.Set
	add := func(n uint32, set cluster.Set) {
		numbers, sets = append(numbers, n), append(sets, set)
	}
	known, err := readAside(kept, u.units, func(n uint32, set cluster.Set) {
		if u.now[n] == nil {
			add(n, set)
		}
	})
	if err != nil || !known {
		return nil, err
	}
	for n, j := range u.now {
		if j.evident() && u.isHead(n) {
			add(n, j.Learned)
		}
	}
	return PackAside(numbers, func(i int) cluster.Set { return sets[i] }), nil
}

// judgements yields those that changed, by number.
func (u *updating) judgements(yield func(n uint32, j *Judgement) bool) {
	var ns []uint32
	for n := range u.now {
		ns = append(ns, n)
	}
	slices.Sort(ns)
	for _, n := range ns {
		j := u.now[n]
		if len(j.Links) == 0 {
			j = nil
		}
		if !yield(n, j) {
			return
		}
	}
}
