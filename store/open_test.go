package store

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
)

// words are what generated texts are made of.
var words = strings.Fields(`脱贫 攻坚 工作 群众 生活 水平 提高 穆棱 市 扶贫 办公室 主任 讲 今年 以来 全市 取得 明显 成效
	有了 很大 的 和 在 产业 项目 资金 农民 收入 增加 村 镇 干部 帮扶 责任 人 落实 政策 住房 安全 饮水 教育 医疗 the report said`)

// made returns document i, always the same: about 1 KB, with a sketch that is made
// up but has the shape of a real one. Every fifth carries the text of another.
func made(i int) Entry {
	seed := i
	if i%5 == 4 {
		seed = i - 3
	}
	r := rand.New(rand.NewPCG(uint64(seed), 7))
	var b strings.Builder
	for n := 300 + r.IntN(1400); b.Len() < n; {
		b.WriteString(words[r.IntN(len(words))])
	}
	e := Entry{Doc: dedup.Document{ID: fmt.Sprintf("news/%05d", i), Source: "日报", Date: "2020-01-02", Title: words[i%len(words)], Text: b.String()}}
	e.Sketch.Units = uint32(b.Len() / 3)
	e.Sketch.Content.Hi, e.Sketch.SimHash = r.Uint64(), r.Uint64()
	for range 32 {
		e.Sketch.Bands = append(e.Sketch.Bands, r.Uint64())
	}
	for pos := uint32(0); pos < e.Sketch.Units; pos += 1 + r.Uint32N(8) {
		e.Sketch.Fingerprints = append(e.Sketch.Fingerprints, dedup.Fingerprint{Hash: r.Uint64() >> 3, Pos: pos})
	}
	return e
}

func madeBatch(from, n int) []Entry {
	var out []Entry
	for i := range n {
		out = append(out, made(from+i))
	}
	return out
}

// build makes a corpus of n documents in batches.
func build(t testing.TB, path string, n, batch int) *model {
	t.Helper()
	c := open(t, path, Options{Create: true, noSync: true})
	m := newModel()
	for from := 0; from < n; from += batch {
		b := madeBatch(from, min(batch, n-from))
		res, err := c.AddEntries(b)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "AddResult", res, m.add(b))
	}
	for i := 1; i < n; i += 7 {
		m.links = append(m.links, dedup.Link{From: uint32(i), To: uint32(i - 1), Chains: []dedup.Chain{{Runs: []cluster.Run{{A: 1, B: 2, Len: int32(i)}}}}})
	}
	m.state["linked"] = "all"
	must(t, 0, c.AddLinks(m.links, []byte("all")))
	for i := 0; i+3 < n; i += 10 {
		m.stories = append(m.stories, dedup.Story{ID: fmt.Sprint("s", i), Members: []dedup.Member{{Doc: uint32(i), Relation: dedup.Identical, Coverage: .5, Canonical: true}, {Doc: uint32(i + 3), Relation: dedup.Contains}}})
	}
	must(t, 0, c.SetStories(m.stories, uint32(n)))
	must(t, 0, c.Close())
	return m
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.repost")
	build(t, good, 300, 100)
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, b []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, b, 0o666); err != nil {
			t.Fatal(err)
		}
		return p
	}
	foreign := filepath.Join(dir, "foreign.db")
	db, err := bolt.Open(foreign, 0o666, &bolt.Options{PageSize: pageSize})
	if err != nil {
		t.Fatal(err)
	}
	db.Update(func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("users")); return err })
	db.Close()
	newer := write("newer.repost", data)
	db, err = bolt.Open(newer, 0o666, nil)
	if err != nil {
		t.Fatal(err)
	}
	db.Update(func(tx *bolt.Tx) error {
		key, value := keyFormat, append([]byte(formatName), 9)
		return tx.Bucket([]byte(bucketCorpus)).Put(key, seal(bucketCorpus, key, value))
	})
	db.Close()
	nameless := write("nameless.repost", data)
	db, err = bolt.Open(nameless, 0o666, nil)
	if err != nil {
		t.Fatal(err)
	}
	db.Update(func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte(bucketCorpus)) })
	db.Close()

	cases := []struct {
		name, path string
		opt        Options
		want       error
		says       string
	}{
		{"missing", filepath.Join(dir, "none"), Options{}, fs.ErrNotExist, "none"},
		{"missing, to be read", filepath.Join(dir, "none"), Options{ReadOnly: true, Create: true}, fs.ErrNotExist, "none"},
		{"its folder is missing", filepath.Join(dir, "no", "x"), Options{Create: true}, fs.ErrNotExist, "creating"},
		{"a folder", dir, Options{Create: true}, ErrNotCorpus, "a directory"},
		{"empty", write("empty", nil), Options{Create: true}, ErrNotCorpus, "empty"},
		{"a text", write("a.txt", []byte(strings.Repeat("穆棱", 9000))), Options{Create: true}, ErrNotCorpus, "not a corpus"},
		{"a short text", write("b.txt", []byte("x")), Options{Create: true}, ErrNotCorpus, "not a corpus"},
		{"another program's database", foreign, Options{}, ErrNotCorpus, "another program"},
		{"half of it", write("half.repost", data[:len(data)/2]), Options{}, ErrTruncated, "cut short"},
		{"two pages of it", write("two.repost", data[:2*pageSize]), Options{}, ErrTruncated, "cut short"},
		{"what says that it is one is lost", nameless, Options{}, ErrDamaged, "format"},
		{"a newer format", newer, Options{}, ErrNewer, "format 9"},
	}
	for _, c := range cases {
		before, _ := os.ReadFile(c.path)
		_, err := Open(c.path, c.opt)
		if !errors.Is(err, c.want) || !strings.Contains(fmt.Sprint(err), c.says) || !strings.Contains(fmt.Sprint(err), c.path) {
			t.Errorf("%s: %v", c.name, err)
		}
		if after, _ := os.ReadFile(c.path); string(before) != string(after) {
			t.Errorf("%s: the file was changed", c.name)
		}
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestScheme(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	scheme := detect.DefaultScheme
	scheme.Bins, scheme.Rules.KeepScript, scheme.Patterns = 128, true, "words self\n\t河湾网\n"
	must(t, 0, open(t, path, Options{Create: true, Scheme: &scheme}).Close())
	other := scheme
	other.Bins, other.Rules.KeepScript, other.Patterns = 64, false, ""
	_, err := Open(path, Options{Scheme: &other})
	var se *SchemeError
	if !errors.As(err, &se) {
		t.Fatal(err)
	}
	equal(t, "fields", se.Fields, []SchemeField{{"bins", "128", "64"}, {"patterns", `"words self\n\t河湾网\n"`, ""}, {"rules.keep_script", "true", ""}})
	if want := "bins is 128 in the corpus, 64 in this program; "; !strings.Contains(err.Error(), want) {
		t.Errorf("%v", err)
	}
	c := open(t, path, Options{Scheme: &scheme})
	equal(t, "Scheme", *c.Scheme(), scheme)
	c.Close()
	if _, err := Open(path, Options{}); !errors.As(err, &se) {
		t.Errorf("opened as of the default scheme: %v", err)
	}
}

// TestSchemeChecked: no corpus is made with a scheme by which nothing can be sketched.
func TestSchemeChecked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	for want, change := range map[string]func(*detect.Scheme){
		"line 1":           func(s *detect.Scheme) { s.Patterns = "line nonsense\n\t^x" },
		"gram 0":           func(s *detect.Scheme) { s.Gram = 0 },
		"window -3":        func(s *detect.Scheme) { s.Window = -3 },
		"change a copy of": func(s *detect.Scheme) { *s = detect.Scheme{Patterns: "words self\n\t河湾网\n"} },
	} {
		scheme := detect.DefaultScheme
		change(&scheme)
		if _, err := Open(path, Options{Create: true, Scheme: &scheme}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s: a corpus was made", want)
		}
	}
}

// TestDefaultScheme: who asks for no scheme gets that of the program, and the patterns that
// the corpus was made with.
func TestDefaultScheme(t *testing.T) {
	dir := t.TempDir()
	c := open(t, filepath.Join(dir, "a.repost"), Options{Create: true})
	equal(t, "Scheme", *c.Scheme(), detect.DefaultScheme)
	c.Close()
	scheme := detect.DefaultScheme
	scheme.Patterns = "words self\n\t河湾网\n"
	path := filepath.Join(dir, "b.repost")
	must(t, 0, open(t, path, Options{Create: true, Scheme: &scheme}).Close())
	c = open(t, path, Options{})
	equal(t, "Scheme", *c.Scheme(), scheme)
	c.Close()
}

// TestOtherData: a corpus that was made before an edit of the patterns that are built in
// says so when it is opened, and stays as it is until it is migrated.
func TestOtherData(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, Options{Create: true})
	must2(c.AddEntries([]Entry{{Doc: dedup.Document{ID: "a", Text: "老街的石板路修好以后，早市又热闹起来。"}}}))(t)
	scheme := strings.Replace(c.stamp, `"data":"`, `"data":"f`, 1)
	must(t, 0, c.update(func(tx *txn, _ *view) error { return put(tx, bucketCorpus, keyScheme, []byte(scheme)) }))
	c.Close()
	_, err := Open(path, Options{})
	if !errors.As(err, new(*SchemeError)) || !strings.Contains(err.Error(), "other built-in words, patterns or folds. repost migrate makes it") {
		t.Errorf("opened after another program: %v", err)
	}
	must2(Compact(t.Context(), path, Options{AnyScheme: true}, CompactOptions{}))(t)
	if _, err := Open(path, Options{}); !errors.As(err, new(*SchemeError)) {
		t.Errorf("opened after Compact: %v", err)
	}
	must2(Migrate(t.Context(), path, Options{}, nil))(t)
	c = open(t, path, Options{ReadOnly: true})
	defer c.Close()
	if c.Next() != 1 || len(findings(t, c)) > 0 {
		t.Errorf("%d documents after Migrate, %q", c.Next(), findings(t, c))
	}
}

func TestReadOnlyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	m := build(t, path, 50, 20)
	os.Chmod(path, 0o444)
	c := open(t, path, Options{ReadOnly: true})
	m.compare(t, c)
	c.Close()
	if os.Geteuid() == 0 {
		t.Skip("root may write to every file: the rest is not tested")
	}
	if _, err := Open(path, Options{}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v", err)
	}
}

func TestAddRefuses(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "x.repost"), Options{Create: true})
	if _, err := c.AddEntries([]Entry{made(1), {Doc: dedup.Document{Text: "x"}}}); err == nil {
		t.Error("a document without an id was added")
	}
	if c.Len() != 0 {
		t.Error("half of a batch was added")
	}
	if err := c.AddLinks([]dedup.Link{{From: 3}}, nil); err == nil {
		t.Error("a link of a document that is not there was added")
	}
	if _, err := c.Meta(0); !errors.Is(err, ErrNoDocument) {
		t.Errorf("Meta(0): %v", err)
	}
	if _, err := c.Document(0); !errors.Is(err, ErrNoDocument) {
		t.Errorf("Document(0): %v", err)
	}
}

// TestLargeText: a text that is far larger than a block, between small ones.
func TestLargeText(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, Options{Create: true, noSync: true})
	m := newModel()
	for i := range 3 {
		b := madeBatch(10*i, 10)
		b[4].Doc.Text = strings.Repeat(b[4].Doc.Text, 12000>>i)
		m.add(b)
		must2(c.AddEntries(b))(t)
	}
	m.compare(t, c)
}

// TestSketch: a sketch is made again from the text; one that differs from the
// sketch that was added is an error.
func TestSketch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, Options{Create: true, noSync: true})
	e := made(3)
	e.Sketch = detect.DefaultScheme.Sketch(detect.DefaultScheme.Prepare(e.Doc.Text))
	must2(c.AddEntries([]Entry{e, made(4)}))(t)
	equal(t, "Sketch", must2(c.Sketch(0))(t), e.Sketch)
	if _, err := c.Sketch(1); err == nil {
		t.Error("another sketch passed")
	}
}

// TestHotKey: keys that more documents share than a block has room for, between
// keys that they do not share.
func TestHotKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, Options{Create: true, noSync: true})
	m := newModel()
	for i := range 9 {
		var b []Entry
		for j := range 900 {
			e := Entry{Doc: dedup.Document{ID: fmt.Sprint(i, "/", j), Text: "快讯"}}
			if e.Sketch.Content.Hi = 1 << 40; j%2 == 0 {
				e.Sketch.Content.Hi = uint64(i*900+j) << 20
			}
			for k := range uint64(3) {
				e.Sketch.Fingerprints = append(e.Sketch.Fingerprints, dedup.Fingerprint{Hash: (5 + k) << 24, Pos: uint32(k) * 1000})
			}
			if j%100 == 0 {
				e.Sketch.Fingerprints = append(e.Sketch.Fingerprints, dedup.Fingerprint{Hash: uint64(j) << 30, Pos: 7000})
				e.Sketch.Content.Hi = uint64(j) << 36
			}
			b = append(b, e)
		}
		m.add(b)
		must2(c.AddEntries(b))(t)
	}
	m.compareIndex(t, c, fingerprintIndex)
	m.compareIndex(t, c, contentIndex)
}

// TestBatches: a corpus is the same for a reader whatever the batches, one by one
// and through all sizes of merges.
func TestBatches(t *testing.T) {
	for _, batch := range []int{1, 7, 100, 1000} {
		path := filepath.Join(t.TempDir(), "x.repost")
		n := 700
		if batch == 1 {
			n = 150
		}
		m := build(t, path, n, batch)
		c := open(t, path, Options{ReadOnly: true})
		m.compare(t, c)
		for i, l := range c.view.Load().Indexes {
			if len(l.Segments) > 2*fanIn || len(l.Dead) > 0 || l.Merge != nil {
				t.Errorf("batches of %d: lane %d has segments %v", batch, i, l)
			}
		}
	}
}

// TestMergeInParts stops a merge after every step: what is read never changes, and
// the merge goes on where it was.
func TestMergeInParts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, Options{Create: true, noSync: true, unabsorbed: true})
	m := newModel()
	for i := range fanIn - 1 {
		b := madeBatch(40*i, 40)
		m.add(b)
		must2(c.AddEntries(b))(t)
	}
	// the last batch without its merge
	b := madeBatch(1000, 40)
	m.add(b)
	must(t, 0, c.update(func(tx *txn, next *view) error {
		a := &addition{c: c, tx: tx, next: next, batch: b}
		return errors.Join(a.classify(), a.write())
	}))
	steps := 0
	for c.view.Load().unmerged() {
		must(t, 0, c.mergeOnce(3000))
		if steps++; steps%3 == 0 {
			must(t, 0, c.Close())
			c = open(t, path, Options{noSync: true, unabsorbed: true})
		}
		m.compareIndex(t, c, fingerprintIndex)
		m.compareIndex(t, c, bandIndex)
	}
	if n := len(c.view.Load().Indexes[fingerprintIndex].Segments); n != 1 || steps < 5 {
		t.Errorf("%d segments after %d steps", n, steps)
	}
	m.compare(t, c)
}

// TestReadersBesideWriter: readers see a committed state each time: a batch is
// there whole or not at all.
func TestReadersBesideWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	c := open(t, path, Options{Create: true, noSync: true})
	const batch, batches = 20, 30
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				n := c.Len()
				if n%batch != 0 {
					t.Errorf("%d documents", n)
				}
				seen := map[uint32]bool{}
				if err := c.scanLive(contentIndex, func(_ uint64, ps []posting) error {
					for _, p := range ps {
						seen[p.Doc] = true
					}
					return nil
				}); err != nil {
					t.Error(err)
					return
				}
				if len(seen)%batch != 0 || len(seen) < n {
					t.Errorf("a scan saw %d documents, begun with %d", len(seen), n)
				}
				if n > 0 {
					d, err := c.Document(uint32(n - 1))
					if err != nil || d != made(n-1).Doc {
						t.Errorf("document %d: %v", n-1, err)
					}
				}
			}
		})
	}
	for i := range batches {
		if _, err := c.AddEntries(madeBatch(i*batch, batch)); err != nil {
			t.Error(err)
		}
	}
	close(done)
	wg.Wait()
}

// TestCallbackMayWrite: what Scan and the others call may use the corpus.
func TestCallbackMayWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.repost")
	build(t, path, 50, 50)
	c := open(t, path, Options{noSync: true})
	added, groups := 1000, 0
	if err := c.scanLive(bandIndex, func(_ uint64, ps []posting) error {
		if groups++; groups%200 == 0 {
			added++
			if _, err := c.AddEntries([]Entry{made(added)}); err != nil {
				return err
			}
		}
		for _, p := range ps {
			if p.Doc >= 50 {
				t.Errorf("document %d came after the scan began", p.Doc)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	if err := c.Links(func(*dedup.Link) error { return stop }); err != stop {
		t.Errorf("Links: %v", err)
	}
	if err := c.Stories(func(*dedup.Story) error { return c.SetStories(nil, 0) }); err != nil {
		t.Errorf("Stories: %v", err)
	}
}

// TestKill kills a process that adds documents, again and again. What it said it
// had added is there, whole.
func TestKill(t *testing.T) {
	if path := os.Getenv("STORE_TEST_CHILD"); path != "" {
		addForever(path)
	}
	if testing.Short() {
		t.Skip("starts processes")
	}
	path := filepath.Join(t.TempDir(), "x.repost")
	acknowledged := 0
	for round := range 6 {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestKill$")
		cmd.Env = append(os.Environ(), "STORE_TEST_CHILD="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		go func() {
			time.Sleep(time.Duration(40+round*37%300) * time.Millisecond)
			cmd.Process.Kill()
		}()
		for s := bufio.NewScanner(out); s.Scan(); {
			fmt.Sscanf(s.Text(), "added %d", &acknowledged)
		}
		cmd.Wait()
		if _, err := os.Stat(path); err != nil {
			continue // killed before the corpus had its name
		}
		c := open(t, path, Options{})
		n := c.Len()
		if n < acknowledged || n%10 != 0 {
			t.Fatalf("round %d: %d documents, %d acknowledged", round, n, acknowledged)
		}
		m := newModel()
		m.add(madeBatch(0, n))
		m.compare(t, c)
		c.Close()
	}
	if acknowledged == 0 {
		t.Error("nothing was added")
	}
}

func addForever(path string) {
	c, err := Open(path, Options{Create: true})
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	for {
		if _, err := c.AddEntries(madeBatch(c.Len(), 10)); err != nil {
			fmt.Println(err)
			os.Exit(2)
		}
		fmt.Println("added", c.Len())
	}
}
