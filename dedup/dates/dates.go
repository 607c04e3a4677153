// Package dates reads dates as dumps write them: ISO 8601, compact digits, Chinese and
// Japanese dates with their eras, RFC 1123, 822 and 850, asctime, month names of some
// thirty languages, seconds, milliseconds, microseconds or nanoseconds since 1970, and
// serial numbers of spreadsheets.
//
//	d, err := dates.Parse("2024年3月5日 09:27")
//	d.String() // "2024-03-05T09:27"
//
// A year, a month, a season or a range of days is kept as what it is (coarse.go).
// What could be two days is none: 03/04/2024 is an error, unless Order says which number
// is the month, or one of them is above 12. Between dots the day comes first (3.4.2024).
// Dates without a year, and those that depend on a clock ("yesterday"), are not
// understood.
package dates

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Date is a day, a day and a time, or the days from one to another.
type Date struct {
	Time  time.Time // in the zone that is given, else in UTC; of more days, the first
	Timed bool      // a time of day is given
	Zoned bool      // and its zone
	Last  time.Time // the last day, if it is not the first
	// Order is that of the numbers, if the date was one of those that could be open (see
	// Order) and a number above 12 said it.
	Order Order
}

// String returns the date in ISO 8601, with as much as is known of it.
func (d Date) String() string {
	if !d.Exact() {
		return d.coarse()
	}
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
	YearFirst               // of years of two digits: 03/04/24 is 24 April 2003
)

// The reasons for which a date is not understood.
var (
	ErrNoDate    = errors.New("this is no date")
	ErrAmbiguous = errors.New("this could be two days: which number is the month?")
)

// longest is the longest string that may be a date.
const longest = 120

// numeric is a date at the beginning of a field that has something else after it: 来源：…
var numeric = regexp.MustCompile(`^(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:[\sT　]{0,3}\d{1,2}(?:[:：时]\d\d)(?:分|[:：]\d\d)?)?`)

// Parse reads a date. Dates that are open between two days are ErrAmbiguous.
func Parse(s string) (Date, error) { return ParseOrder(s, Unknown) }

// ParseOrder is Parse for dates whose order of day and month is known.
func ParseOrder(s string, order Order) (Date, error) {
	if beforeChrist.MatchString(s) {
		return Date{}, ErrNoDate
	}
	if d, ok := iso(s); ok {
		return d, nil
	}
	d, err := single(s, order)
	if err == nil || len(s) > longest {
		return d, err
	}
	s = plain(s)
	if d, ok := spanned(s, order); ok {
		return d, nil
	}
	if loc := numeric.FindStringIndex(s); loc != nil {
		if rest := strings.TrimLeft(s[loc[1]:], " "); rest != "" && !strings.ContainsRune("0123456789-/.~", rune(rest[0])) {
			return single(s[:loc[1]], order)
		}
	}
	if len(threeNumbers.FindAllStringIndex(s, 2)) == 1 {
		p := &parser{order: order, month: -1, field: true, wordy: true}
		if p.read(s) == nil {
			return p.date()
		}
	}
	return d, err
}

// beforeChrist is a day of a year before the first (-0044-03-15), or a broken date.
var beforeChrist = regexp.MustCompile(`^\s*[-−–]\s?\d{1,6}-\d`)

// threeNumbers are a date with its year; words may stand around it in a field that is a date:
// "Publié le 26/11/2018 à 16:10".
var threeNumbers = regexp.MustCompile(`\b(?:\d{1,2}(?:/\d{1,2}/|\.\d{1,2}\.|-\d{1,2}-)(?:19|20)\d\d|(?:19|20)\d\d(?:/\d{1,2}/|\.\d{1,2}\.|-\d{1,2}-)\d{1,2})\b`)

// single reads a date that is no range.
func single(s string, order Order) (Date, error) {
	if d, ok := iso(s); ok {
		return d, nil
	}
	persian := strings.ContainsAny(s, "۰۱۲۳۴۵۶۷۸۹")
	s = plain(s)
	if s == "" || len(s) > longest {
		return Date{}, ErrNoDate
	}
	if d, ok := digits(s); ok {
		return d, nil
	}
	if d, ok, err := program(s, order); ok || err != nil {
		return d, err
	}
	p := &parser{order: order, month: -1, field: true, solar: persian}
	err := p.read(s)
	if err == nil {
		var d Date
		if d, err = p.date(); err == nil {
			return d, nil
		}
		if d, ok := p.coarse(); ok {
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
// program reads: it need not be rewritten.
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
			return Date{Time: t, Timed: l.timed, Zoned: l.zoned}, true
		}
	}
	return Date{}, false
}

// zoneName is the name of a place after a time, as Java writes it after an offset. Which
// offset it is we do not know.
var zoneName = regexp.MustCompile(`\s*\[?\b[A-Z][A-Za-z]+/[A-Z][A-Za-z_/]+\]?$`)

// dayOfWeek is Vietnamese: Monday is the second day.
var dayOfWeek = regexp.MustCompile(`^(?:T[2-7]|CN)[ ,.-]`)

// plain returns s folded, and without a label before it ("发布时间：").
func plain(s string) string {
	s = zoneName.ReplaceAllString(narrow(s), "")
	s = joined.Replace(dayOfWeek.ReplaceAllString(s, ""))
	s = strings.Trim(s, " ()[]【】〔〕\"'“”|,;")
	if i := strings.IndexByte(s, ':'); i > 0 && !strings.ContainsAny(s[:i], "0123456789") && !strings.ContainsAny(s[:i], "〇零一二三四五六七八九十") {
		s = strings.TrimSpace(s[i+1:])
	}
	return arabic(s)
}

// folded returns s with digits and signs of full width as those of ASCII, and the Chinese
// numerals of a date as digits.
func folded(s string) string { return arabic(narrow(s)) }

// narrow returns s with digits and signs of full width as those of ASCII.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '～':
			return '~'
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
	}, asciiDigits(s))
}

// arabic returns s with the Chinese numerals of a date as digits.
func arabic(s string) string {
	if strings.ContainsAny(s, "年月日") {
		return numerals(s)
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
			if t, err := time.Parse(layout, whole); err == nil && len(whole) == len(layout) && plausible(t.Year()) && (len(whole) != len("2006010215") || t.Year() >= firstHour) {
				return Date{Time: t, Timed: len(layout) > len("20060102")}, true
			}
		}
		if t, err := time.Parse("20060102150405.000", whole[:min(len(whole), 14)]+"."+whole[min(len(whole), 14):]); err == nil && len(whole) == 17 && plausible(t.Year()) {
			return Date{Time: t, Timed: true}, true
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
	return Date{Time: t, Timed: true, Zoned: true}, plausible(t.Year())
}

// firstHour is the first year of dates like 2006010215. Seconds since 1970 have ten digits
// too, 17… in the years from 2023 to 2027, and programs that write hours are younger.
const firstHour = 1950

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
