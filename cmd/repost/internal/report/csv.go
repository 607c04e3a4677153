package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// CSV writes the changes of a difference that detail asks for, one a line: bytes of
// the two texts, as in JSON.
func CSV(w io.Writer, d *Difference, detail Detail) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"grade", "class", "a_lo", "a_hi", "b_lo", "b_hi", "a_text", "b_text", "reasons", "hint"}}
	for _, c := range d.Changes {
		if !detail.shows(c) {
			continue
		}
		rows = append(rows, []string{
			string(c.Grade), string(c.Class),
			strconv.Itoa(c.A.Lo), strconv.Itoa(c.A.Hi), strconv.Itoa(c.B.Lo), strconv.Itoa(c.B.Hi),
			c.AText, c.BText, strings.Join(c.Reasons, "; "), c.Hint,
		})
	}
	return out.WriteAll(rows)
}
