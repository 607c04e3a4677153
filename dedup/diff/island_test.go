package diff

import (
	"strings"
	"testing"
)

// TestWordsAroundAnOmission: a paragraph with words of the line before or after it is left
// out as a whole.
func TestWordsAroundAnOmission(t *testing.T) {
	for _, k := range []struct{ before, gone, after string }{
		{"Die Mühle am Anger", "Am 4. Mai 1911 brannte die Mühle am Anger bis auf den Grund nieder, und 12 Säcke Mehl verdarben.", "Der Müller baute sie nie wieder auf."},
		{"The Mill at Ashby", "On 4 May 1911 fire took the Mill at Ashby, and twelve sacks of flour were spoilt.", "The miller never built it again."},
		{"جسر النهر القديم", "في 4 مايو 1911 انهار جسر النهر القديم وغرق 12 كيسا من الدقيق في الماء.", "لم يبن أحد مكانه جسرا آخر."},
		{"Мельница у пруда", "4 мая 1911 года сгорела Мельница у пруда, пропало 12 мешков муки.", "Её больше не строили."},
		{"安河老磨坊", "1911年5月4日夜里，安河老磨坊起火，十二袋面粉被烧毁。", "此后再没有人重建它。"},
		{"水車小屋の跡", "明治44年5月4日の夜、火事で水車小屋の跡だけが残り、粉十二袋が焼けた。", "その後建て直されることはなかった。"},
	} {
		for _, glue := range []string{"\n\n", "\n"} {
			a, b := k.before+glue+k.gone+glue+k.after+"\n", k.before+glue+k.after+"\n"
			for _, p := range [][2]string{{a, b}, {b, a}} {
				r := Compare(Side{Text: p[0]}, Side{Text: p[1]}, Options{})
				if r.Summary.Substantive+r.Summary.Minor != 1 || !strings.Contains(r.Changes[0].AText+r.Changes[0].BText, k.gone) {
					t.Errorf("%q | %q: %+v", p[0], p[1], r.Changes)
				}
			}
		}
	}
}
