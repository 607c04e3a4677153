package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"repost/cmd/repost/internal/report"
)

// progress says on standard error how far a long command is, and how long the rest of it
// takes: on one line of a terminal, and elsewhere in a line every half minute.
//
// The time left is that of the whole command. A command is a list of stages, each with its
// usual share of the time. Once part of the work is done, its time and its share say what
// a share takes on this machine and input; the stages to come take theirs at that rate.
// A stage under way is judged by its own speed.
type progress struct {
	w     io.Writer
	width int // columns of the line; 0 is any number
	live  bool
	quiet bool
	now   func() time.Time

	mu      sync.Mutex // records are read on another thread than they are stored
	plan    []stage
	at      int // the stage under way
	name    string
	last    int       // what was reported last of it
	began   time.Time // of the command
	entered time.Time // of the stage, or of its last restart
	written time.Time
	open    bool // a line of the terminal is half written

	passed  atomic.Int64 // bytes of the input, packed as they are
	total   int64        // 0 is not known
	records int
	failed  int // records that could not be read
}

// stage is a part of a command.
type stage struct {
	name   string  // as the package that does the work calls it
	says   string  // as a person does
	unit   string  // what is counted, or ""
	weight float64 // of 100, of the time of an ingest
}

const readName = "reading"

// The stages of an ingest, and their shares of its time: the middle of two corpora, 8,805
// news pages, half of them copies, and 200,000 invented documents, a third of them copies.
var (
	reading = []stage{{readName, readName, "", 18}}

	updateStages = []stage{
		{"comparing with what was removed", "finding candidates", "", 0},
		{"finding candidates", "finding candidates", "", 8},
		{"preparing texts", "preparing texts", "texts", 6},
		{"aligning pairs", "comparing texts", "pairs", 15},
		{"counting", "grouping into stories", "", 13},
		{"setting boilerplate aside", "grouping into stories", "", 2},
		{"checking links", "grouping into stories", "", 7},
		{"judging", "grouping into stories", "", 18},
		{"measuring members", "measuring the members of stories", "members", 13},
	}
	surviveStages = []stage{
		{"choosing what is kept", "choosing what is kept", "", 3},
		{"writing", "writing", "records", 5},
	}
)

// progress returns the progress of a command with these stages.
func (a *app) progress(plan ...[]stage) *progress {
	p := &progress{w: a.stderr, width: a.watched, live: a.watched > 0, quiet: a.quiet, now: time.Now}
	for _, stages := range plan {
		p.plan = append(p.plan, stages...)
	}
	p.start()
	return p
}

func (p *progress) start() {
	now := p.now()
	p.began, p.entered, p.written = now, now, now
}

// read reports a record that was read, or could not be.
func (p *progress) read(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.records++; err != nil {
		p.records--
		p.failed++
	}
	if p.due(readName, 0) {
		p.write(p.reading(), p.share(p.passed.Load(), p.total))
	}
}

// reading is the line of the stage that reads.
func (p *progress) reading() string {
	var b strings.Builder
	b.WriteString(readName)
	switch passed := p.passed.Load(); {
	case p.total > 0:
		fmt.Fprintf(&b, " %d %% of %s", int(100*p.share(passed, p.total)), megabytes(p.total))
	case passed > 0:
		b.WriteString(" " + megabytes(passed))
	}
	b.WriteString(": " + report.Count(p.records, "record", "records"))
	if p.failed > 0 {
		b.WriteString(", " + report.Count(p.failed, "error", "errors"))
	}
	return b.String()
}

// step is a dedup.Progress.
func (p *progress) step(name string, n, of int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if name == readName && p.records > 0 {
		return // records that are stored: those that are read are counted
	}
	if !p.due(name, n) {
		return
	}
	says, unit := name, ""
	if p.at < len(p.plan) && p.plan[p.at].name == name {
		says, unit = p.plan[p.at].says, p.plan[p.at].unit
	}
	share := p.share(int64(n), int64(of))
	switch {
	case of > 0 && unit != "":
		says += fmt.Sprintf(" %d %% of %s %s", int(100*share), report.Thousands(of), unit)
	case of > 0 && n > 0:
		says += fmt.Sprintf(" %d %%", int(100*share))
	}
	p.write(says, share)
}

// share is how much of a whole is done; 0 where that is not known.
func (p *progress) share(n, of int64) float64 {
	if of <= 0 {
		return 0
	}
	return min(1, float64(n)/float64(of))
}

// due enters a stage, and reports whether a line is to be written of it now.
func (p *progress) due(name string, n int) bool {
	if p.quiet {
		return false
	}
	now := p.now()
	if name != p.name || n < p.last {
		p.enter(name, now)
	}
	p.last = n
	every := 30 * time.Second
	if p.live {
		every = 100 * time.Millisecond
	}
	if now.Sub(p.written) < every {
		return false
	}
	p.written = now
	return true
}

// enter finds a stage in the plan: after the one under way, or before it where a large
// corpus is compared in several rounds.
func (p *progress) enter(name string, now time.Time) {
	if p.name != "" { // the first stage began with the command
		p.entered = now
	}
	p.name = name
	for i := range p.plan {
		if at := (p.at + i) % len(p.plan); p.plan[at].name == name {
			p.at = at
			return
		}
	}
}

// left is how long the rest of the command takes, if that can be said.
func (p *progress) left(share float64) (time.Duration, bool) {
	const enough = time.Second // of a stage, to judge it by its own speed
	passed := p.now().Sub(p.entered)
	known := share > 0 && passed > enough
	if p.at >= len(p.plan) || p.plan[p.at].name != p.name { // a stage that no plan has
		if !known {
			return 0, false
		}
		return time.Duration(float64(passed) * (1 - share) / share), true
	}
	weight := p.plan[p.at].weight
	var before, after float64
	for i := range p.plan {
		switch {
		case i < p.at:
			before += p.plan[i].weight
		case i > p.at:
			after += p.plan[i].weight
		}
	}
	spent, stage := p.entered.Sub(p.began), time.Duration(0)
	switch {
	case known:
		stage = time.Duration(float64(passed) / share)
	case before > 0:
		stage = max(passed, time.Duration(float64(spent)/before*weight))
	default:
		return 0, false
	}
	if before+weight == 0 {
		return 0, false
	}
	rest := time.Duration(float64(spent+stage) / (before + weight) * after)
	return stage - passed + rest, true
}

// write writes a line.
func (p *progress) write(line string, share float64) {
	if left, ok := p.left(share); ok {
		line += "; about " + roughly(left) + " left"
	}
	if !p.live {
		fmt.Fprintln(p.w, line)
		return
	}
	if p.width > 0 {
		line = report.Cut(line, p.width-1)
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s", line)
	p.open = true
}

// clear takes the line of a terminal away, before something else is written.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.open = false
	}
}

// roughly says a time with the digits that an estimate deserves.
func roughly(d time.Duration) string {
	switch s := int(d.Seconds() + .5); {
	case s < 60:
		return fmt.Sprintf("%d s", max(1, s))
	case s < 600:
		return fmt.Sprintf("%d min %d s", s/60, s%60/10*10)
	case s < 3600:
		return fmt.Sprintf("%d min", (s+30)/60)
	default:
		m := (s + 150) / 300 * 5
		return fmt.Sprintf("%d h %d min", m/60, m%60)
	}
}
