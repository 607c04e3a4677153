package dates

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Dates of documents that have no field for one: in the name of a file, in an address,
// and in the first lines of a text. They are what somebody wrote there, and not always
// when the document came out: weaker evidence than a field.

var inName = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)\d\d)(?:([-_./])(\d{1,2})[-_./](\d{1,2})|(\d\d)(\d\d)(?:\d{4}|\d{6})?|年(\d{1,2})月(\d{1,2})日)(?:[^0-9]|$)|(?:^|[^0-9])((?:19|20)\d\d)([-_/.])(\d\d)(\d\d)(?:[^0-9]|$)|(?:^|[^0-9])((?:19|20)\d\d)(\d\d)/(\d\d)(?:[^0-9]|$)|(?:^|[^0-9])((?:19|20)\d\d)-(\d\d)/(\d\d)(?:[^0-9]|$)`)

// longestName is how many bytes the longest path has that is looked at: .4 µs each.
const longestName = 4096

// InName returns the day that a path or an address names (20190110_a.txt, 2019-01/10/,
// 2019/0110/), if it names just one. What is longer than a path can be names none.
func InName(path string) (d Date, ok bool) {
	if len(path) > longestName {
		return Date{}, false
	}
	for at := 0; at < len(path); {
		loc := inName.FindStringSubmatchIndex(path[at:])
		if loc == nil {
			break
		}
		var n []int
		for i := 2; i < len(loc); i += 2 {
			if loc[i] < 0 {
				continue
			}
			if v, err := strconv.Atoi(path[at+loc[i] : at+loc[i+1]]); err == nil {
				n = append(n, v)
			}
		}
		at += max(1, loc[1]-1)
		if len(n) != 3 {
			continue
		}
		t, err := civil(n[0], n[1], n[2])
		switch {
		case err != nil:
			continue
		case ok && !t.Equal(d.Time):
			return Date{}, false // from one day to another
		}
		d, ok = Date{Time: t}, true
	}
	return d, ok
}

const (
	headLines = 10
	headBytes = 3000
	lineRunes = 100 // of a line that is a head and no prose
)

var (
	numeric = regexp.MustCompile(`(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:[\sT　]{0,3}\d{1,2}(?:[:：时]\d\d)(?:分|[:：]\d\d)?)?`)
	han     = regexp.MustCompile(`[一二][〇○零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十廿卅]{1,3}日`)
	named   = regexp.MustCompile(`(?i)(?:\d{1,2}(?:st|nd|rd|th|er|\.)?\s(?:de\s)?\p{L}{3,12}\.?,?\s(?:de\s)?|\p{L}{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s)(?:19|20)\d\d`)
	// signs of a line that says where a text comes from
	header   = regexp.MustCompile(`(?i)来源|來源|编辑|編輯|作者|记者|責編|责编|发布|發佈|发表|字号|浏览|阅读|点击|评论|source|\bby\b|published|updated|posted|reporter|editor`)
	dateline = regexp.MustCompile(`^[\s　（(【\[]*(?:[\p{Han}、\s　]{2,20}?|[A-Z][\p{L} ,.]{2,40}?[,(]\s?)((?:19|20)\d\d年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日)(?:[）)】\]]|\s*(?:电|電|讯|訊))`)
)

// InText returns the day that the first lines of a text name: in a line that says where
// it comes from ("2019年01月10日 09:27 来源：…"), or in its dateline ("新华社北京2019年1月10日电").
// The year of a dateline without one is given by year, 0 if that is not known.
func InText(text string, year int) (d Date, ok bool) {
	if len(text) > headBytes {
		text = text[:headBytes]
	}
	n := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if n++; n > headLines {
			break
		}
		if d, ok = inHeader(line); ok {
			return d, true
		}
		if d, ok = inDateline(line, year); ok {
			return d, true
		}
	}
	return Date{}, false
}

// inHeader finds the date of a line that is a head: a short one that begins with it, or
// one that says where the text is from.
func inHeader(line string) (Date, bool) {
	if utf8.RuneCountInString(line) > lineRunes {
		return Date{}, false
	}
	for _, form := range []*regexp.Regexp{numeric, han, named} {
		loc := form.FindStringIndex(line)
		if loc == nil {
			continue
		}
		before := strings.Trim(line[:loc[0]], " 　|·•()（）[]【】")
		rest := line[loc[1]:]
		switch {
		case header.MatchString(line):
		case strings.HasSuffix(before, ":"), strings.HasSuffix(before, "："):
			if utf8.RuneCountInString(before) > 8 {
				continue
			}
		case before != "":
			continue
		case utf8.RuneCountInString(strings.Trim(rest, " 　|·•()（）[]【】")) > 30 || strings.ContainsAny(rest, "，。,;；"):
			continue // prose that begins with a date
		}
		if d, err := Parse(line[loc[0]:loc[1]]); err == nil {
			return d, true
		}
	}
	return Date{}, false
}

// inDateline finds the date of a dateline.
func inDateline(line string, year int) (Date, bool) {
	if len(line) > 300 {
		line = line[:300]
	}
	m := dateline.FindStringSubmatch(line)
	if m == nil {
		return Date{}, false
	}
	date := m[1]
	if !strings.Contains(date, "年") {
		if year == 0 {
			return Date{}, false
		}
		date = strconv.Itoa(year) + "年" + date
	}
	d, err := Parse(date)
	return d, err == nil
}

var yearInName = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)\d\d)(?:[^0-9]|$)`)

// YearInName returns the year that a path names, if it names just one, else 0.
func YearInName(path string) (year int) {
	if d, ok := InName(path); ok {
		return d.Time.Year()
	}
	for _, m := range yearInName.FindAllStringSubmatch(path, -1) {
		y, _ := strconv.Atoi(m[1])
		if year != 0 && y != year {
			return 0
		}
		year = y
	}
	return year
}
