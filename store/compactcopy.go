package store

import (
	"cmp"
	"errors"
	"slices"

	"repost/dedup"
	"repost/dedup/detect"
)

// indexes writes each index as one segment.
func (k *compaction) indexes() error {
	if err := k.inherit(); err != nil {
		return err
	}
	for ln := range indexID(indexes) {
		k.opt.Progress("indexing "+ln.String(), 0, 0)
		number := k.number
		if ln == fingerprintIndex || ln == bandIndex {
			number = k.bearer
		}
		var kept []posting
		seg := segment{}
		old := &k.from.view.Load().Indexes[ln]
		w := newWriter(ln, &seg, old.filtered(ln, 0, old.postings()))
		flush := func() error {
			return k.to.update(func(tx *txn, _ *view) error {
				return w.store(tx)
			})
		}
		err := k.from.scanAll(ln, func(key uint64, ps []posting) error {
			kept = kept[:0]
			for _, p := range ps {
				if n := number[p.Doc]; n != dropped {
					kept = append(kept, posting{Doc: n, Pos: p.Pos})
				}
			}
			if !slices.IsSortedFunc(kept, comparePostings) { // some were handed on
				slices.SortFunc(kept, comparePostings)
			}
			for _, p := range kept {
				w.add(entry{key >> ln.shift(), p})
			}
			if len(w.out) > compactStep/pageSize {
				return cmp.Or(flush(), k.ctx.Err())
			}
			return nil
		})
		if err != nil {
			return err
		}
		w.flush(nil)
		if err := flush(); err != nil {
			return err
		}
		if seg.Blocks == 0 {
			continue
		}
		err = k.to.update(func(_ *txn, next *view) error {
			next.Indexes[ln] = indexState{Segments: []segment{seg}, Next: 1}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// inherit gives the fingerprints and bands of each content to the first document that stays
// of those that have it.
func (k *compaction) inherit() error {
	k.bearer = slices.Clone(k.number)
	var copied []uint32
	err := k.from.scanAll(contentIndex, func(_ uint64, ps []posting) error {
		if len(ps) == 1 {
			return nil
		}
		same, err := k.from.sameContent(ps)
		if err != nil {
			return err
		}
		first, stay := uint32(dropped), 0
		for _, n := range same {
			if k.number[n] != dropped {
				first, stay = min(first, k.number[n]), stay+1
			}
			k.bearer[n] = dropped
		}
		k.bearer[same[0]] = first
		if stay > 1 {
			copied = append(copied, first)
		}
		return k.ctx.Err()
	})
	if err != nil {
		return err
	}
	slices.Sort(copied)
	return k.to.update(func(_ *txn, next *view) error {
		for _, n := range copied {
			next.copy(n)
		}
		return nil
	})
}

// linkPass is about how many links one pass of links looks at.
const linkPass = 1 << 20

// links writes the links between linked documents that stay, each once, and which
// documents are linked. Files of earlier versions may hold a pair twice, so pairs are
// remembered; so that memory does not grow with the corpus, it goes over all links once
// for each million of them, and looks at those of some documents.
func (k *compaction) links() error {
	linked, err := k.from.State(detect.StateLinked)
	if err != nil {
		return err
	}
	mapped := make([]byte, (len(k.old)+7)/8)
	for n, o := range k.old {
		if int(o/8) < len(linked) && linked[o/8]>>(o%8)&1 != 0 {
			mapped[n/8] |= 1 << (n % 8)
		}
	}
	counts := make([]uint32, len(k.old))
	loose := looseIn(mapped)
	each := func(fn func(l dedup.Link) error) error {
		return k.from.Links(func(l *dedup.Link) error {
			m := *l
			if m.From, m.To = k.number[l.From], k.number[l.To]; m.From == dropped || m.To == dropped || loose(m) {
				return nil
			}
			return cmp.Or(fn(m), k.ctx.Err())
		})
	}
	if err := each(func(l dedup.Link) error { counts[l.From]++; return nil }); err != nil {
		return err
	}
	for lo := 0; lo < len(counts); {
		hi, of := lo, 0
		for ; hi < len(counts) && of < linkPass; hi++ {
			of += int(counts[hi])
		}
		if of > 0 {
			if err := k.linksOf(each, uint32(lo), uint32(hi), mapped); err != nil {
				return err
			}
		}
		lo = hi
	}
	return k.to.keepLinks(nil, mapped)
}

// linksOf writes the links of the documents from lo to below hi.
func (k *compaction) linksOf(each func(func(l dedup.Link) error) error, lo, hi uint32, linked []byte) error {
	seen := map[[2]uint32]struct{}{}
	var batch []dedup.Link
	err := each(func(l dedup.Link) error {
		if l.From < lo || l.From >= hi {
			return nil
		}
		pair := [2]uint32{l.From, l.To}
		if _, twice := seen[pair]; twice {
			return nil
		}
		seen[pair] = struct{}{}
		if batch = append(batch, l); len(batch) < 1<<14 {
			return nil
		}
		err := k.to.keepLinks(batch, linked)
		batch = batch[:0]
		return err
	})
	return cmp.Or(err, k.to.keepLinks(batch, linked))
}

// storyStep is how many stories one transaction writes.
const storyStep = 4096

// putStories writes the stories.
func (k *compaction) putStories() error {
	var batch []detect.KeptStory
	put := func() error {
		return k.to.update(func(tx *txn, next *view) error {
			defer func() { batch = batch[:0] }()
			return k.to.putStories(tx, next, batch)
		})
	}
	err := k.stories(func(s *detect.KeptStory) error {
		if batch = append(batch, *s); len(batch) < storyStep {
			return nil
		}
		return put()
	})
	if err := cmp.Or(err, put()); err != nil {
		return err
	}
	return k.to.update(func(_ *txn, next *view) error {
		next.Covered = next.Documents
		next.Generation++
		return nil
	})
}

// rest writes the changes and the values.
func (k *compaction) rest() error {
	if err := errors.Join(k.to.copyChanges(k.from), k.absent()); err != nil {
		return err
	}
	return k.to.copyValues(k.from, derived, nil)
}

// absent notes which documents are undelivered, and which were dropped.
func (k *compaction) absent() error {
	var mapped [2]ranges
	for i, name := range []string{stateUndelivered, stateDropped} {
		all, err := k.from.rangesAt(name)
		if err != nil {
			return err
		}
		for n, o := range k.old {
			if all.has(o) {
				mapped[i].add(uint32(n), uint32(n)+1)
			}
		}
	}
	return k.to.setAbsent(mapped[0], mapped[1])
}
