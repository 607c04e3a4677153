package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"repost/dedup/diff"
)

// Framing is how a server shows the page of a difference or a collation that a command
// writes as a file. The zero value is the file.
type Framing struct {
	Say  Words  // English if nil
	Fold bool   // passages that are alike are folded
	View string // that is shown first: sides, inline, list; "" is sides

	// A page holds at most Most changes from From on, or all; those that follow, and those
	// before, are at the address that Rest gives.
	From, Most int
	Rest       func(from int) string

	// Note gives the address at which an editor marks a change, and what was noted.
	Note func(key string) Noted
}

// Noted is a link to mark a change, if it may be marked, and the note on it.
type Noted struct{ Address, Mark, Text string }

// FramedHTML writes the page of a difference for a server.
func FramedHTML(w io.Writer, d *Difference, f Framing) error { return writePage(w, d, &f) }

// changeKeys names the changes of a difference so that a note finds its change again in
// another run: by its two readings, and how often they came before.
func changeKeys(changes []diff.Change) []string {
	out := make([]string, len(changes))
	seen := map[string]int{}
	for i := range changes {
		c := &changes[i]
		both := fmt.Sprintf("%d %s%s", len(c.AText), c.AText, c.BText)
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", seen[both], both))
		seen[both]++
		out[i] = hex.EncodeToString(sum[:6])
	}
	return out
}

// First reports whether a view is the one that is shown first.
func (p *page) First(view string) bool {
	switch {
	case p.View == "list", p.View == "inline" && !p.Limited():
		return view == p.View
	}
	return view == "sides"
}

// until is the end of the changes that a page holds.
func (f *Framing) until(changes int) int {
	if f.Most == 0 {
		return changes
	}
	return min(changes, f.From+f.Most)
}

// shown reports whether the page holds a change.
func (p *page) shown(change int) bool {
	return change >= p.From && change < p.until(len(p.Changes))
}

// Limited reports whether the page leaves changes out.
func (p *page) Limited() bool { return p.From > 0 || p.Most > 0 && p.Most < len(p.Changes) }

// mostReadingBytes bounds a reading on the page of a server.
const mostReadingBytes = 24 << 10

// reading is a reading of a change; a very long one is cut in its middle.
func (p *page) reading(s string) string {
	if p.Rest == nil || len(s) <= mostReadingBytes {
		return s
	}
	head, tail := strings.ToValidUTF8(s[:mostReadingBytes/2], ""), strings.ToValidUTF8(s[len(s)-mostReadingBytes/2:], "")
	left := utf8.RuneCountInString(s) - utf8.RuneCountInString(head) - utf8.RuneCountInString(tail)
	return head + " [" + p.Word(Count(left, "character", "characters")+" are not shown") + "] " + tail
}

// bounded is a side of a change that the page has room for; its change is -1 if the page
// does not hold it.
func (p *page) bounded(q piece) piece {
	if p.Limited() && !p.shown(q.change) {
		q.change = -1
	}
	if p.Rest != nil && len(q.text) > mostReadingBytes {
		q.before, q.core, q.after = p.reading(q.text), "", ""
	}
	return q
}

// Previous and Next are the addresses of the other changes, or "".
func (p *page) Previous() string {
	if p.Rest == nil || p.From == 0 {
		return ""
	}
	return p.Rest(max(0, p.From-max(1, p.Most)))
}

func (p *page) Next() string {
	if p.Rest == nil || p.until(len(p.Changes)) >= len(p.Changes) {
		return ""
	}
	return p.Rest(p.From + p.Most)
}

// Span says which changes the page holds.
func (p *page) Span() string {
	return p.Word(fmt.Sprintf("%d–%d changes of %s", p.From+1, p.until(len(p.Changes)), Thousands(len(p.Changes))))
}

// Word is a phrase in the language of the page.
func (p *page) Word(english any) string { return p.Say.say(fmt.Sprint(english)) }

// foldAt is the length in characters from which equal passages are folded, and edge how
// much of them stays on either side of a fold inside a paragraph.
const (
	foldAt = 160
	edge   = 40
)

// rows puts the rows of a difference on the page. Rows that are the same on both sides are
// folded together, and left out where the page leaves changes out.
func (p *page) rows(all []row) {
	alike, characters := []pageRow(nil), 0
	flush := func() {
		switch {
		case characters == 0:
		case p.Limited():
			p.Rows = append(p.Rows, pageRow{Alike: p.Word(Count(characters, "character", "characters") + " are not shown")})
		case characters < foldAt:
			p.Rows = append(p.Rows, alike...)
		default:
			p.Rows = append(p.Rows, pageRow{Alike: p.Word(Count(characters, "character", "characters") + " alike"), Inner: alike})
		}
		alike, characters = nil, 0
	}
	for _, r := range all {
		if p.keeps(&r) {
			flush()
			p.Rows = append(p.Rows, pageRow{Cells: []pagePart{p.cell(r, 0), p.cell(r, 1)}})
			continue
		}
		if !p.Limited() {
			alike = append(alike, pageRow{Cells: []pagePart{p.cell(r, 0), p.cell(r, 1)}})
		}
		for _, q := range r.b {
			characters += utf8.RuneCountInString(q.text)
		}
	}
	flush()
}

// keeps reports whether a row is shown as it is.
func (p *page) keeps(r *row) bool {
	if !p.Fold {
		return true
	}
	for _, n := range r.changes {
		if p.shown(n) {
			return true
		}
	}
	return !p.Limited() && r.kind != diff.InPlace
}

// folded splits long passages that are the same: what stays, and what is folded.
func (p *page) folded(pieces []pagePiece) []pagePiece {
	if !p.Fold {
		return pieces
	}
	var out []pagePiece
	for _, q := range pieces {
		n := utf8.RuneCountInString(q.Before)
		if q.Tag != "" || n < foldAt+2*edge {
			out = append(out, q)
			continue
		}
		runes := []rune(q.Before)
		out = append(out,
			pagePiece{Before: string(runes[:edge])},
			pagePiece{Alike: p.Word(Count(n-2*edge, "character", "characters") + " alike"), Before: string(runes[edge : n-edge])},
			pagePiece{Before: string(runes[n-edge:])})
	}
	return out
}
