package main

import (
	"fmt"
	"os"
	"path/filepath"
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
	path := filepath.Join("..", "..", "README.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const head, end = "<!-- judge: written by UPDATE=1 go test ./cmd/repost -run TestReadmeJudge -->\n", "<!-- end -->"
	before, rest, ok := strings.Cut(string(b), head)
	got, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("README.md has no place between %q and %q", head, end)
	}
	var want strings.Builder
	want.WriteString("| test | what it measures | bound | and when it is another |\n| --- | --- | --- | --- |\n")
	for _, d := range cluster.Default.Describe() {
		fmt.Fprintf(&want, "| %s | %s | %s | %s |\n", d.Test, d.Measures, d.Bound, d.Others)
	}
	if got == want.String() {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("README.md shows other tests; UPDATE=1 go test writes them anew:\n%s", want.String())
	}
	if err := os.WriteFile(path, []byte(before+head+want.String()+end+after), 0o644); err != nil {
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
