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

// swap is one sentence in which words stand for others.
type swap struct {
	grade       Grade
	class, a, b string
	check       bool // of the half whose errors nobody reads
}

func swaps(t testing.TB) []swap {
	t.Helper()
	var out []swap
	for n, line := range strings.Split(strings.TrimSpace(swapTable), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			t.Fatalf("line %d: %d fields", n+1, len(f))
		}
		before, rest, ok := strings.Cut(f[2], "[")
		inner, after, ok2 := strings.Cut(rest, "]")
		x, y, ok3 := strings.Cut(inner, "|")
		if !ok || !ok2 || !ok3 {
			t.Fatalf("line %d: no [x|y]", n+1)
		}
		h := fnv.New32a()
		h.Write([]byte(f[2]))
		out = append(out, swap{Grade(f[0]), f[1], before + x + after, before + y + after, h.Sum32()%2 == 1})
	}
	return out
}

// TestSwaps measures how words that are exchanged are graded, by halves. Before
// there were scales and heads, .31 of the substantive ones of the half that rules
// are made on were graded right, and .35 of the other. One hand wrote the
// sentences and then the rules, so what other texts show will lie below: opposites
// most of all.
func TestSwaps(t *testing.T) {
	verbose := os.Getenv("REPOST_VERBOSE") != ""
	type row struct{ n, right, several int }
	for _, half := range []string{"tune", "check"} {
		rows := map[string]*row{}
		for _, s := range swaps(t) {
			if s.check != (half == "check") {
				continue
			}
			r := check(t, Side{Text: s.a}, Side{Text: s.b}, Options{})
			top, shown := -1, 0
			for _, c := range r.Changes {
				top = max(top, rank[c.Grade])
				if c.Grade != Cosmetic {
					shown++
				}
			}
			for _, key := range []string{string(s.grade) + " " + s.class, string(s.grade)} {
				if rows[key] == nil {
					rows[key] = &row{}
				}
				rows[key].n++
				if top == rank[s.grade] {
					rows[key].right++
				}
				if shown > 1 {
					rows[key].several++
				}
			}
			if verbose && half == "tune" && (top != rank[s.grade] || shown > 1) {
				fmt.Printf("%s %s %s\n", s.grade, s.class, s.a)
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
			t.Logf("%-5s %-28s %3d right %.3f, told as several %d", half, k, r.n, share(r.right, r.n), r.several)
		}
		for grade, least := range map[string]float64{"substantive": leastSubstantive, "minor": leastMinor} {
			if got := share(rows[grade].right, rows[grade].n); got < least {
				t.Errorf("%s: of %s swaps %.3f are graded right, want %.2f", half, grade, got, least)
			}
		}
	}
}

// What TestSwaps asks of either half.
const (
	leastSubstantive = .85
	leastMinor       = .97
)
