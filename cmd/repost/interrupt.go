package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
)

// interrupted says what an interrupt leaves, and which command continues.
func (a *app) interrupted(c *cobra.Command) {
	again := a.again
	say := func(left, command string) {
		if slices.Contains(c.Flags().Args(), "-") {
			command += ", with the same standard input"
		}
		a.complain("interrupted: %s; %s:", left, command)
		// A line of its own, whole: it is there to be copied.
		fmt.Fprintf(a.stderr, "  %s\n", report.Escaped(again))
	}
	const start = "this command starts again"
	switch c.Name() {
	case "ingest":
		if _, err := os.Stat(a.corpus); err != nil {
			say("nothing was read yet", start)
			return
		}
		say("what was read is in "+a.corpus, "this command goes on where it stopped")
	case "dedup":
		left := "nothing was written"
		if c.Flags().Changed("corpus") {
			left += ", and what was read is in " + a.corpus + " and does not count as seen"
		}
		say(left, start)
	case "export":
		say("nothing was written", start)
	case "recluster":
		say("the stories are those of before", start)
	case "rm": // the documents are removed: a second time there are none
		again = commandLine([]string{"recluster", "--corpus", a.corpus})
		say("the stories are those of before", "this command brings them up to date")
	default:
		a.complain("interrupted")
	}
}

// grace is how long a command has to end by itself after an interrupt.
const grace = 300 * time.Millisecond

// untilInterrupted calls fn, which reads and compares and leaves nothing that has to be tidied up.
// After an interrupt it does not wait for fn to notice: the comparison of two long texts, or of all
// versions of a story, asks nobody. fn goes on until the process ends, and what it prints after
// that is dropped.
func (a *app) untilInterrupted(fn func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- fn() }()
	select {
	case err := <-ended:
		return err
	case <-a.ctx.Done():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(grace):
		a.abandoned.Store(true)
		return a.ctx.Err()
	}
}

// idle is how long a process may do nothing after an interrupt.
const idle = 1500 * time.Millisecond

// endWaiting ends the process after an interrupt if it only waits: for the reader of a pipe that
// it has to write to, or for the writer of one that it reads as a whole. No context ends such a
// wait. What was acknowledged is on disk, and the next run removes what is left.
func endWaiting(ctx context.Context) {
	context.AfterFunc(ctx, func() {
		for used, ok := processorTime(); ok; {
			time.Sleep(idle)
			now, _ := processorTime()
			if now-used < idle/100 {
				fmt.Fprintln(os.Stderr, "repost: interrupted, waiting for another process")
				os.Exit(trouble)
			}
			used = now
		}
	})
}

// commandLine returns the command with these arguments as a shell takes it.
func commandLine(args []string) string {
	words := []string{"repost"}
	for _, arg := range args {
		words = append(words, quoted(arg))
	}
	return strings.Join(words, " ")
}

// quoted quotes an argument where a shell would read it otherwise.
func quoted(arg string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r >= 0x80 ||
			strings.ContainsRune("-_./,:=@%+", r) || r == filepath.Separator && r != '\\'
	}
	if arg != "" && !strings.ContainsFunc(arg, func(r rune) bool { return !plain(r) }) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
