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
		var file strings.Builder
		var without []shingle.Span
		for _, r := range c.file {
			switch r {
			case '{':
				without = append(without, shingle.Span{Lo: file.Len()})
			case '}':
				without[len(without)-1].Hi = file.Len()
			default:
				file.WriteRune(r)
			}
		}
		var out strings.Builder
		if err := rest(&out, bufio.NewReaderSize(strings.NewReader(file.String()), 1<<16), without); err != nil || out.String() != c.want {
			t.Errorf("%.40q: %.40q, %v", c.file, out.String(), err)
		}
	}
}
