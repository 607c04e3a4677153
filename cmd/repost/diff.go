package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/collate"
	"repost/dedup/diff"
	"repost/store"
	"repost/store/newfile"
)

const diffHelp = `diff shows how two texts that carry the same story differ: a summary, what moved,
and each change with its grade and class, in the text around it:
[-what A has-]{+what B has+}.

A and B are files, - for standard input, or ids of documents in the corpus; if a file of
that name exists, it is the file. If a page carries other stories too, only the common story
is compared: the one that the corpus has, or what the two texts share. What one text alone has
besides, other stories, bylines, sources, footers, is named under "outside the story" and, in CSV,
in rows with the grade outside. --whole compares all of it.

The first line says how much of each text is aligned with the other, as the same text or a
changed one. Two texts may be aligned completely and yet differ in a figure; text that only
one of them has is not aligned.

A change is substantive (a figure, date, name, negation, quotation, a sentence added or left
out), minor (a reporting verb, wording) or cosmetic (width, punctuation, spaces, line
breaks). Cosmetic ones are counted, and shown with --grade cosmetic.

A change that recurs at many places is one entry and counts once: articles renumbered after
one was inserted, or a name spelled differently throughout. The places are listed below it.

--html FILE writes a self-contained page with both texts side by side, both merged into one,
and the list of changes. --csv prints the same list for a spreadsheet. --patch FILE writes a
patch, with which repost patch rebuilds the second text, the whole of it, from the first.`

type diffFlags struct {
	detail      report.Detail
	grade       string
	only        []string
	whole       bool
	words       bool
	chars       bool
	csv         bool
	html, patch string
}

// classes are what --only takes.
var classes = []diff.Class{
	diff.Number, diff.Amount, diff.Date, diff.Person, diff.Title, diff.Organisation, diff.Place, diff.Negation, diff.Modality,
	diff.Quotation, diff.Attribution, diff.Headline, diff.Byline, diff.SourceLine, diff.Omission, diff.Addition, diff.Term,
	diff.ReportingVerb, diff.FunctionWord, diff.Wording, diff.Marks, diff.Renumbered,
	diff.Width, diff.Punctuation, diff.Quotes, diff.Space, diff.LineBreak, diff.Case, diff.OtherScript, diff.Numeral, diff.DateFormat,
	diff.Spelling,
}

// cosmetics is how many of classes, at their end, are cosmetic.
const cosmetics = 10

// check reads the flags, and refuses those that contradict each other.
func (f *diffFlags) check(c *cobra.Command, json bool) error {
	fs := c.Flags()
	f.detail.Least = diff.Grade(f.grade)
	if !slices.Contains([]diff.Grade{diff.Substantive, diff.Minor, diff.Cosmetic}, f.detail.Least) {
		return usage("--grade %q: give substantive, minor or cosmetic", f.grade)
	}
	for _, name := range f.only {
		k := slices.Index(classes, diff.Class(name))
		if k < 0 {
			return usage("--only %q: there is no such class; there are %s", name, strings.ReplaceAll(strings.Trim(fmt.Sprint(classes), "[]"), " ", ", "))
		}
		if k >= len(classes)-cosmetics && !fs.Changed("grade") {
			f.detail.Least = diff.Cosmetic
		}
		f.detail.Only = append(f.detail.Only, classes[k])
	}
	switch {
	case f.csv && json:
		return usage("--csv and --json are two formats")
	case f.detail.Sides && (f.csv || json):
		return usage("--side-by-side is for reading, --csv and --json are not")
	case f.words && f.chars:
		return usage("--words and --chars are two ways to show a change")
	}
	if f.detail.Context == 0 {
		f.detail.Context = report.NoContext
	}
	f.detail.More = "--limit 0 shows all"
	return nil
}

func (a *app) diffCommand() *cobra.Command {
	var f diffFlags
	c := &cobra.Command{
		Use:   "diff A B",
		Short: "Show how two documents or files differ",
		Long:  help(diffHelp, "1 the texts differ"),
		Example: "  repost diff testdata/news/web-harvest.txt testdata/news/page-harvest-and-bridge.txt\n" +
			"  repost diff --html difference.html --patch web.patch page.txt web.txt\n" +
			"  repost diff --json page.txt web.txt | jq '.changes[] | select(.grade == \"substantive\")'",
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.check(c, a.json); err != nil {
				return err
			}
			if err := a.outputs(map[string]string{"html": f.html, "patch": f.patch}, args...); err != nil {
				return err
			}
			return a.untilInterrupted(func() error { return a.diff(args[0], args[1], f) })
		},
	}
	a.jsonFlag(c, "print everything as one object of JSON")
	a.readingFlags(c, "format")
	fs := c.Flags()
	fs.StringVar(&f.grade, "grade", "minor", "show changes of this `grade` or higher: cosmetic, minor or substantive")
	fs.IntVar(&f.detail.Changes, "limit", 0, "show at most `N` changes (0 = all)")
	fs.IntVar(&f.detail.Context, "context", report.DefaultContext, "show `N` columns of text around each change (0 = none)")
	fs.BoolVar(&f.detail.Reasons, "reasons", false, "show which rule decided the grade of each change")
	fs.StringSliceVar(&f.only, "only", nil, "show only changes of these `classes`: number,date,person,…")
	fs.BoolVar(&f.detail.Sides, "side-by-side", false, "print the two texts in two columns")
	fs.BoolVar(&f.words, "words", false, "show whole words and names that changed (the default)")
	fs.BoolVar(&f.chars, "chars", false, "show only the characters that differ, even within numbers and names")
	fs.BoolVar(&f.csv, "csv", false, "print the changes as CSV")
	fs.StringVar(&f.html, "html", "", "write a page for a browser to this `file`")
	fs.StringVar(&f.patch, "patch", "", "write a patch to this `file`: see repost patch")
	fs.BoolVar(&f.whole, "whole", false, "compare the whole texts, not only the story that they share")
	f.detail.Blocks = true
	return c
}

func (a *app) diff(x, y string, f diffFlags) error {
	if x == "-" && y == "-" {
		return usage("standard input can be one of the two")
	}
	t := newPresenter(nil)
	t.shape.Characters = f.chars
	var sides [2]*side
	var numbers [2]uint32
	ids := 0
	x, y = typedPath(x), typedPath(y)
	for i, arg := range []string{x, y} {
		if !isFile(arg) {
			ids++
			continue
		}
		doc, encoding, err := a.readDocument(arg)
		if err != nil {
			return err
		}
		sides[i] = t.side(arg, doc.Text)
		sides[i].origin, sides[i].encoding = doc, encoding
		then := "offsets count bytes of its text as UTF-8"
		if f.patch != "" {
			then += ", and the patch makes UTF-8 of it"
		}
		a.decoded(arg, encoding, then)
	}
	story := "" // that both are in
	var others []collate.Version
	if ids > 0 {
		err := a.documents([]string{x, y}, func(c *store.Corpus) (err error) {
			t.corpus = c
			for i, arg := range []string{x, y} {
				if sides[i] != nil {
					continue
				}
				if sides[i], numbers[i], err = t.document(arg); err != nil {
					return err
				}
			}
			if ids == 2 && !f.whole {
				story, err = t.shared(numbers[0], numbers[1], sides[0], sides[1])
			}
			if story != "" && err == nil {
				others, err = t.othersOf(numbers[0], numbers[1])
			}
			if err == nil {
				err = t.weighTerms(c, sides)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if t.shape.Masked = f.whole; f.whole {
		for _, s := range sides {
			s.spans = s.all()
		}
	}
	if story == "" && !f.whole {
		t.expandSpans(sides[0], sides[1])
	}
	same := sides[0].text.Source == sides[1].text.Source
	if same {
		sides[0].spans, sides[1].spans = nil, nil // what is outside of the story is in both
	}
	d := t.difference(sides[0], sides[1])
	if !same {
		d.Direction = t.direction(sides[0], sides[1], d.Result, others)
	}
	if f.patch != "" { // of all of the second text
		for _, s := range sides {
			s.spans = s.all()
		}
		if err := f.writePatch(t.difference(sides[0], sides[1])); err != nil {
			return err
		}
	}
	if f.html != "" {
		var page bytes.Buffer
		if err := report.HTML(&page, d); err != nil {
			return err
		}
		if err := newfile.Write(f.html, page.Bytes()); err != nil {
			return err
		}
	}
	p := a.printer()
	if f.csv {
		p.Err = report.CSV(p.W, d, f.detail)
	} else {
		p.Difference(d, f.detail)
		p.Direction(d)
	}
	if p.Err == nil && !same {
		return status(nothing)
	}
	return p.Err
}

// writePatch writes the patch that makes the second text of the first.
func (f *diffFlags) writePatch(d *report.Difference) error {
	var b bytes.Buffer
	p, err := report.NewPatch(d)
	if err == nil {
		err = p.Write(&b)
	}
	if err != nil {
		return err
	}
	return newfile.Write(f.patch, b.Bytes())
}

// document returns a document of the corpus and its number.
func (t *presenter) document(id string) (*side, uint32, error) {
	n, err := number(t.corpus, id)
	if err != nil {
		return nil, 0, err
	}
	s, err := t.numbered(n)
	return s, n, err
}

// numbered returns document n of the corpus.
func (t *presenter) numbered(n uint32) (*side, error) {
	d, err := t.corpus.Document(n)
	if err != nil {
		return nil, err
	}
	m, err := t.firstMeta(n)
	s := t.side(d.ID, d.Text)
	s.origin, s.first = d, m.Date
	return s, err
}

// number returns the number of the document with an id, which is no file.
func number(c *store.Corpus, id string) (uint32, error) {
	n, ok, err := typedNumber(c, id)
	if err == nil && !ok {
		err = fmt.Errorf("%s: %s, and no document of %s%s", id, noFile(id), c.Path(), wasRemoved(c, id))
	}
	return n, err
}

// noFile says why a name is not that of a file.
func noFile(name string) string {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return "a folder, where a file is needed"
	}
	return "no such file"
}

// readText returns the text of a file that holds one document, and says if it is not UTF-8.
func (a *app) readText(path string) (string, error) {
	doc, encoding, err := a.readDocument(path)
	a.decoded(path, encoding, "offsets count bytes of its text as UTF-8")
	return doc.Text, err
}

// decoded reports that a file is not UTF-8, which is a guess, and what follows.
func (a *app) decoded(path, encoding, then string) {
	if encoding != "" && !a.quiet {
		a.complain("%s: read as %s; %s", path, encoding, then)
	}
}

// readDocument returns the document of a file that holds one, whose text may be empty, and the
// encoding, if it is another than UTF-8.
func (a *app) readDocument(path string) (doc dedup.Document, encoding string, err error) {
	if !isFile(path) {
		return doc, "", fmt.Errorf("%s: %s; give the name of one that holds one text", path, noFile(path))
	}
	n := 0
	opt, err := a.input.options()
	if err != nil {
		return doc, "", err
	}
	opt.Blank = true
	for rec, err := range a.read([]string{path}, opt) {
		if err != nil {
			return doc, "", err
		}
		if n++; n > 1 {
			return doc, "", fmt.Errorf("%s: holds several documents; ingest it, and give two ids", path)
		}
		doc = rec.Doc
		if rec.Encoding != "UTF-8" {
			encoding = rec.Encoding
		}
	}
	if n == 0 {
		return doc, "", fmt.Errorf("%s: holds no document", path)
	}
	return doc, encoding, nil
}
