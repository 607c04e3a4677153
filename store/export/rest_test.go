package export

import (
	"bufio"
	"strings"
	"testing"

	"repost/shingle"
)

// TestRest: what is written is the file without the records in braces; a line of which nothing is
// left goes too, and no other.
func TestRest(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"a\n  {b}\nc\n", "a\nc\n"},
		{"a\n  {b}  \r\nc\n", "a\nc\n"},
		{"a {b}\nc", "a \nc"},
		{"{b}{c}\nd", "d"},
		{"\t{b} {c}\nd", "d"},
		{"{b} c {d}\n", " c \n"},
		{"  {b}", "  "},
		{" {b}\n {c}\n d", " d"},
		{strings.Repeat(" ", 100_000) + "{b}\nx", "x"},
		{strings.Repeat("é", 50_000) + "\n {" + strings.Repeat("b", 70_000) + "}\n", strings.Repeat("é", 50_000) + "\n"},
	} {
		file, without := marked(c.file, '{', '}')
		var out strings.Builder
		if err := rest(&out, bufio.NewReaderSize(strings.NewReader(file), 1<<16), false, without); err != nil || out.String() != c.want {
			t.Errorf("%.40q: %.40q, %v", c.file, out.String(), err)
		}
	}
}

// marked returns a file without the marks around its records, and where the records stand.
func marked(s string, opens, closes rune) (file string, records []shingle.Span) {
	var b strings.Builder
	for _, r := range s {
		switch r {
		case opens:
			records = append(records, shingle.Span{Lo: b.Len()})
		case closes:
			records[len(records)-1].Hi = b.Len()
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), records
}
