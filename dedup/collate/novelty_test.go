package collate

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/shingle"
)

func units(text string) []shingle.Unit {
	var rules shingle.Rules
	return rules.Cut(nil, text)
}

// runOf returns the units that a part of text stands for.
func runOf(t *testing.T, text, part string) Run {
	lo := strings.Index(text, part)
	if lo < 0 {
		t.Fatalf("%q does not stand in the text", part)
	}
	r := Run{Lo: -1}
	for i, u := range units(text) {
		if int(u.Lo) >= lo && int(u.Hi) <= lo+len(part) {
			if r.Lo < 0 {
				r.Lo = i
			}
			r.Hi = i + 1
		}
	}
	return r
}

// TestAssemble: a text made of two earlier ones and a sentence of its own.
func TestAssemble(t *testing.T) {
	one := "清明前后，石磴村的三十户人家在梯田里种下了紫米。"
	two := "押车的是两个刚毕业的学生，他们在车厢里睡了两夜。"
	own := "记者昨天在村口见到了其中一位。"
	text := one + own + two
	all := runOf(t, text, one)
	a := Assemble(text, units(text), []Seen{
		{Key: "later", Date: "2025-03-09", Runs: []Run{all}},
		{Key: "first", Date: "2025-03-01", Runs: []Run{{all.Lo, all.Hi - 1}}}, // about as much, and earlier
		{Key: "other", Date: "2025-03-02", Runs: []Run{runOf(t, text, two), {0, 3}}},
		{Key: "phrase", Date: "2025-02-02", Runs: []Run{{0, 9}}}, // too little to be a source
	})
	var keys []string
	for _, s := range a.Sources {
		keys = append(keys, s.Key)
	}
	if !slices.Equal(keys, []string{"first", "other"}) && !slices.Equal(keys, []string{"other", "first"}) {
		t.Errorf("sources %v", a.Sources)
	}
	if len(a.Sentences) != 1 || a.Sentences[0].Text != own || a.Sentences[0].New != a.Sentences[0].Units {
		t.Errorf("new sentences %+v", a.Sentences)
	}
	if a.Seen != a.Units-a.Sentences[0].Units-1 {
		t.Errorf("%d of %d seen", a.Seen, a.Units)
	}
}

// TestAssembleProperties: what is seen is what the sources give, none of it twice,
// whatever the order of the texts.
func TestAssembleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Repeat("山中有茶，水边有米。 The quick fox. ", rapid.IntRange(0, 6).Draw(t, "text"))
		u := units(text)
		var seen []Seen
		for i := range rapid.IntRange(0, 5).Draw(t, "texts") {
			s := Seen{Key: string(rune('a' + i)), Date: rapid.SampledFrom([]string{"", "2025-01-01", "2025-01-02"}).Draw(t, "date")}
			for range rapid.IntRange(0, 3).Draw(t, "runs") {
				s.Runs = append(s.Runs, Run{rapid.IntRange(-1, len(u)+1).Draw(t, "lo"), rapid.IntRange(-1, len(u)+1).Draw(t, "hi")})
			}
			seen = append(seen, s)
		}
		a := Assemble(text, u, seen)
		sum := 0
		for _, s := range a.Sources {
			sum += s.Units
			if s.Units < leastPart {
				t.Fatalf("a source of %d units", s.Units)
			}
		}
		if a.Seen != sum || a.Seen > a.Units {
			t.Fatalf("%d of %d units seen, sources have %d", a.Seen, a.Units, sum)
		}
		if b := Assemble(text, u, rapid.Permutation(seen).Draw(t, "order")); !reflect.DeepEqual(a, b) {
			t.Fatalf("another order gives %+v, not %+v", b, a)
		}
	})
}

// TestOrderOfDates: a time before its day, what is no date last, zones by the day
// that is written.
func TestOrderOfDates(t *testing.T) {
	want := []string{
		"2025-07-14T05:00:00+08:00", "2025-07-14 09:30", "2025-07-14", "2025-07-15T00:30:00+08:00", "2025-07-15", "a day in July",
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortStableFunc(got, InTime)
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if d, timed, ok := Since("2025-07-14T23:00:00+08:00", "2025-07-14T16:00:00Z"); !ok || !timed || d.Hours() != 1 {
		t.Errorf("%v apart", d)
	}
}
