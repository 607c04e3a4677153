package detect

import (
	"cmp"
	"slices"
	"strings"

	"repost/dedup"
	"repost/dedup/cluster"
)

// Which of two documents with the same text is kept: rules, the first that decides.

// KeepRule is one way to prefer a document to others with the same text.
type KeepRule struct {
	Name    string
	Compare func(a, b *Candidate) int // below 0: rather a
}

// Candidate is what rules know of a document.
type Candidate struct {
	dedup.Info
	Number    uint32
	Canonical bool // of one of its stories
}

// The rules.
var (
	Earliest  = KeepRule{"earliest", func(a, b *Candidate) int { return dedup.CompareDates(a.Date, b.Date) }}
	Latest    = KeepRule{"latest", func(a, b *Candidate) int { return latestFirst(a.Date, b.Date) }}
	Longest   = KeepRule{"longest", func(a, b *Candidate) int { return cmp.Compare(b.Units, a.Units) }}
	Canonical = KeepRule{"canonical", func(a, b *Candidate) int {
		switch {
		case a.Canonical == b.Canonical:
			return 0
		case a.Canonical:
			return -1
		}
		return 1
	}}
)

// latestFirst orders by date; a document without one comes last all the same.
func latestFirst(a, b string) int {
	if dedup.Day(a) == cluster.NoDay || dedup.Day(b) == cluster.NoDay {
		return dedup.CompareDates(a, b)
	}
	return dedup.CompareDates(b, a)
}

// FromSource is the rule that prefers documents of the given sources, of an earlier
// one in the list to those of a later one.
func FromSource(sources []string) KeepRule {
	place := func(c *Candidate) int {
		if i := slices.Index(sources, c.Source); i >= 0 {
			return i
		}
		return len(sources)
	}
	return KeepRule{"source", func(a, b *Candidate) int { return cmp.Compare(place(a), place(b)) }}
}

// compare says which of two documents is preferred.
func (v *surviving) compare(a, b uint32) int {
	c, _ := v.rule(a, b)
	return c
}

// rule is compare with the name of the rule that decided.
func (v *surviving) rule(a, b uint32) (int, string) {
	switch oldA, oldB := v.opt.Seen(a), v.opt.Seen(b); {
	case oldA && !oldB:
		return -1, BySeen
	case oldB && !oldA:
		return 1, BySeen
	}
	if v.opt.Extra != nil {
		if hasA, hasB := v.opt.Extra(a) != 0, v.opt.Extra(b) != 0; hasA != hasB {
			return map[bool]int{true: -1, false: 1}[hasA], ByExtra
		}
	}
	for _, r := range v.opt.Rules {
		if c := r.Compare(&v.candidates[a], &v.candidates[b]); c != 0 {
			return c, r.Name
		}
	}
	return compareIDs(v.ids[a], v.ids[b]), ByID
}

// compareIDs orders ids as people number them: figures in them are compared by value, so that
// line 2 of a file goes before line 10.
func compareIDs(a, b string) int {
	isDigit := func(c byte) bool { return '0' <= c && c <= '9' }
	figure := func(s string) (value, rest string) {
		n := 0
		for n < len(s) && isDigit(s[n]) {
			n++
		}
		return strings.TrimLeft(s[:n], "0"), s[n:]
	}
	x, y := a, b
	for x != "" && y != "" {
		if isDigit(x[0]) && isDigit(y[0]) {
			var m, n string
			m, x = figure(x)
			n, y = figure(y)
			if c := cmp.Or(cmp.Compare(len(m), len(n)), strings.Compare(m, n)); c != 0 {
				return c
			}
			continue
		}
		if x[0] != y[0] {
			break
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(strings.Compare(x, y), strings.Compare(a, b))
}
