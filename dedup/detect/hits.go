package detect

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"repost/dedup/lsh"
)

// packedHit is a hit in one word, so that sorting brings those of one pair together:
//
//	asker     24 bits  index into the askers of the scan
//	document  26       its number
//	diagonal  12       in steps of 16 units, from -2048; the ends include everything beyond
//	weight     2       1 Frequent, 2 Rare, 3 Least
//
// Coarse diagonals may yield a few pairs too many, never too few: the judge drops links
// that are not evident.
type packedHit uint64

// The most askers in a scan and the most documents in a corpus.
const (
	maxAskers    = 1 << 24
	maxDocuments = 1 << 26
)

var weights = [4]int32{1: lsh.Frequent, 2: lsh.Rare, 3: lsh.Least}

func packHit(asker int32, document uint32, diagonal, weight int32) packedHit {
	d := min(max(diagonal>>4+2048, 0), 4095)
	w := slices.Index(weights[:], weight)
	return packedHit(asker)<<40 | packedHit(document)<<14 | packedHit(d)<<2 | packedHit(w)
}

func (h packedHit) asker() int       { return int(h >> 40) }
func (h packedHit) document() uint32 { return uint32(h>>14) & (maxDocuments - 1) }
func (h packedHit) weight() int32    { return weights[h&3] }
func (h packedHit) diagonal() int32  { return (int32(h>>2&4095) - 2048) << 4 }

// hits are the hits of one scan of the index, in parts by asker.
//
// Fingerprints shared by chance make some hundred hits a document in a large corpus, which
// are gigabytes for a million. Those that do not fit in memory go to a temporary file, so
// that one scan of the index is enough for any number.
type hits struct {
	corpus Corpus
	most   int  // that stay in memory, 8 bytes each
	shift  uint // a part has 1<<shift askers
	parts  []hitPart
	held   int      // in memory
	file   TempFile // opened when it is needed
	end    int64
	buf    []byte
}

// hitPart is the hits of some askers that follow each other.
type hitPart struct {
	held   []packedHit
	stored []extent
}

// extent is a run of hits in the temporary file.
type extent struct {
	at int64
	n  int
}

// heldHits is the maximum number of hits that a scan holds in memory by default: 32 MB.
const heldHits = 1 << 22

// A part has leastAskers or more, there are at most mostParts of them.
const (
	leastAskers = 1 << 10
	mostParts   = 1 << 10
)

func newHits(c Corpus, askers, most int) *hits {
	h := &hits{corpus: c, most: most}
	for 1<<h.shift < leastAskers || askers>>h.shift > mostParts {
		h.shift++
	}
	h.parts = make([]hitPart, askers>>h.shift+1)
	return h
}

// takes reports whether the hits of an asker are gathered.
func (h *hits) takes(asker int) bool { return asker>>h.shift < len(h.parts) }

func (h *hits) add(x packedHit) {
	p := &h.parts[x.asker()>>h.shift]
	p.held = append(p.held, x)
	h.held++
}

// fit makes room in memory by moving hits to the temporary file. If the corpus has none,
// the second half of the askers is left to another scan.
func (h *hits) fit() {
	for h.held > h.most && !h.store() && len(h.parts) > 1 {
		rest := h.parts[len(h.parts)/2:]
		for i := range rest {
			h.held -= len(rest[i].held)
			rest[i] = hitPart{}
		}
		h.parts = h.parts[:len(h.parts)/2]
	}
}

// store moves all hits to the temporary file and reports whether it could.
func (h *hits) store() bool {
	if h.file == nil {
		if h.file = h.corpus.TempFile(); h.file == nil {
			return false
		}
	}
	for i := range h.parts {
		p := &h.parts[i]
		if len(p.held) == 0 {
			continue
		}
		h.buf = h.buf[:0]
		for _, x := range p.held {
			h.buf = binary.LittleEndian.AppendUint64(h.buf, uint64(x))
		}
		if _, err := h.file.WriteAt(h.buf, h.end); err != nil {
			return false
		}
		p.stored = append(p.stored, extent{h.end, len(p.held)})
		h.end += int64(len(h.buf))
		h.held -= len(p.held)
		p.held = p.held[:0]
	}
	return true
}

// part appends the hits of a part to dst, and buf is room to read in. It is safe for
// concurrent use.
func (h *hits) part(dst []packedHit, i int, buf *[]byte) ([]packedHit, error) {
	p := &h.parts[i]
	for _, e := range p.stored {
		b := slices.Grow((*buf)[:0], 8*e.n)[:8*e.n]
		*buf = b
		if _, err := h.file.ReadAt(b, e.at); err != nil {
			return nil, err
		}
		for ; len(b) > 0; b = b[8:] {
			dst = append(dst, packedHit(binary.LittleEndian.Uint64(b)))
		}
	}
	return append(dst, p.held...), nil
}

// close removes the temporary file. Nobody reads it again, so an error does not matter.
func (h *hits) close() {
	if h.file != nil {
		h.file.Close()
	}
}

// pairFilter finds the pairs among the hits of a part that are worth aligning. Each worker
// has its own.
type pairFilter struct {
	st    *detector
	todo  []uint32
	all   []packedHit
	sums  []uint8 // by a hash of the pair: what its hits weigh together, or more
	hits  []lsh.Hit
	found []uint32
	buf   []byte
}

// pairs returns the pairs of a part, by asker. O(n log n) in the hits of pairs that
// weigh enough in all strips together, which few do: O(n) in the others.
func (s *pairFilter) pairs(h *hits, part int) (pairs []pair, err error) {
	if s.all, err = h.part(s.all[:0], part, &s.buf); err != nil {
		return nil, err
	}
	h.parts[part] = hitPart{}
	s.drop()
	slices.Sort(s.all)
	for lo := 0; lo < len(s.all); {
		asker := s.all[lo].asker()
		s.hits = s.hits[:0]
		for ; lo < len(s.all) && s.all[lo].asker() == asker; lo++ {
			x := s.all[lo]
			s.hits = append(s.hits, lsh.Hit{Doc: x.document(), Diagonal: x.diagonal(), Weight: s.weight(x)})
		}
		s.found = lsh.Candidates(s.found[:0], s.hits, func(n uint32) int32 { return s.enough(asker, n) })
		for _, n := range s.found {
			pairs = append(pairs, pair{s.todo[asker], n})
		}
	}
	return pairs, nil
}

// weight returns what a hit weighs.
func (s *pairFilter) weight(x packedHit) int32 {
	w := x.weight()
	if w == lsh.Least {
		w = s.st.bandWorth(w, s.todo[x.asker()], x.document())
	}
	return w
}

// enough returns what the hits of an asker with representative n must weigh.
func (s *pairFilter) enough(asker int, n uint32) int32 {
	return lsh.Enough(int(min(s.st.unitsOf(s.todo[asker]), s.st.unitsOf(n))))
}

// drop drops the hits of pairs that cannot weigh enough: nine in ten of them, which
// need not be sorted.
func (s *pairFilter) drop() {
	size := 64 - bits.Len(uint(2*len(s.all)))
	slot := func(x packedHit) uint64 { return uint64(x>>14) * 0x9e3779b97f4a7c15 >> size }
	s.sums = slices.Grow(s.sums[:0], 1<<(64-size))[:1<<(64-size)]
	clear(s.sums)
	for _, x := range s.all {
		sum := &s.sums[slot(x)]
		*sum = uint8(min(int32(*sum)+s.weight(x), lsh.Least))
	}
	s.all = slices.DeleteFunc(s.all, func(x packedHit) bool {
		sum := int32(s.sums[slot(x)])
		return sum < lsh.Least && sum < s.enough(x.asker(), x.document())
	})
}
