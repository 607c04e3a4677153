package diff

import (
	"errors"
	"fmt"
	"strings"

	"repost/shingle"
)

// OpKind is what an Op does.
type OpKind string

// The kinds of operations.
const (
	Copy   OpKind = "copy"   // the next text of A that is kept
	Delete OpKind = "delete" // the next text of A that is not
	Insert OpKind = "insert" // text that A has not
	Move   OpKind = "move"   // text of A from elsewhere
)

// Op is one step of a Script. A is the text of A that it copies, deletes or
// moves; B is where its result stands in B.
type Op struct {
	Kind OpKind       `json:"op"`
	A    shingle.Span `json:"a"`
	B    shingle.Span `json:"b"`
	Text string       `json:"text,omitempty"` // of an insert
}

// Script turns the story of one text into that of another. Spans are bytes of
// the whole texts.
type Script []Op

// ErrScript is returned by Apply for a script that does not fit the text.
var ErrScript = errors.New("script does not fit the text")

// Apply returns the story of B that script makes of text, the whole text of A.
// It equals the spans of B, joined, byte for byte.
func Apply(script Script, text string) (string, error) {
	var b strings.Builder
	for i, op := range script {
		if op.A.Lo < 0 || op.A.Hi < op.A.Lo || op.A.Hi > len(text) {
			return "", fmt.Errorf("operation %d: bytes [%d,%d) of %d: %w", i+1, op.A.Lo, op.A.Hi, len(text), ErrScript)
		}
		switch op.Kind {
		case Copy, Move:
			b.WriteString(op.A.Of(text))
		case Insert:
			b.WriteString(op.Text)
		case Delete:
		default:
			return "", fmt.Errorf("operation %d: %q: %w", i+1, op.Kind, ErrScript)
		}
	}
	return b.String(), nil
}

// script writes the script of the alignment: B in order, each token copied from
// its mate where the bytes agree, and what A has besides deleted.
func (c *comparison) script() Script {
	kept, from := make([]bool, len(c.a.toks)), make([]int32, len(c.b.toks))
	for j := range c.b.toks {
		if from[j] = int32(c.copied(j)); from[j] >= 0 {
			kept[from[j]] = true
		}
	}
	var out Script
	at := 0 // first token of A after the last copy
	deleteTo := func(i int, b int) {
		for ; at < i; at++ {
			if c.a.is(at, isStory) && !kept[at] {
				t := c.a.toks[at]
				if n := len(out); n > 0 && out[n-1].Kind == Delete && out[n-1].A.Hi == t.lo {
					out[n-1].A.Hi = t.hi
				} else {
					out = append(out, Op{Kind: Delete, A: shingle.Span{Lo: t.lo, Hi: t.hi}, B: shingle.Span{Lo: b, Hi: b}})
				}
			}
		}
	}
	end := 0
	for j := range c.b.toks {
		t := &c.b.toks[j]
		if !c.b.is(j, isStory) {
			continue
		}
		end = t.hi
		if n := len(out); n > 0 && int(from[j]) == at && c.inOrder[j] && out[n-1].Kind == Copy && out[n-1].A.Hi == c.a.toks[at].lo && out[n-1].B.Hi == t.lo {
			out[n-1].A.Hi, out[n-1].B.Hi = c.a.toks[at].hi, t.hi // the copy goes on, as it nearly always does
			at++
			continue
		}
		op := Op{Kind: Insert, B: shingle.Span{Lo: t.lo, Hi: t.hi}}
		if i := int(from[j]); i >= 0 {
			s := c.a.toks[i]
			op.Kind, op.A = Move, shingle.Span{Lo: s.lo, Hi: s.hi}
			if c.inOrder[j] && i >= at {
				deleteTo(i, t.lo)
				op.Kind, at = Copy, i+1
			}
		} else {
			op.A = shingle.Span{Lo: c.a.end(at), Hi: c.a.end(at)}
		}
		if n := len(out); n > 0 && extends(&out[n-1], op) {
			continue
		}
		out = append(out, op)
	}
	deleteTo(len(c.a.toks), end)
	for i, op := range out {
		if op.Kind == Insert {
			out[i].Text = op.B.Of(c.b.text)
		}
	}
	return out
}

// copied returns the token of A that token j of the story of B is a copy of, or
// -1.
func (c *comparison) copied(j int) int {
	if c.b.flags[j]&(isStory|isCopy) != isStory|isCopy {
		return -1
	}
	return int(c.mate[j])
}

// extends joins op to p where it goes on in both texts.
func extends(p *Op, op Op) bool {
	if p.Kind != op.Kind || p.B.Hi != op.B.Lo {
		return false
	}
	switch op.Kind {
	case Copy, Move:
		if p.A.Hi != op.A.Lo {
			return false
		}
		p.A.Hi = op.A.Hi
	}
	p.B.Hi = op.B.Hi
	return true
}
