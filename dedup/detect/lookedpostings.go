package detect

import (
	"slices"

	"repost/dedup"
)

// What an update looked up in the index of fingerprints is kept for the steps that come
// after: most of them ask for the same fingerprints. Each lookup brings keys that ascend, so
// what it found is a run of keys with their postings end to end, and a question for keys
// that ascend too is a merge with the runs there are, of which an update makes some ten. The
// 320,000 fingerprints of a thousand documents take 12 MB; a map by key, with a slice for
// each, took 44, and a tenth of the processor time of the whole update.

// keptAll is how many postings are kept, 8 bytes each. Of a fingerprint that many documents hold
// there is a summary.
const keptAll = 1 << 22

// keyRun is keys, ascending, and the postings of each: up to its end, from that of the key
// before.
type keyRun struct {
	keys  []uint64
	ends  []uint32
	posts []dedup.Posting
}

func (r *keyRun) add(key uint64, ps []dedup.Posting) {
	r.posts = append(r.posts, ps...)
	r.keys, r.ends = append(r.keys, key), append(r.ends, uint32(len(r.posts)))
}

// at returns the postings of key i.
func (r *keyRun) at(i int) []dedup.Posting {
	lo := uint32(0)
	if i > 0 {
		lo = r.ends[i-1]
	}
	return r.posts[lo:r.ends[i]:r.ends[i]]
}

// keptPostings are the runs of an update.
type keptPostings struct {
	runs []*keyRun
	size int // postings
}

// keptCursor finds keys that ascend.
type keptCursor struct {
	runs []*keyRun
	next []int // by run: its first key that is not below the last one asked for
}

func (k *keptPostings) cursor() *keptCursor {
	return &keptCursor{k.runs, make([]int, len(k.runs))}
}

// find returns the postings of a key, which may be none, and whether they are kept.
func (c *keptCursor) find(key uint64) ([]dedup.Posting, bool) {
	for i, r := range c.runs {
		at := c.next[i]
		for step := 1; at < len(r.keys) && r.keys[at] < key; step *= 2 { // to the key or beyond
			c.next[i], at = at+1, at+step
		}
		at, _ = slices.BinarySearch(r.keys[c.next[i]:min(at+1, len(r.keys))], key)
		at += c.next[i]
		if c.next[i] = at; at < len(r.keys) && r.keys[at] == key {
			return r.at(at), true
		}
	}
	return nil, false
}

// fingerprints calls fn for some fingerprints, which ascend, with the postings that count: some
// of them, if there is a summary.
func (u *updating) fingerprints(ks []uint64, fn func(key uint64, ps []dedup.Posting, s *summary) error) error {
	at := u.kept.cursor()
	var missing []uint64
	for _, k := range ks {
		if _, ok := at.find(k); !ok && u.summaries[k] == nil {
			missing = append(missing, k)
		}
	}
	u.work.Fingerprints += len(missing)
	at = u.kept.cursor()
	known := func(ks []uint64) error {
		for _, k := range ks {
			var err error
			if s := u.summaries[k]; s != nil {
				err = fn(k, s.some, s)
			} else if ps, _ := at.find(k); len(ps) > 0 {
				err = fn(k, u.expand(ps), nil)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	rest, fresh := ks, &keyRun{}
	err := u.corpus.FingerprintsOf(missing, func(key uint64, ps []dedup.Posting) error {
		i, _ := slices.BinarySearch(rest, key)
		if err := known(rest[:i]); err != nil {
			return err
		}
		rest = rest[i+1:]
		all := u.expand(ps)
		if s := u.summarise(all); s != nil {
			u.summaries[key] = s
			return fn(key, s.some, s)
		}
		if u.kept.size < keptAll {
			fresh.add(key, ps)
			u.kept.size += len(ps)
		}
		return fn(key, all, nil)
	})
	if err != nil {
		return err
	}
	if len(fresh.keys) > 0 {
		u.kept.runs = append(u.kept.runs, fresh)
	}
	return known(rest)
}
