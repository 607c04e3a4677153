package eval

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"repost/shingle"
)

func change(a, b, c, d int, grade, class string) Change {
	return Change{shingle.Span{Lo: a, Hi: b}, shingle.Span{Lo: c, Hi: d}, grade, class}
}

func TestDifferencesByHand(t *testing.T) {
	gold := []EditPair{
		{ID: "x", Edits: []Change{
			change(3, 6, 3, 6, "substantive", "number"),
			change(30, 30, 30, 33, "cosmetic", "space"),
			change(60, 63, 63, 66, "minor", "wording"),
		}},
		{ID: "y", Edits: []Change{change(0, 3, 0, 3, "substantive", "number")}},
	}
	answers := map[string][]Change{"x": {
		change(0, 9, 0, 9, "substantive", ""),      // the number, graded right,
		change(4, 5, 4, 5, "minor", ""),            // and once more, too light: the gravest counts
		change(41, 44, 31, 34, "cosmetic", ""),     // 11 bytes past an insertion: answers it
		change(60, 63, 90, 93, "minor", ""),        // meets on one side only: extra
		change(200, 203, 200, 203, "cosmetic", ""), // cosmetic is never extra
	}}
	r := Differences(gold, answers, Options{Resamples: -1, List: 9})
	want := &DifferenceReport{
		Pairs: 2, Unanswered: 1, Edits: 4, Extra: 1, ExtraRate: 1. / 4,
		Classes: []EditScore{
			{Grade: "cosmetic", Class: "space", N: 1, Found: 1, Right: 1, As: [3]int{1, 0, 0}},
			{Grade: "minor", Class: "wording", N: 1},
			{Grade: "substantive", Class: "number", N: 2, Found: .5, Right: .5, As: [3]int{0, 0, 1}},
		},
		Grades: []EditScore{
			{Grade: "cosmetic", N: 1, Found: 1, Right: 1, As: [3]int{1, 0, 0}},
			{Grade: "minor", N: 1},
			{Grade: "substantive", N: 2, Found: .5, Right: .5, As: [3]int{0, 0, 1}},
		},
		Unfound: []PlacedEdit{{"x", gold[0].Edits[2], ""}, {"y", gold[1].Edits[0], ""}},
		Extras:  []PlacedEdit{{"x", answers["x"][3], ""}},
	}
	if d := cmp.Diff(want, r); d != "" {
		t.Error(d)
	}
}

func TestAnEditFoundWithAnotherGrade(t *testing.T) {
	e := change(3, 6, 3, 6, "substantive", "date")
	gold := []EditPair{{ID: "x", Edits: []Change{e}}}
	r := Differences(gold, map[string][]Change{"x": {change(3, 6, 3, 6, "cosmetic", "")}}, Options{List: 1})
	if g := r.Grades[0]; g.Found != 1 || g.Right != 0 || g.As != [3]int{1, 0, 0} {
		t.Errorf("%+v", g)
	}
	if want := []PlacedEdit{{"x", e, "cosmetic"}}; !cmp.Equal(r.Misgraded, want) {
		t.Errorf("misgraded %+v", r.Misgraded)
	}
}

func TestMeetsByHand(t *testing.T) {
	for _, c := range []struct {
		p, q [2]int
		want bool
	}{
		{[2]int{0, 3}, [2]int{3, 6}, false},   // neighbours
		{[2]int{0, 4}, [2]int{3, 6}, true},    // a byte in common
		{[2]int{5, 5}, [2]int{5, 5}, true},    // the same empty span
		{[2]int{5, 5}, [2]int{16, 19}, true},  // an empty one, 11 bytes off
		{[2]int{5, 5}, [2]int{17, 19}, false}, // 12 bytes off
	} {
		p, q := shingle.Span{Lo: c.p[0], Hi: c.p[1]}, shingle.Span{Lo: c.q[0], Hi: c.q[1]}
		if meets(p, q) != c.want || meets(q, p) != c.want {
			t.Errorf("meets(%v, %v) is not %v both ways", p, q, c.want)
		}
	}
}

func TestReadEditsSaysWhere(t *testing.T) {
	edits, err := ReadEdits(strings.NewReader(`{"id":"x","a":"一","b":"二","edits":[{"a":[0,3],"b":[0,3],"grade":"minor","class":"wording"}]}`), "e")
	if want := []EditPair{{"x", "一", "二", []Change{change(0, 3, 0, 3, "minor", "wording")}}}; err != nil || !cmp.Equal(edits, want) {
		t.Error(edits, err)
	}
	for in, want := range map[string]string{
		`{"id":"x","edits":[{"grade":"grave"}]}`: `e:1: pair "x": grade "grave"`,
		`{"edits":[]}`:                           `e:1: a pair without "id"`,
		"{\"id\":\"x\"}\n{\"id\":\"x\"}":         `e:2: pair "x" a second time`,
	} {
		if _, err := ReadEdits(strings.NewReader(in), "e"); err == nil || err.Error() != want {
			t.Errorf("%s: %v", in, err)
		}
	}
}
