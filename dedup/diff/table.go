package diff

import (
	"slices"
	"strings"

	"repost/shingle/lexicon"
)

// The table. An edit is read on both sides (tag.go) and compared (relation.go); the first
// line that fits gives the grade, the class and the reason. A line names what one side is,
// what the other is, and how the words of both stand to each other. What a reader would act
// upon otherwise comes first: duties, negations, opposites; then what the thesaurus knows
// for the same; then names by their kind. Words that say something and are none of this
// say something else, so the last line is substantive: on pairs that no rule was made for,
// 96 in a hundred of such changes are. Tags and relations are found when a line asks for
// them, and once for an edit.

// row is one line of the table.
type row struct {
	one, other tag                 // what the sides are, in either order; 0 is anything
	rel        func(*changed) bool // how they stand to each other; nil is anyhow
	verdict    verdict             // without a class: that of the scale on which they part
}

// substantive makes the verdict of a change that is.
func substantive(class Class, reason string) verdict { return verdict{Substantive, class, reason} }

var table = [...]row{
	{one: dutyTag, verdict: substantive(Modality, "what must, may or must not be changes")},
	{one: shortPlaceTag, other: shortPlaceTag, verdict: substantive(Place, "the short name of another place")},
	{one: calendarTag, other: calendarTag, rel: (*changed).unlike, verdict: substantive(Date, "another day, month or season")},
	{one: denialTag | dutyWordTag, other: dutyWordTag, verdict: substantive(Modality, "what must, may or must not be changes")},
	{one: denialTag, rel: (*changed).unlike, verdict: substantive(Negation, "a negation appears or vanishes")},
	{one: refusalTag, rel: (*changed).alone, verdict: substantive(Negation, "what follows is not done")},
	{one: rankTag, rel: (*changed).alone, verdict: substantive(Title, "what stands before a title")},
	{one: modalTag, other: doneTag, verdict: substantive(Modality, "what may be and what is done")},
	{rel: (*changed).hedged, verdict: substantive(Modality, "what is, may be or must be changes")},
	{rel: (*changed).addressed, verdict: verdict{Minor, Wording, "another form of address"}},
	{rel: (*changed).reported, verdict: verdict{Minor, ReportingVerb, "another reporting verb"}},
	{rel: (*changed).bounded, verdict: substantive(Date, "another bound of a time or a figure")},
	{rel: (*changed).intensified, verdict: verdict{Minor, Wording, "a word that weighs little"}},
	{rel: (*changed).functional, verdict: verdict{Minor, FunctionWord, "function words"}},
	{one: emptyTag, other: emptyTag, rel: (*changed).shortAdverb, verdict: verdict{Minor, FunctionWord, "a longer form of the same function word"}},
	{rel: (*changed).reworded, verdict: verdict{Minor, Wording, "the same in other words"}},
	{rel: (*changed).particled, verdict: verdict{Minor, FunctionWord, "another particle or ending of the same word"}},
	{rel: (*changed).declined, verdict: verdict{Minor, Wording, "another ending of the same word"}},
	{rel: (*changed).reordered, verdict: verdict{Minor, Wording, "the same words in another order"}},
	{rel: (*changed).doubled, verdict: verdict{Minor, Wording, "the same words twice in a row"}},
	{rel: (*changed).sharedHead, verdict: verdict{Minor, Wording, "what the parts of a list have in common, once more"}},
	{rel: (*changed).abbreviated, verdict: verdict{Minor, Organisation, "the short form of a name"}},
	{rel: (*changed).pronoun, verdict: verdict{Minor, Wording, "a pronoun for what was named before"}},
	{one: sayingTag, other: sayingTag, verdict: verdict{Minor, ReportingVerb, "another reporting verb"}},
	{rel: (*changed).opposed, verdict: substantive("", "one excludes the other")},
	{rel: (*changed).prefixed, verdict: substantive(Negation, "a prefix that denies")},
	{one: modalTag, rel: (*changed).alone, verdict: substantive(Modality, "what is, may be or must be changes")},
	{one: modalTag, other: modalTag, verdict: substantive(Modality, "what is, may be or must be changes")},
	{rel: (*changed).hourWord, verdict: verdict{Minor, Wording, "a word for hours between a time and its zone"}},
	{rel: (*changed).otherUnit, verdict: substantive(Number, "another unit")},
	{rel: (*changed).facing, verdict: substantive("", "characters of opposite meaning")},
	{one: emptyTag, other: emptyTag, rel: (*changed).amongFigures, verdict: substantive(Number, "what stands between two figures")},
	{one: emptyTag, other: emptyTag, verdict: verdict{Minor, FunctionWord, "function words"}},
	{one: personTag, other: personTag, verdict: substantive(Person, "another person")},
	{one: titleTag, other: titleTag, verdict: substantive(Title, "another title or rank")},
	{one: bodyTag, other: bodyTag, verdict: substantive(Organisation, "another body")},
	{one: placeTag, other: placeTag, verdict: substantive(Place, "another place")},
	{one: timeTag, other: timeTag, verdict: substantive(Date, "another time")},
	{one: sourceTag, other: sourceTag, verdict: substantive(Attribution, "another source")},
	{one: nameTag, verdict: substantive(Person, "a name changes")},
	{rel: (*changed).scanned, verdict: verdict{Minor, Wording, misreadLetters}},
	{rel: (*changed).misread, verdict: verdict{Minor, Wording, "a character misread or unreadable"}},
	{rel: (*changed).kindred, verdict: verdict{Minor, Wording, "another form of a word, or one close to it"}},
	{rel: (*changed).misprinted, verdict: verdict{Minor, Wording, "a slip, or a word much like the other"}},
	{rel: (*changed).oneKana, verdict: verdict{Minor, FunctionWord, "a kana of an ending or a particle"}},
	{one: emptyTag | paddingTag, rel: (*changed).padded, verdict: verdict{Minor, Wording, "a word for one that says nothing of its own"}},
	{rel: (*changed).shortened, verdict: verdict{Minor, Wording, "a short word for a long one"}},
	{rel: (*changed).particle, verdict: verdict{Minor, Wording, "a character that says nothing of its own"}},
	{one: sourceTag, verdict: substantive(Attribution, "the source named changes")},
	{one: unitTag, verdict: substantive(Number, "another unit")},
	{one: bodyTag, verdict: substantive(Organisation, "the name of a body changes")},
	{one: titleTag, verdict: substantive(Title, "a title or rank changes")},
	{one: placeTag, verdict: substantive(Place, "a place changes")},
	{one: personTag, verdict: substantive(Person, "a name changes")},
	{rel: (*changed).condensed, verdict: verdict{Minor, Wording, "one word for two"}},
	{rel: (*changed).alone, verdict: substantive(Addition, "words are put in or left out")},
	{verdict: substantive(Term, "other words, of another meaning")},
}

// judgeWords asks the table.
func (c *comparison) judgeWords(e edit, s, t string) verdict {
	p := c.newChanged(e, s, t)
	for _, l := range &table {
		if (p.x.is(l.one) && p.y.is(l.other) || p.y.is(l.one) && p.x.is(l.other)) && (l.rel == nil || l.rel(p)) {
			v := l.verdict
			if v.class == "" {
				v.class = p.class
			}
			if v.class == Addition && p.y.text == "" {
				v.class = Omission
			}
			if v.grade == Substantive && (v.class == Term || v.class == Omission || v.class == Addition) && p.exchangedHan() {
				if kind := p.x.v.nameAround(p.x.lo, p.x.hi); kind != "" && kind == p.y.v.nameAround(p.y.lo, p.y.hi) {
					v.class = kind
				}
			}
			if v.grade == Substantive {
				v.class = p.classOf(v.class)
				if p.passage() && slices.Contains([]Class{Person, Title, Organisation, Place, Attribution, Negation}, v.class) {
					v = p.passageVerdict()
				}
				v.reason += ": " + strings.Trim(strings.TrimSpace(s)+", "+strings.TrimSpace(t), ", ")
			}
			return v
		}
	}
	return verdict{Minor, Wording, "other words"}
}

// mostNameLong is the longest name, in characters or words, that a change of a name is about.
const mostNameLong = 14

// passage reports whether a side is more than a name or a denial: long, or with a mark that
// parts clauses within.
func (p *changed) passage() bool {
	long := func(r *reading) bool {
		if r.v.count(r.lo, r.hi) > mostNameLong {
			return true
		}
		s := r.v.trim(r.lo, r.hi)
		in := strings.Trim(s.Of(r.v.text), "，。；：、,.;: ")
		return strings.ContainsAny(in, "，。；：") || r.v.count(r.lo, r.hi) >= leastClause && pattern("clause-end").MatchString(in)
	}
	return long(&p.x) || long(&p.y)
}

// passageVerdict is the verdict of a passage that is put in, left out or written anew.
func (p *changed) passageVerdict() verdict {
	switch {
	case p.x.text == "":
		return substantive(Addition, "words are put in or left out")
	case p.y.text == "":
		return substantive(Omission, "words are put in or left out")
	}
	return substantive(Term, "other words, of another meaning")
}

// changed is an edit as the table sees it.
type changed struct {
	c       *comparison
	e       edit
	s, t    string // as written
	x, y    reading
	class   Class // of the scale on which the sides part
	synonym lexicon.Kind
	looked  bool // whether synonym was looked up
}

func (c *comparison) newChanged(e edit, s, t string) *changed {
	p := &changed{c: c, e: e, s: s, t: t}
	p.x = reading{p: p, v: c.a, lo: e.a0, hi: e.a1, text: squeeze(s)}
	p.y = reading{p: p, v: c.b, lo: e.b0, hi: e.b1, text: squeeze(t)}
	p.x.twin, p.y.twin = &p.y, &p.x
	return p
}
