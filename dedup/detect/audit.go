package detect

import (
	"cmp"
	"slices"

	"repost/dedup"
)

// Proposed returns the pairs of a sample of documents that the indexes brought
// together, as indexes into the sample: those that were aligned and share
// something, and copies of one text. It is what an audit measures.
func Proposed(c Corpus, s *Scheme, sample []uint32) ([][2]int, error) {
	st := &detector{corpus: c, scheme: s, progress: func(string, int, int) {}}
	if err := st.load(); err != nil {
		return nil, err
	}
	of := map[uint32][]int{} // representative → places in the sample
	for i, n := range sample {
		if int(n) < len(st.ids) && !st.retired(n) && st.units[n] > 0 {
			of[st.representative[n]] = append(of[st.representative[n]], i)
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
	err := c.Links(func(l *dedup.Link) error {
		if !st.isRepresentative(l.From) || !st.isRepresentative(l.To) {
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

// Jaccard returns the share of the union that both sets hold.
func (a Shingled) Jaccard(b Shingled) float64 { return jaccard(a.Shared(b), len(a), len(b)) }

func jaccard(shared, a, b int) float64 {
	if shared == 0 {
		return 0
	}
	return float64(shared) / float64(a+b-shared)
}

func containment(shared, a, b int) float64 {
	if shared == 0 {
		return 0
	}
	return float64(shared) / float64(min(a, b))
}

// ExactSimilarity compares one text of a sample with all later ones, exactly. (Merging the
// two sets of each pair took twelve of fourteen seconds of an audit of 2.4 million pairs.)
type ExactSimilarity struct {
	sets    []Shingled
	holders []holder // ascending
}

// holder is a text that holds a shingle.
type holder struct {
	shingle uint64
	text    int32
}

// NewExactSimilarity returns the index of the texts that have these sets, in the order
// given. Memory: 16 bytes a shingle.
func NewExactSimilarity(sets []Shingled) *ExactSimilarity {
	n := 0
	for _, s := range sets {
		n += len(s)
	}
	a := &ExactSimilarity{sets, make([]holder, 0, n)}
	for i, s := range sets {
		for _, x := range s {
			a.holders = append(a.holders, holder{x, int32(i)})
		}
	}
	slices.SortFunc(a.holders, func(x, y holder) int {
		return cmp.Or(cmp.Compare(x.shingle, y.shingle), cmp.Compare(x.text, y.text))
	})
	return a
}

// shared sets row[j] to the number of shingles that texts i and j have in common, for every
// j > i. Cost: a search for each shingle of i and a step for each in common.
func (a *ExactSimilarity) shared(i int, row []float64) {
	clear(row)
	for _, x := range a.sets[i] {
		at, _ := slices.BinarySearchFunc(a.holders, holder{x, int32(i)}, func(h, t holder) int {
			return cmp.Or(cmp.Compare(h.shingle, t.shingle), cmp.Compare(h.text, t.text))
		})
		for _, h := range a.holders[at+1:] {
			if h.shingle != x {
				break
			}
			row[h.text]++
		}
	}
}

// Containment sets row[j] to the share of the smaller of texts i and j that the other
// holds, for every j > i.
func (a *ExactSimilarity) Containment(i int, row []float64) { a.each(i, row, containment) }

// Jaccard sets row[j] to the share of the union that texts i and j both hold, for every j >
// i.
func (a *ExactSimilarity) Jaccard(i int, row []float64) { a.each(i, row, jaccard) }

func (a *ExactSimilarity) each(i int, row []float64, measure func(shared, a, b int) float64) {
	a.shared(i, row)
	for j := i + 1; j < len(row); j++ {
		row[j] = measure(int(row[j]), len(a.sets[i]), len(a.sets[j]))
	}
}
