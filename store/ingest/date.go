package ingest

import (
	"cmp"
	"strings"

	"repost/dedup"
	"repost/dedup/dates"
)

// date writes a date that is understood in ISO 8601, as it is if it is that already, and
// looks for one where no field has it: in the address, the name of the file, and the first
// lines of the text, and at last in the properties of a file of an office program.
func (r *run) date(s *source, w *row, d *dedup.Document) {
	order := cmp.Or(r.opt.DateOrder, s.order.order)
	if date, err := dates.ParseOrder(w.updated, order); err == nil {
		w.updated = date.String()
	} else {
		w.updated = "" // what is not understood says nothing
	}
	if d.Date == "" {
		d.Date = w.updated
	}
	if d.Date != "" {
		date, err := dates.ParseOrder(d.Date, order)
		if w.written, w.badDate = d.Date, err; err == nil {
			r.ordered(s, w, date)
			if !dates.IsISO(d.Date) {
				d.Date = date.String()
			}
		}
		return
	}
	if s.named == nil { // once a file, not once a record
		place := s.place()
		day, ok := dates.InName(place)
		s.named = &nameDate{day.String(), ok, dates.YearInName(place)}
	}
	year := s.named.year
	if y := dates.YearInName(d.URL); d.URL != "" && y != 0 {
		year = y
	}
	if d.Date, d.DateFrom = r.named(s, w, d); d.Date != "" {
		return
	}
	date, written, err := dates.InText(d.Text, year, order)
	switch made, none := dates.Parse(w.made); {
	case err == nil:
		d.Date, d.DateFrom = date.String(), dedup.DateFromText
		w.written = written
		r.ordered(s, w, date)
	case s.named.ok:
		d.Date, d.DateFrom = s.named.day, dedup.DateFromName
	case none == nil:
		d.Date, d.DateFrom = made.String(), dedup.DateFromFile
	case written != "":
		w.written, w.badDate = written, err
	}
}

// named returns the date that the address, the id or the name of the file of a document
// says, and which of them does. The name of a file of many records says less than their
// texts.
func (r *run) named(s *source, w *row, d *dedup.Document) (date, from string) {
	if day, ok := dates.InName(d.URL); ok {
		return day.String(), dedup.DateFromURL
	}
	if day, ok := dates.InName(d.ID); ok && d.URL == "" && !strings.HasPrefix(d.ID, s.id) { // XIN_CMN_20190110.0042
		return day.String(), dedup.DateFromURL
	}
	if w.day != "" {
		return w.day, dedup.DateFromName
	}
	if s.named.ok && w.number == 0 {
		return s.named.day, dedup.DateFromName
	}
	return "", ""
}

// ordered takes note of the order of day and month that a date says, or that it was read in
// because another date of the file says it.
func (r *run) ordered(s *source, w *row, date dates.Date) {
	s.order.vote(date, w.written)
	if s.order.order == dates.Unknown || date.Order != dates.Unknown || r.opt.DateOrder != dates.Unknown {
		return
	}
	if _, err := dates.Parse(w.written); err != nil {
		w.ordered = s.order.decided
	}
}

// nameDate is what the name of a file says of a date.
type nameDate struct {
	day  string
	ok   bool
	year int
}
