// Package dates reads dates as dumps write them: ISO 8601, compact digits, Chinese and
// Japanese dates, RFC 1123, 822 and 850, asctime, month names of a dozen languages, and
// seconds, milliseconds, microseconds or nanoseconds since 1970.
//
//	d, err := dates.Parse("2024年3月5日 09:27")
//	d.String() // "2024-03-05T09:27"
//
// What could be two days is none: 03/04/2024 is an error, unless Order says which number
// is the month, or one of them is above 12. Between dots the day comes first (3.4.2024).
// Dates without a year or a day, and those that depend on a clock ("yesterday"), are not
// understood.
package dates

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Date is a day, or a day and a time.
type Date struct {
	Time  time.Time // in the zone that is given, else in UTC
	Timed bool      // a time of day is given
	Zoned bool      // and its zone
}

// String returns the date in ISO 8601, with as much as is known of it.
func (d Date) String() string {
	layout := time.DateOnly
	switch {
	case d.Timed && d.Time.Nanosecond() != 0:
		layout = "2006-01-02T15:04:05.999999999"
	case d.Timed && d.Time.Second() != 0, d.Timed && d.Zoned:
		layout = "2006-01-02T15:04:05"
	case d.Timed:
		layout = "2006-01-02T15:04"
	}
	if d.Zoned {
		layout += "Z07:00"
	}
	return d.Time.Format(layout)
}

// Day returns the day as it is written, whatever the zone: days since 1970-01-01.
func (d Date) Day() int32 {
	y, m, day := d.Time.Date()
	return int32(time.Date(y, m, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Order says which of two numbers is the month where that is open: 03/04/2024.
type Order int

// The orders.
const (
	Unknown    Order = iota // such dates are not understood
	DayFirst                // 3 April
	MonthFirst              // 4 March
)

// The reasons for which a date is not understood.
var (
	ErrNoDate    = errors.New("this is no date")
	ErrAmbiguous = errors.New("this could be two days: which number is the month?")
)

// longest is the longest string that may be a date.
const longest = 120

// Parse reads a date. Dates that are open between two days are ErrAmbiguous.
func Parse(s string) (Date, error) { return ParseOrder(s, Unknown) }

// ParseOrder is Parse for dates whose order of day and month is known.
func ParseOrder(s string, order Order) (Date, error) {
	if d, ok := iso(s); ok {
		return d, nil
	}
	s = plain(s)
	if s == "" || len(s) > longest {
		return Date{}, ErrNoDate
	}
	if d, ok := digits(s); ok {
		return d, nil
	}
	p := &parser{order: order, month: -1}
	err := p.read(s)
	if err == nil {
		var d Date
		if d, err = p.date(); err == nil {
			return d, nil
		}
	}
	if n := len(time.DateOnly); len(s) > n && (s[n] < '0' || s[n] > '9') { // and something else
		if d, ok := iso(s[:n]); ok {
			return d, nil
		}
	}
	return Date{}, err
}

// isoLayouts are what most dumps have, and cost least.
var isoLayouts = []struct {
	layout       string
	timed, zoned bool
}{
	{time.DateOnly, false, false},
	{time.RFC3339, true, true},
	{"2006-01-02T15:04Z07:00", true, true},
	{"2006-01-02T15:04:05", true, false},
	{"2006-01-02T15:04", true, false},
	{"2006-01-02 15:04:05", true, false},
	{"2006-01-02 15:04", true, false},
}

// IsISO reports whether s is a date in ISO 8601, with or without a time, which every
// program reads: it need not be written anew.
func IsISO(s string) bool {
	_, ok := iso(s)
	return ok
}

func iso(s string) (Date, bool) {
	if len(s) < len(time.DateOnly) || s[4] != '-' || s[7] != '-' {
		return Date{}, false
	}
	for _, l := range isoLayouts {
		if t, err := time.Parse(l.layout, s); err == nil {
			return Date{t, l.timed, l.zoned}, true
		}
	}
	return Date{}, false
}

// plain returns s with digits and signs of full width as those of ASCII, Chinese numerals
// of a date as digits, and without a label before it ("发布时间：").
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '　', r == '\u00a0', r == '\u202f', r == '\t', r == '\n', r == '\r':
			return ' '
		case r == '−', r == '–', r == '—':
			return '-'
		case r == '\ufeff', r == '\u200b', r == '\u200e', r == '\u200f':
			return -1
		}
		return r
	}, s)
	s = strings.Trim(s, " ()[]【】〔〕\"'“”|,;")
	if i := strings.IndexByte(s, ':'); i > 0 && !strings.ContainsAny(s[:i], "0123456789") && !strings.ContainsAny(s[:i], "〇零一二三四五六七八九十") {
		s = strings.TrimSpace(s[i+1:])
	}
	if strings.ContainsAny(s, "年月日") {
		s = numerals(s)
	}
	return s
}

// digits reads a date that is one number: compact digits, or a time since 1970.
func digits(s string) (Date, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	if strings.ContainsAny(s, "eE") { // 1.7096e9
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f != math.Trunc(f) || f < 1e8 || f > 1e19 {
			return Date{}, false
		}
		whole, fraction = strconv.FormatFloat(f, 'f', 0, 64), ""
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || whole[0] < '0' || whole[0] > '9' || strings.Trim(fraction, "0123456789") != "" {
		return Date{}, false
	}
	if fraction == "" {
		for _, layout := range []string{"20060102", "2006010215", "200601021504", "20060102150405"} {
			if t, err := time.Parse(layout, whole); err == nil && len(whole) == len(layout) && plausible(t.Year()) {
				return Date{t, len(layout) > len("20060102"), false}, true
			}
		}
		if t, err := time.Parse("20060102150405.000", whole[:min(len(whole), 14)]+"."+whole[min(len(whole), 14):]); err == nil && len(whole) == 17 && plausible(t.Year()) {
			return Date{t, true, false}, true
		}
	}
	unit := int64(0)
	switch len(whole) {
	case 9, 10:
		unit = 1
	case 12, 13:
		unit = 1e3
	case 15, 16:
		unit = 1e6
	case 18, 19:
		unit = 1e9
	}
	if unit == 0 {
		return Date{}, false
	}
	t := time.Unix(n/unit, n%unit*(1e9/unit)).UTC()
	return Date{t, true, true}, plausible(t.Year())
}

// plausible reports whether a document may be of a year. Numbers that are ids are of
// others.
func plausible(year int) bool { return year >= 1000 && year <= 2200 }

// civil returns a date if there is such a day.
func civil(year, month, day int) (time.Time, error) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || t.Month() != time.Month(month) || t.Day() != day || !plausible(year) {
		return t, fmt.Errorf("%w: there is no such day", ErrNoDate)
	}
	return t, nil
}
