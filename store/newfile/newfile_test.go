package newfile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestFolder: a folder under way is left alone, and one whose process died goes, with the
// file that it locked.
func TestFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	f, err := Begin(path)
	ok(t, err)
	under, err := f.Folder()
	ok(t, err)
	dead := Name(path) + "7"
	ok(t, os.WriteFile(dead, nil, 0o600))
	ok(t, os.MkdirAll(filepath.Join(dead+folder, "part"), 0o700))
	g, err := Begin(path)
	ok(t, err)
	g.Drop()
	if got := names(t, filepath.Dir(path)); len(got) != 2 && Abandoned(dead) || !slices.Contains(got, filepath.Base(under)) {
		t.Errorf("%q", got)
	}
	ok(t, os.Rename(under, path))
	f.Drop()
	if got := names(t, filepath.Dir(path)); !slices.Contains(got, "out") || slices.Contains(got, filepath.Base(f.Name())) {
		t.Errorf("%q", got)
	}
}

// TestCreate: what is at a path stays until the new is committed, and nothing of another name
// is said.
func TestCreate(t *testing.T) {
	for _, base := range []string{"x", strings.Repeat("渡", 85)} {
		dir := t.TempDir()
		path := filepath.Join(dir, base)
		ok(t, os.WriteFile(path, []byte("old"), 0o640))
		for _, commit := range []bool{false, true} {
			f, err := Create(path)
			ok(t, err)
			_, err = f.Write([]byte("new"))
			ok(t, err)
			want := "old"
			if commit {
				want = "new"
				ok(t, f.Commit())
			}
			f.Drop()
			f.Drop()
			b, err := os.ReadFile(path)
			if err != nil || string(b) != want || len(names(t, dir)) != 1 {
				t.Errorf("%q, %v: %q", b, err, names(t, dir))
			}
		}
		_, err := Create(filepath.Join(dir, "none", base))
		if err == nil || strings.Contains(err.Error(), ".new") || strings.Count(err.Error(), "writing") != 1 {
			t.Error(err)
		}
	}
}

// TestRemoveLeft: a process that is killed while it gives a file its name leaves the file with
// two names; the first goes, also while the file is open.
func TestRemoveLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.repost")
	f, err := Begin(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Link(f.Name(), path); err != nil {
		t.Skip(err)
	}
	RemoveLeft(path)
	if _, err := os.Stat(f.Name()); err == nil {
		t.Error("the first name is still there")
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
