// Package batch finds the stories of more documents than one machine holds: in stages, each a
// filter that reads lines and writes lines, so that any engine that can sort and group does
// the rest, as Apache Spark does, or sort. What a stage does to a group of lines is what
// detect.UpdateStories does on one machine, in the same code, and so are the stories. Plan has the
// stages in their order, with what each reads; the file line.go has the format of a line.
//
//	documents → sketch → classes    equal texts are one; its fingerprints, bands and prepared text
//	fingerprints, bands → hits → pairs    the texts that hold one key; the pairs that share enough
//	learn, learned                  passages at the edge of many texts: samples → boilerplate
//	first, align                    the two texts of a pair → a link
//	judge, components, group        in three passes: links accepted → stories
//	count, common                   between them: in how many stories each fingerprint is
//	stories, describe               the members of each story, their spans, its id; which documents are dropped
//	passages                        in one process what is cut too
//	cut                             the texts that are left, with what is known of each document
//
// Lines are text, for sort, or packed in runs, for an engine: the file runs.go has their format.
//
// Documents are numbered by the order of their ids, so that no result depends on how the
// input was cut. A group is read in the order of its lines; of a group, a stage holds what
// it must see together: the holders of a key (some 30 bytes each), the links of a component,
// never more than one text of a pair and one of a story.
//
// Bounds are those of one machine, since the code is: a fingerprint or a band in more than lsh.Cap
// texts makes no pairs, one in many makes pairs with pivots alone. What met a bound is
// counted: see Report.
package batch

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"

	"repost/dedup/detect"
	"repost/dedup/lsh"
)

// Stage is a filter of lines.
type Stage struct {
	Name  string
	Short string
	// Grouped says that the lines must come sorted, whole groups at a time.
	Grouped bool
	// Single says that one process must read all lines.
	Single bool
	in     string
	run    func(w *worker) error
}

// Report counts what a run of a stage met.
type Report struct {
	Lines  int // read
	Out    int // written
	Capped map[string]int
}

// worker is one run of a stage.
type worker struct {
	*reader
	*writer
	ctx     context.Context
	scheme  *detect.Scheme
	options Options
	report  Report
}

// cap notes that a bound was met.
func (w *worker) cap(what string) {
	if w.report.Capped == nil {
		w.report.Capped = map[string]int{}
	}
	w.report.Capped[what]++
}

// Options say how Run runs a stage.
type Options struct {
	Scheme *detect.Scheme     // nil is the default
	Pass   int                // of judge: from 1
	Keep   detect.KeepOptions // of describe and passages
	// Mask cuts boilerplate, and Annotate adds what is known of each document: see stage cut.
	Mask, Annotate bool
	// Partitions, if it is not 0, has the stage write runs of that number of partitions: see file runs.go.
	Partitions int
}

// Stages returns the stages, in the order in which they first come.
func Stages() []Stage { return slices.Clone(stages) }

// Named returns the stage with a name.
func Named(name string) (Stage, bool) {
	i := slices.IndexFunc(stages, func(s Stage) bool { return s.Name == name })
	if i < 0 {
		return Stage{}, false
	}
	return stages[i], true
}

// Run runs a stage: it reads lines from in and writes lines to out.
func (s Stage) Run(ctx context.Context, in io.Reader, out io.Writer, opt Options) (Report, error) {
	if opt.Scheme == nil {
		opt.Scheme = &detect.DefaultScheme
	}
	stamp := stampOf(opt.Scheme)
	w := &worker{
		reader: &reader{in: bufio.NewReaderSize(in, 1<<20), stamp: stamp, kinds: s.in, grouped: s.Grouped},
		writer: &writer{to: newSink(out, stamp, opt.Partitions)},
		ctx:    ctx, scheme: opt.Scheme, options: opt,
	}
	defer w.close()
	err := s.run(w)
	if err == nil {
		err = w.err
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return w.report, err
	}
	w.report.Lines, w.report.Out = w.at, w.lines
	return w.report, w.to.flush()
}

var stages = []Stage{
	{Name: "number", Short: "number documents, sorted by id", in: "D", Grouped: true, Single: true, run: (*worker).numbers},
	{Name: "copy", Short: "copy lines, as they are", in: everyKind, run: (*worker).copy},
	{Name: "sketch", Short: "sketch documents", in: "D", run: (*worker).sketch},
	{Name: "classes", Short: "leave one of equal texts: its fingerprints, bands and prepared text", in: "S", Grouped: true, run: (*worker).classes},
	{Name: "prints", Short: "hits of the texts that hold a fingerprint", in: "P", Grouped: true, run: (*worker).fingerprints},
	{Name: "crowds", Short: "the bands that texts share", in: "B", Grouped: true, run: (*worker).crowds},
	{Name: "crowded", Short: "the texts that are in many crowds", in: "b", Grouped: true, run: (*worker).crowded},
	{Name: "bands", Short: "hits of the texts that hold a band", in: "c", Grouped: true, run: (*worker).bands},
	{Name: "pairs", Short: "pairs whose hits weigh enough", in: "HI", Grouped: true, run: (*worker).pairs},
	{Name: "samples", Short: "the texts in the samples of passages", in: "TW", Grouped: true, run: (*worker).samples},
	{Name: "learn", Short: "which passages are boilerplate", in: "RX", Grouped: true, run: (*worker).learn},
	{Name: "learned", Short: "where documents hold fingerprints of boilerplate", in: "MQ", Grouped: true, run: (*worker).learned},
	{Name: "first", Short: "the first texts of pairs", in: "TUV", Grouped: true, run: (*worker).first},
	{Name: "align", Short: "the links of pairs", in: "TUY", Grouped: true, run: (*worker).align},
	{Name: "judge", Short: "which links are accepted", in: "EGJ", Grouped: true, run: (*worker).judge},
	{Name: "components", Short: "the components that accepted links join", in: "e", Single: true, run: (*worker).components},
	{Name: "label", Short: "the component of each link", in: "ACDJKm", Grouped: true, run: (*worker).labels},
	{Name: "group", Short: "the stories of components, after the first passes", in: "K", Grouped: true, run: (*worker).nodes},
	{Name: "count", Short: "in which stories the fingerprints of a document are", in: "FLN", Grouped: true, run: (*worker).count},
	{Name: "common", Short: "fingerprints in many stories", in: "O", Grouped: true, run: (*worker).common},
	{Name: "stories", Short: "the stories of components, after the last pass", in: "CK", Grouped: true, run: (*worker).stories},
	{Name: "describe", Short: "spans and relations of members, and which documents a deduplicated corpus drops", in: "CJdm", Grouped: true, run: (*worker).describe},
	{Name: "passages", Short: "which documents are dropped, and which passages are cut of those that are kept", in: "CDJTk", Single: true, run: (*worker).passages},
	{Name: "cut", Short: "documents without what is cut, and with what is known of them", in: "Dafq", Grouped: true, run: (*worker).cut},
}

// delivers reports whether documents are written in another form than they came in.
func (o *Options) delivers() bool { return o.Mask || o.Annotate || o.Keep.Passages }

// Step is a stage in its place in the plan: the steps whose output it reads, each with the
// kinds of line that it reads of it.
type Step struct {
	Name  string            `json:"name"`
	Stage string            `json:"stage"`
	Pass  int               `json:"pass,omitempty"`
	Group bool              `json:"group"`  // sort the lines, and give whole groups
	Only  bool              `json:"single"` // give all lines to one process
	In    map[string]string `json:"in"`     // step → kinds
}

// The names of numbered documents, and of the steps with the links and the stories, for
// EachStory.
const (
	Documents = "documents"
	ToLinks   = "align"
	ToStories = "describe"
)

// Plan returns the steps that lead from numbered documents to stories and to what is kept.
func Plan(opt Options) []Step {
	plan := []Step{
		{Name: "sketch", In: map[string]string{Documents: "D"}},
		{Name: "classes", In: map[string]string{"sketch": "S"}},
		{Name: "prints", In: map[string]string{"classes": "P"}},
		{Name: "crowds", In: map[string]string{"classes": "B"}},
		{Name: "crowded", In: map[string]string{"crowds": "b"}},
		{Name: "bands", In: map[string]string{"crowded": "c"}},
		{Name: "pairs", In: map[string]string{"prints": "H", "bands": "I"}},
		{Name: "samples", In: map[string]string{"classes": "T", "prints": "W"}},
		{Name: "learn", In: map[string]string{"prints": "R", "samples": "X"}},
		{Name: "learned", In: map[string]string{"prints": "Q", "learn": "M"}},
		{Name: "first", In: map[string]string{"classes": "T", "learned": "U", "pairs": "V"}},
		{Name: "align", In: map[string]string{"classes": "T", "learned": "U", "first": "Y"}},
	}
	name := func(stage string, pass int) string { return fmt.Sprintf("%s%d", stage, pass) }
	for pass := 1; pass <= Passes; pass++ {
		judged := map[string]string{"align": "J", "first": "G"}
		label := map[string]string{name("judge", pass): "K", name("components", pass): "A"}
		last := Step{Name: name("group", pass), Stage: "group", In: map[string]string{name("label", pass): "K"}}
		if pass > 1 {
			judged[name("common", pass-1)] = "E"
		}
		if pass == Passes {
			label["classes"] = "C"
			last = Step{Name: "stories", In: map[string]string{name("label", pass): "CK"}}
		}
		plan = append(plan,
			Step{Name: name("judge", pass), Stage: "judge", Pass: pass, In: judged},
			Step{Name: name("components", pass), Stage: "components", In: map[string]string{name("judge", pass): "e"}},
			Step{Name: name("label", pass), Stage: "label", In: label},
			last,
		)
		if pass < Passes {
			plan = append(plan,
				Step{Name: name("count", pass), Stage: "count", In: map[string]string{"pairs": "F", "align": "L", last.Name: "N"}},
				Step{Name: name("common", pass), Stage: "common", In: map[string]string{name("count", pass): "O"}},
			)
		}
	}
	plan = append(plan,
		Step{Name: "together", Stage: "components", In: map[string]string{"classes": "e", "align": "e", name("judge", Passes): "e"}},
		Step{Name: "cover", Stage: "label", In: map[string]string{"together": "A", "classes": "C", Documents: "D", "align": "J", "stories": "m"}},
		Step{Name: "describe", In: map[string]string{"cover": "CJdm"}},
	)
	if opt.Keep.Passages {
		plan = append(plan, Step{Name: "passages", In: map[string]string{"cover": "CJ", "describe": "k", Documents: "D", "classes": "T"}})
	}
	if opt.delivers() {
		plan = append(plan, Step{Name: "cut", In: map[string]string{Documents: "D", plan[len(plan)-1].Name: "afq"}})
	}
	for i := range plan {
		s := &plan[i]
		if s.Stage == "" {
			s.Stage = s.Name
		}
		stage, _ := Named(s.Stage)
		s.Group, s.Only = stage.Grouped, stage.Single
	}
	return plan
}

// copy writes what it reads: lines of text as runs, and runs as text.
func (w *worker) copy() error {
	for w.any() {
		w.put(w.key, w.kind, w.order, w.data, w.raw)
	}
	return w.err
}

// newSink returns what writes lines to out: as text, or as runs of partitions.
func newSink(out io.Writer, stamp string, partitions int) sink {
	b := bufio.NewWriterSize(out, 1<<18)
	if partitions == 0 {
		return &textSink{out: b, mark: stamp}
	}
	return newRunSink(b, stamp, partitions)
}

// capOf is what Report.Capped says of a key in too many texts.
var capOf = fmt.Sprintf("fingerprints or bands in more than %d texts, which make no pairs", lsh.Cap)
