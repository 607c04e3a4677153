package main

import (
	"bytes"
	"fmt"
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

const collateHelp = `collate compares all versions of a story with each other. Each
different text is a witness and has a siglum, A, B, C … by date and id; copies of one text
share a siglum. A place is where any witness differs from the base in more than cosmetics.
For each place, collate prints the readings with their sigla and counts, the base's first,
and the earliest dated witness. A reading that only one version has is a singleton.
A witness that leaves out the passage around a place is lacking there.

Witnesses that share a substantive reading against the base, or leave out the same passage,
are likely to go back to one source: textual critics call these common errors. Those that
agree at every place where several witnesses share such a reading are a family, whatever
each has alone; the witnesses that share none go with the base. "F2  B C  3: seven" means
that B and C read "seven" at place 3. A witness that could be in several families, or lacks
all those places, is in none.

STORY is the id of a story, or of a document that is in only one story. Instead you can give
the versions: files, which need no corpus and may hold several documents (JSON lines), and
ids of documents. If a page holds other stories too, only this story of it is compared,
unless --whole is given. The base is the canonical member, or the first version given,
unless --base names another.

--table prints the alignment table instead: a row for each piece of the base and for what others
have between two, a column for each witness. Read down, a column is the text of the witness in its own order,
byte for byte in JSON: a passage that stands elsewhere in it has a row there (m1, m2 …), and
is lacking where the base has it. On a terminal long cells are cut, and those like the base's are
= or, if they differ in cosmetics, ≈. With --html the page has the table too. --distances prints, for each pair of witnesses, the share of places where they
differ, among the places where both have text; a passage that is left out is one place.
--tree prints the tree that neighbour joining (Saitou and Nei 1987) makes of these
distances, in Newick format. A tree shows which witnesses are close; it has no root and does
not say who copied whom.

` + report.CSVNote

type collateFlags struct {
	base, html, tei string
	grade           string
	shared, csv     bool
	limit           int

	whole                  bool
	table, distances, tree bool
}

// check refuses flags that do not go together.
func (f *collateFlags) check(a *app) error {
	if err := oneOf("grade", f.grade, []string{string(diff.Substantive), string(diff.Minor), string(diff.Cosmetic)}); err != nil {
		return err
	}
	shapes := 0
	for _, shape := range []bool{f.table, f.distances, f.tree} {
		if shape {
			shapes++
		}
	}
	switch {
	case a.json && f.csv:
		return usage("--json and --csv are two formats: give one of them")
	case shapes > 1:
		return usage("--table, --distances and --tree: give one of them")
	case f.tree && (a.json || f.csv):
		return usage("--tree is in Newick format: leave out --json and --csv")
	}
	return a.outputs(map[string]string{"html": f.html, "tei": f.tei})
}

func (f *collateFlags) places() report.Places {
	return report.Places{Least: diff.Grade(f.grade), Shared: f.shared}
}

func (a *app) collateCommand() *cobra.Command {
	var f collateFlags
	c := &cobra.Command{
		Use:   "collate STORY|FILE…",
		Short: "Compare all versions of a story",
		Long:  help(collateHelp, "1 is not used"),
		Example: "  repost collate elevators-original.txt\n" +
			"  repost collate --base web.txt --html story.html --tei story.xml s0123456789ab\n" +
			"  repost collate --tree page.txt web.txt portal.txt > story.nwk",
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := f.check(a); err != nil {
				return err
			}
			return a.untilInterrupted(func() error { return a.collateAll(args, f) })
		},
	}
	a.jsonFlag(c, "print everything as one object of JSON")
	fs := c.Flags()
	a.readingFlags(c, "format")
	fs.StringVar(&f.base, "base", "", "compare the others with the version that has this `id`")
	fs.StringVar(&f.grade, "grade", "minor", "show and count places of this `grade` or higher: cosmetic, minor or substantive")
	fs.BoolVar(&f.shared, "shared", false, "leave out places where each other reading is a singleton")
	fs.BoolVar(&f.csv, "csv", false, "print CSV: the readings, the table or the distances")
	fs.StringVar(&f.html, "html", "", "write one page of HTML to this `file`")
	fs.StringVar(&f.tei, "tei", "", "write TEI P5, parallel segmentation, to this `file`")
	fs.IntVar(&f.limit, "limit", collate.DefaultLimit, "compare at most `N` different texts")
	fs.BoolVar(&f.whole, "whole", false, "compare whole files and documents, not the story they share")
	fs.BoolVar(&f.table, "table", false, "print the alignment table: a row for each piece of the base, a column for each witness")
	fs.BoolVar(&f.distances, "distances", false, "print the distance of each pair of witnesses")
	fs.BoolVar(&f.tree, "tree", false, "print a tree of the witnesses in Newick format")
	return c
}

func (a *app) collate(c *store.Corpus, id string, f collateFlags) error {
	t := newPresenter(c)
	s, err := a.oneStory(t, id)
	if err != nil {
		return err
	}
	if s == nil {
		return fmt.Errorf("%s has no story %q, and no document of this id that is in a story", a.corpus, id)
	}
	versions, err := t.versions(s)
	if err != nil {
		return err
	}
	r, err := t.collation(versions, f)
	if err != nil {
		return err
	}
	r.Story = s.ID
	return a.printCollation(r, f)
}

// printCollation writes and prints what is asked for.
func (a *app) printCollation(r *report.Collation, f collateFlags) error {
	r.Aligned = f.table
	for _, w := range []struct {
		file  string
		write func(*report.Printer, *report.Collation)
	}{{f.html, (*report.Printer).CollationHTML}, {f.tei, (*report.Printer).CollationTEI}} {
		if err := a.page(w.file, func(p *report.Printer) { w.write(p, r) }); err != nil {
			return err
		}
	}
	p := a.printer()
	switch {
	case f.table && f.html != "" && !a.json && !f.csv:
	case f.table:
		p.AlignmentTable(r, f.csv)
	case f.distances:
		p.Distances(r, f.places(), f.csv)
	case f.tree:
		p.Tree(r, f.places())
	case f.csv:
		p.CollationCSV(r, f.places())
	case a.json || f.html == "" && f.tei == "":
		p.Collation(r, f.places())
	}
	return p.Err
}

// page writes a file, if it has a name.
func (a *app) page(file string, write func(*report.Printer)) error {
	if file == "" {
		return nil
	}
	var b bytes.Buffer
	p := &report.Printer{W: &b}
	write(p)
	if p.Err != nil {
		return p.Err
	}
	if err := newfile.Write(file, b.Bytes()); err != nil {
		return err
	}
	if !a.quiet {
		fmt.Fprintf(a.stderr, "%s: %s written\n", file, report.Count(b.Len(), "byte", "bytes"))
	}
	return nil
}

// oneStory returns the story with an id, or the only one that a document is in, or nil. A story
// with another id now is said.
func (a *app) oneStory(t *presenter, id string) (*dedup.Story, error) {
	if s, ok, err := t.corpus.Story(id); err != nil || ok {
		return &s, err
	}
	n, ok, err := typedNumber(t.corpus, id)
	if err != nil {
		return nil, err
	}
	if !ok {
		s, now, err := storyNow(t.corpus, id)
		a.sayStory(id, now)
		return s, err
	}
	stories, err := t.corpus.StoriesOf(n)
	switch {
	case err != nil || len(stories) == 0:
		return nil, err
	case len(stories) > 1:
		ids := stories[0].ID
		for _, s := range stories[1:] {
			ids += ", " + s.ID
		}
		return nil, fmt.Errorf("%s is in several stories: %s", id, ids)
	}
	return &stories[0], nil
}

// collation collates versions.
func (t *presenter) collation(versions []collate.Version, f collateFlags) (*report.Collation, error) {
	base := typedKey(versions, f.base)
	if base == "" {
		base = versions[0].Key
	}
	if !slices.ContainsFunc(versions, func(v collate.Version) bool { return v.Key == base }) {
		return nil, fmt.Errorf("--base %s: no version has this id; they are %s", base, keysOf(versions))
	}
	c, err := collate.Collate(versions, collate.Options{Base: base, Limit: f.limit, Rules: t.scheme.Rules, Cosmetic: f.grade == string(diff.Cosmetic)})
	if err != nil {
		return nil, err
	}
	lang := versions[slices.IndexFunc(versions, func(v collate.Version) bool { return v.Key == base })].Lang
	return &report.Collation{Versions: len(versions), Collation: c, Lang: lang}, nil
}

// keysOf names the first few versions.
func keysOf(versions []collate.Version) string {
	const most = 5
	var names []string
	for _, v := range versions[:min(most, len(versions))] {
		names = append(names, report.Name(v.Key))
	}
	if more := len(versions) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

// versions returns the members of a story as versions of it, the canonical first.
// A document that is in it twice is one version.
func (t *presenter) versions(s *dedup.Story) ([]collate.Version, error) {
	var out []collate.Version
	at := map[uint32]int{}
	for _, m := range s.Members {
		if i, ok := at[m.Doc]; ok {
			out[i].Spans = append(out[i].Spans, m.Spans...)
			continue
		}
		v, err := t.memberVersion(&m)
		if err != nil {
			return nil, err
		}
		at[m.Doc] = len(out)
		v.Spans = slices.Clone(v.Spans)
		if v.Others, err = t.partsOf(m.Doc, map[string]bool{s.ID: true}); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// version returns a document as a version, the whole of it.
func (t *presenter) version(d *dedup.Document) collate.Version {
	return collate.Version{
		Key: d.ID, Source: d.Source, Credit: d.Credit, Title: d.Title, Date: d.Date, Text: d.Text, Masks: t.scheme.Prepare(d.Text).Masks,
	}
}
