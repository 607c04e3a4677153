package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"repost/store"
)

// TestScanLeftovers: what a killed scan has left goes with the next one; the folder of one
// that is under way stays, and so does one that was begun just now.
func TestScanLeftovers(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	folder := func(name string, old bool) string {
		dir := filepath.Join(temp, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if c, err := store.Open(filepath.Join(dir, scanCorpus), store.Options{Create: true}); err != nil || c.Close() != nil {
			t.Fatal(err)
		}
		if then := time.Now().Add(-time.Hour); old {
			os.Chtimes(dir, then, then)
		}
		return dir
	}
	killed, begun, running := folder("repost-scan-1", true), folder("repost-scan-2", false), folder("repost-scan-3", true)
	c, err := store.Open(filepath.Join(running, scanCorpus), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-time.Hour)
	os.Chtimes(running, then, then)
	must(t, "scan", "-q", filepath.Dir(newsFiles(t)[0]))
	c.Close()
	for dir, stays := range map[string]bool{killed: false, begun: true, running: true} {
		if _, err := os.Stat(dir); (err == nil) != stays {
			t.Errorf("%s: stays %v", filepath.Base(dir), err == nil)
		}
	}
}
