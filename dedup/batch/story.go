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

// The last stages: stories of documents, and the lines that describe them.

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

// drafted is a document in the draft of a story.
type drafted struct {
	doc   uint32
	draft string // the component and the number of the draft
	order string // draft, and the document's place in it
	alone bool   // it is in no other story
	units cluster.Set
}

// drafted reads a line of a member that has come to its component.
func (w *worker) drafted() drafted {
	const draftWidth = numberWidth + placeWidth
	v := w.values()
	d := drafted{doc: w.orderNumber(0), alone: v.Uint(1) == 1, units: v.set()}
	if w.end(v); len(w.order) != numberWidth+draftWidth+placeWidth {
		w.fail("its order is no member of a story")
		return d
	}
	d.order = string(w.order[numberWidth:])
	d.draft = d.order[:draftWidth]
	return d
}

// described returns the stories of documents, and writes them. numbers are those of the documents, ascending.
func (w *worker) described(d *detect.Describer, docs []dedup.Document, numbers []uint32, members []drafted) (stories []*Story) {
	slices.SortFunc(members, func(x, y drafted) int { return cmp.Compare(x.order, y.order) })
	for lo, hi := 0, 0; lo < len(members); lo = hi {
		var in []dedup.Document
		for ; hi < len(members) && members[hi].draft == members[lo].draft; hi++ {
			m := &members[hi]
			i, ok := slices.BinarySearch(numbers, m.doc)
			if !ok {
				w.fail("document %d is not there", m.doc)
				return nil
			}
			doc := docs[i]
			if err := d.Add(doc.ID, doc.Text, m.units, m.alone); err != nil {
				w.fail("document %q: %v", doc.ID, err)
				return nil
			}
			doc.Text = ""
			in = append(in, doc)
		}
		found := d.Story()
		s := storyOf(&found, in)
		w.put([]byte(s.ID), story, nil, nil, jsonOf(s))
		stories = append(stories, s)
	}
	return stories
}

func storyOf(s *dedup.Story, docs []dedup.Document) *Story {
	out := &Story{ID: s.ID, Members: make([]Member, len(s.Members))}
	for i, m := range s.Members {
		o := &out.Members[i]
		*o = Member{Document: docs[m.Doc], Relation: m.Relation, Coverage: m.Coverage, Canonical: m.Canonical, Spans: pairsOf(m.Spans)}
	}
	return out
}
