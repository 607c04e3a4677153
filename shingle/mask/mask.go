// Package mask finds the parts of a document that are set aside from
// similarity: copyright footers, bylines, datelines, captions, navigation. A
// mask names its reason, is always shown and never deletes anything.
//
//	for _, m := range mask.Find(text) {
//		fmt.Println(m.Reason, m.Span.Of(text))
//	}
//
// The rules here know the words of the trade (责任编辑, 版权所有, 本报讯, All rights
// reserved) and nothing of any outlet or of other documents: Find is a pure
// function of the text. What one source repeats in every document is learned
// elsewhere. The rules would rather leave a footer than take a sentence of the
// story: a short line must be nothing but what it is masked for, a bracket must
// stand at the edge of a paragraph, and a line among sentences is a footer only
// when it speaks of itself (本网, 本文) and of rights at once. Lines of labels alone,
// menus, buttons, counters and pairs of a label and a value, are masked anywhere
// (labels.go); a date, a tag or the name of the outlet above the first paragraph
// and below the last alone (margins.go).
package mask

import (
	"slices"
	"unicode/utf8"

	"repost/shingle"
)

// Reason names why a span is masked.
type Reason string

// The reasons that Find gives.
const (
	Footer      Reason = "footer"       // copyright, disclaimer, imprint, contact lines
	Byline      Reason = "byline"       // who wrote it: （记者甲）, □文/摄 甲, By A. Writer
	Dateline    Reason = "dateline"     // where and when, before the first sentence: 新华社北京1月2日电
	SourceLine  Reason = "source-line"  // 来源：…, 原标题：…
	Editor      Reason = "editor"       // 责任编辑：…, Editing by …
	Navigation  Reason = "navigation"   // breadcrumbs, page headers, share and comment buttons, lists of other pages
	Jump        Reason = "jump"         // 下转第4版, 上接A1版
	PhotoCredit Reason = "photo-credit" // 图为…, 新华社发, 甲 摄
	Link        Reason = "link"         // a line that is nothing but a link
	Address     Reason = "address"      // of a link inside a line
)

// Reasons are all reasons, in the order above.
var Reasons = []Reason{Footer, Byline, Dateline, SourceLine, Editor, Navigation, Jump, PhotoCredit, Link, Address}

// Mask is one masked span and the reason for it.
type Mask struct {
	Span   shingle.Span `json:"span"`
	Reason Reason       `json:"reason"`
}

// enough is how many letters, digits or characters must be left outside the masks: in a
// flash of two lines the dateline is a good part of what two copies have in common.
const enough = 30

// Find returns the masks of text by rule, ascending and disjoint. It takes one
// pass over the lines, O(len(text)). Where fewer than 30 characters would be
// left, only footers, navigation and links stay masked: they are no part of any
// story, however short.
func Find(text string) []Mask {
	var f Finder
	return f.Find(nil, text)
}

// Finder finds the masks of many texts. The zero value is ready and knows the patterns
// of this package; it keeps its tables from text to text, and each worker has its own.
type Finder struct {
	Patterns *Patterns // nil for Default
	scanner  scanner
}

// Find appends the masks of text to dst, as the function Find does.
func (f *Finder) Find(dst []Mask, text string) []Mask {
	s := &f.scanner
	if s.patterns = f.Patterns; s.patterns == nil {
		s.patterns = Default()
	}
	s.scan(text)
	s.footers()
	s.lists()
	s.comments()
	s.margins()
	s.addresses()
	masks := s.masks(dst)
	s.text = ""
	if found := masks[len(dst):]; len(found) > 0 && !holds(text, found, enough) {
		found = slices.DeleteFunc(found, func(m Mask) bool {
			return m.Reason != Footer && m.Reason != Navigation && m.Reason != Link
		})
		masks = masks[:len(dst)+len(found)]
	}
	return masks
}

// holds reports whether n letters, digits or characters of text are outside the
// masks.
func holds(text string, masks []Mask, n int) bool {
	for i := 0; i < len(text); {
		if len(masks) > 0 && i >= masks[0].Span.Lo {
			i, masks = max(i, masks[0].Span.Hi), masks[1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if shingle.IsHan(r) || isLetter(r) {
			if n--; n == 0 {
				return true
			}
		}
		i += size
	}
	return false
}

// isLetter reports whether r is a letter, a digit or a character.
func isLetter(r rune) bool {
	_, c := folds.Fold(r)
	return c >= shingle.Digit
}

var folds shingle.Rules
