package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/shingle"
	"repost/store/ingest"
)

// whole makes a corpus of real sketches: 60 documents, every fifth the text of
// another, some replaced and some removed.
func whole(t *testing.T, path string) {
	t.Helper()
	c := open(t, path, NoSync(Options{Create: true, Scheme: &detect.DefaultScheme}))
	load := func(from, n int, text string) {
		records := func(yield func(ingest.Record, error) bool) {
			for i := from; i < from+n; i++ {
				if d := made(i).Doc; !yield(ingest.Record{Doc: dedup.Document{ID: d.ID, Source: d.Source, Text: d.Text + text}}, nil) {
					return
				}
			}
		}
		must2(Load(t.Context(), c, records, LoadOptions{Documents: 25}))(t)
	}
	load(0, 60, "")
	load(7, 3, "又：更正。")
	must(t, 0, c.Remove([]uint32{20, 21}))
	must(t, 0, c.UpdateStories(t.Context(), nil))
	if c.StoryCount() == 0 {
		t.Fatal("no stories")
	}
	must(t, 0, c.Close())
}

// findings is what Check finds, which is the same in small ranges of documents.
func findings(t *testing.T, c *Corpus) []string {
	t.Helper()
	var first []string
	var report CheckReport
	for i, size := range [][2]int{{}, {7, 0}, {1, 1}, {40, 5}} {
		c.opt.rangeDocuments, c.opt.rangeSpans = uint32(size[0]), size[1]
		var out []string
		r, err := c.Check(t.Context(), func(f Finding) error { out = append(out, f.String()); return nil })
		if err != nil || r.Findings != len(out) {
			t.Errorf("%+v, %v; %d findings", r, err, len(out))
		}
		slices.Sort(out)
		if i == 0 {
			first, report = out, r
		} else if !slices.Equal(first, out) || report != r {
			t.Errorf("in ranges of %d: %+v %q, want %+v %q", size, r, out, report, first)
		}
	}
	return first
}

// TestCheckSizes: what Check remembers of documents follows Options.Memory.
func TestCheckSizes(t *testing.T) {
	for _, memory := range []int64{1 << 20, 64 << 20, 512 << 20, 4 << 30} {
		o := Options{Memory: memory}
		documents, spans, batch := o.checkSizes()
		texts, facts, reposts := o.cacheSizes()
		all := int64(documents)*documentMemory + int64(spans)*spanMemory + int64(batch+texts+facts+reposts)
		if all > memory*2/5 || all < memory/4 {
			t.Errorf("%d bytes of %d", all, memory)
		}
	}
	zero := Options{}
	same := Options{Memory: 512 << 20}
	if d, _, _ := zero.checkSizes(); d == 0 || zero.memory() != same.memory() {
		t.Error("without Memory it is not 512 MB")
	}
}

// TestRepeatedPostings: an index that names a document again and again, a bit each time, is
// not read into memory.
func TestRepeatedPostings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	whole(t, path)
	c := open(t, path, NoSync(Options{}))
	defer c.Close()
	must(t, 0, c.update(func(tx *txn, v *view) error {
		same := make([]posting, 3*manyPostings)
		for i := range same {
			same[i] = posting{Doc: 5, Pos: 9}
		}
		w := newWriter(fingerprintIndex, &segment{ID: 1 << 20}, false)
		for _, p := range same {
			w.add(entry{7, p})
		}
		w.flush(nil)
		v.Indexes[fingerprintIndex].Segments = append(v.Indexes[fingerprintIndex].Segments, *w.seg)
		return w.store(tx)
	}))
	largest := 0
	err := c.scanRaw(fingerprintIndex, func(_ uint64, ps []posting) error { largest = max(largest, len(ps)); return nil })
	if !errors.Is(err, ErrDamaged) || largest > 1000 {
		t.Errorf("%v, and %d postings of a key", err, largest)
	}
}

// TestCheck breaks one promise after the other in an otherwise whole corpus: each
// is found, and Repair mends it.
func TestCheck(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.repost")
	whole(t, good)
	data := must2(os.ReadFile(good))(t)
	c := open(t, good, Options{ReadOnly: true})
	if got := findings(t, c); len(got) > 0 {
		t.Fatalf("a whole corpus: %q", got)
	}
	want := ask(c, nil, c.Next())
	c.Close()
	rewrite := func(bucket string, key []byte, edit func(b []byte) []byte) func(*txn, *view) error {
		return func(tx *txn, v *view) error {
			payload, err := get(tx, bucket, key)
			if err != nil {
				return err
			}
			return put(tx, bucket, key, edit(slices.Clone(payload)))
		}
	}
	cases := []struct {
		name, says string
		lost       bool
		edit       func(tx *txn, v *view) error
	}{
		{"a flipped bit in a text", "text: value 00000000 does not match", true, func(tx *txn, _ *view) error {
			b := tx.Bucket([]byte(bucketText))
			value := slices.Clone(b.Get(key32(0)))
			value[len(value)/2] ^= 4
			return b.Put(key32(0), value)
		}},
		{"a text too few", "number 0 is lost: value 00000000 of text cannot be unpacked", true, rewrite(bucketText, key32(0), func(b []byte) []byte { return b[:len(b)-9] })},
		{"a missing block of an index", "prints: cannot be read on", false, func(tx *txn, v *view) error {
			b := tx.Bucket([]byte(fingerprintIndex.String()))
			k, _ := b.Cursor().First()
			return b.Delete(slices.Clone(k))
		}},
		{"a document without index entries", `bands: document "news/00000" is not in the index`, false, func(_ *txn, v *view) error {
			v.Indexes[bandIndex].Segments = v.Indexes[bandIndex].Segments[1:]
			return nil
		}},
		{"index entries without documents", "entries of documents that do not exist", false, func(tx *txn, v *view) error {
			a := &addition{tx: tx, next: v, fresh: []fresh{{Entry: &Entry{Sketch: dedup.Sketch{Bands: []uint64{1 << 50}}}, number: 999}}}
			w := a.segment(bandIndex, 0)
			w.addAll(postingsOf(a.fresh, bandIndex), bandIndex)
			v.Indexes[bandIndex].Segments = append(v.Indexes[bandIndex].Segments, *w.seg)
			return w.store(tx)
		}},
		{"copies that nobody knows of", `copied: document "news/00001" has copies and is not marked`, false, func(_ *txn, v *view) error {
			v.copied.remove(1)
			v.state.Copied--
			return nil
		}},
		{"a link to nowhere", "links: link 0 of chunk", false, func(tx *txn, v *view) error {
			v.Links++
			return putLinks(tx, v, appendLink(nil, &dedup.Link{From: 3, To: 900}, 0))
		}},
		{"a link beyond a text", "lies beyond their texts", false, func(tx *txn, v *view) error {
			v.Links++
			return putLinks(tx, v, appendLink(nil, &dedup.Link{From: 3, To: 4, Chains: []dedup.Chain{{Runs: []cluster.Run{{A: 1 << 20, B: 1, Len: 9}}}}}, 0))
		}},
		{"links that are not counted", "links instead of", false, func(_ *txn, v *view) error { v.Links += 2; return nil }},
		{"too many documents linked", "documents that do not exist count as linked", false, func(tx *txn, _ *view) error {
			return putValue(tx, detect.StateLinked, slices.Repeat([]byte{255}, 50))
		}},
		{"columns of another document", "columns: document", false, func(tx *txn, _ *view) error {
			b := must2(get(tx, bucketColumns, key32(0)))(t)
			b = slices.Concat(b[columnSize:2*columnSize], b[:columnSize], b[2*columnSize:])
			return put(tx, bucketColumns, key32(0), b)
		}},
		{"an index of stories", "story by document: does not list", false, func(tx *txn, _ *view) error {
			return changeMemberships(tx, nil, []membership{{3, 1 << 20}})
		}},
	}
	bad := filepath.Join(dir, "bad.repost")
	for _, k := range cases {
		must(t, 0, os.WriteFile(bad, data, 0o644))
		c := open(t, bad, NoSync(Options{}))
		must(t, 0, c.update(k.edit))
		got := findings(t, c)
		for ln := range indexID(indexes) { // what is read of an index is of documents that exist
			err := c.scanAll(ln, func(_ uint64, ps []posting) error {
				return c.view.Load().exist(ps)
			})
			if err != nil && !errors.Is(err, ErrDamaged) {
				t.Errorf("%s: %v", k.name, err)
			}
		}
		if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, k.says) }) {
			t.Errorf("%s: %q", k.name, got)
		}
		c.Close()
		r, err := Repair(t.Context(), bad, NoSync(Options{}), nil)
		if err != nil || (r.Lost > 0) != k.lost {
			t.Errorf("%s: Repair: %+v, %v", k.name, r, err)
		}
		must(t, 0, os.Remove(r.Old))
		c = open(t, bad, Options{ReadOnly: true})
		if got := findings(t, c); len(got) > 0 {
			t.Errorf("%s, repaired: %q", k.name, got)
		}
		if got := ask(c, nil, c.Next()); !k.lost {
			equal(t, k.name+", repaired: stories", got.stories, want.stories)
			equal(t, k.name+", repaired: documents", got.docs, want.docs)
		}
		c.Close()
	}
}

// TestRepairValues: where the bucket of values cannot be read on, the documents come back all the
// same. A small bucket lies within the page of its parent, after its name.
func TestRepairValues(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	whole(t, path)
	data := must2(os.ReadFile(path))(t)
	damaged := 0
	const header, element = 16, 16 // of a bucket and of its page; of a page's element
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte(bucketValues+"\x00\x00\x00\x00\x00\x00\x00\x00"))
		if i < 0 {
			break
		}
		at += i + len(bucketValues)
		if second := at + 2*header + element; binary.LittleEndian.Uint16(data[at+header+10:]) > 1 {
			binary.LittleEndian.PutUint32(data[second+12:], 1<<20) // the length of its value
			damaged++
		}
	}
	if damaged == 0 {
		t.Fatal("the bucket of values is not where it was")
	}
	must(t, 0, os.WriteFile(path, data, 0o644))
	r, err := Repair(t.Context(), path, NoSync(Options{}), nil)
	if err != nil || r.Documents != 63 || r.Lost != 0 || !slices.Equal(r.LostValues, []string{bucketValues}) {
		t.Errorf("%+v, %v", r, err)
	}
	c := open(t, path, Options{ReadOnly: true})
	if got := findings(t, c); len(got) > 0 {
		t.Errorf("repaired: %q", got)
	}
	must(t, 0, c.Close())
}

// TestCheckFreeList: a list of free pages that lacks one harms nothing but the size of the file.
func TestCheckFreeList(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	whole(t, path)
	f := must2(os.OpenFile(path, os.O_RDWR, 0))(t)
	head := must2(readHead(f))(t)
	p := make(page, pageSize)
	must2(f.ReadAt(p, int64(head.freelist)*pageSize))(t)
	n := p.count()
	if p.kind() != freePage || n == 0 {
		t.Fatalf("%d free pages on page %d", n, head.freelist)
	}
	binary.LittleEndian.PutUint16(p[10:], uint16(n-1))
	must2(f.WriteAt(p, int64(head.freelist)*pageSize))(t)
	must(t, 0, f.Close())
	for _, readOnly := range []bool{true, false} {
		c := open(t, path, Options{ReadOnly: readOnly})
		if got := findings(t, c); len(got) != 1 || !strings.Contains(got[0], "neither in use nor on it: 1") {
			t.Errorf("%q", got)
		}
		must(t, 0, c.Close())
	}
	must2(Repair(t.Context(), path, NoSync(Options{}), nil))(t)
	c := open(t, path, Options{ReadOnly: true})
	if got := findings(t, c); len(got) > 0 {
		t.Errorf("repaired: %q", got)
	}
	must(t, 0, c.Close())
}

// TestCheckStories: what SetStories takes and no update makes is found.
func TestCheckStories(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	whole(t, path)
	c := open(t, path, NoSync(Options{}))
	member := func(n uint32, lo, hi int) dedup.Member {
		return dedup.Member{Doc: n, Spans: []shingle.Span{{Lo: lo, Hi: hi}}, Canonical: n == 0}
	}
	for says, s := range map[string]dedup.Story{
		"has 1 members":      {ID: "s1", Members: []dedup.Member{member(0, 0, 3)}},
		"was removed":        {ID: "s1", Members: []dedup.Member{member(0, 0, 3), member(20, 0, 3)}},
		"has the span [0,90": {ID: "s1", Members: []dedup.Member{member(0, 0, 3), member(3, 0, 90000)}},
		"another canonical":  {ID: "s1", Members: []dedup.Member{member(3, 0, 3), member(0, 0, 3)}},
	} {
		must(t, 0, c.SetStories([]dedup.Story{s}, c.Next()))
		if got := findings(t, c); len(got) != 1 || !strings.Contains(got[0], says) {
			t.Errorf("%s: %q", says, got)
		}
	}
}

// TestCheckDamage: of a corpus with random damage, Check names what a reader is
// refused, and Repair brings back all else.
func TestCheckDamage(t *testing.T) {
	t.Run("added", func(t *testing.T) { checkDamaged(t, false) })
	t.Run("compact", func(t *testing.T) { checkDamaged(t, true) })
}

func checkDamaged(t *testing.T, compact bool) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.repost"), filepath.Join(dir, "bad.repost")
	whole(t, good)
	if compact {
		must2(Compact(t.Context(), good, NoSync(Options{}), CompactOptions{}))(t)
	}
	data := must2(os.ReadFile(good))(t)
	r := rand.New(rand.NewPCG(5, 6))
	opened := 0
	for trial := range damages(20) {
		must(t, 0, os.WriteFile(bad, damage(r, slices.Clone(data)), 0o644))
		c, err := Open(bad, Options{ReadOnly: true})
		if err != nil {
			continue
		}
		opened++
		readable := 0
		refused := map[uint32]error{}
		for n := range c.Next() {
			if _, err := c.Document(n); err != nil {
				refused[n] = err
			} else {
				readable++
			}
		}
		total := int(c.Next())
		lost := 0
		var said []string
		if _, err := c.Check(t.Context(), func(f Finding) error {
			if f.Lost {
				lost++
				said = append(said, f.What)
			}
			return nil
		}); err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("trial %d: %v", trial, err)
		}
		c.Close()
		rep, err := Repair(t.Context(), bad, NoSync(Options{}), nil)
		os.Remove(rep.Old)
		if err != nil || rep.Lost != lost || total-readable != lost || rep.Documents != readable {
			t.Errorf("trial %d: %+v, %v; %d lost of %d, %d readable\nrefused: %v\nsaid: %q", trial, rep, err, lost, total, readable, refused, said)
		}
	}
	if opened < 5 {
		t.Errorf("only %d damaged corpora could be opened", opened)
	}
}
