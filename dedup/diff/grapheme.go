package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"repost/shingle"
)

// What a reader takes for one character is shown whole: a mark on its letter, both halves
// of a flag, a family of emoji with its joiners (UAX 29, extended grapheme clusters). The
// alignment cuts texts finer, so the last step but one widens what changes show to the
// edges of clusters, on both sides by the same characters.
//
// Cost: constant for a change; a cluster is looked for in the clusterReach bytes before it.

// Vowels of Thai and Lao that are read with the consonant after them, or before them.
const (
	vowelsBefore = "เแโใไເແໂໃໄ"
	vowelsAfter  = "ะาำๅະາຳ"
)

// clusterReach is the longest cluster, in bytes, that is shown whole: a family of emoji with
// skin tones has 41. Marks without end on one letter are no cluster to keep.
const clusterReach = 64

// wholeClusters makes every change begin and end between two clusters.
func (c *comparison) wholeClusters() {
	for k := range c.changes {
		x := &c.changes[k]
		c.widenToClusters(&x.A, &x.B)
		c.widenToClusters(&x.CoreA, &x.CoreB)
		x.A, x.B = cover(x.A, x.CoreA), cover(x.B, x.CoreB)
		x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
	}
}

// widenToClusters moves the ends of a and b outwards while one of them stands in a cluster.
func (c *comparison) widenToClusters(a, b *shingle.Span) {
	s, t := c.a.text, c.b.text
	for !clusterEdge(s, a.Lo) || !clusterEdge(t, b.Lo) {
		inA, inB := !clusterEdge(s, a.Lo), !clusterEdge(t, b.Lo)
		p, n := utf8.DecodeLastRuneInString(s[:a.Lo])
		q, m := utf8.DecodeLastRuneInString(t[:b.Lo])
		both := n > 0 && n == m && p == q
		if inA || both {
			a.Lo -= n
		}
		if inB || both {
			b.Lo -= m
		}
	}
	for !clusterEdge(s, a.Hi) || !clusterEdge(t, b.Hi) {
		inA, inB := !clusterEdge(s, a.Hi), !clusterEdge(t, b.Hi)
		p, n := utf8.DecodeRuneInString(s[a.Hi:])
		q, m := utf8.DecodeRuneInString(t[b.Hi:])
		both := n > 0 && n == m && p == q
		if inA || both {
			a.Hi += n
		}
		if inB || both {
			b.Hi += m
		}
	}
}

// clusterEdge reports whether a cluster ends or begins at byte i of text.
func clusterEdge(text string, i int) bool {
	if i <= 0 || i >= len(text) {
		return true
	}
	r, _ := runeAt(text, i)
	if r < 0x300 && r != '\n' && r != 0xAD || commonHan(r) || r == utf8.RuneError {
		return true
	}
	if before, _ := lastRune(text[:i]); strings.ContainsRune(vowelsBefore, before) || strings.ContainsRune(vowelsAfter, r) {
		return false
	}
	start := i
	for start > 0 && i-start < clusterReach {
		p, n := lastRune(text[:start])
		start -= n
		if !continues(p) {
			break
		}
	}
	if i-start >= clusterReach {
		return true
	}
	state := -1
	for rest := text[start:min(len(text), i+clusterReach)]; rest != "" && start < i; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		start += len(cluster)
	}
	return start == i
}

// continues reports whether a cluster may go on over r from what stands before it.
func continues(r rune) bool {
	switch {
	case r < 0x300:
		return r == '\n'
	case r >= 0x1100 && r <= 0x11FF, r >= 0xA960 && r <= 0xA97F, r >= 0xAC00 && r <= 0xD7FF: // Hangul
		return true
	case r >= 0x1F1E6 && r <= 0x1F1FF, r >= 0x1F3FB && r <= 0x1F3FF, r >= 0x2190 && r <= 0x2BFF, r >= 0x1F000 && r <= 0x1FAFF:
		return true
	}
	return unicode.In(r, unicode.M, unicode.Cf) || unicode.Is(unicode.Lo, r) && r < 0x1100
}
