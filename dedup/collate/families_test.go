package collate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// report is a text with a figure in each of its sentences, those of a witness.
func report(figures []int) string {
	things := []string{"boats lay in the harbour of Port Ansley", "crates were brought ashore before noon", "guests slept at the old inn by the quay", "sheep were driven over the northern pass", "lamps burned in the windows of the school", "carts waited below the mill until evening"}
	var b strings.Builder
	for i, n := range figures {
		fmt.Fprintf(&b, "On that day %d %s, as the keeper of the harbour wrote. ", n, things[i])
	}
	return b.String()
}

func familiesOf(t interface{ Fatal(...any) }, all [][]int) (families []string, c *Collation) {
	var vs []Version
	for i, figures := range all {
		vs = append(vs, Version{Key: fmt.Sprint(i), Date: fmt.Sprintf("2025-03-%02d", i+1), Text: report(figures)})
	}
	c, err := Collate(vs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range c.Families {
		families = append(families, strings.Join(f.Witnesses, " "))
	}
	return families, c
}

// TestFamiliesOfFew: two, three and more witnesses, and what one has alone.
func TestFamiliesOfFew(t *testing.T) {
	for name, c := range map[string]struct {
		all      [][]int
		families string
		unplaced string
	}{
		"two":                       {[][]int{{1001, 2002}, {1001, 2003}}, "A B", ""},
		"a shared reading of three": {[][]int{{1001, 2002}, {1004, 2005}, {1004, 2008}}, "A|B C", ""},
		"and what each has alone":   {[][]int{{1001, 2002, 3003}, {1004, 2005, 3003}, {1004, 2002, 3006}}, "A|B C", ""},
		"all against the base":      {[][]int{{1001, 2002, 3003}, {1004, 2005, 3003}, {1004, 2002, 3006}, {1004, 2008, 3003}}, "A|B C D", ""},
		"two against two":           {[][]int{{1001, 2002}, {1004, 2002}, {1004, 2005}, {1001, 2008}}, "A D|B C", ""},
		"only singletons":           {[][]int{{1001, 2002}, {1004, 2002}, {1001, 2005}, {1007, 2002}}, "A B C D", ""},
		"a place of its own":        {[][]int{{1001, 2002}, {1004, 2002}, {1004, 2005}, {1007, 2002}}, "A|B C", "D"},
		"two families":              {[][]int{{1001, 2002, 3003}, {1004, 2002, 3006}, {1004, 2002, 3009}, {1001, 2005, 3012}, {1001, 2005, 3015}}, "A|B C|D E", ""},
		"one that could be of both": {[][]int{{1001, 2002, 3003}, {1004, 2005, 3003}, {1004, 2005, 3006}, {1004, 2008, 3003}, {1004, 2008, 3009}, {1004, 2011, 3003}}, "A|B C|D E", "F"},
	} {
		got, col := familiesOf(t, c.all)
		if strings.Join(got, "|") != c.families || strings.Join(col.Unplaced, " ") != c.unplaced {
			t.Errorf("%s: %q, in none %q", name, got, col.Unplaced)
		}
	}
}

// TestFamilies: members of a family never read two shared readings at one place, families
// other than that of the base share something that it has not, and what a witness alone has
// changes nothing.
func TestFamilies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, places := rapid.IntRange(2, 7).Draw(t, "witnesses"), 5
		all := make([][]int, n)
		for w := range all {
			for p := range places {
				reading := 0
				if w > 0 {
					reading = rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "reading")
				}
				all[w] = append(all[w], 1100*(p+1)+3*reading)
			}
		}
		families, c := familiesOf(t, all)
		for _, f := range c.Families {
			for _, p := range c.Places {
				var shared []int
				for k, r := range p.Readings {
					if (r.Lemma || r.Count > 1) && slices.ContainsFunc(r.Witnesses, func(w string) bool { return slices.Contains(f.Witnesses, w) }) {
						shared = append(shared, k)
					}
				}
				parts := slices.ContainsFunc(p.Readings, func(r Reading) bool { return !r.Lemma && r.Count > 1 })
				if parts && len(shared) > 1 {
					t.Fatalf("%v: family %v reads %v at %v", all, f.Witnesses, shared, p)
				}
			}
			if len(f.Readings) == 0 && !slices.Contains(f.Witnesses, c.Base) {
				t.Fatalf("%v: family %v shares nothing and is not that of the base", all, f.Witnesses)
			}
			for _, m := range f.Readings {
				if r := c.Places[m.Place].Readings[m.Reading]; r.Lemma || r.Count < 2 {
					t.Fatalf("%v: family %v for %+v", all, f.Witnesses, r)
				}
			}
		}
		w := rapid.IntRange(1, n-1).Draw(t, "alone")
		for i := range all {
			all[i] = append(all[i], 9009)
		}
		all[w][places] = 9010
		if alone, c2 := familiesOf(t, all); len(c.Witnesses) == n && (!slices.Equal(alone, families) || !slices.Equal(c.Unplaced, c2.Unplaced)) {
			t.Fatalf("%v: a reading of %d alone made %q of %q", all, w, alone, families)
		}
	})
}
