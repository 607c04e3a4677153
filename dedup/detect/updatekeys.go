package detect

import (
	"slices"

	"repost/dedup"
	"repost/dedup/lsh"
)

// What an update asks the indexes: the keys of a few texts, and the postings of these keys,
// each read once. No index is scanned.

// keysOf returns the keys of documents, sketching those that are asked for the first time.
func (u *updating) keysOf(ns []uint32) error {
	ns = slices.DeleteFunc(slices.Clone(ns), func(n uint32) bool { return u.sketch[n] != nil })
	slices.Sort(ns)
	ns = slices.Compact(ns)
	all, err := prepared(u.detector, ns, func(k *Sketcher, text string) *textKeys {
		s := k.Sketch(k.Prepare(text))
		t := &textKeys{fingerprints: slices.Clone(s.Fingerprints), bands: slices.Clone(s.Bands)}
		for i := range t.fingerprints {
			t.fingerprints[i].Hash = u.corpus.FingerprintKey(t.fingerprints[i].Hash)
		}
		for i := range t.bands {
			t.bands[i] = u.corpus.BandKey(t.bands[i])
		}
		return t
	})
	if err != nil {
		return err
	}
	for i, n := range ns {
		u.sketch[n] = all[i]
		for _, p := range all[i].fingerprints {
			if s := u.summaries[p.Hash]; s != nil {
				s.add(dedup.Posting{Doc: n, Pos: p.Pos})
			}
		}
	}
	return nil
}

// look lets scans of the indexes see the keys of some documents, and no others.
func (u *updating) look(ns []uint32) error {
	if err := u.keysOf(ns); err != nil {
		return err
	}
	u.only = &keys{fingerprints: u.fingerprintsOf(ns)}
	for _, n := range ns {
		u.only.bands = append(u.only.bands, u.sketch[n].bands...)
	}
	slices.Sort(u.only.bands)
	u.only.bands = slices.Compact(u.only.bands)
	u.crowded = nil
	return nil
}

// fingerprintsOf returns the fingerprints of documents whose keys are known, ascending.
func (u *updating) fingerprintsOf(ns []uint32) (out []uint64) {
	for _, n := range ns {
		for _, p := range u.sketch[n].fingerprints {
			out = append(out, p.Hash)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// mostCrowds bounds the texts in crowds that are sketched to see what other crowds they are
// in; where there are more, all bands are scanned.
const mostCrowds = 1 << 12

// lookAtCrowds lets scans see all bands of the representatives that share a crowded band with those
// looked at.
func (u *updating) lookAtCrowds() error {
	var in bitmap
	err := u.scanBands(func(ps []dedup.Posting) error {
		if len(ps) > lsh.AllPairs && u.countRepresentatives(ps) > lsh.AllPairs {
			u.documents(ps, func(n uint32) {
				if u.isRepresentative(n) {
					in.add(n)
				}
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	ns := in.numbers()
	if len(ns) > mostCrowds {
		u.only = nil
		return nil
	}
	return u.look(ns)
}
