package store_test

import (
	"fmt"
	"os"
	"testing"
)

// TestMain gives the tests, and the processes that they start and kill, a folder for what
// they write, and removes it: a killed process leaves its own.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "repost-store")
	if err == nil {
		err = os.Setenv("TMPDIR", dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}
