package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"repost/dedup/cluster"
)

// TestReadmeSession: the session at the head of the README is what the command
// prints, shortened to the members of the first story and all of the one that the
// README is about. UPDATE=1 writes it anew.
func TestReadmeSession(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const prompt = "```\n$ go run ./cmd/repost scan testdata/news\n"
	readme := string(b)
	from := strings.Index(readme, prompt)
	if from < 0 {
		t.Fatalf("README.md has no session %q", prompt)
	}
	from += len(prompt)
	to := from + strings.Index(readme[from:], "```")
	want := shorten(t, must(t, "scan", "--quiet", "testdata/news"))
	if readme[from:to] == want {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("README.md shows another session; UPDATE=1 go test writes it anew:\n%s", want)
	}
	if err := os.WriteFile("README.md", []byte(readme[:from]+want+readme[to:]), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReadmeJudge: the tests of the judge in the README are those of the judge. UPDATE=1
// writes them anew.
func TestReadmeJudge(t *testing.T) {
	var want strings.Builder
	want.WriteString("| test | what it measures | bound | another bound |\n| --- | --- | --- | --- |\n")
	for _, d := range cluster.Default.Describe() {
		fmt.Fprintf(&want, "| %s | %s | %s | %s |\n", d.Test, d.Measures, d.Bound, d.Others)
	}
	checkReadme(t, "judge", "TestReadmeJudge", want.String())
}

// TestReadmeCommands: the README's table of commands names each of them, and no other.
func TestReadmeCommands(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(b), "| command | what it does |\n")
	if table, _, _ = strings.Cut(table, "\n\n"); !ok {
		t.Fatal("README.md has no table of commands")
	}
	var named []string
	for line := range strings.Lines(table) {
		first, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
		for i, code := range strings.Split(first, "`") {
			if f := strings.Fields(code); i%2 == 1 && len(f) > 0 && strings.ToLower(f[0]) == f[0] {
				named = append(named, f[0])
			}
		}
	}
	var there []string
	for _, c := range new(app).root().Commands() {
		if c.Runnable() && !c.Hidden && c.Name() != "help" {
			there = append(there, c.Name())
		}
	}
	slices.Sort(named)
	slices.Sort(there)
	if !slices.Equal(named, there) {
		t.Errorf("README.md names %q\nthere are       %q", named, there)
	}
}

// TestReadmeCrawl: the README shows the crawler of package store's example, which is compiled
// and run, in at most twenty lines. UPDATE=1 writes it anew.
func TestReadmeCrawl(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "store", "example_crawl_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "func crawl(")
	body, _, found := strings.Cut(rest, "\n}\n")
	if n := strings.Count(body, "\n") + 2; !found || n > 20 {
		t.Errorf("the crawler has %d lines", n)
	}
	checkReadme(t, "crawl", "TestReadmeCrawl", "```go\nfunc crawl("+body+"\n}\n```\n")
}

// TestReadmeGold: the figures of testdata/gold in the README are those of the table of
// quality. UPDATE=1 writes them anew.
func TestReadmeGold(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "dedup", "eval", "testdata", "quality.golden"))
	if err != nil {
		t.Fatal(err)
	}
	figures := make(map[string]string)
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 2 && f[0] == "gold" {
			figures[strings.Join(f[1:len(f)-1], " ")] = f[len(f)-1]
		}
	}
	figure := func(name string) string {
		if figures[name] == "" {
			t.Fatalf("the table of quality has no %q of gold", name)
		}
		return figures[name]
	}
	var want strings.Builder
	want.WriteString("| stories and spans | |\n| --- | --- |\n")
	for _, r := range [][2]string{
		{"pairs that share a story: precision", "pair precision"},
		{"pairs that share a story: recall", "pair recall"},
		{"pairs that share a story: F1", "pair f1"},
		{"B-cubed F1", "b-cubed f1"},
		{"spans: overlap with the labels (IoU)", "span IoU"},
		{"stories merged by way of a page that has both", "merges through a page"},
		{"recall of stories on interleaved pages", "recall of page_interleaved"},
		{"recall of versions of a statute", "recall of statute_version"},
		{"recall of quoted passages, many of one sentence", "recall of quoted"},
		{"share joined of forms filled in again", "joined of form"},
		{"of texts under one boilerplate", "joined of boilerplate"},
		{"of sister statutes", "joined of statute"},
		{"of two reports of one event", "joined of event"},
	} {
		fmt.Fprintf(&want, "| %s | %s |\n", r[0], figure(r[1]))
	}
	want.WriteString("\n| recorded edits | found | graded right |\n| --- | --- | --- |\n")
	for _, grade := range []string{"substantive", "minor", "cosmetic"} {
		fmt.Fprintf(&want, "| %s | %s | %s |\n", grade, figure(grade+" found"), figure(grade+" graded right"))
	}
	checkReadme(t, "gold", "TestReadmeGold", want.String())
}

// checkReadme compares what stands in the README between the marks of a name with what
// has to, or writes it there if UPDATE is set.
func checkReadme(t *testing.T, name, test, want string) {
	t.Helper()
	path := filepath.Join("..", "..", "README.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, end := fmt.Sprintf("<!-- %s: written by UPDATE=1 go test ./cmd/repost -run %s -->\n", name, test), "<!-- end -->"
	before, rest, ok := strings.Cut(string(b), head)
	got, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("README.md has no place between %q and %q", head, end)
	}
	if got == want {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("README.md shows something else; UPDATE=1 go test ./cmd/repost -run %s writes it anew:\n%s", test, want)
	}
	if err := os.WriteFile(path, []byte(before+head+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// shorten keeps the members of the first story, and the story of web-harvest.txt.
func shorten(t *testing.T, out string) string {
	const about = "web-harvest.txt"
	stories := strings.Split(out, "\n\nstory ")
	members, _, _ := strings.Cut(stories[0], "\n\n")
	for _, s := range stories[1:] {
		if strings.Contains(s, about) {
			return members + "\n…\nstory " + strings.TrimRight(s, "\n") + "\n…\n"
		}
	}
	t.Fatalf("no story with %s in\n%s", about, out)
	return ""
}
