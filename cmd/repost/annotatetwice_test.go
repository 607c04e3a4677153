package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What --annotate wrote is written again by the next run, in its place; a field of that name
// that somebody else wrote stays, and repost_2 is used.
func TestAnnotateTwice(t *testing.T) {
	all, _ := tripRecords(rand.New(rand.NewPCG(1, 12)))
	dir := t.TempDir()
	for name, write := range tripWriters {
		var b bytes.Buffer
		in := filepath.Join(dir, name)
		if err := write(&b, all); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(in, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		once, twice := filepath.Join(dir, "once-"+name), filepath.Join(dir, "twice-"+name)
		must(t, "dedup", "-q", in, "-o", once, "--annotate", "--keep", "earliest")
		must(t, "dedup", "-q", once, "-o", twice, "--annotate", "--keep", "earliest")
		want, got := tripRead(t, once), tripRead(t, twice)
		if diff := cmp.Diff(want, got); diff != "" || len(want) != len(all) {
			t.Errorf("%s: annotated again (-once +twice)\n%s", name, diff)
		}
		if filepath.Ext(name) == ".csv" || filepath.Ext(name) == ".tsv" {
			a, _ := os.ReadFile(once)
			b, _ := os.ReadFile(twice)
			if !bytes.Equal(a, b) {
				t.Errorf("%s: other bytes", name)
			}
		}
	}
	own := filepath.Join(dir, "own.csv")
	if err := os.WriteFile(own, []byte("id,text,repost_kept\n1,石桥镇新桥昨日通车，镇上的人说等了十二年。,mine\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "own-out.csv")
	must(t, "dedup", "-q", own, "-o", out, "--annotate")
	if row := tripRead(t, out)[0]; row["repost_kept"] != "mine" || row["repost_2_kept"] != "true" {
		t.Errorf("%v", row)
	}
}
