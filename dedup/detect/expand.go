package detect

import (
	"slices"
	"strings"
	"unicode/utf8"

	"repost/dedup/cluster"
	"repost/shingle"
)

// The gaps and edges that ExpandSpans fills, in live units.
const (
	slip     = 12  // a gap this small is an edit
	omission = 200 // a gap this small, in a document of one story, is what a copy left out
	column   = 400 // a gap inside one line is of the story the line belongs to
	lead     = 60  // a head this small, without a full stop, belongs to its sentence
	trail    = 24  // a tail this small, up to the end of its sentence
	headline = 40  // a line up to this long without a full stop is a headline
)

// ExpandSpans returns the bytes of a text for the given live units, completed for a reader:
// gaps are filled where they cannot belong to another story, the head or tail of a sentence
// is included, and closing punctuation belongs to the sentence it closes. single says that
// the document carries no other story.
func ExpandSpans(t *Text, units cluster.Set, single bool) []shingle.Span {
	var out []shingle.Span
	single = single && !t.interleaved(units)
	end := 0 // of the live units claimed so far
	for i, v := range units {
		lo, hi := int(v.Lo), int(v.Hi)
		if i > 0 && t.fillable(end, lo, single) {
			hi = t.tail(hi, next(units, i, len(t.Units)))
			out[len(out)-1].Hi, end = closing(t.Source, int(t.Units[hi-1].Hi)), hi
			continue
		}
		lo, hi = t.head(lo, end), t.tail(hi, next(units, i, len(t.Units)))
		out = append(out, shingle.Span{Lo: opening(t.Source, int(t.Units[lo].Lo)), Hi: closing(t.Source, int(t.Units[hi-1].Hi))})
		end = hi
	}
	return shingle.Union(out)
}

// interleaved reports whether the paragraphs that stand whole between the parts of
// a story are more than a copy leaves out: another story that alternates with it.
func (t *Text) interleaved(units cluster.Set) bool {
	gaps := 0
	for i := 1; i < len(units); i++ {
		if lo, hi := int(units[i-1].Hi), int(units[i].Lo); t.startsParagraph(lo) && t.startsParagraph(hi) {
			gaps += hi - lo
		}
	}
	return gaps > units.Size()/3
}

// next returns where the part after part i begins.
func next(units cluster.Set, i, end int) int {
	if i+1 < len(units) {
		return int(units[i+1].Lo)
	}
	return end
}

// between returns the text between live units lo-1 and hi: none where both come
// of one sign.
func (t *Text) between(lo, hi int) string {
	from := t.Units[lo-1].Hi
	return t.Source[from:max(from, t.Units[hi].Lo)]
}

// fillable reports whether the units [lo, hi) between two parts of a story
// belong to it.
func (t *Text) fillable(lo, hi int, single bool) bool {
	if hi <= lo {
		return true
	}
	lines := t.lines(int(t.Units[lo-1].Hi), int(t.Units[hi].Lo))
	switch n := hi - lo; {
	case len(lines) == 1:
		return n <= column
	case n > slip && (!single || n > omission):
		return false
	}
	for _, line := range lines[1:] {
		if isHeadline(line) {
			return false
		}
	}
	return true
}

// lines returns the bytes [lo, hi) of the text, cut where a line begins.
func (t *Text) lines(lo, hi int) []string {
	var out []string
	first, _ := slices.BinarySearch(t.breaks, lo)
	for _, at := range t.breaks[first:] {
		if at > hi {
			break
		}
		out = append(out, textLines(t.Source[lo:at])...)
		lo = at
	}
	return append(out, textLines(t.Source[lo:max(lo, hi)])...)
}

// textLines cuts a text at its line breaks.
func textLines(s string) []string { return strings.Split(lineFeeds.Replace(s), "\n") }

var lineFeeds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

func isHeadline(line string) bool {
	n := utf8.RuneCountInString(strings.TrimSpace(line))
	return n > 0 && n <= headline && !strings.ContainsAny(line, "。！？.!?；;")
}

// head moves lo back to the beginning of its sentence, if that is near.
func (t *Text) head(lo, least int) int {
	for at := lo; at > least && lo-at <= lead; at-- {
		if t.startsSentence(at) {
			return at
		}
	}
	if least == 0 && lo <= lead {
		return 0
	}
	return lo
}

// tail moves hi on to the end of its sentence, if that is near.
func (t *Text) tail(hi, most int) int {
	for at := hi; at <= most && at-hi <= trail; at++ {
		if t.startsSentence(at) {
			return at
		}
	}
	return hi
}

const (
	closers = "%％‰℃。！？!?.…”’』」）)》；;，,、：:\"'"
	openers = "“‘『「（(《\"'[【〔〈«„¿¡$£€¥￥#@"
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

// opening moves lo over opening punctuation and signs that belong to what follows.
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
