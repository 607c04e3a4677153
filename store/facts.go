package store

import (
	"encoding/binary"
	"fmt"
	"strings"

	"repost/dedup"
	"repost/store/ingest"
)

// The facts of a document are all that is stored of it but its text, in blocks.

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
	again   bool   // the document was removed when it came
}

// codecWide is set in the codec of facts whose contents have 16 bytes: since version 7.
const codecWide = 0x40

// Bytes of the facts of a document that have a fixed size, and before version 7.
const (
	factsWidth  = 40
	narrowFacts = 32
)

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
