package detect

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"

	"repost/dedup"
	"repost/shingle"
)

// Stories are listed by the id of their canonical member, and where they begin in it. The place
// of a story in the list is a key made of the story alone, so that one story is put in the place
// of another without a look at the rest:
//
//	id of the canonical member, up to mostOrderID bytes, with 00 ff for each byte 00
//	00 00
//	where the story begins in it, four bytes
//	the id that the story has by its least member, idSize bytes
//	how many stories with that id come before it, four bytes
//
// All numbers have the highest byte first.

const (
	mostOrderID = 1 << 10
	idSize      = 13 // of storyID
)

// ordered returns stories as they are listed, each with an id of its own: two that begin at one
// place of one document have been given the same.
func (v *linkGraph) ordered(all []draftStory) []KeptStory {
	out := make([]KeptStory, len(all))
	for i := range all {
		s := &all[i].Story
		out[i] = KeptStory{Story: *s, Inputs: all[i].inputs, Order: orderOf(v.st.id(s.Members[0].Doc), s)}
	}
	slices.SortFunc(out, func(a, b KeptStory) int {
		return cmp.Or(bytes.Compare(a.Order, b.Order), v.compareMembers(&a.Story, &b.Story))
	})
	before := make(map[string]uint32, len(out))
	for i := range out {
		s := &out[i]
		first := s.ID
		k := before[first]
		before[first]++
		s.Order = binary.BigEndian.AppendUint32(s.Order, k)
		for range k {
			s.ID = storyID(s.ID, 0)
		}
	}
	return out
}

// orderOf returns the order of a story, without its end.
func orderOf(canonical string, s *dedup.Story) []byte {
	id := []byte(canonical[:min(len(canonical), mostOrderID)])
	b := append(bytes.ReplaceAll(id, []byte{0}, []byte{0, 0xff}), 0, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(first(s)))
	return append(b, s.ID...)
}

// firstID returns the id that a story has by its least member.
func firstID(order []byte) string {
	if len(order) < idSize+4 {
		return ""
	}
	return string(order[len(order)-4-idSize : len(order)-4])
}

// compareMembers orders stories that begin at one place of one canonical member.
func (v *linkGraph) compareMembers(a, b *dedup.Story) int {
	c := cmp.Compare(len(a.Members), len(b.Members))
	for i := 0; c == 0 && i < len(a.Members); i++ {
		m, n := &a.Members[i], &b.Members[i]
		c = cmp.Or(cmp.Compare(v.st.id(m.Doc), v.st.id(n.Doc)), slices.CompareFunc(m.Spans, n.Spans, func(s, t shingle.Span) int {
			return cmp.Or(cmp.Compare(s.Lo, t.Lo), cmp.Compare(s.Hi, t.Hi))
		}))
	}
	return c
}
