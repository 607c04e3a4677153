package store_test

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"repost/store"
)

// The tests of this file let system calls fail by strace (https://strace.io): it
// stops the child at a chosen call of a chosen kind and puts an error, or a signal, in
// its place. bbolt and the code around it are the ones that users run.

// faultChild ingests, compacts and ingests again; after the first error it tries once
// more and ends. Calls are counted by thread, so all that write are made on one.
func faultChild(t *testing.T, path string) {
	runtime.LockOSThread()
	docs := crashDocuments(t)
	paths := dumps(t, beside(path), docs, 2)
	end := func(err error) {
		fmt.Println("error", err)
		os.Exit(3)
	}
	fill := func(paths []string) {
		c, err := store.Open(path, store.Options{Create: true, Scheme: scheme})
		if err != nil {
			end(err)
		}
		tell := func(n int) { fmt.Println("added", n) }
		if err := resume(t.Context(), c, paths, len(docs), tell); err != nil {
			resume(t.Context(), c, paths, len(docs), tell) // as a server would go on
			end(err)
		}
		if err := c.Close(); err != nil {
			end(err)
		}
	}
	fill(paths[:1])
	if _, err := store.Compact(t.Context(), path, store.Options{}, store.CompactOptions{}); err != nil {
		end(err)
	}
	fill(paths)
	fmt.Println("done")
	os.Exit(0)
}

// strace returns the command for a child under strace with arguments for it, and the
// file that it writes what it saw into.
func strace(t *testing.T, path string, args ...string) (cmd *exec.Cmd, log string) {
	t.Helper()
	tool, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("no strace here: apt-get install strace")
	}
	log = filepath.Join(t.TempDir(), "strace")
	if !strings.Contains(strings.Join(args, " "), "signal=") {
		args = append(args, "--seccomp-bpf") // stops at fewer calls, and cannot send signals
	}
	args = append([]string{"-f", "-qq", "-y", "-s", "0", "-o", log, "-e", "trace=" + writing}, args...)
	name, _, _ := strings.Cut(t.Name(), "/")
	cmd = exec.Command(tool, append(args, os.Args[0], "-test.run", "^"+name+"$")...)
	cmd.Env = append(os.Environ(), "STORE_CHILD=fault", "STORE_CHILD_PATH="+path)
	cmd.Stderr = os.Stderr
	return cmd, log
}

// writing are the calls by which a corpus file is changed.
const writing = "pwrite64,fdatasync,fsync,ftruncate"

// runFault runs a child to its end: how many documents it acknowledged, its error,
// and whether it was killed.
func runFault(t *testing.T, cmd *exec.Cmd) (acknowledged int, message string, killed bool) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		n := 0
		if _, err := fmt.Sscanf(lines.Text(), "added %d", &n); err == nil {
			acknowledged = max(acknowledged, n)
		}
		if m, ok := strings.CutPrefix(lines.Text(), "error "); ok {
			message = m
		}
	}
	err = cmd.Wait()
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	switch code := cmd.ProcessState.ExitCode(); {
	case status.Signaled() || code == 128+int(syscall.SIGKILL):
		return acknowledged, message, true
	case code != 0 && code != 3 || code == 3 && message == "":
		t.Fatalf("the child ended with %d: %v", code, err)
	}
	return acknowledged, message, false
}

// faults are what is put in the place of a call, and how many calls from then on.
var faults = []struct{ call, inject, says string }{
	{"pwrite64", "error=EIO:when=%d", "input/output error"},
	{"pwrite64", "error=ENOSPC:when=%d+", "no space left on device"},
	{"fdatasync", "error=EIO:when=%d", "input/output error"},
	{"fsync", "error=EIO:when=%d", "input/output error"},
	{"ftruncate", "error=ENOSPC:when=%d", "no space left on device"},
	{"pwrite64", "signal=SIGKILL:when=%d", ""},
	{"fdatasync", "signal=SIGKILL:when=%d", ""},
}

// TestFaults lets one system call fail, or the process end there, at every place in
// turn (STORE_CRASHES), or at a few: the error is told with the file, and afterwards the
// corpus opens, is clean, has every document that was acknowledged, and the ingest
// goes on to the same stories.
func TestFaults(t *testing.T) {
	if path := os.Getenv("STORE_CHILD_PATH"); path != "" {
		faultChild(t, path)
	}
	rounds := crashes(t, 3)
	docs := crashDocuments(t)
	want := reference(t, docs)
	calls := countCalls(t)
	for _, f := range faults {
		t.Run(f.call+" "+f.inject[:strings.Index(f.inject, ":")], func(t *testing.T) {
			n := calls[f.call]
			if n == 0 {
				t.Fatal("the child never calls it")
			}
			r := rand.New(rand.NewPCG(uint64(rounds), uint64(n)))
			errs, ends := 0, 0
			places := min(n, rounds)
			for i := range places {
				at := 1 + (i*n+r.IntN(n))/places
				inject := f.call + ":" + fmt.Sprintf(f.inject, at)
				path := filepath.Join(t.TempDir(), "x.repost")
				cmd, _ := strace(t, path, "-e", "inject="+inject)
				acknowledged, message, killed := runFault(t, cmd)
				if killed {
					ends++
				} else if message != "" {
					errs++
					if !strings.Contains(message, f.says) || !strings.Contains(message, filepath.Dir(path)) {
						t.Errorf("%s: the message is %q", inject, message)
					}
				}
				survived(t, path, docs, acknowledged, want)
			}
			t.Logf("%d of %d calls, %d errors, %d ends", places, n, errs, ends)
			if errs+ends == 0 {
				t.Error("nothing failed")
			}
		})
	}
}

// countCalls runs a child without a fault and counts its calls of each kind.
func countCalls(t *testing.T) map[string]int {
	t.Helper()
	cmd, log := strace(t, filepath.Join(t.TempDir(), "x.repost"))
	if n, message, killed := runFault(t, cmd); n == 0 || message != "" || killed {
		t.Skipf("strace does not run here: %q", message)
	}
	calls := map[string]int{}
	for _, w := range writes(t, log) {
		calls[w.call]++
	}
	return calls
}

// write is a line of strace.
type write struct {
	call, file string
	size, at   int
}

var straceLine = regexp.MustCompile(`^\d+ +(\w+)\(\d+<([^>]*)>(?:, ""\.\.\., (\d+), (\d+)|, (\d+))?`)

func writes(t *testing.T, log string) (all []write) {
	t.Helper()
	for line := range strings.Lines(string(read(t, log))) {
		m := straceLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		w := write{call: m[1], file: m[2]}
		w.size, _ = strconv.Atoi(m[3])
		w.at, _ = strconv.Atoi(m[4])
		all = append(all, w)
	}
	return all
}

// TestTornPages makes what a power cut may leave of each commit: the process is killed
// at the call that waits for the disk, and of the sectors written since the last such
// call any may be as they were never written: zero, or cut off with the end of the
// file.
func TestTornPages(t *testing.T) {
	if path := os.Getenv("STORE_CHILD_PATH"); path != "" {
		faultChild(t, path)
	}
	rounds := crashes(t, 6)
	docs := crashDocuments(t)
	want := reference(t, docs)
	n := countCalls(t)["fdatasync"]
	r := rand.New(rand.NewPCG(uint64(rounds), 7))
	torn := 0
	places := min(n, rounds)
	for i := range places {
		at := 1 + (i*n+r.IntN(n))/places
		path := filepath.Join(t.TempDir(), "x.repost")
		cmd, log := strace(t, path, "-e", fmt.Sprintf("inject=fdatasync:signal=SIGKILL:when=%d", at))
		acknowledged, _, killed := runFault(t, cmd)
		if !killed {
			t.Errorf("fdatasync %d: the child lived on", at)
		}
		torn += tear(t, path, writes(t, log), r)
		survived(t, path, docs, acknowledged, want)
	}
	t.Logf("%d of %d commits, %d sectors torn", places, n, torn)
	if torn == 0 {
		t.Error("nothing was torn")
	}
}

// tear clears half of the sectors that were written to the corpus after the last
// wait for the disk but one. The heads of the file stay: each is one sector, which is
// there or is not.
func tear(t *testing.T, path string, all []write, r *rand.Rand) (torn int) {
	t.Helper()
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	last := len(all) - 1 // the wait that it was killed in
	for i := last - 1; i >= 0 && all[i].call == "pwrite64"; i-- {
		if all[i].file != path || all[i].at < 2*4096 {
			continue
		}
		for at := all[i].at; at < all[i].at+all[i].size; at += 512 {
			if r.IntN(2) == 0 {
				clear(b[at:min(at+512, len(b))])
				torn++
			}
		}
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return torn
}

// TestNoSpace fills a real file system of random size, and goes on once it is larger.
func TestNoSpace(t *testing.T) {
	if path := os.Getenv("STORE_CHILD_PATH"); path != "" {
		faultChild(t, path)
	}
	rounds := min(crashes(t, 2), 40)
	docs := crashDocuments(t)
	want := reference(t, docs)
	r := rand.New(rand.NewPCG(uint64(rounds), 8))
	full := 0
	for range rounds {
		dir := t.TempDir()
		size := 24 + r.IntN(300)
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", size)); err != nil {
			t.Skipf("no file system can be mounted here: %v", err)
		}
		t.Cleanup(func() { syscall.Unmount(dir, 0) })
		path := filepath.Join(dir, "x.repost")
		cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), "STORE_CHILD=fault", "STORE_CHILD_PATH="+path)
		cmd.Stderr = os.Stderr
		acknowledged, message, _ := runFault(t, cmd)
		if message != "" {
			full++
			if !strings.Contains(message, "no space left on device") {
				t.Errorf("%d KiB: the message is %q", size, message)
			}
		}
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=64m"); err != nil {
			t.Fatal(err)
		}
		survived(t, path, docs, acknowledged, want)
	}
	t.Logf("%d of %d were full", full, rounds)
}
