package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"repost/dedup"
	"repost/dedup/detect"
)

// What an update found about each document that has links is kept for the next one
// (detect.Judgement), in blocks of judgedEach consecutive document numbers: a block takes
// about half a page, so that a change of one document writes few bytes. A block is, for
// each of its documents that has a judgement, its number less the first of the block, the
// length of what follows, and what detect.AppendJudgement makes.
//
// Which documents have a part in a story is kept as a bitmap too, in view.placed: of most that
// share a fingerprint with some others an update needs no more.
//
// The value detect.StateBasis says that they are there and belong to the current links and
// stories: whatever changes these in another way removes it, and the next update judges
// everything.

const judgedEach = 32

// Judgement implements detect.Updatable.
func (d *Detection) Judgement(n uint32) (found *detect.Judgement, err error) {
	err = d.c.read(func(tx *txn, _ *view) error {
		found = nil
		block, err := judgedBlock(tx, n/judgedEach)
		if err != nil || block[n%judgedEach] == nil {
			return err
		}
		if found, err = detect.ReadJudgement(block[n%judgedEach]); err != nil {
			return damaged(bucketJudged, key32(n/judgedEach), "%v", err)
		}
		return nil
	})
	return found, err
}

// judgementsRead is how many documents are asked for in one transaction.
const judgementsRead = 1 << 12

// Judgements implements detect.Updatable.
func (d *Detection) Judgements(ns []uint32, fn func(n uint32, j *detect.Judgement) error) error {
	for some := range slices.Chunk(ns, judgementsRead) {
		found := make([]*detect.Judgement, len(some))
		err := d.c.read(func(tx *txn, _ *view) (err error) {
			var block [judgedEach][]byte
			for i, n := range some {
				if i == 0 || n/judgedEach != some[i-1]/judgedEach {
					if block, err = judgedBlock(tx, n/judgedEach); err != nil {
						return err
					}
					d.c.passed(tx, faultAround)
				}
				if found[i] = nil; block[n%judgedEach] == nil {
					continue
				}
				if found[i], err = detect.ReadJudgement(block[n%judgedEach]); err != nil {
					return damaged(bucketJudged, key32(n/judgedEach), "%v", err)
				}
			}
			return nil
		})
		if err := cmp.Or(err, d.ctx.Err()); err != nil {
			return err
		}
		for i, j := range found {
			if j == nil {
				continue
			}
			if err := fn(some[i], j); err != nil {
				return err
			}
		}
	}
	return nil
}

// judgedBlock reads a block: the packed judgement of each of its documents, or nil.
func judgedBlock(tx *txn, block uint32) (all [judgedEach][]byte, err error) {
	b := tx.open(bucketJudged)
	if b == nil {
		return all, nil
	}
	key := key32(block)
	value := b.Get(key)
	if value == nil {
		return all, nil
	}
	payload, err := unseal(bucketJudged, key, value)
	if err != nil {
		return all, err
	}
	r := &reader{b: payload}
	for len(r.b) > 0 {
		n := r.uvarint()
		b := r.bytes(r.count())
		if r.err != nil || n >= judgedEach {
			return all, damaged(bucketJudged, key, "is not in the form that this program writes")
		}
		all[n] = b
	}
	return all, nil
}

// putJudgements keeps judgements; places are those of links that were added.
func putJudgements(tx *txn, next *view, s *detect.Outcome, places map[[2]uint32]uint32) error {
	if !s.Partly {
		next.placed.each(func(n uint32) { next.place(n, false) })
		if err := errors.Join(tx.make(bucketPlaced), tx.make(bucketJudged), tx.empty(bucketJudged)); err != nil {
			return err
		}
	}
	var block [judgedEach][]byte
	at, begun := uint32(0), false
	flush := func() error {
		var b []byte
		for n, packed := range block {
			if packed != nil {
				b = binary.AppendUvarint(b, uint64(n))
				b = appendString(b, string(packed))
			}
		}
		if len(b) > 0 {
			return put(tx, bucketJudged, key32(at), b)
		}
		bucket, err := bucketOf(tx, bucketJudged)
		if err != nil {
			return err
		}
		return bucket.Delete(key32(at))
	}
	var err error
	for n, j := range s.Judgements {
		if !begun || n/judgedEach != at {
			if begun {
				if err = flush(); err != nil {
					return err
				}
			}
			at, begun, block = n/judgedEach, true, [judgedEach][]byte{}
			if s.Partly {
				if block, err = judgedBlock(tx, at); err != nil {
					return err
				}
				for i := range block {
					block[i] = slices.Clone(block[i]) // the page goes when it is changed
				}
			}
		}
		next.place(n, j != nil && j.Placed())
		if j == nil {
			block[n%judgedEach] = nil
			continue
		}
		for i := range j.Links {
			l := &j.Links[i]
			if l.Place != detect.NewPlace {
				continue
			}
			place, ok := places[[2]uint32{min(n, l.Other), max(n, l.Other)}]
			if !ok {
				return fmt.Errorf("store: a judgement of documents %d and %d, which have no link", n, l.Other)
			}
			l.Place = place
		}
		block[n%judgedEach] = detect.AppendJudgement(nil, j)
	}
	if begun {
		return flush()
	}
	return nil
}

// place notes whether a part of a document is in a story.
func (v *view) place(n uint32, in bool) {
	switch {
	case in == v.placed.has(n):
	case in:
		v.placed.add(n)
		v.Placed++
	default:
		v.placed.remove(n)
		v.Placed--
	}
}

// Update implements detect.Updatable.
func (d *Detection) Update(s *detect.Outcome) error {
	if d.began == nil {
		return errNotBegun
	}
	c := d.c
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.update(func(tx *txn, next *view) error {
		var places map[[2]uint32]uint32
		if s.Partly {
			var err error
			if places, err = changeLinks(tx, next, s); err != nil {
				return err
			}
		}
		if err := errors.Join(putJudgements(tx, next, s, places), putLearned(tx, s)); err != nil {
			return err
		}
		s.Judgements = nil // and all links of a first ingest, which they are made of
		var err error
		if s.Partly {
			err = c.changeStories(tx, next, s.Removed, s.Stories)
		} else {
			err = c.replaceStories(tx, next, s.Stories)
		}
		if err != nil {
			return err
		}
		if err := next.cover(d.began.Documents, d.began.Removals); err != nil {
			return err
		}
		next.judgedAt(d.began)
		c.work = s.Work
		caps, err := valueAt(tx, detect.StateCaps)
		if err == nil {
			caps, err = detect.AddCaps(caps, s.Work.Caps)
		}
		return errors.Join(err, putValue(tx, detect.StateCaps, caps), putValue(tx, detect.StateExpanded, []byte{1}), putValue(tx, detect.StateAside, nil), putValue(tx, detect.StateBasis, s.Basis))
	})
}

// changeLinks drops links and adds others, and returns where these are.
func changeLinks(tx *txn, next *view, s *detect.Outcome) (places map[[2]uint32]uint32, err error) {
	for _, chunk := range s.Places {
		if _, err := tighten(tx, next, chunk, func(l dedup.Link) bool { return s.Drop(&l) }); err != nil {
			return nil, err
		}
	}
	places = map[[2]uint32]uint32{}
	err = addLinks(tx, next, s.Links, func(l *dedup.Link, chunk uint32) {
		places[[2]uint32{min(l.From, l.To), max(l.From, l.To)}] = chunk
	})
	return places, cmp.Or(err, putValue(tx, detect.StateLinked, s.Linked))
}

// putLearned keeps the fingerprints of boilerplate.
func putLearned(tx *txn, s *detect.Outcome) error {
	if !s.Partly {
		if err := errors.Join(tx.make(bucketLearned), tx.empty(bucketLearned)); err != nil {
			return err
		}
	}
	for _, k := range slices.Sorted(maps.Keys(s.Learned)) {
		e, key := s.Learned[k], binary.BigEndian.AppendUint64(nil, k)
		var err error
		if e == [2]int32{} {
			var b *bucket
			if b, err = bucketOf(tx, bucketLearned); err == nil {
				err = b.Delete(key)
			}
		} else {
			err = put(tx, bucketLearned, key, binary.AppendUvarint(binary.AppendUvarint(nil, uint64(e[0])), uint64(e[1])))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Learned implements detect.Updatable.
func (d *Detection) Learned(key uint64) (e [2]int32, err error) {
	err = d.c.read(func(tx *txn, _ *view) error {
		e = [2]int32{}
		b, err := bucketOf(tx, bucketLearned)
		if err != nil {
			return err
		}
		k := binary.BigEndian.AppendUint64(nil, key)
		if value := b.Get(k); value != nil {
			e, err = readLearned(k, value)
		}
		return err
	})
	return e, err
}

func readLearned(key, value []byte) (e [2]int32, err error) {
	payload, err := unseal(bucketLearned, key, value)
	if err != nil {
		return e, err
	}
	r := &reader{b: payload}
	e = [2]int32{int32(r.uint32()), int32(r.uint32())}
	if r.err != nil || e[0] < 0 || e[1] < 0 {
		return e, damaged(bucketLearned, key, "is not in the form that this program writes")
	}
	return e, nil
}

// EachLearned implements detect.Updatable.
func (d *Detection) EachLearned(fn func(key uint64, e [2]int32) error) error {
	all := map[uint64][2]int32{}
	err := d.c.read(func(tx *txn, _ *view) error {
		clear(all)
		b := tx.open(bucketLearned)
		if b == nil {
			return nil
		}
		return b.ForEach(func(key, value []byte) error {
			if len(key) != 8 {
				return damaged(bucketLearned, key, "is no fingerprint")
			}
			e, err := readLearned(key, value)
			all[binary.BigEndian.Uint64(key)] = e
			return err
		})
	})
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if err := fn(key, all[key]); err != nil {
			return err
		}
	}
	return nil
}

// EachJudgement implements detect.Updatable.
func (d *Detection) EachJudgement(fn func(n uint32, j *detect.Judgement) error) error {
	documents := d.c.view.Load().Documents
	for lo := uint32(0); lo < documents; lo += infoBatch {
		if err := d.ctx.Err(); err != nil {
			return err
		}
		some := map[uint32]*detect.Judgement{}
		err := d.c.read(func(tx *txn, _ *view) error {
			clear(some)
			for block := lo / judgedEach; block*judgedEach < min(documents, lo+infoBatch); block++ {
				all, err := judgedBlock(tx, block)
				if err != nil {
					return err
				}
				for i, b := range all {
					if b == nil {
						continue
					}
					if some[block*judgedEach+uint32(i)], err = detect.ReadJudgement(b); err != nil {
						return damaged(bucketJudged, key32(block), "%v", err)
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, n := range slices.Sorted(maps.Keys(some)) {
			if err := fn(n, some[n]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Difference judges all links again and says the first difference of what that finds from
// what is kept, or "". It changes nothing; see detect.Difference.
func (c *Corpus) Difference(ctx context.Context, progress dedup.Progress) (string, error) {
	return detect.Difference(c.Detection(ctx), c.scheme, progress)
}

// Work says what the last update did.
func (c *Corpus) Work() detect.Work {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.work
}

// FingerprintsOf implements detect.Updatable.
func (d *Detection) FingerprintsOf(keys []uint64, fn func(uint64, []dedup.Posting) error) error {
	return d.c.lookup(fingerprintIndex, keys, d.c.inBulk(fingerprintIndex, len(keys)), d.postings(fn))
}

// BandsOf implements detect.Updatable.
func (d *Detection) BandsOf(keys []uint64, fn func(uint64, []dedup.Posting) error) error {
	return d.c.lookup(bandIndex, keys, d.c.inBulk(bandIndex, len(keys)), d.postings(fn))
}

// inBulk is existing for keys that are all over an index: of each segment a key maps its filter, or a
// branch and a leaf.
func (c *Corpus) inBulk(ln indexID, keys int) keep {
	each := 0
	for _, s := range c.view.Load().Indexes[ln].Segments {
		bytes, most := int(s.Blocks)*pageSize, 2*faultAround
		if s.Filters > 0 {
			bytes, most = int(s.Postings)*filterBits/8, faultAround
		}
		each += min(most, bytes/max(keys, 1))
	}
	return func(tx *txn, v *view, ps []posting) ([]posting, error) {
		c.passed(tx, each+4*len(ps))
		return existing(tx, v, ps)
	}
}

// LinksAt implements detect.Updatable.
func (d *Detection) LinksAt(places []uint32, wanted func(from, to uint32) bool, fn func(l *dedup.Link)) error {
	for _, chunk := range places {
		links, err := d.c.linkChunk(chunk, wanted)
		if err != nil {
			return err
		}
		for i := range links {
			fn(&links[i])
		}
	}
	return d.ctx.Err()
}
