package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/zeebo/xxh3"

	"repost/dedup"
	"repost/dedup/detect"
)

// Check holds a corpus against everything it promises. It goes over the file
// three times: all values by their checksums; links and stories; and all documents
// against the indexes. For the last, the postings that a document should have and
// those that the indexes hold are summed up as hashes, a number a document and index:
// if the sums are equal, so are the postings, but for a chance of 2^-64. That takes
// 38 bytes of memory a document, and the time of sketching all texts again.
//
// So that memory has a bound, documents are checked a range at a time (checkrange.go), and
// links, stories and indexes are read once for each range: of ten million documents in ranges
// of a million that takes a tenth of the time that their sketches take.

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
	UpToDate  bool `json:"settled"` // the stories are those of the documents as they are
	Findings  int  `json:"findings"`
	Lost      int  `json:"lost"` // documents
}

// Check calls fn for everything that is wrong with the corpus; an error of fn ends
// it. The texts are sketched again, and the indexes compared with that. Writers wait until it
// ends.
func (c *Corpus) Check(ctx context.Context, fn func(Finding) error) (CheckReport, error) {
	return c.check(ctx, c.scheme, fn)
}

// check is Check; without a scheme the indexes are compared with what is stored alone.
func (c *Corpus) check(ctx context.Context, s *detect.Scheme, fn func(Finding) error) (CheckReport, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.checkOpen(); err != nil {
		return CheckReport{}, err
	}
	v := c.view.Load()
	k := &checking{c: c, ctx: ctx, scheme: s, v: v, fn: fn}
	k.report.UpToDate = v.Covered == v.Documents
	k.report.Retired = int(v.state.Retired)
	for _, step := range []func(){k.heads, k.pages, k.values, k.ranges, k.filters} {
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
	scheme *detect.Scheme
	v      *view
	fn     func(Finding) error
	err    error
	report CheckReport

	columnPage uint32 // whose columns were read last
	columns    []detect.Column

	checkRange
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

// pages counts those that nothing could ever use again.
func (k *checking) pages() {
	head, err := k.c.head, error(nil)
	if k.c.tx == nil { // commits of this process came after it
		head, err = readHead(k.c.file)
	}
	n := 0
	if err == nil {
		n, err = astray(k.c.file, head)
	}
	k.damage("file", err)
	if n > 0 {
		k.found("file", "", false, "the list of free pages is an older one; pages that are neither in use nor on it: %d", n)
	}
}

// values compares every value of the file with its checksum, and the sum of each bucket with
// what it should be.
func (k *checking) values() {
	for _, name := range slices.Concat(buckets, indexNames[:]) {
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

// boundary reports whether a span may begin or end at byte i of text.
func boundary(text string, i int) bool {
	return i == 0 || i == len(text) || utf8.RuneStart(text[i]) || !utf8.ValidString(text[max(0, i-3):min(len(text), i+3)])
}

func postingSum(key uint64, p posting) uint64 {
	var b [12]byte
	binary.LittleEndian.PutUint64(b[:], key)
	binary.LittleEndian.PutUint32(b[8:], p.Pos)
	return xxh3.Hash(b[:])
}

// links looks at every link, from the side of its documents in the range, and at which
// documents count as linked.
func (k *checking) links() {
	total := uint64(0)
	for chunk := range k.v.LinkChunks {
		links, err := k.c.linkChunk(chunk, everyLink)
		if err != nil {
			if k.first {
				k.damage(bucketLinks, err)
			}
			return
		}
		total += uint64(len(links))
		for i := range links {
			if what := k.link(&links[i]); what != "" {
				k.found(bucketLinks, "", false, "link %d of chunk %d %s", i, chunk, what)
			}
		}
		if k.ctx.Err() != nil {
			return
		}
	}
	if !k.first {
		return
	}
	k.report.Links = int(total)
	if total != k.v.Links {
		k.found(bucketLinks, "", false, "there are %d links instead of %d", total, k.v.Links)
	}
	linked, err := k.c.State(detect.StateLinked)
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
		if !k.first {
			return ""
		}
		return fmt.Sprintf("is of documents %d and %d, of %d", l.From, l.To, k.v.Documents)
	}
	units := func(n uint32) uint64 {
		if k.has(n) && k.known[n-k.lo] {
			return uint64(k.units[n-k.lo])
		}
		return math.MaxUint64 // nothing lies beyond that
	}
	a, b := units(l.From), units(l.To)
	for _, ch := range l.Chains {
		for _, r := range ch.Runs {
			wrong := r.A < 0 || r.B < 0 || r.Len <= 0
			if wrong && k.first || !wrong && (uint64(r.A)+uint64(r.Len) > a || uint64(r.B)+uint64(r.Len) > b) {
				return fmt.Sprintf("of documents %d and %d lies beyond their texts", l.From, l.To)
			}
		}
	}
	return ""
}

// stories looks at every story, and at what finds stories.
func (k *checking) stories() {
	if k.v.StoryForm != storyForm { // the next update makes them again
		return
	}
	var byDocument uint64
	n := 0
	err := k.c.eachStory(func(s *detect.KeptStory) error {
		n++
		for _, m := range s.Members {
			k.addSpans(m)
		}
		if !k.first {
			return k.ctx.Err()
		}
		if what := k.story(&s.Story); what != "" {
			k.found(bucketStories, "", false, "story %s %s", s.ID, what)
		}
		var of []membership
		for _, m := range s.Members {
			of = append(of, membership{m.Doc, s.Number})
		}
		slices.SortFunc(of, func(a, b membership) int { return cmp.Compare(a.doc, b.doc) })
		for _, m := range slices.Compact(of) {
			byDocument += postingSum(uint64(m.doc), posting{Doc: m.story})
		}
		return k.ctx.Err()
	})
	k.sortSpans()
	if !k.first {
		return
	}
	k.report.Stories = n
	if err == nil && n != int(k.v.Stories) {
		err = damaged(bucketStoryOrder, nil, "has %d stories instead of %d", n, k.v.Stories)
	}
	if err != nil {
		k.damage(bucketStories, err)
		return
	}
	k.memberships(byDocument)
	k.storyIDs(n)
}

// memberships compares the stories of documents with the sum of what they should be.
func (k *checking) memberships(want uint64) {
	var keys []uint32
	k.damage(bucketStoryOf, k.c.read(func(tx *txn, _ *view) error {
		b, err := bucketOf(tx, bucketStoryOf)
		if err != nil {
			return err
		}
		return b.ForEach(func(key, _ []byte) error {
			if len(key) != 4 {
				return damaged(bucketStoryOf, key, "is no number")
			}
			keys = append(keys, binary.BigEndian.Uint32(key))
			return nil
		})
	}))
	for _, block := range keys {
		err := k.c.read(func(tx *txn, _ *view) error {
			all, err := membershipBlock(tx, block)
			for _, m := range all {
				want -= postingSum(uint64(m.doc), posting{Doc: m.story})
			}
			return err
		})
		if err != nil {
			k.damage(bucketStoryOf, err)
			return
		}
	}
	if want != 0 {
		k.found(bucketStoryOf, "", false, "does not list the members as the stories do")
	}
}

// storyIDs looks at whether as many stories are found by their ids as there are.
func (k *checking) storyIDs(want int) {
	n := 0
	err := k.c.read(func(tx *txn, _ *view) error {
		n = 0
		b, err := bucketOf(tx, bucketStoryID)
		if err != nil {
			return err
		}
		return b.ForEach(func(key, value []byte) error {
			payload, err := unseal(bucketStoryID, key, value)
			if err != nil {
				return err
			}
			for r := (&reader{b: payload}); len(r.b) > 0; {
				number := r.uint32()
				if r.err != nil {
					return damaged(bucketStoryID, key, "%v", r.err)
				}
				s, err := k.c.storyAt(tx, number)
				if err == nil && string(storyIDKey(s.ID)) != string(key) {
					err = damaged(bucketStoryID, key, "names story %s", s.ID)
				}
				if err != nil {
					return err
				}
				n++
			}
			return nil
		})
	})
	k.damage(bucketStoryID, err)
	if err == nil && n != want {
		k.found(bucketStoryID, "", false, "does not list the stories that there are")
	}
}

func (k *checking) story(s *dedup.Story) string {
	if len(s.Members) < 2 {
		return fmt.Sprintf("has %d members", len(s.Members))
	}
	for i, m := range s.Members {
		switch {
		case k.report.UpToDate && k.v.retired.has(m.Doc):
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
