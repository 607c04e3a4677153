package diff

import "testing"

// TestListGivesB: what the list of changes shows, put in place in A, gives B. No reading is shown
// of one side alone over words that both have: "five hundred" for the "fine" of "fine hundred".
func TestListGivesB(t *testing.T) {
	for _, p := range [][2]string{
		{"The sum was five hundred crowns.", "The sum was fine hundred crowns."},
		{"The sum was five million crowns.", "The sum was some million crowns."},
		{"The sum was five million crowns.", "The sum was nearly a million crowns."},
		{"The crew had a hundred and twenty men.", "The crew had a hundred and many men."},
		{"Es kostet zwei Millionen Euro.", "Es kostet einige Millionen Euro."},
		{"Это стоит полтора миллиона рублей.", "Это стоит 1,5 миллиона рублей."},
		{"The sum was 1.5 million crowns.", "The sum was one and a half million crowns."},
		{"Der Preis beträgt 5,– Euro.", "Der Preis beträgt 5,0 Euro."},
		{"全长五百公里。", "全长几百公里。"},
		{"Die Schule kostet den Kreis 7,4 Millionen Kronen im Jahr.", "Die Schule kostet den Kreis 4,7 Millionen Kronen im Jahr."},
	} {
		for range 2 {
			got, at := "", 0
			for _, c := range Compare(Side{Text: p[0]}, Side{Text: p[1]}, Options{}).Changes {
				if c.A.Lo < at {
					t.Fatalf("%q → %q: changes overlap", p[0], p[1])
				}
				got, at = got+p[0][at:c.A.Lo]+c.BText, c.A.Hi
			}
			if got += p[0][at:]; got != p[1] {
				t.Errorf("%q → %q: the list gives %q", p[0], p[1], got)
			}
			p[0], p[1] = p[1], p[0]
		}
	}
}
