package store

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"repost/store/newfile"
)

// entries are the names in a folder.
func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	for _, e := range must2(os.ReadDir(dir))(t) {
		names = append(names, e.Name())
	}
	return names
}

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	return must2(os.Stat(path))(t).Mode().Perm()
}

// TestModes: a corpus that is private stays so, in its backup and when it is compacted or
// repaired; a page that is written over keeps its mode, and a link leads where it did.
func TestModes(t *testing.T) {
	dir := t.TempDir()
	path, copied := filepath.Join(dir, "x.repost"), filepath.Join(dir, "copy.repost")
	whole(t, path)
	equal(t, "a new corpus", mode(t, path), 0o666&^newfile.Umask())
	for _, m := range []fs.FileMode{0o600, 0o640, 0o644} {
		must(t, 0, os.Chmod(path, m))
		c := open(t, path, Options{ReadOnly: true})
		must(t, 0, c.Backup(copied))
		must(t, 0, c.Close())
		equal(t, "a backup", mode(t, copied), m&^newfile.Umask())
		must(t, 0, os.Remove(copied))
		must2(Compact(t.Context(), path, NoSync(Options{}), CompactOptions{}))(t)
		equal(t, "compacted", mode(t, path), m)
		r := must2(Repair(t.Context(), path, NoSync(Options{}), nil))(t)
		equal(t, "repaired", mode(t, path), m)
		must(t, 0, os.Remove(r.Old))
	}
	page, link := filepath.Join(dir, "page.html"), filepath.Join(dir, "link.html")
	must(t, 0, newfile.Write(page, []byte("a")))
	equal(t, "a new page", mode(t, page), 0o666&^newfile.Umask())
	must(t, 0, os.Chmod(page, 0o600))
	must(t, 0, os.Symlink("page.html", link))
	must(t, 0, newfile.Write(link, []byte("b")))
	equal(t, "a page over another", mode(t, page), fs.FileMode(0o600))
	equal(t, "its bytes", string(must2(os.ReadFile(page))(t)), "b")
	if names := entries(t, dir); len(names) != 3 {
		t.Errorf("in the folder: %q", names)
	}
}

// TestLeftovers: what a killed process has left on the way to a name goes when somebody
// writes there next; what is under way, or nobody's, stays.
func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.repost")
	for _, name := range []string{".x.repost.new123", "..x.repost.new.new4", ".x.repost.new", ".x.repost.newer", ".y.repost.new9"} {
		must(t, 0, os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o600))
	}
	must(t, 0, os.Mkdir(filepath.Join(dir, ".x.repost.new7"), 0o700))
	must(t, 0, os.Symlink("nowhere", filepath.Join(dir, ".x.repost.new8")))
	under := must2(newfile.Begin(path))(t) // another process has begun
	c := open(t, path, Options{Create: true})
	must(t, 0, c.Close())
	names := strings.Join(entries(t, dir), " ")
	want := filepath.Base(under.Name()) + " .x.repost.new7 .x.repost.new8 .x.repost.newer .y.repost.new9 x.repost"
	for _, name := range strings.Fields(want) {
		if !strings.Contains(" "+names+" ", " "+name+" ") {
			t.Errorf("%s is gone: %s", name, names)
		}
	}
	if len(strings.Fields(names)) != len(strings.Fields(want)) {
		t.Errorf("in the folder: %s, want %s", names, want)
	}
	under.Drop()
	c = open(t, path, Options{ReadOnly: true})
	if newfile.Abandoned(path) {
		t.Error("a corpus that is read is taken for abandoned")
	}
	must(t, 0, c.Close())
	if !newfile.Abandoned(path) {
		t.Error("a corpus that nobody has open is not taken for abandoned")
	}
}
