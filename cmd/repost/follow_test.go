package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"repost/cmd/repost/internal/report"
	"repost/store"
)

// followed is a command that reads a stream, in this process.
type followed struct {
	t      *testing.T
	in     *io.PipeWriter
	out    *bufio.Reader
	read   *io.PipeReader
	stop   context.CancelFunc
	errs   *messages
	status chan int
}

// messages is what a command says while it runs.
type messages struct {
	mu  sync.Mutex
	all []byte
}

func (m *messages) Write(b []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, b...)
	return len(b), nil
}

func (m *messages) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return string(m.all)
}

func startFollow(t *testing.T, args ...string) *followed {
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	in, feed := io.Pipe()
	out, print := io.Pipe()
	f := &followed{t: t, in: feed, out: bufio.NewReader(out), read: out, stop: stop, errs: &messages{}, status: make(chan int, 1)}
	go func() {
		status := run(ctx, args, in, print, f.errs)
		print.Close()
		f.status <- status
	}()
	return f
}

func (f *followed) send(lines ...string) {
	for _, line := range lines {
		if _, err := io.WriteString(f.in, line+"\n"); err != nil {
			f.t.Error(err)
		}
	}
}

// answer reads an answer, which must come although nothing more is sent.
func (f *followed) answer() (a report.Answer) {
	f.t.Helper()
	line, err := f.out.ReadString('\n')
	if err == nil {
		err = json.Unmarshal([]byte(line), &a)
	}
	if err != nil {
		f.t.Fatalf("%q: %v\n%s", line, err, f.errs)
	}
	return a
}

func (f *followed) end(want int) {
	f.t.Helper()
	if got := <-f.status; got != want {
		f.t.Errorf("exit status %d, want %d\n%s", got, want, f.errs)
	}
}

// followLine is document i of attackText as a line.
func followLine(i int) string {
	b, err := json.Marshal(map[string]string{"id": attackID(i), "source": fmt.Sprint("报", i%5), "date": fmt.Sprintf("2025-%02d-%02d", 1+i%12, 1+i%28), "text": attackText(i)})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// TestFollow: each line is answered in its place while the stream is open: with what separate
// ingests would say, or why it was refused. Another text of an id is another version,
// whatever came together with it.
func TestFollow(t *testing.T) {
	corpus, alone := filepath.Join(t.TempDir(), "c.repost"), filepath.Join(t.TempDir(), "alone.repost")
	again := strings.Replace(followLine(4), `"text":"`, `"text":"更正。`, 1)
	lines := []string{
		followLine(0), followLine(1), `{"id":"cut","text":"县城`, followLine(2), "", followLine(3), followLine(4), again, followLine(1),
		`{"text":"一个没有编号的文件。"}`, `{"id":"empty","text":" "}`, "no JSON", followLine(5),
	}
	for _, interval := range []string{"0s", "100ms"} {
		os.Remove(corpus)
		os.Remove(alone)
		f := startFollow(t, "ingest", "--follow", "--novelty", "--json", "--interval", interval, "--corpus", corpus, "-")
		go f.send(lines...)
		for at, line := range lines {
			if line == "" {
				continue
			}
			got := f.answer()
			if got.Line != at+1 {
				t.Fatalf("answer %+v, want that of line %d", got, at+1)
			}
			if !strings.Contains(line, `"news/`) {
				if got.Status != "refused" || got.Error == "" || !strings.Contains(f.errs.String(), fmt.Sprintf("record %d,", at+1)) {
					t.Errorf("answer of line %d: %+v\n%s", at+1, got, f.errs)
				}
				continue
			}
			file := filepath.Join(t.TempDir(), "line.jsonl")
			if err := os.WriteFile(file, []byte(line+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			out, _, _ := session(t, "ingest", "--novelty", "--json", "--corpus", alone, file)
			if at == 8 {
				if got.Status != "unchanged" || got.Novelty == nil || got.Seen == 0 {
					t.Errorf("what was sent again is answered by %+v", got)
				}
				continue
			}
			var want report.Answer
			if err := json.Unmarshal([]byte(out), &want); err != nil {
				t.Fatalf("%q: %v", out, err)
			}
			want.Line, want.Status = at+1, "added"
			if at == 7 {
				want.Status = "replaced"
			}
			if x, y := jsonOf(t, got), jsonOf(t, want); x != y {
				t.Errorf("line %d is answered by\n%s\nalone by\n%s", at+1, x, y)
			}
		}
		f.in.Close()
		f.end(trouble) // for the damaged lines
		if !strings.Contains(f.errs.String(), "8 documents read: 6 new, 1 unchanged, 1 replaced; 4 records skipped") {
			t.Errorf("summary: %s", f.errs)
		}
		if x, y := must(t, "clusters", "--json", "--corpus", corpus), must(t, "clusters", "--json", "--corpus", alone); x != y || x == "" {
			t.Errorf("stories\n%s\nof separate ingests\n%s", x, y)
		}
	}
}

func jsonOf(t *testing.T, v any) string {
	b, err := report.JSON(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestFollowEnds: an interrupt ends the command when what came is stored and answered, and a
// reader that closes the answers ends it too.
func TestFollowEnds(t *testing.T) {
	corpus := filepath.Join(t.TempDir(), "c.repost")
	f := startFollow(t, "ingest", "--follow", "--json", "--interval", "1h", "--corpus", corpus, "-")
	f.send(followLine(0), followLine(1), `{"id":"half"`)
	time.AfterFunc(200*time.Millisecond, f.stop)
	for i := range 2 {
		if a := f.answer(); a.Line != i+1 || a.Status != "added" || a.ID != attackID(i) {
			t.Errorf("answer %d: %+v", i, a)
		}
	}
	if a := f.answer(); a.Status != "refused" {
		t.Errorf("answer %+v", a)
	}
	f.end(trouble)
	if !strings.Contains(f.errs.String(), "2 documents read: 2 new") || strings.Contains(f.errs.String(), "interrupted") {
		t.Errorf("it says %s", f.errs)
	}
	f = startFollow(t, "ingest", "--follow", "--json", "--corpus", corpus, "-")
	f.send(followLine(2))
	f.answer()
	f.read.CloseWithError(syscall.EPIPE)
	f.send(followLine(3))
	f.end(done)
	if out := must(t, "show", "--json", "--corpus", corpus, attackID(3)); out == "" {
		t.Error("what was stored before the reader went is not there")
	}
}

// TestFollowSlowReader: while nobody reads the answers, little is read of the stream.
func TestFollowSlowReader(t *testing.T) {
	f := startFollow(t, "ingest", "--follow", "--json", "--interval", "1ms", "--corpus", filepath.Join(t.TempDir(), "c.repost"), "-")
	const all = 5 * mostGathered / 2
	var sent atomic.Int64
	go func() {
		for i := range all {
			f.send(fmt.Sprintf(`{"id":"d%d","text":"%d"}`, i, i))
			sent.Add(1)
		}
		f.in.Close()
	}()
	for last, still := int64(-1), 0; still < 10; time.Sleep(20 * time.Millisecond) { // until it waits
		if now := sent.Load(); now != last {
			last, still = now, 0
		} else {
			still++
		}
	}
	if n := sent.Load(); n > 2*mostGathered+2 {
		t.Errorf("%d lines were read, and no answer", n)
	}
	for i := range all {
		if a := f.answer(); a.Line != i+1 || a.ID != fmt.Sprint("d", i) {
			t.Fatalf("answer %d is %+v", i, a)
		}
	}
	f.end(done)
}

// TestFollowFile: a file is read as it grows, and a line when it is whole.
func TestFollowFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "crawl.jsonl")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	f := startFollow(t, "ingest", "--follow", "--json", "--interval", "0s", "--corpus", filepath.Join(dir, "c.repost"), path)
	for i := range 3 {
		line := followLine(i) + "\n"
		file.WriteString(line[:10])
		time.Sleep(10 * time.Millisecond)
		file.WriteString(line[10:])
		if a := f.answer(); a.Line != i+1 || a.Status != "added" {
			t.Errorf("answer %+v", a)
		}
	}
	f.stop()
	f.end(done)
}

// TestFollowRefuses: what cannot be followed is a wrong command line.
func TestFollowRefuses(t *testing.T) {
	for _, args := range [][]string{{"a", "b"}, {"--format", "csv", "-"}, {"--dry-run", "-"}, {"--interval", "-1s", "-"}} {
		_, errs, status := session(t, append([]string{"ingest", "--follow", "--corpus", filepath.Join(t.TempDir(), "c")}, args...)...)
		if status != trouble || !strings.Contains(errs, "--") {
			t.Errorf("%v: status %d, %s", args, status, errs)
		}
	}
	if _, errs, status := session(t, "ingest", "--follow", "--corpus", filepath.Join(t.TempDir(), "c"), t.TempDir()); status != trouble || !strings.Contains(errs, "is a folder") {
		t.Errorf("a folder: status %d, %s", status, errs)
	}
}

// TestFollowKilled: a process that is killed loses nothing that it answered, and who sends
// the rest again ends with the stories of one ingest. REPOST_KILLS sets how often.
func TestFollowKilled(t *testing.T) {
	kills := 3
	fmt.Sscan(os.Getenv("REPOST_KILLS"), &kills)
	dir := quickDir(t)
	self, err := os.Executable()
	program := filepath.Join(dir, "repost")
	if err != nil || os.Symlink(self, program) != nil {
		t.Skip("there is no program to be killed")
	}
	corpus, whole := filepath.Join(dir, "c.repost"), filepath.Join(dir, "whole.repost")
	all := 40 + 10*kills
	r := rand.New(rand.NewPCG(17, uint64(kills)))
	answered := 0
	for kill := 0; answered < all; kill++ {
		cmd := exec.Command(program, "ingest", "--follow", "--json", "--novelty", "--interval", "10ms", "--corpus", corpus, "-")
		in, err1 := cmd.StdinPipe()
		out, err2 := cmd.StdoutPipe()
		if err1 != nil || err2 != nil || cmd.Start() != nil {
			t.Fatal("the program does not start")
		}
		go func(from int) { // all that was not answered
			for i := from; i < all; i++ {
				if _, err := io.WriteString(in, followLine(i)+"\n"); err != nil {
					return
				}
				time.Sleep(time.Millisecond)
			}
			in.Close()
		}(answered)
		if kill < kills {
			time.AfterFunc(time.Duration(r.IntN(400))*time.Millisecond, func() { cmd.Process.Kill() })
		}
		lines := bufio.NewScanner(out)
		for lines.Buffer(nil, 1<<20); lines.Scan(); answered++ {
			var a report.Answer
			if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
				break // cut off by the kill
			}
			if a.ID != attackID(answered) || a.Status != "added" && a.Status != "unchanged" {
				t.Fatalf("the answer to document %d is %s", answered, lines.Text())
			}
		}
		cmd.Wait()
		c, err := store.Open(corpus, store.Options{ReadOnly: true})
		if err != nil && answered == 0 { // it was killed before there was a corpus
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range answered {
			if _, ok, err := c.Number(attackID(i)); !ok || err != nil {
				t.Fatalf("kill %d: document %d was answered and is not there (%v)", kill, i, err)
			}
		}
		c.Close()
	}
	must(t, "check", "--corpus", corpus)
	dump := filepath.Join(dir, "all.jsonl")
	var lines []string
	for i := range all {
		lines = append(lines, followLine(i))
	}
	if err := os.WriteFile(dump, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
	must(t, "ingest", "-q", "--corpus", whole, dump)
	stories := func(corpus string) []string {
		lines := strings.Split(must(t, "clusters", "--json", "--corpus", corpus), "\n")
		slices.Sort(lines)
		return lines
	}
	if !slices.Equal(stories(corpus), stories(whole)) {
		t.Error("the stories are not those of one ingest")
	}
}
