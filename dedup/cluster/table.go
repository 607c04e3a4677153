package cluster

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// Table holds many links in little memory: packed, about 50 bytes each where a
// decoded link has 250. Links are added in any order; Sort makes them a list.
type Table struct {
	at   []place
	data []byte
	from []int32 // document → its first link as A; one more at the end

	chains int // of all links
}

// place says where a link lies. from and to are the units of A that its chains
// span: most questions after a unit need no more.
type place struct {
	a, b     int32
	from, to int32
	chains   int32 // of all links before it
	offset   int64
}

// Add adds a link. It keeps nothing of l.
func (t *Table) Add(l *Link) {
	p := place{a: l.A, b: l.B, from: math.MaxInt32, offset: int64(len(t.data))}
	again := l.repeats()
	for i := range l.Chains {
		c := &l.Chains[i]
		s := c.spanA()
		p.from, p.to = min(p.from, s.Lo), max(p.to, s.Hi)
		if again[i] {
			c.Edges |= repeat
		}
	}
	t.at = append(t.at, p)
	t.data = AppendChains(t.data, l.Chains)
	for i := range l.Chains {
		l.Chains[i].Edges &^= repeat
	}
}

// repeat marks, in a table, a chain that repeats others: see Link.repeats.
const repeat Edges = 1 << 7

// Sort orders the links by (A, B); documents are numbered below docs. Of links of
// the same two documents it keeps the first.
func (t *Table) Sort(docs int) {
	slices.SortFunc(t.at, func(x, y place) int {
		return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b), cmp.Compare(x.offset, y.offset))
	})
	t.at = slices.CompactFunc(t.at, func(x, y place) bool { return x.a == y.a && x.b == y.b })
	t.from = make([]int32, docs+1)
	t.index()
}

// Keep leaves only the links of a sorted table that keep accepts, and gives the room of
// the others back. O(n).
func (t *Table) Keep(keep func(i int) bool) {
	kept, size := 0, 0
	var l Link
	sizes := make([]int32, len(t.at)) // of the packed chains of those kept
	for i := range t.at {
		if keep(i) {
			packed := t.data[t.at[i].offset:]
			var rest []byte
			l.Chains, rest, _ = ReadChains(l.Chains[:0], packed) // made by AppendChains: it cannot fail
			sizes[i] = int32(len(packed) - len(rest))
			kept, size = kept+1, size+int(sizes[i])
		}
	}
	at, data := make([]place, 0, kept), make([]byte, 0, size)
	for i, p := range t.at {
		if sizes[i] > 0 {
			from := p.offset
			p.offset = int64(len(data))
			data = append(data, t.data[from:from+int64(sizes[i])]...)
			at = append(at, p)
		}
	}
	t.at, t.data = at, data
	t.index()
}

// index numbers the chains and finds the first link of each document.
func (t *Table) index() {
	chains := int32(0)
	clear(t.from)
	for i := range t.at {
		p := &t.at[i]
		p.chains = chains
		n, _ := binary.Uvarint(t.data[p.offset:])
		chains += int32(n)
		t.from[p.a+1]++
	}
	for d := range len(t.from) - 1 {
		t.from[d+1] += t.from[d]
	}
	t.chains = int(chains)
}

// Of returns the links whose A is document d, from lo to hi-1.
func (t *Table) Of(d int32) (lo, hi int) { return int(t.from[d]), int(t.from[d+1]) }

// Find returns the number of the link of a and b, and whether there is one.
func (t *Table) Find(a, b int32) (int, bool) {
	lo, hi := t.Of(a)
	i, ok := slices.BinarySearchFunc(t.at[lo:hi], b, func(p place, b int32) int { return cmp.Compare(p.b, b) })
	return lo + i, ok
}

// Len returns the number of links.
func (t *Table) Len() int { return len(t.at) }

// Pair returns the documents of link i.
func (t *Table) Pair(i int) (a, b int32) { return t.at[i].a, t.at[i].b }

// Spans reports whether units [lo, hi) of A may be in a chain of link i.
func (t *Table) Spans(i int, lo, hi int32) bool { return t.at[i].from <= lo && hi <= t.at[i].to }

// Read reads link i into l, whose slices it uses again.
func (t *Table) Read(i int, l *Link) {
	p := &t.at[i]
	l.A, l.B, l.first, l.repeat = p.a, p.b, p.chains, l.repeat[:0]
	l.Chains, _, _ = ReadChains(l.Chains[:0], t.data[p.offset:]) // made by AppendChains: it cannot fail
	for i := range l.Chains {
		c := &l.Chains[i]
		l.repeat = append(l.repeat, c.Edges&repeat != 0)
		c.Edges &^= repeat
	}
}

// Inner returns the chain with the largest number of inner fingerprints.
func (l *Link) Inner() *Chain {
	best := 0
	for i := range l.Chains {
		if l.Chains[i].Inner > l.Chains[best].Inner {
			best = i
		}
	}
	return &l.Chains[best]
}

// HasInner reports whether a fingerprint of A at units [lo, hi) may be one of the inner
// ones of c.
func (c *Chain) HasInner(lo, hi int32) bool {
	i, ok := c.runOf(lo, hi)
	return ok && c.Runs[i].near(c.longest())
}

func (c *Chain) longest() Run {
	return slices.MaxFunc(c.Runs, func(x, y Run) int { return int(x.Len - y.Len) })
}

// AppendChains appends chains to b: their number; then for each its edges, twelve
// figures, the number of its runs, and the runs as the gaps on both sides and a
// length. All but the edges are varints of encoding/binary, gaps signed ones.
func AppendChains(b []byte, chains []Chain) []byte {
	b = binary.AppendUvarint(b, uint64(len(chains)))
	for i := range chains {
		c := &chains[i]
		b = append(b, byte(c.Edges))
		for _, v := range c.figures() {
			b = binary.AppendUvarint(b, uint64(uint32(*v)))
		}
		b = binary.AppendUvarint(b, uint64(len(c.Runs)))
		var atA, atB int64
		for _, r := range c.Runs {
			b = binary.AppendVarint(b, int64(r.A)-atA)
			b = binary.AppendVarint(b, int64(r.B)-atB)
			b = binary.AppendUvarint(b, uint64(uint32(r.Len)))
			atA, atB = int64(r.A)+int64(r.Len), int64(r.B)+int64(r.Len)
		}
	}
	return b
}

// figures returns the figures of a chain, in the order they are packed.
func (c *Chain) figures() [13]*int32 {
	return [13]*int32{
		&c.Agree, &c.Disagree, &c.Reworded, &c.OneSided, &c.Head, &c.Tail,
		&c.Fingerprints, &c.Inner, &c.HeadFingerprints, &c.TailFingerprints, &c.Replaced, &c.Renamed, &c.Misread,
	}
}

var errChains = errors.New("chains end too early, have no runs or a number out of range")

// ReadChains reads what AppendChains appended, appends it to dst, whose runs it reuses, and
// returns the rest of b. Any bytes are safe.
func ReadChains(dst []Chain, b []byte) ([]Chain, []byte, error) {
	r := &unpacker{b: b}
	n := r.count()
	for range n {
		if len(dst) < cap(dst) {
			dst = dst[:len(dst)+1]
		} else {
			dst = append(dst, Chain{})
		}
		c := &dst[len(dst)-1]
		c.Edges = Edges(r.byte())
		for _, v := range c.figures() {
			*v = r.int32()
		}
		c.Runs = c.Runs[:0]
		var atA, atB int64
		for range r.count() {
			run := Run{A: r.near(atA), B: r.near(atB), Len: r.int32()}
			c.Runs = append(c.Runs, run)
			atA, atB = int64(run.A)+int64(run.Len), int64(run.B)+int64(run.Len)
		}
		if r.bad || len(c.Runs) == 0 {
			return dst, nil, errChains
		}
	}
	if r.bad {
		return dst, nil, errChains
	}
	return dst, r.b, nil
}

// unpacker reads numbers until one is bad.
type unpacker struct {
	b   []byte
	bad bool
}

func (r *unpacker) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	x := r.b[0]
	r.b = r.b[1:]
	return x
}

// count reads how many things follow, of one byte or more each.
func (r *unpacker) count() int {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *unpacker) uvarint() uint64 {
	if len(r.b) > 0 && r.b[0] < 0x80 { // most are
		return uint64(r.byte())
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *unpacker) int32() int32 {
	v := r.uvarint()
	r.bad = r.bad || v > math.MaxUint32
	return int32(uint32(v))
}

// near reads a number that is stored as its difference from base.
func (r *unpacker) near(base int64) int32 {
	d := r.uvarint()
	v := base + (int64(d>>1) ^ -int64(d&1))
	r.bad = r.bad || v < math.MinInt32 || v > math.MaxInt32
	return int32(v)
}
