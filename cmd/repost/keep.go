package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/detect"
	"repost/store"
	"repost/store/export"
)

// keepHelp says in the help of dedup and export which documents are kept.
const keepHelp = `A document is dropped if its text is in documents that are kept: in one of them, or in
several together. --threshold sets the share of its text that must be there; the default
is 0.8. A passage of 80 characters or more that stands in no kept document is never lost,
in any script: a page with one known article and one of its own is kept. Punctuation counts,
and blanks in a row are one character; boilerplate of a source does not count. A story keeps
at least one document, or all of its text stands in a page that is kept. On 8,805 news pages
and reposts, all thresholds from 0.6 to 0.8 keep about the same documents (3,672 to 3,719); a
higher one leaves copies with scanning errors or a longer header (0.9: 3,901).

What is shared counts between documents of one story, and where every word of a document
stands in the other one, whether they are in a story or not: a paragraph of many pages makes
no story.

Other words, figures and names in the place of these do not count as being there, nor does
what one text has more than the other. A sentence a quarter of which is other words, or that
has another figure and one more place that differs, is another sentence, and nothing of it
counts but what is 40 characters long in one piece. A word that is misspelt or misread counts
but for the letters that differ. With --threshold 1 a text is dropped only if it is elsewhere
to the last word, in one piece or in whole sentences: a word put into a sentence makes it
another one. A sentence ends with 。！？；! ? or its line.

A document in several stories is dropped only if all of them are held by others, together
with what else it has: the threshold is a share of its whole text, never of one story. With
--passages the threshold decides which documents are dropped whole, and the others lose the
passages that a document kept before them has.

--keep says which of several copies is kept: the earliest or the latest by date, the
longest, the canonical one, or with source=A,B those of source A before those of B, and these
before all others. Of several rules, the first that prefers one of two documents decides;
after all of them, the id that sorts first, figures in it by their value (so that of two lines
of a file without ids the first is kept). The default is canonical,earliest.

` + canonicalHelp + ` ` + relationsNote + `

The rules decide between two documents if each holds the other by the threshold, even if one
of them has a headline more or another figure. So a version with other
figures or names, or a turned negation, is dropped like any near copy, unless --keep-versions is
given: then it is kept if no kept document says the same in this place. So are scans in which figures
and names are misread (4,944 of the 8,805 pages instead of 3,719). Other words for the same
and text that only one of two has make no version; repost diff says what is substantive. With
--annotate such a document has the rule "another version" with what it says and what the other
says, and that one's id in "by". A text is dropped for a
longer one, whatever the rules, if the shorter lacks more of the longer than the threshold
allows, or a passage of 80 characters. So a page of two articles is kept and the articles are
dropped; the rule single keeps the articles instead, if all of them are there. With --in-one
a document is dropped only if one kept document holds its text: a page whose two articles are kept
is kept too, and so is a digest of several reports. (Of a page that holds both articles,
single keeps the articles, and --in-one then also the page.) Documents
that differ only in punctuation, capitals, width and boilerplate count as copies, whatever their
dates, also with --threshold 1.`

// canonicalHelp says in the help of several commands which member stands for a story.
const canonicalHelp = `The canonical member of a story is the one that shares most text with all other members,
where each of several copies counts: five originals outvote one copy with another figure.
Of members that share equally much it is the earliest; where dates do not decide, the one with
most copies, then the longest, then the one whose id sorts first. In a story of more than 16
different texts it is one of those that were compared with all others.`

// keepFlags has the flags that say what is kept and what else is reported.
type keepFlags struct {
	rules     []string
	sources   []string // that these name
	threshold float64
	dropped   string
	annotate  bool
	passages  bool
	mask      bool
	inOne     bool
	versions  bool
}

func (f *keepFlags) flags(c *cobra.Command) {
	f.ruleFlags(c)
	fs := c.Flags()
	fs.StringVar(&f.dropped, "dropped", "", "list the dropped documents, and for each what has its text, in this `file`: JSON lines, or what its ending says: .csv, .tsv, .json, .parquet, and .gz or .zst to pack it")
	f.cutFlags(c)
}

// cutFlags adds the flags that say in what form documents are written.
func (f *keepFlags) cutFlags(c *cobra.Command) {
	fs := c.Flags()
	fs.BoolVar(&f.passages, "passages", false, "cut whole sentences, of 40 characters together, that another kept document has, and keep the rest")
	fs.BoolVar(&f.mask, "mask", false, "cut boilerplate from the texts")
	fs.BoolVar(&f.annotate, "annotate", false, "drop nothing; add to each record what is known of it, in the field repost")
}

// ruleFlags adds the flags that say what is kept.
func (f *keepFlags) ruleFlags(c *cobra.Command) {
	fs := c.Flags()
	fs.StringArrayVar(&f.rules, "keep", []string{"canonical,earliest"}, "which of several copies to keep: earliest, latest, longest, canonical, single or source=A,B; of several `rules` with commas between them, the first that decides")
	fs.Float64Var(&f.threshold, "threshold", detect.DefaultThreshold, "drop a document if this `share` of its text is in documents that are kept")
	fs.BoolVar(&f.inOne, "in-one", false, "drop a document only if one kept document holds its text, not if several hold it together")
	fs.BoolVar(&f.versions, "keep-versions", false, "keep a document with another figure, date or name, or a negation more or less, than those that hold the rest of it")
}

// options checks the flags.
func (f *keepFlags) options() (detect.KeepOptions, error) {
	opt := detect.KeepOptions{Threshold: f.threshold, Passages: f.passages, One: f.inOne, Versions: f.versions}
	if f.annotate && f.passages {
		return opt, usage("--annotate keeps all documents as they are, and --passages cuts them: give one of the two")
	}
	var err error
	if opt.Rules, opt.Single, f.sources, err = parseRules(f.rules); err != nil {
		return opt, usage("--keep %v", err)
	}
	return opt, nil
}

var keepRules = map[string]detect.KeepRule{
	"earliest": detect.Earliest, "latest": detect.Latest, "longest": detect.Longest, "canonical": detect.Canonical,
}

// parseRules reads the values of --keep. What follows source= is a source until the name
// of a rule comes. named are the sources.
func parseRules(given []string) (rules []detect.KeepRule, single bool, named []string, err error) {
	for _, list := range given {
		var sources []string
		end := func() {
			if sources != nil {
				rules, named = append(rules, detect.FromSource(sources)), append(named, sources...)
			}
			sources = nil
		}
		for _, word := range strings.Split(list, ",") {
			rule, known := keepRules[word]
			source, begins := strings.CutPrefix(word, "source=")
			switch {
			case known:
				end()
				rules = append(rules, rule)
			case word == "single":
				end()
				single = true
			case begins && source != "":
				end()
				sources = []string{source}
			case sources != nil && word != "":
				sources = append(sources, word)
			default:
				return nil, false, nil, fmt.Errorf("%q: the rules are earliest, latest, longest, canonical, single and source=A,B", word)
			}
		}
		end()
	}
	return rules, single, named, nil
}

// unknownSources says which sources of --keep no document has: a misspelt one decides nothing.
func (d *deciding) unknownSources() {
	var known []string
	for _, s := range d.outcome.Sources {
		known = append(known, s.Source)
	}
	for _, name := range d.flags.sources {
		if slices.Contains(known, name) {
			continue
		}
		d.app.complain("--keep source=%s: no document of the input has that source%s", name, didYouMean(name, known))
	}
}

// annotated is the name of what --annotate adds: a field, or the beginning of the names of
// columns.
const annotated = "repost"

// noteColumns are the columns of --annotate in a table.
func noteColumns(name string) []export.Column {
	return export.NoteColumns(name, annotation(&store.Note{}))
}

// annotation returns the fields that --annotate adds.
func annotation(n *store.Note) []export.Field {
	return []export.Field{
		{Name: "kept", Value: n.Kept}, {Name: "by", Value: texts(n.By)}, {Name: "relation", Value: string(n.Relation)},
		{Name: "coverage", Value: round(n.Coverage)}, {Name: "rule", Value: n.Rule}, {Name: "stories", Value: texts(n.Stories)},
		{Name: "spans", Value: n.Spans},
	}
}

// droppedColumns are those of --dropped.
var droppedColumns = columnsOf("id text, source text, date text, title text, by texts, relation text, coverage num, rule text, " +
	"stories texts, spans text, kept_spans text")

// droppedPlaces are more columns of dedup: where the document was read, and where the first of "by" was.
var droppedPlaces = columnsOf("path text, record int, by_path text, by_record int")

// droppedRow is a line of --dropped.
func droppedRow(d *dedup.Document, n *store.Note, places bool) []any {
	row := []any{
		d.ID, d.Source, d.Date, d.Title, texts(n.By), string(n.Relation), round(n.Coverage), n.Rule,
		texts(n.Stories), spans(n.Spans), spans(n.KeptSpans),
	}
	if places {
		row = append(row, n.Origin.Path, n.Origin.Record, n.KeptOrigin.Path, n.KeptOrigin.Record)
	}
	return row
}

// newDroppedList begins the list of what is dropped, which is a table like those of export.
// Without a name there is none, and nil is fine.
func newDroppedList(name string, places bool) (*tableFile, error) {
	if name == "" {
		return nil, nil
	}
	switch format, _ := export.ByName(name); {
	case export.IsFolder(name):
		return nil, usage("--dropped %s: this is a folder; give a file that ends with .jsonl, .json, .csv, .tsv or .parquet", name)
	case format == export.Text:
		return nil, usage("--dropped %s: the list is a table; end the name with .jsonl, .json, .csv, .tsv or .parquet", name)
	}
	if _, _, err := export.Resolve(name, "", ""); err != nil {
		return nil, usage("--dropped %s: %v", name, err)
	}
	columns := droppedColumns
	if places {
		columns = slices.Concat(columns, droppedPlaces)
	}
	return newTableFile(name, nil, export.Options{}, columns)
}

// outcome counts what became of documents: the summary.
type outcome struct {
	Read       int                    `json:"read"`
	Kept       int                    `json:"kept"`
	Dropped    int                    `json:"dropped"`
	Reasons    map[dedup.Relation]int `json:"reasons"`            // of dropped ones: their relation to the one kept
	Rules      map[string]int         `json:"rules"`              // and which rule decided
	Cut        int                    `json:"cut"`                // kept ones that lost passages or boilerplate
	Versions   int                    `json:"versions,omitempty"` // kept ones that --keep-versions alone keeps
	BytesRead  int64                  `json:"bytes_read"`
	BytesKept  int64                  `json:"bytes_kept"`        // of texts
	Recoded    map[string]int         `json:"recoded,omitempty"` // records that are written as UTF-8, by what they were
	Unreadable int                    `json:"unreadable"`        // records
	Files      int                    `json:"files,omitempty"`   // of dedup: with a document that was read
	LostFiles  int                    `json:"unreadable_files"`
	Stories    int                    `json:"stories"`
	Sizes      map[string]int         `json:"story_sizes"`
	Sources    []*sourceOutcome       `json:"sources"`
	Input      *inputFacts            `json:"input,omitempty"` // of dedup
	Output     *export.Manifest       `json:"output,omitempty"`

	bySource map[string]*sourceOutcome
	name     string // of the output, or ""
}

type sourceOutcome struct {
	Source string  `json:"source"`
	Read   int     `json:"read"`
	Kept   int     `json:"kept"`
	Share  float64 `json:"share"` // of all that is kept
}

func newOutcome() *outcome {
	return &outcome{Reasons: map[dedup.Relation]int{}, Rules: map[string]int{}, Sizes: map[string]int{}, Recoded: map[string]int{}, bySource: map[string]*sourceOutcome{}}
}

// add counts a document.
func (o *outcome) add(f *detect.Fate, source string, bytes int) {
	s := o.bySource[source]
	if s == nil {
		s = &sourceOutcome{Source: source}
		o.bySource[source] = s
		o.Sources = append(o.Sources, s)
	}
	o.Read, s.Read, o.BytesRead = o.Read+1, s.Read+1, o.BytesRead+int64(bytes)
	if f.Kept() {
		o.Kept, s.Kept, o.BytesKept = o.Kept+1, s.Kept+1, o.BytesKept+int64(bytes)
		o.Versions += len(f.Unlike)
		return
	}
	o.Dropped++
	o.Reasons[f.Relation]++
	o.Rules[f.Rule]++
}

// sizeClasses are those in which stories are counted.
var sizeClasses = []struct {
	upTo int
	name string
}{{2, "2"}, {3, "3"}, {5, "4-5"}, {10, "6-10"}, {20, "11-20"}, {50, "21-50"}, {100, "51-100"}, {1 << 62, "over 100"}}

func (o *outcome) finish(v *store.Survival) {
	for size, n := range v.StorySizes() {
		i := slices.IndexFunc(sizeClasses, func(c struct {
			upTo int
			name string
		}) bool {
			return size <= c.upTo
		})
		o.Sizes[sizeClasses[i].name] += n
		o.Stories += n
	}
	for _, s := range o.Sources {
		if o.Kept > 0 {
			s.Share = round(float64(s.Kept) / float64(o.Kept))
		}
	}
	slices.SortFunc(o.Sources, func(a, b *sourceOutcome) int {
		if a.Kept != b.Kept {
			return b.Kept - a.Kept
		}
		return strings.Compare(a.Source, b.Source)
	})
}

// reasonWords say why documents of a relation were dropped.
var reasonWords = []struct {
	relation dedup.Relation
	words    string
}{
	{dedup.Identical, "with the same text as another, byte for byte"},
	{dedup.SameText, "the same as another but for punctuation, case, width and boilerplate"},
	{dedup.NearDuplicate, "nearly the same as another"},
	{dedup.ContainedIn, "contained in a longer text"},
	{dedup.Contains, "longer than another, with little more in it"},
	{dedup.Overlap, "several kept documents have their text, each a part of it"},
	{dedup.SameTemplate, "one form filled in with other words"},
}

// mostSources is how many sources the summary names.
const mostSources = 12

// print writes the summary in words.
func (o *outcome) print(w io.Writer, p *report.Printer) {
	fmt.Fprintf(w, "%s read: %s kept, %s dropped (%s of %s of text kept)\n", report.Count(o.Read, "document", "documents"),
		report.Thousands(o.Kept), report.Thousands(o.Dropped), megabytes(o.BytesKept), megabytes(o.BytesRead))
	for _, r := range reasonWords {
		if n := o.Reasons[r.relation]; n > 0 {
			fmt.Fprintf(w, "  %s dropped: %s\n", report.Thousands(n), r.words)
		}
	}
	if n := o.Rules[detect.NothingLeft]; n > 0 {
		fmt.Fprintf(w, "  %s dropped: nothing is left of the text without boilerplate and repeated passages\n", report.Thousands(n))
	}
	if n := o.Rules[detect.BySeen]; n > 0 {
		fmt.Fprintf(w, "  %s of the dropped ones: the corpus had them before, or others that hold their text\n", report.Thousands(n))
	}
	if o.Versions > 0 {
		fmt.Fprintf(w, "  %s of the kept ones say something else than one that holds the rest of their text\n", report.Thousands(o.Versions))
	}
	if o.Cut > 0 {
		fmt.Fprintf(w, "  %s of the kept ones cut\n", report.Thousands(o.Cut))
	}
	for _, encoding := range slices.Sorted(maps.Keys(o.Recoded)) {
		fmt.Fprintf(w, "  %s read as %s and written as UTF-8\n", report.Count(o.Recoded[encoding], "record was", "records were"), encoding)
	}
	if o.Unreadable > 0 {
		fmt.Fprintf(w, "  %s could not be read, see above\n", report.Count(o.Unreadable, "record", "records"))
	}
	if o.LostFiles > 0 {
		fmt.Fprintf(w, "  %s had no document or could not be read, see above\n", report.Count(o.LostFiles, "file", "files"))
	}
	if o.Stories > 0 {
		var parts []string
		for _, c := range sizeClasses {
			if n := o.Sizes[c.name]; n > 0 {
				parts = append(parts, fmt.Sprintf("%s of %s", report.Thousands(n), c.name))
			}
		}
		fmt.Fprintf(w, "%s with more than one document, by number of documents: %s\n", report.Count(o.Stories, "story", "stories"), strings.Join(parts, ", "))
	}
	if o.name != "" {
		in := ""
		if n := len(o.Output.Files); n != 1 {
			in = " in " + report.Count(n, "file", "files")
		}
		fmt.Fprintf(w, "%s (%s%s) written to %s\n", report.Count(o.Output.Records, "record", "records"), megabytes(o.Output.Bytes), in, report.Name(o.name))
	}
	if rows := o.sourceRows(); len(rows) > 0 {
		fmt.Fprintln(w, "kept by source, and its share of all that is kept:")
		p.Table(rows)
	}
}

// fewSources is how many sources the summary names that are kept whole, or dropped whole. Where
// there are more, it says how many.
const fewSources = 3

// sourceRows are what the summary says of sources: nothing if there is but one, or if no
// document is dropped or kept.
func (o *outcome) sourceRows() (rows report.Rows) {
	if len(o.Sources) < 2 || o.Kept == 0 || o.Kept == o.Read {
		return nil
	}
	add := func(name string, all ...*sourceOutcome) {
		var sum sourceOutcome
		for _, s := range all {
			sum.Kept, sum.Read, sum.Share = sum.Kept+s.Kept, sum.Read+s.Read, sum.Share+s.Share
		}
		rows.Add("  "+name, report.Thousands(sum.Kept)+" of "+report.Thousands(sum.Read), report.Percent(sum.Share))
	}
	var whole, gone, some []*sourceOutcome
	for _, s := range o.Sources {
		switch {
		case s.Kept == s.Read:
			whole = append(whole, s)
		case s.Kept == 0 && s.Source == "": // a table whose columns were not found, for instance
		case s.Kept == 0:
			gone = append(gone, s)
		default:
			some = append(some, s)
		}
	}
	for _, class := range []struct {
		sources []*sourceOutcome
		most    int
		others  string
	}{{some, mostSources, "%s"}, {whole, fewSources, "%s kept whole"}, {gone, fewSources, "%s dropped whole"}} {
		named := class.sources
		if len(named) > class.most {
			named = named[:class.most-1]
		}
		for _, s := range named {
			name := "(no source)"
			if s.Source != "" {
				name = report.Cut(report.Label(s.Source), 32)
			}
			add(name, s)
		}
		if rest := class.sources[len(named):]; len(rest) > 0 {
			add(fmt.Sprintf(class.others, report.Count(len(rest), "more source", "more sources")), rest...)
		}
	}
	return rows
}

func megabytes(n int64) string {
	switch {
	case n < 1e3:
		return report.Count(int(n), "byte", "bytes")
	case n < 1e6:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1e9:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}
