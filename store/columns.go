package store

import (
	"bytes"
	"encoding/binary"
	"errors"

	"repost/dedup"
	"repost/dedup/detect"
)

// What an update of the stories must know of the many documents that share a fingerprint with
// a few is kept in columns: 20 bytes a document, for detect.ColumnsIn of them in a value, so
// that a page of the tree has two. Of each document, all little-endian: the order of its
// content, eight bytes; a hash of its source, eight; its live units, four. Facts cost a
// hundred times as much to read: they are packed.
//
// With that, what came and went since the last update is known without a look at the rest:
// documents from state.Judged on, and those that were retired or restored since, which are
// in view.toggled.

const columnSize = 20

// columns writes the columns of new documents.
func (a *addition) columns() error {
	if !a.next.Columns {
		return nil
	}
	w := columnWriter{tx: a.tx}
	for _, e := range a.fresh {
		if err := w.add(e.number, e.Sketch.Content.Hi, e.Doc.Source, e.Sketch.Units); err != nil {
			return err
		}
	}
	return w.flush()
}

// columnWriter writes columns of documents, whose numbers ascend without gaps.
type columnWriter struct {
	tx    *txn
	page  uint32
	value []byte
}

func (w *columnWriter) add(n uint32, order uint64, source string, units uint32) error {
	if page := n / detect.ColumnsIn; w.value == nil || page != w.page {
		if err := w.flush(); err != nil {
			return err
		}
		w.page, w.value = page, []byte{}
		if n%detect.ColumnsIn > 0 {
			before, err := get(w.tx, bucketColumns, key32(page))
			if err != nil {
				return err
			}
			w.value = append(w.value, before...)
		}
	}
	if len(w.value) != int(n%detect.ColumnsIn)*columnSize {
		return damaged(bucketColumns, key32(w.page), "has %d bytes", len(w.value))
	}
	w.value = binary.LittleEndian.AppendUint64(w.value, order)
	w.value = binary.LittleEndian.AppendUint64(w.value, detect.SourceKey(source))
	w.value = binary.LittleEndian.AppendUint32(w.value, units)
	return nil
}

func (w *columnWriter) flush() error {
	if len(w.value) == 0 {
		return nil
	}
	value := w.value
	w.value = nil
	return put(w.tx, bucketColumns, key32(w.page), value)
}

// Columns implements detect.Updatable.
func (d *Detection) Columns(from, n uint32, dst []detect.Column) (all []detect.Column, err error) {
	err = d.c.read(func(tx *txn, v *view) error {
		b, err := bucketOf(tx, bucketColumns)
		if err != nil {
			return err
		}
		all = dst
		page, end := from/detect.ColumnsIn, min(from+n, v.Documents)
		cur := b.Cursor()
		for key, value := cur.Seek(key32(page)); page*detect.ColumnsIn < end; key, value = cur.Next() {
			if want := key32(page); !bytes.Equal(key, want) {
				return damaged(bucketColumns, want, "is missing")
			}
			if all, err = readColumns(all, key, value); err != nil {
				return err
			}
			page++
			if have := uint32(len(all) - len(dst)); have < min(n, page*detect.ColumnsIn-from, v.Documents-from) {
				return damaged(bucketColumns, key, "has %d bytes", len(value))
			}
		}
		d.c.passed(tx, (len(all)-len(dst))/detect.ColumnsIn*faultAround/2) // two values a page, which lies anywhere
		return nil
	})
	return all, err
}

// columnsAt returns the columns in a value.
func columnsAt(tx *txn, page uint32) ([]detect.Column, error) {
	key := key32(page)
	b, err := bucketOf(tx, bucketColumns)
	if err != nil {
		return nil, err
	}
	return readColumns(make([]detect.Column, 0, detect.ColumnsIn), key, b.Get(key))
}

// readColumns appends the columns in a value to dst.
func readColumns(dst []detect.Column, key, value []byte) ([]detect.Column, error) {
	b, err := unseal(bucketColumns, key, value)
	if err != nil {
		return nil, err
	}
	if len(b)%columnSize != 0 || len(b) > detect.ColumnsIn*columnSize {
		return nil, damaged(bucketColumns, key, "has %d bytes", len(b))
	}
	for ; len(b) > 0; b = b[columnSize:] {
		dst = append(dst, detect.Column{
			Order: binary.LittleEndian.Uint64(b), Source: binary.LittleEndian.Uint64(b[8:]), Units: binary.LittleEndian.Uint32(b[16:]),
		})
	}
	return dst, nil
}

// WithContent implements detect.Updatable.
func (d *Detection) WithContent(content dedup.Content, fn func(n uint32) error) error {
	return d.c.lookup(contentIndex, []uint64{content.Hi}, d.c.inBulk(contentIndex, 1), func(_ uint64, at []posting) error {
		for _, p := range at {
			if err := fn(p.Doc); err != nil {
				return err
			}
		}
		return nil
	})
}

// Since implements detect.Updatable.
func (d *Detection) Since() (*detect.Since, error) {
	v := d.c.view.Load()
	if !v.Columns {
		return nil, nil
	}
	d.began = v
	s := &detect.Since{
		Documents: v.Documents, Judged: v.Judged,
		Live:   func(n uint32) bool { return n < v.Documents && !v.retired.has(n) },
		Copied: v.copied.has, Placed: v.placed.has, Known: d.c.knownColumns(),
	}
	v.toggled.each(func(n uint32) { s.Toggled = append(s.Toggled, n) })
	return s, nil
}

// knownColumns returns the columns that updates have read.
func (c *Corpus) knownColumns() *detect.Columns {
	known := c.columns.Load()
	if known == nil || known.Full() {
		known = new(detect.Columns)
		c.columns.Store(known)
	}
	return known
}

// toggle notes that a document that judgements were made with was retired or restored.
func (v *view) toggle(n uint32) {
	switch {
	case n >= v.Judged:
	case v.toggled.has(n):
		v.toggled.remove(n)
		v.state.Toggled--
	default:
		v.toggled.add(n)
		v.state.Toggled++
	}
}

// judgedAt notes that judgements are those of the documents of an earlier view.
func (v *view) judgedAt(began *view) {
	v.toggled.each(v.toggled.remove)
	v.Judged, v.state.Toggled = began.Documents, 0
	v.retired.differences(&began.retired, func(n uint32) {
		v.toggle(n)
	})
}

var errNotBegun = errors.New("store: stories of documents that were not asked for")
