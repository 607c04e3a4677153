package testdata

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestNews holds news.golden and the articles together: every article has one
// expectation, and every quoted word stands in its document exactly once.
func TestNews(t *testing.T) {
	all, err := News()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, e := range all {
		for _, id := range e.Alone {
			readNews(t, id)
			seen[id] = "alone"
		}
		for _, id := range e.Pair {
			readNews(t, id)
		}
		for _, m := range e.Members {
			if seen[m.ID] == "alone" {
				t.Errorf("%s: in story %q and alone", m.ID, e.Story)
			}
			seen[m.ID] = e.Story
			checkQuotes(t, m)
		}
		if e.Base != "" && !slices.ContainsFunc(e.Members, func(m Member) bool { return m.ID == e.Base }) {
			t.Errorf("story %q: base %s is no member", e.Story, e.Base)
		}
	}
	files, err := fs.Glob(FS, "news/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no articles: %v", err)
	}
	for _, f := range files {
		if _, ok := seen[strings.TrimPrefix(f, "news/")]; !ok {
			t.Errorf("%s: news.golden says nothing of it", f)
		}
	}
}

func readNews(t *testing.T, id string) string {
	t.Helper()
	b, err := FS.ReadFile("news/" + id)
	if err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(b) {
		t.Errorf("%s: not UTF-8", id)
	}
	return string(b)
}

func checkQuotes(t *testing.T, m Member) {
	t.Helper()
	text := readNews(t, m.ID)
	for _, q := range slices.Concat(m.Inside, m.Outside) {
		if n := strings.Count(text, q); n != 1 {
			t.Errorf("%s: %q stands there %d times", m.ID, q, n)
		}
	}
}
