package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unsafe"

	"repost/dedup"
	"repost/shingle"
)

// ErrChanged is returned by Stories when SetStories replaced the stories while
// they were being read.
var ErrChanged = errors.New("the stories were replaced while they were being read")

const (
	storyChunk = 32 << 10 // bytes of stories in a value before packing, about
	storyRead  = 32       // chunks read in one transaction, or fewer of more than storyChunk each
	mostChunk  = 16 << 20 // bytes of a chunk: one member more than storyChunk, with some million spans
	mostSpans  = 1 << 23  // of a story, and spansEach for each of its members
	spansEach  = 64

	membersEach = 16 // of a story, for each document of the corpus
)

// SetStories replaces all stories, in one transaction. covers says which
// documents they were made from: those below it.
func (c *Corpus) SetStories(stories []dedup.Story, covers uint32) error {
	return c.setStories(stories, nil, nil, covers, c.view.Load().Removals)
}

// setStories is SetStories for stories that were made after the given number of removals:
// with more since, they are out of date.
func (c *Corpus) setStories(stories []dedup.Story, carved, aside []byte, covers, removals uint32) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.update(func(tx *txn, next *view) error {
		if err := c.replaceStories(tx, next, stories, carved, aside, covers, removals); err != nil {
			return err
		}
		return putValue(tx, dedup.Basis, nil)
	})
}

// replaceStories is setStories in a transaction.
func (c *Corpus) replaceStories(tx *txn, next *view, stories []dedup.Story, carved, aside []byte, covers, removals uint32) error {
	next.Generation++
	changes, err := c.changes(tx, next, stories)
	if err != nil {
		return err
	}
	if err := c.putChanges(tx, next.Generation, changes); err != nil {
		return err
	}
	for _, name := range []string{bucketStories, bucketStoryOf, bucketStoryID} {
		if err := tx.empty(name); err != nil {
			return err
		}
	}
	if covers > next.Documents {
		return fmt.Errorf("store: stories of %d documents, of %d", covers, next.Documents)
	}
	next.Covered, next.Stories = covers, uint32(len(stories))
	if removals != next.Removals {
		next.Covered = 0
	}
	if err := errors.Join(putValue(tx, dedup.Carved, carved), putValue(tx, dedup.Aside, aside)); err != nil {
		return err
	}
	w := &storyWriter{c: c, tx: tx}
	for i := range stories {
		if err := w.add(uint32(i), &stories[i], next.Documents); err != nil {
			return err
		}
	}
	if err := w.flush(); err != nil {
		return err
	}
	if next.ByDocument, err = putIndex(tx, bucketStoryOf, next.Generation, w.byDocument, 32); err != nil {
		return err
	}
	next.ByID, err = putIndex(tx, bucketStoryID, next.Generation, w.byID, 64-ids.shift())
	return err
}

// putIndex writes entries as the only segment of a bucket.
func putIndex(tx *txn, bucket string, id uint32, entries []entry, keyBits uint) (segment, error) {
	seg := segment{ID: id}
	b, err := bucketOf(tx, bucket)
	if err != nil {
		return seg, err
	}
	w := &segmentWriter{bucket: bucket, seg: &seg}
	for _, e := range sortEntries(entries, keyBits) {
		w.add(e)
	}
	w.flush(nil)
	return seg, putAll(b, w.take())
}

// storyWriter writes stories as pieces: a piece is a story, or as many of its members as
// fit a chunk.
type storyWriter struct {
	c          *Corpus
	tx         *txn
	key, chunk []byte
	byDocument []entry
	byID       []entry
}

func (w *storyWriter) add(i uint32, s *dedup.Story, documents uint32) error {
	w.byID = append(w.byID, entry{idKey(s.ID), Posting{i, 0}})
	for from := 0; ; {
		if w.chunk == nil {
			w.key = key32(i, uint32(from))
		}
		var members []byte
		n := 0
		for n = from; n < len(s.Members) && len(w.chunk)+len(members) < storyChunk; n++ {
			m := &s.Members[n]
			if m.Doc >= documents {
				return fmt.Errorf("store: story %s with document %d, of %d", s.ID, m.Doc, documents)
			}
			members = appendMember(members, m)
			w.byDocument = append(w.byDocument, entry{uint64(m.Doc), Posting{i, uint32(n)}})
		}
		w.chunk = appendString(w.chunk, s.ID)
		w.chunk = binary.AppendUvarint(w.chunk, uint64(len(s.Members)))
		w.chunk = binary.AppendUvarint(w.chunk, uint64(n-from))
		w.chunk = append(w.chunk, members...)
		if len(w.chunk) >= storyChunk {
			if err := w.flush(); err != nil {
				return err
			}
		}
		if from = n; from == len(s.Members) {
			return nil
		}
	}
}

func (w *storyWriter) flush() error {
	if w.chunk == nil {
		return nil
	}
	err := put(w.tx, bucketStories, w.key, w.c.pack([]byte{0}, w.chunk))
	w.chunk = nil
	return err
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

// piece is a part of a story as it stands in a chunk.
type piece struct {
	story, from uint32 // which story, and which of its members come first
	id          string
	total       int
	members     []dedup.Member
}

// size is about how many bytes of memory a piece takes.
func (p *piece) size() int {
	n := 0
	for i := range p.members {
		n += int(unsafe.Sizeof(p.members[i])) + len(p.members[i].Spans)*int(unsafe.Sizeof(shingle.Span{}))
	}
	return n
}

// readPieces reads a chunk whose first piece has the place that its key says. The chunk may
// be anything: what it is read into has some ten times the bytes that it unpacks to, at most
// mostChunk.
func (c *Corpus) readPieces(key, payload []byte) (pieces []piece, err error) {
	if len(key) != 8 || len(payload) == 0 {
		return nil, errShort
	}
	data, err := c.unpackWithin(payload[0], payload[1:], mostChunk)
	if err != nil {
		return nil, err
	}
	story, from := binary.BigEndian.Uint32(key), binary.BigEndian.Uint32(key[4:])
	r := &reader{b: data}
	for len(r.b) > 0 {
		p := piece{story: story, from: from, id: r.string(), total: int(r.uvarint())}
		n := r.count()
		p.members = make([]dedup.Member, 0, min(n, len(r.b)/leastMember))
		for range n {
			p.members = append(p.members, r.member())
			if r.err != nil {
				return nil, r.err
			}
		}
		if r.err != nil {
			return nil, r.err
		}
		pieces = append(pieces, p)
		story, from = story+1, 0
	}
	return pieces, r.err
}

// leastMember is how many bytes a member has at least.
const leastMember = 12

// storyReader puts the pieces of stories together.
type storyReader struct {
	story     dedup.Story
	spans     int    // of its members
	next      uint32 // the story under way or to come
	documents uint32 // of the corpus
}

// add takes a piece and returns the story if it is whole.
func (s *storyReader) add(p *piece) (*dedup.Story, error) {
	key := key32(s.next, uint32(len(s.story.Members)))
	if p.story != s.next || int(p.from) != len(s.story.Members) {
		return nil, damaged(bucketStories, key, "is missing")
	}
	s.story.ID = p.id
	s.story.Members = append(s.story.Members, p.members...)
	for _, m := range p.members {
		s.spans += len(m.Spans)
	}
	if n := len(s.story.Members); n > p.total || p.total > membersEach*int(s.documents) || s.spans > mostSpans+n*spansEach {
		return nil, damaged(bucketStories, key, "has too many members, or spans")
	}
	if len(s.story.Members) < p.total {
		return nil, nil
	}
	for _, m := range s.story.Members { // callers have tables by document
		if m.Doc >= s.documents {
			return nil, damaged(bucketStories, key32(s.next, 0), "names document %d, of %d", m.Doc, s.documents)
		}
	}
	whole := s.story
	s.story, s.spans = dedup.Story{}, 0
	s.next++
	return &whole, nil
}

// storyAt reads story i.
func (c *Corpus) storyAt(tx *txn, i uint32) (dedup.Story, error) {
	b, err := bucketOf(tx, bucketStories)
	if err != nil {
		return dedup.Story{}, err
	}
	cur := b.Cursor()
	at := key32(i, 0)
	key, value := cur.Seek(at)
	switch {
	case key == nil:
		key, value = cur.Last()
	case string(key) != string(at):
		key, value = cur.Prev()
	}
	s := &storyReader{next: i, documents: c.view.Load().Documents}
	for ; key != nil; key, value = cur.Next() {
		payload, err := unseal(bucketStories, key, value)
		if err != nil {
			return dedup.Story{}, err
		}
		pieces, err := c.readPieces(key, payload)
		if err != nil {
			return dedup.Story{}, damaged(bucketStories, key, "%v", err)
		}
		for j := range pieces {
			if pieces[j].story < i {
				continue
			}
			whole, err := s.add(&pieces[j])
			if err != nil {
				return dedup.Story{}, err
			}
			if whole != nil {
				return *whole, nil
			}
		}
	}
	return dedup.Story{}, damaged(bucketStories, at, "is missing")
}

// Stories calls fn with every story, in the order of SetStories. An error of fn
// ends it and is returned as it is. When SetStories is called meanwhile, the
// error is ErrChanged.
func (c *Corpus) Stories(fn func(s *dedup.Story) error) error {
	began := c.view.Load()
	s := &storyReader{documents: began.Documents}
	from := key32(0, 0)
	for s.next < began.Stories {
		var whole []*dedup.Story
		err := c.read(func(tx *txn, v *view) error {
			if v.Generation != began.Generation {
				return ErrChanged
			}
			b, err := bucketOf(tx, bucketStories)
			if err != nil {
				return err
			}
			cur := b.Cursor()
			key, value := cur.Seek(from)
			if key == nil {
				return damaged(bucketStories, from, "is missing")
			}
			for n, size := 0, 0; key != nil && n < storyRead && size < storyRead*storyChunk*8; n++ {
				payload, err := unseal(bucketStories, key, value)
				if err != nil {
					return err
				}
				pieces, err := c.readPieces(key, payload)
				if err != nil {
					return damaged(bucketStories, key, "%v", err)
				}
				for j := range pieces {
					size += pieces[j].size()
					story, err := s.add(&pieces[j])
					if err != nil {
						return err
					}
					if story != nil {
						whole = append(whole, story)
					}
				}
				key, value = cur.Next()
			}
			from = key32(s.next, uint32(len(s.story.Members)))
			return nil
		})
		if err != nil {
			return err
		}
		for _, story := range whole {
			if err := fn(story); err != nil {
				return err
			}
		}
	}
	return nil
}

// Covered returns the number that was last given to SetStories: the stories were made from
// the documents below it. It is below Next when documents came since, or were removed or
// restored.
func (c *Corpus) Covered() uint32 { return c.view.Load().Covered }

// StoryCount returns the number of stories.
func (c *Corpus) StoryCount() int { return int(c.view.Load().Stories) }

// storiesBy returns the stories that an index names under a key, in order.
func (c *Corpus) storiesBy(tx *txn, bucket string, seg segment, key uint64) ([]dedup.Story, error) {
	if seg.Blocks == 0 {
		return nil, nil
	}
	cur, err := c.segmentCursors(tx, bucket, seg)
	if err != nil {
		return nil, err
	}
	found, err := cur[0].find(nil, key)
	if err != nil {
		return nil, err
	}
	var out []dedup.Story
	for i, p := range found {
		if i > 0 && p.Doc == found[i-1].Doc {
			continue // a member twice
		}
		s, err := c.storyAt(tx, p.Doc)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// StoriesOf returns the stories that document n is a member of.
func (c *Corpus) StoriesOf(n uint32) ([]dedup.Story, error) {
	var out []dedup.Story
	err := c.read(func(tx *txn, v *view) (err error) {
		out, err = c.storiesBy(tx, bucketStoryOf, v.ByDocument, uint64(n))
		return err
	})
	return out, err
}

// Story returns the story with an id; ok is false if there is none.
func (c *Corpus) Story(id string) (s dedup.Story, ok bool, err error) {
	err = c.read(func(tx *txn, v *view) error {
		all, err := c.storiesBy(tx, bucketStoryID, v.ByID, idKey(id))
		for i := range all {
			if all[i].ID == id {
				s, ok = all[i], true
			}
		}
		return err
	})
	return s, ok, err
}

// SetState keeps a small value of the detector under a name; nil removes it.
func (c *Corpus) SetState(name string, value []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.update(func(tx *txn, _ *view) error { return putValue(tx, name, value) })
}

func putValue(tx *txn, name string, value []byte) error {
	if value == nil {
		b, err := bucketOf(tx, bucketValues)
		if err != nil {
			return err
		}
		return b.Delete([]byte(name))
	}
	return put(tx, bucketValues, []byte(name), append([]byte(nil), value...))
}

// State returns the value that SetState was given for a name, or nil.
func (c *Corpus) State(name string) ([]byte, error) {
	var out []byte
	err := c.read(func(tx *txn, v *view) error {
		if name == stateLinked && v.LinkForm != linkForm {
			return nil
		}
		value, err := valueAt(tx, name)
		if value != nil {
			out = append([]byte{}, value...)
		}
		return err
	})
	return out, err
}

// valueAt is State in a transaction.
func valueAt(tx *txn, name string) ([]byte, error) {
	b, err := bucketOf(tx, bucketValues)
	if err != nil {
		return nil, err
	}
	value := b.Get([]byte(name))
	if value == nil {
		return nil, nil
	}
	return unseal(bucketValues, []byte(name), value)
}
