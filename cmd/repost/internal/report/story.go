package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"repost/dedup"
	"repost/dedup/collate"
	"repost/dedup/dates"
	"repost/shingle"
)

// Story prints a story with its members and, if it has any, their differences.
func (p *Printer) Story(s *Story) {
	if p.JSON {
		p.object(s)
		return
	}
	head := "story " + s.ID + "  " + Count(s.Size, "member", "members") + "  "
	p.printf("%s%s\n", p.bold(head), Cut(s.Head, p.Columns()-Width(head)))
	p.Members(s)
	if gap := s.Apart(); gap != "" {
		p.printf("  %s\n", gap)
	}
	for _, d := range s.Differences {
		p.printf("\n")
		p.difference(d, "  ", brief)
	}
}

// Members prints the members of a story, one a line, in the order of time.
func (p *Printer) Members(s *Story) {
	var rows Rows
	for _, m := range s.InTime() {
		mark := " "
		if m.Canonical {
			mark = "*"
		}
		rows.Add(mark, m.relation(), Percent(m.Coverage), Name(m.ID), Label(m.Source), Label(m.Date), Cut(Label(m.Title), 40))
	}
	p.rows("  ", rows)
}

// InTime returns the members by date, those without one last. Members of one date keep
// their order: the canonical one first, the others by id.
func (s *Story) InTime() []Member {
	members := slices.Clone(s.Members)
	collate.SortInTime(members, func(m *Member) string { return m.Date })
	return members
}

// relation is the relation of a member in a list that marks the canonical one.
func (m *Member) relation() string { return relationWord(m.Relation, m.Canonical) }

func relationWord(r dedup.Relation, canonical bool) string {
	if canonical {
		return "canonical"
	}
	return string(r)
}

// Apart says how long after the first member of a story the last one came if that is over
// a year, and whether all have the same text; else nothing.
func (s *Story) Apart() string {
	first, last := s.Days()
	if first == "" || DaysBetween(first, last) <= 366 {
		return ""
	}
	other := func(m Member) bool {
		return !m.Canonical && m.Relation != dedup.Identical && m.Relation != dedup.SameText
	}
	if slices.ContainsFunc(s.Members, other) {
		return "the last came after " + Gap(first, last)
	}
	return "the same text again after " + Gap(first, last)
}

// StoryHeadings are those of StoryRow.
var StoryHeadings = []string{"story", "members", "sources", "first", "days", "title or beginning"}

// StoryRow appends a row for a story.
func (r *Rows) StoryRow(s *Story) {
	first, last := s.Days()
	sources := ""
	if n := s.Sources(); n > 0 {
		sources = Thousands(n)
	}
	days := ""
	if first != "" {
		days = Thousands(DaysBetween(first, last))
	}
	r.Add(s.ID, Thousands(s.Size), sources, first, days, s.Head)
}

// Period returns the first and the last of dates, as they are written, in the order of their
// moments: see collate.SortInTime. Of dates that name more than a day, a month or a year, the first
// day counts, and only where no date names one. Without any date both are nothing.
func Period(all []string) (first, last string) {
	var days, coarse []string
	for _, s := range all {
		if d, err := dates.Parse(s); err == nil && d.Exact() {
			days = append(days, s)
		} else if err == nil {
			coarse = append(coarse, s)
		}
	}
	if len(days) == 0 {
		days = coarse
	}
	if len(days) == 0 {
		return "", ""
	}
	collate.SortInTime(days, func(s *string) string { return *s })
	return days[0], days[len(days)-1]
}

// DaysBetween returns how many days after the first date the last one is, by the days that are
// written, without regard to their zones; at least 0.
func DaysBetween(first, last string) int { return int(max(0, dedup.Day(last)-dedup.Day(first))) }

// Days returns the days of Period of the members, as 2025-10-09, or nothing.
func (s *Story) Days() (first, last string) {
	var all []string
	for _, m := range s.Members {
		all = append(all, m.Date)
	}
	first, last = Period(all)
	return dayOf(first), dayOf(last)
}

// dayOf returns the first day of a date.
func dayOf(date string) string {
	d, err := dates.Parse(date)
	if err != nil {
		return ""
	}
	return d.Time.Format(time.DateOnly)
}

// Sources counts the sources that carry a story.
func (s *Story) Sources() int {
	seen := map[string]bool{}
	for _, m := range s.Members {
		if m.Source != "" {
			seen[m.Source] = true
		}
	}
	return len(seen)
}

// MemberHeadings are those of MemberRows.
var MemberHeadings = []string{"story", "", "relation", "share", "document", "source", "date", "title"}

// MemberRows appends one row for each member, the story's id first: columns to
// sort, cut and grep.
func (r *Rows) MemberRows(s *Story) {
	for _, m := range s.InTime() {
		canonical := "member"
		if m.Canonical {
			canonical = "canonical"
		}
		r.Add(s.ID, canonical, string(m.Relation), Percent(m.Coverage), Name(m.ID), Label(m.Source), Label(m.Date), Cut(Label(m.Title), 40))
	}
}

// StoryCSV begins a table of stories, a row each.
func (p *Printer) StoryCSV() *CSVTable {
	return p.CSV("story", "members", "sources", "first", "last", "canonical", "title")
}

// Story writes a row of StoryCSV.
func (t *CSVTable) Story(s *Story) {
	first, last := s.Days()
	t.Row(s.ID, s.Size, s.Sources(), first, last, s.Members[0].ID, s.Head)
}

// MemberCSV begins a table of the members of stories, a row each.
func (p *Printer) MemberCSV() *CSVTable {
	return p.CSV("story", "canonical", "relation", "coverage", "id", "source", "date", "title", "url", "spans")
}

// Members writes rows of MemberCSV.
func (t *CSVTable) Members(s *Story) {
	for _, m := range s.InTime() {
		t.Row(s.ID, m.Canonical, string(m.Relation), m.Coverage, m.ID, m.Source, m.Date, m.Title, m.URL, ranges(m.Spans))
	}
}

// ranges writes spans as lo-hi, with spaces between: bytes, the end not included.
func ranges(spans []shingle.Span) string {
	var out []string
	for _, s := range spans {
		out = append(out, fmt.Sprintf("%d-%d", s.Lo, s.Hi))
	}
	return strings.Join(out, " ")
}

const (
	boldOn  = "\x1b[1m"
	redOn   = "\x1b[31m"
	greenOn = "\x1b[32m"
	off     = "\x1b[0m"
)

func (p *Printer) bold(s string) string { return p.paint(boldOn, s) }

func (p *Printer) paint(on, s string) string {
	if !p.Color || s == "" {
		return s
	}
	return on + s + off
}
