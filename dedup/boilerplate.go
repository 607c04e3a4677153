package dedup

import (
	"cmp"
	"slices"
	"strings"

	"repost/dedup/cluster"
	"repost/shingle"
)

// Boilerplate is a passage that so many documents of one source carry that it
// says nothing of any: headers, footers, adverts that no rule knows.
type Boilerplate struct {
	Source    string `json:"source"`
	Documents int    `json:"documents"` // of the source that carry some of it
	Of        int    `json:"of"`        // documents of the source
	Text      string `json:"text"`      // as Example has it
	Example   string `json:"example"`   // the first document by id
}

// Learned returns the boilerplate that the judge sets aside in a corpus, by
// source, the most frequent first. Copies of one text count once. It reads the
// whole print index and the texts of the examples.
func Learned(c Corpus, s *Scheme) ([]Boilerplate, error) {
	st := &settling{corpus: c, scheme: s, progress: func(string, int, int) {}}
	if err := st.load(); err != nil {
		return nil, err
	}
	places, perSource, err := st.learnedPlaces(s)
	if err != nil {
		return nil, err
	}
	need := map[uint32]bool{}
	for n := range places {
		need[n] = true
	}
	texts, err := st.texts(need)
	if err != nil {
		return nil, err
	}
	var out []Boilerplate
	for n, ps := range places {
		t := texts[n]
		gram := int32(t.gramUnits(s.Gram))
		slices.SortFunc(ps, func(a, b learnedPrint) int { return cmp.Compare(a.pos, b.pos) })
		for lo := 0; lo < len(ps); {
			hi, end, documents := lo, ps[lo].pos, 0
			for ; hi < len(ps) && ps[hi].pos <= end; hi++ {
				end, documents = ps[hi].pos+gram, max(documents, ps[hi].documents)
			}
			if end = min(end, int32(len(t.Units))); end-ps[lo].pos >= learnedRun {
				out = append(out, Boilerplate{
					Source: st.names[st.source[n]], Documents: documents, Of: perSource[st.source[n]],
					Text: t.Source[t.Units[ps[lo].pos].Lo:t.Units[end-1].Hi], Example: st.ids[n],
				})
			}
			lo = hi
		}
	}
	slices.SortFunc(out, func(a, b Boilerplate) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), b.Documents-a.Documents, strings.Compare(a.Text, b.Text))
	})
	return out, nil
}

// learnedPrint is a learned print where its first document has it.
type learnedPrint struct {
	pos       int32
	documents int
}

// learnedPlaces finds the learned prints of every source, each in the first
// document, by id, of the source that holds it.
func (st *settling) learnedPlaces(s *Scheme) (map[uint32][]learnedPrint, []int, error) {
	perSource := st.perSource()
	count := make([]int, st.sources)
	first := make([]Posting, st.sources)
	places := map[uint32][]learnedPrint{}
	err := st.scanPrints("counting", func(ps []Posting) error {
		var touched []int32
		last := ^uint32(0)
		for _, p := range ps {
			if p.Doc == last || !st.isHead(p.Doc) {
				continue
			}
			last = p.Doc
			src := st.source[p.Doc]
			if count[src]++; count[src] == 1 {
				touched = append(touched, src)
				first[src] = p
			} else if st.ids[p.Doc] < st.ids[first[src].Doc] {
				first[src] = p
			}
		}
		for _, src := range touched {
			if isLearned(count[src], perSource[src]) {
				p := first[src]
				places[p.Doc] = append(places[p.Doc], learnedPrint{int32(p.Pos), count[src]})
			}
			count[src] = 0
		}
		return nil
	})
	return places, perSource, err
}

// perSource counts the heads of each source.
func (st *settling) perSource() []int {
	n := make([]int, st.sources)
	for i := range st.ids {
		if st.isHead(uint32(i)) {
			n[st.source[i]]++
		}
	}
	return n
}

// isLearned reports whether a print that documents of a source hold, out of so
// many, is boilerplate of the source.
func isLearned(documents, of int) bool {
	return documents >= learnedLeast && float64(documents) >= learnedShare*float64(of)
}

// LearnedIn returns the spans of a document of a corpus that the judge sets aside
// as boilerplate of the document's source. It looks the document's prints up, and
// reads the infos of all documents to count those of the source.
func LearnedIn(c Corpus, ix Index, s *Scheme, d *Document) ([]shingle.Span, error) {
	if learning, err := c.State(Learning); err != nil || string(learning) == Off || d.Source == "" {
		return nil, err
	}
	texts := map[uint64]bool{} // of the source, by content
	err := c.Infos(func(_ uint32, i Info) error {
		if i.Source == d.Source && i.Units > 0 {
			texts[i.Content] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t := s.Prepare(d.Text)
	k := s.Sketch(t)
	units, gram := int32(k.Units), int32(t.gramUnits(s.Gram))
	keys := make([]uint64, len(k.Prints))
	for i, p := range k.Prints {
		keys[i] = p.Hash
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	learned := map[uint64]bool{}
	infos := map[uint32]Info{}
	err = ix.LookupPrints(keys, func(key uint64, ps []Posting) error {
		in := map[uint64]bool{}
		for _, p := range ps {
			i, ok := infos[p.Doc]
			if !ok {
				var err error
				if i, err = ix.Info(p.Doc); err != nil {
					return err
				}
				infos[p.Doc] = i
			}
			if texts[i.Content] { // also where p.Doc is of another source, and has a copy
				in[i.Content] = true
			}
		}
		learned[key] = isLearned(len(in), len(texts))
		return nil
	})
	if err != nil {
		return nil, err
	}
	var ivs []cluster.Interval
	for _, p := range k.Prints {
		if pos := int32(p.Pos); learned[p.Hash] {
			ivs = append(ivs, cluster.Interval{Lo: pos, Hi: min(pos+gram, units)})
		}
	}
	var out []shingle.Span
	for _, v := range setAside(cluster.Of(ivs), units) {
		out = append(out, shingle.Span{Lo: int(t.Units[v.Lo].Lo), Hi: int(t.Units[v.Hi-1].Hi)})
	}
	return out, nil
}
