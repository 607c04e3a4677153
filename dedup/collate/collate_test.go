package collate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/shingle"
	"repost/shingle/mask"
)

// check holds what is true of every collation.
func check(t interface{ Fatalf(string, ...any) }, c *Collation) {
	var all []string
	versions := 0
	for i, w := range c.Witnesses {
		all = append(all, w.Siglum)
		versions += w.Count()
		if i > 0 && InTime(c.Witnesses[i-1].Date, w.Date) > 0 {
			t.Fatalf("witnesses are not in the order of their dates")
		}
	}
	base := c.Base
	at := 0
	for i, p := range c.Places {
		if p.Base.Lo < at || p.Base.Hi < p.Base.Lo {
			t.Fatalf("place %d overlaps the one before: %+v", i, c.Places)
		}
		at = p.Base.Hi
		seen := slices.Clone(p.Lacking)
		for k, r := range p.Readings {
			seen = append(seen, r.Witnesses...)
			if r.Lemma != (k == 0) || r.Lemma != slices.Contains(r.Witnesses, base) {
				t.Fatalf("place %d: the lemma is not that of the base: %+v", i, p)
			}
			if len(r.Witnesses) == 0 || !r.Lemma && len(r.Spans) != len(r.Witnesses) || !r.Lemma && r.Grade == "" {
				t.Fatalf("place %d: a reading of nobody or without a grade: %+v", i, p)
			}
		}
		if len(p.Readings) == 1 && p.Grade != "" {
			t.Fatalf("place %d has a grade and nothing beside the lemma: %+v", i, p)
		}
		if !sameSet(seen, all) {
			t.Fatalf("place %d: readings of %v, versions %v", i, seen, all)
		}
	}
	var members []string
	for _, f := range c.Families {
		members = append(members, f.Witnesses...)
	}
	if !sameSet(append(members, c.Unplaced...), all) {
		t.Fatalf("families %v and %v of %v", c.Families, c.Unplaced, all)
	}
	if got, want := joined(c), c.Of(shingle.Span{Lo: 0, Hi: len(c.Text())}); got != want {
		t.Fatalf("the lemmas and what stands between them give\n%q, want\n%q", got, want)
	}
}

// joined is the base put together from the lemmas and the stretches between them.
func joined(c *Collation) string {
	var b strings.Builder
	for _, s := range c.Segments() {
		if s.Place >= 0 {
			b.WriteString(c.Places[s.Place].Readings[0].Text)
			continue
		}
		b.WriteString(s.Text)
	}
	return b.String()
}

func sameSet(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// TestProperties: whatever the texts are, the order in which they are given does
// not matter, each place parts the versions, and the lemmas make the base.
func TestProperties(t *testing.T) {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{
			"谷雨前一天，云雾还没从山腰散开，采茶人已经上了山。", "今年72岁的老人逢人就讲：“政策好。”", "\n\n", "\n", "，", "。", "山中茶园。",
			"收购价定在每斤六十八元。", "收购价定在每斤68元。", "收购价定在每斤八十六元。", "书记李明说，这条路他跑了三年。", "书记季明称，这条路他跑了三年。",
			"（记者李明）", "The quick brown fox, 1:0. ", "\xff", "不", "“", "”",
		}),
		rapid.StringN(0, 4, -1),
	)
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(piece, 1, 10).Draw(t, "pieces")
		var versions []Version
		for i := range rapid.IntRange(1, 6).Draw(t, "versions") {
			var s strings.Builder
			for k := range all {
				switch rapid.IntRange(0, 9).Draw(t, "edit") {
				case 0:
				case 1:
					s.WriteString(piece.Draw(t, "other"))
				case 2:
					s.WriteString(all[rapid.IntRange(0, len(all)-1).Draw(t, "move")])
				default:
					s.WriteString(all[k])
				}
			}
			v := Version{Key: fmt.Sprint("v", i), Text: s.String(), Date: rapid.SampledFrom([]string{"", "2025-07-14", "2025-07-15T09:00:00+08:00", "yesterday"}).Draw(t, "date")}
			if rapid.IntRange(0, 3).Draw(t, "carved") == 0 {
				span := func() shingle.Span {
					return shingle.Span{Lo: rapid.IntRange(-1, len(v.Text)+1).Draw(t, "lo"), Hi: rapid.IntRange(-1, len(v.Text)+1).Draw(t, "hi")}
				}
				v.Spans = []shingle.Span{span(), span()}
				for _, m := range clamp([]shingle.Span{span()}, len(v.Text)) {
					v.Masks = []mask.Mask{{Span: m, Reason: rapid.SampledFrom([]mask.Reason{mask.Footer, mask.Byline}).Draw(t, "reason")}}
				}
			}
			versions = append(versions, v)
		}
		opt := Options{Base: "v0", Limit: rapid.SampledFrom([]int{0, 0, 2}).Draw(t, "limit"), Cosmetic: rapid.Bool().Draw(t, "cosmetic")}
		c, err := Collate(versions, opt)
		if err != nil {
			t.Fatalf("%v", err)
		}
		check(t, c)
		again, err := Collate(rapid.Permutation(versions).Draw(t, "order"), opt)
		if err != nil || !reflect.DeepEqual(c, again) {
			t.Fatalf("another order gives another collation")
		}
	})
}

func TestCosmeticPlaces(t *testing.T) {
	versions := []Version{{Key: "a", Text: "The colour of the bridge is \"red\"."}, {Key: "b", Text: "The color of the bridge is “red”."}}
	for _, cosmetic := range []bool{false, true} {
		c, err := Collate(versions, Options{Base: "a", Cosmetic: cosmetic})
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{false: 0, true: 3}[cosmetic]; len(c.Places) != want {
			t.Errorf("cosmetic %v: %d places, want %d", cosmetic, len(c.Places), want)
		}
	}
}
