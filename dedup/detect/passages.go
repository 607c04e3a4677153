package detect

import (
	"cmp"
	"maps"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/keep"
	"repost/shingle"
)

// Which passages are cut so that each is left once. The kept documents are gone through in
// the order of the decision, and each loses what is the same, word for word, in what is left
// of one before it, in a story or not, however many documents have it. What is left after a
// cut is searched again, until nothing is found. So:
//
//   - a passage always stands in the first document that has it, and nothing is lost: what
//     is dropped lends nothing, since it is written nowhere. What an earlier run kept comes
//     before all others and lends its whole text: what that run cut of it stands in others that
//     it or a run before had kept;
//   - no two of the texts that are left have whole sentences of RepeatedSentences characters in
//     common, nor a run of RepeatedRun with marks or blanks in it: a sentence may begin as another
//     does and go on in another way. This does not depend on the order, so a second
//     run over them finds nothing.
//
// Aligned passages of stories, as they were cut before, did not have the second property:
// what is left makes other stories. Boilerplate is a passage like any other here.
//
// A text of which less than RepeatedSentences characters are left is dropped.
//
// Kept texts are read twice, and take time linear in their length for each of at most
// mostCuts searches. What is held is the windows of those parts that are likely to be in
// another text too (see repeats.go), in some 30 bytes each.

// What is cut, in characters.
const (
	RepeatedSentences = 40  // whole sentences, together
	RepeatedRun       = 500 // what begins or ends within a sentence: hardly a sentence is as long
)

// mostCuts bounds how often what is left of a text is searched. Two searches are usual: one
// cuts and one finds nothing.
const mostCuts = 16

// Repeated returns the bytes of document n that stand in a document before it, if
// KeepOptions.Passages asked for it. With these cut in every document that is kept, each
// passage is left once.
func (v *Survival) Repeated(n uint32) []shingle.Span {
	if v.cuts == nil || v.node[n] < 0 || v.best[v.node[n]] != n {
		return nil
	}
	return v.cuts[v.node[n]]
}

// passageCutter cuts kept documents in their order.
type passageCutter struct {
	*surviving
	cuts    [][]shingle.Span // node → bytes that are cut
	emptied map[int32]emptied
	filter  *repeatFilter
	windows windowIndex
	left    map[int32]*Text // what is left of the nodes that were asked for last
}

// unitsRead is how many units are read at once, and mostLeft how many texts are held to be
// compared with.
const (
	unitsRead = 1 << 20
	mostLeft  = 64
)

// cutPassages notes what is cut of each node, and drops those of which too little is left.
func (v *surviving) cutPassages(r *Survival, choices []keep.Choice, order []int32) error {
	n := len(order)
	k := &passageCutter{
		surviving: v,
		cuts:      make([][]shingle.Span, n),
		emptied:   map[int32]emptied{}, windows: windowIndex{}, left: map[int32]*Text{},
	}
	kept := slices.DeleteFunc(slices.Clone(order), func(i int32) bool { return !choices[i].Kept() })
	if err := k.count(kept); err != nil {
		return err
	}
	for at := 0; at < len(kept); {
		v.progress("cutting passages", at, len(kept))
		from, units := at, 0
		for ; at < len(kept) && units < unitsRead; at++ {
			units += int(v.units[v.best[kept[at]]])
		}
		if err := k.cutAll(kept[from:at]); err != nil {
			return err
		}
	}
	r.cuts = k.cuts
	k.drop(r, kept)
	return nil
}

// documents returns the documents that represent nodes, ascending.
func (k *passageCutter) documents(nodes []int32) []uint32 {
	ns := make([]uint32, len(nodes))
	for at, i := range nodes {
		ns[at] = k.best[i]
	}
	slices.Sort(ns)
	return ns
}

// count counts the grams of kept nodes.
func (k *passageCutter) count(kept []int32) error {
	ns, units := k.documents(kept), 0
	for _, n := range ns {
		units += int(k.units[n])
	}
	k.filter = newRepeatFilter(units)
	k.progress("looking for repeated passages", 0, 0)
	return k.eachText(ns, func(s *Sketcher, _ int, text string) { k.filter.add(newWindowed(text, s.Scheme.Rules)) })
}

// maybeRepeated is a text, and what of it may be repeated.
type maybeRepeated struct {
	text string
	near []shingle.Span
}

// cutAll cuts nodes, in their order.
func (k *passageCutter) cutAll(nodes []int32) error {
	ns := k.documents(nodes)
	texts := make([]maybeRepeated, len(ns))
	err := k.eachText(ns, func(s *Sketcher, at int, text string) {
		w := newWindowed(text, s.Scheme.Rules)
		if near := w.spansOf(k.filter.near(w)); len(near) > 0 {
			texts[at] = maybeRepeated{text, near}
		}
	})
	if err != nil {
		return err
	}
	for _, i := range nodes {
		at, _ := slices.BinarySearch(ns, k.best[i])
		if texts[at].text == "" {
			continue
		}
		if err := k.cut(i, texts[at]); err != nil {
			return err
		}
	}
	return nil
}

// cut cuts what a node repeats, and adds what is left of it to the index. Of what an earlier run
// kept nothing is cut.
func (k *passageCutter) cut(node int32, t maybeRepeated) error {
	w, in := newWindowed(t.text, k.scheme.Rules), map[int32]int32{}
	if k.opt.Seen(k.best[node]) {
		k.windows.add(node, w, w.unitsIn(t.near))
		return nil
	}
	all := w.width(0, len(w.Units))
	var cuts []shingle.Span
	var within cluster.Set
	for range mostCuts {
		within = w.unitsIn(remaining(t.near, cuts))
		units, err := k.windows.repeated(w, within, in, k.textLeft)
		if err != nil {
			return err
		}
		spans := w.cutSpans(units)
		if len(spans) == 0 {
			break
		}
		cuts = shingle.Union(append(original(removed(w.Source, spans), cuts), cuts...))
		w = newWindowed(deleted(t.text, cuts), k.scheme.Rules)
	}
	k.cuts[node] = cuts
	if left := k.liveColumns(w); len(cuts) > 0 && left < sentenceColumns {
		k.emptied[node] = emptied{1 - float64(left)/float64(all), in}
		return nil
	}
	k.windows.add(node, w, w.unitsIn(remaining(t.near, cuts)))
	return nil
}

// liveColumns returns the columns of what is left of a text outside masks. Where that is
// much it says all that is left.
func (k *passageCutter) liveColumns(w *windowed) int32 {
	all := w.width(0, len(w.Units))
	if all > 10*sentenceColumns {
		return all
	}
	n := int32(0)
	for _, u := range k.scheme.Prepare(w.Source).Units {
		n += columnsOf(w.Source, u)
	}
	return n
}

// textLeft returns what is left of a node.
func (k *passageCutter) textLeft(node int32) (*Text, error) {
	if t, ok := k.left[node]; ok {
		return t, nil
	}
	if len(k.left) >= mostLeft {
		clear(k.left)
	}
	err := k.corpus.Texts([]uint32{k.best[node]}, func(_ uint32, text string) error {
		t := &Text{Source: deleted(text, k.cuts[node]), rules: k.scheme.Rules}
		t.Units = k.scheme.Rules.Cut(nil, t.Source)
		k.left[node] = t
		return nil
	})
	return k.left[node], err
}

// emptied says of a node of which too little is left what share of it is cut, and how many
// columns of it stand in which nodes.
type emptied struct {
	share float64
	in    map[int32]int32
}

// drop drops what too little is left of. What was dropped for such a document is dropped
// for those that have its text.
func (k *passageCutter) drop(r *Survival, kept []int32) {
	instead := map[uint32][]uint32{}
	resolve := func(ns []uint32) (out []uint32) {
		for _, n := range ns {
			if by, ok := instead[n]; ok {
				out = append(out, by...)
			} else {
				out = append(out, n)
			}
		}
		return firsts(out)
	}
	for _, i := range kept {
		e, ok := k.emptied[i]
		if !ok {
			continue
		}
		var by []uint32
		for _, j := range slices.SortedFunc(maps.Keys(e.in), func(a, b int32) int { return cmp.Or(cmp.Compare(e.in[b], e.in[a]), k.compare(k.best[a], k.best[b])) }) {
			by = append(by, k.best[j])
		}
		n := k.best[i]
		instead[n] = resolve(by)
		f := Fate{By: instead[n], Coverage: e.share, Relation: dedup.Overlap, Rule: ByParts}
		if len(f.By) == 1 {
			f.Relation, f.Rule = dedup.ContainedIn, ByContainment
		}
		r.Fates[n] = f
	}
	if len(instead) > 0 {
		for n := range r.Fates {
			r.Fates[n].By, r.Fates[n].Unlike = resolve(r.Fates[n].By), resolve(r.Fates[n].Unlike)
		}
	}
}

// firsts returns the first of each number, in order.
func firsts(ns []uint32) (out []uint32) {
	for _, n := range ns {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
