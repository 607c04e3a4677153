package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"repost/dedup"
	"repost/store"
)

// Every command is run on files that were damaged as disks, and people, damage them. It
// must end, within memory, with its right answer or with an error in plain words; where an
// answer is another and there is no error, check must name the damage; and no text is ever
// another than the one that came in. A few files of each kind are tried each time; with
//
//	REPOST_ATTACK=2000 go test ./cmd/repost -run TestAttack -timeout 5h -v
//
// so many are, whose figures stand in README.md.

// attacks is how many files of a kind are tried: REPOST_ATTACK, or few.
func attacks(few int) int {
	if n, err := strconv.Atoi(os.Getenv("REPOST_ATTACK")); err == nil {
		return n
	}
	return few
}

const (
	attackTime   = 10 * time.Second // after which a command is taken to run without end
	attackMemory = 512 << 20
)

// attackText is an invented article. Each third one is told again by the two after it, with
// other words in places.
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
	last   []byte
	old    [][]byte // earlier states of the file, the oldest first
	texts  map[string]map[string]bool
	want   map[string]answer // of the undamaged file, by command
}

type answer struct {
	out, errs string
	status    int
}

// newVictim makes a corpus with a history: dumps, new versions, removals.
func newVictim(t testing.TB, compact bool) *victim {
	dir := t.TempDir()
	g := &victim{dir: dir, corpus: filepath.Join(dir, "c.repost"), texts: map[string]map[string]bool{}, want: map[string]answer{}}
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
	for lo := 0; lo < 240; lo += 30 {
		load(numbers(lo, lo+30), 0)
	}
	load(numbers(6, 12), 1)
	must(t, "rm", "-q", "--corpus", g.corpus, attackID(40), attackID(41))
	snapshot()
	load(numbers(240, 252), 0)
	load(numbers(6, 9), 2)
	if compact {
		must(t, "compact", "-q", "--corpus", g.corpus)
		g.old, g.last = nil, nil
		snapshot()
		load(numbers(252, 270), 0)
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
	for _, args := range g.reads() {
		a := g.run(t, args)
		if a.status == trouble || args[0] == "check" && !strings.Contains(a.out, "all is well") {
			t.Fatalf("%v on the undamaged corpus: %+v", args, a)
		}
		g.want[strings.Join(args, " ")] = a
	}
	return g
}

// reads are the commands that only read. The first column of those whose text must never be
// another is marked by textual.
func (g *victim) reads() [][]string {
	return [][]string{
		{"check"}, {"stats"}, {"clusters", "--json"}, {"changes", "--json"},
		{"show", attackID(4)}, {"show", "--json", attackID(100)}, {"show", attackID(7)}, {"history", attackID(10)},
		{"diff", attackID(3), attackID(4)}, {"explain", attackID(3), attackID(5)},
		{"find", "--json", filepath.Join(g.dir, "seen.txt")},
	}
}

func (g *victim) writes() [][]string {
	return [][]string{
		{"ingest", "-q", filepath.Join(g.dir, "extra.jsonl")}, {"rm", "-q", attackID(70), attackID(9)},
		{"compact", "-q"}, {"recluster", "-q", "--all"}, {"backup", "-q", filepath.Join(g.dir, "copy.repost")},
		{"check", "--repair", "-q"},
	}
}

func textual(command string) bool {
	return slices.Contains([]string{"show", "history", "diff"}, command)
}

// run runs a command on the corpus, for as long as it may take.
func (g *victim) run(t testing.TB, args []string) answer {
	t.Helper()
	ended := make(chan answer, 1)
	go func() {
		var out, errs writer
		args := append([]string{args[0], "--corpus", g.corpus, "--wait", "0s", "--threads", "1"}, args[1:]...)
		status := run(context.Background(), args, nil, &out, &errs)
		ended <- answer{string(out), string(errs), status}
	}()
	select {
	case a := <-ended:
		return a
	case <-time.After(attackTime):
		kept := filepath.Join(os.TempDir(), "endless.repost")
		b, _ := os.ReadFile(g.corpus)
		os.WriteFile(kept, b, 0o644)
		stacks := make([]byte, 1<<16)
		t.Fatalf("repost %s: no end after %v; the file is %s\n%s", strings.Join(args, " "), attackTime, kept, stacks[:runtime.Stack(stacks, true)])
		return answer{}
	}
}

// traces are what no user should read.
var traces = []string{"goroutine ", "runtime error", "panic", "makeslice", "bbolt", "out of range [", "nil pointer", "assertion", "0x", "invalid page", "EOF", "zstd", "json:", "magic", "unexpected", "Go "}

// try runs every command on a damaged file and reports what it should not do.
func (g *victim) try(t *testing.T, name string, b []byte, truth bool) (noticed bool) {
	t.Helper()
	g.restore(t, b)
	clearPeak()
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
		case truth && textual(args[0]) && a.status != trouble:
			t.Errorf("%s: %s shows another text:\n%s", name, command, strange(a.out, want.out))
		default:
			differ = append(differ, fmt.Sprintf("%s: %d, %.300q", command, a.status, strange(a.out, want.out)))
		}
		if args[0] == "check" {
			noticed = a.status == trouble
		}
	}
	if truth && !noticed && len(differ)+len(said) > 0 {
		t.Errorf("%s: check finds nothing, yet %q differ and %q fail", name, differ, said)
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
	if peak := peakSince(); peak > attackMemory {
		t.Errorf("%s: %d MB of memory", name, peak>>20)
	}
	if t.Failed() {
		g.restore(t, b)
	}
	return noticed
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
			t.Errorf("%s: %s says %q", name, command, a.errs)
			return
		}
	}
	if a.status == trouble && a.errs == "" && a.out == "" {
		t.Errorf("%s: %s fails without a word", name, command)
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
			t.Errorf("%s: document %q has another text: %.60q", name, d.ID, d.Text)
		}
	}
}

// clearPeak forgets the most memory that the process had; peakSince is it since.
func clearPeak() { os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

func peakSince() (bytes int) {
	b, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(b)) {
		if kB, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Sscan(kB, &bytes)
		}
	}
	return bytes << 10
}

const attackPage = 4096

func attackTargets(t *testing.T, fn func(t *testing.T, g *victim, n int)) {
	if testing.Short() && os.Getenv("REPOST_ATTACK") == "" {
		t.Skip("takes a while")
	}
	for _, compact := range []bool{false, true} {
		t.Run(map[bool]string{false: "ingested", true: "compact"}[compact], func(t *testing.T) {
			g := newVictim(t, compact)
			fn(t, g, (attacks(20)+1)/2)
		})
	}
}

// TestAttackStale puts an earlier copy of a page in the place of the last one, as a disk does
// that says it wrote what it did not.
func TestAttackStale(t *testing.T) {
	attackTargets(t, func(t *testing.T, g *victim, n int) {
		type stale struct{ state, page int }
		var all []stale
		for s, old := range g.old {
			for p := 2; p < min(len(old), len(g.last))/attackPage; p++ {
				a, b := old[p*attackPage:][:attackPage], g.last[p*attackPage:][:attackPage]
				if !bytes.Equal(a, b) && (s == 0 || !bytes.Equal(a, at(g.old[s-1], p))) {
					all = append(all, stale{s, p})
				}
			}
		}
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		noticed := 0
		for i := range n {
			s := all[i%len(all)]
			b := slices.Clone(g.last)
			copy(at(b, s.page), at(g.old[s.state], s.page))
			if i >= len(all) { // of all pages once, then of two
				s := all[(i*7+1)%len(all)]
				copy(at(b, s.page), at(g.old[s.state], s.page))
			}
			if g.try(t, fmt.Sprintf("page %d of state %d", s.page, s.state), b, true) {
				noticed++
			}
		}
		t.Logf("%d of %d noticed; %d earlier pages, %d in the file", noticed, n, len(all), len(g.last)/attackPage)
	})
}

func at(b []byte, page int) []byte {
	if (page+1)*attackPage > len(b) {
		return nil
	}
	return b[page*attackPage:][:attackPage]
}

// TestAttackSwapped swaps two pages, or clears one, or one sector of it.
func TestAttackSwapped(t *testing.T) {
	attackTargets(t, func(t *testing.T, g *victim, n int) {
		r := rand.New(rand.NewPCG(3, 4))
		pages := len(g.last) / attackPage
		noticed := 0
		for range n {
			b := slices.Clone(g.last)
			p, q := 2+r.IntN(pages-2), 2+r.IntN(pages-2)
			name := ""
			switch r.IntN(4) {
			case 0:
				name = fmt.Sprintf("pages %d and %d swapped", p, q)
				x := slices.Clone(at(b, p))
				copy(at(b, p), at(b, q))
				copy(at(b, q), x)
			case 1:
				name = fmt.Sprintf("page %d at %d, with its number", p, q)
				copy(at(b, q), at(b, p))
				binary.LittleEndian.PutUint64(at(b, q), uint64(q))
			case 2:
				name = fmt.Sprintf("page %d cleared", p)
				clear(at(b, p))
			default:
				sector := r.IntN(8)
				name = fmt.Sprintf("sector %d of page %d cleared", sector, p)
				clear(at(b, p)[512*sector:][:512])
			}
			if g.try(t, name, b, true) {
				noticed++
			}
		}
		t.Logf("%d of %d noticed", noticed, n)
	})
}

// TestAttackFlipped flips one to three bits, every other time in the first bytes of a page,
// where its elements are described.
func TestAttackFlipped(t *testing.T) {
	attackTargets(t, func(t *testing.T, g *victim, n int) {
		r := rand.New(rand.NewPCG(5, 6))
		noticed := 0
		for i := range n {
			b := slices.Clone(g.last)
			name := "flipped"
			for range 1 + r.IntN(3) {
				at := r.IntN(len(b))
				if i%2 == 0 {
					at = at/attackPage*attackPage + r.IntN(96)
				}
				bit := r.IntN(8)
				b[at] ^= 1 << bit
				name += fmt.Sprintf(" %d.%d", at, bit)
			}
			if g.try(t, name, b, true) {
				noticed++
			}
		}
		t.Logf("%d of %d noticed", noticed, n)
	})
}
