package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup/batch"
	"repost/dedup/detect"
)

const batchHelp = `batch finds the stories of more documents than one machine holds. Each stage is a
filter that reads lines from standard input and writes lines to standard output; an engine
that sorts and groups lines, as Apache Spark does, runs the stages on many machines. The
stories are those of repost ingest, byte for byte.

repost batch documents PATH… reads documents as ingest does, and repost batch list prints the
stories as repost clusters --json does. Between them come the stages of repost batch plan, in
their order. Each says which kinds of line it reads of which steps, and whether they must
come sorted:

STAGES

A line has three fields, separated by tabs: the key that groups it, its kind and what it
comes after in its group, and its data. sort with LC_ALL=C puts lines into the order that the
stages need. Lines carry a mark of their scheme and of the version of the format; lines that
were made with other --rules are refused.

An engine that spends long on each row moves runs in place of lines: with --partitions N a
stage writes rows of a partition's number from 0, a kind, and many lines of these, sorted and
packed. A stage reads the last field of rows as it reads lines, in any order, if it gets all
rows of a partition; it merges them. The stage copy makes runs of lines, and lines of runs.

repost batch plan --shell prints a script that runs all stages on one machine with sort:

  repost batch plan --shell > batch.sh
  bash batch.sh WORK-FOLDER dump.jsonl.gz > stories.jsonl

repost batch plan --spark prints the program that runs them on Apache Spark; its first lines
say how.

Ids must be different: a document with the id of another one is an error, since which of
the two is newer depends on the order of reading.`

type batchFlags struct {
	keepFlags // of plan, describe and the stages that follow it
	pass      int
	parts     int
	shell     bool
	spark     bool
}

// options are those of the plan, and of its stages.
func (f *batchFlags) options() (opt batch.Options, err error) {
	opt.Mask, opt.Annotate = f.mask, f.annotate
	opt.Keep, err = f.keepFlags.options()
	return opt, err
}

func (a *app) batchCommand() *cobra.Command {
	var f batchFlags
	var stages strings.Builder
	for _, s := range batch.Stages() {
		fmt.Fprintf(&stages, "  %-10s  %s\n", s.Name, s.Short)
	}
	c := &cobra.Command{
		Use:   "batch STAGE [PATH…]",
		Short: "Find stories on many machines, in stages",
		Long:  strings.Replace(help(batchHelp, "1 is not used"), "STAGES", strings.TrimSuffix(stages.String(), "\n"), 1),
		Example: "  repost batch plan --shell > batch.sh && bash batch.sh /tmp/work dump/ > stories.jsonl\n" +
			"  repost batch documents dump.jsonl | LC_ALL=C sort | repost batch number | repost batch sketch",
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			scheme, err := a.scheme()
			if err != nil {
				return err
			}
			if scheme == nil {
				scheme = &detect.DefaultScheme
			}
			name, paths := args[0], args[1:]
			if name == "documents" {
				return a.batchDocuments(scheme, paths)
			}
			if len(paths) > 0 {
				return usage("repost batch %s reads standard input, and takes no %q", name, paths[0])
			}
			switch name {
			case "plan":
				return a.batchPlan(&f)
			case "list":
				return a.batchList(scheme)
			}
			return a.batchStage(name, scheme, &f)
		},
	}
	f.ruleFlags(c)
	f.cutFlags(c)
	c.Flags().IntVar(&f.pass, "pass", 0, "of the stage judge: which `pass` it is, from 1")
	c.Flags().IntVar(&f.parts, "partitions", 0, "write runs of `N` partitions, sorted and packed, in place of lines of text (0 = text)")
	c.Flags().BoolVar(&f.shell, "shell", false, "of plan: print a script that runs the stages with sort")
	c.Flags().BoolVar(&f.spark, "spark", false, "of plan: print the program that runs the stages on Apache Spark")
	a.readingFlags(c, "format")
	a.rulesFlag(c)
	return c
}

// batchStage runs a stage on standard input.
func (a *app) batchStage(name string, scheme *detect.Scheme, f *batchFlags) error {
	s, ok := batch.Named(name)
	if !ok {
		return usage("batch %q: there is no such stage%s", name, didYouMean(name, stageNames()))
	}
	if name == "judge" && (f.pass < 1 || f.pass > batch.Passes) {
		return usage("--pass %d: give the pass that judge makes, from 1 to %d", f.pass, batch.Passes)
	}
	if f.parts < 0 || f.parts > batch.MaxPartitions {
		return usage("--partitions %d: give a number from 1 to %d, or 0 for text", f.parts, batch.MaxPartitions)
	}
	opt, err := f.options()
	if err != nil {
		return err
	}
	opt.Scheme, opt.Pass, opt.Partitions = scheme, f.pass, f.parts
	r, err := s.Run(a.ctx, a.stdin, a.stdout, opt)
	if err != nil {
		return fmt.Errorf("batch %s: %w", name, err)
	}
	for _, what := range slices.Sorted(maps.Keys(r.Capped)) {
		a.infof("batch %s: %s: %s", name, what, report.Thousands(r.Capped[what]))
	}
	return nil
}

func stageNames() []string {
	names := []string{"documents", "plan", "list"}
	for _, s := range batch.Stages() {
		names = append(names, s.Name)
	}
	return names
}

// batchDocuments writes the documents of paths as lines.
func (a *app) batchDocuments(scheme *detect.Scheme, paths []string) error {
	if len(paths) == 0 {
		return usage("PATH is missing: give files or folders of documents, or - for standard input")
	}
	opt, err := a.input.options()
	if err != nil {
		return err
	}
	lost, complaints := false, complaints{app: a}
	var line []byte
	for rec, err := range a.read(paths, opt) {
		switch {
		case a.ctx.Err() != nil:
			return a.ctx.Err()
		case err != nil:
			lost = lost || losesText(err)
			complaints.add(err)
			continue
		case rec.Unnamed && rec.Origin.Path == "-":
			return fmt.Errorf("%s has no id and no address, and its number depends on how the input is cut; say where ids are with --field id=…", place(&rec.Origin))
		}
		line = batch.AppendDocument(line[:0], scheme, &rec.Doc)
		if _, err := a.stdout.Write(line); err != nil {
			return err
		}
	}
	complaints.end()
	if lost {
		return status(trouble)
	}
	return nil
}

// batchList prints the stories of sorted lines as clusters --json does.
func (a *app) batchList(scheme *detect.Scheme) error {
	p := a.printer()
	p.JSON = true
	err := batch.EachStory(a.stdin, scheme, func(s *batch.Story) error {
		r := &report.Story{ID: s.ID, Size: len(s.Members)}
		for i := range s.Members {
			m := &s.Members[i]
			r.Members = append(r.Members, member(m.Member(), &m.Document))
		}
		p.Story(r)
		return p.Err
	})
	if err != nil {
		return fmt.Errorf("batch list: %w", err)
	}
	return p.Err
}

//go:embed spark/repost_spark.py
var sparkProgram string

// batchPlan prints the steps, as JSON or as a program.
func (a *app) batchPlan(f *batchFlags) error {
	opt, err := f.options()
	switch {
	case err != nil:
		return err
	case f.shell && f.spark:
		return usage("--shell and --spark are two programs: ask for one of them")
	case f.shell:
		return batchScript(a.stdout, f, opt)
	case f.spark:
		_, err := a.stdout.WriteString(sparkProgram)
		return err
	}
	e := json.NewEncoder(a.stdout)
	for _, s := range batch.Plan(opt) {
		if err := e.Encode(s); err != nil {
			return err
		}
	}
	return nil
}

// words are the flags of describe and the stages that follow it, for a shell.
func (f *batchFlags) words() (words string) {
	for _, r := range f.rules {
		words += " --keep '" + strings.ReplaceAll(r, "'", `'\''`) + "'"
	}
	words += fmt.Sprintf(" --threshold %v", f.threshold)
	for _, flag := range []struct {
		name string
		set  bool
	}{{"in-one", f.inOne}, {"keep-versions", f.versions}, {"passages", f.passages}, {"mask", f.mask}, {"annotate", f.annotate}} {
		if flag.set {
			words += " --" + flag.name
		}
	}
	return words
}

// batchScript writes a script that runs the plan.
func batchScript(w *bufio.Writer, f *batchFlags, opt batch.Options) error {
	fmt.Fprint(w, `#!/usr/bin/env bash
# Finds the stories of documents in stages, with sort: see repost batch --help.
#
#   bash batch.sh WORK-FOLDER PATH… > stories.jsonl
#
# Each step writes a file of the work folder. One that is there is not made again. The last
# one has what a deduplicated corpus drops: grep -P '^[^\t]*\tf' WORK-FOLDER/describe | cut -f3 | cut -d' ' -f2-
set -euo pipefail
export LC_ALL=C GOGC=200 # the memory of a process that is short
repost=${REPOST:-repost}
work=${1:?which folder for the files of the steps?}
shift
mkdir -p "$work"

sorted() { sort -T "$work"; }
# kinds KINDS STEP: the lines of these kinds of a step.
kinds() { grep -a "^[^	]*	[$1]" "$work/$2" || [ $? -eq 1 ]; }
# step NAME STAGE…: makes a step of standard input.
step() {
    local name=$1
    shift
    "$repost" batch "$@" >"$work/$name.part"
    mv "$work/$name.part" "$work/$name"
}

[ -e "$work/documents" ] || "$repost" batch documents "$@" | sorted | step documents number
`)
	for _, s := range batch.Plan(opt) {
		var in []string
		for _, from := range slices.Sorted(maps.Keys(s.In)) {
			in = append(in, fmt.Sprintf("kinds %s %s", s.In[from], from))
		}
		sort := ""
		if s.Group {
			sort = " | sorted"
		}
		stage := s.Stage
		if s.Pass > 0 {
			stage += fmt.Sprintf(" --pass %d", s.Pass)
		}
		if s.Stage == "describe" || s.Stage == "passages" || s.Stage == "cut" {
			stage += f.words()
		}
		fmt.Fprintf(w, "[ -e \"$work/%s\" ] || { %s; }%s | step %s %s\n", s.Name, strings.Join(in, "; "), sort, s.Name, stage)
	}
	_, err := fmt.Fprintf(w, "kinds s %s | sorted | \"$repost\" batch list\n", batch.ToStories)
	return err
}
