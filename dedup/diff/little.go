package diff

import (
	"slices"
	"strings"

	"repost/shingle"
	"repost/shingle/lexicon"
	"repost/shingle/words"
)

// What comes, goes or changes and weighs little: a character, a kana, a short word for a long one,
// what the parts of a list have in common.

// shortened holds when a Chinese word of one character stands for a longer one that has it
// (费, 费用), and no name is it.
func (p *changed) shortened() bool {
	x, y := p.x.content(), p.y.content()
	if c, e := p.c, p.e; c.a.kanaNear(e.a0, e.a1) || c.b.kanaNear(e.b0, e.b1) { // 最高裁, 高裁
		return false
	}
	return len(x) == 1 && len(y) == 1 && han(x[0]) == len(x[0]) && han(y[0]) == len(y[0]) && (len(x[0]) == 3) != (len(y[0]) == 3) &&
		len(words.Segment(x[0])) == 1 && len(words.Segment(y[0])) == 1 && (strings.Contains(x[0], y[0]) || strings.Contains(y[0], x[0])) &&
		!(p.exchangedHan() && p.x.v.nameAround(p.x.lo, p.x.hi) != "" && p.y.v.nameAround(p.y.lo, p.y.hi) != "")
}

// condensed holds in scripts with spaces when one word stands for two and one of the two is a
// function word. Whoever means another thing puts a word for a word, unless it is what somebody
// does to another: resigned, was dismissed.
func (p *changed) condensed() bool {
	m, n := p.x.wordCount(), p.y.wordCount()
	return min(m, n) == 1 && max(m, n) == 2 && (p.x.joins() || p.y.joins()) && !p.x.acts() && !p.y.acts()
}

// acts reports whether r says what somebody does to another.
func (r *reading) acts() bool {
	return slices.ContainsFunc(r.content(), func(w string) bool { return lexicon.Act.At(w, 0) != "" })
}

// refuses reports whether r says that something is refused or denied.
func (r *reading) refuses() bool { return slices.ContainsFunc(r.content(), lexicon.Refusal.Has) }

// joins reports whether r has a function word that is no article.
func (r *reading) joins() bool {
	for i := r.lo; i < r.hi; i++ {
		if w := strings.ToLower(r.v.of(i)); r.v.toks[i].kind == word && lexicon.Function.Has(w) && !lexicon.Determiner.Has(w) {
			return true
		}
	}
	return false
}

// wordCount returns how many words r has but for articles, 0 where other things are.
func (r *reading) wordCount() (n int) {
	if !r.v.inWords(r.lo, r.hi) {
		return 0
	}
	for i := r.lo; i < r.hi; i++ {
		switch w := strings.ToLower(r.v.of(i)); {
		case r.v.toks[i].kind != word || lexicon.Determiner.Has(w):
		case lexicon.Quantifier.Has(w):
			return 0
		default:
			n++
		}
	}
	return n
}

// sharedHead holds when what the parts of a list have in common is written once more: 公安、国家安全机关
// and 公安机关、国家安全机关.
func (p *changed) sharedHead() bool {
	r := &p.x
	if r.text == "" {
		r = &p.y
	}
	rest := r.v.text[r.v.end(r.hi):]
	if !p.alone() || len(r.text) < len("机关") || han(r.text) < len(r.text) || lexicon.BodyEnd.Before(r.text, len(r.text)) != r.text || !hasPrefix(rest, "、", "和", "与", "及", "或") {
		return false
	}
	const reach = 60 // bytes
	rest = rest[:min(len(rest), reach)]
	if end := strings.IndexAny(rest, "，。；"); end >= 0 {
		rest = rest[:end]
	}
	return strings.Contains(rest, r.text)
}

// oneKana holds when a hiragana stands for another within Japanese, comes or goes: のだ, んだ.
func (p *changed) oneKana() bool {
	kana := func(s string) bool { return s == "" || len(s) == len("の") && shingle.IsHiragana(firstRune(s)) }
	return kana(p.s) && kana(p.t)
}

// particle holds when one Han character comes or goes that says nothing of its own: it has
// no opposite, is no rank, figure, bound or body, and stands within no word of the other text,
// as 领 does in 使领馆 for 使馆. In Japanese a kanji is a word.
func (p *changed) particle() bool {
	one := p.s + p.t
	if p.c.a.kanaNear(p.e.a0, p.e.a1) || p.c.partsWord(p.e) || strings.Contains("至到", one) {
		return false
	}
	return (p.s == "" || p.t == "") && len(one) == 3 && han(one) == 3 && scales().chars[firstRune(one)] == nil && !lexicon.RankChar.Has(one) &&
		!lexicon.BodyChar.Has(one) && !lexicon.Rank.Has(one) && !lexicon.ShortPlace.Has(one)
}
