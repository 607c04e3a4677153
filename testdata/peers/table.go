package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// tested is a tool in the table.
type tested struct {
	name   string
	run    func(source, groups string) (figures, error)
	rounds []figures
	score  score
}

// score is what a tool found.
type score struct {
	planted map[string][2]int // kind → found, of
	pairs   int               // of documents as read, that it says are alike
	right   int               // of them, that share a story by the gold
	gold    int               // pairs that share a story by the gold
	flags   bool              // it names no pairs
}

// input is the documents.
type input struct {
	bytes  int64
	copies map[string]copied   // id → what it is a copy of
	order  []string            // kinds
	gold   map[string][]string // id → stories
	ids    []string
}

type copied struct{ of, kind string }

func table(args []string) error {
	fs := flag.NewFlagSet("peers", flag.ContinueOnError)
	rounds := fs.Int("rounds", 3, "run every tool so often, in turns; the figures are medians")
	python := fs.String("python", "", "the Python that has the tools in Python; without it they are left out")
	script := fs.String("script", "peers.py", "where peers.py is")
	repost := fs.String("repost", "", "the repost to run; without it it is left out")
	gold := fs.String("gold", "", "stories of the documents, as zh-pages-dev-gold.jsonl.gz has them")
	only := fs.String("tools", "", "run these only, with commas between")
	if err := fs.Parse(args); err != nil {
		return err
	}
	in, err := readInput(fs.Arg(0), *gold)
	if err != nil {
		return err
	}
	var list []*tested
	add := func(name string, run func(source, groups string) (figures, error)) {
		if *only == "" || slices.Contains(strings.Split(*only, ","), name) {
			list = append(list, &tested{name: name, run: run})
		}
	}
	if *repost != "" {
		add("repost", func(source, groups string) (figures, error) { return runRepost(*repost, source, groups) })
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, name := range []string{"repost-whole", "minhash-lsh", "go-minhash"} {
		add(name, func(source, groups string) (figures, error) { return runOther(self, "run", name, source, groups) })
	}
	if *python != "" {
		for _, name := range []string{"datasketch", "rensa", "rensa-rho", "gaoya", "text-dedup"} {
			add(name, func(source, groups string) (figures, error) {
				return runOther(*python, *script, name, source, groups)
			})
		}
	}
	list, err = turns(list, in, fs.Arg(0), *rounds)
	if err != nil {
		return err
	}
	write(os.Stdout, list, in)
	return nil
}

// turns runs the tools one after the other, round by round. A tool that fails is
// left out from there on, and said.
func turns(list []*tested, in *input, source string, rounds int) ([]*tested, error) {
	dir, err := os.MkdirTemp("", "peers-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for round := range rounds {
		for _, t := range list {
			groups := filepath.Join(dir, t.name)
			began := time.Now()
			f, err := t.run(source, groups)
			if err == nil && round == 0 {
				t.score, err = in.score(groups)
			}
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s: left out: %v\n", t.name, err)
				continue
			}
			fmt.Fprintf(os.Stderr, "round %d: %s %.1f s\n", round+1, t.name, time.Since(began).Seconds())
			t.rounds = append(t.rounds, f)
		}
		list = slices.DeleteFunc(list, func(t *tested) bool { return len(t.rounds) <= round })
	}
	return list, nil
}

// runOther runs a tool that prints its figures.
func runOther(name string, args ...string) (f figures, err error) {
	cmd := exec.Command(name, args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &f)
	}
	if err != nil {
		s := strings.TrimSpace(errs.String())
		err = fmt.Errorf("%w: %s", err, s[max(0, len(s)-600):])
	}
	return f, err
}

// runRepost ingests the documents into a new corpus and lists the stories.
func runRepost(repost, source, groups string) (figures, error) {
	f := figures{Setting: "stories of passages, aligned, durable; all threads, JSON included", Stages: map[string]stage{}}
	corpus := groups + ".repost"
	defer os.Remove(corpus)
	began, cpu := time.Now(), processor(syscall.RUSAGE_CHILDREN)
	cmd := exec.Command(repost, "ingest", "--quiet", "--corpus", corpus, source)
	if out, err := cmd.CombinedOutput(); err != nil {
		return f, fmt.Errorf("%w: %s", err, out)
	}
	f.Stages["index"] = stage{time.Since(began).Seconds(), (processor(syscall.RUSAGE_CHILDREN) - cpu).Seconds()}
	f.Peak = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	version, _ := exec.Command(repost, "--version").Output()
	f.Version = strings.TrimSpace(strings.TrimPrefix(string(version), "repost "))
	stories, err := exec.Command(repost, "clusters", "--json", "--corpus", corpus).Output()
	if err != nil {
		return f, err
	}
	var b bytes.Buffer
	for line := range bytes.Lines(stories) {
		var s struct{ Members []struct{ ID string } }
		if err := json.Unmarshal(line, &s); err != nil {
			return f, err
		}
		for i, m := range s.Members {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(m.ID)
		}
		b.WriteByte('\n')
	}
	return f, os.WriteFile(groups, b.Bytes(), 0o666)
}

// lines calls fn with each line of a file, packed with gzip or not.
func lines(name string, fn func(line []byte) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return err
		}
	}
	for br := bufio.NewReaderSize(r, 1<<20); ; {
		line, err := br.ReadBytes('\n')
		if len(line) > 0 {
			if err := fn(line); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func readInput(name, gold string) (*input, error) {
	in := &input{copies: map[string]copied{}, gold: map[string][]string{}}
	err := lines(name, func(line []byte) error {
		var d struct{ ID, Text, Of, Kind string }
		if err := json.Unmarshal(line, &d); err != nil {
			return err
		}
		in.bytes += int64(len(d.Text))
		in.ids = append(in.ids, d.ID)
		if d.Of != "" {
			in.copies[d.ID] = copied{d.Of, d.Kind}
			if !slices.Contains(in.order, d.Kind) {
				in.order = append(in.order, d.Kind)
			}
		}
		return nil
	})
	if err != nil || gold == "" {
		return in, err
	}
	return in, lines(gold, func(line []byte) error {
		var d struct {
			ID      string
			Stories []struct{ Story any }
		}
		if err := json.Unmarshal(line, &d); err != nil {
			return err
		}
		for _, s := range d.Stories {
			in.gold[d.ID] = append(in.gold[d.ID], fmt.Sprint(s.Story))
		}
		return nil
	})
}

// score reads what a tool found.
func (in *input) score(groups string) (score, error) {
	s := score{planted: map[string][2]int{}}
	found := map[string]bool{}
	seen := map[[2]string]bool{}
	err := lines(groups, func(line []byte) error {
		ids := strings.Split(strings.TrimRight(string(line), "\n"), "\t")
		if ids[0] == "!" {
			s.flags = true
			found[ids[1]] = true
			return nil
		}
		for i, a := range ids {
			for _, b := range ids[:i] {
				if in.copies[a].of == b {
					found[a] = true
				}
				if in.copies[b].of == a {
					found[b] = true
				}
				pair := [2]string{min(a, b), max(a, b)}
				if in.copies[a].of == "" && in.copies[b].of == "" && !seen[pair] {
					seen[pair] = true
					s.pairs++
					if in.share(a, b) {
						s.right++
					}
				}
			}
		}
		return nil
	})
	for _, id := range in.ids {
		if c, ok := in.copies[id]; ok {
			n := s.planted[c.kind]
			n[1]++
			if found[id] {
				n[0]++
			}
			s.planted[c.kind] = n
		}
	}
	s.gold = in.goldPairs()
	return s, err
}

// share says whether two documents share a story by the gold.
func (in *input) share(a, b string) bool {
	return slices.ContainsFunc(in.gold[a], func(s string) bool { return slices.Contains(in.gold[b], s) })
}

// goldPairs counts the pairs of documents that share a story.
func (in *input) goldPairs() int {
	members := map[string][]string{}
	for _, id := range in.ids {
		for _, s := range in.gold[id] {
			members[s] = append(members[s], id)
		}
	}
	pairs := map[[2]string]bool{}
	for _, ids := range members {
		for i, a := range ids {
			for _, b := range ids[:i] {
				if a != b {
					pairs[[2]string{min(a, b), max(a, b)}] = true
				}
			}
		}
	}
	return len(pairs)
}

// median returns the middle of what of says of the rounds.
func (t *tested) median(of func(figures) float64) float64 {
	var all []float64
	for _, f := range t.rounds {
		all = append(all, of(f))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func total(f figures) (s stage) {
	for _, x := range f.Stages {
		s.Seconds, s.CPU = s.Seconds+x.Seconds, s.CPU+x.CPU
	}
	return s
}

// write prints the table in Markdown.
func write(w io.Writer, list []*tested, in *input) {
	mb := float64(in.bytes) / 1e6
	fmt.Fprintf(w, "%d documents, %d of them planted copies; %.1f MB of text; %s/%s, %d processors, %s; medians of %d rounds in turns\n\n",
		len(in.ids), len(in.copies), mb, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), len(list[0].rounds))
	head := []string{"tool", "version", "signature MB/CPU s", "all, s", "all, CPU s", "documents/CPU s", "peak MB", "pairs", "right", "of all"}
	rows := [][]string{append(head, in.order...)}
	for _, t := range list {
		signature := t.median(func(f figures) float64 { return f.Stages["signature"].CPU })
		cpu := t.median(func(f figures) float64 { return total(f).CPU })
		row := []string{
			t.name, t.rounds[0].Version, "", fmt.Sprintf("%.2f", t.median(func(f figures) float64 { return total(f).Seconds })),
			fmt.Sprintf("%.2f", cpu), fmt.Sprintf("%.0f", float64(len(in.ids))/cpu),
			fmt.Sprintf("%.0f", t.median(func(f figures) float64 { return float64(f.Peak >> 20) })),
		}
		if signature > 0 {
			row[2] = fmt.Sprintf("%.1f", mb/signature)
		}
		row = append(row, t.score.cells(in)...)
		rows = append(rows, row)
	}
	for i, row := range rows {
		fmt.Fprintln(w, "| "+strings.Join(row, " | ")+" |")
		if i == 0 {
			fmt.Fprintln(w, strings.Repeat("|---", len(row))+"|")
		}
	}
	fmt.Fprintln(w)
	for _, t := range list {
		fmt.Fprintf(w, "- %s: %s\n", t.name, t.rounds[0].Setting)
	}
}

// cells are the columns of what was found.
func (s score) cells(in *input) []string {
	percent := func(n, of int) string {
		if of == 0 {
			return ""
		}
		return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
	}
	row := []string{fmt.Sprint(s.pairs), "", ""}
	switch {
	case s.flags:
		row[0] = ""
	case len(in.gold) > 0:
		row[1], row[2] = percent(s.right, s.pairs), percent(s.right, s.gold)
	}
	any := s.flags || s.pairs > 0
	for _, k := range in.order {
		cell := ""
		if any {
			cell = percent(s.planted[k][0], s.planted[k][1])
		}
		row = append(row, cell)
	}
	return row
}
