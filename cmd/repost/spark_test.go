package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"repost/dedup"
	"repost/dedup/batch"
)

// sparkHome returns where Apache Spark is installed with the Python that REPOST_SPARK_PYTHON
// names, or python3, and skips the test where it is not.
func sparkHome(t *testing.T) (home, python string) {
	python = cmp.Or(os.Getenv("REPOST_SPARK_PYTHON"), "python3")
	out, err := exec.Command(python, "-c", "import os, pyspark; print(os.path.dirname(pyspark.__file__))").Output()
	if err != nil {
		t.Skipf("SKIPPED: Apache Spark is not here: %s cannot import pyspark (pip install pyspark, or REPOST_SPARK_PYTHON names another Python)", python)
	}
	if _, err := exec.LookPath("java"); err != nil && os.Getenv("JAVA_HOME") == "" {
		t.Skip("SKIPPED: Apache Spark is here, and no Java to run it")
	}
	return strings.TrimSpace(string(out)), python
}

// TestSpark: the program for Apache Spark, on two worker processes, finds the stories of
// ingest and drops what dedup drops, and its output can be imported. It reads Parquet, under
// rules of the user, cuts passages and boilerplate, with speculative execution, while one worker process after the other is killed in the steps
// of sparkKills, and says in which. It takes a minute or two.
//
// REPOST_SPARK=all kills one in every step, makes steps again that were complete, and reads JSON
// lines too. REPOST_SPARK_INPUT names other documents to read.
func TestSpark(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED in short mode: Apache Spark takes minutes")
	}
	s := newSpark(t)
	input, all := os.Getenv("REPOST_SPARK_INPUT"), os.Getenv("REPOST_SPARK") == "all"
	if input == "" {
		input = "news"
		if err := copyNews(input); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("rules.txt", []byte(sparkRules), 0o666); err != nil {
		t.Fatal(err)
	}
	must(t, "ingest", "--corpus", "read.repost", input)
	for _, name := range []string{"news.parquet", "news.jsonl"} {
		must(t, "export", "--corpus", "read.repost", "--all", "-o", name)
	}
	must(t, "ingest", "--corpus", "one.repost", "--rules", "rules.txt", "news.parquet")
	dedup := func(flags ...string) []string {
		must(t, append([]string{"dedup", "news.parquet", "--rules", "rules.txt", "--keep", "earliest", "-o", "kept.jsonl", "--dropped", "dropped.jsonl"}, flags...)...)
		return flags
	}
	flags := dedup("--passages", "--mask")

	kills := sparkKills
	if all {
		kills = nil
	}
	killed := s.submit(t, "out", "news.parquet", kills, flags...)
	t.Logf("killed a worker process in the steps %s", strings.Join(killed, ", "))
	if len(killed) == 0 {
		t.Error("no worker process was killed while a step ran")
	}
	s.same(t, "out")
	if !all {
		return
	}
	flags = dedup("--annotate")
	s.submit(t, "lines", "news.jsonl", []string{}, flags...)
	s.same(t, "lines")
	for _, again := range []string{"work/pairs", "work/judge2", "work/describe", "stories", "members", "documents", "dropped"} {
		if err := os.RemoveAll(filepath.Join("lines", again)); err != nil {
			t.Fatal(err)
		}
	}
	s.submit(t, "lines", "news.jsonl", []string{}, flags...)
	s.same(t, "lines")
}

// sparkKills are the steps in which a worker process is killed: one that writes what most lines
// come of, one that many lines come to, one that all lines come to, and the last.
var sparkKills = []string{"classes", "pairs", "components1", "describe"}

// sparkRules set lines aside that name a reporter, which changes spans and relations.
const sparkRules = "line footer\n\t^.*记者\n"

// spark runs the program for Apache Spark.
type spark struct{ home, python, program string }

// newSpark goes to an empty folder with the program of repost, and skips the test if Spark is not here.
func newSpark(t *testing.T) *spark {
	home, python := sparkHome(t)
	program, err := filepath.Abs("spark/repost_spark.py")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if out, err := exec.Command("go", "build", "-C", filepath.Dir(filepath.Dir(program)), "-o", filepath.Join(mustWd(t), "repost"), ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return &spark{home, python, program}
}

// submit runs the program, and kills a worker process in each of some steps; nil is all. It
// returns the steps that were not complete after it had killed.
func (s *spark) submit(t *testing.T, out, input string, steps []string, flags ...string) (killed []string) {
	args := []string{
		"--master", "local-cluster[2,1,1024]", "--conf", "spark.executor.memory=1g", "--conf", "spark.ui.enabled=false",
		"--conf", "spark.sql.shuffle.partitions=3", "--conf", "spark.speculation=true", "--conf", "spark.deploy.maxExecutorRetries=-1",
		"--conf", "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1", "--conf", "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1",
		"--conf", "spark.sql.codegen.wholeStage=false",
		"--files", "repost", s.program, "--rules", "rules.txt", "--keep", "earliest",
	}
	submit := exec.Command(filepath.Join(s.home, "bin", "spark-submit"), append(append(args, flags...), out, input)...)
	submit.Env = append(os.Environ(), "SPARK_HOME="+s.home, "PYSPARK_PYTHON="+s.python, "PYSPARK_DRIVER_PYTHON="+s.python)
	var log bytes.Buffer
	submit.Stdout, submit.Stderr = &log, &log
	if err := submit.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	var killing sync.WaitGroup
	killing.Go(func() { killed = killInSteps(submit.Process.Pid, filepath.Join(out, "work"), steps, ended) })
	err := submit.Wait()
	close(ended)
	killing.Wait()
	if err != nil {
		t.Fatalf("spark-submit: %v\n%s", err, lastLines(log.Bytes(), 40))
	}
	return killed
}

// same compares what the program wrote with what one machine found: stories, kept documents
// and dropped ones.
func (s *spark) same(t *testing.T, out string) {
	t.Helper()
	corpus := out + ".repost"
	os.Remove(corpus)
	must(t, "import", "--corpus", corpus, "--rules", "rules.txt", out)
	must(t, "check", "--corpus", corpus)
	stories := func(corpus string) string {
		return must(t, "clusters", "--corpus", corpus, "--json", "--members")
	}
	if d := gocmp.Diff(stories("one.repost"), stories(corpus)); d != "" {
		t.Errorf("the stories of Spark are others (-one machine +Spark)\n%s", d)
	}
	sortedLines := func(text string) string {
		lines := strings.SplitAfter(text, "\n")
		slices.Sort(lines)
		return strings.Join(lines, "")
	}
	var written strings.Builder
	for _, kept := range []string{"true", "false"} {
		err := eachRow(out+"/documents/kept="+kept, func(r *deliveredTestRow) error {
			if kept == "true" || r.Repost != nil { // with --annotate all are written
				written.WriteString(r.line())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	one, err := os.ReadFile("kept.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var wantWritten strings.Builder
	for line := range bytes.Lines(one) {
		var d batch.Delivered
		if err := json.Unmarshal(line, &d); err != nil {
			t.Fatal(err)
		}
		wantWritten.WriteString(deliveredLine(d.ID, d.Text, d.Note))
	}
	if d := gocmp.Diff(sortedLines(wantWritten.String()), sortedLines(written.String())); d != "" {
		t.Errorf("Spark writes other documents (-dedup +Spark)\n%s", d)
	}
	want, err := os.ReadFile("dropped.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	err = eachRow(out+"/dropped", func(r *droppedTestRow) error {
		got = append(got, r.line())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	places := regexp.MustCompile(`,"path":".*}\n`) // which a batch does not have
	lines := strings.SplitAfter(strings.TrimSuffix(places.ReplaceAllString(string(want), "}\n"), "\n")+"\n", "\n")
	slices.Sort(lines)
	if d := gocmp.Diff(strings.Join(lines, ""), strings.Join(got, "")); d != "" {
		t.Errorf("Spark drops other documents (-dedup +Spark)\n%s", d)
	}
}

// droppedTestRow is a row of dropped.
type droppedTestRow struct {
	ID        string    `parquet:"id,optional"`
	Source    string    `parquet:"source,optional"`
	Date      string    `parquet:"date,optional"`
	Title     string    `parquet:"title,optional"`
	By        []string  `parquet:"by,optional,list"`
	Relation  string    `parquet:"relation,optional"`
	Coverage  float64   `parquet:"coverage,optional"`
	Rule      string    `parquet:"rule,optional"`
	Stories   []string  `parquet:"stories,optional,list"`
	Spans     []spanRow `parquet:"spans,optional,list"`
	KeptSpans []spanRow `parquet:"kept_spans,optional,list"`
}

// deliveredTestRow is a row of documents.
type deliveredTestRow struct {
	ID     string       `parquet:"id,optional"`
	Text   string       `parquet:"text,optional"`
	Repost *noteTestRow `parquet:"repost,optional"`
}

type noteTestRow struct {
	Kept     bool      `parquet:"kept,optional"`
	By       []string  `parquet:"by,optional,list"`
	Relation string    `parquet:"relation,optional"`
	Coverage float64   `parquet:"coverage,optional"`
	Rule     string    `parquet:"rule,optional"`
	Stories  []string  `parquet:"stories,optional,list"`
	Spans    []spanRow `parquet:"spans,optional,list"`
}

// line returns the row as text.
func (r *deliveredTestRow) line() string {
	var note *batch.Note
	if n := r.Repost; n != nil {
		note = &batch.Note{
			Kept: n.Kept, Decision: batch.Decision{
				By: append([]string{}, n.By...), Relation: dedup.Relation(n.Relation), Coverage: n.Coverage,
				Rule: n.Rule, Stories: append([]string{}, n.Stories...), Spans: pairsOf(n.Spans),
			},
		}
	}
	return deliveredLine(r.ID, r.Text, note)
}

func deliveredLine(id, text string, note *batch.Note) string {
	b, _ := json.Marshal([]any{id, text, note})
	return string(b) + "\n"
}

func pairsOf(rows []spanRow) [][2]int {
	out := make([][2]int, len(rows))
	for i, v := range rows {
		out[i] = [2]int{int(v.Lo), int(v.Hi)}
	}
	return out
}

// line returns the row as a line of dedup --dropped.
func (r *droppedTestRow) line() string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(&batch.Dropped{
		ID: r.ID, Source: r.Source, Date: r.Date, Title: r.Title, KeptSpans: pairsOf(r.KeptSpans),
		Decision: batch.Decision{
			By: r.By, Relation: dedup.Relation(r.Relation), Coverage: r.Coverage, Rule: r.Rule, Stories: r.Stories, Spans: pairsOf(r.Spans),
		},
	})
	return b.String()
}

// killInSteps kills a worker process of Spark, a descendant of process root, in each of some steps, whose
// output a folder gets; nil is all of them.
func killInSteps(root int, folder string, steps []string, ended <-chan struct{}) (killed []string) {
	tried := map[string]bool{}
	for {
		select {
		case <-ended:
			return killed
		case <-time.After(20 * time.Millisecond):
		}
		begun, _ := filepath.Glob(filepath.Join(folder, "*", "_temporary"))
		for _, path := range begun {
			path = filepath.Dir(path)
			step := filepath.Base(path)
			if tried[step] || steps != nil && !slices.Contains(steps, step) {
				continue
			}
			tried[step] = true
			if workers := sparkWorkers(root); len(workers) > 0 {
				if p, err := os.FindProcess(workers[len(tried)%len(workers)]); err != nil || p.Kill() != nil {
					continue
				}
				if _, err := os.Stat(filepath.Join(path, "_SUCCESS")); err != nil {
					killed = append(killed, step)
				}
			}
		}
	}
}

// sparkWorkers returns the processes that run tasks of Spark, descendants of process root.
func sparkWorkers(root int) (workers []int) {
	parent := map[int]int{}
	names, _ := filepath.Glob("/proc/[0-9]*")
	for _, name := range names {
		pid, _ := strconv.Atoi(filepath.Base(name))
		stat, _ := os.ReadFile(name + "/stat")
		_, rest, _ := bytes.Cut(stat, []byte(") ")) // after the name of the program: state, parent
		if f := bytes.Fields(rest); len(f) > 1 {
			parent[pid], _ = strconv.Atoi(string(f[1]))
		}
		if command, _ := os.ReadFile(name + "/cmdline"); bytes.Contains(command, []byte("CoarseGrainedExecutorBackend")) {
			workers = append(workers, pid)
		}
	}
	slices.Sort(workers)
	return slices.DeleteFunc(workers, func(pid int) bool {
		for pid > 1 && pid != root {
			pid = parent[pid]
		}
		return pid != root
	})
}

func mustWd(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// lastLines returns the last n lines of b.
func lastLines(b []byte, n int) []byte {
	lines := bytes.SplitAfter(b, []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-n):], nil)
}
