package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"repost/dedup"
	"repost/dedup/detect"
)

// Selection says which documents of a corpus are meant: those that fit all that
// is set. The zero value is all of them.
type Selection struct {
	IDs    []string // documents with one of these ids
	Source string   // of this source
	// Since and Until are days as 2025-10-09, or dates in any form that package dates reads: all
	// days that the date of a document may be are the first day of Since or later, and the last
	// of Until or earlier. A document without a date does not fit.
	Since, Until string
}

// days returns the first day of Since and the last of Until, or the bounds of what days there are.
func (s *Selection) days() (since, until int32, err error) {
	since, until = math.MinInt32, math.MaxInt32
	for _, b := range []struct {
		name, value string
		day         *int32
	}{{"Since", s.Since, &since}, {"Until", s.Until, &until}} {
		if b.value == "" {
			continue
		}
		first, last := dedup.Days(b.value)
		if first == noDay {
			return since, until, fmt.Errorf("store: the %s of a selection is no date: %.100q", b.name, b.value)
		}
		if *b.day = first; b.day == &until {
			*b.day = last
		}
	}
	return since, until, nil
}

// fits reports whether a document is meant, where since and until are those of days.
func (s *Selection) fits(d *dedup.Document, since, until int32) bool {
	if s.Source != "" && d.Source != s.Source || len(s.IDs) > 0 && !slices.Contains(s.IDs, d.ID) {
		return false
	}
	if s.Since == "" && s.Until == "" {
		return true
	}
	first, last := dedup.Days(d.Date)
	return first > noDay && since <= first && last <= until
}

// noDay is what dedup.Day says of a text that is no date.
var noDay = dedup.Day("")

// Select returns the numbers of the documents that fit, ascending; with removed,
// of those that Remove took out and Restore can bring back. It reads all that is
// kept of each document but its text: 20 ms for 10,000. A Since or Until that is no date is an
// error.
func (c *Corpus) Select(s Selection, removed bool) ([]uint32, error) {
	if err := c.checkOpen(); err != nil {
		return nil, err
	}
	since, until, err := s.days()
	if err != nil {
		return nil, err
	}
	began := c.view.Load()
	var out []uint32
	if len(s.IDs) > 0 {
		for _, id := range slices.Compact(slices.Sorted(slices.Values(s.IDs))) {
			all, err := c.Versions(id)
			if err != nil {
				return nil, err
			}
			out = append(out, all...)
		}
	} else {
		out = slices.Collect(began.numbers(removed))
	}
	out = slices.DeleteFunc(out, func(n uint32) bool {
		if err != nil || n >= began.Documents || began.retired.has(n) != removed {
			return true
		}
		var m Meta
		if m, err = c.Meta(n); err != nil || !s.fits(&m.Document, since, until) {
			return true
		}
		if !removed {
			return false
		}
		var all []uint32
		all, err = c.Versions(m.ID)
		return err != nil || all[len(all)-1] != n // replaced
	})
	slices.Sort(out)
	return out, err
}

// numbers yields the documents that are retired, or that are not.
func (v *view) numbers(retired bool) func(yield func(uint32) bool) {
	return func(yield func(uint32) bool) {
		for n := range v.Documents {
			if v.retired.has(n) == retired && !yield(n) {
				return
			}
		}
	}
}

// Remove takes documents out of the corpus, in one transaction. What was removed
// before stays removed. Their texts stay in the file, for Restore, until Compact. The
// stories follow at the next UpdateStories.
func (c *Corpus) Remove(ns []uint32) error { return c.retire(ns, true) }

// Restore brings removed documents back, as they were, in one transaction. A
// document whose id was added again since is refused: it is an old version now. The
// stories follow at the next UpdateStories.
func (c *Corpus) Restore(ns []uint32) error { return c.retire(ns, false) }

func (c *Corpus) retire(ns []uint32, out bool) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.update(func(tx *txn, next *view) error {
		changed := false
		for _, n := range ns {
			if err := next.check(n); err != nil {
				return err
			}
			if next.retired.has(n) == out {
				continue
			}
			if !out {
				if err := c.newest(tx, next, n); err != nil {
					return err
				}
			}
			changed = true
			next.mark(n, out)
		}
		if !changed {
			return errNothing
		}
		next.Removals++
		return nil
	})
}

// mark retires a document or brings it back. The stories are those of other
// documents then.
func (v *view) mark(n uint32, retired bool) {
	if retired {
		v.retire(n)
	} else {
		v.retired.remove(n)
		v.state.Retired--
		v.toggle(n)
	}
	v.Covered = min(v.Covered, n)
}

// retire retires a document.
func (v *view) retire(n uint32) {
	v.retired.add(n)
	v.state.Retired++
	v.toggle(n)
}

// newest returns an error if document n is not the last with its id.
func (c *Corpus) newest(tx *txn, v *view, n uint32) error {
	f, err := c.factsAt(tx, n)
	if err != nil {
		return err
	}
	all, err := c.versions(tx, v, f.doc.ID)
	if err != nil {
		return err
	}
	if last := all[len(all)-1]; last != n {
		return fmt.Errorf("document %q was added again since it was removed", strings.ToValidUTF8(f.doc.ID, "?"))
	}
	return nil
}

// A link is loose when one of its documents does not count as linked: it was removed,
// another document represents its text, or it must be compared again; or an update ended
// between its links and the note that it is linked. The next update makes such links again when
// they are needed, so they are removed first, or each pair would be there twice.

// looseIn reports which links are loose.
func looseIn(linked []byte) func(l dedup.Link) bool {
	has := func(n uint32) bool { return int(n/8) < len(linked) && linked[n/8]>>(n%8)&1 != 0 }
	return func(l dedup.Link) bool { return !has(l.From) || !has(l.To) }
}

// within reports whether all of a are in b.
func within(a, b []byte) bool {
	for i, x := range a {
		if i >= len(b) && x != 0 || i < len(b) && x&^b[i] != 0 {
			return false
		}
	}
	return true
}

// dropLoose drops loose links if there are any, in transactions of bounded size.
func (c *Corpus) dropLoose(ctx context.Context) error {
	if !c.view.Load().Loose {
		return nil
	}
	linked, err := c.State(detect.StateLinked)
	if err != nil {
		return err
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	for chunk := uint32(0); c.view.Load().Loose; {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := c.update(func(tx *txn, next *view) error {
			for size := 0; size < compactStep && chunk < next.LinkChunks; chunk++ {
				n, err := tighten(tx, next, chunk, looseIn(linked))
				if err != nil {
					return err
				}
				size += n
			}
			next.Loose = chunk < next.LinkChunks
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tighten writes a chunk without its loose links, and says how many bytes it wrote.
// A chunk that has none left stays, empty: chunks are numbered without gaps.
func tighten(tx *txn, next *view, chunk uint32, loose func(l dedup.Link) bool) (written int, err error) {
	key := key32(chunk)
	payload, err := get(tx, bucketLinks, key)
	if err != nil {
		return 0, err
	}
	links, err := readLinks(payload, everyLink)
	if err != nil {
		return 0, damaged(bucketLinks, key, "%v", err)
	}
	before := len(links)
	if links = slices.DeleteFunc(links, loose); len(links) == before {
		return 0, nil
	}
	next.Links -= uint64(before - len(links))
	var b []byte
	var last uint32
	for i := range links {
		b, last = appendLink(b, &links[i], last), links[i].From
	}
	return len(b) + 1, put(tx, bucketLinks, key, b)
}
