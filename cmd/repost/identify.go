package main

import (
	"fmt"

	"github.com/zeebo/xxh3"

	"repost/dedup"
	"repost/store"
)

// Which document of the corpus a record of dedup is. Its id alone does not say it: two
// records may have one id, and an earlier run may have seen that id with another text. For
// dedup each text is a document of its own, so the second text of an id is the document
// "id#2", in whichever run it comes, and no text that was seen is forgotten for a later one.

// identity is what is remembered of a record between the two readings.
type identity struct {
	text   uint64 // hash
	number uint32 // of the document, if the corpus had it before this run began, or notYet
	same   uint32 // how often its id was given to others, and 1; 0 and 1 are the id as it is
}

const notYet = ^uint32(0)

// id returns the id of the document.
func (x identity) id(given string) string {
	if x.same < 2 {
		return given
	}
	return fmt.Sprintf("%s#%d", given, x.same)
}

// identifier finds the documents of records. It takes 8 bytes a record.
type identifier struct {
	corpus   *store.Corpus
	delivery *store.Delivery
	taken    map[uint64]struct{}
}

func (d *identifier) identify(r *dedup.Document) (identity, error) {
	x := identity{text: xxh3.HashString(r.Text), number: notYet, same: 1}
	for ; ; x.same++ {
		id := x.id(r.ID)
		h := xxh3.HashString(id)
		if _, ok := d.taken[h]; ok {
			continue
		}
		n, had, err := d.had(id)
		if err != nil {
			return x, err
		}
		if had {
			old, err := d.corpus.Document(n)
			if err != nil {
				return x, err
			}
			if old.Text != r.Text {
				continue
			}
			x.number = n
			d.delivery.Take(n)
		}
		d.taken[h] = struct{}{}
		return x, nil
	}
}

// had returns the document with an id, if it was there before this run.
func (d *identifier) had(id string) (uint32, bool, error) {
	first := d.delivery.First()
	if first == 0 {
		return 0, false, nil
	}
	n, ok, err := d.corpus.Number(id)
	return n, ok && n < first, err
}
