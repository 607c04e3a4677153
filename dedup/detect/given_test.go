package detect

import (
	"testing"

	"repost/dedup"
	"repost/dedup/cluster"
)

// TestGuessedDatesAccuseNone: links are judged without dates that were found elsewhere
// than in a field.
func TestGuessedDatesAccuseNone(t *testing.T) {
	m := NewMemory(&DefaultScheme)
	m.Add(dedup.Document{ID: "given", Date: "2020-01-02", Text: "a"}, dedup.Document{ID: "guessed", Date: "2020-01-02", DateFrom: dedup.DateFromText, Text: "b"})
	want := []int32{dedup.Day("2020-01-02"), cluster.NoDay}
	err := m.Infos(func(n uint32, i dedup.Info) error {
		if got := i.GivenDay(); got != want[n] {
			t.Errorf("%s: day %d, want %d", i.ID, got, want[n])
		}
		return nil
	})
	if err != nil || want[0] == cluster.NoDay {
		t.Fatal(err, want)
	}
}
