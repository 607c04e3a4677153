package report

import (
	"cmp"
	"slices"
	"strings"

	"repost/dedup/diff"
)

// The headlines of two documents are compared as their texts are, by the same grader, and
// listed next to the changes of the texts. They are not counted with these: how much of a
// text differs is a statement on the text, and not every corpus has headlines.

// Headline is how the headlines of two documents differ. Spans count bytes of the headlines.
type Headline struct {
	A       string        `json:"a"`
	B       string        `json:"b"`
	Grade   diff.Grade    `json:"grade"` // of the gravest change
	Changes []diff.Change `json:"changes"`
}

// NewHeadline returns how two headlines differ, or nil if they do not, or if a document has none.
func NewHeadline(a, b string, opt diff.Options) *Headline {
	if a, b = strings.TrimSpace(a), strings.TrimSpace(b); a == "" || b == "" || a == b {
		return nil
	}
	h := &Headline{A: a, B: b, Grade: diff.Cosmetic, Changes: diff.Compare(diff.Side{Text: a}, diff.Side{Text: b}, opt).Changes}
	if len(h.Changes) == 0 {
		return nil
	}
	for _, g := range graveness {
		if slices.ContainsFunc(h.Changes, func(c diff.Change) bool { return c.Grade == g }) {
			h.Grade = g
			break
		}
	}
	return h
}

// change is the headline as one change, with the reasons of its gravest parts.
func (h *Headline) change() diff.Change {
	out := diff.Change{Grade: h.Grade, Class: diff.Headline, AText: h.A, BText: h.B}
	for _, c := range h.Changes {
		for _, r := range c.Reasons {
			if c.Grade == h.Grade && !slices.Contains(out.Reasons, r) {
				out.Reasons = append(out.Reasons, r)
			}
		}
	}
	return out
}

// A KeyedChange is a change and the key that a note names it by.
type KeyedChange struct {
	diff.Change
	Key string
}

// Keyed are all changes with their keys, that of the headline first.
func (d *Difference) Keyed() []KeyedChange {
	var out []KeyedChange
	if d.Headline != nil {
		c := d.Headline.change()
		out = append(out, KeyedChange{c, string(diff.Headline) + changeKeys([]diff.Change{c})[0]})
	}
	for i, key := range changeKeys(d.Changes) {
		out = append(out, KeyedChange{d.Changes[i], key})
	}
	return out
}

// Turned is a difference with the two texts exchanged, as far as Keyed needs it.
func (d *Difference) Turned() *Difference {
	out := &Difference{Result: &diff.Result{Changes: slices.Clone(d.Changes)}}
	for i := range out.Changes {
		c := &out.Changes[i]
		c.A, c.B, c.AText, c.BText = c.B, c.A, c.BText, c.AText
	}
	if h := d.Headline; h != nil {
		out.Headline = &Headline{A: h.B, B: h.A, Grade: h.Grade}
	}
	return out
}

// headline prints a line for the headlines, if they differ.
func (p *Printer) headline(d *Difference, indent string, detail Detail) {
	if d.Headline == nil {
		return
	}
	c := d.Headline.change()
	if detail.shows(c) {
		p.printf("%sheadline, %s: %s\n", indent, c.Grade, p.marked(d.Headline))
	}
}

// marked returns the second headline with what the first has instead, or both one after the other
// if what they share stands in another order.
func (p *Printer) marked(h *Headline) string {
	both := func(a, b string) (out string) {
		if a != "" {
			out = p.paint(redOn, "[-"+flat(a)+"-]")
		}
		if b != "" {
			out += p.paint(greenOn, "{+"+flat(b)+"+}")
		}
		return out
	}
	changes := slices.SortedFunc(slices.Values(h.Changes), func(x, y diff.Change) int {
		return cmp.Or(cmp.Compare(x.B.Lo, y.B.Lo), cmp.Compare(x.A.Lo, y.A.Lo))
	})
	out, a, b := "", 0, 0
	for _, c := range changes {
		if c.A.Lo < a || c.B.Lo < b {
			return both(h.A, h.B)
		}
		out += flat(h.B[b:c.B.Lo]) + both(c.A.Of(h.A), c.B.Of(h.B))
		a, b = c.A.Hi, c.B.Hi
	}
	return out + flat(h.B[b:])
}
