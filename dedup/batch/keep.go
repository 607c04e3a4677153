package batch

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/shingle"
)

// The stage that describes stories, and says which documents are dropped when the corpus is
// deduplicated. A document is covered by its copies, by others of its stories, and by those in which
// all of it stands. What these join is a component, decided on by itself. It is held in memory with its texts.

// Dropped is a document that is dropped, and why: see detect.Fate. Its JSON is a line of repost
// dedup --dropped.
type Dropped struct {
	ID     string `json:"id"`
	Source string `json:"source"`
	Date   string `json:"date"`
	Title  string `json:"title"`
	Decision
	KeptSpans [][2]int `json:"kept_spans"` // of the text of the first of By, which hold Spans of its own
}

// Decision says why a document is kept or dropped, and where its text stands elsewhere: in the first
// of By if it is dropped, in its stories if it is kept.
type Decision struct {
	By       []string       `json:"by"`
	Relation dedup.Relation `json:"relation"`
	Coverage float64        `json:"coverage"`
	Rule     string         `json:"rule"`
	Stories  []string       `json:"stories"`
	Spans    [][2]int       `json:"spans"`
}

// newDropped returns what is known of the fate of a document so far, in lists that are none of them null.
func newDropped(f *detect.Fate) *Dropped {
	return &Dropped{KeptSpans: [][2]int{}, Decision: Decision{
		By: []string{}, Relation: f.Relation, Coverage: dedup.RoundShare(f.Coverage), Rule: f.Rule, Stories: []string{}, Spans: [][2]int{},
	}}
}

// describe describes the stories of a component, and decides on its documents unless passages does.
func (w *worker) describe() error {
	texts := detect.NewTextCache(w.scheme)
	w.options.Keep.Texts = texts
	d, sharer := detect.NewDescriber(texts), detect.NewSharer(texts)
	for w.group() && w.ctx.Err() == nil {
		c := newKept()
		var docs []dedup.Document
		var numbers []uint32
		for w.next() {
			if w.kind == partOf {
				docs, numbers = append(docs, w.document()), append(numbers, w.orderNumber(0))
			} else {
				c.add(w)
			}
		}
		if w.err == nil {
			c.stories = w.described(d, docs, numbers, c.members)
		}
		switch {
		case w.err != nil || len(docs) == 0:
		case w.options.Keep.Passages:
			for _, s := range c.stories {
				w.put(w.groupKey, storyIn, nil, nil, jsonOf(s))
			}
		default:
			w.decide(c, numbers, &heldTexts{docs: docs}, sharer)
		}
	}
	return w.err
}

// kept is what is known of the documents that are decided on, but for their texts.
type kept struct {
	members []drafted
	links   component
	known   map[uint32]dedup.Sketch // of documents: units, and the least one with the same text as content
	stories []*Story
}

func newKept() *kept { return &kept{known: map[uint32]dedup.Sketch{}} }

// add adds the line.
func (c *kept) add(w *worker) {
	switch w.kind {
	case copied:
		v := w.values()
		c.known[w.orderNumber(1)] = dedup.Sketch{Units: v.Uint32(), Content: dedup.Content{Hi: uint64(w.orderNumber(0))}}
		v.Fixed()
		w.end(v)
	case link:
		c.links.add(w)
	case member:
		c.members = append(c.members, w.drafted())
	case storyIn:
		s := new(Story)
		if err := json.Unmarshal(w.raw, s); err != nil || len(s.Members) == 0 {
			w.fail("its story is no JSON, or has no members")
		}
		c.stories = append(c.stories, s)
	}
}

// decide writes which documents are dropped, and what is known of the others. numbers are those
// of the documents, ascending.
func (w *worker) decide(c *kept, numbers []uint32, texts *heldTexts, sharer *detect.Sharer) {
	docs := texts.docs
	m, err := memory(w.scheme, docs, sketchesOf(numbers, c.known, c.links.links), numbers, c.links.links, c.stories)
	var v *detect.Survival
	if err == nil {
		texts.Memory = m
		v, err = detect.Survivors(texts, w.scheme, w.options.Keep, nil)
	}
	if err != nil {
		w.fail("%v", err)
		return
	}
	in := storiesOf(distinguishedAll(c.stories))
	for i := range docs {
		f, part := &v.Fates[i], in[docs[i].ID]
		if f.Kept() {
			w.kept(w.keyOf(numbers[i]), noteOf(f, docs, part), v.Repeated(uint32(i)), v.Learned(uint32(i)))
			continue
		}
		line, err := droppedFor(sharer, f, texts, i, part)
		if err != nil {
			w.fail("%v", err)
			return
		}
		w.put(w.keyOf(numbers[i]), dropped, nil, nil, jsonOf(line))
	}
}

// kept writes what stage cut must know of a document that is kept.
func (w *worker) kept(key []byte, note *Dropped, repeated []shingle.Span, learned cluster.Set) {
	if note != nil && w.options.delivers() {
		w.put(key, noted, nil, nil, jsonOf(note))
	}
	if !w.options.Mask {
		learned = nil
	}
	if len(repeated)+len(learned) == 0 {
		return
	}
	b := binary.AppendUvarint(nil, uint64(len(repeated)))
	for _, s := range repeated {
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(s.Lo)), uint64(s.Hi))
	}
	w.put(key, cutOf, nil, cluster.AppendSet(b, learned), nil)
}

// noteOf is what is known of a document that is kept, or nil: see detect.Fate.Unlike.
func noteOf(f *detect.Fate, docs []dedup.Document, in *inStories) *Dropped {
	if in == nil && len(f.Unlike) == 0 {
		return nil
	}
	d := newDropped(f)
	if in != nil {
		d.Stories, d.Spans = in.ids, pairsOf(shingle.Union(in.spans))
	}
	for _, n := range f.Unlike {
		d.By = append(d.By, docs[n].ID)
	}
	return d
}

// inStories is what the stories of a document say of it.
type inStories struct {
	ids   []string
	spans []shingle.Span
}

// storiesOf returns what stories say of documents, by id, in the order in which a corpus lists them.
func storiesOf(stories []*Story) map[string]*inStories {
	in := map[string]*inStories{}
	slices.SortFunc(stories, func(x, y *Story) int {
		a, b := &x.Members[0], &y.Members[0]
		return cmp.Or(cmp.Compare(a.Document.ID, b.Document.ID), cmp.Compare(firstByte(a), firstByte(b)), cmp.Compare(x.ID, y.ID))
	})
	for _, s := range stories {
		for i := range s.Members {
			m := &s.Members[i]
			of := in[m.Document.ID]
			if of == nil {
				of = new(inStories)
				in[m.Document.ID] = of
			}
			if len(of.ids) == 0 || of.ids[len(of.ids)-1] != s.ID {
				of.ids = append(of.ids, s.ID)
			}
			of.spans = append(of.spans, m.Member().Spans...)
		}
	}
	return in
}

// firstByte returns where the spans of a member begin.
func firstByte(m *Member) int {
	if len(m.Spans) == 0 {
		return 0
	}
	return m.Spans[0][0]
}

// droppedFor says what is known of document i, which is dropped.
func droppedFor(sharer *detect.Sharer, f *detect.Fate, texts *heldTexts, i int, in *inStories) (*Dropped, error) {
	own, docs := &texts.docs[i], texts.docs
	d := newDropped(f)
	d.ID, d.Source, d.Date, d.Title = own.ID, own.Source, own.Date, own.Title
	if in != nil {
		d.Stories = in.ids
	}
	for _, n := range f.By {
		d.By = append(d.By, docs[n].ID)
	}
	here, err := texts.text(uint32(i))
	if err != nil {
		return nil, err
	}
	there, err := texts.text(f.By[0])
	if err != nil {
		return nil, err
	}
	if f.Relation == dedup.Identical {
		d.Spans, d.KeptSpans = [][2]int{{0, len(here)}}, [][2]int{{0, len(there)}}
		return d, nil
	}
	a, b := sharer.Shared(here, there)
	d.Spans, d.KeptSpans = pairsOf(a), pairsOf(b)
	return d, nil
}

// pairsOf returns spans as pairs of numbers.
func pairsOf(spans []shingle.Span) [][2]int {
	out := make([][2]int, len(spans))
	for i, v := range spans {
		out[i] = [2]int{v.Lo, v.Hi}
	}
	return out
}

// sketchesOf returns what is known of the sketches of documents: of copies, and of those in links.
func sketchesOf(numbers []uint32, known map[uint32]dedup.Sketch, links []*pairLink) []dedup.Sketch {
	for _, l := range links {
		for i, n := range [2]uint32{l.a, l.b} {
			if _, ok := known[n]; !ok {
				known[n] = dedup.Sketch{Units: uint32(l.docs[i].Units), Content: dedup.Content{Hi: uint64(n)}}
			}
		}
	}
	sketches := make([]dedup.Sketch, len(numbers))
	for i, n := range numbers {
		sketches[i] = known[n]
	}
	return sketches
}

// memory returns the corpus of a component, with its links and stories.
func memory(scheme *detect.Scheme, docs []dedup.Document, sketches []dedup.Sketch, numbers []uint32, links []*pairLink, from []*Story) (*detect.Memory, error) {
	m := detect.NewMemory(scheme)
	m.AddSketched(docs, sketches)
	aside := make([]cluster.Set, len(docs))
	var all []dedup.Link
	for _, l := range links {
		a, hasA := slices.BinarySearch(numbers, l.a)
		b, hasB := slices.BinarySearch(numbers, l.b)
		if !hasA || !hasB {
			continue
		}
		if int32(sketches[a].Units) != l.docs[0].Units || int32(sketches[b].Units) != l.docs[1].Units {
			return nil, fmt.Errorf("document %q or %q is another than was aligned", docs[a].ID, docs[b].ID)
		}
		all = append(all, dedup.Link{From: uint32(a), To: uint32(b), Chains: l.chains, GramFrom: l.docs[0].Gram, GramTo: l.docs[1].Gram})
		aside[a], aside[b] = l.docs[0].Learned, l.docs[1].Learned
	}
	place := map[string]uint32{}
	indexes := make([]uint32, len(docs))
	for i := range docs {
		place[docs[i].ID], indexes[i] = uint32(i), uint32(i)
	}
	stories := make([]detect.KeptStory, len(from))
	for i, s := range from {
		stories[i].ID = s.ID
		for k := range s.Members {
			in := s.Members[k].Member()
			in.Doc = place[s.Members[k].Document.ID]
			stories[i].Members = append(stories[i].Members, *in)
		}
	}
	m.AddLinks(all, nil)
	m.SetStories(stories, detect.PackAside(indexes, func(i int) cluster.Set { return aside[i] }))
	return m, nil
}
