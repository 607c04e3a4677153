package main

import (
	"fmt"
	"slices"
	"strings"

	"repost/cmd/repost/internal/report"
	"repost/store/ingest"
)

// dryRecords is how many records --dry-run shows.
const dryRecords = 3

// dry is what --dry-run --json prints of a record.
type dry struct {
	ID       string            `json:"id"`
	URL      string            `json:"url,omitempty"`
	Source   string            `json:"source,omitempty"`
	Date     string            `json:"date,omitempty"`
	DateFrom string            `json:"date_from,omitempty"`
	Title    string            `json:"title,omitempty"`
	Updated  string            `json:"updated,omitempty"`
	Text     string            `json:"text"`
	Origin   report.Origin     `json:"origin"`
	Encoding string            `json:"encoding"`
	From     map[string]string `json:"from"` // what → the field it was taken from
	Unused   []string          `json:"unused"`
}

// dryRun shows the first records as they would be read, and writes nothing.
func (a *app) dryRun(paths []string) error {
	opt, err := a.input.options()
	if err != nil {
		return err
	}
	opt.Notes = nil // one for each record
	n, lost := 0, 0
	notes := &ingest.Notes{}
	opt.Notes = notes
	for rec, err := range a.read(paths, opt) {
		if a.ctx.Err() != nil {
			return a.ctx.Err()
		}
		if err != nil {
			if lost++; lost <= mostComplaints {
				a.complain("%v", err)
			}
			continue
		}
		a.dryRecord(&rec, notes)
		*notes = ingest.Notes{}
		if n++; n == dryRecords {
			break
		}
	}
	switch {
	case n == 0:
		a.complain("no record can be read")
		return status(trouble)
	case !a.quiet && !a.json:
		fmt.Fprintln(a.stdout, "nothing was written: this was a dry run")
	}
	return nil
}

// takenFrom says what a value was taken from: a field, or what --field says.
func takenFrom(choice string) string {
	if strings.ContainsAny(choice, "{}'") {
		return "as --field says: " + choice
	}
	if isColumn(choice) {
		return "from " + choice
	}
	return "from the field " + choice
}

func (a *app) dryRecord(rec *ingest.Record, notes *ingest.Notes) {
	d := dry{
		ID: rec.Doc.ID, URL: rec.Doc.URL, Source: rec.Doc.Source, Date: rec.Doc.Date, DateFrom: rec.Doc.DateFrom, Title: rec.Doc.Title, Updated: rec.Updated, Text: rec.Doc.Text,
		Origin:   report.Origin{Path: rec.Origin.Path, Record: rec.Origin.Record},
		Encoding: rec.Encoding, From: map[string]string{}, Unused: ingest.Common(notes.Unused),
	}
	for role, names := range notes.Used {
		d.From[role] = strings.Join(ingest.Common(names), ", ")
	}
	slices.Sort(d.Unused)
	if a.json {
		if d.Unused == nil {
			d.Unused = []string{}
		}
		a.printer().Object(d)
		return
	}
	credits := notes.Credits
	where := report.Name(d.Origin.Path)
	if d.Origin.Record > 0 {
		where += fmt.Sprintf(", record %d", d.Origin.Record)
	}
	fmt.Fprintln(a.stdout, where)
	line := func(what, value string) {
		from := d.From[what]
		switch {
		case value == "":
			value, from = "-", ""
		case from != "":
			from = "  (" + takenFrom(from) + ")"
		case what == "source" && credits > 0:
			from = "  (from the text)"
		case what == "source" && notes.Folders > 0:
			from = "  (from the folder)"
		case what == "date" && d.DateFrom != "":
			from = "  (from the " + d.DateFrom + ")"
		}
		fmt.Fprintf(a.stdout, "  %-7s %s%s\n", what, value, from)
	}
	line("id", report.Label(d.ID))
	line("title", report.Cut(report.Label(d.Title), 60))
	line("source", report.Label(d.Source))
	line("date", report.Label(d.Date))
	line("url", report.Label(d.URL))
	if rec.Updated != "" {
		line("updated", rec.Updated)
	}
	line("text", report.Cut(firstLine(d.Text), 50)+", "+report.Count(len(d.Text), "byte", "bytes"))
	if notes.NoHeader.Count > 0 {
		fmt.Fprintf(a.stdout, "  %s\n", notedColumns(notes))
	}
	if lines := linesIn(notes); lines > 0 {
		fmt.Fprintf(a.stdout, "  %s: if each is a document, read it with --format lines\n", report.Count(lines, "line", "lines"))
	}
	for _, choice := range ingest.Common(notes.NoField) {
		role, name, _ := strings.Cut(choice, "=")
		fmt.Fprintf(a.stdout, "  no field %s: --field %s has no effect; --field %s:=%s sets one value for all\n", name, choice, role, name)
	}
	if len(d.Unused) > 0 {
		fmt.Fprintf(a.stdout, "  not used: %s\n", strings.Join(d.Unused, ", "))
	}
	fmt.Fprintln(a.stdout)
}
