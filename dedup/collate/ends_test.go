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
