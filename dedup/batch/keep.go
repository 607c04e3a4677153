package batch

import (
	"encoding/json"
	"fmt"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
)

// The stage that says which documents are dropped when the corpus is deduplicated. A document
// is covered by its copies, by others of its stories, and by those in which all of it stands. What
// these join is a component, decided on by itself. It is held in memory with its texts.

// Dropped is a document that is dropped, and why: see detect.Fate.
type Dropped struct {
	ID       string         `json:"id"`
	By       []string       `json:"by"`
	Relation dedup.Relation `json:"relation"`
	Coverage float64        `json:"coverage"`
	Rule     string         `json:"rule"`
}

// keep decides on the documents of a component.
func (w *worker) keep() error {
	for w.group() && w.ctx.Err() == nil {
		var links component
		var docs []dedup.Document
		var numbers []uint32
		var stories []*Story
		for w.next() {
			switch w.kind {
			case link:
				links.add(w)
			case partOf:
				docs = append(docs, w.document())
				numbers = append(numbers, w.orderNumber(0))
			case storyIn:
				s := new(Story)
				if err := json.Unmarshal(w.raw, s); err != nil {
					w.fail("its story is no JSON")
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
		m, err := memory(w.scheme, docs, numbers, links.links, stories)
		if err != nil {
			w.fail("%v", err)
			break
		}
		v, err := detect.Survivors(m, w.scheme, w.options.Keep, nil)
		if err != nil {
			return err
		}
		for i := range docs {
			f := &v.Fates[i]
			if f.Kept() {
				continue
			}
			d := Dropped{ID: docs[i].ID, Relation: f.Relation, Coverage: f.Coverage, Rule: f.Rule}
			for _, n := range f.By {
				d.By = append(d.By, docs[n].ID)
			}
			w.put(w.keyOf(numbers[i]), dropped, nil, nil, jsonOf(&d))
		}
	}
	return w.err
}

// memory returns the corpus of a component, with its links and stories.
func memory(scheme *detect.Scheme, docs []dedup.Document, numbers []uint32, links []*pairLink, from []*Story) (*detect.Memory, error) {
	m := detect.NewMemory(scheme)
	m.Add(docs...)
	aside, units := make([]cluster.Set, len(docs)), make([]int32, len(docs))
	m.Infos(func(n uint32, i dedup.Info) error { // it does not fail
		units[n] = int32(i.Units)
		return nil
	})
	var all []dedup.Link
	for _, l := range links {
		a, hasA := slices.BinarySearch(numbers, l.a)
		b, hasB := slices.BinarySearch(numbers, l.b)
		if !hasA || !hasB {
			continue
		}
		if units[a] != l.docs[0].Units || units[b] != l.docs[1].Units {
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
