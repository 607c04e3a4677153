package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestProfiling writes both profiles of a command, and says where it cannot.
func TestProfiling(t *testing.T) {
	files := newsFiles(t)
	profiled := func(dir string) (complaints string, err error) {
		var errs bytes.Buffer
		a := &app{ctx: t.Context(), stdout: bufio.NewWriter(io.Discard), stderr: &errs}
		root := a.root()
		stop := a.profiling(root)
		defer func() { stop(); complaints = errs.String() }()
		root.SetArgs([]string{"diff", "--pprof", dir, files[0], files[1]})
		return "", root.Execute()
	}
	dir := filepath.Join(t.TempDir(), "profiles", "of diff")
	if said, err := profiled(dir); err != nil && !isStatus(err) || said != "" {
		t.Fatalf("%v, %q", err, said)
	}
	for _, name := range []string{"cpu.prof", "mem.prof"} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || len(b) < 100 {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
	if _, err := profiled(files[0]); err == nil || isStatus(err) {
		t.Errorf("a file for the folder: %v", err)
	}
}
