package ingest

import (
	"errors"

	"repost/dedup"
	"repost/dedup/dates"
)

// Dates like 03/04/2024 are open between two days, but the dates of one file are written
// in one order: a date with a number above 12 says it for all. Records with such dates
// wait until one comes, in bounded number; where none comes they are not understood.

const (
	heldRecords = 1000
	heldBytes   = 8 << 20
)

// dateOrder is what is known of the order of the dates of a file.
type dateOrder struct {
	order   dates.Order
	decided string // the date that said it
	mixed   bool   // another said another
	held    []heldRecord
	bytes   int
	tired   bool // too many waited in vain
}

// heldRecord is a record that waits, or stands after one that does.
type heldRecord struct {
	rec Record
	w   row
}

// vote notes the order that a date says.
func (o *dateOrder) vote(d dates.Date, written string) {
	switch {
	case d.Order == dates.Unknown || o.mixed:
	case o.order == dates.Unknown:
		o.order, o.decided = d.Order, written
	case o.order != d.Order:
		o.order, o.mixed = dates.Unknown, true
	}
}

// open reports whether a date may still be decided by another.
func (o *dateOrder) open(w *row) bool {
	return o.order == dates.Unknown && !o.mixed && !o.tired && errors.Is(w.badDate, dates.ErrAmbiguous)
}

// inOrder hands over a record, or keeps it until the order of its date is known.
func (r *run) inOrder(s *source, rec Record, w *row) bool {
	o := &s.order
	if len(o.held) == 0 && !o.open(w) {
		return r.finish(s, rec, w)
	}
	kept := *w
	kept.fields, kept.places, kept.doc = nil, nil, nil
	kept.raw = r.rejected(w.raw)
	o.held = append(o.held, heldRecord{rec, kept})
	o.bytes += len(rec.Doc.Text) + len(kept.raw)
	if o.order != dates.Unknown || o.mixed || len(o.held) == heldRecords || o.bytes > heldBytes {
		o.tired = o.order == dates.Unknown
		r.release(s)
	}
	return !r.stopped
}

// release hands over the records that wait.
func (r *run) release(s *source) {
	held := s.order.held
	s.order.held, s.order.bytes = nil, 0
	for i := range held {
		h := &held[i]
		if h.w.badDate != nil && s.order.order != dates.Unknown {
			if d, err := dates.ParseOrder(h.w.written, s.order.order); err == nil {
				if h.rec.Doc.Date == "" {
					h.rec.Doc.DateFrom = dedup.DateFromText
				}
				h.rec.Doc.Date, h.w.badDate, h.w.ordered = d.String(), nil, s.order.decided
			}
		}
		if !r.finish(s, h.rec, &h.w) {
			return
		}
	}
}
