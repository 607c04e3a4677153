package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
)

// interrupted says what an interrupt leaves, and which command goes on.
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
			left += ", and what was read is in " + a.corpus
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
