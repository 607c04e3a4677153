package store

import (
	"encoding/json"
	"errors"
	"slices"
)

// A program may add documents to a corpus and write those that it keeps to files of its own, as
// repost dedup does. What one run has written a later one need not write again. What a run has
// dropped stands in no file, so it is no reason to drop another document: a report that grows by
// a sentence a day would end with its first day if each day were dropped for the day before. The
// corpus therefore knows of each document what became of it:
//
//   - written, by a run that ended. Documents that no run has added, but repost ingest, count as
//     written: they are in the corpus to be compared with.
//   - dropped, by a run that ended.
//   - undelivered: added by a run that did not end.
//
// What is written holds its text. A dropped or undelivered document holds nothing, until it comes
// again. Then a run takes it over: it decides on it as if it were new, and does not add it again.
// Documents that do not come again stay what they were.
//
// No crash may lose a document. So the transaction that adds documents notes that they are
// undelivered, and the one of Delivered says what was dropped. A run that did not end has
// delivered nothing, and changed nothing that an earlier one noted.

// The names under which the numbers of those documents are kept.
const (
	stateUndelivered = "undelivered"
	stateDropped     = "dropped"
)

// Delivery is one run of a program that writes what is new to files of its own, as repost
// dedup does: it knows which documents an earlier run added and did not write. It is not
// safe for use by several goroutines.
type Delivery struct {
	c       *Corpus
	first   uint32    // the lowest number that this run may give
	left    ranges    // undelivered when it began
	before  numberSet // dropped when it began
	taken   numberSet
	dropped numberSet // by this run
}

// Delivery begins a delivery. It goes to LoadOptions too.
func (c *Corpus) Delivery() (*Delivery, error) {
	left, err := c.rangesAt(stateUndelivered)
	if err != nil {
		return nil, err
	}
	before, err := c.rangesAt(stateDropped)
	d := &Delivery{c: c, first: c.Next(), left: left}
	before.each(d.before.add)
	return d, err
}

// First returns the lowest number of the documents that this delivery adds.
func (d *Delivery) First() uint32 { return d.first }

// Take takes over a document that was there before, if it was dropped or not delivered.
func (d *Delivery) Take(n uint32) {
	if d.left.has(n) || d.before.has(n) {
		d.taken.add(n)
	}
}

// Seen reports whether a document was written, or added to be kept in the corpus, before
// this delivery began.
func (d *Delivery) Seen(n uint32) bool { return n < d.first && !d.left.has(n) && !d.before.has(n) }

// Absent reports whether a document was dropped or not delivered by an earlier run, and was not
// taken over: nobody has it, and it says nothing of others.
func (d *Delivery) Absent(n uint32) bool {
	return (d.left.has(n) || d.before.has(n)) && !d.taken.has(n)
}

// Drop notes that this run does not write a document that it added or took over.
func (d *Delivery) Drop(n uint32) { d.dropped.add(n) }

// Delivered notes that all documents that this delivery added or took over, and did not drop, are
// where they were to be written, for good.
func (d *Delivery) Delivered() error {
	var left, dropped ranges
	d.left.each(func(n uint32) {
		if !d.taken.has(n) {
			left.add(n, n+1)
		}
	})
	all := d.before.clone()
	d.taken.each(all.remove)
	d.dropped.each(all.add)
	all.each(func(n uint32) { dropped.add(n, n+1) })
	return d.c.setAbsent(left, dropped)
}

// setAbsent sets which documents are undelivered, and which were dropped.
func (c *Corpus) setAbsent(left, dropped ranges) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.update(func(tx *txn, _ *view) error {
		return errors.Join(putValue(tx, stateUndelivered, left.encode()), putValue(tx, stateDropped, dropped.encode()))
	})
}

// store notes what a transaction adds: the documents from first on.
func (d *Delivery) store(tx *txn, next *view) error {
	all := slices.Clone(d.left)
	all.add(d.first, next.Documents)
	return putValue(tx, stateUndelivered, all.encode())
}

// Undelivered returns how many documents deliveries added that did not end: see Delivery.
func (c *Corpus) Undelivered() (int, error) {
	left, err := c.rangesAt(stateUndelivered)
	n := 0
	for _, r := range left {
		n += int(r[1] - r[0])
	}
	return n, err
}

// rangesAt reads the documents that are kept under a name.
func (c *Corpus) rangesAt(name string) (ranges, error) {
	b, err := c.State(name)
	if err != nil || b == nil {
		return nil, err
	}
	var all ranges
	if json.Unmarshal(b, &all) != nil || !all.sound(c.Next()) {
		return nil, c.wrap(damaged(bucketValues, []byte(name), "is no list of documents"))
	}
	return all, nil
}

// ranges is an ascending list of ranges of documents that do not meet, each from a number to
// below another one.
type ranges [][2]uint32

func (r ranges) has(n uint32) bool {
	i, ok := slices.BinarySearchFunc(r, n, func(e [2]uint32, n uint32) int {
		switch {
		case e[1] <= n:
			return -1
		case e[0] > n:
			return 1
		}
		return 0
	})
	return ok && i < len(r)
}

// each calls fn with each number, ascending.
func (r ranges) each(fn func(n uint32)) {
	for _, e := range r {
		for n := e[0]; n < e[1]; n++ {
			fn(n)
		}
	}
}

// add adds the numbers from lo to below hi, which are above all that are there.
func (r *ranges) add(lo, hi uint32) {
	switch n := len(*r); {
	case lo >= hi:
	case n > 0 && (*r)[n-1][1] == lo:
		(*r)[n-1][1] = hi
	default:
		*r = append(*r, [2]uint32{lo, hi})
	}
}

// sound reports whether these are numbers of a corpus of n documents.
func (r ranges) sound(n uint32) bool {
	at := uint32(0)
	for _, e := range r {
		if e[0] < at || e[1] <= e[0] || e[1] > n {
			return false
		}
		at = e[1]
	}
	return true
}

// encode returns the value that is kept: nil, which keeps none, if there are no numbers.
func (r ranges) encode() []byte {
	if len(r) == 0 {
		return nil
	}
	b, err := json.Marshal(r)
	if err != nil {
		panic(err) // numbers
	}
	return b
}
