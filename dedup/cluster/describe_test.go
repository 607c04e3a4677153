package cluster

import "testing"

// TestDescribe: every test that Decide makes is described, in its order, with the rule
// that it names.
func TestDescribe(t *testing.T) {
	v := Verdict{Matched: 100, Distinct: 80, CoverageA: .3, CoverageB: .2, Clean: 1, Identity: 1, Days: -1}
	tests, all := Default.Decide(&v), Default.Describe()
	if len(tests) != len(all) {
		t.Fatalf("%d tests, %d descriptions", len(tests), len(all))
	}
	for i, d := range all {
		if d.Test != tests[i].Name {
			t.Errorf("test %d is %q and described as %q", i, tests[i].Name, d.Test)
		}
		if d.Measures == "" || d.Bound == "" || d.Refusal == "" {
			t.Errorf("%q: %+v", d.Test, d)
		}
	}
	if len(all) != len(refusals) {
		t.Errorf("%d descriptions, %d rules", len(all), len(refusals))
	}
}
