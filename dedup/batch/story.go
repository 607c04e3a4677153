package batch

import (
	"cmp"
	"maps"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/shingle"
)

// The last stages: stories of documents, their members with their texts, and the lines that
// describe them.

// stories makes the stories of a component, and of texts in none that were copied.
func (w *worker) stories() error {
	for w.group() && w.ctx.Err() == nil {
		var c component
		copies := map[uint32]detect.DraftDoc{}
		for w.next() {
			if w.kind == accepted {
				c.add(w)
				continue
			}
			v := w.values()
			copies[w.orderNumber(1)] = detect.DraftDoc{Head: w.orderNumber(0), Units: v.Uint32(), Place: v.Fixed()}
			w.end(v)
		}
		if w.err != nil {
			break
		}
		w.drafts(&c, copies)
	}
	return w.err
}

// drafts writes the members of the stories of a component.
func (w *worker) drafts(c *component, copies map[uint32]detect.DraftDoc) {
	groups := c.stories()
	all := slices.AppendSeq(slices.Clone(c.numbers), maps.Keys(copies))
	slices.Sort(all)
	all = slices.Compact(all)
	place := func(n uint32) uint32 {
		i, _ := slices.BinarySearch(all, n)
		return uint32(i)
	}
	docs, numbers := make([]detect.DraftDoc, len(all)), make([]uint32, len(c.numbers))
	for i, n := range c.numbers {
		numbers[i] = place(n)
		docs[numbers[i]] = detect.DraftDoc{Head: numbers[i], Units: uint32(c.docs[i].Units)}
	}
	for n, d := range copies {
		d.Head = place(d.Head)
		docs[place(n)] = d
	}
	drafts := detect.Drafts(docs, numbers, c.docs, groups)
	slices.SortFunc(drafts, compareDrafts)
	root := w.groupNumber()
	for i, d := range drafts {
		for k, m := range d {
			b := []byte{0}
			if m.Alone {
				b[0] = 1
			}
			order := appendNumber(appendNumbers(nil, root), uint64(i), placeWidth)
			order = appendNumber(order, uint64(k), placeWidth)
			w.put(w.keyOf(all[m.Doc]), member, order, cluster.AppendSet(b, m.Units), nil)
		}
	}
}

func compareDrafts(x, y detect.Draft) int {
	return slices.CompareFunc(x, y, func(a, b detect.DraftMember) int {
		return cmp.Or(cmp.Compare(a.Doc, b.Doc), slices.CompareFunc(a.Units, b.Units, func(v, u cluster.Interval) int {
			return cmp.Or(cmp.Compare(v.Lo, u.Lo), cmp.Compare(v.Hi, u.Hi))
		}))
	})
}

// members gives each document to the stories that it is in.
func (w *worker) members() error {
	const draftWidth = numberWidth + placeWidth
	for w.group() && w.ctx.Err() == nil {
		var doc []byte
		for w.next() {
			switch {
			case w.kind == document:
				doc = slices.Clone(w.raw)
			case doc == nil:
				w.fail("document %d is not there", w.groupNumber())
			case len(w.order) != draftWidth+placeWidth:
				w.fail("its order is no member of a story")
			default:
				w.put(w.order[:draftWidth], draftMember, w.order[draftWidth:], w.data, doc)
			}
		}
	}
	return w.err
}

// Story is a story, with what is known of its documents but for their texts.
type Story struct {
	ID      string   `json:"id"`
	Members []Member `json:"members"`
}

// Member is a document's part in a Story: see dedup.Member.
type Member struct {
	Document  dedup.Document `json:"document"`
	Spans     [][2]int       `json:"spans"`
	Relation  dedup.Relation `json:"relation"`
	Coverage  float64        `json:"coverage"`
	Canonical bool           `json:"canonical,omitempty"`
}

// Member returns m as one machine has it, without the number of its document.
func (m *Member) Member() *dedup.Member {
	spans := make([]shingle.Span, len(m.Spans))
	for i, v := range m.Spans {
		spans[i] = shingle.Span{Lo: v[0], Hi: v[1]}
	}
	return &dedup.Member{Spans: spans, Relation: m.Relation, Coverage: m.Coverage, Canonical: m.Canonical}
}

// describe describes stories.
func (w *worker) describe() error {
	d := detect.NewDescriber(w.scheme)
	for w.group() && w.ctx.Err() == nil {
		var docs []dedup.Document
		for w.next() {
			doc := w.document()
			v := w.values()
			alone := v.Uint(1) == 1
			units := v.set()
			if w.end(v); w.err != nil {
				break
			}
			if err := d.Add(doc.ID, doc.Text, units, alone); err != nil {
				w.fail("document %q: %v", doc.ID, err)
				break
			}
			doc.Text = ""
			docs = append(docs, doc)
		}
		if w.err != nil {
			break
		}
		s := d.Story()
		line := jsonOf(storyOf(&s, docs))
		w.put([]byte(s.ID), story, nil, nil, line)
		w.put(w.groupKey[:min(numberWidth, len(w.groupKey))], storyIn, w.groupKey, nil, line)
	}
	return w.err
}

func storyOf(s *dedup.Story, docs []dedup.Document) *Story {
	out := &Story{ID: s.ID, Members: make([]Member, len(s.Members))}
	for i, m := range s.Members {
		o := &out.Members[i]
		*o = Member{Document: docs[m.Doc], Relation: m.Relation, Coverage: m.Coverage, Canonical: m.Canonical, Spans: pairsOf(m.Spans)}
	}
	return out
}
