package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/edit"
	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/dedup/diff"
	"repost/dedup/sketch"
	"repost/shingle"
	"repost/shingle/mask"
)

const benchHelp = `bench measures the speed of this machine on your own documents, with
temporary corpora in TMPDIR, and prints a line for each lane: documents and megabytes of
UTF-8 a second, seconds of processor time, megabytes for each second of processor time (the
figure to trust on a machine that has other work), and the peak memory of the process.

Speed means little without quality. So bench also edits copies of some documents as outlets
do (a footer, punctuation of the other width, small edits, the beginning only, scanning
errors, an inserted paragraph, a page with other texts). It reports how many copies are
matched with their original: as whole texts with a Jaccard similarity of .5, in a story, and
by find.

--write FILE measures nothing. It writes the documents and the copies as JSON lines, as
input for other programs; copies have the fields "of" and "kind".

Lanes: read, from the files into memory; L1 fold and cut into units; L2 signature (MinHash)
of a text; L3 fingerprints of a text; sketch, everything that the indexes hold of a text;
L4w whole texts clustered in memory, every pair verified exactly; L4 stories in memory; L5
durable ingest without the passage index, which repost does not offer but which shows the
cost of passages; L5p durable ingest; L6 stories of the stored corpus; L6+ the copies added
to that corpus, stories included; L7 find, on unseen copies, with the median and 99th
percentile in milliseconds; L8 diff of a document and its copy with small edits. L1, L2, L3,
sketch, L7 and L8 run on one thread, the others on all.`

// A lane measures one part of the work; the same lanes are benchmarks of the
// packages (`go test -bench L`). "Text" is UTF-8 in memory, and bytes are those
// of texts, whatever a lane reads or writes.
//
//	read    files → documents: ingest.Read, one thread
//	L1      text → folded units with spans: shingle.Rules.Cut; one thread
//	L2      text → MinHash signature of 128 bins over shingles of five characters; one thread
//	L3      text → winnowed fingerprints of eight characters; one thread
//	sketch  text → masks, bands, SimHash, fingerprints, content hash: what an ingest does; one thread
//	L4w     texts → clusters of whole texts: signatures, bands, every candidate
//	        pair verified by its exact Jaccard similarity (.5 and more), joined; all threads.
//	        What MinHash programs do, and no command of repost
//	L4      texts → stories: everything, in memory; every link is an alignment; all threads
//	L5      texts → a corpus on disk without fingerprints: store.Load up to the last document; all threads
//	L5p     the same with fingerprints
//	L6      its stories: store.Load after the last document; links, judgement, spans, stored
//	L6+     a second ingest of the planted copies into that corpus, stories included
//	L7      an unseen text → the documents that carry it: detect.Find on the stored corpus; one thread
//	L8      two versions → their graded differences: masks and diff.Compare; one thread
const (
	laneRead   = "read"
	laneL1     = "L1"
	laneL2     = "L2"
	laneL3     = "L3"
	laneSketch = "sketch"
	laneL4w    = "L4w"
	laneL4     = "L4"
	laneL5     = "L5"
	laneL5p    = "L5p"
	laneL6     = "L6"
	laneL6more = "L6+"
	laneL7     = "L7"
	laneL8     = "L8"
)

// wholeJaccard is the similarity from which lane L4w joins two texts.
const wholeJaccard = .5

type benchFlags struct {
	documents int
	planted   int
	write     string
}

func (a *app) benchCommand() *cobra.Command {
	var f benchFlags
	c := &cobra.Command{
		Use:     "bench PATH…",
		Short:   "Measure speed, size and recall on your own documents",
		Long:    help(benchHelp, "1 is not used"),
		Example: "  repost bench dump.jsonl.gz\n  repost bench --documents 50000 --json dump-2025/ > bench.json",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notStdout(map[string]string{"write": f.write}); err != nil {
				return err
			}
			return a.bench(cmd.Context(), args, f)
		},
	}
	a.jsonFlag(c, "print the report as an object of JSON")
	a.readingFlags(c, "format")
	c.Flags().IntVar(&f.documents, "documents", 10000, "use the first `N` documents, which are held in memory (0 = all)")
	c.Flags().IntVar(&f.planted, "planted", 50, "plant `N` copies of each kind of edit")
	c.Flags().StringVar(&f.write, "write", "", "write the documents and the planted copies to this `file`, and measure nothing")
	return c
}

// benching is one run of bench.
type benching struct {
	app   *app
	ctx   context.Context
	docs  []dedup.Document // as read
	more  []planted        // added to the corpus after them
	asked []planted        // looked for, and in no corpus
	bytes int64            // of the texts of docs
	out   report.Bench
}

func (a *app) bench(ctx context.Context, paths []string, f benchFlags) (err error) {
	dir, remove, err := temporaryFolder(benchFolder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	b := &benching{app: a, ctx: ctx}
	b.out.Machine = fmt.Sprintf("%s %s/%s", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	b.out.Threads = runtime.GOMAXPROCS(0)
	if err := b.read(paths, f.documents); err != nil {
		return err
	}
	if b.more, b.asked = plant(b.docs, f.planted); len(b.more) == 0 {
		return fmt.Errorf("three documents of %d letters or more are needed to plant copies", fewestLetters)
	}
	b.out.Documents, b.out.Bytes, b.out.Planted = len(b.docs), b.bytes, len(b.more)
	if f.write != "" {
		return writePlanted(f.write, b.docs, b.more)
	}
	for _, lanes := range []func() error{b.texts, b.whole, b.memory, func() error { return b.stored(dir) }, b.differences} {
		if err := errors.Join(lanes(), ctx.Err()); err != nil {
			return err
		}
	}
	p := a.printer()
	p.Bench(&b.out)
	return p.Err
}

// read reads at most the given number of documents.
func (b *benching) read(paths []string, most int) error {
	seen := map[string]bool{}
	skipped := 0
	opt, err := b.app.input.options()
	if err != nil {
		return err
	}
	err = b.lane(laneRead, func(m *measure) error {
		for rec, err := range b.app.read(paths, opt) {
			if ctx := b.app.ctx; ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				skipped++
				continue
			}
			if seen[rec.Doc.ID] {
				continue
			}
			seen[rec.Doc.ID] = true
			b.docs = append(b.docs, rec.Doc)
			m.did(len(rec.Doc.Text))
			if len(b.docs) == most || b.ctx.Err() != nil {
				break
			}
		}
		b.bytes = m.bytes
		return b.ctx.Err()
	})
	if skipped > 0 && !b.app.quiet {
		b.app.complain("%s could not be read; repost ingest says which", report.Count(skipped, "record", "records"))
	}
	return err
}

// fewestSeconds is how long a lane of one thread runs at least.
const fewestSeconds = .5

// texts measures the lanes that see one text at a time.
func (b *benching) texts() error {
	s := &detect.DefaultScheme
	var units []shingle.Unit
	var grams []uint64
	var fingerprints []sketch.Fingerprint
	for _, l := range []struct {
		name string
		do   func(text string)
	}{
		{laneL1, func(text string) { units = s.Rules.Cut(units[:0], text) }},
		{laneL2, func(text string) {
			units = s.Rules.Cut(units[:0], text)
			grams = shingle.Shingles(grams[:0], units, s.MinGram)
			sketch.MinHash(grams)
		}},
		{laneL3, func(text string) {
			units = s.Rules.Cut(units[:0], text)
			grams = shingle.Shingles(grams[:0], units, s.Gram)
			fingerprints = sketch.Winnow(fingerprints[:0], grams, s.Window)
		}},
		{laneSketch, func(text string) { s.Sketch(s.Prepare(text)) }},
	} {
		err := b.lane(l.name, func(m *measure) error {
			for m.seconds() < fewestSeconds && b.ctx.Err() == nil {
				for i := range b.docs {
					l.do(b.docs[i].Text)
					m.did(len(b.docs[i].Text))
				}
			}
			return b.ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// whole clusters whole texts in memory, the planted ones with the others.
func (b *benching) whole() error {
	texts := make([]string, 0, len(b.docs)+len(b.more))
	for i := range b.docs {
		texts = append(texts, b.docs[i].Text)
	}
	for i := range b.more {
		texts = append(texts, b.more[i].doc.Text)
	}
	var of []int32
	err := b.lane(laneL4w, func(m *measure) error {
		pairs, err := detect.DefaultScheme.SimilarPairs(b.ctx, texts, wholeJaccard, nil)
		of = cluster.Joined(len(texts), func(yield func(a, b int32) bool) {
			for _, p := range pairs {
				if !yield(p[0], p[1]) {
					return
				}
			}
		})
		for _, t := range texts {
			m.did(len(t))
		}
		return err
	})
	for i, p := range b.more {
		b.recall(p.kind).Whole.Add(err == nil && of[len(b.docs)+i] == of[p.of])
	}
	return err
}

// memory makes stories in memory.
func (b *benching) memory() error {
	return b.lane(laneL4, func(m *measure) error {
		k := detect.NewMemory(&detect.DefaultScheme)
		k.Add(b.docs...)
		m.documents, m.bytes = len(b.docs), b.bytes
		return detect.UpdateStories(stoppable{k, b.ctx}, &detect.DefaultScheme, nil)
	})
}

// differences compares each document that has a copy with small edits with it.
func (b *benching) differences() error {
	side := func(text string) diff.Side { return diff.Side{Text: text, Masks: mask.Find(text)} }
	compare := func(p *planted) { diff.Compare(side(b.docs[p.of].Text), side(p.doc.Text), diff.Options{}) }
	light := slices.DeleteFunc(slices.Clone(b.more), func(p planted) bool { return p.kind != string(edit.Light) })
	compare(&light[0]) // tables that are made once
	var took []time.Duration
	err := b.lane(laneL8, func(m *measure) error {
		for i := range light {
			if b.ctx.Err() != nil {
				break
			}
			began := time.Now()
			compare(&light[i])
			took = append(took, time.Since(began))
			m.did(len(light[i].doc.Text))
		}
		return b.ctx.Err()
	})
	if err == nil {
		b.percentiles(took)
	}
	return err
}

// recall returns the line of a kind of edit.
func (b *benching) recall(kind string) *report.BenchRecall {
	for i := range b.out.Recall {
		if b.out.Recall[i].Kind == kind {
			return &b.out.Recall[i]
		}
	}
	b.out.Recall = append(b.out.Recall, report.BenchRecall{Kind: kind})
	return &b.out.Recall[len(b.out.Recall)-1]
}

// measure is a lane under way.
type measure struct {
	began     time.Time
	cpu       time.Duration
	documents int
	bytes     int64
}

// begin starts a measure, with as little memory in use as can be.
func begin() *measure {
	debug.FreeOSMemory()
	resetPeak()
	cpu, _ := processorTime()
	return &measure{began: time.Now(), cpu: cpu}
}

// did counts a text.
func (m *measure) did(bytes int) { m.documents, m.bytes = m.documents+1, m.bytes+int64(bytes) }

func (m *measure) seconds() float64 { return time.Since(m.began).Seconds() }

// lane measures work and keeps what was measured.
func (b *benching) lane(name string, work func(m *measure) error) error {
	if b.app.watched > 0 && !b.app.quiet {
		fmt.Fprintf(b.app.stderr, "\r\x1b[K%s", name)
		defer io.WriteString(b.app.stderr, "\r\x1b[K")
	}
	m := begin()
	err := work(m)
	b.keep(name, m)
	return err
}

// keep ends a measure.
func (b *benching) keep(name string, m *measure) {
	seconds := m.seconds()
	cpu, _ := processorTime()
	b.out.Lanes = append(b.out.Lanes, report.BenchLane{
		Lane: name, Documents: m.documents, Bytes: m.bytes,
		Seconds: seconds, CPU: (cpu - m.cpu).Seconds(), Peak: peakMemory(),
	})
}
