package diff

import (
	"fmt"
	"slices"
	"sort"
	"sync"

	"repost/dedup/quantity"
	"repost/shingle"
	"repost/shingle/mask"
	"repost/shingle/words"
)

// view is one side, cut into tokens.
type view struct {
	text  string
	masks []mask.Mask
	toks  []token
	flags []flags // of each token
	spans bool    // spans were given
	only  bool    // hardly anything but the story stands in the text

	again         *repetitions   // made when it is first asked for
	page          bool           // carries another story: see findPages
	layout        *layout        // likewise, see look
	parts         []shingle.Span // likewise, see foreign
	terms         map[term]bool  // likewise
	pagesOnce     sync.Once
	pageLines     []shingle.Span // see pages
	quantities    quantities
	notationOnce  sync.Once
	notationFound quantity.Notation // see notation
	wordsOnce     sync.Once
	vocabulary    vocabulary // see words
}

// flags say what is known of a token, side by side in one byte: the whole text is
// gone through several times for those of some kind.
type flags uint8

const (
	isStory  flags = 1 << iota // in the spans of the story
	isMasked                   // set aside
	isSoft                     // masked, but compared where the other side has it too
	isTaken                    // has found its place in a block
	isStrong
	isCopy // of B: the same bytes as its mate
)

// besides is how many strong tokens a text of one story may have outside of it:
// captions, a headline.
const besides = 160

func newView(s Side, opt Options) *view {
	v := &view{masks: s.Masks, text: s.Text, spans: s.Spans != nil, toks: make([]token, 0, len(s.Text)/3+len(s.Text)/12+8)}
	spans := shingle.Clamp(s.Spans, len(s.Text))
	var set, soft []shingle.Span
	for _, m := range s.Masks {
		if m.Reason == mask.Address {
			continue // one token, where it stands
		}
		if travels(m.Reason) || opt.Masked {
			soft = append(soft, m.Span)
		} else {
			set = append(set, m.Span)
		}
	}
	set, soft = shingle.Clamp(set, len(s.Text)), shingle.Clamp(soft, len(s.Text))
	addresses := slices.Collect(mask.Addresses(s.Text))
	cuts := []int{0, len(s.Text)}
	for _, p := range slices.Concat(spans, set, soft, addresses) {
		cuts = append(cuts, p.Lo, p.Hi)
	}
	sort.Ints(cuts)
	cuts = slices.Compact(cuts)
	ends := make([]int, len(cuts)) // of the tokens before each cut
	for i := 1; i < len(cuts); i++ {
		if within(addresses, cuts[i-1]) {
			v.toks = append(v.toks, address(s.Text, cuts[i-1], cuts[i]))
		} else {
			v.toks = appendTokens(v.toks, s.Text[cuts[i-1]:cuts[i]], cuts[i-1], opt.Rules)
		}
		ends[i] = len(v.toks)
	}
	v.flags = make([]flags, len(v.toks))
	others := 0
	for i := 1; i < len(cuts); i++ {
		f := flagsIf(isStory, !v.spans || within(spans, cuts[i-1])) |
			flagsIf(isMasked, within(set, cuts[i-1])) | flagsIf(isSoft, within(soft, cuts[i-1]))
		for k := ends[i-1]; k < ends[i]; k++ {
			v.flags[k] = f
			if v.toks[k].strong() {
				v.flags[k] |= isStrong
				if f&(isStory|isMasked) == 0 {
					others++
				}
			}
		}
	}
	v.only = others <= besides
	return v
}

// travels reports whether what is masked for a reason goes with the story, and is compared where
// both sides have it.
func travels(r mask.Reason) bool {
	return r == mask.Byline || r == mask.Dateline || r == mask.SourceLine || r == mask.PhotoCredit
}

func flagsIf(f flags, ok bool) flags {
	if ok {
		return f
	}
	return 0
}

// is reports whether token i has one of f.
func (v *view) is(i int, f flags) bool { return v.flags[i]&f != 0 }

// near reports whether token i is of the story or of what goes with one: a
// byline, and in a text of one story a caption.
func (v *view) near(i int) bool { return v.is(i, isStory|isSoft) || v.only && !v.is(i, isMasked) }

// within reports whether the byte at lies in one of spans.
func within(spans []shingle.Span, at int) bool {
	i := sort.Search(len(spans), func(i int) bool { return spans[i].Hi > at })
	return i < len(spans) && spans[i].Lo <= at
}

func (v *view) of(i int) string { return v.text[v.toks[i].lo:v.toks[i].hi] }

// same reports whether token i of A and token j of B are the same bytes.
func (c *comparison) same(i, j int) bool {
	x, y := &c.a.toks[i], &c.b.toks[j]
	s, t := c.a.text[x.lo:x.hi], c.b.text[y.lo:y.hi]
	if len(s) == 3 && len(t) == 3 { // a Han character, nearly always
		return s[0] == t[0] && s[1] == t[1] && s[2] == t[2]
	}
	return s == t
}

// end returns the byte where token i begins, which may be one past the last.
func (v *view) end(i int) int {
	if i < len(v.toks) {
		return v.toks[i].lo
	}
	return len(v.text)
}

// span returns the bytes of tokens [lo, hi).
func (v *view) span(lo, hi int) shingle.Span {
	if lo >= hi {
		at := v.end(lo)
		return shingle.Span{Lo: at, Hi: at}
	}
	return shingle.Span{Lo: v.toks[lo].lo, Hi: v.toks[hi-1].hi}
}

// open reports whether token i is compared: in the story, not set aside, not
// yet placed.
func (v *view) open(i int) bool { return v.flags[i]&(isStory|isMasked|isTaken) == isStory }

// openStrong reports whether a token is open and strong.
func (f flags) openStrong() bool { return f&(isStory|isMasked|isTaken|isStrong) == isStory|isStrong }

// take marks two tokens that have found their places.
func (c *comparison) take(i, j int) {
	c.a.flags[i] |= isTaken
	c.b.flags[j] |= isTaken
}

// strong returns the open strong tokens of [lo, hi).
func (v *view) strong(lo, hi int) []int {
	n := 0
	for _, f := range v.flags[lo:max(lo, hi)] {
		if f.openStrong() {
			n++
		}
	}
	out := make([]int, n)
	for i := lo; n > 0; i++ {
		if v.flags[i].openStrong() {
			out[len(out)-n] = i
			n--
		}
	}
	return out
}

func (v *view) keys(at []int) []uint32 {
	out := make([]uint32, len(at))
	for k, i := range at {
		out[k] = v.toks[i].key
	}
	return out
}

// lineStart reports whether nothing but white space stands between token i and
// the start of its line; lineEnd, the end of it.
func (v *view) lineStart(i int) bool {
	for i--; i >= 0; i-- {
		if v.toks[i].kind != space {
			return false
		}
		if v.toks[i].brk {
			return true
		}
	}
	return true
}

// lineEnd reports whether the line ends before token i.
func (v *view) lineEnd(i int) bool {
	for ; i < len(v.toks); i++ {
		if v.toks[i].kind != space {
			return false
		}
		if v.toks[i].brk {
			return true
		}
	}
	return true
}

// comparison is the state of one Compare.
type comparison struct {
	a, b    *view
	opt     Options
	mate    []int32      // token of B → token of A that it equals, or -1
	inOrder []bool       // token of B → mated in place
	stays   map[int]bool // lists of pairs next to the first that moved nowhere
	edges   edges        // see atEdge
	budget  int
	caps    []string
	bounds  []bound
	blocks  []Block
	edits   []edit
	changes []Change
	groups  []Group
	matched int         // strong tokens mated
	memo    [2]struct { // see wordsAround
		at    shingle.Span
		words []words.Word
	}
	sides sidesOf  // see sideWords
	lcs   myers    // keeps its tables from one gap to the next
	cells []int32  // of table, likewise
	known nameBook // is read while changes are graded, and never written
}

// pair is two strong tokens that are the same.
type pair struct{ a, b int }

// Compare says how b differs from a. It is a pure function. Time is linear in
// the length of the texts, times the number of differences between them,
// bounded by Options.Work; Result.Caps says when the bound was reached.
func Compare(a, b Side, opt Options) *Result {
	var known sync.WaitGroup
	var book nameBook
	known.Go(func() { book = bookOf(a.Text, b.Text) }) // for the grades, while the texts are aligned
	c := alignment(a, b, opt)
	r := &Result{MaskedA: setAside(a.Masks), MaskedB: setAside(b.Masks)}
	var script sync.WaitGroup
	script.Go(func() { r.Script = c.script() })
	known.Wait()
	c.known = book
	c.grade()
	c.wholeClusters()
	c.apart()
	c.repeats()
	if !opt.inner {
		c.together()
	}
	r.Blocks = append([]Block{}, c.blocks...)
	r.Changes, r.Groups = append([]Change{}, c.changes...), c.groups
	r.Caps = append(c.boundsReached(), c.caps...)
	r.Summary = summarize(r)
	script.Wait()
	return r
}

// alignment aligns a and b: blocks, and edits that no rule has seen.
func alignment(a, b Side, opt Options) *comparison {
	turned := turns(a, b)
	if turned {
		a, b = b, a
	}
	c := &comparison{opt: opt, budget: opt.Work, stays: map[int]bool{}}
	if c.budget <= 0 {
		c.budget = DefaultWork
	}
	var wg sync.WaitGroup
	wg.Go(func() { c.a = newView(a, opt) })
	c.b = newView(b, opt)
	wg.Wait()
	separate(c.a, c.b)
	c.mate, c.inOrder = make([]int32, len(c.b.toks)), make([]bool, len(c.b.toks))
	for j := range c.mate {
		c.mate[j] = -1
	}
	lists := c.place()
	for _, list := range lists[1:] {
		c.rim(list)
	}
	for k := len(lists) - 1; k >= 0; k-- { // what lies within a passage that moved is its own
		lists[k] = c.fill(lists[k], k == 0)
	}
	c.findBlocks(c.slide(lists))
	if turned {
		c.turn()
	}
	c.sortBlocks()
	return c
}

// bound is a part of the alignment that was given up, or done less well, for its cost.
type bound struct {
	a, b shingle.Span
	what string
}

// boundsReached says which bounds were reached.
func (c *comparison) boundsReached() []string {
	out := []string{}
	for _, b := range c.bounds {
		out = append(out, fmt.Sprintf("alignment of bytes [%d,%d) with [%d,%d) %s", b.a.Lo, b.a.Hi, b.b.Lo, b.b.Hi, b.what))
	}
	return out
}

func setAside(masks []mask.Mask) []mask.Mask {
	return append([]mask.Mask{}, masks...)
}

// gravity orders the grades, the gravest first.
func gravity(g Grade) int { return slices.Index([]Grade{Substantive, Minor, Cosmetic}, g) }

func summarize(r *Result) Summary {
	var s Summary
	count := map[ClassCount]int{}
	add := func(g Grade, c Class) {
		count[ClassCount{Grade: g, Class: c}]++
		switch g {
		case Substantive:
			s.Substantive++
		case Minor:
			s.Minor++
		default:
			s.Cosmetic++
		}
	}
	for _, c := range r.Changes {
		if c.Group == 0 {
			add(c.Grade, c.Class)
		}
	}
	for _, g := range r.Groups {
		add(g.Grade, g.Class)
	}
	s.Classes = []ClassCount{}
	for k, n := range count {
		s.Classes = append(s.Classes, ClassCount{k.Grade, k.Class, n})
	}
	slices.SortFunc(s.Classes, func(x, y ClassCount) int {
		if d := gravity(x.Grade) - gravity(y.Grade); d != 0 {
			return d
		}
		if x.Class < y.Class {
			return -1
		}
		return 1
	})
	for _, b := range r.Blocks {
		switch b.Kind {
		case Moved:
			s.Moved++
		case Repeated:
			s.Repeated++
		case Inserted:
			s.Inserted++
		case Omitted:
			s.Omitted++
		}
	}
	return s
}
