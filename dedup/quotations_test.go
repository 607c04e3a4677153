package dedup_test

import (
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/testdata"
)

// TestFindQuotations: each sensitivity finds what the one before it does, and says the same
// of it; any 34 characters in a row are found as a quotation, any 20 as a phrase.
func TestFindQuotations(t *testing.T) {
	s := &detect.DefaultScheme
	m := detect.NewMemory(s)
	var docs []dedup.Document
	err := fs.WalkDir(testdata.FS, "news", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(testdata.FS, p)
		docs = append(docs, dedup.Document{ID: p, Text: string(b)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Add(docs...)
	if err := detect.UpdateStories(m, s, nil); err != nil {
		t.Fatal(err)
	}
	x := lookupsOf(t, m)
	x.hidden = ^uint32(0)
	find := func(id, text string, to dedup.Sensitivity) []dedup.Found {
		found, err := detect.FindQuotations(x, s, &dedup.Document{ID: id, Text: text}, to)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	letter := "Dear editor, the following was not written by anybody in our street: %s\nAnd so we remain, with nothing further to add to it this week or next."
	quotations := 0
	for n := range docs {
		text := docs[n].Text
		before := map[uint32]dedup.Found{}
		for _, to := range []dedup.Sensitivity{dedup.Usual, dedup.Quotations, dedup.Phrases} {
			found := find("query", text, to)
			now := map[uint32]dedup.Found{}
			for _, f := range found {
				now[f.Doc] = f
			}
			for doc, f := range before {
				if !reflect.DeepEqual(now[doc], f) {
					t.Errorf("%s: %s is %+v with sensitivity %d, %+v with the one before", docs[n].ID, docs[doc].ID, now[doc], to, f)
				}
			}
			before = now
		}
		for _, q := range []struct {
			units int
			to    dedup.Sensitivity
		}{{34, dedup.Quotations}, {20, dedup.Phrases}} {
			p := s.Prepare(text)
			if len(p.Units) < 200 {
				continue
			}
			lo := len(p.Units) / 3
			quote := text[p.Units[lo].Lo:p.Units[lo+q.units].Lo]
			if strings.Contains(quote, "\n\n") {
				continue
			}
			quotations++
			held := false
			for _, f := range find("letter", fmt.Sprintf(letter, quote), q.to) {
				held = held || f.Doc == uint32(n)
			}
			if !held {
				t.Errorf("%s: %q is not found", docs[n].ID, quote)
			}
		}
	}
	if quotations < 10 {
		t.Errorf("only %d quotations were looked for", quotations)
	}
}
