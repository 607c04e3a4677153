package collate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestFooterIsNoReading: a version that breaks off and ends with a footer leaves the rest out, and
// its footer is no reading of what it lacks, whichever of the two is the base. A last
// paragraph in other words is a reading.
func TestFooterIsNoReading(t *testing.T) {
	footers := []string{
		"Contact: newsroom@example.org, phone 555 0101. Subscribe to our newsletter.",
		"关注我们的公众号河湾晚报，每天早上为您送上新鲜的本地消息。",
		"Подписывайтесь на наш канал, пишите в редакцию по адресу Речная улица, дом два.",
		"تابعونا على صفحتنا وراسلوا هيئة التحرير على العنوان التالي.",
		"ติดตามเราทางช่องของเราหรือเขียนถึงกองบรรณาธิการได้ที่ถนนริมน้ำ",
	}
	for lang, tale := range tales {
		whole, half := strings.Join(tale, "\n\n"), strings.Join(append(slices.Clone(tale[:2]), footers[lang]), "\n\n")
		for _, base := range []string{"whole", "half"} {
			c, err := Collate([]Version{{Key: "whole", Text: whole}, {Key: "half", Text: half}}, Options{Base: base})
			if err != nil {
				t.Fatal(err)
			}
			var left []string
			for _, o := range c.Omissions {
				left = append(left, strings.TrimSpace(o.Base.Of(c.Text())))
			}
			want := strings.TrimSpace(strings.Join(tale[2:], "\n\n"))
			if base == "half" {
				want = footers[lang]
			}
			if strings.Join(left, "") != want {
				t.Errorf("language %d, base %s: left out %q, want %q", lang, base, left, want)
			}
			for _, p := range c.Places {
				if p.Kind == Variant && says(p.Readings[0].Text) {
					t.Errorf("language %d, base %s: %q is a reading of %q", lang, base, p.Readings[len(p.Readings)-1].Text, p.Readings[0].Text)
				}
			}
		}
	}
	other := slices.Clone(tales[0])
	other[4] = "A choir from the far bank sings next month, and tickets are free for helpers."
	c, err := Collate([]Version{{Key: "a", Text: strings.Join(tales[0], "\n")}, {Key: "b", Text: strings.Join(other, "\n")}}, Options{Base: "a"})
	if err != nil || len(c.Omissions) > 0 || len(c.Places) == 0 {
		t.Errorf("other words at the end: %v, left out %s, places %s", err, fmt.Sprint(c.Omissions), fmt.Sprint(c.Places))
	}
}

// TestAdditionAfterAChange: what a version puts in at its end stands after the last words of the base,
// though it has these in another form, and a last section under another headline is no reading of one.
func TestAdditionAfterAChange(t *testing.T) {
	text := strings.Join(tales[0], "\n\n")
	misread := strings.Replace(text, "who helped.", "wbo he1ped.", 1) + "\n\nFAT STOCK PRICES.\n\nHeifers made 14 to 16 guineas, and trade was slow for pigs owing to the mud. There were entered 640 sheep."
	release := text + "\n\n-ENDS-\n\nNotes to editors\n1. The town was founded in 1878.\n2. Photographs are available from the press office."
	c, err := Collate([]Version{{Key: "base", Text: text}, {Key: "misread", Text: misread}, {Key: "release", Text: release}}, Options{Base: "base"})
	if err != nil {
		t.Fatal(err)
	}
	added := 0
	for _, p := range c.Places {
		for _, r := range p.Readings[1:] {
			if strings.Contains(r.Text, "STOCK") || strings.Contains(r.Text, "Notes") {
				if added++; p.Base.Lo < len(text) || r.Class != "addition" {
					t.Errorf("%q is a reading of %v, %q", r.Text, p.Base, p.Readings[0].Text)
				}
			}
		}
	}
	if added == 0 {
		t.Error("nothing is put in")
	}
	c, err = Collate([]Version{{Key: "misread", Text: misread}, {Key: "release", Text: release}}, Options{Base: "release"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Places {
		if p.Kind == Variant && strings.Contains(p.Readings[0].Text, "editors") {
			t.Errorf("%q is a reading of %q", p.Readings[1].Text, p.Readings[0].Text)
		}
	}
}
