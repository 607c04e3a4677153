package collate

import (
	"cmp"
	"strings"
	"time"

	"repost/dedup/dates"
)

// moment is a date as a text gives it: a day, or a day and a time.
type moment struct {
	day   string // as it is written, in whatever zone
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
	return moment{d.Time.Format(time.DateOnly), d.Time, d.Timed}, true
}

// InTime orders dates: earlier first, a day behind the times of that day, of which
// any may be earlier, and what is no date last.
func InTime(a, b string) int {
	x, okX := when(a)
	y, okY := when(b)
	if !okX || !okY {
		return order(!okX, !okY)
	}
	return cmp.Or(strings.Compare(x.day, y.day), order(!x.timed, !y.timed), x.t.Compare(y.t))
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
// dates of which one is a day only, the days count.
func Since(a, b string) (d time.Duration, timed, ok bool) {
	x, okX := when(a)
	y, okY := when(b)
	if !okX || !okY {
		return 0, false, false
	}
	if x.timed && y.timed {
		return y.t.Sub(x.t), true, true
	}
	d1, _ := time.Parse(time.DateOnly, x.day)
	d2, _ := time.Parse(time.DateOnly, y.day)
	return d2.Sub(d1), false, true
}

// Dated reports whether all of dates are understood: see package dates.
func Dated(dates ...string) bool {
	for _, d := range dates {
		if _, ok := when(d); !ok {
			return false
		}
	}
	return true
}
