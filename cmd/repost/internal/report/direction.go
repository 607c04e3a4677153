package report

import (
	"fmt"
	"strings"

	"repost/dedup"
	"repost/dedup/collate"
)

// direction says a verdict in words; a and b are what the two texts are called.
func direction(v *collate.Verdict, a, b string) string {
	switch v.Verdict {
	case collate.AFromB:
		return fmt.Sprintf("%s was copied from %s (%s)", a, b, odds(v.Odds))
	case collate.BFromA:
		return fmt.Sprintf("%s was copied from %s (%s)", b, a, odds(v.Odds))
	case collate.CommonSource:
		return fmt.Sprintf("both were copied from a third text (%s)", odds(v.Odds))
	}
	return "undetermined"
}

func odds(x float64) string { return fmt.Sprintf("odds %s:1", Thousands(int(x+.5))) }

// Direction prints who copied whom of the two texts of a difference, and why, as
// text. Of texts that have nothing to do with each other it prints nothing.
func (p *Printer) Direction(d *Difference) {
	if p.JSON || d.Direction == nil || d.Relation.Kind == dedup.Unrelated {
		return
	}
	if len(d.Direction.Evidence) == 0 {
		p.printf("direction: undetermined, there is no evidence\n")
		return
	}
	p.printf("direction: %s\n", direction(d.Direction, "the first", "the second"))
	var rows Rows
	for _, e := range d.Direction.Evidence {
		rows.Add(odds(e.Odds), favours(e.Favours), inWords(e, "the first", "the second"), excerpt(e.Text, 60))
	}
	p.rows("  ", rows)
}

func favours(h collate.Hypothesis) string {
	switch h {
	case collate.AFromB:
		return "second → first"
	case collate.BFromA:
		return "first → second"
	}
	return "a common source"
}

// inWords says what a piece of evidence is; a and b are what the two texts are called.
func inWords(e collate.Evidence, a, b string) string {
	copied, from := a, b
	if e.Favours == collate.BFromA {
		copied, from = b, a
	}
	switch e.Name {
	case collate.CreditLine:
		return copied + " names the source of " + from
	case collate.InheritedFooter:
		return copied + " carries the footer of " + from
	case collate.EarlierDate:
		return copied + " has the later date"
	case collate.OwnError:
		return copied + " has a word wrong"
	case collate.Truncation:
		return copied + " breaks off inside a sentence"
	case collate.Abridgement:
		return copied + " leaves out passages and adds none"
	case collate.SharedError:
		return "both have the same error"
	case collate.ThirdParty:
		return "both name the same third source"
	}
	return e.Name
}

// briefly names a piece of evidence, as a reason why a text is a copy.
var briefly = map[string]string{
	collate.CreditLine: "names it as the source", collate.InheritedFooter: "carries its footer", collate.EarlierDate: "later date",
	collate.OwnError: "a word wrong", collate.Truncation: "breaks off", collate.Abridgement: "passages left out",
	collate.SharedError: "same error", collate.ThirdParty: "same third source",
}

// deciding names the evidence that decides, or where nothing does, all there is.
func deciding(v *collate.Verdict) string {
	var names []string
	for _, e := range v.Evidence {
		if e.Favours == v.Verdict || v.Verdict == collate.Undetermined {
			names = append(names, briefly[e.Name])
		}
	}
	return strings.Join(names, ", ")
}

// whence says in a few words what a verdict about this document, a, and another
// means, and by what evidence; nothing if there is no verdict.
func whence(v *collate.Verdict) string {
	switch {
	case v == nil:
		return ""
	case len(v.Evidence) == 0:
		return "who copied whom is undetermined"
	case v.Verdict == collate.AFromB:
		return fmt.Sprintf("this document was copied from it (%s: %s)", odds(v.Odds), deciding(v))
	case v.Verdict == collate.BFromA:
		return fmt.Sprintf("copied from this document (%s: %s)", odds(v.Odds), deciding(v))
	case v.Verdict == collate.CommonSource:
		return fmt.Sprintf("both copied from a third text (%s: %s)", odds(v.Odds), deciding(v))
	}
	return "undetermined (" + sided(v) + ")"
}

// sided names all evidence of a verdict, and for which of the two it speaks.
func sided(v *collate.Verdict) string {
	var out []string
	for _, e := range v.Evidence {
		s := briefly[e.Name]
		switch e.Favours {
		case collate.AFromB:
			s = "this: " + s
		case collate.BFromA:
			s = "it: " + s
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// Lineage is what `show STORY --json` says of a member but the earliest: from whom it
// seems to be, a the member and b the other.
type Lineage struct {
	ID        string           `json:"id"`
	From      string           `json:"from"`
	Direction *collate.Verdict `json:"direction"`
}

// Lineages prints who of a story is the earliest, and what speaks for the others being
// copies.
func (p *Printer) Lineages(s *Story) {
	if p.JSON || len(s.Lineage) == 0 {
		return
	}
	members := s.InTime()
	first := members[0]
	p.printf("\n")
	switch dated := s.dated(); {
	case dated == 0:
		p.printf("no member has a date; each is weighed against the canonical one\n")
	case s.tied() > 1:
		p.printf("earliest: %s members of one date, %s; %s is taken as the first\n", Thousands(s.tied()), Label(first.Date), Name(first.ID))
	default:
		p.printf("earliest: %s%s, of %s\n", Name(first.ID), fromSource(first), Count(dated, "dated member", "dated members"))
	}
	var rows Rows
	for _, l := range s.Lineage {
		said, why := l.words()
		rows.Add(Name(l.ID), said, why)
	}
	p.rows("  ", rows)
	if s.Bounded > 0 {
		p.printf("  the texts of %s were not compared: their credit lines and dates were\n", Count(s.Bounded, "more member", "more members"))
	}
}

// words says from whom a member seems to be, and why.
func (l *Lineage) words() (said, why string) {
	said = "undetermined"
	switch l.Direction.Verdict {
	case collate.AFromB:
		said = "copied from " + Name(l.From)
	case collate.BFromA:
		said = "the original of " + Name(l.From)
	case collate.CommonSource:
		said = "of a third text, like " + Name(l.From)
	}
	for i, e := range l.Direction.Evidence {
		if i > 0 {
			why += "; "
		}
		why += evidenceOf(e)
	}
	if why != "" {
		said += " (" + odds(l.Direction.Odds) + ")"
	}
	return said, why
}

// Said is a lineage in a sentence.
func Said(l *Lineage) string {
	said, why := l.words()
	if l.Direction.Verdict == collate.Undetermined {
		said = strings.Replace(said, "undetermined", "whether copied from "+Name(l.From)+" is not certain", 1)
	}
	if why == "" {
		return said
	}
	return said + ": " + why
}

// evidenceOf says a piece of evidence of a member, a, in a few words, with what stands
// there.
func evidenceOf(e collate.Evidence) string {
	const most = 40 // columns
	said := briefly[e.Name]
	if e.Favours == collate.BFromA {
		said = "the other: " + said
	}
	switch e.Name {
	case collate.CreditLine, collate.InheritedFooter, collate.OwnError, collate.SharedError, collate.Truncation:
		said += " “" + Cut(Flat(e.Text), most) + "”"
	}
	return said
}

func fromSource(m Member) string {
	var parts []string
	for _, s := range []string{Label(m.Source), Label(m.Date)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// dated counts the members with a date.
func (s *Story) dated() (n int) {
	for _, m := range s.Members {
		if collate.Dated(m.Date) {
			n++
		}
	}
	return n
}

// tied counts the members of the earliest date, which nothing parts.
func (s *Story) tied() (n int) {
	members := s.InTime()
	for _, m := range members {
		if d, _, ok := collate.Since(members[0].Date, m.Date); ok && d <= 0 {
			n++
		}
	}
	return n
}
