package ingest

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/transform"
)

// ISO-2022-KR (RFC 1557), the encoding of old Korean mail: a designator once, SO before
// pairs of seven bits, SI after them, and each line begins in ASCII. With the high bits
// set, the pairs are EUC-KR.
type iso2022KR struct{ encoding.Encoding }

const (
	designatorKR = "\x1b$)C"
	shiftOut     = 0x0e
	shiftIn      = 0x0f
)

// NewDecoder implements encoding.Encoding.
func (iso2022KR) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: &decoderKR{pairs: korean.EUCKR.NewDecoder()}}
}

type decoderKR struct {
	pairs   *encoding.Decoder
	shifted bool
}

// Reset implements transform.Transformer.
func (d *decoderKR) Reset() { d.shifted = false }

// Transform implements transform.Transformer. A byte of eight bits and half a pair become
// U+FFFD.
func (d *decoderKR) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	const damaged = "\ufffd"
	for nSrc < len(src) {
		c, size, out := src[nSrc], 1, ""
		switch {
		case c == 0x1b:
			if rest := src[nSrc:]; len(rest) < len(designatorKR) && !atEOF {
				return nDst, nSrc, transform.ErrShortSrc
			} else if len(rest) >= len(designatorKR) && string(rest[:len(designatorKR)]) == designatorKR {
				size = len(designatorKR)
			} else {
				out = "\x1b"
			}
		case c == shiftOut, c == shiftIn:
			d.shifted = c == shiftOut
		case c >= 0x80:
			out = damaged
		case !d.shifted || c <= ' ':
			d.shifted = d.shifted && c != '\n'
			out = string(rune(c))
		case nSrc+1 == len(src) && !atEOF:
			return nDst, nSrc, transform.ErrShortSrc
		case nSrc+1 == len(src) || src[nSrc+1] <= ' ' || src[nSrc+1] >= 0x80:
			out = damaged
		default:
			size = 2
			pair, err := d.pairs.Bytes([]byte{c | 0x80, src[nSrc+1] | 0x80})
			if out = string(pair); err != nil {
				out = damaged
			}
		}
		if nDst+len(out) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += copy(dst[nDst:], out)
		nSrc += size
	}
	return nDst, nSrc, nil
}
