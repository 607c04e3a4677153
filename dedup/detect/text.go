package detect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"repost/dedup"
	"repost/dedup/align"
	"repost/dedup/sketch"
	"repost/shingle"
	"repost/shingle/mask"
)

// Scheme is every choice that changes a sketch. It is saved with a corpus, and
// sketches of different schemes are never compared.
type Scheme struct {
	Version  int           `json:"version"`   // of the code of folds, masks and hashes; their data has a digest of its own
	Rules    shingle.Rules `json:"rules"`     // folds
	Gram     int           `json:"gram"`      // width of a fingerprint's gram, in characters
	Window   int           `json:"window"`    // grams a winnowing window holds
	MinGram  int           `json:"minhash_k"` // width of a MinHash shingle, in characters
	Bins     int           `json:"bins"`      // of a MinHash signature
	BandRows int           `json:"band_rows"` // of an LSH band

	// Patterns are additions to the patterns of package mask, in the form of its
	// patterns.txt; Check refuses what mask.ReadPatterns refuses.
	Patterns string `json:"patterns,omitempty"`
}

// DefaultScheme is the scheme in use: fingerprints with k=8 and w=8 share one for every
// common run of 15 characters, unless these are few different ones: see monotony.go.
var DefaultScheme = Scheme{
	Version: 10, Gram: 8, Window: 8, MinGram: 5, Bins: sketch.Bins, BandRows: sketch.Rows,
}

// String returns s as a corpus keeps it: an object of JSON. Its last field is a digest of
// the data that this program folds and masks by, patterns.txt and the like: an edit of one
// line there makes another scheme, and a corpus that was made before says so when it is opened.
func (s *Scheme) String() string {
	stamp := struct {
		*Scheme
		Data string `json:"data"`
	}{s, dataDigest()}
	b, _ := json.Marshal(stamp) // numbers, flags and text: it cannot fail
	return string(b)
}

// dataDigest returns the digest of the data that a sketch depends on.
func dataDigest() string {
	return fmt.Sprintf("%016x", shingle.Digest()^bits.RotateLeft64(mask.Digest(), 1))
}

// patterns returns the patterns of s, made ready; nil are those of package mask. They are
// kept for as long as the program runs: it knows a few schemes.
func (s *Scheme) patterns() *mask.Patterns {
	if s.Patterns == "" {
		return nil
	}
	if p, ok := ready.Load(s.Patterns); ok {
		return p.(*mask.Patterns)
	}
	p, err := mask.ReadPatterns(s.Patterns)
	if err != nil {
		p = mask.Default()
	}
	ready.Store(s.Patterns, p)
	return p
}

var ready sync.Map // patterns by their text

// Check says why nothing can be sketched by s: a number that no sketch can have, as in a
// literal with some fields alone, or patterns that mask.ReadPatterns refuses, which text that
// was good may be by the patterns of another version.
func (s *Scheme) Check() error {
	if s.Version != DefaultScheme.Version || min(s.Gram, s.Window, s.MinGram, s.Bins, s.BandRows) < 1 || s.Bins%s.BandRows != 0 {
		return fmt.Errorf("a scheme with version %d, gram %d, window %d, minhash_k %d, bins %d and band_rows %d is none of this program; change a copy of detect.DefaultScheme",
			s.Version, s.Gram, s.Window, s.MinGram, s.Bins, s.BandRows)
	}
	_, err := mask.ReadPatterns(s.Patterns)
	return err
}

// ExplainMasks returns the lines of a text and what masks them.
func (s *Scheme) ExplainMasks(text string) []mask.Line {
	f := mask.Finder{Patterns: s.patterns()}
	return f.Explain(text)
}

// Text is a document made ready for comparison: a pure function of its text and
// a scheme.
type Text struct {
	Source string
	Units  []shingle.Unit // live units: those outside the masks
	IDs    []uint32       // their ids
	Masks  []mask.Mask
	All    int // units, masked ones included

	rules  shingle.Rules
	words  bool     // most units are words; not in a compact text
	edges  []edge   // of each live unit, in a compact text
	spelt  []uint32 // the letters of each live unit, in a compact text of words: see align.LettersOf
	breaks []int    // see shingle.LostBreaks
}

// Prepare folds, masks and cuts a text. Where there are many, a Sketcher is faster.
func (s *Scheme) Prepare(text string) *Text {
	t := new(Text)
	s.prepare(t, new(mask.Finder), text)
	return t
}

// TextCache has prepared texts, the last ones that were asked for: 1 MB of them, in some ten times as
// much memory. It is safe for concurrent use.
type TextCache struct {
	scheme *Scheme
	mu     sync.Mutex
	rulers map[string]*ruler
	size   int // bytes of texts
}

// NewTextCache returns a TextCache.
func NewTextCache(s *Scheme) *TextCache { return &TextCache{scheme: s, rulers: map[string]*ruler{}} }

// ruler returns the ruler of a text. One text must not be measured by two at a time.
func (c *TextCache) ruler(text string, f *mask.Finder) *ruler {
	c.mu.Lock()
	r := c.rulers[text]
	c.mu.Unlock()
	if r != nil {
		return r
	}
	t := new(Text)
	c.scheme.prepare(t, f, text)
	r = newRuler(t)
	const most = 1 << 20
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.size += len(text); c.size > most {
		clear(c.rulers)
		c.size = len(text)
	}
	c.rulers[text] = r
	return r
}

// prepare makes t the text made ready, in the room that t has.
func (s *Scheme) prepare(t *Text, f *mask.Finder, text string) {
	t.Source, t.rules = text, s.Rules
	f.Patterns = s.patterns()
	t.Masks = f.Find(t.Masks[:0], text)
	t.breaks = shingle.LostBreaks(t.breaks[:0], text)
	units := s.Rules.Cut(slices.Grow(t.Units[:0], len(text)/3+8), text)
	ids := slices.Grow(t.IDs[:0], len(units))[:len(units)]
	n, words := 0, 0
	masks, lo, hi := t.Masks, 0, 0 // the mask that ends next
	for _, u := range units {
		for int(u.Lo) >= hi {
			if lo, hi = math.MaxInt, math.MaxInt; len(masks) > 0 {
				lo, hi, masks = masks[0].Span.Lo, masks[0].Span.Hi, masks[1:]
			}
		}
		if int(u.Hi) <= lo {
			units[n], ids[n] = u, u.ID
			n++
			if u.Kind() == shingle.Word {
				words++
			}
		}
	}
	t.All, t.Units, t.IDs, t.words = len(units), units[:n], ids[:n], 2*words > n
}

// folded appends what the live units of t say, folded: characters as they are, words and
// numbers spelt out, for their ids are hashes. Texts that say the same are equal after
// folding and masks.
func (t *Text) folded(dst []byte) []byte {
	dst = slices.Grow(dst, 3*len(t.Units)+64)
	for _, u := range t.Units {
		if u.Kind() == shingle.Character {
			dst = append(dst, byte(u.ID>>16), byte(u.ID>>8), byte(u.ID))
			continue
		}
		dst = append(dst, 0xFF) // no character begins with it
		dst = appendFolded(dst, t.Source[u.Lo:u.Hi], t.rules)
		dst = append(dst, 0xFF)
	}
	return dst
}

// appendFolded appends a word or a number, folded.
func appendFolded(dst []byte, s string, rules shingle.Rules) []byte {
	from := len(dst)
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 0x80:
			return append(dst[:from], rules.FoldString(s)...)
		case c >= 'A' && c <= 'Z':
			dst = append(dst, c|0x20)
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			dst = append(dst, c)
		}
	}
	return dst
}

// says reports whether two texts say the same.
func (t *Text) says(u *Text) bool { return bytes.Equal(t.folded(nil), u.folded(nil)) }

// Sketch returns what the indexes hold of t. Where there are many texts, a Sketcher
// is faster.
func (s *Scheme) Sketch(t *Text) dedup.Sketch {
	k := Sketcher{Scheme: s}
	return k.Sketch(t)
}

// startsLine reports whether live unit i begins a line of the text; one past the
// last unit does too.
func (t *Text) startsLine(i int) bool {
	switch {
	case i <= 0 || i >= len(t.IDs):
		return true
	case t.edges != nil:
		return t.edges[i] >= lineEdge
	}
	return t.lostBreak(i) || shingle.LineBreaks(t.between(i, i)) > 0
}

// lostBreak reports whether live unit i may have begun a line that was joined with the one before.
func (t *Text) lostBreak(i int) bool {
	if t.edges != nil {
		return i < len(t.edges) && t.edges[i] >= lostLineEdge
	}
	if len(t.breaks) == 0 || i <= 0 || i >= len(t.Units) || shingle.LineBreaks(t.between(i, i)) > 0 {
		return false
	}
	k, _ := slices.BinarySearch(t.breaks, int(t.Units[i-1].Hi))
	return k < len(t.breaks) && t.breaks[k] <= int(t.Units[i].Lo)
}

// startsParagraph reports whether live unit i begins a paragraph: a line, after
// the end of a sentence or an empty line. Other line breaks may be those of a
// column.
func (t *Text) startsParagraph(i int) bool {
	switch {
	case i <= 0 || i >= len(t.IDs):
		return true
	case t.edges != nil:
		return t.edges[i] == paragraphEdge || t.edges[i] == lostParagraphEdge
	case !t.startsLine(i):
		return false
	}
	gap := t.between(i, i)
	return strings.ContainsAny(gap, "。！？!?；.;") || shingle.LineBreaks(gap) > 1
}

// belowLine reports whether live unit i begins a line, and the line before it begins a paragraph, as
// a headline does and a line of a column seldom; and whether that is the first line of the text.
func (t *Text) belowLine(i int) (below, first bool) {
	if i <= 0 || !t.startsLine(i) {
		return false, false
	}
	for j := i - 1; i-j <= maxOverrun; j-- {
		if t.startsLine(j) {
			return t.startsParagraph(j), j <= 0
		}
	}
	return false, false
}

// gramUnits returns how many units a shingle of width k has on average, rounded
// up.
func (t *Text) gramUnits(k int) int {
	total := 0
	for _, u := range t.Units {
		total += u.Halves()
	}
	if total == 0 {
		return k
	}
	return (2*k*len(t.Units) + total - 1) / total
}

// shingles returns the shingles of the live units, in order.
func (t *Text) shingles(k int) []uint64 { return shingle.Shingles(nil, t.Units, k) }

// startsSentence reports whether a sentence starts at a unit, or the text ends there.
func (t *Text) startsSentence(at int) bool {
	return at == 0 || at == len(t.Units) || shingle.BreakBetween(t.Source, t.Units, at) >= shingle.LineEnd
}

// letters returns the letters of live unit i: see align.LettersOf.
func (t *Text) letters(i int) uint32 {
	if t.edges == nil {
		if u := t.Units[i]; u.Kind() == shingle.Word {
			return align.LettersOf(t.Source[u.Lo:u.Hi])
		}
		return 0
	}
	if len(t.spelt) == 0 {
		return 0
	}
	return t.spelt[i]
}

// lettersIn returns the letters of two texts, for align.Refiner; nil if there are no words.
func lettersIn(a, b *Text) func(side, unit int) uint32 {
	if inWords := func(t *Text) bool { return t.words || len(t.spelt) > 0 }; !inWords(a) || !inWords(b) {
		return nil
	}
	return func(side, unit int) uint32 {
		if side == 0 {
			return a.letters(unit)
		}
		return b.letters(unit)
	}
}
