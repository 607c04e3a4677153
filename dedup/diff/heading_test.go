package diff

import (
	"strings"
	"testing"
)

// TestLabelBeforeHeading: a label that a portal prints before its heading instead of after it
// is one cosmetic change; a label that becomes another one is not.
func TestLabelBeforeHeading(t *testing.T) {
	const before, after = "Wer am Ufer ein Boot liegen hat, zeigt es an.\n\n\n", "Wer ein Boot führt, hält Abstand vom Wehr. Das Nähere sagt die Tafel am Steg.\n"
	for _, k := range []struct {
		a, b        string
		substantive bool
	}{
		{"Geltung am Nordufer\n\n§ 1 (Zu Artikel 1 des Uferrechts)\n", "§ 1 Geltung am Nordufer (Zu Artikel 1 des Uferrechts)\n", false},
		{"Abstand der Boote\n\n§ 12a\n", "\n§ 12a Abstand der Boote\n", false},
		{"Anlage 2 zu § 3 der Bootsordnung\n", "zu § 3 der Bootsordnung\n\nAnlage 2\n", false},
		{"Anlage (zu § 3 der Bootsordnung)\n", "(zu § 3 der Bootsordnung)\n\nAnlage\n", false},
		{"Anhang EV Auszug aus dem Vertrag\n", "Auszug aus dem Vertrag\n\nAnhang EV\n", false},
		{"Pflichten der\nFährleute im Winter\n\nArtikel 7\n", "Artikel 7 Pflichten der Fährleute im Winter\n", false},
		{"Duties of the ferrymen\n\nArticle 4\n", "Article 4 Duties of the ferrymen\n", false},
		{"Общее право берега\n\nСтатья 3\n", "Статья 3 Общее право берега\n", false},
		{"Abstand der Boote\n\n§ 12\n", "§ 13 Abstand der Boote\n", true},
		{"Anlage 2 zu § 3 der Bootsordnung\n", "zu § 4 der Bootsordnung\n\nAnlage 2\n", true},
		{"§ 5 Boote liegen fest.\n", "Boote liegen fest.\n§ 5 \n", true},
	} {
		for _, turn := range []bool{false, true} {
			a, b := before+k.a+after, before+k.b+after
			if turn {
				a, b = b, a
			}
			r := Compare(Side{Text: a}, Side{Text: b}, Options{})
			if got := r.Summary.Substantive > 0; got != k.substantive || !k.substantive && r.Summary.Minor > 0 {
				t.Errorf("%q, %q: %d substantive, %d minor", k.a, k.b, r.Summary.Substantive, r.Summary.Minor)
			}
			labels := 0
			for _, x := range r.Changes {
				if strings.Contains(strings.Join(x.Reasons, " "), "its heading") {
					labels++
				}
			}
			if !k.substantive && labels != 1 {
				t.Errorf("%q, %q: %d changes of a label, want 1: %+v", k.a, k.b, labels, r.Changes)
			}
		}
	}
}
