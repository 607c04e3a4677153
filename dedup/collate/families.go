package collate

import (
	"fmt"
	"slices"

	"repost/dedup/diff"
	"repost/shingle"
)

// Family is a group of versions that agree wherever several versions share what the base
// does not have: a substantive reading, or a passage that they leave out, neither more nor
// less. These are the common errors of textual criticism (Maas, Textkritik, 1927), if the
// base is taken for what was there first; what one version alone has says nothing of its
// kin. The family of the base shares none of them. What an excerpt leaves out is no reading:
// two that quote different parts share nothing.
type Family struct {
	Name      string   `json:"name"` // F1, F2 … by their first witness
	Witnesses []string `json:"witnesses"`
	// Readings and Omissions are those that set the family apart from the base:
	// indexes, from 0, of Collation.Places and their readings, and of
	// Collation.Omissions.
	Readings  []Mark `json:"readings"`
	Omissions []int  `json:"omissions"`
}

// Mark points at a reading.
type Mark struct {
	Place   int `json:"place"`
	Reading int `json:"reading"`
}

const unknown = -1 // a version lacks the place, or has a reading of its own

// findFamilies groups versions by the vectors of what they read at the places that
// part them, and of what they leave out. A version that is unknown at some of them
// joins the one family that it agrees with everywhere else and with which it has
// something in common; if there are several, it is unplaced.
func (c *Collation) findFamilies(found []variation) {
	places, omissions := c.parting(), c.partingOmissions()
	vectors := make([][]int, len(c.Witnesses))
	for w := range vectors {
		vectors[w] = slices.Repeat([]int{unknown}, len(places)+len(omissions))
		for k, o := range omissions {
			vectors[w][len(places)+k] = leaves(&found[w], c.Omissions[o].Base)
		}
	}
	number := map[string]int{}
	for w := range c.Witnesses {
		number[c.Witnesses[w].Siglum] = w
	}
	for k, p := range places {
		for r, reading := range c.Places[p].Readings {
			for _, w := range reading.Witnesses {
				if reading.Count > 1 || reading.Lemma {
					vectors[number[w]][k] = r
				}
			}
		}
	}
	families, unplaced := agree(vectors)
	for _, members := range families {
		f := Family{Name: fmt.Sprintf("F%d", len(c.Families)+1), Readings: []Mark{}, Omissions: []int{}}
		for _, w := range members {
			f.Witnesses = append(f.Witnesses, c.Witnesses[w].Siglum)
		}
		for k := range len(places) + len(omissions) {
			r := 0
			for _, w := range members {
				r = max(r, vectors[w][k])
			}
			switch {
			case r == 0:
			case k < len(places):
				f.Readings = append(f.Readings, Mark{places[k], r})
			default:
				f.Omissions = append(f.Omissions, omissions[k-len(places)])
			}
		}
		c.Families = append(c.Families, f)
	}
	for _, w := range unplaced {
		c.Unplaced = append(c.Unplaced, c.Witnesses[w].Siglum)
	}
}

// leaves says whether a version leaves out a passage: 1 if just that, 0 if nothing
// of it, and else unknown.
func leaves(v *variation, passage shingle.Span) int {
	switch {
	case slices.Contains(v.gaps, passage):
		return 1
	case overlap(v.gaps, passage) > 0:
		return unknown
	}
	return 0
}

// parting returns the variants with a substantive reading that more than one version has,
// and not the base.
func (c *Collation) parting() []int {
	var out []int
	for i, p := range c.Places {
		shared := slices.ContainsFunc(p.Readings, func(r Reading) bool {
			return !r.Lemma && r.Count > 1 && r.Grade == diff.Substantive
		})
		if shared && p.Kind == Variant {
			out = append(out, i)
		}
	}
	return out
}

// partingOmissions returns the passages that more than one version leaves out.
func (c *Collation) partingOmissions() []int {
	var out []int
	for i, o := range c.Omissions {
		if o.Count > 1 {
			out = append(out, i)
		}
	}
	return out
}

// agree groups vectors, by number, each group in order and by its first.
func agree(vectors [][]int) (families [][]int, unplaced []int) {
	at := map[string]int{}
	for w, v := range vectors {
		key := fmt.Sprint(v)
		if _, ok := at[key]; !ok {
			at[key] = len(families)
			families = append(families, nil)
		}
		families[at[key]] = append(families[at[key]], w)
	}
	slices.SortStableFunc(families, func(a, b []int) int { return known(vectors[b[0]]) - known(vectors[a[0]]) })
	var kept, heads [][]int // heads are what the members of kept have between them
	for _, f := range families {
		v := vectors[f[0]]
		var into []int
		for k := range kept {
			if compatible(heads[k], v) {
				into = append(into, k)
			}
		}
		switch {
		case len(into) > 1, len(into) == 0 && known(v) == 0 && len(v) > 0:
			unplaced = append(unplaced, f...)
		case len(into) == 1:
			k := into[0]
			kept[k] = append(kept[k], f...)
			for i := range v {
				heads[k][i] = max(heads[k][i], v[i])
			}
		default:
			kept, heads = append(kept, f), append(heads, slices.Clone(v))
		}
	}
	for _, f := range kept {
		slices.Sort(f)
	}
	slices.SortFunc(kept, func(a, b []int) int { return a[0] - b[0] })
	slices.Sort(unplaced)
	return kept, unplaced
}

func known(v []int) int {
	n := 0
	for _, r := range v {
		if r != unknown {
			n++
		}
	}
	return n
}

// compatible reports whether two vectors have a value in common and differ in none
// that both have.
func compatible(a, b []int) bool {
	common := false
	for i := range a {
		if a[i] == unknown || b[i] == unknown {
			continue
		}
		if a[i] != b[i] {
			return false
		}
		common = true
	}
	return common
}
