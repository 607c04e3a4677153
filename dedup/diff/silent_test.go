package diff_test

import (
	"strings"
	"testing"

	"repost/dedup/diff"
)

// Of a text next to one that says nothing everything is new, and nothing is another
// story of the page.
func TestAllOfATextIsAdded(t *testing.T) {
	for _, empty := range []string{"", "\n", " 。\n"} {
		for _, text := range []string{"警告", "船夜里开。", "短\n\n" + strings.Repeat("一条没有人认识的河流向东海，", 20)} {
			r := diff.Compare(diff.Side{Text: empty}, diff.Side{Text: text}, diff.Options{})
			if r.Summary.Substantive+r.Summary.Minor == 0 {
				t.Errorf("%q → %q: %+v", empty, text, r.Summary)
			}
			for _, b := range r.Blocks {
				if b.Other {
					t.Errorf("%q → %q: block %+v", empty, text, b)
				}
			}
		}
	}
}
