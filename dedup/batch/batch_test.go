package batch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
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
	"repost/testdata"
)

// chain runs the plan with a sort in this process, and returns the lines of its last step.
// cut says in how many parts each step's lines are given, whole groups together.
func chain(t testing.TB, docs []dedup.Document, cut int, shuffle *rand.Rand) []byte {
	t.Helper()
	var lines []byte
	for i := range docs {
		lines = batch.AppendDocument(lines, &dedup.DefaultScheme, &docs[i])
	}
	out := map[string][][]byte{batch.Documents: run(t, "number", 0, [][][]byte{sorted(split(lines))})}
	last := ""
	for _, s := range batch.Plan() {
		var in [][]byte
		for from, kinds := range s.In {
			for _, l := range out[from] {
				_, rest, _ := bytes.Cut(l, []byte{'\t'})
				if strings.IndexByte(kinds, rest[0]) >= 0 {
					in = append(in, l)
				}
			}
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
		out[s.Name] = run(t, s.Stage, s.Pass, parts)
		last = s.Name
	}
	return bytes.Join(append(sorted(out[last]), nil), []byte{'\n'})
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

func run(t testing.TB, stage string, pass int, parts [][][]byte) (lines [][]byte) {
	t.Helper()
	s, ok := batch.Named(stage)
	if !ok {
		t.Fatalf("no stage %s", stage)
	}
	for _, part := range parts {
		var out bytes.Buffer
		in := bytes.NewReader(bytes.Join(append(slices.Clip(part), nil), []byte{'\n'}))
		if _, err := s.Run(context.Background(), in, &out, batch.Options{Pass: pass}); err != nil {
			t.Fatalf("%s: %v", stage, err)
		}
		if out.Len() > 0 {
			lines = append(lines, split(out.Bytes())...)
		}
	}
	return lines
}

// listed returns stories as text, by id.
func listed(t testing.TB, lines []byte) string {
	var all []string
	err := batch.EachStory(bytes.NewReader(lines), &dedup.DefaultScheme, func(s *batch.Story) error {
		b, err := json.Marshal(s)
		all = append(all, string(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// settled returns the stories of one machine as text.
func settled(t testing.TB, docs []dedup.Document) string {
	m := dedup.NewMemory(&dedup.DefaultScheme)
	m.Add(docs...)
	if err := dedup.Settle(m, &dedup.DefaultScheme, nil); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range m.Stories() {
		o := batch.Story{ID: s.ID}
		for _, x := range s.Members {
			d := m.Document(x.Doc)
			d.Text = ""
			spans := make([][2]int, len(x.Spans))
			for i, v := range x.Spans {
				spans[i] = [2]int{v.Lo, v.Hi}
			}
			o.Members = append(o.Members, batch.Member{Document: d, Spans: spans, Relation: x.Relation, Coverage: x.Coverage, Canonical: x.Canonical})
		}
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(b))
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

func same(t testing.TB, docs []dedup.Document, cut int, shuffle *rand.Rand) {
	t.Helper()
	want := settled(t, docs)
	got := listed(t, chain(t, docs, cut, shuffle))
	if got == want {
		t.Logf("%d documents: %d stories", len(docs), strings.Count(want, "\n")+1)
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
	t.Fatalf("%d documents: %d stories in stages, %d on one machine", len(docs), len(g), len(w))
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

// TestRandomCorpora: whatever the documents, the stages find the stories of Settle, in any
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
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { same(t, docs, 1+r.IntN(4), r) })
	}
}

// TestTestdata: the stages find the stories of Settle in all texts of the project together,
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
	same(t, docs, 2, nil)
}
