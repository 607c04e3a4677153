package store

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/testdata"
)

// TestCompact: what is left after removals is the same, in less room; reposts are
// stored as such and come back byte for byte.
func TestCompact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	whole(t, path)
	before := open(t, path, Options{ReadOnly: true})
	docs := map[string]dedup.Document{}
	for n := range before.Numbers {
		d := must2(before.Document(n))(t)
		docs[d.ID] = d
	}
	stories := before.StoryCount()
	before.Close()
	r, err := Compact(t.Context(), path, Options{}, CompactOptions{DropVersions: true})
	if err != nil || r.Dropped != 2 || r.DroppedVersions != 3 || r.Documents != len(docs) || r.Reposts < 5 || r.After >= r.Before {
		t.Fatalf("%+v, %v", r, err)
	}
	c := open(t, path, Options{})
	if got := findings(t, c); len(got) > 0 || c.StoryCount() != stories {
		t.Errorf("%d stories, %q", c.StoryCount(), got)
	}
	for n := range c.Numbers {
		d := must2(c.Document(n))(t)
		if d != docs[d.ID] {
			t.Errorf("document %s is another", d.ID)
		}
	}
	if s := must2(c.Stats())(t); s.Retired != 0 || int(c.Next()) != len(docs) {
		t.Errorf("%+v", s)
	}
	must2(c.AddEntries(madeBatch(100, 70)))(t) // after the last block
	for i := range 70 {
		equal(t, "a document added behind", must2(c.Document(uint32(len(docs)+i)))(t), made(100+i).Doc)
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestCompactVersions: older versions stay, removed documents do not.
func TestCompactVersions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	whole(t, path)
	r, err := Compact(t.Context(), path, NoSync(Options{}), CompactOptions{})
	if err != nil || r.Dropped != 2 || r.DroppedVersions != 0 || r.Versions != 3 {
		t.Fatalf("%+v, %v", r, err)
	}
	c := open(t, path, Options{ReadOnly: true})
	if got := must2(c.Versions(made(7).Doc.ID))(t); len(got) != 2 {
		t.Errorf("versions %v", got)
	}
	if got := findings(t, c); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

// TestLostBase: a repost whose base is damaged is an error and no wrong text, and
// check names both.
func TestLostBase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	whole(t, path)
	must2(Compact(t.Context(), path, NoSync(Options{}), CompactOptions{}))(t)
	c := open(t, path, NoSync(Options{}))
	var reposts, lost int
	must(t, 0, c.update(func(tx *txn, _ *view) error {
		b := tx.Bucket([]byte(bucketReposts))
		return errors.Join(b.ForEach(func(key, value []byte) error {
			all, err := c.readReposts(value[:len(value)-sumSize])
			if err != nil {
				return err
			}
			for i := range all {
				reposts++
				all[i].base += 1 + uint32(9000*(i%3))
			}
			return put(tx, bucketReposts, slices.Clone(key), c.appendReposts(nil, all))
		}))
	}))
	c.check(t.Context(), nil, func(f Finding) error {
		if f.Lost {
			lost++
		}
		return nil
	})
	if reposts == 0 || lost != reposts {
		t.Errorf("%d reposts, %d lost", reposts, lost)
	}
}

// TestBackup: a copy made while documents are added is one state of the corpus,
// whole, and no file is overwritten.
func TestBackup(t *testing.T) {
	dir := t.TempDir()
	c := open(t, filepath.Join(dir, "x.repost"), NoSync(Options{Create: true}))
	must2(c.AddEntries(madeBatch(0, 50)))(t)
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 20 {
			if _, err := c.AddEntries(madeBatch(50+10*i, 10)); err != nil {
				t.Error(err)
			}
		}
	})
	for i := range 5 {
		path := filepath.Join(dir, fmt.Sprint(i, ".repost"))
		must(t, 0, c.Backup(path))
		b := open(t, path, Options{})
		n := b.Len()
		if n < 50 || n%10 != 0 {
			t.Errorf("a copy with %d documents", n)
		}
		m := newModel()
		m.add(madeBatch(0, n))
		m.compare(t, b)
		must2(b.AddEntries(madeBatch(900, 3)))(t)
		if head := must2(readHead(b.file))(t); head.other != headWhole {
			t.Error("a commit to a copy went over the newer head, not the older one")
		}
		if err := c.Backup(path); !errors.Is(err, os.ErrExist) {
			t.Errorf("over a file: %v", err)
		}
	}
	wg.Wait()
}

// TestBackupBesideWriter: the same of a file that somebody else writes to.
func TestBackupBesideWriter(t *testing.T) {
	dir := t.TempDir()
	from := filepath.Join(dir, "x.repost")
	c := open(t, from, NoSync(Options{Create: true}))
	must2(c.AddEntries(madeBatch(0, 50)))(t)
	stop := make(chan struct{})
	copies := map[int]bool{}
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 60 {
			select {
			case <-stop:
				return
			case <-time.After(30 * time.Millisecond):
			}
			if _, err := c.AddEntries(madeBatch(50+10*i, 10)); err != nil {
				t.Error(err)
			}
		}
	})
	for i := range 12 {
		path := filepath.Join(dir, fmt.Sprint(i, ".repost"))
		r := open(t, from, Options{ReadOnly: true})
		must(t, 0, r.Backup(path))
		b := open(t, path, Options{})
		n := b.Len()
		if n < 50 || n%10 != 0 {
			t.Errorf("a copy with %d documents", n)
		}
		copies[n] = true
		if got := unsketched(t, b); len(got) > 0 {
			t.Errorf("%q", got)
		}
		m := newModel()
		m.add(madeBatch(0, n))
		m.compare(t, b)
		equal(t, "documents", n, r.Len())
		if err := r.Backup(path); !errors.Is(err, os.ErrExist) {
			t.Errorf("over a file: %v", err)
		}
		r.Close()
	}
	close(stop)
	wg.Wait()
	if len(copies) < 3 {
		t.Errorf("copies of %v documents: no writer went on", copies)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestHeads: of a damaged head of the file, whatever is left of it, check says which it was.
// Nobody writes on the state before the newer one, which readers say, with what is lost: here
// the last batch of an ingest that was interrupted.
func TestHeads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, NoSync(Options{Create: true}))
	first := must2(os.ReadFile(path))(t)
	must2(c.AddEntries(madeBatch(0, 10)))(t)
	must2(c.AddEntries(madeBatch(10, 10)))(t)
	must2(c.AddEntries(madeBatch(20, 10)))(t) // acknowledged, and the process was ended then
	must(t, 0, c.Close())
	whole := must2(os.ReadFile(path))(t)
	newer := int(must2(readHead(bytes.NewReader(whole)))(t).txid % 2)
	xor := func(at int, with byte) func(head []byte) { return func(head []byte) { head[at] ^= with } }
	damages := map[string]func(head []byte){
		"zero": func(head []byte) { clear(head) }, "a sector of zeros": func(head []byte) { clear(head[:512]) },
		"noise": func(head []byte) { rand.NewChaCha8([32]byte{1}).Read(head) },
		"root":  xor(16+16, 0x55), "checksum": xor(16+57, 0x55), "magic": xor(16, 0x55),
	}
	page := func(head []byte) int { return int(head[0]) }
	damages["an earlier one"] = func(head []byte) { copy(head, first[page(head)*pageSize:][:pageSize]) }
	damages["the other one"] = func(head []byte) { copy(head[16:80], whole[(1-page(head))*pageSize+16:]) }
	for bit := range 16 { // the number of the commit: higher, lower, that of the other head
		damages[fmt.Sprint("bit ", bit, " of its number")] = xor(16+48+bit/8, 1<<(bit%8))
	}
	for name, damage := range damages {
		for page, documents := range map[int]int{newer: 20, 1 - newer: 30} {
			b := slices.Clone(whole)
			damage(b[page*pageSize:][:pageSize])
			must(t, 0, os.WriteFile(path, b, 0o644))
			c := open(t, path, Options{ReadOnly: true})
			got, loss, n := unsketched(t, c), c.Loss(), c.Len()
			c.Close()
			w, err := Open(path, Options{})
			w.shut()
			switch lost := page == newer; {
			case len(got) != 1 || !strings.Contains(got[0], "head") || n != documents:
				t.Errorf("%s of head %d: %q, %d documents", name, page, got, n)
			case lost && (!strings.HasSuffix(loss, "lost is what the last commit wrote: 10 documents that came after the first 20") ||
				!errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), loss)):
				t.Errorf("%s of head %d: %q, opened with %v", name, page, loss, err)
			case !lost && (loss != "" || err != nil):
				t.Errorf("%s of head %d: %q, opened with %v", name, page, loss, err)
			}
		}
	}
	b := slices.Clone(whole)
	clear(b[newer*pageSize:][:pageSize])
	must(t, 0, os.WriteFile(path, b, 0o644))
	r := must2(Repair(t.Context(), path, NoSync(Options{}), func(string, int, int) {}))(t)
	if !strings.Contains(r.GivenUp, "10 documents") {
		t.Errorf("given up: %q", r.GivenUp)
	}
	if n := open(t, path, Options{}).Len(); n != 20 {
		t.Errorf("%d documents after a repair", n)
	}
}

// unsketched is what Check finds when it makes no sketches: those of made are made up.
func unsketched(t *testing.T, c *Corpus) (out []string) {
	t.Helper()
	must2(c.check(t.Context(), nil, func(f Finding) error { out = append(out, f.String()); return nil }))(t)
	return out
}

func (c *Corpus) shut() {
	if c != nil {
		c.Close()
	}
}

// TestOldFormat: a corpus of the first version of the format is read, written to
// and compacted, which makes its stories anew.
func TestOldFormat(t *testing.T) {
	path := old(t, "v1.repost.gz")
	check := func(stories int) {
		t.Helper()
		c := open(t, path, Options{AnyScheme: true})
		defer c.Close()
		n, ok, err := c.Number("c")
		if err != nil || !ok || must2(c.Document(n))(t).Text != "The report said something else." {
			t.Errorf("document c: %v, %v", ok, err)
		}
		if c.StoryCount() != stories {
			t.Errorf("%d stories, not %d", c.StoryCount(), stories)
		}
		if stories == 0 {
			return
		}
		if got, _, err := c.Story("s" + c.firstStory(t)[1:]); err != nil || len(got.Members) != 2 {
			t.Errorf("%v, %v", got, err)
		}
	}
	check(0)
	c := open(t, path, Options{AnyScheme: true})
	must2(c.AddEntries(madeBatch(0, 3)))(t)
	c.Close()
	check(0)
	must2(Compact(t.Context(), path, Options{AnyScheme: true}, CompactOptions{}))(t)
	check(1)
}

// TestOlderFormats: the reposts of corpora of versions 2 and 3 are read, also as bases
// of nothing, written to, which makes no filters, and compacted.
func TestOlderFormats(t *testing.T) {
	testOlderFormat(t, "v2.repost.gz", 3)
	testOlderFormat(t, "v3.repost.gz", 6)
}

func testOlderFormat(t *testing.T, name string, want int) {
	path := old(t, name)
	read := func() (reposts int) {
		t.Helper()
		c := open(t, path, Options{ReadOnly: true, AnyScheme: true})
		defer c.Close()
		r, err := c.check(t.Context(), nil, func(f Finding) error { t.Error(f); return nil }) // it has another scheme
		if err != nil || r.Findings > 0 {
			t.Errorf("%+v, %v", r, err)
		}
		for n := range c.Next() {
			d := must2(c.Document(n))(t)
			if want := must2(testdata.FS.ReadFile("news/" + d.ID))(t); d.Text != string(want) {
				t.Errorf("%s has another text", d.ID)
			}
			must(t, 0, c.read(func(tx *txn, _ *view) error {
				s, err := c.storedAt(tx, n)
				if s.repost() {
					reposts++
				}
				return err
			}))
		}
		return reposts
	}
	if n := read(); n != want {
		t.Errorf("%s: %d reposts", name, n)
	}
	add := made(0)
	add.Doc.Text = strings.Repeat(add.Doc.Text, 40)
	add.Sketch = detect.DefaultScheme.Sketch(detect.DefaultScheme.Prepare(add.Doc.Text))
	c := open(t, path, NoSync(Options{AnyScheme: true}))
	n := must2(c.AddEntries([]Entry{add}))(t).Numbers[0]
	if seg := c.view.Load().Indexes[fingerprintIndex].Segments; seg[len(seg)-1].Filters > 0 {
		t.Errorf("%s has filters", name)
	}
	must(t, 0, c.Remove([]uint32{n}))
	c.Close()
	must2(Compact(t.Context(), path, Options{AnyScheme: true}, CompactOptions{}))(t)
	if n := read(); n != want {
		t.Errorf("%s: %d reposts once compacted", name, n)
	}
}

// TestCopiesOfOlderFormat: in a corpus of version 4 each of three copies, the first of
// which was removed, has postings of its own; migrate makes it one of this version, in
// which one has those of all.
func TestCopiesOfOlderFormat(t *testing.T) {
	path := old(t, "v4.repost.gz")
	opt := NoSync(Options{Scheme: &detect.DefaultScheme})
	must2(Migrate(t.Context(), path, opt, nil))(t)
	c := open(t, path, opt)
	fingerprints := func() uint64 { return must2(c.Stats())(t).Fingerprints }
	n, _, err := c.Number("copy-1")
	must(t, 0, err)
	d := must2(c.Document(n))(t)
	members := func(want int) {
		t.Helper()
		if got := findings(t, c); len(got) > 0 {
			t.Errorf("%q", got)
		}
		s, _, err := c.Story(c.firstStory(t))
		fs, err2 := detect.Find(c.Detection(t.Context()), &detect.DefaultScheme, &d)
		if err := errors.Join(err, err2); err != nil || len(s.Members) != want || len(fs) != want {
			t.Errorf("%d members, %d found, %v; want %d", len(s.Members), len(fs), err, want)
		}
	}
	members(6)
	before := fingerprints()
	d.ID = "copy-3"
	must2(c.AddEntries([]Entry{{Doc: d, Sketch: detect.DefaultScheme.Sketch(detect.DefaultScheme.Prepare(d.Text))}}))(t)
	must(t, 0, c.UpdateStories(t.Context(), nil))
	members(7)
	if fingerprints() != before {
		t.Errorf("%d prints, and %d with another copy", before, fingerprints())
	}
	c.Close()
}

// TestMigrate: corpora of earlier programs become one of this, with versions, what was
// removed, whether boilerplate is learned, and the values of callers; the old file keeps its bytes. A second
// time does nothing.
func TestMigrate(t *testing.T) {
	for _, name := range []string{"v1.repost.gz", "v2.repost.gz", "v3.repost.gz", "v4.repost.gz"} {
		path := old(t, name)
		c := open(t, path, NoSync(Options{AnyScheme: true}))
		must(t, 0, c.SetState(detect.StateLearning, []byte(detect.Off)))
		must(t, 0, c.SetState("of a caller", []byte("typed")))
		last := c.Next() - 1
		must(t, 0, c.Remove([]uint32{last}))
		want, gone := ask(c, nil, c.Next()).docs, c.view.Load().state.Retired
		c.Close()
		was := must2(os.ReadFile(path))(t)
		migrate := func() RepairReport {
			return must2(Migrate(t.Context(), path, NoSync(Options{}), nil))(t)
		}
		if r := migrate(); r.Documents != len(want) || r.Lost != 0 || !bytes.Equal(must2(os.ReadFile(r.Old))(t), was) {
			t.Errorf("%s: %+v, of %d documents", name, r, len(want))
		}
		c = open(t, path, NoSync(Options{Scheme: &detect.DefaultScheme}))
		equal(t, name, ask(c, nil, c.Next()).docs, want)
		if got := findings(t, c); len(got) > 0 || c.view.Load().state.Retired != gone {
			t.Errorf("%s: %d retired, not %d; %q", name, c.view.Load().state.Retired, gone, got)
		}
		if got := must2(c.State(detect.StateLearning))(t); string(got) != detect.Off {
			t.Errorf("%s: learning is %q", name, got)
		}
		if got := must2(c.State("of a caller"))(t); string(got) != "typed" {
			t.Errorf("%s: the value of a caller is %q", name, got)
		}
		must(t, 0, c.Restore([]uint32{last}))
		must(t, 0, c.UpdateStories(t.Context(), nil))
		c.Close()
		was = must2(os.ReadFile(path))(t)
		if r := migrate(); r.Documents != len(want) || r.Old != "" || !bytes.Equal(must2(os.ReadFile(path))(t), was) {
			t.Errorf("%s, again: %+v", name, r)
		}
	}
}

// old unpacks a corpus of testdata.
func old(t *testing.T, name string) (path string) {
	t.Helper()
	f := must2(os.Open(filepath.Join("testdata", name)))(t)
	defer f.Close()
	data := must2(io.ReadAll(must2(gzip.NewReader(f))(t)))(t)
	path = filepath.Join(t.TempDir(), strings.TrimSuffix(name, ".gz"))
	must(t, 0, os.WriteFile(path, data, 0o644))
	return path
}

func (c *Corpus) firstStory(t *testing.T) (id string) {
	must(t, 0, c.Stories(func(s *dedup.Story) error { id = s.ID; return nil }))
	return id
}

// TestReplacedWhileWaiting: a process that waits for a corpus while it is compacted
// writes to the new file.
func TestReplacedWhileWaiting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	whole(t, path)
	c := open(t, path, Options{})
	opened := make(chan *Corpus)
	go func() {
		w, err := Open(path, Options{Timeout: 20 * time.Second})
		if err != nil {
			t.Error(err)
		}
		opened <- w
	}()
	time.Sleep(100 * time.Millisecond) // it waits for c now
	must(t, 0, replaceFile(path, "", func(temp string) error { return c.Backup(temp) }))
	must(t, 0, c.Close())
	w := <-opened
	must2(w.AddEntries(madeBatch(500, 1)))(t)
	must(t, 0, w.Close())
	c = open(t, path, Options{ReadOnly: true})
	if _, ok, err := c.Number(made(500).Doc.ID); !ok || err != nil {
		t.Errorf("the document went to the old file: %v", err)
	}
}
