package diff

import (
	"strings"
	"testing"
)

// TestBrackets: a change that opens a bracket on both sides closes it too, and an outlet in
// brackets at the head of a story is a credit.
func TestBrackets(t *testing.T) {
	const story = "腊月二十三晚上，青石渡的老戏台三十年来头一回亮灯，台下坐了四百多人，河对岸的也划船来了。"
	for _, c := range []struct{ a, b, x, y, class string }{
		{"本报讯（记者 何翠兰）", "【望江网】", "本报讯（记者 何翠兰）", "【望江网】", "source-line"},
		{"本报讯（记者 何翠兰）", "『望江网』", "本报讯（记者 何翠兰）", "『望江网』", "source-line"},
		{"新华社榆川2月3日电（记者 何翠兰）", "［望江日报］", "新华社榆川2月3日电（记者 何翠兰）", "［望江日报］", ""},
		{"渡口有船（不大）", "台上有灯《渡口》", "渡口有船（不大）", "台上有灯《渡口》", ""},
		{"（甲乙丙丁）", "【戊己庚辛】", "甲乙丙丁", "戊己庚辛", ""},
	} {
		a, b := c.a+story, c.b+story
		found := false
		for _, ch := range Compare(Side{Text: a}, Side{Text: b}, Options{}).Changes {
			if ch.Grade == Cosmetic {
				continue
			}
			x, y := ch.A.Of(a), ch.B.Of(b)
			for _, s := range []string{x, y} {
				if n := strings.Count(s, "（") - strings.Count(s, "）") + strings.Count(s, "【") - strings.Count(s, "】") + strings.Count(s, "《") - strings.Count(s, "》"); n != 0 {
					t.Errorf("%s, %s: the change %q → %q cuts a bracket", c.a, c.b, x, y)
				}
			}
			found = found || x == c.x && y == c.y && (c.class == "" || string(ch.Class) == c.class)
		}
		if !found {
			t.Errorf("%s, %s: %+v", c.a, c.b, Compare(Side{Text: a}, Side{Text: b}, Options{}).Changes)
		}
	}
}
