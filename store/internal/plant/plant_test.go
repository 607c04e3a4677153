package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

const news = "../../../testdata/news"

func planted(t *testing.T, n int, seed uint64) ([]byte, []record) {
	t.Helper()
	var out bytes.Buffer
	if err := run(&out, []string{news}, n, seed); err != nil {
		t.Fatal(err)
	}
	var docs []record
	for line := range strings.Lines(out.String()) {
		var d record
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		docs = append(docs, d)
	}
	if len(docs) != n {
		t.Fatalf("%d documents, want %d", len(docs), n)
	}
	return out.Bytes(), docs
}

// A smaller corpus is the beginning of a larger one.
func TestPrefix(t *testing.T) {
	large, _ := planted(t, 700, 1)
	again, _ := planted(t, 700, 1)
	small, _ := planted(t, 300, 1)
	other, _ := planted(t, 300, 2)
	if !bytes.Equal(large, again) || !bytes.HasPrefix(large, small) {
		t.Error("the same seed made other documents")
	}
	if bytes.Equal(small, other) {
		t.Error("another seed made the same documents")
	}
}

func TestPlanted(t *testing.T) {
	_, docs := planted(t, 2000, 1)
	reposts, exact := 0, 0
	for i, d := range docs {
		if d.Text == "" || !utf8.ValidString(d.Text) || d.Title == "" {
			t.Fatalf("document %d: %+v", i, d)
		}
		if d.Story == i {
			continue
		}
		reposts++
		if d.Story > i || docs[d.Story].Story != d.Story {
			t.Fatalf("document %d is said to be of story %d", i, d.Story)
		}
		if d.Kinds[0] == "exact" {
			exact++
			if first, _, _ := strings.Cut(body(docs[d.Story]), "\n"); !strings.Contains(d.Text, first) {
				t.Errorf("document %d does not hold the text of %d", i, d.Story)
			}
		}
	}
	if reposts < 500 || reposts > 700 || exact < 100 {
		t.Errorf("%d reposts, of them %d exact", reposts, exact)
	}
}

// body is the text of a first printing without its header.
func body(d record) string {
	if len(d.Kinds) > 1 && d.Kinds[1] == "header" {
		_, rest, _ := strings.Cut(d.Text, "\n")
		return rest
	}
	return d.Text
}

func TestTooFew(t *testing.T) {
	if err := run(&bytes.Buffer{}, []string{news + "/kiln.txt"}, 5, 1); err == nil {
		t.Error("one article was enough")
	}
}
