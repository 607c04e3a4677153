package ingest

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Spreadsheets: XLSX (ECMA-376) and ODS (ISO 26300). Each sheet that is not hidden is a table, read
// as a table of text is (csv.go): its header is found, and each row is a record. The cells of a row
// are what they hold, not how they are shown: numbers without separators, dates as in 2024-03-05.
// Memory holds a row, and of XLSX the strings that its cells share, of at most sharedRecords
// records' length together.

const (
	maxSheetColumns = 1 << 14
	sharedRecords   = 8
)

// eachSheet is called with the name of each sheet and what writes its rows.
type eachSheet func(name string, read func(*sheetWriter) error) error

// workbook reads a spreadsheet.
func (r *run) workbook(s source, z *zip.Reader, kind string) {
	s.format, s.encoding, s.dump = formatNamed("sheets"), "UTF-8", 0
	o := &officeReader{limit: r.opt.MaxRecord, bound: s.bounds}
	n := 0
	each := func(name string, read func(*sheetWriter) error) error {
		in, out := io.Pipe()
		done := make(chan struct{})
		go func() {
			defer close(done)
			w := &sheetWriter{to: csv.NewWriter(out), limit: o.limit, bound: o.bound}
			err := read(w)
			w.to.Flush()
			out.CloseWithError(err)
		}()
		defer func() { // of what is not read, the writer is told or it is passed over: it reads the archive
			if r.stopped {
				in.Close()
			}
			io.Copy(io.Discard, in)
			<-done
		}()
		rows := bufio.NewReaderSize(in, sniffLength)
		if _, err := rows.Peek(1); err != nil {
			return ignoreEnd(err)
		}
		for w, err := range r.tableOf(&s, rows, ",", &dialect{comma: ',', quote: '"'}) {
			n++
			var e *Error
			switch {
			case errors.As(err, &e):
				e.Record, e.Byte = n, -1
				r.fail(r.placed(&s, e))
			case err != nil:
				return err
			default:
				w.fields, w.raw, w.at, w.number = append(w.fields, Field{"sheet", name}), nil, -1, n
				s.header, w.cells = nil, ""
				r.row(&s, &w)
			}
			if r.stopped {
				return errStopped
			}
		}
		return nil
	}
	read := o.xlsx
	if kind == "ods" {
		read = o.ods
	}
	hidden := func(name string) { r.passedOverAs("hidden sheet", s.path+"/"+name) }
	if err := read(z, each, hidden); err != nil && err != errStopped {
		r.fatal(s.path, err)
	} else if n == 0 && err == nil {
		r.fatal(s.path, ErrNoArticles)
	}
}

var errStopped = errors.New("the caller wants no more")

func ignoreEnd(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// sheetWriter writes rows as CSV.
type sheetWriter struct {
	to    *csv.Writer
	limit int
	bound *bounds
	cells []string
	size  int
	width int // cells of the longest row so far
}

// put sets a cell. Columns count from 0.
func (w *sheetWriter) put(column int, text string) error {
	if text == "" || column < 0 || column >= maxSheetColumns {
		return nil
	}
	if w.size += len(text); w.size > w.limit {
		return tooLong(w.limit)
	}
	for len(w.cells) <= column {
		w.cells = append(w.cells, "")
	}
	w.cells[column] = text
	return nil
}

// end writes the row some times, unless it is empty.
func (w *sheetWriter) end(times int) (err error) {
	if w.width = max(w.width, len(w.cells)); len(w.cells) > 0 {
		w.cells = append(w.cells, make([]string, w.width-len(w.cells))...)
	}
	for ; times > 0 && len(w.cells) > 0 && err == nil; times-- {
		if err = w.bound.count(w.size + len(w.cells)); err == nil {
			err = w.to.Write(w.cells)
		}
	}
	w.cells, w.size = w.cells[:0], 0
	return err
}

// xlsxBook is what is known of a workbook besides its sheets.
type xlsxBook struct {
	shared []string
	dates  []bool // of the styles of cells
	day0   time.Time
}

func (o *officeReader) xlsx(z *zip.Reader, each eachSheet, hidden func(string)) error {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(o.decode(z, "xl/workbook.xml", &book), o.decode(z, "xl/_rels/workbook.xml.rels", &links)); err != nil {
		return err
	}
	b := &xlsxBook{day0: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)}
	if v := book.Properties.Date1904; v == "1" || v == "true" {
		b.day0 = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if err := o.xlsxStyles(z, b); err != nil {
		return err
	}
	err := o.cells(z, "xl/sharedStrings.xml", func(c *xlsxCell) error {
		b.shared = append(b.shared, c.text)
		return nil
	}, nil)
	if err != nil && !errors.Is(err, errNoMember) {
		return err
	}
	targets := map[string]string{}
	for _, l := range links.All {
		targets[l.ID] = strings.TrimPrefix(path.Join("/xl", l.Target), "/")
		if strings.HasPrefix(l.Target, "/") {
			targets[l.ID] = l.Target[1:]
		}
	}
	for _, s := range book.Sheets {
		if s.State == "hidden" || s.State == "veryHidden" {
			hidden(s.Name)
			continue
		}
		if !strings.Contains(targets[s.ID], "worksheets/") { // a chart
			continue
		}
		err := each(s.Name, func(w *sheetWriter) error {
			return o.cells(z, targets[s.ID], func(c *xlsxCell) error { return w.put(c.column, b.value(c)) }, w)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// xlsxStyles finds the styles of cells that hold dates.
func (o *officeReader) xlsxStyles(z *zip.Reader, b *xlsxBook) error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := o.decode(z, "xl/styles.xml", &styles); err != nil && !errors.Is(err, errNoMember) {
		return err
	}
	dates := map[int]bool{}
	for _, span := range [][2]int{{14, 22}, {27, 36}, {45, 47}, {50, 58}} { // that need not be written down
		for id := span[0]; id <= span[1]; id++ {
			dates[id] = true
		}
	}
	for _, f := range styles.Formats {
		dates[f.ID] = strings.ContainsAny(strings.ToLower(noDateCode.ReplaceAllString(f.Code, "")), "ymdhs")
	}
	for _, c := range styles.Cells {
		b.dates = append(b.dates, dates[c.Format])
	}
	return nil
}

// noDateCode is what letters of a format are not of a date: literals, colors, conditions, languages.
var noDateCode = regexp.MustCompile(`(?i)"[^"]*"|\\.|_.|\[(?:[^hms\]][^\]]*|[hms][^hms\]][^\]]*)\]|general`)

// xlsxCell is a cell, or a string that cells share.
type xlsxCell struct {
	column, style int
	kind, text    string
}

// cells reads the cells of a sheet and ends its rows, or the shared strings.
func (o *officeReader) cells(z *zip.Reader, name string, take func(*xlsxCell) error, w *sheetWriter) error {
	dec, err := o.open(z, name)
	if err != nil {
		return err
	}
	defer dec.Close()
	var text []byte
	c := xlsxCell{column: -1}
	inText, aside, all := false, false, 0
	for {
		dec.limit.allow(dec.InputOffset())
		tok, err := dec.RawToken()
		if err != nil {
			return ignoreEnd(dec.limit.why(err))
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "c":
				c = xlsxCell{column: columnOf(attrValue(t, "r"), c.column+1), kind: attrValue(t, "t")}
				c.style, _ = strconv.Atoi(attrValue(t, "s"))
				text = text[:0]
			case "si":
				text = text[:0]
			case "rPh": // how it is read
				aside = true
			case "v", "t":
				inText = !aside
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "v", "t":
				inText = false
			case "rPh":
				aside = false
			case "c", "si":
				c.text = string(text)
				if all += len(text) + 16; w == nil && all > sharedRecords*o.limit {
					return tooLong(sharedRecords * o.limit)
				}
				err = take(&c)
			case "row":
				c.column = -1
				err = w.end(1)
			}
		case xml.CharData:
			if inText {
				text = append(text, t...)
			}
			if len(text) > o.limit {
				err = tooLong(o.limit)
			}
		}
		if err != nil {
			return err
		}
	}
}

// columnOf reads the letters of a place: of AB12 27. Where there are none, the column is next.
func columnOf(place string, next int) int {
	n := 0
	for i := 0; i < len(place) && i < 4 && place[i] >= 'A' && place[i] <= 'Z'; i++ {
		n = 26*n + int(place[i]-'A') + 1
	}
	if n == 0 {
		return next
	}
	return n - 1
}

var escapedUnit = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

// value returns what a cell holds.
func (b *xlsxBook) value(c *xlsxCell) string {
	text := c.text
	switch c.kind {
	case "s":
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n >= len(b.shared) {
			return ""
		}
		text = b.shared[n]
	case "e":
		return ""
	case "b":
		return map[string]string{"0": "false", "1": "true"}[text]
	case "", "n":
		if n, err := strconv.ParseFloat(text, 64); err == nil && c.style >= 0 && c.style < len(b.dates) && b.dates[c.style] && n >= 0 && n < 3e6 {
			return b.date(n)
		}
		return plainNumber(text)
	}
	if !strings.Contains(text, "_x") {
		return text
	}
	return escapedUnit.ReplaceAllStringFunc(text, func(e string) string {
		n, _ := strconv.ParseUint(e[2:6], 16, 16)
		if n == '\r' {
			return ""
		}
		return string(rune(n))
	})
}

// plainNumber returns a number without an exponent, or what is none as it is.
func plainNumber(s string) string {
	if n, err := strconv.ParseFloat(s, 64); err == nil && strings.ContainsAny(s, ".eE") && math.Abs(n) < 1e21 {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return s
}

// date returns the date of a number of days.
func (b *xlsxBook) date(days float64) string {
	whole, part := math.Modf(days)
	t := b.day0.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	switch {
	case whole == 0:
		return t.Format(time.TimeOnly)
	case part == 0:
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02T15:04:05")
}

func (o *officeReader) ods(z *zip.Reader, each eachSheet, _ func(string)) error {
	dec, err := o.open(z, "content.xml")
	if err != nil {
		return err
	}
	defer dec.Close()
	for {
		dec.limit.allow(dec.InputOffset())
		tok, err := dec.RawToken()
		if err != nil {
			return ignoreEnd(dec.limit.why(err))
		}
		if t, ok := tok.(xml.StartElement); ok && qualified(t.Name) == "table:table" {
			if err := each(attrValue(t, "name"), func(w *sheetWriter) error { return o.odsTable(dec, w) }); err != nil {
				return err
			}
		}
	}
}

// odsTable reads a sheet to its end.
func (o *officeReader) odsTable(dec officePart, w *sheetWriter) error {
	var text []byte
	column, times, rows := 0, 1, 1
	kept, inText, aside := "", 0, 0 // value of a cell that is no text; elements around
	for {
		dec.limit.allow(dec.InputOffset())
		tok, err := dec.RawToken()
		if err != nil {
			return dec.limit.why(err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch name := qualified(t.Name); name {
			case "office:annotation", "draw:frame", "table:table", "text:ruby-text":
				aside++
			case "table:table-row":
				rows, column = repeated(t, "number-rows-repeated"), 0
			case "table:table-cell", "table:covered-table-cell":
				times, text, kept = repeated(t, "number-columns-repeated"), text[:0], firstOf(attrValue(t, "date-value"), attrValue(t, "boolean-value"), plainNumber(attrValue(t, "value")))
			case "text:p":
				if inText++; len(text) > 0 && aside == 0 {
					text = append(text, '\n')
				}
			case "text:line-break":
				text = append(text, '\n')
			case "text:tab", "text:s":
				text = append(text, strings.Repeat(" ", min(1000, repeated(t, "c")))...)
			}
		case xml.EndElement:
			switch qualified(t.Name) {
			case "office:annotation", "draw:frame", "text:ruby-text":
				aside--
			case "text:p":
				inText--
			case "table:table-cell", "table:covered-table-cell":
				value := firstOf(kept, string(text))
				for i := 0; i < times && value != "" && column+i < maxSheetColumns && err == nil; i++ {
					err = w.put(column+i, value)
				}
				column = min(column+times, maxSheetColumns)
			case "table:table-row":
				err = w.end(rows)
			case "table:table":
				if aside--; aside < 0 {
					return nil
				}
			}
		case xml.CharData:
			if inText > 0 && aside == 0 {
				text = append(text, t...)
			}
			if len(text) > o.limit {
				err = tooLong(o.limit)
			}
		}
		if err != nil {
			return err
		}
	}
}

// repeated reads how often something stands.
func repeated(t xml.StartElement, attribute string) int {
	n, err := strconv.Atoi(attrValue(t, attribute))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// noSheet is for a file that is no zip archive: see run.zip.
func (r *run) noSheet(*source, *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) { yield(row{}, refused("no XLSX or ODS", "")) }
}
