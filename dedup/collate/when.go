package collate

import (
	"cmp"
	"strings"
	"time"
)

// moment is a date as a text gives it: a day, or a day and a time.
type moment struct {
	day   string // as it is written, in whatever zone
	t     time.Time
	timed bool
}

// timeLayouts are the ways of writing a time that are understood. A time without
// a zone is taken as UTC: two outlets of one country leave the same one out.
var timeLayouts = []string{
	time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04",
	"2006-01-02 15:04:05", "2006-01-02 15:04",
}

func when(date string) (m moment, ok bool) {
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, date); err == nil {
			return moment{date[:len(time.DateOnly)], t, true}, true
		}
	}
	if len(date) >= len(time.DateOnly) {
		if t, err := time.Parse(time.DateOnly, date[:len(time.DateOnly)]); err == nil {
			return moment{date[:len(time.DateOnly)], t, false}, true
		}
	}
	return moment{}, false
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

// Dated reports whether all of dates are dates: ISO 8601, with or without a time.
func Dated(dates ...string) bool {
	for _, d := range dates {
		if _, ok := when(d); !ok {
			return false
		}
	}
	return true
}
