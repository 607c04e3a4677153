package align

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"repost/shingle"
)

// Kind says which producer found a detection.
type Kind uint8

// The kinds of detections, in the order in which they are looked for.
const (
	Verbatim   Kind = iota // the same words in the same order, with few changes
	Rewritten              // the same content in other words
	Summarised             // A says in short what B says all over
)

// String returns the name of k in lower case.
func (k Kind) String() string { return [...]string{"verbatim", "rewritten", "summarised"}[k] }

// Detection is a passage of A that says what a passage of B says.
type Detection struct {
	A, B shingle.Span // bytes of the two texts
	Kind Kind
	// Score is the evidence: of Verbatim the matched tokens less a quarter of the
	// gaps, of Rewritten F in nats (see rewrite.go), of Summarised half of the
	// weight that B has less the weight it has not, in nats.
	Score float64
	// Likeness is between 0 and 1: for Verbatim the matched tokens divided by those of the
	// longer side, for Rewritten the weighted Dice coefficient of the terms, for Summarised
	// the share of A's weight that B has.
	Likeness float64
}

// Options are the thresholds of Detect. The zero value is the default.
type Options struct {
	MinVerbatim int     // tokens of the shorter side of a Verbatim detection; 0 is 40
	MinRewrite  int     // tokens of both sides of a Rewritten one; 0 is 65
	Identity    float64 // least likeness of a Verbatim one; 0 is .8
	// MinScore is the least score of a Rewritten detection, times the logarithm of
	// the number of places where one could be: of pieces of A × pieces of B. 0 is
	// 4.5: 33 nats for two texts of 40 pieces.
	MinScore float64

	// IDF weighs terms by many texts: see Frequencies. With nil, summaries are not
	// looked for. It must allow concurrent calls if Detect is called so.
	IDF func(term uint32) float64

	rewriting rewriting
	summing   summing
}

const (
	// minRun is the shortest exact match, in tokens, that a Verbatim detection is
	// made of, and minChain the least score of its chain.
	minRun   = 6
	minChain = 25
	// minDice is the least Dice of a rewrite, in thousandths.
	minDice = 300
	// withVerbatim is the factor by which a rewrite or a summary needs more evidence in a
	// pair that has a Verbatim detection. Texts that share a copied passage share their
	// topic too: without this factor, exact copies of PAN 2013 train lose .013.
	withVerbatim = 5
)

func (o Options) withDefaults() Options {
	o.MinVerbatim = cmp.Or(o.MinVerbatim, 40)
	o.MinRewrite = cmp.Or(o.MinRewrite, 65)
	o.Identity = cmp.Or(o.Identity, .8)
	o.MinScore = cmp.Or(o.MinScore, 4.5)
	o.rewriting = cmp.Or(o.rewriting, defaultRewriting)
	o.summing = cmp.Or(o.summing, defaultSumming)
	return o
}

// Result is what Detect found.
type Result struct {
	Detections []Detection // by A, then by B
	Capped     bool        // the work was bounded: some may be missing
}

// Detect finds the passages of a that say what passages of b say, in the order
// of the kinds: near-verbatim passages first, rewrites in the pieces that are
// left, then whether what is left sums up b.
//
// The result is a function of the two texts and opt. Verbatim and Rewritten
// detections change sides when a and b do; whether b sums up a, only
// Detect(b, a, opt) says.
func Detect(a, b *Prepared, opt Options) Result {
	opt = opt.withDefaults()
	res, p, rects := local(a, b, opt)
	if opt.IDF != nil {
		times := 1.0
		if slices.ContainsFunc(res.Detections, func(d Detection) bool { return d.Kind == Verbatim }) {
			times = withVerbatim
		}
		if d, g, ok := p.summary(rects, opt, times); ok {
			rects = slices.DeleteFunc(rects, func(r scored) bool { return r.lo[0] < g.hi && g.lo < r.hi[0] })
			res.Detections = append(res.Detections, d)
		}
	}
	for _, r := range rects {
		res.Detections = append(res.Detections, p.detection(r))
	}
	slices.SortFunc(res.Detections, func(x, y Detection) int {
		return cmp.Or(x.A.Lo-y.A.Lo, x.B.Lo-y.B.Lo, x.A.Hi-y.A.Hi, x.B.Hi-y.B.Hi, int(x.Kind)-int(y.Kind))
	})
	return res
}

// local returns the Verbatim detections of a pair and the rectangles of its
// rewrites. Where two moves or chains are equal, the one tried first wins; so it
// works in one order of the two texts and gives the sides back as they came.
func local(a, b *Prepared, opt Options) (Result, *pair, []scored) {
	swap := slices.Compare(b.tokens, a.tokens) < 0
	if swap {
		a, b = b, a
	}
	var res Result
	chains, capped := verbatim(a, b, opt)
	for _, c := range chains {
		res.Detections = append(res.Detections, verbatimDetection(a, b, c))
	}
	p := newPair(a, b, opt.rewriting.pairBonus)
	p.block(chains)
	t := newTwoBags(p)
	least := opt.MinScore * math.Log(float64(len(a.pieces))*float64(len(b.pieces)))
	if len(chains) > 0 {
		least *= withVerbatim
	}
	rects, cappedSeeds := t.rewrites(opt, least)
	res.Capped = capped || cappedSeeds
	if swap {
		for i, d := range res.Detections {
			res.Detections[i].A, res.Detections[i].B = d.B, d.A
		}
		for i, r := range rects {
			rects[i].rect = r.mirror()
			rects[i].tokens[0], rects[i].tokens[1] = r.tokens[1], r.tokens[0]
		}
		p.mirror()
	}
	return res, p, rects
}

// matchers keeps the tables of Matcher from one Detect to the next.
var matchers = sync.Pool{New: func() any { return new(Matcher) }}

// verbatim returns the chains that are near-verbatim passages, best first.
func verbatim(a, b *Prepared, opt Options) ([]Chain, bool) {
	m := matchers.Get().(*Matcher)
	defer matchers.Put(m)
	m.Reset(b.tokens)
	runs, capped := m.Matches(nil, a.tokens)
	runs = slices.DeleteFunc(runs, func(r Run) bool { return r.Len < minRun })
	chaining := Showing
	chaining.MinScore = minChain
	return slices.DeleteFunc(Chains(runs, chaining), func(c Chain) bool {
		shorter, longer := c.sides()
		return shorter < opt.MinVerbatim || float64(c.Matched) < opt.Identity*float64(longer)
	}), capped
}

// sides returns the lengths of c on its shorter and longer side.
func (c Chain) sides() (shorter, longer int) {
	alo, ahi := c.A()
	blo, bhi := c.B()
	return min(ahi-alo, bhi-blo), max(ahi-alo, bhi-blo)
}

func verbatimDetection(a, b *Prepared, c Chain) Detection {
	alo, ahi := c.A()
	blo, bhi := c.B()
	_, longer := c.sides()
	return Detection{
		A: a.span(alo, ahi), B: b.span(blo, bhi), Kind: Verbatim,
		Score: c.Score, Likeness: float64(c.Matched) / float64(longer),
	}
}

// span returns the bytes of tokens [lo, hi) with the punctuation that touches
// them.
func (p *Prepared) span(lo, hi int) shingle.Span {
	return shingle.Span{Lo: int(p.edges[lo].lo), Hi: int(p.edges[hi-1].hi)}
}

func (p *pair) detection(r scored) Detection {
	return Detection{
		A:    p.text[0].span(r.tokens[0].lo, r.tokens[0].hi),
		B:    p.text[1].span(r.tokens[1].lo, r.tokens[1].hi),
		Kind: Rewritten, Score: r.nats(), Likeness: float64(r.dice) / perMille,
	}
}
