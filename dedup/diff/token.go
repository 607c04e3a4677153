package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"repost/dedup/quantity"
	"repost/shingle"
)

// A text is cut into tokens that cover every byte of it. Strong tokens carry
// what a text says: characters of unspaced scripts, words of spaced ones, and
// numbers, which are whole and compare by value. Weak tokens are white space and
// marks. Alignment sees strong tokens; weak ones are compared between them.

type kind uint8

const (
	space  kind = iota // a run of white space and invisible characters
	punct              // one mark; a run of dashes or dots is one mark
	char               // a character of an unspaced script
	word               // letters of a spaced script
	letter             // one of them, in a word of more than longestWord
	number
	broken // a byte that is no UTF-8
)

type token struct {
	lo, hi int
	key    uint32 // equal keys mean the same to a reader
	kind   kind
	mark   markClass // of a punct
	brk    bool      // a space that breaks the line
}

func (t token) strong() bool { return t.kind >= char }

// longestWord is the longest word, in characters, that is one token. A longer one is cut
// into letters, since no language has it.
const longestWord = 64

// markClass groups the marks that outlets use for one another.
type markClass uint8

const (
	otherMark markClass = iota
	comma               // ， , 、
	period              // 。 . ．
	semicolon
	colon
	question
	exclamation
	openQuote
	closeQuote
	quote // " and ', which open and close
	openBracket
	closeBracket
	dash
	ellipsis
	middot
)

// marks holds the class of every mark of the basic plane.
var marks = func() *[1 << 16]markClass {
	m := new([1 << 16]markClass)
	for _, g := range []struct {
		c markClass
		s string
	}{
		{comma, "，,、﹐﹑､،"},
		{period, "。.．｡﹒۔।"},
		{semicolon, "；;﹔؛"},
		{colon, "：:﹕︰∶"},
		{question, "？?﹖؟"},
		{exclamation, "！!﹗"},
		{openQuote, "“「『‘〝﹁﹃«„"},
		{closeQuote, "”」』’〞〟﹂﹄»"},
		{quote, "\"＂'＇"},
		{openBracket, "（(【[〔《〈<〖{﹝［＜｛"},
		{closeBracket, "）)】]〕》〉>〗}﹞］＞｝"},
		{dash, "—–-－~～―─‐‑‒−﹣〜∼⁓〰"},
		{ellipsis, "…⋯"},
		{middot, "·•・‧∙ㆍ･"},
	} {
		for _, r := range g.s {
			m[r] = g.c
		}
	}
	return m
}()

// markFor returns the class of r, otherMark for what is no mark.
func markFor(r rune) markClass {
	if uint32(r) < uint32(len(marks)) {
		return marks[r]
	}
	return otherMark
}

func (c markClass) isQuote() bool { return c == openQuote || c == closeQuote || c == quote }
func (c markClass) endsSentence() bool {
	return c == period || c == question || c == exclamation || c == ellipsis
}

const strongHash = 1 << 31 // set in the keys of words and numbers: see separate.go

func hash(s string, salt uint32) uint32 {
	h := uint32(2166136261) ^ salt
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	h ^= h >> 15
	h *= 0x2c1b3c6d
	return (h ^ h>>13) | strongHash
}

// tokenize cuts text, O(len(text)).
func tokenize(text string, rules shingle.Rules) []token {
	return appendTokens(make([]token, 0, len(text)/3+8), text, 0, rules)
}

// appendTokens appends the tokens of part, which begins at byte at of its text.
func appendTokens(dst []token, part string, at int, rules shingle.Rules) []token {
	from := len(dst)
	folder := rules.Folder()
	for i := 0; i < len(part); {
		if r := hanAt(part, i); r != 0 && !beginsHanNumber(r) {
			f, _ := folder.Fold(r)
			dst = append(dst, token{lo: i + at, hi: i + 3 + at, key: uint32(f), kind: char})
			i += 3
			continue
		}
		t := next(part, i, rules)
		if t.kind == char && len(dst) > from {
			if r, _ := utf8.DecodeRuneInString(part[i:]); !commonHan(r) {
				if key, ok := repeated(r, dst[len(dst)-1]); ok {
					t.key = key
				}
			}
		}
		i = t.hi
		if t.kind == word && t.hi-t.lo > longestWord && utf8.RuneCountInString(part[t.lo:t.hi]) > longestWord {
			dst = appendLetters(dst, part[t.lo:t.hi], t.lo+at, rules)
			continue
		}
		t.lo, t.hi = t.lo+at, t.hi+at
		if n := len(dst); n > from && joins(dst[n-1], t) {
			dst[n-1].hi, dst[n-1].brk = t.hi, dst[n-1].brk || t.brk
		} else {
			dst = append(dst, t)
		}
	}
	return dst
}

// appendLetters appends the letters of a long word, each with the marks and invisible
// characters after it.
func appendLetters(dst []token, long string, at int, rules shingle.Rules) []token {
	lo := 0
	for i, r := range long {
		if _, c := rules.Fold(r); i > lo && c == shingle.Letter {
			dst = append(dst, token{lo: lo + at, hi: i + at, key: hash(foldWord(long[lo:i]), 1), kind: letter})
			lo = i
		}
	}
	return append(dst, token{lo: lo + at, hi: len(long) + at, key: hash(foldWord(long[lo:]), 1), kind: letter})
}

// commonHan reports whether r is of the block that holds nearly all Han
// characters of nearly all texts: letters that fold to characters.
func commonHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }

// hanAt returns the common Han character at byte i of s, 0 if there is none: what
// decoding it with utf8 gives, in a third of the time.
func hanAt(s string, i int) rune {
	if i+3 > len(s) {
		return 0
	}
	v := uint32(s[i])<<16 | uint32(s[i+1])<<8 | uint32(s[i+2])
	r := rune(v>>4&0xF000 | v>>2&0xFC0 | v&0x3F)
	if v&0xF0C0C0 != 0xE08080 || !commonHan(r) {
		return 0
	}
	return r
}

// commonHans reports whether s is nothing but common Han characters.
func commonHans(s string) bool {
	i := 0
	for i < len(s) && hanAt(s, i) != 0 {
		i += 3
	}
	return i == len(s)
}

// runeAt is utf8.DecodeRuneInString of s from byte i on, likewise.
func runeAt(s string, i int) (rune, int) {
	if r := hanAt(s, i); r != 0 {
		return r, 3
	}
	return utf8.DecodeRuneInString(s[i:])
}

// lastRune is utf8.DecodeLastRuneInString of s, likewise.
func lastRune(s string) (rune, int) {
	if len(s) >= 3 {
		if r := hanAt(s, len(s)-3); r != 0 {
			return r, 3
		}
	}
	return utf8.DecodeLastRuneInString(s)
}

// joins reports whether t continues p: runs of white space, of dashes, of dots.
func joins(p, t token) bool {
	switch {
	case p.kind == space && t.kind == space:
		return true
	case p.kind == punct && t.kind == punct:
		return p.mark == t.mark && (t.mark == dash || t.mark == ellipsis)
	}
	return false
}

func next(text string, i int, rules shingle.Rules) token {
	r, n := utf8.DecodeRuneInString(text[i:])
	if r == utf8.RuneError && n <= 1 {
		return token{lo: i, hi: i + 1, kind: broken, key: 1<<21 | uint32(text[i])}
	}
	if r == '&' || r == '<' {
		if t, ok := markup(text, i, rules); ok {
			return t
		}
	}
	if end := numberEnd(text, i, r); end > i {
		return token{lo: i, hi: end, kind: number, key: hash(writtenNumber(text[i:end]), 2)}
	}
	if c, size := composed(text, i, r, n); size > n {
		r, n = c, size
	}
	if size := repeatAt(text, i); size > 0 {
		return token{lo: i, hi: i + size, kind: char, key: repeatWord}
	}
	f, class := rules.Fold(r)
	t := token{lo: i, hi: i + n, key: uint32(f)}
	switch class {
	case shingle.Space, shingle.Ignorable, shingle.Mark:
		t.kind, t.key = space, ' '
		t.brk = r == '\n' || r == '\r' || r == 0x2028 || r == 0x2029 || r == 0x85
		if class == shingle.Mark {
			t.kind, t.key = punct, uint32(r) // one that stands on no letter says nothing
		}
	case shingle.Char:
		t.kind, t.key = char, uint32(kanaKey(f))
		if r == 'ゟ' || r == 'ヿ' {
			t.key = uint32(r) // two kana in one, which fold to the first
		}
	case shingle.Letter, shingle.Digit:
		t.kind, t.hi = word, wordEnd(text, i, rules)
		folded := foldWord(text[i:t.hi])
		if t.key = hash(folded, 1); folded == "" { // presentation forms of what is ignored
			t.kind, t.key = space, ' '
		}
	default:
		t.kind, t.mark = punct, markFor(r)
		if end := signEnd(text, i+n, r); end > i+n {
			t.hi, t.key = end, hash(text[i:end], 3)
			if norm.NFKC.String(string(r)) == string(r) {
				return t
			}
		}
		if t.mark == period && i+n < len(text) && text[i] == '.' && text[i+n] == '.' {
			for t.hi < len(text) && text[t.hi] == '.' {
				t.hi++
			}
			t.mark = ellipsis
		}
		if t.mark != otherMark {
			t.key = 1<<22 | uint32(t.mark)
		} else if s := norm.NFKC.String(text[i:t.hi]); strings.IndexFunc(s, unicode.IsLetter) >= 0 {
			t.kind, t.key = word, hash(foldWord(s), 1)
		}
	}
	return t
}

// composed returns the one character that r, which stands at i in n bytes, makes with what
// follows it, and the bytes of both: Hangul spelt in jamo (NFD), kana with a voicing mark
// of its own, the two halves of sara am in Thai and Lao.
func composed(text string, i int, r rune, n int) (rune, int) {
	end := i + n
	for end < len(text) && end-i < 16 {
		next, size := utf8.DecodeRuneInString(text[end:])
		if (r == 0x0E4D || r == 0x0ECD) && next == r-0x1B { // ํ and า, of Thai or Lao
			return next + 1, end + size - i
		}
		if !(next >= 0x1161 && next <= 0x1175 || next >= 0x11A8 && next <= 0x11C2 || next >= 0x3099 && next <= 0x309A ||
			next >= 0xFF9E && next <= 0xFF9F) {
			break
		}
		end += size
	}
	if end == i+n {
		return r, n
	}
	one, size := utf8.DecodeRuneInString(norm.NFKC.String(text[i:end]))
	if whole := norm.NFKC.String(text[i:end]); len(whole) != size {
		return r, n
	}
	return one, end - i
}

// signEnd returns the end of the sign that r begins and that goes on at i: the second half
// of a flag, skin tones, variation selectors, what a zero-width joiner adds (UAX 29).
func signEnd(text string, i int, r rune) int {
	regional := func(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
	if r < 0x2190 {
		return i
	}
	for i < len(text) {
		next, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case regional(r) && regional(next):
			return i + n
		case next >= 0x1F3FB && next <= 0x1F3FF, next == 0xFE0F, next == 0x20E3:
			i += n
		case next == 0x200D:
			after, m := utf8.DecodeRuneInString(text[i+n:])
			if after < 0x2190 {
				return i
			}
			i += n + m
		default:
			return i
		}
	}
	return i
}

// wordEnd returns the end of the word that begins at i: letters and their
// marks, invisible characters between them, and apostrophes between letters.
func wordEnd(text string, i int, rules shingle.Rules) int {
	end := i
	for j := i; j < len(text); {
		r, n := utf8.DecodeRuneInString(text[j:])
		_, c := rules.Fold(r)
		switch {
		case r == utf8.RuneError && n <= 1:
			return end
		case c == shingle.Letter || c == shingle.Mark:
			end = j + n
		case c == shingle.Digit && end == i:
			return j + n // a digit that is no decimal one stands alone
		case c == shingle.Ignorable && end == j && unicode.Is(unicode.Mn, r):
			end = j + n // a vowel sign of Arabic or Hebrew on the last letter
		case c == shingle.Ignorable:
		case c == shingle.Digit && misreadDigit(text[:end], text[j:]):
			end = j + n
		case (r == '\'' || r == '’') && end == j:
		default:
			return end
		}
		j += n
	}
	return end
}

// misreadDigit reports whether a 0 or 1 begins s, between Latin letters, as a scanner takes them
// for o and l: f0r on1y. Before it stands a word.
func misreadDigit(word, s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	d := quantity.DigitOf(r)
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(word, unseen))
	after, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(s[n:], unseen))
	return (d == 0 || d == 1) && unicode.Is(unicode.Latin, before) && unicode.Is(unicode.Latin, after)
}

// misreadWord returns what was printed where a scanner took letters for digits.
var misreadWord = strings.NewReplacer("0", "o", "1", "l", "rn", "m")

// foldWord returns a word as it compares: as the units of package shingle fold it, with
// its marks.
func foldWord(s string) string {
	plain := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain && strings.ContainsAny(s, "01") {
		return misreadWord.Replace(strings.ToLower(s))
	}
	if plain {
		return strings.ToLower(s)
	}
	folder := shingle.Rules{}.Folder()
	s = olderLetters(s)
	s = norm.NFC.String(strings.Map(func(r rune) rune {
		if r == '’' {
			return '\''
		}
		f, class := folder.Fold(r)
		switch class {
		case shingle.Ignorable:
			return -1
		case shingle.Letter:
			return f
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s)))
	if digits := plainDigits(s); strings.ContainsAny(digits, "01") {
		return misreadWord.Replace(digits)
	}
	return s
}

// cyrillicOf holds the letters of Russian before 1918 and those of today.
var cyrillicOf = strings.NewReplacer("ѣ", "е", "Ѣ", "е", "і", "и", "І", "и", "ї", "и", "ѳ", "ф", "Ѳ", "ф", "ѵ", "и", "Ѵ", "и")

// olderLetters returns a word in the letters of today: of Russian in the spelling of before
// 1918 (ѣ, ѳ, ъ at the end of a word), and of Greek with breathings and three accents.
func olderLetters(s string) string {
	polytonic, latin := false, ""
	for _, r := range s {
		polytonic = polytonic || r >= 0x1F00 && r <= 0x1FFF
		if r == 'i' || r == 'ï' { // a Latin letter among Cyrillic ones: мiръ
			latin = "i"
		}
	}
	switch first, _ := utf8.DecodeRuneInString(s); {
	case polytonic:
		return monotonic(s)
	case unicode.Is(unicode.Cyrillic, first) && (strings.ContainsAny(s, "ѣѢѳѲѵѴ") || strings.HasSuffix(s, "ъ") || strings.HasSuffix(s, "Ъ") || latin != ""):
		return strings.ReplaceAll(cyrillicOf.Replace(strings.TrimRight(s, "ъЪ")), "i", "и")
	}
	return s
}

// monotonic returns a Greek word with the one accent of today, which words of one syllable do
// not have.
func monotonic(s string) string {
	syllables, vowel := 0, false
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == 0x0313 || r == 0x0314 || r == 0x0345: // breathings, iota below
			return -1
		case r == 0x0300 || r == 0x0342:
			return 0x0301
		case unicode.Is(unicode.Mn, r):
			return r
		}
		is := strings.ContainsRune("αεηιουω", unicode.ToLower(r))
		if is && !vowel {
			syllables++
		}
		vowel = is
		return r
	}, norm.NFD.String(s))
	if syllables == 1 {
		plain = strings.ReplaceAll(plain, "\u0301", "")
	}
	return norm.NFC.String(plain)
}

func asciiLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }
