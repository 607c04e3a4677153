package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"repost/dedup"
	"repost/dedup/diff"
	"repost/shingle"
	"repost/shingle/mask"
)

// Detail says how much of a difference is printed as text.
type Detail struct {
	Least   diff.Grade // the least grade shown; "" is minor
	Changes int        // maximum number of changes shown; 0 = all
	Blocks  bool       // list moved and other blocks
	Reasons bool       // print the rules that decided, under each change
	Context int        // columns of context on each side; 0 is DefaultContext, NoContext none
	More    string     // where further changes are to be seen; "" is repost diff
	// Only are the classes of changes shown; none is all.
	Only []diff.Class
	// Sides prints the two texts side by side instead of a list of changes.
	Sides bool
}

// shows reports whether a change is of a grade and class asked for.
func (d Detail) shows(c diff.Change) bool {
	least := slices.Index(graveness, d.Least)
	if least < 0 {
		least = 1
	}
	return slices.Index(graveness, c.Grade) <= least && (len(d.Only) == 0 || slices.Contains(d.Only, c.Class))
}

// DefaultContext is the default of Detail.Context.
const DefaultContext = 24

// NoContext is a Detail.Context without any.
const NoContext = -1

// brief is what stands under a story.
var brief = Detail{Changes: 20}

// Difference prints how two texts differ.
func (p *Printer) Difference(d *Difference, detail Detail) {
	if p.JSON {
		p.object(d)
		return
	}
	p.difference(d, "", detail)
}

func (p *Printer) difference(d *Difference, indent string, detail Detail) {
	p.between(indent, d.A.ID, d.B.ID)
	p.lines(indent, Summary(d))
	p.headline(d, indent, detail)
	for _, c := range d.Caps {
		p.printf("%sbounded: %s\n", indent, c)
	}
	if detail.Blocks {
		p.blocks(d, indent+"  ")
	}
	if detail.Sides {
		p.sideBySide(d, detail)
		return
	}
	p.changes(d, indent+"  ", detail)
}

// between names two texts, on two lines if they are too wide for one.
func (p *Printer) between(indent, a, b string) {
	x, y := Name(a), Name(b)
	if Width(indent+x+" → "+y) > p.Columns() {
		p.printf("%s%s\n%s%s\n", indent, p.bold(x), indent, p.bold("→ "+y))
		return
	}
	p.printf("%s%s\n", indent, p.bold(x+" → "+y))
}

// lines prints what is parted by semicolons, on a terminal on as many lines as it
// takes.
func (p *Printer) lines(indent, s string) {
	line := indent
	for i, part := range strings.SplitAfter(s, "; ") {
		if p.Width > 0 && i > 0 && Width(line+strings.TrimSpace(part)) > p.Width {
			p.printf("%s\n", strings.TrimRight(line, " "))
			line = indent
		}
		line += part
	}
	p.printf("%s\n", line)
}

// Summary says in one line how two texts differ: "contains 98.7 % of the second;
// 4 blocks moved; 5 substantive, 4 minor, 312 cosmetic".
func Summary(d *Difference) string {
	parts := []string{Relation(d.Relation)}
	if d.Relation.Short {
		parts = append(parts, tooShort)
	}
	s := d.Result.Summary
	var blocks []string
	for _, b := range []struct {
		n    int
		what string
	}{{s.Moved, "moved"}, {s.Repeated, "repeated"}} {
		if b.n > 0 {
			blocks = append(blocks, Count(b.n, "block", "blocks")+" "+b.what)
		}
	}
	if len(blocks) > 0 {
		parts = append(parts, strings.Join(blocks, ", "))
	}
	if d.Relation.Kind != dedup.Identical {
		parts = append(parts, fmt.Sprintf("%s substantive, %s minor, %s cosmetic",
			Thousands(s.Substantive), Thousands(s.Minor), Thousands(s.Cosmetic)))
	}
	return strings.Join(parts, "; ")
}

// tooShort says that no passage of two texts can be judged.
const tooShort = "too short to be judged"

// Relation says a relation in words.
func Relation(r dedup.Relatedness) string {
	switch r.Kind {
	case dedup.Identical, dedup.SameText, dedup.Unrelated:
		return string(r.Kind)
	case dedup.Contains:
		return "contains " + Percent(r.CoverageB) + " of the second"
	case dedup.ContainedIn:
		return Percent(r.CoverageA) + " contained in the second"
	}
	return fmt.Sprintf("%s, aligned over %s of the first and %s of the second", r.Kind, Percent(r.CoverageA), Percent(r.CoverageB))
}

// blocks lists what does not stand in place.
func (p *Printer) blocks(d *Difference, indent string) {
	var rows Rows
	for _, b := range d.Blocks {
		if b.Kind == diff.InPlace || b.Kind == diff.Omitted || b.Kind == diff.Inserted {
			continue // a change says it, or it is outside
		}
		span, text := b.A, d.TextA
		kind := string(b.Kind)
		if b.Number > 0 {
			kind += " " + fmt.Sprint(b.Number)
		}
		rows.Add(kind, place(b), excerpt(part(text, span), 48))
	}
	p.rows(indent, rows)
	for i, all := range d.outside() {
		if len(all) == 0 {
			continue
		}
		text, units, words := [2]string{d.TextA, d.TextB}[i], 0, []string{}
		for _, o := range all {
			s := part(text, o.span)
			units += utf8.RuneCountInString(Flat(s))
			if len(words) < mostOutside {
				words = append(words, excerpt(s, 48))
			}
		}
		if len(words) < len(all) {
			words = append(words, "…")
		}
		p.printf("%soutside the story, in the %s only: %s, %s\n", indent, []string{"first", "second"}[i],
			Count(len(all), "block", "blocks"), Count(units, "character", "characters"))
		for _, w := range words {
			p.printf("%s  %s\n", indent, w)
		}
	}
}

// mostOutside bounds the blocks outside of the story that are printed.
const mostOutside = 5

// outside is what one text alone has outside of the story, and why it is taken for that.
type outside struct {
	span   shingle.Span
	reason string
}

// outside returns what each of the texts has alone outside of the story: other blocks, and what
// is masked unless a change shows it or the other text has the same words.
func (d *Difference) outside() (out [2][]outside) {
	for _, b := range d.Blocks {
		switch {
		case b.Other && b.Kind == diff.Omitted:
			out[0] = append(out[0], outside{b.A, "other"})
		case b.Other && b.Kind == diff.Inserted:
			out[1] = append(out[1], outside{b.B, "other"})
		}
	}
	for i, masks := range [][]mask.Mask{d.MaskedA, d.MaskedB} {
		text, other := d.TextA, squeezed(d.TextB)
		if i == 1 {
			text, other = d.TextB, squeezed(d.TextA)
		}
		for _, m := range masks {
			shown := func(o outside) bool { return o.span.Overlaps(m.Span) }
			changed := func(c diff.Change) bool { return [2]shingle.Span{c.A, c.B}[i].Overlaps(m.Span) }
			if s := squeezed(part(text, m.Span)); s == "" || strings.Contains(other, s) || slices.ContainsFunc(d.Changes, changed) {
				continue
			}
			if k := slices.IndexFunc(out[i], shown); k < 0 {
				out[i] = append(out[i], outside{m.Span, string(m.Reason)})
			} else if s := out[i][k].span; m.Span.Lo <= s.Lo && s.Hi <= m.Span.Hi {
				out[i][k] = outside{m.Span, string(m.Reason)}
			}
		}
		slices.SortFunc(out[i], func(a, b outside) int { return a.span.Lo - b.span.Lo })
	}
	return out
}

// squeezed is a text without white space.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

func place(b diff.Block) string {
	return fmt.Sprintf("%d-%d → %d-%d", b.A.Lo, b.A.Hi, b.B.Lo, b.B.Hi)
}

// part returns the bytes of a span, or none if it does not fit the text.
func part(text string, s shingle.Span) string {
	if s.Lo < 0 || s.Hi > len(text) || s.Lo > s.Hi {
		return ""
	}
	return s.Of(text)
}

// excerpt returns a text as one line, its middle left out when it is long.
func excerpt(s string, columns int) string {
	s = visible(s)
	if Width(s) <= columns {
		return s
	}
	n := utf8.RuneCountInString(s)
	tail := columns / 3
	cut := Cut(s, columns-tail) + CutLeft(s, tail)[len("…"):] + fmt.Sprintf(" (%s)", Count(n, "character", "characters"))
	if Width(cut) >= Width(s) {
		return s
	}
	return cut
}

// visible is flat that shows white space where there is nothing else.
func visible(s string) string {
	if t := flat(s); strings.TrimSpace(t) != "" || s == "" {
		return t
	}
	return strings.Map(func(r rune) rune {
		if sign := spaceSigns[r]; sign != 0 {
			return sign
		}
		return '␣'
	}, s)
}

var graveness = []diff.Grade{diff.Substantive, diff.Minor, diff.Cosmetic}

// entry is a line of the list of changes: a change, or a group with its places.
type entry struct {
	diff.Change
	places []int // of a group, indices in Changes
}

// entries returns the changes as a reader counts them: a group once, at its first place.
func (d *Difference) entries() (out []entry) {
	seen := make([]bool, len(d.Groups))
	for _, c := range d.Changes {
		switch {
		case c.Group == 0:
			out = append(out, entry{Change: c})
		case !seen[c.Group-1]:
			seen[c.Group-1] = true
			g := d.Groups[c.Group-1]
			out = append(out, entry{diff.Change{
				Grade: g.Grade, Class: g.Class, AText: g.AText, BText: g.BText, Reasons: g.Reasons, Group: c.Group,
			}, g.Changes})
		}
	}
	return out
}

// changes prints changes, gravest first, each on a line of its own, and the places of a
// group below it.
func (p *Printer) changes(d *Difference, indent string, detail Detail) {
	shown := slices.DeleteFunc(d.entries(), func(e entry) bool { return !detail.shows(e.Change) })
	slices.SortStableFunc(shown, func(a, b entry) int {
		return slices.Index(graveness, a.Grade) - slices.Index(graveness, b.Grade)
	})
	hidden := 0
	if n := detail.Changes; n > 0 && len(shown) > n {
		shown, hidden = shown[:n], len(shown)-n
	}
	grade, class := 0, 0
	labels := make([]string, len(shown))
	for i, c := range shown {
		labels[i] = string(c.Class)
		if c.Hint != "" {
			labels[i] += ", " + c.Hint
		}
		grade, class = max(grade, Width(string(c.Grade))), max(class, Width(labels[i]))
	}
	for i, e := range shown {
		head := indent + pad(string(e.Grade), grade) + "  " + pad(labels[i], class) + "  "
		below := strings.Repeat(" ", Width(head))
		if e.places == nil {
			p.printf("%s%s\n", head, p.change(d, e.Change, p.Columns()-Width(head), detail.Context))
		} else {
			var what string
			if e.AText != "" {
				what += p.paint(redOn, "[-"+excerpt(e.AText, 48)+"-]")
			}
			if e.BText != "" {
				what += p.paint(greenOn, "{+"+excerpt(e.BText, 48)+"+}")
			}
			p.printf("%s%s at %s\n", head, what, Count(len(e.places), "place", "places"))
		}
		if detail.Reasons {
			for _, r := range e.Reasons {
				p.printf("%s%s\n", below, Flat(r))
			}
		}
		if detail.Changes == 0 { // a story's list says no more than what was done
			for _, k := range e.places {
				p.printf("%s  %s\n", below, p.change(d, d.Changes[k], p.Columns()-Width(below)-2, detail.Context))
			}
		}
	}
	if hidden > 0 {
		more := detail.More
		if more == "" {
			more = "see repost diff"
		}
		p.printf("%s… and %s: %s\n", indent, Count(hidden, "more change", "more changes"), more)
	}
}

// change shows a change inside the text around it, [-so-]{+thus+}, within the given columns
// if it can; the marks make it readable without colour.
func (p *Printer) change(d *Difference, c diff.Change, columns, context int) string {
	switch {
	case context == 0:
		context = DefaultContext
	case context < 0:
		context = 0
	}
	gone, put := excerpt(distinct(c.AText, c.BText), max(24, columns/2)), excerpt(distinct(c.BText, c.AText), max(24, columns/2))
	used := 0
	if c.AText != "" {
		gone = "[-" + gone + "-]"
		used += Width(gone)
	}
	if c.BText != "" {
		put = "{+" + put + "+}"
		used += Width(put)
	}
	text, at := d.TextA, c.A
	if c.AText == "" {
		text, at = d.TextB, c.B
	}
	left := min(context, max(0, (columns-used)/2))
	before := CutLeft(strings.TrimLeft(flat(tail(part(text, shingle.Span{Lo: 0, Hi: at.Lo}), 4*context)), " "), left)
	right := min(context, max(0, columns-used-Width(before)))
	after := Cut(strings.TrimRight(flat(head(part(text, shingle.Span{Lo: at.Hi, Hi: len(text)}), 4*context)), " "), right)
	return before + p.paint(redOn, gone) + p.paint(greenOn, put) + after
}

// head returns at most n bytes of the beginning of s, and tail of its end, cut
// between characters.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func tail(s string, n int) string {
	if len(s) <= n {
		return s
	}
	at := len(s) - n
	for at < len(s) && !utf8.RuneStart(s[at]) {
		at++
	}
	return s[at:]
}
