// Package ingest reads dumps: folders, archives and files of many formats, packed or
// not, in whatever encoding they come, as one stream of documents.
//
//	for rec, err := range ingest.Read([]string{"news/"}, os.Stdin, ingest.Options{}) {
//		if err != nil {
//			… // an *ingest.Error: its place, and how much is lost with it
//			continue
//		}
//		use(rec.Doc)
//	}
//
// It decides what the text of a document is, byte for byte, and nothing about
// what the text means: folding and masks come later and never change it.
//
// # What is read
//
// A folder gives every file below it, in order of path, but hidden ones and those
// whose names say that they are something else. The folder may be a link; links to
// folders below it are not followed. The first bytes say whether a file is packed
// (gzip, zstd, xz, bzip2, one within another) or an archive (tar, zip), whose members
// are files of their own, below it. What a file unpacks to is bounded: see ErrBomb. The
// name of a file says its format, and where it says none the first bytes do:
//
//	JSON      an object a line, arrays, or objects one after the other
//	CSV, TSV  dialect and header are found
//	XLSX, ODS the rows of all sheets that are not hidden, as those of CSV
//	Parquet   nested columns by dotted path
//	WARC, WET pages that were fetched: HTML and plain text
//	HTML      main text, title, date and source
//	XML       RSS and Atom, TEI, NITF, NewsML-G2
//	MediaWiki revisions of pages, as their reader sees them
//	records   between tags of XML or SGML: <doc><title>…, <DOC id="…"><TEXT>…
//	vertical  a word on each line with its tags, and CoNLL-U: the words as they are printed
//	subtitles SubRip and WebVTT; CHAT: what is said
//	DOCX, ODT the text alone
//	EPUB      a book is one document: its pages as they are read
//	mail      messages, mbox and Maildir, without what is attached; MHTML
//	Markdown  with front matter
//	text      the file is one document
//
// What no reader takes, PDF among it, is refused by its kind. A talk is one document, whose
// text is all its turns; so are a question and its answers (talks.go).
//
// # Ids
//
// The id of a plain text is its path: below the folder that was given, with "/", or
// as given. A page of a crawl has the moment of its capture and its address. The id of a JSON record is its field id, else its URL, else file and
// line ("dump.jsonl:17", for arrays and the like the number of the record).
package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"repost/dedup"
	"repost/dedup/dates"
)

// Options say how Read reads. The zero value is the default.
type Options struct {
	// Context, if not nil, ends the wait for the writer of a named pipe. It does nothing to
	// the reading of files.
	Context context.Context
	// MaxRecord is the longest record, in bytes: a line of JSON or a whole text. 0
	// is LongestRecord. A longer one is an Error; reading goes on after it.
	MaxRecord int
	// Longer, if not "", is what a user can do about a longer record: its error ends with it.
	Longer string
	// Blank gives a file that is one text even if it holds nothing, or nothing but white
	// space. It is ErrEmptyText otherwise.
	Blank bool
	// PassedOver, if not nil, is called for each file below a folder that is not read
	// because of what it is, with its kind: an extension or a name, "hidden", "links to nothing".
	PassedOver func(path, kind string)
	// Resume, if not nil, is asked for each dump that can be entered in its midst which
	// record to begin with and where that begins: as they are in the Origin of a record
	// of the same dump. 0 is at the beginning; Done passes over the dump.
	Resume func(dump uint64) (record int, at int64)
	// Format is the format of all files, a name that IsFormat takes. "" finds it for each file by
	// its name and its first bytes.
	Format string
	// Encoding is the encoding of all files, a name that IsEncoding takes; a byte order mark and
	// what a file says of itself then count for nothing. "" finds it for each file.
	Encoding string
	// Delimiter is what parts the cells of all tables; "" finds it for each.
	Delimiter string
	// Originals gives with each Record what it was made of: Record.Original.
	Originals bool
	// Spool, if not nil, is called for each file that is no file on the disk as it is read: it
	// is a member of an archive, or packed. What it returns, if not nil, gets the bytes of that
	// file, unpacked and not decoded, as they are read; all of them, if Read is not stopped.
	Spool func(path, format string) io.Writer
	// Strict refuses records that would have to be repaired or guessed at: with bytes that
	// are no text in the encoding of their file, escapes that are no character, a date that
	// is not understood.
	Strict bool
	// Fields say which fields of a record are what; for the others their names do. See
	// ParseFields.
	Fields []FieldChoice
	// KeepMarkup keeps the tags and entities of a text that is HTML.
	KeepMarkup bool
	// DateOrder says which number is the month in dates like 03/04/2024.
	DateOrder dates.Order
	// KeepRejected gives with each Error the bytes of the record: Error.Raw.
	KeepRejected bool
	// Passed, if not nil, counts the bytes of files that were passed, packed as they are:
	// see Size. It may be read while Read runs.
	Passed *atomic.Int64
	// Notes, if not nil, collects what a person may want to know of the input. It may be
	// read once Read has ended.
	Notes *Notes
}

// Done is what Options.Resume returns for a dump that need not be read.
const Done = -1

// LongestRecord is how many bytes a record may have at most, if there is the memory for it.
const LongestRecord = 256 << 20

// Origin says where a document was read.
type Origin struct {
	Path   string // as given, with the path below it for a folder; "-" is standard input
	Record int    // from 1: the line or the place in the array; 0 for a file that is one text
	Byte   int64  // where the record begins in the unpacked file; of UTF-16 JSON, in its UTF-8 form
}

// Record is one document as it was read.
type Record struct {
	Doc      dedup.Document
	Origin   Origin
	Encoding string // of the text: "UTF-8", "UTF-16LE", "GB18030", "Big5", …
	// Unnamed says that the record has no id and no address, so that Doc.ID is made of the
	// path of its file.
	Unnamed bool
	// Local says that the id is unique within the file only, as xml:id is.
	Local bool
	// Version says that records with one id are meant to be versions of one document: of a page
	// of a wiki, or where Options.Fields makes ids of the names of files ({undated}).
	Version bool
	// Extra is a hash of what the record has next to its text and no document has a place for, if that
	// is more than a word here and there: readings and corrections of an edition. Else 0.
	Extra uint64
	// Updated is when the record was changed last, as it says: a date like Doc.Date, or "".
	Updated string
	// Language is the tag of BCP 47 (zh, en-GB) that the record has for its text, or "".
	Language string
	// Half says that the JSON escapes half a surrogate pair without the other ("\ud800"),
	// which is no character: U+FFFD stands in its place.
	Half bool
	// Dump is a hash of the file's path, length, time of change and first bytes, if it
	// can be entered at this record later: JSON lines in UTF-8, packed or not. Else 0.
	Dump uint64
	// Replaced counts the U+FFFD in the record that stand for bytes with no meaning in the
	// encoding of the file.
	Replaced int
	// Original is what the record was made of, if Options.Originals asks for it.
	Original *Original
}

// Error says what could not be read, and where. Read goes on after it: with the next
// record, or if Fatal with the next of its paths.
type Error struct {
	Path   string
	Record int   // as in Origin; 0 if the error is of no record
	Byte   int64 // in the unpacked file; -1 if unknown
	Fatal  bool  // a file or folder, or the rest of it, is lost, and not one record alone
	// Bytes that were passed over from there on, where reading could not go on with the
	// next record, and about how many records that is; 0 for one record.
	Bytes   int64
	Records int
	Partly  bool    // the record was read as far as it goes, and was handed over
	Unread  *Record // the record that has no text, with Options.Originals: its Original and Origin
	Raw     []byte  // the record, or how what was lost begins, with Options.KeepRejected
	Err     error
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "reading %s: ", e.Path)
	if e.Record > 0 {
		fmt.Fprintf(&b, "record %d, ", e.Record)
	}
	if e.Byte >= 0 {
		fmt.Fprintf(&b, "byte %d, ", e.Byte)
	}
	s := strings.TrimSuffix(b.String(), ", ") + sep(e) + e.Err.Error()
	switch {
	case e.Records > 1:
		s += fmt.Sprintf("; %d bytes lost, about %d records", e.Bytes, e.Records)
	case e.Bytes > 0:
		s += fmt.Sprintf("; %d bytes lost", e.Bytes)
	}
	return s
}

func sep(e *Error) string {
	if e.Record > 0 || e.Byte >= 0 {
		return ": "
	}
	return ""
}

func (e *Error) Unwrap() error { return e.Err }

type emptyFile struct{}

func (emptyFile) Error() string        { return "the file is empty" }
func (emptyFile) Is(target error) bool { return target == ErrEmptyText }

// OfFile reports whether a whole file or folder is meant, and not a record of one.
func (e *Error) OfFile() bool { return e.Record == 0 }

// Lost reports whether something was lost with the error: an empty text, or a file that
// is no document by its purpose, is none, and so is one whose beginning is a record.
func (e *Error) Lost() bool {
	return !e.Partly && !errors.Is(e.Err, ErrEmptyText) && !errors.Is(e.Err, ErrSideFile)
}

// The reasons that callers may want to tell apart, with errors.Is.
var (
	ErrNoText     = errors.New("no field with a text")
	ErrEmptyText  = errors.New("the text is empty")
	ErrTooLong    = errors.New("the record is too long")
	ErrLongFields = errors.New("the fields of the record are too long")
	ErrNoID       = errors.New("a document without an id") // of package store: Read gives each one an id
	ErrEncoding   = errors.New("the text cannot be decoded")
	ErrNotText    = errors.New("not a text")
	ErrNoArticles = errors.New("no articles in this folder")
	ErrEmptyFile  = error(emptyFile{}) // is ErrEmptyText
	ErrDeadLink   = errors.New("a link to a file that is not there")
	ErrTwice      = errors.New("comes twice, with two values")
	ErrSideFile   = errors.New("no document") // a file that another program put next to its data
)
