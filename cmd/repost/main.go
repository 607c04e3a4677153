// Command repost finds the same story wherever it was carried, says how much of
// it, and shows every word that differs.
//
//	repost scan testdata/news
//
// See repost help, and package dedup for what it stands on.
package main

import (
	"context"
	"os"
)

func main() {
	ctx, stop := withSignals(context.Background())
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
