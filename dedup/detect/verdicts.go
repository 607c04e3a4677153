package detect

import (
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/lsh"
)

// Who asks why two documents are not in one story wants to know what the judge would say,
// also if they were never compared. So a pair can be supposed: it is linked as if its
// documents were candidates of each other, and judged among all other links, with the
// evidence of the corpus. The other way would be to judge the two texts alone, which does
// not know what is common in the corpus, and so says something else.

// PairVerdict is what the judge says of two documents that share passages.
type PairVerdict struct {
	From, To string // ids; each is the first document with its text
	cluster.Verdict
	Supposed bool // the pair was asked for
	// Missing is how many more rare fingerprints the two would need in common, within one
	// band of diagonals, to be compared: 0 if they were.
	Missing int
}

// Verdicts judges the links of a corpus that is up to date again, changing nothing, and
// calls fn for each. Pairs of documents in suppose are judged whether they are candidates of each
// other or not, if they share a passage.
func Verdicts(c Corpus, s *Scheme, fn func(v *PairVerdict), suppose ...[2]uint32) error {
	st := &detector{corpus: c, scheme: s, progress: func(string, int, int) {}, all: true}
	if err := st.load(); err != nil {
		return err
	}
	if err := st.suppose(suppose); err != nil {
		return err
	}
	v, j, err := st.judgeLinks()
	if err != nil {
		return err
	}
	for i := range v.links.Len() {
		a, b := v.links.Pair(i)
		p := PairVerdict{From: st.id(v.numbers[a]), To: st.id(v.numbers[b]), Verdict: j.Verdict(i, &v.link)}
		if s := v.supposition(i); s != nil {
			p.Supposed, p.Missing = true, s.missing
		}
		fn(&p)
	}
	return nil
}

// supposition is a link that is judged in any case.
type supposition struct {
	link    dedup.Link
	known   bool // the corpus has it
	weight  int32
	missing int // see PairVerdict
}

// suppose links the representatives of pairs.
func (st *detector) suppose(documents [][2]uint32) error {
	st.supposed = map[pair]*supposition{}
	for _, d := range documents {
		p := pair{st.representativeOf(d[0]), st.representativeOf(d[1])}
		if p.a == p.b || !st.isRepresentative(p.a) || !st.isRepresentative(p.b) {
			continue
		}
		if st.id(p.b) < st.id(p.a) {
			p.a, p.b = p.b, p.a
		}
		both := []uint32{p.a, p.b}
		slices.Sort(both)
		texts, err := st.inMemory(both)
		if err != nil {
			return err
		}
		links, err := st.alignBatch([]pair{p}, texts)
		if err != nil {
			return err
		}
		if len(links) > 0 {
			st.supposed[p] = &supposition{link: links[0]}
		}
	}
	return nil
}

// links calls fn for the links between representatives: those of the corpus, and supposed
// ones that it has not.
func (st *detector) links(fn func(l *dedup.Link)) error {
	err := st.corpus.Links(func(l *dedup.Link) error {
		if st.isRepresentative(l.From) && st.isRepresentative(l.To) && len(l.Chains) > 0 {
			if s := st.supposed[pair{l.From, l.To}]; s != nil {
				s.known = true
			}
			fn(l)
		}
		return nil
	})
	for _, s := range st.supposed {
		if !s.known {
			fn(&s.link)
		}
	}
	return err
}

// supposition returns what is supposed of link i, or nil.
func (v *linkGraph) supposition(i int) *supposition {
	a, b := v.links.Pair(i)
	return v.st.supposed[pair{v.numbers[a], v.numbers[b]}]
}

// keepSupposed keeps those of links that are supposed though they are not evident.
func (v *linkGraph) keepSupposed(links []int, keep []bool) {
	for _, i := range links {
		if s := v.supposition(i); s != nil && !keep[i] {
			keep[i], s.missing = true, max(1, int(v.enough(i)-s.weight+lsh.Rare-1)/lsh.Rare)
		}
	}
}
