package detect

import (
	"cmp"
	"math"
	"slices"
	"sync/atomic"

	"repost/dedup"
	"repost/dedup/align"
	"repost/dedup/cluster"
	"repost/dedup/parallel"
	"repost/shingle"
)

// Rewrites in a corpus: pairs of documents in which one repeats or sums up the other in
// other words. They share no run long enough for a fingerprint, so the indexes do not find
// them; what they share is rare terms: names, places, figures, odd words, in any order.
//
//	count   every term: in how many texts it stands
//	sign    each text by its rarest terms, those of at least two texts
//	meet    for each text, the others that share most of their weight
//	verify  by the alignment of rewrites (package align), and two guards
//
// A term weighs ln((N+1)/(n+1)) nats, where n of N texts hold it. What two texts
// share is measured against the whole weight of the lighter one, common terms and
// singular ones included: a form that was filled in twice shares its common terms,
// and its names and figures are singular.
//
// A text that many carry counts once: only representatives are looked at, and of a story its
// canonical member and those members that have as much else.
//
// Cost: all texts are read and cut three times, at about 10 MB/s a core each. Memory
// is 64 MB for counts, and for a text up to 4 × signTerms bytes; the terms of
// meetBlock texts are held the other way round at a time, and verifying holds
// verifyUnits of text. Meeting takes, for each block, a step for each two texts with
// a term in common: at most texts × signTerms × Postings / 2 in all.

// RewriteOptions bound a search for rewrites. The zero value is the default.
type RewriteOptions struct {
	// Partners is how many others each text is compared with, those that share most;
	// 0 is 6. A pair is compared if either asks for it.
	Partners int
	// Postings is the number of texts from which on a term makes no candidates; 0 is
	// 300. RewriteSearch.Capped says how many such terms there were.
	Postings int
	// Of, if not nil, says which documents are asked about: one of each pair is one
	// of them.
	Of []uint32
}

// RewritePair is a pair of documents that say the same in other words. The id of A
// sorts first.
type RewritePair struct {
	A, B   uint32
	Shared float64 // of the weight of the lighter text's terms, what the other has: 0 to 1
	Rewording
}

// RewriteSearch is what a search for rewrites found and what it did.
type RewriteSearch struct {
	Pairs    []RewritePair // by the ids of A and B
	Texts    int           // that were compared
	Short    int           // texts too short to be compared
	Long     int           // and too long
	Capped   int           // terms of too many texts to make candidates
	Compared int           // pairs
}

const (
	signTerms   = 384     // rare terms that make candidates, of a text
	meetBlock   = 1 << 16 // texts whose terms are indexed at a time
	meetLeast   = 60      // least share, in thousandths, to be compared
	verifyUnits = 1 << 20 // live units of the texts that are compared at a time
	countBits   = 24      // of a term, that its count is kept by
)

func (o RewriteOptions) withDefaults() RewriteOptions {
	o.Partners = cmp.Or(o.Partners, 6)
	o.Postings = cmp.Or(o.Postings, 300)
	return o
}

// Rewrites searches a corpus that is up to date for documents that rewrite or sum up each
// other. stories calls its function for every story: two members of one are no
// pair. What comes out depends on the documents alone.
func Rewrites(c Corpus, s *Scheme, stories func(func(*dedup.Story) error) error, opt RewriteOptions, progress dedup.Progress) (*RewriteSearch, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	r := &rewrites{
		st:  &detector{corpus: c, scheme: s, progress: progress},
		opt: opt.withDefaults(), of: map[uint32][]int32{},
	}
	if err := r.st.load(); err != nil {
		return nil, err
	}
	if err := r.choose(stories); err != nil {
		return nil, err
	}
	for _, step := range []func() error{r.count, r.sign, r.meet, r.verify} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return &r.found, nil
}

// rewrites is a search under way. Texts are numbered by their ids.
type rewrites struct {
	st    *detector
	opt   RewriteOptions
	found RewriteSearch

	docs     []uint32           // text → document
	of       map[uint32][]int32 // document → its stories
	asked    []bool             // text → it is asked about; nil is all
	counts   []uint32           // term, cut → texts that hold it
	signs    [][]uint32         // text → its rarest terms, ascending
	weights  []int32            // text → weight of all its terms, 1/256 nat
	partners [][]partner        // text → texts that share most, best first
}

type partner struct {
	text  int32
	share int32 // thousandths
}

// choose picks the texts that are compared.
func (r *rewrites) choose(stories func(func(*dedup.Story) error) error) error {
	elsewhere := map[uint32]float64{} // document → share of it that is in stories with another canonical member
	n := int32(0)
	err := stories(func(s *dedup.Story) error {
		for _, m := range s.Members {
			r.of[m.Doc] = append(r.of[m.Doc], n)
			if !m.Canonical {
				elsewhere[m.Doc] += m.Coverage
			}
		}
		n++
		return nil
	})
	if err != nil {
		return err
	}
	st := r.st
	for n := range uint32(len(st.ids)) {
		switch {
		case !st.isRepresentative(n) || elsewhere[n] >= .5 && !slices.Contains(r.opt.Of, n):
		case st.units[n] < rewriteLeast:
			r.found.Short++
		case st.units[n] > rewriteMost:
			r.found.Long++
		default:
			r.docs = append(r.docs, n)
		}
	}
	sortByID(r.docs, st.ids)
	r.found.Texts = len(r.docs)
	if r.opt.Of != nil {
		asked := map[uint32]bool{}
		for _, n := range r.opt.Of {
			if int(n) < len(st.representative) {
				asked[st.representative[n]] = true
			}
		}
		r.asked = make([]bool, len(r.docs))
		for i, n := range r.docs {
			r.asked[i] = asked[n]
		}
	}
	return nil
}

// textBatch is how many texts are prepared at a time.
const textBatch = 4096

// each calls fn with the terms of every text, in any order, on all processors.
func (r *rewrites) each(stage string, fn func(text int, terms []uint32)) error {
	for lo := 0; lo < len(r.docs); lo += textBatch {
		r.st.progress(stage, lo, len(r.docs))
		part := r.docs[lo:min(lo+textBatch, len(r.docs))]
		need := make(map[uint32]bool, len(part))
		for _, n := range part {
			need[n] = true
		}
		texts, err := r.st.texts(need)
		if err != nil {
			return err
		}
		parallel.For(len(part), func(i int) { fn(lo+i, texts[part[i]].terms()) })
	}
	r.st.progress(stage, len(r.docs), len(r.docs))
	return nil
}

// terms returns the terms of t outside of its masks, ascending.
func (t *Text) terms() []uint32 {
	var aside []shingle.Span
	for _, m := range t.Masks {
		aside = append(aside, m.Span)
	}
	return align.Prepare(t.Source, t.rules).Terms(nil, aside)
}

// count counts the texts of each term. Two terms may share a count; they then
// look more frequent than they are, in whatever order the texts come.
func (r *rewrites) count() error {
	r.counts = make([]uint32, 1<<countBits)
	err := r.each("counting terms", func(_ int, terms []uint32) {
		for _, t := range terms {
			atomic.AddUint32(&r.counts[t>>(32-countBits)], 1)
		}
	})
	for _, n := range r.counts {
		if int(n) > r.opt.Postings {
			r.found.Capped++
		}
	}
	return err
}

// nat is the unit of integer weights: sums of them do not depend on an order.
const nat = 256

func (r *rewrites) weight(term uint32) int32 { return int32(math.Round(nat * r.IDF(term))) }

// IDF returns the weight of a term in nats. A small corpus does not know how common
// a term is; it is taken for a part of one of fewTexts.
func (r *rewrites) IDF(term uint32) float64 {
	return math.Log(float64(max(len(r.docs), fewTexts)+1) / float64(r.counts[term>>(32-countBits)]+1))
}

const fewTexts = 1000

// sign keeps the rarest terms of each text.
func (r *rewrites) sign() error {
	r.signs, r.weights = make([][]uint32, len(r.docs)), make([]int32, len(r.docs))
	return r.each("choosing terms", func(text int, terms []uint32) {
		var own []uint32
		for _, t := range terms {
			r.weights[text] += r.weight(t)
			if n := int(r.counts[t>>(32-countBits)]); n >= 2 && n <= r.opt.Postings {
				own = append(own, t)
			}
		}
		if len(own) > signTerms {
			slices.SortFunc(own, func(x, y uint32) int {
				return cmp.Or(cmp.Compare(r.counts[x>>(32-countBits)], r.counts[y>>(32-countBits)]), cmp.Compare(x, y))
			})
			own = own[:signTerms]
			slices.Sort(own)
		}
		r.signs[text] = slices.Clone(own)
	})
}

// meet finds for each text those that share most of its terms' weight, or of
// theirs.
func (r *rewrites) meet() error {
	r.partners = make([][]partner, len(r.docs))
	for lo := 0; lo < len(r.docs); lo += meetBlock {
		r.st.progress("meeting", lo, len(r.docs))
		x := newTermIndex(r.signs[lo:min(lo+meetBlock, len(r.docs))])
		parallel.With(len(r.docs), func() *meeting {
			return &meeting{rewrites: r, index: x, from: int32(lo), sum: make([]int32, x.texts)}
		}, (*meeting).ask)
	}
	r.st.progress("meeting", len(r.docs), len(r.docs))
	return nil
}

// termIndex says which of a block of texts have a term.
type termIndex struct {
	texts int
	posts []uint64 // term<<32 | text, ascending
	start []int32  // top bits of a term → where they begin in posts
}

const startBits = 20

func newTermIndex(signs [][]uint32) *termIndex {
	x := &termIndex{texts: len(signs), start: make([]int32, 1<<startBits+1)}
	for i, terms := range signs {
		for _, t := range terms {
			x.posts = append(x.posts, uint64(t)<<32|uint64(i))
		}
	}
	slices.Sort(x.posts)
	at := 0
	for i := range x.start {
		for at < len(x.posts) && int(x.posts[at]>>(64-startBits)) < i {
			at++
		}
		x.start[i] = int32(at)
	}
	return x
}

// meeting adds up what one text shares with each of a block.
type meeting struct {
	*rewrites
	index *termIndex
	from  int32   // the first text of the block
	sum   []int32 // text of the block → weight shared
	met   []int32 // texts whose sum is not 0
}

func (m *meeting) ask(text int) {
	if m.asked != nil && !m.asked[text] {
		return
	}
	m.met = m.met[:0]
	for _, t := range m.signs[text] {
		top := t >> (32 - startBits)
		w := m.weight(t)
		for i := m.index.start[top]; i < m.index.start[top+1]; i++ {
			p := m.index.posts[i]
			if uint32(p>>32) != t {
				continue
			}
			if m.sum[uint32(p)] == 0 {
				m.met = append(m.met, int32(uint32(p)))
			}
			m.sum[uint32(p)] += w
		}
	}
	best := m.partners[text]
	for _, k := range m.met {
		other := m.from + k
		share := int32(1000 * int64(m.sum[k]) / int64(max(1, min(m.weights[text], m.weights[other]))))
		m.sum[k] = 0
		if share < meetLeast || int(other) == text || m.apart(m.docs[text], m.docs[other]) {
			continue
		}
		best = append(best, partner{other, share})
	}
	slices.SortFunc(best, func(x, y partner) int { return cmp.Or(cmp.Compare(y.share, x.share), cmp.Compare(x.text, y.text)) })
	m.partners[text] = slices.Clone(best[:min(len(best), m.opt.Partners)])
}

// apart reports whether two documents are no pair: their days are too far from each
// other, or they are in one story.
func (r *rewrites) apart(m, n uint32) bool {
	x, y := r.st.day[m], r.st.day[n]
	if x != cluster.NoDay && y != cluster.NoDay && max(x-y, y-x) > toldDays {
		return true
	}
	for _, s := range r.of[m] {
		if slices.Contains(r.of[n], s) {
			return true
		}
	}
	return false
}
