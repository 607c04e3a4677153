package store

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"iter"
	"slices"
	"strings"
	"unsafe"

	"github.com/zeebo/xxh3"

	"repost/dedup"
	"repost/store/ingest"
)

// Meta is what the corpus knows of a document without reading its text.
type Meta struct {
	dedup.Document        // without Text
	Number         uint32 // in the corpus
	Bytes          int    // length of the text
	Units          uint32 // live units, see dedup.Sketch
	Content        dedup.Content
	SimHash        uint64
	Origin         ingest.Origin
	Updated        string // when its record was changed last, as that says
	Retired        bool   // replaced by a newer version, or removed
}

// A block closes at these numbers of documents or bytes of text.
const (
	blockDocuments = 64
	blockBytes     = 64 << 10
	textCache      = 32 << 20
	factCache      = 16 << 20
	repostCache    = 8 << 20
	maxText        = 256 << 20 // bytes of one document, as of one record of a dump
	maxUnpacked    = maxText + 1<<20
	mostFacts      = 16 * blockDocuments // in a block, whoever made it
)

// digest is the first 128 bits of the SHA-256 of the strings of a document. Equal digests
// are equal documents, and nobody can write another document with a given digest. Files
// before version 7 have XXH3-128, which does not resist forged collisions: there a document
// that was read before is replaced by itself.
type digest [16]byte

func digestOf(d *dedup.Document) digest {
	return digest(digestBy(sha256.New(), d)[:len(digest{})])
}

func digestBy(h hash.Hash, d *dedup.Document) []byte {
	var n [8]byte
	for _, s := range []string{d.ID, d.URL, credited(d), datedFrom(d), d.Title, d.Text} {
		binary.LittleEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write(unsafe.Slice(unsafe.StringData(s), len(s)))
	}
	return h.Sum(nil)
}

// isOf reports whether a document has digest sum, as this version or an older one makes it.
func (sum digest) isOf(d *dedup.Document) bool {
	if digestOf(d) == sum {
		return true
	}
	h := xxh3.New()
	digestBy(h, d)
	return h.Sum128().Bytes() == sum
}

// appendTexts appends a block of texts, see format.go.
func (c *Corpus) appendTexts(texts []string) []byte {
	b := binary.AppendUvarint([]byte{0}, uint64(len(texts)))
	size := 0
	for _, t := range texts {
		b = binary.AppendUvarint(b, uint64(len(t)))
		size += len(t)
	}
	all := make([]byte, 0, size)
	for _, t := range texts {
		all = append(all, t...)
	}
	return c.pack(slices.Grow(b, size*5/8), all)
}

// readTexts reads a block of texts, which are in room if that is not nil.
func (c *Corpus) readTexts(payload []byte, room *[]byte) ([]string, error) {
	r := &reader{b: payload}
	codec, n := r.byte(), r.count()
	lengths := make([]uint64, n)
	size := 0
	for i := range lengths {
		lengths[i] = r.uvarint()
		size += int(min(lengths[i], maxUnpacked+1))
	}
	if r.err != nil {
		return nil, r.err
	}
	all, err := c.unpackTo(codec, r.b, size, room)
	if err != nil {
		return nil, err
	}
	data := unsafe.String(unsafe.SliceData(all), len(all)) // there is no other reference to what was unpacked, but in room
	if codec == codecPlain {
		data = string(all)
	}
	texts := make([]string, n)
	for i, l := range lengths {
		if l > uint64(len(data)) {
			return nil, errShort
		}
		texts[i], data = data[:l], data[l:]
	}
	if data != "" {
		return nil, fmt.Errorf("has %d bytes too many", len(data))
	}
	return texts, nil
}

// findBlock returns the payload of the block that holds document n and the
// number of its first document.
func findBlock(tx *txn, bucket string, n uint32) (payload []byte, first uint32, key []byte, err error) {
	b, err := bucketOf(tx, bucket)
	if err != nil {
		return nil, 0, nil, err
	}
	cur := b.Cursor()
	key, value := cur.Seek(key32(n))
	if key == nil {
		key, value = cur.Last()
	} else if len(key) == 4 && binary.BigEndian.Uint32(key) > n {
		key, value = cur.Prev()
	}
	if len(key) != 4 {
		return nil, 0, nil, damaged(bucket, key32(n), "is missing, or the block that holds it")
	}
	payload, err = unseal(bucket, key, value)
	return payload, binary.BigEndian.Uint32(key), key, err
}

func (c *Corpus) factsAt(tx *txn, n uint32) (*facts, error) {
	if all, first, ok := c.facts.get(n); ok {
		return &all[n-first], nil
	}
	all, first, err := factsBlock(c, tx, n, c.readFacts)
	if err != nil {
		return nil, err
	}
	c.passed(tx, faultAround/4)
	size := 0
	for i := range all {
		d := &all[i].doc
		size += 256 + len(d.ID) + len(d.URL) + len(d.Source) + len(d.Date) + len(d.Title) + len(all[i].origin.Path)
	}
	c.facts.put(first, uint32(len(all)), size, all)
	return &all[n-first], nil
}

// factsBlock reads the block of facts that holds document n, as read reads them, and the
// number of its first one.
func factsBlock[T any](c *Corpus, tx *txn, n uint32, read func(payload []byte) ([]T, error)) ([]T, uint32, error) {
	payload, first, key, err := findBlock(tx, bucketMeta, n)
	if err != nil {
		return nil, 0, err
	}
	if err := c.bad.of(bucketMeta, key, n); err != nil {
		return nil, 0, err
	}
	c.facts.room()
	all, err := read(payload)
	if err != nil {
		return nil, 0, c.bad.add(bucketMeta, key, first, damaged(bucketMeta, key, "%v", err))
	}
	if end := first + uint32(len(all)); n >= end {
		return nil, 0, c.bad.add(bucketMeta, key, end, damaged(bucketMeta, key32(n), "is missing: the block before it ends at %d", end))
	}
	return all, first, nil
}

// documentAt reads document n and compares it with its digest.
func (c *Corpus) documentAt(tx *txn, n uint32) (dedup.Document, error) {
	f, err := c.factsAt(tx, n)
	if err != nil {
		return dedup.Document{}, err
	}
	d := f.doc
	text, err := c.textAt(tx, n)
	if err != nil {
		return dedup.Document{}, err
	}
	d.Text = strings.Clone(text) // a part would keep its whole block alive
	if !f.digest.isOf(&d) {
		return dedup.Document{}, damaged(bucketText, key32(n), "is another text than the one that was added")
	}
	return d, nil
}

func (v *view) check(n uint32) error {
	if n >= v.Documents {
		return fmt.Errorf("%w: number %d of %d", ErrNoDocument, n, v.Documents)
	}
	return nil
}

// Meta returns what is known of document n, which may be retired. The error is
// ErrNoDocument for a number that was never given out.
func (c *Corpus) Meta(n uint32) (Meta, error) {
	var m Meta
	err := c.read(func(tx *txn, v *view) error {
		if err := v.check(n); err != nil {
			return err
		}
		f, err := c.factsAt(tx, n)
		if err != nil {
			return err
		}
		m = Meta{
			Document: f.doc, Number: n, Bytes: int(f.bytes), Units: f.units, Content: f.content, SimHash: f.simhash,
			Origin: f.origin, Updated: f.updated, Retired: v.retired.has(n),
		}
		return nil
	})
	return m, err
}

// Document returns document n, its text byte for byte.
func (c *Corpus) Document(n uint32) (dedup.Document, error) {
	for d, err := range c.Documents([]uint32{n}) {
		return d, err
	}
	return dedup.Document{}, ErrNoDocument
}

// readAhead is how many bytes of text Documents reads in one transaction.
const readAhead = 1 << 20

// Documents returns the documents of ns in that order. Numbers that ascend are
// read fastest: every block is unpacked once. It ends at the first error.
func (c *Corpus) Documents(ns []uint32) iter.Seq2[dedup.Document, error] {
	return func(yield func(dedup.Document, error) bool) {
		if err := c.checkOpen(); err != nil {
			yield(dedup.Document{}, err)
			return
		}
		for rest := ns; len(rest) > 0; {
			var docs []dedup.Document
			err := c.read(func(tx *txn, v *view) error {
				docs = docs[:0]
				for size := 0; size < readAhead && len(docs) < len(rest); {
					n := rest[len(docs)]
					if err := v.check(n); err != nil {
						return err
					}
					d, err := c.documentAt(tx, n)
					if err != nil {
						return err
					}
					docs, size = append(docs, d), size+len(d.Text)
				}
				return nil
			})
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
			if err != nil {
				yield(dedup.Document{}, err)
				return
			}
			rest = rest[len(docs):]
		}
	}
}

// versions returns the numbers of all documents with an id, oldest first.
func (c *Corpus) versions(tx *txn, v *view, id string) ([]uint32, error) {
	var out []uint32
	err := c.versionsOf(tx, v, []string{id}, func(_ int, n uint32, f *facts) {
		if out = append(out, n); f.older && len(out) > 1 {
			last := len(out) - 1
			out[last-1], out[last] = out[last], out[last-1]
		}
	})
	return out, err
}

// versionsOf calls fn for every document that has one of names as its id: i is the
// name's place. The documents of one name come in the order of their numbers: one that
// is older stands before the one before it.
func (c *Corpus) versionsOf(tx *txn, v *view, names []string, fn func(i int, n uint32, f *facts)) error {
	keys := make([]entry, len(names))
	for i, name := range names {
		keys[i] = entry{idKey(name), posting{Doc: uint32(i)}}
	}
	keys = sortEntries(keys, 64-ids.shift())
	l, err := c.newLookup(tx, ids, v)
	if err != nil {
		return err
	}
	var found []posting
	for _, k := range keys {
		if found, err = l.find(found[:0], k.key); err != nil {
			return err
		}
		for _, p := range found {
			f, err := c.factsAt(tx, p.Doc)
			if err != nil {
				return err
			}
			if f.doc.ID == names[k.Doc] {
				fn(int(k.Doc), p.Doc, f)
			}
		}
	}
	return nil
}

func idKey(id string) uint64 { return xxh3.HashString(id) >> ids.shift() }

// Versions returns the numbers of the versions of a document, those that were added with its
// id, oldest first. All but the last are retired. What was removed and came again as it was is
// one version, the one that came last, unless it came from the file of another day.
func (c *Corpus) Versions(id string) ([]uint32, error) {
	var all []version
	err := c.read(func(tx *txn, v *view) error {
		all = all[:0]
		return c.versionsOf(tx, v, []string{id}, func(_ int, n uint32, f *facts) { all = placed(all, version{number: n, f: *f}) })
	})
	var out []uint32
	from := since(all)
	for i := range all {
		again := func(x version) bool { return x.f.digest == all[i].f.digest && x.f.day() == all[i].f.day() }
		later := func(x version) bool { return x.number >= from && again(x) }
		if i+1 < len(all) && again(all[i+1]) || all[i].number < from && slices.ContainsFunc(all, later) {
			continue
		}
		out = append(out, all[i].number)
	}
	return out, err
}

// Number returns the number of the document with an id; ok is false if there is
// none, or it was removed.
func (c *Corpus) Number(id string) (n uint32, ok bool, err error) {
	err = c.read(func(tx *txn, v *view) error {
		all, err := c.versions(tx, v, id)
		if len(all) > 0 {
			n = all[len(all)-1]
			ok = !v.retired.has(n)
		}
		return err
	})
	return n, ok, err
}
