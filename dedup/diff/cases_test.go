package diff

import (
	"testing"

	"repost/testdata"
)

// TestCases holds the judgements of testdata/diff.
func TestCases(t *testing.T) {
	cases, err := testdata.Diffs()
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("no cases")
	}
	for _, k := range cases {
		t.Run(k.Name, func(t *testing.T) {
			r := Compare(Side{Text: k.A}, Side{Text: k.B}, Options{})
			if got, err := Apply(r.Script, k.A); err != nil || got != k.B {
				t.Errorf("the script does not give b: %v", err)
			}
			ok := true
			for _, want := range k.Changes {
				if !answered(want, r.Changes) {
					ok = false
					t.Errorf("no change %s %s %q -> %q hint %q", want.Grade, want.Class, want.A, want.B, want.Hint)
				}
			}
			for _, want := range k.Counts {
				if n := count(r, want.What); !want.Holds(n) {
					ok = false
					t.Errorf("%s: %d, want %s%d", want.What, n, want.Op, want.N)
				}
			}
			if !ok {
				for _, b := range r.Blocks {
					t.Logf("block %s %v %v %.60q %.60q", b.Kind, b.A, b.B, b.A.Of(k.A), b.B.Of(k.B))
				}
				for _, c := range r.Changes {
					if c.Grade != Cosmetic || len(r.Changes) < 20 {
						t.Logf("change %s %s %q -> %q %v %s", c.Grade, c.Class, c.AText, c.BText, c.Reasons, c.Hint)
					}
				}
			}
		})
	}
}

func answered(want testdata.Change, changes []Change) bool {
	for _, c := range changes {
		if want.Answers(string(c.Grade), string(c.Class), c.AText, c.BText) && (want.Hint == "" || want.Hint == c.Hint) {
			return true
		}
	}
	return false
}

func count(r *Result, what string) int {
	n := 0
	for _, c := range r.Changes {
		if string(c.Grade) == what {
			n++
		}
	}
	for _, b := range r.Blocks {
		if string(b.Kind) == what {
			n++
		}
	}
	return n
}
