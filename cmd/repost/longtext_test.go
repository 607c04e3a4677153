package main

import (
	"archive/zip"
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLongTexts: a text of 64 MB in a file of any kind is refused by a process that is to
// keep to 128 MB, before it is held, and the record after it is read.
func TestLongTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("writes and reads 64 MB a file")
	}
	dir := quickDir(t)
	program := filepath.Join(dir, "repost")
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, program)
	}
	if err != nil {
		t.Skip(err)
	}
	const short = "渡船昨日复航，首班船上午八点开出。"
	for _, c := range []struct{ name, before, after, want string }{
		{"a.jsonl", `{"id":"long","text":"`, `"}` + "\n" + `{"id":"short","text":"` + short + `"}`, "1 document read"},
		{"a.csv", "id,text\nlong,\"", "\"\nshort,\"" + short + "\"\n", "1 document read"},
		{"a.txt", "", "", "0 documents read"},
		{"a.html", "<html><body><p>", "</p></body></html>", "0 documents read"},
		{"a.docx", `<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>`, "</w:t></w:r></w:p></w:body></w:document>", "0 documents read"},
	} {
		writeLong(t, filepath.Join(dir, c.name), c.before, c.after, 64<<20)
		out, errs, peak := withPeak(t, program, "ingest", "--corpus", filepath.Join(dir, c.name+".repost"), "--memory", "128MiB", filepath.Join(dir, c.name))
		if !strings.Contains(errs, "the record is too long: over 4194304 bytes; with --memory 4GB") || !strings.HasPrefix(out, c.want) || peak > 192<<20 {
			t.Errorf("%s: %d MB of memory, %s%s", c.name, peak>>20, out, errs)
		}
		os.Remove(filepath.Join(dir, c.name))
	}
}

// withPeak runs the program, and returns what it says and the most memory it had.
func withPeak(t *testing.T, program string, args ...string) (out, errs string, peak int) {
	t.Helper()
	cmd := exec.Command(program, args...)
	var o, e strings.Builder
	cmd.Stdout, cmd.Stderr = &o, &e
	cmd.Run() // its status is in what it says
	return o.String(), e.String(), processMemory(cmd.ProcessState)
}

// writeLong writes a file with a text of that length between two others: packed, if it is a
// document of an office.
func writeLong(t *testing.T, path, before, after string, length int) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	b := bufio.NewWriter(f)
	w, end := io.Writer(b), func() error { return nil }
	if strings.HasSuffix(path, ".docx") {
		z := zip.NewWriter(b)
		z.Create("[Content_Types].xml")
		w, _ = z.Create("word/document.xml")
		end = z.Close
	}
	const sentence = "大桥今日通车，居民步行过河，渔民在岸上看。"
	io.WriteString(w, before)
	for range length / len(sentence) {
		io.WriteString(w, sentence)
	}
	io.WriteString(w, after)
	if end() != nil || b.Flush() != nil || f.Close() != nil {
		t.Fatal("not written: ", path)
	}
}
