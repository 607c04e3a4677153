package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"repost/dedup/dates"
)

// Notes are what a person may want to know of an input: which fields were taken for what
// and which were not used, what was guessed, and what had to be repaired. Sizes are
// bounded: of names of fields, the first maxNames are counted.
type Notes struct {
	Records      int                       // that were read
	Files        int                       // that these are of; those in an archive count one by one
	Used         map[string]map[string]int // what a document has → name of the field → records
	Unused       map[string]int            // name of a field → records
	Encodings    map[string]*Seen          // other than UTF-8
	Replaced     Seen                      // records with U+FFFD for bytes that are no text
	WrongLengths Seen                      // records of WARC that are not as long as they say
	Half         Seen                      // records with escapes that are no character, or zero bytes
	Quotes       Seen                      // records of JSON with quotes in strings that nobody escaped
	Unclosed     Seen                      // rows of tables with a quote that is not closed
	RowsWithin   Seen                      // rows with a cell whose lines read as rows
	Cells        Seen                      // rows with more or fewer cells than the header; Example says how many
	Prefixes     Seen                      // lines of logs with something before their object; Example is one
	OtherLines   Seen                      // lines of logs without an object
	Deletes      Seen                      // lines of bulk files that delete a document
	Apparatus    Seen                      // texts of TEI with readings, corrections or descriptions that are no part of them
	Markup       Seen                      // texts from which tags and entities were taken
	DatesFrom    map[string]int            // dedup.DateFromURL and so on → records
	NoDate       int                       // records without a date
	BadDates     Seen                      // dates that are not understood, also of lines of texts; Example is one
	EarlyDates   Seen                      // dates of fields before 1600; Example is one
	OrderedDates Seen                      // dates like 03/04/2024 whose order another date of the file says; Example is that
	MixedDates   Seen                      // of OpenDates, those of files with dates of both orders
	OpenDates    Seen                      // of these, dates like 03/04/2024
	Hosts        int                       // records whose source is the host of their address
	Folders      int                       // files whose source is the outlet that a folder is named after
	Credits      int                       // records whose source is named in their text
	NoField      map[string]int            // "source=site" of Options.Fields → records without that field
	Lines        Seen                      // texts that may have a document on each line; Example is how many lines
	FewLines     Seen                      // the same, of texts that say so only if there is no other
	Headers      Seen                      // rows of tables that are the header again
	Preambles    Seen                      // tables with lines before the header; Example says how many
	NoHeader     Seen                      // tables without a header, of which the text was guessed
	Guessed      map[string]string         // of the first of them: role or name of a column → column1 and so on
	Passed       map[string]*Seen          // files of folders that are not read, by extension
	Ours         Seen                      // folders in folders that package export wrote, and that are not read
	Linked       Seen                      // links to folders that are not followed
	Skipped      map[string]*Seen          // records of crawls that hold no page to be read, by reason

	path string // of the last record
}

// Seen counts something, and keeps where it was first.
type Seen struct {
	Count   int
	First   Origin
	Example string
}

func (s *Seen) add(o Origin, example string) {
	if s.Count++; s.Count == 1 {
		s.First, s.Example = o, example
	}
}

func addTo(to *map[string]*Seen, key string, o Origin) {
	if *to == nil {
		*to = map[string]*Seen{}
	}
	if (*to)[key] == nil {
		(*to)[key] = &Seen{}
	}
	(*to)[key].add(o, "")
}

func (n *Notes) record(rec *Record, w *row, mixed bool) {
	if n.Records++; n.Files == 0 || rec.Origin.Path != n.path {
		n.Files, n.path = n.Files+1, rec.Origin.Path
	}
	for _, u := range w.used {
		n.use(u.of, u.name)
	}
	for _, name := range w.unused {
		n.unused(name)
	}
	if rec.Encoding != "UTF-8" && rec.Encoding != "" {
		addTo(&n.Encodings, rec.Encoding, rec.Origin)
	}
	if rec.Replaced > 0 {
		n.Replaced.add(rec.Origin, "")
	}
	if rec.Half {
		n.Half.add(rec.Origin, "")
	}
	if w.quotes {
		n.Quotes.add(rec.Origin, "")
	}
	if w.flaws.unclosed {
		n.Unclosed.add(rec.Origin, "")
	}
	if w.flaws.rows {
		n.RowsWithin.add(rec.Origin, "")
	}
	if w.cells != "" {
		n.Cells.add(rec.Origin, w.cells)
	}
	if w.markup {
		n.Markup.add(rec.Origin, "")
	}
	if d := &rec.Doc; d.Date != "" && d.Date < "1600" && d.DateFrom == "" && w.badDate == nil {
		n.EarlyDates.add(rec.Origin, d.Date)
	}
	switch {
	case w.badDate != nil:
		n.BadDates.add(rec.Origin, w.written)
		if errors.Is(w.badDate, dates.ErrAmbiguous) {
			n.OpenDates.add(rec.Origin, w.written)
			if mixed {
				n.MixedDates.add(rec.Origin, w.written)
			}
		}
	case w.ordered != "":
		n.OrderedDates.add(rec.Origin, w.ordered)
	case rec.Doc.Date == "":
		n.NoDate++
	case rec.Doc.DateFrom != "":
		if n.DatesFrom == nil {
			n.DatesFrom = map[string]int{}
		}
		n.DatesFrom[rec.Doc.DateFrom]++
	}
}

// repaired says what of a record had to be repaired, for Options.Strict.
func (rec *Record) repaired(w *row) error {
	switch {
	case rec.Replaced > 0:
		return fmt.Errorf("%w as %s", ErrEncoding, rec.Encoding)
	case rec.Half:
		return fmt.Errorf("%w: an escape or a zero byte is no character", ErrEncoding)
	case w.quotes:
		return errors.New("quotes stand in a string without a backslash before them")
	case w.flaws.unclosed:
		return errors.New("a quote is not closed")
	case w.cells != "":
		return fmt.Errorf("the row has %s cells", w.cells)
	case w.badDate != nil && rec.Doc.Date != "":
		return fmt.Errorf("date %q: %w", w.written, w.badDate)
	}
	return nil
}

// lines takes note of a text that may have a document on each line.
func (n *Notes) lines(rec *Record) {
	count := lineTexts(rec.Doc.Text)
	if ext := extension(rec.Origin.Path); count >= manyLineTexts || count > 0 && ext != "" && ext != ".txt" && ext != ".text" {
		n.Lines.add(rec.Origin, strconv.Itoa(count))
	} else if count > 0 {
		n.FewLines.add(rec.Origin, strconv.Itoa(count))
	}
}

func (n *Notes) use(of role, name string) {
	if n.Used == nil {
		n.Used = map[string]map[string]int{}
	}
	m := n.Used[roleNames[of]]
	if m == nil {
		m = map[string]int{}
		n.Used[roleNames[of]] = m
	}
	if len(m) < maxNames || m[name] > 0 {
		m[name]++
	}
}

// roleName is a field that something of a document was taken from.
type roleName struct {
	of   role
	name string
}

func (w *row) use(of role, name string) { w.used = append(w.used, roleName{of, name}) }

// missing notes a field that Options.Fields names and the record lacks.
func (n *Notes) missing(role, name string) {
	if n == nil {
		return
	}
	if n.NoField == nil {
		n.NoField = map[string]int{}
	}
	n.NoField[role+"="+name]++
}

func (n *Notes) unused(name string) {
	if n.Unused == nil {
		n.Unused = map[string]int{}
	}
	if len(n.Unused) < maxNames || n.Unused[name] > 0 {
		n.Unused[name]++
	}
}

// noHeader takes note of a table without a header, and of the columns that it was given.
func (n *Notes) noHeader(path string, names []string) {
	if n.NoHeader.add(Origin{Path: path}, ""); n.NoHeader.Count == 1 {
		n.Guessed = map[string]string{}
		for i, name := range names {
			n.Guessed[name] = columnName(i)
		}
	}
}

func (n *Notes) passedOver(path, kind string) {
	switch kind {
	case linkedFolder:
		n.Linked.add(Origin{Path: path}, "")
	case ourFolder:
		n.Ours.add(Origin{Path: path}, "")
	default:
		addTo(&n.Passed, kind, Origin{Path: path})
	}
}

// Kinds of what is passed over that is no file of another kind.
const (
	linkedFolder = "a link to a folder"
	ourFolder    = "a folder that repost wrote"
)

// kindOfPassed says what a file or folder is that is not read: by its extension or its name.
func kindOfPassed(path string) string {
	switch {
	case isLinkedFolder(path):
		return linkedFolder
	case leadsNowhere(path):
		return "links to nothing"
	case strings.HasPrefix(filepath.Base(path), "."):
		return "hidden"
	case isOurs(path):
		return ourFolder
	case marker(path) != "" && filepath.Ext(path) != ".crc":
		return filepath.Base(path)
	case marker(path) != "":
		return ".crc"
	}
	return cmp.Or(extension(path), filepath.Base(path))
}

// leadsNowhere reports whether a path is a link to a file that is not there.
func leadsNowhere(p string) bool {
	info, err := os.Lstat(p)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return false
	}
	_, err = os.Stat(p)
	return err != nil
}

// isLinkedFolder reports whether a path is a link to a folder. A walk does not follow it: it may
// lead back.
func isLinkedFolder(p string) bool {
	link, err := os.Lstat(p)
	if err != nil || link.Mode()&fs.ModeSymlink == 0 {
		return false
	}
	info, err := os.Stat(p)
	return err == nil && info.IsDir()
}

// Common returns the names of a count, the most frequent first.
func Common(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
}

// Roles are what a document has that may be a field of a record, in the order in which
// people read them.
func Roles() []string {
	return []string{roleNames[roleText], roleNames[roleTitle], roleNames[roleID], roleNames[roleDate], roleNames[roleSource], roleNames[roleURL], roleNames[roleUpdated]}
}
