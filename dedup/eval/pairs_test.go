package eval

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPairsByHand(t *testing.T) {
	records := []Record{{ID: "a1"}, {ID: "a2"}, {ID: "a3"}, {ID: "b1"}, {ID: "b2"}, {ID: "b3", Stub: true}, {ID: "n1"}, {ID: "n2", Stub: true}}
	gold := []Pair{{"a1", "b1", 1}, {"a2", "b2", 0.95}, {"a3", "b3", 0.1}}
	negatives := []Pair{{"n1", "n2", 0.5}, {"n1", "a1", 0.55}, {"n2", "a3", 0.99995}}
	clusters := []Cluster{
		{"x", []Member{{ID: "a1"}, {ID: "b1"}, {ID: "b2"}, {ID: "a1"}}}, // one right, one wrong; a1 twice is once
		{"y", []Member{{ID: "n1"}, {ID: "n2"}, {ID: "ghost"}}},
		{"z", []Member{{ID: "b3"}}},
	}
	r := Pairs(records, gold, negatives, clusters)
	near(t, "recall", r.Recall, 1./3)
	near(t, "recall without broken ones", r.RecallReal, 1./2)
	// Labelled documents of cluster x: a1 on the left, b1 and b2 on the right.
	near(t, "labelled precision", r.LabelledPrecision, 1./2)
	near(t, "negatives together", r.NegativeRate, 1./3)
	want := &PairReport{
		Records: 8, Clusters: 3, UnknownMembers: 1, GoldPairs: 3, LabelledPairs: 2, Negatives: 3,
		Recall: r.Recall, RecallReal: r.RecallReal, LabelledPrecision: r.LabelledPrecision, NegativeRate: r.NegativeRate,
		RecallInterval: wilson(1, 3), PrecisionInterval: wilson(1, 2), NegativeInterval: wilson(1, 3),
		RecallByBand:   map[string]BandRate{"1.0": {1, 1}, "0.9-1.0": {0, 1}, "0.1-0.2": {0, 1}},
		NegativeByBand: map[string]Joined{"0.5-0.6": {0.5, 2}, "1.0": {0, 1}},
		Stubs:          2, StubsTogether: 1, Largest: 3, LargestID: "x", LargestMixed: 2, LargestMixedID: "x",
		Missed: []Pair{gold[1], gold[2]}, Joined: []Pair{negatives[0]}, Wrong: []Pair{{A: "a1", B: "b2"}},
	}
	if d := cmp.Diff(want, r); d != "" {
		t.Error(d)
	}
}

func TestPairsListsAreBounded(t *testing.T) {
	var gold []Pair
	all := Cluster{ID: "all"}
	for i := range 150 {
		p := Pair{"a" + four(float64(i)), "b" + four(float64(i)), 1}
		gold, all.Members = append(gold, p), append(all.Members, Member{ID: p.A}, Member{ID: p.B})
	}
	r := Pairs(nil, gold, nil, []Cluster{all})
	// 150 × 150 labelled pairs together, 150 right, 22,350 wrong.
	if len(r.Wrong) != 10_000 || r.Unlisted != 12_350 || r.LargestMixed != 150 {
		t.Errorf("%d listed, %d not, %d items", len(r.Wrong), r.Unlisted, r.LargestMixed)
	}
	near(t, "labelled precision", r.LabelledPrecision, 1./150)
}

func TestStubs(t *testing.T) {
	for text, want := range map[string]bool{
		"":                            true,
		"*[原文](http://example.org/)*": true,
		strings.Repeat("字", 39) + " \u3000\x1c\u0085\n": true,
		strings.Repeat("字", 40):                         false,
		strings.Repeat(" ", 120):                        false, // too long to be looked into
		strings.Repeat("字", 39) + "[x](y":               false, // no link
	} {
		if isStub(text) != want {
			t.Errorf("isStub(%q) = %v", text, !want)
		}
	}
}

func TestReadPairsSaysWhere(t *testing.T) {
	got, err := ReadPairs(strings.NewReader("a\tb\tj\nx\ty\t0.5\ttitle\n"), "p.tsv")
	if want := []Pair{{"x", "y", 0.5}}; err != nil || !cmp.Equal(got, want) {
		t.Error(got, err)
	}
	for in, want := range map[string]string{
		"h\nx\ty":         "p.tsv:2: 2 columns where 3 are needed",
		"h\n\nx\ty\tmany": `p.tsv:3: column 3 is "many", not a number from 0 to 1`,
		"h\nx\ty\tNaN":    `p.tsv:2: column 3 is "NaN", not a number from 0 to 1`,
	} {
		if _, err := ReadPairs(strings.NewReader(in), "p.tsv"); err == nil || err.Error() != want {
			t.Errorf("%q: %v", in, err)
		}
	}
	if _, err := ReadRecords(strings.NewReader("{\"id\":\"a\",\"text\":\"\"}\n{\"text\":\"\"}"), "r"); err == nil || err.Error() != `r:2: a record without "id"` {
		t.Error(err)
	}
}
