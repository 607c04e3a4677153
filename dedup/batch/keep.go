package batch

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/shingle"
)

// The stage that says which documents are dropped when the corpus is deduplicated. A document
// is covered by its copies, by others of its stories, and by those in which all of it stands. What
// these join is a component, decided on by itself. It is held in memory with its texts.

// Dropped is a document that is dropped, and why: see detect.Fate. Its JSON is a line of repost
// dedup --dropped.
type Dropped struct {
	ID       string         `json:"id"`
	Source   string         `json:"source"`
	Date     string         `json:"date"`
	Title    string         `json:"title"`
	By       []string       `json:"by"`
	Relation dedup.Relation `json:"relation"`
	Coverage float64        `json:"coverage"`
	Rule     string         `json:"rule"`
	Stories  []string       `json:"stories"`
	// Spans are what of its text stands in the first of By, whose bytes are KeptSpans.
	Spans     [][2]int `json:"spans"`
	KeptSpans [][2]int `json:"kept_spans"`
}

// keep decides on the documents of a component.
func (w *worker) keep() error {
	for w.group() && w.ctx.Err() == nil {
		var links component
		var docs []dedup.Document
		var numbers []uint32
		known := map[uint32]dedup.Sketch{} // of documents: units, and the least one with the same text as content
		var stories []*Story
		for w.next() {
			switch w.kind {
			case copied:
				v := w.values()
				known[w.orderNumber(1)] = dedup.Sketch{Units: v.Uint32(), Content: dedup.Content{Hi: uint64(w.orderNumber(0))}}
				v.Fixed()
				w.end(v)
			case link:
				links.add(w)
			case partOf:
				docs = append(docs, w.document())
				numbers = append(numbers, w.orderNumber(0))
			case storyIn:
				s := new(Story)
				if err := json.Unmarshal(w.raw, s); err != nil || len(s.Members) == 0 {
					w.fail("its story is no JSON, or has no members")
				}
				stories = append(stories, s)
			}
		}
		if w.err != nil {
			break
		}
		if len(docs) == 0 {
			continue
		}
		m, err := memory(w.scheme, docs, sketchesOf(numbers, known, links.links), numbers, links.links, stories)
		if err != nil {
			w.fail("%v", err)
			break
		}
		v, err := detect.Survivors(m, w.scheme, w.options.Keep, nil)
		if err != nil {
			return err
		}
		in := storiesOf(distinguishedAll(stories))
		for i := range docs {
			if f := &v.Fates[i]; !f.Kept() {
				w.put(w.keyOf(numbers[i]), dropped, nil, nil, jsonOf(droppedFor(w.scheme, f, docs, i, in[docs[i].ID])))
			}
		}
	}
	return w.err
}

// storiesOf returns the stories of documents, in the order in which a corpus lists them.
func storiesOf(stories []*Story) map[string][]string {
	in := map[string][]string{}
	slices.SortFunc(stories, func(x, y *Story) int {
		a, b := &x.Members[0], &y.Members[0]
		return cmp.Or(cmp.Compare(a.Document.ID, b.Document.ID), cmp.Compare(firstByte(a), firstByte(b)), cmp.Compare(x.ID, y.ID))
	})
	for _, s := range stories {
		for i := range s.Members {
			id := s.Members[i].Document.ID
			if of := in[id]; len(of) == 0 || of[len(of)-1] != s.ID {
				in[id] = append(of, s.ID)
			}
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

// droppedFor says what is known of document i of docs, which is dropped.
func droppedFor(scheme *detect.Scheme, f *detect.Fate, docs []dedup.Document, i int, stories []string) *Dropped {
	own, kept := &docs[i], &docs[f.By[0]]
	d := &Dropped{
		ID: own.ID, Source: own.Source, Date: own.Date, Title: own.Title,
		Relation: f.Relation, Coverage: dedup.RoundShare(f.Coverage), Rule: f.Rule, Stories: append([]string{}, stories...),
	}
	for _, n := range f.By {
		d.By = append(d.By, docs[n].ID)
	}
	if f.Relation == dedup.Identical {
		d.Spans, d.KeptSpans = [][2]int{{0, len(own.Text)}}, [][2]int{{0, len(kept.Text)}}
		return d
	}
	here, there := scheme.Shared(own.Text, kept.Text)
	d.Spans, d.KeptSpans = pairsOf(here), pairsOf(there)
	return d
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
