package diff

import "testing"

// TestDroppedWordsStandAlone: where one side lacks several words, these are what is shown; a
// single word is shown with the one that it goes with.
func TestDroppedWordsStandAlone(t *testing.T) {
	const body = "\n市政府昨天召开会议，研究了城东老水厂的改造方案，工程将于五月动工，预计明年完成。"
	for _, tc := range [][4]string{
		{"城东老水厂五月动工", "城东老水厂", "五月动工", ""},
		{"城东老水厂", "城东老水厂五月开工", "", "五月开工"},
		{"城东老水厂昨天动工", "城东老水厂", "昨天动工", ""},
		{"城东老水厂改造不动工", "城东老水厂改造动工", "不动工", "动工"},
	} {
		r := Compare(Side{Text: tc[0] + body}, Side{Text: tc[1] + body}, Options{})
		if len(r.Changes) != 1 || r.Changes[0].AText != tc[2] || r.Changes[0].BText != tc[3] {
			t.Errorf("%s → %s: %+v", tc[0], tc[1], r.Changes)
		}
	}
}
