package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"repost/store"
	"repost/testdata"
)

// Every command that writes gets a signal at a random moment, while another process reads
// the corpus and, in every fourth round, two others write to it. Whatever was acknowledged
// must be there, whole; and after the next run of the command nothing may be left of the one
// that ended early. A few rounds are tried each time; with
//
//	REPOST_SIGNALS=1000 go test ./cmd/repost -run TestSignals -timeout 3h -v
//
// that many are, and the figures are in README.md.

// interruptedRun is a command that may end early, in a folder with the corpus corpus.repost, the
// dumps new.jsonl and other.jsonl, and the texts a.txt and b.txt.
type interruptedRun struct {
	args []string
	// makes are the files that it makes, each whole or absent.
	makes []string
	// adds, removes and restores are the documents that it may change.
	adds, removes, restores []int
	before                  func(t *testing.T, f *field) // makes what it works on
	again                   func(t *testing.T, f *field) // what a user does before the next run
}

var interruptedRuns = []interruptedRun{
	{args: []string{"ingest", "-q", "new.jsonl"}, adds: numbers(60, 75)},
	{args: []string{"ingest", "-q", "--rejects", "rejects.jsonl", "new.jsonl"}, adds: numbers(60, 75), makes: []string{"rejects.jsonl"}},
	{args: []string{"rm", "-q", attackID(12), attackID(30), attackID(33)}, removes: []int{12, 30, 33}},
	{args: []string{"rm", "-q", "--undo", attackID(5), attackID(40)}, restores: []int{5, 40}},
	{args: []string{"recluster", "-q", "--all"}},
	{args: []string{"compact", "-q"}},
	{args: []string{"compact", "-q", "--drop-versions"}},
	{args: []string{"backup", "-q", "copy.repost"}, makes: []string{"copy.repost"}, again: remove("copy.repost")},
	{args: []string{"migrate", "-q"}, makes: []string{"corpus.repost.old"}, before: age},
	{args: []string{"check", "--repair", "-q"}, makes: []string{"corpus.repost.old"}, again: remove("corpus.repost.old")},
	{args: []string{"export", "-q", "-o", "out.jsonl"}, makes: []string{"out.jsonl"}},
	{args: []string{"export", "-q", "-o", "out.csv", "--dropped", "dropped.jsonl", "--annotate"}, makes: []string{"out.csv", "dropped.jsonl"}},
	{args: []string{"export", "-q", "--all", "-o", "out/"}, makes: []string{"out", "out/_manifest.json", "out/part-00001.jsonl"}, again: remove("out")},
	{args: []string{"dedup", "-q", "-o", "out.jsonl", "new.jsonl", "other.jsonl"}, makes: []string{"out.jsonl"}},
	{args: []string{"scan", "-q", "new.jsonl"}},
	{args: []string{"diff", "--html", "page.html", "--patch", "p.patch", "a.txt", "b.txt"}, makes: []string{"page.html", "p.patch"}},
	{args: []string{"patch", "-o", "made.txt", "a-to-b.patch", "a.txt"}, makes: []string{"made.txt"}},
	{args: []string{"bench", "-q", "--write", "planted.jsonl", "new.jsonl"}, makes: []string{"planted.jsonl"}},
}

func remove(name string) func(*testing.T, *field) {
	return func(_ *testing.T, f *field) { os.RemoveAll(f.path(name)) }
}

// field is a folder in which a command gets a signal.
type field struct {
	dir     string
	program string
	corpus  []byte         // as it is before
	want    map[string]int // the documents of the corpus as it is before, by id, their numbers
	files   []string       // in the folder
	whole   map[string][]byte
	took    map[string]time.Duration // commands that nobody stopped
}

func (f *field) path(name string) string { return filepath.Join(f.dir, name) }

func newField(t *testing.T) *field {
	t.Helper()
	f := &field{dir: quickDir(t), whole: map[string][]byte{}, took: map[string]time.Duration{}, want: map[string]int{}}
	f.program = filepath.Join(quickDir(t), "repost")
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, f.program)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, which := range map[string][]int{"old.jsonl": numbers(0, 60), "new.jsonl": numbers(60, 75), "other.jsonl": numbers(66, 80)} {
		attackDump(t, f.path(name), which, 0)
	}
	for i := range 2 {
		attackDump(t, f.path(fmt.Sprintf("writer%d.jsonl", i)), numbers(90+6*i, 96+6*i), 0)
	}
	os.Mkdir(f.path("tmp"), 0o700)
	f.write(t, "a.txt", []byte(attackText(3)))
	f.write(t, "b.txt", []byte(attackText(4)))
	c := f.path("corpus.repost")
	must(t, "ingest", "-q", "--corpus", c, f.path("old.jsonl"))
	must(t, "rm", "-q", "--corpus", c, attackID(5), attackID(40))
	os.Remove(f.path("old.jsonl"))
	session(t, "diff", "--whole", "--patch", f.path("a-to-b.patch"), f.path("a.txt"), f.path("b.txt"))
	for i := range 60 {
		if i != 5 && i != 40 {
			f.want[attackID(i)] = i
		}
	}
	if f.corpus, err = os.ReadFile(c); err != nil {
		t.Fatal(err)
	}
	f.files = f.list(t)
	return f
}

func (f *field) write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(f.path(name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// age makes the corpus one of an earlier version of the format.
func age(t *testing.T, f *field) {
	tamper(t, f.path("corpus.repost"), func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte("corpus"))
		value := b.Get([]byte("format"))
		value = value[:len(value)-4]
		at := len("repost corpus")
		version, _ := binary.Uvarint(value[at:])
		return b.Put([]byte("format"), sealed("corpus", "format", binary.AppendUvarint(slices.Clone(value[:at]), version-1)))
	})
}

// list lists the files below the folder.
func (f *field) list(t *testing.T) (names []string) {
	t.Helper()
	err := filepath.WalkDir(f.dir, func(path string, _ os.DirEntry, err error) error {
		names = append(names, strings.TrimPrefix(path, f.dir))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// restore removes what is not of the field, and puts the corpus as it was before.
func (f *field) restore(t *testing.T) {
	t.Helper()
	for _, name := range f.list(t) {
		if !slices.Contains(f.files, name) {
			os.RemoveAll(f.path(name))
		}
	}
	f.write(t, "corpus.repost", f.corpus)
}

// command is the program in the folder.
func (f *field) command(args ...string) (*exec.Cmd, *bytes.Buffer) {
	cmd := exec.Command(f.program, args...)
	cmd.Dir = f.dir
	cmd.Env = append(os.Environ(), "TMPDIR="+f.path("tmp"), "REPOST_CONFIG=")
	errs := &bytes.Buffer{}
	cmd.Stderr = errs
	return cmd, errs
}

// runs runs a command to its end.
func (f *field) runs(t *testing.T, args ...string) {
	t.Helper()
	cmd, errs := f.command(args...)
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != nothing {
		t.Fatalf("repost %s: %v: %s", strings.Join(args, " "), err, errs)
	}
}

// signalRounds is how many signals are tried: REPOST_SIGNALS, or one for each command.
func signalRounds() int {
	if n, err := strconv.Atoi(os.Getenv("REPOST_SIGNALS")); err == nil {
		return n
	}
	return len(interruptedRuns)
}

func TestSignals(t *testing.T) {
	if testing.Short() && os.Getenv("REPOST_SIGNALS") == "" {
		t.Skip("starts processes")
	}
	heard := make(chan os.Signal, 1) // so that commands hear it, too, where a shell in the background ignores it
	signal.Notify(heard, os.Interrupt)
	defer signal.Stop(heard)
	f := newField(t)
	r := rand.New(rand.NewPCG(9, 10))
	signals := []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT}
	ended, early := map[syscall.Signal]int{}, map[syscall.Signal]int{}
	for i := range signalRounds() {
		it := &interruptedRuns[i%len(interruptedRuns)]
		s := signals[(i+i/len(interruptedRuns))%len(signals)]
		ended[s]++
		t.Run(fmt.Sprintf("%v %s", s, it.args[0]), func(t *testing.T) {
			if f.round(t, r, it, s, i%4 == 3) {
				early[s]++
			}
		})
	}
	for _, s := range signals {
		t.Logf("%v: %d, %d before the command ended", s, ended[s], early[s])
	}
}

// TestInterruptedComparison: a command that compares long texts ends at the first interrupt, and
// does not finish its work first. Nothing is on its standard output, and no page is made.
func TestInterruptedComparison(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := quickDir(t)
	var names []string
	for i, d := range testdata.HostilePairs()[1].Docs(1 << 22) {
		names = append(names, fmt.Sprint(i, ".txt"))
		if err := os.WriteFile(filepath.Join(dir, names[i]), []byte(d.Text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	program := filepath.Join(dir, "repost")
	if err == nil {
		err = os.Symlink(self, program)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		args := [][]string{{"diff", "--html", "page.html"}, {"collate"}}[i]
		for wait := 200 * time.Millisecond; ; wait *= 2 {
			cmd := exec.Command(program, append(args, names...)...)
			var out, errs bytes.Buffer
			cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(wait, func() { cmd.Process.Signal(s) })
			cmd.Wait()
			if status := cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() && errs.Len() == 0 {
				continue // before the program listened
			}
			if got := cmd.ProcessState.ExitCode(); got != trouble || errs.String() != "repost: interrupted\n" || out.Len() > 0 {
				t.Errorf("%v %v: status %d, %s, %d bytes of output", args, s, got, &errs, out.Len())
			}
			break
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*page.html*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// round sends one signal to one command. It reports whether the command ended early.
func (f *field) round(t *testing.T, r *rand.Rand, it *interruptedRun, s syscall.Signal, writers bool) (early bool) {
	f.restore(t)
	name := strings.Join(it.args, " ")
	if it.before != nil {
		it.before(t, f)
	}
	if _, ok := f.took[name]; !ok { // how long it takes, and what it makes
		began := time.Now()
		f.runs(t, it.args...)
		f.took[name] = time.Since(began)
		for _, m := range it.makes {
			f.whole[name+m], _ = os.ReadFile(f.path(m))
		}
		f.restore(t)
		if it.before != nil {
			it.before(t, f)
		}
	}
	var beside sync.WaitGroup
	beside.Go(func() { f.reads(t) })
	var acknowledged [2]bool
	if writers {
		for i := range acknowledged {
			beside.Go(func() { acknowledged[i] = f.ingests(t, i) })
		}
	}
	cmd, errs := f.command(append(it.args, "--wait", "60s")...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(time.Duration(r.Float64()*1.1*float64(f.took[name])), func() { cmd.Process.Signal(s) })
	cmd.Wait()
	beside.Wait()
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	switch {
	case status.Signaled() && status.Signal() == syscall.SIGKILL && s == syscall.SIGKILL:
		early = true
	case status.ExitStatus() == trouble && strings.Contains(errs.String(), "interrupted") && s != syscall.SIGKILL:
		early = true
	case status.Signaled() && status.Signal() == s && errs.Len() == 0: // before the program listened
		early = true
	case status.ExitStatus() == done, status.ExitStatus() == nothing:
	default:
		t.Errorf("%v, and it says %s", cmd.ProcessState, errs)
	}
	for _, trace := range traces {
		if strings.Contains(errs.String(), trace) {
			t.Errorf("it says %s", errs)
		}
	}

	f.documents(t, it, acknowledged, early)
	for _, m := range it.makes {
		b, err := os.ReadFile(f.path(m))
		if err == nil && strings.HasSuffix(m, ".repost") || strings.HasSuffix(m, ".old") && err == nil {
			f.sound(t, m)
		} else if err == nil && !writers && !bytes.Equal(b, f.whole[name+m]) {
			t.Errorf("%s has %d bytes of %d", m, len(b), len(f.whole[name+m]))
		}
	}
	f.next(t, it, acknowledged)
	return early
}

// next runs the command again, and looks for what is left of the first run.
func (f *field) next(t *testing.T, it *interruptedRun, acknowledged [2]bool) {
	t.Helper()
	if it.again != nil {
		it.again(t, f)
	}
	then := time.Now().Add(-time.Hour) // folders that were just made are left alone for a minute
	entries, _ := os.ReadDir(f.path("tmp"))
	for _, e := range entries {
		os.Chtimes(filepath.Join(f.path("tmp"), e.Name()), then, then)
	}
	if it.args[0] == "rm" { // what it did before it does not do again
		cmd, _ := f.command(it.args...)
		cmd.Run()
	} else {
		f.runs(t, it.args...)
	}
	f.documents(t, it, acknowledged, false)
	for _, name := range f.list(t) {
		if !slices.Contains(f.files, name) && !slices.Contains(it.makes, strings.TrimPrefix(name, "/")) {
			t.Errorf("left: %s", name)
		}
	}
}

// reads reads the corpus in another process, once or twice.
func (f *field) reads(t *testing.T) {
	for range 2 {
		cmd, errs := f.command("show", "--json", "--wait", "60s", attackID(20))
		out, err := cmd.Output()
		var doc struct{ ID, Text string }
		if err == nil {
			err = json.Unmarshal(out, &doc)
		}
		if err != nil || doc.ID != attackID(20) || doc.Text != "" && doc.Text != attackText(20) {
			t.Errorf("a reader: %v: %s %.100s", err, errs, out)
		}
	}
}

// ingests is a writer next to the command. It reports whether its documents were acknowledged.
func (f *field) ingests(t *testing.T, i int) bool {
	cmd, errs := f.command("ingest", "-q", "--wait", "60s", fmt.Sprintf("writer%d.jsonl", i))
	if err := cmd.Run(); err != nil {
		t.Errorf("a writer: %v: %s", err, errs)
		return false
	}
	return true
}

// documents compares the documents of the corpus with those that must and may be there.
// Early says that the command did not end.
func (f *field) documents(t *testing.T, it *interruptedRun, acknowledged [2]bool, early bool) {
	t.Helper()
	must, may := maps.Clone(f.want), map[string]int{}
	for i, ok := range acknowledged {
		for _, n := range numbers(90+6*i, 96+6*i) {
			if ok {
				must[attackID(n)] = n
			}
		}
	}
	for _, n := range slices.Concat(it.adds, it.restores) {
		if may[attackID(n)] = n; !early {
			must[attackID(n)] = n
		}
	}
	for _, n := range it.removes {
		if delete(must, attackID(n)); early {
			may[attackID(n)] = n
		}
	}
	maps.Copy(may, must)
	c, err := store.Open(f.path("corpus.repost"), store.Options{ReadOnly: true, Timeout: time.Minute})
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	found := map[string]bool{}
	for n := range c.Numbers {
		d, err := c.Document(n)
		i, known := may[d.ID]
		if err != nil || !known || d.Text != attackText(i) {
			t.Errorf("document %q: %v, to be there: %v", d.ID, err, known)
		}
		found[d.ID] = true
	}
	for id := range must {
		if !found[id] {
			t.Errorf("document %q is lost", id)
		}
	}
	checkCorpus(t, c)
}

// sound checks a corpus that the command made.
func (f *field) sound(t *testing.T, name string) {
	t.Helper()
	c, err := store.Open(f.path(name), store.Options{ReadOnly: true})
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	checkCorpus(t, c)
}

func checkCorpus(t *testing.T, c *store.Corpus) {
	t.Helper()
	_, err := c.Check(t.Context(), func(f store.Finding) error { return errors.New(f.String()) })
	if err != nil {
		t.Error(err)
	}
}
