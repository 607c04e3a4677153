package words

import (
	"strconv"
	"strings"
	"sync"

	"github.com/go-ego/gse"

	"repost/shingle"
)

// slowSegment is Segment by gse itself.
func slowSegment(text string) []Word {
	units := shingle.Rules{}.Cut(nil, text)
	out := make([]Word, 0, len(units)*2/3)
	for i := 0; i < len(units); {
		n := run(units[i:], text)
		if n == 0 {
			out, i = push(out, Word{Span: units[i].Span()}), i+1
			continue
		}
		out = slowPart(out, units[i:i+n])
		i += n
	}
	return out
}

// slowPart appends the words of a run of Han.
func slowPart(out []Word, units []shingle.Unit) []Word {
	folded := make([]byte, 0, 3*len(units))
	for _, u := range units {
		folded = append(folded, string(rune(u.ID))...)
	}
	i := 0
	for _, s := range slowDictionary().Segment(folded) {
		from := i
		for range s.Token().Text() {
			i++
		}
		i = max(i, from+1)
		out = push(out, Word{shingle.Span{Lo: int(units[from].Lo), Hi: int(units[i-1].Hi)}, s.Token().Pos()})
	}
	return out
}

// slowDictionary is the words as gse holds them.
var slowDictionary = sync.OnceValue(func() *gse.Segmenter {
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
