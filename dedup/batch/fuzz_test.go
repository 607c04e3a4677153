package batch_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"repost/dedup/batch"
	"repost/dedup/detect"
)

// FuzzStages: whatever lines a stage is given, it ends, with an error if they are none of
// its own.
func FuzzStages(f *testing.F) {
	docs := press(rand.New(rand.NewPCG(3, 4)), 40)
	stages := batch.Stages()
	var lines []byte
	for i := range docs {
		lines = batch.AppendDocument(lines, &detect.DefaultScheme, &docs[i])
	}
	out := map[string][][]byte{batch.Documents: run(f, "number", batch.Options{}, [][][]byte{sorted(split(lines))})}
	plan := batch.Plan(batch.Options{Mask: true})
	for _, s := range append(plan, batch.Plan(batch.Options{Keep: detect.KeepOptions{Passages: true}})[len(plan)-2:]...) {
		var in [][]byte
		for from, kinds := range s.In {
			in = append(in, ofKinds(kinds, out[from])...)
		}
		in = sorted(in)
		out[s.Name] = run(f, s.Stage, batch.Options{Pass: s.Pass}, [][][]byte{in})
		at := slices.IndexFunc(stages, func(x batch.Stage) bool { return x.Name == s.Stage })
		few := bytes.Join(in[:min(len(in), 12)], []byte{'\n'})
		f.Add(uint8(at), uint8(s.Pass), few)
		var runs []string
		for _, r := range runRows(f, "copy", batch.Options{Partitions: 1}, few) {
			runs = append(runs, r.run)
		}
		f.Add(uint8(at), uint8(s.Pass), []byte(strings.Join(runs, "\n")))
	}
	f.Fuzz(func(t *testing.T, stage, pass uint8, lines []byte) {
		s := stages[int(stage)%len(stages)]
		s.Run(context.Background(), bytes.NewReader(lines), io.Discard, batch.Options{Pass: int(pass % 4), Partitions: int(pass / 4 % 3)})
	})
}
