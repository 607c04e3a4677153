package cluster

import "slices"

// Counter counts the stories that hold a fingerprint: the texts that hold it, less those
// that hold it in a story which another document already represents. It needs the nodes of
// the stories in memory, and for each fingerprint a step for each document in a story that
// holds it.
type Counter struct {
	docs  []Doc
	nodes []storyNode // by document
	of    []int32     // document → its first node; one more at the end

	fingerprint int32   // number of the fingerprint
	seen        []int32 // node → the last fingerprint it was seen to hold
	held        []held  // story → likewise
}

// held says how many nodes of a story hold a fingerprint.
type held struct{ fingerprint, nodes int32 }

// storyNode is a node and the story it is in.
type storyNode struct {
	units Set
	story int32
}

// NewCounter returns a counter of the fingerprints of docs, which carry stories.
func NewCounter(docs []Doc, stories []Story) *Counter {
	w := &Counter{docs: docs, of: make([]int32, len(docs)+1)}
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
	w.seen, w.held = make([]int32, n), make([]held, len(stories))
	return w
}

// Common says how far a fingerprint in the given number of texts is from distinctive, in
// tenths. ps are the documents in stories that hold it, possibly with others.
func (w *Counter) Common(texts int32, ps []Posting) int32 {
	if common(texts) == 0 {
		return 0
	}
	return common(w.count(texts, ps))
}

// count returns how many stories, and texts in no story, hold a fingerprint. A story that
// many texts carry is not joined at once, and its texts outside would make its own words
// look like a formula: where one story of many nodes holds a fingerprint, texts in no story
// count less, by half that number.
func (w *Counter) count(texts int32, ps []Posting) int32 {
	w.fingerprint++
	stories, most, lone := int32(0), int32(0), texts
	for _, p := range ps {
		gram := w.docs[p.Doc].Gram
		for n := w.of[p.Doc]; n < w.of[p.Doc+1]; n++ {
			node := &w.nodes[n]
			if w.seen[n] == w.fingerprint || node.units.Within(p.Pos, p.Pos+gram) == 0 {
				continue
			}
			w.seen[n] = w.fingerprint
			lone--
			h := &w.held[node.story]
			if h.fingerprint != w.fingerprint {
				*h = held{fingerprint: w.fingerprint}
				stories++
			}
			h.nodes++
			most = max(most, h.nodes)
		}
	}
	lone = max(0, lone)
	if most > 2 {
		lone = (2*lone + most - 1) / most
	}
	return max(1, stories+lone)
}
