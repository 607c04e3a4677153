package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
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

// TestPipeAsCorpus: a named pipe is no corpus, and nobody waits for its writer.
func TestPipeAsCorpus(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "p")
	if err := exec.Command("mkfifo", pipe).Run(); err != nil {
		t.Skip(err)
	}
	for _, args := range [][]string{{"stats"}, {"ingest", "-q", "hostile_test.go"}, {"check", "--repair"}, {"compact"}} {
		_, errs, status := session(t, append(args, "--corpus", pipe)...)
		if status != trouble || !strings.Contains(errs, "not a corpus: a pipe or a device") {
			t.Errorf("%v: %d, %s", args, status, errs)
		}
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

// TestStatusIntoClosedPipe: that nobody reads the difference does not make it none.
func TestStatusIntoClosedPipe(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	os.WriteFile(a, []byte("大桥今日通车，居民步行过河。"), 0o644)
	os.WriteFile(b, []byte("大桥昨日通车，居民步行过河。"), 0o644)
	var errs writer
	if got := run(t.Context(), []string{"diff", a, b}, nil, closedPipe{}, &errs); got != nothing || len(errs) > 0 {
		t.Errorf("two texts that differ: status %d, %s", got, errs)
	}
	if got := run(t.Context(), []string{"diff", a, a}, nil, closedPipe{}, &errs); got != done {
		t.Errorf("equal texts: status %d", got)
	}
}

// TestJSONOnTerminals: JSON escapes what a terminal may obey, and stays the same data.
func TestJSONOnTerminals(t *testing.T) {
	dir := t.TempDir()
	text := "a\u202eb\u2066c\u2069d\u2028e\u009bf\u007fg 汉字\u200d"
	line, _ := json.Marshal(map[string]string{"id": "x" + text, "title": text, "text": text})
	os.WriteFile(filepath.Join(dir, "d.jsonl"), line, 0o644)
	must(t, "ingest", "-q", "--corpus", filepath.Join(dir, "c.repost"), filepath.Join(dir, "d.jsonl"))
	out := must(t, "show", "--json", "--corpus", filepath.Join(dir, "c.repost"), "x"+text)
	var doc struct{ Title string }
	if err := json.Unmarshal([]byte(out), &doc); err != nil || doc.Title != text {
		t.Errorf("%v: %q", err, doc.Title)
	}
	if strings.ContainsAny(out, "\u202e\u2066\u2069\u2028\u009b\u007f") {
		t.Errorf("as it stands: %q", out)
	}
}
