package testdata

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// Diff is a judgement of differences: two texts and what is to be said of them.
// The format is described in cases/README.
type Diff struct {
	Name    string // file name, without extension
	Why     string // why it exists
	A, B    string
	Changes []Change
	Counts  []Count
}

// Change is a difference that must be among those found.
type Change struct {
	Grade, Class string // words separated by |, or *
	A, B         string
	Hint         string // the hint it must carry, if any
}

// Count bounds the number of changes of a grade or of blocks of a kind.
type Count struct {
	What string // a grade, or a kind of block: moved, omitted, …
	Op   string // =, >= or <=
	N    int
}

// Holds reports whether n keeps c.
func (c Count) Holds(n int) bool {
	switch c.Op {
	case ">=":
		return n >= c.N
	case "<=":
		return n <= c.N
	}
	return n == c.N
}

// Answers reports whether a change that was found, with the texts a and b that
// a reader is shown, is the one of c. It may be shown wider or narrower than c
// has it; of figures and dates, all and no others must be shown.
func (c Change) Answers(grade, class, a, b string) bool {
	if !Is(c.Grade, grade) || !Is(c.Class, class) {
		return false
	}
	switch class {
	case "number", "amount", "date":
		if digits(a) != digits(c.A) || digits(b) != digits(c.B) {
			return false
		}
	}
	wider := strings.Contains(a, c.A) && strings.Contains(b, c.B)
	return wider || within(a, b, c.A, c.B)
}

// within reports whether changing a to b somewhere in from makes it to.
func within(a, b, from, to string) bool {
	for i := range len(from) - len(a) + 1 {
		if strings.HasPrefix(from[i:], a) && from[:i]+b+from[i+len(a):] == to {
			return true
		}
	}
	return false
}

// digits returns what stands for a value in s: figures in either style, signs
// and points.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789-−.:%〇零一二三四五六七八九十百千", r) {
			return r
		}
		return -1
	}, s)
}

// Diffs returns the cases of differences, by name.
func Diffs() ([]Diff, error) { return readAll("diff", parseDiff) }

func parseDiff(name string, a *txtar.Archive) (Diff, error) {
	d := Diff{Name: name, Why: strings.TrimSpace(string(a.Comment))}
	want, err := takeWant(a)
	if err != nil {
		return d, err
	}
	if len(a.Files) != 2 || a.Files[0].Name != "a" || a.Files[1].Name != "b" {
		return d, fmt.Errorf("want the files a, b and want")
	}
	d.A, d.B = string(a.Files[0].Data), string(a.Files[1].Data)
	for n, line := range want {
		if err := d.parseLine(line); err != nil {
			return d, fmt.Errorf("want, line %d: %q: %w", n+1, line, err)
		}
	}
	return d, nil
}

var (
	countLine  = regexp.MustCompile(`^([a-z-]+) ?(>=|<=|) ?(\d+)$`)
	changeLine = regexp.MustCompile(`^(\S+) (\S+) ("[^"]*") -> ("[^"]*")(?: hint ("[^"]*"))?$`)

	counted = []string{
		"substantive", "minor", "cosmetic",
		"in-place", "moved", "repeated", "inserted", "omitted", "split", "merged",
	}
	grades = counted[:3]
)

func (d *Diff) parseLine(line string) error {
	if m := countLine.FindStringSubmatch(line); m != nil {
		n, err := strconv.Atoi(m[3])
		if err != nil {
			return err
		}
		if !slices.Contains(counted, m[1]) {
			return fmt.Errorf("nothing is called %q", m[1])
		}
		d.Counts = append(d.Counts, Count{What: m[1], Op: m[2], N: n})
		return nil
	}
	m := changeLine.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("neither a change nor a count")
	}
	for _, g := range strings.Split(m[1], "|") {
		if g != "*" && !slices.Contains(grades, g) {
			return fmt.Errorf("no grade %q", g)
		}
	}
	d.Changes = append(d.Changes, Change{
		Grade: m[1], Class: m[2],
		A: unquote(m[3]), B: unquote(m[4]), Hint: unquote(m[5]),
	})
	return nil
}

func unquote(s string) string { return strings.Trim(s, `"`) }
