package store

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/klauspost/compress/zstd"
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

// facts is all that is stored of a document but its text.
type facts struct {
	digest  digest
	content dedup.Content
	simhash uint64
	doc     dedup.Document // without Text
	bytes   uint64
	units   uint32
	origin  ingest.Origin
	lies    string // the path of origin as seen from the corpus
	updated string // see Entry
	older   bool   // than the version that was there when it came
}

// The codecs of blocks.
const (
	codecPlain   = 0
	codecZstd    = 1
	codecFrames  = 2 // of texts only; in files of version 2
	codecReposts = 3 // the same; since version 3
)

// codecWide is set in the codec of facts whose contents have 16 bytes: since version 7.
const codecWide = 0x40

// Bytes of the facts of a document that have a fixed size, and before version 7.
const (
	factsWidth  = 40
	narrowFacts = 32
)

// pack appends data to dst as the codec before it says, whichever is shorter.
func (c *Corpus) pack(codecAndHead, data []byte) []byte {
	at := len(codecAndHead)
	out := c.enc.EncodeAll(data, codecAndHead)
	if len(out)-at >= len(data) {
		out = append(out[:at], data...)
		out[0] = codecPlain
		return out
	}
	out[0] = codecZstd
	return out
}

// unsizedFrame is how many bytes a zstd frame may have that does not say how many it has.
const unsizedFrame = 256

var errUnpack = errors.New("cannot be unpacked")

func (c *Corpus) unpack(codec byte, data []byte) ([]byte, error) {
	return c.unpackWithin(codec, data, maxUnpacked)
}

// unpackWithin is unpack of what may have a number of bytes, and is damaged with more.
func (c *Corpus) unpackWithin(codec byte, data []byte, most uint64) ([]byte, error) {
	var h zstd.Header
	if codec == codecZstd && h.Decode(data) == nil && h.HasFCS && h.FrameContentSize > most {
		return nil, errUnpack
	}
	return c.unpackTo(codec, data, -1)
}

// unpackTo is unpack of data that has a size, or of any size if that is -1.
func (c *Corpus) unpackTo(codec byte, data []byte, size int) ([]byte, error) {
	switch codec {
	case codecPlain:
		return data, nil
	case codecZstd:
		var h zstd.Header
		if err := h.Decode(data); err != nil || h.HasFCS && h.FrameContentSize > maxUnpacked {
			return nil, errUnpack
		}
		n := unsizedFrame
		if h.HasFCS {
			n = int(h.FrameContentSize)
		}
		if h.HasFCS && size >= 0 && n != size {
			return nil, errUnpack
		}
		out, err := c.dec.DecodeAll(data, make([]byte, 0, n)) // and no more than that
		if err != nil {
			return nil, errUnpack
		}
		return out, nil
	}
	return nil, fmt.Errorf("has codec %d, which this program does not know", codec)
}

// appendFacts appends a block of facts: codec, count, the parts that cannot be
// packed, then the rest, document by document: id, URL, source (see credited), date (see dateOrigins), title
// and the path of the origin (see originString) as strings; bytes, units, record and byte of the origin
// as varints.
func (c *Corpus) appendFacts(all []facts) []byte {
	b := binary.AppendUvarint([]byte{0}, uint64(len(all)))
	var rest []byte
	for i := range all {
		f := &all[i]
		b = append(b, f.digest[:]...)
		b = binary.LittleEndian.AppendUint64(b, f.content.Hi)
		b = binary.LittleEndian.AppendUint64(b, f.content.Lo)
		b = binary.LittleEndian.AppendUint64(b, f.simhash)
		for _, s := range []string{f.doc.ID, f.doc.URL, credited(&f.doc), datedFrom(&f.doc), f.doc.Title, f.originString()} {
			rest = appendString(rest, s)
		}
		for _, v := range []uint64{f.bytes, uint64(f.units), uint64(f.origin.Record), uint64(f.origin.Byte)} {
			rest = binary.AppendUvarint(rest, v)
		}
	}
	b = c.pack(b, rest)
	b[0] |= codecWide
	return b
}

// factsIn returns how many facts a block holds, what of them has a fixed size, of how
// many bytes each, and a reader of the rest.
func (c *Corpus) factsIn(payload []byte) (n, width int, fixed []byte, rest *reader, err error) {
	r := &reader{b: payload}
	codec, n := r.byte(), r.count()
	width = factsWidth
	if codec&codecWide == 0 {
		width = narrowFacts
	}
	if fixed = r.bytes(n * width); r.err != nil {
		return 0, 0, nil, nil, r.err
	}
	if n > mostFacts {
		return 0, 0, nil, nil, fmt.Errorf("has %d documents", n)
	}
	b, err := c.unpack(codec&^codecWide, r.b)
	return n, width, fixed, &reader{b: b}, err
}

// A source with a credit is stored as a byte 1, the source, a byte 0 and the credit; one
// that begins with a byte 1 has an empty credit.
const hasCredit = "\x01"

// credited returns the source of a document as it is stored.
func credited(d *dedup.Document) string {
	if d.Credit == "" && !strings.HasPrefix(d.Source, hasCredit) {
		return d.Source
	}
	return hasCredit + d.Source + "\x00" + d.Credit
}

// uncredit sets the source and the credit of a document from what is stored as its source.
func uncredit(d *dedup.Document) {
	if both, ok := strings.CutPrefix(d.Source, hasCredit); ok {
		if i := strings.LastIndexByte(both, 0); i >= 0 {
			d.Source, d.Credit = both[:i], both[i+1:]
		}
	}
}

// A date that is no field of its own has a byte before it that says where it is from.
const dateOrigins = "\x01" + dedup.DateFromURL + "\x02" + dedup.DateFromName + "\x03" + dedup.DateFromText + "\x04" + dedup.DateFromFile

// datedFrom returns the date of a document as it is stored.
func datedFrom(d *dedup.Document) string {
	if d.DateFrom == "" {
		return d.Date
	}
	if i := strings.Index(dateOrigins, d.DateFrom); i > 0 {
		return dateOrigins[i-1:i] + d.Date
	}
	return d.Date
}

// undate sets the date of a document from what is stored as one.
func undate(d *dedup.Document) {
	if d.Date == "" || d.Date[0] > 4 || d.Date[0] == 0 {
		return
	}
	_, from, _ := strings.Cut(dateOrigins, d.Date[:1])
	if i := strings.IndexAny(from, "\x01\x02\x03\x04"); i >= 0 {
		from = from[:i]
	}
	d.Date, d.DateFrom = d.Date[1:], from
}

func (c *Corpus) readFacts(payload []byte) ([]facts, error) {
	n, width, fixed, r, err := c.factsIn(payload)
	if err != nil {
		return nil, err
	}
	all := make([]facts, n)
	for i := range all {
		f, b := &all[i], fixed[i*width:]
		f.digest = digest(b[:16])
		f.content = contentIn(b, width)
		f.simhash = binary.LittleEndian.Uint64(b[width-8:])
		f.doc = dedup.Document{ID: r.string(), URL: r.string(), Source: r.string(), Date: r.string(), Title: r.string()}
		undate(&f.doc)
		uncredit(&f.doc)
		f.readOrigin(r.string())
		f.bytes, f.units = r.uvarint(), r.uint32()
		f.origin.Record, f.origin.Byte = int(r.uvarint()), int64(r.uvarint())
	}
	if r.err == nil && len(r.b) > 0 {
		r.fail(fmt.Errorf("has %d bytes too many", len(r.b)))
	}
	return all, r.err
}

// contentIn returns the content hash in what a block keeps of a document in that many bytes.
func contentIn(fixed []byte, width int) (c dedup.Content) {
	c.Hi = binary.LittleEndian.Uint64(fixed[16:])
	if width == factsWidth {
		c.Lo = binary.LittleEndian.Uint64(fixed[24:])
	}
	return c
}

// readInfos is readFacts for what the detector asks of all documents.
func (c *Corpus) readInfos(payload []byte) ([]dedup.Info, error) {
	n, width, fixed, r, err := c.factsIn(payload)
	if err != nil {
		return nil, err
	}
	all := make([]dedup.Info, n)
	skip := func() { r.bytes(r.count()) }
	source := "" // of the document before: most blocks have few
	for i := range all {
		var d dedup.Document
		d.ID = r.string()
		skip()
		if b := r.bytes(r.count()); string(b) != source {
			source = string(b)
		}
		d.Source, d.Date = source, r.string()
		skip()
		undate(&d)
		uncredit(&d)
		skip()
		r.uvarint()
		all[i] = dedup.Info{
			ID: d.ID, Source: d.Source, Date: d.Date, DateFrom: d.DateFrom,
			Units: r.uint32(), Content: contentIn(fixed[i*width:], width),
		}
		r.uvarint()
		r.uvarint()
	}
	return all, r.err
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

func (c *Corpus) readTexts(payload []byte) ([]string, error) {
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
	all, err := c.unpackTo(codec, r.b, size)
	if err != nil {
		return nil, err
	}
	data := unsafe.String(unsafe.SliceData(all), len(all)) // there is no other reference to what was unpacked
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
// id, oldest first. All but the last are retired. A document that was removed and came again
// as it was is one version, the one that came last.
func (c *Corpus) Versions(id string) ([]uint32, error) {
	var all []version
	err := c.read(func(tx *txn, v *view) error {
		all = all[:0]
		return c.versionsOf(tx, v, []string{id}, func(_ int, n uint32, f *facts) { all = placed(all, version{number: n, f: *f}) })
	})
	var out []uint32
	for i, x := range all {
		if i+1 == len(all) || all[i+1].f.digest != x.f.digest {
			out = append(out, x.number)
		}
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

// checkEntry says why a document cannot be stored: it has no id, no text (checkText), or
// more than a block can hold, or a field is not UTF-8. An id that is the name of a file is
// taken as it is.
func checkEntry(e *Entry) error {
	d := &e.Doc
	if d.ID == "" {
		return errors.New("a document without an id")
	}
	for _, field := range []struct{ name, value string }{
		{"id", d.ID}, {"URL", d.URL}, {"source", d.Source}, {"date", d.Date}, {"title", d.Title}, {"credit", d.Credit},
	} {
		if !utf8.ValidString(field.value) && !(field.name == "id" && e.Unnamed) {
			return fmt.Errorf("document %.100q: the %s: %w", d.ID, field.name, notUTF8(field.value))
		}
	}
	if n := ingest.FieldBytes(d); n > ingest.MaxFields { // a block of them must be readable
		return fmt.Errorf("document %.100q has %d bytes of fields; at most %d can be kept", d.ID, n, ingest.MaxFields)
	}
	return checkText(d)
}

// checkText says why nothing can be found of the text of a document: it is empty or too long,
// or not UTF-8, and spans would be those of another text: JSON and pages replace such bytes.
// Package ingest replaces them before, and counts them.
func checkText(d *dedup.Document) error {
	switch {
	case strings.TrimSpace(d.Text) == "":
		return fmt.Errorf("document %.100q: %w", d.ID, ingest.ErrEmptyText)
	case !utf8.ValidString(d.Text):
		return fmt.Errorf("document %.100q: %w", d.ID, notUTF8(d.Text))
	case len(d.Text) > maxText:
		return fmt.Errorf("document %.100q has %d bytes of text; at most %d can be kept", d.ID, len(d.Text), maxText)
	}
	return nil
}

// notUTF8 says at which byte a string stops being UTF-8.
func notUTF8(s string) error {
	valid := 0
	for _, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[valid:], "\ufffd") {
			break
		}
		valid += utf8.RuneLen(r)
	}
	return fmt.Errorf("%w as UTF-8: byte %d is none; strings.ToValidUTF8 replaces such bytes", ingest.ErrEncoding, valid)
}

func checkEntries(batch []Entry) error {
	for i := range batch {
		if err := checkEntry(&batch[i]); err != nil {
			return err
		}
	}
	return nil
}
