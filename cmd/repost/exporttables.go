package main

import (
	"context"
	"encoding/json"
	"io"
	"slices"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/store"
	"repost/store/export"
)

// tableFile is a table that is written for spreadsheets and programs: cells of CSV and TSV
// are safe there, and begin with a byte order mark.
type tableFile struct {
	*export.Writer
	columns []export.Column
	safe    bool // a spreadsheet may open it
}

func newTableFile(name string, stdout io.Writer, opt export.Options, columns []export.Column) (*tableFile, error) {
	opt.Columns, opt.Mark = columns, true
	format := opt.Format
	if format == "" {
		format, _ = export.ByName(name)
	}
	w, err := export.Create(name, stdout, opt)
	return &tableFile{w, columns, format == export.CSV || format == export.TSV}, err
}

// row writes values in the order of the columns.
// A nil table takes none.
func (t *tableFile) row(values ...any) error {
	if t == nil {
		return nil
	}
	r := &export.Record{Fields: make([]export.Field, len(values))}
	for i, v := range values {
		r.Fields[i] = export.Field{Name: t.columns[i].Name, Value: t.cell(v)}
	}
	return t.Write(r)
}

func (t *tableFile) cell(v any) any {
	switch v := v.(type) {
	case string:
		if t.safe {
			return report.CSVCell(v)
		}
	case []any:
		if t.safe { // ids and stories, as the list of JSON that --annotate writes: ids have blanks
			b, err := json.Marshal(v)
			if err != nil {
				panic(err) // strings
			}
			return string(b)
		}
	}
	return v
}

func (t *tableFile) finish() error {
	if t == nil {
		return nil
	}
	return t.Finish()
}

func (t *tableFile) commit() error {
	if t == nil {
		return nil
	}
	return t.Commit()
}

func (t *tableFile) abort() {
	if t != nil {
		t.Abort()
	}
}

// texts returns a list of texts as values.
func texts(list []string) []any {
	v := make([]any, len(list))
	for i, s := range list {
		v[i] = s
	}
	return v
}

func memberRows(ctx context.Context, c *store.Corpus, row func(values ...any) error) error {
	t := newPresenter(c)
	return c.Stories(func(s *dedup.Story) error {
		for _, m := range s.Members {
			meta, err := t.firstMeta(m.Doc)
			if err != nil {
				return err
			}
			bytes := 0
			for _, p := range m.Spans {
				bytes += p.Len()
			}
			err = row(s.ID, meta.ID, m.Canonical, string(toCanonical(&m)), round(m.Coverage), meta.Source, meta.Date, meta.Title, meta.URL, spans(m.Spans), bytes)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// storyRows says of each story when it was carried and by how many. bytes are those of the
// canonical document's part.
func storyRows(ctx context.Context, c *store.Corpus, row func(values ...any) error) error {
	t := newPresenter(c)
	return c.Stories(func(s *dedup.Story) error {
		sources := map[string]bool{}
		var dates []string
		var canonical store.Meta
		for i, m := range s.Members {
			meta, err := t.firstMeta(m.Doc)
			if err != nil {
				return err
			}
			if i == 0 {
				canonical = meta
			}
			if meta.Source != "" {
				sources[meta.Source] = true
			}
			dates = append(dates, meta.Date)
		}
		bytes := 0
		for _, p := range s.Members[0].Spans {
			bytes += p.Len()
		}
		first, last := report.Period(dates)
		var days any
		if first != "" {
			days = report.DaysBetween(first, last)
		}
		return row(s.ID, len(s.Members), len(sources), first, last, days, canonical.ID, canonical.Source, canonical.Title, bytes)
	})
}

// daysBetween returns the days from one date to another, or nil where one is missing.
func daysBetween(a, b string) any {
	x, y := dedup.Day(a), dedup.Day(b)
	if x == cluster.NoDay || y == cluster.NoDay {
		return nil
	}
	return int(y - x)
}

// pairRows lists the documents of a story that share text. The earlier of two is a; without dates, the one whose id
// sorts first.
func pairRows(ctx context.Context, c *store.Corpus, row func(values ...any) error) error {
	v, err := c.Survivors(ctx, detect.KeepOptions{}, nil)
	if err != nil {
		return err
	}
	t := newPresenter(c)
	return v.Pairs(func(p *store.Pair) error {
		a, err := t.firstMeta(p.A)
		if err != nil {
			return err
		}
		b, err := t.firstMeta(p.B)
		if err != nil {
			return err
		}
		if c := dedup.CompareDates(a.Date, b.Date); c > 0 || c == 0 && a.ID > b.ID {
			a, b, p.CoverageA, p.CoverageB = b, a, p.CoverageB, p.CoverageA
		}
		return row(p.Story, a.ID, b.ID, round(p.CoverageA), round(p.CoverageB), p.Matched, a.Source, b.Source, a.Date, b.Date, daysBetween(a.Date, b.Date))
	})
}

func changeRows(ctx context.Context, c *store.Corpus, row func(values ...any) error) error {
	return c.Changes(0, func(ch *store.Change) error {
		added, removed := slices.Sorted(slices.Values(ch.Added)), slices.Sorted(slices.Values(ch.Removed))
		return row(int(ch.At), ch.Time, ch.Kind, ch.Story, ch.Size, texts(ch.From), len(added), len(removed), texts(added), texts(removed))
	})
}
