package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/detect"
	"repost/store"
	"repost/store/ingest"
)

// stoppable is a corpus that fails once ctx has ended.
type stoppable struct {
	*detect.Memory
	ctx context.Context
}

// AddLinks is asked after each batch of alignments.
func (s stoppable) AddLinks(links []dedup.Link, linked []byte) error {
	return errors.Join(s.ctx.Err(), s.Memory.AddLinks(links, linked))
}

// create makes a corpus in a folder.
func (b *benching) create(dir, name string) (*store.Corpus, error) {
	b.app.corpus = filepath.Join(dir, name)
	return b.app.open(store.Options{Create: true})
}

// stored measures the lanes of the corpus file.
func (b *benching) stored(dir string) (err error) {
	if err := b.bandsOnly(dir); err != nil {
		return err
	}
	c, err := b.create(dir, "bench.repost")
	if err != nil {
		return err
	}
	err = b.ingest(c)
	if err == nil {
		err = b.stories(c)
	}
	if err == nil {
		err = b.find(c)
	}
	if err = errors.Join(err, c.Close()); err != nil {
		return err
	}
	opt := store.Options{Scheme: &detect.DefaultScheme}
	if _, err := store.Compact(b.ctx, b.app.corpus, opt, store.CompactOptions{}); err != nil {
		return err
	}
	c, err = b.app.open(store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(b.parts(c, func(p *report.BenchPart) *float64 { return &p.Compacted }), c.Close())
}

// bandsOnly ingests without fingerprints, and makes no stories.
func (b *benching) bandsOnly(dir string) error {
	c, err := b.create(dir, "bands.repost")
	if err != nil {
		return err
	}
	m := begin()
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	err = b.load(ctx, c, b.docs, store.LoadOptions{Whole: true}, func() {
		m.documents, m.bytes = len(b.docs), b.bytes
		b.keep(laneL5, m)
		cancel()
	})
	if b.ctx.Err() == nil && errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, c.Close())
}

// load ingests documents as a dump, and calls updating when they are stored and
// their stories are begun.
func (b *benching) load(ctx context.Context, c *store.Corpus, docs []dedup.Document, opt store.LoadOptions, updating func()) error {
	records := func(yield func(ingest.Record, error) bool) {
		for i := range docs {
			if !yield(ingest.Record{Doc: docs[i]}, nil) {
				return
			}
		}
	}
	opt.Progress = func(stage string, _, _ int) {
		if stage != "reading" && updating != nil {
			updating()
			updating = nil
		}
	}
	_, err := store.Load(ctx, c, records, opt)
	return err
}

// ingest ingests the documents and then the planted ones.
func (b *benching) ingest(c *store.Corpus) error {
	m := begin()
	err := b.load(b.ctx, c, b.docs, store.LoadOptions{}, func() {
		m.documents, m.bytes = len(b.docs), b.bytes
		b.keep(laneL5p, m)
		m = begin()
	})
	if err != nil {
		return err
	}
	m.documents, m.bytes = len(b.docs), b.bytes
	b.keep(laneL6, m)
	if err := b.parts(c, func(p *report.BenchPart) *float64 { return &p.Ingested }); err != nil {
		return err
	}
	more := make([]dedup.Document, len(b.more))
	for i := range b.more {
		more[i] = b.more[i].doc
	}
	return b.lane(laneL6more, func(m *measure) error {
		for i := range more {
			m.did(len(more[i].Text))
		}
		return b.load(b.ctx, c, more, store.LoadOptions{}, nil)
	})
}

// stories counts the planted documents that are in a story with their original.
func (b *benching) stories(c *store.Corpus) error {
	in := map[string]map[string]bool{} // document → stories
	err := c.Stories(func(s *dedup.Story) error {
		for _, x := range s.Members {
			meta, err := c.Meta(x.Doc)
			if err != nil {
				return err
			}
			if in[meta.ID] == nil {
				in[meta.ID] = map[string]bool{}
			}
			in[meta.ID][s.ID] = true
		}
		return nil
	})
	for _, p := range b.more {
		found := false
		for s := range in[p.doc.ID] {
			found = found || in[b.docs[p.of].ID][s]
		}
		b.recall(p.kind).Stories.Add(found)
	}
	return err
}

// find looks for texts that are in no corpus.
func (b *benching) find(c *store.Corpus) error {
	look := func(d *dedup.Document) ([]dedup.Found, error) { return c.Find(b.ctx, d) }
	if _, err := look(&b.asked[0].doc); err != nil { // tables that are made once
		return err
	}
	var took []time.Duration
	err := b.lane(laneL7, func(m *measure) error {
		for _, p := range b.asked {
			began := time.Now()
			found, err := look(&p.doc)
			if err != nil {
				return err
			}
			took = append(took, time.Since(began))
			m.did(len(p.doc.Text))
			b.recall(p.kind).Find.Add(slices.ContainsFunc(found, func(f dedup.Found) bool {
				return f.Info.ID == b.docs[p.of].ID
			}))
		}
		return nil
	})
	if err == nil {
		b.percentiles(took)
	}
	return err
}

// percentiles adds the times of single pieces of work to the last lane.
func (b *benching) percentiles(took []time.Duration) {
	l := &b.out.Lanes[len(b.out.Lanes)-1]
	slices.Sort(took)
	at := func(share int) float64 {
		return float64(took[(len(took)-1)*share/100].Microseconds()) / 1000
	}
	l.Median, l.P99 = at(50), at(99)
}

// parts sets the bytes a document of each part.
func (b *benching) parts(c *store.Corpus, column func(*report.BenchPart) *float64) error {
	s, err := c.Stats()
	if err != nil {
		return err
	}
	if len(b.out.Parts) == 0 {
		b.out.Parts = make([]report.BenchPart, len(s.Parts))
	}
	for i, p := range s.Parts {
		b.out.Parts[i].Name = p.Name
		*column(&b.out.Parts[i]) = float64(p.Bytes) / float64(s.Documents)
	}
	return nil
}
