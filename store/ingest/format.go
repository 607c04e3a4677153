package ingest

import (
	"bufio"
	"bytes"
	"fmt"
	"iter"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A format is a way in which files hold documents. A new one is a file of this package
// with its reader, and an entry in formats.
type format struct {
	name  string   // for Options.Format: one word, lower case
	label string   // for messages: "JSON lines"
	exts  []string // with the dot, lower case, without .gz and the like
	// sniff reports whether the first bytes of a file, at most sniffLength, are of this
	// format. They are in UTF-8 and without a mark, or as they are if binary is set. It is
	// asked if the name says nothing; nil is never.
	sniff func(start []byte) bool
	// binary says that the reader wants the bytes as they are. Others get UTF-8 without a
	// mark, whatever the encoding of the file.
	binary bool
	// marked says that files of the format say their encoding, so that their readers decode them.
	marked bool
	// local says that ids of records, as those of XML, are unique within their file only.
	local bool
	// enter says that a reader can begin at any record, given its number (source.first) and
	// the place where it begins (source.at): an interrupted ingest then goes on there.
	enter bool
	// rows reads the records of a file in order. Memory holds one record, of at most
	// Options.MaxRecord bytes. The first record has the number source.first, and the first
	// byte of in stands at source.at. What cannot be read is an *Error without a path,
	// after which it goes on with the next record, or ends if it is Fatal; another error
	// ends the file, for the reason it says.
	rows func(r *run, s *source, in *bufio.Reader) iter.Seq2[row, error]
}

// formats lists all formats: the first whose sniff agrees is taken, text is the last.
// (A function, since the readers of some formats ask for others.)
func formats() []format {
	return []format{
		{name: "json", label: "JSON", exts: append([]string{".json"}, lineNames[:3]...), sniff: looksLikeJSON, enter: true, rows: (*run).jsonRows},
		{name: "parquet", label: "Parquet", exts: []string{".parquet", ".pq", ".parq"}, sniff: beginsWith(parquetMagic, parquetEncrypted), binary: true, rows: (*run).parquetRows},
		{name: "warc", label: "WARC", exts: []string{".warc", ".wet", ".wat"}, sniff: beginsWith(warcMagic), binary: true, rows: (*run).warcRows},
		{name: "office", label: "DOCX, ODT or EPUB", exts: []string{".docx", ".docm", ".dotx", ".odt", ".ott", ".epub"}, binary: true, rows: (*run).officeRows},
		{name: "sheets", label: "a spreadsheet", exts: []string{".xlsx", ".xlsm", ".xltx", ".ods", ".ots"}, binary: true, rows: (*run).noSheet},
		{name: "mail", label: "mail", exts: []string{".eml", ".mbox", ".mbx", ".mht", ".mhtml"}, sniff: looksLikeMail, binary: true, rows: (*run).mailRows},
		{name: "mediawiki", label: "a dump of MediaWiki", sniff: sniffRoot(func(root string) bool { return root == "mediawiki" }), binary: true, marked: true, rows: (*run).wikiRows},
		{name: "feed", label: "a feed", exts: []string{".rss", ".atom", ".rdf"}, sniff: sniffRoot(isFeed), binary: true, marked: true, rows: (*run).feedRows},
		{name: "tei", label: "TEI", exts: []string{".tei"}, sniff: sniffRoot(isTEI), binary: true, marked: true, local: true, rows: (*run).teiRows},
		{name: "articles", label: "JATS, Akoma Ntoso or DocBook", exts: []string{".nxml", ".akn"}, sniff: looksLikeArticle, binary: true, marked: true, rows: (*run).articleRows},
		{name: "news", label: "NITF or NewsML-G2", exts: []string{".nitf", ".newsml"}, sniff: sniffRoot(isNews), binary: true, marked: true, rows: (*run).newsRows},
		{name: "scans", label: "ALTO, PAGE or another format of OCR", sniff: looksLikeScan, binary: true, marked: true, rows: (*run).scanRows},
		{name: "vertical", label: "vertical text", exts: []string{".vert", ".vrt", ".vertical", ".conllu", ".conllup", ".conllx", ".conll"}, sniff: looksVertical, local: true, rows: (*run).verticalRows},
		{name: "subtitles", label: "subtitles", exts: []string{".srt", ".vtt"}, sniff: looksLikeSubtitles, rows: (*run).subtitleRows},
		{name: "chat", label: "CHAT", exts: []string{".cha"}, sniff: looksLikeCHAT, rows: (*run).chatRows},
		{name: "html", label: "HTML", exts: []string{".html", ".htm", ".xhtml", ".shtml"}, sniff: looksLikeHTML, binary: true, marked: true, rows: (*run).htmlRows},
		{name: "records", label: "records of XML or SGML", exts: []string{".sgm", ".sgml"}, sniff: looksLikeRecords, rows: (*run).recordRows},
		{name: "xml", label: "XML", exts: []string{".xml"}, sniff: beginsWith("<?xml"), binary: true, marked: true, rows: (*run).anyXMLRows},
		{name: "markdown", label: "Markdown", exts: []string{".md", ".markdown"}, sniff: hasFrontMatter, rows: (*run).markdownRows},
		{name: "csv", label: "CSV", exts: []string{".csv", ".tsv", ".tab", ".psv"}, sniff: looksLikeTable, rows: (*run).csvRows},
		{name: "lines", label: "a text on each line", enter: true, rows: (*run).lineRows}, // only if it is asked for
		{name: "text", label: "plain text", exts: []string{".txt", ".text"}, rows: (*run).textRows},
	}
}

// Formats returns the names of the formats that can be read, as Options.Format takes
// them.
func Formats() (names []string) {
	for _, f := range formats() {
		names = append(names, f.name)
	}
	slices.Sort(names)
	return names
}

// IsFormat reports whether Options.Format takes a name: one of Formats, or what the name
// of a file of that format ends in, as jsonl or docx.
func IsFormat(name string) bool { return formatNamed(name) != nil }

// formatNamed returns the format with a name, or nil.
func formatNamed(name string) *format {
	all := formats()
	named := func(f format) bool { return f.name == name || slices.Contains(f.exts, "."+name) }
	if i := slices.IndexFunc(all, named); i >= 0 {
		return &all[i]
	}
	return nil
}

// extension returns the last part of a name, below those that say how the file is
// packed, in lower case.
func extension(path string) string {
	name := strings.ToLower(filepath.Base(path))
	for i := 0; i < len(packings); i++ {
		if rest, ok := strings.CutSuffix(name, packings[i].ending); ok {
			name, i = rest, -1
		}
	}
	if ext := filepath.Ext(name); ext != "." { // files of the folders of mail are named 1. 2. 3.
		return ext
	}
	return ""
}

// byName returns the format that the name of a file says, or nil.
func byName(path string) *format {
	all := formats()
	page, _, _ := strings.Cut(filepath.Base(path), "?") // wget keeps the query of an address in the name
	for _, ext := range []string{extension(path), extension(page)} {
		if i := slices.IndexFunc(all, func(f format) bool { return slices.Contains(f.exts, ext) }); i >= 0 && ext != "" {
			return &all[i]
		}
	}
	return nil
}

// detect finds the format of a file: the one that was asked for, what its name says, or
// what its first bytes look like.
func (r *run) detect(s *source, start []byte, e guess) (*format, error) {
	if r.opt.Format != "" {
		return formatNamed(r.opt.Format), nil
	}
	if err := foreign(start); err != nil {
		return nil, err
	}
	f := byName(s.path)
	known := f != nil && f.name == "xml" && byVocabulary(start) != nil
	if f != nil && f.name == "xml" && !known && looksLikeRecords(e.head(start)) {
		f = formatNamed("records")
	}
	if f != nil && !known && !e.binary && maybeVertical[f.name] && looksVertical(e.head(start)) {
		f = formatNamed("vertical")
	}
	if f == nil || f.name == "text" && isDisguised(start, e) {
		f = byContent(start, e)
	}
	if ext := extension(s.path); (f.name == "text" || f.name == "markdown" && (ext == ".yaml" || ext == ".yml")) && !e.binary {
		if err := foreignText(s.path, e.head(start)); err != nil {
			return nil, err
		}
	}
	if e.binary && !f.binary && f.name != "json" {
		return nil, fmt.Errorf("%w: it holds zero bytes", ErrNotText)
	}
	return f, nil
}

// disguised begins what crawlers write into files named .txt: JSON, whole pages, crawls.
var disguised = regexp.MustCompile(`(?i)^\s*(?:\[\s*)?\{\s*["'][^"'\n]{1,60}["']\s*:\s*["'\[{\dtfnub-]|^\s*<!doctype html|^\s*<html[\s>]|^WARC/1`)

// maybeVertical are formats whose names files with a word on each line have too.
var maybeVertical = map[string]bool{"text": true, "csv": true, "xml": true, "records": true}

// isDisguised reports whether a file that is named as a text surely holds records.
func isDisguised(start []byte, e guess) bool {
	if e.binary {
		return false
	}
	head := e.head(start)
	return disguised.Match(head[:min(len(head), 512)]) || isLog(head) || looksLikeRecords(head) || looksLikeLines(head) || looksLikeSubtitles(head) || looksLikeCHAT(head) || looksLikeMail(head)
}

func byContent(start []byte, e guess) *format {
	all := formats()
	text := start
	if !e.binary {
		text = e.head(start)
	}
	for i := range all {
		f := &all[i]
		head := text
		if f.binary {
			head = start
		}
		if f.sniff != nil && f.sniff(head) {
			return f
		}
	}
	return &all[len(all)-1]
}

// knownName reports whether a file of a folder is read: by its name it has a format, or
// none that is another's.
func knownName(path string) bool {
	ext := extension(path)
	return ext == "" || isMaildir(filepath.Dir(path)) || byName(path) != nil || slices.Contains(archiveNames, ext) || slices.Contains(lineNames, ext)
}

// beginsWith returns a sniff for files that begin with one of some magic strings.
func beginsWith(magic ...string) func([]byte) bool {
	return func(start []byte) bool {
		return slices.ContainsFunc(magic, func(m string) bool { return bytes.HasPrefix(start, []byte(m)) })
	}
}
