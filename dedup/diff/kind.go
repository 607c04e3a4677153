package diff

import (
	"slices"
	"strings"

	"repost/shingle/lexicon"
)

// The class of a change that the table finds substantive, by what both sides are: of two
// relatives another person is meant, of two sides of a street another place, whatever scale
// they are opposites on.

// classOf returns the class of a substantive change that the table gave another one.
func (p *changed) classOf(class Class) Class {
	if !slices.Contains([]Class{Negation, Term, Addition, Omission, Title, Place, Person, Organisation}, class) || !p.exchanged() {
		return class
	}
	both := func(k lexicon.Class) bool { return p.c.bothIn(k, p.e) }
	switch {
	case both(lexicon.Relative):
		return Person
	case (class == Negation || class == Term) && both(lexicon.Compass):
		return Place
	case class == Negation && (both(lexicon.Title) || both(lexicon.Role)):
		return Title
	case both(lexicon.Period):
		return Date
	case class == Term && p.exchangedHan() && strings.Contains(levels, p.s) && strings.Contains(levels, p.t):
		return Place // 本市, 本省
	case class == Negation && p.things():
		return Term
	case (class == Term || class == Organisation) && p.speaker():
		return Attribution
	}
	return class
}

// levels are the characters by which the parts of a country are called.
const levels = "国省市县区州乡镇村"

// things reports whether both sides are Chinese nouns.
func (p *changed) things() bool {
	if !p.exchangedHan() {
		return false
	}
	x, y := p.c.sideWords(p.e)
	return x.kind == "n" && y.kind == "n" && !strings.ContainsAny(x.own+y.own, "有无非不未")
}

// speaker reports whether what changes is a common noun that says what follows: police said.
func (p *changed) speaker() bool {
	for _, r := range []*reading{&p.x, &p.y} {
		if !r.v.inWords(r.lo, r.hi) || !lexicon.Verb.Has(strings.ToLower(r.v.wordNextTo(r.hi, 1))) {
			return false
		}
		if head, capital := r.v.capital(r.lo, r.hi); capital && !head {
			return false
		}
	}
	return true
}

// prefixed holds when one side is the other with a prefix that denies: eligible, ineligible.
func (p *changed) prefixed() bool {
	x, y := p.x.content(), p.y.content()
	if len(x) != 1 || len(y) != 1 || !p.c.a.inWords(p.e.a0, p.e.a1) || !p.c.b.inWords(p.e.b0, p.e.b1) {
		return false
	}
	long, short := x[0], y[0]
	if len(long) < len(short) {
		long, short = short, long
	}
	rest, ok := strings.CutSuffix(long, short)
	return ok && len(short) > 3 && slices.Contains(strings.Fields("un in im il ir non dis mis de dé mé ent ver не без"), strings.TrimSuffix(rest, "-"))
}

// bounded holds when one preposition stands for another before a figure or a day: since 2019,
// in 2019. A bound is part of the value.
func (p *changed) bounded() bool {
	if !p.exchanged() || !p.unlike() || !slices.Contains(bounds, p.x.text) && !slices.Contains(bounds, p.y.text) {
		return false
	}
	for _, r := range []*reading{&p.x, &p.y} {
		i := r.hi
		for i < len(r.v.toks) && r.v.toks[i].kind == space {
			i++
		}
		if i == len(r.v.toks) || r.v.toks[i].kind != number && monthOf(strings.ToLower(r.v.of(i))) == 0 && !lexicon.Day.Has(strings.ToLower(r.v.of(i))) {
			return false
		}
	}
	return true
}

// bounds are prepositions that say from when, until when or about when.
var bounds = strings.Fields("since until till before after by from around about seit bis vor nach ab gegen depuis avant après vers dès jusqu'à desde hasta antes hacia с со до после к около od do um auf o")
