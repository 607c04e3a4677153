package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Kinds of files that no reader takes, by their first bytes. Each is refused by its
// name, with the way to a file that is read. PDF is one of them: no library in Go that
// is kept reads Chinese rightly where a font is embedded without its table of Unicode,
// which is how most newspapers print.
var foreignKinds = []struct {
	kind   string
	wayOut string
	magic  []string
}{
	{"a PDF document", "take out its text with pdftotext FILE.pdf FILE.txt", []string{"%PDF-"}},
	{"an old Word, Excel or PowerPoint document", "convert it with soffice --convert-to docx (or csv)", []string{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}},
	{"an RTF document", "convert it with soffice --convert-to docx", []string{`{\rtf`}},
	{"a 7z archive", "unpack it with 7z x", []string{"7z\xbc\xaf\x27\x1c"}},
	{"a RAR archive", "unpack it with unrar x or 7z x", []string{"Rar!\x1a\x07"}},
	{"a file packed with lz4", "unpack it with lz4 -d", []string{"\x04\x22\x4d\x18"}},
	{"a file packed with compress", "unpack it with gzip -d", []string{"\x1f\x9d"}},
	{"a file packed with lzip", "unpack it with lzip -d", []string{"LZIP"}},
	{"an SQLite database", "write its table with sqlite3 -json FILE 'select …'", []string{"SQLite format 3\x00"}},
	{"an Avro file", "write it as JSON lines or Parquet", []string{"Obj\x01"}},
	{"an ORC file", "write it as JSON lines or Parquet", []string{"ORC"}},
	{"an Arrow or Feather file", "write it as Parquet", []string{"ARROW1", "FEA1"}},
	{"an array of NumPy", "write it as JSON lines or Parquet", []string{"\x93NUMPY"}},
	{"an image", "its text is for an OCR program to read", []string{"\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "GIF87a", "GIF89a", "II*\x00", "MM\x00*", "BM\x00"}},
	{"a DjVu document", "take out its text with djvutxt", []string{"AT&TFORM"}},
	{"a program", "", []string{"\x7fELF", "MZ\x90\x00", "\xcf\xfa\xed\xfe"}},
	{"sound or video", "", []string{"ID3", "OggS", "fLaC", "RIFF", "\x1aE\xdf\xa3", "\x00\x00\x00\x18ftyp", "\x00\x00\x00\x20ftyp"}},
	{"a Python pickle", "write it as JSON lines or Parquet", []string{"\x80\x04\x95", "\x80\x05\x95"}},
	{"an HDF5 file", "write it as JSON lines or Parquet", []string{"\x89HDF\r\n\x1a\n"}},
	{"a MOBI book", "convert it to HTML", []string{"BOOKMOBI"}},
	{"a ZIM archive", "take out its pages with zimdump", []string{"ZIM\x04"}},
	{"an ARC file, of a crawl before WARC", "write it as WARC with warcio recompress", []string{"filedesc://"}},
	{"a dump of PostgreSQL", "load it with pg_restore, and write its table as CSV", []string{"PGDMP"}},
}

// foreignTexts are kinds of text that are not one document: as one, their records would
// be lost in each other.
var foreignTexts = []struct {
	kind   string
	wayOut string
	exts   []string
	form   *regexp.Regexp // of the beginning, whatever the name; nil: the name alone says it
}{
	{"an export of Movable Type with a post after each line of eight dashes", "write each post as a file or a line of JSON (csplit FILE '/^--------$/+1' '{*}')", nil, regexp.MustCompile(`^(?:[A-Z][A-Z ]{2,25}: [^\n]*\r?\n|\r?\n)+-----\r?\nBODY:`)},
	{"a dump of SQL", "load it, and write its table as CSV or JSON lines (sqlite3 -json, mysql --batch, psql --csv)", []string{".sql"}, regexp.MustCompile(`(?i)^(?:\s*(?:--[^\n]*|/\*!?[^\n]*|SET [^\n]*|USE [^\n]*|BEGIN[^\n]*|PRAGMA [^\n]*|DROP TABLE[^\n]*)?\n)*\s*(?:CREATE TABLE|INSERT INTO|COPY \w)`)},
	{"a file of subtitles in a format of its own", "convert it with ffmpeg -i FILE FILE.srt", []string{".ass", ".ssa", ".sub", ".ttml", ".dfxp"}, regexp.MustCompile(`^\[Script Info\]`)},
	{"a transcript of Praat", "write its tier with words as a text, for instance with the module textgrid of Python", []string{".textgrid"}, regexp.MustCompile(`^File type = "ooTextFile`)},
	{"a corpus of trees", "write its words as a text, for instance with nltk.Tree.leaves", []string{".mrg", ".ptb"}, regexp.MustCompile(`^\s*\((?:ROOT|TOP)?\s*\(S\b`)},
	{"a song with times (LRC)", "take the times out of it: sed 's/\\[[0-9:.]*\\]//g'", []string{".lrc"}, nil},
	{"YAML", "write it as JSON, for instance with yq -o json", []string{".yaml", ".yml"}, nil},
	{"a table of BibTeX", "write it as JSON or CSV", []string{".bib"}, nil},
	{"a list of references (RIS)", "write it as JSON or CSV", []string{".ris", ".enw", ".nbib"}, regexp.MustCompile(`^(?:TY  - |PMID- )`)},
	{"a program", "", []string{".py", ".js", ".ts", ".css", ".go", ".c", ".h", ".cpp", ".java", ".sh", ".php", ".rb", ".pl", ".jl", ".ipynb"}, nil},
}

// foreignText returns the error for a file of text that is not read as one document, or
// nil. Of a program the name is asked only once the content says nothing: JSON is loaded
// as a script too.
func foreignText(path string, head []byte) error {
	ext := extension(path)
	for _, k := range foreignTexts {
		if k.form != nil && k.form.Match(head[:min(len(head), 4096)]) || slices.Contains(k.exts, ext) {
			if k.wayOut == "" {
				return fmt.Errorf("%w: its name is that of %s; --format text reads it as one document", ErrNotText, k.kind)
			}
			return fmt.Errorf("%w: it is %s; %s, and read that (--format text reads it as one document)", ErrNotText, k.kind, k.wayOut)
		}
	}
	return nil
}

// foreign returns the error for a file that no reader takes, or nil.
func foreign(start []byte) error {
	if isArrowStream(start) {
		return refused("an Arrow stream, as Hugging Face keeps data sets", "write it as Parquet")
	}
	for _, k := range foreignKinds {
		for _, m := range k.magic {
			if bytes.HasPrefix(start, []byte(m)) && !(isASCII(m) && len(m) < 5 && isPlainText(start)) {
				return refused(k.kind, k.wayOut)
			}
		}
	}
	return nil
}

// describing returns the kind of a file of XML that says which other files belong together, and has
// no text, or "".
func describing(start []byte) string {
	if !bytes.HasPrefix(bytes.TrimLeft(start, "\xef\xbb\xbf \t\r\n"), []byte("<")) {
		return ""
	}
	return describingRoots[rootElement(start)]
}

var describingRoots = map[string]string{"mets": "METS", "METS": "METS", "DIDL": "DIDL", "urlset": "sitemap", "sitemapindex": "sitemap", "Xmd_toc": "contents of Olive"}

// isArrowStream reports whether a file begins with a message of Arrow: a mark, the length of
// its head, and in that head where its table stands.
// https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format
func isArrowStream(start []byte) bool {
	const most = 1 << 24
	if len(start) < 12 || !bytes.HasPrefix(start, []byte("\xff\xff\xff\xff")) {
		return false
	}
	size, root := binary.LittleEndian.Uint32(start[4:]), binary.LittleEndian.Uint32(start[8:])
	return size%8 == 0 && size < most && root > 0 && root < size
}

func refused(kind, wayOut string) error {
	if wayOut == "" {
		return fmt.Errorf("%w: it is %s", ErrNotText, kind)
	}
	return fmt.Errorf("%w: it is %s; %s, and read that", ErrNotText, kind, wayOut)
}

// foreignZip returns the error for a zip archive that is a document no reader takes, or
// nil.
func foreignZip(z *zip.Reader) error {
	has := func(name string) bool {
		return slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == name })
	}
	switch {
	case has("xl/workbook.bin"):
		return refused("a binary Excel workbook", "save it as .xlsx")
	case has("ppt/presentation.xml"):
		return refused("a PowerPoint presentation", "convert it with soffice --convert-to html")
	}
	for _, f := range z.File {
		if f.Name != "mimetype" {
			continue
		}
		kind, _ := readMember(f, 100)
		if strings.HasPrefix(string(kind), "application/vnd.oasis.opendocument.presentation") {
			return refused("an OpenDocument presentation", "convert it with soffice --convert-to html")
		}
	}
	return nil
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 || r < ' ' })
}

// isPlainText reports whether there are no control characters: a short magic that is
// text may begin a text.
func isPlainText(start []byte) bool {
	return bytes.IndexFunc(start[:min(len(start), 512)], func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != 0x1b
	}) < 0
}
