package diff

import "testing"

// TestIslands: words that two texts share by chance, in the midst of what was written anew, part
// no change; what an editor left standing does.
func TestIslands(t *testing.T) {
	for _, k := range []struct{ a, b, want string }{
		{"公民依照法律被剥夺政治权利的，不征集。", "公民依法服从征集的，不征集。", "substantive term 依照法律被剥夺政治权利→依法服从征集"},
		{"去年底动工，明年完工。", "今年初动工，明年完工。", "substantive date 去年底→今年初"},
		{"对直接负责的主管人员给予处分。", "对负有责任的领导人员给予处分。", "substantive term 直接负责→负有责任; minor wording 主管→领导"},
		{"一切国家机关、武装力量、各政党有义务。", "一切国家机关和武装力量、各政党有义务。", "minor function-word 、→和"},
		{"Rinder, Schafe, Ziegen werden gezählt, wenn der Halter es meldet.", "Rinder, Schafe und Ziegen werden gezählt, wenn der Halter es meldet.", "minor function-word , → und "},
		{"公路直通码头。", "公路一直通到码头。", "minor wording 直→一直; minor function-word 通→通到"},
		{"他说好。她买了。", "他讲好。她卖了。", "minor reporting-verb 说好→讲好; substantive negation 买→卖"},
	} {
		if got := told(k.a, k.b); got != k.want {
			t.Errorf("%s | %s\n got %s\nwant %s", k.a, k.b, got, k.want)
		}
	}
}

// TestLinesStandWhereTheyWerePut: whole lines that are put in among changed ones have their place
// behind what they follow.
func TestLinesStandWhereTheyWerePut(t *testing.T) {
	a := "Amended by\nArt. 1 of the Act of 24.3.2010 I 330\n\n\nPreamble\n\nThe following is ordered.\n"
	b := "Amended by\nArt. 1 of the Act of 10.12.2018 I 2444\n\nTo be amended by\nArt. 7 of the Act of 10.8.2021 I 3490 (No. 53), shown in the text, not yet edited in full by the office\n\n\nPreamble\n\nThe following is ordered.\n"
	for _, k := range [][2]string{{a, b}, {b, a}} {
		last := -1
		for _, c := range Compare(Side{Text: k[0]}, Side{Text: k[1]}, Options{}).Changes {
			if c.B.Lo < last {
				t.Errorf("%q → %q stands before a change that it follows in B", c.AText, c.BText)
			}
			last = c.B.Hi
		}
	}
}

// TestAgencyFrame: what an agency puts around a text says nothing of what it reports, and who
// is quoted does.
func TestAgencyFrame(t *testing.T) {
	for _, k := range []struct{ frame, before, after, want string }{
		{"(Reuters) - ", "", "Oil prices fell on Monday.", "cosmetic source-line"},
		{" (AP)", "LONDON, March 3", " - Oil prices fell on Monday.", "cosmetic source-line"},
		{" (dpa)", "Rio de Janeiro", " - Der Ölpreis fiel am Montag.", "cosmetic source-line"},
		{" (Xinhua)", "BEIJING, May 3", " -- Oil prices fell on Monday.", "cosmetic source-line"},
		{"/PRNewswire/ -- ", "", "Oil prices fell on Monday.", "cosmetic source-line"},
		{"\n REUTER\n", "Oil prices fell on Monday.", "", "cosmetic source-line"},
		{"新华社北京3月5日电 ", "", "油价周一下跌。", "cosmetic source-line"},
		{"新华社北京3月5日电（记者李明）", "", "油价周一下跌。", "substantive source-line"},
		{"（据新华社）", "油价周一下跌。", "", "substantive source-line"},
		{"Reuters ", "He told ", "that oil prices fell on Monday.", "substantive attribution"},
		{"(AP) ", "A man ", "said that oil prices fell on Monday.", "substantive attribution"},
	} {
		r := Compare(Side{Text: k.before + k.after}, Side{Text: k.before + k.frame + k.after}, Options{})
		if len(r.Changes) != 1 || string(r.Changes[0].Grade)+" "+string(r.Changes[0].Class) != k.want {
			t.Errorf("%q: %+v, want %s", k.frame, r.Changes, k.want)
		}
	}
}

// TestWrappedLine: the first line of a paragraph that goes on in the next is no headline.
func TestWrappedLine(t *testing.T) {
	for _, k := range []struct{ a, b, class string }{
		{"The mill hopes to sell\nsix tons of flour this year, and ten in the next.\n", "The old mill hopes to sell\nsix tons of flour this year, and ten in the next.\n", "addition"},
		{"Mill hopes to sell\nThe mill hopes to sell six tons of flour this year.\n", "Old mill hopes to sell\nThe mill hopes to sell six tons of flour this year.\n", "headline"},
	} {
		if r := Compare(Side{Text: k.a}, Side{Text: k.b}, Options{}); len(r.Changes) == 0 || string(r.Changes[0].Class) != k.class {
			t.Errorf("%q: %+v, want %s", k.a, r.Changes, k.class)
		}
	}
}

// TestGermanNouns: nouns of one root are no names of persons or places; names are.
func TestGermanNouns(t *testing.T) {
	for _, k := range [][3]string{
		{"Tuberkulose der Rinder, Schweine, Schafe und Ziegen in dem Betrieb, der die Tiere hält.", "Tuberkulose der Rinder, Hausschweine, Schafe und Ziegen in dem Betrieb, der die Tiere hält.", "term"},
		{"Der Beruf Berg- und Maschinenmann wird anerkannt, wenn die Prüfung bestanden ist.", "Der Beruf Berg- und Maschinenfrau wird anerkannt, wenn die Prüfung bestanden ist.", "term"},
		{"Der Abgeordnete Hoffmann sagte, dass die Steuer nicht steigt.", "Der Abgeordnete Kaufmann sagte, dass die Steuer nicht steigt.", "person"},
		{"Der Abgeordnete Müller sagte, dass die Steuer nicht steigt.", "Der Abgeordnete Obermüller sagte, dass die Steuer nicht steigt.", "person"},
		{"Die Sitzung in Neustadt war nicht lang, und die Leute gingen.", "Die Sitzung in Altstadt war nicht lang, und die Leute gingen.", "place"},
	} {
		if r := Compare(Side{Text: k[0]}, Side{Text: k[1]}, Options{}); len(r.Changes) != 1 || string(r.Changes[0].Class) != k[2] {
			t.Errorf("%s | %s: %+v, want %s", k[0], k[1], r.Changes, k[2])
		}
	}
}
