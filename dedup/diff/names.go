package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/shingle"
	"repost/shingle/lexicon"
	"repost/shingle/words"
)

// Names of persons are recognised by what stands around them: a title or role
// before (局长缪长风), a reporting verb after (，戚望表示), a list (池守义、桑小禾).
// A name known from one place is a name wherever it stands. Full names of two or
// three characters (four with a double surname) are looked for; the third
// character is counted in unless it begins a word that no name goes on with.

// name is the bytes of a name and how it was recognised.
type name struct {
	lo, hi int
	why    string
}

// nameAt returns the end of the name that begins at i and how it is known, or i.
func nameAt(text string, i int) (int, string) {
	s := surname(text, i)
	if s == 0 {
		return i, ""
	}
	if t := roleBefore(text, i); t != "" {
		return given(text, i, s), "a name after " + t
	}
	full := exactly(text, i+s, 2)
	if full > 0 && listed(text, i, full) && !lexicon.Place.Has(text[i:full]) {
		return full, "a name in a list"
	}
	if full > 0 && (starts(text, i) || afterNameWord(text, i)) && titleAt(text, full) != "" && wordless(text[i:full]) {
		return full, "a name before a title"
	}
	if starts(text, i) {
		for _, g := range []int{2, 1} {
			if end := exactly(text, i+s, g); end > 0 && verbAt(text, end) {
				return end, "a name before a reporting verb"
			}
		}
	}
	return i, ""
}

// afterNameWord reports whether a word that names stand after ends at i.
func afterNameWord(text string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return lexicon.BeforeName.HasRune(r)
}

// titleAt returns the title of two characters or more that begins at byte i, or "".
func titleAt(text string, i int) string {
	if w := lexicon.Title.At(text, i); len(w) > 3 && !asciiLetter(w[0]) {
		return w
	}
	return ""
}

// surname returns the length in bytes of the surname at i, or 0.
func surname(text string, i int) int { return len(lexicon.Surname.At(text, i)) }

// roleBefore returns the title or role of two characters or more that ends at i, spaces
// apart.
func roleBefore(text string, i int) string {
	before := strings.TrimRight(text[:i], " 　")
	for _, c := range []lexicon.Class{lexicon.Title, lexicon.Role} {
		if w := c.Before(before, len(before)); len(w) > 3 && !asciiLetter(w[0]) {
			return w
		}
	}
	return ""
}

// given returns the end of the name at i, whose surname has n bytes, or i when
// what stands there are words: 高度 after 代表 is no person.
func given(text string, i, n int) int {
	end := i + han(text[i:])
	ws := words.Segment(text[i:end])
	at := func(k int) string {
		if k < len(ws) {
			return ws[k].Span.Of(text[i:end])
		}
		return ""
	}
	ends := func(s string) bool { return len(s) != 3 || lexicon.NameEnd.Has(s) }
	switch first := at(0); {
	case len(first) > n && strings.HasPrefix(ws[0].Tag, "nr"):
		if len(first) == n+3 && !ends(at(1)) {
			return i + n + 6
		}
		return i + min(len(first), n+6)
	case len(first) == n+3 && !ends(at(1)):
		return i + n + 6 // 王国|生
	case len(first) > n:
		return i
	}
	switch second := at(1); {
	case second == "" || len(second) > 6 || lexicon.NameEnd.Has(second):
		return i
	case len(second) == 3 && ends(at(2)):
		if len(at(2)) == 6 && (ws[2].Tag == "" || ws[2].Tag[0] == 'n') && wordless(text[i:i+n+6]) {
			return i + n + 6 // 乔振东|站在: what a person does follows, no noun
		}
		return i + n + 3
	}
	return i + n + 6
}

// exactly returns the end of n Han characters at i, or 0.
func exactly(text string, i, n int) int {
	for range n {
		r, size := runeAt(text, i)
		if !shingle.IsHan(r) {
			return 0
		}
		i += size
	}
	return i
}

// isSpace is unicode.IsSpace, which looks Han characters up in a table.
func isSpace(r rune) bool { return !commonHan(r) && unicode.IsSpace(r) }

// isLetter is unicode.IsLetter, likewise.
func isLetter(r rune) bool { return commonHan(r) || unicode.IsLetter(r) }

// listed reports whether [lo, hi) is an item of a list: 、 on one side, and a
// mark or another item on the other.
func listed(text string, lo, hi int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:lo])
	after, _ := utf8.DecodeRuneInString(text[hi:])
	mark := func(r rune) bool { return markFor(r) != otherMark || isSpace(r) }
	return before == '、' && mark(after) || after == '、' && mark(before)
}

// starts reports whether i begins a text, line or clause.
func starts(text string, i int) bool {
	r, n := utf8.DecodeLastRuneInString(text[:i])
	return n == 0 || isSpace(r) || markFor(r) != otherMark && markFor(r) != openQuote
}

func verbAt(text string, i int) bool {
	r, _ := runeAt(text, i)
	return shingle.IsHan(r) && lexicon.Verb.At(text, i) != ""
}

// nameOver returns the name of v that the bytes [lo, hi) touch.
func (c *comparison) nameOver(v *view, lo, hi int) (name, bool) {
	from, to := max(0, lo-24), min(len(v.text), hi+12)
	for from < lo && !utf8.RuneStart(v.text[from]) {
		from++
	}
	touch := func(a, b int) bool { return a < hi && lo < b || lo == hi && a < lo && lo < b }
	for at := from; at < to; {
		r, size := runeAt(v.text, at)
		if lexicon.Surname.Begins(r) {
			if end, why := nameAt(v.text, at); end > at && touch(at, end) {
				return name{at, end, why}, true
			}
		}
		at += size
	}
	for at := from; at <= hi && at < len(v.text); {
		r, size := runeAt(v.text, at)
		for n := 3; n <= 4 && c.known.heads[r]; n++ {
			if end := exactly(v.text, at, n); end > 0 && touch(at, end) && c.known.has[v.text[at:end]] {
				return name{at, end, "a name known from elsewhere in the texts"}, true
			}
		}
		at += size
	}
	return name{}, false
}

// often is how many times what a title introduces must stand in the two texts to
// be a name whatever it begins with.
const often = 3

// nameBook holds the names of three characters and more that a title or role
// introduces anywhere in the two texts, and those that begin with no usual surname
// but stand after a title, and elsewhere too, often. It is made before any change
// is graded and only read from then on.
type nameBook struct {
	has   map[string]bool
	heads map[rune]bool // what they begin with
}

// bookOf reads the names of texts, O(length).
func bookOf(texts ...string) nameBook {
	book := nameBook{map[string]bool{}, map[rune]bool{}}
	behind := map[string]*mentions{}
	for _, text := range texts {
		ends := false // whether the character before may end a role
		for i, n := 0, 0; i < len(text); i += n {
			r := hanAt(text, i) // runeAt, without the call
			if n = 3; r == 0 {
				r, n = utf8.DecodeRuneInString(text[i:])
			}
			maybe := ends
			if !isSpace(r) {
				ends = lexicon.Title.Ends(r) || lexicon.Role.Ends(r)
			}
			if !maybe || !shingle.IsHan(r) && !lexicon.Surname.Begins(r) { // what nameAt and exactly begin with
				continue
			}
			role := roleBefore(text, i)
			if role == "" {
				continue
			}
			if end, why := nameAt(text, i); end >= i+9 && strings.HasPrefix(why, "a name after") {
				book.has[text[i:end]] = true
				book.heads[r] = true
			} else if end := exactly(text, i, 3); end > i && lexicon.Title.Has(role) && behind[text[i:end]] == nil && wordless(text[i:end]) {
				behind[text[i:end]] = &mentions{}
			}
		}
	}
	book.addFrequent(behind, texts)
	return book
}

// mentions counts where three characters stand: anywhere, and after a title.
type mentions struct{ all, titled, end int }

// addFrequent adds those of after that stand elsewhere too, often.
func (b *nameBook) addFrequent(behind map[string]*mentions, texts []string) {
	heads := map[rune]bool{}
	for s := range behind {
		r, _ := utf8.DecodeRuneInString(s)
		heads[r] = true
	}
	if len(behind) == 0 {
		return
	}
	for _, text := range texts {
		for _, m := range behind {
			m.end = 0
		}
		for i, n := 0, 0; i < len(text); i += n {
			r := hanAt(text, i) // runeAt, without the call
			if n = 3; r == 0 {
				r, n = utf8.DecodeRuneInString(text[i:])
			}
			if !heads[r] {
				continue
			}
			end := exactly(text, i, 3)
			m := behind[text[i:max(i, end)]]
			if m == nil || i < m.end {
				continue
			}
			m.end = end
			if m.all++; roleBefore(text, i) != "" {
				m.titled++
			}
		}
	}
	for s, m := range behind {
		if m.all >= often && m.all > m.titled && !b.has[s] {
			r, _ := utf8.DecodeRuneInString(s)
			b.has[s] = true
			b.heads[r] = true
		}
	}
}

// wordless reports whether s holds no word of two characters and begins with
// none of one that joins phrases.
func wordless(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if lexicon.NameEnd.HasRune(first) || lexicon.Function.Has(string(first)) {
		return false
	}
	for _, w := range words.Segment(s) {
		if w.Span.Len() > utf8.UTFMax-1 {
			return false
		}
	}
	return true
}
