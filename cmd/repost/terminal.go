package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

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

// progress tells a reader how far a long job is: on one line of a terminal, and
// elsewhere in a line every ten seconds.
type progress struct {
	w       io.Writer
	live    bool
	quiet   bool
	now     func() time.Time
	stage   string
	last    int       // what the stage was told last
	began   time.Time // of the stage, or of its last beginning anew
	written time.Time
	open    bool // a line of the terminal is half written
}

func (a *app) progress() *progress {
	now := time.Now
	return &progress{w: a.stderr, live: a.watched, quiet: a.quiet, now: now, written: now()}
}

// step is a dedup.Progress.
func (p *progress) step(stage string, n, of int) {
	if p.quiet {
		return
	}
	now := p.now()
	if stage != p.stage || n < p.last {
		p.stage, p.began = stage, now
	}
	p.last = n
	every := 10 * time.Second
	if p.live {
		every = 100 * time.Millisecond
	}
	if now.Sub(p.written) < every {
		return
	}
	p.written = now
	line := stage
	switch {
	case of > 0:
		line += fmt.Sprintf(" %s of %s", report.Thousands(n), report.Thousands(of))
	case n > 0:
		line += " " + report.Count(n, "document", "documents")
	}
	if passed := now.Sub(p.began); passed > time.Second && n > 0 {
		line += fmt.Sprintf(", %s a second", report.Thousands(int(float64(n)/passed.Seconds())))
		if of > n {
			left := time.Duration(float64(passed) * float64(of-n) / float64(n))
			line += fmt.Sprintf(", %v left", max(left.Round(time.Second), time.Second))
		}
	}
	if !p.live {
		fmt.Fprintln(p.w, line)
		return
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s", line)
	p.open = true
}

// clear takes the line of a terminal away, before something else is written.
func (p *progress) clear() {
	if p.open {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.open = false
	}
}
