package main

import (
	"math/bits"
	"slices"

	"repost/dedup/collate"
	"repost/dedup/dates"
	"repost/store"
)

// A page that is saved every day comes in as a document each day, and most days it says what
// it said the day before. Its versions are in the order of the days that the pages or their
// files have, whatever the order in which they were read, and those in a row with one text, one
// title and one source are one version, with the days on which it was seen. A source that only
// some of them name, as when a file was first read without its folders, parts none.
//
// The order is that of the moments that all of them have: of the last change, of the date, or
// of the day in the path; else that of their ingest. Equal contents are compared byte by byte.

// edition is the documents of one version, in order: seldom more than one.
type edition []store.Meta

// of returns the first document of an edition, and last the last one.
func (e edition) of() *store.Meta   { return &e[0] }
func (e edition) last() *store.Meta { return &e[len(e)-1] }

// editions returns the versions of a document by their numbers.
func (t *presenter) editions(numbers []uint32) (out []edition, err error) {
	all := make([]store.Meta, len(numbers))
	for i, n := range numbers {
		if all[i], err = t.corpus.Meta(n); err != nil {
			return nil, err
		}
	}
	inTimeOrder(all)
	for i := range all {
		if n := len(out); n > 0 {
			same, err := t.sameEdition(out[n-1].last(), &all[i])
			if err != nil {
				return nil, err
			}
			if same {
				out[n-1] = append(out[n-1], all[i])
				continue
			}
		}
		out = append(out, edition{all[i]})
	}
	return out, nil
}

// editionsOf returns the versions of the document with an id, and of others with its URL if it is
// known which URLs several have.
func (t *presenter) editionsOf(id string) ([]edition, error) {
	find := t.corpus.Versions
	if t.urls != nil {
		find = t.chain
	}
	numbers, err := find(id)
	if err != nil {
		return nil, err
	}
	return t.editions(numbers)
}

// mostOther is by how many bits of their SimHash two versions with one story differ at most: of
// texts that have nothing in common one pair in 500 differs by as few.
const mostOther = 20

// sinceFirst gives a document the date of its first version, if that is earlier than its own: who
// corrected an article had it first all the same. A version with another story does not count.
func (t *presenter) sinceFirst(m *store.Meta) error {
	if t.corpus.Len() == int(t.corpus.Next()) {
		return nil // no document has an earlier version
	}
	numbers, err := t.corpus.Versions(m.ID)
	if err != nil {
		return err
	}
	first := m.Document
	for _, n := range numbers {
		v, err := t.corpus.Meta(n)
		if err != nil {
			return err
		}
		if bits.OnesCount64(v.SimHash^m.SimHash) <= mostOther && collate.Dated(v.Date, first.Date) && collate.InTime(v.Date, first.Date) < 0 {
			first = v.Document
		}
	}
	m.Date, m.DateFrom = first.Date, first.DateFrom
	return nil
}

// versionOf returns the number of a version among those of its id, as history has it.
func (t *presenter) versionOf(m *store.Meta) (int, error) {
	if t.urls == nil {
		var err error
		if t.urls, err = sharedURLs(t.corpus); err != nil {
			return 0, err
		}
	}
	all, err := t.editionsOf(m.ID)
	return 1 + slices.IndexFunc(all, func(e edition) bool {
		return slices.ContainsFunc(e, func(x store.Meta) bool { return x.Number == m.Number })
	}), err
}

// firstMeta is what is known of a document, with the date of its first version.
func (t *presenter) firstMeta(n uint32) (store.Meta, error) {
	m, err := t.corpus.Meta(n)
	if err == nil {
		err = t.sinceFirst(&m)
	}
	return m, err
}

// inTimeOrder sorts documents by the moments that all of them have.
func inTimeOrder(all []store.Meta) {
	for _, moment := range []func(m *store.Meta) string{ // the one that decides first comes last
		savedOn,
		func(m *store.Meta) string { return m.Date },
		func(m *store.Meta) string { return m.Updated },
	} {
		var known []string
		for i := range all {
			known = append(known, moment(&all[i]))
		}
		if collate.Dated(known...) {
			slices.SortStableFunc(all, func(a, b store.Meta) int { return collate.InTime(moment(&a), moment(&b)) })
		}
	}
}

// savedOn returns the day that the path of a document's file names, or "".
func savedOn(m *store.Meta) string {
	if day, ok := dates.InName(m.Origin.Path); ok {
		return day.String()
	}
	return ""
}

// sameEdition reports whether two documents have one text, title and source, as far as they name one.
func (t *presenter) sameEdition(a, b *store.Meta) (bool, error) {
	if a.Content != b.Content || a.Bytes != b.Bytes || a.Title != b.Title || a.Source != b.Source && a.Source != "" && b.Source != "" {
		return false, nil
	}
	x, err := t.corpus.Document(a.Number)
	if err != nil {
		return false, err
	}
	y, err := t.corpus.Document(b.Number)
	return x.Text == y.Text, err
}
