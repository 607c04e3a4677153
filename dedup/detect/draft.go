package detect

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/parallel"
)

// draftStory is a story that is being made. parts are the live units of each member.
type draftStory struct {
	dedup.Story
	parts  []cluster.Set
	back   []float64 // how much of the canonical member each covers
	inputs uint64    // hash of what it is made from
	whole  bool      // everything is said of its members
}

// stories turns groups of nodes into stories of documents: copies join their representative, units
// become spans of the original, and each member's relation to the canonical one is measured.
func (v *linkGraph) stories(groups []cluster.Story) ([]KeptStory, error) {
	all := v.made(groups, v.st.copies)
	if err := v.takeOver(all); err != nil {
		return nil, err
	}
	if err := v.expandSpans(all); err != nil {
		return nil, err
	}
	return v.ordered(all), nil
}

// made returns the members of the stories that groups make, and those of copies, by representative,
// that are in none.
func (v *linkGraph) made(groups []cluster.Story, copies map[uint32][]uint32) []draftStory {
	in := map[uint32]bool{}
	v.carried = map[uint32]int{}
	for _, g := range groups {
		for _, n := range g.Nodes {
			v.carried[v.numbers[n.Doc]]++
		}
	}
	out := make([]draftStory, 0, len(groups))
	for _, g := range groups {
		var s draftStory
		at := map[uint32]int{} // representative → its first copy in the story
		for _, n := range slices.Concat(g.Nodes[g.Canonical:g.Canonical+1], g.Nodes[:g.Canonical], g.Nodes[g.Canonical+1:]) {
			head := v.numbers[n.Doc]
			set := v.shared(n).Minus(v.docs[n.Doc].Learned)
			if i, ok := at[head]; ok { // a page may carry a story twice
				set = set.Union(s.parts[i])
				for k := range v.st.class(head) {
					s.parts[i+k] = set
				}
				continue
			}
			if len(set) == 0 {
				continue
			}
			at[head] = len(s.Members)
			s.add(v.st.class(head), set)
		}
		if len(s.Members) > 1 {
			v.st.earliestFirst(s.Members)
			out = append(out, s)
			for head := range at {
				in[head] = true
			}
		}
	}
	for head, class := range copies {
		if !in[head] {
			var s draftStory
			s.add(class, cluster.Set{{Lo: 0, Hi: int32(v.st.unitsOf(head))}})
			v.st.earliestFirst(s.Members)
			out = append(out, s)
		}
	}
	return out
}

// add adds the copies of one text to a story.
func (s *draftStory) add(class []uint32, units cluster.Set) {
	for _, m := range class {
		s.Members = append(s.Members, dedup.Member{Doc: m})
		s.parts = append(s.parts, units)
	}
}

// shared returns the units of a node, or all of its document where copies carry the
// whole of it and no other story: an excerpt elsewhere does not make the copies
// shorter, however short it is, no more than it would were a letter of one of them
// another.
func (v *linkGraph) shared(n cluster.Node) cluster.Set {
	head := v.numbers[n.Doc]
	if len(v.st.class(head)) > 1 && v.carried[head] == 1 {
		return cluster.Set{{Lo: 0, Hi: v.docs[n.Doc].Units}}
	}
	return n.Units
}

func first(s *dedup.Story) int {
	if len(s.Members[0].Spans) == 0 {
		return 0
	}
	return s.Members[0].Spans[0].Lo
}

// expandVersion is the version of what is made of a story's inputs: it goes up with every
// change of ExpandSpans or Relate.
const expandVersion = 4

// inputs returns a hash of all that the spans and relations of a story are made
// from; texts never change.
func (v *linkGraph) inputs(s *draftStory) uint64 {
	h := xxh3.NewSeed(expandVersion)
	var b []byte
	var last cluster.Set
	for i, m := range s.Members {
		b = binary.LittleEndian.AppendUint32(b[:0], m.Doc)
		if v.carried[v.st.representativeOf(m.Doc)] <= 1 {
			b = append(b, 1)
		}
		if i == 0 || !slices.Equal(s.parts[i], last) {
			last = s.parts[i]
			for _, u := range last {
				b = binary.LittleEndian.AppendUint32(b, uint32(u.Lo))
				b = binary.LittleEndian.AppendUint32(b, uint32(u.Hi))
			}
		}
		h.Write(binary.LittleEndian.AppendUint32(b, uint32(len(b))))
	}
	return h.Sum64()
}

// A spanExpander fills in expandStep members at a time; all of them together expandBatch.
const (
	expandStep  = 512
	expandBatch = 1 << 14
)

// draftMember is a member of a story that is to be described.
type draftMember struct{ story, member int }

// expandSpans fills in what stories say about their members, a bounded number of texts at a
// time. A story's first member is the canonical one.
//
// Members are read in the order they are stored in, so that hardly a block of texts is
// unpacked twice. When each story asked for its own, that was most of the work: 150 s
// for a million documents. The centres they are compared with come from the text spill.
func (v *linkGraph) expandSpans(all []draftStory) error {
	var jobs []draftMember
	var centres bitmap
	for i := range all {
		if all[i].whole {
			continue
		}
		v.st.work.Expanded++
		all[i].back = make([]float64, len(all[i].Members))
		centres.add(all[i].Members[0].Doc)
		for k := range all[i].Members {
			jobs = append(jobs, draftMember{i, k})
		}
	}
	number := func(j draftMember) uint32 { return all[j.story].Members[j.member].Doc }
	slices.SortFunc(jobs, func(x, y draftMember) int {
		return cmp.Or(cmp.Compare(number(x), number(y)), cmp.Compare(x.story, y.story))
	})
	texts, err := v.st.compacts(centres)
	if err != nil {
		return err
	}
	done := 0
	for batch := range slices.Chunk(jobs, expandBatch) {
		v.st.progress("measuring members", done, len(jobs))
		some := slices.Collect(slices.Chunk(batch, expandStep))
		errs := make([]error, len(some))
		worker := func() *spanExpander { return v.spanExpander(texts) }
		parallel.With(len(some), worker, func(k *spanExpander, i int) { errs[i] = k.expandSpans(all, some[i]) })
		if err := errors.Join(errs...); err != nil {
			return err
		}
		done += len(batch)
	}
	for i := range all {
		if !all[i].whole {
			v.finish(&all[i])
		}
	}
	return nil
}

// spanExpander is a worker that describes the members of stories.
type spanExpander struct {
	Linker
	*linkGraph
	sketcher Sketcher
	centres  source // nil: there is no room for them
	centre   uint32 // the one that was asked for last
	indexed  *compact
	room     compact // of it
	wholeDoc uint32  // the same of those that were asked for as a whole
	whole    *Text
}

func (v *linkGraph) spanExpander(centres func() source) *spanExpander {
	k := &spanExpander{linkGraph: v, sketcher: Sketcher{Scheme: v.st.scheme}}
	if centres != nil {
		k.centres = centres()
	}
	return k
}

// expandSpans describes members, which come by document.
func (k *spanExpander) expandSpans(all []draftStory, jobs []draftMember) error {
	centres := k.centres
	var ns, need []uint32
	for _, j := range jobs {
		members := all[j.story].Members
		if n := members[j.member].Doc; len(ns) == 0 || ns[len(ns)-1] != n {
			ns = append(ns, n)
		}
		need = append(need, members[0].Doc)
	}
	if centres == nil {
		slices.Sort(need)
		from, err := k.st.inMemory(slices.Compact(need))
		if err != nil {
			return err
		}
		centres = from()
	}
	t := new(Text)
	return k.st.corpus.Texts(ns, func(n uint32, text string) error {
		if text != t.Source { // copies come in rows
			t = k.sketcher.Prepare(text)
			k.forget(t)
		}
		for ; len(jobs) > 0 && all[jobs[0].story].Members[jobs[0].member].Doc == n; jobs = jobs[1:] {
			if err := k.describe(&all[jobs[0].story], jobs[0].member, t, centres); err != nil {
				return err
			}
		}
		return nil
	})
}

// aside is the maximum number of live units before and after the story in a document of one
// story: a headline, a header. With more it may be a page whose other story is not known
// yet.
const aside = 160

func outside(t *Text, s cluster.Set) int {
	return int(s[0].Lo) + len(t.Units) - int(s[len(s)-1].Hi)
}

// describe fills in the spans of a member in its document, and its relation to the
// canonical one.
func (k *spanExpander) describe(s *draftStory, member int, t *Text, centres source) error {
	m := &s.Members[member]
	single := k.carried[k.st.representativeOf(m.Doc)] <= 1 && outside(t, s.parts[member]) <= aside
	m.Spans = ExpandSpans(t, s.parts[member], single)
	if member == 0 {
		return nil
	}
	n := s.Members[0].Doc
	if k.indexed == nil || k.centre != n {
		k.forget(&k.room.text)
		centre, err := centres(n, &k.room)
		if err != nil {
			return err
		}
		k.centre, k.indexed = n, centre
	}
	same := k.st.sameText(m.Doc, n)
	r, err := k.relateTo(t, k.indexed, same, func() (*Text, error) { return k.wholeOf(n) })
	if r.Kind == dedup.SameTemplate { // the judge, which knows the corpus, has let it pass
		r.Kind = extentOf(&r)
	}
	m.Relation, m.Coverage, s.back[member] = r.Kind, r.CoverageA, r.CoverageB
	return err
}

// wholeOf returns a document as a whole. One that was asked for last is not read again.
func (k *spanExpander) wholeOf(n uint32) (*Text, error) {
	if k.whole == nil || k.wholeDoc != n {
		texts, err := k.st.texts(map[uint32]bool{n: true})
		if err != nil {
			return nil, err
		}
		k.wholeDoc, k.whole = n, texts[n]
	}
	return k.whole, nil
}

// finish completes a story whose members are described: the relation of the canonical one
// is that to the member that covers most of it, and the others follow by id.
func (v *linkGraph) finish(s *draftStory) {
	c := &s.Members[0]
	c.Canonical = true
	for i, back := range s.back {
		if i > 0 && back > c.Coverage {
			c.Relation, c.Coverage = s.Members[i].Relation.Converse(), back
		}
	}
	slices.SortFunc(s.Members[1:], func(a, b dedup.Member) int { return strings.Compare(v.st.id(a.Doc), v.st.id(b.Doc)) })
	v.identify(&s.Story)
}

// identify gives a story its id, which is made of its least member.
func (v *linkGraph) identify(s *dedup.Story) {
	least := slices.MinFunc(s.Members, func(a, b dedup.Member) int { return strings.Compare(v.st.id(a.Doc), v.st.id(b.Doc)) })
	lo := 0
	if len(least.Spans) > 0 {
		lo = least.Spans[0].Lo
	}
	s.ID = storyID(v.st.id(least.Doc), lo)
}

// storyID makes the id of a story out of the id of a document and a place in it.
func storyID(document string, at int) string {
	return fmt.Sprintf("s%012x", xxh3.HashString(fmt.Sprintf("%s\x00%d", document, at))>>16)
}
