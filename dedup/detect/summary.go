package detect

import (
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
	placed  int32 // documents of which a part was in a story
}

// summarise returns the summary of the fingerprint with some postings, nil if they are of few
// documents. It has the postings of those that are sketched, of the samples, in which all pivots
// are, and of the first of those in stories.
func (u *updating) summarise(ps []dedup.Posting) *summary {
	if len(ps) < summarised {
		return nil
	}
	u.all = u.sharers(u.all[:0], ps)
	s := &summary{was: u.standing(u.all, false, lsh.Fingerprints, true), is: u.standing(u.all, true, lsh.Fingerprints, true)}
	if min(s.was.texts, s.is.texts) <= lsh.Fingerprints.AllPairs {
		return nil
	}
	first := map[uint32]bool{}
	for i := range s.samples {
		s.samples[i] = u.sampleOf(u.all, i == 1)
		for _, w := range s.samples[i] {
			first[w.doc] = true
		}
	}
	for i := range u.all {
		h := &u.all[i]
		placed := u.lazy.since.Placed(h.n)
		if placed {
			s.placed++
		}
		if first[h.n] || u.sketch[h.n] != nil || placed && s.placed <= someHolders {
			s.some = append(s.some, h.at...)
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
