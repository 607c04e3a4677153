package ingest

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"unsafe"

	"repost/dedup"
)

// textRows reads a file that is one document.
func (r *run) textRows(_ *source, in *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		b, err := r.readWhole(in)
		if err != nil {
			yield(row{}, err)
			return
		}
		// Nobody writes to raw: a text of 30 MB is not held twice.
		yield(row{doc: &dedup.Document{Text: unsafe.String(unsafe.SliceData(b), len(b))}, raw: b}, nil)
	}
}

// readWhole reads a file that is one record.
func (r *run) readWhole(in io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(in, int64(r.opt.MaxRecord)+1))
	if err == nil && len(b) > r.opt.MaxRecord {
		err = &Error{Byte: int64(r.opt.MaxRecord), Err: tooLong(r.opt.MaxRecord)}
	}
	return b, err
}

func tooLong(limit int) error { return fmt.Errorf("%w: over %d bytes", ErrTooLong, limit) }
