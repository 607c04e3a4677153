package dedup

import (
	"cmp"
	"math"
	"repost/dedup/cluster"
	"repost/dedup/dates"
	"strings"
)

// Posting says that a document holds a key, and at which live unit.
type Posting struct{ Doc, Pos uint32 }

// Info is what an update of the stories needs of every document without reading its text.
type Info struct {
	ID       string
	Source   string
	Date     string
	DateFrom string // as in Document
	Units    uint32
	Content  Content
}

// GivenDay returns the day that may speak against a link: see Document.GivenDate.
func (i Info) GivenDay() int32 {
	return (&Document{Date: i.Date, DateFrom: i.DateFrom}).GivenDay()
}

// Undated is the place in time of what has no date: after all others.
const Undated = math.MaxUint64 &^ 3

// PlaceInTime orders documents of one text, so that the first of them is the canonical one: the
// earliest date first; of equal dates, one that is a field of its own before one that was found
// elsewhere, and a known source before none.
func (i Info) PlaceInTime() uint64 {
	rank := uint64(Undated)
	if d, err := dates.Parse(i.Date); i.Date != "" && err == nil {
		rank = d.Rank() << 2
	}
	if i.DateFrom != "" {
		rank |= 2
	}
	if i.Source == "" {
		rank |= 1
	}
	return rank
}

// Day returns the day since 1970 of a date as package dates understands it, the first of
// one that names more days, or cluster.NoDay.
func Day(date string) int32 {
	first, _ := Days(date)
	return first
}

// Days returns the first and the last day that a date may be, days since 1970, or
// cluster.NoDay twice.
func Days(date string) (first, last int32) {
	if date == "" {
		return cluster.NoDay, cluster.NoDay
	}
	d, err := dates.Parse(date)
	if err != nil {
		return cluster.NoDay, cluster.NoDay
	}
	return d.Day(), d.LastDay()
}

// GivenDay returns the day of GivenDate, or cluster.NoDay if that names more than one: a year
// is no evidence that something came before or after a day in it.
func (d *Document) GivenDay() int32 {
	first, last := Days(d.GivenDate())
	if first != last {
		return cluster.NoDay
	}
	return first
}

// CompareDates orders dates: earlier first, what is no date last.
func CompareDates(a, b string) int {
	da, db := Day(a), Day(b)
	switch {
	case da == db && da == cluster.NoDay:
		return 0
	case da == cluster.NoDay:
		return 1
	case db == cluster.NoDay:
		return -1
	}
	return cmp.Or(cmp.Compare(da, db), strings.Compare(a, b))
}

// Progress is called with the progress of a stage. Either number may be 0.
type Progress func(stage string, done, of int)
