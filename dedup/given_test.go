package dedup_test

import (
	"testing"

	"repost/dedup"
	"repost/testdata"
)

// TestGuessedDatesAccuseNone: with dates that were found in texts or names, the stories
// are those of documents without dates.
func TestGuessedDatesAccuseNone(t *testing.T) {
	cases, err := testdata.Cases()
	if err != nil {
		t.Fatal(err)
	}
	matters := 0
	for _, c := range cases {
		var given, guessed, undated []dedup.Document
		for _, d := range c.Docs {
			x := dedup.Document(d)
			given = append(given, x)
			x.DateFrom = dedup.DateFromText
			guessed = append(guessed, x)
			x.Date, x.DateFrom = "", ""
			undated = append(undated, x)
		}
		want := show(settled(t, undated...))
		if got := show(settled(t, guessed...)); got != want {
			t.Errorf("%s: with guessed dates\n%s\nwithout dates\n%s", c.Name, got, want)
		}
		if show(settled(t, given...)) != want {
			matters++
		}
	}
	if matters == 0 {
		t.Error("in no case a date speaks against a link: the test says nothing")
	}
}
