package export

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"repost/store/ingest"
)

// Options say how Create writes. The zero value asks the name.
type Options struct {
	Format  Format
	Packing Packing // where the name does not say it: of standard output and of parts in a folder
	// Shard is about how many bytes of records go into one file of a folder, before they
	// are packed. 0 is one file.
	Shard int64
	// Columns are those of a table. Without them it has the fields of its first record.
	Columns []Column
	// Schema is that of Parquet whose rows are copied, and Notes are the columns after its own.
	Schema *ParquetSchema
	Notes  []Column
	// Mark begins a table of text with a byte order mark: a spreadsheet takes it for the
	// local code page otherwise.
	Mark bool
	// Cell, if not nil, says how each cell of a table of text is written: no row then stays
	// as it stood in its file.
	Cell func(string) string
}

// Writer writes records to a file, or to files in a folder.
type Writer struct {
	opt    Options
	stage  *staging
	stdout io.Writer
	folder bool

	out     *file
	name    string // of the file under way, below the folder
	parts   int
	files   []FileInfo
	names   map[string]bool // of files in the folder, in lower case: some systems know no other
	folders map[string]bool // in the folder, likewise
	failed  error
	ended   bool // see Finish
}

// FileInfo is what a manifest says of a file.
type FileInfo struct {
	Name    string `json:"name"`
	Records int    `json:"records"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
}

// Manifest is what was written. It is a file of a folder, _manifest.json: programs that
// read a folder of data pass over names that begin so.
type Manifest struct {
	Format  Format     `json:"format,omitempty"` // of parts; files that have the names of the inputs have their formats
	Records int        `json:"records"`
	Bytes   int64      `json:"bytes"`
	Files   []FileInfo `json:"files"`
}

// Create begins to write to a file, or to a folder if name ends with a separator, is a
// folder, or has no extension. Of "-", stdout gets the records.
func Create(name string, stdout io.Writer, opt Options) (*Writer, error) {
	w := &Writer{opt: opt, names: map[string]bool{}, folders: map[string]bool{}}
	if name == "-" {
		w.stdout, w.opt.Format = stdout, orElse(opt.Format, JSONLines)
		return w, nil
	}
	w.folder = IsFolder(name)
	if !w.folder {
		format, packing, err := Resolve(name, opt.Format, opt.Packing)
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", name, err)
		}
		w.opt.Format, w.opt.Packing = orElse(format, JSONLines), packing
		if w.opt.Format == Text {
			return nil, fmt.Errorf("writing %s: texts go to a folder, a file for each: end the name with /; --format lines writes them into one file, each on a line", name)
		}
	}
	var err error
	w.stage, err = stage(name, w.folder)
	return w, err
}

// IsFolder reports whether a name is that of a folder to be written.
func IsFolder(name string) bool {
	if name == "-" {
		return false
	}
	if strings.HasSuffix(name, "/") || os.IsPathSeparator(name[len(name)-1]) || filepath.Ext(name) == "" {
		info, err := os.Stat(name)
		return err != nil || info.IsDir() // and no device
	}
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func orElse[T comparable](v, other T) T {
	var zero T
	if v == zero {
		return other
	}
	return v
}

// Write writes a record. After an error only Abort is of use.
func (w *Writer) Write(r *Record) error {
	if w.failed == nil {
		w.failed = w.write(r)
	}
	return w.failed
}

// Lines returns a writer of bytes, for what is no record: Options.Format must be Raw.
func (w *Writer) Lines() io.Writer { return writerFunc(w.raw) }

type writerFunc func(b []byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func (w *Writer) write(r *Record) error {
	if w.folder && w.opt.Format == Text {
		return w.text(r)
	}
	if w.out != nil && w.opt.Shard > 0 && w.folder && w.out.records > 0 && w.out.size >= w.opt.Shard {
		if err := w.closeFile(); err != nil {
			return err
		}
	}
	if w.out == nil {
		if err := w.open(w.partName(), w.opt.Format, w.opt.Packing, r); err != nil {
			return err
		}
	}
	return w.out.record(r)
}

func (w *Writer) raw(b []byte) (int, error) {
	if w.out == nil {
		if err := w.open(w.partName(), Raw, w.opt.Packing, nil); err != nil {
			return 0, err
		}
	}
	if _, err := w.out.encoder.(*rawEncoder).w.Write(b); err != nil {
		return 0, w.out.named(err)
	}
	return len(b), nil
}

func (w *Writer) partName() string {
	if !w.folder {
		return ""
	}
	w.parts++
	ext := w.opt.Format.extension()
	if w.opt.Format != Parquet {
		ext += w.opt.Packing.extension()
	}
	return fmt.Sprintf("part-%05d%s", w.parts, ext)
}

// text writes a record to a file of its own.
func (w *Writer) text(r *Record) error {
	name := r.Name
	if f, _ := ByName(name); f != Text {
		name += Text.extension()
	}
	if err := w.open(name+w.opt.Packing.extension(), Text, w.opt.Packing, r); err != nil {
		return err
	}
	if err := w.out.record(r); err != nil {
		return err
	}
	return w.closeFile()
}

// File returns the name of the file below the folder that the last record went to.
func (w *Writer) File() string { return w.name }

// Shape says how the records that follow are written, for a file whose name left it open:
// before the first record. What its name says stays.
func (w *Writer) Shape(format Format, schema *ParquetSchema, columns []Column) {
	if named, _ := ByName(w.shown()); named == "" || w.folder {
		w.opt.Format = orElse(format, w.opt.Format)
	}
	w.opt.Schema, w.opt.Columns = schema, columns
}

// Note gives tables of Parquet that are copied columns for notes: before the first record.
func (w *Writer) Note(columns []Column) { w.opt.Notes = append(w.opt.Notes, columns...) }

func (w *Writer) shown() string {
	if w.stage == nil {
		return ""
	}
	return w.stage.name
}

// Begin ends the file under way and begins another one in the folder, of any format: the
// records that follow go there.
func (w *Writer) Begin(name string, format Format, packing Packing, schema *ParquetSchema) error {
	if w.failed != nil {
		return w.failed
	}
	if w.failed = w.closeFile(); w.failed == nil {
		w.opt.Schema, w.opt.Columns = schema, nil
		w.failed = w.open(name, format, packing, nil)
	}
	return w.failed
}

// Finish ends writing: what was written is on disk, with a manifest in a folder, and not yet
// under its name. So of several outputs none appears if one of them cannot be written.
func (w *Writer) Finish() error {
	if w.failed != nil || w.ended {
		return w.failed
	}
	w.ended = true
	if !w.folder && w.out == nil { // no record: an empty file, or a table without rows
		w.failed = w.open("", w.opt.Format, w.opt.Packing, nil)
	}
	if w.failed == nil {
		w.failed = w.closeFile()
	}
	if w.failed == nil && w.folder {
		w.failed = w.manifest()
	}
	return w.failed
}

// Commit ends writing, and what was written appears under its name.
func (w *Writer) Commit() error {
	if w.Finish() == nil && w.stage != nil {
		w.failed = w.stage.commit()
	}
	return w.failed
}

// Abort removes what was written, unless Commit was done.
func (w *Writer) Abort() {
	if w.out != nil {
		w.out.discard()
		w.out = nil
	}
	if w.stage != nil {
		w.stage.abort()
	}
}

// Manifest says what was written so far.
func (w *Writer) Manifest() Manifest {
	m := Manifest{Files: []FileInfo{}}
	if w.parts > 0 || !w.folder {
		m.Format = w.opt.Format
	}
	for _, f := range w.files {
		m.Files = append(m.Files, f)
		m.Records += f.Records
		m.Bytes += f.Bytes
	}
	return m
}

// JSON returns the manifest as a file has it.
func (m *Manifest) JSON() []byte {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		panic(err) // names and numbers
	}
	return append(b, '\n')
}

func (w *Writer) manifest() error {
	m := w.Manifest()
	name := filepath.Join(w.stage.temp, ingest.Manifest)
	if err := os.WriteFile(name, m.JSON(), 0o666); err != nil {
		return writing(filepath.Join(w.stage.name, ingest.Manifest), err)
	}
	return nil
}

// open begins a file of the folder, or the one file.
func (w *Writer) open(name string, format Format, packing Packing, first *Record) error {
	f := &file{shown: "standard output"}
	switch {
	case w.stdout != nil:
		f.to = w.stdout
	case w.folder:
		path := w.free(within(w.stage.temp, name))
		rel, err := filepath.Rel(w.stage.temp, path)
		if err != nil {
			return err
		}
		name, f.shown = filepath.ToSlash(rel), filepath.Join(w.stage.name, rel)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return writing(f.shown, err)
		}
		f.path = path
	default:
		name, f.shown, f.path = filepath.Base(w.stage.name), w.stage.name, w.stage.temp
	}
	w.name, w.out = name, f
	return f.begin(format, packing, w.opt)
}

// folderOf returns the folder of a path, with other names for those that are files: an archive may
// have the text sub and a folder of that name.
func (w *Writer) folderOf(path string) string {
	dir := filepath.Dir(path)
	if len(dir) <= len(w.stage.temp) {
		return dir
	}
	dir = filepath.Join(w.folderOf(dir), filepath.Base(dir))
	out := dir
	for n := 2; w.names[strings.ToLower(out)]; n++ {
		out = fmt.Sprintf("%s-%d", dir, n)
	}
	w.folders[strings.ToLower(out)] = true
	return out
}

// free returns a path below the folder that no file has: two inputs may share a name.
func (w *Writer) free(path string) string {
	path = filepath.Join(w.folderOf(path), filepath.Base(path))
	if rel, err := filepath.Rel(w.stage.temp, path); err == nil && rel == ingest.Manifest {
		path = filepath.Join(w.stage.temp, "_manifest-2.json")
	}
	ext := ""
	for _, known := range []string{filepath.Ext(path)} {
		ext = known
		if packings[strings.ToLower(ext)] != Plain {
			ext = filepath.Ext(strings.TrimSuffix(path, ext)) + ext
		}
	}
	stem := strings.TrimSuffix(path, ext)
	for n := 2; w.names[strings.ToLower(path)] || w.folders[strings.ToLower(path)]; n++ {
		path = fmt.Sprintf("%s-%d%s", stem, n, ext)
	}
	w.names[strings.ToLower(path)] = true
	return path
}

func (w *Writer) closeFile() error {
	if w.out == nil {
		return nil
	}
	f := w.out
	err := f.close()
	w.out = nil
	if err != nil {
		f.discard()
		return err
	}
	w.files = append(w.files, FileInfo{w.name, f.records, f.written, hex.EncodeToString(f.sum.Sum(nil))})
	return nil
}
