package diff

import (
	_ "embed"
	"testing"
)

//go:embed testdata/values.tsv
var valueTable string

//go:embed testdata/spelling.tsv
var spellingTable string

//go:embed testdata/kinds.tsv
var kindTable string

//go:embed testdata/japanese.tsv
var japaneseTable string

// TestJapanese: likewise for words of Japanese in other characters, and other words.
func TestJapanese(t *testing.T) { eachSwap(t, japaneseTable) }

// TestKinds: likewise for kinds of changes that rules once took for more or less.
func TestKinds(t *testing.T) { eachSwap(t, kindTable) }

// TestSpelling: likewise for words in another spelling.
func TestSpelling(t *testing.T) { eachSwap(t, spellingTable) }

// TestValues: every sentence of values.tsv is graded as it says, in both directions.
func TestValues(t *testing.T) { eachSwap(t, valueTable) }

func eachSwap(t *testing.T, table string) {
	t.Helper()
	wrong := 0
	all := swaps(t, table)
	for _, s := range all {
		for _, s := range []swap{s, s.turned()} {
			var m outcome
			r := Compare(Side{Text: s.a}, Side{Text: s.b}, Options{})
			if m.judge(s, r); m.right == 0 || m.class == 0 {
				wrong++
				t.Errorf("%s %s: %s → %s\n\tgot %v", s.grade, s.class, s.a, s.b, short(r))
			}
		}
	}
	t.Logf("%d of %d wrong", wrong, 2*len(all))
}

// short is what a failing test shows of a result.
func short(r *Result) (out []string) {
	for _, c := range r.Changes {
		out = append(out, string(c.Grade)+" "+string(c.Class)+" ["+c.AText+"|"+c.BText+"] "+c.Reasons[0])
	}
	return out
}
