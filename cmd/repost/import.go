package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"repost/dedup"
	"repost/dedup/batch"
	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/store"
)

const importHelp = `import makes a corpus of what a batch found on other machines, so that it can be browsed,
searched and exported, and documents can be added. Nothing is detected again.

FOLDER is the output of the program for Apache Spark, or the work folder of the script of
repost batch plan --shell. The corpus must not exist yet, since its stories are those of the
batch alone. With --rules, give the rules of the batch.

Documents are sketched again, some 10 thousand in a second and for each processor, and kept
with their links, so that a later ingest compares only what is new.`

func (a *app) importCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "import FOLDER",
		Short:   "Make a corpus of what a batch found",
		Long:    help(importHelp, "1 is not used"),
		Example: "  repost import --corpus all.repost output/ && repost serve --corpus all.repost",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if _, err := os.Lstat(a.corpus); !errors.Is(err, fs.ErrNotExist) {
				return cmp.Or(err, fmt.Errorf("%s is there already: import makes a new corpus; choose another --corpus", a.corpus))
			}
			from, err := openFound(args[0])
			if err != nil {
				return err
			}
			c, err := a.open(store.Options{Create: true})
			if err != nil {
				return err
			}
			defer func() {
				err = errors.Join(err, c.Close())
				if err != nil {
					err = errors.Join(err, os.Remove(a.corpus))
				}
			}()
			if err := (&importing{corpus: c, from: from}).run(cmd.Context()); err != nil {
				return err
			}
			if !a.quiet {
				a.holds(c)
			}
			return nil
		},
	}
	a.rulesFlag(c)
	return c
}

// found is the output of a batch.
type found interface {
	documents(s *detect.Scheme, fn func(d *dedup.Document) error) error
	stories(s *detect.Scheme, fn func(s *batch.Story) error) error
	links(s *detect.Scheme, fn func(l *batch.Link) error) error
}

// openFound says what a folder is.
func openFound(folder string) (found, error) {
	i, err := os.Stat(folder + "/documents")
	if err != nil {
		return nil, fmt.Errorf("%s is no output of a batch: it has no documents (%w)", folder, bare(err))
	}
	if i.IsDir() {
		return sparkFolder(folder), nil
	}
	return workFolder(folder), nil
}

// workFolder is the folder of the script, with a file of lines for each step.
type workFolder string

func (w workFolder) read(step string, s *detect.Scheme, f batch.Found) error {
	name := string(w) + "/" + step
	in, err := os.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := batch.Read(in, s, f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (w workFolder) documents(s *detect.Scheme, fn func(d *dedup.Document) error) error {
	return w.read(batch.Documents, s, batch.Found{Document: fn})
}

func (w workFolder) stories(s *detect.Scheme, fn func(s *batch.Story) error) error {
	return w.read(batch.ToStories, s, batch.Found{Story: fn})
}

func (w workFolder) links(s *detect.Scheme, fn func(l *batch.Link) error) error {
	return w.read(batch.ToLinks, s, batch.Found{Link: fn})
}

// importing is the state of an import.
type importing struct {
	corpus *store.Corpus
	from   found

	ids    []string // by number
	sizes  []int    // bytes of texts, by number
	number map[string]uint32
	ranked []uint32 // numbers in the order of ids
	aside  map[uint32]cluster.Set
}

func (m *importing) run(ctx context.Context) error {
	if err := m.documents(ctx); err != nil {
		return err
	}
	d := m.corpus.Detection(ctx)
	linked, err := m.heads(d)
	if err != nil {
		return err
	}
	if err := m.links(d, linked); err != nil {
		return err
	}
	return m.stories(d)
}

// importBatch is how many documents are added in one transaction.
const importBatch = 2048

// documents adds the documents.
func (m *importing) documents(ctx context.Context) error {
	var some []store.Entry
	m.number = map[string]uint32{}
	s := m.corpus.Scheme()
	flush := func() error {
		each(ctx, len(some), func(i int) { some[i].Sketch = s.Sketch(s.Prepare(some[i].Doc.Text)) })
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := m.corpus.AddEntries(some)
		for i := range some {
			if err == nil && r.Numbers[i] != m.number[some[i].Doc.ID] {
				err = fmt.Errorf("document %q comes twice", some[i].Doc.ID)
			}
		}
		some = some[:0]
		return err
	}
	err := m.from.documents(s, func(d *dedup.Document) error {
		if _, twice := m.number[d.ID]; twice {
			return fmt.Errorf("document %q comes twice", d.ID)
		}
		m.number[d.ID] = uint32(len(m.ids))
		m.ids, m.sizes = append(m.ids, d.ID), append(m.sizes, len(d.Text))
		if some = append(some, store.Entry{Doc: *d}); len(some) == importBatch {
			return flush()
		}
		return nil
	})
	if err == nil && len(some) > 0 {
		err = flush()
	}
	for n := range m.ids {
		m.ranked = append(m.ranked, uint32(n))
	}
	slices.SortFunc(m.ranked, func(x, y uint32) int { return strings.Compare(m.ids[x], m.ids[y]) })
	return err
}

// heads returns the documents that represent equal texts, as a set of bits by number.
func (m *importing) heads(d *store.Detection) ([]byte, error) {
	first := map[dedup.Content]uint32{}
	err := d.Infos(func(n uint32, i dedup.Info) error {
		if i.Units == 0 {
			return nil
		}
		if head, ok := first[i.Content]; !ok || i.ID < m.ids[head] {
			first[i.Content] = n
		}
		return nil
	})
	linked := make([]byte, (len(m.ids)+7)/8)
	for _, n := range first {
		linked[n/8] |= 1 << (n % 8)
	}
	return linked, err
}

// links adds the links, with which all heads are linked.
func (m *importing) links(d *store.Detection, linked []byte) error {
	const most = 1 << 15
	var some []dedup.Link
	m.aside = map[uint32]cluster.Set{}
	err := m.from.links(m.corpus.Scheme(), func(l *batch.Link) error {
		if max(int(l.A), int(l.B)) >= len(m.ranked) {
			return errors.New("a link of a document that is not there; are the documents those of the same batch?")
		}
		from, to := m.ranked[l.A], m.ranked[l.B]
		for i, n := range []uint32{from, to} {
			if len(l.Learned[i]) > 0 {
				m.aside[n] = l.Learned[i]
			}
		}
		some = append(some, dedup.Link{From: from, To: to, Chains: l.Chains, GramFrom: l.Grams[0], GramTo: l.Grams[1]})
		if len(some) < most {
			return nil
		}
		err := d.AddLinks(some, nil)
		some = some[:0]
		return err
	})
	if err != nil {
		return err
	}
	return d.AddLinks(some, linked)
}

// stories sets the stories.
func (m *importing) stories(d *store.Detection) error {
	var all []dedup.Story
	err := m.from.stories(m.corpus.Scheme(), func(s *batch.Story) error {
		o := dedup.Story{ID: s.ID}
		for i := range s.Members {
			in := s.Members[i].Member()
			n, ok := m.number[s.Members[i].Document.ID]
			if !ok {
				return fmt.Errorf("story %s has the document %q, which is not there", s.ID, s.Members[i].Document.ID)
			}
			if k := len(in.Spans); k > 0 && in.Spans[k-1].Hi > m.sizes[n] {
				return fmt.Errorf("story %s ends beyond the text of document %q; are the documents those of the same batch, and whole?", s.ID, m.ids[n])
			}
			in.Doc = n
			o.Members = append(o.Members, *in)
		}
		all = append(all, o)
		return nil
	})
	if err != nil {
		return err
	}
	var numbers []uint32
	for n := range m.aside {
		numbers = append(numbers, n)
	}
	aside := detect.PackAside(numbers, func(i int) cluster.Set { return m.aside[numbers[i]] })
	return d.SetStories(detect.Distinguish(all, m.ids), aside)
}
