package dates

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Dates in the first lines of a text, for documents that nothing else dates: a line that is
// a date, or begins with one ("4. März 2025, 09:27 Uhr"), one that says where the text is
// from ("2019年01月10日 09:27 来源：…"), and a dateline ("新华社北京2019年1月10日电",
// "MARLOW, March 4, 2025 (Reuters) –"). The parser of fields reads them, so that a date is
// understood here in every form in which it is there, except those that are no more than a
// number. It reads a line once from each place where a date may begin: a line of n
// characters costs n²/2 in the worst case, and has at most lineRunes.

const (
	headLines = 10
	headBytes = 3000
	lineRunes = 100 // of a line that is a head and no prose
	restRunes = 30  // of what may follow a date that begins a line

	firstYear, endYear = 1800, 2100

	placeBytes = 80 // before the date of a dateline
)

var (
	// Signs of a line that says where a text comes from
	header = regexp.MustCompile(`(?i)来源|來源|编辑|編輯|作者|记者|責編|责编|发布|發佈|發布|发表|發表|字号|浏览|阅读|点击|评论|掲載|配信|公開日|기자|입력|등록|source|\bby\b|published|updated|posted|reporter|editor|veröffentlicht|aktualisiert|quelle:|publié|publicado|actualizado|pubblicato|fuente:|опубликован|обновлен|источник`)
	// What stands before the date of a line that says nothing else
	dateLabel = regexp.MustCompile(`(?i)^(?:date|dated|\p{L}*datum|stand|fecha|data|дата|tarih|日期|日付|날짜|작성일|ngày)?\s?:$`)
	// Three numbers between the same signs; others are not of one date
	triple  = regexp.MustCompile(`\d\s?(?:-\s?\d+\s?-|/\s?\d+\s?/|\.\s?\d+\s?\.)\s?\d`)
	pairs   = regexp.MustCompile(`^(?:\d\d/\d\d/\d\d|\d\d\.\d\d\.\d\d|\d\d-\d\d-\d\d)$`)
	lastDay = regexp.MustCompile(`月\s?\d{1,2}(?:\D|$)`)                    // without its 日
	short   = regexp.MustCompile(`(?:^|\s)\d{1,2}-\p{L}{3,}-\d\d(?:\s|$)`) // of RFC 850
	cells   = regexp.MustCompile(`\s\s|[A-Za-z]\d`)
	stamp   = regexp.MustCompile(`^(?:19|20)\d{6}(?:\d\d){0,3}$`)
	place   = regexp.MustCompile(`^[\s(【\[]*(?:[\p{Han}、\s/]{2,20}|\p{Lu}[\p{L} ,.'’/-]{1,40}[,(]\s?)$`)
	// What ends a dateline: of Han, and of others
	wired = regexp.MustCompile(`^(?:[)】\]]|\s*(?:电|電|讯|訊))`)
	dash  = regexp.MustCompile(`^\s?[.,]?\s?(?:[/(]\s?\p{L}|-{1,2}(?:\s|$))`)
)

const marks = " |·•()[]【】" // before and after a date

// InText returns the date that the first lines of a text name, and how it is written there.
// A date that says no year (in a dateline: 新华社北京1月10日电) is of the year given, or none
// if that is 0. If there is no date that is understood, but what looks like one, written is
// that, and err says what is wrong with it; else written is "".
func InText(text string, year int, order Order) (d Date, written string, err error) {
	if len(text) > headBytes {
		text = text[:headBytes]
	}
	n, unread, reason := 0, "", ErrNoDate
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if n++; n > headLines {
			break
		}
		switch d, written, err = inLine(line, year, order); {
		case err == nil:
			return d, written, nil
		case unread == "" && written != "":
			unread, reason = written, err
		}
	}
	return Date{}, unread, reason
}

// inLine finds the date of a line, as InText does.
func inLine(line string, year int, order Order) (Date, string, error) {
	unread, reason := "", ErrNoDate
	line, whole := firstRunes(line, lineRunes)
	if !strings.ContainsFunc(line, unicode.IsDigit) && !strings.Contains(line, "年") {
		return Date{}, unread, reason
	}
	line = folded(line)
	for _, at := range starts(line) {
		if !whole && at > placeBytes {
			break
		}
		d, n, err := leading(line[at:], year, order)
		if n > 0 && !inDateline(line[:at], line[at+n:]) {
			if year > 0 {
				d, n, err = leading(line[at:], 0, order)
			}
			if n > 0 && (!whole || !inHead(line, at, at+n)) {
				continue
			}
		}
		switch {
		case n == 0:
		case err == nil:
			return d, line[at : at+n], nil
		case unread == "":
			unread, reason = line[at:at+n], err
		}
	}
	return Date{}, unread, reason
}

// inDateline reports whether what stands before and after a date makes a dateline of it.
func inDateline(before, after string) bool {
	return (wired.MatchString(after) || dash.MatchString(after)) && place.MatchString(before)
}

// inHead reports whether the date at line[from:to] is that of the text: anywhere in a line
// that says where it is from, and in others at the beginning, with little after it. A number
// that is a date (20240305) has to be alone.
func inHead(line string, from, to int) bool {
	before, after := line[:from], line[to:]
	next, n := utf8.DecodeRuneInString(after)
	if n == 1 && strings.ContainsRune("-./:", next) && len(after) > 1 && isDigit(after[1]) {
		return false // a piece of a longer number
	}
	if header.MatchString(line) {
		return true
	}
	inBrackets := strings.HasPrefix(line, "(") && strings.HasSuffix(line, ")") // when a law was passed
	before, after = strings.Trim(before, marks), strings.Trim(after, marks)
	switch {
	case before != "" && !dateLabel.MatchString(before), isNumber(line[from:]) && after != "":
		return false
	case unicode.IsLetter(next) && !inBrackets && !wired.MatchString(after):
		return false
	}
	return utf8.RuneCountInString(after) <= restRunes && !strings.ContainsAny(after, ",。;")
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isNumber reports whether s begins with a number that is no year, month or day.
func isNumber(s string) bool {
	const longer = 5
	return len(s) >= longer && strings.TrimLeft(s[:longer], "0123456789") == ""
}

// leading reads the date that s begins with, and returns how long it is. A date that is not
// understood has its error; where nothing looks like a date, n is 0.
func leading(s string, year int, order Order) (d Date, n int, err error) {
	if isNumber(s) {
		word, _, _ := strings.Cut(s, " ")
		if !stamp.MatchString(word) && !compact.MatchString(word) {
			return Date{}, 0, ErrNoDate
		}
		for _, x := range []string{s, word} {
			if d, err = single(x, order); err == nil && d.Exact() {
				return d, len(x), nil
			}
		}
		return Date{}, 0, ErrNoDate
	}
	p, err := &parser{order: order, year: year, month: -1}, ErrNoDate
	for i := 0; i < len(s); {
		end, bad := p.token(s, i)
		if bad != nil || p.unknown > 0 || p.part != (part{}) {
			break
		}
		token := s[i:end]
		i = end
		if !counts(token) || !p.complete(s[:i], i == len(s)) {
			continue
		}
		switch found, bad := p.date(); {
		case bad == nil:
			d, n, err = found, i, nil
		case err != nil:
			n, err = i, bad
		}
	}
	return d, n, err
}

// counts reports whether a token is part of a date: no sign, and no word that may as well
// begin a sentence ("10 January 2019, the council").
func counts(token string) bool {
	r, _ := utf8.DecodeRuneInString(token)
	const firstOfHan = '\u2e80'
	return unicode.IsDigit(r) || unicode.IsLetter(r) && (r >= firstOfHan || !silent[strings.ToLower(token)]) || strings.ContainsRune("+-", r) && len(token) > 1
}

// complete reports whether what was read has the parts of a day, with a year that is
// written out. A day with a year of two digits is a date only where it is all of a line.
func (p *parser) complete(read string, whole bool) bool {
	year, units := p.hasEra, ""
	for _, t := range p.numbers {
		year = year || t.length == 4 && (t.value >= firstYear && t.value < endYear || p.thai)
		if t.unit != 0 {
			units += string(t.unit)
		}
	}
	switch n := len(p.numbers); {
	case n == 0, p.month >= 0 && !p.timed && cells.MatchString(read), p.month >= 0 && p.before == 0 && p.numbers[0].length > 2:
		return false // columns of a table; May 1986 2
	case units == "ymd", units == "dmy", units == "md" && p.year > 0:
		return n == len(units)
	case units == "ym":
		return n == 3 && lastDay.MatchString(read)
	case units != "":
		return false
	case p.month >= 0 && p.year > 0 && n == 1:
		return true
	case p.month >= 0:
		return n == 2 && p.before < 2 && (year || short.MatchString(read))
	}
	return year && len(p.numbers) == 3 && triple.MatchString(read) || whole && pairs.MatchString(read)
}

// starts returns where in a line a date may begin: at a number, a word, and the name of an
// era.
func starts(line string) (all []int) {
	before := ' '
	for i, r := range line {
		digit, letter := unicode.IsDigit(r), unicode.IsLetter(r)
		switch {
		case digit && !unicode.IsDigit(before),
			letter && (!unicode.IsLetter(before) || unicode.Is(unicode.Han, r) && beginsEra(line[i:])):
			all = append(all, i)
		}
		before = r
	}
	return all
}

func beginsEra(s string) bool {
	const first = "令平昭大明民中公西"
	if r, _ := utf8.DecodeRuneInString(s); !strings.ContainsRune(first, r) {
		return false
	}
	for name := range eras {
		if strings.HasPrefix(s, name) {
			return true
		}
	}
	return false
}

// firstRunes returns the first n characters of s, and whether they are all of it.
func firstRunes(s string, n int) (first string, whole bool) {
	for i := range s {
		if n--; n < 0 {
			return s[:i], false
		}
	}
	return s, true
}
