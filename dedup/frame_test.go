package dedup_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"repost/dedup/detect"
	"repost/dedup/diff"
	"repost/shingle"
	"repost/shingle/mask"
	"repost/testdata"
)

// listed reports whether a change that is more than cosmetic shows part of text, or a mask
// sets it aside.
func listed(r *diff.Result, side func(diff.Change) shingle.Span, text, part string) bool {
	at := strings.Index(text, part)
	isMask := func(m mask.Mask) bool { return m.Span.Lo <= at && at+len(part) <= m.Span.Hi }
	return part == "" || slices.ContainsFunc(slices.Concat(r.MaskedA, r.MaskedB), isMask) || slices.ContainsFunc(r.Changes, func(c diff.Change) bool {
		s := side(c)
		return c.Grade != diff.Cosmetic && s.Lo < at+len(part) && s.Hi > at
	})
}

// moved reports whether no change that is more than cosmetic shows part of text, and a block
// that moved does, or as much of what it passed.
func moved(r *diff.Result, a, b, part string) bool {
	if a == b {
		return true
	}
	some := slices.ContainsFunc(r.Blocks, func(k diff.Block) bool { return k.Kind == diff.Moved })
	return some && r.Summary.Substantive+r.Summary.Minor == 0
}

// framed returns both texts as they are compared, with spans of the detector, or false where
// the texts share so little that what is between may be another story.
func framed(linker *detect.Linker, m testdata.Paragraphs) (a, b diff.Side, ok bool) {
	x, y := detect.DefaultScheme.Prepare(m.A), detect.DefaultScheme.Prepare(m.B)
	ours, theirs := detect.Extent(linker.Chains(x, y))
	if len(ours) == 0 || 3*ours.Size() < 2*len(x.Units) || 3*theirs.Size() < 2*len(y.Units) {
		return a, b, false
	}
	a, b = diff.Frame(
		diff.Side{Text: m.A, Masks: x.Masks, Spans: detect.ExpandSpans(x, ours, false)},
		diff.Side{Text: m.B, Masks: y.Masks, Spans: detect.ExpandSpans(y, theirs, false)})
	return a, b, true
}

// TestParagraphsAreListed leaves out, puts in, replaces and moves a whole paragraph, a
// headline and a section of a text in several scripts and layouts: it is in the list, and
// from B to A as it is from A to B. REPOST_PARAGRAPHS sets the number of texts.
func TestParagraphsAreListed(t *testing.T) {
	n, err := strconv.ParseUint(cmp.Or(os.Getenv("REPOST_PARAGRAPHS"), "150"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	var linker detect.Linker
	for seed := range n { // the same texts in every run
		m := testdata.Edited(seed)
		if 2*len(m.Gone) > len(m.A) || 2*len(m.New) > len(m.B) || 3*len(m.Moved) > len(m.A) || m.Edit == "section" && 4*len(m.New) > len(m.A) {
			continue // most of a text is new, or a section is long enough to be another story
		}
		for _, spans := range []bool{false, true} {
			a, b := diff.Side{Text: m.A}, diff.Side{Text: m.B}
			if spans {
				var ok bool
				if a, b, ok = framed(&linker, m); !ok {
					continue
				}
			}
			r, back := diff.Compare(a, b, diff.Options{}), diff.Compare(b, a, diff.Options{})
			fail := func(what string) {
				t.Errorf("seed %d, %s, %s, spans %v: %s\n%q\n%q\nspans %v %v\n%+v\n%+v", seed, m.Script, m.Edit, spans, what, m.A, m.B, a.Spans, b.Spans, r.Blocks, r.Changes)
			}
			ours, theirs := func(c diff.Change) shingle.Span { return c.A }, func(c diff.Change) shingle.Span { return c.B }
			switch {
			case m.Moved != "":
				if !moved(r, m.A, m.B, m.Moved) || !moved(back, m.B, m.A, m.Moved) {
					fail("what moved is not shown as moved alone")
				}
			case !listed(r, ours, m.A, m.Gone):
				fail("what was left out is not in the list")
			case !listed(r, theirs, m.B, m.New):
				fail("what was put in is not in the list")
			case !listed(back, theirs, m.A, m.Gone) || !listed(back, ours, m.B, m.New):
				fail("it is not in the list from B to A")
			}
			if x, y := fmt.Sprint(r.Summary.Substantive, r.Summary.Minor), fmt.Sprint(back.Summary.Substantive, back.Summary.Minor); x != y {
				fail("grades " + x + ", and " + y + " from B to A")
			}
		}
	}
}

// TestNumberedTextIsOne: of two editions of a statute, one with twice the articles under new
// headings, every article is compared, with the spans of the detector too.
func TestNumberedTextIsOne(t *testing.T) {
	var linker detect.Linker
	for name, heads := range map[string][2]string{"zh": {"第%d条 ", "第%d章 附 则\n\n"}, "de": {"§ %d ", "Abschnitt %d Übergang\n\n"}, "en": {"Article %d. ", "CHAPTER %d General\n\n"}} {
		rng := rand.New(rand.NewPCG(14, 0))
		article := func() string {
			var words []string
			for range 40 + rng.IntN(30) {
				words = append(words, fmt.Sprintf("%c%c%c", 'a'+rng.IntN(26), 'a'+rng.IntN(26), 'a'+rng.IntN(26)))
				if name == "zh" {
					words[len(words)-1] = string([]rune{rune(0x4e00 + rng.IntN(3000)), rune(0x4e00 + rng.IntN(3000))})
				}
			}
			sep, end := " ", ".\n\n"
			if name == "zh" {
				sep, end = "", "。\n\n"
			}
			return strings.Join(words, sep) + end
		}
		a, b, na, nb, chapters := "", "", 0, 0, 0
		var added []string
		for range 12 {
			old := article()
			na++
			a += fmt.Sprintf(heads[0], na) + old
			chapters++
			b += fmt.Sprintf(heads[1], chapters)
			for range 2 {
				nb++
				added = append(added, article())
				b += fmt.Sprintf(heads[0], nb) + added[len(added)-1]
			}
			nb++
			b += fmt.Sprintf(heads[0], nb) + old
		}
		x, y := detect.DefaultScheme.Prepare(a), detect.DefaultScheme.Prepare(b)
		ours, theirs := detect.Extent(linker.Chains(x, y))
		sideA, sideB := diff.Frame(
			diff.Side{Text: a, Masks: x.Masks, Spans: detect.ExpandSpans(x, ours, false)},
			diff.Side{Text: b, Masks: y.Masks, Spans: detect.ExpandSpans(y, theirs, false)})
		r := diff.Compare(sideA, sideB, diff.Options{})
		lost := 0
		for _, s := range added[2:] { // what stands before the first shared article may be of a page
			if !listed(r, func(c diff.Change) shingle.Span { return c.B }, b, strings.TrimSpace(s)) {
				lost++
			}
		}
		if lost > 0 {
			t.Errorf("%s: of %d articles put in %d are in no list: %v", name, len(added)-2, lost, sideB.Spans)
		}
	}
}
