package diff

import (
	"cmp"
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Scales are words that exclude each other: 全部 and 部分, 批准 and 驳回, 可能 and 确定.
// A scale has rungs, and a rung has words that lie on one side. So a few hundred words
// separate some ten thousand pairs. Words of one rung do not exclude one another, which does
// not make them synonyms: 逮捕 and 拘留, 停业 and 停产. Characters have scales of their own, which
// hold inside of words: 上调 and 下调, 左岸 and 右岸, 生前 and 死后.

// rung is the place of a word on a scale.
type rung struct{ scale, step int }

// scaleSet holds the rungs of words, by the class of change between them.
type scaleSet struct {
	words   map[string][]rung // of any length
	runes   map[rune]bool     // the characters of words
	chars   map[rune][]rung   // inside of words
	units   map[string][]rung // after a number
	classes []Class           // of each scale
}

// newScales reads the table: a line is a class and the rungs of one scale, parted
// by bars.
func newScales(table string) *scaleSet {
	s := &scaleSet{runes: map[rune]bool{}, words: map[string][]rung{}, chars: map[rune][]rung{}, units: map[string][]rung{}}
	var all []string
	for line := range tableLines(table) {
		kind, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || kind == "#" {
			continue
		}
		n := len(s.classes)
		for step, words := range strings.Split(rest, "|") {
			for _, w := range strings.Fields(strings.ReplaceAll(words, "_", "")) {
				at := rung{n, step}
				switch kind {
				case "chars":
					r, _ := utf8.DecodeRuneInString(w)
					s.chars[r] = append(s.chars[r], at)
				case "units":
					s.units[w] = append(s.units[w], at)
				default:
					s.words[w] = append(s.words[w], at)
					all = append(all, w)
				}
			}
		}
		switch kind {
		case "chars":
			kind = string(Negation)
		case "units":
			kind = string(Number)
		}
		s.classes = append(s.classes, Class(kind))
	}
	for _, r := range strings.Join(all, "") {
		s.runes[r] = true
	}
	return s
}

// scales are those of the table.
var scales = sync.OnceValue(func() *scaleSet { return newScales("scales.txt") })

// spells reports whether s has no letter that no word has.
func (s *scaleSet) spells(text string) bool {
	for _, r := range text {
		if !s.runes[unicode.ToLower(r)] && !isSpace(r) {
			return false
		}
	}
	return true
}

// parted returns the scale on which two rungs differ, or -1. Words that share a
// rung anywhere can stand for one another.
func parted(x, y []rung) int {
	found := -1
	for _, p := range x {
		for _, q := range y {
			switch {
			case p == q:
				return -1
			case p.scale == q.scale && found < 0:
				found = p.scale
			}
		}
	}
	return found
}

// scaled holds when words stand on different rungs of a scale. What the edit
// takes is tried with up to two tokens around, and then the dictionary's words.
func (c *comparison) scaled(e edit, s, t string) (verdict, bool) {
	if !c.short(e) || !scales().spells(s+t) {
		return verdict{}, false
	}
	if s != "" && t != "" {
		x, y := c.sideWords(e)
		if v, ok := onScale(x.text, y.text); ok {
			return v, true
		}
	}
	for l := range 3 {
		for r := range 3 {
			x, y, ok := c.around(e, l, r)
			if !ok || l+r == 0 && utf8.RuneCountInString(s) == 1 && !c.a.inWords(e.a0, e.a1) {
				continue // one character may be part of another word
			}
			if !scales().spells(squeeze(x)) {
				break // no word, however far it goes on
			}
			if v, ok := onScale(squeeze(x), squeeze(y)); ok {
				return v, true
			}
		}
	}
	return verdict{}, false
}

func onScale(x, y string) (verdict, bool) {
	k := parted(scales().words[x], scales().words[y])
	if k < 0 {
		return verdict{}, false
	}
	return verdict{Substantive, scales().classes[k], "one excludes the other: " + x + ", " + y}, true
}

// facing holds when each character of one word is that of the other or its
// opposite: 开工, 停工.
func (c *comparison) facing(e edit, s, t string) (verdict, bool) {
	x, y := []rune(squeeze(s)), []rune(squeeze(t))
	if len(x) == 0 || len(x) != len(y) || len(x) > 3 {
		return verdict{}, false
	}
	opposed := false
	for k := range x {
		switch {
		case x[k] == y[k]:
		case parted(scales().chars[x[k]], scales().chars[y[k]]) >= 0:
			opposed = true
		default:
			return verdict{}, false
		}
	}
	if !opposed {
		return verdict{}, false
	}
	class := Negation
	kind := cmp.Or(c.a.nameAround(e.a0, e.a1), c.b.nameAround(e.b0, e.b1))
	switch {
	case kind != "":
		class = kind
	case strings.ContainsAny(s, "东南西北") && strings.ContainsAny(t, "东南西北"):
		class = Place
	}
	return verdict{Substantive, class, "characters of opposite meaning: " + s + ", " + t}, true
}

// measures holds when a figure is counted in another unit: 三百吨, 三百斤.
func (c *comparison) measures(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) {
		return verdict{}, false
	}
	for l := range 3 {
		for r := range 2 {
			x, y, ok := c.around(e, l, r)
			if !ok || e.a0-l < 1 || !c.a.countsBefore(e.a0-l) {
				continue
			}
			if k := parted(scales().units[squeeze(x)], scales().units[squeeze(y)]); k >= 0 {
				return verdict{Substantive, Number, "another unit: " + squeeze(x) + ", " + squeeze(y)}, true
			}
		}
	}
	return verdict{}, false
}

// countsBefore reports whether a number, or a word for one, ends at token i.
func (v *view) countsBefore(i int) bool {
	return v.toks[i-1].kind == number || strings.Contains("几数半百千万亿多余", v.of(i-1))
}
