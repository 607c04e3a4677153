package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/zeebo/xxh3"

	"repost/dedup"
	"repost/shingle"
)

// Check holds a corpus against everything it promises. It goes over the file
// three times: all values by their checksums; links and stories; and all documents
// against the indexes. For the last, the postings that a document should have and
// those that the indexes hold are summed up as hashes, a number a document and lane:
// if the sums are equal, so are the postings, but for a chance of 2^-64. That takes
// 46 bytes of memory a document, and the time of sketching all texts again.

// Finding is a promise that a corpus does not keep.
type Finding struct {
	Part string `json:"part"`         // the bucket or index
	ID   string `json:"id,omitempty"` // of the document, if it is known
	What string `json:"what"`
	Lost bool   `json:"lost"` // a document is lost; all else Repair makes again
}

func (f Finding) String() string {
	s := f.Part + ": "
	if f.ID != "" {
		s += fmt.Sprintf("document %q ", f.ID)
	}
	return s + f.What
}

// CheckReport counts what Check looked at.
type CheckReport struct {
	Documents int  `json:"documents"` // retired ones included
	Retired   int  `json:"retired"`   // of them
	Values    int  `json:"values"`
	Postings  int  `json:"postings"`
	Links     int  `json:"links"`
	Stories   int  `json:"stories"`
	Settled   bool `json:"settled"` // the stories are those of the documents as they are
	Findings  int  `json:"findings"`
	Lost      int  `json:"lost"` // documents
}

// Check calls fn for everything that is wrong with the corpus; an error of fn ends
// it. The texts are sketched again under s, which must be the scheme of the corpus;
// with nil, indexes are compared with what is stored alone. Writers wait until it
// ends.
func (c *Corpus) Check(ctx context.Context, s *dedup.Scheme, fn func(Finding) error) (CheckReport, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	v := c.view.Load()
	k := &checking{c: c, ctx: ctx, scheme: s, v: v, fn: fn}
	k.report.Settled = v.Covered == v.Documents
	k.report.Retired = int(v.state.Retired)
	k.units = make([]uint32, v.Documents)
	k.known = make([]bool, v.Documents)
	k.copy = make([]bool, v.Documents)
	k.spans = map[uint32][]shingle.Span{}
	for ln := range k.sums {
		k.sums[ln] = make([]uint64, v.Documents)
	}
	for _, step := range []func(){k.heads, k.values, k.stories, k.copies, k.documents, k.indexes, k.filters, k.links} {
		step()
		if err := cmp.Or(k.err, ctx.Err()); err != nil {
			return k.report, err
		}
	}
	return k.report, nil
}

// checking is a Check under way.
type checking struct {
	c      *Corpus
	ctx    context.Context
	scheme *dedup.Scheme
	v      *view
	fn     func(Finding) error
	err    error
	report CheckReport

	units []uint32
	known []bool                    // by number: the document could be read
	copy  []bool                    // by number: an earlier document has its prints and bands
	sums  [lanes][]uint64           // by lane and number: postings wanted less postings found
	spans map[uint32][]shingle.Span // by number: what stories say of it
}

func (k *checking) found(part, id string, lost bool, format string, args ...any) {
	k.report.Findings++
	if lost {
		k.report.Lost++
	}
	if k.err == nil {
		k.err = k.fn(Finding{part, id, fmt.Sprintf(format, args...), lost})
	}
}

// damage reports an error of reading a part.
func (k *checking) damage(part string, err error) {
	if err != nil && k.ctx.Err() == nil {
		k.found(part, "", false, "cannot be read on: %s", reason(err))
	}
}

// reason is what an error says of a value, without the name of the file.
func reason(err error) string {
	var d *DamageError
	if errors.As(err, &d) {
		return fmt.Sprintf("value %s of %s %s", keyName(d.Key), d.Bucket, d.Reason)
	}
	return err.Error()
}

// heads says which head of the file was damaged when it was opened.
func (k *checking) heads() {
	switch k.c.head.other {
	case olderDamaged:
		k.found("file", "", false, "the older of its two heads is damaged; the next commit mends that")
	case newerDamaged:
		k.found("file", "", false, "%s", k.c.Loss())
	}
}

// values compares every value of the file with its checksum, and the sum of each bucket with
// what it should be.
func (k *checking) values() {
	for _, name := range slices.Concat(buckets, laneNames[:]) {
		var from []byte
		sum, read := uint64(0), true
		for more := true; more && k.ctx.Err() == nil; {
			var bad [][]byte
			err := k.c.read(func(tx *txn, _ *view) error {
				b := tx.open(name)
				if more = b != nil; !more && later(name) {
					return nil
				}
				if b == nil {
					return fmt.Errorf("%w: the bucket is missing", ErrDamaged)
				}
				cur := b.Cursor()
				key, value := cur.Seek(from)
				n := 0
				for ; key != nil && n < readKeys; n++ {
					if _, err := unseal(name, key, value); err != nil {
						bad = append(bad, slices.Clone(key))
					}
					sum += valueSum(key, value)
					key, value = cur.Next()
				}
				k.report.Values += n
				more, from = key != nil, slices.Clone(key)
				return nil
			})
			for _, key := range bad {
				k.found(name, "", false, "value %s does not match its checksum", keyName(key))
			}
			if err != nil {
				k.damage(name, err)
				read = false
				break
			}
		}
		if read && k.ctx.Err() == nil && k.v.Sums != nil && name != bucketCorpus && sum != k.v.Sums[name] {
			k.found(name, "", false, "holds other values than were written last: a write was lost, and older ones are there again")
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
	k.c.scanAll(Contents, func(_ uint64, ps []Posting) error { // indexes reports what cannot be read
		if len(ps) == 1 || ps[len(ps)-1].Doc >= k.v.Documents {
			return k.ctx.Err()
		}
		first, lost := k.c.content(ps[0].Doc)
		copied := false
		for _, p := range ps[1:] {
			content, err := k.c.content(p.Doc)
			if lost != nil || err != nil || content == first {
				k.copy[p.Doc], copied = true, true
			}
		}
		if copied && !k.v.copied.has(ps[0].Doc) {
			m, _ := k.c.Meta(ps[0].Doc)
			k.found(bucketCopied, m.ID, false, "has copies and is not marked")
		}
		return k.ctx.Err()
	})
}

// checkBatch is how many documents are read and sketched at a time.
const checkBatch = 512

func (k *checking) documents() {
	for lo := uint32(0); lo < k.v.Documents && k.ctx.Err() == nil; lo += checkBatch {
		hi := min(lo+checkBatch, k.v.Documents)
		type item struct {
			n uint32
			f facts
			d dedup.Document
			s dedup.Sketch
		}
		var items []*item
		for n := lo; n < hi; n++ {
			it := &item{n: n}
			err := k.c.read(func(tx *txn, _ *view) error {
				f, err := k.c.factsAt(tx, n)
				if err != nil {
					return err
				}
				it.f = *f
				it.d, err = k.c.documentAt(tx, n)
				return err
			})
			k.units[n] = it.f.units
			if err != nil {
				k.found(bucketText, it.f.doc.ID, true, "number %d is lost: %s", n, reason(err))
				continue
			}
			k.known[n] = true
			items = append(items, it)
		}
		parallel(items, func(it *item) {
			if k.scheme != nil {
				it.s = k.scheme.Sketch(k.scheme.Prepare(it.d.Text))
			}
		})
		for _, it := range items {
			k.document(it.n, &it.f, &it.d, &it.s)
		}
		k.report.Documents += int(hi - lo)
	}
}

func (k *checking) document(n uint32, f *facts, d *dedup.Document, s *dedup.Sketch) {
	if f.bytes != uint64(len(d.Text)) {
		k.found(bucketMeta, d.ID, false, "is said to have %d bytes and has %d", f.bytes, len(d.Text))
	}
	for _, sp := range k.spans[n] {
		if sp.Lo < 0 || sp.Hi < sp.Lo || sp.Hi > len(d.Text) || !boundary(d.Text, sp.Lo) || !boundary(d.Text, sp.Hi) {
			k.found(bucketStories, d.ID, false, "has the span [%d,%d), of %d bytes", sp.Lo, sp.Hi, len(d.Text))
		}
	}
	if k.scheme == nil {
		return
	}
	if s.Content != f.content || s.Units != f.units || s.SimHash != f.simhash {
		k.found(bucketMeta, d.ID, false, "has another sketch than its text")
	}
	e := []fresh{{Entry: &Entry{Doc: *d, Sketch: *s}, number: n, copy: k.copy[n]}}
	for ln := range Lane(lanes) {
		for _, p := range sorted(postingsOf(e, ln), ln) {
			k.sums[ln][n] += postingSum(p.key, p.Posting)
		}
	}
}

// boundary reports whether a span may begin or end at byte i of text.
func boundary(text string, i int) bool {
	return i == 0 || i == len(text) || utf8.RuneStart(text[i]) || !utf8.ValidString(text[max(0, i-3):min(len(text), i+3)])
}

func postingSum(key uint64, p Posting) uint64 {
	var b [12]byte
	binary.LittleEndian.PutUint64(b[:], key)
	binary.LittleEndian.PutUint32(b[8:], p.Pos)
	return xxh3.Hash(b[:])
}

// indexes compares what the indexes hold with what they should.
func (k *checking) indexes() {
	for ln := range Lane(lanes) {
		strangers := 0
		err := k.c.scanAll(ln, func(key uint64, ps []Posting) error {
			for _, p := range ps {
				k.report.Postings++
				if p.Doc >= k.v.Documents {
					strangers++
					continue
				}
				k.sums[ln][p.Doc] -= postingSum(key>>ln.shift(), p)
			}
			return k.ctx.Err()
		})
		if err != nil {
			k.damage(ln.String(), err)
			continue
		}
		if strangers > 0 {
			k.found(ln.String(), "", false, "%d entries of documents that do not exist", strangers)
		}
		if k.scheme == nil {
			continue
		}
		for n, sum := range k.sums[ln] {
			if sum != 0 && k.known[n] {
				m, _ := k.c.Meta(uint32(n))
				k.found(ln.String(), m.ID, false, "is not in the index as it should be")
			}
		}
	}
}

// links looks at every link and at which documents count as linked.
func (k *checking) links() {
	total := uint64(0)
	for chunk := range k.v.LinkChunks {
		links, err := k.c.linkChunk(chunk)
		if err != nil {
			k.damage(bucketLinks, err)
			return
		}
		total += uint64(len(links))
		for i := range links {
			if what := k.link(&links[i]); what != "" {
				k.found(bucketLinks, "", false, "link %d of chunk %d %s", i, chunk, what)
			}
		}
	}
	k.report.Links = int(total)
	if total != k.v.Links {
		k.found(bucketLinks, "", false, "there are %d links instead of %d", total, k.v.Links)
	}
	linked, err := k.c.State(stateLinked)
	k.damage(bucketValues, err)
	for i, b := range linked {
		if b != 0 && 8*i >= int(k.v.Documents+7)/8*8 {
			k.found(bucketValues, "", false, "documents that do not exist count as linked")
			return
		}
	}
}

func (k *checking) link(l *dedup.Link) string {
	if max(l.From, l.To) >= k.v.Documents {
		return fmt.Sprintf("is of documents %d and %d, of %d", l.From, l.To, k.v.Documents)
	}
	a, b := k.units[l.From], k.units[l.To]
	for _, ch := range l.Chains {
		for _, r := range ch.Runs {
			if r.A < 0 || r.B < 0 || r.Len <= 0 || uint32(r.A)+uint32(r.Len) > a || uint32(r.B)+uint32(r.Len) > b {
				if k.known[l.From] && k.known[l.To] {
					return fmt.Sprintf("of documents %d and %d lies beyond their texts", l.From, l.To)
				}
			}
		}
	}
	return ""
}

// stories looks at every story and at the indexes of stories.
func (k *checking) stories() {
	var byDocument, byID uint64
	n := uint32(0)
	err := k.c.Stories(func(s *dedup.Story) error {
		if what := k.story(s); what != "" {
			k.found(bucketStories, "", false, "story %s %s", s.ID, what)
		}
		byID += postingSum(idKey(s.ID), Posting{Pos: n})
		for i, m := range s.Members {
			byDocument += postingSum(uint64(m.Doc)<<32|uint64(n), Posting{Pos: uint32(i)})
			k.spans[m.Doc] = append(k.spans[m.Doc], m.Spans...)
		}
		n++
		return k.ctx.Err()
	})
	k.report.Stories = int(n)
	if err != nil {
		k.damage(bucketStories, err)
		return
	}
	k.storyIndex(bucketStoryOf, k.v.ByDocument, byDocument, func(key uint64, p Posting) uint64 {
		return postingSum(key<<32|uint64(p.Doc), Posting{Pos: p.Pos})
	})
	k.storyIndex(bucketStoryID, k.v.ByID, byID, func(key uint64, p Posting) uint64 {
		return postingSum(key, Posting{Pos: p.Doc})
	})
}

func (k *checking) story(s *dedup.Story) string {
	if len(s.Members) < 2 {
		return fmt.Sprintf("has %d members", len(s.Members))
	}
	for i, m := range s.Members {
		switch {
		case m.Doc >= k.v.Documents:
			return fmt.Sprintf("has document %d, of %d", m.Doc, k.v.Documents)
		case k.report.Settled && k.v.retired.has(m.Doc):
			return fmt.Sprintf("has document %d, which was removed", m.Doc)
		case m.Canonical != (i == 0):
			return "has another canonical member than its first"
		case !(m.Coverage >= 0 && m.Coverage <= 1):
			return fmt.Sprintf("has a member with coverage %v", m.Coverage)
		}
		for j, sp := range m.Spans {
			if j > 0 && sp.Lo < m.Spans[j-1].Hi {
				return fmt.Sprintf("has spans of document %d out of order", m.Doc)
			}
		}
	}
	return ""
}

// storyIndex compares an index of stories with the sum of what it should hold.
func (k *checking) storyIndex(bucket string, seg segment, want uint64, sum func(key uint64, p Posting) uint64) {
	if seg.Blocks > 0 {
		err := k.c.read(func(tx *txn, _ *view) error {
			b, err := bucketOf(tx, bucket)
			if err != nil {
				return err
			}
			cur := newSegmentCursor(b, bucket, seg)
			for ok, err := cur.begin(0); ok || err != nil; ok, err = cur.next() {
				if err != nil {
					return err
				}
				e := cur.entry()
				want -= sum(e.key, e.Posting)
			}
			return nil
		})
		if err != nil {
			k.damage(bucket, err)
			return
		}
	}
	if want != 0 {
		k.found(bucket, "", false, "does not list the members as the stories do")
	}
}
