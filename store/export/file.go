package export

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// encoder writes records in one format.
type encoder interface {
	record(r *Record) error
	end() error
}

// file is a file under way: records → encoder → counted → packed → hashed → disk.
type file struct {
	path, shown string
	to          io.Writer // standard output
	disk        *os.File
	encoder     encoder
	buf         *bufio.Writer
	pack        io.WriteCloser
	sum         hash.Hash
	size        int64 // before packing
	written     int64
	records     int
}

func (f *file) begin(format Format, packing Packing, opt Options) error {
	f.sum = sha256.New()
	if f.to == nil {
		var err error
		if f.disk, err = os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666); err != nil {
			return writing(f.shown, err)
		}
		f.to = f.disk
	}
	f.buf = bufio.NewWriterSize(&counted{f.to, f.sum, &f.written}, 1<<18)
	var in io.Writer = f.buf
	switch {
	case format == Parquet: // it packs its columns
	case packing == Gzip:
		f.pack = gzip.NewWriter(f.buf)
	case packing == Zstd:
		z, err := zstd.NewWriter(f.buf, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return err
		}
		f.pack = z
	}
	if f.pack != nil {
		in = f.pack
	}
	e, err := newEncoder(in, &f.size, format, opt)
	f.encoder = e
	return err
}

// newEncoder returns an encoder that writes to w and adds to size the bytes of records
// before they are packed.
func newEncoder(w io.Writer, size *int64, format Format, opt Options) (encoder, error) {
	if format != Parquet { // which packs them itself, row group by row group
		w = &counted{w, nil, size}
	}
	switch format {
	case JSONLines, JSONArray:
		return &jsonEncoder{w: w, array: format == JSONArray}, nil
	case CSV:
		return &csvEncoder{w: w, comma: ',', columns: opt.Columns, mark: opt.Mark, cell: opt.Cell}, nil
	case TSV:
		return &csvEncoder{w: w, comma: '\t', columns: opt.Columns, mark: opt.Mark, cell: opt.Cell}, nil
	case Parquet:
		if opt.Schema != nil {
			return newParquetCopier(w, size, opt.Schema, opt.Notes)
		}
		columns := opt.Columns
		if len(columns) == 0 { // no record: a table without rows
			columns = DocumentColumns
		}
		return newParquet(w, size, columns), nil
	case Text:
		return &textEncoder{w: w}, nil
	case Lines:
		return &lineEncoder{w: w}, nil
	case Raw:
		return &rawEncoder{w: w}, nil
	}
	return nil, fmt.Errorf("export: no format %q", format)
}

func (f *file) record(r *Record) error {
	f.records++
	return f.named(f.encoder.record(r))
}

// named says which file an error is of. A pipe that its reader has closed stays what it is.
func (f *file) named(err error) error {
	if err == nil {
		return nil
	}
	return writing(f.shown, err)
}

// close brings the file to disk.
func (f *file) close() error {
	err := f.encoder.end()
	if f.pack != nil {
		err = errors.Join(err, f.pack.Close())
	}
	err = errors.Join(err, f.buf.Flush())
	if f.disk != nil {
		if err == nil {
			if info, serr := f.disk.Stat(); serr == nil && info.Mode().IsRegular() {
				err = f.disk.Sync()
			}
		}
		err = errors.Join(err, f.disk.Close())
	}
	return f.named(first(err))
}

// first returns the first of joined errors: the others follow from it.
func first(err error) error {
	if many, ok := err.(interface{ Unwrap() []error }); ok && len(many.Unwrap()) > 0 {
		return many.Unwrap()[0]
	}
	return err
}

func (f *file) discard() {
	if f.disk != nil {
		f.disk.Close()
	}
}

// counted passes bytes on, counts them and hashes them.
type counted struct {
	w   io.Writer
	sum hash.Hash
	n   *int64
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	*c.n += int64(n)
	if c.sum != nil {
		c.sum.Write(b[:n])
	}
	return n, err
}

// textEncoder writes a text as it stood, or the field text.
type textEncoder struct{ w io.Writer }

func (e *textEncoder) record(r *Record) error {
	if r.Copy != "" {
		f, err := os.Open(r.Copy)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(e.w, f)
		return err
	}
	if r.Raw != nil && r.Format == Text {
		_, err := e.w.Write(r.Raw)
		return err
	}
	v, _ := r.field("text")
	_, err := io.WriteString(e.w, text(v))
	return err
}

func (e *textEncoder) end() error { return nil }

// rawEncoder writes no records.
type rawEncoder struct{ w io.Writer }

func (e *rawEncoder) record(*Record) error { return errors.New("export: a record in a file of lines") }
func (e *rawEncoder) end() error           { return nil }
