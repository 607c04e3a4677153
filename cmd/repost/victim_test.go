package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"repost/dedup"
	"repost/store"
)

// The corpus that is attacked, and how every command is run on what became of it. Commands
// are functions of this process, on a file in memory where the system has such: .2 s of a
// processor for a damaged file and 26 commands. Of one file in realEvery they are processes
// of the program, whose exit status and memory are those that a user would see.

const (
	attackTime   = 10 * time.Second // of a processor, or of the clock twelve times
	attackMemory = 512 << 20
)

// attackText is an invented article. The two after each third one repeat it, with other
// words in places.
func attackText(i int) string {
	words := strings.Fields("县城 大桥 河堤 粮仓 学校 医院 车站 果园 渔港 灯塔 工厂 市场 图书馆 水库 山路 码头 " +
		"修缮 完工 开放 检查 扩建 验收 通车 搬迁 统计 清理 加固 试运行 停工 复工 " +
		"居民 工程师 教师 医生 司机 渔民 村长 学生 记者 商贩 上午 傍晚 去年 春天 周一 三月")
	r := rand.New(rand.NewPCG(uint64(i/3), 11))
	change := rand.New(rand.NewPCG(uint64(i), 12))
	var b strings.Builder
	for range 12 + r.IntN(30) {
		for range 5 + r.IntN(9) {
			w := words[r.IntN(len(words))]
			if i%3 > 0 && change.IntN(30) == 0 {
				w = words[change.IntN(len(words))]
			}
			b.WriteString(w)
		}
		fmt.Fprintf(&b, "%d。", r.IntN(5000))
		if r.IntN(6) == 0 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// attackDump writes documents as a dump. Those of a later version have a line more.
func attackDump(t testing.TB, path string, numbers []int, version int) {
	t.Helper()
	var lines []byte
	for _, i := range numbers {
		d := dedup.Document{ID: attackID(i), Source: fmt.Sprint("报", i%5), Date: fmt.Sprintf("2025-%02d-%02d", 1+i%12, 1+i%28), Text: attackText(i)}
		if version > 0 {
			d.Text += fmt.Sprintf("\n更正%d。", version)
		}
		line, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(append(lines, line...), '\n')
	}
	if err := os.WriteFile(path, lines, 0o644); err != nil {
		t.Fatal(err)
	}
}

func attackID(i int) string { return fmt.Sprintf("news/%04d", i) }

func numbers(lo, hi int) (out []int) {
	for i := lo; i < hi; i++ {
		out = append(out, i)
	}
	return out
}

// victim is what is attacked: a corpus and what it was before.
type victim struct {
	dir    string
	corpus string
	story  string // the id of one
	last   []byte
	old    [][]byte // earlier states of the file, the oldest first
	texts  map[string]map[string]bool
	want   map[string]answer // of the undamaged file, by command

	program string // for real
	tried   int    // files
	noticed int    // of them, by check
	real    bool   // commands are processes
	failed  bool   // on this file
	kept    int    // files on which something went wrong
}

// realEvery is how many files are tried for one on which commands are processes.
const realEvery = 25

type answer struct {
	out, errs string
	status    int
}

// newVictim makes a corpus with a history: dumps, new versions, removals.
func newVictim(t testing.TB, compact bool) *victim {
	dir := quickDir(t)
	g := &victim{dir: dir, corpus: filepath.Join(dir, "c.repost"), program: filepath.Join(dir, "repost"), texts: map[string]map[string]bool{}, want: map[string]answer{}}
	if self, err := os.Executable(); err != nil || os.Symlink(self, g.program) != nil {
		g.program = ""
	}
	dump := filepath.Join(dir, "dump.jsonl")
	snapshot := func() {
		b, err := os.ReadFile(g.corpus)
		if err != nil {
			t.Fatal(err)
		}
		if g.last != nil {
			g.old = append(g.old, g.last)
		}
		g.last = b
	}
	load := func(which []int, version int) {
		attackDump(t, dump, which, version)
		must(t, "ingest", "-q", "--corpus", g.corpus, dump)
		for _, i := range which {
			text := attackText(i)
			if version > 0 {
				text += fmt.Sprintf("\n更正%d。", version)
			}
			if g.texts[attackID(i)] == nil {
				g.texts[attackID(i)] = map[string]bool{}
			}
			g.texts[attackID(i)][text] = true
		}
		snapshot()
	}
	for lo := 0; lo < 120; lo += 15 {
		load(numbers(lo, lo+15), 0)
	}
	load(numbers(6, 12), 1)
	must(t, "rm", "-q", "--corpus", g.corpus, attackID(40), attackID(41))
	snapshot()
	load(numbers(120, 129), 0)
	load(numbers(6, 9), 2)
	if compact {
		must(t, "compact", "-q", "--corpus", g.corpus)
		g.old, g.last = nil, nil
		snapshot()
		load(numbers(129, 138), 0)
		load(numbers(9, 12), 2)
	}
	must(t, "rm", "-q", "--corpus", g.corpus, attackID(50))
	snapshot()
	for _, text := range []string{"seen", "extra"} {
		n := 4
		if text == "extra" {
			n = 300
		}
		attackDump(t, filepath.Join(dir, text+".jsonl"), numbers(n, n+9), 0)
		for i := n; i < n+9 && text == "extra"; i++ {
			g.texts[attackID(i)] = map[string]bool{attackText(i): true}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "seen.txt"), []byte(attackText(4)), 0o644); err != nil {
		t.Fatal(err)
	}
	var first struct {
		ID string `json:"story"`
	}
	if err := json.NewDecoder(strings.NewReader(must(t, "clusters", "--json", "--corpus", g.corpus))).Decode(&first); err != nil {
		t.Fatal(err)
	}
	g.story = first.ID
	for _, args := range g.reads() {
		a := g.run(t, args)
		if a.status == trouble || args[0] == "check" && !strings.Contains(a.out, "all is well") {
			t.Fatalf("%v on the undamaged corpus: %+v", args, a)
		}
		g.want[strings.Join(args, " ")] = a
	}
	return g
}

// reads are the commands that only read.
func (g *victim) reads() [][]string {
	return [][]string{
		{"check"}, {"stats"}, {"clusters", "--json"}, {"changes", "--json"},
		{"show", attackID(4)}, {"show", "--json", attackID(100)}, {"show", attackID(7)}, {"history", attackID(10)},
		{"diff", attackID(3), attackID(4)}, {"explain", attackID(3), attackID(5)},
		{"find", "--json", filepath.Join(g.dir, "seen.txt")}, {"collate", g.story}, {"sources", "--json"},
		{"export", "-q", "--all", "-o", "-"}, {"export", "-q", "--table", "members", "-o", "-"},
		{"boilerplate"}, {"rewrites", "--json", attackID(3)}, {"audit", "--sample", "40", "--queries", "8"},
	}
}

// writes are the commands that write, each on the file as it was damaged.
func (g *victim) writes() [][]string {
	return [][]string{
		{"ingest", "-q", filepath.Join(g.dir, "extra.jsonl")}, {"rm", "-q", attackID(70), attackID(9)},
		{"rm", "-q", "--undo", attackID(50)}, {"compact", "-q"}, {"recluster", "-q", "--all"},
		{"backup", "-q", filepath.Join(g.dir, "copy.repost")}, {"check", "--repair", "-q"}, {"migrate", "-q"},
	}
}

// textual says that a command prints texts, which must never be others.
func textual(args []string) bool {
	return slices.Contains([]string{"show", "history", "diff"}, args[0])
}

// known says that the documents that export wrote are of the corpus, in one of their versions.
func (g *victim) known(out string) bool {
	for dec := json.NewDecoder(strings.NewReader(out)); ; {
		var d dedup.Document
		if err := dec.Decode(&d); err != nil {
			return err == io.EOF
		}
		if !g.texts[d.ID][d.Text] {
			return false
		}
	}
}

// quickDir is a temporary folder, in memory if the system has one: most of the time of a
// damaged file would be waiting for the disk.
func quickDir(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "repost-attack-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// run runs a command on the corpus, for as long as it may take.
func (g *victim) run(t testing.TB, args []string) answer {
	t.Helper()
	args = append([]string{args[0], "--corpus", g.corpus, "--wait", "0s", "--threads", "1"}, args[1:]...)
	if g.real {
		return g.process(t, args)
	}
	ended := make(chan answer, 1)
	go func() {
		var out, errs writer
		status := run(context.Background(), args, nil, &out, &errs)
		ended <- answer{string(out), string(errs), status}
	}()
	began, _ := processorTime()
	for range 12 {
		select {
		case a := <-ended:
			return a
		case <-time.After(attackTime):
		}
		if used, ok := processorTime(); ok && used-began > attackTime {
			break
		}
	}
	stacks := make([]byte, 1<<16)
	g.endless(t, args, string(stacks[:runtime.Stack(stacks, true)]))
	return answer{}
}

// endless ends the test at a command that does not.
func (g *victim) endless(t testing.TB, args []string, trace string) {
	b, _ := os.ReadFile(g.corpus)
	g.keep(t, strings.Join(args, " "), b)
	t.Fatalf("repost %s: no end after %v\n%s", strings.Join(args, " "), attackTime, trace)
}

// wrong reports what should not be of this file.
func (g *victim) wrong(t testing.TB, format string, args ...any) {
	t.Helper()
	t.Errorf(format, args...)
	g.failed = true
}

// keep keeps a file on which something went wrong.
func (g *victim) keep(t testing.TB, name string, b []byte) {
	g.kept++
	path := filepath.Join(t.ArtifactDir(), fmt.Sprintf("%d.repost", g.kept))
	t.Logf("%s: %s, %v", name, path, os.WriteFile(path, b, 0o644))
}

// process is run in a process of its own: the test program under the name of the command
// (TestMain).
func (g *victim) process(t testing.TB, args []string) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 12*attackTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, g.program, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if ctx.Err() != nil {
		g.endless(t, args, errs.String())
	}
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited || cmd.ProcessState.ExitCode() < 0 {
		g.wrong(t, "repost %s: %v", strings.Join(args, " "), err)
	}
	if p := cmd.ProcessState; p.UserTime()+p.SystemTime() > attackTime {
		g.wrong(t, "repost %s: no end before %v", strings.Join(args, " "), p.UserTime()+p.SystemTime())
	}
	if peak := processMemory(cmd.ProcessState); peak > attackMemory {
		g.wrong(t, "repost %s: %d MB of memory", strings.Join(args, " "), peak>>20)
	}
	return answer{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// traces are what no user should read.
var traces = []string{"goroutine ", "runtime error", "panic", "makeslice", "bbolt", "out of range [", "nil pointer", "assertion", "0x", "invalid page", "EOF", "zstd", "json:", "magic", "unexpected", "Go "}

// try runs every command on a damaged file and reports what it should not do.
func (g *victim) try(t *testing.T, name string, b []byte, truth bool) {
	t.Helper()
	g.tried++
	g.failed = false
	g.real = g.program != "" && g.tried%realEvery == 10
	defer func() { g.real = false }()
	g.restore(t, b)
	if peakMemory() > attackMemory/2 { // by what made the file
		debug.FreeOSMemory()
	}
	resetPeak()
	noticed := false
	var said, differ []string
	for _, args := range g.reads() {
		a := g.run(t, args)
		command, want := strings.Join(args, " "), g.want[strings.Join(args, " ")]
		g.plain(t, name, command, a)
		switch {
		case a.status == want.status && a.out == want.out:
		case args[0] == "check":
		case a.status == trouble && len(strange(a.out, want.out)) == 0:
			said = append(said, command)
		case truth && textual(args) && a.status != trouble, truth && args[0] == "export" && args[2] == "--all" && !g.known(a.out):
			g.wrong(t, "%s: %s shows another text:\n%s", name, command, strange(a.out, want.out))
		default:
			differ = append(differ, fmt.Sprintf("%s: %d, %.300q", command, a.status, strange(a.out, want.out)))
		}
		if args[0] == "check" {
			noticed = a.status == trouble
		}
	}
	if truth && !noticed && len(differ)+len(said) > 0 {
		g.wrong(t, "%s: check finds nothing, yet %q differ and %q fail", name, differ, said)
	}
	for _, args := range g.writes() {
		g.restore(t, b)
		g.plain(t, name, strings.Join(args, " "), g.run(t, args))
		if truth {
			g.texted(t, name+", then "+args[0], g.corpus)
		}
		os.Remove(filepath.Join(g.dir, "copy.repost"))
		os.Remove(g.corpus + ".old")
	}
	if peak := peakMemory(); peak > attackMemory {
		g.wrong(t, "%s: %d MB of memory", name, peak>>20)
	}
	if g.failed {
		g.keep(t, name, b)
	}
	if noticed {
		g.noticed++
	}
	if g.tried%100 == 0 {
		t.Logf("%d tried, %d noticed", g.tried, g.noticed)
	}
}

func (g *victim) restore(t testing.TB, b []byte) {
	t.Helper()
	if err := os.WriteFile(g.corpus, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// plain reports what a command says that nobody should read.
func (g *victim) plain(t *testing.T, name, command string, a answer) {
	t.Helper()
	for _, trace := range traces {
		if strings.Contains(a.errs, trace) {
			g.wrong(t, "%s: %s says %q", name, command, a.errs)
			return
		}
	}
	if a.status == trouble && a.errs == "" && a.out == "" {
		g.wrong(t, "%s: %s fails without a word", name, command)
	}
}

// strange are the lines of one output that another does not have.
func strange(got, want string) (out []string) {
	lines := map[string]bool{}
	for line := range strings.Lines(want) {
		lines[line] = true
	}
	for line := range strings.Lines(got) {
		if !lines[line] {
			out = append(out, line)
		}
	}
	return out
}

// texted reads all documents of a corpus that opens: each has the text of one of its
// versions, or cannot be read.
func (g *victim) texted(t *testing.T, name, path string) {
	t.Helper()
	c, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		return
	}
	defer c.Close()
	for n := range c.Next() {
		if d, err := c.Document(n); err == nil && !g.texts[d.ID][d.Text] {
			g.wrong(t, "%s: document %q has another text: %.60q", name, d.ID, d.Text)
		}
	}
}
