// Command repost finds the same story wherever it was carried, says how much of
// it, and shows every word that differs.
//
//	repost scan testdata/news
//
// See repost help, and packages store and dedup for what it stands on.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	ctx, stop := withSignals(context.Background())
	defer stop()
	endWaiting(ctx)
	if closedAtStart(1) {
		fmt.Fprintln(os.Stderr, "repost: standard output is closed; send it to /dev/null if nobody needs it")
		os.Exit(trouble)
	}
	stdin := io.Reader(os.Stdin)
	if closedAtStart(0) {
		stdin = closedInput{}
	}
	os.Exit(run(ctx, os.Args[1:], stdin, os.Stdout, os.Stderr))
}

// closedInput is standard input that was closed when the process began, which is not the same
// as an empty one.
type closedInput struct{}

func (closedInput) Read([]byte) (int, error) {
	return 0, errors.New("standard input is closed")
}
