package ingest

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quotes of a table that do not close. Such a cell takes what comes after it for its own, up to
// the next quote, so the records that are swallowed must be found: a line that reads as a record
// of the table. It has as many cells as the header, and they are like those of the sample: a
// column of figures holds a figure, a column of single words no sentence. What quotes say by the
// rules stands, whatever the lines in a cell look like; that is noted where two quotes may be missing.

// flaws are what is wrong with a record of a table.
type flaws struct {
	unclosed bool // a quote is not closed: the cell was ended where it seems to end
	rows     bool // a cell holds lines that read as records, and may be some: see mayBeRows
}

// shape is what all cells of a column of the sample have in common. The zero value is nothing.
type shape struct {
	figures bool   // isNumber
	longest int    // runes of the longest cell, if none has a blank and all are short; else 0
	digits  bool   // each of these cells has a digit, as ids have
	labels  string // the cells, each after and before a NUL, if they are few and come again
}

// findShapes returns the shapes of columns.
func findShapes(records [][]string, columns int) []shape {
	const fewest, longestWord, mostLabels = 2, 40, 50
	shapes := make([]shape, columns)
	for c := range shapes {
		cells, figures, words, longest, digits := 0, 0, 0, 0, 0
		labels, distinct := "\x00", 0
		for _, r := range records {
			if len(r) != columns || r[c] == "" {
				continue
			}
			cells++
			if isNumber(r[c]) {
				figures++
			}
			if n := utf8.RuneCountInString(r[c]); n <= longestWord && !strings.ContainsFunc(r[c], unicode.IsSpace) {
				words++
				longest = max(longest, n)
				if strings.ContainsAny(r[c], "0123456789") {
					digits++
				}
				if distinct <= mostLabels && !strings.Contains(labels, "\x00"+r[c]+"\x00") {
					labels += r[c] + "\x00"
					distinct++
				}
			}
		}
		most := cells - (cells+5)/10 // a line of a cell may be among them
		switch {
		case cells < fewest:
		case figures >= most:
			shapes[c].figures = true
		case words >= most:
			shapes[c].longest, shapes[c].digits = longest, digits == words
			if distinct <= mostLabels && 2*distinct <= words {
				shapes[c].labels = labels
			}
		}
	}
	return shapes
}

// fits returns how much a cell says for a column of this shape, or -1 if it is of another.
func (s shape) fits(cell string) int {
	switch {
	case cell == "" || s == shape{}:
		return 0
	case s.figures && isNumber(cell):
		return 2
	case !s.figures && utf8.RuneCountInString(cell) <= 2*s.longest+4 && !strings.ContainsFunc(cell, unicode.IsSpace) && (!s.digits || strings.ContainsAny(cell, "0123456789")):
		return 1
	}
	return -1
}

// rowCertain is the evidence by which a line is a record whatever stands before it.
const rowCertain = 2

// asRow returns the evidence that a line is a record, or begins one whose last cell goes on in the
// next line; -1 if it is none.
func (t *table) asRow(line []byte) int {
	line = trimLineEnd(line)
	cells, _, state := t.dialect.split(line, 0, false)
	evidence := 0
	switch {
	case state == splitOpen && len(cells) < t.columns:
		evidence++
	case state == splitWhole && bytes.IndexByte(line, t.dialect.quote) >= 0:
		evidence += rowCertain
	case state == splitBroken:
		cells = t.dialect.broken(line, t.columns)
	}
	if state != splitOpen && len(cells) != t.columns {
		return -1
	}
	for i, c := range cells {
		fit := 0
		if i < len(t.shapes) {
			fit = t.shapes[i].fits(c)
		}
		if fit < 0 {
			return -1
		}
		evidence += fit
	}
	return evidence
}

// rowIn returns where in b, after its first line, a line begins that is a record for certain, and
// before it the first that may be one; -1 if there is none.
func (t *table) rowIn(b []byte) int {
	if t.columns < 2 {
		return -1
	}
	first := -1
	for at := bytes.IndexByte(b, '\n') + 1; at > 0 && at < len(b); {
		end := bytes.IndexByte(b[at:], '\n') + 1
		if end == 0 {
			end = len(b) - at
		}
		evidence := t.asRow(b[at : at+end])
		if first < 0 && evidence >= 0 {
			first = at
		}
		if evidence >= rowCertain {
			return first
		}
		at += end
	}
	return -1
}

// mayBeRows reports whether a record of many lines that is right by its quotes may be several, in
// the first of which a quote is missing at the end of a cell, and in the last one at the beginning.
// Then both lines are records: what stands before the first cell without a shape, and after the
// last one, is as in the sample, and there is such a cell that has a figure or a known label.
func (t *table) mayBeRows(b []byte) bool {
	b = trimLineEnd(b)
	quote := string(t.dialect.quote)
	for _, line := range [][]byte{trimLineEnd(b[:bytes.IndexByte(b, '\n')+1]), b[bytes.LastIndexByte(b, '\n')+1:]} {
		cells := t.dialect.plain(line)
		if len(cells) < t.columns || len(t.shapes) != t.columns {
			return false
		}
		free := func(s shape) bool { return s == shape{} }
		before := slices.IndexFunc(t.shapes, free)
		after := len(t.shapes)
		if before < 0 {
			before = after
		}
		for after > before && !free(t.shapes[after-1]) {
			after--
		}
		evidence := 0
		for i, s := range t.shapes {
			c := i
			if i >= after {
				c += len(cells) - t.columns
			} else if i >= before {
				continue
			}
			cell := strings.Trim(cells[c], quote)
			switch {
			case s.fits(cell) < 0 || s.labels != "" && !strings.Contains(s.labels, "\x00"+cell+"\x00"):
				return false
			case s.figures || s.digits || s.labels != "":
				evidence++
			}
		}
		if evidence == 0 {
			return false
		}
	}
	return true
}

// quoted reads a record with quotes, and as many lines as it needs: with quotes as they should be,
// and if that fails with quotes that close a field only before a delimiter or line end. If neither
// makes a record, or the cell has swallowed others, a quote is not closed.
func (t *table) quoted(line int) (cells []string, length int) {
	cells, length, ok := t.record(false)
	within := -1
	if length > line {
		within = t.rowIn(t.buf[:length])
	}
	switch right := t.columns == 0 || len(cells) == t.columns; {
	case ok && (right || length == line):
		t.flaws.rows = within > 0 && t.mayBeRows(t.buf[:length])
		return cells, length
	case ok && within < 0 && len(t.dialect.broken(trimLineEnd(t.buf[:line]), t.columns)) != t.columns:
		return cells, length // neither is right: what the quotes say
	}
	t.reread += int64(length)
	open := !ok && t.failure != nil && length == len(t.buf)
	if within < 0 {
		if cells, length, ok = t.record(true); length > line {
			within = t.rowIn(t.buf[:length])
		}
		if ok && within < 0 && (t.columns == 0 || len(cells) == t.columns) {
			return cells, length
		}
		t.reread += int64(length)
	}
	single := t.dialect.broken(trimLineEnd(t.buf[:line]), t.columns)
	switch {
	case within < 0 && open && len(single) < t.columns:
		length = len(t.buf) // the file was cut off in a cell of many lines
	case within > 0 && len(single) != t.columns:
		length = within
	default:
		length = line
	}
	b := trimLineEnd(t.buf[:length])
	// A quote that only should be doubled closes before a delimiter.
	loose, _, state := t.dialect.split(b, 0, true)
	t.flaws.unclosed = state == splitOpen || len(loose) != t.columns && len(single) == t.columns
	if t.flaws.unclosed || length > line || len(single) != t.columns && t.columns > 0 {
		if cells = t.closed(b); t.flaws.unclosed || length > line || len(cells) == t.columns {
			t.flaws.unclosed = true
			return cells, length
		}
	}
	return single, length
}

// closed returns the cells of a record with a cell whose quote does not close: it ends where as
// many cells follow as the header wants, by the best evidence of those, and the last such place.
func (t *table) closed(b []byte) []string {
	const tries = 32 // delimiters, from the end
	d := t.dialect
	before, at := d.before(b)
	rest := bytes.TrimPrefix(b[at:], []byte{d.quote})
	wanted := t.columns - len(before) - 1
	best, evidence := append(before[:len(before):len(before)], string(rest)), -1
	for end, n := len(rest), 0; wanted > 0 && n < wanted+tries; n++ {
		if end = bytes.LastIndexByte(rest[:end], d.comma); end < 0 {
			break
		}
		after, _, state := d.split(rest[end+1:], 0, false)
		if state != splitWhole || len(after) != wanted {
			continue
		}
		sum := bytes.Count(rest[end+1:], []byte{d.quote}) / 2
		for i, c := range after {
			if k := len(before) + 1 + i; k < len(t.shapes) {
				sum += max(-1, t.shapes[k].fits(c))
			}
		}
		if sum > evidence {
			evidence = sum
			best = append(append(before[:len(before):len(before)], string(bytes.TrimSuffix(rest[:end], []byte{d.quote}))), after...)
		}
	}
	return best
}

// before returns the cells before the first whose quote does not close rightly, and where that begins.
func (d dialect) before(b []byte) (cells []string, at int) {
	for at < len(b) {
		rest := b[at:]
		end := bytes.IndexByte(rest, d.comma)
		cell := ""
		switch {
		case rest[0] == d.quote:
			var closed bool
			if cell, end, closed = d.cell(rest, false); !closed || end == len(rest) || rest[end] != d.comma {
				return cells, at
			}
		case end < 0:
			return cells, at
		default:
			cell = string(rest[:end])
		}
		cells, at = append(cells, cell), at+end+1
	}
	return cells, at
}
