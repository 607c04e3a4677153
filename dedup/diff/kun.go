package diff

import (
	"slices"
	"strings"
	"sync"

	"repost/shingle"
	"repost/shingle/words"
)

// A word of Japanese is written in the kanji a writer chooses: 言う or 云う, 尋ねる or 訊ねる.
// Two kanji are one word here if they share a native reading (kun) and what follows is an
// ending of that reading. Where one reading is of several words, kun.txt keeps them apart:
// 早い and 速い differ in sense, 買う and 飼う are two words. What it does not list, and the
// readings of Unihan say, is the same reading and no more.
//
// Source: kun.txt, readings.txt (kJapaneseKun of the Unihan database). Cost: a look into two
// tables for a pair of kanji that differ.

// kinship is how near two kanji of one reading are.
type kinship uint8

const (
	strangers   kinship = iota
	sameReading         // another sense, or not known
	oneWord
)

// kunEntry is a kanji in a line of kun.txt: the line, the word and the sense it has there.
type kunEntry struct {
	reading           []rune
	line, word, sense int
}

var kunWords = sync.OnceValue(func() map[rune][]kunEntry {
	m := map[rune][]kunEntry{}
	var at kunEntry
	for line := range tableLines("kun.txt") {
		f := strings.Fields(line)
		if f[0] == "#" {
			continue
		}
		at.reading, at.line = []rune(plainKana(f[0])), at.line+1
		for _, s := range f[1:] {
			switch s {
			case "|":
				at.word++
				at.sense++
			case "/":
				at.sense++
			default:
				r := plainKanji([]rune(s)[0])
				m[r] = append(m[r], at)
			}
		}
		at.word, at.sense = at.word+1, at.sense+1
	}
	return m
})

// kin returns the kinship of the kanji x[i] and y[j] under the readings that suit what goes
// before and after.
func (r *reader) kin(x, y []rune, i, j int) kinship {
	p, q := x[i], y[j]
	fits := func(reading []rune, near kinship) bool {
		return endingFits(reading, x, i, near) || endingFits(reading, y, j, near)
	}
	best := strangers
	apart := map[string]bool{} // readings under which the two are known for different words
	for _, v := range kunWords()[p] {
		for _, w := range kunWords()[q] {
			near := sameReading
			if v.sense == w.sense {
				near = oneWord
			}
			switch {
			case v.line != w.line:
			case v.word != w.word:
				apart[string(v.reading)] = true
			case near > best && fits(v.reading, near):
				best = near
			}
		}
	}
	if best > strangers {
		return best
	}
	for _, v := range kunOf()[p] {
		if len(v) < 2 || apart[string(v)] || !inflects(v) && len(v) < 3 {
			continue
		}
		for _, w := range kunOf()[q] {
			if string(v) == string(w) && fits(v, sameReading) {
				return sameReading
			}
		}
	}
	if shareSound(p, q) && compounds(x, i) && compounds(y, j) {
		a, b := wordOf(x, i), wordOf(y, j)
		if a != b || !a && ofTwo(x, i) && ofTwo(y, j) {
			return sameReading // 独専 for 独占; 競争 and 競走 are two words, in 三枝修 and 三枝治 is none
		}
	}
	return strangers
}

// shareSound reports whether two kanji have a reading in common.
func shareSound(p, q rune) bool {
	return slices.ContainsFunc(readings()[p], func(v []rune) bool {
		return slices.ContainsFunc(readings()[q], func(w []rune) bool { return slices.Equal(v, w) })
	})
}

// compounds reports whether the kanji s[i] stands next to another; wordOf, whether it is a word
// of the dictionary with one.
func compounds(s []rune, i int) bool {
	return i > 0 && shingle.IsHan(s[i-1]) || i+1 < len(s) && shingle.IsHan(s[i+1])
}

func wordOf(s []rune, i int) bool {
	for lo := max(0, i-1); lo <= i && lo+2 <= len(s); lo++ {
		if ws := words.Segment(string(s[lo : lo+2])); len(ws) == 1 && ws[0].Tag != "" && ws[0].Tag != "x" {
			return true
		}
	}
	return false
}

// ofTwo reports whether the kanji s[i] is one of exactly two that stand together.
func ofTwo(s []rune, i int) bool {
	lo, hi := i, i+1
	for lo > 0 && shingle.IsHan(s[lo-1]) {
		lo--
	}
	for hi < len(s) && shingle.IsHan(s[hi]) {
		hi++
	}
	return hi-lo == 2
}

// inflects reports whether a reading is that of a verb or an adjective.
func inflects(reading []rune) bool {
	last := reading[len(reading)-1]
	return len(reading) > 1 && column(rowU, last) >= 0 || len(reading) > 2 && last == 'い'
}

// endingFits reports whether a reading suits what stands around the kanji s[i]. A verb or an
// adjective goes on with an ending of its own; in a compound (附添人) it may have none if it is
// one word in both characters. A noun stands between kana: one within a longer word may be a
// name (坂本, 阪本).
func endingFits(reading, s []rune, i int, near kinship) bool {
	var before, next rune
	if i > 0 {
		before = s[i-1]
	}
	if i+1 < len(s) {
		next = s[i+1]
	}
	compound := shingle.IsHan(before) || shingle.IsHan(next)
	if !inflects(reading) {
		return !compound
	}
	if !shingle.IsHiragana(next) {
		return compound && near == oneWord
	}
	n := len(reading) - 1
	for k, r := range reading[1:n] {
		if r == next && (k > 0 || n > 1) {
			return true
		}
	}
	last := reading[n]
	col := column(rowU, last)
	switch {
	case last == 'い': // an adjective
		return strings.ContainsRune("いくかけさそみ", next)
	case last == 'う':
		return strings.ContainsRune("わいうえおつはひふへほ", next)
	case n == 1 && last == 'る' && (column(rowI, reading[0]) >= 0 || column(rowE, reading[0]) >= 0):
		return strings.ContainsRune("たてなまらよずるれろちさ", next)
	case column(rowA, next) == col || column(rowI, next) == col || column(rowU, next) == col || column(rowE, next) == col || column(rowO, next) == col:
		return true
	case next == 'い':
		return last == 'く' || last == 'ぐ'
	case next == 'つ':
		return strings.ContainsRune("うつる", last) || n == 1 && last == 'く' && strings.ContainsRune("いゆ", reading[0])
	case next == 'ん':
		return last == 'む' || last == 'ぶ' || last == 'ぬ'
	}
	return false
}

// related reads a kanji of x as another of the same word in y.
func (r *reader) related(i, j int) bool {
	if r.name || i >= len(r.x) || j >= len(r.y) || r.x[i] == r.y[j] || !shingle.IsHan(r.x[i]) || !shingle.IsHan(r.y[j]) {
		return false
	}
	near := r.kin(r.x, r.y, i, j)
	if near == strangers || !r.read(i+1, j+1) {
		return false
	}
	r.sense = r.sense || near == sameReading
	return true
}

// inOneLine reports whether a line of kun.txt has both kanji for one word.
func inOneLine(p, q rune) bool {
	for _, v := range kunWords()[p] {
		for _, w := range kunWords()[q] {
			if v.word == w.word {
				return true
			}
		}
	}
	return false
}

// joinForm returns the form of a verb that makes nouns and compounds: つき of つく, つけ of
// つける. It is empty for what is no verb.
func joinForm(reading []rune) []rune {
	n := len(reading) - 1
	if n < 1 || column(rowU, reading[n]) < 0 {
		return nil
	}
	if reading[n] == 'る' && (column(rowI, reading[n-1]) >= 0 || column(rowE, reading[n-1]) >= 0) {
		return reading[:n]
	}
	return append(slices.Clone(reading[:n]), []rune(rowI)[column(rowU, reading[n])])
}

// beforeTe returns the form of a verb that て and た follow (就て, ついて), nil where it is none
// of its own.
func beforeTe(reading []rune) []rune {
	n := len(reading) - 1
	for ending, sound := range map[string]rune{"くぐ": 'い', "うつる": 'つ', "むぶぬ": 'ん'} {
		if n > 0 && strings.ContainsRune(ending, reading[n]) {
			return append(slices.Clone(reading[:n]), sound)
		}
	}
	return nil
}

// verdict returns what a reading of two spellings to the end says.
func (r *reader) verdict() *verdict {
	if r.sense {
		return &verdict{Minor, Wording, "another character of the same reading"}
	}
	return &verdict{Cosmetic, Spelling, "the same words in another spelling of Japanese"}
}

// kanjiWord reports whether tokens [lo, hi) are one kanji with hiragana next to it: 前 and 上
// are words of Japanese there, and no function words as in Chinese.
func (v *view) kanjiWord(lo, hi int) bool {
	hiragana := func(i int) bool {
		return i >= 0 && i < len(v.toks) && shingle.IsHiragana(firstRune(v.text[v.toks[i].lo:]))
	}
	return hi == lo+1 && v.onlyHan(lo, hi) && (hiragana(lo-1) || hiragana(hi))
}

// drops reads past a kana of x that y leaves out: one of the ending of the kanji before it,
// the comma of 二、三人.
func (r *reader) drops(x, y []rune, i, j int, rest func(i, j int) bool) bool {
	if i >= len(x) || i == 0 || j == 0 {
		return false
	}
	if x[i] == '、' && hanDigit(x[i-1]) && i+1 < len(x) && hanDigit(x[i+1]) {
		return rest(i+1, j)
	}
	if !shingle.IsHan(x[i-1]) || x[i-1] != y[j-1] && !inOneLine(x[i-1], y[j-1]) {
		return false
	}
	for n := 1; n <= mostDropped && i+n <= len(x) && okurigana(x[i-1], x[i+n-1], r.at(y, j)); n++ {
		if x[i+n-1] == 'く' && r.at(x, i+n) == 'な' {
			continue // 少なくない denies what 少ない says
		}
		if rest(i+n, j) {
			return true
		}
	}
	return false
}

// mostDropped is how many kana of the ending of one kanji may be left out: 慌ただしい, 慌しい.
const mostDropped = 2

func hanDigit(r rune) bool { return strings.ContainsRune("一二三四五六七八九", r) }

// endsWord reports whether a noun may end before next: a particle, or no kana.
func endsWord(next rune) bool {
	return !shingle.IsKana(next) || strings.ContainsRune("のがをにとはもでだな", next)
}

// okurigana reports whether kana is part of the ending of a verb that kanji begins, and may be
// left out before next: 行なう and 行う, 打ち合わせ and 打合せ. What stands before る stays: it
// distinguishes 見える from 見る.
func okurigana(kanji, kana, next rune) bool {
	ends := endsWord(next)
	if k := column("はひふへほ", kana); k >= 0 && !ends {
		kana = []rune("わいうえお")[k] // 合はせる
	}
	if column(rowE, kana) >= 0 && !ends && next != 'て' && next != 'た' || kana == 'て' && next != 0 && !shingle.IsHan(next) {
		return false
	}
	for _, reading := range readings()[kanji] {
		last := reading[len(reading)-1]
		col := column(rowU, last)
		if adjective := len(reading) > 2 && (last == 'い' || last == 'し' || last == kana && kana == 'か'); len(reading) < 2 || col < 0 && !adjective {
			continue
		} else if adjective && kana == 'か' {
			return true
		}
		if k := slices.Index(reading[1:len(reading)-1], kana); k >= 0 {
			return true
		}
		if (kana != last || len(reading) > 2) && ends && (column(rowI, kana) == col || column(rowE, kana) == col || kana == last && last != 'る' || kana == 'い' && last == 'う') {
			return true
		}
		if column(rowA, kana) == col && col >= 0 && !ends { // 塞がる of 塞ぐ, 懐かしい of 懐く
			return true
		}
		if kana == 'ん' && strings.ContainsRune("むぶぬ", last) && (next == 'で' || next == 'だ') {
			return true
		}
	}
	return false
}
