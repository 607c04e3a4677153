package detect

import (
	"cmp"
	"slices"

	"repost/dedup"
	"repost/dedup/lsh"
)

// A fingerprint that many documents hold, such as a line that all texts of an outlet end with, is
// read once in an update: of a million documents 70,000 hold one, and ten steps ask for it.
// What they want to know of all that hold it is a summary. Postings they want of the documents
// that were sketched, and of a few more; the seldom step that needs all reads them again.

// summarised is how many postings a fingerprint has that is summarised, at least.
const summarised = 64

// summary is what an update knows of a fingerprint that many documents hold.
type summary struct {
	was, is standing     // at the last update, and now
	samples [2][]witness // of the learner, then and now
	some    []dedup.Posting
	placed  int32 // documents that had a part in a story
}

// summarise returns the summary of the fingerprint with some postings, nil if they are of few
// documents. It has the postings of those that are sketched, of the samples, in which all pivots
// are, and of the first of those in stories.
func (u *updating) summarise(ps []dedup.Posting) *summary {
	if len(ps) < summarised {
		return nil
	}
	s := &summary{}
	var wanted []uint32
	then := []*standing{&s.was, &s.is}
	for lo := 0; lo < len(ps); {
		n, hi := ps[lo].Doc, lo+1
		for hi < len(ps) && ps[hi].Doc == n {
			hi++
		}
		page, k := u.lazy.page(n), n%ColumnsIn
		w := witness{n, page.order[k], int32(ps[lo].Pos), int32(ps[hi-1].Pos), int32(page.units[k])}
		for t, in := range [...]bool{u.before.has(n), u.isRepresentative(n)} {
			if in {
				then[t].texts++
				u.bySource[t].add(page.source[k])
				s.samples[t] = taken(s.samples[t], w)
			}
		}
		placed := u.lazy.since.Placed(n)
		if placed {
			s.placed++
		}
		if placed && s.placed <= someHolders || u.sketch[n] != nil {
			wanted = append(wanted, n)
		}
		lo = hi
	}
	for t, st := range then {
		st.of = u.bySource[t].take(sameSource)
		st.step = stepOf(st.texts, true)
		if st.texts > lsh.AllPairs {
			st.last = s.samples[t][lsh.Pivots-1].order
		}
		for _, w := range s.samples[t] {
			wanted = append(wanted, w.doc)
		}
	}
	if min(s.was.texts, s.is.texts) <= lsh.AllPairs {
		return nil
	}
	slices.Sort(wanted)
	for _, n := range slices.Compact(wanted) {
		i, _ := slices.BinarySearchFunc(ps, n, func(p dedup.Posting, n uint32) int { return cmp.Compare(p.Doc, n) })
		for ; i < len(ps) && ps[i].Doc == n; i++ {
			s.some = append(s.some, ps[i])
		}
	}
	return s
}

// changed reports whether the fingerprint says something else than at the last update.
func (s *summary) changed() bool { return !s.was.same(&s.is) }

// add adds the posting of a document that was sketched.
func (s *summary) add(p dedup.Posting) {
	if at, ok := slices.BinarySearchFunc(s.some, p, comparePostings); !ok {
		s.some = slices.Insert(s.some, at, p)
	}
}

// whole calls fn for fingerprints with all of their postings, which it must not keep.
func (u *updating) whole(ks []uint64, fn func(key uint64, ps []dedup.Posting, s *summary) error) error {
	return u.corpus.FingerprintsOf(ks, func(key uint64, ps []dedup.Posting) error { return fn(key, u.expand(ps), nil) })
}
