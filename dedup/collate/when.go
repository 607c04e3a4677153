package collate

import (
	"cmp"
	"slices"
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
	x, errX := dates.Parse(a)
	y, errY := dates.Parse(b)
	switch {
	case errX != nil && errY != nil:
		return 0
	case errX != nil:
		return 1
	case errY != nil:
		return -1
	}
	return cmp.Or(cmp.Compare(x.Rank(), y.Rank()), x.Time.Compare(y.Time)) // parts of a second
}

// SortInTime sorts a list by dates, as InTime orders them, but those with a time by the moment: what
// is written as another day in another zone may be earlier. Those of equal dates keep their order.
// O(n log n).
func SortInTime[T any](list []T, date func(*T) string) {
	slices.SortStableFunc(list, func(a, b T) int { return InTime(date(&a), date(&b)) })
	var places []int // of those with a time
	var timed []T
	var moments []time.Time
	for i := range list {
		if m, ok := when(date(&list[i])); ok && m.timed {
			places, timed, moments = append(places, i), append(timed, list[i]), append(moments, m.t)
		}
	}
	order := make([]int, len(timed))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(i, k int) int { return moments[i].Compare(moments[k]) })
	for k, i := range order {
		list[places[k]] = timed[i]
	}
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
