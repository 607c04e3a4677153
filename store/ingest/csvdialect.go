package ingest

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tableForm is what the first bytes of a table say of it.
type tableForm struct {
	dialect
	names   []string // of the columns
	remarks int      // lines before the header: that begin with "#", or name the table
	skip    int      // records before the first one with data: the header, and "sep=;"
	rows    int      // records seen, the header included
	share   float64  // of them with as many cells as the first
	known   int      // names that readers of documents know
	guessed bool     // there is no header: names say what the columns hold
	shapes  []shape  // of the columns
}

// findTableForm finds how a table is written: each dialect reads the sample, and the one
// wins under which most records have as many cells as the first. (The header settles
// most files, since names hold no delimiters: "text;price" over rows with decimal
// commas has one comma column and two semicolon columns.) More columns win among
// equals. want is a delimiter that the name of the file speaks for, or 0; set is one that
// the caller knows, or ""; whole says that the sample is all of the file.
//
// The idea is that of van den Burg, Nazábal, Sutton: Wrangling messy CSV files by
// detecting row and type patterns (2019), without the types.
func findTableForm(sample []byte, want byte, set string, whole bool) tableForm {
	sample = bytes.TrimPrefix(sample, []byte("\xef\xbb\xbf"))
	skip := 0
	if rest, ok := bytes.CutPrefix(sample, []byte("sep=")); ok && len(rest) > 1 && (rest[1] == '\n' || rest[1] == '\r') {
		want, skip = rest[0], 1
		if i := bytes.IndexByte(sample, '\n'); i >= 0 {
			sample = sample[i+1:]
		}
	}
	remarks, sample := cutRemarks(sample)
	if remarks == 0 {
		remarks, sample = cutPreamble(sample, set)
	}
	best := tableForm{share: -1}
	if sep := cmp.Or(set, lineSeparator(sample)); len(sep) > 1 || sep == "\x01" || sep == "\x1f" {
		f := linesForm(sample, sep)
		f.remarks = remarks
		return f
	}
	for _, comma := range []byte(cmp.Or(set, delimiters+rareDelimiters)) {
		dialects := []dialect{{comma: comma, quote: '"'}, {comma: comma, quote: '"', escape: '\\'}, {comma: comma, quote: '"', escape: '\\', bare: true}, {comma: comma}, {comma: comma, escape: '\\'}}
		single := []dialect{{comma: comma, quote: '\''}, {comma: comma, quote: '\'', escape: '\\'}}
		switch some, most := apostrophes(sample, comma); {
		case most:
			dialects = single
		case some:
			dialects = append(dialects, single...)
		case spacedQuotes(sample, comma):
			dialects = []dialect{{comma: comma, quote: '"', spaced: true}}
		}
		for _, d := range dialects {
			if skip > 0 && comma != want || d.quote == 0 && comma != '\t' && !(d.escaped() && bytes.IndexByte(sample, '"') < 0) || d.escape != 0 && bytes.IndexByte(sample, '\\') < 0 {
				continue
			}
			records, share := d.sample(sample, whole)
			if len(records) == 0 {
				continue
			}
			f := tableForm{dialect: d, rows: len(records), share: share}
			if !f.better(best, len(records[0]), len(best.names), want) {
				continue
			}
			f.nameColumns(records)
			f.shapes = findShapes(records[f.skip:], len(f.names))
			if set == "" && strings.IndexByte(rareDelimiters, comma) >= 0 && (f.known == 0 || f.share < 0.9) {
				continue // it is a sign of the text
			}
			best = f
		}
	}
	best.skip += skip
	best.remarks = remarks
	return best
}

// What parts the cells of a table. The rare ones count only where they part a header with
// a name that is known.
const (
	delimiters     = ",\t;|"
	rareDelimiters = "~^"
)

// cutPreamble returns how many lines stand before the header of a table, and the rest: a
// title, the day of the export, blanks. The header is the first line with two names that
// are known; it must come within a few lines, none of those before it may have such a name
// as a cell, and the line after it has as many delimiters.
func cutPreamble(sample []byte, set string) (lines int, rest []byte) {
	const most = 10
	rest = sample
	for ; lines <= most; lines++ {
		line, after, ok := bytes.Cut(rest, []byte("\n"))
		if !ok {
			break
		}
		next, _, _ := bytes.Cut(after, []byte("\n"))
		for _, d := range []byte(cmp.Or(set, delimiters+rareDelimiters)) {
			known := 0
			for _, cell := range bytes.Split(trimLineEnd(line), []byte{d}) {
				if meaningOf(string(cell)).ok {
					known++
				}
			}
			switch n := bytes.Count(line, []byte{d}); {
			case known > 0 && (known < 2 || n == 0 || lines == 0), bytes.IndexByte(line, '"') >= 0 && lines == 0:
				return 0, sample // a header, or cells that may hold lines
			case known > 1 && bytes.Count(next, []byte{d}) >= n:
				return lines, rest
			}
		}
		rest = after
	}
	return 0, sample
}

// spacedQuotes reports whether a space stands between the delimiters of a sample and the
// quotes of cells: 1, "a", "b".
func spacedQuotes(sample []byte, comma byte) bool {
	spaced := bytes.Count(sample, []byte{comma, ' ', '"'})
	return spaced > 1 && bytes.Count(sample, []byte{comma, '"'}) == 0 && 2*spaced >= bytes.Count(sample, []byte("\n"))
}

// cutRemarks returns how many lines at the start of a sample begin with "#" and are
// remarks, and what comes after them. A header must follow, with a name that is known: a
// post may begin with "#" too. The last of the lines is the header if it has such a name
// and as many delimiters as the line after it.
func cutRemarks(sample []byte) (remarks int, rest []byte) {
	rest = sample
	last := rest
	for len(rest) > 0 && rest[0] == '#' {
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			return 0, sample
		}
		last, rest = rest, rest[end+1:]
		remarks++
	}
	if remarks == 0 {
		return 0, sample
	}
	header, _, _ := bytes.Cut(last, []byte("\n"))
	first, _, _ := bytes.Cut(rest, []byte("\n"))
	for _, d := range []byte(delimiters) {
		if n := bytes.Count(header, []byte{d}); n > 0 && n == bytes.Count(first, []byte{d}) && namesKnown(header, d) {
			return remarks - 1, last
		}
		if namesKnown(first, d) {
			return remarks, rest
		}
	}
	return 0, sample
}

// namesKnown reports whether a cell of a line is the name of a field of documents.
func namesKnown(line []byte, comma byte) bool {
	for _, cell := range strings.Split(strings.TrimPrefix(string(line), "#"), string(comma)) {
		if meaningOf(cell).ok {
			return true
		}
	}
	return false
}

// apostrophes reports whether some cells of a sample seem to stand between single quotes, and
// whether most of those that hold words do, as SQL writes them: far more of them begin so after
// a delimiter than do not, and as many end so. An apostrophe within a word is neither.
func apostrophes(sample []byte, comma byte) (some, most bool) {
	begin, end, lines := 0, 0, bytes.Count(sample, []byte("\n"))
	for i, c := range sample {
		if c != '\'' {
			continue
		}
		if i == 0 || sample[i-1] == comma || sample[i-1] == '\n' {
			begin++
		}
		if i+1 == len(sample) || sample[i+1] == comma || sample[i+1] == '\n' || sample[i+1] == '\r' {
			end++
		}
	}
	some = begin > 1 && end > 1
	return some, some && begin >= (lines-1)*3/4 && end >= begin*3/4 && begin >= end*3/4 && bytes.IndexByte(sample, '"') < 0
}

// better reports whether f explains the sample better than g. Doubled quotes come
// first, and are kept unless another dialect explains one record in fifty more.
func (f tableForm) better(g tableForm, columns, other int, want byte) bool {
	const clear = 0.02
	fit, old := f.share, g.share
	if columns == 1 { // one column always agrees with itself
		fit *= 0.3
	}
	if other == 1 {
		old *= 0.3
	}
	if f.comma == want && g.comma != want {
		fit += 0.2
	} else if f.comma != want && g.comma == want {
		old += 0.2
	}
	return fit > old+clear || f.comma != g.comma && fit > old-clear && columns > other
}

// sample reads the records of the start of a file, and returns the share of them with as many
// cells as the first. The last one is left out unless it is whole, since it may be cut. So a
// quote that is open at the end may be one that does not close, and then lines are records, or
// that of a cell that the sample cuts, of many lines: what explains more of the records counts.
func (d dialect) sample(b []byte, whole bool) (records [][]string, share float64) {
	cut := 0 // records before the first quote that is open at the end
	for len(b) > 0 && len(records) < 1000 {
		var cells []string
		length, state := 0, splitBroken
		if d.quote != 0 || d.escape != 0 {
			cells, length, state = d.split(b, 0, false)
		}
		if state == splitOpen && !whole && cut == 0 {
			cut = len(records)
		}
		if state != splitWhole {
			end := bytes.IndexByte(b, '\n')
			if end < 0 {
				end = len(b) - 1
			}
			length = end + 1
			cells = nil // quotes are wrong: it agrees with nothing
			if line := trimLineEnd(b[:length]); d.quote == 0 {
				cells = d.plain(line)
			} else if len(records) == 0 {
				cells = d.broken(line, 0)
			}
		}
		if b = b[length:]; len(b) == 0 && !whole && len(records) > 0 {
			break
		}
		if len(cells) != 1 || strings.TrimSpace(cells[0]) != "" {
			records = append(records, cells)
		}
	}
	if cut > 0 {
		// The record that is cut agrees with nothing, as far as can be seen, unless cells of
		// many lines were closed before it.
		before := agreeing(records[:cut])
		if !slices.ContainsFunc(records[:cut], func(r []string) bool { return strings.Contains(strings.Join(r, ""), "\n") }) {
			before *= float64(cut) / float64(cut+1)
		}
		if before > agreeing(records) {
			return records[:cut], before
		}
	}
	return records, agreeing(records)
}

// agreeing returns the share of the records with as many cells as the first.
func agreeing(records [][]string) float64 {
	if len(records) == 0 {
		return 0
	}
	same := 0
	for _, r := range records {
		if len(r) == len(records[0]) {
			same++
		}
	}
	return float64(same) / float64(len(records))
}

// nameColumns takes the first record for the header if it is one, and else gives the
// columns names by what they hold.
func (f *tableForm) nameColumns(records [][]string) {
	first := records[0]
	for _, c := range first {
		if meaningOf(c).ok {
			f.known++
		}
	}
	if f.known == 0 && !looksLikeHeader(records) {
		f.names, f.guessed = guessColumns(records), true
		return
	}
	f.skip = 1
	seen := map[string]int{}
	for i, c := range first {
		c = strings.TrimSpace(c)
		if c == "" {
			c = columnName(i)
		}
		if seen[c]++; seen[c] > 1 {
			c += "_" + strconv.Itoa(seen[c])
		}
		f.names = append(f.names, c)
	}
}

// looksLikeHeader reports whether the first of some records names the columns: its
// cells are short, differ, and hold no figures, and there is a column of which all
// other cells hold some, or are far longer. Or it counts columns, as pandas does that are
// given no names: 0, 1, 2 over cells with words, after the index if that is written too.
func looksLikeHeader(records [][]string) bool {
	if len(records) < 2 {
		return false
	}
	counted := records[0]
	if counted[0] == "" {
		counted = counted[1:]
	}
	for i, c := range counted {
		if c != strconv.Itoa(i) {
			break
		}
		if i == len(counted)-1 && anyWordy(records) {
			return true
		}
	}
	seen := map[string]bool{}
	for _, c := range records[0] {
		c = strings.TrimSpace(c)
		if utf8.RuneCountInString(c) > 40 || seen[c] && c != "" || strings.ContainsAny(c, "\n。，！？") || isNumber(c) || isURL(c) {
			return false
		}
		seen[c] = true
	}
	for i, c := range records[0] {
		others, unlike := 0, 0
		for _, r := range records[1:] {
			if i >= len(r) {
				continue
			}
			others++
			if isNumber(r[i]) || isURL(r[i]) || len(r[i]) > 4*len(c)+60 {
				unlike++
			}
		}
		if others > 0 && unlike == others {
			return true
		}
	}
	return false
}

// isNumber reports whether a cell is a figure, a date or a time.
func isNumber(s string) bool {
	digits := false
	for _, r := range strings.TrimSpace(s) {
		switch {
		case '0' <= r && r <= '9':
			digits = true
		case !strings.ContainsRune("+-./: TZ年月日时分秒,%e", r):
			return false
		}
	}
	return digits
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// guessColumns names the columns of a table without a header: the one with the
// longest cells is the text, one of addresses the URL, one of dates the date, and of
// the others the one with the longest cells the title.
func guessColumns(records [][]string) []string {
	width := 0
	for _, r := range records {
		width = max(width, len(r))
	}
	names := make([]string, width)
	length, urls, dates := make([]int, width), make([]int, width), make([]int, width)
	for _, r := range records {
		for i, c := range r {
			length[i] += len(c)
			if isURL(c) {
				urls[i]++
			}
			if isNumber(c) && len(c) >= 8 && strings.ContainsAny(c, "-/年.") {
				dates[i]++
			}
		}
	}
	text, title := -1, -1
	for i := range names {
		names[i] = columnName(i)
		switch {
		case urls[i] == len(records):
			names[i] = "url"
		case dates[i] == len(records):
			names[i] = "date"
		case text < 0 || length[i] > length[text]:
			text, title = i, text
		case title < 0 || length[i] > length[title]:
			title = i
		}
	}
	if text >= 0 && wordy(records, text) {
		names[text] = "text"
	}
	if title >= 0 && length[title] > 12*len(records) {
		names[title] = "title"
	}
	return unique(names)
}

// wordy reports whether half of the cells of a column or more have a letter.
func wordy(records [][]string, column int) bool {
	n := 0
	for _, r := range records {
		if column < len(r) && strings.ContainsFunc(r[column], unicode.IsLetter) {
			n++
		}
	}
	return 2*n >= len(records)
}

// anyWordy reports whether a column has words.
func anyWordy(records [][]string) bool {
	for i := range records[0] {
		if wordy(records, i) {
			return true
		}
	}
	return false
}

// unique numbers names that come again.
func unique(names []string) []string {
	seen := map[string]int{}
	for i, n := range names {
		if seen[n]++; seen[n] > 1 {
			names[i] = n + "_" + strconv.Itoa(seen[n])
		}
	}
	return names
}
