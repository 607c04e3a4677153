package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"repost/dedup/detect"
	"repost/testdata"
)

// TestCapsAreSaid: the summary of an ingest and stats say which bounds of the work were met, the
// latter of all ingests so far; of a usual corpus they say nothing.
func TestCapsAreSaid(t *testing.T) {
	dir := t.TempDir()
	corpus := filepath.Join(dir, "c.repost")
	caps := func(said bool) detect.Caps {
		t.Helper()
		var s struct{ Caps detect.Caps }
		if err := json.Unmarshal([]byte(must(t, "stats", "--json", "--corpus", corpus)), &s); err != nil {
			t.Fatal(err)
		}
		if out := must(t, "stats", "--corpus", corpus); strings.Contains(out, "not with all") != said {
			t.Errorf("said %t, must be %t:\n%s", !said, said, out)
		}
		return s.Caps
	}
	must(t, "ingest", "-q", "--corpus", corpus, filepath.Dir(newsFiles(t)[0]))
	if got := caps(false); got != (detect.Caps{}) {
		t.Errorf("news: %+v", got)
	}
	var shuffled strings.Builder
	for _, s := range testdata.HostileCorpora() {
		if s.Name == "the same sentences in every order" {
			for _, d := range s.Docs(1 << 18) {
				json.NewEncoder(&shuffled).Encode(map[string]string{"id": d.ID, "text": d.Text})
			}
		}
	}
	dump := filepath.Join(dir, "shuffled.jsonl")
	if err := os.WriteFile(dump, []byte(shuffled.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := must(t, "ingest", "--corpus", corpus, dump); !strings.Contains(out, "not with all") {
		t.Errorf("an ingest says %s", out)
	}
	first := caps(true)
	must(t, "ingest", "-q", "--corpus", corpus, "--format", "text", "caps_test.go")
	if got := caps(true); first.Crowded == 0 || got.Crowded < first.Crowded {
		t.Errorf("%+v after the next ingest, %+v before", got, first)
	}
}
