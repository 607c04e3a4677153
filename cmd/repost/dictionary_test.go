package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAttackDictionary builds the command with a gse that names its dictionary otherwise,
// which links all the same: every command says so and fails, and none takes characters for
// words. It takes 20 s of a processor, so it is for whoever asks; that the gse of go.mod has
// the words is a test of package words each time.
func TestAttackDictionary(t *testing.T) {
	if os.Getenv("REPOST_ATTACK") == "" {
		t.Skip("builds a program; REPOST_ATTACK=1 asks for it")
	}
	list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/go-ego/gse")
	dir, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	at := t.TempDir()
	gse := filepath.Join(at, "gse")
	if err := os.CopyFS(gse, os.DirFS(strings.TrimSpace(string(dir)))); err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob(filepath.Join(gse, "dict_*.go"))
	if err != nil {
		t.Fatal(err)
	}
	renamed := 0
	for _, source := range sources {
		b, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		renamed += strings.Count(string(b), "zhS string")
		rewrite(t, source, strings.ReplaceAll(string(b), "zhS", "simplified"))
	}
	if renamed == 0 {
		t.Fatal("gse has no dictionary of that name")
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		b, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "go.mod" {
			b = append(b, "\nreplace github.com/go-ego/gse => "+gse+"\n"...)
		}
		rewrite(t, filepath.Join(at, name), string(b))
	}
	program := filepath.Join(at, "repost.exe")
	if out, err := exec.Command("go", "build", "-modfile", filepath.Join(at, "go.mod"), "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, args := range [][]string{{"--version"}, {"diff", "a.txt", "b.txt"}, {"stats"}} {
		cmd := exec.Command(program, args...)
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != trouble || !strings.Contains(string(out), "built without its dictionary") || strings.Count(string(out), "\n") != 1 {
			t.Errorf("%v: %v: %s", args, err, out)
		}
	}
}

// rewrite writes a file, one that nobody may write too.
func rewrite(t *testing.T, path, text string) {
	t.Helper()
	os.Remove(path)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
