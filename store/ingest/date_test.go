package ingest

import (
	"testing"

	"repost/dedup"
)

// TestDatesOfTexts: the first lines of a text are read as a field would be, and what of them
// looks like a date and is not understood is counted.
func TestDatesOfTexts(t *testing.T) {
	const prose = "\n市政府昨天召开会议，研究了城东老水厂的改造方案，工程将于五月动工。\n"
	notes := &Notes{}
	got, _ := read([]string{write(t, map[string]string{
		"a.txt": "老水厂动工\n民国114年3月4日" + prose,
		"b.txt": "老水厂动工\nTue, 04 Mar 2025 09:27:00 GMT" + prose,
		"c.txt": "老水厂动工\n03/04/2025" + prose,
		"d.txt": "老水厂动工\n31.02.2025" + prose,
	})}, "", Options{Notes: notes})
	for i, want := range []string{"2025-03-04", "2025-03-04T09:27:00Z", "", ""} {
		if d := got[i].Doc; d.Date != want || want != "" && d.DateFrom != dedup.DateFromText {
			t.Errorf("%s: %q from %q, want %q", d.ID, d.Date, d.DateFrom, want)
		}
	}
	if notes.BadDates.Count != 2 || notes.BadDates.Example != "03/04/2025" || notes.OpenDates.Count != 1 || notes.NoDate != 0 || notes.DatesFrom[dedup.DateFromText] != 2 {
		t.Errorf("%+v", notes)
	}
}

// TestDatesOfTextsInOneFile: the order of day and month that one text says is that of all.
func TestDatesOfTextsInOneFile(t *testing.T) {
	got, _ := read([]string{write(t, map[string]string{
		"a.jsonl": `{"text":"Rathaus\n03/04/2025\nDer Rat baut."}` + "\n" + `{"text":"Rathaus\n14/04/2025\nDer Rat baut."}`,
	})}, "", Options{Notes: &Notes{}})
	if got[0].Doc.Date != "2025-04-03" || got[0].Doc.DateFrom != dedup.DateFromText || got[1].Doc.Date != "2025-04-14" {
		t.Errorf("%+v", got)
	}
}
