package dates

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Dates that name more than a day: a year, a month, a season, a quarter, or a range. They
// are kept with their first and last day, and written as ISO 8601 has them: 2019, 2019-03,
// 2019-03/2019-05, 2019-03-05/2019-03-07.

// Exact reports whether the date is one day.
func (d Date) Exact() bool { return d.Last.IsZero() }

// LastDay returns the last day that the date may be, as Day does the first.
func (d Date) LastDay() int32 {
	if d.Exact() {
		return d.Day()
	}
	return Date{Time: d.Last}.Day()
}

// Rank orders dates as a time line does, the lower earlier: by the first day as it is written,
// then those with a time, by the second, then those of a day alone, of a month, of a year,
// which may mean any moment of it. Ranks are below 1<<62.
func (d Date) Rank() uint64 {
	const noTime, secondsOfDay = 1 << 31, 86400
	day := int64(d.Day())
	low := uint64(noTime + int64(d.LastDay()) - day)
	if d.Timed {
		low = uint64(d.Time.Unix() - (day-1)*secondsOfDay) // of the day before, too: zones
	}
	return uint64(day+1<<29)<<32 | low
}

// from returns a date of more than a day.
func from(first, last time.Time) Date {
	if first.Equal(last) {
		return Date{Time: first}
	}
	return Date{Time: first, Last: last}
}

func years(first, last int) Date {
	return from(time.Date(first, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(last, 12, 31, 0, 0, 0, 0, time.UTC))
}

// months returns the date of some months of a year; the last may be in the next.
func months(year, first, last int) Date {
	return from(time.Date(year, time.Month(first), 1, 0, 0, 0, 0, time.UTC), time.Date(year, time.Month(last)+1, 0, 0, 0, 0, 0, time.UTC))
}

// coarse writes a date of more than a day.
func (d Date) coarse() string {
	wholeMonths := d.Time.Day() == 1 && d.Last.AddDate(0, 0, 1).Day() == 1
	layout := time.DateOnly
	switch {
	case wholeMonths && d.Time.Month() == 1 && d.Last.Month() == 12:
		layout = "2006"
	case wholeMonths:
		layout = "2006-01"
	}
	a, b := d.Time.Format(layout), d.Last.Format(layout)
	if a == b {
		return a
	}
	return a + "/" + b
}

// coarse returns the date of a year or a part of one, where no day is named.
func (p *parser) coarse() (Date, bool) {
	if p.timed || p.unknown > 0 {
		return Date{}, false
	}
	year, month, rest := -1, p.month, 0
	for _, n := range p.numbers {
		switch {
		case year < 0 && (n.unit == 'y' || n.unit == 0 && n.length == 4):
			if year = n.value + p.era; n.unit == 'y' && n.length <= 2 && !p.hasEra {
				year = century(n.value)
			}
		case n.unit == 'q' && p.part == (part{}) && n.value >= 1 && n.value <= 4:
			p.part = part{'m', 3*n.value - 2, 3 * n.value}
		case month < 0 && (n.unit == 'm' || n.unit == 0 && n.length <= 2 && len(p.numbers) == 2):
			month = n.value
		default:
			rest++
		}
	}
	switch {
	case year < 0 || !plausible(year) || rest > 0 || month == 0 || month > 12:
		return Date{}, false
	case month > 0 && p.part != (part{}):
		if p.part.unit != 'd' {
			return Date{}, false
		}
		d := months(year, month, month)
		first, last := d.Time.AddDate(0, 0, p.part.first-1), d.Last
		if p.part.last > 0 {
			last = d.Time.AddDate(0, 0, p.part.last-1)
		}
		return from(first, last), true
	case p.part.unit == 'd':
		return Date{}, false
	case p.part != (part{}):
		return months(year, p.part.first, p.part.last), true
	case month > 0:
		return months(year, month, month), true
	}
	return years(year, year), true
}

// part of a year, from a month to another, or of a month, from a day to another.
type part struct {
	unit        byte // 'm' or 'd'
	first, last int
}

var (
	yearAndYear = regexp.MustCompile(`^(\d{4}) ?[-/~～] ?(\d{4}|\d\d)$`)
	separator   = regexp.MustCompile(`(?i) ?(?:-{1,2}|/|~|～|至|到|から) ?| (?:to|until|till|through|bis|au|al|do|до|по|tot|a) `)
	firstNumber = regexp.MustCompile(`^\D*\d+`)
	lastNumber  = regexp.MustCompile(`\d+\D*$`)
	fourDigits  = regexp.MustCompile(`\d{4}`)
	rangeWords  = regexp.MustCompile(`(?i)^(?:from|between|vom|von|du|del|dal|с|自|从|從) ?`)
)

// longestRange is how many years a range may have.
const longestRange = 200

// spanned reads a range. What one side does not say is taken from the other: 2024年3月5日
// 至7日, June 21-22, 2003, 5.-7. März 2024.
func spanned(s string, order Order) (Date, bool) {
	if m := yearAndYear.FindStringSubmatch(s); m != nil {
		a, _ := strconv.Atoi(m[1])
		b, _ := strconv.Atoi(m[2])
		if len(m[2]) == 2 {
			b += a / 100 * 100
		}
		if b <= 12 || !plausible(a) || !plausible(b) || b < a || b-a > longestRange {
			return Date{}, false
		}
		return years(a, b), true
	}
	s = rangeWords.ReplaceAllString(s, "")
	words := strings.ContainsFunc(s, unicode.IsLetter)
	for _, at := range separator.FindAllStringIndex(s, -1) {
		left, right := strings.TrimSpace(s[:at[0]]), strings.TrimSpace(s[at[1]:])
		sign := s[at[0]:at[1]]
		if !words && !strings.HasPrefix(sign, " ") && !(sign == "/" && len(left) >= len("2006-01") && len(left) == len(right)) && !strings.Contains(sign, "~") && !(sign == "-" && strings.ContainsAny(left, "./")) {
			continue // the parts of a date
		}
		if d, ok := between(left, right, order); ok {
			return d, true
		}
	}
	return Date{}, false
}

// between puts the sides of a range together.
func between(left, right string, order Order) (Date, bool) {
	lefts := []string{left, left + firstNumber.ReplaceAllString(right, ""), left + " " + fourDigits.FindString(right)}
	head := lastNumber.ReplaceAllString(left, "")
	rights := []string{right, head + right, lastNumber.ReplaceAllString(head, "") + right}
	if y := yearOf.FindString(left); y != "" {
		rights = append(rights, y+right)
	}
	for _, l := range lefts {
		a, err := single(l, order)
		if err != nil {
			continue
		}
		for _, r := range rights {
			b, err := single(r, order)
			if err != nil {
				continue
			}
			last := b.Time
			if !b.Exact() {
				last = b.Last
			}
			first := midnight(a.Time)
			if last = midnight(last); last.Before(first) || last.Year()-first.Year() > longestRange {
				continue
			}
			return from(first, last), true
		}
	}
	return Date{}, false
}

var yearOf = regexp.MustCompile(`^\D{0,6}\d+ ?年`)

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

var (
	compact   = regexp.MustCompile(`^(\d{8})T?(\d{4}(?:\d\d)?)(?:[.,]\d+)?(Z|[+-]\d\d'?:?\d\d|[+-]\d\d)?'?$`)
	exif      = regexp.MustCompile(`^(\d{4}):(\d\d):(\d\d) `)
	dotNet    = regexp.MustCompile(`^/?Date\((-?\d+)([+-]\d{4})?\)/?$`)
	excel     = regexp.MustCompile(`^\d{5}(?:\.\d+)?$`)
	sixDigits = regexp.MustCompile(`^\d{6}$`)
)

// program reads the forms that only programs write: 20240305T092700Z, the dates of PDF,
// EXIF and .NET, the serial number of a spreadsheet.
func program(s string, order Order) (Date, bool, error) {
	if m := compact.FindStringSubmatch(s); m != nil {
		layout, in := "20060102150405", (m[1] + m[2] + "00")[:14]
		t, err := time.Parse(layout, in)
		if err != nil || !plausible(t.Year()) {
			return Date{}, false, nil
		}
		if m[3] == "" {
			return Date{Time: t, Timed: true}, true, nil
		}
		zone := strings.NewReplacer("'", "", ":", "").Replace(m[3])
		if len(zone) == 3 {
			zone += "00"
		}
		if t, err = time.Parse(layout+"Z0700", in+zone); err != nil {
			return Date{}, false, nil
		}
		return Date{Time: t, Timed: true, Zoned: true}, true, nil
	}
	if m := exif.FindStringSubmatch(s); m != nil {
		d, err := single(m[1]+"-"+m[2]+"-"+m[3]+s[len(m[0])-1:], Unknown)
		return d, err == nil, nil
	}
	if m := dotNet.FindStringSubmatch(s); m != nil {
		n, err := strconv.ParseInt(m[1], 10, 64)
		t := time.UnixMilli(n).UTC()
		return Date{Time: t, Timed: true, Zoned: true}, err == nil && plausible(t.Year()), nil
	}
	if excel.MatchString(s) {
		f, _ := strconv.ParseFloat(s, 64)
		if f < 32874 || f > 55153 { // 1990 to 2050: other numbers of five digits say nothing
			return Date{}, false, nil
		}
		seconds := int64(f*86400 + .5)
		t := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Add(time.Duration(seconds) * time.Second)
		return Date{Time: t, Timed: seconds%86400 != 0}, true, nil
	}
	if sixDigits.MatchString(s) { // 201903, or 190305
		y, _ := strconv.Atoi(s[:4])
		m, _ := strconv.Atoi(s[4:])
		isMonth := y >= 1900 && y < 2100 && m >= 1 && m <= 12
		yy, _ := strconv.Atoi(s[:2])
		mm, _ := strconv.Atoi(s[2:4])
		t, err := civil(century(yy), mm, m)
		switch {
		case err == nil && order == YearFirst:
			return Date{Time: t}, true, nil
		case isMonth && err == nil:
			return Date{}, false, fmt.Errorf("%w: it may be a month, or a day with a year of two digits", ErrNoDate)
		case isMonth:
			return months(y, m, m), true, nil
		case err == nil:
			return Date{Time: t}, true, nil
		}
	}
	return Date{}, false, nil
}

// asciiDigits writes the decimal digits of all scripts as those of ASCII.
func asciiDigits(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf && unicode.IsDigit(r) }) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf || !unicode.IsDigit(r) {
			return r
		}
		zero := r
		for unicode.IsDigit(zero-1) && r-zero < 9 {
			zero--
		}
		return '0' + r - zero
	}, s)
}
