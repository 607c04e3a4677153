package batch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/batch"
	"repost/dedup/detect"
	"repost/shingle"
	"repost/testdata"
)

// chain runs the plan with a sort in this process, and returns what it found, as text, and how
// many lines the steps wrote. cut says in how many parts each step's lines are given, whole groups together.
func chain(t testing.TB, docs []dedup.Document, cut int, shuffle *rand.Rand, opt batch.Options) (text string, written int) {
	t.Helper()
	var lines []byte
	for i := range docs {
		lines = batch.AppendDocument(lines, &detect.DefaultScheme, &docs[i])
	}
	out := map[string][][]byte{batch.Documents: run(t, "number", batch.Options{}, [][][]byte{sorted(split(lines))})}
	plan := batch.Plan(opt)
	for _, s := range plan {
		var in [][]byte
		for from, kinds := range s.In {
			in = append(in, ofKinds(kinds, out[from])...)
		}
		if shuffle != nil {
			shuffle.Shuffle(len(in), func(i, k int) { in[i], in[k] = in[k], in[i] })
		}
		if s.Group {
			in = sorted(in)
		}
		parts := [][][]byte{in}
		if !s.Only {
			parts = partition(in, cut)
		}
		out[s.Name] = run(t, s.Stage, batch.Options{Pass: s.Pass, Keep: opt.Keep, Mask: opt.Mask, Annotate: opt.Annotate}, parts)
	}
	stored := func(kinds, step string) io.Reader {
		return bytes.NewReader(bytes.Join(append(sorted(ofKinds(kinds, out[step])), nil), []byte{'\n'}))
	}
	for _, lines := range out {
		written += len(lines)
	}
	last := plan[len(plan)-1].Name
	return found(t, stored("s", batch.ToStories), stored("f", last), stored("o", last)), written
}

// found returns what lines of stories, of dropped documents and of those that are written say, as text.
func found(t testing.TB, ofStories, ofDropped, ofDelivered io.Reader) string {
	t.Helper()
	var stories []*batch.Story
	if err := batch.EachStory(ofStories, &detect.DefaultScheme, func(s *batch.Story) error {
		stories = append(stories, s)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return asText(t, stories, objects[batch.Dropped](t, ofDropped), objects[batch.Delivered](t, ofDelivered))
}

// objects returns the objects at the ends of lines.
func objects[T any](t testing.TB, lines io.Reader) (all []*T) {
	t.Helper()
	b, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(b) {
		d := new(T)
		if err := json.Unmarshal(line[bytes.IndexByte(line, ' '):], d); err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

// asText returns a line for each story, and each document that is dropped or written, sorted.
func asText(t testing.TB, stories []*batch.Story, dropped []*batch.Dropped, delivered []*batch.Delivered) string {
	var all []string
	add := func(v any) {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(b))
	}
	for _, s := range stories {
		add(s)
	}
	for _, d := range dropped {
		add(d)
	}
	for _, d := range delivered {
		add(d)
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// ofKinds returns the lines of some kinds.
func ofKinds(kinds string, lines [][]byte) (some [][]byte) {
	for _, l := range lines {
		_, rest, _ := bytes.Cut(l, []byte{'\t'})
		if strings.IndexByte(kinds, rest[0]) >= 0 {
			some = append(some, l)
		}
	}
	return some
}

func split(b []byte) [][]byte { return bytes.Split(bytes.TrimSuffix(b, []byte{'\n'}), []byte{'\n'}) }

func sorted(lines [][]byte) [][]byte {
	lines = slices.DeleteFunc(slices.Clone(lines), func(l []byte) bool { return len(l) == 0 })
	slices.SortFunc(lines, bytes.Compare)
	return lines
}

// partition deals lines out by a hash of their keys, in their order.
func partition(lines [][]byte, parts int) [][][]byte {
	out := make([][][]byte, parts)
	for _, l := range lines {
		key, _, _ := bytes.Cut(l, []byte{'\t'})
		h := 0
		for _, c := range key {
			h = (h*31 + int(c)) % 1000003
		}
		out[h%parts] = append(out[h%parts], l)
	}
	return out
}

func run(t testing.TB, stage string, opt batch.Options, parts [][][]byte) (lines [][]byte) {
	t.Helper()
	s, ok := batch.Named(stage)
	if !ok {
		t.Fatalf("no stage %s", stage)
	}
	for _, part := range parts {
		var out, again bytes.Buffer
		in := bytes.Join(append(slices.Clip(part), nil), []byte{'\n'})
		for _, to := range []*bytes.Buffer{&out, &again} {
			if _, err := s.Run(context.Background(), bytes.NewReader(in), to, opt); err != nil {
				t.Fatalf("%s: %v", stage, err)
			}
		}
		if !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Fatalf("%s writes something else the second time", stage)
		}
		if out.Len() > 0 {
			lines = append(lines, split(out.Bytes())...)
		}
	}
	return lines
}

// inMemory returns what one machine finds, as chain does.
func inMemory(t testing.TB, docs []dedup.Document, opt batch.Options) string {
	m := detect.NewMemory(&detect.DefaultScheme)
	m.Add(docs...)
	if err := detect.UpdateStories(m, &detect.DefaultScheme, nil); err != nil {
		t.Fatal(err)
	}
	var stories []*batch.Story
	for _, s := range m.Stories() {
		o := &batch.Story{ID: s.ID}
		for _, x := range s.Members {
			d := m.Document(x.Doc)
			d.Text = ""
			o.Members = append(o.Members, batch.Member{Document: d, Spans: spansOf(x.Spans), Relation: x.Relation, Coverage: x.Coverage, Canonical: x.Canonical})
		}
		stories = append(stories, o)
	}
	v, err := detect.Survivors(m, &detect.DefaultScheme, opt.Keep, nil)
	if err != nil {
		t.Fatal(err)
	}
	var dropped []*batch.Dropped
	var delivered []*batch.Delivered
	for n := range v.Fates {
		kept, d := v.Fates[n].Kept(), droppedOf(docs, n, &v.Fates[n], m.Stories())
		out := &batch.Delivered{Document: docs[n]}
		if kept && (opt.Mask || opt.Keep.Passages) {
			out.Text = detect.DefaultScheme.Cut(out.Text, v.Repeated(uint32(n)), v.Learned(uint32(n)), opt.Mask)
			if out.Text != docs[n].Text && detect.IsEmpty(out.Text) {
				kept, d.Rule, out.Text = false, detect.NothingLeft, docs[n].Text
			}
		}
		if opt.Annotate {
			out.Note = &batch.Note{Kept: kept, Decision: d.Decision}
		}
		if !kept {
			dropped = append(dropped, d)
		}
		if opt.Mask || opt.Annotate || opt.Keep.Passages {
			delivered = append(delivered, out)
		}
	}
	return asText(t, stories, dropped, delivered)
}

// droppedOf says why document n is dropped, or what is known of it.
func droppedOf(docs []dedup.Document, n int, f *detect.Fate, stories []dedup.Story) *batch.Dropped {
	own := &docs[n]
	d := &batch.Dropped{ID: own.ID, Source: own.Source, Date: own.Date, Title: own.Title, Decision: batch.Decision{
		By: []string{}, Relation: f.Relation, Coverage: dedup.RoundShare(f.Coverage), Rule: f.Rule, Stories: []string{},
	}}
	for _, by := range slices.Concat(f.By, f.Unlike) {
		d.By = append(d.By, docs[by].ID)
	}
	var spans []shingle.Span
	for _, s := range stories {
		if i := slices.IndexFunc(s.Members, func(m dedup.Member) bool { return m.Doc == uint32(n) }); i >= 0 {
			d.Stories = append(d.Stories, s.ID)
			for ; i < len(s.Members); i++ {
				if s.Members[i].Doc == uint32(n) {
					spans = append(spans, s.Members[i].Spans...)
				}
			}
		}
	}
	if f.Kept() {
		d.Spans, d.KeptSpans = spansOf(shingle.Union(spans)), [][2]int{}
		return d
	}
	kept := &docs[f.By[0]]
	d.Spans, d.KeptSpans = [][2]int{{0, len(own.Text)}}, [][2]int{{0, len(kept.Text)}}
	if f.Relation != dedup.Identical {
		here, there := detect.NewSharer(detect.NewTextCache(&detect.DefaultScheme)).Shared(own.Text, kept.Text)
		d.Spans, d.KeptSpans = spansOf(here), spansOf(there)
	}
	return d
}

func spansOf(spans []shingle.Span) [][2]int {
	out := make([][2]int, len(spans))
	for i, v := range spans {
		out[i] = [2]int{v.Lo, v.Hi}
	}
	return out
}

// same compares the stages with one machine: as lines of text, and as runs.
func same(t testing.TB, docs []dedup.Document, cut int, shuffle *rand.Rand, opt batch.Options) {
	t.Helper()
	want := inMemory(t, docs, opt)
	got, _ := chain(t, docs, cut, shuffle, opt)
	compare(t, len(docs), got, want)
	compare(t, len(docs), chainRuns(t, docs, cut, shuffle, opt), want)
}

func compare(t testing.TB, docs int, got, want string) {
	t.Helper()
	if got == want {
		t.Logf("%d documents: %d stories and dropped documents", docs, strings.Count(want, "\n")+1)
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for _, s := range g {
		if !slices.Contains(w, s) {
			t.Errorf("only in stages: %.600s", s)
			break
		}
	}
	for _, s := range w {
		if !slices.Contains(g, s) {
			t.Errorf("only on one machine: %.600s", s)
			break
		}
	}
	t.Fatalf("%d documents: %d stories in stages, %d on one machine", docs, len(g), len(w))
}

// press makes documents: see testdata.Press. Some are copies of others, and dates are missing
// or only found.
func press(r *rand.Rand, n int) (docs []dedup.Document) {
	p := testdata.NewPress(r)
	for i := range n {
		text, source := p.Text()
		d := dedup.Document{ID: fmt.Sprintf("d%03d", i*7919%1000), Text: text, Source: fmt.Sprintf("报%d", source)}
		if p.IntN(5) > 0 {
			d.Date = fmt.Sprintf("2024-%02d-%02d", 1+p.IntN(12), 1+p.IntN(28))
		}
		switch p.IntN(12) {
		case 0:
			d.Source = ""
		case 1:
			d.DateFrom = dedup.DateFromText
		case 2, 3:
			if i > 0 {
				d.Text = docs[p.IntN(i)].Text
			}
		case 4:
			d.Text = []string{"", "。", "短文", d.Text + d.Text}[p.IntN(4)]
		}
		docs = append(docs, d)
	}
	return docs
}

// TestRandomCorpora: whatever the documents, the stages find the stories of UpdateStories, in any
// number of processes and whatever the order in which lines come. REPOST_HISTORIES is how
// many corpora, and REPOST_SEED the first.
func TestRandomCorpora(t *testing.T) {
	corpora, first := uint64(8), uint64(1)
	if n, err := strconv.ParseUint(os.Getenv("REPOST_HISTORIES"), 10, 64); err == nil {
		corpora = n
	}
	if n, err := strconv.ParseUint(os.Getenv("REPOST_SEED"), 10, 64); err == nil {
		first = n
	}
	for seed := first; seed < first+corpora; seed++ {
		r := rand.New(rand.NewPCG(seed, 19))
		docs := press(r, []int{40, 90, 160, 260}[r.IntN(4)]+r.IntN(30))
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			opt := batch.Options{Keep: detect.KeepOptions{Threshold: []float64{0, .6, 1}[r.IntN(3)], Single: r.IntN(2) == 0, One: r.IntN(3) == 0, Versions: r.IntN(3) == 0}}
			keep := &opt.Keep
			keep.Rules = [][]detect.KeepRule{nil, {detect.Earliest}, {detect.Canonical, detect.Latest}, {detect.Longest, detect.FromSource([]string{"报1"})}}[r.IntN(4)]
			keep.Passages, opt.Mask, opt.Annotate = r.IntN(3) == 0, r.IntN(3) == 0, r.IntN(3) == 0
			same(t, docs, 1+r.IntN(4), r, opt)
		})
	}
}

// TestTestdata: the stages find the stories of UpdateStories in all texts of the project together,
// and in those that are measured.
func TestTestdata(t *testing.T) {
	var docs []dedup.Document
	err := fs.WalkDir(testdata.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := testdata.FS.ReadFile(path)
		for i, text := range strings.Split(string(b), "\n-- ") { // the files of an archive
			docs = append(docs, dedup.Document{ID: fmt.Sprint(path, "#", i), Text: text, Source: filepath.Dir(path)})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	keep := detect.KeepOptions{Rules: []detect.KeepRule{detect.Canonical, detect.Earliest}, Passages: true}
	same(t, docs, 2, nil, batch.Options{Keep: keep, Mask: true})
}
