package ingest

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// Text of Latin letters in an encoding of one byte a character: Western, Central European,
// Baltic or Turkish, or one of DOS. chardet knows few of these, and takes short ones for Chinese,
// since GB18030 gives nearly any pair of bytes a meaning: of 181 pieces of German statutes in
// Latin-1 it read 29 so. But in such a text the bytes beyond ASCII are few, and they make words.
//
// Which encoding it is, the words say: all letters beyond ASCII are of the alphabet of one language, a
// sign does not stand between letters, and no capital follows a small letter. zamknęła in
// windows-1250 is zamknê³a in windows-1252, and Brücke in Latin-1 is Br³cke in the one of DOS.

// alphabets are the letters beyond ASCII of languages of Latin letters (CLDR, main exemplars), and
// what their newspapers have besides.
var alphabets = strings.Fields(`
	äöüß äöüßéèà àâæçéèêëîïôœùûüÿ áéíñóúüªº àèéìíîòóùú ãáàâçéêíóôõúüªº ëïéèöüóá åäöé æøåéóòô äåöšž
	áðéíóúýþæö ąćęłńóśźż áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž áéíóöőúüű ăâîșțşţ çğıiöşüâî čćđšž
	ąčęėįšųūž āčēģīķļņšūž äõöüšž àçèéíïòóúü· ċġħżàèìòù
	àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ`)

// westerns are the encodings that are asked for, the commonest first.
var westerns = []candidate{
	{"windows-1252", charmap.Windows1252},
	{"ISO-8859-2", charmap.ISO8859_2},
	{"windows-1250", charmap.Windows1250},
	{"windows-1254", charmap.Windows1254},
	{"windows-1257", charmap.Windows1257},
	{"windows-1258", charmap.Windows1258},
	{"IBM850", charmap.CodePage850},
	{"IBM852", charmap.CodePage852},
	{"macintosh", charmap.Macintosh},
}

// western returns the encodings in the order of how well b reads in them, or none if b is most
// likely no such text.
func western(b []byte) []candidate {
	b = b[:min(len(b), sampleLength)]
	high := 0
	for _, c := range b {
		if c >= utf8.RuneSelf {
			high++
		}
	}
	if high == 0 || 5*high > 2*len(b) || inGB2312(b) { // the last is Chinese between English
		return nil
	}
	all := slices.Clone(westerns)
	score := map[string]int{}
	for _, c := range all {
		out, err := c.enc.NewDecoder().Bytes(b)
		if score[c.name] = wordScore(norm.NFC.String(string(out))); err != nil {
			score[c.name] = -len(b)
		}
	}
	slices.SortStableFunc(all, func(x, y candidate) int { return cmp.Compare(score[y.name], score[x.name]) })
	if 10*score[all[0].name] < 6*high {
		return nil
	}
	return all
}

// commonSigns stand before, after or between words in any of them.
const commonSigns = "§„“”‚‘’«»–—…€£°·½²³¿¡©®\u00a0\u00ad"

// wordScore counts the characters beyond ASCII that stand as they do in words of one language and
// between them, less those that do not.
func wordScore(s string) (score int) {
	runes := []rune(s)
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return ' '
		}
		return runes[i]
	}
	letters := map[rune]int{}
	for i, r := range runes {
		before, after := at(i-1), at(i+1)
		within := unicode.IsLetter(before) && unicode.IsLetter(after)
		switch {
		case r < utf8.RuneSelf:
		case r < 0xa0 || r == utf8.RuneError || unicode.Is(unicode.Co, r):
			score -= 10
		case !unicode.IsLetter(r) && within && r != '’' && r != '\u00ad' && r != '·', unicode.IsUpper(r) && unicode.IsLower(before):
			score -= 2
		case !unicode.IsLetter(r) && strings.ContainsRune(commonSigns, r):
			score++
		case unicode.IsLetter(r) && (unicode.IsLetter(before) || unicode.IsLetter(after)):
			letters[unicode.ToLower(r)]++
		}
	}
	best := math.MinInt
	for _, alphabet := range alphabets {
		n := 0
		for r, count := range letters {
			if strings.ContainsRune(alphabet, r) {
				n += count
			} else {
				n -= 2 * count
			}
		}
		best = max(best, n)
	}
	return score + best
}
