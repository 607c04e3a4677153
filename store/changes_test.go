package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"repost/dedup"
	"repost/shingle"
)

// TestChanges: stories made up, one time after the other, and what is said of them.
func TestChanges(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "x.repost"), NoSync(Options{Create: true}))
	must2(c.AddEntries(madeBatch(0, 10)))(t)
	// part is a document's part of a story: its first half, its second, or all.
	type part struct{ doc, half int }
	story := func(id string, parts ...part) dedup.Story {
		s := dedup.Story{ID: id}
		for _, p := range parts {
			m := dedup.Member{Doc: uint32(p.doc)}
			if p.half > 0 {
				m.Spans = []shingle.Span{{Lo: 100 * (p.half - 1), Hi: 100 * p.half}}
			}
			s.Members = append(s.Members, m)
		}
		return s
	}
	steps := []struct {
		stories []dedup.Story
		want    []string
	}{
		{[]dedup.Story{story("a", part{0, 0}, part{1, 1})}, []string{"created a [] 2 +[0 1] -[]"}},
		{[]dedup.Story{story("a", part{0, 0}, part{1, 1})}, nil},
		{
			[]dedup.Story{story("a", part{0, 0}, part{1, 1}, part{2, 0}), story("b", part{1, 2}, part{3, 0})},
			[]string{"grown a [a] 3 +[2] -[]", "created b [] 2 +[1 3] -[]"},
		},
		{[]dedup.Story{story("c", part{0, 0}, part{1, 0}, part{2, 0}, part{3, 0})}, []string{"merged c [a b] 4 +[] -[]"}},
		{
			[]dedup.Story{story("a", part{0, 0}, part{1, 1}), story("b", part{1, 2}, part{3, 0})},
			[]string{"split a [c] 2 +[] -[2 3]", "split b [c] 2 +[] -[0 2]"},
		},
		{[]dedup.Story{story("z", part{0, 0}, part{1, 1})}, []string{"renamed z [a] 2 +[] -[]", "ended b [b] 0 +[] -[1 3]"}},
		{nil, []string{"ended z [z] 0 +[] -[0 1]"}},
	}
	number := map[string]int{}
	for i := range 10 {
		number[made(i).Doc.ID] = i
	}
	numbers := func(ids []string) (out []int) {
		for _, id := range ids {
			out = append(out, number[id])
		}
		return out
	}
	for i, s := range steps {
		must(t, 0, c.SetStories(s.stories, c.Next()))
		var got []string
		must(t, 0, c.Changes(uint32(i), func(ch *Change) error {
			got = append(got, fmt.Sprint(ch.Kind, " ", ch.Story, " ", ch.From, " ", ch.Size, " +", numbers(ch.Added), " -", numbers(ch.Removed)))
			return nil
		}))
		equal(t, fmt.Sprint("step ", i), got, s.want)
	}
	n := 0
	must(t, 0, c.Changes(0, func(*Change) error { n++; return nil }))
	equal(t, "all", n, 9)
	again := []dedup.Story{story("m", part{0, 0}, part{1, 1}, part{3, 2}), story("n", part{3, 1}, part{4, 0})}
	for _, next := range []struct {
		stories []dedup.Story
		want    map[string][]string
	}{
		{[]dedup.Story{story("a", part{0, 0}, part{1, 1}), story("b", part{3, 0}, part{4, 0})}, map[string][]string{"c": {"b"}, "z": {}}},
		{again, map[string][]string{"a": {"m"}, "b": {"m", "n"}, "c": {"m", "n"}, "z": {}}},
		{[]dedup.Story{again[0], story("a", part{3, 1}, part{4, 0})}, map[string][]string{"b": {"m", "a"}, "c": {"m", "a"}, "n": {"a"}, "z": {}}},
		{[]dedup.Story{again[0], story("y", part{3, 1}, part{4, 0})}, map[string][]string{"a": {"y"}, "b": {"m", "y"}, "c": {"m", "y"}, "n": {"y"}, "z": {}}},
		{nil, map[string][]string{"a": {}, "b": {}, "c": {}, "m": {}, "n": {}, "y": {}, "z": {}}},
	} {
		must(t, 0, c.SetStories(next.stories, c.Next()))
		got := must2(c.Successors("a", "b", "c", "m", "n", "y", "z"))(t)
		for id := range got {
			if _, known := next.want[id]; !known && len(got[id]) == 0 {
				delete(got, id)
			}
		}
		equal(t, "successors", fmt.Sprint(got), fmt.Sprint(next.want))
	}
}
