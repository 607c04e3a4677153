package dedup

import (
	"strings"
	"unicode/utf8"

	"repost/dedup/cluster"
	"repost/shingle"
)

// Carve returns the bytes of a text that the given live units stand for, made
// whole for a reader: small gaps are filled unless they hold a sentence or a
// headline, a short head without a full stop is taken along, and closing
// punctuation belongs to the sentence it closes. Unaligned tails are not guessed.
func Carve(t *Text, units cluster.Set) []shingle.Span {
	var out []shingle.Span
	for i, v := range units {
		lo, hi := int(v.Lo), int(v.Hi)
		if i > 0 {
			p := units[i-1]
			if t.fillable(int(p.Hi), lo) {
				out[len(out)-1].Hi = closing(t.Source, int(t.Units[hi-1].Hi))
				continue
			}
		}
		out = append(out, shingle.Span{Lo: opening(t.Source, int(t.Units[lo].Lo)), Hi: closing(t.Source, int(t.Units[hi-1].Hi))})
	}
	return shingle.Union(out)
}

// fillable reports whether the units [lo, hi) between two parts of a story
// belong to it.
func (t *Text) fillable(lo, hi int) bool {
	if hi-lo > 12 {
		return false
	}
	gap := t.Source[t.Units[lo-1].Hi:t.Units[hi].Lo]
	for _, line := range strings.Split(gap, "\n")[1:] {
		if n := utf8.RuneCountInString(strings.TrimSpace(line)); n > 0 && !strings.ContainsAny(line, "。！？.!?") {
			return false
		}
	}
	return true
}

const (
	closers = "。！？!?.…”’』」）)》；;，,、：:\"'"
	openers = "“‘『「（(《\"'"
)

// closing moves hi over punctuation that closes what stands before it.
func closing(s string, hi int) int {
	for hi < len(s) {
		r, n := utf8.DecodeRuneInString(s[hi:])
		if !strings.ContainsRune(closers, r) {
			break
		}
		hi += n
	}
	return hi
}

// opening moves lo over punctuation that opens what stands behind it.
func opening(s string, lo int) int {
	for lo > 0 {
		r, n := utf8.DecodeLastRuneInString(s[:lo])
		if !strings.ContainsRune(openers, r) {
			break
		}
		lo -= n
	}
	return lo
}
