package detect

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"

	"repost/dedup/cluster"
	"repost/dedup/internal/numbers"
)

// Judgement is what an update found of a document that has links: all that the next one
// must know of it if neither it nor what it shares has changed.
type Judgement struct {
	Gram    int32                    // units of a fingerprint's gram
	Learned cluster.Set              // units that are set aside as learned boilerplate
	Links   []JudgedLink             // by the other document
	Nodes   [cluster.Passes][]Placed // parts that are in stories, after each pass, by Units
}

// JudgedLink is a link as one of its documents has it.
type JudgedLink struct {
	Other    uint32
	Place    uint32 // of the link in the corpus
	From     bool   // the document is the link's From
	Evident  bool   // its documents are still candidates of each other
	Accepted [cluster.Passes]bool
	Weak     int32 // inner fingerprints of its best chain that make weak candidates or none, about: see weak.go; only its From has it
	// Lost is what the chains of an evident link lose in the later passes; only its From has
	// it, and links share them: they are not changed in place.
	Lost [cluster.Passes - 1][]cluster.Lost
}

// Placed is a part of a document that is in a story. Story is one for all parts of it: 256
// times the number of the first one's document, and one more for each other story that
// begins there.
type Placed struct {
	Story uint64
	Units cluster.Set
}

// find returns the place of the link with other, or where it would be.
func (j *Judgement) find(other uint32) (int, bool) {
	return slices.BinarySearchFunc(j.Links, other, func(l JudgedLink, n uint32) int { return cmp.Compare(l.Other, n) })
}

// Placed reports whether some part of the document is in a story, after some pass.
func (j *Judgement) Placed() bool {
	return slices.ContainsFunc(j.Nodes[:], func(nodes []Placed) bool { return len(nodes) > 0 })
}

// evident reports whether the document has a link that counts.
func (j *Judgement) evident() bool {
	return slices.ContainsFunc(j.Links, func(l JudgedLink) bool { return l.Evident })
}

// Bits of the flags of a link as it is packed; what is lost in the last pass is mostly what
// is lost in the one before.
const (
	packedFrom = 1 << iota
	packedEvident
	packedAccepted // and one more for each further pass
	packedLost     = packedAccepted << cluster.Passes
	packedOther    = packedLost << 1
)

// AppendJudgement appends j: its gram, its set, the links (the other document less the one
// before, the place, flags, what is lost), then for each pass the parts, or one byte if
// they are those of the pass before. All numbers are varints.
func AppendJudgement(b []byte, j *Judgement) []byte {
	b = binary.AppendUvarint(b, uint64(uint32(j.Gram)))
	b = cluster.AppendSet(b, j.Learned)
	b = binary.AppendUvarint(b, uint64(len(j.Links)))
	last := uint32(0)
	for i := range j.Links {
		l := &j.Links[i]
		b = binary.AppendUvarint(b, uint64(l.Other-last))
		b = binary.AppendUvarint(b, uint64(l.Place))
		last = l.Other
		flags := byte(0)
		set := func(bit byte, on bool) {
			if on {
				flags |= bit
			}
		}
		set(packedFrom, l.From)
		set(packedEvident, l.Evident)
		for p, on := range l.Accepted {
			set(packedAccepted<<p, on)
		}
		set(packedLost, loses(l.Lost[0]))
		other := !slices.Equal(l.Lost[0], l.Lost[1])
		set(packedOther, other)
		b = append(b, flags)
		if !l.From {
			continue
		}
		b = binary.AppendUvarint(b, uint64(uint32(l.Weak)))
		if !l.Evident {
			continue
		}
		b = binary.AppendUvarint(b, uint64(len(l.Lost[0])))
		if flags&packedLost != 0 {
			b = cluster.AppendLost(b, l.Lost[0])
		}
		if other {
			b = cluster.AppendLost(b, l.Lost[1])
		}
	}
	for p, nodes := range j.Nodes {
		if p > 0 && slices.EqualFunc(nodes, j.Nodes[p-1], samePlace) {
			b = append(b, 0)
			continue
		}
		b = binary.AppendUvarint(b, uint64(len(nodes)+1))
		for _, n := range nodes {
			b = binary.AppendUvarint(b, n.Story)
			b = cluster.AppendSet(b, n.Units)
		}
	}
	return b
}

func samePlace(a, b Placed) bool { return a.Story == b.Story && slices.Equal(a.Units, b.Units) }

func loses(all []cluster.Lost) bool {
	return slices.ContainsFunc(all, func(l cluster.Lost) bool { return l != cluster.Lost{} })
}

var errJudgement = errors.New("what is known of a document ends too early, or has a number out of range")

// ReadJudgement reads all that AppendJudgement appended to nothing. Any bytes are safe.
func ReadJudgement(b []byte) (*Judgement, error) {
	r := newReader(b)
	j := &Judgement{Gram: r.Int32(), Learned: r.set()}
	last := uint32(0)
	links := r.Count()
	j.Links = make([]JudgedLink, 0, min(links, mostRoom))
	for range links {
		l := JudgedLink{Other: last + r.Uint32(), Place: r.Uint32()}
		last = l.Other
		flags := r.Byte()
		l.From, l.Evident = flags&packedFrom != 0, flags&packedEvident != 0
		for p := range l.Accepted {
			l.Accepted[p] = flags&(packedAccepted<<p) != 0
		}
		if l.From {
			l.Weak = r.Int32()
		}
		if l.From && l.Evident {
			chains := int(r.Uint(maxChains))
			l.Lost[0] = lossless(chains)
			if flags&packedLost != 0 {
				l.Lost[0] = make([]cluster.Lost, chains)
				r.lost(l.Lost[0])
			}
			l.Lost[1] = l.Lost[0]
			if flags&packedOther != 0 {
				l.Lost[1] = make([]cluster.Lost, chains)
				r.lost(l.Lost[1])
			}
		}
		if r.Bad {
			return nil, errJudgement
		}
		j.Links = append(j.Links, l)
	}
	for p := range j.Nodes {
		n := r.Count()
		if n == 0 {
			if p > 0 {
				j.Nodes[p] = j.Nodes[p-1]
			}
			continue
		}
		for range n - 1 {
			j.Nodes[p] = append(j.Nodes[p], Placed{r.Uint64(), r.set()})
			if r.Bad {
				return nil, errJudgement
			}
		}
	}
	if !r.End() {
		return nil, errJudgement
	}
	return j, nil
}

// maxChains bounds the chains of a link, and mostRoom the links for which room is made before
// they are read: a count may be damaged.
const (
	maxChains = 1 << 16
	mostRoom  = 64
)

// lossless returns what as many chains lose that lose nothing. It is not to be changed.
func lossless(chains int) []cluster.Lost {
	if chains > len(noLosses) {
		return make([]cluster.Lost, chains)
	}
	return noLosses[:chains:chains]
}

var noLosses [16]cluster.Lost

// judgementReader reads numbers, and what package cluster packs.
type judgementReader struct{ numbers.Reader }

func newReader(b []byte) *judgementReader { return &judgementReader{numbers.Reader{B: b}} }

func (r *judgementReader) lost(all []cluster.Lost) { r.Took(cluster.ReadLost(all, r.B)) }

func (r *judgementReader) set() cluster.Set {
	s, rest, err := cluster.ReadSet(r.B)
	r.Took(rest, err)
	return s
}

// ref is a link of a link graph: its documents, and where the corpus keeps it.
type ref struct {
	a, b  int32
	place uint32
	weak  int32 // see JudgedLink
}

// byPass is what a pass over all links found.
type byPass struct {
	accepted []bool
	lost     func(i int) []cluster.Lost
	nodes    placedNodes
}

// found notes what a pass found, for judgements.
func (v *linkGraph) found(_ int, j *cluster.Judging, accepted []bool) {
	if v.st.incremental {
		v.judged = append(v.judged, byPass{accepted, j.Kept(), v.placed(j.Stories())})
	}
}

// placedNodes are the parts of documents that are in stories, packed.
type placedNodes struct {
	of   []int32 // document of a link graph → its first node; one more at the end
	at   []int32 // node → where it is in data
	data []byte
}

// placed returns the nodes of stories, by document and units.
func (v *linkGraph) placed(stories []cluster.Story) placedNodes {
	type node struct {
		doc   int32
		story uint64
		units cluster.Set
	}
	var all []node
	for i, name := range v.names(stories) {
		for _, n := range stories[i].Nodes {
			all = append(all, node{n.Doc, name, n.Units})
		}
	}
	slices.SortFunc(all, func(x, y node) int {
		return cmp.Or(cmp.Compare(x.doc, y.doc), compareSets(x.units, y.units), cmp.Compare(x.story, y.story))
	})
	p := placedNodes{of: make([]int32, len(v.docs)+1), at: make([]int32, len(all))}
	for i, n := range all {
		p.of[n.doc+1]++
		p.at[i] = int32(len(p.data))
		p.data = binary.AppendUvarint(p.data, n.story)
		p.data = cluster.AppendSet(p.data, n.units)
	}
	for d := range v.docs {
		p.of[d+1] += p.of[d]
	}
	return p
}

// names names stories: see Placed.
func (v *linkGraph) names(stories []cluster.Story) []uint64 {
	names, order := make([]uint64, len(stories)), make([]int32, len(stories))
	for i := range order {
		order[i] = int32(i)
	}
	first := func(i int32) *cluster.Node { return &stories[i].Nodes[0] }
	slices.SortFunc(order, func(x, y int32) int {
		return cmp.Or(cmp.Compare(first(x).Doc, first(y).Doc), compareSets(first(x).Units, first(y).Units))
	})
	for k, i := range order {
		names[i] = uint64(v.numbers[first(i).Doc]) << 8
		if k > 0 && names[order[k-1]]>>8 == names[i]>>8 {
			names[i] = names[order[k-1]] + 1
		}
	}
	return names
}

func compareSets(a, b cluster.Set) int {
	return slices.CompareFunc(a, b, func(x, y cluster.Interval) int {
		return cmp.Or(cmp.Compare(x.Lo, y.Lo), cmp.Compare(x.Hi, y.Hi))
	})
}

// nodes returns those of a document of a link graph.
func (p *placedNodes) nodes(d int32) (out []Placed) {
	for n := p.of[d]; n < p.of[d+1]; n++ {
		r := newReader(p.data[p.at[n]:])
		out = append(out, Placed{r.Uint64(), r.set()})
	}
	return out
}

// judgements yields what was found of each document of a link graph, by number.
func (v *linkGraph) judgements(yield func(n uint32, j *Judgement) bool) {
	type end struct{ doc, ref int32 }
	ends := make([]end, 0, 2*len(v.all))
	for i, r := range v.all {
		ends = append(ends, end{r.a, int32(i)}, end{r.b, int32(i)})
	}
	slices.SortFunc(ends, func(x, y end) int { return cmp.Compare(v.numbers[x.doc], v.numbers[y.doc]) })
	for lo := 0; lo < len(ends); {
		d := ends[lo].doc
		j := &Judgement{Gram: v.docs[d].Gram, Learned: v.docs[d].Learned}
		hi := lo
		for ; hi < len(ends) && ends[hi].doc == d; hi++ {
			j.Links = append(j.Links, v.judgedLink(d, &v.all[ends[hi].ref]))
		}
		slices.SortFunc(j.Links, func(x, y JudgedLink) int { return cmp.Compare(x.Other, y.Other) })
		j.Links = slices.CompactFunc(j.Links, func(x, y JudgedLink) bool { return x.Other == y.Other })
		for p := range v.judged {
			j.Nodes[p] = v.judged[p].nodes.nodes(d)
		}
		if !yield(v.numbers[d], j) {
			return
		}
		lo = hi
	}
}

// judgedLink returns a link as document d of it has it.
func (v *linkGraph) judgedLink(d int32, r *ref) JudgedLink {
	l := JudgedLink{Other: v.numbers[r.b], Place: r.place, From: r.a == d}
	if !l.From {
		l.Other = v.numbers[r.a]
	}
	if l.From {
		l.Weak = r.weak
	}
	i, evident := v.links.Find(r.a, r.b)
	if l.Evident = evident; !evident {
		return l
	}
	for p := range v.judged {
		l.Accepted[p] = v.judged[p].accepted[i]
		if p > 0 && l.From {
			l.Lost[p-1] = v.judged[p].lost(i)
		}
	}
	return l
}
