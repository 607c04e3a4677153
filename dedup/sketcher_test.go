package dedup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"repost/dedup"
	"repost/dedup/detect"
)

// TestSketcher: whatever texts came before, a Sketcher makes of a text what the
// scheme does, and what it handed out stays as it was.
func TestSketcher(t *testing.T) {
	docs := newsDocs(t)
	docs = append(docs, dedup.Document{}, dedup.Document{Text: "短"}, dedup.Document{Text: strings.Repeat("很长的一段话。", 2000)})
	k := detect.Sketcher{Scheme: &detect.DefaultScheme}
	var got, want []dedup.Sketch
	for range 2 {
		for _, d := range docs {
			text := detect.DefaultScheme.Prepare(d.Text)
			want = append(want, detect.DefaultScheme.Sketch(text))
			mine := k.Prepare(d.Text)
			if mine.All != text.All || !slices.Equal(mine.IDs, text.IDs) || !slices.Equal(mine.Units, text.Units) ||
				!slices.Equal(mine.Masks, text.Masks) {
				t.Fatalf("%s is made ready differently", d.ID)
			}
			got = append(got, k.Sketch(mine))
		}
	}
	for i := range want {
		if len(want[i].Fingerprints) == 0 {
			want[i].Fingerprints, got[i].Fingerprints = nil, nil
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sketches differ: %s", diff)
	}
}
