package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"repost/dedup"
	"repost/dedup/batch"
	"repost/dedup/detect"
)

// sparkFolder is the output of the program for Apache Spark: see spark/repost_spark.py.
type sparkFolder string

// documentRow is a row of its documents.
type documentRow struct {
	ID       string `parquet:"id,optional"`
	URL      string `parquet:"url,optional"`
	Source   string `parquet:"source,optional"`
	Date     string `parquet:"date,optional"`
	DateFrom string `parquet:"date_from,optional"`
	Title    string `parquet:"title,optional"`
	Credit   string `parquet:"credit,optional"`
	Text     string `parquet:"text,optional"`
}

// memberRow is a row of its members.
type memberRow struct {
	Story     string    `parquet:"story,optional"`
	Cluster   string    `parquet:"cluster,optional"` // its name before
	ID        string    `parquet:"id,optional"`
	Spans     []spanRow `parquet:"spans,optional,list"`
	Relation  string    `parquet:"relation,optional"`
	Coverage  float64   `parquet:"coverage,optional"`
	Canonical bool      `parquet:"canonical,optional"`
}

type spanRow struct {
	Lo int64 `parquet:"lo,optional"`
	Hi int64 `parquet:"hi,optional"`
}

// runRow is a run of lines of a batch.
type runRow struct {
	Run string `parquet:"run,optional"`
}

// eachRow calls fn for the rows of the Parquet files of a folder, by path.
func eachRow[T any](folder string, fn func(row *T) error) error {
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".parquet") || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		if err := rowsOf(path, fn); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
}

func rowsOf[T any](path string, fn func(row *T) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	i, err := f.Stat()
	if err != nil {
		return err
	}
	p, err := parquet.OpenFile(f, i.Size())
	if err != nil {
		return err
	}
	r := parquet.NewGenericReader[T](p)
	defer r.Close()
	rows := make([]T, 64)
	for {
		n, err := r.Read(rows)
		for i := range rows[:n] {
			if err := fn(&rows[i]); err != nil {
				return err
			}
		}
		clear(rows)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// documents are among the lines if what is written is not the whole of them.
func (s sparkFolder) documents(scheme *detect.Scheme, fn func(d *dedup.Document) error) error {
	cut := false
	err := s.read(scheme, batch.Found{Document: func(d *dedup.Document) error {
		cut = true
		return fn(d)
	}})
	if cut || err != nil {
		return err
	}
	return eachRow(string(s)+"/documents", func(r *documentRow) error {
		return fn(&dedup.Document{
			ID: r.ID, URL: r.URL, Source: r.Source, Date: r.Date, DateFrom: r.DateFrom, Title: r.Title, Credit: r.Credit, Text: r.Text,
		})
	})
}

func (s sparkFolder) stories(_ *detect.Scheme, fn func(s *batch.Story) error) error {
	all := map[string]*batch.Story{}
	err := eachRow(string(s)+"/members", func(r *memberRow) error {
		m := batch.Member{
			Document: dedup.Document{ID: r.ID}, Relation: dedup.Relation(r.Relation), Coverage: r.Coverage, Canonical: r.Canonical,
		}
		for _, v := range r.Spans {
			m.Spans = append(m.Spans, [2]int{int(v.Lo), int(v.Hi)})
		}
		id := cmp.Or(r.Story, r.Cluster)
		o := all[id]
		if o == nil {
			o = &batch.Story{ID: id}
			all[id] = o
		}
		o.Members = append(o.Members, m)
		return nil
	})
	if err != nil {
		return err
	}
	for _, o := range all {
		slices.SortFunc(o.Members, func(x, y batch.Member) int {
			if x.Canonical != y.Canonical {
				if x.Canonical {
					return -1
				}
				return 1
			}
			return cmp.Compare(x.Document.ID, y.Document.ID)
		})
		if err := fn(o); err != nil {
			return err
		}
	}
	return nil
}

func (s sparkFolder) links(scheme *detect.Scheme, fn func(l *batch.Link) error) error {
	return s.read(scheme, batch.Found{Link: fn})
}

// read reads the packed lines.
func (s sparkFolder) read(scheme *detect.Scheme, f batch.Found) error {
	read, write := io.Pipe()
	go func() {
		write.CloseWithError(eachRow(string(s)+"/links", func(r *runRow) error {
			_, err := fmt.Fprintln(write, r.Run)
			return err
		}))
	}()
	defer read.Close()
	return batch.Read(read, scheme, f)
}
