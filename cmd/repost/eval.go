package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"repost/dedup"
	"repost/dedup/align"
	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/dedup/diff"
	"repost/dedup/eval"
	"repost/shingle"
	"repost/store"
)

const evalHelp = `eval measures against labels: precision, recall, F1, B-cubed, adjusted Rand index,
PlagDet, recall by kind of edit, with 95 % intervals.

eval scores the stories of the corpus, or of --clusters FILE, which holds the output of
clusters --json. set, plagdet and differences need neither: they find the stories, passages
and differences in the texts of the labelled set.

set measures on a folder of texts written by hand: each text once, with the parts that
others took from it and the words that they changed. testdata/gold/README.md describes the
format, which you can use for labels of your own outlets.

--half scores one half of a set, tune or check, so that rules made on one half can be tried
on the other. A hash splits the set; texts that belong together stay together. --sweep tries
other thresholds on the links of the corpus and prints the figures of each. It does not
change the corpus, and does not apply to set, plagdet and differences.`

type evalFlags struct {
	clusters string
	half     string
	list     int
	values   string // of --sweep
	opt      eval.Options

	sweep *sweep
	tried *cluster.Thresholds
}

func (f *evalFlags) parse() error {
	switch f.half {
	case "":
	case "tune":
		f.opt.Part = eval.Tune
	case "check":
		f.opt.Part = eval.Check
	default:
		return usage("--half %q: give tune or check", f.half)
	}
	f.opt.List = f.list
	if f.values == "" {
		return nil
	}
	if f.clusters != "" {
		return usage("--sweep judges the corpus: not with --clusters")
	}
	var err error
	f.sweep, err = parseSweep(f.values)
	return err
}

func (a *app) evalCommand() *cobra.Command {
	var f evalFlags
	c := &cobra.Command{
		Use:     "eval",
		Short:   "Measure against labels",
		Long:    help(evalHelp, "1 is not used"),
		Example: "  repost eval passages gold.jsonl.gz\n  repost eval differences edits.jsonl.gz --half check",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			given := false
			c.Flags().Visit(func(f *pflag.Flag) { given = given || f.Annotations[fromAnnotation] == nil })
			if !given {
				return c.Help()
			}
			var names []string
			for _, sub := range c.Commands() {
				names = append(names, sub.Name())
			}
			return usage("what to measure is missing: give %s", strings.Join(names, ", "))
		},
	}
	fs := c.PersistentFlags()
	fs.BoolVar(&a.json, "json", false, "print the report as an object of JSON")
	fs.StringVar(&f.clusters, "clusters", "", "score the stories of this `file` instead of those of the corpus")
	fs.StringVar(&f.half, "half", "", "score one half of the set: tune or check")
	fs.StringVar(&f.values, "sweep", "", "try these values of a threshold on the corpus, as `reworded=.08,.12,.16`")
	fs.IntVar(&f.list, "list", 0, "list at most `N` misses and N false positives")
	for _, k := range []struct {
		use, short, example string
		args                int
		run                 func(ctx context.Context, args []string, f evalFlags) (eval.Report, error)
	}{
		{
			"passages GOLD", "Stories as spans of documents", "  repost eval passages zh-pages-dev-gold.jsonl.gz", 1,
			func(ctx context.Context, args []string, f evalFlags) (eval.Report, error) {
				return a.evalPassages(ctx, args[0], f)
			},
		},
		{
			"clusters GOLD", "Documents, each in one cluster", "  repost eval clusters truth.jsonl", 1,
			func(ctx context.Context, args []string, f evalFlags) (eval.Report, error) {
				return a.evalClusters(ctx, args[0], f)
			},
		},
		{
			"labels LABELS", "Pairs of documents with a yes or a no", "  repost eval labels pairs.tsv", 1,
			func(ctx context.Context, args []string, f evalFlags) (eval.Report, error) {
				return a.evalLabels(ctx, args[0], f)
			},
		},
		{
			"pairs RECORDS GOLD NEGATIVES", "True pairs and look-alike pairs among records",
			"  repost eval pairs xwlb-dev.jsonl.gz xwlb-dev-gold.tsv xwlb-dev-negatives.tsv", 3,
			func(ctx context.Context, args []string, f evalFlags) (eval.Report, error) {
				return a.evalPairs(ctx, args, f)
			},
		},
		{
			"set FOLDER", "Stories, spans and edits of a set written by hand", "  repost eval set testdata/gold", 1,
			func(ctx context.Context, args []string, f evalFlags) (eval.Report, error) {
				return evalSet(ctx, args[0], f)
			},
		},
		{
			"plagdet CORPUS", "Passages of the PAN 2013 text alignment corpora", "  repost eval plagdet pan13-train.tar.gz", 1,
			func(ctx context.Context, args []string, f evalFlags) (eval.Report, error) {
				return evalPlagDet(ctx, args[0], f)
			},
		},
		{
			"differences EDITS", "Recorded edits of pairs of texts, with their grades", "  repost eval differences zh-edits-dev.jsonl.gz", 1,
			func(ctx context.Context, args []string, f evalFlags) (eval.Report, error) {
				return evalDifferences(ctx, args[0], f)
			},
		},
	} {
		c.AddCommand(&cobra.Command{
			Use: k.use, Short: k.short, Example: k.example, Args: cobra.ExactArgs(k.args),
			Long: help(k.short+": see repost eval --help.", "1 is not used"),
			RunE: func(cmd *cobra.Command, args []string) error {
				if err := f.parse(); err != nil {
					return err
				}
				if f.sweep != nil {
					return f.sweep.run(a, func(t *cluster.Thresholds) (eval.Report, error) {
						f := f
						f.tried = t
						return k.run(cmd.Context(), args, f)
					})
				}
				r, err := k.run(cmd.Context(), args, f)
				if err != nil {
					return err
				}
				if a.json {
					p := a.printer()
					p.Object(r)
					return p.Err
				}
				return r.WriteText(a.stdout)
			},
		})
	}
	return c
}

// labels is read of a file that is no measure when nothing is in it.
func labels[T any](ctx context.Context, name string, parse func(r io.Reader, name string) ([]T, error)) ([]T, error) {
	out, err := read(ctx, name, parse)
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("%s: there are no labels in it", name)
	}
	return out, err
}

// read reads a file of labels, packed or not.
func read[T any](ctx context.Context, name string, parse func(r io.Reader, name string) (T, error)) (T, error) {
	return interruptible(ctx, func() (value T, err error) {
		f, err := eval.Open(name)
		if err != nil {
			return value, err
		}
		defer f.Close()
		return parse(f, name)
	})
}

// predicted returns the stories to be scored.
func (a *app) predicted(ctx context.Context, f evalFlags) (out []eval.Cluster, err error) {
	if f.clusters != "" {
		return read(ctx, f.clusters, eval.ReadClusters)
	}
	if f.tried != nil {
		return a.judged(ctx, f.tried)
	}
	err = a.reading(func(c *store.Corpus) error {
		return c.Stories(func(s *dedup.Story) error {
			out, err = appendCluster(out, c, s)
			return err
		})
	})
	return out, err
}

func (a *app) evalPassages(ctx context.Context, name string, f evalFlags) (eval.Report, error) {
	gold, err := labels(ctx, name, eval.ReadGold)
	if err != nil {
		return nil, err
	}
	clusters, err := a.predicted(ctx, f)
	if err != nil {
		return nil, err
	}
	return eval.Passages(gold, clusters, f.opt), nil
}

func (a *app) evalClusters(ctx context.Context, name string, f evalFlags) (eval.Report, error) {
	gold, err := labels(ctx, name, eval.ReadClusters)
	if err != nil {
		return nil, err
	}
	clusters, err := a.predicted(ctx, f)
	if err != nil {
		return nil, err
	}
	return eval.Clusters(gold, clusters, f.opt)
}

func (a *app) evalLabels(ctx context.Context, name string, f evalFlags) (eval.Report, error) {
	pairs, err := labels(ctx, name, eval.ReadLabels)
	if err != nil {
		return nil, err
	}
	clusters, err := a.predicted(ctx, f)
	if err != nil {
		return nil, err
	}
	return eval.Labelled(pairs, clusters, f.opt), nil
}

func (a *app) evalPairs(ctx context.Context, names []string, f evalFlags) (eval.Report, error) {
	records, err := read(ctx, names[0], eval.ReadRecords)
	if err != nil {
		return nil, err
	}
	gold, err := labels(ctx, names[1], eval.ReadPairs)
	if err != nil {
		return nil, err
	}
	negatives, err := read(ctx, names[2], eval.ReadPairs)
	if err != nil {
		return nil, err
	}
	clusters, err := a.predicted(ctx, f)
	if err != nil {
		return nil, err
	}
	return eval.Pairs(records, gold, negatives, clusters), nil
}

// evalPlagDet aligns every pair of a PAN corpus. The source of a summary is the
// whole document, as in the labels of these corpora.
func evalPlagDet(ctx context.Context, name string, f evalFlags) (eval.Report, error) {
	corpus, err := interruptible(ctx, func() (*eval.PANCorpus, error) { return eval.ReadPAN(name, true) })
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(corpus.Texts))
	for n := range corpus.Texts {
		names = append(names, n)
	}
	prepared, terms := make(map[string]*align.Prepared, len(names)), new(align.Frequencies)
	var mu sync.Mutex
	each(ctx, len(names), func(i int) {
		p := align.Prepare(corpus.Texts[names[i]], shingle.Rules{})
		mu.Lock()
		defer mu.Unlock()
		prepared[names[i]] = p
		terms.Add(p)
	})
	var pairs [][2]string
	for _, c := range corpus.Categories {
		pairs = append(pairs, c.Pairs...)
	}
	found := make([][]align.Detection, len(pairs))
	each(ctx, len(pairs), func(i int) {
		found[i] = align.Detect(prepared[pairs[i][0]], prepared[pairs[i][1]], align.Options{IDF: terms.IDF}).Detections
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var cases []eval.Case
	for i, p := range pairs {
		for _, d := range found[i] {
			if d.Kind == align.Summarised {
				d.B = shingle.Span{Lo: 0, Hi: len(corpus.Texts[p[1]])}
			}
			c, err := corpus.Detection(p[0], p[1], d.A, d.B)
			if err != nil {
				return nil, err
			}
			cases = append(cases, c)
		}
	}
	return eval.PlagDet(corpus, cases, f.opt), nil
}

// evalDifferences compares every pair of a set of recorded edits.
func evalDifferences(ctx context.Context, name string, f evalFlags) (eval.Report, error) {
	gold, err := labels(ctx, name, eval.ReadEdits)
	if err != nil {
		return nil, err
	}
	return differences(ctx, gold, f)
}

// evalSet finds the stories of a set in a corpus of nothing else, and compares its pairs.
func evalSet(ctx context.Context, folder string, f evalFlags) (eval.Report, error) {
	if f.clusters != "" || f.sweep != nil {
		return nil, usage("set finds the stories of its own texts: neither --clusters nor --sweep applies")
	}
	if info, err := os.Stat(folder); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, usage("%s: a set is a folder of .txtar files", folder)
	}
	set, err := interruptible(ctx, func() (*eval.Set, error) { return eval.ReadSet(os.DirFS(folder)) })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	m := detect.NewMemory(&detect.DefaultScheme)
	for _, d := range set.Documents {
		m.Add(dedup.Document(d))
	}
	if err := detect.UpdateStories(stoppable{m, ctx}, &detect.DefaultScheme, nil); err != nil {
		return nil, err
	}
	var clusters []eval.Cluster
	for _, s := range m.Stories() {
		c := eval.Cluster{ID: s.ID}
		for _, k := range s.Members {
			c.Members = append(c.Members, eval.Member{ID: m.Document(k.Doc).ID, Spans: spans(k.Spans)})
		}
		clusters = append(clusters, c)
	}
	changes, err := differences(ctx, set.Edits, f)
	if err != nil {
		return nil, err
	}
	return &eval.SetReport{Passages: eval.Passages(set.Gold, clusters, f.opt), Differences: changes}, nil
}

// differences compares every pair and scores the changes against the recorded edits.
func differences(ctx context.Context, gold []eval.EditPair, f evalFlags) (*eval.DifferenceReport, error) {
	found := make([][]eval.Change, len(gold))
	each(ctx, len(gold), func(i int) {
		r := diff.Compare(diff.Side{Text: gold[i].A}, diff.Side{Text: gold[i].B}, diff.Options{})
		for _, c := range r.Changes {
			found[i] = append(found[i], eval.Change{A: c.A, B: c.B, Grade: string(c.Grade), Class: string(c.Class)})
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	answers := make(map[string][]eval.Change, len(gold))
	for i, g := range gold {
		answers[g.ID] = found[i]
	}
	return eval.Differences(gold, answers, f.opt), nil
}
