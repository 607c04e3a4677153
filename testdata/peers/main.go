// Peers measures repost and other programs for near-duplicates on the same
// documents, in turns, and prints one table: seconds from text to what is found,
// processor time, memory, and next to them which planted copies were found. See
// README.md; `run` does everything.
//
//	peers table [flags] INPUT      run the tools in turns and print the table
//	peers run TOOL INPUT GROUPS    run one of those written in Go
//
// INPUT is what `repost bench --write` makes. It is a module of its own, so that
// the product never depends on its rivals.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := command(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(2)
	}
}

func command(args []string) error {
	switch {
	case len(args) == 4 && args[0] == "run" && tools[args[1]] != nil:
		return runTool(args[1], args[2], args[3])
	case len(args) > 1 && args[0] == "table":
		return table(args[1:])
	}
	return fmt.Errorf("usage: peers table [flags] INPUT, or peers run TOOL INPUT GROUPS")
}
