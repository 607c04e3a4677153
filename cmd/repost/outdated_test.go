package main

import (
	"path/filepath"
	"strings"
	"testing"

	"repost/dedup/detect"
	"repost/store"
)

// TestOutdated: of stories that another version found, a reader learns that and what to run,
// and a compacted corpus is brought up to date by difference.
func TestOutdated(t *testing.T) {
	dir := t.TempDir()
	corpus, dump := filepath.Join(dir, "c.repost"), filepath.Join(dir, "dump.jsonl")
	attackDump(t, dump, numbers(0, 60), 0)
	must(t, "ingest", "-q", "--corpus", corpus, dump)
	stories := must(t, "clusters", "--json", "--corpus", corpus)
	says := func(want string) {
		t.Helper()
		if _, errs, _ := session(t, "clusters", "--corpus", corpus); !strings.Contains(errs, want) || want == "" && errs != "" {
			t.Errorf("it says %q, want %q", errs, want)
		}
	}
	says("")
	c, err := store.Open(corpus, store.Options{})
	if err == nil {
		err = c.SetState(detect.StateBasis, []byte{0, 0})
	}
	if err != nil || c.Close() != nil {
		t.Fatal(err)
	}
	says("found by another version of repost, which judges otherwise; repost recluster")
	must(t, "recluster", "-q", "--corpus", corpus)
	says("")
	must(t, "compact", "-q", "--corpus", corpus)
	if got := must(t, "clusters", "--json", "--corpus", corpus); got != stories {
		t.Errorf("stories\n%s\nwere\n%s", got, stories)
	}
	attackDump(t, dump, numbers(60, 61), 0)
	if out := must(t, "ingest", "--json", "--corpus", corpus, dump); !strings.Contains(out, `"partly":true`) {
		t.Errorf("after compact: %s", out)
	}
}
