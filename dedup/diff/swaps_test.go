package diff

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"
	"testing"
)

//go:embed testdata/swaps.tsv
var swapTable string

//go:embed testdata/sentences.tsv
var sentenceTable string

//go:embed testdata/read.tsv
var readTable string

//go:embed testdata/unread.tsv
var unreadTable string

// swap is one sentence in which words stand for others.
type swap struct {
	grade       Grade
	class, a, b string
	check       bool // of the half whose errors nobody reads
	latin       bool // in another language than Chinese
}

// turned returns s read from B to A.
func (s swap) turned() swap {
	s.a, s.b = s.b, s.a
	switch s.class {
	case string(Omission):
		s.class = string(Addition)
	case string(Addition):
		s.class = string(Omission)
	}
	return s
}

func swaps(t testing.TB, table string) []swap {
	t.Helper()
	var out []swap
	for n, line := range strings.Split(strings.TrimSpace(table), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			t.Fatalf("line %d: %d fields", n+1, len(f))
		}
		text := strings.ReplaceAll(f[2], `\n`, "\n")
		before, rest, ok := strings.Cut(text, "[")
		inner, after, ok2 := strings.Cut(rest, "]")
		x, y, ok3 := strings.Cut(inner, "|")
		if !ok || !ok2 || !ok3 {
			t.Fatalf("line %d: no [x|y]", n+1)
		}
		h := fnv.New32a()
		h.Write([]byte(f[2]))
		out = append(out, swap{
			grade: Grade(f[0]), class: f[1], a: before + x + after, b: before + y + after,
			check: h.Sum32()%2 == 1, latin: notChinese(text),
		})
	}
	return out
}

// notChinese reports whether s is not Chinese.
func notChinese(s string) bool {
	han := 0
	for _, r := range s {
		switch {
		case r >= 0x3040 && r < 0x3100 || r >= 0xAC00 && r < 0xD7B0:
			return true
		case r >= 0x4E00 && r < 0xA000:
			han++
		}
	}
	return han == 0
}

// sameClass reports whether a change of class got is what a sentence of class
// want should show. What is an amount and what a mere number is not asked.
func sameClass(want string, got Class) bool {
	if got == Amount {
		got = Number
	}
	for want := range strings.SplitSeq(want, ",") {
		if want == "*" || want == string(got) || want == string(Amount) && got == Number {
			return true
		}
	}
	return false
}

// outcome counts how the sentences of one kind are judged.
type outcome struct{ n, right, class, several int }

// judge compares one sentence and counts what came of it.
func (m *outcome) judge(s swap, r *Result) (ok bool) {
	top, shown, class := -1, 0, false
	for _, c := range r.Changes {
		top = max(top, rank[c.Grade])
		if c.Grade != Cosmetic {
			shown++
		}
	}
	for _, c := range r.Changes {
		class = class || rank[c.Grade] == top && sameClass(s.class, c.Class)
	}
	m.n++
	if top == rank[s.grade] {
		m.right++
		if class {
			m.class++
		}
	}
	if shown > 1 {
		m.several++
	}
	return top == rank[s.grade] && shown <= 1 && class
}

// halfOf returns the sentences of one half of a table.
func halfOf(half string, list []swap) (out []swap) {
	for _, s := range list {
		if s.check == (half == "check") {
			out = append(out, s)
		}
	}
	return out
}

// measure grades sentences and returns what came of each grade, and of each class
// of it. Single errors are shown of the half that rules are made on, no other.
func measure(t *testing.T, half string, list []swap) map[string]*outcome {
	t.Helper()
	verbose := os.Getenv("REPOST_VERBOSE") != ""
	rows := map[string]*outcome{}
	for _, s := range list {
		r := check(t, Side{Text: s.a}, Side{Text: s.b}, Options{})
		keys := []string{string(s.grade) + " " + s.class, string(s.grade)}
		if s.latin {
			keys = append(keys, "not Chinese, "+string(s.grade))
		}
		ok := true
		for _, key := range keys {
			if rows[key] == nil {
				rows[key] = &outcome{}
			}
			ok = rows[key].judge(s, r)
		}
		if verbose && half != "check" && half != "unread" && !ok {
			fmt.Printf("%s %s %s | %s\n", s.grade, s.class, s.a, s.b)
			for _, c := range r.Changes {
				fmt.Printf("    %s %s %s → %s %v\n", c.Grade, c.Class, c.AText, c.BText, c.Reasons)
			}
		}
	}
	var keys []string
	for k := range rows {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		r := rows[k]
		t.Logf("%-5s %-28s %3d right %.3f, of the class %.3f, told as several %d", half, k, r.n, share(r.right, r.n), share(r.class, r.n), r.several)
	}
	return rows
}

// TestSwaps measures how words that are exchanged are graded, by halves. Before
// there were scales and heads, .31 of the substantive ones of the half that rules
// are made on were graded right, and .35 of the other. One hand wrote the
// sentences and then the rules, so what other texts show will lie below: opposites
// most of all.
func TestSwaps(t *testing.T) {
	list := swaps(t, swapTable)
	for i := range list {
		list[i].class = "*" // this table names what was exchanged, not the class
	}
	for _, half := range []string{"tune", "check"} {
		rows := measure(t, half, halfOf(half, list))
		for grade, least := range map[string]float64{"substantive": leastSubstantive, "minor": leastMinor} {
			if got := share(rows[grade].right, rows[grade].n); got < least {
				t.Errorf("%s: of %s swaps %.3f are graded right, want %.2f", half, grade, got, least)
			}
		}
	}
}

// What TestSwaps asks of either half. Since words that no list knows say something else,
// substantive rose from .85 and minor fell from .97, here and in the tests below; .78 since
// that holds of Chinese verbs too, with no substantive one of the half to be checked wrong.
const (
	leastSubstantive = .98
	leastMinor       = .77
)

// TestSentences measures the same on news of many fields, every class, some
// other languages, and in both directions. Before rules were made for it .777 of
// the substantive ones of the half that they are made on were graded right, and
// .712 of the other, now .98 and .89: what is left is names and opposites that no
// list knows, and that is how texts of another hand will do.
func TestSentences(t *testing.T) {
	var list []swap
	for _, s := range swaps(t, sentenceTable) {
		list = append(list, s, s.turned())
	}
	for _, half := range []string{"tune", "check"} {
		rows := measure(t, half, halfOf(half, list))
		for grade, least := range map[string]float64{"substantive": .96, "minor": .86, "cosmetic": .96} {
			if got := share(rows[grade].right, rows[grade].n); got < least {
				t.Errorf("%s: of %s sentences %.3f are graded right, want %.2f", half, grade, got, least)
			}
		}
	}
}

// TestRead measures the same on the table that rules are made on.
func TestRead(t *testing.T) {
	atLeast(t, "read", readTable, map[string]float64{"substantive": .98, "minor": .98, "cosmetic": .98})
}

// TestUnread measures the same on a table of which no single error was ever read.
// When it was written .747 of the substantive ones were graded right (.643 of the
// class), .980 of the minor ones and .705 of the cosmetic ones.
func TestUnread(t *testing.T) {
	atLeast(t, "unread", unreadTable, map[string]float64{"substantive": .99, "minor": .83, "cosmetic": .98})
}

// atLeast asks for shares of a whole table, read in both directions.
func atLeast(t *testing.T, name, table string, least map[string]float64) {
	t.Helper()
	var list []swap
	for _, s := range swaps(t, table) {
		list = append(list, s, s.turned())
	}
	rows := measure(t, name, list)
	for grade, want := range least {
		if got := share(rows[grade].right, rows[grade].n); got < want {
			t.Errorf("of %s sentences %.3f are graded right, want %.2f", grade, got, want)
		}
	}
}
