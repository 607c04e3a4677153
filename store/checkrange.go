package store

import (
	"cmp"
	"math"
	"slices"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/dedup/parallel"
)

// What Check remembers of documents, of a range of them at a time: the first one from lo on.
// An eighth of Options.Memory is for the documents of a range, an eighth for what stories say
// of them, and a 32nd for texts that are read and sketched at a time: of 512 MB, 1.8 million
// documents, 2.8 million spans and 16 MB. A range with more spans is a shorter one, and what
// is read at a time has one text at least.
const (
	documentMemory = 38
	spanMemory     = 24
	batchDocuments = 512
)

// checkSizes are how many documents and spans a range has, and how many bytes of texts are
// read at a time.
func (o *Options) checkSizes() (documents uint32, spans, batch int) {
	m := o.memory()
	documents = uint32(min(m/8/documentMemory, math.MaxUint32))
	return max(1, cmp.Or(o.rangeDocuments, documents)), max(1, cmp.Or(o.rangeSpans, int(m/8/spanMemory))), int(m / 32)
}

// checkRange is a range of documents under check. The slices are by number, less lo.
type checkRange struct {
	lo, hi  uint32
	most    int               // spans
	batch   int               // bytes of texts at a time
	first   bool              // the first range, with which all that is no document's is checked
	units   []uint32          // of its text
	known   []bool            // the document could be read
	copy    []bool            // an earlier document has its postings
	sums    [indexes][]uint64 // postings wanted less postings found
	spans   []storySpan       // sorted by document
	tooMany bool              // spans of the one document of the range
}

// storySpan is what a story says of a document.
type storySpan struct {
	doc    uint32
	lo, hi int
}

// has reports whether a document is in the range.
func (r *checkRange) has(n uint32) bool { return n >= r.lo && n < r.hi }

// begin begins the range from lo on.
func (r *checkRange) begin(lo, documents uint32, opt *Options) {
	var size uint32
	size, r.most, r.batch = opt.checkSizes()
	r.lo, r.hi, r.first = lo, lo+min(size, documents-lo), lo == 0
	n := int(r.hi - r.lo)
	r.units, r.known, r.copy = cleared(r.units, n), cleared(r.known, n), cleared(r.copy, n)
	for ln := range r.sums {
		r.sums[ln] = cleared(r.sums[ln], n)
	}
	r.spans, r.tooMany = r.spans[:0], false
}

// cleared returns a slice of n zeros, s if it has the room.
func cleared[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// leastSpans is how many spans of one document are remembered, whatever the memory: 6 MB.
const leastSpans = 1 << 18

// addSpans notes the spans of a member. A range with too many ends earlier.
func (r *checkRange) addSpans(m dedup.Member) {
	if !r.has(m.Doc) {
		return
	}
	if r.hi-r.lo == 1 && len(r.spans)+len(m.Spans) > max(r.most, leastSpans) {
		r.tooMany = true
		return
	}
	for _, sp := range m.Spans {
		r.spans = append(r.spans, storySpan{m.Doc, sp.Lo, sp.Hi})
	}
	if len(r.spans) < r.most || r.hi-r.lo == 1 {
		return
	}
	r.sortSpans()
	r.hi = max(r.spans[len(r.spans)/2].doc, r.lo+1)
	r.spans = r.spans[:r.spansBelow(r.hi)]
}

func (r *checkRange) sortSpans() {
	slices.SortFunc(r.spans, func(a, b storySpan) int { return cmp.Compare(a.doc, b.doc) })
}

// spansBelow is how many spans are of documents below n.
func (r *checkRange) spansBelow(n uint32) int {
	i, _ := slices.BinarySearchFunc(r.spans, n, func(s storySpan, n uint32) int { return cmp.Compare(s.doc, n) })
	return i
}

// spansOf returns the spans of a document.
func (r *checkRange) spansOf(n uint32) []storySpan {
	return r.spans[r.spansBelow(n):r.spansBelow(n+1)]
}

// ranges checks all documents, and what leads to them.
func (k *checking) ranges() {
	for lo := uint32(0); ; lo = k.hi {
		k.begin(lo, k.v.Documents, &k.c.opt)
		for _, step := range []func(){k.stories, k.copies, k.documents, k.indexes, k.links} {
			if step(); cmp.Or(k.err, k.ctx.Err()) != nil {
				return
			}
		}
		if k.hi == k.v.Documents {
			return
		}
	}
}

// copies finds the documents that have no postings of their own, and looks whether the
// first with their content is known to have copies.
func (k *checking) copies() {
	var shared bool
	err := k.c.read(func(tx *txn, _ *view) error {
		shared = hasCopies(tx)
		return nil
	})
	if err != nil || !shared {
		k.damage(bucketCopied, err)
		return
	}
	k.c.scanRaw(contentIndex, func(_ uint64, ps []posting) error { // indexes reports what cannot be read
		if len(ps) == 1 || k.v.exist(ps) != nil {
			return k.ctx.Err()
		}
		if ps[0].Doc >= k.hi || ps[len(ps)-1].Doc < k.lo {
			return nil
		}
		first, lost := k.c.content(ps[0].Doc)
		copied := false
		for _, p := range ps[1:] {
			content, err := k.c.content(p.Doc)
			if lost != nil || err != nil || content == first {
				if copied = true; k.has(p.Doc) {
					k.copy[p.Doc-k.lo] = true
				}
			}
		}
		if copied && k.has(ps[0].Doc) && !k.v.copied.has(ps[0].Doc) {
			m, _ := k.c.Meta(ps[0].Doc)
			k.found(bucketCopied, m.ID, false, "has copies and is not marked")
		}
		return k.ctx.Err()
	})
}

// checkItem is a document under check.
type checkItem struct {
	n uint32
	f facts
	d dedup.Document
	s dedup.Sketch
}

func (k *checking) documents() {
	for n := k.lo; n < k.hi && k.ctx.Err() == nil; {
		var items []*checkItem
		bytes := 0
		for ; n < k.hi && len(items) < batchDocuments && bytes <= k.batch; n++ {
			if it := k.item(n); it != nil {
				items = append(items, it)
				bytes += len(it.d.Text)
			}
			k.report.Documents++
		}
		if k.scheme != nil {
			parallel.For(len(items), func(i int) { items[i].s = k.scheme.Sketch(k.scheme.Prepare(items[i].d.Text)) })
		}
		for _, it := range items {
			k.document(it.n, &it.f, &it.d, &it.s)
		}
	}
}

// item reads a document, or reports that it is lost and returns nil.
func (k *checking) item(n uint32) *checkItem {
	it := &checkItem{n: n}
	err := k.c.read(func(tx *txn, _ *view) error {
		f, err := k.c.factsAt(tx, n)
		if err != nil {
			return err
		}
		it.f = *f
		if what := k.column(tx, f, n); what != "" {
			k.found(bucketColumns, f.doc.ID, false, "%s", what)
		}
		it.d, err = k.c.documentAt(tx, n)
		return err
	})
	k.units[n-k.lo] = it.f.units
	if err != nil {
		k.found(bucketText, it.f.doc.ID, true, "number %d is lost: %s", n, reason(err))
		return nil
	}
	k.known[n-k.lo] = true
	return it
}

// column compares what is kept of a document in columns with its facts.
func (k *checking) column(tx *txn, f *facts, n uint32) string {
	if !k.v.Columns {
		return ""
	}
	page, at := n/detect.ColumnsIn, int(n%detect.ColumnsIn)
	if k.columns == nil || k.columnPage != page {
		k.columnPage = page
		var err error
		if k.columns, err = columnsAt(tx, page); err != nil {
			k.columns = []detect.Column{}
			return reason(err)
		}
	}
	if at >= len(k.columns) {
		return "is missing there"
	}
	if k.columns[at] != (detect.Column{Order: f.content.Hi, Source: detect.SourceKey(f.doc.Source), Units: f.units}) {
		return "is something else there"
	}
	return ""
}

func (k *checking) document(n uint32, f *facts, d *dedup.Document, s *dedup.Sketch) {
	if f.bytes != uint64(len(d.Text)) {
		k.found(bucketMeta, d.ID, false, "is said to have %d bytes and has %d", f.bytes, len(d.Text))
	}
	for _, sp := range k.spansOf(n) {
		if sp.lo < 0 || sp.hi < sp.lo || sp.hi > len(d.Text) || !boundary(d.Text, sp.lo) || !boundary(d.Text, sp.hi) {
			k.found(bucketStories, d.ID, false, "has the span [%d,%d), of %d bytes", sp.lo, sp.hi, len(d.Text))
		}
	}
	if k.tooMany {
		k.found(bucketStories, d.ID, false, "is in more stories than can be checked")
	}
	if k.scheme == nil {
		return
	}
	if s.Content != f.content || s.Units != f.units || s.SimHash != f.simhash {
		k.found(bucketMeta, d.ID, false, "has another sketch than its text")
	}
	e := []fresh{{Entry: &Entry{Doc: *d, Sketch: *s}, number: n, copy: k.copy[n-k.lo]}}
	for ln := range indexID(indexes) {
		for _, p := range sorted(postingsOf(e, ln), ln) {
			k.sums[ln][n-k.lo] += postingSum(p.key, p.posting)
		}
	}
}

// indexes compares what the indexes hold with what they should.
func (k *checking) indexes() {
	for ln := range indexID(indexes) {
		strangers, postings := 0, 0
		err := k.c.scanRaw(ln, func(key uint64, ps []posting) error {
			for _, p := range ps {
				postings++
				if p.Doc >= k.v.Documents {
					strangers++
					continue
				}
				if k.has(p.Doc) {
					k.sums[ln][p.Doc-k.lo] -= postingSum(key>>ln.shift(), p)
				}
			}
			return k.ctx.Err()
		})
		if k.first {
			k.report.Postings += postings
		}
		if err != nil && k.first {
			k.damage(ln.String(), err)
		}
		if err != nil {
			continue
		}
		if strangers > 0 && k.first {
			k.found(ln.String(), "", false, "%d entries of documents that do not exist", strangers)
		}
		if k.scheme == nil {
			continue
		}
		for i, sum := range k.sums[ln][:k.hi-k.lo] {
			if sum != 0 && k.known[i] {
				m, _ := k.c.Meta(k.lo + uint32(i))
				k.found(ln.String(), m.ID, false, "is not in the index as it should be")
			}
		}
	}
}
