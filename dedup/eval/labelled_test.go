package eval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"pgregory.net/rapid"
)

func ids(id string, members ...string) Cluster {
	c := Cluster{ID: id}
	for _, m := range members {
		c.Members = append(c.Members, Member{ID: m})
	}
	return c
}

func TestLabelledByHand(t *testing.T) {
	labels := []Label{{A: "a", B: "b", Same: true}, {A: "a", B: "c", Same: true}, {A: "a", B: "x"}, {A: "b", B: "y"}, {A: "c", B: "y"}}
	r := Labelled(labels, []Cluster{ids("1", "a", "b", "x"), ids("2", "c")}, Options{Resamples: -1, List: 5})
	// a-b right, a-c missed, a-x false, two apart.
	want := &LabelReport{
		Labels: 5, PRF: prf(1./2, 1./2), Counts: Counts{1, 1, 1, 2}, Accuracy: 3. / 5,
		Missed: labels[1:2], Wrong: labels[2:3],
	}
	if d := cmp.Diff(want, r); d != "" {
		t.Error(d)
	}
}

func TestReadLabels(t *testing.T) {
	want := []Label{{A: "x", B: "y", Same: true}, {A: "x", B: "z"}}
	for _, in := range []string{
		"a_id\tb_id\tlabel\nx\ty\t1\nx\tz\t0\n",
		"x\ty\tyes\textra\r\nx\tz\tNo\r\n",
		`{"a_id":"x","b_id":"y","label":true}` + "\n" + `{"a":"x","b":"z","label":0}`,
	} {
		got, err := ReadLabels(strings.NewReader(in), "l")
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("%q: %v %v", in, got, err)
		}
	}
	for in, want := range map[string]string{
		"a\tb\tl\nx\ty\tmaybe":          `l:2: a label is 1 or 0, true or false, yes or no, not "maybe"`,
		"x y 1":                         "l:1: 1 columns where 3 are needed",
		`{"a":"x","label":1}`:           "l:1: a pair without two ids",
		`{"a":"x","b":"y","label":"?"}`: `l:1: a label is 1 or 0, true or false, yes or no, not "?"`,
	} {
		if _, err := ReadLabels(strings.NewReader(in), "l"); err == nil || err.Error() != want {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestClustersByHand(t *testing.T) {
	gold := []Cluster{ids("g1", "a", "b", "c"), ids("g2", "d", "e"), ids("g3", "f")}
	pred := []Cluster{ids("p1", "a", "b"), ids("p2", "c", "d", "e", "stranger")}
	r, err := Clusters(gold, pred, Options{Resamples: -1})
	if err != nil {
		t.Fatal(err)
	}
	// Together 1 + 3 pairs, right a-b and d-e, true 3 + 1 of 15 pairs.
	near(t, "precision", r.Pairs.Precision, 2./4)
	near(t, "recall", r.Pairs.Recall, 2./4)
	near(t, "b-cubed precision", r.BCubed.Precision, (1+1+1./3+2./3+2./3+1)/6)
	near(t, "b-cubed recall", r.BCubed.Recall, (2./3+2./3+1./3+1+1+1)/6)
	near(t, "ari", r.ARI, (2-16./15)/(4-16./15))
	if r.Documents != 6 || r.Classes != 3 || r.ClustersUsed != 2 || r.MembersUnknown != 1 {
		t.Errorf("%+v", r)
	}
	if _, err := Clusters([]Cluster{ids("g1", "a"), ids("g2", "a")}, nil, Options{}); err == nil {
		t.Error("a document in two true clusters")
	}
}

func TestADocumentInSeveralClusters(t *testing.T) {
	gold := []Cluster{ids("g", "a", "b")}
	for _, c := range []struct {
		why  string
		x, y []Member // b is in y
		f1   float64
	}{
		{"most bytes", []Member{member("a", 0, 5)}, []Member{member("a", 0, 9), {ID: "b"}}, 1},
		{"the whole is most", []Member{{ID: "a"}}, []Member{member("a", 0, 999), {ID: "b"}}, 0},
		{"then the first id", []Member{{ID: "a"}}, []Member{{ID: "a"}, {ID: "b"}}, 0},
	} {
		r, err := Clusters(gold, []Cluster{{"y", c.y}, {"x", c.x}}, Options{})
		must(t, err)
		near(t, c.why, r.Pairs.F1, c.f1)
	}
	r, err := Clusters(gold, []Cluster{ids("same", "a"), ids("other", "z"), ids("same", "b")}, Options{})
	must(t, err)
	near(t, "one id on two lines", r.Pairs.F1, 1)
}

func TestAgreementIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		draw := func(name string) []int { return rapid.SliceOfN(rapid.IntRange(0, 5), n, n).Draw(t, name) }
		x, y := draw("x"), draw("y")
		ab, _ := agree(newTable(x, y).tallies(), 0)
		ba, _ := agree(newTable(y, x).tallies(), 0)
		same := func(what string, p, q float64) {
			if math.Abs(p-q) > 1e-12 {
				t.Fatalf("%s: %v and %v", what, p, q)
			}
		}
		same("pairs", ab.Pairs.Precision, ba.Pairs.Recall)
		same("b-cubed", ab.BCubed.Precision, ba.BCubed.Recall)
		same("ari", ab.ARI, ba.ARI)
		if ab.Pairs.Right != slowRight(x, y) {
			t.Fatalf("%v pairs right, counted one by one %v", ab.Pairs.Right, slowRight(x, y))
		}
	})
}

// slowRight counts pairs that are together in both, one by one.
func slowRight(x, y []int) (n float64) {
	for i := range x {
		for j := range i {
			if x[i] == x[j] && y[i] == y[j] {
				n++
			}
		}
	}
	return n
}

// rows makes of a similarity of two things what Audit takes.
func rows(similarity func(i, j int) float64) func(int, []float64) {
	return func(i int, row []float64) {
		for j := i + 1; j < len(row); j++ {
			row[j] = similarity(i, j)
		}
	}
}

func TestAuditByHand(t *testing.T) {
	// Things on a line: alike by closeness. 0-1 .9, 1-2 .8, 0-2 .7, 2-3 .5, 1-3 .3, 0-3 .2.
	at := []float64{0, .1, .3, .8}
	alike := func(i, j int) float64 { return math.Round((1-math.Abs(at[i]-at[j]))*10) / 10 }
	proposed := [][2]int{{1, 0}, {0, 1}, {3, 0}, {2, 2}, {0, 9}}
	r, err := Audit(context.Background(), 4, rows(alike), proposed, AuditOptions{Levels: []float64{.5, .8, 1}, List: 2, Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	want := &AuditReport{
		Documents: 4, Compared: 6, Proposed: 2,
		Levels: []AuditLevel{
			{AtLeast: .5, Pairs: 4, Proposed: 1, Recall: .25, Interval: wilson(1, 4), Share: .5},
			{AtLeast: .8, Pairs: 2, Proposed: 1, Recall: .5, Interval: wilson(1, 2), Share: .5},
			{AtLeast: 1, Recall: 1},
		},
		Missed: []AuditPair{{1, 2, .8}, {0, 2, .7}},
	}
	if d := cmp.Diff(want, r); d != "" {
		t.Error(d)
	}
	q, err := Audit(context.Background(), 4, rows(alike), append(proposed, [2]int{1, 2}), AuditOptions{Levels: []float64{.5}, Queries: 1})
	// 0 against 1, 2, 3: two alike, one of them proposed; 1-2 is not compared.
	if err != nil || q.Compared != 3 || q.Proposed != 2 || q.Levels[0].Pairs != 2 || q.Levels[0].Proposed != 1 {
		t.Error(q, err)
	}
}

func TestAuditIsBoundedAndStops(t *testing.T) {
	one := func(i, j int) float64 { return 1 }
	if _, err := Audit(context.Background(), 1000, rows(one), nil, AuditOptions{Most: 1000}); err == nil {
		t.Error("499,500 pairs where 1,000 are allowed")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Audit(ctx, 10, rows(one), nil, AuditOptions{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(0, 50).Draw(t, "n"), rapid.IntRange(0, 60).Draw(t, "k")
		s := Sample(n, k, 7)
		if len(s) != min(n, k) || !slices.IsSorted(s) || len(slices.Compact(slices.Clone(s))) != len(s) || len(s) > 0 && (s[0] < 0 || s[len(s)-1] >= n) {
			t.Fatalf("Sample(%d, %d) = %v", n, k, s)
		}
		if !slices.Equal(s, Sample(n, k, 7)) {
			t.Fatal("another sample of one seed")
		}
	})
	hits := make([]int, 10) // every number about as often: 4,000 · 3/10 = 1,200 ± 29
	for seed := range uint64(4000) {
		for _, x := range Sample(10, 3, seed) {
			hits[x]++
		}
	}
	if slices.Min(hits) < 1050 || slices.Max(hits) > 1350 {
		t.Error(hits)
	}
}

func TestWilsonByHand(t *testing.T) {
	// 8 of 10 at z = 1.96: (0.8 + 0.1921 ± 1.96·√(0.016 + 0.0096)) / 1.3841 = .4902 and .9433.
	if i := wilson(8, 10); math.Abs(i[0]-.4902) > 5e-4 || math.Abs(i[1]-.9433) > 5e-4 {
		t.Error(i)
	}
	if i := wilson(10, 10); i[1] != 1 || i[0] < .7 || wilson(0, 10)[0] != 0 {
		t.Error(i)
	}
}

func TestOpenUnpacksByContent(t *testing.T) {
	dir := t.TempDir()
	plain, packed := filepath.Join(dir, "a.gz"), filepath.Join(dir, "b.jsonl") // names that lie
	must(t, os.WriteFile(plain, []byte(`{"id":"a"}`), 0o600))
	f, err := os.Create(packed)
	must(t, err)
	z := gzip.NewWriter(f)
	fmt.Fprint(z, `{"id":"a"}`)
	must(t, z.Close())
	must(t, f.Close())
	for _, name := range []string{plain, packed} {
		if got := load(t, name, ReadGold); len(got) != 1 || got[0].ID != "a" {
			t.Errorf("%s: %v", name, got)
		}
	}
	if _, err := Open(filepath.Join(dir, "none")); !os.IsNotExist(err) {
		t.Error(err)
	}
}

func TestLineTooLong(t *testing.T) {
	_, err := ReadClusters(strings.NewReader("\n\""+strings.Repeat("x", maxLine)), "big")
	if err == nil || !strings.HasPrefix(err.Error(), "big:2: line longer than") {
		t.Error(err)
	}
}
