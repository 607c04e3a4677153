package eval

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"repost/shingle"
)

func spans(lohi ...int) []shingle.Span {
	out := []shingle.Span{}
	for i := 0; i < len(lohi); i += 2 {
		out = append(out, shingle.Span{Lo: lohi[i], Hi: lohi[i+1]})
	}
	return out
}

func member(id string, lohi ...int) Member { return Member{id, spans(lohi...)} }

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12 {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// In smallGold page carries s1 and s2; b is a copy of s1, c of s2, d is a look-alike of s1.
var smallGold = []GoldDocument{
	{ID: "page", Stories: []GoldStory{
		{Story: "s1", Spans: spans(0, 100), Kind: []string{"page"}},
		{Story: "s2", Spans: spans(110, 210), Kind: []string{"page"}},
	}, Neutral: spans(100, 110)},
	{ID: "b", Stories: []GoldStory{{Story: "s1", Spans: spans(20, 120), Kind: []string{"exact"}, Neg: []string{"tpl:x"}}}, Neutral: spans(0, 20), Boilerplate: spans(120, 160)},
	{ID: "c", Stories: []GoldStory{{Story: "s2", Spans: spans(0, 100), Kind: []string{"exact"}}}},
	{ID: "d", Stories: []GoldStory{{Story: "s3", Spans: spans(0, 50), Kind: []string{"exact"}, Neg: []string{"tpl:x"}}}},
}

// Cluster k1 takes s1 of the page, 10 neutral bytes and 20 bytes of s2 with it, b
// with its footer, and the look-alike d; c is alone, and so is s2 of the page:
// 20 of its bytes would do, but cluster k2 covers 50.
var smallClusters = []Cluster{
	{"k1", []Member{member("page", 0, 130), member("b", 0, 160), {ID: "d"}, {ID: "stranger"}}},
	{"k2", []Member{member("page", 160, 210)}},
}

func TestPassagesByHand(t *testing.T) {
	r := Passages(smallGold, smallClusters, Options{List: 10})
	if r.Documents != 4 || r.Occurrences != 5 || r.Stories != 3 || r.ClustersUsed != 2 || r.MembersUnknown != 1 {
		t.Errorf("counts: %+v", r)
	}
	// Together: (page.s1, b, d) = 3 pairs, 1 right. True: s1 and s2 one pair each.
	near(t, "pair precision", r.Pairs.Precision, 1./3)
	near(t, "pair recall", r.Pairs.Recall, 1./2)
	near(t, "pair f1", r.Pairs.F1, 2*(1./3)*(1./2)/(1./3+1./2))
	// B-cubed precision: page.s1 2/3, b 2/3, d 1/3, page.s2 1, c 1; recall: 1, 1, 1, 1/2, 1/2.
	near(t, "b-cubed precision", r.BCubed.Precision, (2./3+2./3+1./3+2)/5)
	near(t, "b-cubed recall", r.BCubed.Recall, 4./5)
	// ARI: expected 3·2/10 = 0.6, most 2.5, right 1.
	near(t, "ari", r.ARI, (1-0.6)/(2.5-0.6))
	// page.s1: both 100; claimed 130 less 10 neutral: 100/120. b: claimed 160 less 20 neutral: 100/140.
	near(t, "span IoU", r.SpanIoU, (100./120+100./140)/2)
	if r.SpanIoUN != 2 {
		t.Errorf("span IoU over %d, want 2", r.SpanIoUN)
	}
	// page: s1 has its partner, s2 has not; exact: b has, c has not, d has none to have.
	near(t, "recall of page", r.RecallByKind["page"].Recall, 0.5)
	near(t, "recall of exact", r.RecallByKind["exact"].Recall, 0.5)
	if n := r.RecallByKind["exact"].N; n != 2 {
		t.Errorf("exact over %d, want 2", n)
	}
	// k1 joins s1 and s3, which share no page; s1 and s2 share one and are apart.
	if want := (FalseMerges{StoryPairs: 1, ThroughAPage: 0, OnOnePage: 1}); r.FalseMerges != want {
		t.Errorf("false merges %+v, want %+v", r.FalseMerges, want)
	}
	if want := (Family{1, 1, 1, 1, 2}); r.HardNegatives["tpl"] != want {
		t.Errorf("tpl %+v, want %+v", r.HardNegatives["tpl"], want)
	}
	if want := []PassagePair{{"page", "c", "s2", "s2", ""}}; !cmp.Equal(r.Missed, want) {
		t.Errorf("missed %+v", r.Missed)
	}
	if want := []PassagePair{{"page", "d", "s1", "s3", "k1"}, {"b", "d", "s1", "s3", "k1"}}; !cmp.Equal(r.Wrong, want) {
		t.Errorf("wrong %+v", r.Wrong)
	}
}

func TestPassageGoesToTheClusterThatCoversMost(t *testing.T) {
	gold := []GoldDocument{{ID: "a", Stories: []GoldStory{{Story: "s", Spans: spans(0, 100)}}}, {ID: "b", Stories: []GoldStory{{Story: "s", Spans: spans(0, 100)}}}}
	b := member("b", 0, 100)
	for _, c := range []struct {
		why   string
		a     [2]Member // in cluster x, without b, and in y, with b
		names [2]string
		f1    float64
	}{
		{"most bytes", [2]Member{member("a", 0, 40), member("a", 0, 60)}, [2]string{"x", "y"}, 1},
		{"as many, smaller span", [2]Member{member("a", 0, 60, 200, 210), member("a", 0, 60)}, [2]string{"x", "y"}, 1},
		{"as many, as small, id", [2]Member{member("a", 0, 60), member("a", 0, 60)}, [2]string{"x", "y"}, 0},
		{"under a tenth is none", [2]Member{member("a"), member("a", 0, 9)}, [2]string{"x", "y"}, 0},
		{"two mentions are joined", [2]Member{member("a", 0, 55), member("a", 0, 40, 50, 70)}, [2]string{"x", "y"}, 1},
	} {
		r := Passages(gold, []Cluster{{c.names[0], []Member{c.a[0]}}, {c.names[1], []Member{c.a[1], b}}}, Options{})
		near(t, c.why, r.Pairs.F1, c.f1)
	}
}

// goldGen draws a gold and, from it, clusters that are perfect.
func goldGen(t *rapid.T) ([]GoldDocument, []Cluster) {
	docs := rapid.IntRange(1, 12).Draw(t, "docs")
	stories := rapid.IntRange(1, 6).Draw(t, "stories")
	by, gold := make([]Cluster, stories), []GoldDocument(nil)
	for d := range docs {
		g, at := GoldDocument{ID: fmt.Sprint("d", d)}, 0
		for _, s := range rapid.SliceOfNDistinct(rapid.IntRange(0, stories-1), 1, stories, rapid.ID[int]).Draw(t, "on page") {
			n := rapid.IntRange(1, 50).Draw(t, "bytes")
			st := GoldStory{Story: fmt.Sprint("s", s), Spans: spans(at, at+n), Kind: []string{"k"}, Neg: []string{"f:1"}}
			g.Stories, at = append(g.Stories, st), at+n+5
			by[s].ID = st.Story
			by[s].Members = append(by[s].Members, Member{g.ID, st.Spans})
		}
		gold = append(gold, g)
	}
	return gold, by
}

func TestPassagesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gold, perfect := goldGen(t)
		r := Passages(gold, perfect, Options{})
		for i, v := range []float64{r.Pairs.Precision, r.Pairs.Recall, r.BCubed.Precision, r.BCubed.Recall, r.ARI} {
			if v != 1 {
				t.Fatalf("perfect clusters: figure %d is %v", i, v)
			}
		}
		if r.Pairs.True > 0 && r.SpanIoU != 1 || r.FalseMerges.StoryPairs > 0 || r.HardNegatives["f"].FalsePairs > 0 {
			t.Fatalf("perfect clusters: %+v", r)
		}
		alone := Passages(gold, nil, Options{})
		if alone.Pairs.Precision != 1 || alone.BCubed.Precision != 1 || alone.Pairs.Recall != ratio(0, alone.Pairs.True, 1) || alone.FalseMerges.StoryPairs > 0 {
			t.Fatalf("all alone: %+v", alone)
		}
		all := Cluster{ID: "all"}
		for _, g := range gold {
			all.Members = append(all.Members, Member{ID: g.ID})
		}
		one := Passages(gold, []Cluster{all}, Options{})
		if one.Pairs.Recall != 1 || one.BCubed.Recall != 1 || one.FalseMerges.ThroughAPage != one.FalseMerges.OnOnePage {
			t.Fatalf("all in one: %+v", one)
		}
	})
}

func TestHalvesAddUpToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gold, clusters := goldGen(t)
		merged := Cluster{ID: "m"} // the first two stories as one
		for _, c := range clusters[:min(2, len(clusters))] {
			merged.Members = append(merged.Members, c.Members...)
		}
		clusters = []Cluster{merged}
		w, a, b := Passages(gold, clusters, Options{}), Passages(gold, clusters, Options{Part: Tune}), Passages(gold, clusters, Options{Part: Check})
		if a.Occurrences+b.Occurrences != w.Occurrences || a.Stories+b.Stories != w.Stories ||
			a.Pairs.Predicted+b.Pairs.Predicted != w.Pairs.Predicted || a.Pairs.Right+b.Pairs.Right != w.Pairs.Right ||
			a.HardNegatives["f"].Occurrences+b.HardNegatives["f"].Occurrences != w.HardNegatives["f"].Occurrences {
			t.Fatalf("tune %+v\ncheck %+v\nwhole %+v", a, b, w)
		}
	})
}

func TestPassagesDoNotDependOnTheOrderOfClusters(t *testing.T) {
	reversed := []Cluster{smallClusters[1], smallClusters[0]}
	a, b := Passages(smallGold, smallClusters, Options{List: 9}), Passages(smallGold, reversed, Options{List: 9})
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
}

func TestIntervalsHoldTheFigureAndRepeat(t *testing.T) {
	var gold []GoldDocument
	var clusters []Cluster
	for s := range 200 { // every fourth story is missed
		st := []GoldStory{{Story: fmt.Sprint(s), Spans: spans(0, 10)}}
		a, b := GoldDocument{ID: fmt.Sprint("a", s), Stories: st}, GoldDocument{ID: fmt.Sprint("b", s), Stories: st}
		gold = append(gold, a, b)
		if s%4 > 0 {
			clusters = append(clusters, Cluster{fmt.Sprint(s), []Member{{ID: a.ID}, {ID: b.ID}}})
		}
	}
	r, again := Passages(gold, clusters, Options{}), Passages(gold, clusters, Options{})
	near(t, "recall", r.Pairs.Recall, 0.75)
	i := r.Pairs.Interval
	// Recall has a standard error of √(.75·.25/200) = .031, F1 = 2R/(1+R) of .020.
	if f := r.Pairs.F1; i[0] > f || i[1] < f || i[1]-i[0] < 0.05 || i[1]-i[0] > 0.11 {
		t.Errorf("f1 %v in %v", f, i)
	}
	if d := cmp.Diff(r, again); d != "" {
		t.Error(d)
	}
	if none := Passages(gold, clusters, Options{Resamples: -1}); none.Pairs.Interval != nil || none.SpanIoUInterval != nil {
		t.Error("intervals that were not asked for")
	}
}

func TestReadGoldSaysWhere(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"id":"a","stories":[]}` + "\n\n{", "g.jsonl:3: unexpected end of JSON input"},
		{`{"id":"a"}` + "\n" + `{"id":"a"}`, `g.jsonl:2: document "a" a second time`},
		{`{"stories":[]}`, `g.jsonl:1: a document without "id"`},
		{`{"id":"a","stories":[{"spans":[[0,1]]}]}`, `g.jsonl:1: document "a" has a story without "story"`},
		{`{"id":"a","neutral":[[3,1]]}`, `g.jsonl:1: document "a": span [3,1]`},
	} {
		if _, err := ReadGold(strings.NewReader(c.in), "g.jsonl"); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.in, err, c.want)
		}
	}
}

func TestReadClusters(t *testing.T) {
	got, err := ReadClusters(strings.NewReader(`{"cluster":"s1","size":2,"members":[{"id":"a","spans":[[0,9]],"relation":"x"},"b",{"id":"c","spans":null},{"id":"d","spans":[]}]}
{"cluster":7,"members":[]}

{"members":[]}
`), "c")
	if err != nil {
		t.Fatal(err)
	}
	want := []Cluster{{"s1", []Member{member("a", 0, 9), {ID: "b"}, {ID: "c"}, {"d", spans()}}}, {"7", []Member{}}, {"2", []Member{}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for in, want := range map[string]string{
		`{"cluster":"a"}`:            `c:1: a cluster without "members"`,
		`{"members":[{}]}`:           `c:1: a member without "id"`,
		`[1]`:                        `c:1: json: cannot unmarshal array`,
		"{\"members\":[]}\n\"text\"": `c:2: json: cannot unmarshal string`,
	} {
		if _, err := ReadClusters(strings.NewReader(in), "c"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", in, err, want)
		}
	}
}

func FuzzReadClusters(f *testing.F) {
	f.Add([]byte(`{"cluster":"s1","members":[{"id":"a","spans":[[0,9],[4,2]]},"b"]}`))
	f.Add([]byte(`{"members":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		clusters, err := ReadClusters(bytes.NewReader(b), "fuzz")
		if err == nil {
			Passages(smallGold, clusters, Options{Resamples: -1, List: 5})
		}
	})
}

func TestPassageReportText(t *testing.T) {
	var b strings.Builder
	if err := Passages(smallGold, smallClusters, Options{Resamples: -1, List: 1}).WriteText(&b); err != nil {
		t.Fatal(err)
	}
	want := `documents 4  occurrences 5  stories 3  clusters used 2  unknown members 1
               precision  recall      f1  95 %
pairs             0.3333  0.5000  0.4000
b-cubed           0.7333  0.8000  0.7652
adjusted Rand                     0.2105
span IoU                          0.7738        over 2
false merges of stories 1; through a page 0 of 1

kind   n  recall  95 %
exact  2  0.5000
page   2  0.5000

hard negatives  false pairs  pairs    rate  n  with a wrong partner
tpl                       1      1  1.0000  2                1.0000

missed     story  story  cluster
page    c  s2     s2

wrong     story  story  cluster
page   d  s1     s3     k1
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
}
