package main

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"

	"github.com/zeebo/xxh3"

	"repost/cmd/repost/internal/edit"
	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/store/newfile"
)

// planted is an edited copy of a document.
type planted struct {
	doc  dedup.Document
	of   int // index of the document
	kind string
}

// fewestLetters is what a document must have to be copied: of shorter ones some
// edits leave hardly a sentence.
const fewestLetters = 200

// plant edits documents, the same number for each kind: some copies to be added, others (of
// other documents, if there are enough) to be searched for. The choice depends only on the
// documents, not on their order.
func plant(docs []dedup.Document, each int) (add, ask []planted) {
	var fit []int
	for i := range docs {
		if edit.Letters(docs[i].Text) >= fewestLetters {
			fit = append(fit, i)
		}
	}
	if len(fit) < 3 {
		return nil, nil
	}
	hash := func(i int) uint64 { return xxh3.HashString(docs[i].ID) }
	slices.SortFunc(fit, func(i, j int) int {
		return cmp.Or(cmp.Compare(hash(i), hash(j)), cmp.Compare(docs[i].ID, docs[j].ID))
	})
	at := 0
	round := func(name string) (out []planted) {
		for _, k := range edit.Kinds() {
			for n := range min(each, len(fit)) {
				i := fit[at%len(fit)]
				others := []string{docs[fit[(at+1)%len(fit)]].Text, docs[fit[(at+2)%len(fit)]].Text}
				d := dedup.Document{
					ID: fmt.Sprintf("%s/%s/%d", name, k, n), Source: fmt.Sprintf("%s outlet %d", name, n%7),
					Date: docs[i].Date, Title: docs[i].Title,
					Text: edit.Make(k, docs[i].Text, others, hash(i)),
				}
				out = append(out, planted{d, i, string(k)})
				at++
			}
		}
		return out
	}
	return round("planted"), round("asked")
}

// writePlanted writes documents and copies as JSON lines.
func writePlanted(name string, docs []dedup.Document, copies []planted) error {
	f, err := newfile.Create(name)
	if err != nil {
		return err
	}
	defer f.Drop()
	w := bufio.NewWriterSize(f, 1<<20)
	put := func(v any) {
		line, jerr := report.JSON(v)
		err = cmp.Or(err, jerr)
		w.Write(line)
	}
	for i := range docs {
		put(docs[i])
	}
	for _, p := range copies {
		put(struct {
			dedup.Document
			Of   string `json:"of"`
			Kind string `json:"kind"`
		}{p.doc, docs[p.of].ID, p.kind})
	}
	if err := cmp.Or(err, w.Flush()); err != nil {
		return err
	}
	return f.Commit()
}
