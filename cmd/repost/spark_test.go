package main

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
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
// ingest and drops what dedup drops, and its output can be imported. One process is killed on
// the way. It takes a minute or two.
func TestSpark(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED in short mode: Apache Spark takes minutes")
	}
	home, python := sparkHome(t)
	program, err := filepath.Abs("spark/repost_spark.py")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if out, err := exec.Command("go", "build", "-C", filepath.Dir(filepath.Dir(program)), "-o", filepath.Join(mustWd(t), "repost"), ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := copyNews("news"); err != nil {
		t.Fatal(err)
	}
	writeRecords(t, "news.jsonl", must(t, "batch", "documents", "news"))
	submit := exec.Command(filepath.Join(home, "bin", "spark-submit"),
		"--master", "local-cluster[2,1,1024]", "--conf", "spark.executor.memory=1g", "--conf", "spark.ui.enabled=false",
		"--conf", "spark.sql.shuffle.partitions=3", "--conf", "spark.speculation=true",
		"--conf", "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1", "--conf", "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1",
		"--conf", "spark.sql.codegen.wholeStage=false",
		"--files", "repost", program, "--keep", "earliest", "out", "news.jsonl")
	submit.Env = append(os.Environ(), "SPARK_HOME="+home, "PYSPARK_PYTHON="+python, "PYSPARK_DRIVER_PYTHON="+python)
	var out bytes.Buffer
	submit.Stdout, submit.Stderr = &out, &out
	if err := submit.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	var killing sync.WaitGroup
	killing.Go(func() { killExecutor(t, submit.Process.Pid, "out/work/prints/_SUCCESS", ended) })
	err = submit.Wait()
	close(ended)
	killing.Wait()
	if err != nil {
		t.Fatalf("spark-submit: %v\n%s", err, lastLines(out.Bytes(), 40))
	}
	must(t, "ingest", "--corpus", "one.repost", "news.jsonl")
	must(t, "import", "--corpus", "spark.repost", "out")
	stories := func(corpus string) string { return must(t, "clusters", "--corpus", corpus, "--json", "--members") }
	if d := gocmp.Diff(stories("one.repost"), stories("spark.repost")); d != "" {
		t.Errorf("the stories of Spark are others (-one machine +Spark)\n%s", d)
	}
	must(t, "dedup", "news.jsonl", "--keep", "earliest", "-o", "kept.jsonl")
	if d := gocmp.Diff(idsOf(must(t, "batch", "documents", "kept.jsonl")), idsOf(must(t, "batch", "documents", "out/documents/kept=true"))); d != "" {
		t.Errorf("Spark keeps other documents (-dedup +Spark)\n%s", d)
	}
}

// killExecutor kills a worker of Spark, a descendant of process root, once a file is there.
func killExecutor(t *testing.T, root int, file string, ended <-chan struct{}) {
	for {
		select {
		case <-ended:
			return
		case <-time.After(100 * time.Millisecond):
		}
		if _, err := os.Stat(file); err == nil {
			break
		}
	}
	parent, executors := map[int]int{}, []int{}
	names, _ := filepath.Glob("/proc/[0-9]*")
	for _, name := range names {
		pid, _ := strconv.Atoi(filepath.Base(name))
		stat, _ := os.ReadFile(name + "/stat")
		_, rest, _ := bytes.Cut(stat, []byte(") ")) // after the name of the program: state, parent
		if f := bytes.Fields(rest); len(f) > 1 {
			parent[pid], _ = strconv.Atoi(string(f[1]))
		}
		if command, _ := os.ReadFile(name + "/cmdline"); bytes.Contains(command, []byte("CoarseGrainedExecutorBackend")) {
			executors = append(executors, pid)
		}
	}
	for _, pid := range executors {
		for p := pid; p > 1; p = parent[p] {
			if p == root {
				t.Logf("killed worker %d of Spark", pid)
				if p, err := os.FindProcess(pid); err == nil {
					p.Kill()
				}
				return
			}
		}
	}
	t.Log("no worker of Spark was found to kill")
}

func mustWd(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// writeRecords writes the documents of lines of a batch as JSON lines.
func writeRecords(t *testing.T, name, lines string) {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(lines) {
		_, record, _ := strings.Cut(line, " ")
		b.WriteString(record)
	}
	if err := os.WriteFile(name, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// idsOf returns the keys of lines of documents, sorted.
func idsOf(lines string) (keys []string) {
	for line := range strings.Lines(lines) {
		key, _, _ := strings.Cut(line, "\t")
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// lastLines returns the last n lines of b.
func lastLines(b []byte, n int) []byte {
	lines := bytes.SplitAfter(b, []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-n):], nil)
}
