package dates

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Dates in the name of a file and in an address, of documents that have no field for one.
// They are what somebody wrote there, and not always when the document came out: weaker
// evidence than a field.

var inName = regexp.MustCompile(`(?:^|[^0-9])((?:1[6-9]|20)\d\d)(?:([-_./])(\d{1,2})[-_./](\d{1,2})|(\d\d)(\d\d)(?:\d{4}|\d{6})?|年(\d{1,2})月(\d{1,2})日)(?:[^0-9]|$)|(?:^|[^0-9])((?:19|20)\d\d)([-_/.])(\d\d)(\d\d)(?:[^0-9]|$)|(?:^|[^0-9])((?:19|20)\d\d)(\d\d)/(\d\d)(?:[^0-9]|$)|(?:^|[^0-9])((?:19|20)\d\d)-(\d\d)/(\d\d)(?:[^0-9]|$)`)

// longestName is how many bytes the longest path has that is looked at: .4 µs each.
const longestName = 4096

// InName returns the day that a path or an address names (20190110_a.txt, 2019-01/10/,
// 2019/0110/), if it names just one. What is longer than a path can be names none.
func InName(path string) (d Date, ok bool) {
	d, at := daysInName(path)
	return d, len(at) > 0
}

// daysInName returns the one day that a path names, and where it does: from the first digit
// of the year to the last of the day.
func daysInName(path string) (d Date, spans [][2]int) {
	if len(path) > longestName {
		return Date{}, nil
	}
	for at := 0; at < len(path); {
		loc := inName.FindStringSubmatchIndex(path[at:])
		if loc == nil {
			break
		}
		var n []int
		lo, hi := 0, 0
		for i := 2; i < len(loc); i += 2 {
			if loc[i] < 0 {
				continue
			}
			if v, err := strconv.Atoi(path[at+loc[i] : at+loc[i+1]]); err == nil {
				if len(n) == 0 {
					lo = at + loc[i]
				}
				n, hi = append(n, v), at+loc[i+1]
			}
		}
		at += max(1, loc[1]-1)
		if len(n) != 3 {
			continue
		}
		if n[0] < firstYear && path[lo+4] >= '0' && path[lo+4] <= '9' {
			continue // a number of eight digits
		}
		t, err := civil(n[0], n[1], n[2])
		switch {
		case err != nil:
			continue
		case spans != nil && !t.Equal(d.Time):
			return Date{}, nil // from one day to another
		}
		d, spans = Date{Time: t}, append(spans, [2]int{lo, hi})
	}
	return d, spans
}

// timeAfter is the time that stands after a day in the name of a file: 091500, T09-15.
var timeAfter = regexp.MustCompile(`^(?:日|\d{4}(?:\d\d)?|[T ]\d\d[-:.]?\d\d(?:[-:.]?\d\d)?Z?)`)

// WithoutDay returns a path without the day that it names, and the time that stands with
// it: news/a3.htm for news/2025-03-04/a3.htm and for news/a3_20250304.htm. What is called
// alike on several days may be one page that was saved on each of them. It is "" if the day
// is all there is, and the path itself if it names no day, or more than one.
func WithoutDay(path string) string {
	_, spans := daysInName(path)
	if len(spans) == 0 {
		return path
	}
	const day = "\x00"
	var marked strings.Builder
	at := 0
	for _, s := range spans {
		marked.WriteString(path[at:s[0]] + day)
		at = s[1] + len(timeAfter.FindString(path[s[1]:]))
	}
	marked.WriteString(path[at:])
	var names []string
	all := strings.Split(marked.String(), "/")
	for i, name := range all {
		if strings.Contains(name, day) {
			name = nameWithout(name, day, i == len(all)-1)
		}
		if name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, "/")
}

// nameWithout returns the name of a file or folder without a day: "" if nothing else is in
// it, but the extension of a file or the time in the name of a folder.
func nameWithout(name, day string, file bool) string {
	const signs = "-_. "
	stem, ext := name, ""
	if file {
		ext = filepath.Ext(name)
		stem = strings.TrimSuffix(name, ext)
	}
	if !file && strings.Trim(stem, day+signs+"T:0123456789") == "" {
		return ""
	}
	var parts []string
	for part := range strings.SplitSeq(stem, day) {
		if part = strings.Trim(part, signs); part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "-") + ext
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
