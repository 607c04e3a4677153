package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"repost/cmd/repost/internal/report"
)

// TestFindFollow: each line is answered in its place while the stream is open, with what find
// says of it alone, and what is ingested meanwhile is found.
func TestFindFollow(t *testing.T) {
	dir := t.TempDir()
	corpus, dump := filepath.Join(dir, "c.repost"), filepath.Join(dir, "dump.jsonl")
	attackDump(t, dump, numbers(0, 60), 0)
	must(t, "ingest", "-q", "--corpus", corpus, dump)
	var lines []string
	for i := range 40 {
		lines = append(lines, followLine(i+40)) // the last of them are in no story of the corpus
		if i%10 == 3 {
			lines = append(lines, `{"id":"cut`, `{"text":"没有编号的文件。"}`)
		}
	}
	f := startFollow(t, "find", "--follow", "--limit", "1", "--corpus", corpus, "-")
	go f.send(lines...)
	answers, more := 0, 0
	read := func(line int) (a report.Findings) {
		t.Helper()
		b, err := f.out.ReadBytes('\n')
		if err == nil {
			err = json.Unmarshal(b, &a)
		}
		if err != nil || a.Line != line {
			t.Fatalf("answer %s, want that of line %d: %v\n%s", b, line, err, f.errs)
		}
		return a
	}
	for i, line := range lines {
		a := read(i + 1)
		if strings.HasSuffix(line, `"cut`) {
			if a.Error == "" || a.Matches != nil {
				t.Errorf("the damaged line %d is answered by %+v", i+1, a)
			}
			continue
		}
		if a.Error != "" || a.Matches == nil || len(a.Matches) > 1 {
			t.Errorf("line %d is answered by %+v", i+1, a)
		}
		if err := os.WriteFile(dump, []byte(line), 0o644); err != nil {
			t.Fatal(err)
		}
		out, _, _ := session(t, "find", "--json", "--limit", "1", "--corpus", corpus, dump)
		want := ""
		for _, m := range a.Matches {
			m.Query = a.Query
			want += jsonOf(t, m)
		}
		if answers, more = answers+len(a.Matches), more+a.More; a.Query != "" && out != want {
			t.Errorf("line %d: find says\n%s\nits answer\n%s", i+1, out, want)
		}
	}
	if answers == 0 || more == 0 {
		t.Errorf("%d matches, %d more", answers, more)
	}
	f.in.Close()
	f.end(trouble) // for the damaged lines
	if _, errs, status := session(t, "find", "--follow", "--csv", "--corpus", corpus, "-"); status != trouble || !strings.Contains(errs, "--csv") {
		t.Errorf("status %d, %s", status, errs)
	}
}
