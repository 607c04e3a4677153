package web

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"repost/cmd/repost/internal/report"
	"repost/dedup/dates"
)

// The members of a story on a time line, a lane for each source. A time is a point, and a day
// without a time, when it may have been any moment, a bar as long as the day: so two outlets of
// one day stand apart as far as is known. Lanes are as wide as the window and names are text of
// the page, so that they can be read on a telephone.

// mostLanes bounds the sources of a time line, and slots the places along it: members of a
// source that fall on one place are one mark.
const (
	mostLanes = 24
	slots     = 89
)

// Point is the members of a source on a place of a time line.
type Point struct {
	Source      string
	First, Last string // dates
	Members     int
	place       float64 // 0 to 1
	width       float64 // of days without a time; 0 is a moment
}

// extent is the days, with their parts, that a date may be: one moment if it has a time.
func extent(date string) (from, to float64, ok bool) {
	d, err := dates.Parse(date)
	if date == "" || err != nil {
		return 0, 0, false
	}
	if d.Timed {
		h, m, s := d.Time.Clock()
		at := float64(d.Day()) + float64(3600*h+60*m+s)/86400
		return at, at, true
	}
	return float64(d.Day()), float64(d.LastDay()) + 1, true
}

// PointsOf places members, which are in order of time, on a time line; none if fewer than
// two have a date. The first sources have a line, and it says how many have none.
func PointsOf(members []report.Member) (out []Point, undrawn int) {
	first, last, dated := math.Inf(1), math.Inf(-1), 0
	lanes, others := map[string]bool{}, map[string]bool{}
	for i := range members {
		from, to, ok := extent(members[i].Date)
		switch source := members[i].Source; {
		case !ok:
		case !lanes[source] && len(lanes) == mostLanes:
			others[source] = true
		default:
			lanes[source] = true
			first, last = min(first, from), max(last, to)
			dated++
		}
	}
	if dated < 2 {
		return nil, 0
	}
	at := map[string]int{} // lane and place → point
	for i := range members {
		m := &members[i]
		from, to, ok := extent(m.Date)
		if !ok || !lanes[m.Source] {
			continue
		}
		place, width := 0., 0.
		if last > first {
			place, width = (from-first)/(last-first), (to-from)/(last-first)
		}
		if width < 1./slots { // no more than a mark is wide
			place, width = math.Round((place+width/2)*slots*4)/(slots*4), 0
		}
		key := fmt.Sprint(place, " ", width, " ", m.Source)
		k, ok := at[key]
		if !ok {
			k = len(out)
			at[key] = k
			out = append(out, Point{Source: m.Source, First: m.Date, place: place, width: width})
		}
		out[k].Members++
		out[k].Last = m.Date
	}
	return out, len(others)
}

// TimeLine draws the members of a story by date and source.
func (p *sheet) TimeLine(points []Point) template.HTML {
	if len(points) == 0 {
		return ""
	}
	var lanes []string
	for _, q := range points {
		if !slices.Contains(lanes, q.Source) {
			lanes = append(lanes, q.Source)
		}
	}
	var b strings.Builder
	b.WriteString(`<ul class="lanes">`)
	for _, name := range lanes {
		var marks strings.Builder
		var said []string
		for _, q := range points {
			if q.Source == name {
				date := p.text(q.dates())
				said = append(said, date)
				q.mark(&marks, date)
			}
		}
		own := p.text(name)
		if name == "" {
			own = "–"
		}
		fmt.Fprintf(&b, `<li><bdi>%s</bdi><svg height="24" role="img" aria-label="%s"><line class="grid" x1="0" y1="12" x2="100%%" y2="12"/>%s</svg></li>`,
			own, strings.Join(said, "; "), marks.String())
	}
	last := slices.MaxFunc(points, func(x, y Point) int { return cmp.Compare(x.place+x.width, y.place+y.width) })
	from, to := report.When(points[0].First), report.When(last.Last)
	fmt.Fprintf(&b, `<li class="axis"><span>%s</span>`, p.text(from))
	if from != to {
		fmt.Fprintf(&b, `<span>%s</span>`, p.text(to))
	}
	b.WriteString(`</li></ul>`)
	return template.HTML(b.String())
}

// dates are those of a mark, and how many members it stands for.
func (q *Point) dates() string {
	out := report.When(q.First)
	if q.Last != q.First {
		out += " – " + report.When(q.Last)
	}
	if q.Members > 1 {
		out += " (" + report.Thousands(q.Members) + ")"
	}
	return out
}

// mark draws a mark with its dates.
func (q *Point) mark(b *strings.Builder, dates string) {
	if q.width > 0 {
		fmt.Fprintf(b, `<rect class="mark" x="%.2f%%" y="8" width="%.2f%%" height="8" rx="4"><title>%s</title></rect>`, 100*q.place, 100*q.width, dates)
		return
	}
	r := 5 + min(4, math.Log2(float64(q.Members)))
	fmt.Fprintf(b, `<circle class="mark" cx="%.2f%%" cy="12" r="%.1f"><title>%s</title></circle>`, 100*q.place, r, dates)
}
