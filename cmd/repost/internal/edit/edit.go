// Package edit makes of a text what becomes of texts when they are carried on, so
// that it can be measured which of it is found again:
//
//	copied := edit.Make(edit.Footer, text, others, seed)
//
// Edits depend on their arguments alone. They know no language, but that a footer
// is Chinese below Chinese text; they are no model of what outlets do, but the same
// for every program that is given them.
package edit

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what is done to a text.
type Kind string

// The kinds of edits.
const (
	Exact     Kind = "exact"     // nothing
	Footer    Kind = "footer"    // about 250 characters of copyright below
	Width     Kind = "width"     // punctuation, quotes and digits in the other width
	Light     Kind = "light"     // one letter in 60 replaced, dropped or put in
	Truncated Kind = "truncated" // the first 30 to 80 %
	OCR       Kind = "ocr"       // one letter in 16 misread or lost, breaks and spaces in sentences, no quotes
	Inserted  Kind = "inserted"  // paragraphs of another text in the middle, half as long
	Page      Kind = "page"      // on a page with two other texts, by turns
)

// Kinds returns all kinds.
func Kinds() []Kind {
	return []Kind{Exact, Footer, Width, Light, Truncated, OCR, Inserted, Page}
}

// Make edits a text. others are at least two texts to put next to it; another seed makes
// other edits of a kind.
func Make(k Kind, text string, others []string, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, uint64(len(text))))
	switch k {
	case Footer:
		return strings.TrimRight(text, "\n") + "\n\n" + footer(text, r)
	case Width:
		return strings.Map(otherWidth, text)
	case Light:
		return light(text, r)
	case Truncated:
		return truncated(text, r)
	case OCR:
		return scanned(text, r)
	case Inserted:
		return inserted(text, others[r.IntN(len(others))])
	case Page:
		return page(text, others[:2])
	}
	return text
}

// Letters counts the letters of a text: below some 200, there is not much left of
// it to find after some edits.
func Letters(text string) (n int) {
	for _, c := range text {
		if unicode.IsLetter(c) {
			n++
		}
	}
	return n
}

// Invented outlets and their footers.
var (
	outlets = [][2]string{{"澄江网", "柳青"}, {"北汀新闻网", "何以宁"}, {"云麓在线", "许知秋"}, {"河岸时报", "邵远"}}
	chinese = "版权声明：凡本网注明“来源：@”的所有文字、图片和音视频稿件，版权均属@所有，任何媒体、网站或个人未经本网协议授权不得转载、链接、转贴或以其他方式复制发表。" +
		"已经本网协议授权的媒体、网站，在下载使用时必须注明“稿件来源：@”，违者本网将依法追究责任。\n" +
		"凡本网未注明“来源：@”的文章均为转载稿，转载出于传递更多信息之目的，并不意味着赞同其观点或证实其内容的真实性。" +
		"如其他媒体、网站或个人从本网下载使用，必须保留本网注明的稿件来源，并自负版权等法律责任。\n" +
		"如对稿件内容有疑议，请在两周内来电或来函与@联系。\n责任编辑：#\n"
	english = "Copyright: all text, pictures and video marked @ belong to @ and must not be copied, linked or published elsewhere without its consent in writing. " +
		"Those who have that consent must name @ as the source.\nWhat is not marked @ was taken over from others in order to inform; that does not mean that we agree with it or can confirm it. " +
		"Please write to us within two weeks if anything here is yours.\nEditor: #\n"
)

func footer(text string, r *rand.Rand) string {
	of, form := outlets[r.IntN(len(outlets))], english
	han := 0
	for _, c := range text {
		if unicode.Is(unicode.Han, c) {
			han++
		}
	}
	if han > utf8.RuneCountInString(text)/3 {
		form = chinese
	}
	return strings.NewReplacer("@", of[0], "#", of[1]).Replace(form)
}

var narrow, wide = []rune(`,.:;!?()"'`), []rune(`，。：；！？（）“‘`)

// otherWidth returns a character in the other style: ，for , and the other way.
func otherWidth(c rune) rune {
	switch {
	case '0' <= c && c <= '9':
		return c - '0' + '０'
	case '０' <= c && c <= '９':
		return c - '０' + '0'
	case c == '”':
		return '"'
	case c == '’':
		return '\''
	}
	if i := slices.Index(narrow, c); i >= 0 {
		return wide[i]
	}
	if i := slices.Index(wide, c); i >= 0 {
		return narrow[i]
	}
	return c
}

// letter returns a letter of the text, so that what is put in is of its script.
func letter(text []rune, r *rand.Rand) rune {
	for range 50 {
		if c := text[r.IntN(len(text))]; unicode.IsLetter(c) {
			return c
		}
	}
	return 'x'
}

func light(text string, r *rand.Rand) string {
	all := []rune(text)
	var out []rune
	next := 1 + r.IntN(60)
	for _, c := range all {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			out = append(out, c)
			continue
		}
		if next--; next > 0 {
			out = append(out, c)
			continue
		}
		next = 1 + r.IntN(119)
		switch {
		case unicode.IsDigit(c):
			out = append(out, '1'+rune(r.IntN(9)))
		case r.IntN(4) == 0: // dropped
		case r.IntN(3) == 0:
			out = append(out, c, letter(all, r))
		default:
			out = append(out, letter(all, r))
		}
	}
	return string(out)
}

func truncated(text string, r *rand.Rand) string {
	all := []rune(text)
	return string(all[:len(all)*(30+r.IntN(51))/100])
}

func scanned(text string, r *rand.Rand) string {
	all := []rune(text)
	var out []rune
	for _, c := range all {
		switch {
		case strings.ContainsRune(`“”"‘’`, c):
			continue
		case unicode.IsLetter(c) && r.IntN(20) == 0:
			c = letter(all, r)
		case unicode.IsLetter(c) && r.IntN(80) == 0:
			continue
		}
		out = append(out, c)
		switch n := r.IntN(100); {
		case n < 3 && unicode.Is(unicode.Han, c):
			out = append(out, ' ')
		case n < 5 && unicode.Is(unicode.Han, c):
			out = append(out, '\n')
		}
	}
	return string(out)
}

// pieces cuts a text at its lines, or if it has few, after its sentences.
func pieces(text string) []string {
	lines := slices.Collect(strings.Lines(text))
	if len(lines) >= 4 {
		return lines
	}
	var out []string
	for _, l := range lines {
		for l != "" {
			end := strings.IndexAny(l, "。！？")
			if end < 0 {
				end = strings.Index(l, ". ")
			}
			if end < 0 {
				break
			}
			_, size := utf8.DecodeRuneInString(l[end:])
			out = append(out, l[:end+size])
			l = l[end+size:]
		}
		if l != "" {
			out = append(out, l)
		}
	}
	return out
}

// inserted puts pieces of another text into the middle of one.
func inserted(text, other string) string {
	own := pieces(text)
	var b strings.Builder
	for i, p := range own {
		if i == (len(own)+1)/2 {
			put(&b, half(other, len(text)/2))
		}
		b.WriteString(p)
	}
	if len(own) < 2 {
		put(&b, half(other, len(text)/2))
	}
	return b.String()
}

// half returns the first pieces of a text, up to about the given number of bytes.
func half(text string, bytes int) string {
	n := 0
	for _, p := range pieces(text) {
		if n > 0 && n+len(p) > bytes {
			break
		}
		n += len(p)
	}
	return text[:n]
}

// put writes s as lines of its own.
func put(b *strings.Builder, s string) {
	if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
		b.WriteByte('\n')
	}
	b.WriteString(strings.TrimRight(s, "\n"))
	b.WriteByte('\n')
}

// page sets a text and two others in thirds, by turns, as the columns of a page
// are read.
func page(text string, others []string) string {
	var b strings.Builder
	texts := []string{others[0], text, others[1]}
	for third := range 3 {
		for _, t := range texts {
			ps := pieces(t)
			put(&b, strings.Join(ps[len(ps)*third/3:len(ps)*(third+1)/3], ""))
		}
	}
	return b.String()
}
