package ingest

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// Data sets of short texts come as files named .txt with a record a line: a label, a tab
// and a text, or cells between signs that no text has ("_!_"). Unlike prose, each
// line has the same number of separators, and something before the first one.

var lineSeparators = []string{"\t", "_!_", "\x01", "\x1f", "¦", "‖", "^|^", "~|~", "|~|", "#|#", "^^", "~~", "|||", "<sep>", "[SEP]", "@@@@"}

const (
	fewestLines   = 3  // that make a table
	shortestTexts = 20 // bytes in the text of a record, in the middle
)

// lineSeparator returns what parts the cells of all lines, or "".
func lineSeparator(start []byte) string {
	for _, sep := range lineSeparators {
		if cells := linesOf(start, sep); len(cells) >= fewestLines {
			return sep
		}
	}
	return ""
}

// linesOf returns the cells of the lines of a file, or nil if it is no such table.
func linesOf(start []byte, sep string) (cells [][]string) {
	for line := range bytes.Lines(start) {
		if line[len(line)-1] != '\n' && len(cells) > 0 && len(start) >= sniffLength || len(cells) == 1000 {
			break // cut off
		}
		line = trimLineEnd(line)
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		row := strings.Split(string(line), sep)
		if len(row) < 2 || len(cells) > 0 && len(row) != len(cells[0]) || strings.TrimSpace(row[0]) == "" || utf8.RuneCountInString(row[0]) > 100 && len(row) == 2 {
			return nil
		}
		cells = append(cells, row)
	}
	return cells
}

// looksLikeLines reports whether a file of text is such a table, and has a column of texts.
func looksLikeLines(start []byte) bool {
	sep := lineSeparator(start)
	if sep == "" {
		return false
	}
	cells := linesOf(start, sep)
	text := slices.Index(guessColumns(cells), "text")
	if text < 0 {
		return false
	}
	var lengths []int
	for _, row := range cells {
		lengths = append(lengths, len(row[text]))
	}
	slices.Sort(lengths)
	return lengths[len(lengths)/2] >= shortestTexts
}

// linesForm is the form of a table whose cells a longer separator parts.
func linesForm(sample []byte, sep string) tableForm {
	cells := linesOf(sample, sep)
	f := tableForm{dialect: dialect{comma: '\t', sep: sep}, rows: len(cells), share: 1}
	if cells == nil { // a delimiter that the caller names
		for line := range bytes.Lines(sample) {
			if line = trimLineEnd(line); len(bytes.TrimSpace(line)) > 0 {
				cells = append(cells, strings.Split(string(line), sep))
			}
		}
		f.rows = len(cells)
	}
	if len(cells) > 0 {
		f.nameColumns(cells)
	}
	return f
}
