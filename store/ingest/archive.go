package ingest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/ulikunitz/xz"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// Archives: tar and zip, by archive/tar and archive/zip of the standard library.
// Members are files of their own, read in the order of the archive without being
// written to disk. What is hidden is passed over, as in a folder.

// entry is a file in an archive.
type entry struct {
	name string // with "/", below the archive
	open func() (io.ReadCloser, error)
	link string // which kind of link it is, and no file; "" if it is one
}

// memberName returns the name of a member as a path below its archive, or "" if it is
// hidden: a name that begins with a dot, or in __MACOSX, where Macs put resources.
func memberName(name string) string {
	name = strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/")
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || part == "__MACOSX" {
			return ""
		}
	}
	return name
}

// archiveNames are endings of archives, in folders.
var archiveNames = []string{".tar", ".zip", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst"}

// tar reads the members of a tar archive.
func (r *run) tar(s source, in io.Reader) { r.members(s, tarMembers(in)) }

// zip reads the members of a zip archive, or the document that it is.
func (r *run) zip(s source, in io.Reader) {
	at, size, closer, err := r.anyPlace(&s, in)
	if err != nil {
		r.fatal(s.path, err)
		return
	}
	defer closer()
	z, err := openZip(at, size)
	if err == nil {
		err = foreignZip(z)
	}
	if err != nil {
		r.fatal(s.path, err)
		return
	}
	switch kind := officeKind(z); kind {
	case "":
		r.members(s, zipMembers(z, s.bounds))
	case "xlsx", "ods":
		r.workbook(s, z, kind)
	default:
		var whole io.Reader
		if s.file == nil { // in an archive, or a stream: it cannot be copied from the disk
			whole = io.NewSectionReader(at, 0, size)
		}
		r.office(s, z, kind, whole)
	}
}

// members reads the files in an archive.
func (r *run) members(s source, all iter.Seq2[entry, error]) {
	if err := s.bounds.deeper(); err != nil {
		r.fatal(s.path, err)
		return
	}
	found := false
	for m, err := range all {
		if s.bounds.burst {
			return
		}
		if err != nil {
			r.fatal(s.path, err)
			return
		}
		inner := source{path: s.path + "/" + m.name, id: idOf(s.id + "/" + m.name), bounds: s.bounds, many: true}
		if m.link != "" {
			r.passedOverAs(m.link, inner.path)
			continue
		}
		if r.opt.Format == "" && !knownName(m.name) {
			r.passedOver(inner.path)
			continue
		}
		found = true
		in, err := m.open()
		if err != nil {
			r.fatal(inner.path, err)
		} else {
			r.stream(inner, in)
			in.Close()
		}
		if r.stopped {
			return
		}
	}
	if !found && !s.bounds.burst {
		r.fatal(s.path, ErrNoArticles)
	}
}

// isTar reports whether a file begins with the header of a tar archive: its checksum
// is right. (The mark "ustar" is missing in archives of Unix V7 and some programs.)
func isTar(start []byte) bool {
	const size, from, to = 512, 148, 156
	if len(start) < size || start[0] == 0 {
		return false
	}
	want, err := strconv.ParseUint(strings.Trim(string(start[from:to]), " \x00"), 8, 32)
	if err != nil {
		return false
	}
	sum := uint64(0)
	for i, c := range start[:size] {
		if from <= i && i < to {
			c = ' '
		}
		sum += uint64(c)
	}
	return sum == want
}

// tarMembers reads the members of a tar archive. Each is to be read before the next
// is asked for.
func tarMembers(in io.Reader) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		t := tar.NewReader(in)
		var names nameDecoder
		for {
			h, err := t.Next()
			switch {
			case err == io.EOF:
				return
			case errors.Is(err, io.ErrUnexpectedEOF):
				yield(entry{}, errors.New("the tar archive is cut short"))
				return
			case errors.Is(err, tar.ErrHeader):
				yield(entry{}, errors.New("the tar archive is damaged: there is no header where a file should begin"))
				return
			case errors.Is(err, tar.ErrInsecurePath): // the name is cleaned, and nothing is written
			case err != nil:
				yield(entry{}, err)
				return
			}
			name := memberName(names.decode(h.Name))
			if kind := linkKinds[h.Typeflag]; name != "" && kind != "" {
				if !yield(entry{name: name, link: kind}, nil) {
					return
				}
				continue
			}
			if name == "" || h.Typeflag != tar.TypeReg && h.Typeflag != tar.TypeGNUSparse {
				continue
			}
			if !yield(entry{name: name, open: func() (io.ReadCloser, error) { return io.NopCloser(tarMember{t}), nil }}, nil) {
				return
			}
		}
	}
}

// linkKinds are members of a tar archive that are other names of a file.
var linkKinds = map[byte]string{tar.TypeLink: "hard link", tar.TypeSymlink: "symbolic link"}

// tarMember reads a member of a tar archive, and says in plain words that it is cut short.
type tarMember struct{ *tar.Reader }

func (m tarMember) Read(b []byte) (int, error) {
	n, err := m.Reader.Read(b)
	if err == io.ErrUnexpectedEOF {
		err = errCutShort
	}
	return n, err
}

// Methods of zip that others than archive/zip know (APPNOTE 6.3.10, 4.4.5).
const (
	zipDeflate64 = 9
	zipBzip2     = 12
	zipLZMA      = 14
	zipZstd      = 93
	zipXZ        = 95
	zipPPMd      = 98
)

// openZip reads the directory of a zip archive, whose size bounds its memory.
func openZip(in io.ReaderAt, size int64) (*zip.Reader, error) {
	z, err := zip.NewReader(in, size)
	switch {
	case errors.Is(err, zip.ErrFormat):
		return nil, errors.New("the zip archive is cut short or damaged: there is no directory at its end; zip -FF can repair it")
	case errors.Is(err, zip.ErrInsecurePath): // names are cleaned, and nothing is written
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return nil, errors.New("the zip archive is damaged: its directory ends before its last file; zip -FF can repair it")
	case err != nil:
		return nil, fmt.Errorf("the zip archive is damaged: %w", err)
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	z.RegisterDecompressor(zipBzip2, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	z.RegisterDecompressor(zipZstd, func(r io.Reader) io.ReadCloser { return lateReader(r, openZstd) })
	z.RegisterDecompressor(zipXZ, func(r io.Reader) io.ReadCloser {
		return lateReader(r, func(r io.Reader) (io.ReadCloser, error) {
			z, err := xz.NewReader(r)
			return io.NopCloser(z), err
		})
	})
	return z, nil
}

// late is a reader whose opening may fail: at its first Read.
type late struct {
	open func() (io.ReadCloser, error)
	in   io.ReadCloser
}

func lateReader(r io.Reader, open func(io.Reader) (io.ReadCloser, error)) io.ReadCloser {
	return &late{open: func() (io.ReadCloser, error) { return open(r) }}
}

func (l *late) Read(b []byte) (int, error) {
	if l.in == nil {
		in, err := l.open()
		if err != nil {
			return 0, err
		}
		l.in = in
	}
	return l.in.Read(b)
}

func (l *late) Close() error {
	if l.in == nil {
		return nil
	}
	return l.in.Close()
}

// zipMembers reads the members of a zip archive.
func zipMembers(z *zip.Reader, bound *bounds) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		names := zipNames(z.File)
		for i, f := range z.File {
			name := memberName(names[i])
			if name == "" || strings.HasSuffix(names[i], "/") || !f.Mode().IsRegular() {
				continue
			}
			open := func() (io.ReadCloser, error) {
				in, err := openMember(f)
				if err != nil {
					return nil, err
				}
				return struct {
					io.Reader
					io.Closer
				}{&unpacking{in, "zip", bound}, in}, nil
			}
			if !yield(entry{name: name, open: open}, nil) {
				return
			}
		}
	}
}

func openMember(f *zip.File) (io.ReadCloser, error) {
	if f.Flags&1 != 0 {
		return nil, errors.New("it is encrypted in the zip archive: unpack it with its password first")
	}
	in, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		how := map[uint16]string{zipDeflate64: "Deflate64", zipLZMA: "LZMA", zipPPMd: "PPMd"}[f.Method]
		if how == "" {
			how = "method " + strconv.Itoa(int(f.Method))
		}
		return nil, fmt.Errorf("it is packed with %s in the zip archive, which is not read: unpack it with 7z first", how)
	}
	return in, err
}

// zipNames returns the names of the members in UTF-8. Three things say how a name is
// written: the flag for UTF-8; the Unicode path that Info-ZIP adds; and where neither
// is there, the names themselves, all together, since one is too short to judge by.
func zipNames(files []*zip.File) []string {
	names := make([]string, len(files))
	var open []int
	for i, f := range files {
		names[i] = f.Name
		if f.NonUTF8 && !utf8.ValidString(f.Name) {
			if name, ok := unicodePath(f); ok {
				names[i] = name
			} else {
				open = append(open, i)
			}
		}
	}
	var d nameDecoder
	for _, i := range open {
		d.learn(names[i])
	}
	for _, i := range open {
		names[i] = d.decode(names[i])
	}
	return names
}

// unicodePath returns the name in the extra field 0x7075: a version, the CRC-32 of
// the other name, and the name in UTF-8 (APPNOTE 4.6.9).
func unicodePath(f *zip.File) (string, bool) {
	for extra := f.Extra; len(extra) >= 4; {
		id, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		extra = extra[4:]
		if size > len(extra) {
			break
		}
		if id == 0x7075 && size > 5 && extra[0] == 1 && binary.LittleEndian.Uint32(extra[1:]) == crc32.ChecksumIEEE([]byte(f.Name)) {
			name := string(extra[5:size])
			return name, utf8.ValidString(name)
		}
		extra = extra[size:]
	}
	return "", false
}

// nameDecoder decodes names of files that are no UTF-8.
type nameDecoder struct{ seen []byte }

func (d *nameDecoder) learn(name string) {
	if len(d.seen) < sampleLength {
		d.seen = append(append(d.seen, name...), '\n')
	}
}

// decode returns a name in UTF-8. Names in which nearly all bytes beyond ASCII stand in
// pairs of GB2312 are Chinese; those that chardet is sure to be Japanese, Korean or
// Big5 are that; the rest is code page 437, which the format asks for.
func (d *nameDecoder) decode(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	seen := d.seen
	if len(seen) == 0 {
		seen = []byte(name)
	}
	if inGB2312(seen) {
		if s, ok := decodeName(likely[0].enc, name); ok {
			return s
		}
	}
	if !mostlySingle(seen) {
		for _, c := range candidates(seen) {
			if s, ok := decodeName(c.enc, name); multibyte[c.name] && ok && plausible(s) {
				return s
			}
		}
	}
	s, _ := decodeName(charmap.CodePage437, name)
	return s
}

// decodeName decodes a name. It is not ok if bytes have no meaning.
func decodeName(enc encoding.Encoding, name string) (s string, ok bool) {
	s, err := enc.NewDecoder().String(name)
	return s, err == nil && !strings.ContainsRune(s, utf8.RuneError)
}

// inGB2312 reports whether of the bytes beyond ASCII nine in ten stand in pairs in
// the rows of GB2312 that hold characters in use.
func inGB2312(b []byte) bool {
	high, paired := 0, 0
	for i := 0; i < len(b); i++ {
		if b[i] < 0x80 {
			continue
		}
		high++
		if i+1 < len(b) && b[i] >= 0xa1 && b[i] <= 0xf7 && b[i+1] >= 0xa1 && b[i+1] != 0xff {
			high, paired, i = high+1, paired+2, i+1
		}
	}
	return 10*paired >= 9*high
}

// mostlySingle reports whether most bytes beyond ASCII stand alone between ASCII, as
// accents do in Western names.
func mostlySingle(b []byte) bool {
	high, alone := 0, 0
	for i, c := range b {
		if c < 0x80 {
			continue
		}
		high++
		if (i == 0 || b[i-1] < 0x80) && (i+1 == len(b) || b[i+1] < 0x80) {
			alone++
		}
	}
	return 2*alone > high
}

// isZip reports whether a file begins as a zip archive, an empty one included.
func isZip(start []byte) bool {
	return bytes.HasPrefix(start, []byte("PK\x03\x04")) || bytes.HasPrefix(start, []byte("PK\x05\x06"))
}
