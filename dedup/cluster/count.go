package cluster

import "slices"

// Counter counts the stories that hold a fingerprint: the texts that hold it, less those
// that hold it in a story which another document already represents. It needs the nodes of
// the stories in memory, and for each fingerprint a step for each document in a story that
// holds it.
type Counter struct {
	grams []int32     // by document
	nodes []storyNode // by document
	of    []int32     // document → its first node; one more at the end

	fingerprint int32  // number of the fingerprint
	held        []held // by story
}

// held says in how many texts a story holds a fingerprint, and the last of them.
type held struct{ fingerprint, doc, texts int32 }

// storyNode is a node and the story it is in.
type storyNode struct {
	units Set
	story int32
}

// Add adds a document, the next by number, to a counter that began with none, and AddNode a part
// of it that is in a story. Stories are numbered from 0.
func (w *Counter) Add(gram int32) {
	w.grams = append(w.grams, gram)
	w.of = append(w.of, int32(len(w.nodes)))
}

// AddNode is said at Add.
func (w *Counter) AddNode(units Set, story int32) {
	w.nodes = append(w.nodes, storyNode{units, story})
	w.of[len(w.grams)] = int32(len(w.nodes))
	for int(story) >= len(w.held) {
		w.held = append(w.held, held{})
	}
}

// NewCounter returns a counter of the fingerprints of docs, which carry stories.
func NewCounter(docs []Doc, stories []Story) *Counter {
	w := &Counter{grams: make([]int32, len(docs)), of: make([]int32, len(docs)+1)}
	for d := range docs {
		w.grams[d] = docs[d].Gram
	}
	n := 0
	for s := range stories {
		n += len(stories[s].Nodes)
		for _, node := range stories[s].Nodes {
			w.of[node.Doc+1]++
		}
	}
	for d := range docs {
		w.of[d+1] += w.of[d]
	}
	next := slices.Clone(w.of)
	w.nodes = make([]storyNode, n)
	for s := range stories {
		for _, node := range stories[s].Nodes {
			w.nodes[next[node.Doc]] = storyNode{node.Units, int32(s)}
			next[node.Doc]++
		}
	}
	w.held = make([]held, len(stories))
	return w
}

// Common says how far a fingerprint in the given number of texts is from distinctive, in
// tenths. ps are the documents in stories that hold it, possibly with others, one after the
// other.
func (w *Counter) Common(texts int32, ps []Posting) int32 {
	if common(texts) == 0 {
		return 0
	}
	stories, lone, most := w.count(texts, ps)
	return common(storiesAnd(stories, lone, most))
}

// Commonest reports whether a fingerprint is as far from distinctive as can be, whatever is
// known of some more texts that hold it. texts and ps are without them.
func (w *Counter) Commonest(texts, more int32, ps []Posting) bool {
	stories, lone, most := w.count(texts, ps)
	return common(storiesAnd(stories, lone, most+more)) == MostCommon
}

// count returns how many stories hold a fingerprint, how many texts in no story, and in how many
// texts the story does that has most of them.
func (w *Counter) count(texts int32, ps []Posting) (stories, lone, most int32) {
	w.fingerprint++
	lone = texts
	for lo := 0; lo < len(ps); {
		doc, hi := ps[lo].Doc, lo+1
		for hi < len(ps) && ps[hi].Doc == doc {
			hi++
		}
		in := false
		for n := w.of[doc]; n < w.of[doc+1]; n++ {
			node := &w.nodes[n]
			if !node.units.holds(ps[lo:hi], w.grams[doc]) {
				continue
			}
			in = true
			h := &w.held[node.story]
			if h.fingerprint != w.fingerprint {
				*h = held{fingerprint: w.fingerprint, doc: -1}
				stories++
			}
			if h.doc != doc {
				h.doc = doc
				h.texts++
				most = max(most, h.texts)
			}
		}
		if in {
			lone--
		}
		lo = hi
	}
	return stories, max(0, lone), most
}

// holds reports whether some of the grams at ps are in the set, with any unit.
func (s Set) holds(ps []Posting, gram int32) bool {
	return slices.ContainsFunc(ps, func(p Posting) bool { return s.Within(p.Pos, p.Pos+gram) > 0 })
}

// storiesAnd counts stories, and texts in no story. A story that many texts carry is not joined
// at once, and its texts outside would make its own words look like a formula: where one story
// of many texts holds a fingerprint, texts in no story count less, by half that number.
func storiesAnd(stories, lone, most int32) int32 {
	if most > 2 {
		lone = (2*lone + most - 1) / most
	}
	return max(1, stories+lone)
}
