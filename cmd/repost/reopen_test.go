package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestServeFollows: a server that reads alone shows what another program wrote meanwhile,
// also where the corpus was replaced by another file.
func TestServeFollows(t *testing.T) {
	if _, err := exec.LookPath("repost"); err != nil {
		t.Skip("the tests were not started by go test")
	}
	corpus := filepath.Join(t.TempDir(), "c.repost")
	files := newsFiles(t)
	must(t, "ingest", "-q", "--corpus", corpus, files[0])
	address, _ := serving(t, corpus, "--read-only")
	documents := func(want int) {
		t.Helper()
		var o struct{ Documents int }
		for range 200 {
			if getJSON(t, address+"/overview.json", &o); o.Documents == want {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Fatalf("%d documents are shown, %d were stored", o.Documents, want)
	}
	documents(1)
	must(t, append([]string{"ingest", "-q", "--corpus", corpus}, files[1:3]...)...)
	documents(3)
	other := corpus + ".other"
	must(t, append([]string{"ingest", "-q", "--corpus", other}, files[:5]...)...)
	if err := os.Rename(other, corpus); err != nil {
		t.Fatal(err)
	}
	documents(5)
}
