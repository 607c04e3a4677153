package store

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/store/ingest"
	"repost/testdata"
)

// press makes documents.
type press struct{ *testdata.Press }

func newPress(r *rand.Rand) *press { return &press{testdata.NewPress(r)} }

func (p *press) document(id int) dedup.Document {
	text, source := p.Text()
	for strings.TrimSpace(text) == "" { // a document has a text
		text, source = p.Text()
	}
	return dedup.Document{
		ID: fmt.Sprintf("d%03d", id), Source: fmt.Sprintf("报%d", source), Text: text,
		Date: fmt.Sprintf("2024-%02d-%02d", 1+p.IntN(12), 1+p.IntN(28)),
	}
}

// updatedState is all that an update leaves, apart from what depends on the order of work.
type updatedState struct {
	Stories    []detect.KeptStory
	Learned    map[uint64][2]int32
	Basis      []byte
	Linked     []byte
	Judgements map[uint32]*detect.Judgement
}

func stateOf(t *testing.T, c *Corpus) updatedState {
	s := updatedState{Judgements: map[uint32]*detect.Judgement{}, Learned: map[uint64][2]int32{}}
	must(t, 0, c.eachStory(func(story *detect.KeptStory) error {
		s.Stories = append(s.Stories, *story)
		s.Stories[len(s.Stories)-1].Number = 0
		return nil
	}))
	must(t, 0, c.Detection(t.Context()).EachLearned(func(key uint64, e [2]int32) error { s.Learned[key] = e; return nil }))
	s.Basis, s.Linked = must2(c.State(detect.StateBasis))(t), must2(c.State(detect.StateLinked))(t)
	for n := range c.view.Load().Documents {
		j := must2(c.Detection(t.Context()).Judgement(n))(t)
		if j == nil {
			continue
		}
		// A link that no longer counts is kept until one of its documents goes.
		j.Links = slices.DeleteFunc(j.Links, func(l detect.JudgedLink) bool { return !l.Evident })
		for i := range j.Links {
			j.Links[i].Place, j.Links[i].Weak = 0, 0
		}
		if len(j.Links) > 0 {
			s.Judgements[n] = j
		}
	}
	return s
}

// difference says the first difference of two states.
func (s *updatedState) difference(o *updatedState) string {
	at := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	for n, a := range s.Judgements {
		if b := o.Judgements[n]; at(a) != at(b) {
			return fmt.Sprintf("document %d:\n%s\n%s", n, at(a), at(b))
		}
	}
	for n := range o.Judgements {
		if s.Judgements[n] == nil {
			return fmt.Sprintf("document %d: nothing\n%s", n, at(o.Judgements[n]))
		}
	}
	for i := range min(len(s.Stories), len(o.Stories)) {
		if s.Stories[i].Inputs == 0 { // of a compacted corpus
			o.Stories[i].Inputs = 0
		}
	}
	for _, p := range [][2]any{{s.Stories, o.Stories}, {s.Learned, o.Learned}, {s.Basis, o.Basis}, {s.Linked, o.Linked}} {
		if a, b := at(p[0]), at(p[1]); a != b {
			return a + "\n" + b
		}
	}
	return ""
}

// TestUpdate: whatever the history of a corpus, its stories and all that is kept of them
// are those of a rebuild. REPOST_HISTORIES is how many histories, and REPOST_SEED the
// first.
func TestUpdate(t *testing.T) {
	histories, first := 3, uint64(1)
	if n, err := strconv.Atoi(os.Getenv("REPOST_HISTORIES")); err == nil {
		histories = n
	}
	if n, err := strconv.ParseUint(os.Getenv("REPOST_SEED"), 10, 64); err == nil {
		first = n
	}
	updates := 0
	for seed := first; seed < first+uint64(histories); seed++ {
		updates += history(t, seed)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if updates == 0 {
		t.Error("no update was made by difference")
	}
}

func history(t *testing.T, seed uint64) (updates int) {
	dir := t.TempDir()
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "x.repost")
	r := rand.New(rand.NewPCG(seed, 17))
	p := newPress(r)
	open := func(path string, opt Options) *Corpus { return must2(Open(path, NoSync(opt)))(t) }
	c := open(path, Options{Create: true, Scheme: &detect.DefaultScheme})
	defer func() { c.Close() }()
	next := 0
	add := func(n int) {
		records := func(yield func(ingest.Record, error) bool) {
			for range n {
				id := next
				if next > 0 && r.IntN(5) == 0 {
					id = r.IntN(next) // replaced
				} else {
					next++
				}
				d := p.document(id*7919%1000 + 1000*(id/1000))
				if !yield(ingest.Record{Doc: d}, nil) {
					return
				}
			}
		}
		must2(Load(t.Context(), c, records, LoadOptions{}))(t)
	}
	add([]int{40, 70, 100, 130, 220}[r.IntN(5)] + r.IntN(30))
	var removed []uint32
	for step := range 4 {
		before := must2(c.State(detect.StateBasis))(t)
		switch r.IntN(5) {
		case 0, 1:
			add(1 + r.IntN(6))
		case 2, 3:
			var ns []uint32
			for range 1 + r.IntN(4) {
				if n := r.Uint32N(c.Next()); !c.view.Load().retired.has(n) {
					ns = append(ns, n)
				}
			}
			removed = append(removed, ns...)
			must(t, 0, c.Remove(ns))
		default:
			for _, n := range removed {
				if r.IntN(2) == 0 {
					c.Restore([]uint32{n}) // unless it was added again
				}
			}
		}
		if r.IntN(3) == 0 {
			must(t, 0, c.Close())
			c = open(path, Options{})
		}
		if r.IntN(4) == 0 && step < 3 {
			continue
		}
		if r.IntN(6) == 0 { // judgements go with it; documents get new numbers
			must(t, 0, c.Close())
			must2(Compact(t.Context(), path, NoSync(Options{}), CompactOptions{DropVersions: r.IntN(2) == 0}))(t)
			c, removed = open(path, Options{}), nil
			if basis := must2(c.State(detect.StateBasis))(t); len(basis) == 0 || c.Covered() != c.Next() {
				t.Errorf("step %d: a compacted corpus is judged anew", step)
			}
		}
		must(t, 0, c.UpdateStories(t.Context(), nil))
		if c.Work().Partly && len(before) > 0 {
			updates++
		}
		if d := must2(c.Difference(t.Context(), nil))(t); d != "" {
			t.Errorf("step %d: %s", step, d)
		}
		got := stateOf(t, c)
		full := filepath.Join(dir, "full.repost")
		must(t, 0, c.Close())
		b := must2(os.ReadFile(path))(t)
		must(t, 0, os.WriteFile(full, b, 0o644))
		f := open(full, Options{})
		must(t, 0, f.DropLinks())
		must(t, 0, f.UpdateStories(t.Context(), nil))
		want := stateOf(t, f)
		must(t, 0, f.Close())
		c = open(path, Options{})
		if d := got.difference(&want); d != "" {
			t.Errorf("step %d: by difference, and all anew: %s", step, d)
			return updates
		}
	}
	return updates
}

// TestUpdateKilled: a process that ends after any commit of an update, or of what went before
// it, leaves a corpus that the next update brings to the state of a rebuild.
func TestUpdateKilled(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.repost")
	killed := 0
	opt := NoSync(Options{Create: true, Scheme: &detect.DefaultScheme})
	opt.committed = func() {
		b := must2(os.ReadFile(path))(t)
		must(t, 0, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.repost", killed)), b, 0o644))
		killed++
	}
	quiet := opt
	quiet.committed = nil
	p := newPress(rand.New(rand.NewPCG(3, 17)))
	id := 0
	add := func(c *Corpus, n int, again bool) {
		must2(Load(t.Context(), c, func(yield func(ingest.Record, error) bool) {
			for range n {
				d := p.document(id)
				if again {
					d.ID = "d007"
				}
				id++
				if !yield(ingest.Record{Doc: d}, nil) {
					return
				}
			}
		}, LoadOptions{Documents: 2}))(t)
	}
	c := must2(Open(path, quiet))(t)
	add(c, 90, false)
	must(t, 0, c.Close())
	c = must2(Open(path, opt))(t)
	add(c, 4, false)
	must(t, 0, c.Remove([]uint32{3, 20, 41}))
	must(t, 0, c.UpdateStories(t.Context(), nil))
	add(c, 1, true)
	must(t, 0, c.Restore([]uint32{20, 3}))
	must(t, 0, c.UpdateStories(t.Context(), nil))
	must(t, 0, c.Close())
	if killed < 8 {
		t.Errorf("%d commits", killed)
	}
	updates := 0
	for i := range killed {
		path := filepath.Join(dir, fmt.Sprintf("%d.repost", i))
		c := must2(Open(path, quiet))(t)
		must(t, 0, c.UpdateStories(t.Context(), nil))
		if c.Work().Partly {
			updates++
		}
		if d := must2(c.Difference(t.Context(), nil))(t); d != "" {
			t.Errorf("killed after commit %d: %s", i, d)
		}
		if got := findings(t, c); len(got) > 0 {
			t.Errorf("killed after commit %d: %q", i, got)
		}
		got := stateOf(t, c)
		must(t, 0, c.DropLinks())
		must(t, 0, c.UpdateStories(t.Context(), nil))
		want := stateOf(t, c)
		if d := got.difference(&want); d != "" {
			t.Errorf("killed after commit %d: by difference, and all anew: %s", i, d)
		}
		must(t, 0, c.Close())
	}
	if updates < killed/2 {
		t.Errorf("%d of %d were brought up to date by difference", updates, killed)
	}
}
