package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/dedup/diff"
	"repost/shingle"
	"repost/shingle/mask"
)

// The page of a difference is one file that needs nothing else: no script, no
// font, no picture. Views and filters are radio buttons and boxes that the style
// looks at. What a change is, is said by strokes, lines and numbers as well as by
// colour. Texts come from anywhere: the template escapes them, clean takes out
// what no page may hold, and the policy of the page forbids all but its style.

//go:embed templates/difference.html
var differencePage string

//go:embed templates/difference.css
var differenceStyle string

var differenceTemplate = template.Must(template.New("difference").Funcs(template.FuncMap{
	"clean": clean, "name": Name, "thousands": Thousands,
	"shown": func(s string) string { return clean(glyphs(s)) },
}).Parse(differencePage))

// glyphs shows white space where there is nothing else.
func glyphs(s string) string {
	if s != "" && strings.TrimSpace(s) == "" {
		return visible(s)
	}
	return s
}

// page is what the template prints.
type page struct {
	*Difference
	Framing
	Style        template.CSS
	Says, Whence string
	LangA, LangB string
	Grades       []pageGrade
	Moves        []pageMove
	List         []pageChange
	Head         *pageChange // of the headlines, if they differ
	Rows         []pageRow
	Inline       []pagePart
	Folded       []pageFold

	numbers []int // of each change beyond cosmetic, from 1
}

type pageGrade struct {
	Grade   diff.Grade
	Count   int
	Classes string
}

type pageMove struct {
	Number int
	Text   string
	Ref    string
}

type pageChange struct {
	Noted *Noted // where changes are marked
	diff.Change
	Number        string
	Why           string
	First, Second string // the readings, so that one sees the difference
	Places        string // of a group: how many
	Place         bool   // one of a group
}

// pageRow is two cells, or rows that are folded because they are the same.
type pageRow struct {
	Cells []pagePart
	Alike string // says how much is folded, or left out if Inner is empty
	Inner []pageRow
}

// pagePart is a cell of the two columns, or a part of the inline text.
type pagePart struct {
	Class, Side, Lang, ID, Label, Ref, RefText, Stub string
	Own                                              string // the language of Label
	Pieces                                           []pagePiece
}

// pagePiece is text, or one side of a change.
type pagePiece struct {
	Tag, ID, Ref, Number, Title string
	Grade                       diff.Grade
	Before, Core, After         string
	Blank                       bool   // white space alone
	Alike                       string // of what is folded: how much it is
}

type pageFold struct {
	What, Lang string
	Items      []pageItem
}

type pageItem struct {
	Label, Text string
	Lo, Hi      int
}

// HTML writes the page of a difference.
func HTML(w io.Writer, d *Difference) error { return writePage(w, d, &Framing{}) }

func writePage(w io.Writer, d *Difference, f *Framing) error {
	p := &page{
		Difference: d, Framing: *f, Style: template.CSS(differenceStyle), Says: f.Say.say(Summary(d)),
		LangA: Language(d.TextA), LangB: Language(d.TextB), numbers: make([]int, len(d.Changes)),
	}
	if d.Direction != nil && len(d.Direction.Evidence) > 0 {
		p.Whence = p.Word(direction(d.Direction, "the first", "the second"))
	}
	n := 0
	for i, c := range d.Changes {
		if c.Grade != diff.Cosmetic {
			n++
			p.numbers[i] = n
		}
	}
	p.list()
	p.grades()
	for _, b := range d.Blocks {
		if b.Kind == diff.Moved {
			p.Moves = append(p.Moves, pageMove{b.Number, excerpt(part(d.TextA, b.A), 32), fmt.Sprintf("s-a%d", b.Number)})
		}
	}
	p.rows(aligned(d))
	if !p.Limited() {
		p.inline()
		p.fold()
	}
	p.unlink()
	return differenceTemplate.Execute(w, p)
}

// list makes the rows of the list: a group, and the changes at its places below it.
func (p *page) list() {
	var keys []string
	if p.Note != nil {
		keys = changeKeys(p.Changes)
	}
	p.listHeadline()
	add := func(i int, place bool) {
		if !p.shown(i) {
			return
		}
		row := p.listed(p.Changes[i])
		row.Number, row.Place = p.number(i), place
		if p.Note != nil {
			noted := p.Note(keys[i])
			row.Noted = &noted
		}
		p.List = append(p.List, row)
	}
	at := 0 // of the changes that are in no group
	for _, e := range p.entries() {
		if e.places == nil {
			for p.Changes[at].Group != 0 {
				at++
			}
			add(at, false)
			at++
			continue
		}
		if slices.ContainsFunc(e.places, p.shown) {
			row := p.listed(e.Change)
			row.Places = p.Word(Count(len(e.places), "place", "places"))
			if p.Note != nil {
				row.Noted = new(Noted)
			}
			p.List = append(p.List, row)
		}
		for _, k := range e.places {
			add(k, true)
		}
	}
}

// listHeadline makes the row of a changed headline, the first.
func (p *page) listHeadline() {
	if p.Headline == nil || p.From > 0 {
		return
	}
	c := p.Difference.Keyed()[0]
	row := p.listed(c.Change)
	if p.Note != nil {
		noted := p.Note(c.Key)
		row.Noted = &noted
	}
	p.Head, p.List = &row, append(p.List, row)
}

// listed returns the row of a change.
func (p *page) listed(c diff.Change) pageChange {
	return pageChange{
		Change: c, Why: p.why(&c),
		First: p.reading(distinct(c.AText, c.BText)), Second: p.reading(distinct(c.BText, c.AText)),
	}
}

// why are the reasons of a change.
func (p *page) why(c *diff.Change) string {
	out := make([]string, len(c.Reasons))
	for i, r := range c.Reasons {
		out[i] = p.Word(r)
	}
	return strings.Join(out, p.Word("; "))
}

func (p *page) number(change int) string {
	if p.numbers[change] == 0 {
		return ""
	}
	return fmt.Sprint(p.numbers[change])
}

// grades counts the classes of each grade.
func (p *page) grades() {
	for _, g := range graveness {
		row := pageGrade{Grade: g}
		var classes []string
		for _, c := range p.Result.Summary.Classes {
			if c.Grade == g {
				row.Count += c.Count
				classes = append(classes, fmt.Sprintf("%s %s", Thousands(c.Count), p.Word(strings.ReplaceAll(string(c.Class), "-", " "))))
			}
		}
		row.Classes = strings.Join(classes, p.Word(", "))
		p.Grades = append(p.Grades, row)
	}
}

// sideNames are the letters of the two sides in ids.
var sideNames = [2]string{"a", "b"}

// cell is one side of a row.
func (p *page) cell(r row, side int) pagePart {
	out := pagePart{Own: p.Word("en"), Side: p.Word([]string{"first", "second"}[side]), Lang: []string{p.LangA, p.LangB}[side], Class: sideNames[side] + " none"}
	pieces := r.a
	if side == 1 {
		pieces = r.b
	}
	here, there := sideNames[side], sideNames[1-side]
	if len(pieces) == 0 {
		if r.kind == diff.Moved {
			out.Label = p.Word(fmt.Sprintf("moved %d:", r.number))
			out.Ref, out.RefText = fmt.Sprintf("s-%s%d", here, r.number), p.Word("stands elsewhere")
		}
		return out
	}
	out.Class = here + " text-cell"
	if r.kind != diff.InPlace {
		out.Class = here + " block " + string(r.kind)
		out.Label = p.Word(blockLabel(r.kind, side))
	}
	if r.stands[side] {
		out.Label = p.Word("as it stands elsewhere")
	}
	if r.kind == diff.Moved {
		out.ID = fmt.Sprintf("s-%s%d", here, r.number)
		out.Label = p.Word(fmt.Sprintf("moved %d,", r.number))
		out.Ref, out.RefText = fmt.Sprintf("s-%s%d", there, r.number), p.Word([]string{"to here", "from here"}[side])
	}
	for _, q := range pieces {
		out.Pieces = append(out.Pieces, p.piece(q, side, "")...)
	}
	trimEnds(out.Pieces)
	if len(r.a) > 0 && len(r.b) > 0 {
		out.Pieces = p.folded(out.Pieces)
	}
	return out
}

// endLines takes the line breaks off the end of a piece, and returns them.
func (q *pagePiece) endLines() string {
	for _, s := range []*string{&q.After, &q.Core, &q.Before} {
		if *s != "" {
			all := *s
			*s = strings.TrimRight(all, "\r\n")
			return all[len(*s):]
		}
	}
	return ""
}

// trimEnds takes the line breaks off the ends of a cell.
func trimEnds(pieces []pagePiece) {
	for i := range pieces {
		if q := &pieces[i]; q.Tag == "" {
			q.Before = strings.TrimLeft(q.Before, "\r\n")
			if q.Before == "" {
				continue
			}
		} else if q.Blank {
			continue
		}
		break
	}
	for i := len(pieces) - 1; i >= 0; i-- {
		if q := &pieces[i]; q.Tag == "" {
			q.Before = strings.TrimRight(q.Before, "\r\n")
			if q.Before == "" {
				continue
			}
		} else if q.Blank {
			continue
		}
		break
	}
}

func blockLabel(k diff.BlockKind, side int) string {
	switch k {
	case diff.Omitted:
		return "in the first only"
	case diff.Inserted:
		return "in the second only"
	case diff.Split:
		return "one paragraph of the first, several of the second"
	case diff.Merged:
		return "several paragraphs of the first, one of the second"
	case diff.Repeated:
		return []string{"once more in the first", "once more in the second"}[side]
	}
	return ""
}

// piece returns a piece for the page. White space that is a change shows a sign,
// which may be hidden, and the space itself, which may not.
func (p *page) piece(q piece, side int, inline string) []pagePiece {
	if q.change < 0 {
		return []pagePiece{{Before: clean(q.text)}}
	}
	if q = p.bounded(q); q.change < 0 {
		return nil
	}
	c := p.Changes[q.change]
	out := pagePiece{
		Tag: []string{"del", "ins"}[side], Grade: c.Grade, Number: p.number(q.change),
		Title:  fmt.Sprintf("%s, %s: %s", p.Word(c.Grade), p.Word(strings.ReplaceAll(string(c.Class), "-", " ")), p.why(&c)),
		Before: clean(q.before), Core: clean(q.core), After: clean(q.after),
	}
	if c.Hint != "" {
		out.Title += " (" + p.Word(c.Hint) + ")"
	}
	if n := p.numbers[q.change]; n > 0 && inline == "" {
		out.ID = fmt.Sprintf("%s%d", sideNames[side], n)
		if other := c.BText; side == 0 && other != "" || side == 1 && c.AText != "" {
			out.Ref = fmt.Sprintf("%s%d", sideNames[1-side], n)
		}
	}
	own, other := c.AText, c.BText
	if side == 1 {
		own, other = other, own
	}
	if s := distinct(own, other); s != own && q.text == own && strings.TrimSpace(own) != "" {
		out.Before, out.Core, out.After = "", clean(s), ""
	}
	if strings.TrimSpace(q.text) != "" {
		if end := out.endLines(); end != "" { // after the mark, not in it
			return []pagePiece{out, {Before: end}}
		}
		return []pagePiece{out}
	}
	out.Before, out.Core, out.After, out.Blank = "", glyphs(q.text), "", true
	if inline == "" || side == 1 {
		return []pagePiece{out, {Before: clean(q.text)}}
	}
	return []pagePiece{out}
}

// unlink takes out links to what has no place of its own: a passage that moved and that a
// change covers whole.
func (p *page) unlink() {
	ids := map[string]bool{}
	each := func(do func(*pagePart)) {
		var rows func([]pageRow)
		rows = func(list []pageRow) {
			for i := range list {
				for k := range list[i].Cells {
					do(&list[i].Cells[k])
				}
				rows(list[i].Inner)
			}
		}
		rows(p.Rows)
		for i := range p.Inline {
			do(&p.Inline[i])
		}
	}
	each(func(q *pagePart) {
		ids[q.ID] = true
		for _, x := range q.Pieces {
			ids[x.ID] = true
		}
	})
	each(func(q *pagePart) {
		if !ids[q.Ref] {
			q.Ref, q.RefText = "", ""
		}
		for i := range q.Pieces {
			if x := &q.Pieces[i]; !ids[x.Ref] {
				x.Ref = ""
			}
		}
	})
	for i := range p.Moves {
		if !ids[p.Moves[i].Ref] {
			p.Moves[i].Ref = ""
		}
	}
}

// fold lists what was not compared: masks, and what stands around the story.
func (p *page) fold() {
	for side, masks := range [][]pageItem{{}, {}} {
		text, lang, which := p.TextA, p.LangA, "first"
		set := p.MaskedA
		if side == 1 {
			text, lang, which, set = p.TextB, p.LangB, "second", p.MaskedB
		}
		for _, m := range set {
			masks = append(masks, pageItem{string(m.Reason), part(text, m.Span), m.Span.Lo, m.Span.Hi})
		}
		var others []pageItem
		for _, b := range p.Blocks {
			s := b.A
			if side == 1 {
				s = b.B
			}
			if !b.Other || b.Kind == diff.Moved {
				continue
			}
			for _, s := range unmasked(s, set) { // what is set aside is listed as that
				if t := part(text, s); strings.ContainsFunc(t, isWord) {
					others = append(others, pageItem{Count(utf8.RuneCountInString(t), "character", "characters"), t, s.Lo, s.Hi})
				}
			}
		}
		slices.SortStableFunc(masks, func(x, y pageItem) int { return x.Lo - y.Lo })
		p.Folded = append(p.Folded,
			pageFold{"Set aside in the " + which + " by rule", lang, masks},
			pageFold{"Outside the story, in the " + which + " only", lang, others})
	}
}

// unmasked returns what of s is under no mask.
func unmasked(s shingle.Span, masks []mask.Mask) (out []shingle.Span) {
	masks = slices.SortedFunc(slices.Values(masks), func(x, y mask.Mask) int { return x.Span.Lo - y.Span.Lo })
	for _, m := range masks {
		if m.Span.Lo > s.Lo {
			out = append(out, shingle.Span{Lo: s.Lo, Hi: min(s.Hi, m.Span.Lo)})
		}
		if s.Lo = max(s.Lo, m.Span.Hi); s.Lo >= s.Hi {
			break
		}
	}
	return shingle.Union(append(out, s))
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
