// Changecost measures what a change of a corpus costs, as whole processes of repost: one
// document more, a thousand more, a thousand removed and one replaced, in invented corpora of
// some sizes. It prints one table:
//
//	go run ./store/internal/changecost -n 10000,100000 ../shared/data/xwlb-dev.jsonl.gz
//
// With -days it takes in all but the last days of the dumps, then these day by day, prints what
// that cost together, and fails unless the stories are those of one ingest of all, byte for byte:
//
//	go run ./store/internal/changecost -days 60 ../shared/data/xwlb-dev.jsonl.gz
//
// With -follow it also sends that many documents to ingest --follow, -rate a second, and says how
// long the answers took; then half as many at once, to a process that it kills amid them, and says
// how many of the documents that were answered are not there.
//
// It works in a folder of its own under -dir, which needs room for three times the texts.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"repost/store/ingest"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == launch {
		os.Exit(launched(os.Args[2:]))
	}
	dir := flag.String("dir", os.TempDir(), "`folder` to work in")
	sizes := flag.String("n", "10000,100000", "`numbers` of documents")
	days := flag.Int("days", 0, "the last `days` of the dumps, instead of invented corpora")
	follow := flag.Int("follow", 0, "also `documents` that come one by one")
	rate := flag.Int("rate", 50, "documents a second of -follow")
	flag.Parse()
	b := &bench{followed: *follow, rate: *rate}
	if err := b.run(os.Stdout, *dir, *sizes, *days, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "changecost:", err)
		os.Exit(1)
	}
}

func (b *bench) run(out io.Writer, dir, sizes string, days int, paths []string) error {
	dir, err := os.MkdirTemp(dir, "changecost")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b.dir, b.repost = dir, filepath.Join(dir, "repost")
	if err := b.build(); err != nil {
		return err
	}
	if days > 0 {
		return b.daily(out, days, paths)
	}
	fmt.Fprintln(out, "| change | documents | processor, s | time, s | peak memory, MB | written, MB | links judged | stories carved |")
	fmt.Fprintln(out, "|---|---:|---:|---:|---:|---:|---:|---:|")
	for _, size := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		if err := b.changes(out, n, paths); err != nil {
			return err
		}
	}
	_, err = io.WriteString(out, b.crawls.String())
	return err
}

// bench runs repost in a folder.
type bench struct {
	dir, repost    string
	followed, rate int
	crawls         strings.Builder // what follow found, to stand below the table
}

func (b *bench) build() error {
	out, err := exec.Command("go", "build", "-o", b.repost, "repost/cmd/repost").CombinedOutput()
	if err != nil {
		return fmt.Errorf("building repost: %w\n%s", err, out)
	}
	return nil
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// cost is what a process took, and what it says that it did.
type cost struct {
	processor, time time.Duration
	peak            int64 // bytes of memory
	Written         int64
	Update          struct{ Judged, Carved int }
}

// measure runs repost with a corpus; the last line that it prints is an object that says what it did.
func (b *bench) measure(corpus string, args ...string) (c cost, err error) {
	self, err := os.Executable()
	if err != nil {
		return c, err
	}
	cmd := exec.Command(self, append([]string{launch, b.path("usage"), b.repost}, append(args, "--corpus", corpus, "--json", "--quiet")...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	began := time.Now()
	printed, err := cmd.Output()
	c.time = time.Since(began)
	if err != nil {
		return c, fmt.Errorf("repost %s: %w\n%s", args[0], err, &stderr)
	}
	used, err := os.ReadFile(b.path("usage"))
	if err != nil {
		return c, err
	}
	if _, err := fmt.Sscan(string(used), &c.processor, &c.peak); err != nil {
		return c, err
	}
	lines := bytes.Split(bytes.TrimSpace(printed), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &c); err != nil {
		return c, fmt.Errorf("repost %s: %w", args[0], err)
	}
	return c, nil
}

// launch is the first argument of a process of this program that runs another one, and writes to
// a file how many nanoseconds of processor that took and how many bytes of memory. A process begins
// with the memory of the one that starts it, which must be small.
const launch = "launch"

func launched(args []string) (status int) {
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return 1
	}
	used := fmt.Sprintln(int64(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()), peak(cmd.ProcessState))
	if err := os.WriteFile(args[0], []byte(used), 0o600); err != nil {
		return 1
	}
	return 0
}

// more is how many documents come and go where it is many.
const more = 1000

// changes measures the changes of a corpus of n invented documents. One document more is the
// median of nine of them.
func (b *bench) changes(out io.Writer, n int, paths []string) error {
	lines, err := planted(n+more+b.followed*3/2, paths)
	if err != nil {
		return err
	}
	lines, crawled := lines[:n+more], lines[n+more:]
	base := b.path("base.repost")
	if _, err := b.ingest(base, lines[:n]); err != nil {
		return err
	}
	defer os.Remove(base)
	after := func(change func(corpus string) (cost, error)) (cost, error) {
		corpus := b.path("changed.repost")
		defer os.Remove(corpus)
		if err := copyFile(corpus, base); err != nil {
			return cost{}, err
		}
		return change(corpus)
	}
	var ones []cost
	for i := range 9 {
		one, err := after(func(corpus string) (cost, error) { return b.ingest(corpus, lines[n+i*more/9:][:1]) })
		if err != nil {
			return err
		}
		ones = append(ones, one)
	}
	slices.SortFunc(ones, func(x, y cost) int { return int(x.processor - y.processor) })
	for _, c := range []struct {
		name string
		run  func(corpus string) (cost, error)
	}{
		{"1 document more", func(string) (cost, error) { return ones[len(ones)/2], nil }},
		{"1 more, the dearest of 9", func(string) (cost, error) { return ones[len(ones)-1], nil }},
		{"1,000 more", func(corpus string) (cost, error) { return b.ingest(corpus, lines[n:]) }},
		{"1,000 removed", func(corpus string) (cost, error) { return b.remove(corpus, lines[:n]) }},
		{"1 replaced", func(corpus string) (cost, error) { return b.replace(corpus, lines[n/2], lines[n]) }},
	} {
		x, err := after(c.run)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "| %s | %d | %.2f | %.1f | %d | %.1f | %d | %d |\n", c.name, n, x.processor.Seconds(), x.time.Seconds(),
			x.peak>>20, float64(x.Written)/(1<<20), x.Update.Judged, x.Update.Carved)
	}
	if len(crawled) == 0 {
		return nil
	}
	_, err = after(func(corpus string) (cost, error) { return cost{}, b.follow(corpus, n, crawled) })
	return err
}

func (b *bench) ingest(corpus string, lines [][]byte) (cost, error) {
	path := b.path("part.jsonl")
	if err := os.WriteFile(path, bytes.Join(lines, nil), 0o600); err != nil {
		return cost{}, err
	}
	defer os.Remove(path)
	return b.measure(corpus, "ingest", path)
}

// remove removes a thousand documents, chosen at random and the same ones each time.
func (b *bench) remove(corpus string, lines [][]byte) (cost, error) {
	args := []string{"rm"}
	for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(len(lines))[:more] {
		d, err := read(lines[i])
		if err != nil {
			return cost{}, err
		}
		args = append(args, d["id"].(string))
	}
	return b.measure(corpus, args...)
}

// replace gives a document the text of another.
func (b *bench) replace(corpus string, line, by []byte) (cost, error) {
	d, err := read(line)
	e, err2 := read(by)
	if err := errors.Join(err, err2); err != nil {
		return cost{}, err
	}
	d["text"] = e["text"]
	changed, err := json.Marshal(d)
	if err != nil {
		return cost{}, err
	}
	return b.ingest(corpus, [][]byte{append(changed, '\n')})
}

// daily takes in the last days of dumps one by one.
func (b *bench) daily(out io.Writer, days int, paths []string) error {
	lines, err := dumped(paths)
	if err != nil {
		return err
	}
	day := func(line []byte) string {
		d, _ := read(line)
		date, _ := d["date"].(string)
		return date[:min(len(date), len("2006-01-02"))]
	}
	of := map[string][][]byte{}
	for _, l := range lines {
		of[day(l)] = append(of[day(l)], l)
	}
	var order []string
	for d := range of {
		order = append(order, d)
	}
	slices.Sort(order)
	if len(order) <= days {
		return fmt.Errorf("%d days in the dumps", len(order))
	}
	last := order[len(order)-days]
	before := slices.DeleteFunc(slices.Clone(lines), func(l []byte) bool { return day(l) >= last })
	daily, once := b.path("daily.repost"), b.path("once.repost")
	first, err := b.ingest(daily, before)
	if err != nil {
		return err
	}
	var sum cost
	documents := 0
	for _, d := range order[len(order)-days:] {
		c, err := b.ingest(daily, of[d])
		if err != nil {
			return err
		}
		documents += len(of[d])
		sum.processor += c.processor
		sum.peak = max(sum.peak, c.peak)
		sum.Written += c.Written
		sum.Update.Judged += c.Update.Judged
	}
	all, err := b.ingest(once, lines)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d documents before: %.1f s of processor; %d in %d days, each an ingest: %.1f s together, at most %d MB, %.0f MB written, %d links judged; all at once: %.1f s\n",
		len(before), first.processor.Seconds(), documents, days, sum.processor.Seconds(), sum.peak>>20, float64(sum.Written)/(1<<20), sum.Update.Judged, all.processor.Seconds())
	same, err := b.sameStories(daily, once)
	if err == nil && !same {
		err = errors.New("other stories than those of one ingest of all")
	}
	return err
}

// sameStories reports whether two corpora list the same stories, byte for byte.
func (b *bench) sameStories(one, other string) (bool, error) {
	x, err := exec.Command(b.repost, "clusters", "--json", "--corpus", one).Output()
	y, err2 := exec.Command(b.repost, "clusters", "--json", "--corpus", other).Output()
	return bytes.Equal(x, y) && len(x) > 0, errors.Join(err, err2)
}

func read(line []byte) (d map[string]any, err error) { return d, json.Unmarshal(line, &d) }

// planted returns the lines of an invented corpus.
func planted(n int, paths []string) (lines [][]byte, err error) {
	cmd := exec.Command("go", append([]string{"run", "repost/store/internal/plant", "-n", strconv.Itoa(n)}, paths...)...)
	cmd.Stderr = os.Stderr
	all, err := cmd.Output()
	return slices.Collect(bytes.Lines(all)), err
}

// dumped returns the documents of dumps as lines of JSON.
func dumped(paths []string) (lines [][]byte, err error) {
	for rec, err := range ingest.Read(paths, nil, ingest.Options{}) {
		var e *ingest.Error
		switch {
		case errors.As(err, &e) && !e.Fatal: // a record without a text
			continue
		case err != nil:
			return nil, err
		}
		d := &rec.Doc
		line, err := json.Marshal(map[string]string{"id": d.ID, "source": d.Source, "url": d.URL, "date": d.Date, "title": d.Title, "text": d.Text})
		if err != nil {
			return nil, err
		}
		lines = append(lines, append(line, '\n'))
	}
	return lines, nil
}

func copyFile(to, from string) error {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Close())
}
