package batch

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"repost/dedup"
	"repost/dedup/detect"
)

// EachStory reads the lines of the plan's last step, sorted, and calls fn for each story.
// Stories that begin at one place of one document have the same id until here.
func EachStory(in io.Reader, s *detect.Scheme, fn func(s *Story) error) error {
	r := &reader{in: bufio.NewReaderSize(in, 1<<20), stamp: stampOf(s), kinds: string(story), grouped: true}
	for r.group() {
		var all []*Story
		for r.next() {
			o := new(Story)
			if err := json.Unmarshal(r.raw, o); err != nil || len(o.Members) == 0 {
				r.fail("its story is no JSON, or has no members")
				break
			}
			all = append(all, o)
		}
		if r.err != nil {
			return r.err
		}
		for _, o := range distinguished(all) {
			if err := fn(o); err != nil {
				return err
			}
		}
	}
	return r.err
}

// distinguishedAll returns stories of any ids, so that each has an id of its own. Those with one id
// begin with one document, and are in one component.
func distinguishedAll(all []*Story) (out []*Story) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(x, y *Story) int { return strings.Compare(x.ID, y.ID) })
	for lo := 0; lo < len(all); {
		hi := lo + 1
		for hi < len(all) && all[hi].ID == all[lo].ID {
			hi++
		}
		out = append(out, distinguished(all[lo:hi])...)
		lo = hi
	}
	return out
}

// distinguished returns stories with one id with ids of their own.
func distinguished(all []*Story) []*Story {
	if len(all) < 2 {
		return all
	}
	var ids []string
	var stories []dedup.Story
	of := map[uint32]*Story{} // first document of a story → the story
	for _, o := range all {
		s := dedup.Story{ID: o.ID}
		of[uint32(len(ids))] = o
		for _, m := range o.Members {
			in := m.Member()
			in.Doc = uint32(len(ids))
			s.Members = append(s.Members, *in)
			ids = append(ids, m.Document.ID)
		}
		stories = append(stories, s)
	}
	for i, s := range detect.Distinguish(stories, ids) {
		stories[i] = s.Story
	}
	out := make([]*Story, len(stories))
	for i, s := range stories {
		out[i] = of[s.Members[0].Doc]
		out[i].ID = s.ID
	}
	return out
}
