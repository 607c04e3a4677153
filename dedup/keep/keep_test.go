package keep

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup/cluster"
)

// unit is a unit of a made-up text: which story it is of, or which document if no
// other has it, and where it stands there.
type unit struct{ story, at int32 }

// texts draws documents made of passages of stories, as pages, excerpts, versions that
// leave something out, and digests are, with text of their own around them.
func texts(t *rapid.T) [][]unit {
	stories := rapid.SliceOfN(rapid.Int32Range(10, 120), 1, 6).Draw(t, "lengths of stories")
	docs := make([][]unit, rapid.IntRange(1, 14).Draw(t, "documents"))
	for d := range docs {
		own := func() {
			lo := int32(len(docs[d]))
			for i := range rapid.Int32Range(0, 30).Draw(t, "own") {
				docs[d] = append(docs[d], unit{-1 - int32(d), lo + i})
			}
		}
		own()
		for range rapid.IntRange(0, 4).Draw(t, "passages") {
			s := rapid.Int32Range(0, int32(len(stories)-1)).Draw(t, "story")
			lo := rapid.Int32Range(0, stories[s]-1).Draw(t, "lo")
			hi := rapid.Int32Range(lo+1, stories[s]).Draw(t, "hi")
			if rapid.Bool().Draw(t, "whole") {
				lo, hi = 0, stories[s]
			}
			for i := lo; i < hi; i++ {
				docs[d] = append(docs[d], unit{s, i})
			}
		}
		own()
	}
	return docs
}

// standsIn returns which units of a stand in one of the others.
func standsIn(a []unit, others ...[]unit) cluster.Set {
	has := map[unit]bool{}
	for _, o := range others {
		for _, u := range o {
			has[u] = true
		}
	}
	var in []cluster.Interval
	for i, u := range a {
		if has[u] {
			in = append(in, cluster.Interval{Lo: int32(i), Hi: int32(i + 1)})
		}
	}
	return cluster.Of(in)
}

func decide(docs [][]unit, opt Options) []Choice {
	facts := make([]Doc, len(docs))
	var shared []Overlap
	for i := range docs {
		facts[i].Units = int32(len(docs[i]))
		for j := range i {
			if in := standsIn(docs[i], docs[j]); len(in) > 0 {
				back := standsIn(docs[j], docs[i])
				shared = append(shared, Overlap{A: int32(i), B: int32(j), InA: in, InB: back})
			}
		}
	}
	choices, _ := Choose(facts, shared, opt)
	return choices
}

// covers reports whether others hold a text by the definition in the head of keep.go.
func covers(a []unit, opt Options, others ...[]unit) bool {
	rest := cluster.Set{{Lo: 0, Hi: int32(len(a))}}.Minus(standsIn(a, others...))
	for _, v := range rest {
		if v.Hi-v.Lo >= opt.Passage {
			return false
		}
	}
	return len(a) > 0 && float64(len(a)-rest.Size()) >= opt.Threshold*float64(len(a))
}

// What is dropped stands in documents that are kept: those it names, not others that
// were dropped in turn. So no passage as long as Options.Passage is lost, and every
// story of that length has a survivor.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := texts(t)
		opt := Options{Threshold: rapid.Float64Range(.3, 1).Draw(t, "threshold"), Passage: rapid.Int32Range(5, 60).Draw(t, "passage"), Prefer: cmp.Compare[int32]}
		choices := decide(docs, opt)
		var kept [][]unit
		for d, c := range choices {
			if c.Kept() {
				kept = append(kept, docs[d])
			}
		}
		for d, c := range choices {
			if c.Kept() {
				continue
			}
			var by [][]unit
			for _, k := range c.By {
				if !choices[k].Kept() {
					t.Fatalf("document %d is dropped because of %d, which is dropped", d, k)
				}
				by = append(by, docs[k])
			}
			if !covers(docs[d], opt, by...) {
				t.Errorf("document %d is dropped, and %v do not cover it", d, c.By)
			}
			if got := float64(standsIn(docs[d], by...).Size()) / float64(len(docs[d])); got-c.Coverage > 1e-9 || c.Coverage-got > 1e-9 {
				t.Errorf("document %d: coverage %.3f, want %.3f", d, c.Coverage, got)
			}
		}
		// A story of which somebody has a passage of that length still has one that is no
		// shorter than what a dropped document may lose.
		all := map[unit]bool{}
		for _, k := range kept {
			for _, u := range k {
				all[u] = true
			}
		}
		for d := range docs {
			run := int32(0)
			for _, u := range docs[d] {
				if run++; all[u] {
					run = 0
				}
				if run >= opt.Passage {
					t.Fatalf("document %d holds %d units that no kept document has", d, run)
				}
			}
		}
	})
}

// No document is left that another one covers: of every two that are kept, neither
// stands in the other.
func TestNothingRedundantIsLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := texts(t)
		opt := Options{Threshold: rapid.Float64Range(.3, 1).Draw(t, "threshold"), Prefer: cmp.Compare[int32]}
		opt.Passage = 1 << 20
		choices := decide(docs, opt)
		for i := range docs {
			for j := range docs {
				if i != j && choices[i].Kept() && choices[j].Kept() && covers(docs[i], opt, docs[j]) && len(docs[i]) <= len(docs[j]) {
					t.Errorf("documents %d and %d are kept, and the second covers the first", i, j)
				}
			}
		}
	})
}

// The choice depends on the documents and the preference, not on the order in which the
// documents are given.
func TestAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := texts(t)
		place := rapid.Permutation(slices.Collect(func(yield func(int32) bool) {
			for i := range docs {
				if !yield(int32(i)) {
					return
				}
			}
		})).Draw(t, "order")
		shuffled := make([][]unit, len(docs))
		original := make([]int32, len(docs))
		for i, p := range place {
			shuffled[p] = docs[i]
			original[p] = int32(i)
		}
		opt := Options{Threshold: .8, Passage: 20, Prefer: cmp.Compare[int32]}
		want := decide(docs, opt)
		opt.Prefer = func(a, b int32) int { return cmp.Compare(original[a], original[b]) }
		got := decide(shuffled, opt)
		for i, p := range place {
			if want[i].Kept() != got[p].Kept() {
				t.Errorf("document %d is kept: %v in one order, %v in another", i, want[i].Kept(), got[p].Kept())
			}
		}
	})
}

// passage is a run of one story.
func passage(story, lo, hi int32) (out []unit) {
	for i := lo; i < hi; i++ {
		out = append(out, unit{story, i})
	}
	return out
}

func TestChoose(t *testing.T) {
	a, b := passage(0, 0, 200), passage(1, 0, 200)
	page := slices.Concat(a, b)
	for _, test := range []struct {
		name string
		docs [][]unit
		keep []int32
	}{
		{"two copies: the preferred one", [][]unit{a, a}, []int32{0}},
		{"an excerpt gives way to the text, though it is preferred", [][]unit{passage(0, 20, 120), a}, []int32{1}},
		{"the preferred one of a text, the same with a headline and one that differs in a word", [][]unit{
			a, slices.Concat(passage(0, 0, 80), passage(6, 0, 1), passage(0, 81, 200)), slices.Concat(passage(8, 0, 9), a)}, []int32{0}},
		{"a page holds both articles", [][]unit{a, b, page}, []int32{2}},
		{"a page of a copied article and one of its own", [][]unit{a, slices.Concat(a, passage(7, 0, 200))}, []int32{1}},
		{"both articles of a page, longer than on the page", [][]unit{
			slices.Concat(passage(0, 0, 180), passage(1, 0, 180)), slices.Concat(a, passage(2, 0, 200)), slices.Concat(b, passage(3, 0, 200))}, []int32{1, 2}},
		{"a short item that only the page has is not lost with it", [][]unit{
			slices.Concat(a, b, passage(9, 0, 80)), slices.Concat(a, passage(2, 0, 200)), slices.Concat(b, passage(3, 0, 200))}, []int32{0, 1, 2}},
		{"a text that several hold but for a sentence, and an excerpt of it that they do not", [][]unit{
			slices.Concat(passage(2, 0, 48), passage(5, 0, 106), passage(3, 0, 56), passage(1, 0, 92)),
			slices.Concat(passage(2, 0, 48), passage(0, 0, 70), passage(5, 0, 106)),
			slices.Concat(passage(0, 0, 70), passage(1, 0, 92), passage(2, 0, 48), passage(3, 0, 56), passage(4, 0, 58)),
			slices.Concat(passage(0, 0, 70), passage(1, 0, 92), passage(2, 0, 48), passage(4, 0, 58))}, []int32{0, 2}},
		{"two halves that overlap too little", [][]unit{passage(0, 0, 130), passage(0, 70, 200)}, []int32{0, 1}},
		{"a chain of versions drifts no further than the threshold", [][]unit{
			passage(0, 0, 100), passage(0, 15, 115), passage(0, 30, 130), passage(0, 45, 145)}, []int32{0, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var kept []int32
			for d, c := range decide(test.docs, Options{Threshold: .8, Passage: 80, Prefer: cmp.Compare[int32]}) {
				if c.Kept() {
					kept = append(kept, int32(d))
				}
			}
			if !slices.Equal(kept, test.keep) {
				t.Errorf("kept %v, want %v", kept, test.keep)
			}
		})
	}
}

// TestOne: what several hold together stays if one alone is asked for, and what one holds does not.
func TestOne(t *testing.T) {
	a, b := slices.Concat(passage(0, 0, 200), passage(2, 0, 200)), slices.Concat(passage(1, 0, 200), passage(3, 0, 200))
	page, excerpt := slices.Concat(passage(0, 0, 200), passage(1, 0, 200)), passage(0, 0, 150)
	for _, one := range []bool{false, true} {
		var dropped [][]int32
		for _, c := range decide([][]unit{a, b, page, excerpt}, Options{Threshold: .8, Passage: 80, Prefer: cmp.Compare[int32], One: one}) {
			dropped = append(dropped, c.By)
		}
		if want := map[bool]int{false: 2, true: 0}[one]; len(dropped[2]) != want || len(dropped[3]) != 1 {
			t.Errorf("one %v: the page is dropped for %v and the excerpt for %v, want %d and one", one, dropped[2], dropped[3], want)
		}
	}
}

// TestUnlike: two that say something else do not hold each other, alone or with others, and the
// later one says which it would have been dropped for.
func TestUnlike(t *testing.T) {
	a, b := passage(0, 0, 200), passage(1, 0, 200)
	docs := [][]unit{a, a, a, b, slices.Concat(a, b), slices.Concat(b, a)}
	group := []int{0, 1, 1, 0, 0, 1} // unlike are those of two groups
	var want [][2][]int32            // By and Unlike
	for range docs {
		want = append(want, [2][]int32{})
	}
	want[0][0], want[1][0], want[2][0], want[3][0], want[5][1] = []int32{4}, []int32{5}, []int32{5}, []int32{4}, []int32{4}
	got := decide(docs, Options{Threshold: .8, Passage: 80, Prefer: cmp.Compare[int32], Unlike: func(a, b int32) bool { return group[a] != group[b] }})
	for d, c := range got {
		if !slices.Equal(c.By, want[d][0]) || !slices.Equal(c.Unlike, want[d][1]) {
			t.Errorf("document %d: by %v, unlike %v, want %v", d, c.By, c.Unlike, want[d])
		}
	}
}

// A page comes last if it is asked to: its articles stand for it if they are all there,
// and else it for them.
func TestLast(t *testing.T) {
	a, b, page := passage(0, 0, 200), passage(1, 0, 200), passage(0, 0, 200)
	page = append(page, passage(1, 0, 200)...)
	opt := Options{Threshold: .8, Passage: 80, Prefer: cmp.Compare[int32], Last: func(d int32) bool { return d == 0 }}
	kept := func(docs ...[]unit) (out []int32) {
		for d, c := range decide(docs, opt) {
			if c.Kept() {
				out = append(out, int32(d))
			}
		}
		return out
	}
	if got := kept(page, a, b); !slices.Equal(got, []int32{1, 2}) {
		t.Errorf("both articles there: kept %v", got)
	}
	if got := kept(page, a); !slices.Equal(got, []int32{0}) {
		t.Errorf("one article there: kept %v", got)
	}
}

// Learned boilerplate counts neither as text that is lost nor as text that is there.
func TestLearned(t *testing.T) {
	docs := []Doc{{Units: 300, Learned: cluster.Set{{Lo: 100, Hi: 300}}}, {Units: 100}}
	shared := []Overlap{{A: 0, B: 1, InA: cluster.Set{{Lo: 0, Hi: 95}}, InB: cluster.Set{{Lo: 0, Hi: 95}}}}
	got, _ := Choose(docs, shared, Options{Threshold: .9, Passage: 80, Prefer: cmp.Compare[int32]})
	if !got[0].Kept() || got[1].Kept() || got[1].Coverage != .95 || got[1].Contained {
		t.Errorf("got %+v", got)
	}
}

// Where more than a hundred near copies are compared with a few of them only, one is
// left and not all that were never compared.
func TestCrowd(t *testing.T) {
	const n, pivot = 400, 399
	docs := make([]Doc, n)
	var shared []Overlap
	for i := range docs {
		docs[i].Units = 100
		if i < pivot {
			shared = append(shared, Overlap{A: int32(i), B: pivot, InA: cluster.Set{{Lo: 0, Hi: 99}}, InB: cluster.Set{{Lo: 0, Hi: 99}}})
		}
	}
	kept := 0
	choices, _ := Choose(docs, shared, Options{Threshold: .8, Passage: 80, Prefer: cmp.Compare[int32]})
	for _, c := range choices {
		if c.Kept() {
			kept++
		}
	}
	if kept != 1 {
		t.Errorf("%d are kept, want 1", kept)
	}
}

// TestFirst: what an earlier run kept stays, also where its documents have each other's text or
// a new one has all of it, and new ones give way to it: to what was kept, never to each other
// where that is enough.
func TestFirst(t *testing.T) {
	old := func(d int32) bool { return d < 3 }
	opt := Options{Threshold: .8, Passage: 80, Prefer: func(a, b int32) int { return int(b - a) }, First: old}
	page := append(passage(0, 0, 200), passage(1, 0, 200)...)
	got := decide([][]unit{passage(0, 0, 150), passage(0, 0, 200), passage(2, 0, 100), page, passage(0, 0, 190), passage(2, 0, 100)}, opt)
	for d, want := range [][]int32{nil, nil, nil, nil, {3}, {2}} {
		if by := got[d].By; !slices.Equal(by, want) && !(d == 4 && slices.Equal(by, []int32{1})) {
			t.Errorf("document %d: by %v, want %v", d, by, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		docs := texts(t)
		n := rapid.IntRange(0, len(docs)).Draw(t, "old")
		opt := Options{Threshold: .8, Passage: 20, Prefer: cmp.Compare[int32], First: func(d int32) bool { return int(d) < n }}
		choices := decide(docs, opt)
		for d, c := range choices {
			if d < n && !c.Kept() {
				t.Fatalf("document %d was kept before, and is dropped for %v", d, c.By)
			}
			if d >= n && c.Kept() && slices.ContainsFunc(docs[:n], func(o []unit) bool { return covers(docs[d], opt, o) }) {
				t.Fatalf("document %d is kept, and one that was kept before covers it", d)
			}
			for _, k := range c.By {
				if !choices[k].Kept() {
					t.Fatalf("document %d is dropped for %d, which is dropped", d, k)
				}
			}
		}
	})
}
