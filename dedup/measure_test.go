package dedup_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/shingle"
)

// scripts are the signs of which words of a made-up language are made, and what is between
// its words.
var scripts = []struct{ name, signs, between, stop string }{
	{"Chinese", "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原", "", "。"},
	{"Japanese", "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん山川田町村市県駅海空", "", "。"},
	{"English", "bcdfghklmnprstvwaeiouaeiou", " ", "."},
	{"Russian", "бвгдежзклмнпрстаеиоуаеиоу", " ", "."},
	{"Arabic", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي", " ", "."},
}

// speaker speaks a made-up language.
type speaker struct {
	*rand.Rand
	words         []string
	between, stop string
}

func newSpeaker(r *rand.Rand, script int) *speaker {
	s := scripts[script]
	signs := []rune(s.signs)
	k := &speaker{r, nil, s.between, s.stop}
	for len(k.words) < 1500 {
		var w strings.Builder
		for range 2 + r.IntN(2)*len(s.between)*3 {
			w.WriteRune(signs[r.IntN(len(signs))])
		}
		if !shingle.IsAbbreviation(w.String()) { // after which no sentence would end
			k.words = append(k.words, w.String())
		}
	}
	return k
}

func (k *speaker) sentence() string {
	var words []string
	for range 6 + k.IntN(9) {
		words = append(words, k.words[k.IntN(len(k.words))])
	}
	return strings.Join(words, k.between) + k.stop
}

// passage returns whole sentences of about that many characters.
func (k *speaker) passage(characters int) string {
	p := k.sentence()
	for utf8.RuneCountInString(p) < characters {
		p += k.between + k.sentence()
	}
	return p
}

// pagesOf makes texts out of paragraphs in a script, each paragraph in several of them, or
// in so many that it looks like boilerplate.
func pagesOf(r *rand.Rand, script int, many bool) (paragraphs []string, docs []dedup.Document, in [][]int) {
	k := newSpeaker(r, script)
	for range 6 + r.IntN(12) {
		var p []string
		for range 2 + r.IntN(5) {
			p = append(p, k.sentence())
		}
		paragraphs = append(paragraphs, strings.Join(p, k.between))
	}
	pages := 8 + r.IntN(20)
	if many {
		pages *= 6
	}
	for i := range pages {
		some := r.Perm(len(paragraphs))[:1+r.IntN(5)]
		var text []string
		for _, p := range some {
			text = append(text, paragraphs[p])
		}
		docs, in = append(docs, dedup.Document{ID: fmt.Sprintf("d%02d", i), Date: fmt.Sprintf("2025-01-%02d", 1+r.IntN(28)), Text: strings.Join(text, "\n")}), append(in, some)
	}
	return paragraphs, docs, in
}

// letters counts what is no punctuation and no blank.
func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			n++
		}
	}
	return n
}

// TestNothingLongIsLost deduplicates texts made of paragraphs and looks at them by brute
// force: every paragraph of 80 characters or more stands in a kept text, what is dropped
// stands in the texts it is said to stand in, to the share that is said. REPOST_PAGES is the
// number of runs.
func TestNothingLongIsLost(t *testing.T) {
	runs := 10
	if n, err := strconv.Atoi(os.Getenv("REPOST_PAGES")); err == nil {
		runs = n
	}
	seeds := []int{465} // two paragraphs that stand side by side on two pages of which all others have one
	for seed := range runs {
		seeds = append(seeds, seed)
	}
	for _, seed := range seeds {
		r := rand.New(rand.NewPCG(uint64(seed), 37))
		script := seed % len(scripts)
		paragraphs, docs, in := pagesOf(r, script, seed%10 == 7)
		opt := []detect.KeepOptions{
			{}, {Threshold: .5}, {Threshold: 1}, {Single: true}, {Rules: []detect.KeepRule{detect.Canonical, detect.Earliest}},
		}[seed/len(scripts)%5]
		v, err := detect.Survivors(withStories(t, docs...), &detect.DefaultScheme, opt, nil)
		if err != nil {
			t.Fatal(err)
		}
		where := fmt.Sprintf("seed %d, %s, threshold %v, single %v", seed, scripts[script].name, opt.Threshold, opt.Single)
		kept := map[int]bool{}
		for n := range docs {
			if v.Fates[n].Kept() {
				for _, p := range in[n] {
					kept[p] = true
				}
			}
		}
		for n := range docs {
			for _, p := range in[n] {
				if !kept[p] && letters(paragraphs[p]) >= detect.DefaultPassage {
					t.Errorf("%s: a paragraph of %d characters of %s is in no kept text", where, letters(paragraphs[p]), docs[n].ID)
				}
			}
			if v.Fates[n].Kept() {
				continue
			}
			f := &v.Fates[n]
			all, there := 0, 0
			for _, p := range in[n] {
				all += letters(paragraphs[p])
				if slices.ContainsFunc(f.By, func(by uint32) bool { return slices.Contains(in[by], p) }) {
					there += letters(paragraphs[p])
				}
			}
			if share := float64(there) / float64(all); f.Coverage > share+.03 {
				t.Errorf("%s: %s has coverage %.3f in %v, and %.3f of it stands there", where, docs[n].ID, f.Coverage, f.By, share)
			}
		}
	}
}

// A text that stands in another one but for a word that was put in does not stand there
// word for word.
func TestWordPutIn(t *testing.T) {
	w := newWriter(35)
	for _, test := range []struct {
		name, put string
		dropped   int
	}{{"nothing", "", 1}, {"a word", "不", 0}} {
		head, tail := w.article(90), "镇长说今年"
		a := head + "\n" + tail + "会再修一座桥，桥上装路灯。"
		b := head + "\n" + tail + test.put + "会再修一座桥，桥上装路灯。\n" + w.article(60)
		v, err := detect.Survivors(withStories(t, dedup.Document{ID: "a", Text: a}, dedup.Document{ID: "b", Text: b}), &detect.DefaultScheme, detect.KeepOptions{Threshold: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		dropped := 0
		for _, f := range v.Fates {
			if !f.Kept() {
				dropped++
			}
		}
		if dropped != test.dropped {
			t.Errorf("%s put in: %d dropped, want %d", test.name, dropped, test.dropped)
		}
	}
}
