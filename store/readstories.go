package store

import (
	"encoding/binary"
	"slices"
	"strings"
	"unsafe"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/shingle"
)

// leastMember is how many bytes a member has at least.
const leastMember = 12

// piece is a part of a story as a value has it.
type piece struct {
	id, order string // of the first part, with inputs and total
	inputs    uint64
	total     int
	members   []dedup.Member
}

// readPiece reads the part of a story that begins at the given member. The value may be
// anything: what it is read into has some ten times the bytes that it unpacks to, at most
// mostChunk.
func (c *Corpus) readPiece(from uint32, payload []byte) (p piece, err error) {
	if len(payload) == 0 {
		return p, errShort
	}
	data, err := c.unpackWithin(payload[0], payload[1:], mostChunk)
	if err != nil {
		return p, err
	}
	r := &reader{b: data}
	if from == 0 {
		p.id, p.order = r.string(), r.string()
		if b := r.bytes(8); b != nil {
			p.inputs = binary.LittleEndian.Uint64(b)
		}
		p.total = int(r.uvarint())
	}
	p.members = make([]dedup.Member, 0, len(r.b)/leastMember+1)
	for len(r.b) > 0 && r.err == nil {
		p.members = append(p.members, r.member())
	}
	return p, r.err
}

// storyAt reads the story with a number.
func (c *Corpus) storyAt(tx *txn, number uint32) (s detect.KeptStory, err error) {
	b, err := bucketOf(tx, bucketStories)
	if err != nil {
		return s, err
	}
	documents := c.view.Load().Documents
	if tx.next != nil {
		documents = tx.next.Documents
	}
	total, spans := 0, 0
	for from := uint32(0); ; from = uint32(len(s.Members)) {
		key := key32(number, from)
		payload, err := unseal(bucketStories, key, b.Get(key))
		if err != nil {
			return s, err
		}
		p, err := c.readPiece(from, payload)
		if err != nil {
			return s, damaged(bucketStories, key, "%v", err)
		}
		if from == 0 {
			s.Number, s.ID, s.Order, s.Inputs, total = number, p.id, []byte(p.order), p.inputs, p.total
		}
		s.Members = append(s.Members, p.members...)
		for _, m := range p.members { // callers have tables by document
			if spans += len(m.Spans); m.Doc >= documents {
				return s, damaged(bucketStories, key, "names document %d, of %d", m.Doc, documents)
			}
		}
		n := len(s.Members)
		if n > total || total > membersEach*int(documents) || spans > mostSpans+n*spansEach {
			return s, damaged(bucketStories, key, "has too many members, or spans")
		}
		if n == total {
			return s, nil
		}
		if len(p.members) == 0 {
			return s, damaged(bucketStories, key, "has too few members")
		}
	}
}

// sizeOf is about how many bytes of memory a story takes.
func sizeOf(s *detect.KeptStory) int {
	n := len(s.Members) * int(unsafe.Sizeof(dedup.Member{}))
	for i := range s.Members {
		n += len(s.Members[i].Spans) * int(unsafe.Sizeof(shingle.Span{}))
	}
	return n
}

// allStories returns all stories, in order.
func (c *Corpus) allStories(tx *txn) (all []detect.KeptStory, err error) {
	b := tx.open(bucketStoryOrder)
	if b == nil || c.view.Load().StoryForm != storyForm {
		return nil, nil
	}
	return all, b.ForEach(func(key, value []byte) error {
		s, err := c.inOrder(tx, key, value)
		all = append(all, s)
		return err
	})
}

// inOrder returns the story that an entry of the list names.
func (c *Corpus) inOrder(tx *txn, key, value []byte) (s detect.KeptStory, err error) {
	payload, err := unseal(bucketStoryOrder, key, value)
	if err != nil {
		return s, err
	}
	r := &reader{b: payload}
	number := r.uint32()
	if r.err != nil {
		return s, damaged(bucketStoryOrder, key, "%v", r.err)
	}
	if s, err = c.storyAt(tx, number); err == nil && string(s.Order) != string(key) {
		err = damaged(bucketStoryOrder, key, "names a story that is listed elsewhere")
	}
	return s, err
}

// storyBytes is how many bytes of stories are read in one transaction, or those of one story.
const storyBytes = 8 << 20

// eachStory calls fn with every story, in order.
func (c *Corpus) eachStory(fn func(s *detect.KeptStory) error) error {
	if err := c.checkOpen(); err != nil {
		return err
	}
	began := c.view.Load()
	var last []byte
	for seen := uint32(0); seen < began.Stories; {
		var some []detect.KeptStory
		err := c.read(func(tx *txn, v *view) error {
			some = some[:0]
			if v.Generation != began.Generation {
				return ErrChanged
			}
			b, err := bucketOf(tx, bucketStoryOrder)
			if err != nil {
				return err
			}
			cur := b.Cursor()
			key, value := cur.Seek(last)
			if last != nil && string(key) == string(last) {
				key, value = cur.Next()
			}
			for size := 0; key != nil && len(some) < storyRead && size < storyBytes; key, value = cur.Next() {
				s, err := c.inOrder(tx, key, value)
				if err != nil {
					return err
				}
				some, size = append(some, s), size+sizeOf(&s)
			}
			if len(some) == 0 {
				return damaged(bucketStoryOrder, last, "is the last of %d stories instead of %d", seen, began.Stories)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i := range some {
			if err := fn(&some[i]); err != nil {
				return err
			}
		}
		last = some[len(some)-1].Order
		seen += uint32(len(some))
	}
	return nil
}

// Stories calls fn with every story, ordered by the ids of their canonical members. An error of fn
// ends it and is returned as it is. When stories are changed before the last of them were read,
// which is done some hundreds at a time, the error is ErrChanged; fn has then had some of them.
func (c *Corpus) Stories(fn func(s *dedup.Story) error) error {
	return c.eachStory(func(s *detect.KeptStory) error { return fn(&s.Story) })
}

// Covered returns the number below which documents are in the stories as they are. It is below
// Next when documents came since, or were removed or restored: then UpdateStories has work.
func (c *Corpus) Covered() uint32 { return c.view.Load().Covered }

// Outdated reports whether the stories were found by a version of the program that judges, or
// keeps stories, in another way. UpdateStories finds them anew.
func (c *Corpus) Outdated() (bool, error) {
	if v := c.view.Load(); v.StoryForm != storyForm {
		return v.Documents > 0, nil
	}
	basis, err := c.State(detect.StateBasis)
	return len(basis) > 0 && !detect.SameJudging(basis), err
}

// StoryCount returns the number of stories.
func (c *Corpus) StoryCount() int { return int(c.view.Load().Stories) }

// storyNumbers returns the numbers of the stories that document n is in.
func (c *Corpus) storyNumbers(tx *txn, n uint32) (numbers []uint32, err error) {
	if c.view.Load().Stories == 0 {
		return nil, nil
	}
	all, err := membershipBlock(tx, n/storiesEach)
	for _, m := range all {
		if m.doc == n {
			numbers = append(numbers, m.story)
		}
	}
	return numbers, err
}

// storiesOf returns the stories that document n is in, in order.
func (c *Corpus) storiesOf(tx *txn, n uint32) (all []detect.KeptStory, err error) {
	numbers, err := c.storyNumbers(tx, n)
	if err != nil {
		return nil, err
	}
	for _, number := range numbers {
		s, err := c.storyAt(tx, number)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b detect.KeptStory) int { return strings.Compare(string(a.Order), string(b.Order)) })
	return all, nil
}

// StoriesOf returns the stories that document n is a member of, none of one that was removed.
func (c *Corpus) StoriesOf(n uint32) ([]dedup.Story, error) {
	var out []dedup.Story
	err := c.read(func(tx *txn, v *view) error {
		if err := v.check(n); err != nil {
			return err
		}
		all, err := c.storiesOf(tx, n)
		out = make([]dedup.Story, len(all))
		for i := range all {
			out[i] = all[i].Story
		}
		return err
	})
	return out, err
}

// storyWith returns the story with an id.
func (c *Corpus) storyWith(tx *txn, id string) (s detect.KeptStory, ok bool, err error) {
	if c.view.Load().Stories == 0 {
		return s, false, nil
	}
	b, err := bucketOf(tx, bucketStoryID)
	if err != nil {
		return s, false, err
	}
	key := storyIDKey(id)
	value := b.Get(key)
	if value == nil {
		return s, false, nil
	}
	payload, err := unseal(bucketStoryID, key, value)
	if err != nil {
		return s, false, err
	}
	for r := (&reader{b: payload}); len(r.b) > 0; {
		number := r.uint32()
		if r.err != nil {
			return s, false, damaged(bucketStoryID, key, "%v", r.err)
		}
		if s, err = c.storyAt(tx, number); err != nil || s.ID == id {
			return s, err == nil, err
		}
	}
	return detect.KeptStory{}, false, nil
}

// Story returns the story with an id; ok is false if there is none.
func (c *Corpus) Story(id string) (s dedup.Story, ok bool, err error) {
	err = c.read(func(tx *txn, _ *view) error {
		kept, found, err := c.storyWith(tx, id)
		s, ok = kept.Story, found
		return err
	})
	return s, ok, err
}
