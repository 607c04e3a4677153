package ingest

import (
	"bufio"
	"fmt"
	"io"
	"iter"

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
			yield(row{doc: &dedup.Document{Text: string(b)}, raw: b}, nil)
		}
	}
}

func tooLong(limit int) error { return fmt.Errorf("%w: over %d bytes", ErrTooLong, limit) }
