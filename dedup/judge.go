package dedup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"repost/dedup/cluster"
	"repost/shingle"
)

// judge weighs all links under the statistics of the corpus as it is now, and
// makes stories of them.
func (st *settling) judge() error {
	st.progress("judging", 0, 0)
	v, j, err := st.weigh()
	if err != nil {
		return err
	}
	groups := j.Stories()
	st.progress("carving", 0, len(groups))
	stories, err := v.stories(groups)
	if err != nil {
		return err
	}
	st.progress("carving", len(groups), len(groups))
	return st.corpus.SetStories(stories)
}

// thresholds returns the judge's thresholds: the default ones, if no others are
// tried.
func (st *settling) thresholds() cluster.Thresholds {
	if st.tried != nil {
		return *st.tried
	}
	return cluster.Default
}

// Stories judges the links of a settled corpus again with other thresholds and
// returns the stories that come out, changing nothing.
func Stories(c Corpus, s *Scheme, t cluster.Thresholds) ([]Story, error) {
	st := &settling{corpus: c, scheme: s, progress: func(string, int, int) {}, tried: &t}
	if err := st.load(); err != nil {
		return nil, err
	}
	v, j, err := st.weigh()
	if err != nil {
		return nil, err
	}
	return v.stories(j.Stories())
}

// Verdicts judges the links of a settled corpus again, changing nothing, and
// calls fn for each with the ids of its documents.
func Verdicts(c Corpus, s *Scheme, fn func(from, to string, l *cluster.Link, v *cluster.Verdict)) error {
	st := &settling{corpus: c, scheme: s, progress: func(string, int, int) {}}
	if err := st.load(); err != nil {
		return err
	}
	view, j, err := st.weigh()
	if err != nil {
		return err
	}
	for i := range view.links.Len() {
		a, b := view.links.Pair(i)
		verdict := j.Verdict(i, &view.link)
		fn(st.ids[view.numbers[a]], st.ids[view.numbers[b]], &view.link, &verdict)
	}
	return nil
}

const textBatch = 4096

// stories turns groups of nodes into stories of documents: copies join their
// head, units become spans of the original, and each member's relation to the
// canonical one is measured.
func (v *view) stories(groups []cluster.Story) ([]Story, error) {
	in := map[uint32]bool{}
	v.carried = map[uint32]int{}
	for _, g := range groups {
		for _, n := range g.Nodes {
			v.carried[v.numbers[n.Doc]]++
		}
	}
	out := make([]Story, 0, len(groups))
	parts := make([][]cluster.Set, 0, len(groups))
	for _, g := range groups {
		var s Story
		var units []cluster.Set
		for _, n := range g.Nodes {
			head := v.numbers[n.Doc]
			set := v.shared(n).Minus(v.docs[n.Doc].Learned)
			if i := slices.IndexFunc(s.Members, func(m Member) bool { return m.Doc == head }); i >= 0 {
				for k := i; k < len(s.Members) && v.st.head[s.Members[k].Doc] == head; k++ {
					units[k] = units[k].Union(set) // a page may carry a story twice
				}
				continue
			}
			if len(set) == 0 {
				continue
			}
			for _, m := range v.st.class(head) {
				s.Members = append(s.Members, Member{Doc: m})
				units = append(units, set)
			}
		}
		if len(s.Members) > 1 {
			out, parts = append(out, s), append(parts, units)
			for _, m := range s.Members {
				in[v.st.head[m.Doc]] = true
			}
		}
	}
	for head, class := range v.st.copies {
		if in[head] {
			continue
		}
		all := cluster.Set{{Lo: 0, Hi: int32(v.st.units[head])}}
		var s Story
		var units []cluster.Set
		for _, m := range class {
			s.Members = append(s.Members, Member{Doc: m})
			units = append(units, all)
		}
		out, parts = append(out, s), append(parts, units)
	}
	if err := v.carve(out, parts); err != nil {
		return nil, err
	}
	slices.SortFunc(out, v.compare)
	v.distinguish(out)
	return out, nil
}

// compare orders stories by their canonical members and where those begin.
func (v *view) compare(a, b Story) int {
	c := cmp.Or(strings.Compare(v.st.ids[a.Members[0].Doc], v.st.ids[b.Members[0].Doc]), cmp.Compare(first(a), first(b)),
		strings.Compare(a.ID, b.ID), cmp.Compare(len(a.Members), len(b.Members)))
	for i := 0; c == 0 && i < len(a.Members); i++ {
		m, n := &a.Members[i], &b.Members[i]
		c = cmp.Or(strings.Compare(v.st.ids[m.Doc], v.st.ids[n.Doc]), slices.CompareFunc(m.Spans, n.Spans, func(s, t shingle.Span) int {
			return cmp.Or(cmp.Compare(s.Lo, t.Lo), cmp.Compare(s.Hi, t.Hi))
		}))
	}
	return c
}

// distinguish gives every story an id of its own: two that begin at one place of one
// document have been given the same.
func (v *view) distinguish(stories []Story) {
	seen := make(map[string]bool, len(stories))
	for i := range stories {
		s := &stories[i]
		for seen[s.ID] {
			s.ID = storyID(s.ID, 0)
		}
		seen[s.ID] = true
	}
}

// shared returns the units of a node, or all of its document where copies carry the
// whole of it and it is nearly all this one story: an excerpt elsewhere does not
// make the copies shorter.
func (v *view) shared(n cluster.Node) cluster.Set {
	head, units := v.numbers[n.Doc], v.docs[n.Doc].Units
	if len(v.st.class(head)) > 1 && v.carried[head] == 1 && 5*n.Units.Size() >= 3*int(units) {
		return cluster.Set{{Lo: 0, Hi: units}}
	}
	return n.Units
}

func first(s Story) int {
	if len(s.Members[0].Spans) == 0 {
		return 0
	}
	return s.Members[0].Spans[0].Lo
}

// carve fills in what a story says of its members, a bounded number of texts at a
// time.
func (v *view) carve(stories []Story, parts [][]cluster.Set) error {
	for lo := 0; lo < len(stories); {
		need := map[uint32]bool{}
		hi := lo
		for ; hi < len(stories) && (hi == lo || len(need) < textBatch); hi++ {
			for _, m := range stories[hi].Members {
				need[m.Doc] = true
			}
		}
		texts, err := v.st.texts(need)
		if err != nil {
			return err
		}
		parallelWith(hi-lo, func() *Linker { return new(Linker) }, func(k *Linker, i int) {
			v.finish(k, &stories[lo+i], parts[lo+i], texts)
		})
		lo = hi
	}
	return nil
}

// aside is how many live units a document of one story may have before and behind
// it: a headline, a header. With more it may be a page whose other story is not
// known yet.
const aside = 160

func outside(t *Text, s cluster.Set) int {
	return int(s[0].Lo) + len(t.Units) - int(s[len(s)-1].Hi)
}

// finish completes one story. Its first member is the centre, which is canonical;
// the others follow by id. The story's id is made of its least member.
func (v *view) finish(k *Linker, s *Story, parts []cluster.Set, texts map[uint32]*Text) {
	for i := range s.Members {
		m := &s.Members[i]
		single := v.carried[v.st.head[m.Doc]] <= 1 && outside(texts[m.Doc], parts[i]) <= aside
		m.Spans = Carve(texts[m.Doc], parts[i], single)
	}
	canon := texts[s.Members[0].Doc]
	s.Members[0].Canonical = true
	for i := 1; i < len(s.Members); i++ {
		r := k.Relate(texts[s.Members[i].Doc], canon)
		s.Members[i].Relation, s.Members[i].Coverage = r.Kind, r.CoverageA
		if r.CoverageB > s.Members[0].Coverage {
			s.Members[0].Relation, s.Members[0].Coverage = r.Kind.Converse(), r.CoverageB
		}
	}
	slices.SortFunc(s.Members[1:], func(a, b Member) int { return strings.Compare(v.st.ids[a.Doc], v.st.ids[b.Doc]) })
	least := slices.MinFunc(s.Members, func(a, b Member) int { return strings.Compare(v.st.ids[a.Doc], v.st.ids[b.Doc]) })
	lo := 0
	if len(least.Spans) > 0 {
		lo = least.Spans[0].Lo
	}
	s.ID = storyID(v.st.ids[least.Doc], lo)
}

// storyID makes the id of a story out of the id of a document and a place in it.
func storyID(document string, at int) string {
	return fmt.Sprintf("s%012x", xxh3.HashString(fmt.Sprintf("%s\x00%d", document, at))>>16)
}
