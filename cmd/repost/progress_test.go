package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"repost/store/ingest"
)

// clocked returns a progress whose clock the test sets.
func clocked(w *bytes.Buffer, live bool, plan ...[]stage) (*progress, *time.Time) {
	now := time.Unix(0, 0)
	p := &progress{w: w, live: live, now: func() time.Time { return now }}
	for _, s := range plan {
		p.plan = append(p.plan, s...)
	}
	p.start()
	return p, &now
}

// TestProgress: reading says its share of the bytes, records and errors; the time left is
// that of all stages, and each tells more of those to come.
func TestProgress(t *testing.T) {
	plan := [][]stage{{{readName, readName, "", 50}}, {{"aligning pairs", "comparing texts", "pairs", 25}, {"writing", "writing", "", 25}}}
	var live, plain bytes.Buffer
	p, clock := clocked(&live, true, plan...)
	q, other := clocked(&plain, false, plan...)
	tick := func(d time.Duration) { *clock, *other = clock.Add(d), other.Add(d) }
	p.total, q.total = 100e6, 100e6
	for i := range 50 { // half of it in 50 s: 50 s for the rest, and 100 s for the stages after it
		tick(time.Second)
		for _, p := range []*progress{p, q} {
			p.passed.Add(1e6)
			var err error
			if i == 0 {
				err = errors.New("damaged")
			}
			p.read(err)
		}
	}
	p.clear()
	if want := "\r\x1b[Kreading 50 % of 100.0 MB: 49 records, 1 error; about 2 min 30 s left\r\x1b[K"; !strings.HasSuffix(live.String(), want) {
		t.Errorf("on a terminal: %q", live.String()[max(0, live.Len()-150):])
	}
	tick(50 * time.Second)
	for i := range 5 { // this stage takes 80 s and not 50 s: those after it 60 s
		q.step("aligning pairs", 500*i, 4000)
		tick(10 * time.Second)
	}
	want := "reading 30 % of 100.0 MB: 29 records, 1 error; about 2 min 50 s left\n" +
		"comparing texts 0 % of 4,000 pairs; about 1 min 40 s left\n" +
		"comparing texts 37 % of 4,000 pairs; about 1 min 50 s left\n"
	if got := plain.String(); got != want {
		t.Errorf("elsewhere:\n%swant\n%s", got, want)
	}
}

// TestProgressOfPipe: what is not known is not said.
func TestProgressOfPipe(t *testing.T) {
	var out bytes.Buffer
	p, now := clocked(&out, false, reading, updateStages)
	p.passed.Add(3e6)
	*now = now.Add(time.Minute)
	p.read(nil)
	if got := out.String(); got != "reading 3.0 MB: 1 record\n" {
		t.Errorf("%q", got)
	}
}

// TestPassed: however files are read, in the end all their bytes are passed.
func TestPassed(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string]string{
		"a.jsonl": `{"id":"a","text":"A text."}` + "\n", "b/c.txt": "Another text.\n", "b/d.csv": "id,text\nd,One more text\n",
		"b/refused.pdf": "%PDF-1.4\n", "b/passed-over.exe": "MZ",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	p := &progress{w: &bytes.Buffer{}, now: time.Now}
	a := &app{ctx: t.Context()}
	var opt ingest.Options
	for range a.watch(p, []string{dir}, opt) {
	}
	if p.total == 0 || p.passed.Load() != p.total {
		t.Errorf("%d bytes passed of %d", p.passed.Load(), p.total)
	}
}

func TestRoughly(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "1 s", 42 * time.Second: "42 s", 65 * time.Second: "1 min 0 s", 599 * time.Second: "9 min 50 s",
		15*time.Minute + 40*time.Second: "16 min", 2*time.Hour + 13*time.Minute: "2 h 15 min",
	} {
		if got := roughly(d); got != want {
			t.Errorf("%v is %q, not %q", d, got, want)
		}
	}
}

func TestCommandLine(t *testing.T) {
	got := commandLine([]string{"ingest", "新闻/a b.jsonl", "--field=text={a}", "it's", ""})
	if want := `repost ingest '新闻/a b.jsonl' '--field=text={a}' 'it'\''s' ''`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}
