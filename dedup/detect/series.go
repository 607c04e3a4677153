package detect

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"repost/dedup/cluster"
	"repost/dedup/quantity"
	"repost/shingle"
)

// Numbers of one series begin alike: a preamble, a masthead, a title, and in the title the
// number that tells one from the next: 补充规定（三）, Part Two, Zehnte Verordnung. To the
// judge that is what a date far apart is: the same form may have been filled in again. It
// is no veto, since a long text that agrees is the same text whatever its number.
//
// A form with two subjects is a series too: the careers of judges and of prosecutors. Its
// titles begin alike and name what each text goes on with.
//
// Only a number at the end of the first line counts, or one that both texts begin with.
// Inside of a line it may be a figure that was corrected, and further down the articles
// of a statute are renumbered with each version.

//go:embed series.txt
var seriesTable string

// A sequence of marks; those of series.txt follow.
const (
	noSequence = iota
	byDigits
	byHan
	byWords
	byOrdinals
	tabled
)

// mark is a unit that numbers: its sequence, and which of that it is.
type mark struct{ sequence, place int }

// marks are the words and characters that number.
var marks = sync.OnceValue(func() map[uint32]mark {
	out := map[uint32]mark{}
	add := func(word string, m mark) {
		if u := (shingle.Rules{}).Cut(nil, word); len(u) == 1 {
			out[u[0].ID] = m
		}
	}
	quantity.Numerals(func(word string, value int64, ordinal bool) {
		if ordinal {
			add(word, mark{byOrdinals, int(value)})
		} else {
			add(word, mark{byWords, int(value)})
		}
	})
	sequence := tabled
	for line := range strings.Lines(seriesTable) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for place, forms := range strings.Fields(line) {
			for _, w := range strings.Split(forms, "/") {
				add(w, mark{sequence, place})
			}
		}
		sequence++
	}
	return out
})

// markOf returns which mark a unit is, if any.
func markOf(id uint32) (m mark) {
	switch u := (shingle.Unit{ID: id}); {
	case u.Kind() == shingle.Number:
		return mark{byDigits, int(id)}
	case u.Kind() == shingle.Character && quantity.HanNumeral(rune(id)):
		return mark{byHan, int(id)}
	}
	return marks()[id]
}

// isNumberWord reports whether a unit is a number in a word, two or more. One is an
// article too, and first and second are adverbs.
func isNumberWord(id uint32) bool {
	if (shingle.Unit{ID: id}).Kind() != shingle.Word {
		return false
	}
	m := marks()[id]
	return m.sequence == byWords && m.place > 1 || m.sequence == byOrdinals && m.place > 2
}

// leastTitle is the least width of what numbers of a series have in common next to the
// number, in characters; a word has the width of two.
const leastTitle = 8

// series reports whether two texts are numbers of one series, or one form with two
// subjects. Of a form, half of one text agrees: a paragraph that was taken over word for
// word is none.
func series(a, b *Text, chains []cluster.Chain) bool {
	if len(chains) == 0 {
		return false
	}
	at := alike(a.IDs, b.IDs)
	if numbered(a, b, at) {
		return true
	}
	var matched int32
	for i := range chains {
		for _, r := range chains[i].Runs {
			matched += r.Len
		}
	}
	return 2*int(matched) >= min(len(a.IDs), len(b.IDs)) && twoSubjects(a, b, at)
}

// numbered reports whether two texts, which begin with that many units alike, are numbers of
// one series.
func numbered(a, b *Text, at int) bool {
	if at == 0 {
		na, nb := numberAt(a.IDs, 0), numberAt(b.IDs, 0)
		if !tellApart(a.IDs[:na], b.IDs[:nb]) {
			return false
		}
		ra, rb := a.IDs[na:], b.IDs[nb:]
		return wide(ra[:alike(ra, rb)])
	}
	for at > 0 && markOf(a.IDs[at-1]).sequence == byHan { // 十 and 十一
		at--
	}
	na, nb := numberAt(a.IDs, at), numberAt(b.IDs, at)
	if !tellApart(a.IDs[at:at+na], b.IDs[at:at+nb]) || !wide(a.IDs[:at]) {
		return false
	}
	for i := 1; i <= at; i++ {
		if a.startsLine(i) || b.startsLine(i) {
			return false
		}
	}
	return a.startsLine(at+na) && b.startsLine(at+nb)
}

// alike returns how many units two texts begin with alike.
func alike(a, b []uint32) (n int) {
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// numberAt returns how many units the number at a place has.
func numberAt(ids []uint32, at int) (n int) {
	for at+n < len(ids) && markOf(ids[at+n]).sequence == byHan {
		n++
	}
	if n == 0 && at < len(ids) && markOf(ids[at]).sequence != noSequence {
		n = 1
	}
	return n
}

// tellApart reports whether two numbers of one sequence are not the same.
func tellApart(a, b []uint32) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	x, y := markOf(a[0]), markOf(b[0])
	return x.sequence == y.sequence && (x.place != y.place || len(a) != len(b) || alike(a, b) < len(a))
}

// wide reports whether units are enough for a title.
func wide(ids []uint32) bool {
	width := 0
	for _, id := range ids {
		width++
		if (shingle.Unit{ID: id}).Kind() == shingle.Word {
			width++
		}
	}
	return width >= leastTitle
}

// longTitle is how many units of a title, after those that two texts have in common, are
// looked at.
const longTitle = 40

// twoSubjects reports whether the titles of two texts begin alike, with the given number of
// units, and name two subjects: an ordinance on training grounds of dairies, and one of
// stables. What a title names comes again in the text, and nowhere in that of the other;
// a title that was reworded has words of both. O(n).
func twoSubjects(a, b *Text, at int) bool {
	if !wide(a.IDs[:at]) {
		return false
	}
	for i := 1; i <= at; i++ {
		if a.startsLine(i) || b.startsLine(i) {
			return false
		}
	}
	return namesOwn(a, b, at) && namesOwn(b, a, at)
}

// namesOwn reports whether the title of a, from a unit on, has a word that comes again in a
// and never in b. Of Han text, two characters are a word.
func namesOwn(a, b *Text, at int) bool {
	end := at
	for end < min(len(a.IDs), at+longTitle) && (end == at || !a.startsLine(end)) {
		end++
	}
	own := map[uint64]bool{}
	for i := at; i < end; i++ {
		if w := wordAt(a.IDs[:end], i); w != 0 {
			own[w] = true
		}
	}
	for i := range b.IDs {
		if len(own) == 0 {
			return false
		}
		delete(own, wordAt(b.IDs, i))
	}
	for i := end; i < len(a.IDs); i++ {
		if own[wordAt(a.IDs, i)] {
			return true
		}
	}
	return false
}

// wordAt returns the word that begins at a unit: a word, or two characters. It is 0 where
// there is a figure, a lone character, or Hiragana: these are endings and particles, which
// an old and a new edition spell in two ways, and name nothing.
func wordAt(ids []uint32, i int) uint64 {
	switch kind := (shingle.Unit{ID: ids[i]}).Kind(); {
	case kind == shingle.Word:
		return uint64(ids[i])
	case kind == shingle.Character && i+1 < len(ids) && (shingle.Unit{ID: ids[i+1]}).Kind() == shingle.Character &&
		!unicode.Is(unicode.Hiragana, rune(ids[i])) && !unicode.Is(unicode.Hiragana, rune(ids[i+1])):
		return uint64(ids[i])<<32 | uint64(ids[i+1])
	}
	return 0
}
