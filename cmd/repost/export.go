package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/detect"
	"repost/store"
	"repost/store/export"
)

const exportHelp = `export writes the documents of the corpus without their duplicates, in the order in which
they were ingested: id, url, source, date, title and text. The ending of the name after -o,
or --format, sets the format: JSON lines, a JSON array, CSV, TSV, Parquet, or a folder of
texts. repost dedup writes the original records instead, with the fields that a corpus does
not keep.

` + keepHelp + `

--all writes all documents. Files and shards are written as by repost dedup.

--table writes facts instead of documents, for spreadsheets, DuckDB and R. Without -o they
go to standard output as CSV.

members: a row for each document of each story, with its relation to the canonical one; bytes
are those of its spans.

stories: a row for each story: size, sources, first and last date, canonical document.

pairs: a row for each two documents of a story that were compared, or have the same text: the
share of each that the other has, and the days between them. Of a text that more than 200
documents have, the one that represents them stands for the others, which have a row with it.

changes: a row for each story that an ingest made, changed or ended. was, added_ids and
removed_ids are lists: in CSV as JSON, since ids have blanks.

notes: a row for each note that an editor made in repost serve, the latest first.

` + report.CSVNote + ` In CSV of
documents nothing is altered, and there is no mark: a program reads back what was there,
and a spreadsheet must be set to read UTF-8.`

// exporting is the flags of export.
type exporting struct {
	keepFlags
	target
	all   bool
	table string
}

func (a *app) exportCommand() *cobra.Command {
	var f exporting
	c := &cobra.Command{
		Use:   "export",
		Short: "Write the corpus without its duplicates, or as tables",
		Long:  help(exportHelp, "1 the table is empty"),
		Example: "  repost export -o clean.parquet --keep earliest\n  repost export --table members > members.csv\n" +
			"  repost export --table pairs -o pairs.parquet && duckdb -c \"select a_source, b_source, count(*) from 'pairs.parquet' group by all\"",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.table != "" {
				return a.exportTable(cmd.Context(), &f)
			}
			return cutOff(a.exportDocuments(cmd.Context(), &f))
		},
	}
	f.keepFlags.flags(c)
	f.target.flags(c)
	fs := c.Flags()
	fs.BoolVar(&f.all, "all", false, "write all documents, duplicates too")
	fs.StringVar(&f.table, "table", "", "write a `table` instead of documents: members, stories, pairs, changes or notes")
	a.jsonFlag(c, "print the summary as JSON")
	return c
}

func (a *app) exportDocuments(ctx context.Context, f *exporting) error {
	d, err := a.deciding(&f.keepFlags, &f.target, nil)
	if err != nil {
		return err
	}
	opt := d.opt
	if export.IsFolder(f.out) && opt.Format == "" {
		opt.Format = export.JSONLines
	}
	opt.Columns = export.DocumentColumns
	if f.annotate {
		opt.Columns = append(opt.Columns, noteColumns(annotated)...)
	}
	return a.reading(func(c *store.Corpus) error {
		w, err := export.Create(f.out, a.stdout, opt)
		if err != nil {
			return err
		}
		defer w.Abort()
		if err := d.begin(); err != nil {
			return err
		}
		defer d.abort()
		p := a.progress(surviveStages)
		defer p.clear()
		v, err := c.Survivors(ctx, d.keep, p.step)
		if err != nil {
			return err
		}
		d.decided(c, v)
		if err := writeDocuments(ctx, c, d, f.all, w, p.step); err != nil {
			return err
		}
		p.clear()
		return d.end(w, func() error { return nil })
	})
}

// writeDocuments writes what is kept of a corpus, or all of it.
func writeDocuments(ctx context.Context, c *store.Corpus, to *deciding, all bool, w *export.Writer, progress dedup.Progress) error {
	var numbers []uint32
	for n := range c.Numbers {
		numbers = append(numbers, n)
	}
	i := 0
	for d, err := range c.Documents(numbers) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if i%1024 == 0 {
			progress("writing", i, len(numbers))
		}
		n := numbers[i]
		i++
		fate := to.survivors.Fates[n]
		if all {
			fate = detect.Fate{}
		}
		_, err = to.document(&d, n, &fate, func(text string, note *store.Note) error {
			d.Text = text
			r := export.FromDocument(&d)
			if note != nil {
				r.Annotate(annotated, annotation(note))
			}
			return w.Write(r)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// exportTable writes a table.
func (a *app) exportTable(ctx context.Context, f *exporting) error {
	t := tables[f.table]
	if t.rows == nil {
		return usage("--table %q: the tables are members, stories, pairs, changes and notes", f.table)
	}
	if f.out == "" {
		f.out = "-"
		if f.format == "" {
			f.format = string(export.CSV)
		}
	}
	opt, err := f.target.options()
	if err != nil {
		return err
	}
	if err := a.outputs(map[string]string{"output": f.file(), "manifest": f.manifest}); err != nil {
		return err
	}
	if export.IsFolder(f.out) && opt.Format == "" {
		opt.Format = export.CSV
	}
	format := opt.Format
	if format == "" {
		format, _ = export.ByName(f.out)
	}
	if format == export.Text || format == export.Lines {
		return usage("a table is no text: give --format csv, tsv, jsonl, json or parquet")
	}
	return a.reading(func(c *store.Corpus) error {
		w, err := newTableFile(f.out, a.stdout, opt, t.columns)
		if err != nil {
			return err
		}
		defer w.Abort()
		rows := 0
		err = t.rows(ctx, c, func(values ...any) error {
			for i, v := range values {
				if v == "" {
					values[i] = nil
				}
			}
			rows++
			return errors.Join(w.row(values...), ctx.Err())
		})
		if err != nil {
			return err
		}
		if err := w.Commit(); err != nil {
			return err
		}
		m := w.Manifest()
		manifest, err := f.newManifest(&m)
		if err != nil {
			return err
		}
		if err := manifest.commit(); err != nil {
			return err
		}
		if !a.quiet && f.out != "-" {
			fmt.Fprintf(a.stdout, "%s of table %s written to %s\n", report.Count(rows, "row", "rows"), f.table, f.out)
		}
		if rows == 0 {
			if !a.quiet {
				a.complain("the table %s is empty", f.table)
			}
			return status(nothing)
		}
		return nil
	})
}

// table is one of export's tables.
type table struct {
	columns []export.Column
	rows    func(ctx context.Context, c *store.Corpus, row func(values ...any) error) error
}

// columnsOf reads "name kind, …".
func columnsOf(spec string) (list []export.Column) {
	kinds := map[string]export.Kind{"text": export.String, "texts": export.List | export.String, "int": export.Integer, "num": export.Number, "bool": export.Boolean}
	for _, s := range strings.Split(spec, ", ") {
		name, kind, _ := strings.Cut(s, " ")
		list = append(list, export.Column{Name: name, Kind: kinds[kind]})
	}
	return list
}

var tables = map[string]table{
	"members": {columnsOf("story text, id text, canonical bool, relation text, coverage num, source text, date text, title text, url text, spans text, bytes int"), memberRows},
	"stories": {columnsOf("story text, documents int, sources int, first text, last text, days int, canonical text, source text, title text, bytes int"), storyRows},
	"pairs": {columnsOf("story text, a text, b text, coverage_a num, coverage_b num, matched int, a_source text, b_source text, " +
		"a_date text, b_date text, days int"), pairRows},
	"changes": {columnsOf("at int, time text, change text, story text, documents int, was texts, added int, removed int, added_ids texts, removed_ids texts"), changeRows},
	"notes":   {columnsOf("subject text, story text, a text, b text, change text, readings text, mark text, text text, time text"), noteRows},
}
