package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"
)

// TestDelivery ends dedup --corpus at random moments: what all runs together have delivered is
// what one run delivers. After a kill between the name of the output and the note in the corpus
// it is delivered once more; nothing is ever lost. More rounds are tried with REPOST_SIGNALS.
func TestDelivery(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a program some twenty times")
	}
	f := newField(t)
	args := []string{"dedup", "-q", "--corpus", "seen.repost", "-o", "out.jsonl", "--dropped", "dropped.csv", "new.jsonl", "other.jsonl"}
	deliver := func(s syscall.Signal, after time.Duration) []byte {
		cmd, errs := f.command(args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if s != 0 {
			time.AfterFunc(after, func() { cmd.Process.Signal(s) })
		}
		if err := cmd.Wait(); err != nil && s == 0 {
			t.Fatalf("%v: %s", err, errs)
		}
		out, err := os.ReadFile(f.path("out.jsonl"))
		if err != nil {
			return nil
		}
		os.Remove(f.path("out.jsonl"))
		return append(out, '.') // an empty output is there, too
	}
	began := time.Now()
	want := deliver(0, 0)
	took := time.Since(began)
	nothing := deliver(0, 0)
	if len(want) < 1000 || string(nothing) != "." {
		t.Fatalf("%d bytes, and then %d", len(want), len(nothing))
	}
	r := rand.New(rand.NewPCG(3, 4))
	early, twice := 0, 0
	rounds := max(8, signalRounds()/4)
	for range rounds {
		os.Remove(f.path("seen.repost"))
		var outs [][]byte
		for range 2 {
			s := []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM}[r.IntN(2)]
			if out := deliver(s, time.Duration((.2+r.Float64())*float64(took))); out != nil {
				outs = append(outs, out)
			}
		}
		if len(outs) == 0 {
			early++
		}
		outs = append(outs, deliver(0, 0))
		for i, out := range outs {
			switch {
			case !bytes.Equal(out, want) && (i == 0 || !bytes.Equal(out, nothing)):
				t.Fatalf("output %d of %d has %d bytes of %d", i+1, len(outs), len(out)-1, len(want)-1)
			case i > 0 && bytes.Equal(out, want):
				twice++
			}
		}
	}
	t.Logf("%d rounds: in %d neither of two runs delivered, %d outputs came twice", rounds, early, twice)
}
