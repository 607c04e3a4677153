package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// TestCSVIsSafe: no cell of a text is a formula to a spreadsheet or moves a cursor, and
// what is read back has as many rows and columns as were written.
func TestCSVIsSafe(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+8613": "'+8613", "-5%": "'-5%", "@SUM(A1)": "'@SUM(A1)", "＝1": "'＝1", "\t=1": `\t=1`, "\r=1": `\r=1`,
		"国庆，\"节\"": "国庆，\"节\"", "a=b": "a=b", "a\u202eb": `a\u202eb`, "": "", "上行\n下行": `上行\n下行`, "\x1b[2J": `\x1b[2J`,
	} {
		if got := CSVCell(in); got != want {
			t.Errorf("CSVCell(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		table := NewCSV(&b, "text", "number", "share", "truth")
		texts := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+\-@\t\r"',;\n]{0,4}.*`)), 0, 5).Draw(t, "texts")
		for i, s := range texts {
			table.Row(s, -i, .5, true)
		}
		if err := table.End(); err != nil {
			t.Fatal(err)
		}
		plain, ok := strings.CutPrefix(b.String(), "\ufeff")
		if !ok {
			t.Fatal("no byte order mark")
		}
		rows, err := csv.NewReader(strings.NewReader(plain)).ReadAll()
		if err != nil || len(rows) != len(texts)+1 {
			t.Fatalf("%d rows, want %d: %v", len(rows), len(texts)+1, err)
		}
		for _, row := range rows[1:] {
			if strings.IndexAny(row[0], live) == 0 || strings.ContainsFunc(row[0], unicode.IsControl) {
				t.Fatalf("a cell is %q", row[0])
			}
		}
	})
}
