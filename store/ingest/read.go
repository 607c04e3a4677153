package ingest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"
	"golang.org/x/text/unicode/norm"
)

// Read reads paths in order: folders, files, or "-" for stdin, which is JSON if it
// looks like it and else one text. Every error is an *Error. Memory holds one record
// at a time.
func Read(paths []string, stdin io.Reader, opt Options) iter.Seq2[Record, error] {
	if opt.MaxRecord <= 0 {
		opt.MaxRecord = LongestRecord
	}
	if opt.Context == nil {
		opt.Context = context.Background()
	}
	return func(yield func(Record, error) bool) {
		r := newRun(opt, yield)
		for _, p := range paths {
			if p == "-" {
				r.stream(source{path: "-", id: "-"}, r.passed(stdin))
			} else {
				r.path(p)
			}
			if r.stopped {
				return
			}
		}
	}
}

// run is a Read under way.
type run struct {
	opt     Options
	yield   func(Record, error) bool
	stopped bool
	known   map[string]meaning // of names of fields that were met
	chosen  [roleCount]bool    // by Options.Fields
	walked  int64              // bytes of JSON that were walked over, for tests
	size    *int64             // files are not read, their bytes are counted: see Size
}

func newRun(opt Options, yield func(Record, error) bool) *run {
	r := &run{opt: opt, yield: yield, known: map[string]meaning{}}
	for _, c := range opt.Fields {
		r.chosen[c.role] = true
	}
	return r
}

// source is a file that is being read.
type source struct {
	path string   // for messages and Origin
	id   string   // the id of a text, and the file part of a record's
	file *os.File // if it is a regular file
	pass *passing // of file; nil if nobody counts
	dump uint64   // see Record; 0 unless it is
	many bool     // it was found in a folder or an archive, and not named
	hive []Field  // see columns; nil until they are asked for

	bounds *bounds // of the file on disk that it is, or is in

	// Of a file that is open:
	format   *format
	encoding string
	header   any       // see Original; the reader of a format sets it before its first row
	decoded  *decoding // nil if the reader gets the bytes as they are
	first    int       // the number of the first record that is read
	order    dateOrder // of its dates
	lines    bool      // it is a stream of which each line is read by itself: see Follow
	named    *nameDate // what id says of a date, once it was asked for
	at       int64     // where the first byte stands that the reader gets
}

// give hands over a record. It reports whether the caller wants more.
func (r *run) give(rec Record) bool {
	r.stopped = r.stopped || !r.yield(rec, nil)
	return !r.stopped
}

func (r *run) fail(e *Error) bool {
	if r.opt.Longer != "" && errors.Is(e.Err, ErrTooLong) {
		e.Err = fmt.Errorf("%w; %s", e.Err, r.opt.Longer)
	}
	r.stopped = r.stopped || !r.yield(Record{}, e)
	return !r.stopped
}

// fatal reports an error that ends a file or folder.
func (r *run) fatal(path string, err error) bool {
	var pe *fs.PathError
	if errors.As(err, &pe) { // the path is in the message already
		err = pe.Err
	}
	return r.fail(&Error{Path: path, Byte: -1, Fatal: true, Err: err})
}

func (r *run) path(p string) {
	info, err := os.Stat(p)
	for _, form := range []norm.Form{norm.NFC, norm.NFD} { // as it was typed, and as it is on disk
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
		if i, other := os.Stat(form.String(p)); other == nil {
			p, info, err = form.String(p), i, nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(p, "*?[") {
		r.pattern(p)
		return
	}
	switch {
	case err != nil && leadsNowhere(p):
		r.fatal(p, ErrDeadLink)
	case err != nil:
		r.fatal(p, err)
	case info.IsDir():
		r.folder(p)
	default:
		r.file(source{path: p, id: idOf(p)})
	}
}

// pattern reads the files that a pattern matches, which a shell left as it is.
func (r *run) pattern(p string) {
	found, err := filepath.Glob(p)
	if err == nil && len(found) == 0 {
		err = errors.New("no file has such a name")
	}
	if err != nil {
		r.fatal(p, err)
		return
	}
	slices.Sort(found)
	for _, f := range found {
		if r.path(f); r.stopped {
			return
		}
	}
}

// idOf returns the id that a path gives: with "/", and composed (NFC), as all systems
// but one write names, so that a folder has the same ids on each.
func idOf(path string) string { return norm.NFC.String(filepath.ToSlash(path)) }

// folder reads the files below a folder. Folders in it that we wrote hold copies of what
// lies next to them: they are passed over, unless there is nothing else.
func (r *run) folder(root string) {
	files, ours, found := r.files(root, true)
	if len(files) == 0 && len(ours) > 0 && !r.stopped {
		files, ours, found = r.files(root, false)
	}
	for _, p := range ours {
		r.passedOver(p)
	}
	slices.Sort(files)
	for _, p := range files {
		rel, err := filepath.Rel(root, p)
		if err != nil {
			rel = p
		}
		found = true
		if r.file(source{path: p, id: idOf(rel), many: true}); r.stopped {
			return
		}
	}
	if !found && !r.stopped {
		r.fatal(root, ErrNoArticles)
	}
}

// files finds the files below a folder, and apart the folders that we wrote if they are
// left out. reported says that something was said of what is no file.
func (r *run) files(root string, leaveOurs bool) (files, ours []string, reported bool) {
	top := throughLink(root)
	err := filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			reported = true
			if !r.fatal(p, err) {
				return fs.SkipAll
			}
			return nil
		case p != top && (strings.HasPrefix(d.Name(), ".") || slices.Contains(asides, d.Name())):
			if d.IsDir() && holdsMail(p) {
				return nil
			}
			if d.IsDir() {
				return fs.SkipDir
			}
			if strings.HasPrefix(d.Name(), ".") && marker(p) == "" {
				r.passedOver(p)
			}
			return nil
		case d.IsDir() && p != top && leaveOurs && isOurs(p):
			ours = append(ours, p)
			return fs.SkipDir
		case d.IsDir():
		case marker(p) != "":
			r.passedOver(p)
		case isFile(p, d) && (r.opt.Format != "" || knownName(p)):
			files = append(files, p)
		default:
			r.passedOver(p)
		}
		return nil
	})
	if err != nil {
		r.fatal(root, err)
	}
	return files, ours, reported
}

// isOurs reports whether package export wrote a folder: its manifest says what is there.
func isOurs(folder string) bool {
	f, err := os.Open(filepath.Join(folder, Manifest))
	if err != nil {
		return false
	}
	defer f.Close()
	var m struct {
		Records *int
		Files   []struct{ SHA256 string }
	}
	err = json.NewDecoder(io.LimitReader(f, 64<<20)).Decode(&m)
	return err == nil && m.Records != nil && len(m.Files) > 0 && len(m.Files[0].SHA256) == 64
}

// marker returns what a file is that other programs put next to their data, or "".
func marker(path string) string {
	name := filepath.Base(path)
	switch {
	case name == "_SUCCESS", name == "_FAILURE", strings.HasPrefix(name, "_committed_"), strings.HasPrefix(name, "_started_"), strings.HasSuffix(name, "_$folder$"):
		return "a mark that Spark or Hadoop wrote"
	case name == "_metadata", name == "_common_metadata":
		return "an index of Parquet files"
	case filepath.Ext(name) == ".crc", slices.Contains([]string{"SHA256SUMS", "SHA1SUMS", "MD5SUMS", "md5sums.txt"}, name):
		return "checksums of other files"
	case strings.EqualFold(name, "Thumbs.db"), strings.EqualFold(name, "desktop.ini"), name == ".DS_Store", strings.HasPrefix(name, "._"):
		return "a file of the desktop"
	case strings.HasPrefix(name, "dovecot"), strings.HasPrefix(name, "courierimap"), name == "maildirfolder", name == "maildirsize":
		return "a file of a mail server"
	}
	return ""
}

// Manifest and Annotations are the names of files that export writes into a folder of
// documents: what is said of these, and no documents. They are passed over there.
const (
	Manifest    = "_manifest.json"
	Annotations = "_annotations.jsonl"
)

var asides = []string{Manifest, Annotations}

// throughLink returns a name of the folder root that WalkDir goes into if root is a
// link: with a separator at its end. The paths below it are those below root.
func throughLink(root string) string {
	info, err := os.Lstat(root)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 || os.IsPathSeparator(root[len(root)-1]) {
		return root
	}
	return root + string(filepath.Separator)
}

// isFile reports whether p is a regular file or a link to one.
func isFile(p string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type().IsRegular()
	}
	info, err := os.Stat(p)
	return err == nil && info.Mode().IsRegular()
}

func (r *run) file(s source) {
	if r.size != nil {
		if info, err := os.Stat(s.path); err == nil {
			*r.size += info.Size()
		}
		return
	}
	if kind := marker(s.path); kind != "" && r.opt.Format == "" {
		r.fail(&Error{Path: s.path, Byte: -1, Err: fmt.Errorf("%w: it is %s", ErrSideFile, kind)})
		return
	}
	f, in, err := open(r.opt.Context, s.path)
	if err != nil {
		r.fatal(s.path, err)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	sized := err == nil && info.Mode().IsRegular()
	if sized && info.Size() == 0 { // or the size is not known, as below /proc
		first := bufio.NewReader(in)
		_, end := first.Peek(1)
		if end == io.EOF && !r.opt.Blank {
			r.fail(&Error{Path: s.path, Byte: -1, Err: ErrEmptyFile})
			return
		}
		in, sized = first, end == io.EOF
	}
	switch {
	case !sized:
		in = r.passed(in)
	case r.opt.Passed != nil:
		s.pass = &passing{file: f, total: r.opt.Passed, size: info.Size()}
		defer s.pass.end()
		in = s.pass
		fallthrough
	default:
		s.file, s.dump = f, hashFile(s.path, info)
	}
	r.stream(s, in)
}

// passed counts what is read of a stream.
func (r *run) passed(in io.Reader) io.Reader {
	if r.opt.Passed == nil {
		return in
	}
	return passedStream{in, r.opt.Passed}
}

// hashFile tells a file from another, or from itself once it was changed.
func hashFile(path string, info fs.FileInfo) uint64 {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return xxh3.HashString(fmt.Sprint(path, "\x00", info.Size(), " ", info.ModTime().UnixNano()))
}

// sniffLength is how much of a file is looked at before it is read.
const sniffLength = 64 << 10

// stream reads a file, unpacking it first if it is packed.
func (r *run) stream(s source, in io.Reader) {
	if s.bounds == nil {
		s.bounds = &bounds{limits: usualLimits}
		in = counted{in, s.bounds}
	}
	depth := s.bounds.depth
	defer func() { s.bounds.depth = depth }()
	raw := bufio.NewReaderSize(in, sniffLength)
	first, _ := raw.Peek(sniffLength)
	if s.dump != 0 {
		s.dump = max(1, s.dump^xxh3.Hash(first))
	}
	b, packed, closer, err := unpackAll(raw, s.bounds)
	if err != nil {
		r.fatal(s.path, err)
		return
	}
	defer closer()
	if packed {
		s.file = nil
	}
	start, err := b.Peek(sniffLength)
	if err != nil && err != io.EOF && len(start) == 0 { // after something, it is met again
		r.fatal(s.path, err)
		return
	}
	switch {
	case isZip(start):
		r.zip(s, b)
		return
	case isTar(start):
		r.tar(s, b)
		return
	}
	if what := describing(start); what != "" && s.many && r.opt.Format == "" {
		r.passedOverAs(what, s.path)
		return
	}
	e := r.encodingOf(start)
	if s.format, err = r.detect(&s, start, e); err != nil {
		r.fatal(s.path, err)
		return
	}
	r.records(&s, b, e)
}

// records reads the records of a file that is open, unpacked, and of a known format.
func (r *run) records(s *source, b *bufio.Reader, e guess) {
	s.encoding, s.first, s.at = e.name, 1, 0
	if r.opt.Spool != nil && s.file == nil {
		if to := r.opt.Spool(s.path, s.format.name); to != nil {
			b = bufio.NewReaderSize(io.TeeReader(b, to), sniffLength)
			raw := b
			defer func() {
				if !r.stopped {
					io.Copy(io.Discard, raw)
				}
			}()
		}
	}
	if !s.format.binary {
		b.Discard(e.bom)
		s.at = int64(e.bom)
	}
	if s.format.enter && s.dump != 0 {
		if err := r.enter(s, b); err != nil {
			r.fatal(s.path, err)
			return
		}
		if s.first == Done {
			return
		}
	} else {
		s.dump = 0
	}
	if !s.format.binary {
		s.decoded = newDecoding(b, e, s.at)
		b = bufio.NewReaderSize(s.decoded, sniffLength)
	}
	var whole *wholeFile
	if r.opt.Originals && s.file == nil && s.format.binary {
		whole = &wholeFile{most: r.opt.MaxRecord}
		b = bufio.NewReaderSize(io.TeeReader(b, whole), sniffLength)
	}
	transcoded := "" // the encoding that the user says, of pages and XML, which would say another
	if s.format.marked && r.opt.Encoding != "" && e.dec.enc != nil {
		transcoded, b = e.name, e.marked(b)
	}
	for w, err := range s.format.rows(r, s, b) {
		if err != nil {
			r.fail(r.placed(s, err))
		} else {
			if w.raw == nil {
				w.raw = whole.rest(b, w.number)
			}
			w.transcoded(transcoded)
			r.row(s, &w)
		}
		if r.stopped {
			return
		}
	}
	r.release(s)
}

// placed completes the error of a reader.
func (r *run) placed(s *source, err error) *Error {
	e, ok := err.(*Error)
	if !ok {
		e = &Error{Byte: -1, Fatal: true, Err: err}
	}
	e.Path = s.path
	if s.decoded != nil && e.Byte >= 0 {
		e.Byte, _ = s.decoded.place(e.Byte)
	}
	return e
}

// enter goes to the record of a dump that Options.Resume names: by a jump in a file,
// by unpacking what comes before in a packed one.
func (r *run) enter(s *source, in *bufio.Reader) error {
	if r.opt.Resume == nil {
		return nil
	}
	n, begin := r.opt.Resume(s.dump)
	switch {
	case n == 0:
		return nil
	case n == Done || begin <= s.at:
		s.first = n
		return nil
	}
	from := s.at
	s.first, s.at = n, begin
	if s.file == nil {
		_, err := io.CopyN(io.Discard, in, begin-from)
		return err
	}
	_, err := s.file.Seek(begin, io.SeekStart)
	if s.pass == nil {
		in.Reset(s.file)
		return err
	}
	s.pass.pass(begin - from)
	in.Reset(s.pass)
	return err
}
