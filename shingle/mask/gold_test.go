package mask_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"testing"

	"repost/testdata"

	"repost/shingle"
	"repost/shingle/mask"
)

// records calls f with each JSON line of a gzip file.
func records(t *testing.T, path string, f func(line []byte)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReaderSize(z, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			f(line)
		}
		if err != nil {
			return
		}
	}
}

type gold struct {
	ID      string
	Stories []struct{ Spans []shingle.Span }
	// What is round a story: headers, footers, adverts; and inside it, but no
	// part of its text: headlines, bylines, datelines, captions.
	Boilerplate, Neutral []shingle.Span
}

func TestFindAgainstGold(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 20 MB of pages")
	}
	texts := map[string]string{}
	records(t, testdata.Measuring(t, "zh-pages-dev.jsonl.gz"), func(line []byte) {
		var d struct{ ID, Text string }
		if err := json.Unmarshal(line, &d); err != nil {
			t.Fatal(err)
		}
		texts[d.ID] = d.Text
	})
	var masked, inStory, boilerplate, found, neutral, foundNeutral int
	shown := map[mask.Reason]int{}
	missed := 0
	records(t, testdata.Measuring(t, "zh-pages-dev-gold.jsonl.gz"), func(line []byte) {
		var g gold
		if err := json.Unmarshal(line, &g); err != nil {
			t.Fatal(err)
		}
		text := texts[g.ID]
		masks := mask.Find(text)
		var story []shingle.Span
		for _, s := range g.Stories {
			story = append(story, s.Spans...)
		}
		for _, m := range masks {
			masked += m.Span.Len()
			if n := shared([]mask.Mask{m}, story); n > 0 {
				inStory += n
				if shown[m.Reason]++; shown[m.Reason] <= 12 {
					t.Logf("%s: %s in a story: %.90q", g.ID, m.Reason, m.Span.Of(text))
				}
			}
		}
		for _, s := range g.Boilerplate {
			boilerplate += s.Len()
			n := shared(masks, []shingle.Span{s})
			found += n
			if missed += s.Len() - n; n < s.Len()/2 && missed%7 == 0 {
				t.Logf("%s: missed %.120q", g.ID, s.Of(text))
			}
		}
		for _, s := range g.Neutral {
			neutral += s.Len()
			foundNeutral += shared(masks, []shingle.Span{s})
		}
	})
	t.Logf("%d bytes masked, %.3f %% of them in stories; %.1f %% of boilerplate and %.1f %% of neutral text found",
		masked, 100*float64(inStory)/float64(masked), 100*float64(found)/float64(boilerplate), 100*float64(foundNeutral)/float64(neutral))
	if inStory*1000 > masked {
		t.Errorf("%d of %d masked bytes are in stories, more than one in a thousand", inStory, masked)
	}
	if found*100 < boilerplate*90 {
		t.Errorf("%d of %d bytes of boilerplate found, less than nine in ten", found, boilerplate)
	}
}

// shared returns how many bytes of masks are in spans.
func shared(masks []mask.Mask, spans []shingle.Span) int {
	n := 0
	for _, m := range masks {
		for _, s := range spans {
			n += max(0, min(m.Span.Hi, s.Hi)-max(m.Span.Lo, s.Lo))
		}
	}
	return n
}
