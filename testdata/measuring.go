package testdata

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Measuring returns the absolute path of a file of the larger sets, which are no
// part of the project: below $REPOST_DATA, or shared/data next to the project. It
// skips the test where the file is missing.
func Measuring(t testing.TB, name ...string) string {
	t.Helper()
	dir := os.Getenv("REPOST_DATA")
	if dir == "" {
		dir = filepath.Join(root(t), "..", "shared", "data")
	}
	path, err := filepath.Abs(filepath.Join(append([]string{dir}, name...)...))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Skipf("measuring data not here (REPOST_DATA names another place): %v", err)
	}
	return path
}

// MeasuringTexts returns the texts of the first n documents of a set that have one,
// and their bytes.
func MeasuringTexts(t testing.TB, set string, n int) (texts []string, bytes int64) {
	t.Helper()
	f, err := os.Open(Measuring(t, set+".jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(z); len(texts) < n && dec.More(); {
		var d struct{ Text string }
		if err := dec.Decode(&d); err != nil {
			t.Fatal(err)
		}
		if d.Text != "" {
			texts, bytes = append(texts, d.Text), bytes+int64(len(d.Text))
		}
	}
	return texts, bytes
}

// root returns the folder of go.mod, at or above the folder of the test.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if up := filepath.Dir(dir); up != dir {
			dir = up
			continue
		}
		t.Skip("no go.mod above the test: not in the project's tree")
	}
	t.Fatal(err)
	return ""
}
