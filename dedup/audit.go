package dedup

import "slices"

// Proposed returns the pairs of a sample of documents that the indexes brought
// together, as indexes into the sample: those that were aligned and share
// something, and copies of one text. It is what an audit measures.
func Proposed(c Corpus, s *Scheme, sample []uint32) ([][2]int, error) {
	st := &settling{corpus: c, scheme: s, progress: func(string, int, int) {}}
	if err := st.load(); err != nil {
		return nil, err
	}
	of := map[uint32][]int{} // head → places in the sample
	for i, n := range sample {
		if int(n) < len(st.ids) && st.units[n] > 0 {
			of[st.head[n]] = append(of[st.head[n]], i)
		}
	}
	var out [][2]int
	for _, same := range of {
		for k, i := range same {
			for _, j := range same[:k] {
				out = append(out, [2]int{j, i})
			}
		}
	}
	err := c.Links(func(l *Link) error {
		if !st.isHead(l.From) || !st.isHead(l.To) {
			return nil
		}
		for _, i := range of[l.From] {
			for _, j := range of[l.To] {
				out = append(out, [2]int{min(i, j), max(i, j)})
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b [2]int) int {
		if a[0] != b[0] {
			return a[0] - b[0]
		}
		return a[1] - b[1]
	})
	return slices.Compact(out), err
}

// Shingled is the set of a text's shingles, for exact comparison.
type Shingled []uint64

// Shingles returns the set of t's shingles, ascending.
func (s *Scheme) Shingles(t *Text) Shingled {
	return slices.Compact(slices.Sorted(slices.Values(t.shingles(s.MinGram))))
}

// Shared returns the size of the intersection of two sets.
func (a Shingled) Shared(b Shingled) (n int) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			i, j, n = i+1, j+1, n+1
		}
	}
	return n
}

// Containment returns the share of the smaller set that the other holds.
func (a Shingled) Containment(b Shingled) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	return float64(a.Shared(b)) / float64(min(len(a), len(b)))
}

// Jaccard returns the share of the union that both sets hold.
func (a Shingled) Jaccard(b Shingled) float64 {
	n := a.Shared(b)
	if n == 0 {
		return 0
	}
	return float64(n) / float64(len(a)+len(b)-n)
}
