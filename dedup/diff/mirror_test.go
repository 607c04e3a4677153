package diff

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"repost/testdata"
)

// A against B and B against A: the same grades, classes and spans, with the sides exchanged.

// verdictsOf returns what a result says, one line a change, in an order that does not depend
// on the sides. Where nothing stands on a side, the change is known by the other.
func verdictsOf(r *Result, turned bool) []string {
	var out []string
	for _, c := range r.Changes {
		a, b, class := c.A, c.B, c.Class
		if turned {
			a, b = b, a
			switch class {
			case Omission:
				class = Addition
			case Addition:
				class = Omission
			}
		}
		if sayings := []Class{Date, Number, Amount}; slices.Contains(sayings, class) {
			class = Number // of a date that an amount stands for, the rules take the class of one side
		}
		where := fmt.Sprint(a, b)
		if a.Len() == 0 {
			where = fmt.Sprint("- ", b)
		} else if b.Len() == 0 {
			where = fmt.Sprint(a, " -")
		}
		out = append(out, fmt.Sprintf("%s %s %s", c.Grade, class, where))
	}
	slices.Sort(out)
	return out
}

// unlike returns the first lines in which the two directions differ.
func unlike(a, b Side) string {
	x, y := verdictsOf(Compare(a, b, Options{}), false), verdictsOf(Compare(b, a, Options{}), true)
	for k := range max(len(x), len(y)) {
		p, q := "nothing", "nothing"
		if k < len(x) {
			p = x[k]
		}
		if k < len(y) {
			q = y[k]
		}
		if p != q {
			return fmt.Sprintf("%s, turned %s", p, q)
		}
	}
	return ""
}

// TestMirrored: on the cases, on sentences of every class and, where they are, on 600 pairs
// with recorded edits.
func TestMirrored(t *testing.T) {
	same := func(name, a, b string) {
		if u := unlike(Side{Text: a}, Side{Text: b}); u != "" {
			t.Errorf("%s: %s\n   %.150q\n   %.150q", name, u, a, b)
		}
	}
	for _, table := range []string{sentenceTable, readTable, swapTable} {
		for k, s := range swaps(t, table) {
			same(fmt.Sprint("sentence ", k+1), s.a, s.b)
		}
	}
	cases, err := testdata.Diffs()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		same(c.Name, c.A, c.B)
	}
	t.Run("edits", func(t *testing.T) {
		for _, p := range labelledPairs(t)[:600] {
			if u := unlike(Side{Text: p.A}, Side{Text: p.B}); u != "" {
				t.Errorf("%s: %s", p.ID, u)
			}
		}
	})
}

// TestAlignmentIsMirrored: what no rule has seen yet is the same whatever the texts.
func TestAlignmentIsMirrored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := mixed(t)
		if rapid.Bool().Draw(t, "rough") {
			a, b := stories(t)
			x, y = a.Text, b.Text
		}
		ab, ba := alignment(Side{Text: x}, Side{Text: y}, Options{}), alignment(Side{Text: y}, Side{Text: x}, Options{})
		order := func(p, q edit) int { return cmp.Or(p.a0-q.a0, p.a1-q.a1, p.b0-q.b0, p.b1-q.b1) }
		for k, e := range ba.edits {
			ba.edits[k].a0, ba.edits[k].a1, ba.edits[k].b0, ba.edits[k].b1 = e.b0, e.b1, e.a0, e.a1
		}
		slices.SortFunc(ab.edits, order)
		slices.SortFunc(ba.edits, order)
		if !reflect.DeepEqual(ab.edits, ba.edits) {
			t.Fatalf("%q | %q: %v, turned %v", x, y, ab.edits, ba.edits)
		}
	})
}
