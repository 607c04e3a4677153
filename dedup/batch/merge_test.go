package batch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestMergeIsSort: runs of any number and size, in memory or in a file, come out as the lines that
// went in, sorted.
func TestMergeIsSort(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 7))
		var want []string
		var rows bytes.Buffer
		for range 1 + r.IntN(4) { // processes
			sink := newRunSink(bufio.NewWriter(&rows), "stamp-", 1)
			sink.memory = []int{1, 2000, 1 << 20}[r.IntN(3)]
			for range r.IntN(300) {
				l := line{
					key: appendNumbers(nil, uint32(r.IntN(20))), kind: "DS"[r.IntN(2)], order: appendNumbers(nil, uint32(r.IntN(3)))[:r.IntN(2)*numberWidth],
					data: bytes.Repeat([]byte{byte(r.IntN(3))}, r.IntN(1+frameSize/8)),
				}
				if r.IntN(2) == 0 {
					l.raw = []byte(strings.Repeat("x", r.IntN(3)))
				}
				want = append(want, textOf(&l))
				sink.put(&l)
			}
			if err := sink.flush(); err != nil {
				t.Fatal(err)
			}
		}
		var runs bytes.Buffer
		for row := range strings.Lines(rows.String()) {
			runs.WriteString(row[strings.LastIndexByte(row, '\t')+1:])
		}
		slices.Sort(want)
		for _, most := range []int64{1 << 30, 1 << 12, 0} {
			m := &merger{rows: &runReader{in: bufio.NewReader(bytes.NewReader(runs.Bytes())), stamp: "stamp-"}, most: most}
			var got []string
			var l line
			err := m.next(&l)
			for ; err == nil; err = m.next(&l) {
				got = append(got, textOf(&l))
			}
			if !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			if !slices.IsSorted(got) || !slices.Equal(got, want) {
				t.Fatalf("seed %d, %d bytes in memory: %d lines are not the %d that went in, sorted", seed, most, len(got), len(want))
			}
			if err := m.close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("%d temporary files are left", len(left))
	}
}

// textOf returns a line as text that sorts as lines of one width of keys do.
func textOf(l *line) string {
	return fmt.Sprintf("%s\t%c%s\t%x %q", l.key, l.kind, l.order, l.data, l.raw)
}
