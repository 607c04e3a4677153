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

	"repost/store/newfile"
)

// TestLeftFolders: the folders that killed commands have left go with the next command of
// their kind; that of one that is under way stays, and so does one that was begun just now.
func TestLeftFolders(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	news := filepath.Dir(newsFiles(t)[0])
	for prefix, args := range map[string][]string{
		scanFolder: {"scan", "-q", news}, dedupFolder: {"dedup", "-q", "-o", filepath.Join(temp, "out.jsonl"), news},
		benchFolder: {"bench", "-q", "--write", filepath.Join(temp, "planted.jsonl"), news},
	} {
		stays := map[string]bool{"-killed": false, "-begun": true, "-old": false, "-running": true, "-other": true}
		for name := range stays {
			dir := filepath.Join(temp, prefix+name[1:])
			if name == "-other" {
				dir = filepath.Join(temp, "repost-"+name[1:])
			}
			if err := os.Mkdir(dir, 0o700); err != nil && name != "-other" {
				t.Fatal(err)
			}
			if name == "-killed" || name == "-running" {
				held, err := newfile.Hold(filepath.Join(dir, inUse))
				if err != nil {
					t.Fatal(err)
				}
				if name == "-killed" {
					held.Close()
				}
				defer held.Close()
			}
			if then := time.Now().Add(-time.Hour); name != "-begun" {
				os.Chtimes(dir, then, then)
			}
		}
		must(t, args...)
		for name, want := range stays {
			dir := filepath.Join(temp, prefix+name[1:])
			if name == "-other" {
				dir = filepath.Join(temp, "repost-"+name[1:])
			}
			if _, err := os.Stat(dir); (err == nil) != want {
				t.Errorf("%s: stays %v", filepath.Base(dir), err == nil)
			}
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

// TestDocumentsIntoClosedPipe: documents that nobody took are not written, and the status says so.
func TestDocumentsIntoClosedPipe(t *testing.T) {
	dir := t.TempDir()
	in, corpus := filepath.Join(dir, "in.jsonl"), filepath.Join(dir, "c.repost")
	os.WriteFile(in, []byte(bridgeNews(0, 3)), 0o644)
	must(t, "ingest", "-q", "--corpus", corpus, in)
	for _, args := range [][]string{{"dedup", in, "-o", "-"}, {"dedup", in, "-o", "-", "--corpus", filepath.Join(dir, "days.repost")}, {"export", "--corpus", corpus, "-o", "-"}} {
		var errs writer
		if got := run(t.Context(), args, nil, closedPipe{}, &errs); got != trouble || !strings.Contains(string(errs), "standard output was closed") {
			t.Errorf("%v: status %d, %s", args, got, errs)
		}
	}
	if out := must(t, "dedup", in, "-o", "-", "-q", "--corpus", filepath.Join(dir, "days.repost")); !strings.Contains(out, `"id"`) {
		t.Errorf("the next run writes %q", out)
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
	hostile := "\u202e\u2066\u2069\u2028\u009b\u007f"
	if strings.ContainsAny(out, hostile) {
		t.Errorf("as it stands: %q", out)
	}

	// What is written to files for people to look at is no other: patches, the lists of
	// --dropped and --rejects.
	file := func(name string, data ...string) string {
		path := filepath.Join(dir, name)
		if len(data) > 0 {
			os.WriteFile(path, []byte(strings.Join(data, "")), 0o644)
		}
		return path
	}
	story := strings.Repeat("大桥今日通车，居民步行过河，渔民在岸上看。", 5)
	a, b := file("a.txt", story), file("b.txt", story, text)
	session(t, "diff", "--whole", "--patch", file("p.patch"), a, b)
	if made := must(t, "patch", file("p.patch"), a); made != story+text {
		t.Errorf("the patch makes %q", made)
	}
	var dump []byte
	for _, id := range []string{"1", "2"} {
		line, _ := json.Marshal(map[string]string{"id": id + text, "title": text, "text": story})
		dump = append(append(dump, line...), '\n')
	}
	twice := file("twice.jsonl", string(dump), `{"id":"`, text, "\n")
	session(t, "dedup", "-q", "--rejects", file("rejects.jsonl"), "--dropped", file("dropped.jsonl"), "-o", file("kept.jsonl"), twice)
	for _, name := range []string{"p.patch", "rejects.jsonl", "dropped.jsonl"} {
		got, err := os.ReadFile(file(name))
		if err != nil || !strings.Contains(string(got), `\u202e`) || strings.ContainsAny(string(got), hostile) {
			t.Errorf("%s: %v: %q", name, err, got)
		}
	}
}

// TestWithoutDictionary: gse built without its dictionary (tag ne) links to an empty one, as
// one does that names it otherwise. That is said, and no story is made without words.
func TestWithoutDictionary(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	program := filepath.Join(t.TempDir(), "repost")
	if out, err := exec.Command("go", "build", "-tags", "ne", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.Command(program, "stats").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "built without its dictionary") {
		t.Errorf("%v: %s", err, out)
	}
}
