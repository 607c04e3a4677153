package dedup_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"repost/dedup"
	"repost/dedup/detect"
)

// sharedPages makes pages of passages in a script: some are in 2 to 12 pages and some in one.
// Where they meet is a line or only the end of a sentence.
func sharedPages(r *rand.Rand, script int) (passages []string, docs []dedup.Document) {
	w := newSpeaker(r, script)
	pages := make([][]string, 4+r.IntN(24))
	for range 1 + r.IntN(12) {
		p := w.passage(30 + r.IntN(250))
		passages = append(passages, p)
		for _, i := range r.Perm(len(pages))[:min(len(pages), 2+r.IntN(11))] {
			pages[i] = append(pages[i], p)
		}
	}
	join := []string{"\n", "\n\n", scripts[script].between}[r.IntN(3)]
	var formula []string // with which sentences of several pages begin
	for range 20 {
		formula = append(formula, w.words[r.IntN(len(w.words))])
	}
	for i, parts := range pages {
		for range r.IntN(4) {
			p := w.passage(20 + r.IntN(200))
			passages = append(passages, p)
			parts = append(parts, p)
		}
		if r.IntN(3) == 0 {
			parts = append(parts, strings.Join(append(formula[:20:20], w.sentence()), w.between))
		}
		if len(parts) == 0 {
			continue
		}
		r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		docs = append(docs, dedup.Document{ID: fmt.Sprintf("d%02d", i), Date: fmt.Sprintf("2025-01-%02d", 1+r.IntN(28)), Text: strings.Join(parts, join)})
	}
	return passages, docs
}

// cutPassages returns what is left of documents without the passages that are repeated.
func cutPassages(t *testing.T, opt detect.KeepOptions, docs []dedup.Document) (left []dedup.Document) {
	t.Helper()
	opt.Passages = true
	v, err := detect.Survivors(withStories(t, docs...), &detect.DefaultScheme, opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n, d := range docs {
		whole := sentencesOf(d.Text)
		for _, s := range sentencesOf(detect.Without(d.Text, v.Repeated(uint32(n)))) {
			if s != "" && !slices.Contains(whole, s) {
				t.Errorf("%s: a part of a sentence is left: %q", d.ID, s)
			}
		}
		f := &v.Fates[n]
		for _, by := range f.By {
			if (opt.Seen == nil || !opt.Seen(by)) && !v.Fates[by].Kept() {
				t.Errorf("%s is dropped for %s, which is dropped", d.ID, docs[by].ID)
			}
		}
		if f.Kept() {
			d.Text = detect.Without(d.Text, v.Repeated(uint32(n)))
			left = append(left, d)
		}
	}
	return left
}

// sentencesOf returns the sentences of a text of sharedPages.
func sentencesOf(text string) (out []string) {
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".。", r) }) {
		out = append(out, strings.Trim(s, " \n“”"))
	}
	return out
}

// TestPassagesAreLeftOnce cuts passages out of pages in five scripts, and looks at the rest by
// brute force: every passage is left, no two texts have a run of RepeatedRun characters or a
// passage of RepeatedSentences, what is left of a text is whole sentences of it, and a second
// run finds nothing, whether it cuts passages or not. REPOST_PAGES is the number of runs.
func TestPassagesAreLeftOnce(t *testing.T) {
	runs := 25
	if n, err := strconv.Atoi(os.Getenv("REPOST_PAGES")); err == nil {
		runs = n
	}
	for seed := range runs {
		r := rand.New(rand.NewPCG(uint64(seed), 12))
		script := seed % len(scripts)
		passages, docs := sharedPages(r, script)
		opt := []detect.KeepOptions{{}, {Threshold: .5}, {Threshold: 1}, {Single: true}}[seed/len(scripts)%4]
		where := fmt.Sprintf("seed %d, %s", seed, scripts[script].name)
		left := cutPassages(t, opt, docs)

		in := map[string][]string{} // run of characters → texts
		for _, d := range left {
			chars := []rune(d.Text)
			seen := map[string]bool{}
			for i := range max(0, len(chars)-detect.RepeatedRun+1) {
				if run := string(chars[i : i+detect.RepeatedRun]); !seen[run] {
					seen[run] = true
					if in[run] = append(in[run], d.ID); len(in[run]) == 2 {
						t.Fatalf("%s: %v have %q", where, in[run], run)
					}
				}
			}
		}
		for _, p := range passages {
			n := 0
			for _, d := range left {
				if strings.Contains(d.Text, strings.TrimRight(p, ". 。")) {
					n++
				}
			}
			length := utf8.RuneCountInString(p)
			if n == 0 && letters(p) >= detect.DefaultPassage || n > 1 && length >= detect.RepeatedSentences {
				t.Errorf("%s: a passage of %d characters stands in %d texts: %q", where, length, n, p)
			}
		}
		if again := cutPassages(t, opt, left); fmt.Sprint(again) != fmt.Sprint(left) {
			t.Errorf("%s: a second run leaves %d of %d texts, or cuts more", where, len(again), len(left))
		}
		v, err := detect.Survivors(withStories(t, left...), &detect.DefaultScheme, opt, nil)
		if err != nil {
			t.Fatal(err)
		}
		for n, d := range left {
			if f := &v.Fates[n]; !f.Kept() {
				t.Errorf("%s: a second run drops %s for %v: %s", where, d.ID, f.By, f.Rule)
			}
		}
	}
}

// A sentence that goes on in another way stays whole, however much two texts have in
// common of it, and quotation marks go with their sentences.
func TestSentencesStayWhole(t *testing.T) {
	said := "The minister said on Tuesday that the ferry across Marlow Sound will run all winter, that Dr. Hannah Brask will lead the inquiry, and that the crews of both boats will be paid in full until "
	both := " “Nobody asked us,” said J. Brask of Port Ansley. “We would have told them.” "
	first := "The harbour froze on Monday, and children skated between the moored boats until dark. " + said + "May." + both + "A second ferry stays in the dock for repairs that take a month."
	second := "Prices of herring doubled within a week after the storm took most of the nets. " + said + "the ice has gone." + both + "The fish hall opens at four instead of six on all market days."
	left := cutPassages(t, detect.KeepOptions{Threshold: .99}, []dedup.Document{{ID: "a", Text: first}, {ID: "b", Text: second}})
	if len(left) != 2 {
		t.Fatalf("%d texts are left", len(left))
	}
	all := left[0].Text + left[1].Text
	for text, times := range map[string]int{said: 2, "until May.": 1, "until the ice has gone.": 1, strings.TrimSpace(both): 1, "“": 2, "”": 2} {
		if n := strings.Count(all, text); n != times {
			t.Errorf("%q is left %d times, want %d: %q", text, n, times, all)
		}
	}
}

// What an earlier run has written lends its passages to later documents, and is not judged
// anew by these.
func TestPassagesOfBefore(t *testing.T) {
	for seed := range 10 {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		passages, docs := sharedPages(r, seed%len(scripts))
		before := len(docs) / 2
		first := cutPassages(t, detect.KeepOptions{}, docs[:before])
		second := cutPassages(t, detect.KeepOptions{Seen: func(n uint32) bool { return n < uint32(before) }}, docs)
		var all, left strings.Builder
		for _, d := range docs {
			all.WriteString(d.Text + "\f")
		}
		for _, d := range append(first, second...) {
			left.WriteString(d.Text + "\f")
		}
		for _, p := range passages {
			if p = strings.TrimRight(p, ". 。"); letters(p) >= detect.DefaultPassage && strings.Count(left.String(), p) != 1 {
				t.Errorf("seed %d: a passage stands %d times in what is left of both runs, and %d times in all: %q",
					seed, strings.Count(left.String(), p), strings.Count(all.String(), p), p)
			}
		}
	}
}

// A sentence too short to be cut alone is cut with the one next to it, whichever text has both
// and whichever has the long one alone.
func TestShortSentenceNextToLong(t *testing.T) {
	for script := range scripts {
		k := newSpeaker(rand.New(rand.NewPCG(uint64(script), 3)), script)
		long, short := k.passage(60), k.sentence()
		for _, shared := range [][]string{{long, short}, {short, long}} {
			text := func(parts ...string) string { return strings.Join(parts, k.between) }
			own := k.passage(90)
			docs := []dedup.Document{
				{ID: "a", Text: text(k.passage(90), long, k.passage(90))},
				{ID: "b", Text: text(k.passage(90), shared[0], shared[1], k.passage(90))},
				{ID: "c", Text: text(own, shared[0], shared[1])},
			}
			left := cutPassages(t, detect.KeepOptions{Seen: func(n uint32) bool { return n < 2 }}, docs)
			if len(left) != 1 || strings.TrimSpace(left[0].Text) != own {
				t.Errorf("%s: %q is left, want %q", scripts[script].name, left, own)
			}
		}
	}
}

// Two short sentences that become neighbours by a cut are cut in the same run.
func TestShortSentencesBecomeNeighbours(t *testing.T) {
	for script := range scripts {
		k := newSpeaker(rand.New(rand.NewPCG(uint64(script), 8)), script)
		sentence := func(least int) string {
			for {
				if s := k.sentence(); letters(s) >= least && letters(s) < least+8 {
					return s
				}
			}
		}
		first, second, between := sentence(24), sentence(16), k.passage(60)
		text := func(parts ...string) string { return strings.Join(parts, k.between) }
		docs := []dedup.Document{
			{ID: "a", Date: "2025-01-01", Text: text(k.passage(150), first, second)},
			{ID: "b", Date: "2025-01-02", Text: text(k.passage(150), between, k.passage(90))},
			{ID: "c", Date: "2025-01-03", Text: text(k.passage(120), first, between, second, k.passage(90))},
		}
		left := cutPassages(t, detect.KeepOptions{Rules: []detect.KeepRule{detect.Earliest}}, docs)
		if again := cutPassages(t, detect.KeepOptions{Rules: []detect.KeepRule{detect.Earliest}}, left); fmt.Sprint(again) != fmt.Sprint(left) {
			t.Errorf("%s: a second run cuts more", scripts[script].name)
		}
		if strings.Contains(left[2].Text, first) {
			t.Errorf("%s: %q is left", scripts[script].name, first)
		}
	}
}
