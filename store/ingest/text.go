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
		b, err := io.ReadAll(io.LimitReader(in, int64(r.opt.MaxRecord)+1))
		switch {
		case err != nil:
			yield(row{}, err)
		case len(b) > r.opt.MaxRecord:
			yield(row{}, &Error{Byte: int64(r.opt.MaxRecord), Err: tooLong(r.opt.MaxRecord)})
		default:
			// Nobody writes to raw: a text of 30 MB is not held twice.
			yield(row{doc: &dedup.Document{Text: unsafe.String(unsafe.SliceData(b), len(b))}, raw: b}, nil)
		}
	}
}

func tooLong(limit int) error { return fmt.Errorf("%w: over %d bytes", ErrTooLong, limit) }
