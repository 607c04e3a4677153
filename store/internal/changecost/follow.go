package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// A crawler: documents come one by one into ingest --follow, which answers each once it is on disk.

// crawl is what a run of ingest --follow did: how long each answer took, the processor time of
// the process, and its own memory in bytes after settled answers and at the end, 0 where the
// system does not say.
type crawl struct {
	latency       []time.Duration
	processor     time.Duration
	settled, last int64
}

// settled is after how many answers the memory of a process is looked at first.
const settled = 200

// follow sends documents at the rate into a corpus of n documents, then more of them at once to a
// process that is killed, and asks another one for those that were answered.
func (b *bench) follow(corpus string, n int, lines [][]byte) error {
	sent := lines[:len(lines)*2/3]
	c, err := b.crawl(corpus, b.rate, sent, len(sent))
	if err != nil {
		return err
	}
	rest := lines[len(sent):]
	answered := len(rest) * 7 / 10
	if _, err := b.crawl(corpus, 0, rest, answered); err != nil {
		return err
	}
	lost, err := b.lost(corpus, rest[:answered])
	if err != nil {
		return err
	}
	slices.Sort(c.latency)
	at := func(share float64) int64 { return c.latency[int(share*float64(len(c.latency)-1))].Milliseconds() }
	fmt.Fprintf(&b.crawls, "%d documents, and %d more at %d a second: answered in %d ms (median), %d ms (99th percentile), %d ms (the last); %.1f ms of processor each; own memory %d MB after %d, %d MB after all; killed after %d answers: %d lost\n",
		n, len(sent), b.rate, at(.5), at(.99), at(1), float64(c.processor.Microseconds())/1e3/float64(len(sent)),
		c.settled>>20, min(settled, len(sent)), c.last>>20, answered, lost)
	return nil
}

// crawl sends documents to ingest --follow, at a rate or, with 0, at once. After a number of
// answers that is not that of all documents, it kills the process.
func (b *bench) crawl(corpus string, rate int, lines [][]byte, answers int) (c crawl, err error) {
	cmd := exec.Command(b.repost, "ingest", "--follow", "--novelty", "--json", "--quiet", "--corpus", corpus, "-")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return c, err
	}
	answer, err := cmd.StdoutPipe()
	if err != nil {
		return c, err
	}
	if err := cmd.Start(); err != nil {
		return c, err
	}
	when := make(chan time.Time, len(lines))
	go func() {
		defer in.Close()
		began := time.Now()
		for i, l := range lines {
			if rate > 0 {
				time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(rate))))
			}
			when <- time.Now()
			if _, err := in.Write(l); err != nil { // it was killed
				return
			}
		}
	}()
	scan := bufio.NewScanner(answer)
	scan.Buffer(nil, 1<<24)
	for len(c.latency) < answers && scan.Scan() {
		c.latency = append(c.latency, time.Since(<-when))
		if len(c.latency) == min(settled, answers) {
			c.settled = ownMemory(cmd.Process.Pid)
		}
		if len(c.latency) == answers {
			c.last = ownMemory(cmd.Process.Pid)
		}
	}
	if answers < len(lines) {
		err = cmd.Process.Kill()
		_ = cmd.Wait() // which says that it was killed
	} else {
		_, _ = io.Copy(io.Discard, answer) // a last line says what became of all
		err = cmd.Wait()
	}
	if err == nil && len(c.latency) < answers {
		err = errors.New("too few answers")
	}
	if err != nil {
		return c, fmt.Errorf("repost ingest --follow: %d answers: %w\n%s", len(c.latency), err, &stderr)
	}
	c.processor = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return c, nil
}

// lost counts the documents that are not in a corpus: each that is comes back as unchanged.
func (b *bench) lost(corpus string, lines [][]byte) (int, error) {
	path := b.path("answered.jsonl")
	if err := os.WriteFile(path, bytes.Join(lines, nil), 0o600); err != nil {
		return 0, err
	}
	defer os.Remove(path)
	printed, err := exec.Command(b.repost, "ingest", path, "--corpus", corpus, "--json", "--quiet").Output()
	if err != nil {
		return 0, fmt.Errorf("repost ingest: %w", err)
	}
	var did struct{ Unchanged int }
	err = json.Unmarshal(printed, &did)
	return len(lines) - did.Unchanged, err
}

// ownMemory returns the bytes of memory of a process that are of no file, or 0 where the system
// does not say.
func ownMemory(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kb int64
		if n, _ := fmt.Sscanf(line, "RssAnon: %d kB", &kb); n == 1 {
			return kb << 10
		}
	}
	return 0
}
