package ingest

import (
	"bytes"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// guess is what the first bytes of a file say of its encoding.
type guess struct {
	bom    int    // bytes of byte order mark
	wide   string // "UTF-16LE", "UTF-16BE" or ""
	binary bool
}

// sniff looks at the start of a file: a byte order mark, or zero bytes. Text has
// none; UTF-16 without a mark is recognised where it holds ASCII, since every other
// byte is zero there.
func sniff(start []byte) guess {
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		return guess{bom: 3}
	case bytes.HasPrefix(start, []byte("\xff\xfe\x00\x00")): // UTF-32
		return guess{binary: true}
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		return guess{bom: 2, wide: "UTF-16LE"}
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		return guess{bom: 2, wide: "UTF-16BE"}
	}
	var zeros [2]int
	for i, c := range start {
		if c == 0 {
			zeros[i&1]++
		}
	}
	switch {
	case zeros == [2]int{}:
		return guess{}
	case zeros[0] == 0 && len(start) > 1 && start[1] == 0:
		return guess{wide: "UTF-16LE"}
	case zeros[1] == 0 && len(start) > 1 && start[0] == 0:
		return guess{wide: "UTF-16BE"}
	}
	return guess{binary: true}
}

// wideDecoder decodes UTF-16 without a byte order mark.
func (g guess) wideDecoder() *encoding.Decoder {
	order := utf.LittleEndian
	if g.wide == "UTF-16BE" {
		order = utf.BigEndian
	}
	return utf.UTF16(order, utf.IgnoreBOM).NewDecoder()
}

// head returns the start of a file as it reads in UTF-8, without the mark. It is good
// for looking at ASCII only.
func (g guess) head(start []byte) []byte {
	start = start[g.bom:]
	if g.wide != "" {
		start, _, _ = transform.Bytes(g.wideDecoder(), start)
	}
	return start
}

// decode returns the whole text b as UTF-8 without the mark, the name of its
// encoding, and the offset of the first byte that is no text in it, or -1.
func (g guess) decode(b []byte) (text, name string, bad int) {
	body := b[g.bom:]
	if g.wide != "" {
		text, bad = decodeWith(g.wideDecoder(), body)
		name = g.wide
	} else {
		text, name, bad = (&decoder{only: g.bom > 0}).decode(body)
	}
	if bad >= 0 {
		bad += g.bom
	}
	return text, name, bad
}

// sampleLength is how many bytes chardet sees: more does not help, and it runs at
// 5 MB/s.
const sampleLength = 8 << 10

// decoder decodes the lines of a file, or a whole text. What a line was written
// in is tried first for the next.
type decoder struct {
	only  bool       // nothing but UTF-8
	name  string     // what was decoded already, to be reported instead of UTF-8
	found *candidate // of an earlier line
}

func (d *decoder) encoding() string {
	if d.name != "" {
		return d.name
	}
	return "UTF-8"
}

// decode returns b as UTF-8, the name of its encoding, and the offset of the first
// byte that is no text in it, or -1. Valid UTF-8 is UTF-8. Else chardet is asked,
// and of what it names in order of confidence, and GB18030 and Big5 behind that,
// the first that decodes all of b is taken.
func (d *decoder) decode(b []byte) (text, name string, bad int) {
	first := firstInvalid(b)
	if first < 0 {
		return string(b), d.encoding(), -1
	}
	if d.only || d.name != "" || mostlyUTF8(b, first) {
		return "", d.encoding(), first
	}
	all := candidates(b)
	if d.found != nil {
		all = append([]candidate{*d.found}, all...)
	}
	for _, c := range all {
		if s, at := decodeWith(c.enc.NewDecoder(), b); at < 0 && plausible(s) {
			d.found = &c
			return s, c.name, -1
		}
	}
	c := all[0]
	_, at := decodeWith(c.enc.NewDecoder(), b)
	return "", c.name, max(at, 0)
}

// firstInvalid returns the offset of the first byte that is no UTF-8, or -1.
func firstInvalid(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// mostlyUTF8 reports whether b is UTF-8 with damage rather than another
// encoding: of its bytes beyond ASCII, four in five stand in whole UTF-8
// sequences of three bytes or more. GBK, Big5 and the others make few of those.
func mostlyUTF8(b []byte, first int) bool {
	from := max(0, first-sampleLength/2)
	for from > 0 && !utf8.RuneStart(b[from]) {
		from--
	}
	b = b[from:min(len(b), first+sampleLength/2)]
	whole, high := 0, 0
	for i := 0; i < len(b); {
		_, n := utf8.DecodeRune(b[i:])
		if b[i] >= utf8.RuneSelf {
			high += n
		}
		if n >= 3 {
			whole += n
		}
		i += n
	}
	return 5*whole >= 4*high
}

type candidate struct {
	name string
	enc  encoding.Encoding
}

// likely are tried behind what chardet names: it is unsure of a few words.
var likely = []candidate{
	{"GB18030", simplifiedchinese.GB18030},
	{"Big5", traditionalchinese.Big5},
}

// A single-byte encoding decodes anything, also Chinese with a broken byte. It goes
// before the Chinese ones where chardet is sure, and is not tried where it is in
// doubt: of GB18030 with one byte broken it says KOI8-R at 0.26.
const (
	sure  = 0.8
	doubt = 0.5
)

func candidates(b []byte) []candidate {
	sample := b
	if i := bytes.IndexFunc(b, func(r rune) bool { return r >= utf8.RuneSelf }); i > 0 {
		sample = b[i:]
	}
	found := chardet.DetectAll(sample[:min(len(sample), sampleLength)])
	sort.SliceStable(found, func(i, j int) bool { return found[i].Confidence > found[j].Confidence })
	var certain, rest []candidate
	for _, f := range found {
		c, ok := named(f.Encoding)
		switch {
		case !ok:
		case f.Confidence >= sure || multibyte[c.name]:
			certain = append(certain, c)
		case f.Confidence >= doubt:
			rest = append(rest, c)
		}
	}
	return append(append(certain, likely...), rest...)
}

var multibyte = map[string]bool{
	"GB18030": true, "Big5": true, "EUC-JP": true, "Shift_JIS": true, "EUC-KR": true, "ISO-2022-JP": true, "HZ-GB-2312": true,
}

// named returns the decoder for a name of chardet. GB2312 and GBK are read as
// GB18030, which holds them.
func named(name string) (candidate, bool) {
	switch strings.ToUpper(name) {
	case "", "ASCII", "UTF-8", "UTF-8-SIG":
		return candidate{}, false
	case "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE":
		return candidate{}, false // told by a mark at the head of the file, not in the middle
	case "GB2312", "GBK", "GB18030", "CP936":
		return likely[0], true
	case "CP949", "JOHAB":
		name = "EUC-KR"
	case "CP932":
		name = "Shift_JIS"
	case "MACCYRILLIC": // nobody writes it, and chardet takes windows-1251 for it
		name = "windows-1251"
	}
	enc, err := ianaindex.IANA.Encoding(name)
	if err != nil || enc == nil {
		return candidate{}, false
	}
	if canonical, err := ianaindex.MIME.Name(enc); err == nil {
		name = canonical
	}
	return candidate{name, enc}, true
}

// plausible refuses decodings no writer means: control characters other than
// white space, and the private use area, where decoders put what they do not
// know.
func plausible(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Co, r) || r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != '\v' || r >= 0x7f && r < 0xa0 {
			return false
		}
	}
	return true
}

// decodeWith decodes b and returns the offset of its first byte that has no
// meaning, or -1. Decoders put U+FFFD for such bytes; where one appears, the text is
// decoded again a character at a time to learn its place.
func decodeWith(dec *encoding.Decoder, b []byte) (string, int) {
	out, n, err := transform.Bytes(dec, b)
	if err != nil {
		return "", n
	}
	if !bytes.ContainsRune(out, utf8.RuneError) {
		return string(out), -1
	}
	dec.Reset()
	var dst [utf8.UTFMax]byte
	for at := 0; at < len(b); {
		nDst, nSrc, err := dec.Transform(dst[:], b[at:min(len(b), at+64)], at+64 >= len(b))
		if i := bytes.IndexRune(dst[:nDst], utf8.RuneError); i >= 0 || nSrc == 0 && nDst == 0 {
			return "", at
		}
		if err != nil && err != transform.ErrShortDst && err != transform.ErrShortSrc {
			return "", at
		}
		at += nSrc
	}
	return string(out), -1
}
