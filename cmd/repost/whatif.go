package main

import (
	"fmt"

	"repost/cmd/repost/internal/report"
	"repost/dedup/cluster"
)

// whatIf says what would have changed a verdict: of a refused one all that must
// change, of an accepted one the figure that is nearest to a refusal. Before all that, two
// documents may lack fingerprints in common to be compared at all.
func (x *explainer) whatIf(v *cluster.Verdict, missing int) (out []report.WhatIf) {
	if missing > 0 {
		has := x.Sketches.Rare
		out = append(out, report.WhatIf{
			Figure: "rare fingerprints", Has: float64(has), Needs: float64(has + missing), Rule: "no candidates",
			Text: fmt.Sprintf("they would be compared with %s in common, close together", report.Count(missing, "more rare fingerprint", "more rare fingerprints")),
		})
	}
	if v.Accepted {
		if c, ok := cluster.Default.Margin(*v); ok && missing == 0 {
			out = append(out, what(v, c, "it would be refused with"))
		}
		return out
	}
	at := *v
	for i, c := range cluster.Default.Needs(*v) {
		lead := "it would be accepted with"
		if i > 0 {
			lead = "and with"
		}
		if shorter := min(x.A.Live, x.B.Live); c.Figure == cluster.MatchedUnits && int(c.Needs) > shorter {
			return append(out, short(c, lead, shorter))
		}
		out = append(out, what(&at, c, lead))
		at = at.With(c.Figure, c.Needs)
	}
	return out
}

// short is what for texts of fewer units than must match elsewhere.
func short(c cluster.Change, lead string, units int) report.WhatIf {
	least := cluster.Default.MinShort
	w := report.WhatIf{Figure: string(c.Figure), Has: c.Has, Needs: float64(least), Rule: c.Rule}
	w.Text = fmt.Sprintf("%s %d matched units or more that cover %s of a text; it has %.0f [%s]", lead, least, report.Percent(cluster.Default.ShortCoverage), c.Has, c.Rule)
	if units < least {
		w.Text = fmt.Sprintf("no text of fewer than %d units is in a story, and the shorter one has %d [%s]", least, units, c.Rule)
	}
	return w
}

// what puts a change into words.
func what(v *cluster.Verdict, c cluster.Change, lead string) report.WhatIf {
	w := report.WhatIf{Figure: string(c.Figure), Has: c.Has, Needs: c.Needs, Rule: c.Rule}
	limit := "or more"
	if c.Needs < c.Has {
		limit = "or less"
	}
	units := func(what string) string {
		m := float64(max(1, v.Matched))
		return fmt.Sprintf("%s %.0f %s units (%s of the match) %s; it has %.0f (%s)", lead, c.Needs, what, report.Percent(c.Needs/m), limit, c.Has, report.Percent(c.Has/m))
	}
	share := func(what string) string {
		return fmt.Sprintf("%s %s of %s %s; it has %s", lead, report.Percent(c.Needs), what, limit, report.Percent(c.Has))
	}
	switch c.Figure {
	case cluster.MatchedUnits:
		w.Text = fmt.Sprintf("%s %.0f matched units %s; it has %.0f", lead, c.Needs, limit, c.Has)
	case cluster.DistinctUnits:
		w.Text = units("distinctive")
	case cluster.RewordedUnits:
		w.Text = units("reworded")
	case cluster.FlankUnits:
		w.Text = units("replaced")
	case cluster.OneSidedUnits:
		w.Text = units("one-sided")
	case cluster.Disagreeing:
		w.Text = fmt.Sprintf("%s %.0f figures that differ %s; %.0f of %d do", lead, c.Needs, limit, c.Has, v.Agree+v.Disagree)
		if v.Numbered && c.Needs < c.Has {
			w.Text += ", the number or the subject in the titles among them"
		}
	case cluster.BestCoverage:
		w.Text = share("one text covered")
	case cluster.CleanShare:
		w.Text = share("the shorter side matched")
	case cluster.IdentityShare:
		w.Text = share("the longer side matched")
	case cluster.DaysBetween:
		w.Text = fmt.Sprintf("%s %.0f days between the dates %s; there are %.0f", lead, c.Needs, limit, c.Has)
	case cluster.EdgeOfPassage:
		w.Text = lead + " a passage that begins and ends with a paragraph"
		if c.Has > 0 {
			w.Text = lead + "out a passage that begins and ends with a paragraph"
		}
	}
	w.Text += fmt.Sprintf(" [%s]", c.Rule)
	return w
}
