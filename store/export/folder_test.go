package export

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestFolderNames: files that share a name, and a file and a folder that do, as in archives, each have
// one of their own.
func TestFolderNames(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out") + "/"
	w, err := Create(out, &bytes.Buffer{}, Options{Format: Text})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"sub.txt", "sub.txt/in.txt", "sub.txt/b.txt", "dir/a.txt", "a.txt", "A.txt", "dir/a.txt/x.txt"}
	want := []string{"sub.txt", "sub.txt-2/in.txt", "sub.txt-2/b.txt", "dir/a.txt", "a.txt", "A-2.txt", "dir/a.txt-2/x.txt"}
	for i, name := range names {
		if err := w.Write(&Record{Name: name, Fields: []Field{{Name: "text", Value: name}}}); err != nil {
			t.Fatal(err)
		}
		if w.File() != want[i] {
			t.Errorf("%s is written to %s, want %s", name, w.File(), want[i])
		}
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	for i, name := range want {
		if b, err := os.ReadFile(filepath.Join(out, name)); err != nil || string(bytes.TrimSpace(b)) != names[i] {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
}
