//go:build !plain

package store

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"repost/dedup"
	"repost/dedup/cluster"
)

// process runs a test again in a process of its own, with a path and a part to play
// there, and returns what it says and what says something to it.
func process(t *testing.T, part, path string) (*exec.Cmd, *bufio.Scanner, io.WriteCloser) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts processes")
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "STORE_PART="+part, "STORE_PATH="+path)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	out := must2(cmd.StdoutPipe())(t)
	if err == nil {
		err = cmd.Start()
	}
	must(t, 0, err)
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return cmd, bufio.NewScanner(out), in
}

// line is the next line that a process says.
func line(t *testing.T, s *bufio.Scanner) string {
	t.Helper()
	if !s.Scan() {
		t.Fatalf("the process said nothing more: %v", s.Err())
	}
	return s.Text()
}

// grow adds batches of documents, each with a link, and then stories: three commits and
// more, which give up pages that are used again. The corpus of n documents is always the
// same.
func grow(t *testing.T, c *Corpus, batches, batch int) {
	t.Helper()
	for range batches {
		n := int(c.Next())
		must2(c.AddEntries(madeBatch(n, batch)))(t)
		must(t, 0, c.AddLinks([]dedup.Link{{From: uint32(n), To: uint32(n + 1), Chains: []dedup.Chain{{Runs: []cluster.Run{{Len: 1}}}}}}, nil))
	}
	var stories []dedup.Story
	for i := 0; i < int(c.Next()); i += 10 {
		stories = append(stories, dedup.Story{ID: fmt.Sprint("s", i), Members: []dedup.Member{{Doc: uint32(i), Canonical: true}, {Doc: uint32(i + 3)}}})
	}
	must(t, 0, c.SetStories(stories, c.Next()))
}

// oneState checks that a corpus is one of the states of grow: whole, and each text the
// one it must be.
func oneState(t *testing.T, c *Corpus) {
	t.Helper()
	if got := unsketched(t, c); len(got) > 0 {
		t.Fatalf("%.300q", got)
	}
	var all []uint32
	for n := range c.Next() {
		all = append(all, n)
	}
	i := 0
	for d, err := range c.Documents(all) {
		if err != nil || d != made(i).Doc {
			t.Fatalf("document %d: %v", i, err)
		}
		i++
	}
	stories := 0
	must(t, 0, c.Stories(func(s *dedup.Story) error { stories++; return nil }))
	if stories != c.StoryCount() || stories != int(c.Covered())/10 || len(all)%10 != 0 {
		t.Fatalf("%d documents, %d in stories, with %d and %d stories", len(all), c.Covered(), stories, c.StoryCount())
	}
}

// bytesOf is a digest of every value of the state that a corpus is read in.
func bytesOf(t *testing.T, c *Corpus) string {
	t.Helper()
	h := sha256.New()
	must(t, 0, c.read(func(tx *txn, _ *view) error {
		return tx.ForEach(func(_ []byte, b *bolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				fmt.Fprint(h, len(k), len(v), string(k), string(v))
				return nil
			})
		})
	}))
	return fmt.Sprintf("%x", h.Sum(nil))
}

// limitSpace lets this process map so many bytes more.
func limitSpace(t *testing.T, more uint64) {
	t.Helper()
	var pages uint64
	must2(fmt.Sscan(string(must2(os.ReadFile("/proc/self/statm"))(t)), &pages))(t)
	limit := pages*uint64(os.Getpagesize()) + more
	must(t, 0, syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: limit, Max: limit}))
}

// play plays the part of a process, if this is one.
func play(t *testing.T) {
	path := os.Getenv("STORE_PATH")
	stdin := bufio.NewScanner(os.Stdin)
	say := func(args ...any) { fmt.Println(args...) }
	switch part := os.Getenv("STORE_PART"); part {
	case "":
		return
	case "reader": // until stdin is closed
		ended := make(chan bool)
		go func() { stdin.Scan(); close(ended) }()
		for {
			c := open(t, path, Options{ReadOnly: true})
			oneState(t, c)
			say("saw", c.Len(), c.StoryCount())
			must(t, 0, c.Close())
			select {
			case <-ended:
				os.Exit(0)
			default:
			}
		}
	case "sleeper": // reads the same again whenever it is told
		c := open(t, path, Options{ReadOnly: true})
		for say(bytesOf(t, c), c.Len()); stdin.Scan(); say(bytesOf(t, c), c.Len()) {
			oneState(t, c)
		}
	case "writer": // until it is killed
		for c := open(t, path, NoSync(Options{Create: true})); ; say(c.Len()) {
			grow(t, c, 1, 10)
		}
	case "small": // writes with little address space
		limitSpace(t, 4<<30)
		c, err := Open(path, Options{Timeout: 300 * time.Millisecond})
		if say(err); err == nil {
			grow(t, c, 3, 10)
			say("wrote")
			stdin.Scan()
			must(t, 0, c.Close())
		}
	}
	if t.Failed() {
		os.Exit(1)
	}
	os.Exit(0)
}

// TestLock: one writer, and many readers next to it; who waits in vain is told what for.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	short := 120 * time.Millisecond
	w := open(t, path, Options{Create: true})
	second := func(does string) {
		t.Helper()
		_, err := Open(path, Options{Timeout: short})
		if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), path+": open for "+does+" in this process already") {
			t.Error(err)
		}
	}
	second("writing")
	must2(w.AddEntries(madeBatch(0, 3)))(t)
	r1 := open(t, path, Options{ReadOnly: true})
	must2(w.AddEntries(madeBatch(3, 4)))(t)
	r2 := open(t, path, Options{ReadOnly: true})
	equal(t, "the first reader's documents", r1.Len(), 3)
	equal(t, "the second reader's", r2.Len(), 7)
	if !r1.Written() || w.Written() {
		t.Error("who writes?")
	}
	if _, err := r1.AddEntries(madeBatch(0, 1)); !errors.Is(err, ErrReadOnly) {
		t.Errorf("writing while reading: %v", err)
	}
	w.Close()
	if r1.Written() {
		t.Error("nobody writes")
	}
	second("reading") // r1 reads what nobody can keep for it any longer
	go func() {
		time.Sleep(short)
		r1.Close()
	}()
	w = open(t, path, Options{}) // waits for r1 and not for r2
	must2(w.AddEntries(madeBatch(7, 5)))(t)
	equal(t, "the second reader's", r2.Len(), 7)
	r2.Close()
	w.Close()
}

// pagesRead returns how many pages hold the last state and those that are read.
func pagesRead(t *testing.T, c *Corpus) int {
	t.Helper()
	pages := map[uint64]bool{}
	add := func(tx *bolt.Tx) {
		w := newWalker(c.file, boltHead{root: uint64(tx.Cursor().Bucket().Root()), pages: uint64(tx.Size() / pageSize)})
		must(t, 0, errors.Join(w.trees(), w.follow(w.unseen())))
		for id := range w.head.pages {
			pages[id] = pages[id] || w.seen.has(id)
		}
	}
	for _, p := range c.pins {
		add(p)
	}
	must(t, 0, c.read(func(tx *txn, _ *view) error { add(tx.Tx); return nil }))
	n := 0
	for _, used := range pages {
		if used {
			n++
		}
	}
	return n
}

// TestReadersInOtherProcesses: eight processes read while one writes. Every state that
// they see is a whole one, and the file is not much larger than what they read at a time.
func TestReadersInOtherProcesses(t *testing.T) {
	play(t)
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, NoSync(Options{Create: true}))
	grow(t, c, 1, 10)
	const readers = 8
	var stop []io.Closer
	var wg sync.WaitGroup
	said := make(chan string)
	for range readers {
		_, out, in := process(t, "reader", path)
		stop = append(stop, in)
		wg.Go(func() {
			for out.Scan() {
				said <- out.Text()
			}
		})
	}
	go func() { wg.Wait(); close(said) }()
	states := map[string]bool{}
	heard := func(text string) {
		if states[text] = true; !strings.HasPrefix(text, "saw") {
			t.Fatalf("a reader: %s", text)
		}
	}
	most := 0
	for range 20 {
		grow(t, c, 2, 60)
		most = max(most, pagesRead(t, c))
		for range readers / 2 { // so that they see something of it
			heard(<-said)
		}
	}
	for _, in := range stop {
		in.Close()
	}
	for text := range said {
		heard(text)
	}
	if len(states) < readers {
		t.Errorf("%d readers saw %d states", readers, len(states))
	}
	head := must2(readHead(c.file))(t)
	t.Logf("%d readers saw %d states of %d; %d pages, %d read at a time", readers, len(states), head.txid, head.pages, most)
	if float64(head.pages) > 2.5*float64(most) { // usually 1.1; 1.8 was seen where readers had to wait for a processor between two looks
		t.Errorf("%d pages, where %d were read at a time", head.pages, most)
	}
	oneState(t, c)
}

// TestSleepingReader: a reader reads its state byte for byte as long as it likes, the
// pages of later states are used again meanwhile, and its own when it is dead.
func TestSleepingReader(t *testing.T) {
	play(t)
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, NoSync(Options{Create: true}))
	grow(t, c, 10, 10)
	sleeper, out, in := process(t, "sleeper", path)
	want := line(t, out)
	for range 4 {
		for range 20 { // 60 commits
			grow(t, c, 1, 10)
		}
		fmt.Fprintln(in)
		if got := line(t, out); got != want {
			t.Fatalf("read %s, then %s", want, got)
		}
		if len(c.pins) != 2 {
			t.Errorf("%d pins for one reader", len(c.pins))
		}
	}
	free := func() int64 {
		for _, p := range must2(c.Stats())(t).Parts {
			if p.Name == "free" {
				return p.Bytes
			}
		}
		return 0
	}
	pages := func() uint64 { return must2(readHead(c.file))(t).pages }
	held := pages()
	must(t, 0, sleeper.Process.Kill())
	sleeper.Wait()
	grow(t, c, 1, 10)
	if len(c.pins) != 1 {
		t.Errorf("%d pins when the reader is dead", len(c.pins))
	}
	if grown := pages() - held; int64(grown)*pageSize > free()/4 {
		t.Errorf("%d pages more, with %d bytes free", grown, free())
	}
}

// TestKilledWriter: what a dead writer leaves is read on, and the next writer waits for
// readers of what it cannot keep.
func TestKilledWriter(t *testing.T) {
	play(t)
	path := filepath.Join(t.TempDir(), "x.repost")
	for round := range 5 {
		writer, out, _ := process(t, "writer", path)
		line(t, out)
		old := open(t, path, Options{ReadOnly: true})
		want := bytesOf(t, old)
		for range 5 + round {
			line(t, out)
		}
		must(t, 0, writer.Process.Kill())
		writer.Wait()
		last := open(t, path, Options{ReadOnly: true})
		oneState(t, last)
		equal(t, "the bytes of an old state", bytesOf(t, old), want)
		_, err := Open(path, Options{Timeout: 100 * time.Millisecond})
		if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "in this process already, as it was before the last change") {
			t.Errorf("a writer beside a reader of an earlier state: %v", err)
		}
		must(t, 0, old.Close())
		want = bytesOf(t, last)
		next := open(t, path, NoSync(Options{}))
		grow(t, next, 5, 10)
		equal(t, "the bytes of a state before", bytesOf(t, last), want)
		oneState(t, next)
		must(t, 0, errors.Join(last.Close(), next.Close()))
	}
}

// TestLittleAddressSpace: a writer that cannot map the file so large that it need not be
// mapped anew is alone.
func TestLittleAddressSpace(t *testing.T) {
	play(t)
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, NoSync(Options{Create: true}))
	grow(t, c, 1, 10)
	must(t, 0, c.Close())
	r := open(t, path, Options{ReadOnly: true})
	_, out, _ := process(t, "small", path)
	if got := line(t, out); !strings.Contains(got, ErrInUse.Error()) {
		t.Errorf("beside a reader: %s", got)
	}
	must(t, 0, r.Close())
	_, out, in := process(t, "small", path)
	equal(t, "opened", line(t, out), "<nil>")
	equal(t, "then", line(t, out), "wrote")
	for _, readOnly := range []bool{false, true} {
		if _, err := Open(path, Options{ReadOnly: readOnly, Timeout: 100 * time.Millisecond}); !errors.Is(err, ErrInUse) {
			t.Errorf("beside a writer that is alone: %v", err)
		}
	}
	in.Close()
	oneState(t, open(t, path, Options{ReadOnly: true}))
}

// TestTwoRepairs: a repair does not take away the file that another one writes, and takes
// away one that was left.
func TestTwoRepairs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, Options{Create: true, noSync: true})
	grow(t, c, 1, 10)
	must(t, 0, c.Close())
	temp := filepath.Join(filepath.Dir(path), ".x.repost.new")
	other := open(t, temp, Options{Create: true, noSync: true}) // what another one repairs into
	if _, err := Repair(t.Context(), path, NoSync(Options{}), nil); !errors.Is(err, ErrInUse) {
		t.Errorf("beside another repair: %v", err)
	}
	must(t, 0, other.Close())
	must2(Repair(t.Context(), path, NoSync(Options{}), func(string, int, int) {}))(t)
	if _, err := os.Stat(temp); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", temp, err)
	}
}

// TestSharedTransaction: several goroutines read in the one transaction of a corpus,
// and none of them after it is closed.
func TestSharedTransaction(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	w := open(t, path, NoSync(Options{Create: true}))
	grow(t, w, 10, 10)
	r := open(t, path, Options{ReadOnly: true})
	want := must2(r.Stats())(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { oneState(t, r) })
		wg.Go(func() { equal(t, "Stats", must2(r.Stats())(t).Parts[:8], want.Parts[:8]) })
	}
	grow(t, w, 5, 10)
	wg.Wait()
	wg.Go(func() {
		for {
			if _, err := r.Document(3); err != nil {
				return
			}
			r.texts = cache[[]stored]{} // from the file again
			runtime.Gosched()
		}
	})
	must(t, 0, r.Close())
	wg.Wait()
	if err := r.Stories(func(*dedup.Story) error { return nil }); err == nil {
		t.Error("read after Close")
	}
}

// TestSmallFiles: a small corpus is a small file, though much more of it is mapped.
func TestSmallFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, Options{Create: true})
	for range 10 {
		grow(t, c, 1, 10)
		used := int64(must2(readHead(c.file))(t).pages) * pageSize
		if size := fileSize(path); size > used+used/4+64<<10 {
			t.Errorf("%d bytes for %d", size, used)
		}
	}
}

// TestTornHeads: a head that is being written is no head, and the other one is no
// damaged one.
func TestTornHeads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, NoSync(Options{Create: true}))
	grow(t, c, 2, 10)
	head := must2(readHead(c.file))(t)
	at := int64(head.txid+1) % 2 * pageSize
	older := make([]byte, pageSize)
	must2(c.file.ReadAt(older, at))(t)
	torn := bytes.Clone(older)
	torn[16+16]++
	w := must2(os.OpenFile(path, os.O_RDWR, 0))(t)
	defer w.Close()
	must2(w.WriteAt(torn, at))(t)
	go func() {
		time.Sleep(5 * time.Millisecond)
		w.WriteAt(older, at)
	}()
	r := open(t, path, Options{ReadOnly: true})
	oneState(t, r)
}
