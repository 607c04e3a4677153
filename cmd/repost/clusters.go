package main

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/cluster"
	"repost/shingle"
	"repost/store"
)

const clustersHelp = `clusters lists the stories of the corpus, one a line: id, number of
members, number of sources, the day of the first member, the number of days until the last
one, and the title of the canonical member or the beginning of its part of the story. If the
story lasted for more than a year, the line ends with how long. With --members there is a
line for each member instead, in the order of their dates, with the story's id first.

A story is listed if it passes all filters that are given. --source, --since and
--until ask for one member that fits all three; a member without a date fits no
date. --grep searches the titles of all members, and the canonical member's text of the
story, for a regular expression. It ignores case, width and the difference between
traditional and simplified Chinese.

` + canonicalHelp + ` It represents the story:
the others are compared with it. ` + relationsNote + `

--sort size lists the story with the most members first, sources the one that the most
sources carry, date the one that began last, growth the one with the most members within
seven days, not counting those outside of --since and --until. Without --sort the order is
that of the canonical members' ids.

` + report.CSVNote

// orders are the values of --sort.
var orders = []string{"id", "size", "date", "sources", "growth"}

type clusterFilter struct {
	size         int
	source, id   string
	since, until string
	grep         string
	sort         string
	limit        int
	members      bool
	csv          bool

	from, to int32
	pattern  *pattern
}

func (a *app) clustersCommand() *cobra.Command {
	var f clusterFilter
	c := &cobra.Command{
		Use:   "clusters",
		Short: "List the stories of the corpus",
		Long:  help(clustersHelp, "1 no story found"),
		Example: "  repost clusters --min-size 3 --since 2025-10-01\n  repost clusters --sort growth --limit 20\n" +
			"  repost clusters --json | jq -r .members[0].id",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := f.parse(); err != nil {
				return err
			}
			if a.json && f.csv {
				return usage("--json and --csv are two formats: give one of them")
			}
			return a.reading(func(c *store.Corpus) error { return a.clusters(c, f) })
		},
	}
	a.jsonFlag(c, "print one story a line as JSON, with its members and their spans")
	fs := c.Flags()
	fs.IntVar(&f.size, "min-size", 2, "list stories with at least `N` members")
	fs.StringVar(&f.source, "source", "", "list stories that this `source` carried")
	fs.StringVar(&f.id, "id", "", "list the stories of the document with this `id`")
	fs.StringVar(&f.since, "since", "", "list stories carried on this `day` or later, as 2025-10-09")
	fs.StringVar(&f.until, "until", "", "list stories carried on this `day` or earlier")
	fs.StringVar(&f.grep, "grep", "", "list stories with this regular `expression` in a title or in their text")
	fs.StringVar(&f.sort, "sort", "id", "the `order`: "+strings.Join(orders, ", "))
	fs.IntVar(&f.limit, "limit", 0, "list at most `N` stories (0 = all)")
	fs.BoolVar(&f.members, "members", false, "print a line for each member")
	fs.BoolVar(&f.csv, "csv", false, "print CSV: a row for each story, or with --members for each member")
	return c
}

func (f *clusterFilter) parse() error {
	if err := oneOf("sort", f.sort, orders); err != nil {
		return err
	}
	f.from, f.to = cluster.NoDay, 1<<31-1
	for _, d := range []struct {
		given string
		day   *int32
	}{{f.since, &f.from}, {f.until, &f.to}} {
		if d.given != "" {
			*d.day = dedup.Day(d.given)
		}
	}
	var err error
	f.pattern, err = newPattern(f.grep)
	return err
}

// within reports whether a date lies between --since and --until.
func (f *clusterFilter) within(date string) bool {
	if f.since == "" && f.until == "" {
		return true
	}
	day := dedup.Day(date)
	return day != cluster.NoDay && f.from <= day && day <= f.to
}

// fits reports whether the members of a story pass the filters, --grep apart.
func (f *clusterFilter) fits(s *report.Story) bool {
	if s.Size < f.size || f.id != "" && !slices.ContainsFunc(s.Members, func(m report.Member) bool { return m.ID == f.id }) {
		return false
	}
	return slices.ContainsFunc(s.Members, func(m report.Member) bool {
		return (f.source == "" || m.Source == f.source) && f.within(m.Date)
	})
}

// none says what no story is.
func (f *clusterFilter) none() string {
	what := "no story has at least " + report.Count(f.size, "member", "members")
	for _, c := range []struct{ text, given string }{
		{", is carried by the source ", f.source}, {", has the document ", f.id}, {", is carried on or after ", f.since},
		{", is carried on or before ", f.until}, {", matches ", f.grep},
	} {
		if c.given != "" {
			what += c.text + c.given
		}
	}
	if i := strings.LastIndex(what, ", "); i > 0 {
		what = what[:i] + " and" + what[i+1:]
	}
	return what
}

func (a *app) clusters(c *store.Corpus, f clusterFilter) error {
	if f.id != "" {
		switch _, known, err := c.Number(f.id); {
		case err != nil:
			return err
		case !known:
			return fmt.Errorf("%s has no document %q", a.corpus, f.id)
		}
	}
	t := newPresenter(c)
	l := a.storyList(f)
	each := func(fn func(*report.Story) error) error { return t.fitting(f, fn) }
	if f.sort != "id" {
		each = func(fn func(*report.Story) error) error { return t.sorted(f, fn) }
	}
	n := 0
	err := each(func(s *report.Story) error {
		l.add(s)
		if n++; n == f.limit {
			return errEnough
		}
		return l.printer.Err
	})
	if err != nil && err != errEnough {
		return err
	}
	if err := l.end(); err != nil {
		return err
	}
	if n == 0 {
		return a.none("%s", f.none())
	}
	return nil
}

// storyList prints stories in the format that is asked for.
type storyList struct {
	clusterFilter
	printer *report.Printer
	table   *report.CSVTable
	rows    report.Rows
}

func (a *app) storyList(f clusterFilter) *storyList {
	l := &storyList{clusterFilter: f, printer: a.printer()}
	switch {
	case f.csv && f.members:
		l.table = l.printer.MemberCSV()
	case f.csv:
		l.table = l.printer.StoryCSV()
	}
	return l
}

func (l *storyList) add(s *report.Story) {
	switch {
	case l.printer.JSON:
		l.printer.Story(s)
	case l.csv && l.members:
		l.table.Members(s)
	case l.csv:
		l.table.Story(s)
	case l.members:
		l.rows.MemberRows(s)
	default:
		gap := ""
		if gap = s.Apart(); gap != "" {
			gap = " (" + gap + ")"
		}
		s.Head = report.Cut(s.Head, l.printer.Columns()-24-len(gap)) + gap
		l.rows.StoryRow(s)
	}
}

func (l *storyList) end() error {
	switch {
	case l.table != nil:
		return l.table.End()
	case l.members:
		l.printer.List(report.MemberHeadings, l.rows)
	default:
		l.printer.List(report.StoryHeadings, l.rows)
	}
	return l.printer.Err
}

// fitting calls fn for the stories that pass the filters, by the ids of the canonical
// members.
func (t *presenter) fitting(f clusterFilter, fn func(*report.Story) error) error {
	return eachStory(t.corpus, f.id, func(s *dedup.Story) error {
		r, err := t.members(s)
		if err != nil || !f.fits(r) {
			return err
		}
		canonical, err := t.corpus.Document(s.Members[0].Doc)
		if err != nil {
			return err
		}
		if !f.pattern.in(r, &canonical) {
			return nil
		}
		r.Head = headOf(&canonical, s.Members[0].Spans)
		return fn(r)
	})
}

// ranked is a story and by what it is sorted.
type ranked struct {
	id   string
	rank int
}

// sorted is fitting in the order of --sort. It holds an id and a number for each story,
// and reads those that are listed a second time.
func (t *presenter) sorted(f clusterFilter, fn func(*report.Story) error) error {
	var all []ranked
	err := t.fitting(f, func(s *report.Story) error {
		all = append(all, ranked{s.ID, f.rank(s)})
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return b.rank - a.rank })
	for _, x := range all {
		s, ok, err := t.corpus.Story(x.id)
		if err == nil && !ok {
			err = store.ErrChanged
		}
		if err != nil {
			return err
		}
		r, err := t.story(&s)
		if err != nil {
			return err
		}
		if err := fn(r); err != nil {
			return err
		}
	}
	return nil
}

// rank returns the value that stories are sorted by, the largest first.
func (f *clusterFilter) rank(s *report.Story) int {
	switch f.sort {
	case "size":
		return s.Size
	case "sources":
		return s.Sources()
	case "growth":
		return f.growth(s)
	}
	first, _ := s.Days()
	return int(max(dedup.Day(first), -1<<30)) // without a date: last
}

// growth returns the largest number of members in seven days.
func (f *clusterFilter) growth(s *report.Story) int {
	var days []int32
	for _, m := range s.Members {
		if day := dedup.Day(m.Date); day != cluster.NoDay && f.within(m.Date) {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	most, from := 0, 0
	for i, day := range days {
		for days[from] <= day-7 {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

// pattern is a regular expression for texts of any script: it is looked for in a text as
// it stands and as it is folded.
type pattern struct{ plain, folded *regexp.Regexp }

// newPattern returns nil, which all texts match, for "".
func newPattern(expression string) (*pattern, error) {
	if expression == "" {
		return nil, nil
	}
	plain, err := regexp.Compile("(?i)" + expression)
	var wrong *syntax.Error
	if errors.As(err, &wrong) {
		return nil, fmt.Errorf("not a regular expression: %s", wrong.Code)
	}
	if err != nil {
		return nil, errors.New("not a regular expression")
	}
	folded, err := regexp.Compile("(?i)" + foldLetters(expression))
	if err != nil {
		folded = plain
	}
	return &pattern{plain, folded}, nil
}

// in reports whether a title of the story matches, or its text.
func (p *pattern) in(s *report.Story, canonical *dedup.Document) bool {
	if p == nil || p.matches(storyText(canonical.Text, s.Members[0].Spans)) {
		return true
	}
	return slices.ContainsFunc(s.Members, func(m report.Member) bool { return p.matches(m.Title) })
}

func (p *pattern) matches(text string) bool {
	return p.plain.MatchString(text) || p.folded.MatchString(foldLetters(text))
}

// errEnough ends a list at its limit.
var errEnough = errors.New("enough")

// eachStory calls fn for the stories, or those that one document is in.
func eachStory(c *store.Corpus, id string, fn func(*dedup.Story) error) error {
	if id == "" {
		return c.Stories(fn)
	}
	n, ok, err := typedNumber(c, id)
	if err != nil || !ok {
		return err
	}
	stories, err := c.StoriesOf(n)
	for i := range stories {
		if err == nil {
			err = fn(&stories[i])
		}
	}
	return err
}

// storyText joins the parts of a text that are in a story.
func storyText(text string, spans []shingle.Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Of(text))
		b.WriteByte('\n')
	}
	return b.String()
}

// foldLetters folds letters, Han characters and digits one by one, and leaves all else,
// such as the marks of a regular expression, as it is.
func foldLetters(s string) string {
	var rules shingle.Rules
	folded := map[rune]string{}
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			b.WriteRune(r)
			continue
		}
		f, ok := folded[r]
		if !ok {
			f = rules.FoldString(string(r))
			folded[r] = f
		}
		b.WriteString(f)
	}
	return b.String()
}
