package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"repost/cmd/repost/internal/report"
	"repost/dedup/diff"
)

// TestDiffOfTwins compares each article of a corpus, pages that are only partly in a
// story among them, with itself by its id, and as a file: nothing changed, nothing
// moved, and nobody copied anybody.
func TestDiffOfTwins(t *testing.T) {
	files := newsFiles(t)
	dir := filepath.Dir(files[0])
	corpus := filepath.Join(t.TempDir(), "c.repost")
	must(t, "ingest", "--quiet", "--corpus", corpus, dir)
	for _, f := range files {
		for _, x := range []string{filepath.Base(f), f} {
			var d report.Difference
			if err := json.Unmarshal([]byte(must(t, "diff", "--json", "--corpus", corpus, x, x)), &d); err != nil {
				t.Fatal(err)
			}
			if len(d.Changes) > 0 || d.Summary.Moved+d.Summary.Inserted+d.Summary.Omitted > 0 || d.Direction != nil {
				t.Errorf("%s and itself: %+v, direction %+v", filepath.Base(x), d.Summary, d.Direction)
			}
			for _, b := range d.Blocks {
				if b.Kind != diff.InPlace {
					t.Errorf("%s and itself: block %+v", filepath.Base(x), b)
				}
			}
		}
	}
}

// TestDiffOfCredits: two copies that credit the same third outlet say nothing of each
// other when they are one text.
func TestDiffOfCredits(t *testing.T) {
	text := "望江大桥合龙\n来源：江畔日报\n据云岭新闻网报道，" + strings.Repeat("望江大桥的最后一根拉索昨天张拉到位。", 3) + "\n"
	x := filepath.Join(t.TempDir(), "x.txt")
	if err := os.WriteFile(x, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if out := must(t, "diff", x, x); strings.Contains(out, "direction") {
		t.Errorf("a text and itself:\n%s", out)
	}
}
