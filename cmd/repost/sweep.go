package main

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/dedup/eval"
	"repost/store"
)

// sweep is --sweep: a threshold of the judge and the values it takes in turn.
type sweep struct {
	name   string
	values []float64
}

// point is a line of a sweep with --json.
type point struct {
	Threshold string      `json:"threshold"`
	Value     float64     `json:"value"`
	Report    eval.Report `json:"report"`
}

// parseSweep reads name=value,value,….
func parseSweep(s string) (*sweep, error) {
	name, list, ok := strings.Cut(s, "=")
	if names := thresholdNames(); !ok || !slices.Contains(names, name) {
		return nil, fmt.Errorf("give a threshold, = and values; the thresholds are %s", strings.Join(names, ", "))
	}
	w := &sweep{name: name}
	for _, v := range strings.Split(list, ",") {
		x, err := strconv.ParseFloat(v, 64)
		if err != nil || x < 0 {
			return nil, fmt.Errorf("%q is no number of 0 or more", v)
		}
		w.values = append(w.values, x)
	}
	return w, nil
}

// thresholdNames returns the names of the judge's thresholds: the fields of
// cluster.Thresholds, as flags are written.
func thresholdNames() (names []string) {
	t := reflect.TypeFor[cluster.Thresholds]()
	for i := range t.NumField() {
		var b strings.Builder
		for k, r := range t.Field(i).Name {
			if unicode.IsUpper(r) && k > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(unicode.ToLower(r))
		}
		names = append(names, b.String())
	}
	return names
}

// with returns the default thresholds with one of them changed.
func (w *sweep) with(value float64) *cluster.Thresholds {
	t := cluster.Default
	f := reflect.ValueOf(&t).Elem().Field(slices.Index(thresholdNames(), w.name))
	if f.CanInt() {
		f.SetInt(int64(value))
	} else {
		f.SetFloat(value)
	}
	return &t
}

// run prints the figures of score at each value, one a line.
func (w *sweep) run(a *app, score func(t *cluster.Thresholds) (eval.Report, error)) error {
	p := a.printer()
	var rows report.Rows
	for i, v := range w.values {
		r, err := score(w.with(v))
		if err != nil {
			return err
		}
		if a.json {
			p.Object(point{w.name, v, r})
			continue
		}
		head, line := []string{w.name}, []string{strconv.FormatFloat(v, 'g', -1, 64)}
		for _, f := range r.Figures() {
			if strings.HasPrefix(f.Name, "recall of ") || strings.HasPrefix(f.Name, "joined of ") {
				continue // one report shows them better
			}
			head = append(head, f.Name)
			line = append(line, strconv.FormatFloat(f.Value, 'f', f.Digits, 64))
		}
		if i == 0 {
			rows.Add(head...)
		}
		rows.Add(line...)
	}
	p.Table(rows)
	return p.Err
}

// judged returns the stories of the corpus as other thresholds make them.
func (a *app) judged(ctx context.Context, t *cluster.Thresholds) (out []eval.Cluster, err error) {
	err = a.reading(func(c *store.Corpus) error {
		stories, err := detect.Stories(c.Detection(ctx), c.Scheme(), *t)
		for i := 0; err == nil && i < len(stories); i++ {
			out, err = appendCluster(out, c, &stories[i])
		}
		return err
	})
	return out, err
}

func appendCluster(out []eval.Cluster, c *store.Corpus, s *dedup.Story) ([]eval.Cluster, error) {
	e := eval.Cluster{ID: s.ID}
	for _, m := range s.Members {
		meta, err := c.Meta(m.Doc)
		if err != nil {
			return nil, err
		}
		e.Members = append(e.Members, eval.Member{ID: meta.ID, Spans: spans(m.Spans)})
	}
	return append(out, e), nil
}
