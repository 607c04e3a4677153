package main

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"

	"repost/cmd/repost/internal/report"
)

// columns returns the width of the terminal that w is, or 0.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > leastWidth {
		return n
	}
	return report.DefaultWidth
}

// widthGiven returns the width that COLUMNS in the environment sets, or width.
func widthGiven(width int) int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= leastWidth {
		return n
	}
	return width
}

// leastWidth is the width below which no line can be read.
const leastWidth = 20
