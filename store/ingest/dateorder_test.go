package ingest

import (
	"fmt"
	"strings"
	"testing"
)

// TestDateOrder: the order of day and month is that of a date of the same file with a
// number above 12, wherever it stands; where there is none, or one of each, nothing is
// guessed, and it is said.
func TestDateOrder(t *testing.T) {
	lines := func(dates ...string) string {
		var b strings.Builder
		for i, d := range dates {
			fmt.Fprintf(&b, `{"id":"%d","text":"text %d","date":%q}`+"\n", i, i, d)
		}
		return b.String()
	}
	many := strings.Fields(strings.Repeat("03/04/2024 ", 2*heldRecords))
	for name, tc := range map[string]struct {
		files         map[string]string
		want          string // the dates, the first eight
		open, ordered int
	}{
		"after them":              {map[string]string{"a.jsonl": lines("03/04/2024", "2024-01-01", "05/04/2024", "13/04/2024", "06/04/2024")}, "2024-04-03 2024-01-01 2024-04-05 2024-04-13 2024-04-06", 0, 3},
		"before them":             {map[string]string{"a.jsonl": lines("04/13/2024", "03/04/2024 10:00")}, "2024-04-13 2024-03-04T10:00", 0, 1},
		"years of two digits":     {map[string]string{"a.jsonl": lines("03/04/24", "04/13/99")}, "2024-03-04 1999-04-13", 0, 1},
		"none":                    {map[string]string{"a.jsonl": lines("03/04/2024", "05/04/2024")}, "03/04/2024 05/04/2024", 2, 0},
		"both":                    {map[string]string{"a.jsonl": lines("13/04/2024", "04/13/2024", "03/04/2024")}, "2024-04-13 2024-04-13 03/04/2024", 1, 0},
		"in another file":         {map[string]string{"a.jsonl": lines("03/04/2024"), "b.jsonl": lines("13/04/2024")}, "03/04/2024 2024-04-13", 1, 0},
		"after more than we keep": {map[string]string{"a.jsonl": lines(append(many, "13/04/2024", "03/04/2024")...)}, "03/04/2024 03/04/2024 03/04/2024 03/04/2024 03/04/2024 03/04/2024 03/04/2024 03/04/2024", 2 * heldRecords, 1},
	} {
		notes := &Notes{}
		recs, errs := read([]string{write(t, tc.files)}, "", Options{Notes: notes})
		var got []string
		for i, r := range recs {
			if i < 8 {
				got = append(got, r.Doc.Date)
			}
			if tc.open < 2*heldRecords && r.Doc.Text != "text "+r.Doc.ID {
				t.Errorf("%s: %s has %q", name, r.Doc.ID, r.Doc.Text)
			}
		}
		if s := strings.Join(got, " "); s != tc.want || len(errs) > 0 || notes.OpenDates.Count != tc.open || notes.OrderedDates.Count != tc.ordered {
			t.Errorf("%s: %s, want %s; %d open, %d ordered; %v", name, s, tc.want, notes.OpenDates.Count, notes.OrderedDates.Count, errs)
		}
	}
}
