package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/zeebo/xxh3"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/shingle"
)

// A story is kept under a number of its own, so that one is changed without the others: its
// members in values of about storyChunk bytes, under the number and the first of them. Three
// buckets find it: by its order in the list (detect.KeptStory), by its id, and by document, in
// blocks of storiesEach consecutive documents. A change of one story writes a page of each.

// storyForm is the form of the stories in a corpus. Those of another form do not count: the
// next update makes them again.
const storyForm = 1

const (
	storyChunk  = 32 << 10 // bytes of members in a value before packing, about
	storyRead   = 512      // stories read in one transaction, or fewer of some million spans
	mostChunk   = 16 << 20 // bytes of a value: one member more than storyChunk, with some million spans
	mostSpans   = 1 << 23  // of a story, and spansEach for each of its members
	spansEach   = 64
	storiesEach = 32 // documents whose stories are in one value

	membersEach = 16 // of a story, for each document of the corpus
)

// setStories replaces all stories and the value StateAside, in one transaction. The stories
// were made from the documents below covers, after the given number of removals.
func (c *Corpus) setStories(stories []detect.KeptStory, aside []byte, covers, removals uint32) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.update(func(tx *txn, next *view) error {
		if err := c.replaceStories(tx, next, stories); err != nil {
			return err
		}
		if err := next.cover(covers, removals); err != nil {
			return err
		}
		return errors.Join(putValue(tx, detect.StateAside, aside), putValue(tx, detect.StateExpanded, nil), putValue(tx, detect.StateBasis, nil))
	})
}

// cover says that the stories were made from the documents below covers, after the given
// number of removals: with more since, they are out of date.
func (v *view) cover(covers, removals uint32) error {
	if covers > v.Documents {
		return fmt.Errorf("store: stories of %d documents, of %d", covers, v.Documents)
	}
	if v.Covered = covers; removals != v.Removals {
		v.Covered = 0
	}
	return nil
}

// replaceStories replaces all stories.
func (c *Corpus) replaceStories(tx *txn, next *view, stories []detect.KeptStory) error {
	old, err := c.allStories(tx)
	switch {
	case errors.Is(err, ErrDamaged): // new stories mend that; what changed is lost
		next.Generation++
	case err != nil:
		return err
	default:
		if err := c.noteChanges(tx, next, old, stories); err != nil {
			return err
		}
	}
	for _, name := range []string{bucketStories, bucketStoryOf, bucketStoryID, bucketStoryOrder} {
		if err := tx.empty(name); err != nil {
			return err
		}
	}
	next.StoryForm, next.Stories, next.NextStory = storyForm, 0, 0
	return c.putStories(tx, next, stories)
}

// changeStories takes some stories away and adds others.
func (c *Corpus) changeStories(tx *txn, next *view, removed []uint32, added []detect.KeptStory) error {
	if len(removed)+len(added) == 0 {
		return nil
	}
	old := make([]detect.KeptStory, len(removed))
	for i, n := range removed {
		var err error
		if old[i], err = c.storyAt(tx, n); err != nil {
			return err
		}
	}
	if err := c.noteChanges(tx, next, old, added); err != nil {
		return err
	}
	if err := deleteStories(tx, next, old); err != nil {
		return err
	}
	return c.putStories(tx, next, added)
}

// noteChanges keeps what becomes of stories when others take their place.
func (c *Corpus) noteChanges(tx *txn, next *view, old, stories []detect.KeptStory) error {
	next.Generation++
	changes, err := c.changes(tx, next, old, stories)
	if err != nil {
		return err
	}
	return c.putChanges(tx, next.Generation, changes)
}

// putStories adds stories.
func (c *Corpus) putStories(tx *txn, next *view, stories []detect.KeptStory) error {
	w := &storyWriter{c: c, tx: tx, next: next}
	for i := range stories {
		if err := w.put(&stories[i]); err != nil {
			return err
		}
	}
	return w.end()
}

// storyWriter adds stories.
type storyWriter struct {
	c      *Corpus
	tx     *txn
	next   *view
	of     []membership
	orders []pair
	ids    []pair
}

// membership says that a document is a member of a story.
type membership struct{ doc, story uint32 }

// put adds a story under the next number.
func (w *storyWriter) put(s *detect.KeptStory) error {
	number := w.next.NextStory
	w.next.NextStory++
	w.next.Stories++
	b := appendString(nil, s.ID)
	b = appendString(b, string(s.Order))
	b = binary.LittleEndian.AppendUint64(b, s.Inputs)
	b = binary.AppendUvarint(b, uint64(len(s.Members)))
	for from := 0; ; {
		n := from
		for ; n < len(s.Members) && len(b) < storyChunk; n++ {
			m := &s.Members[n]
			if m.Doc >= w.next.Documents {
				return fmt.Errorf("store: story %s with document %d, of %d", s.ID, m.Doc, w.next.Documents)
			}
			b = appendMember(b, m)
			w.of = append(w.of, membership{m.Doc, number})
		}
		if err := put(w.tx, bucketStories, key32(number, uint32(from)), w.c.pack([]byte{0}, b)); err != nil {
			return err
		}
		if from, b = n, b[:0]; from == len(s.Members) {
			break
		}
	}
	w.orders = append(w.orders, pair{slices.Clone(s.Order), binary.AppendUvarint(nil, uint64(number))})
	w.ids = append(w.ids, pair{storyIDKey(s.ID), binary.AppendUvarint(nil, uint64(number))})
	return nil
}

// storyIDKey returns the key of an id: itself, as a rule.
func storyIDKey(id string) []byte {
	if len(id) > 64 {
		return binary.BigEndian.AppendUint64([]byte(id[:56]), xxh3.HashString(id))
	}
	return []byte(id)
}

// end writes what finds the stories that were put, in the order of the keys.
func (w *storyWriter) end() error {
	byKey := func(a, b pair) int { return bytes.Compare(a.key, b.key) }
	slices.SortFunc(w.orders, byKey)
	for _, p := range w.orders {
		if err := put(w.tx, bucketStoryOrder, p.key, p.value); err != nil {
			return err
		}
	}
	slices.SortStableFunc(w.ids, byKey)
	for _, p := range w.ids {
		if err := changeNumbers(w.tx, bucketStoryID, p.key, nil, p.value); err != nil {
			return err
		}
	}
	err := changeMemberships(w.tx, nil, w.of)
	w.of, w.orders, w.ids = nil, nil, nil
	return err
}

// changeNumbers removes numbers from a value, a string of varints, and appends others.
func changeNumbers(tx *txn, bucket string, key []byte, gone map[uint64]bool, more []byte) error {
	b, err := bucketOf(tx, bucket)
	if err != nil {
		return err
	}
	var out []byte
	if value := b.Get(key); value != nil {
		payload, err := unseal(bucket, key, value)
		if err != nil {
			return err
		}
		r := &reader{b: payload}
		for len(r.b) > 0 {
			if n := r.uvarint(); !gone[n] {
				out = binary.AppendUvarint(out, n)
			}
		}
		if r.err != nil {
			return damaged(bucket, key, "%v", r.err)
		}
	}
	if out = append(out, more...); len(out) == 0 {
		return b.Delete(key)
	}
	return put(tx, bucket, key, out)
}

// deleteStories takes stories away.
func deleteStories(tx *txn, next *view, old []detect.KeptStory) error {
	if uint32(len(old)) > next.Stories {
		return damaged(bucketCorpus, keyState, "counts fewer stories than there are")
	}
	stories, err := bucketOf(tx, bucketStories)
	if err != nil {
		return err
	}
	orders, err := bucketOf(tx, bucketStoryOrder)
	if err != nil {
		return err
	}
	var of []membership
	for i := range old {
		s := &old[i]
		if _, _, err := deletePrefix(stories, key32(s.Number), math.MaxInt); err != nil {
			return err
		}
		if err := orders.Delete(s.Order); err != nil {
			return err
		}
		if err := changeNumbers(tx, bucketStoryID, storyIDKey(s.ID), map[uint64]bool{uint64(s.Number): true}, nil); err != nil {
			return err
		}
		for _, m := range s.Members {
			of = append(of, membership{m.Doc, s.Number})
		}
	}
	next.Stories -= uint32(len(old))
	return changeMemberships(tx, of, nil)
}

// changeMemberships takes memberships away and adds others.
func changeMemberships(tx *txn, gone, more []membership) error {
	compare := func(a, b membership) int { return cmp.Or(cmp.Compare(a.doc, b.doc), cmp.Compare(a.story, b.story)) }
	slices.SortFunc(gone, compare)
	slices.SortFunc(more, compare)
	for len(gone) > 0 || len(more) > 0 {
		block := ^uint32(0)
		for _, of := range [][]membership{gone, more} {
			if len(of) > 0 {
				block = min(block, of[0].doc/storiesEach)
			}
		}
		all, err := membershipBlock(tx, block)
		if err != nil {
			return err
		}
		in := func(of []membership) int {
			n := 0
			for n < len(of) && of[n].doc/storiesEach == block {
				n++
			}
			return n
		}
		n, m := in(gone), in(more)
		all = slices.DeleteFunc(all, func(x membership) bool {
			_, found := slices.BinarySearchFunc(gone[:n], x, compare)
			return found
		})
		all = append(all, more[:m]...)
		gone, more = gone[n:], more[m:]
		slices.SortFunc(all, compare)
		if err := putMemberships(tx, block, slices.Compact(all)); err != nil {
			return err
		}
	}
	return nil
}

func putMemberships(tx *txn, block uint32, all []membership) error {
	b, err := bucketOf(tx, bucketStoryOf)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return b.Delete(key32(block))
	}
	var out []byte
	for _, m := range all {
		out = binary.AppendUvarint(out, uint64(m.doc%storiesEach))
		out = binary.AppendUvarint(out, uint64(m.story))
	}
	return put(tx, bucketStoryOf, key32(block), out)
}

// membershipBlock reads the memberships of some documents.
func membershipBlock(tx *txn, block uint32) (all []membership, err error) {
	b, err := bucketOf(tx, bucketStoryOf)
	if err != nil {
		return nil, err
	}
	key := key32(block)
	value := b.Get(key)
	if value == nil {
		return nil, nil
	}
	payload, err := unseal(bucketStoryOf, key, value)
	if err != nil {
		return nil, err
	}
	r := &reader{b: payload}
	for len(r.b) > 0 {
		doc, story := r.uvarint(), r.uint32()
		if r.err != nil || doc >= storiesEach {
			return nil, damaged(bucketStoryOf, key, "is not in the form that this program writes")
		}
		all = append(all, membership{block*storiesEach + uint32(doc), story})
	}
	return all, nil
}

func appendMember(b []byte, m *dedup.Member) []byte {
	canonical := byte(0)
	if m.Canonical {
		canonical = 1
	}
	b = binary.AppendUvarint(b, uint64(m.Doc))
	b = append(b, canonical)
	b = appendString(b, string(m.Relation))
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(m.Coverage))
	b = binary.AppendUvarint(b, uint64(len(m.Spans)))
	at := 0
	for _, s := range m.Spans {
		b = binary.AppendVarint(b, int64(s.Lo-at))
		b = binary.AppendVarint(b, int64(s.Hi-s.Lo))
		at = s.Hi
	}
	return b
}

func (r *reader) varint() int {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail(errShort)
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

func (r *reader) member() dedup.Member {
	m := dedup.Member{Doc: r.uint32(), Canonical: r.byte() == 1, Relation: dedup.Relation(r.string())}
	if b := r.bytes(8); b != nil {
		m.Coverage = math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	n := r.count()
	if n == 0 {
		return m
	}
	m.Spans = make([]shingle.Span, 0, min(n, len(r.b)/2+1))
	at := 0
	for range n {
		lo := at + r.varint()
		at = lo + r.varint()
		if r.err != nil {
			break
		}
		m.Spans = append(m.Spans, shingle.Span{Lo: lo, Hi: at})
	}
	return m
}
