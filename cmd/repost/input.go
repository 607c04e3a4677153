package main

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup/dates"
	"repost/store/ingest"
	"repost/store/newfile"
)

// inputFlags are the flags of the commands that read the user's files.
type inputFlags struct {
	fields     []string
	format     string
	encoding   string
	comma      string
	dates      string
	rejects    string
	strict     bool
	markup     bool
	kept       bool   // fields that a document has no place for are written again
	formatFlag string // the name of the flag for format, where it is not that
	longest    int    // bytes of a record, by --memory; 0 is as many as there may be
}

var dateOrders = map[string]dates.Order{"": dates.Unknown, "dmy": dates.DayFirst, "mdy": dates.MonthFirst, "ymd": dates.YearFirst}

// inputFlags adds the flags for reading files to a command, and that for what cannot be
// read.
func (a *app) inputFlags(c *cobra.Command) {
	a.readingFlags(c, "format")
	a.rejectsFlag(c)
}

func (a *app) rejectsFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.input.rejects, "rejects", "", "write what cannot be read and what is passed over to this `file`: place, reason and bytes (of more than 1 MiB the beginning, with \"cut\"), as JSON lines")
}

// readingFlags adds the flags that say how files are read. format is the name of the one
// for their format: commands that write another have two.
func (a *app) readingFlags(c *cobra.Command, format string) {
	f := c.Flags()
	f.StringArrayVar(&a.input.fields, "field", nil, "say where records have what: `NAME=PATH`,… as text=article.body,id={site}/{doc_id},source={folder}, or NAME:=VALUE for all")
	f.StringVar(&a.input.format, format, "", "read all files as this `format`: "+strings.Join(ingest.Formats(), ", "))
	f.StringVar(&a.input.encoding, "encoding", "", "read all files in this `encoding`, whatever they say of themselves: windows-1256, koi8-r, gb18030, shift_jis, …")
	f.StringVar(&a.input.comma, "delimiter", "", `what separates the cells of tables: one or more characters, or tab, \t, \x01`)
	f.StringVar(&a.input.dates, "dates", "", "the `order` of dates like 03/04/2024: dmy, mdy or ymd")
	f.BoolVar(&a.input.strict, "strict", false, "refuse bytes that are no text and dates that are not understood, instead of repairing them")
	f.BoolVar(&a.input.markup, "keep-markup", false, "keep the tags and entities of texts that are HTML")
}

// options returns how files are read, with notes of what was found.
func (f *inputFlags) options() (ingest.Options, error) {
	opt := ingest.Options{Format: f.format, Strict: f.strict, KeepMarkup: f.markup, Notes: &ingest.Notes{}, KeepRejected: f.rejects != ""}
	if opt.Encoding = f.encoding; f.encoding != "" && !ingest.IsEncoding(f.encoding) {
		return opt, usage("--encoding %s is not known; encodings have the names that web pages use, as windows-1256, koi8-r, ibm866, gb18030, big5, shift_jis, utf-16le", f.encoding)
	}
	if opt.MaxRecord = f.longest; 0 < f.longest && f.longest < ingest.LongestRecord {
		opt.Longer = "with --memory 4GB up to 256 MiB are read"
	}
	for _, list := range f.fields {
		choices, err := ingest.ParseFields(list)
		if err != nil {
			return opt, usage("--field %v", err)
		}
		opt.Fields = append(opt.Fields, choices...)
	}
	delimiter, err := delimiterOf(f.comma)
	if err != nil {
		return opt, err
	}
	opt.Delimiter = delimiter
	opt.DateOrder = dateOrders[f.dates]
	return opt, nil
}

// delimiterOf reads --delimiter: characters, with what a shell can hardly write as \t or \x01.
func delimiterOf(s string) (string, error) {
	if s == "tab" {
		return "\t", nil
	}
	d, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	switch {
	case err != nil:
		return "", errors.New(`write the characters themselves, or \t, \x01`)
	case strings.ContainsAny(d, "\n\r\""):
		return "", errors.New("a line end or a quote cannot separate cells")
	}
	return d, nil
}

// rejects is the file of what could not be read.
type rejects struct {
	file   *newfile.File
	passed []reject // files of folders that were passed over; at the end, since they are met while others are read ahead
	err    error
}

// reject is a line of it.
type reject struct {
	Path   string `json:"path"`
	Record int    `json:"record,omitempty"`
	Byte   int64  `json:"byte"`
	Reason string `json:"reason"`
	Bytes  int64  `json:"bytes,omitempty"`  // that were lost, where it is more than the record
	Cut    bool   `json:"cut,omitempty"`    // only how it begins is here
	Text   string `json:"text,omitempty"`   // the record
	Base64 string `json:"base64,omitempty"` // or its bytes, if they are no UTF-8
}

// openRejects begins the file of --rejects, which is none of the inputs, and has opt report to it
// what is passed over; without the flag it is nil.
func (a *app) openRejects(paths []string, opt *ingest.Options) (*rejects, error) {
	if a.input.rejects == "" {
		return nil, nil
	}
	if err := a.outputs(map[string]string{"rejects": a.input.rejects}, paths...); err != nil {
		return nil, err
	}
	file, err := newfile.Create(a.input.rejects)
	if err != nil {
		return nil, err
	}
	r := &rejects{file: file}
	opt.PassedOver = func(path, kind string) {
		r.passed = append(r.passed, reject{Path: path, Reason: "passed over: " + kind})
	}
	return r, nil
}

func (r *rejects) add(err error) {
	var e *ingest.Error
	if r == nil || r.err != nil || !errors.As(err, &e) {
		return
	}
	line := reject{Path: e.Path, Record: e.Record, Byte: e.Byte, Reason: e.Err.Error(), Bytes: e.Bytes}
	line.Cut = len(e.Raw) > 0 && e.Bytes > int64(len(e.Raw)) || len(e.Raw) == ingest.RejectedBytes
	if utf8.Valid(e.Raw) {
		line.Text = string(e.Raw)
	} else {
		line.Base64 = base64.StdEncoding.EncodeToString(e.Raw)
	}
	r.write(line)
}

func (r *rejects) write(line reject) {
	if r.err != nil {
		return
	}
	b, err := report.JSON(line)
	if err == nil {
		_, err = r.file.Write(b)
	}
	r.err = err
}

func (r *rejects) close() error {
	if r == nil {
		return nil
	}
	defer r.file.Drop()
	for _, line := range r.passed {
		r.write(line)
	}
	return cmp.Or(r.err, r.file.Commit()) // however the command ends: what was read is kept
}

// losesText reports whether an error of reading means that a text is not read.
func losesText(err error) bool {
	e, ok := errors.AsType[*ingest.Error](err)
	return !ok || e.Lost()
}

// sayNotes says what a person should know of an input, a sentence each. With --quiet it says what
// was read otherwise than it stands or was not understood: these are warnings.
func (a *app) sayNotes(n *ingest.Notes) {
	if n == nil {
		return
	}
	for _, s := range noted(n, &a.input, a.quiet) {
		a.complain("%s", s)
	}
}

// mostNames is how many names of fields a sentence lists.
const mostNames = 12

// noted returns the sentences. What --field chose is no news.
func noted(n *ingest.Notes, flags *inputFlags, quiet bool) (all []string) {
	chosen := strings.Join(flags.fields, ",")
	warn := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	say := func(format string, args ...any) {
		if !quiet {
			warn(format, args...)
		}
	}
	var taken []string
	for _, role := range ingest.Roles() {
		for i, name := range ingest.Common(n.Used[role]) {
			if i == 3 {
				break
			}
			if guessed := n.NoHeader.Count > 0 && isColumn(name); !guessed && !strings.EqualFold(name, role) && !strings.ContainsAny(name, "{}'") && !strings.Contains(chosen, role+"="+name) {
				taken = append(taken, role+" from "+name)
			}
		}
	}
	if len(taken) > 0 {
		say("fields used: %s; --field chooses others", strings.Join(taken, ", "))
	}
	if n.NoHeader.Count > 0 {
		say("%s", notedColumns(n))
	}
	if names := unused(n); len(names) > 0 {
		more := ""
		if len(names) > mostNames {
			more = fmt.Sprintf(" and %s more", report.Thousands(len(names)-mostNames))
			names = names[:mostNames]
		}
		what := "not used"
		if flags.kept {
			what = "not compared, but kept"
		}
		say("%s: %s%s", what, strings.Join(names, ", "), more)
	}
	encodings := counts(n.Encodings)
	for _, name := range ingest.Common(encodings) {
		warn("%s read as %s, the first of them %s", report.Count(encodings[name], "text was", "texts were"), name, n.Encodings[name].First.Path)
	}
	if s := n.Replaced; s.Count > 0 {
		warn("%s bytes that are no text in the encoding of the file, read as U+FFFD; the first: %s; --strict refuses them", report.Count(s.Count, "record has", "records have"), place(&s.First))
	}
	if s := n.WrongLengths; s.Count > 0 {
		warn("%s Content-Length says, and read up to the next record (%s)", report.Count(s.Count, "record of WARC is not as long as its", "records of WARC are not as long as their"), place(&s.First))
	}
	if s := n.Half; s.Count > 0 {
		warn(`%s a zero byte or an escape like "\ud800", which is half a character, read as U+FFFD; the first: %s; --strict refuses them`, report.Count(s.Count, "record has", "records have"), place(&s.First))
	}
	if s := n.Quotes; s.Count > 0 {
		warn(`%s quotes in a string without a backslash, read as they were meant; the first: %s; --strict refuses them`, report.Count(s.Count, "record has", "records have"), place(&s.First))
	}
	if s := n.Unclosed; s.Count > 0 {
		warn("%s a quote that is not closed: its cell ends where the next row begins, and it is written anew where it is written; the first: %s; --strict refuses them", report.Count(s.Count, "row has", "rows have"), place(&s.First))
	}
	if s := n.RowsWithin; s.Count > 0 {
		warn("%s a cell in quotes whose lines look like rows of the table, read as one cell; if a quote is missing, rows are in it; the first: %s", report.Count(s.Count, "row has", "rows have"), place(&s.First))
	}
	if s := n.Cells; s.Count > 0 {
		warn("%s more or fewer cells than the header; the first has %s: %s; --strict refuses them", report.Count(s.Count, "row has", "rows have"), s.Example, place(&s.First))
	}
	if s := n.Prefixes; s.Count > 0 {
		warn("%s something before the object, which was skipped, for instance %q (%s)", report.Count(s.Count, "line has", "lines have"), s.Example, place(&s.First))
	}
	if s := n.OtherLines; s.Count > 0 {
		warn("%s without an object skipped, as in a log; the first: %s", report.Count(s.Count, "line was", "lines were"), place(&s.First))
	}
	if s := n.Deletes; s.Count > 0 {
		warn("%s a document, which no output has; the first: %s", report.Count(s.Count, "line of a bulk file deletes", "lines of bulk files delete"), place(&s.First))
	}
	if s := n.Headers; s.Count > 0 {
		say("%s the header of the table again and skipped; the first: %s", report.Count(s.Count, "row was", "rows were"), place(&s.First))
	}
	if s := n.Preambles; s.Count > 0 {
		say("%s lines before the header, which were skipped; the first: %s, %s", report.Count(s.Count, "table has", "tables have"), s.First.Path, s.Example)
	}
	if s := n.Apparatus; s.Count > 0 {
		say("%s readings, corrections, running heads or descriptions of 80 letters or more, which are no part of the text and are not compared; dedup keeps such a text unless another has the same; the first: %s", report.Count(s.Count, "text of TEI has", "texts of TEI have"), place(&s.First))
	}
	if s := n.Markup; s.Count > 0 {
		say("%s tags or entities of HTML, which were turned into text; the first: %s; --keep-markup keeps them", report.Count(s.Count, "text has", "texts have"), place(&s.First))
	}
	all = append(all, notedDates(n, quiet)...)
	if n.Hosts > 0 {
		say("the source of %s is the host of the address: there is no field for it", report.Count(n.Hosts, "record", "records"))
	}
	if n.Folders > 0 {
		say("the source of %s is the outlet that a folder is named after; --field source={folder1} takes the outermost folder of all", report.Count(n.Folders, "file", "files"))
	}
	if n.Credits > 0 {
		say("the source of %s is the one that its text names (来源：…, Source: …, an agency): there is no field for it; if folders are named after outlets, --field source={folder1} takes those", report.Count(n.Credits, "record", "records"))
	}
	for _, choice := range ingest.Common(n.NoField) {
		role, name, _ := strings.Cut(choice, "=")
		if n.NoField[choice] < n.Records {
			warn("--field %s: %s no field %s", choice, report.Count(n.NoField[choice], "record has", "records have"), name)
			continue
		}
		warn("--field %s: no record has a field %s; for one value for all write --field %s:=%s", choice, name, role, name)
	}
	if s := flags.notedLines(n); s != "" {
		say("%s", s)
	}
	if quiet {
		return all
	}
	return append(all, notedFiles(n)...)
}

// isColumn reports whether a name is that of a column without one.
func isColumn(name string) bool {
	rest, ok := strings.CutPrefix(name, "column")
	_, err := strconv.Atoi(rest)
	return ok && err == nil
}

// notedColumns says what was taken from which column of tables without a header.
func notedColumns(n *ingest.Notes) string {
	text, others := n.Guessed["text"], []string{}
	var taken []string
	for _, role := range ingest.Roles() {
		if column := n.Guessed[role]; column != "" && role != "text" {
			taken = append(taken, ", "+role+" from "+column)
		}
	}
	for _, column := range n.Guessed {
		if column != text && column != n.Guessed["date"] && column != n.Guessed["url"] {
			others = append(others, column)
		}
	}
	s := report.Count(n.NoHeader.Count, "table has", "tables have") + " no header, the first of them " + n.NoHeader.First.Path
	if n.NoHeader.Count == 1 {
		s = n.NoHeader.First.Path + " has no header"
	}
	s += fmt.Sprintf(": %s was taken as the text, because its cells are the longest%s", text, strings.Join(taken, ""))
	if len(others) == 0 {
		return s
	}
	slices.Sort(others)
	both := []string{text, cmp.Or(n.Guessed["title"], others[0])}
	other := both[1]
	slices.Sort(both)
	return s + fmt.Sprintf("; --field text=%s takes another column, --field 'text={%s} {%s}' both", other, both[0], both[1])
}

// linesIn returns how many lines the first text has that may be many documents, a line each.
func linesIn(n *ingest.Notes) int {
	s := n.Lines
	if s.Count == 0 && n.Records == 1 {
		s = n.FewLines
	}
	lines, _ := strconv.Atoi(s.Example) // none is 0
	return lines
}

// notedLines says which text may be many documents, a line each: "" if none.
func (f *inputFlags) notedLines(n *ingest.Notes) string {
	lines := linesIn(n)
	if lines == 0 {
		return ""
	}
	which := cmp.Or(n.Lines.First.Path, n.FewLines.First.Path) + " was"
	if n.Lines.Count > 1 {
		which = report.Count(n.Lines.Count, "text was", "texts were") + ", the first of them " + n.Lines.First.Path + ","
	}
	return fmt.Sprintf("%s read as one document (%s): if each line is a document, read it with --%s lines", which, report.Count(lines, "line", "lines"), cmp.Or(f.formatFlag, "format"))
}

func notedDates(n *ingest.Notes, quiet bool) (all []string) {
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if s := n.BadDates; s.Count > 0 {
		given := n.Records - n.NoDate
		for _, found := range n.DatesFrom {
			given -= found
		}
		say("%s of %s not understood, for instance %q (%s)", report.Thousands(s.Count), report.Count(given, "date was", "dates were"), s.Example, place(&s.First))
	}
	if s := n.EarlyDates; s.Count > 0 {
		say("%s before 1600, for instance %q (%s): years of another calendar, such as the Hijri, are taken as they stand", report.Count(s.Count, "date is", "dates are"), s.Example, place(&s.First))
	}
	if s := n.OrderedDates; s.Count > 0 {
		say("%s like 03/04/2024 in the order of %q, which is in the same file (%s); --dates sets another order", report.Count(s.Count, "date was read", "dates were read"), s.Example, place(&s.First))
	}
	if s := n.MixedDates; s.Count > 0 {
		say("%s in a file with both orders, 13/04/2024 and 04/13/2024: those before them were read in one order (%s)", report.Count(s.Count, "date", "dates"), place(&s.First))
	}
	if s := n.OpenDates; s.Count > 0 {
		say("%s could be two days, for instance %q: say which is right with --dates dmy or --dates mdy", report.Count(s.Count, "date", "dates"), s.Example)
	}
	if quiet {
		return all
	}
	var from []string
	for _, where := range ingest.Common(n.DatesFrom) {
		from = append(from, fmt.Sprintf("%s from the %s", report.Thousands(n.DatesFrom[where]), where))
	}
	if len(from) > 0 {
		say("dates that no field has were found elsewhere: %s", strings.Join(from, ", "))
	}
	return all
}

func notedFiles(n *ingest.Notes) (all []string) {
	if s := n.Ours; s.Count > 0 {
		all = append(all, fmt.Sprintf("%s that repost wrote (with a %s), and skipped, the first of them %s: name it to read it", report.Count(s.Count, "folder in a folder is one", "folders in folders are some"), ingest.Manifest, s.First.Path))
	}
	if s := n.Linked; s.Count > 0 {
		all = append(all, fmt.Sprintf("%s in a folder, and not followed, the first of them %s: name it to read it", report.Count(s.Count, "link to a folder is", "links to folders are"), s.First.Path))
	}
	all = append(all, notedCrawl(n)...)
	count, kinds := 0, map[string]int{}
	var first ingest.Origin
	for kind, s := range n.Passed {
		count += s.Count
		kinds[kind] = s.Count
		if first.Path == "" || s.First.Path < first.Path {
			first = s.First
		}
	}
	if count == 0 {
		return all
	}
	line := fmt.Sprintf("%s of a kind that repost does not read, and skipped (%s), the first of them %s", report.Count(count, "file was", "files were"), kindsOf(kinds), first.Path)
	if count > 1 {
		line += "; --rejects lists them all"
	}
	return append(all, line)
}

// kindsOf lists kinds with their numbers, the most frequent first.
func kindsOf(kinds map[string]int) string {
	var list []string
	for i, kind := range ingest.Common(kinds) {
		if i == mostNames {
			list = append(list, "…")
			break
		}
		list = append(list, fmt.Sprintf("%s %s", report.Thousands(kinds[kind]), kind))
	}
	return strings.Join(list, ", ")
}

// notedCrawl says which records of crawls and wikis have no text to be read. Those in which a crawl
// describes itself, or what it asked for, are not among them.
func notedCrawl(n *ingest.Notes) []string {
	kinds, count := map[string]int{}, 0
	for kind, s := range n.Skipped {
		switch kind {
		case "warcinfo", "request", "metadata", ingest.Attachment:
			continue
		}
		kinds[kind] = s.Count
		count += s.Count
	}
	var all []string
	if s := n.Skipped[ingest.Attachment]; s != nil {
		all = append(all, fmt.Sprintf("%s of mail passed over: only the text of a message is read", report.Count(s.Count, "attachment", "attachments")))
	}
	if count > 0 {
		all = append(all, fmt.Sprintf("%s passed over by kind: %s", report.Count(count, "record was", "records were"), kindsOf(kinds)))
	}
	return all
}

// unused lists the fields that nothing was taken from: one that some records lack, or have
// without a value, is used all the same.
func unused(n *ingest.Notes) []string {
	return slices.DeleteFunc(ingest.Common(n.Unused), func(name string) bool {
		for _, fields := range n.Used {
			if fields[name] > 0 {
				return true
			}
		}
		return false
	})
}

// place says where a record is.
func place(o *ingest.Origin) string {
	if o.Record == 0 {
		return o.Path
	}
	return fmt.Sprintf("%s, record %d, byte %d", o.Path, o.Record, o.Byte)
}
