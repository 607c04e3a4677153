package web

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/cmd/repost/internal/report"
	"repost/dedup/collate"
	"repost/shingle"
)

// What a document carries of a text, as a reader sees it: the words that it has, and marked
// among them those that it changed or left out, where these are few; a longer omission is not
// quoted. O(n) in the spans that are shown.

// A Piece is words of a text that a document carries, or does not.
type Piece struct {
	Text    string
	Carried bool
}

// The quotations that a page shows of a text, the bytes of one, and those of an omission inside it.
const (
	mostQuotes    = 8
	quoteBytes    = 1200
	omissionBytes = 120
)

// Quotes are the passages of a text at spans, which are carried, the first few.
func (p *sheet) Quotes(text string, spans []shingle.Span) (out [][]Piece) {
	end, room := -1, 0
	for _, s := range spans {
		if s.Lo < 0 || s.Lo >= s.Hi || s.Hi > len(text) {
			continue
		}
		if near := end >= 0 && s.Lo >= end && s.Lo-end <= omissionBytes && !strings.Contains(text[end:s.Lo], "\n"); near && room > 0 {
			left := text[end:s.Lo]
			out[len(out)-1] = append(out[len(out)-1], Piece{left, !hasWords(left)})
		} else {
			if len(out) == mostQuotes {
				break
			}
			out, room = append(out, nil), quoteBytes
		}
		piece := s.Of(text)
		if len(piece) > room {
			piece = piece[:fullRunes(piece, room)] + "…"
		}
		out[len(out)-1] = append(out[len(out)-1], Piece{piece, true})
		end, room = s.Hi, room-len(piece)
	}
	return out
}

// FirstOf is the earliest of several matches that has a date, or nil.
func (p *sheet) FirstOf(matches []report.Match) *report.Match {
	var first *report.Match
	for i := range matches {
		if m := &matches[i]; collate.Dated(m.Date) && (first == nil || collate.InTime(m.Date, first.Date) < 0) {
			first = m
		}
	}
	if len(matches) < 2 {
		return nil
	}
	return first
}

// fullRunes returns the end of the last whole character of the first n bytes.
func fullRunes(s string, n int) int {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return n
}

func hasWords(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}
