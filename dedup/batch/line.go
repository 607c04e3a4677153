package batch

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/zeebo/xxh3"

	"repost/dedup/detect"
	"repost/dedup/internal/numbers"
)

// A line is
//
//	key TAB kind order TAB stamp binary [SPACE JSON]
//
// key groups lines; kind is one byte that says what the line is, and order what it comes
// after among lines of its kind with its key. stamp is six characters for the version of
// the format and the scheme; binary is base64 without padding. Keys and orders are numbers
// of a fixed width in 64 characters that ascend as bytes do, so that sort with LC_ALL=C puts
// lines in the order that a stage needs: by key, kind and order.

// Version is the version of the format, and goes up with every change of a line.
const Version = 1

// kind says what a line is. In one group, kinds come in the order of their bytes.
type kind = byte

// The kinds, with their keys.
const (
	document           kind = 'D' // document
	sketched           kind = 'S' // content
	text               kind = 'T' // document: a text prepared for linking
	copied             kind = 'C' // the head of its class, or later its component
	fingerprintPosting kind = 'P' // fingerprint
	bandPosting        kind = 'B' // band
	bandOf             kind = 'b' // document: a band of it that others have
	crowdPosting       kind = 'c' // band: with whether the text is crowded
	fingerprintHit     kind = 'H' // pair
	bandHit            kind = 'I' // pair
	fact               kind = 'F' // document: a fingerprint of it, and how many texts hold that
	recurs             kind = 'R' // the first text of the sample
	wanted             kind = 'W' // document: that is in a sample
	sampled            kind = 'X' // the first text of a sample: a text of it
	learned            kind = 'M' // fingerprint
	candidate          kind = 'Q' // fingerprint: a document that holds a fingerprint that recurs
	setAside           kind = 'U' // document: a place of boilerplate
	pair               kind = 'V' // the first document
	firstText          kind = 'Y' // the second document of a pair: the text of the first
	covered            kind = 'G' // document: its fingerprints in boilerplate
	common             kind = 'E' // document: a fingerprint of it in many stories
	link               kind = 'J' // the first document
	linked             kind = 'L' // document that has a link
	accepted           kind = 'K' // the first document of a link, or later its component
	edge               kind = 'e' // pair
	label              kind = 'A' // document: its component
	node               kind = 'N' // document
	shared             kind = 'O' // fingerprint: a document that holds it, and in which stories
	member             kind = 'm' // document
	draftMember        kind = 'n' // draft of a story: a member with its document
	story              kind = 's' // id of a story
	partOf             kind = 'd' // component: a document in a story of it
	storyIn            kind = 'k' // component: a story of it
	dropped            kind = 'f' // document
)

const digits = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

// Widths of numbers, in characters of six bits.
const (
	numberWidth = 6 // of a document
	keyWidth    = 7 // of a fingerprint or a band: detect.KeyBits
	hashWidth   = 11
	placeWidth  = 5 // among the members or stories of a group
)

// appendNumber appends v in width characters.
func appendNumber(b []byte, v uint64, width int) []byte {
	for i := width - 1; i >= 0; i-- {
		b = append(b, digits[v>>(6*i)&63])
	}
	return b
}

var valueOf = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i := range digits {
		t[digits[i]] = int8(i)
	}
	return t
}()

// parseNumber reads a number of the given width at the beginning of b.
func parseNumber(b []byte, width int) (v uint64, ok bool) {
	if len(b) < width {
		return 0, false
	}
	for _, c := range b[:width] {
		d := valueOf[c]
		if d < 0 {
			return 0, false
		}
		v = v<<6 | uint64(d)
	}
	return v, true
}

// stampOf returns the stamp of lines under a scheme.
func stampOf(s *detect.Scheme) string {
	return string(appendNumber(nil, xxh3.HashString(fmt.Sprint(Version, " ", s.String())), 6))
}

// writer writes lines.
type writer struct {
	out   *bufio.Writer
	mark  string // the stamp
	buf   []byte
	lines int

	keyBuf, orderBuf []byte
}

// put writes a line; payload and text may be empty.
func (w *writer) put(key []byte, k kind, order, payload, text []byte) {
	b := append(w.buf[:0], key...)
	b = append(b, '\t', k)
	b = append(b, order...)
	b = append(b, '\t')
	b = append(b, w.mark...)
	b = base64.RawStdEncoding.AppendEncode(b, payload)
	if text != nil {
		b = append(b, ' ')
		b = append(b, text...)
	}
	b = append(b, '\n')
	w.out.Write(b) // an error comes again at Flush
	w.buf = b
	w.lines++
}

// keyOf returns document numbers as a key, valid until the next call.
func (w *writer) keyOf(ns ...uint32) []byte {
	w.keyBuf = appendNumbers(w.keyBuf[:0], ns...)
	return w.keyBuf
}

// orderOf is keyOf for an order.
func (w *writer) orderOf(ns ...uint32) []byte {
	w.orderBuf = appendNumbers(w.orderBuf[:0], ns...)
	return w.orderBuf
}

func appendNumbers(b []byte, ns ...uint32) []byte {
	for _, n := range ns {
		b = appendNumber(b, uint64(n), numberWidth)
	}
	return b
}

// reader reads lines, group by group.
type reader struct {
	in    *bufio.Reader
	stamp string
	kinds string // that are expected
	// grouped says that lines are sorted.
	grouped bool

	at      int // line
	long    []byte
	pending bool // the line that was read last is of the next group
	eof     bool
	err     error

	groupKey []byte
	last     []byte // key and order of the line before

	key   []byte
	kind  kind
	order []byte
	data  []byte // binary
	raw   []byte // JSON
}

// lineError is an error of one line of the input.
func (r *reader) lineError(format string, args ...any) error {
	return fmt.Errorf("line %d: %s", r.at, fmt.Sprintf(format, args...))
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
	b, err := r.bytes()
	if err != nil {
		if r.eof = errors.Is(err, io.EOF); !r.eof {
			r.err = err
		}
		return false
	}
	r.at++
	r.err = r.parse(b)
	return r.err == nil
}

// bytes returns the next line without its end.
func (r *reader) bytes() ([]byte, error) {
	b, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		r.long = append(r.long[:0], b...)
		for errors.Is(err, bufio.ErrBufferFull) {
			b, err = r.in.ReadSlice('\n')
			r.long = append(r.long, b...)
		}
		b = r.long
	}
	switch {
	case err == nil:
		return b[:len(b)-1], nil
	case errors.Is(err, io.EOF) && len(b) > 0:
		return b, nil
	}
	return nil, err
}

func (r *reader) parse(b []byte) error {
	tab := bytes.IndexByte(b, '\t')
	if tab < 1 {
		return r.lineError("this is no line of a batch: it has no key and no tab; give what another stage of repost batch wrote")
	}
	key, rest := b[:tab], b[tab+1:]
	tab = bytes.IndexByte(rest, '\t')
	if tab < 1 || len(rest)-tab-1 < len(r.stamp) {
		return r.lineError("this is no line of a batch: it has fewer than three fields")
	}
	kindOrder, rest := rest[:tab], rest[tab+1:]
	if got := string(rest[:len(r.stamp)]); got != r.stamp {
		return r.lineError("this was made under another scheme or by another version of repost (%s, and not %s): run all stages with one version and one --rules", got, r.stamp)
	}
	rest = rest[len(r.stamp):]
	k := kindOrder[0]
	if bytes.IndexByte([]byte(r.kinds), k) < 0 {
		return r.lineError("a line of kind %c is none that this stage reads: %s", k, r.kinds)
	}
	if r.grouped {
		b = b[:len(key)+1+len(kindOrder)]
		if bytes.Compare(b, r.last) < 0 {
			return r.lineError("the lines are not in order: sort them with LC_ALL=C sort")
		}
		r.last = append(r.last[:0], b...)
	}
	r.raw = nil
	if at := bytes.IndexByte(rest, ' '); at >= 0 {
		rest, r.raw = rest[:at], rest[at+1:]
	}
	data, err := base64.RawStdEncoding.AppendDecode(r.data[:0], rest)
	if err != nil {
		return r.lineError("its third field is no base64")
	}
	r.key, r.kind, r.order, r.data = key, k, kindOrder[1:], data
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
