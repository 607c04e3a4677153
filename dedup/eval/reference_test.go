package eval

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"repost/testdata"
)

// The scorers that came with the sets are another reading of the same
// definitions: on answers made from the labels by deterministic damage, every
// figure they print must be ours.

// python runs a program and returns the JSON it prints, or skips the test.
func python(t testing.TB, args ...string) map[string]any {
	t.Helper()
	exe, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 to run the reference scorer")
	}
	cmd := exec.Command(exe, append([]string{"-B"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd, err)
	}
	var v map[string]any
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// sameFigures checks that whatever want holds, got holds: got may have more.
func sameFigures(t testing.TB, got any, want map[string]any) {
	t.Helper()
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var have map[string]any
	if err := json.Unmarshal(b, &have); err != nil {
		t.Fatal(err)
	}
	if n := sameIn(t, "", have, want); n < 5 {
		t.Errorf("only %d figures compared", n)
	}
}

func sameIn(t testing.TB, path string, have, want map[string]any) (n int) {
	for k, w := range want {
		at := path + "/" + k
		switch w := w.(type) {
		case map[string]any:
			h, _ := have[k].(map[string]any)
			n += sameIn(t, at, h, w)
		case float64:
			n++
			if h, ok := have[k].(float64); !ok || math.Abs(h-w) > 1e-9 {
				t.Errorf("%s = %v, the reference says %v", at, have[k], w)
			}
		default:
			t.Errorf("%s: %T in the reference", at, w)
		}
	}
	return n
}

func load[T any](t testing.TB, path string, read func(r io.Reader, name string) (T, error)) T {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v, err := read(f, path)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// writeLines writes one JSON value a line into a temporary file.
func writeLines[T any](t testing.TB, values []T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "answers.jsonl")
	var b strings.Builder
	for _, v := range values {
		line, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

type memberLine struct {
	ID    string   `json:"id"`
	Spans [][2]int `json:"spans"`
}

type clusterLine struct {
	Cluster string       `json:"cluster"`
	Members []memberLine `json:"members"`
}

// damaged makes clusters of the gold and spoils about a third of them.
func damaged(gold []GoldDocument, rng *rand.Rand) []clusterLine {
	at := make(map[string]int)
	var out []clusterLine
	for _, d := range gold {
		for _, s := range d.Stories {
			id := s.Story
			if rng.IntN(40) == 0 { // a merge with a story nearby
				n, _ := strconv.Atoi(strings.TrimLeft(id, "s0"))
				id = fmt.Sprintf("s%05d", n-n%3)
			}
			if rng.IntN(12) == 0 { // a split
				id += "-2"
			}
			m := memberLine{ID: d.ID}
			for _, x := range s.Spans {
				lo, hi := x.Lo, x.Hi
				if rng.IntN(6) == 0 {
					lo, hi = max(0, lo-rng.IntN(90)), hi+rng.IntN(900)-300
				}
				m.Spans = append(m.Spans, [2]int{lo, hi})
			}
			switch rng.IntN(30) {
			case 0:
				continue // missed
			case 1:
				m.Spans = nil // the whole document
			case 2:
				m.ID += "?" // unknown
			case 3:
				m.Spans = [][2]int{}
			}
			if _, ok := at[id]; !ok || rng.IntN(200) == 0 { // now and then one id on two lines
				at[id] = len(out)
				out = append(out, clusterLine{Cluster: id})
			}
			c := &out[at[id]]
			c.Members = append(c.Members, m)
		}
	}
	return out
}

func TestPassagesEqualTheReference(t *testing.T) {
	dir := testdata.Measuring(t)
	path := filepath.Join(dir, "zh-pages-dev-gold.jsonl.gz")
	gold := load(t, path, ReadGold)
	for seed, least := range []float64{0.1, 0.6} {
		answers := writeLines(t, damaged(gold, rand.New(rand.NewPCG(uint64(seed), 1))))
		want := python(t, filepath.Join(dir, "zh_score.py"), path, answers, "--json", "--min-overlap", fmt.Sprint(least))
		sameFigures(t, Passages(gold, load(t, answers, ReadClusters), Options{MinOverlap: least, Resamples: -1}), want)
	}
}

func TestPairsEqualTheReference(t *testing.T) {
	dir := testdata.Measuring(t)
	file := func(name string) string { return filepath.Join(dir, name) }
	rng := rand.New(rand.NewPCG(1, 2))
	gold, negatives := load(t, file("xwlb-dev-gold.tsv"), ReadPairs), load(t, file("xwlb-dev-negatives.tsv"), ReadPairs)
	var lines []clusterLine
	for i, p := range append(gold[:len(gold):len(gold)], negatives...) {
		chance := 20
		if i >= len(gold) {
			chance = 2
		}
		c := clusterLine{Cluster: fmt.Sprint(i), Members: []memberLine{{ID: p.A}, {ID: p.B}, {ID: p.A}}}
		switch n := len(lines); {
		case rng.IntN(chance) == 0:
		case rng.IntN(15) == 0 && n > 0:
			lines[rng.IntN(n)].Members = append(lines[n-1].Members, c.Members...)
		case rng.IntN(99) == 0:
			c.Members[0].ID = "nobody"
			fallthrough
		default:
			lines = append(lines, c)
		}
	}
	records := load(t, file("xwlb-dev.jsonl.gz"), ReadRecords)
	stubs := clusterLine{Cluster: "stubs"}
	for i, r := range records {
		if r.Stub && i%3 == 0 {
			stubs.Members = append(stubs.Members, memberLine{ID: r.ID})
		}
	}
	answers := writeLines(t, append(lines, stubs))
	want := python(t, file("xwlb_score.py"), file("xwlb-dev.jsonl.gz"), file("xwlb-dev-gold.tsv"), file("xwlb-dev-negatives.tsv"), answers, "--json")
	sameFigures(t, Pairs(records, gold, negatives, load(t, answers, ReadClusters)), want)
}

// pieces makes detections of the cases: whole, cut, split, shifted, and some of nothing.
func pieces(cases []Case, rng *rand.Rand) []Case {
	var out []Case
	for _, c := range cases {
		switch rng.IntN(8) {
		case 0: // missed
		case 1: // in two, the second overlapping the first
			h, g := c.ThisLength/2, c.SourceLength/2
			out = append(out, Case{c.Suspicious, c.Source, c.ThisOffset, h, c.SourceOffset, g},
				Case{c.Suspicious, c.Source, c.ThisOffset + h/2, h, c.SourceOffset + g/2, g})
		case 2:
			c.ThisOffset, c.SourceLength = max(0, c.ThisOffset-rng.IntN(200)), c.SourceLength+rng.IntN(300)
			out = append(out, c, c)
		case 3: // of a pair without a case, or of none
			out = append(out, c, Case{c.Suspicious, "source-document00001.txt", 0, 9, 0, 9})
		default:
			out = append(out, c)
		}
	}
	return out
}

func TestPlagDetEqualsTheReference(t *testing.T) {
	dir := filepath.Join(testdata.Measuring(t), "pan13-train")
	archive := filepath.Join(dir, "pan13-train.tar.gz")
	corpus, err := ReadPAN(archive, false)
	if err != nil {
		t.Fatal(err)
	}
	var cases []Case
	for _, c := range corpus.Categories {
		cases = append(cases, c.Cases...)
		for i, p := range c.Pairs {
			if len(c.Cases) == 0 && i%50 == 0 { // where nothing is to be found
				cases = append(cases, Case{p[0], p[1], i, 99, i, 99})
			}
		}
	}
	detections := pieces(cases, rand.New(rand.NewPCG(3, 4)))
	want := python(t, filepath.Join(dir, "pan_score.py"), archive, writeLines(t, detections), "--json")
	r := PlagDet(corpus, detections, Options{Resamples: -1})
	if n := want["entire"].(map[string]any)["detections_of_unknown_pairs"]; n != float64(r.UnknownPairs) {
		t.Errorf("%d detections of unknown pairs, the reference says %v", r.UnknownPairs, n)
	}
	delete(want["entire"].(map[string]any), "detections_of_unknown_pairs")
	got := map[string]PlagDetScore{"entire": r.Entire}
	for _, s := range r.Categories {
		got[s.Category] = s
	}
	sameFigures(t, got, want)
}

// editScores prints the figures of the reference as JSON.
const editScores = `
import gzip, json, sys
sys.path.insert(0, sys.argv[1])
import zh_edits_score as s
gold = [json.loads(l) for l in gzip.open(sys.argv[2], 'rt', encoding='utf8')]
answers = {d['id']: d['changes'] for d in map(json.loads, open(sys.argv[3], encoding='utf8'))}
rows, grades, extra, missing = s.score(gold, answers)
print(json.dumps({'extra': extra, 'unanswered': missing,
    'classes': {'/'.join(k): {'n': n, 'found': f, 'right': r} for k, n, f, r in rows},
    'grades': {g: {'n': n, 'found': f / n, 'right': r / n} for g, (n, f, r) in grades.items()}}))
`

func TestDifferencesEqualTheReference(t *testing.T) {
	dir := testdata.Measuring(t)
	path := filepath.Join(dir, "zh-edits-dev.jsonl.gz")
	gold, rng := load(t, path, ReadEdits), rand.New(rand.NewPCG(5, 6))
	type answer struct {
		ID      string   `json:"id"`
		Changes []Change `json:"changes"`
	}
	var lines []answer
	answers := map[string][]Change{}
	for _, g := range gold {
		a := answer{g.ID, []Change{}}
		for _, e := range g.Edits {
			for range rng.IntN(3) {
				c := e
				by := rng.IntN(40) - 20
				c.A.Lo, c.A.Hi = max(0, c.A.Lo+by), max(0, c.A.Hi+by)
				if rng.IntN(4) == 0 {
					c.Grade = grades[rng.IntN(3)]
				}
				a.Changes = append(a.Changes, c, e)
			}
		}
		if rng.IntN(50) > 0 {
			lines = append(lines, a)
			answers[a.ID] = a.Changes
		}
	}
	want := python(t, "-c", editScores, dir, path, writeLines(t, lines))
	r := Differences(gold, answers, Options{Resamples: -1})
	byName := func(scores []EditScore, name func(EditScore) string) map[string]EditScore {
		out := make(map[string]EditScore)
		for _, s := range scores {
			out[name(s)] = s
		}
		return out
	}
	sameFigures(t, map[string]any{
		"extra": r.Extra, "unanswered": r.Unanswered,
		"classes": byName(r.Classes, func(s EditScore) string { return s.Grade + "/" + s.Class }),
		"grades":  byName(r.Grades, func(s EditScore) string { return s.Grade }),
	}, want)
}

func BenchmarkPlagDet(b *testing.B) {
	corpus, err := ReadPAN(filepath.Join(testdata.Measuring(b), "pan13-train", "pan13-train.tar.gz"), false)
	if err != nil {
		b.Fatal(err)
	}
	var cases []Case
	for _, c := range corpus.Categories {
		cases = append(cases, c.Cases...)
	}
	detections := pieces(cases, rand.New(rand.NewPCG(3, 4)))
	for b.Loop() {
		PlagDet(corpus, detections, Options{})
	}
}

func BenchmarkPassages(b *testing.B) {
	gold := load(b, filepath.Join(testdata.Measuring(b), "zh-pages-dev-gold.jsonl.gz"), ReadGold)
	clusters := load(b, writeLines(b, damaged(gold, rand.New(rand.NewPCG(1, 1)))), ReadClusters)
	for b.Loop() {
		Passages(gold, clusters, Options{})
	}
}
