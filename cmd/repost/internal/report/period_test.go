package report_test

import (
	"testing"

	"repost/cmd/repost/internal/report"
)

// TestPeriod: the first and the last date are dates that a member has, in the order of their
// moments; a month and a year count where no date names a day.
func TestPeriod(t *testing.T) {
	for _, k := range []struct {
		dates       []string
		first, last string
		days        int
	}{
		{nil, "", "", 0},
		{[]string{"", "no date"}, "", "", 0},
		{[]string{"2024-03-05", "2024-03", "2024", "2024-03-05T10:00:00Z", "1899-12-31"}, "1899-12-31", "2024-03-05", 45355},
		{[]string{"2024", "2024-03-05/2024-03-07"}, "2024", "2024-03-05/2024-03-07", 64},
		{[]string{"2024-03-05T23:30:00-05:00", "2024-03-06T01:00:00+09:00"}, "2024-03-06T01:00:00+09:00", "2024-03-05T23:30:00-05:00", 0},
		{[]string{"2024-03-06", "2024-03-05"}, "2024-03-05", "2024-03-06", 1},
	} {
		first, last := report.Period(k.dates)
		if days := report.DaysBetween(first, last); first != k.first || last != k.last || days != k.days {
			t.Errorf("%q: %s to %s, %d days; want %s to %s, %d", k.dates, first, last, days, k.first, k.last, k.days)
		}
	}
}
