package diff

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"repost/shingle"
)

// Japanese is spelt in several ways, and an edition chooses one: the kana of before 1946
// (思ふ, でせう, くわ), a word in kanji or in kana (此の, この), more or fewer kana after a
// kanji (行なう, 打合せ), marks that repeat (いろ／＼, すゞ), a kanji for a rarer one of the
// same sound (聯合, 連合). All say the same words. Both sides are read side by side, O(n)
// for what is the same and a bounded number of steps for what is not.
//
// Sources: the cabinet notices on modern kana usage (1946, 1986) and on okurigana (1973),
// the report on kanji of the same sound (1956), the readings of the Unihan database.

// readings holds the readings of each kanji, in hiragana, and kunOf the native ones of the
// Unihan database alone.
var (
	readings = sync.OnceValue(func() map[rune][][]rune {
		m := readingTable(true)
		for r, words := range kunWords() {
			for _, w := range words {
				m[r] = append(m[r], w.reading)
			}
		}
		return m
	})
	kunOf = sync.OnceValue(func() map[rune][][]rune { return readingTable(false) })
)

// readingTable reads readings.txt, with the Chinese readings or without.
func readingTable(chinese bool) map[rune][][]rune {
	m := map[rune][][]rune{}
	for line := range tableLines("readings.txt") {
		native, on, _ := strings.Cut(line, "|")
		f := strings.Fields(native)
		r := plainKanji([]rune(f[0])[0])
		if chinese {
			f = append(f, strings.Fields(on)...)
		}
		for _, reading := range f[1:] {
			m[r] = append(m[r], []rune(plainKana(reading)))
		}
	}
	return m
}

// sameInKana replaces the words of kana.txt by the first of their line.
var sameInKana = sync.OnceValue(func() *strings.Replacer {
	var pairs [][2]string
	for line := range tableLines("kana.txt") {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		for _, w := range f[1:] {
			pairs = append(pairs, [2]string{plainKana(writtenOut(w)), plainKana(writtenOut(f[0]))})
		}
	}
	slices.SortStableFunc(pairs, func(x, y [2]string) int { return len(y[0]) - len(x[0]) })
	var all []string
	for _, p := range pairs {
		all = append(all, p[0], p[1])
	}
	return strings.NewReplacer(all...)
})

// writtenOut returns s with 々 written as the character it repeats.
func writtenOut(s string) string {
	out := []rune(s)
	for i := 1; i < len(out); i++ {
		if out[i] == '々' {
			out[i] = out[i-1]
		}
	}
	return string(out)
}

const repeatWord = '〱' // the key of the marks that repeat two characters or more

// repeatAt returns the length of a mark that stands at byte i and repeats a word, 0 if
// there is none.
func repeatAt(text string, i int) int {
	if r := firstRune(text[i:]); r != '／' && (r < '〱' || r > '〴') {
		return 0
	}
	for _, m := range []string{"／＼", "／″＼", "〱", "〲", "〳〵", "〴〵"} {
		if strings.HasPrefix(text[i:], m) {
			return len(m)
		}
	}
	return 0
}

// repeated returns the key of a token that repeats the one before, or its own.
func repeated(r rune, before token) (uint32, bool) {
	if before.kind != char {
		return 0, false
	}
	last := rune(before.key)
	switch last { // two kana in one
	case 'ゟ':
		last = 'り'
	case 'ヿ':
		last = 'ト'
	}
	switch r {
	case 'ゝ', 'ヽ', '々', '〻':
		return uint32(last), true
	case 'ゞ', 'ヾ':
		return uint32(kanaKey(voiced(last))), true
	}
	return 0, false
}

func voiced(r rune) rune {
	if s := norm.NFC.String(string(r) + "\u3099"); utf8.RuneCountInString(s) == 1 {
		r, _ = utf8.DecodeRuneInString(s)
	}
	return r
}

func unvoiced(r rune) rune {
	r, _ = utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	return r
}

// kanaKey returns the kana that stands for r in every spelling: a small one is a large
// one, ゐ is い, づ is ず.
func kanaKey(r rune) rune {
	if r < 0x3041 || r > 0x30FA {
		return r
	}
	if i := strings.IndexRune("ぁあぃいぅうぇえぉおっつゃやゅゆょよゎわゐいゑえぢじづずァアィイゥウェエォオッツャヤュユョヨヮワヰイヱエヂジヅズ", r); i >= 0 && i/3%2 == 0 {
		r, _ = utf8.DecodeRuneInString("ぁあぃいぅうぇえぉおっつゃやゅゆょよゎわゐいゑえぢじづずァアィイゥウェエォオッツャヤュユョヨヮワヰイヱエヂジヅズ"[i+3:])
	}
	return r
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func plainKanji(r rune) rune {
	if !shingle.IsHan(r) {
		return r
	}
	f, _ := (shingle.Rules{}).Fold(r)
	return f
}

// plainKana returns s with one kind of kana and of kanji.
func plainKana(s string) string {
	s = norm.NFKC.String(s)
	s = strings.NewReplacer("ヴァ", "バ", "ヴィ", "ビ", "ヴェ", "ベ", "ヴォ", "ボ", "ヴ", "ブ").Replace(s)
	return strings.Map(func(r rune) rune {
		r = kanaKey(r)
		switch {
		case r >= 'ァ' && r <= 'ヶ':
			return r - 0x60
		case r == 'ヽ' || r == 'ヾ':
			return r - 0x60
		case unicode.IsSpace(r):
			return -1
		}
		return plainKanji(r)
	}, s)
}

// readAloud returns the characters of s with its repetitions written out, a word that
// is repeated of n characters, words of kana.txt as they are there, and the mark of a long
// vowel at the end of a foreign word (コンピューター) only if long.
func readAloud(s string, n int, long bool) []rune {
	out := []rune{}
	for i := 0; i < len(s); {
		if size := repeatAt(s, i); size > 0 {
			from := max(0, len(out)-n)
			again := slices.Clone(out[from:])
			if len(again) > 0 && (strings.Contains(s[i:i+size], "″") || strings.Contains(s[i:i+size], "〲") || strings.Contains(s[i:i+size], "〴")) {
				again[0] = voiced(again[0])
			}
			out = append(out, again...)
			i += size
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if more := strings.HasPrefix(s[i:], "々"); r == '々' && more && len(out) > 1 {
			for strings.HasPrefix(s[i:], "々") { // 五分々々
				i += len("々")
			}
			out = append(out, out[max(0, len(out)-strings.Count(s[:i], "々")):]...)
			continue
		}
		if len(out) > 0 {
			switch last := out[len(out)-1]; r {
			case 'ゝ', 'ヽ', '々', '〻':
				r = unvoicedIf(last, r != '々')
			case 'ゞ', 'ヾ':
				r = voiced(last)
			}
		}
		if n := len(out); r == 'ー' && !long && n > 2 && shingle.IsKatakana(out[n-1]) && shingle.IsKatakana(out[n-2]) && shingle.IsKatakana(out[n-3]) && !shingle.IsKatakana(firstRune(s[i:])) {
			continue // コンピューター, コンピュータ
		}
		out = append(out, r)
	}
	return []rune(sameInKana().Replace(plainKana(string(out))))
}

func unvoicedIf(r rune, ok bool) rune {
	if ok {
		return unvoiced(r)
	}
	return r
}

// kanaSpelling returns the edit over Japanese text that is the same in another spelling.
func (c *comparison) kanaSpelling(e edit) (edit, bool) {
	if e.weak || e.same || e.byline || e.whole || !c.short(e) || !c.a.kanaNear(e.a0, e.a1) || !c.b.kanaNear(e.b0, e.b1) {
		return e, false
	}
	const around = 4 // tokens on either side, as far as they are the same
	f := e
	for f.a0 > 0 && f.b0 > 0 && e.a0-f.a0 < around && c.matedLetters(f.a0-1, f.b0-1) {
		f.a0, f.b0 = f.a0-1, f.b0-1
	}
	for f.a1 < len(c.a.toks) && f.b1 < len(c.b.toks) && f.a1-e.a1 < around && c.matedLetters(f.a1, f.b1) {
		f.a1, f.b1 = f.a1+1, f.b1+1
	}
	s, t := c.texts(f)
	if f.a0 < e.a0 {
		s, t = begun(s, t), begun(t, s)
	}
	name := c.honoured(e) || c.a.japaneseName(e.a0, e.a1) && c.b.japaneseName(e.b0, e.b1)
	for n := 2; n <= longestRepeated; n++ {
		for _, long := range []bool{false, true} {
			r := reader{x: readAloud(s, n, long), y: readAloud(t, n, long), steps: 4000, name: name}
			if len(r.x) <= 40 && len(r.y) <= 40 && r.read(0, 0) {
				e.phrase, e.decided = value, r.verdict()
				return e, true
			}
			if !strings.Contains(s+t, "ー") {
				break
			}
		}
		if !strings.ContainsAny(s+t, "／〱〲〳〴") {
			break
		}
	}
	return e, false
}

// longestRepeated is the longest phrase, in characters, that a mark of repetition stands for:
// さむいなあ／＼.
const longestRepeated = 6

// begun returns s with the character that its first mark repeats, which is the first of t.
func begun(s, t string) string {
	if r := firstRune(s); strings.ContainsRune("々ゝヽゞヾ", r) && !strings.ContainsRune("々ゝヽゞヾ", firstRune(t)) {
		return string(firstRune(t)) + s[len(string(r)):]
	}
	return s
}

// matedLetters reports whether tokens i and j are the same letters.
func (c *comparison) matedLetters(i, j int) bool {
	return c.a.toks[i].kind >= char && int(c.mate[j]) == i
}

// kanaNear reports whether the text is Japanese around tokens [lo, hi): kana stand there.
func (v *view) kanaNear(lo, hi int) bool {
	const reach = 12
	for i := max(0, lo-reach); i < min(len(v.toks), hi+reach); i++ {
		if r, _ := runeAt(v.text, v.toks[i].lo); shingle.IsKana(r) {
			return true
		}
	}
	return false
}

// reader reads two spellings side by side.
type reader struct {
	x, y  []rune
	steps int
	name  bool // a person is named: his characters are his own
	sense bool // found: a kanji for another that shares its reading and may not its sense
}

// Rows of kana by their vowel; a column is a consonant. Kana without voice stand for those
// with it.
const (
	rowA = "あかさたなはまやらわがざだばぱ"
	rowI = "いきしちにひみ　り　ぎじぢびぴ"
	rowU = "うくすつぬふむゆる　ぐずづぶぷ"
	rowE = "えけせてねへめ　れ　げぜでべぺ"
	rowO = "おこそとのほもよろ　ごぞどぼぽ"
)

// column returns the place of r in row, -1 if it is not in it.
func column(row string, r rune) int {
	if r == '　' {
		return -1
	}
	if i := strings.IndexRune(row, r); i >= 0 {
		return i / 3
	}
	return -1
}

func (r *reader) at(s []rune, i int) rune {
	if i < len(s) {
		return s[i]
	}
	return 0
}

// read reports whether x from i on and y from j on say the same.
func (r *reader) read(i, j int) bool {
	if r.steps--; r.steps < 0 {
		return false
	}
	for i < len(r.x) && j < len(r.y) && r.x[i] == r.y[j] && !r.dropsAt(i, j) {
		i, j = i+1, j+1
	}
	if i == len(r.x) && j == len(r.y) {
		return true
	}
	if i < len(r.x) && j < len(r.y) && r.x[i] == r.y[j] && r.read(i+1, j+1) {
		return true
	}
	return r.related(i, j) || r.longVowel(r.x, r.y, i, j, r.read) || r.longVowel(r.y, r.x, j, i, r.turned) ||
		r.oldKana(r.x, r.y, i, j, r.read) || r.oldKana(r.y, r.x, j, i, r.turned) ||
		r.sounds(r.x, r.y, i, j, r.read) || r.sounds(r.y, r.x, j, i, r.turned) ||
		r.drops(r.x, r.y, i, j, r.read) || r.drops(r.y, r.x, j, i, r.turned)
}

func (r *reader) turned(j, i int) bool { return r.read(i, j) }

// dropsAt reports whether what is the same here may be dropped on one side all the same.
func (r *reader) dropsAt(i, j int) bool {
	return i+1 < len(r.x) && j+1 < len(r.y) && r.x[i+1] != r.y[j+1]
}

// oldKana reads a syllable of old spelling in x as one of today's in y.
func (r *reader) oldKana(x, y []rune, i, j int, rest func(i, j int) bool) bool {
	p, q := r.at(x, i), r.at(y, j)
	if !shingle.IsKana(p) || !shingle.IsKana(q) {
		return false
	}
	if k := column("はひふへほをむ", p); k >= 0 && (i > 0 || p == 'を') && []rune("わいうえおおん")[k] == q && rest(i+1, j+1) {
		return true
	}
	if p == 'ふ' && q == 'お' && i > 0 && column(rowA, x[i-1]) >= 0 && rest(i+1, j+1) { // たふす
		return true
	}
	long := func(s []rune, i int) bool { return r.at(s, i) == 'う' || r.at(s, i) == 'ふ' }
	switch {
	case long(x, i+1) && long(y, j+1) && (column(rowA, p) >= 0 && column(rowA, p) == column(rowO, q) || (p == 'わ' || p == 'は' && i > 0) && q == 'お' || p == 'い' && q == 'ゆ'):
		return rest(i+2, j+2)
	case long(x, i+1) && (r.at(y, j+1) == 'よ' && column(rowE, p) >= 0 && column(rowE, p) == column(rowI, q) ||
		r.at(y, j+1) == 'ゆ' && p == q && column(rowI, p) >= 0) && long(y, j+2):
		return rest(i+2, j+3)
	case long(x, i+1) && p == 'え' && q == 'よ' && long(y, j+1):
		return rest(i+2, j+2)
	case (p == 'く' && q == 'か' || p == 'ぐ' && q == 'が') && r.at(x, i+1) == 'わ':
		return rest(i+2, j+1)
	}
	return false
}

// longVowel reads the mark of a long vowel in x as the vowel of y: ー and イ of シェリー.
func (r *reader) longVowel(x, y []rune, i, j int, rest func(i, j int) bool) bool {
	if i == 0 || r.at(x, i) != 'ー' || j >= len(y) {
		return false
	}
	for row, vowels := range map[string]string{rowA: "あ", rowI: "い", rowU: "う", rowE: "えい", rowO: "おう"} {
		if column(row, x[i-1]) >= 0 && strings.ContainsRune(vowels, y[j]) {
			return rest(i+1, j+1)
		}
	}
	return false
}

// sounds reads a kanji of x in the kana of y: a whole reading, or its beginning where kana
// go on after the kanji.
func (r *reader) sounds(x, y []rune, i, j int, rest func(i, j int) bool) bool {
	if i >= len(x) || j >= len(y) || !shingle.IsHan(x[i]) || !shingle.IsHiragana(y[j]) {
		return false
	}
	goesOn := i+1 < len(x) && shingle.IsHiragana(x[i+1])
	for _, reading := range readings()[x[i]] {
		for n := min(len(reading), len(y)-j); n > 0; n-- {
			whole := n == len(reading)
			if form := beforeTe(reading); form != nil && n == len(form) && strings.ContainsRune("てたでだ", r.at(x, i+1)) && soundsLike(form, y[j:j+n], i > 0, false) && rest(i+1, j+n) {
				return true
			}
			if stem := joinForm(reading); endsWord(r.at(x, i+1)) && n == len(stem) && soundsLike(stem, y[j:j+n], i > 0, false) && rest(i+1, j+n) {
				return true
			}
			if !whole && !goesOn || n == 1 && len(reading) > 3 {
				continue
			}
			if soundsLike(reading[:n], y[j:j+n], i > 0, whole) && rest(i+1, j+n) {
				return true
			}
		}
	}
	return false
}

// soundsLike reports whether kana give a reading: its first sound may be voiced after
// another word, its last one be cut short.
func soundsLike(reading, kana []rune, behind, whole bool) bool {
	for k, r := range reading {
		switch q := kana[k]; {
		case r == q, k == 0 && behind && (unvoiced(r) == unvoiced(q) || r == 'つ' && q == 'ず' || r == 'ち' && q == 'じ'):
		case whole && k > 0 && k == len(reading)-1 && q == 'つ' && strings.ContainsRune("ちつくき", r):
		case k > 0 && column("はひふへほ", q) >= 0 && []rune("わいうえお")[column("はひふへほ", q)] == r:
		default:
			return false
		}
	}
	return true
}
