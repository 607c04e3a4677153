package store

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"repost/dedup"
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
	r, err := Compact(t.Context(), path, Options{}, &dedup.DefaultScheme, CompactOptions{})
	if err != nil || r.Dropped != 5 || r.Documents != len(docs) || r.Reposts < 5 || r.After >= r.Before {
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
	must2(c.Add(madeBatch(100, 70)))(t) // behind the last block
	for i := range 70 {
		equal(t, "a document added behind", must2(c.Document(uint32(len(docs)+i)))(t), made(100+i).Doc)
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestCompactVersions: replaced versions stay on demand, removed documents do not.
func TestCompactVersions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	whole(t, path)
	r, err := Compact(t.Context(), path, NoSync(Options{}), &dedup.DefaultScheme, CompactOptions{Versions: true})
	if err != nil || r.Dropped != 2 {
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
	must2(Compact(t.Context(), path, NoSync(Options{}), &dedup.DefaultScheme, CompactOptions{}))(t)
	c := open(t, path, NoSync(Options{}))
	var reposts, lost int
	must(t, 0, c.update(func(tx *bolt.Tx, _ *view) error {
		b := tx.Bucket([]byte(bucketText))
		return errors.Join(b.ForEach(func(key, value []byte) error {
			all, err := c.readStored(value[:len(value)-sumSize])
			if err != nil {
				return err
			}
			for i := range all {
				if all[i].repost {
					reposts++
					all[i].base = all[i].base%2 + uint32(9000*(i%3))
				}
			}
			return put(tx, bucketText, slices.Clone(key), c.appendStored(all))
		}))
	}))
	c.Check(t.Context(), nil, func(f Finding) error {
		if f.Lost {
			lost++
		}
		return nil
	})
	if reposts == 0 || lost != reposts {
		t.Errorf("%d reposts, %d lost", reposts, lost)
	}
}

// TestRepost: a text comes back from what tells it from any other.
func TestRepost(t *testing.T) {
	var p packer
	rapid.Check(t, func(t *rapid.T) {
		base, text := genText.Draw(t, "base"), genText.Draw(t, "text")
		text += strings.Repeat(base, rapid.IntRange(0, 20).Draw(t, "times")) + text
		must(t, 0, p.to(base))
		s := stored{length: len(text), delta: p.pack(text)}
		if base == "" {
			return // never a base: no delta is worth it
		}
		if got, err := unpackRepost(base, &s); err != nil || got != text {
			t.Fatalf("%q, %v", got, err)
		}
	})
}

func FuzzReadStored(f *testing.F) {
	c := &Corpus{}
	c.enc, c.dec, _ = newCodec()
	f.Add(c.appendStored([]stored{{text: "穆棱"}, {repost: true, base: 7, length: 3, delta: []byte("abc")}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := c.readStored(b)
		if err != nil {
			return
		}
		for i := range all {
			unpackRepost("穆棱脱贫", &all[i])
		}
	})
}

// TestBackup: a copy made while documents are added is one state of the corpus,
// whole, and no file is overwritten.
func TestBackup(t *testing.T) {
	dir := t.TempDir()
	c := open(t, filepath.Join(dir, "x.repost"), NoSync(Options{Create: true}))
	must2(c.Add(madeBatch(0, 50)))(t)
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 20 {
			if _, err := c.Add(madeBatch(50+10*i, 10)); err != nil {
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
		must2(b.Add(madeBatch(900, 3)))(t)
		if err := c.Backup(path); !errors.Is(err, os.ErrExist) {
			t.Errorf("over a file: %v", err)
		}
	}
	wg.Wait()
}

// TestOldFormat: a corpus of the first version of the format is read, written to
// and compacted.
func TestOldFormat(t *testing.T) {
	f := must2(os.Open(filepath.Join("testdata", "v1.repost.gz")))(t)
	defer f.Close()
	data := must2(io.ReadAll(must2(gzip.NewReader(f))(t)))(t)
	path := filepath.Join(t.TempDir(), "v1.repost")
	must(t, 0, os.WriteFile(path, data, 0o644))
	check := func() {
		t.Helper()
		c := open(t, path, Options{})
		defer c.Close()
		n, ok, err := c.Number("c")
		if err != nil || !ok || must2(c.Document(n))(t).Text != "The report said something else." {
			t.Errorf("document c: %v, %v", ok, err)
		}
		if got, _, err := c.Story("s" + c.firstStory(t)[1:]); err != nil || len(got.Members) != 2 {
			t.Errorf("%v, %v", got, err)
		}
	}
	check()
	c := open(t, path, Options{})
	must2(c.Add(madeBatch(0, 3)))(t)
	c.Close()
	check()
	must2(Compact(t.Context(), path, Options{}, &dedup.DefaultScheme, CompactOptions{}))(t)
	check()
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
	must2(w.Add(madeBatch(500, 1)))(t)
	must(t, 0, w.Close())
	c = open(t, path, Options{ReadOnly: true})
	if _, ok, err := c.Number(made(500).Doc.ID); !ok || err != nil {
		t.Errorf("the document went to the old file: %v", err)
	}
}
