package batch_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/batch"
	"repost/dedup/detect"
)

// row is a row of a stage that writes runs.
type row struct{ partition, kind, run string }

// chainRuns is chain with runs in place of lines: as an engine does it that moves each
// partition's runs to one process, in any order.
func chainRuns(t testing.TB, docs []dedup.Document, partitions int, shuffle *rand.Rand, opt batch.Options) string {
	t.Helper()
	var lines []byte
	for i := range docs {
		lines = batch.AppendDocument(lines, &detect.DefaultScheme, &docs[i])
	}
	numbered := run(t, "number", batch.Options{}, [][][]byte{sorted(split(lines))})
	out := map[string][]row{}
	for part := range slices.Chunk(numbered, 1+len(numbered)/3) { // several processes make several runs
		out[batch.Documents] = append(out[batch.Documents], runRows(t, "copy", batch.Options{Partitions: partitions}, bytes.Join(append(slices.Clip(part), nil), []byte{'\n'}))...)
	}
	plan := batch.Plan(opt)
	for _, s := range plan {
		in := map[string][]string{}
		for from, kinds := range s.In {
			for _, r := range out[from] {
				if strings.Contains(kinds, r.kind) {
					to := r.partition
					if s.Only {
						to = ""
					}
					in[to] = append(in[to], r.run)
				}
			}
		}
		for _, runs := range in {
			slices.Sort(runs)
			if shuffle != nil {
				shuffle.Shuffle(len(runs), func(i, k int) { runs[i], runs[k] = runs[k], runs[i] })
			}
			out[s.Name] = append(out[s.Name], runRows(t, s.Stage, batch.Options{Pass: s.Pass, Keep: opt.Keep, Mask: opt.Mask, Annotate: opt.Annotate, Partitions: partitions}, []byte(strings.Join(runs, "\n")))...)
		}
	}
	stored := func(kinds, step string) io.Reader {
		var runs []string
		for _, r := range out[step] {
			if strings.Contains(kinds, r.kind) {
				runs = append(runs, r.run)
			}
		}
		return strings.NewReader(strings.Join(runs, "\n"))
	}
	last := plan[len(plan)-1].Name
	copied := func(kind string) io.Reader {
		s, _ := batch.Named("copy")
		out := new(bytes.Buffer)
		if _, err := s.Run(context.Background(), stored(kind, last), out, batch.Options{}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	return found(t, stored("s", batch.ToStories), copied("f"), copied("o"))
}

// runRows returns the rows that a stage writes.
func runRows(t testing.TB, stage string, opt batch.Options, in []byte) (rows []row) {
	t.Helper()
	s, ok := batch.Named(stage)
	if !ok {
		t.Fatalf("no stage %s", stage)
	}
	var out bytes.Buffer
	if _, err := s.Run(context.Background(), bytes.NewReader(in), &out, opt); err != nil {
		t.Fatalf("%s: %v", stage, err)
	}
	for line := range strings.Lines(out.String()) {
		partition, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		kind, run, _ := strings.Cut(rest, "\t")
		rows = append(rows, row{partition, kind, run})
	}
	return rows
}

// TestRunsAreLines: what goes into runs comes out again, sorted, and of another scheme it does not.
func TestRunsAreLines(t *testing.T) {
	docs := press(rand.New(rand.NewPCG(19, 19)), 120)
	var lines []byte
	for i := range docs {
		lines = batch.AppendDocument(lines, &detect.DefaultScheme, &docs[i])
	}
	numbered := run(t, "number", batch.Options{}, [][][]byte{sorted(split(lines))})
	want := bytes.Join(append(slices.Clip(numbered), nil), []byte{'\n'})
	var runs []string
	for _, r := range runRows(t, "copy", batch.Options{Partitions: 5}, want) {
		runs = append(runs, r.run)
	}
	copied, _ := batch.Named("copy")
	var out bytes.Buffer
	in := strings.Join(runs, "\n")
	if _, err := copied.Run(context.Background(), strings.NewReader(in), &out, batch.Options{}); err != nil {
		t.Fatal(err)
	}
	if got := bytes.Join(append(sorted(split(out.Bytes())), nil), []byte{'\n'}); !bytes.Equal(got, want) {
		t.Errorf("runs of %d bytes of lines came out as %d other bytes", len(want), len(got))
	}
	other := detect.DefaultScheme
	other.Bins++
	if _, err := copied.Run(context.Background(), strings.NewReader(in), io.Discard, batch.Options{Scheme: &other}); err == nil || !strings.Contains(err.Error(), "another scheme") {
		t.Errorf("runs of another scheme: %v", err)
	}
	for _, bad := range []string{in[:len(in)/2], in[:1000] + "AAAA" + in[1004:], "=", "=%%%", in + "\nplain\tD\tline"} {
		if _, err := copied.Run(context.Background(), strings.NewReader(bad), io.Discard, batch.Options{}); err == nil || !strings.Contains(err.Error(), "line ") || !strings.Contains(err.Error(), "run") {
			t.Errorf("damaged runs: %v", err)
		}
	}
}
