package collate

import (
	"cmp"
	"strings"
	"time"

	"repost/dedup/dates"
)

// moment is a date as a text gives it: a day, a day and a time, or more days than one.
type moment struct {
	day   string // as it is written, in whatever zone; of more days, the first
	last  string // the last day
	t     time.Time
	timed bool
}

// when reads a date. A time without a zone is taken as UTC: two outlets of one country
// leave the same one out.
func when(date string) (m moment, ok bool) {
	if date == "" {
		return moment{}, false
	}
	d, err := dates.Parse(date)
	if err != nil {
		return moment{}, false
	}
	m = moment{day: d.Time.Format(time.DateOnly), t: d.Time, timed: d.Timed}
	if m.last = m.day; !d.Exact() {
		m.last = d.Last.Format(time.DateOnly)
	}
	return m, true
}

// InTime orders dates: earlier first, a day after the times of that day, of which any may
// be earlier, a month and a year after their first day, and what is no date last.
func InTime(a, b string) int {
	x, okX := when(a)
	y, okY := when(b)
	if !okX || !okY {
		return order(!okX, !okY)
	}
	return cmp.Or(strings.Compare(x.day, y.day), order(!x.timed, !y.timed), strings.Compare(x.last, y.last), x.t.Compare(y.t))
}

// order puts false before true.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Since returns how much earlier a is than b, and whether both say a time. Of two
// dates of which one is a day only, the days count. Of a year and a day in it, neither is
// earlier: ok is false.
func Since(a, b string) (d time.Duration, timed, ok bool) {
	x, okX := when(a)
	y, okY := when(b)
	if !okX || !okY {
		return 0, false, false
	}
	if x.timed && y.timed {
		return y.t.Sub(x.t), true, true
	}
	from, to := x.day, y.day
	switch {
	case x.day == x.last && y.day == y.last:
	case x.last < y.day:
		from = x.last
	case y.last < x.day:
		to = y.last
	default:
		return 0, false, false
	}
	d1, _ := time.Parse(time.DateOnly, from)
	d2, _ := time.Parse(time.DateOnly, to)
	return d2.Sub(d1), false, true
}

// Dated reports whether each of dates is understood and one day: see package dates.
func Dated(dates ...string) bool {
	for _, d := range dates {
		if m, ok := when(d); !ok || m.day != m.last {
			return false
		}
	}
	return true
}
