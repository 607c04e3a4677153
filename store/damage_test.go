package store

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"repost/dedup"
)

// answers is all that a reader can ask of a corpus, each answer or its error.
type answers struct {
	docs    map[uint32]dedup.Document
	scans   [ids]map[uint64][]posting
	lookups map[uint64][]posting
	links   []dedup.Link
	stories []dedup.Story
	errs    int
}

// ask asks everything. An answer that came with an error is left out.
func ask(c *Corpus, keys []uint64, n uint32) answers {
	a := answers{docs: map[uint32]dedup.Document{}}
	failed := func(err error) bool {
		if err != nil {
			a.errs++
		}
		return err != nil
	}
	for i := range n {
		if d, err := c.Document(i); !failed(err) {
			a.docs[i] = d
		}
	}
	for ln := range ids {
		got := map[uint64][]posting{}
		if !failed(c.scanLive(ln, func(k uint64, ps []posting) error { got[k] = append([]posting(nil), ps...); return nil })) {
			a.scans[ln] = got
		}
	}
	got := map[uint64][]posting{}
	if !failed(c.lookupLive(bandIndex, keys, func(k uint64, ps []posting) error { got[k] = append([]posting(nil), ps...); return nil })) {
		a.lookups = got
	}
	var links []dedup.Link
	if !failed(c.Links(func(l *dedup.Link) error { links = append(links, *l); return nil })) {
		a.links = links
	}
	var stories []dedup.Story
	if !failed(c.Stories(func(s *dedup.Story) error { stories = append(stories, *s); return nil })) {
		a.stories = stories
	}
	_, err := c.Stats()
	failed(err)
	return a
}

// damage changes some bytes after the two heads of the file: single bits, a
// sector of zeros, a page in the place of another; or cuts its end off.
func damage(r *rand.Rand, b []byte) []byte {
	at := func(n int) int { return 2*pageSize + r.IntN((len(b)-2*pageSize)/n)*n }
	switch r.IntN(5) {
	case 0:
		clear(b[at(512):][:512])
	case 1:
		copy(b[at(pageSize):][:pageSize], b[at(pageSize):])
	case 2:
		return b[:at(1)]
	default:
		for range 1 + r.IntN(3) {
			b[at(1)] ^= 1 << r.IntN(8)
		}
	}
	return b
}

// damages is how often a test damages a corpus: STORE_DAMAGES, or few.
func damages(few int) int {
	if n, err := strconv.Atoi(os.Getenv("STORE_DAMAGES")); err == nil {
		return n
	}
	return few
}

// TestDamage: whatever is damaged, a reader gets the right answer or an error, and
// the process lives. That is so as documents are added, and once reposts are columns.
func TestDamage(t *testing.T) {
	t.Run("added", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.repost")
		build(t, path, 600, 60)
		readDamaged(t, path)
	})
	t.Run("compact", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.repost")
		must(t, 0, nearCopies(t, path, 300).Close())
		r := must2(Compact(t.Context(), path, NoSync(Options{}), CompactOptions{}))(t)
		if r.Reposts < 200 {
			t.Fatalf("%+v", r)
		}
		readDamaged(t, path)
	})
}

func readDamaged(t *testing.T, good string) {
	data := must2(os.ReadFile(good))(t)
	var keys []uint64
	c := open(t, good, Options{ReadOnly: true})
	c.scanLive(bandIndex, func(k uint64, _ []posting) error {
		if k>>30%7 == 0 {
			keys = append(keys, k)
		}
		return nil
	})
	n := c.Next()
	want := ask(c, keys, n)
	if want.errs > 0 {
		t.Fatal("the undamaged corpus gives errors")
	}
	c.Close()
	trials, refused, noticed, harmless := damages(40), 0, 0, 0
	r := rand.New(rand.NewPCG(1, uint64(trials)))
	bad := good + ".bad"
	for trial := range trials {
		must(t, 0, os.WriteFile(bad, damage(r, slices.Clone(data)), 0o666))
		c, err := Open(bad, Options{ReadOnly: true})
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNotCorpus) && !errors.Is(err, ErrTruncated) {
				t.Errorf("trial %d: Open: %v", trial, err)
			}
			refused++
			continue
		}
		got := ask(c, keys, n)
		c.Close()
		if got.errs > 0 {
			noticed++
		} else {
			harmless++
		}
		compareAnswers(t, trial, got, want)
	}
	t.Logf("of %d: %d refused, %d noticed, %d harmless", trials, refused, noticed, harmless)
}

func compareAnswers(t *testing.T, trial int, got, want answers) {
	t.Helper()
	for n, d := range got.docs {
		if d != want.docs[n] {
			t.Errorf("trial %d: document %d is wrong", trial, n)
		}
	}
	check := func(what string, isNil bool, got, want any) {
		if !isNil && !reflect.DeepEqual(got, want) {
			t.Errorf("trial %d: %s is wrong", trial, what)
		}
	}
	for ln := range ids {
		check("scan of "+ln.String(), got.scans[ln] == nil, got.scans[ln], want.scans[ln])
	}
	check("lookup", got.lookups == nil, got.lookups, want.lookups)
	check("links", got.links == nil, got.links, want.links)
	check("stories", got.stories == nil, got.stories, want.stories)
}

// TestDamagedWriter: adding to a damaged corpus fails or works, and what it then
// reads is right or an error.
func TestDamagedWriter(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.repost")
	build(t, good, 300, 60)
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	bad := filepath.Join(dir, "bad.repost")
	for trial := range damages(40) {
		must(t, 0, os.WriteFile(bad, damage(r, slices.Clone(data)), 0o666))
		c, err := Open(bad, Options{noSync: true})
		if err != nil {
			continue
		}
		for i := range 10 {
			if _, err := c.AddEntries(madeBatch(5000+10*i, 10)); err != nil && !errors.Is(err, ErrDamaged) {
				t.Errorf("trial %d: Add: %v", trial, err)
			}
		}
		for n := range c.Next() {
			d, err := c.Document(n)
			if err != nil {
				continue
			}
			want := made(int(n)).Doc
			if n >= 300 {
				want = made(5000 + int(n) - 300).Doc
			}
			if d.ID == want.ID && d != want {
				t.Errorf("trial %d: document %d is wrong", trial, n)
			}
		}
		c.Close()
	}
}
