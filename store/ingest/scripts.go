package ingest

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Text of Cyrillic, Greek, Hebrew, Arabic or Thai letters in an encoding of one byte a character.
// chardet knows some of these, and takes the others for Chinese, as it does Latin ones
// (western.go). Any of them gives nearly every byte a meaning: of which one it is the letters
// speak, since the common ones of a language are not those that stand at the same bytes in
// another; the case of letters, which KOI8 has the other way round; the forms at the end of a
// word; and vowels of Thai, which need a consonant.

// languages are the letters of languages, the commonest first.
var languages = []struct{ letters, marks string }{
	{"оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", ""},                                 // Russian
	{"оанивіртескдлмупязьбгйчхцїжюєшщфґ’", "’'"},                              // Ukrainian
	{"аоінеыртлкясудмпўвзбьгхйчшцжюэёфʼ", "’'"},                               // Belarusian
	{"аиоетнрсвлкдпмзугяъбчщжйцхшфюьѝ", ""},                                   // Bulgarian
	{"аоиенсртјукмвлдпзбгцчшхжљњћђфџ", ""},                                    // Serbian, and most of Macedonian
	{"αοιετσνηυρπκμλςωδγχίάόέήύώθφβξζψϊϋΐΰ", "·"},                             // Greek
	{"יוהלארתבשמנדכקעחפטגםזסןצךףץ", "׳״־ְֱֲֳִֵֶַָֹֻּׁׂ"},                      // Hebrew
	{"اليمونترهبعدفسكقحجةصشطضخأذزثءغىئظإؤآپچژگڤ", "ًٌٍَُِّْـ،؛؟٪"},            // Arabic
	{"اینردهومتبسشکگلزخجقفعپچحصطغآذضئظثژءأؤيكة", "ًٌٍَُِّْـ،؛؟٪"},             // Persian
	{"انرگومتےیکلسبدہپجعقشفخحزھڑںٹصطضغذئظثڈأؤآءچۓيكةۂ", "ًَُِّـ،؛؟"},          // Urdu
	{"านรอกเงมลยวดทสตะปบคหแจพชขใไโผธศซถภณฟญฐษฉฝฤฮฎฆฏฬฌ่้ัีิ็ุู์ืึำๆฯ๊๋", "฿"}, // Thai
}

// byLetters are the encodings that are asked for.
var byLetters = []candidate{
	{"windows-1251", charmap.Windows1251},
	{"KOI8-R", charmap.KOI8R},
	{"KOI8-U", charmap.KOI8U},
	{"IBM866", charmap.CodePage866},
	{"ISO-8859-5", charmap.ISO8859_5},
	{"windows-1253", charmap.Windows1253},
	{"ISO-8859-7", charmap.ISO8859_7},
	{"windows-1255", charmap.Windows1255},
	{"ISO-8859-8", charmap.ISO8859_8},
	{"IBM862", charmap.CodePage862},
	{"windows-1256", charmap.Windows1256},
	{"ISO-8859-6", charmap.ISO8859_6},
	{"windows-874", charmap.Windows874},
}

// letterSample is how many bytes are looked at.
const letterSample = 2 << 10

// ofLetters returns the encodings in the order of how well b reads in them, or none if b is most
// likely no such text.
func ofLetters(b []byte) []candidate {
	if i := bytes.IndexFunc(b, func(r rune) bool { return r >= utf8.RuneSelf }); i > 0 {
		b = b[i:]
	}
	b = b[:min(len(b), letterSample)]
	high := 0
	for _, c := range b {
		if c >= utf8.RuneSelf {
			high++
		}
	}
	all := slices.Clone(byLetters)
	if high < fewLetters && inGB2312(b) {
		return nil
	}
	score := map[string]int{}
	for _, c := range all {
		out, _ := c.enc.NewDecoder().Bytes(b)
		score[c.name] = letterScore([]rune(string(out)))
	}
	slices.SortStableFunc(all, func(x, y candidate) int { return cmp.Compare(score[y.name], score[x.name]) })
	if score[all[0].name] < goodLetters*high {
		return nil
	}
	return all
}

// What a character beyond ASCII adds to the score. The sum of a text in its own encoding is 90 to
// 130 a character; of Chinese, Japanese and Korean read in the best of these, below 0.
const (
	commonest   = 200  // the commonest letter of a language
	rarest      = -100 // its rarest
	otherLetter = -300 // of another language, a sign within a word, a byte without a meaning
	wrongCase   = -100 // a capital after a letter
	goodLetters = 80
	mostOf      = 5  // no letter is more than a fifth
	fewLetters  = 32 // may be a few words of Chinese that read as those of another language
)

// worths returns what each letter of each language adds to the score.
var worths = sync.OnceValue(func() (all []map[rune]int) {
	for _, l := range languages {
		worth, n := map[rune]int{}, utf8.RuneCountInString(l.letters)
		for i, r := range []rune(l.letters) {
			worth[r] = commonest + (rarest-commonest)*i/n
		}
		all = append(all, worth)
	}
	return all
})

// letterScore returns how well a text reads in the language that it reads best in.
func letterScore(s []rune) (best int) {
	at := func(i int) rune {
		if i < 0 || i >= len(s) {
			return ' '
		}
		return s[i]
	}
	best = math.MinInt
	fixed := 0 // in any language
	letters := map[rune]int{}
	for i, r := range s {
		before, after := at(i-1), at(i+1)
		word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }
		switch {
		case r < utf8.RuneSelf:
		case r < 0xa0 || r == utf8.RuneError || unicode.Is(unicode.Co, r):
			fixed += 3 * otherLetter
		case word(r):
			letters[unicode.ToLower(r)]++
			if unicode.IsUpper(r) && unicode.IsLetter(before) {
				fixed += wrongCase
				if unicode.IsLower(before) {
					fixed += 2 * wrongCase
				}
			}
			if misplaced(before, r, after) {
				fixed += otherLetter
			}
		case word(before) && word(after):
			fixed += otherLetter
		case !strings.ContainsRune(commonSigns, r):
			letters[r]++
		}
	}
	total := 0
	for _, count := range letters {
		total += count
	}
	for _, count := range letters { // lead bytes of kana
		fixed += max(0, mostOf*count-total-mostOf) * otherLetter
	}
	for k, l := range languages {
		worth := worths()[k]
		score := fixed
		for r, count := range letters {
			if w, ok := worth[r]; ok {
				score += count * w
			} else if !strings.ContainsRune(l.marks, r) {
				score += count * otherLetter
			}
		}
		best = max(best, score)
	}
	return best
}

// misplaced reports whether a letter stands where none of its kind does: a form for the end of a
// word within one, a vowel of Thai without its consonant.
func misplaced(before, r, after rune) bool {
	thai := func(r rune) bool { return r >= 'ก' && r <= 'ฮ' }
	switch {
	case strings.ContainsRune("ςםןץך", r):
		return unicode.IsLetter(after) && after >= utf8.RuneSelf
	case r == 'σ' || r == 'ة':
		return r == 'σ' && !unicode.IsLetter(after) && unicode.IsLetter(before) || r == 'ة' && unicode.IsLetter(after)
	case strings.ContainsRune("เแโใไ", r):
		return !thai(after)
	case unicode.Is(unicode.Thai, r) && unicode.IsMark(r):
		return !thai(before) && !unicode.IsMark(before)
	}
	return false
}
