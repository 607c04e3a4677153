package align

import (
	"unicode"
	"unicode/utf8"

	"repost/shingle"
)

// Preparation. The engine itself knows no language; what it needs of a text is
// made here, once for each text: tokens (the folded units), a term for each
// token (what counts as the same word when a text is rewritten: the stem of an
// English word, the bigram of two unspaced characters), pieces of at most
// maxPiece tokens that rewrites are made of, and the bag of terms of each piece.
//
// No stop list: the weights that a pair of texts gives its terms make little of
// frequent words.

// maxPiece is the greatest number of tokens in a piece. A longer sentence is cut
// evenly: with whole sentences the edges of a rewrite are coarser (PAN 2013
// train: .949 for .956), from 25 to 40 nothing changes.
const maxPiece = 30

// none marks a token without a term.
const none = ^uint32(0)

// Prepared is a text made ready for Detect. It holds no reference to the text
// and may be used by many goroutines at once.
type Prepared struct {
	tokens []uint32    // ids of the folded units
	edges  []byteRange // of each token with the punctuation that touches it
	pieces []piece
	vocabulary
}

type byteRange struct{ lo, hi uint32 }

// piece is a sentence or a part of one: tokens [lo, hi).
type piece struct{ lo, hi int }

// vocabulary numbers the features of one text (terms, and unordered pairs of
// neighbouring terms) in the order in which they first occur, and holds the term
// of each token and the bag of each piece.
type vocabulary struct {
	features []feature
	index    table // id of a feature → its number
	bag      []int // piece → its first entry; one more at the end
	entries  []entry
	terms    []uint32 // token → the number of its term, or none
}

// feature is a term, or an unordered pair of neighbouring terms. Pieces counts
// the pieces it occurs in. For a pair, first and second are the numbers of its
// terms; for a term, second is none.
type feature struct {
	id            uint32
	pieces        uint32
	first, second uint32
}

// entry says that a piece holds a feature n times.
type entry struct{ feature, n uint32 }

// Prepare makes text ready for Detect: O(len(text)).
func Prepare(text string, rules shingle.Rules) *Prepared {
	units := rules.Cut(make([]shingle.Unit, 0, len(text)/4), text)
	p := &Prepared{
		tokens: make([]uint32, len(units)),
	}
	for i, u := range units {
		p.tokens[i] = u.ID
	}
	p.pieces = cutPieces(text, units)
	p.edges = edges(text, units)
	p.vocabulary = newVocabulary(terms(text, units, p.pieces), p.pieces)
	return p
}

// edges returns for each token the bytes around it up to the nearest space or
// token: what belongs to a passage that begins or ends with the token.
func edges(text string, units []shingle.Unit) []byteRange {
	out := make([]byteRange, len(units))
	for i, u := range units {
		lo, hi := int(u.Lo), int(u.Hi)
		floor, roof := 0, len(text)
		if i > 0 {
			floor = min(lo, int(out[i-1].hi))
		}
		if i+1 < len(units) {
			roof = max(hi, int(units[i+1].Lo))
		}
		for hi < roof {
			r, n := utf8.DecodeRuneInString(text[hi:roof])
			if unicode.IsSpace(r) || opens(r) {
				break
			}
			hi += n
		}
		for lo > floor {
			r, n := utf8.DecodeLastRuneInString(text[floor:lo])
			if unicode.IsSpace(r) {
				break
			}
			lo -= n
		}
		out[i] = byteRange{uint32(lo), uint32(hi)}
	}
	return out
}

// opens reports whether r opens a quotation or a bracket.
func opens(r rune) bool {
	return unicode.In(r, unicode.Ps, unicode.Pi)
}

// cutPieces cuts the tokens of text into sentences, and sentences evenly into
// pieces of at most maxPiece tokens. A sentence ends at an end mark before a space, an
// ideographic end mark, an empty line, and a line break or a wide space (two
// spaces: what HTML leaves of headings and cells) that no lower-case letter follows, since
// a text that was wrapped or justified continues in lower case.
func cutPieces(text string, units []shingle.Unit) []piece {
	var out []piece
	lo := 0
	for i := range units {
		if i+1 < len(units) && shingle.BreakBetween(text, units, i+1) < shingle.LineEnd {
			continue
		}
		n := i + 1 - lo
		parts := (n + maxPiece - 1) / maxPiece
		for k := range parts {
			out = append(out, piece{lo + n*k/parts, lo + n*(k+1)/parts})
		}
		lo = i + 1
	}
	return out
}

// terms returns the term of each token: of an English word the hash of its stem,
// of a character of an unspaced script that of the bigram it begins (of a
// character by itself, the character's), of another token its own id.
func terms(text string, units []shingle.Unit, pieces []piece) []uint32 {
	out := make([]uint32, len(units))
	seen := newTable(len(units) / 4)
	var stems []uint32
	var buf [maxStem]byte
	for _, p := range pieces {
		for i := p.lo; i < p.hi; i++ {
			switch u := units[i]; u.Kind() {
			case shingle.Character:
				out[i] = characterTerm(units[p.lo:p.hi], i-p.lo)
			case shingle.Word:
				at, fresh := seen.add(u.ID)
				if fresh {
					stems = append(stems, wordTerm(buf[:0], text[u.Lo:u.Hi], u.ID))
				}
				out[i] = stems[at]
			default:
				out[i] = u.ID
			}
		}
	}
	return out
}

func characterTerm(units []shingle.Unit, i int) uint32 {
	isChar := func(j int) bool {
		return j >= 0 && j < len(units) && units[j].Kind() == shingle.Character
	}
	switch {
	case isChar(i + 1):
		return hash2(units[i].ID, units[i+1].ID)
	case isChar(i - 1):
		return none
	}
	return units[i].ID
}

// wordTerm returns the hash of the stem of word, or id if it is not a word of
// ASCII letters.
func wordTerm(buf []byte, word string, id uint32) uint32 {
	if len(word) > maxStem {
		return id
	}
	for i := range len(word) {
		c := word[i] | 0x20
		if c < 'a' || c > 'z' {
			return id
		}
		buf = append(buf, c)
	}
	h := uint32(2166136261)
	for _, c := range stem(buf) {
		h = (h ^ uint32(c)) * 16777619
	}
	return hash2(h, 0)
}

// hash2 hashes two numbers to a feature id, which is never none.
func hash2(a, b uint32) uint32 {
	h := (uint64(a)<<32 | uint64(b)) * 0x9e3779b97f4a7c15
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	return uint32(h>>32) &^ 1 // none is odd
}

// newVocabulary numbers the terms of the pieces and the unordered pairs of
// neighbouring terms inside a piece, and makes the bags.
func newVocabulary(terms []uint32, pieces []piece) vocabulary {
	v := vocabulary{index: newTable(len(terms)), bag: make([]int, 1, len(pieces)+1), terms: make([]uint32, len(terms))}
	v.entries = make([]entry, 0, 2*len(terms))
	v.features = make([]feature, 0, len(terms))
	place := make([]int32, 0, len(terms)) // feature → its entry in the piece at hand
	count := func(id, first, second uint32) uint32 {
		at, fresh := v.index.add(id)
		if fresh {
			if second == none {
				first = at
			}
			v.features = append(v.features, feature{id: id, first: first, second: second})
			place = append(place, -1)
		}
		if int(place[at]) < v.bag[len(v.bag)-1] {
			place[at] = int32(len(v.entries))
			v.features[at].pieces++
			v.entries = append(v.entries, entry{at, 0})
		}
		v.entries[place[at]].n++
		return at
	}
	for _, p := range pieces {
		last := none
		for i := p.lo; i < p.hi; i++ {
			if v.terms[i] = none; terms[i] == none {
				continue
			}
			at := count(terms[i], none, none)
			v.terms[i] = at
			if last != none {
				one, two := v.features[last].id, v.features[at].id
				count(hash2(min(one, two), ^max(one, two)), last, at)
			}
			last = at
		}
		v.bag = append(v.bag, len(v.entries))
	}
	return v
}

// table numbers keys from 0 in the order of their coming: open addressing,
// linear probing, load at most one half. Keys are hashes already.
type table struct {
	keys  []uint32 // number → key
	slots []uint32 // number + 1; 0 is free
}

func newTable(n int) table {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return table{keys: make([]uint32, 0, n), slots: make([]uint32, size)}
}

// add returns the number of key, and whether it is new.
func (t *table) add(key uint32) (number uint32, fresh bool) {
	i := t.slot(key)
	if t.slots[i] != 0 {
		return t.slots[i] - 1, false
	}
	t.keys = append(t.keys, key)
	t.slots[i] = uint32(len(t.keys))
	if 2*len(t.keys) > len(t.slots) {
		t.slots = make([]uint32, 2*len(t.slots))
		for j, k := range t.keys {
			t.slots[t.slot(k)] = uint32(j + 1)
		}
	}
	return uint32(len(t.keys) - 1), true
}

// find returns the number of key, or none.
func (t *table) find(key uint32) uint32 { return t.slots[t.slot(key)] - 1 }

// slot returns where key is, or where it would be.
func (t *table) slot(key uint32) int {
	mask := len(t.slots) - 1
	i := int(key>>1) & mask
	for t.slots[i] != 0 && t.keys[t.slots[i]-1] != key {
		i = (i + 1) & mask
	}
	return i
}
