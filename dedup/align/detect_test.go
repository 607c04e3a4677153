package align

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/shingle"
)

// frequencies counts the terms of texts that the tests below share.
func frequencies(texts ...string) *Frequencies {
	f := new(Frequencies)
	for _, t := range texts {
		f.Add(Prepare(t, shingle.Rules{}))
	}
	return f
}

// paste draws two texts that share passages, some of them with words replaced.
func paste(t *rapid.T) (a, b string) {
	a, b = writing(t, "a"), writing(t, "b")
	for range rapid.IntRange(0, 3).Draw(t, "passages") {
		p := writing(t, "passage")
		a += p
		for range rapid.IntRange(0, 5).Draw(t, "replaced") {
			w := "word" + string(rune('a'+rapid.IntRange(0, 4).Draw(t, "x"))) + "c"
			p = strings.ReplaceAll(p, w, "other")
		}
		b = p + b
	}
	return a, b
}

// TestDetectMirrors: what is found is the same when the texts change sides, and
// the same every time.
func TestDetectMirrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := paste(t)
		a, b := Prepare(x, shingle.Rules{}), Prepare(y, shingle.Rules{})
		opt := Options{MinScore: .1, MinRewrite: 10, MinVerbatim: 10}
		there, back := Detect(a, b, opt), Detect(b, a, opt)
		if again := Detect(a, b, opt); !reflect.DeepEqual(there, again) {
			t.Fatalf("first %v\nthen %v", there, again)
		}
		for i, d := range back.Detections {
			back.Detections[i].A, back.Detections[i].B = d.B, d.A
		}
		key := func(d Detection) [5]int { return [5]int{d.A.Lo, d.A.Hi, d.B.Lo, d.B.Hi, int(d.Kind)} }
		byPlace := func(x, y Detection) int { kx, ky := key(x), key(y); return slices.Compare(kx[:], ky[:]) }
		slices.SortFunc(there.Detections, byPlace)
		slices.SortFunc(back.Detections, byPlace)
		if !reflect.DeepEqual(there, back) {
			t.Fatalf("%v\nsides changed over: %v", there, back)
		}
	})
}

// TestDetectionsLieInTheTexts: spans are of the texts, likeness is a share, and
// rewrites are apart on both sides.
func TestDetectionsLieInTheTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := paste(t)
		opt := Options{MinScore: .1, MinRewrite: 10, MinVerbatim: 10, IDF: frequencies(x, y).IDF}
		ds := Detect(Prepare(x, shingle.Rules{}), Prepare(y, shingle.Rules{}), opt).Detections
		for i, d := range ds {
			if d.A.Lo < 0 || d.A.Hi > len(x) || d.A.Len() <= 0 || d.B.Lo < 0 || d.B.Hi > len(y) || d.B.Len() <= 0 {
				t.Fatalf("%v of texts of %d and %d bytes", d, len(x), len(y))
			}
			if d.Likeness <= 0 || d.Likeness > 1 {
				t.Fatalf("likeness of %v", d)
			}
			for _, e := range ds[:i] {
				if d.Kind == Rewritten && e.Kind == Rewritten && (d.A.Overlaps(e.A) || d.B.Overlaps(e.B)) {
					t.Fatalf("%v and %v overlap", d, e)
				}
			}
		}
	})
}

func TestIdenticalTextsAreOneVerbatimDetection(t *testing.T) {
	text := strings.Repeat("The harbour was closed for the night. ", 3) +
		"Boats from the islands waited outside the breakwater until the wind had turned and the pilot came, " +
		"an hour before dawn, to bring them in one after the other past the wreck of the dredger."
	p := Prepare(text, shingle.Rules{})
	got := Detect(p, p, Options{}).Detections
	if len(got) != 1 || got[0].Kind != Verbatim || got[0].A != (shingle.Span{Lo: 0, Hi: len(text)}) || got[0].B != got[0].A || got[0].Likeness != 1 {
		t.Errorf("got %v", got)
	}
}

// The same news, told twice, between paragraphs that have nothing in common.
const (
	ferryTold = `The market hall reopens in spring with forty new stalls.

The ferry Aurora ran aground near Kestrel Point on Tuesday evening with 212 passengers aboard. Nobody was hurt, the coast guard said. Captain Mira Olsen told investigators that the steering had failed twice since the ship left Norrhamn harbour. Tugs pulled the vessel free at high tide, shortly after midnight, and divers will inspect its hull today. The shipping line Havsrand has cancelled all sailings on the route until Friday. It promised to refund tickets in full.

Pupils of the music school play at the town hall on Sunday.`
	ferryRewritten = `Our chess club won both of its home games.

All sailings between the islands are cancelled until Friday, the Havsrand shipping line announced, and tickets will be fully refunded. On Tuesday evening its ferry, the Aurora, which carried 212 passengers, had run aground off Kestrel Point. According to the coast guard nobody got hurt. The steering failed two times after leaving the harbour of Norrhamn, captain Mira Olsen said to investigators. Shortly after midnight, at high tide, the vessel was pulled free by tugs. Divers are to inspect the hull.

The library lends garden tools from next week on.`
	// ferryUnlike is another accident of another ship.
	ferryUnlike = `A cargo train derailed outside the paper mill in Lindby this morning. Its driver was taken to hospital with a broken arm. Police closed the crossing while cranes lifted eleven wagons back on the rails. According to the operator a worn switch may have caused the accident. Commuters had to change to buses between Lindby and Torp. Traffic was expected to be normal again by the evening rush hour, a spokeswoman said.`
)

func TestRewrite(t *testing.T) {
	a, b := Prepare(ferryTold, shingle.Rules{}), Prepare(ferryRewritten, shingle.Rules{})
	got := Detect(a, b, Options{}).Detections
	if len(got) != 1 || got[0].Kind != Rewritten {
		t.Fatalf("got %v, want one rewrite", got)
	}
	for _, c := range []struct{ found, begin, end string }{
		{got[0].A.Of(ferryTold), "The ferry Aurora", "in full."},
		{got[0].B.Of(ferryRewritten), "All sailings", "the hull."},
	} {
		if !strings.HasPrefix(c.found, c.begin) || !strings.HasSuffix(c.found, c.end) {
			t.Errorf("found %q, want %s … %s", c.found, c.begin, c.end)
		}
	}
	want := [][2]string{
		{"The ferry Aurora ran aground", "On Tuesday evening its ferry"},
		{"Nobody was hurt", "According to the coast guard nobody"},
		{"Captain Mira Olsen told", "The steering failed"},
		{"Tugs pulled the vessel", "Shortly after midnight"},
		{"The shipping line Havsrand", "All sailings between"},
	}
	matches := Correspond(a, b, got[0])
	for i, w := range want {
		if i >= len(matches) || !strings.HasPrefix(matches[i].A.Of(ferryTold), w[0]) || !strings.HasPrefix(matches[i].B.Of(ferryRewritten), w[1]) {
			t.Fatalf("%v: want %q first", matches, w)
		}
	}
	if got := Detect(a, Prepare(ferryUnlike, shingle.Rules{}), Options{}).Detections; len(got) != 0 {
		t.Errorf("unlike texts: %v", got)
	}
}

func TestRewriteOfChinese(t *testing.T) {
	const told = `本市图书馆下月起延长开放时间。昨天下午三时许，“海鸥七号”渡轮在白石角附近搁浅，船上载有二百一十二名乘客，所幸无人受伤。船长林国栋向调查人员表示，渡轮离开青屿码头后舵机先后两次失灵。拖轮趁午夜涨潮将渡轮拖离浅滩，潜水员今天将检查船体。航运公司宣布，该航线停航至周五，已售船票全额退款。`
	const rewritten = `记者从航运公司获悉，该航线停航至周五，船票将全额退还。此前，载有二百一十二名乘客的渡轮“海鸥七号”昨天下午在白石角附近海域搁浅，没有人员受伤。据船长林国栋介绍，离开青屿码头以后，舵机曾两次失灵。午夜涨潮时，拖轮把渡轮拖离浅滩，今天潜水员将对船体进行检查。`
	got := Detect(Prepare(told, shingle.Rules{}), Prepare(rewritten, shingle.Rules{}), Options{}).Detections
	if len(got) != 1 || got[0].Kind != Rewritten || got[0].Likeness < .4 {
		t.Fatalf("got %v, want one rewrite", got)
	}
}

// TestRepetitiveTextsAreBounded: texts that repeat themselves with changes have
// seeds everywhere; the work stays bounded and the result says so.
func TestRepetitiveTextsAreBounded(t *testing.T) {
	var a, b strings.Builder
	for i := range 4000 {
		a.WriteString([]string{"The pump of well %% was stopped at noon. ", "Level and pressure stayed within the limits all day. ", "Nothing to report from the night shift. "}[i*i%3])
		b.WriteString([]string{"At noon the pump of this well was stopped. ", "All day level and pressure were within limits. ", "The night shift had nothing to report. "}[i*i%7%3])
	}
	x, y := Prepare(a.String(), shingle.Rules{}), Prepare(b.String(), shingle.Rules{})
	if res := Detect(x, y, Options{}); !res.Capped {
		t.Error("not reported as capped")
	}
}
