package dedup_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
)

// Deduplication over several runs, as repost dedup --corpus does it: each day some documents
// come; some are written, and the others are dropped. Made-up stories grow, shrink,
// change a word, quote each other and merge from day to day, and come again as they were.

// diary is the days so far.
type diary struct {
	*speaker
	where   string
	corpus  *detect.Memory
	texts   [][]string // of each document, its sentences
	written map[uint32]bool
	absent  map[uint32]bool // dropped, or of a run that did not end
	outputs map[string]bool // runs of runLength characters that were written
}

const runLength = 6

// next makes the sentences of a document, mostly from those that came before.
func (d *diary) next() []string {
	old := func() []string { return d.texts[d.IntN(len(d.texts))] }
	var s []string
	grow := func(n int) {
		for range n {
			s = append(s, d.passage(20+d.IntN(60)))
		}
	}
	if len(d.texts) == 0 || d.IntN(6) == 0 {
		grow(1 + d.IntN(6))
		return s
	}
	s = append(s, old()...)
	for range 1 + d.IntN(2) {
		at := d.IntN(len(s))
		switch d.IntN(7) {
		case 0, 1, 2:
			grow(1 + d.IntN(2))
		case 3:
			if len(s) > 1 {
				s = append(s[:at:at], s[at+1:]...)
			}
		case 4: // it quotes another, or a page has both
			s = append(s, old()...)
		case 5:
			chars := []rune(s[at])
			chars[d.IntN(len(chars)-1)] = []rune(d.words[0])[0]
			s[at] = string(chars)
		case 6:
			if at > 0 {
				s = s[at:]
			}
		}
	}
	return s[:min(len(s), 16)]
}

// come adds a document.
func (d *diary) come() uint32 {
	n, s := d.corpus.Documents(), d.next()
	d.texts = append(d.texts, s)
	d.corpus.Add(dedup.Document{ID: fmt.Sprintf("d%02d", n*37%101), Date: fmt.Sprintf("2025-01-%02d", 1+d.IntN(28)), Text: strings.Join(s, d.between)})
	return n
}

// day is a run over some documents. It checks what is written of them, and returns how many are.
func (d *diary) day(t *testing.T, documents []uint32, opt detect.KeepOptions) int {
	batch := map[uint32]bool{}
	for _, n := range documents {
		batch[n] = true
	}
	if err := detect.UpdateStories(d.corpus, &detect.DefaultScheme, nil); err != nil {
		t.Fatal(err)
	}
	opt.Seen = func(n uint32) bool { return d.written[n] }
	opt.Absent = func(n uint32) bool { return d.absent[n] && !batch[n] }
	v, err := detect.Survivors(d.corpus, &detect.DefaultScheme, opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	var wrote []uint32
	for n := range batch {
		if f := v.Fates[n]; f.Kept() {
			wrote = append(wrote, n)
		} else {
			for _, by := range f.By {
				if !d.written[by] && !(batch[by] && v.Fates[by].Kept()) {
					t.Errorf("%s: %s is dropped for %s, which no run has written", d.where, d.corpus.Document(n).ID, d.corpus.Document(by).ID)
				}
			}
		}
	}
	for _, n := range wrote {
		text := detect.Without(d.corpus.Document(n).Text, v.Repeated(n))
		for w := range d.written {
			if d.corpus.Document(w).Text == d.corpus.Document(n).Text {
				t.Errorf("%s: %s is written, and has the text of %s, which was", d.where, d.corpus.Document(n).ID, d.corpus.Document(w).ID)
			}
		}
		for run := range runsOf(text) {
			d.outputs[run] = true
		}
	}
	for _, n := range wrote {
		d.written[n] = true
	}
	for n := range batch {
		d.absent[n] = !d.written[n]
		d.isThere(t, d.corpus.Document(n))
	}
	return len(wrote)
}

// runsOf yields the runs of runLength characters of a text.
func runsOf(text string) func(yield func(string) bool) {
	chars := []rune(text)
	return func(yield func(string) bool) {
		for i := range max(0, len(chars)-runLength+1) {
			if !yield(string(chars[i : i+runLength])) {
				return
			}
		}
	}
}

// isThere checks that no passage of DefaultPassage characters of a text is missing in what was
// written.
func (d *diary) isThere(t *testing.T, doc dedup.Document) {
	chars := []rune(doc.Text)
	missing, until, at := 0, 0, 0
	check := func(end int) {
		for ; at < end; at++ {
			if missing++; at < until || missing == 1 && chars[at] == ' ' { // the blank before belongs to what is there
				missing = 0
			}
			if missing >= detect.DefaultPassage {
				t.Errorf("%s: %s has %q, which no run has written", d.where, doc.ID, string(chars[at+1-missing:at+1]))
				return
			}
		}
	}
	i := 0
	for run := range runsOf(doc.Text) {
		check(i)
		if d.outputs[run] {
			until = i + runLength
		}
		i++
	}
	check(len(chars))
}

// TestDays: whatever was dropped on whatever day, no passage of DefaultPassage characters is
// missing in what all days have written, and whatever is dropped is dropped for what was written.
// No text is written twice, and a day that comes again writes nothing. REPOST_DAYS is the number
// of diaries.
func TestDays(t *testing.T) {
	from, runs := 0, 60
	if s := os.Getenv("REPOST_DAYS"); s != "" {
		if _, err := fmt.Sscanf(s, "%d-%d", &from, &runs); err != nil {
			t.Fatal(err)
		}
	}
	for seed := from; seed < from+runs && !t.Failed(); seed++ {
		keepDiary(t, uint64(seed))
	}
}

// keepDiary tries some days.
func keepDiary(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1))
	d := &diary{
		speaker: newSpeaker(r, r.IntN(len(scripts))), corpus: detect.NewMemory(&detect.DefaultScheme), where: fmt.Sprintf("seed %d", seed),
		written: map[uint32]bool{}, absent: map[uint32]bool{}, outputs: map[string]bool{},
	}
	policy := func() detect.KeepOptions {
		rules := []detect.KeepRule{detect.Earliest, detect.Latest, detect.Longest, detect.Canonical}
		return detect.KeepOptions{
			Threshold: []float64{.5, .8, .95, 1}[r.IntN(4)], Single: r.IntN(4) == 0, Passages: r.IntN(4) == 0,
			Rules: rules[r.IntN(4):][:1],
		}
	}
	opt := policy()
	for range 2 + r.IntN(5) {
		if r.IntN(3) == 0 {
			opt = policy()
		}
		var batch []uint32 // that came before
		for n := range d.corpus.Documents() {
			if r.IntN(8) == 0 {
				batch = append(batch, n)
			}
		}
		for range 1 + r.IntN(4) {
			batch = append(batch, d.come())
		}
		if r.IntN(6) == 0 { // the run is killed
			for _, n := range batch {
				d.absent[n] = !d.written[n]
			}
			if r.IntN(2) == 0 {
				continue // and it is not tried again
			}
		}
		d.day(t, batch, opt)
		if r.IntN(3) == 0 {
			if n := d.day(t, batch, opt); n > 0 {
				t.Errorf("%s: the same day writes %d documents when it comes again", d.where, n)
			}
		}
	}
}

// TestCrowdOverDays: in a story with very many texts, each text is compared with a few others only. A
// later day still writes none of them again in other words.
func TestCrowdOverDays(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	k := newSpeaker(r, 0)
	story := []rune(k.passage(900))
	m := detect.NewMemory(&detect.DefaultScheme)
	written, total := map[uint32]bool{}, uint32(0)
	for day := range 6 {
		first := m.Documents()
		for range 20 {
			text := slices.Clone(story)
			for range 6 {
				text[r.IntN(len(text))] = []rune(k.words[r.IntN(len(k.words))])[0]
			}
			m.Add(dedup.Document{ID: fmt.Sprintf("%d-%d", day, m.Documents()), Text: string(text)})
		}
		if err := detect.UpdateStories(m, &detect.DefaultScheme, nil); err != nil {
			t.Fatal(err)
		}
		v, err := detect.Survivors(m, &detect.DefaultScheme, detect.KeepOptions{
			Seen:   func(n uint32) bool { return written[n] },
			Absent: func(n uint32) bool { return n < first && !written[n] },
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for n := first; n < m.Documents(); n++ {
			if v.Fates[n].Kept() {
				written[n] = true
				total++
			}
		}
	}
	if total != 1 {
		t.Errorf("%d of %d copies are written, want 1", total, m.Documents())
	}
}
