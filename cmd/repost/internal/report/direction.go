package report

import (
	"fmt"
	"strings"

	"repost/dedup"
	"repost/dedup/collate"
)

// direction says a verdict in words; a and b are what the two texts are called.
func direction(v *collate.Verdict, a, b string) string {
	odds := fmt.Sprintf("%.0f to 1", v.Odds)
	switch v.Verdict {
	case collate.AFromB:
		return fmt.Sprintf("%s goes back to %s, %s", a, b, odds)
	case collate.BFromA:
		return fmt.Sprintf("%s goes back to %s, %s", b, a, odds)
	case collate.CommonSource:
		return fmt.Sprintf("both go back to a third, %s", odds)
	}
	return "undetermined"
}

// Direction prints who copied whom of the two texts of a difference, and why, as
// text. Of texts that have nothing to do with each other it prints nothing.
func (p *Printer) Direction(d *Difference) {
	if p.JSON || d.Direction == nil || d.Relation.Kind == dedup.Unrelated {
		return
	}
	if len(d.Direction.Evidence) == 0 {
		p.printf("direction: undetermined, without any evidence\n")
		return
	}
	p.printf("direction: %s\n", direction(d.Direction, "the first", "the second"))
	var rows Rows
	for _, e := range d.Direction.Evidence {
		rows.Add(e.Name, fmt.Sprintf("%.0f to 1", e.Odds), favours(e.Favours), excerpt(e.Text, 60))
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

// whence says in a few words what a verdict about this document, a, and another
// means, and by what evidence; nothing if there is no verdict.
func whence(v *collate.Verdict) string {
	if v == nil {
		return ""
	}
	var names []string
	for _, e := range v.Evidence {
		if e.Favours == v.Verdict || v.Verdict == collate.Undetermined {
			names = append(names, e.Name)
		}
	}
	if len(names) == 0 {
		return "direction undetermined"
	}
	said := direction(v, "this", "it")
	if v.Verdict == collate.Undetermined {
		said = "direction undetermined"
	}
	return said + " (" + strings.Join(names, ", ") + ")"
}
