package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"repost/store"
)

// fullChild ingests while the file may grow by a random number of bytes only, as on a
// full disk: the write that meets the limit is short, those after it fail. After
// each failure the corpus is used again.
func fullChild(t *testing.T, path string) {
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Skip(err)
	}
	docs := crashDocuments(t)
	seed, _ := strconv.ParseUint(os.Getenv("STORE_CHILD"), 10, 64)
	r := rand.New(rand.NewPCG(seed, 5))
	c, err := store.Open(path, store.Options{Create: true, Scheme: scheme})
	failures := 0
	for err == nil {
		info, _ := os.Stat(path)
		syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(info.Size()) - r.Uint64N(20_000) + r.Uint64N(uint64(20_000*(1+failures))), Max: limit.Max})
		err = load(t.Context(), c, docs, func(int) {})
		syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
		if err == nil {
			break
		}
		if !strings.Contains(err.Error(), syscall.EFBIG.Error()) { // bbolt does not wrap all
			fmt.Println("another error:", err)
			os.Exit(2)
		}
		failures++
		_, err = c.Check(t.Context(), func(f store.Finding) error { return errors.New(f.String()) })
		if failures > 60 {
			break
		}
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	fmt.Println("failures", failures)
	os.Exit(0)
}

// TestFullDisk lets writes fail half-way at random places: the error is returned,
// nothing that was added before is harmed, and the ingest goes on afterwards.
func TestFullDisk(t *testing.T) {
	if path := os.Getenv("STORE_CHILD_PATH"); path != "" {
		fullChild(t, path)
	}
	rounds := min(crashes(t, 2), 40)
	docs := crashDocuments(t)
	want := reference(t, docs)
	failures := 0
	for round := range rounds {
		path := filepath.Join(t.TempDir(), "x.repost")
		cmd, lines := child(t, fmt.Sprint(round), path)
		for lines.Scan() {
			n := 0
			if k, _ := fmt.Sscanf(lines.Text(), "failures %d", &n); k == 1 {
				failures += n
			} else {
				t.Log(lines.Text())
			}
		}
		if err := cmd.Wait(); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		survived(t, path, docs, 0, want)
	}
	if failures == 0 {
		t.Error("nothing failed")
	}
	t.Logf("%d failures", failures)
}
