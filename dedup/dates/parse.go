package dates

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A date in words and numbers is read token by token: the time and its zone are recognised
// by their signs (09:27, 9时27分, +0800), the month by its name or by what follows it (月, 월),
// the rest by place and size.

type numberToken struct {
	value  int
	length int
	unit   byte // 'y', 'm' or 'd' if the sign after it says so
	dot    bool // a dot follows
}

type parser struct {
	order   Order
	year    int // of a date that says none, or 0
	numbers []numberToken
	month   int  // by its name; -1: none
	before  int  // numbers before it
	era     int  // years to be added
	unknown int  // words that say nothing
	part    part // of a year or a month, by a word
	unit    byte // of the next number, by the word before it
	thai    bool
	decided Order // by a number above 12

	timed            bool
	hour, min        int
	sec, nano        int
	half             int // 12 for p.m., 0, or -1: not given
	zoned            bool
	offset           int // in seconds
	hasEra, halfGive bool

	field bool // all of a field is read: 16.10 after a date is a time
	wordy bool // words that say nothing may stand with a date of three numbers
	solar bool // digits or a month of Persian: a year before 1500 is one of its calendar
}

// read takes the tokens of s.
func (p *parser) read(s string) (err error) {
	for i := 0; i < len(s) && err == nil; {
		i, err = p.token(s, i)
	}
	return err
}

// token takes the token of s at i, and returns where it ends.
func (p *parser) token(s string, i int) (end int, err error) {
	r, n := utf8.DecodeRuneInString(s[i:])
	switch {
	case '0' <= r && r <= '9':
		return p.number(s, i)
	case (r == '+' || r == '-') && p.timed && p.zone(s[i:]) > 0:
		return i + p.zone(s[i:]), nil
	case unicode.IsLetter(r):
		for end = i; end < len(s); {
			c, k := utf8.DecodeRuneInString(s[end:])
			if !unicode.IsLetter(c) && !unicode.IsMark(c) || unicode.Is(unicode.Han, c) != unicode.Is(unicode.Han, r) {
				break
			}
			end += k
		}
		return end, p.word(s[i:end])
	case strings.ContainsRune(" ,./-_|()'’年:", r):
		return i + n, nil
	}
	return i, ErrNoDate
}

// number takes a number, or the time that begins with it.
func (p *parser) number(s string, i int) (next int, err error) {
	end := i
	for end < len(s) && '0' <= s[end] && s[end] <= '9' {
		end++
	}
	if end-i > 8 {
		return 0, ErrNoDate
	}
	n, _ := strconv.Atoi(s[i:end])
	if k := p.clock(s[i:]); k > 0 {
		return i + k, nil
	}
	t := numberToken{value: n, length: end - i, unit: p.unit}
	p.unit = 0
	rest := strings.TrimLeft(s[end:], " ")
	skip := len(s) - len(rest)
	for _, u := range []struct {
		sign string
		unit byte
	}{{"年度", 'y'}, {"年", 'y'}, {"년", 'y'}, {"月", 'm'}, {"월", 'm'}, {"日", 'd'}, {"号", 'd'}, {"號", 'd'}, {"일", 'd'}} {
		if strings.HasPrefix(rest, u.sign) {
			t.unit = u.unit
			p.numbers = append(p.numbers, t)
			return skip + len(u.sign), nil
		}
	}
	if end-i == 8 { // 20240305 with a time after it
		d, err := time.Parse("20060102", s[i:end])
		if err != nil {
			return 0, ErrNoDate
		}
		p.numbers = append(p.numbers, numberToken{d.Year(), 4, 'y', false}, numberToken{int(d.Month()), 2, 'm', false}, numberToken{d.Day(), 2, 'd', false})
		return end, nil
	}
	t.dot = strings.HasPrefix(s[end:], ".")
	for _, ordinal := range []string{"st", "nd", "rd", "th", "er", "ère", "º", "ª"} {
		if strings.HasPrefix(strings.ToLower(s[end:]), ordinal) {
			end += len(ordinal)
			break
		}
	}
	if end < len(s) && s[end] == 'T' { // 2024/03/05T09:27
		end++
	}
	p.numbers = append(p.numbers, t)
	return end, nil
}

// clock takes a time of day and returns how long it is, or 0.
func (p *parser) clock(s string) int {
	n := func(i int) (v, end int) {
		for end = i; end < len(s) && end < i+2 && '0' <= s[end] && s[end] <= '9'; end++ {
		}
		v, _ = strconv.Atoi(s[i:end])
		return v, end
	}
	sign := func(i int, signs ...string) int {
		for i < len(s) && s[i] == ' ' {
			i++
		}
		for _, x := range signs {
			if strings.HasPrefix(s[i:], x) {
				return i + len(x)
			}
		}
		return 0
	}
	if p.field && !p.timed && (len(p.numbers) == 3 || p.month >= 0 && len(p.numbers) == 2) {
		if m := dotted.FindStringSubmatch(s); m != nil {
			s := m[1] + ":" + m[2]
			if m[3] != "" {
				s += ":" + m[3]
			}
			return p.clock(s)
		}
	}
	hour, i := n(0)
	after := sign(i, ":", "时", "時", "点", "點", "시", "h", "H")
	if i == 0 || after == 0 || p.timed {
		return 0
	}
	if r, _ := utf8.DecodeRuneInString(s[after:]); s[after-1]|0x20 == 'h' && unicode.IsLetter(r) { // 18 helmikuuta
		return 0
	}
	colon := s[after-1] == ':'
	minute, j := n(after)
	if j == after {
		if k := sign(after, ""); k < len(s) && '0' <= s[k] && s[k] <= '9' && !colon {
			minute, j = n(k)
		}
	}
	if j == after && colon || hour > 24 || minute > 59 {
		return 0
	}
	p.timed, p.hour, p.min = true, hour, minute
	if k := sign(j, "分", "분"); k > 0 {
		j = k
	}
	end := j
	if k := sign(j, ":"); k > 0 || !colon {
		if k == 0 {
			k = j
		}
		sec, e := n(k)
		if e > k && sec <= 60 && (colon || sign(e, "秒", "초") > 0) {
			p.sec, end = min(sec, 59), e
			if x := sign(e, "秒", "초"); x > 0 {
				end = x
			}
		}
	}
	if end < len(s) && (s[end] == '.' || s[end] == ',') {
		e := end + 1
		for e < len(s) && '0' <= s[e] && s[e] <= '9' {
			e++
		}
		if e > end+1 {
			digits := (s[end+1:e] + "000000000")[:9]
			p.nano, _ = strconv.Atoi(digits)
			end = e
		}
	}
	return end
}

// dotted is a time with dots, as Finns, Danes, Indonesians and Indians write it.
var dotted = regexp.MustCompile(`^([01]?\d|2[0-3])\.([0-5]\d)(?:\.([0-5]\d))?(?:$|[^\d.])`)

// zone takes an offset (+0800, +08:00, -5) and returns how long it is, or 0.
func (p *parser) zone(s string) int {
	end, colon := 1, false
	var digits []byte
	for ; end < len(s) && len(digits) < 4; end++ {
		switch c := s[end]; {
		case '0' <= c && c <= '9':
			digits = append(digits, c)
			continue
		case c == ':' && len(digits) == 2 && !colon:
			colon = true
			continue
		}
		break
	}
	h, m := 0, 0
	switch len(digits) {
	case 1, 2:
		h, _ = strconv.Atoi(string(digits))
	case 4:
		h, _ = strconv.Atoi(string(digits[:2]))
		m, _ = strconv.Atoi(string(digits[2:]))
	default:
		return 0
	}
	if h > 14 || m > 59 || end < len(s) && '0' <= s[end] && s[end] <= '9' {
		return 0
	}
	p.zoned, p.offset = true, h*3600+m*60
	if s[0] == '-' {
		p.offset = -p.offset
	}
	return end
}

// word takes a word.
func (p *parser) word(w string) error {
	w = strings.ToLower(w)
	p.thai = p.thai || unicode.Is(unicode.Thai, []rune(w)[0])
	if m, ok := monthNames[w]; ok && p.month < 0 {
		p.month, p.before = m, len(p.numbers)
		return nil
	}
	if i := slices.Index(solarMonths, w); i >= 0 && p.month < 0 {
		p.month, p.before, p.solar = i+1, len(p.numbers), true
		return nil
	}
	if years, ok := eras[w]; ok {
		p.era, p.hasEra = years, true
		return nil
	}
	if half, ok := halves[w]; ok && (p.timed || w[0] >= utf8.RuneSelf) { // "am" before a time is German
		p.half, p.halfGive = half, true
		return nil
	}
	if unit, ok := unitWords[w]; ok {
		p.unit = unit
		return nil
	}
	if x, ok := parts[w]; ok && p.part == (part{}) {
		p.part = x
		return nil
	}
	if hours, ok := zones[w]; ok && p.timed {
		p.zoned, p.offset = true, hours
		return nil
	}
	if w == "t" || w == "am" || silent[w] || strings.HasPrefix(w, "星期") || strings.HasPrefix(w, "周") || strings.HasPrefix(w, "礼拜") {
		return nil
	}
	p.unknown++
	return nil
}

// date puts the tokens together.
func (p *parser) date() (Date, error) {
	y, m, d, err := p.numbersOf()
	if err != nil {
		return Date{}, err
	}
	if p.thai && y > 2400 { // of the Buddhist era
		y -= 543
	}
	if p.solar && y >= 1200 && y < 1500 {
		if y, m, d, err = ofSolar(y, m, d); err != nil {
			return Date{}, err
		}
	}
	t, err := civil(y, m, d)
	if err != nil {
		return Date{}, err
	}
	if !p.timed {
		return Date{Time: t, Order: p.decided}, nil
	}
	hour := p.hour
	if p.halfGive {
		switch {
		case p.half == 12 && hour < 12:
			hour += 12
		case p.half == 0 && hour == 12:
			hour = 0
		}
	}
	zone := time.UTC
	if p.zoned && p.offset != 0 {
		zone = time.FixedZone("", p.offset)
	}
	return Date{Time: time.Date(y, time.Month(m), d, hour, p.min, p.sec, p.nano, zone), Timed: true, Zoned: p.zoned, Order: p.decided}, nil
}

// ofSolar returns the day of a day of the Persian calendar, whose leap years follow a cycle of 33
// years, as they do from 1178 to 1633 (1799 to 2254).
func ofSolar(year, month, day int) (y, m, d int, err error) {
	last := 31
	if month > 6 {
		last = 30
	}
	if month < 1 || month > 12 || day < 1 || day > last {
		return 0, 0, 0, ErrNoDate
	}
	n := year - 979 // which began on 20 March 1600
	days := 365*n + n/33*8 + (n%33+3)/4 + 31*(month-1) - max(0, month-7) + day - 1
	t := time.Date(1600, 3, 20, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days)
	return t.Year(), int(t.Month()), t.Day(), nil
}

func (p *parser) numbersOf() (y, m, d int, err error) {
	n := p.numbers
	if p.unknown > 0 && (p.month < 0 || len(n) != 2) && !(p.wordy && p.month < 0 && len(n) == 3) {
		return 0, 0, 0, ErrNoDate
	}
	var by [3]int
	var set [3]bool
	signs := 0
	for _, t := range n {
		if i := strings.IndexByte("ymd", t.unit); t.unit != 0 && i >= 0 {
			if set[i] {
				return 0, 0, 0, ErrNoDate
			}
			by[i], set[i] = t.value, true
			signs++
		}
	}
	switch {
	case signs == 3 && len(n) == 3, signs == 2 && len(n) == 3 && !set[2] && (n[2].unit == 0 || n[0].unit == 0): // 2024年3月5, 5 tháng 3 năm 2024
		switch {
		case set[2]:
		case n[2].unit == 0:
			by[2] = n[2].value
		default:
			by[2] = n[0].value
		}
		year := by[0]
		switch {
		case p.hasEra:
			year += p.era
		case n[0].length <= 2 && n[0].unit == 'y':
			year = century(year)
		}
		return year, by[1], by[2], nil
	case signs == 2 && len(n) == 2 && !set[0] && p.year > 0:
		return p.year, by[1], by[2], nil
	case signs == 1 && len(n) == 3 && n[0].unit == 'd' && n[2].length == 4: // ngày 18-2-2015
		return p.dayAndMonth(n, n[2].value)
	case signs > 0:
		return 0, 0, 0, fmt.Errorf("%w: the year or the day is missing", ErrNoDate)
	case p.month >= 0 && len(n) == 1 && n[0].length <= 2 && p.year > 0:
		return p.year, p.month, n[0].value, nil
	case p.month >= 0 && len(n) == 2:
		year, day := n[1], n[0]
		if n[0].length >= 3 || n[0].value > 31 {
			year, day = n[0], n[1]
		}
		return century2(year), p.month, day.value, nil
	case p.month >= 0 || len(n) != 3:
		return 0, 0, 0, ErrNoDate
	case n[0].length >= 3:
		return n[0].value, n[1].value, n[2].value, nil
	case n[2].length != 4:
		return p.shortYear(n)
	}
	return p.dayAndMonth(n, n[2].value)
}

// dayAndMonth reads two numbers before a year: 5.3.2024, 05/03/2024.
func (p *parser) dayAndMonth(n []numberToken, year int) (y, m, d int, err error) {
	a, b := n[0].value, n[1].value
	switch {
	case n[0].dot && n[1].dot, a == b:
		return year, b, a, nil
	case a > 12:
		p.decided = DayFirst
		return year, b, a, nil
	case b > 12:
		p.decided = MonthFirst
		return year, a, b, nil
	case p.order == DayFirst:
		return year, b, a, nil
	case p.order == MonthFirst:
		return year, a, b, nil
	}
	return 0, 0, 0, ErrAmbiguous
}

// shortYear reads three numbers of two digits at most. Only what can be read in one way is
// understood, or in one way once the order of day and month is known.
func (p *parser) shortYear(n []numberToken) (y, m, d int, err error) {
	a, b, c := n[0].value, n[1].value, n[2].value
	if n[0].length > 2 || n[1].length > 2 || n[2].length > 2 {
		return 0, 0, 0, ErrNoDate
	}
	type reading struct {
		y, m, d int
		order   Order
	}
	var found []reading
	for _, r := range []reading{{c, b, a, DayFirst}, {c, a, b, MonthFirst}, {a, b, c, YearFirst}} {
		if _, err := civil(century(r.y), r.m, r.d); err != nil || p.order != Unknown && r.order != p.order {
			continue
		}
		if len(found) == 0 || found[0].y != r.y || found[0].m != r.m || found[0].d != r.d {
			found = append(found, r)
		}
	}
	switch {
	case len(found) == 0:
		return 0, 0, 0, ErrNoDate
	case len(found) > 1:
		return 0, 0, 0, ErrAmbiguous
	}
	p.decided = found[0].order
	return century(found[0].y), found[0].m, found[0].d, nil
}

// century completes a year of two digits as RFC 2822 and POSIX do.
func century(y int) int {
	if y < 69 {
		return 2000 + y
	}
	return 1900 + y
}

func century2(t numberToken) int {
	if t.length <= 2 {
		return century(t.value)
	}
	return t.value
}
