package ingest

import (
	"bufio"
	"bytes"
	"io"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// One policy for all formats. The encoding of a file is found once, from its first 64
// KiB: a mark, zero bytes, escape sequences, valid UTF-8, and chardet for what is left.
// The file is then decoded line by line (decode.go). A byte that has no meaning becomes
// U+FFFD and is counted (Record.Replaced); with Options.Strict its record is refused.

// guess is what the first bytes of a file say of its encoding.
type guess struct {
	bom    int       // bytes of byte order mark
	name   string    // "UTF-8", "UTF-16LE", "GB18030", …
	dec    candidate // unless UTF-8
	unit   int       // bytes of a code unit: 1, 2 or 4
	mixed  bool      // UTF-8 without a mark: a line may be in another encoding
	binary bool      // zero bytes, and no encoding that has them
}

var utf8Guess = guess{name: "UTF-8", unit: 1, mixed: true}

var marks = []struct {
	mark, name string
	unit       int
}{
	{"\xef\xbb\xbf", "UTF-8", 1},
	{"\xff\xfe\x00\x00", "UTF-32LE", 4},
	{"\x00\x00\xfe\xff", "UTF-32BE", 4},
	{"\xff\xfe", "UTF-16LE", 2},
	{"\xfe\xff", "UTF-16BE", 2},
	{"\x84\x31\x95\x33", "GB18030", 1},
}

var wide = map[string]encoding.Encoding{
	"UTF-16LE": utf.UTF16(utf.LittleEndian, utf.IgnoreBOM),
	"UTF-16BE": utf.UTF16(utf.BigEndian, utf.IgnoreBOM),
	"UTF-32LE": utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM),
	"UTF-32BE": utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM),
}

// IsEncoding reports whether Options.Encoding may have a name.
func IsEncoding(name string) bool {
	_, ok := forced(name)
	return ok
}

// forced returns the encoding of a name that a user gives, in the words of the web or of IANA.
func forced(name string) (guess, bool) {
	upper := strings.ToUpper(strings.TrimSpace(name))
	if upper == "UTF-8" || upper == "UTF8" {
		g := utf8Guess
		g.mixed = false
		return g, true
	}
	if enc := wide[upper]; enc != nil {
		unit := 2
		if strings.HasPrefix(upper, "UTF-32") {
			unit = 4
		}
		return guess{name: upper, unit: unit, dec: candidate{upper, enc}}, true
	}
	c, ok := declaredEncoding(name)
	if !ok {
		c, ok = named(upper)
	}
	return guess{name: c.name, dec: c, unit: 1}, ok
}

// encodingOf returns the encoding of a file: the one that the user says, or what its first bytes
// look like.
func (r *run) encodingOf(start []byte) guess {
	g, ok := forced(r.opt.Encoding)
	if !ok {
		return sniff(start)
	}
	for _, m := range marks {
		if m.name == g.name && bytes.HasPrefix(start, []byte(m.mark)) {
			g.bom = len(m.mark)
			break
		}
	}
	return g
}

// marked returns a file in UTF-8, with a mark that wins over what it says of itself.
func (g guess) marked(in *bufio.Reader) *bufio.Reader {
	in.Discard(g.bom)
	return bufio.NewReaderSize(io.MultiReader(strings.NewReader("\ufeff"), g.dec.enc.NewDecoder().Reader(in)), sniffLength)
}

// sniff finds the encoding of a file from its first bytes.
func sniff(start []byte) guess {
	for _, m := range marks {
		if !bytes.HasPrefix(start, []byte(m.mark)) {
			continue
		}
		g := guess{bom: len(m.mark), name: m.name, unit: m.unit}
		switch {
		case m.unit > 1:
			g.dec = candidate{m.name, wide[m.name]}
		case m.name == "GB18030":
			g.dec = likely[0]
		}
		return g
	}
	if name, unit := sniffWide(start); unit > 0 {
		return guess{name: name, unit: unit, dec: candidate{name, wide[name]}}
	}
	if bytes.IndexByte(start, 0) >= 0 && strayZeros(start) {
		start = bytes.ReplaceAll(start, []byte{0}, []byte{' '})
	}
	if bytes.IndexByte(start, 0) >= 0 {
		g := utf8Guess
		g.binary = true
		return g
	}
	if c, ok := escaped(start); ok {
		return guess{name: c.name, dec: c, unit: 1}
	}
	if c, ok := singleEncoding(start); ok {
		return guess{name: c.name, dec: c, unit: 1}
	}
	return utf8Guess
}

// strayZeros reports whether a text has some zero bytes, as a cell of a broken row has:
// few of all bytes, and hardly any other byte that no text has. Each becomes U+FFFD, and
// is counted.
func strayZeros(start []byte) bool {
	zeros, others := 0, 0
	for _, c := range start {
		switch {
		case c == 0:
			zeros++
		case c < ' ' && !strings.ContainsRune("\t\n\r\f\v\x01\x1b\x1e\x1f", rune(c)):
			others++
		}
	}
	return 20*zeros <= len(start) && 200*others <= len(start)
}

// escaped recognises the encodings of seven bits, which would pass for ASCII: by an
// escape sequence (ISO 2022) or by ~{ (HZ, RFC 1843), followed by pairs that decode.
func escaped(b []byte) (candidate, bool) {
	for _, c := range sevenBit {
		i := bytes.Index(b, []byte(c.begin))
		if i < 0 {
			continue
		}
		sample := b[i:min(len(b), i+sampleLength)]
		if j := bytes.LastIndexByte(sample, '\n'); j > 0 {
			sample = sample[:j]
		}
		out, err := c.enc.NewDecoder().Bytes(sample)
		wide, lost := 0, 0
		for _, r := range string(out) {
			if r == utf8.RuneError {
				lost++
			} else if r >= 0x2e80 {
				wide++
			}
		}
		// ~{ stands in program text too, where what follows makes no pairs.
		if err == nil && wide > 0 && !(c.name == "HZ-GB-2312" && 10*lost > wide) {
			return c.candidate, true
		}
	}
	return candidate{}, false
}

var sevenBit = []struct {
	begin string
	candidate
}{
	{"\x1b$B", candidate{"ISO-2022-JP", japanese.ISO2022JP}},
	{"\x1b$@", candidate{"ISO-2022-JP", japanese.ISO2022JP}},
	{designatorKR, candidate{"ISO-2022-KR", iso2022KR{}}},
	{"~{", candidate{"HZ-GB-2312", simplifiedchinese.HZGB2312}},
}

// singleEncoding returns the encoding of a file that is not in UTF-8. Where at least
// half of the lines beyond ASCII are UTF-8, perhaps with damage, the file is; the others
// are found one by one.
func singleEncoding(start []byte) (candidate, bool) {
	if utf8.Valid(start) {
		return candidate{}, false
	}
	ours, theirs := 0, 0
	var stray []byte
	for line := range bytes.Lines(start) {
		first := firstInvalid(line)
		switch {
		case first < 0:
			if bytes.IndexFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
				ours += len(line)
			}
		case len(line)-first < utf8.UTFMax && !utf8.FullRune(line[first:]), mostlyUTF8(line, first):
			ours += len(line) // cut off by the end of what we see, or damaged
		default:
			if theirs += len(line); len(stray) < 2*sampleLength {
				stray = append(stray, line...)
			}
		}
	}
	if ours >= theirs {
		return candidate{}, false
	}
	return found(stray)
}

// found returns the encoding that decodes b best: see candidates.
func found(b []byte) (candidate, bool) {
	if cut := bytes.LastIndexFunc(b, func(c rune) bool { return c < '0' }); cut > len(b)/2 {
		b = b[:cut+1] // no encoding uses a byte below "0" as the last of a character
	}
	if c, ok := undamaged(b); ok {
		return c, true
	}
	if c, ok := ofMostLines(b); ok {
		return c, true
	}
	// The Chinese encoding that loses least, if that is a tenth at most.
	var best candidate
	least := 0
	for _, c := range likely {
		if lost, ok := c.loses(b); ok && (best.enc == nil || lost < least) {
			best, least = c, lost
		}
	}
	return best, best.enc != nil
}

// undamaged returns the encoding that decodes all of b.
func undamaged(b []byte) (candidate, bool) {
	for _, c := range candidates(b) {
		if out, err := c.enc.NewDecoder().Bytes(b); err == nil && !bytes.ContainsRune(out, utf8.RuneError) && plausible(string(out)) {
			return c, true
		}
	}
	return candidate{}, false
}

// linesAsked is how many lines have a say in ofMostLines.
const linesAsked = 16

// ofMostLines returns the encoding of text with damage: that of most lines that have
// none, or of the first half where there is one line, if of the whole at most a tenth is
// lost. (GB18030 alone decodes nearly anything: asked for the fewest losses, it won over
// EUC-KR with one broken byte.)
func ofMostLines(b []byte) (best candidate, ok bool) {
	votes := map[string]int{}
	vote := func(line []byte) {
		if c, ok := undamaged(line); ok {
			if votes[c.name] += len(line); votes[c.name] > votes[best.name] {
				best = c
			}
		}
	}
	asked := 0
	for line := range bytes.Lines(b) {
		if firstInvalid(line) < 0 {
			continue
		}
		vote(line)
		if asked++; asked == linesAsked {
			break
		}
	}
	if len(votes) == 0 {
		vote(trimmed(b[:len(b)/2]))
	}
	if best.enc == nil {
		return best, false
	}
	_, ok = best.loses(b)
	return best, ok
}

// trimmed cuts what may be a part of a character off the end of b: where bytes of eight
// bits end in a row of odd length, its last.
func trimmed(b []byte) []byte {
	n := 0
	for n < len(b) && b[len(b)-1-n] >= utf8.RuneSelf {
		n++
	}
	return b[:len(b)-n%2]
}

// loses returns how many characters of b have no meaning in an encoding. Where they are
// more than a tenth, b is not in it.
func (c candidate) loses(b []byte) (lost int, ok bool) {
	out, err := c.enc.NewDecoder().Bytes(b)
	lost = bytes.Count(out, []byte("\ufffd")) + private(out)
	return lost, err == nil && 10*lost <= utf8.RuneCount(out)
}

// private counts characters of the private use area, where decoders put what they do
// not know.
func private(b []byte) (n int) {
	for _, r := range string(b) {
		if unicode.Is(unicode.Co, r) {
			n++
		}
	}
	return n
}

// head returns the start of a file as it reads in UTF-8, without the mark.
func (g guess) head(start []byte) []byte {
	start = start[g.bom:]
	if g.dec.enc != nil {
		start, _, _ = transform.Bytes(g.dec.enc.NewDecoder(), start)
	}
	return start
}

// sampleLength is how many bytes chardet sees: more does not help, and it runs at
// 5 MB/s.
const sampleLength = 8 << 10

type candidate struct {
	name string
	enc  encoding.Encoding
}

// likely are tried after what chardet names: it is unsure of a few words.
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
	if first := western(b); first != nil {
		return append(first, likely...)
	}
	if first := ofLetters(b); first != nil {
		return append(first, likely...)
	}
	sample := b
	if i := bytes.IndexFunc(b, func(r rune) bool { return r >= utf8.RuneSelf }); i > 0 {
		sample = b[i:]
	}
	found := chardet.DetectAll(sample[:min(len(sample), sampleLength)])
	sort.SliceStable(found, func(i, j int) bool { return found[i].Confidence > found[j].Confidence })
	var certain, rest []candidate
	for _, f := range found {
		c, ok := named(f.Encoding)
		if c.name == "windows-1254" && !turkish(b) {
			c, ok = named("windows-1252")
		}
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

// turkish reports whether b has bytes that windows-1254 and windows-1252 read differently.
func turkish(b []byte) bool {
	for _, c := range []byte{0xd0, 0xdd, 0xde, 0xf0, 0xfd, 0xfe} {
		if bytes.IndexByte(b, c) >= 0 {
			return true
		}
	}
	return false
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
		return candidate{}, false // known by a mark at the head of the file, not in the middle
	case "GB2312", "GBK", "GB18030", "CP936":
		return likely[0], true
	case "ISO-8859-1":
		name = "windows-1252" // as the web reads it
	case "ISO-8859-9":
		name = "windows-1254"
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
