package batch

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"repost/dedup/internal/numbers"
)

// The reading of lines, group by group, from text or from runs.

// source gives the lines of the input, and then io.EOF.
type source interface {
	next(l *line) error
	close() error
}

// reader reads lines, group by group.
type reader struct {
	line
	in    *bufio.Reader
	from  source // nil before the first line
	stamp string
	kinds string // that are expected
	// grouped says that lines are sorted.
	grouped bool

	at      int  // line
	pending bool // the line that was read last is of the next group
	eof     bool
	err     error

	groupKey []byte
	last     []byte // key, kind and order of the line before
	now      []byte // and of this one
}

// lineError is an error of one line of the input.
func (r *reader) lineError(format string, args ...any) error {
	return fmt.Errorf("line %d: "+format, append([]any{r.at}, args...)...)
}

// group goes to the next group, and reports whether there is one.
func (r *reader) group() bool {
	for r.next() {
	}
	if r.err != nil || r.eof && !r.pending {
		return false
	}
	if !r.pending && !r.read() {
		return false
	}
	r.pending = true
	r.groupKey = append(r.groupKey[:0], r.key...)
	return true
}

// next goes to the next line of the group. What the reader has of it is valid until the
// next call.
func (r *reader) next() bool {
	switch {
	case r.err != nil || r.groupKey == nil:
		return false
	case r.pending:
		if !bytes.Equal(r.key, r.groupKey) {
			return false
		}
		r.pending = false
		return true
	case r.eof || !r.read():
		return false
	}
	if !bytes.Equal(r.key, r.groupKey) {
		r.pending = true
		return false
	}
	return true
}

// any goes to the next line, of whatever group.
func (r *reader) any() bool { return r.err == nil && r.read() }

func (r *reader) read() bool {
	if r.from == nil {
		r.from = r.open()
	}
	r.at++
	err := r.from.next(&r.line)
	switch {
	case err == nil:
		err = r.check()
	case errors.Is(err, io.EOF):
		r.at--
		r.eof = true
		return false
	}
	if err != nil {
		r.fail("%w", err)
	}
	return r.err == nil
}

// open returns a source of the lines of the input, which are text or runs.
func (r *reader) open() source {
	if b, _ := r.in.Peek(1); len(b) == 0 || b[0] != runMark {
		return &textSource{in: r.in, stamp: r.stamp}
	}
	rows := &runReader{in: r.in, stamp: r.stamp}
	if r.grouped {
		return &merger{rows: rows, most: mergeMemory}
	}
	return rows
}

// close gives back what the reader holds on disk.
func (r *reader) close() error {
	if r.from == nil {
		return nil
	}
	return r.from.close()
}

// check returns an error if the line is none that the stage reads, or comes too late.
func (r *reader) check() error {
	if strings.IndexByte(r.kinds, r.kind) < 0 {
		return fmt.Errorf("a line of kind %c is none that this stage reads: %s", r.kind, r.kinds)
	}
	if r.grouped {
		b := append(append(append(r.now[:0], r.key...), '\t', r.kind), r.order...)
		if bytes.Compare(b, r.last) < 0 {
			return errors.New("the lines are not in order: sort them with LC_ALL=C sort")
		}
		r.now, r.last = r.last, b
	}
	return nil
}

// textSource reads lines of text.
type textSource struct {
	in    *bufio.Reader
	stamp string
	long  []byte
	data  []byte
}

func (t *textSource) close() error { return nil }

func (t *textSource) next(l *line) error {
	b, err := readLine(t.in, &t.long)
	if err != nil {
		return err
	}
	tab := bytes.IndexByte(b, '\t')
	if tab < 1 {
		return errors.New("this is no line of a batch: it has no key and no tab; give what another stage of repost batch wrote")
	}
	key, rest := b[:tab], b[tab+1:]
	tab = bytes.IndexByte(rest, '\t')
	if tab < 1 || len(rest)-tab-1 < len(t.stamp) {
		return errors.New("this is no line of a batch: it has fewer than three fields")
	}
	kindOrder, rest := rest[:tab], rest[tab+1:]
	if err := checkStamp(rest[:len(t.stamp)], t.stamp); err != nil {
		return err
	}
	rest = rest[len(t.stamp):]
	var raw []byte
	if at := bytes.IndexByte(rest, ' '); at >= 0 {
		rest, raw = rest[:at], rest[at+1:]
	}
	if t.data, err = base64.RawStdEncoding.AppendDecode(t.data[:0], rest); err != nil {
		return errors.New("its third field is no base64")
	}
	*l = line{key, kindOrder[0], kindOrder[1:], t.data, raw}
	return nil
}

// readLine returns the next line of in without its end, in a buffer of in or in long.
func readLine(in *bufio.Reader, long *[]byte) ([]byte, error) {
	b, err := in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		*long = append((*long)[:0], b...)
		for errors.Is(err, bufio.ErrBufferFull) {
			b, err = in.ReadSlice('\n')
			*long = append(*long, b...)
		}
		b = *long
	}
	switch {
	case err == nil:
		return b[:len(b)-1], nil
	case errors.Is(err, io.EOF) && len(b) > 0:
		return b, nil
	}
	return nil, err
}

// checkStamp returns an error if got is another stamp than want.
func checkStamp(got []byte, want string) error {
	if string(got) != want {
		return fmt.Errorf("this was made under another scheme or by another version of repost (%s, and not %s): run all stages with one version and one --rules", got, want)
	}
	return nil
}

// keyNumber returns the number at a place of the key of the line.
func (r *reader) keyNumber(place int) uint32 { return r.numberIn(r.key, place) }

// orderNumber returns the number at a place of the order of the line.
func (r *reader) orderNumber(place int) uint32 { return r.numberIn(r.order, place) }

// groupNumber returns the number that the key of the group is.
func (r *reader) groupNumber() uint32 { return r.numberIn(r.groupKey, 0) }

func (r *reader) numberIn(b []byte, place int) uint32 {
	v, ok := parseNumber(b[min(place*numberWidth, len(b)):], numberWidth)
	if !ok || v > math.MaxUint32 {
		r.fail("its key or order is no number of a document")
	}
	return uint32(v)
}

// fail notes an error in the line that was read last.
func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = r.lineError(format, args...)
	}
}

// values reads the numbers of a line.
type values struct{ numbers.Reader }

// values returns a reader of the data of the line.
func (r *reader) values() *values { return &values{numbers.Reader{B: r.data}} }

// end notes an error if the data had not what was asked for, or more.
func (r *reader) end(v *values) {
	if !v.End() {
		r.fail("its data ends too early, is too long, or has a number out of range")
	}
}
