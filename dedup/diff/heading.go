package diff

import (
	"slices"
	"strings"
	"unicode"

	"repost/shingle"
)

// A portal that changes its layout prints the label of a part before its heading instead of
// after it:
//
//	Anwendungsbereich       § 1 Anwendungsbereich
//
//	§ 1 (Zu Artikel 1 …)    (Zu Artikel 1 …)
//
// Alignment keeps the heading, so a label goes and the same label comes: four changes, two of
// them of a figure. Nothing in the text changed, so they are one cosmetic change.
//
// Cost: a comparison of at most longestHeading bytes for each of the next mostPieces changes.

const (
	longestHeading = 240 // bytes, of a heading and its label
	mostPieces     = 10  // changes that a label and a heading may be torn into, with their line breaks
)

// moveLabels makes one change of those that carry a label over its heading.
func (c *comparison) moveLabels() {
	out := c.changes[:0]
	for k := 0; k < len(c.changes); k++ {
		if x, n := c.movedLabel(c.changes[k:]); n > 0 {
			out = append(out, x)
			k += n - 1
			continue
		}
		out = append(out, c.changes[k])
	}
	c.changes = out
}

// movedLabel returns the one change that the first n changes are, or n = 0.
func (c *comparison) movedLabel(changes []Change) (one Change, n int) {
	first := changes[0]
	if first.Repeated || strings.TrimSpace(first.AText+first.BText) == "" || first.AText != "" && first.BText != "" ||
		!lineStarts(c.a.text, first.A.Lo) || !lineStarts(c.b.text, first.B.Lo) {
		return Change{}, 0
	}
	for n = 2; n <= min(mostPieces, len(changes)); n++ {
		x, y := &changes[n-2], &changes[n-1]
		if y.Repeated || y.A.Lo < x.A.Hi || y.B.Lo < x.B.Hi {
			break
		}
		a, b := shingle.Span{Lo: first.A.Lo, Hi: y.A.Hi}, shingle.Span{Lo: first.B.Lo, Hi: y.B.Hi}
		s, t := a.Of(c.a.text), b.Of(c.b.text)
		if max(len(s), len(t)) > longestHeading {
			break
		}
		if labelOver(s, t) || labelOver(t, s) {
			return Change{
				A: a, B: b, CoreA: a, CoreB: b, AText: s, BText: t, Grade: Cosmetic, Class: LineBreak,
				Reasons: []string{"a label stands on the other side of its heading"},
			}, n
		}
	}
	return Change{}, 0
}

// labelOver reports whether s is a label and a heading, and t the heading and, on a line of its
// own, the label.
func labelOver(s, t string) bool {
	s, t = strings.TrimSpace(s), strings.TrimSpace(t)
	m := pattern("label-named").FindStringIndex(s)
	if m == nil || m[0] > 0 {
		if m = pattern("label-plain").FindStringIndex(s); m == nil {
			return false
		}
	}
	end := m[1] + max(0, strings.IndexFunc(s[m[1]:], unicode.IsSpace))
	const most = 3 // bytes of a letter and a mark: § 10a.
	label, heading := squeeze(s[:end]), squeeze(s[end:])
	at := strings.LastIndexByte(t, '\n')
	return end-m[1] <= most && at > 0 && heading != "" && !endsSentence(heading) && squeeze(t[at:]) == label && squeeze(t[:at]) == heading
}

// endsSentence reports whether s ends like a sentence, as no heading does.
func endsSentence(s string) bool {
	return slices.ContainsFunc([]string{".", "。", ";", "；", ":", "："}, func(end string) bool { return strings.HasSuffix(s, end) })
}

// lineStarts reports whether a line begins at a byte, or after white space from there on.
func lineStarts(text string, at int) bool {
	rest := text[at:]
	rest = rest[:len(rest)-len(strings.TrimLeftFunc(rest, unicode.IsSpace))]
	return strings.TrimRight(text[:at], " \t\u00a0") == "" || strings.HasSuffix(strings.TrimRight(text[:at], " \t\u00a0"), "\n") || strings.Contains(rest, "\n")
}
