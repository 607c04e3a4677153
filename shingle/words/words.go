// Package words parts Han text into words, where words matter: to widen a
// changed character to the word or name it stands in, or to weigh terms. The
// words and their frequencies are those of gse (Apache-2.0), read at first use.
//
//	for _, w := range words.Segment("市委领导深入一线") {
//		fmt.Println(w.Span.Of(text), w.Tag)
//	}
//
// It is no part of the fold: units and shingles are characters, which is what
// makes them the same whatever a dictionary knows.
package words

import (
	"strconv"
	"strings"
	"sync"
	_ "unsafe" // for go:linkname

	"github.com/go-ego/gse"

	"repost/shingle"
)

// Word is one word of a text.
type Word struct {
	Span shingle.Span
	// Tag is the part of speech of a word that the dictionary knows: n, v, m
	// (numeral), t (time), nr (person), ns (place), nt (organisation), …; "x" for
	// a character it does not know, "" for what is no Han text.
	Tag string
}

// Segment returns the words of text, ascending. Runs of Han are parted by the
// dictionary, across spaces and line breaks but never across punctuation, and in
// their simplified form whatever script they are in. A word of a spaced script,
// a number or a character of another script is a word by itself. Segment is safe
// for concurrent use and runs at about 10 MB/s; the first call takes a third of a
// second and 35 MB for the dictionary.
func Segment(text string) []Word {
	units := shingle.Rules{}.Cut(nil, text)
	out := make([]Word, 0, len(units)*2/3)
	for i := 0; i < len(units); {
		n := run(units[i:], text)
		if n == 0 {
			out, i = push(out, Word{Span: units[i].Span()}), i+1
			continue
		}
		out = part(out, units[i:i+n])
		i += n
	}
	return out
}

// longest bounds a run, and with it the memory that gse takes for one.
const longest = 4096

// run returns how many units from the first on are Han with nothing between
// them but white space and what is not seen.
func run(units []shingle.Unit, text string) int {
	n := 0
	for n < len(units) && n < longest && isHan(units[n]) && (n == 0 || blank(text, units[n-1], units[n])) {
		n++
	}
	return n
}

func isHan(u shingle.Unit) bool {
	return u.ID >= 0x3400 && u.ID <= 0x9FFF || u.ID >= 0x20000 && u.ID <= 0x3FFFF || u.ID == '〇' || u.ID == '々'
}

func blank(text string, a, b shingle.Unit) bool {
	if b.Lo <= a.Hi {
		return true
	}
	rules := shingle.Rules{}
	for _, r := range text[a.Hi:b.Lo] {
		if _, c := rules.Fold(r); c != shingle.Space && c != shingle.Ignorable {
			return false
		}
	}
	return true
}

// part appends the words of a run of Han.
func part(out []Word, units []shingle.Unit) []Word {
	folded := make([]byte, 0, 3*len(units))
	for _, u := range units {
		folded = append(folded, string(rune(u.ID))...)
	}
	i := 0
	for _, s := range dictionary().Segment(folded) {
		from := i
		for range s.Token().Text() {
			i++
		}
		i = max(i, from+1)
		out = push(out, Word{shingle.Span{Lo: int(units[from].Lo), Hi: int(units[i-1].Hi)}, s.Token().Pos()})
	}
	return out
}

// push appends w unless it lies in the word before: a sign that stands for two
// units (㍿) is one word.
func push(out []Word, w Word) []Word {
	if n := len(out); n > 0 && w.Span.Lo < out[n-1].Span.Hi {
		out[n-1].Span.Hi = max(out[n-1].Span.Hi, w.Span.Hi)
		return out
	}
	return append(out, w)
}

// simplified is the dictionary of simplified Chinese that gse embeds. gse gives
// it out through LoadDictEmbed alone, which holds the linker to its Japanese and
// traditional dictionaries too: 27 MB of a binary for 1.3 MB of words.
//
//go:linkname simplified github.com/go-ego/gse.zhS
var simplified string

// rarest is the frequency from which on a word is taken. The 109 thousand words
// that reach it part People's Daily better (F1 .869) than all 352 thousand
// (.825), in a third of the time and memory.
const rarest = 10

// dictionary reads the words.
var dictionary = sync.OnceValue(func() *gse.Segmenter {
	seg := &gse.Segmenter{Dict: gse.NewDict(), NotLoadHMM: true, SkipLog: true}
	for line := range strings.Lines(simplified) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		count, tag, _ := strings.Cut(rest, " ")
		frequency, err := strconv.ParseFloat(count, 64)
		if err != nil || frequency < rarest || word[0] < 0x80 {
			continue
		}
		if len(word) <= 4 { // one character: gse counts it as rare, so that words win
			frequency = 2
		}
		if err := seg.AddToken(word, frequency, tag); err != nil {
			continue // a word that the trie cannot hold: its characters remain
		}
	}
	seg.CalcToken()
	return seg
})
