package batch

import (
	"bufio"
	"encoding/base64"
	"fmt"

	"github.com/zeebo/xxh3"

	"repost/dedup/detect"
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
const Version = 7

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
	fingerprintHit     kind = 'H' // document: a fingerprint of it, how many texts hold that, and those that it makes a pair with
	bandHit            kind = 'I' // document: those that a band makes a pair with
	factsOf            kind = 'F' // document: the fingerprints of it that others hold
	recurs             kind = 'R' // the first text of the sample
	wanted             kind = 'W' // document: that is in a sample
	sampled            kind = 'X' // the first text of a sample: a text of it
	learned            kind = 'M' // fingerprint
	candidate          kind = 'Q' // fingerprint: a document that holds a fingerprint that recurs
	setAside           kind = 'U' // document: a place of boilerplate
	pair               kind = 'V' // the first document
	firstText          kind = 'Y' // the second document of a pair: the text of the first
	covered            kind = 'G' // document: its fingerprints in boilerplate
	common             kind = 'E' // document: fingerprints of it in many stories
	link               kind = 'J' // the first document
	linked             kind = 'L' // document that has a link
	accepted           kind = 'K' // the first document of a link, or later its component
	edge               kind = 'e' // pair
	label              kind = 'A' // document: its component
	node               kind = 'N' // document
	shared             kind = 'O' // set of documents: one of them, and in which stories the fingerprints are that just these hold
	member             kind = 'm' // document, or later its component
	story              kind = 's' // id of a story
	partOf             kind = 'd' // component: a document in a story of it
	storyIn            kind = 'k' // component: a story of it, for passages
	dropped            kind = 'f' // document
	noted              kind = 'a' // document that is kept: its stories, and what of it stands in others
	cutOf              kind = 'q' // document: what of it is cut
	delivered          kind = 'o' // document: as it is written
)

const everyKind = "DSTCPBbcHIFRWXMQUVYGEJLKeANOmsdkfaqo"

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

// line is a line of a batch. What a source gives of it is valid until it gives the next one.
type line struct {
	key   []byte
	kind  kind
	order []byte
	data  []byte // binary
	raw   []byte // JSON; nil is none
}

// sink takes the lines that a stage writes. Errors of writing come at flush.
type sink interface {
	put(l *line)
	flush() error
}

// writer writes lines.
type writer struct {
	to    sink
	lines int
	now   line // that is written

	keyBuf, orderBuf []byte
}

// put writes a line; payload and text may be empty.
func (w *writer) put(key []byte, k kind, order, payload, text []byte) {
	w.now = line{key, k, order, payload, text} // of its own it would be an object for each line
	w.to.put(&w.now)
	w.lines++
}

// textSink writes lines as text.
type textSink struct {
	out  *bufio.Writer
	mark string // the stamp
	buf  []byte
}

func (t *textSink) put(l *line) {
	b := append(t.buf[:0], l.key...)
	b = append(b, '\t', l.kind)
	b = append(b, l.order...)
	b = append(b, '\t')
	b = append(b, t.mark...)
	b = base64.RawStdEncoding.AppendEncode(b, l.data)
	if l.raw != nil {
		b = append(b, ' ')
		b = append(b, l.raw...)
	}
	t.buf = append(b, '\n')
	t.out.Write(t.buf)
}

func (t *textSink) flush() error { return t.out.Flush() }

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
