package store

import (
	"encoding/json"
	"slices"
)

// A program may add documents to a corpus and write them to files of its own, as repost dedup
// does: what an earlier run has delivered is not delivered again. A crash between the two must
// not lose a document, so a document that a Delivery adds is undelivered until Delivered is
// called. The note of it is in the transaction that adds the document, and Delivered is one
// transaction more: whatever happens in between, a run that did not end has delivered
// nothing. The next one takes over from it the documents that it writes, without adding
// them again, and passes over the others, which stay undelivered.

// stateUndelivered is the name under which the numbers of those documents are kept.
const stateUndelivered = "undelivered"

// Delivery is one run of a program that writes what is new to files of its own, as repost
// dedup does: it knows which documents an earlier run added and did not write. It is not
// safe for use by several goroutines.
type Delivery struct {
	c     *Corpus
	first uint32 // the lowest number that this run may give
	left  ranges // by runs that did not end
	taken numberSet
}

// Delivery begins a delivery. It goes to LoadOptions too.
func (c *Corpus) Delivery() (*Delivery, error) {
	left, err := c.undelivered()
	return &Delivery{c: c, first: c.Next(), left: left}, err
}

// First returns the lowest number of the documents that this delivery adds.
func (d *Delivery) First() uint32 { return d.first }

// Take takes over a document that was there before, if it was not delivered.
func (d *Delivery) Take(n uint32) {
	if d.left.has(n) {
		d.taken.add(n)
	}
}

// Seen reports whether a document was delivered, or added to be kept in the corpus, before
// this delivery began.
func (d *Delivery) Seen(n uint32) bool { return n < d.first && !d.left.has(n) }

// Absent reports whether a document is of a run that did not end, and was not taken over:
// nobody has it, and it says nothing of others.
func (d *Delivery) Absent(n uint32) bool { return d.left.has(n) && !d.taken.has(n) }

// Delivered notes that all documents that this delivery added or took over are where they were
// to be written, for good.
func (d *Delivery) Delivered() error {
	var rest ranges
	for _, r := range d.left {
		for n := r[0]; n < r[1]; n++ {
			if !d.taken.has(n) {
				rest.add(n, n+1)
			}
		}
	}
	return d.c.setUndelivered(rest)
}

func (c *Corpus) setUndelivered(left ranges) error {
	if len(left) > 0 {
		return c.SetState(stateUndelivered, left.encode())
	}
	if b, err := c.State(stateUndelivered); b == nil {
		return err
	}
	return c.SetState(stateUndelivered, nil)
}

// store notes what a transaction adds: the documents from first on.
func (d *Delivery) store(tx *txn, next *view) error {
	all := slices.Clone(d.left)
	all.add(d.first, next.Documents)
	return putValue(tx, stateUndelivered, all.encode())
}

// Undelivered returns how many documents deliveries added that did not end: see Delivery.
func (c *Corpus) Undelivered() (int, error) {
	left, err := c.undelivered()
	n := 0
	for _, r := range left {
		n += int(r[1] - r[0])
	}
	return n, err
}

func (c *Corpus) undelivered() (ranges, error) {
	b, err := c.State(stateUndelivered)
	if err != nil || b == nil {
		return nil, err
	}
	var all ranges
	if json.Unmarshal(b, &all) != nil || !all.sound(c.Next()) {
		return nil, c.wrap(damaged(bucketValues, []byte(stateUndelivered), "is no list of documents"))
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

func (r ranges) encode() []byte {
	b, err := json.Marshal(r)
	if err != nil {
		panic(err) // numbers
	}
	return b
}
