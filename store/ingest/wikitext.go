package ingest

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf8"
)

// The text of a wiki page as its reader sees it, of the markup that MediaWiki has (Help:Formatting
// of mediawiki.org). No library for it is kept in Go. Templates are programs of the wiki, and are
// left out, but those that show one of their arguments; so are notes, categories and pictures.
// Links are what they show, headings and items of lists lines, the cells of a row of a table one
// line. It takes two passes over the page, whatever is nested in what.

// deepestWiki is how deep marks may be within one another; what is deeper is left out.
const deepestWiki = 40

// longestWikiTag is how long a tag or an address of a page may be.
const longestWikiTag = 4096

// shownArguments are templates that show an argument, the first being 1.
var shownArguments = map[string]int{
	"lang": 2, "langwithname": 3, "nowrap": 1, "nobr": 1, "nobold": 1, "small": 1, "big": 1, "abbr": 1, "quote": 1, "cquote": 1, "blockquote": 1,
	"quotation": 1, "ruby": 1, "sup": 1, "sub": 1, "val": 1, "num": 1, "color": 2, "nihongo": 1, "zh": 1, "le": 1, "link-en": 1, "link-ja": 1, "tsl": 3, "ill": 1, "internal link helper": 1,
	"interlanguage link": 1, "as of": 1, "bd": 1, "plainlist": 1, "unbulleted list": 1, "tooltip": 1, "visible anchor": 1,
}

// unseenElements hold what is no text of the page.
var unseenElements = simpleNames("del ref references gallery math chem timeline score templatestyles imagemap graph mapframe maplink indicator syntaxhighlight source hiero categorytree inputbox section style script")

// wikiPrefixes begin links to what is no text of the page.
var wikiPrefixes = simpleNames("file image media category datei bild kategorie fichier catégorie archivo imagen categoría arquivo categoria immagine file plik kategoria bestand afbeelding categorie файл изображение категория ファイル 画像 カテゴリ 文件 檔案 档案 图像 圖像 分类 分類 파일 그림 분류 ملف تصنيف קובץ קטגוריה")

var (
	wikiRedirect = regexp.MustCompile(`^\s*#\pL+\s*:?\s*\[\[`)
	wikiLanguage = regexp.MustCompile(`^[a-z]{2,3}(?:-[a-z-]+)?:[^ ]`)
	wikiMagic    = regexp.MustCompile(`__\p{Lu}{3,}__`)
	wikiComment  = regexp.MustCompile(`(?s)<!--.*?(?:-->|$)`)
)

// wikiText returns the text of a page.
func wikiText(page string) string {
	w := &wiki{s: wikiComment.ReplaceAllString(page, ""), open: map[string]bool{}}
	w.pair()
	w.render(0, len(w.s), 0)
	return wikiLines(wikiMagic.ReplaceAllString(w.out.String(), ""))
}

// wiki is a page under way.
type wiki struct {
	s    string
	ends map[int]int     // where the mark stands that closes the one at a place
	open map[string]bool // elements that no tag closes from here on
	out  strings.Builder
}

// wikiMarks are pairs of marks that hold markup.
var wikiMarks = []struct{ open, close string }{{"{{", "}}"}, {"[[", "]]"}, {"-{", "}-"}}

// pair finds the mark that closes each one, in one pass. What is closed before it closes the
// marks within it.
func (w *wiki) pair() {
	w.ends = map[int]int{}
	type mark struct{ kind, at int }
	var open []mark
	var count [3]int
	for i := 0; i+1 < len(w.s); i++ {
		two := w.s[i : i+2]
		for kind, m := range wikiMarks {
			if two == m.close && count[kind] > 0 {
				for {
					last := open[len(open)-1]
					open = open[:len(open)-1]
					count[last.kind]--
					if last.kind == kind {
						w.ends[last.at] = i
						break
					}
				}
				i++
				break
			}
			if two == m.open {
				open = append(open, mark{kind, i})
				count[kind]++
				i++
				break
			}
		}
	}
}

// render writes what a reader sees of a part of the page.
func (w *wiki) render(lo, hi, depth int) {
	if depth > deepestWiki {
		return
	}
	for i := lo; i < hi; {
		next := strings.IndexAny(w.s[i:hi], "{[-<'")
		if next < 0 {
			w.out.WriteString(w.s[i:hi])
			return
		}
		w.out.WriteString(w.s[i : i+next])
		i += next
		end, paired := w.ends[i]
		switch {
		case paired && end+2 <= hi:
			switch w.s[i] {
			case '{':
				w.template(i+2, end, depth)
			case '[':
				w.link(i+2, end, depth)
			default:
				w.variant(i+2, end, depth)
			}
			i = end + 2
		case w.s[i] == '[' && isURL(w.s[i+1:hi]):
			i = w.address(i, hi)
		case w.s[i] == '<':
			i = w.tag(i, hi, depth)
		case strings.HasPrefix(w.s[i:hi], "''"):
			for i < hi && w.s[i] == '\'' {
				i++
			}
		default:
			w.out.WriteByte(w.s[i])
			i++
		}
	}
}

// arguments returns the parts of a template or link, which bars divide.
func (w *wiki) arguments(lo, hi int) (parts [][2]int) {
	begin := lo
	for i := lo; i < hi; i++ {
		switch w.s[i] {
		case '{', '[', '-':
			if end, ok := w.ends[i]; ok && end+2 <= hi {
				i = end + 1
			}
		case '|':
			parts, begin = append(parts, [2]int{begin, i}), i+1
		}
	}
	return append(parts, [2]int{begin, hi})
}

func (w *wiki) template(lo, hi, depth int) {
	parts := w.arguments(lo, hi)
	name := strings.ToLower(strings.TrimSpace(w.s[parts[0][0]:parts[0][1]]))
	if name == "frac" || name == "sfrac" {
		w.fraction(parts[1:], depth)
		return
	}
	at := shownArguments[name]
	if language, ok := strings.CutPrefix(name, "lang-"); ok && language != "" {
		at = 1
	}
	if name == "convert" && len(parts) > 2 { // {{convert|5|km|mi}}
		w.out.WriteString(strings.TrimSpace(w.s[parts[1][0]:parts[1][1]]) + " " + strings.TrimSpace(w.s[parts[2][0]:parts[2][1]]))
		return
	}
	if at == 0 || at >= len(parts) {
		return
	}
	p := parts[at]
	if eq := strings.IndexAny(w.s[p[0]:p[1]], "=[{<"); eq >= 0 && w.s[p[0]+eq] == '=' { // 1=…
		p[0] += eq + 1
	}
	w.raised(levelsOfTags[name], p[0], p[1], depth+1)
}

// fraction writes {{frac|2}}, {{frac|1|2}} or {{frac|3|1|2}}: a half, a half, three and a half.
func (w *wiki) fraction(parts [][2]int, depth int) {
	n := len(parts)
	if n == 0 || n > 3 {
		return
	}
	if n == 3 {
		w.render(parts[0][0], parts[0][1], depth+1)
	}
	if n == 1 {
		w.out.WriteString("¹")
	} else {
		w.raised(above, parts[n-2][0], parts[n-2][1], depth+1)
	}
	w.out.WriteByte('/')
	w.raised(below, parts[n-1][0], parts[n-1][1], depth+1)
}

// raised renders a part at a level, which may be 0.
func (w *wiki) raised(level, lo, hi, depth int) {
	if level == 0 {
		w.render(lo, hi, depth)
		return
	}
	around := w.out
	w.out = strings.Builder{}
	w.render(lo, hi, depth)
	part := html.UnescapeString(w.out.String())
	w.out = around
	before := w.out.String()
	before = before[len(before)-min(len(before), utf8.UTFMax):]
	for len(before) > 0 && !utf8.RuneStart(before[0]) {
		before = before[1:]
	}
	w.out.Write(raise([]byte(before+part), len(before), level)[len(before):])
}

func (w *wiki) link(lo, hi, depth int) {
	parts := w.arguments(lo, hi)
	target := strings.TrimSpace(w.s[parts[0][0]:parts[0][1]])
	prefix, _, named := strings.Cut(target, ":")
	if named && prefix != "" && (wikiPrefixes[simple(prefix)] || len(parts) == 1 && wikiLanguage.MatchString(target)) {
		return
	}
	last := parts[len(parts)-1]
	if len(parts) > 1 && strings.TrimSpace(w.s[last[0]:last[1]]) != "" {
		w.render(last[0], last[1], depth+1)
		return
	}
	w.out.WriteString(strings.TrimPrefix(target, ":"))
}

// variant writes the first of several spellings of Chinese: -{zh-cn:软件;zh-tw:軟體}-.
func (w *wiki) variant(lo, hi, depth int) {
	inner := w.s[lo:hi]
	if flag, _, ok := strings.Cut(inner, "|"); ok && len(flag) < 12 && !strings.ContainsAny(flag, "[{") {
		lo += len(flag) + 1
		if f := strings.TrimSpace(flag); f != "" && f != "A" && f != "R" && !strings.HasPrefix(f, "zh") {
			return // a rule, a title
		}
	}
	first, _, _ := strings.Cut(w.s[lo:hi], ";")
	if name, _, ok := strings.Cut(first, ":"); ok && strings.HasPrefix(strings.TrimSpace(name), "zh") {
		w.render(lo+len(name)+1, lo+len(first), depth+1)
		return
	}
	w.render(lo, hi, depth+1)
}

// address writes the words of a link to another site, and returns where it ends.
func (w *wiki) address(i, hi int) int {
	line := w.s[i:min(hi, i+longestWikiTag)]
	if n := strings.IndexByte(line, '\n'); n >= 0 {
		line = line[:n]
	}
	end := strings.IndexByte(line, ']')
	if end < 0 {
		w.out.WriteByte('[')
		return i + 1
	}
	if _, words, ok := strings.Cut(line[1:end], " "); ok {
		w.out.WriteString(strings.TrimSpace(words))
	}
	return i + end + 1
}

// tag passes over a tag of HTML, and over all of an element that is no text.
func (w *wiki) tag(i, hi, depth int) int {
	t, ok := nextTag([]byte(w.s[i:min(hi, i+longestWikiTag)]), 0)
	if !ok || t.lo != 0 {
		w.out.WriteByte('<')
		return i + 1
	}
	end := i + t.hi
	if t.kind == startTag && !t.empty && (unseenElements[t.name] || t.name == "nowiki" || t.name == "pre") {
		closing := "</" + t.name
		rest := w.s[end:hi]
		n := -1
		if !w.open[t.name] {
			n = indexFold(rest, closing)
		}
		if n < 0 {
			w.open[t.name] = true
			return end
		}
		if !unseenElements[t.name] {
			w.out.WriteString(rest[:n])
		}
		end += n
		if gt := strings.IndexByte(w.s[end:hi], '>'); gt >= 0 {
			return end + gt + 1
		}
		return hi
	}
	if level := levelsOfTags[t.name]; level != 0 && t.kind == startTag && !t.empty && depth < deepestWiki {
		if n := indexFold(w.s[end:min(hi, end+8*longestRaised)], "</"+t.name); n >= 0 {
			w.raised(level, end, end+n, depth+1)
			return end + n + len("</sup>")
		}
	}
	if t.name == "br" || t.name == "p" || t.name == "div" || t.name == "li" || t.name == "blockquote" {
		w.out.WriteByte('\n')
	}
	return end
}

// indexFold is strings.Index without case, of ASCII.
func indexFold(s, sub string) int {
	for i := 0; i+len(sub) <= len(s); i++ {
		n := strings.IndexByte(s[i:], sub[0])
		if n < 0 || i+n+len(sub) > len(s) {
			return -1
		}
		if i += n; strings.EqualFold(s[i:i+len(sub)], sub) {
			return i
		}
	}
	return -1
}

// wikiLines takes the marks of headings, lists and tables off lines.
func wikiLines(s string) string {
	var b strings.Builder
	var row []string
	end := func() {
		if len(row) > 0 {
			b.WriteString(strings.Join(row, "\t") + "\n")
			row = nil
		}
	}
	tables := 0
	for line := range strings.Lines(html.UnescapeString(s)) {
		line = strings.TrimSpace(line)
		marked := strings.TrimLeft(line, ":*# ")
		switch {
		case strings.HasPrefix(marked, "{|"):
			end()
			tables++
		case tables > 0 && strings.HasPrefix(line, "|}"):
			end()
			tables--
		case tables > 0 && (strings.HasPrefix(line, "|-") || strings.HasPrefix(line, "|+")):
			end()
			if caption, ok := strings.CutPrefix(line, "|+"); ok {
				b.WriteString(wikiCell(caption) + "\n")
			}
		case tables > 0 && line != "" && (line[0] == '|' || line[0] == '!'):
			for _, cell := range strings.Split(strings.ReplaceAll(line[1:], "!!", "||"), "||") {
				if cell = wikiCell(cell); cell != "" {
					row = append(row, cell)
				}
			}
		case strings.HasPrefix(line, "----"):
		case len(line) > 2 && line[0] == '=' && line[len(line)-1] == '=':
			end()
			b.WriteString("\n" + strings.TrimSpace(strings.Trim(line, "=")) + "\n")
		default:
			end()
			b.WriteString(strings.TrimLeft(line, "*#:; ") + "\n")
		}
	}
	end()
	return cleanText(b.String())
}

// wikiCell returns what a cell shows, without its attributes: style="…" | text.
func wikiCell(cell string) string {
	if attributes, text, ok := strings.Cut(cell, "|"); ok && strings.Contains(attributes, "=") {
		cell = text
	}
	return strings.TrimSpace(cell)
}
