package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/dedup/lsh"
	"repost/dedup/sketch"
	"repost/shingle"
	"repost/shingle/mask"
	"repost/store"
)

const explainHelp = `explain says step by step why two documents are in one story or are
not: what is masked in each, what makes them candidates, the passages that both have, the
figures of these passages next to their thresholds, and the rule that decided. The last
lines say how much each failed test would have to change for another decision; explain has
tried each of these changes. Two documents that were never compared are judged as if they
had been, and the first of these lines says what would make them candidates.

A fingerprint is a hash of a few characters in a row. Texts are compared as a whole if they
share a band, which summarises many shingles, and passage by passage if they share rare
fingerprints that are close together.

A and B are ids of documents in the corpus, or files. For two ids, it counts how common a
passage is in the corpus. A file is compared with the other text as if there were no other
documents; --rules adds rules for two files.`

func (a *app) explainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "explain A B",
		Short:   "Say why two documents are in one story or are not",
		Long:    help(explainHelp, "1 they are in no story together"),
		Example: "  repost explain bulletin-0731.txt bulletin-0816.txt",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := a.explain(cmd.Context(), args[0], args[1])
			if err != nil {
				return err
			}
			p := a.printer()
			p.Explanation(e)
			if p.Err == nil && len(e.Stories) == 0 {
				return status(nothing)
			}
			return p.Err
		},
	}
	a.readingFlags(c, "format")
	a.rulesFlag(c)
	a.jsonFlag(c, "print an object of JSON")
	return c
}

// explain explains two ids by the corpus, and a file by a corpus of the two texts.
func (a *app) explain(ctx context.Context, x, y string) (e *report.Explanation, err error) {
	if x == y {
		return nil, usage("%s is given twice; give two documents", x)
	}
	var docs [2]dedup.Document
	ids := 0
	for i, arg := range []string{x, y} {
		if !isFile(arg) {
			ids++
			continue
		}
		text, err := a.readText(arg)
		if err != nil {
			return nil, err
		}
		docs[i] = dedup.Document{ID: arg, Text: text}
	}
	if ids == 0 {
		scheme, err := a.scheme()
		if err != nil {
			return nil, err
		}
		return explainFiles(cmp.Or(scheme, &detect.DefaultScheme), docs)
	}
	err = a.reading(func(c *store.Corpus) error {
		for i, arg := range []string{x, y} {
			if docs[i].ID != "" {
				continue
			}
			n, err := number(c, arg)
			if err != nil {
				return err
			}
			if docs[i], err = c.Document(n); err != nil {
				return err
			}
		}
		if ids == 2 {
			e, err = explainIn(ctx, c, docs)
		} else {
			e, err = explainFiles(c.Scheme(), docs)
		}
		return err
	})
	return e, err
}

// explainFiles explains two texts by a corpus of nothing else.
func explainFiles(scheme *detect.Scheme, docs [2]dedup.Document) (*report.Explanation, error) {
	m := detect.NewMemory(scheme)
	m.Add(docs[0], docs[1])
	if err := detect.UpdateStories(m, scheme, nil); err != nil {
		return nil, err
	}
	x := newExplainer(scheme, docs, nil)
	for _, s := range m.Stories() {
		x.Stories = append(x.Stories, s.ID) // of two documents, each story has both
	}
	if err := x.judge(m, 0, 1); err != nil {
		return nil, err
	}
	return x.done(), nil
}

// explainIn explains two documents of a corpus.
func explainIn(ctx context.Context, c *store.Corpus, docs [2]dedup.Document) (*report.Explanation, error) {
	d := c.Detection(ctx)
	terms := weights{corpus: d, scheme: c.Scheme()}
	x := newExplainer(c.Scheme(), docs, terms.IDF)
	if terms.err != nil {
		return nil, terms.err
	}
	err := d.LookupFingerprints(x.shared, func(key uint64, ps []dedup.Posting) error {
		x.frequency[key] = documentsOf(ps)
		return nil
	})
	if err != nil {
		return nil, err
	}
	n, err := number(c, docs[0].ID)
	if err != nil {
		return nil, err
	}
	other, err := number(c, docs[1].ID)
	if err != nil {
		return nil, err
	}
	stories, err := c.StoriesOf(n)
	if err != nil {
		return nil, err
	}
	for _, s := range stories {
		if slices.ContainsFunc(s.Members, func(m dedup.Member) bool { return m.Doc == other }) {
			x.Stories = append(x.Stories, s.ID)
		}
	}
	if err := x.judge(d, n, other); err != nil {
		return nil, err
	}
	return x.done(), nil
}

func documentsOf(ps []dedup.Posting) (n int) {
	for i, p := range ps {
		if i == 0 || p.Doc != ps[i-1].Doc {
			n++
		}
	}
	return n
}

// explainer gathers what there is to say of two documents.
type explainer struct {
	report.Explanation
	scheme    *detect.Scheme
	texts     [2]*detect.Text
	sketches  [2]dedup.Sketch
	shared    []uint64 // fingerprints in both, ascending
	frequency map[uint64]int
	chains    []dedup.Chain
}

// newExplainer compares two documents. idf weighs terms, or is nil.
func newExplainer(scheme *detect.Scheme, docs [2]dedup.Document, idf func(term uint32) float64) *explainer {
	x := &explainer{scheme: scheme, frequency: map[uint64]int{}}
	for i, d := range docs {
		t := x.scheme.Prepare(d.Text)
		x.texts[i], x.sketches[i] = t, x.scheme.Sketch(t)
		e := report.ExplainedText{
			ID: d.ID, Source: d.Source, Date: d.Date, Bytes: len(d.Text), Units: t.All, Live: len(t.IDs),
			Masks: append([]mask.Mask{}, t.Masks...),
		}
		if i == 0 {
			x.A, x.TextA = e, d.Text
		} else {
			x.B, x.TextB = e, d.Text
		}
	}
	x.sketch()
	k := detect.Linker{IDF: idf}
	x.Relation = k.RelateShort(x.texts[0], x.texts[1])
	x.chains = chains(&k, x.texts, docs[0].ID < docs[1].ID)
	x.Caps = k.Caps()
	x.Folds = folds(x.texts, x.chains)
	if x.Relation.Kind == dedup.Rewrite || x.Relation.Kind == dedup.Summary {
		x.Corresponding = corresponding(x.texts[0], x.texts[1], idf)
	}
	return x
}

// chains returns the passages that two texts share, aligned the way round that a
// corpus aligns them: the document whose id sorts first comes first.
func chains(k *detect.Linker, texts [2]*detect.Text, ordered bool) []dedup.Chain {
	if ordered {
		return k.Chains(texts[0], texts[1])
	}
	out := k.Chains(texts[1], texts[0])
	for i := range out {
		c := &out[i]
		c.Edges = c.Edges&(cluster.StartA|cluster.EndA)<<2 | c.Edges&(cluster.StartB|cluster.EndB)>>2 | c.Edges&cluster.Numbered
		for r := range c.Runs {
			c.Runs[r].A, c.Runs[r].B = c.Runs[r].B, c.Runs[r].A
		}
	}
	return out
}

// sketch compares the two sketches.
func (x *explainer) sketch() {
	a, b := x.sketches[0], x.sketches[1]
	sa, sb := x.scheme.Shingles(x.texts[0]), x.scheme.Shingles(x.texts[1])
	s := &x.Sketches
	s.Jaccard = round(sa.Jaccard(sb))
	if len(sa) > 0 && len(sb) > 0 {
		s.Estimate = round(sketch.MinHash(sa).Estimate(sketch.MinHash(sb)))
	}
	s.Distance = sketch.Distance(a.SimHash, b.SimHash)
	s.Bands, s.BandsBoth = sketch.Bands, detect.Shingled(set(a.Bands)).Shared(set(b.Bands))
	pa, pb := fingerprints(a), fingerprints(b)
	s.Fingerprints = [2]int{len(pa), len(pb)}
	for _, k := range pa {
		if _, ok := slices.BinarySearch(pb, k); ok {
			x.shared = append(x.shared, k)
		}
	}
	s.Both = len(x.shared)
	s.Content = len(x.texts[0].IDs) > 0 && a.Content == b.Content
}

// set returns keys sorted and without repetitions.
func set(keys []uint64) []uint64 {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	return slices.Compact(keys)
}

func fingerprints(s dedup.Sketch) []uint64 {
	keys := make([]uint64, len(s.Fingerprints))
	for i, p := range s.Fingerprints {
		keys[i] = p.Hash
	}
	return set(keys)
}

// judge asks the judge about documents a and b of a corpus, whether they were compared or
// not. Of documents without a common passage nothing was measured.
func (x *explainer) judge(c detect.Corpus, a, b uint32) error {
	x.countShared()
	if x.Sketches.Content {
		return nil // they have one representative: there is no link
	}
	err := detect.Verdicts(c, x.scheme, func(v *detect.PairVerdict) {
		if v.Supposed {
			x.verdict(&v.Verdict, v.Missing)
		}
	}, [2]uint32{a, b})
	if err == nil && x.Verdict == nil {
		v := &cluster.Verdict{Days: -1}
		_, v.Rule = cluster.Default.Decide(v).Rule()
		x.verdict(v, 0)
		x.Verdict.Compared = false
	}
	return err
}

// verdict writes down the tests that the judge made, of documents that would need
// missing more rare fingerprints in common to be compared.
func (x *explainer) verdict(v *cluster.Verdict, missing int) {
	r := &report.Verdict{Accepted: v.Accepted, Compared: missing == 0, Rule: v.Rule}
	tests := cluster.Default.Decide(v)
	if v.Matched == 0 { // nothing else can be measured
		if shorter := min(x.A.Live, x.B.Live); shorter < int(tests[0].Bound) {
			most := v.With(cluster.BestCoverage, 1)
			tests = cluster.Default.Decide(&most)
		}
		tests = tests[:1]
	}
	for _, t := range tests {
		unit := string(t.Unit)
		bound := "at least "
		if t.AtMost {
			bound = "at most "
		}
		bound += report.Measured(t.Bound, unit)
		if t.Because != "" {
			bound += " (" + t.Because + ")"
		}
		r.Tests = append(r.Tests, report.Test{
			Name: string(t.Name), Has: round(t.Value), Bound: bound, Limit: round(t.Bound), AtMost: t.AtMost, Unit: unit,
			Because: t.Because, Holds: t.Holds,
		})
	}
	x.WhatIf = x.whatIf(v, missing)
	x.Verdict = r
	x.kept(v)
}

// kept marks the chains that are of the story.
func (x *explainer) kept(v *cluster.Verdict) {
	for i, c := range x.chains {
		x.Chains = append(x.Chains, x.chain(c, v.Accepted && slices.Contains(v.Kept, i)))
	}
}

func (x *explainer) chain(c dedup.Chain, kept bool) report.ExplainedChain {
	e := report.ExplainedChain{
		Runs: len(c.Runs), Reworded: int(c.Reworded), OneSided: int(c.OneSided), Agree: int(c.Agree), Disagree: int(c.Disagree), Kept: kept,
	}
	first, last := c.Runs[0], c.Runs[len(c.Runs)-1]
	a, b := x.texts[0].Units, x.texts[1].Units
	e.A = shingle.Span{Lo: int(a[first.A].Lo), Hi: int(a[last.A+last.Len-1].Hi)}
	e.B = shingle.Span{Lo: int(b[first.B].Lo), Hi: int(b[last.B+last.Len-1].Hi)}
	for _, r := range c.Runs {
		e.Matched += int(r.Len)
		e.Longest = max(e.Longest, int(r.Len))
	}
	for i, edge := range []cluster.Edges{cluster.StartA, cluster.EndA, cluster.StartB, cluster.EndB} {
		e.Edges += edgeMark(c.Edges&edge != 0, i)
	}
	return e
}

// edgeMark writes four edges as "|| ..", the beginning and the end in each text: a bar where the passage ends with a paragraph.
func edgeMark(set bool, i int) string {
	mark := "."
	if set {
		mark = "|"
	}
	if i == 1 {
		return mark + " "
	}
	return mark
}

// countShared counts the fingerprints in both by how many documents hold them.
func (x *explainer) countShared() {
	s := &x.Sketches
	for _, k := range x.shared {
		switch n := x.frequency[k]; {
		case n <= lsh.RareIn:
			s.Rare++
		case n <= lsh.Cap:
			s.Frequent++
		default:
			s.Capped++
		}
	}
}

// done draws the conclusion.
func (x *explainer) done() *report.Explanation {
	if x.Verdict == nil {
		x.kept(&cluster.Verdict{})
	}
	if x.WhatIf == nil {
		x.WhatIf = []report.WhatIf{}
	}
	if x.Chains == nil {
		x.Chains = []report.ExplainedChain{}
	}
	r := &x.Relation
	r.CoverageA, r.CoverageB, r.Identity = round(r.CoverageA), round(r.CoverageB), round(r.Identity)
	x.Because = x.because()
	if x.Stories == nil {
		x.Stories = []string{}
	}
	return &x.Explanation
}

func (x *explainer) because() string {
	if len(x.Stories) > 0 {
		in := "both are in story " + strings.Join(x.Stories, " and ")
		switch {
		case x.Sketches.Content:
			return in + ": their texts are equal after folding and masks" + x.apart("the same text again after ")
		case !x.Verdict.Accepted || !x.Verdict.Compared:
			return in + ", which other documents join"
		}
		return in + ": " + x.Verdict.Rule + x.apart("much of the text again after ")
	}
	no := "they are in no story together: "
	switch v := x.Verdict; {
	case len(x.chains) == 0:
		return no + "no passage is long enough in both"
	case v == nil:
		return no + "their texts are equal after folding and masks, and one of them is not in the stories yet"
	case !v.Compared && v.Accepted:
		return no + "they share too few rare fingerprints, close together, to be compared; if they were, the judge would accept them"
	case !v.Compared:
		return no + "they share too few rare fingerprints, close together, to be compared; if they were, the judge would refuse them: " + v.Rule
	case v.Accepted:
		return no + "their link is accepted, and each is closer to another story"
	}
	return no + x.Verdict.Rule
}

// apart says how much later what came again, if it is long.
func (x *explainer) apart(what string) string {
	if gap := report.Gap(x.A.Date, x.B.Date); gap != "" {
		return "; " + what + gap
	}
	return ""
}
