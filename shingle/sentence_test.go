package shingle

import (
	"os"
	"strings"
	"testing"
)

// TestSentences marks where the sentences of texts in many languages end.
func TestSentences(t *testing.T) {
	cases, err := os.ReadFile("testdata/sentences.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(cases)) {
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "¶", "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, "| ")
		text := strings.Join(parts, "")
		units := Rules{}.Cut(nil, text)
		var got strings.Builder
		last := 0
		for i := 1; i < len(units); i++ {
			if BreakBetween(text, units, i) >= LineEnd {
				got.WriteString(text[last:units[i].Lo] + "| ")
				last = int(units[i].Lo)
			}
		}
		got.WriteString(text[last:])
		// Opening quotation marks stand before the bar here, and after it in the cases.
		if plain := strings.ReplaceAll(got.String(), "“| ", "| “"); plain != line {
			t.Errorf("got  %s\nwant %s", plain, line)
		}
	}
}
