package report

import (
	"cmp"
	"fmt"
	"strings"

	"repost/shingle/mask"
)

// MaskedLines is what `show --masks --json` prints: the lines of a text and what masks them.
type MaskedLines struct {
	ID    string      `json:"id"`
	Lines []mask.Line `json:"lines"`

	Text string `json:"-"`
}

// nearEdge is how many lines at the end of a text say what they lack, whatever it is:
// a footer that is not recognised stands there.
const nearEdge = 5

// MaskedLines prints each line, what masks it and why, or what it lacks.
func (p *Printer) MaskedLines(m *MaskedLines) {
	if p.JSON {
		p.object(m)
		return
	}
	for i, l := range m.Lines {
		var reasons, said []string
		for _, x := range l.Masks {
			if !x.Dropped {
				reasons = append(reasons, string(x.Reason))
			}
			part := ""
			if x.Span != l.Span {
				part = Range(x.Span) + "  "
			}
			said = append(said, part+made(&x))
		}
		for _, x := range l.Lacks {
			if i >= len(m.Lines)-nearEdge || x.Reason == mask.Byline && len(x.Needs) == 1 {
				said = append(said, fmt.Sprintf("no %s: nearest is \"%s\"; it needs %s", x.Reason, x.Rule, strings.Join(x.Needs, ", and ")))
			}
		}
		if words := wordsOf(l.Words); words != "" && len(said) > 0 {
			said = append(said, "its words: "+words)
		}
		p.printf("%-9s  %-12s  %s\n", Range(l.Span), cmp.Or(strings.Join(reasons, ", "), "-"), excerpt(part(m.Text, l.Span), 60))
		for _, line := range said {
			p.printf("           %s\n", Escaped(line))
		}
	}
}

// made says what made a mask.
func made(x *mask.Made) string {
	if x.Dropped {
		return fmt.Sprintf("%s: %s; taken off again, since hardly any text would be left", x.Reason, x.Rule)
	}
	return fmt.Sprintf("%s: %s", x.Reason, x.Rule)
}

// wordsOf lists words by kind, in the order in which the kinds come.
func wordsOf(words []mask.Word) string {
	var kinds []string
	of := map[string][]string{}
	for _, w := range words {
		if of[w.Kind] == nil {
			kinds = append(kinds, w.Kind)
		}
		of[w.Kind] = append(of[w.Kind], Flat(w.Text))
	}
	for i, k := range kinds {
		kinds[i] = k + " " + strings.Join(of[k], " ")
	}
	return strings.Join(kinds, "; ")
}
