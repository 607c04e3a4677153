package detect

import (
	"maps"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/shingle"
)

// The stories that a text joins. Who is in a story with a document that carries the text
// belongs to what is found, even where the two alone would not do.

// storyNumbers returns the numbers of the stories of a representative; with an index that
// knows none, each representative is one by itself.
func (q *query) storyNumbers(n uint32) ([]uint32, error) {
	ix, ok := q.index.(StoryIndex)
	if !ok {
		return nil, nil
	}
	if s, ok := q.numbers[n]; ok {
		return s, nil
	}
	s, err := ix.StoryNumbers(n)
	q.numbers[n] = s
	return s, err
}

// ours are the stories that the text joins, by number, and the representatives of none that it
// is joined to.
type ours struct {
	stories         map[uint32]*dedup.Story
	representatives map[uint32]bool
}

// storiesWith returns the stories that have at least half of what was found in one
// of their documents.
func (q *query) storiesWith(found []reposted) (ours, error) {
	o := ours{map[uint32]*dedup.Story{}, map[uint32]bool{}}
	for _, r := range found {
		numbers, err := q.storyNumbers(r.representative)
		if err != nil {
			return o, err
		}
		if len(numbers) == 0 {
			o.representatives[r.representative] = true
		}
		if slices.ContainsFunc(numbers, func(n uint32) bool { return q.known[n] == nil }) {
			stories, err := q.index.(StoryIndex).StoriesOf(r.representative)
			if err != nil {
				return o, err
			}
			for i := range stories {
				q.known[numbers[i]] = &stories[i]
			}
		}
		for _, n := range numbers {
			if s := q.known[n]; 2*q.texts[r.representative].inside(r.theirs, spansIn(s, r.representative)) >= r.theirs.Size() {
				o.stories[n] = s
			}
		}
	}
	return o, nil
}

// spansIn returns the spans that document n has in s.
func spansIn(s *dedup.Story, n uint32) []shingle.Span {
	for _, m := range s.Members {
		if m.Doc == n {
			return m.Spans
		}
	}
	return nil
}

// inside counts the units of set that lie in spans.
func (t *Text) inside(set cluster.Set, spans []shingle.Span) (n int) {
	at := 0
	for _, v := range set {
		for i := v.Lo; i < v.Hi; i++ {
			for at < len(spans) && spans[at].Hi <= int(t.Units[i].Lo) {
				at++
			}
			if at < len(spans) && spans[at].Lo <= int(t.Units[i].Lo) {
				n++
			}
		}
	}
	return n
}

// formula is the number of stories from which on a fingerprint is no evidence at all.
const formula = 10

// others counts the stories, and representatives in none, that hold a fingerprint of the text, but
// for those it joins: up to formula.
func (q *query) others(key uint64, o ours) (n int32, err error) {
	if len(q.holders[key]) <= 1 {
		return int32(len(q.holders[key])), nil // held by one document only: fully distinctive
	}
	seen := map[uint32]bool{}
	for _, h := range q.holders[key] {
		numbers, err := q.storyNumbers(h)
		if err != nil || n == formula {
			return n, err
		}
		known := o.representatives[h]
		for _, s := range numbers {
			known = known || seen[s] || o.stories[s] != nil
			seen[s] = true
		}
		if !known {
			n++
		}
	}
	return n, nil
}

// joined adds the other members of the stories that the text joins, as far as they
// share a passage with what it has of the story.
func (q *query) joined(found []reposted) ([]reposted, error) {
	o, err := q.storiesWith(found)
	if err != nil {
		return nil, err
	}
	in := map[uint32]bool{}
	var part cluster.Set
	for _, r := range found {
		in[r.representative] = true
		part = part.Union(r.ours)
	}
	var more []uint32
	for _, number := range slices.Sorted(maps.Keys(o.stories)) {
		for _, m := range o.stories[number].Members {
			if n := m.Doc; q.isRepresentative(n) && !in[n] && !slices.Contains(q.same, n) {
				in[n] = true
				more = append(more, n)
			}
		}
	}
	if err := q.read(more); err != nil {
		return nil, err
	}
	var k Linker
	for _, h := range more {
		chains := k.Chains(q.text, q.texts[h])
		if len(chains) == 0 {
			continue
		}
		r := repost(h, chains, []int{0})
		if 2*part.Overlap(r.ours) >= r.ours.Size() {
			found = append(found, r)
		}
	}
	return found, nil
}
