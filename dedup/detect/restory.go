package detect

import (
	"maps"
	"reflect"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
)

// KeptStory is a story as a corpus keeps it.
type KeptStory struct {
	dedup.Story
	Number uint32 // of a story that is kept: no other has it until all are replaced
	Order  []byte // stories are listed by it
	Inputs uint64 // a hash of what its spans and relations were made from, or 0: it is not known
}

// keep keeps what a link graph found.
func (v *linkGraph) keep(stories []KeptStory) error {
	st := v.st
	corpus, ok := st.corpus.(Updatable)
	if ok && st.incremental {
		kept := make(map[uint64][2]int32, len(v.learned))
		for key, e := range v.learned {
			kept[key] = e
		}
		o := &Outcome{Stories: stories, Learned: kept, Basis: st.basis(), Judgements: v.judgements, Work: st.work}
		*st = detector{spill: st.spill} // what is known of documents, 70 bytes each, is not asked for again
		return corpus.Update(o)
	}
	return st.corpus.SetStories(stories, PackAside(v.numbers, func(i int) cluster.Set {
		if !v.asked.has(v.numbers[i]) { // it shares nothing that counts
			return nil
		}
		return v.docs[i].Learned
	}))
}

// takeOver copies the spans of stories that are made from what they were made from before.
func (v *linkGraph) takeOver(all []draftStory) error {
	for i := range all {
		all[i].inputs = v.inputs(&all[i])
	}
	before, err := v.st.corpus.State(StateExpanded)
	if err != nil || len(before) == 0 || v.st.tried != nil {
		return err
	}
	take := v.taker(all)
	return v.st.corpus.EachStory(func(s *KeptStory) error {
		take(s)
		return nil
	})
}

// taker returns what copies the spans of a kept story to the one of all, if there is one, that
// is made from the same.
func (v *linkGraph) taker(all []draftStory) func(s *KeptStory) {
	place := make(map[uint64]int, len(all))
	for i := range all {
		place[all[i].inputs] = i
	}
	return func(s *KeptStory) {
		if i, ok := place[s.Inputs]; ok && len(s.Members) == len(all[i].Members) {
			all[i].Story, all[i].whole = s.Story, true
			v.identify(&all[i].Story)
		}
	}
}

// restory makes the stories of the groups of the last pass, and keeps all that was found.
// Stories of which no document was touched stay.
func (u *updating) restory(v *linkGraph, groups []cluster.Story) error {
	touched := u.copied // representatives whose stories are made again
	for _, n := range slices.Concat(u.came, u.seeds[cluster.Passes-1].numbers(), v.numbers) {
		touched.add(n)
	}
	copies := map[uint32][]uint32{}
	documents := slices.Clone(u.changed)
	for _, n := range touched.numbers() {
		class := u.class(n)
		documents = append(documents, class...)
		if len(class) > 1 && u.isRepresentative(n) {
			copies[n] = class
		}
	}
	all := v.made(groups, copies)
	for i := range all {
		all[i].inputs = v.inputs(&all[i])
	}
	removed, err := u.storiesWith(documents)
	if err != nil {
		return err
	}
	take := v.taker(all)
	for _, n := range slices.Sorted(maps.Keys(removed)) {
		take(removed[n])
	}
	if err := v.expandSpans(all); err != nil {
		return err
	}
	if all, err = u.withSameID(all, removed); err != nil {
		return err
	}
	stories := keepSame(v.ordered(all), removed)
	u.lap(&u.work.Seconds.Expanding)
	if err := u.lazy.failed(); err != nil {
		return err
	}
	changed := map[uint64][2]int32{}
	for key, e := range u.relearnt {
		if e != u.learnedThen(key) {
			changed[key] = e
		}
	}
	return u.corpus.Update(&Outcome{
		Stories: stories, Removed: slices.Sorted(maps.Keys(removed)), Learned: changed, Basis: u.basis(),
		Judgements: u.judgements, Partly: true,
		Links: u.added, Linked: u.represents, Places: u.places.numbers(),
		Drop: func(l *dedup.Link) bool { return u.remade.has(l.From) || u.remade.has(l.To) },
		Work: u.work,
	})
}

// storiesWith returns the kept stories of documents, by number.
func (u *updating) storiesWith(documents []uint32) (map[uint32]*KeptStory, error) {
	all := map[uint32]*KeptStory{}
	slices.Sort(documents)
	for _, n := range slices.Compact(documents) {
		some, err := u.corpus.StoriesWith(n)
		if err != nil {
			return nil, err
		}
		for i := range some {
			all[some[i].Number] = &some[i]
		}
	}
	return all, nil
}

// withSameID adds to stories the kept ones that may get another id by those that come and go:
// the ids of stories that begin at one place of one document depend on their order.
func (u *updating) withSameID(all []draftStory, removed map[uint32]*KeptStory) ([]draftStory, error) {
	ids := map[string]bool{}
	for i := range all {
		ids[all[i].ID] = true
	}
	for _, s := range removed {
		ids[firstID(s.Order)] = true
	}
	for _, first := range slices.Sorted(maps.Keys(ids)) {
		for id := first; ; id = storyID(id, 0) {
			s, ok, err := u.corpus.StoryWith(id)
			if err != nil {
				return nil, err
			}
			if !ok || firstID(s.Order) != first {
				break
			}
			if removed[s.Number] == nil {
				removed[s.Number] = &s
				story := s.Story
				story.ID = first
				all = append(all, draftStory{Story: story, inputs: s.Inputs, whole: true})
			}
		}
	}
	return all, nil
}

// keepSame takes the stories that stay as they are out of those that come and those that go.
func keepSame(come []KeptStory, gone map[uint32]*KeptStory) []KeptStory {
	at := make(map[string]*KeptStory, len(gone))
	for _, s := range gone {
		at[string(s.Order)] = s
	}
	return slices.DeleteFunc(come, func(s KeptStory) bool {
		was := at[string(s.Order)]
		if was == nil || was.Inputs != s.Inputs || !reflect.DeepEqual(was.Story, s.Story) {
			return false
		}
		delete(gone, was.Number)
		return true
	})
}

// judgements yields those that changed, by number.
func (u *updating) judgements(yield func(n uint32, j *Judgement) bool) {
	for _, n := range slices.Sorted(maps.Keys(u.now)) {
		j := u.now[n]
		if len(j.Links) == 0 {
			j = nil
		}
		if !yield(n, j) {
			return
		}
	}
}
