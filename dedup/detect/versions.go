package detect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"repost/dedup/diff"
	"repost/shingle"
)

// Versions of a text. A report with another sum, name or "not" stands in the first one but for a
// word, and is dropped with it. Where versions are wanted (KeepOptions.Versions), package diff
// grades what differs, and what says something else does not count as being there. It is asked
// only of two documents of which one would be dropped for the other.

// figures and names are the classes of substantive changes that make another version. Text that
// only one of the two has does not, nor do other words for the same, nor what may be misread in one of
// them, but for figures.
var (
	figures = []diff.Class{diff.Number, diff.Amount, diff.Date, diff.Negation}
	names   = []diff.Class{diff.Person, diff.Title, diff.Organisation, diff.Place, diff.Modality}
)

// isFact reports whether a change makes another version.
func isFact(c *diff.Change) bool {
	return c.Grade == diff.Substantive && (slices.Contains(figures, c.Class) || slices.Contains(names, c.Class) && c.Hint != diff.LikelyOCR)
}

// versions compares documents.
type versions struct {
	*surviving
	sketcher Sketcher
	known    map[[2]uint32]*[2]string // what two, the lower one first, say at the first place, or nil
	kept     map[int32][]uint32       // node → copies that differ from the best in a sign, as -5 does from 5
	err      error
}

func newVersions(v *surviving) *versions {
	return &versions{
		surviving: v, sketcher: Sketcher{Scheme: v.scheme, texts: v.prepared},
		known: map[[2]uint32]*[2]string{}, kept: map[int32][]uint32{},
	}
}

// unlike reports whether two nodes say something else.
func (v *versions) unlike(a, b int32) bool { return v.said(v.best[a], v.best[b]) != nil }

// said returns what two documents say, the one with the lower number first, if it is something else.
func (v *versions) said(a, b uint32) *[2]string {
	pair := [2]uint32{min(a, b), max(a, b)}
	said, ok := v.known[pair]
	if !ok && v.err == nil {
		said, v.err = v.differ(pair)
		v.known[pair] = said
	}
	return said
}

// copied keeps a copy that says something else than those of its node that are kept: signs and
// blanks are no units.
func (v *versions) copied(fates []Fate, n uint32) {
	f, node := &fates[n], v.node[n]
	if len(f.By) != 1 || f.Rule == BySeen {
		return
	}
	if v.said(n, f.By[0]) == nil {
		return
	}
	for _, other := range v.kept[node] {
		if v.said(n, other) == nil {
			f.By[0] = other
			return
		}
	}
	v.kept[node] = append(v.kept[node], n)
	*f = v.fate(n, f.By[0], *f)
}

// differ compares two documents. What is set aside of them, or learned to be boilerplate, does
// not count.
func (v *versions) differ(pair [2]uint32) (said *[2]string, err error) {
	var sides [2]diff.Side
	var aside [2][]shingle.Span
	for i, n := range pair {
		err := v.corpus.Texts([]uint32{n}, func(_ uint32, text string) error {
			r := v.sketcher.ruler(text)
			sides[i] = diff.Side{Text: text, Masks: slices.Clone(r.text.Masks)}
			aside[i] = r.bytesOf(v.learned[v.node[n]])
			for _, m := range sides[i].Masks {
				aside[i] = append(aside[i], m.Span)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if sides[0].Text == sides[1].Text {
		return nil, nil
	}
	in := func(spans []shingle.Span, at shingle.Span) bool {
		return slices.ContainsFunc(spans, at.Overlaps)
	}
	r := diff.Compare(sides[0], sides[1], diff.Options{Rules: v.scheme.Rules})
	for i := range r.Changes {
		if c := &r.Changes[i]; isFact(c) && !in(aside[0], c.A) && !in(aside[1], c.B) {
			return &[2]string{c.AText, c.BText}, nil
		}
	}
	return nil, nil
}

// fate says of a kept document which one it would have been dropped for.
func (v *versions) fate(n, other uint32, f Fate) Fate {
	said := *v.said(n, other)
	if n > other {
		said[0], said[1] = said[1], said[0]
	}
	f.By, f.Unlike = nil, []uint32{other}
	f.Rule = fmt.Sprintf("%s: %s, not %s", ByVersion, quoted(said[0]), quoted(said[1]))
	return f
}

// quoted returns the beginning of what a document says at a place, or that it says nothing.
func quoted(s string) string {
	const most = 60
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return cmp.Or(s, "nothing")
}
