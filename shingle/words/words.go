// Package words segments Han text into words, where words matter: to widen a changed
// character to its word or name. The words and their frequencies are those of gse
// (Apache-2.0), and so is the algorithm (the path with the least sum of surprises, by
// Viterbi); a test holds that both give the same words.
//
//	for _, w := range words.Segment("市委领导深入一线") {
//		fmt.Println(w.Span.Of(text), w.Tag)
//	}
//
// A comparison segments hundreds of windows of a dozen characters. The setup of gse for
// each window costs more than the segmentation, half of the time of a whole comparison.
// Here the words are a trie in one table without pointers, and a window takes one
// allocation instead of sixteen.
//
// Folding does not use it: units and shingles are characters, so that they do not depend on
// a dictionary.
package words

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	_ "unsafe" // for go:linkname

	_ "github.com/go-ego/gse" // the words

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
// for concurrent use; its time is linear in the length of text.
func Segment(text string) []Word {
	var room [64]shingle.Unit
	units, plain := fold(room[:0], text)
	if !plain {
		units = shingle.Rules{}.Cut(nil, text)
	}
	out := make([]Word, 0, len(units)*2/3+1)
	for i := 0; i < len(units); {
		n := run(units[i:], text)
		if n == 0 {
			out, i = push(out, Word{Span: units[i].Span()}), i+1
			continue
		}
		out = dictionary().part(out, units[i:i+n])
		i += n
	}
	return out
}

// fold is Cut for text of the commonest Han characters alone; plain is false for
// any other.
func fold(dst []shingle.Unit, text string) (units []shingle.Unit, plain bool) {
	folder := shingle.Rules{}.Folder()
	for i, r := range text {
		if r < 0x4E00 || r > 0x9FFF {
			return nil, false
		}
		to, _ := folder.Fold(r)
		dst = append(dst, shingle.Unit{ID: uint32(to), Lo: uint32(i), Hi: uint32(i + 3)})
	}
	return dst, true
}

// longest bounds a run, and with it the memory that one takes.
const longest = 4096

// run returns how many units from the first on are Han with nothing between
// them but white space and what is not seen.
func run(units []shingle.Unit, text string) int {
	n := 0
	for n < len(units) && n < longest && shingle.IsHan(rune(units[n].ID)) && (n == 0 || blank(text, units[n-1], units[n])) {
		n++
	}
	return n
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

// push appends w unless it is inside the word before: a sign that is two units (㍿) is one
// word.
func push(out []Word, w Word) []Word {
	if n := len(out); n > 0 && w.Span.Lo < out[n-1].Span.Hi {
		out[n-1].Span.Hi = max(out[n-1].Span.Hi, w.Span.Hi)
		return out
	}
	return append(out, w)
}

// trie holds the words. A node is the beginning of a word; node 0 is the empty one. The
// steps from node to node are a table with open addressing, at most half full: 3 MB.
type trie struct {
	steps []step
	cost  []float32 // of the word that ends at a node, in bits; 0: none does
	tag   []uint8
	tags  []string
}

// step leads from a node over a rune to another; to is 0 in a free place.
type step struct {
	from int32
	r    rune
	to   int32
}

// place returns where the step from node over r is, or belongs.
func (d *trie) place(node int32, r rune) *step {
	mask := uint32(len(d.steps) - 1)
	for h := (uint32(node)*0x9E3779B1 ^ uint32(r)*0x85EBCA77) >> 3; ; h++ {
		if s := &d.steps[h&mask]; s.to == 0 || s.from == node && s.r == r {
			return s
		}
	}
}

// unknown is the cost of a character that is not a word.
const unknown = 32

// hop is the last word of the best way to a place.
type hop struct {
	cost float32
	n    int32 // its characters
	node int32 // 0 for a character that is not a word
}

// part appends the words of a run of Han.
func (d *trie) part(out []Word, units []shingle.Unit) []Word {
	var room [64]hop
	way := room[:]
	if len(units) > len(room) {
		way = make([]hop, len(units))
	}
	base := float32(0)
	for i := range units {
		single := false
		node := int32(0)
		for k := i; k < len(units); k++ {
			if node = d.place(node, rune(units[k].ID)).to; node == 0 {
				break
			}
			if d.cost[node] != 0 {
				single = single || k == i
				way[k].take(base+d.cost[node], k+1-i, node)
			}
		}
		if !single {
			way[i].take(base+unknown, 1, 0)
		}
		base = way[i].cost
	}
	var ends [64]int32 // of the words, last first
	list := ends[:0]
	for i := len(units); i > 0; i -= int(way[i-1].n) {
		list = append(list, int32(i))
	}
	from := 0
	for _, end := range slices.Backward(list) {
		w := Word{Span: shingle.Span{Lo: int(units[from].Lo), Hi: int(units[end-1].Hi)}, Tag: "x"}
		if node := way[end-1].node; node > 0 {
			w.Tag = d.tags[d.tag[node]]
		}
		out = push(out, w)
		from = int(end)
	}
	return out
}

// take makes the word that ends here the last of the best way, if it is better.
func (h *hop) take(cost float32, n int, node int32) {
	if h.cost == 0 || h.cost > cost {
		*h = hop{cost, int32(n), node}
	}
}

// simplified is the dictionary of simplified Chinese that gse embeds. gse gives
// it out through LoadDictEmbed alone, which holds the linker to its Japanese and
// traditional dictionaries too: 27 MB of a binary for 1.3 MB of words.
//
//go:linkname simplified github.com/go-ego/gse.zhS
var simplified string

// Loaded reports whether the program was built with the words: a gse that names its
// dictionary otherwise, or keeps something else under the name, links all the same.
func Loaded() bool { return len(simplified) > leastDictionary }

// leastDictionary is a third of the bytes that the dictionary has.
const leastDictionary = 2 << 20

// rarest is the frequency from which on a word is taken. The 109 thousand words
// that reach it part People's Daily better (F1 .869) than all 352 thousand
// (.825), in a third of the time and memory.
const rarest = 10

// dictionary reads the words: a line is a word, its frequency and its tag. A program that was
// built without them must not pass each character for a word: who does not ask Loaded before
// learns it here.
var dictionary = sync.OnceValue(func() *trie {
	if !Loaded() {
		panic("words: built without the dictionary of github.com/go-ego/gse; build with the version that go.mod names")
	}
	d := &trie{steps: make([]step, 1<<18), cost: make([]float32, 1, 1<<17), tag: make([]uint8, 1, 1<<17)}
	numbers := map[string]uint8{}
	other := map[string]bool{} // words with more than Han in them: they count, and are met nowhere
	total := 0.0
	for line := range strings.Lines(simplified) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		count, tag, _ := strings.Cut(rest, " ")
		frequency, err := strconv.ParseFloat(count, 64)
		if err != nil || frequency < rarest || word[0] < 0x80 {
			continue
		}
		if len(word) <= 4 { // one character: a rare word, so that longer ones win
			frequency = 2
		}
		if strings.IndexFunc(word, func(r rune) bool { return !shingle.IsHan(r) }) >= 0 {
			if word = strings.ToLower(word); !other[word] {
				other[word] = true
				total += frequency
			}
			continue
		}
		node := d.node(word)
		if d.cost[node] != 0 {
			continue // the first entry of a word stands
		}
		n, ok := numbers[tag]
		if !ok && len(numbers) < 1<<8 {
			n = uint8(len(numbers))
			numbers[tag], d.tags = n, append(d.tags, tag)
		}
		d.cost[node], d.tag[node] = float32(frequency), n
		total += frequency
	}
	all := float32(math.Log2(total))
	for n, f := range d.cost {
		if f != 0 {
			d.cost[n] = all - float32(math.Log2(float64(f)))
		}
	}
	return d
})

// node returns the node of word, which it makes where there is none.
func (d *trie) node(word string) int32 {
	node := int32(0)
	for _, r := range word {
		if s := d.place(node, r); s.to == 0 {
			*s = step{node, r, int32(len(d.cost))}
			d.cost, d.tag = append(d.cost, 0), append(d.tag, 0)
			if node = s.to; 2*len(d.cost) > len(d.steps) {
				d.spread()
			}
		} else {
			node = s.to
		}
	}
	return node
}

// spread doubles the table.
func (d *trie) spread() {
	old := d.steps
	d.steps = make([]step, 2*len(old))
	for _, s := range old {
		if s.to != 0 {
			*d.place(s.from, s.r) = s
		}
	}
}
