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

// What was looked up is kept, up to these numbers of postings of a fingerprint and in all,
// 8 bytes each.
const (
	rawEach = 1 << 12
	rawAll  = 1 << 22
)

// fingerprints calls fn for some fingerprints, which ascend, with all of their postings.
func (u *updating) fingerprints(ks []uint64, fn func(key uint64, ps []dedup.Posting) error) error {
	missing := slices.DeleteFunc(slices.Clone(ks), func(k uint64) bool { _, ok := u.raw[k]; return ok })
	at := 0
	known := func(before uint64, all bool) error { // the ones kept that come first
		for ; at < len(ks) && (all || ks[at] < before); at++ {
			if ps := u.raw[ks[at]]; len(ps) > 0 {
				if err := fn(ks[at], ps); err != nil {
					return err
				}
			}
		}
		return nil
	}
	u.work.Fingerprints += len(missing)
	err := u.corpus.FingerprintsOf(missing, func(key uint64, ps []dedup.Posting) error {
		if err := known(key, false); err != nil {
			return err
		}
		at++
		if len(ps) <= rawEach && u.rawSize < rawAll {
			u.raw[key] = slices.Clone(ps)
			u.rawSize += len(ps)
		}
		return fn(key, ps)
	})
	if err != nil {
		return err
	}
	return known(0, true)
}

// mostCrowds bounds the texts in crowds that are sketched to see what other crowds they are
// in; where there are more, all bands are scanned.
const mostCrowds = 1 << 12

// lookAtCrowds lets scans see all bands of the representatives that share a crowded band with those
// looked at.
func (u *updating) lookAtCrowds() error {
	var in bitmap
	err := u.scanBands(func(ps []dedup.Posting) error {
		if len(ps) > lsh.Bands.AllPairs && u.countRepresentatives(ps) > lsh.Bands.AllPairs {
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
