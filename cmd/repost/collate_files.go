package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"repost/dedup"
	"repost/dedup/collate"
	"repost/dedup/detect"
	"repost/shingle"
	"repost/store"
)

// collateAll collates a story of the corpus, or the versions that are named: files, and
// documents of the corpus. One name is a story or a document if the corpus has it, and
// else a file with several documents.
func (a *app) collateAll(names []string, f collateFlags) error {
	if len(names) == 1 && !a.versionsIn(names[0]) {
		return a.reading(func(c *store.Corpus) error { return a.collate(c, names[0], f) })
	}
	var versions []collate.Version
	t := newPresenter(nil)
	read := func() (err error) {
		versions, err = a.namedVersions(t, names)
		return err
	}
	var err error
	if slices.ContainsFunc(names, func(name string) bool { return !isFile(name) }) {
		err = a.documents(names, func(c *store.Corpus) error {
			t.corpus = c
			return read()
		})
	} else {
		err = read()
	}
	if err != nil {
		return err
	}
	if len(versions) < 2 {
		return usage("%s: one version; give at least two, or the id of a story", names[0])
	}
	if !f.whole {
		t.expandVersions(versions, typedKey(versions, f.base))
	}
	r, err := t.collation(versions, f)
	if err != nil {
		return err
	}
	a.doubtVersions(t, versions, r.Collation)
	return a.printCollation(r, f)
}

// littleShared is the share of the base below which a text may be no version of it. An
// excerpt has little too, so it is only said.
const littleShared = .25

// doubtVersions names the texts that share little with the base, or nothing: a text with
// another sentence in the place of each one is aligned with it and shares none.
func (a *app) doubtVersions(t *presenter, versions []collate.Version, c *collate.Collation) {
	if a.quiet {
		return
	}
	texts := map[string]string{}
	for _, v := range versions {
		texts[v.Key] = v.Text
	}
	var k detect.Linker
	base := slices.IndexFunc(c.Witnesses, func(w collate.Witness) bool { return w.Siglum == c.Base })
	for _, w := range c.Witnesses {
		if w.Siglum == c.Base {
			continue
		}
		key := c.Witnesses[base].Key
		if k.RelateShort(t.scheme.Prepare(texts[w.Key]), t.scheme.Prepare(texts[key])).Kind == dedup.Unrelated {
			a.complain("%s has nothing in common with %s: it is another text", w.Key, key)
		} else if w.Coverage < littleShared {
			a.complain("%s has %.0f %% of the text of %s: it may be another text, or an excerpt", w.Key, 100*w.Coverage, key)
		}
	}
}

// versionsIn reports whether a single name is a file, and nothing in the corpus.
func (a *app) versionsIn(name string) bool {
	if !isFile(name) {
		return false
	}
	if _, err := os.Stat(a.corpus); errors.Is(err, fs.ErrNotExist) {
		return true
	}
	known := false
	err := a.reading(func(c *store.Corpus) error {
		_, story, err := c.Story(name)
		_, document, docErr := typedNumber(c, name)
		known = story || document
		return errors.Join(err, docErr)
	})
	return err == nil && !known
}

// namedVersions reads files and documents, in the order given. Where two have one id, the
// number of their place is appended.
func (a *app) namedVersions(t *presenter, names []string) ([]collate.Version, error) {
	var out []collate.Version
	seen := map[string]int{}
	add := func(v collate.Version) {
		if seen[v.Key]++; seen[v.Key] > 1 {
			v.Key = fmt.Sprintf("%s#%d", v.Key, seen[v.Key])
		}
		out = append(out, v)
	}
	opt, err := a.input.options()
	if err != nil {
		return nil, err
	}
	opt.Blank = true
	for _, name := range names {
		if !isFile(name) {
			s, _, err := t.document(name)
			if err != nil {
				return nil, err
			}
			add(t.version(&s.origin))
			continue
		}
		for rec, err := range a.read([]string{name}, opt) {
			if err != nil {
				return nil, err
			}
			if rec.Encoding != "UTF-8" {
				a.decoded(name, rec.Encoding, "spans count bytes of its text as UTF-8")
			}
			if rec.Doc.ID == "" {
				rec.Doc.ID = name
			}
			v := t.version(&rec.Doc)
			v.Lang = rec.Language
			add(v)
		}
	}
	return out, nil
}

// expandVersions leaves of each version what it shares with the base, the first or the
// one named, if one of the two holds more than the story: see expandSpans.
func (t *presenter) expandVersions(versions []collate.Version, base string) {
	at := max(0, slices.IndexFunc(versions, func(v collate.Version) bool { return v.Key == base }))
	var ours []shingle.Span
	whole := false
	b := t.side(versions[at].Key, versions[at].Text)
	for i := range versions {
		if i == at {
			continue
		}
		x := t.side(versions[i].Key, versions[i].Text)
		b.spans = nil
		t.expandSpans(b, x)
		versions[i].Spans = x.spans
		whole = whole || b.spans == nil
		ours = append(ours, b.spans...)
	}
	if !whole {
		versions[at].Spans = shingle.Union(ours)
	}
}
