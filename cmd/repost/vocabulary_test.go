package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// storyWords are the names that outputs have for the id of a story, and for several of them.
// A change has in from those that a story came from.
var storyWords = []string{"story", "stories", "from"}

// TestVocabulary holds that a story has one name in all outputs: the keys of JSON and the
// columns of tables that hold the id of one, the description of the API, and the columns of
// the program for Apache Spark. The command clusters keeps its name, and eval, which compares
// the stories of a gold file with clusters that anything may have made, says so.
func TestVocabulary(t *testing.T) {
	dir := t.TempDir()
	corpus := filepath.Join(dir, "c.repost")
	news := newsFiles(t)
	edited := filepath.Join(dir, "edited.jsonl")
	lines := `{"id":"edited","date":"2025-03-02","text":"柳湾村的晒场上，新收的紫米摊成一片。祁连生说今年三十二亩地收了两万多斤。"}
{"id":"edited","date":"2025-03-03","text":"柳湾村的晒场上，新收的紫米摊成一片。祁连生说今年三十二亩地收了三万多斤。"}
`
	if err := os.WriteFile(edited, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, append([]string{"ingest", "-q", "--corpus", corpus, edited}, news...)...)
	isStory, first, second := map[string]bool{}, "", ""
	for line := range strings.Lines(must(t, "clusters", "--json", "--corpus", corpus)) {
		var s struct {
			Story   string
			Members []struct{ ID string }
		}
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		isStory[s.Story] = true
		first, second = s.Members[0].ID, s.Members[1].ID
	}
	ids := func(t *testing.T, name, value string) {
		for id := range strings.FieldsSeq(value) {
			if isStory[id] && !slices.Contains(storyWords, name) {
				t.Errorf("%q holds the story %s", name, id)
			}
		}
		if strings.Contains(name, "cluster") {
			t.Errorf("a value is named %q", name)
		}
	}
	jsonOf := func(t *testing.T, out string) {
		d := json.NewDecoder(strings.NewReader(out))
		for d.More() {
			var v any
			if err := d.Decode(&v); err != nil {
				t.Fatal(err)
			}
			eachNamed("", v, func(name, value string) { ids(t, name, value) })
		}
	}
	csvOf := func(t *testing.T, out string) {
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for i, cell := range row {
				ids(t, rows[0][i], cell)
			}
		}
	}
	story := ""
	for story = range isStory {
		break
	}
	for _, args := range [][]string{
		{"changes"}, {"clusters"}, {"clusters", "--members"}, {"collate", story}, {"show", story}, {"show", first},
		{"find", news[0]}, {"diff", first, second}, {"explain", first, second}, {"sources"}, {"stats", "--by", "source"}, {"history", "edited"},
	} {
		for _, form := range []string{"--json", "--csv"} {
			out, errs, status := session(t, append(args, form, "--corpus", corpus)...)
			if strings.Contains(errs, "there is no flag "+form) {
				continue
			}
			t.Run(strings.Join(append(args[:1:1], form), " "), func(t *testing.T) {
				switch {
				case status == trouble:
					t.Fatal(errs)
				case form == "--csv":
					csvOf(t, out)
				default:
					jsonOf(t, out)
				}
			})
		}
	}
	for _, table := range []string{"members", "stories", "pairs", "changes"} {
		t.Run("export "+table, func(t *testing.T) {
			csvOf(t, must(t, "export", "--table", table, "--format", "csv", "-o", "-", "--corpus", corpus))
			jsonOf(t, must(t, "export", "--table", table, "--format", "jsonl", "-o", "-", "--corpus", corpus))
		})
	}
	t.Run("dedup", func(t *testing.T) {
		dropped, out := filepath.Join(dir, "dropped.jsonl"), filepath.Join(dir, "out.jsonl")
		jsonOf(t, must(t, append([]string{"dedup", "--json", "-o", out, "--dropped", dropped}, news...)...))
		for _, name := range []string{dropped, out} {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			jsonOf(t, string(b))
		}
		jsonOf(t, must(t, append([]string{"dedup", "-q", "--annotate", "-o", "-", "--format", "jsonl"}, news...)...))
	})
	for _, name := range []string{"internal/web/openapi.json", "spark/repost_spark.py"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{`"cluster"`, `"clusters"`, "cluster STRING"} {
			if strings.Contains(string(b), word) {
				t.Errorf("%s has %s", name, word)
			}
		}
	}
}

// eachNamed calls fn for the strings of a value of JSON, with their keys, and for all keys.
func eachNamed(name string, v any, fn func(name, value string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			fn(key, "")
			eachNamed(key, value, fn)
		}
	case []any:
		for _, value := range v {
			eachNamed(name, value, fn)
		}
	case string:
		fn(name, v)
	}
}
