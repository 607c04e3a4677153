package eval

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func text(t *testing.T, r Report) string {
	t.Helper()
	var b strings.Builder
	must(t, r.WriteText(&b))
	return b.String()
}

func TestPairReportText(t *testing.T) {
	gold := []Pair{{"a1", "b1", 1}, {"文件", "b2", 0.25}}
	r := Pairs([]Record{{ID: "a1"}}, gold, []Pair{{"n1", "n2", 1}}, []Cluster{ids("x", "a1", "b1", "b2"), ids("y", "n1", "n2")})
	want := `records 1  clusters 2  unknown members 4
                                   share           95 %  of
pair recall                       0.5000  0.0945-0.9055   2
pair recall, Jaccard 0.3 or more  1.0000
labelled precision                0.5000  0.0945-0.9055   2
negatives together                1.0000  0.2065-1.0000   1
stubs together 0 of 0; largest cluster 3 x; most items in one cluster 2 x

Jaccard  recall  true pairs  joined  negatives
0.2-0.3  0.0000           1
1.0      1.0000           1  1.0000          1

missed      Jaccard
文件    b2   0.2500

joined      Jaccard
n1      n2   1.0000

wrong      Jaccard
a1     b2
`
	if d := cmp.Diff(want, text(t, r)); d != "" {
		t.Error(d)
	}
}

func TestPlagDetReportText(t *testing.T) {
	c := Case{"a", "s", 0, 100, 1000, 100}
	r := PlagDet(corpusOf(c), []Case{c, {"x", "y", 1, 2, 3, 4}}, Options{Resamples: -1, List: 1})
	want := `category  plagdet  95 %   recall  precision  granularity  cases  found  detections  pairs  with one
02-none   1.00000        1.00000    1.00000      1.00000      1      1           1      1         1
01-clean  1.00000        1.00000    1.00000      1.00000      0      0           0      1         0
entire    0.66667        1.00000    0.50000      1.00000      1      1           2      2         2
detections of pairs in no category 1

wrong     this  length  source  length
x      y     1       2       3       4
`
	if d := cmp.Diff(want, text(t, r)); d != "" {
		t.Error(d)
	}
}

func TestDifferenceReportText(t *testing.T) {
	gold := []EditPair{{ID: "x", Edits: []Change{change(3, 6, 3, 6, "substantive", "number")}}}
	r := Differences(gold, map[string][]Change{"x": {change(3, 6, 3, 6, "minor", "wording")}}, Options{Resamples: -1, List: 3})
	want := `pairs 1  without an answer 0  edits 1
grade        class   edits   found  95 %  graded right  95 %  as cosmetic  minor  substantive
substantive  number      1  1.0000              0.0000                  0      1            0
substantive  all         1  1.0000              0.0000                  0      1            0
changes beyond cosmetic that answer no edit: 0, 0.0000 of the edits

misgraded  grade        class   taken as    a    b
x          substantive  number  minor     3-6  3-6
`
	if d := cmp.Diff(want, text(t, r)); d != "" {
		t.Error(d)
	}
}

func TestOtherReportsText(t *testing.T) {
	audit, err := Audit(context.Background(), 3, rows(func(i, j int) float64 { return .8 }), [][2]int{{0, 1}}, AuditOptions{Levels: []float64{.5, .9}})
	must(t, err)
	for _, c := range []struct {
		r    Report
		want string
	}{
		{Labelled([]Label{{A: "a", B: "b", Same: true}}, nil, Options{Resamples: -1, List: 1}), `pairs 1  right 0  wrongly together 0  missed 1  rightly apart 0
precision  recall      f1  95 %  accuracy
   1.0000  0.0000  0.0000          0.0000

missed
a       b
`},
		{audit, `documents 3  pairs compared 3  proposed by the index 1
similarity  pairs  proposed  recall           95 %  of proposed
≥ 0.5           3         1  0.3333  0.0615-0.7923       1.0000
≥ 0.9           0         0                              0.0000
`},
	} {
		if d := cmp.Diff(c.want, text(t, c.r)); d != "" {
			t.Error(d)
		}
	}
}

func TestWriteTextReturnsTheErrorOfTheWriter(t *testing.T) {
	for _, r := range []Report{
		new(PassageReport), new(PairReport), new(PlagDetReport), new(DifferenceReport),
		new(LabelReport), new(ClusterReport), new(AuditReport),
	} {
		if err := r.WriteText(full{}); !errors.Is(err, errFull) {
			t.Errorf("%T: %v", r, err)
		}
		if len(r.Figures()) == 0 && len(text(t, r)) == 0 {
			t.Errorf("%T says nothing", r)
		}
	}
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
