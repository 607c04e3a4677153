package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"repost/cmd/repost/internal/web"
	"repost/dedup"
	"repost/dedup/cluster"
	"repost/store"
)

// documentEntry is a document in the catalogue.
type documentEntry struct {
	number  uint32
	days    [2]int32 // the first and the last that its date may be, or NoDay
	source  int32    // an index of the catalogue's sources
	inStory bool
}

// addDocument enters a document. at has the index of each source.
func (k *catalogue) addDocument(n uint32, m *store.Meta, inStory bool, at map[string]int32) {
	source, ok := at[m.Source]
	if !ok {
		source = int32(len(at))
		at[m.Source] = source
	}
	first, last := dedup.Days(m.Date)
	k.documents = append(k.documents, documentEntry{n, [2]int32{first, last}, source, inStory})
}

// orderDocuments sorts the documents, the newest first and those without a date last, and puts the
// numbers of sources in the place of those that they were read with.
func (k *catalogue) orderDocuments(at map[string]int32) {
	place := make([]int32, len(at))
	for i, name := range k.sources {
		place[at[name]] = int32(i)
	}
	for i := range k.documents {
		d := &k.documents[i]
		d.source = place[d.source]
		if d.days[0] != cluster.NoDay {
			k.dated++
		}
	}
	slices.SortFunc(k.documents, func(a, b documentEntry) int { // NoDay is before all days
		return cmp.Or(cmp.Compare(b.days[0], a.days[0]), cmp.Compare(a.number, b.number))
	})
}

// document returns the i-th of the order of a query.
func (k *catalogue) document(q *web.DocumentQuery, i int) *documentEntry {
	if q.Sort == "old" && i < k.dated {
		i = k.dated - 1 - i
	}
	return &k.documents[i]
}

func (l *library) Documents(ctx context.Context, q web.DocumentQuery) (*web.Documents, error) {
	k, err := l.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	since, _ := dedup.Days(q.Since)
	_, until := dedup.Days(q.Until)
	for name, date := range map[string]string{"since": q.Since, "until": q.Until} {
		if date != "" && dedup.Day(date) == cluster.NoDay {
			return nil, web.Wrong(name)
		}
	}
	source := -1
	if q.Source != "" {
		if source = slices.Index(k.sources, q.Source); source < 0 {
			source = len(k.sources)
		}
	}
	out := &web.Documents{Query: q, Documents: []web.Listed{}, Names: k.sources[:min(len(k.sources), 500)]}
	word, skip, end := searchable(q.Text), (q.Page-1)*q.PerPage, time.Now().Add(searching)
	for i := q.Continued; i < len(k.documents); i++ {
		x := k.document(&q, i)
		if q.Alone && x.inStory || source >= 0 && int(x.source) != source ||
			q.Since != "" && (x.days[0] == cluster.NoDay || x.days[1] < since) || q.Until != "" && (x.days[0] == cluster.NoDay || x.days[0] > until) {
			continue
		}
		var m store.Meta
		if word != "" {
			if i > q.Continued && (time.Now().After(end) || len(out.Documents) == q.PerPage) {
				out.Further = i
				break
			}
			if m, err = l.corpus.Meta(x.number); err != nil {
				return nil, err
			}
			found, err := l.names(x.number, &m, word, q.InTexts)
			if err != nil {
				return nil, err
			}
			if !found {
				continue
			}
		}
		if out.Total++; out.Total <= skip || len(out.Documents) == q.PerPage || l.corpus.Retired(x.number) {
			continue
		}
		if word == "" {
			if m, err = l.corpus.Meta(x.number); err != nil {
				return nil, err
			}
		}
		out.Documents = append(out.Documents, web.Listed{ID: m.ID, Title: m.Title, Source: m.Source, Date: m.Date, Bytes: m.Bytes, InStory: x.inStory})
	}
	return out, ctx.Err()
}

// names reports whether a document has a word in its id, title or source, or in its text.
func (l *library) names(n uint32, m *store.Meta, word string, inText bool) (bool, error) {
	if strings.Contains(searchable(m.ID+"\n"+m.Title+"\n"+m.Source), word) {
		return true, nil
	}
	if !inText {
		return false, nil
	}
	d, err := l.corpus.Document(n)
	return err == nil && strings.Contains(searchable(d.Text), word), err
}
