package detect

import (
	"cmp"
	"slices"

	"repost/dedup"
	"repost/dedup/align"
)

// sampledTexts is how many texts the weights of terms are taken from where there is
// no time for all: a few hundred of the kind that is compared are enough.
const sampledTexts = 512

// Terms weighs terms by a sample of a corpus: each text once however often it was
// carried, spread evenly, and the same whatever came first, since the hash of what a
// text says picks it. It reads what is known of every document and 512 texts.
func Terms(c Corpus, s *Scheme) (*align.Frequencies, error) {
	type text struct {
		content dedup.Content
		id      string
		n       uint32
	}
	var all []text
	shrink := func() {
		slices.SortFunc(all, func(x, y text) int { return cmp.Or(x.content.Compare(y.content), cmp.Compare(x.id, y.id)) })
		all = slices.CompactFunc(all, func(x, y text) bool { return x.content == y.content })
		all = all[:min(len(all), sampledTexts)]
	}
	err := c.Infos(func(n uint32, i dedup.Info) error {
		if rewritable(int(i.Units)) {
			if all = append(all, text{i.Content, i.ID, n}); len(all) >= 8*sampledTexts {
				shrink()
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	shrink()
	ns := make([]uint32, len(all))
	for i, t := range all {
		ns[i] = t.n
	}
	slices.Sort(ns)
	f := new(align.Frequencies)
	err = c.Texts(ns, func(_ uint32, text string) error {
		f.Add(align.Prepare(text, s.Rules))
		return nil
	})
	return f, err
}
