package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestResume: from any record of a dump on reading gives what it gave there, packed or
// not, broken lines and marks included; and Done gives nothing.
func TestResume(t *testing.T) {
	dump := ""
	for i := range 40 {
		dump += fmt.Sprintf("{\"id\":\"d%d\",\"text\":\"%s\"}\n", i, han)
		if i%7 == 3 {
			dump += "\r\n{broken\n"
		}
	}
	for name, content := range map[string]string{
		"a.jsonl": dump, "b.jsonl": "\xef\xbb\xbf" + dump, "c.jsonl.gz": gzipped(dump), "d.jsonl.zst": zstded(dump),
	} {
		path := filepath.Join(write(t, map[string]string{name: content}), name)
		all, errs := read([]string{path}, "", Options{})
		if len(all) != 40 || len(errs) != 6 || all[0].Dump == 0 {
			t.Fatalf("%s: %d records, %d errors, dump %d", name, len(all), len(errs), all[0].Dump)
		}
		for i, r := range all {
			got, _ := read([]string{path}, "", Options{Resume: func(dump uint64) (int, int64) {
				if dump != r.Dump {
					t.Errorf("asked for %d, not %d", dump, r.Dump)
				}
				return r.Origin.Record, r.Origin.Byte
			}})
			if diff := cmp.Diff(all[i:], got); diff != "" {
				t.Fatalf("%s from %d:\n%s", name, i, diff)
			}
		}
		if got, errs := read([]string{path}, "", Options{Resume: func(uint64) (int, int64) { return Done, 0 }}); len(got)+len(errs) > 0 {
			t.Errorf("%s: %d records and %d errors of what was done", name, len(got), len(errs))
		}
		if err := os.Chtimes(path, time.Time{}, time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
		if again, _ := read([]string{path}, "", Options{}); again[0].Dump == all[0].Dump {
			t.Errorf("%s: the same dump after a change", name)
		}
	}
}

// TestNoResume: what cannot be entered in its midst says so.
func TestNoResume(t *testing.T) {
	dir := write(t, map[string]string{
		"a.json": "[{\"text\":\"x\"},\n{\"text\":\"y\"}]", "b.txt": "x", "c.jsonl": "{\"text\":\"x\"}",
		"d.jsonl": "{\"text\":\"\xd6\xd0\xb9\xfa\xc8\xcb\xc3\xf1\"}\n{\"text\":\"\xd6\xd0\xb9\xfa\xc8\xcb\xc3\xf1\"}\n",
	})
	recs, errs := read([]string{dir}, `{"text":"x"}`, Options{})
	more, _ := read([]string{"-"}, `{"text":"x"}`, Options{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for i, r := range append(recs, more...) {
		if got, want := r.Dump != 0, filepath.Ext(r.Origin.Path) == ".jsonl"; got != want {
			t.Errorf("%d: record %d of %s: %v", i, r.Origin.Record, r.Origin.Path, got)
		}
	}
}
