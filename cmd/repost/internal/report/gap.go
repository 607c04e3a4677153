package report

import (
	"fmt"
	"time"
)

// longGap is how far apart two dates must be for it to be worth saying: longer than a story
// goes round.
const longGap = 180 * 24 * time.Hour

// Gap returns how far apart two dates are, in months or years, or "" if that is less than
// half a year or one of them is no date.
func Gap(a, b string) string {
	at, ok := day(a)
	to, too := day(b)
	if !ok || !too {
		return ""
	}
	if to.Before(at) {
		at, to = to, at
	}
	if to.Sub(at) < longGap {
		return ""
	}
	months := 12*(to.Year()-at.Year()) + int(to.Month()) - int(at.Month())
	if to.Day() < at.Day() {
		months--
	}
	if months < 24 {
		return fmt.Sprintf("%d months", months)
	}
	return fmt.Sprintf("%d years", months/12)
}

func day(date string) (time.Time, bool) {
	if len(date) < len(time.DateOnly) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, date[:len(time.DateOnly)])
	return t, err == nil
}
