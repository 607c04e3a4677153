package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Carrier is a line of `sources --json`: how much one source carried of what another
// had first.
//
//	{"origin":"省报","carrier":"山城网","stories":12,"share":0.4,"bytes":10322,"median_hours":26,"soonest_hours":1.5}
type Carrier struct {
	Origin  string  `json:"origin"`
	Carrier string  `json:"carrier"`
	Stories int     `json:"stories"`
	Share   float64 `json:"share"` // of all stories of the carrier
	Bytes   int     `json:"bytes"` // of the carrier's texts, in these stories
	Hours   float64 `json:"median_hours"`
	Soonest float64 `json:"soonest_hours"`
}

// Carriers prints pairs of sources, one a line.
func (p *Printer) Carriers(pairs []Carrier) {
	var rows Rows
	for i := range pairs {
		c := &pairs[i]
		if p.JSON {
			p.object(c)
			continue
		}
		rows.Add(Label(c.Origin), Label(c.Carrier), Thousands(c.Stories), Percent(c.Share), Thousands(c.Bytes), delay(c.Hours), delay(c.Soonest))
	}
	p.List([]string{"first", "carried by", "stories", "of its stories", "bytes", "after", "at the soonest"}, rows)
}

// delay writes hours the way people say them.
func delay(hours float64) string {
	switch {
	case hours < 1:
		return fmt.Sprintf("%.0f min", hours*60)
	case hours < 24:
		return fmt.Sprintf("%.1f h", hours)
	}
	return fmt.Sprintf("%.1f d", hours/24)
}

// CarriersCSV prints pairs of sources, a row each.
func (p *Printer) CarriersCSV(pairs []Carrier) {
	t := p.CSV("origin", "carrier", "stories", "share", "bytes", "median_hours", "soonest_hours")
	for _, c := range pairs {
		t.Row(c.Origin, c.Carrier, c.Stories, c.Share, c.Bytes, c.Hours, c.Soonest)
	}
	p.Err = t.End()
}

// Matrix is what `sources --matrix --json` prints: Stories[i][k] counts the stories that
// source i carried after source k had them first.
//
//	{"sources":["省报","山城网"],"stories":[[0,1],[12,0]],"left_out":0}
type Matrix struct {
	Sources []string `json:"sources"`
	Stories [][]int  `json:"stories"`
	LeftOut int      `json:"left_out"` // sources beyond the limit
}

// NewMatrix makes a matrix of the limit sources with the largest numbers of stories in
// pairs; 0 = all.
func NewMatrix(pairs []Carrier, limit int) *Matrix {
	weight := map[string]int{}
	for _, c := range pairs {
		weight[c.Origin] += c.Stories
		weight[c.Carrier] += c.Stories
	}
	m := &Matrix{}
	for name := range weight {
		m.Sources = append(m.Sources, name)
	}
	slices.SortFunc(m.Sources, func(a, b string) int { return cmp.Or(weight[b]-weight[a], strings.Compare(a, b)) })
	if limit > 0 && len(m.Sources) > limit {
		m.LeftOut, m.Sources = len(m.Sources)-limit, m.Sources[:limit]
	}
	at := map[string]int{}
	for i, name := range m.Sources {
		at[name] = i
		m.Stories = append(m.Stories, make([]int, len(m.Sources)))
	}
	for _, c := range pairs {
		i, ok := at[c.Carrier]
		k, both := at[c.Origin]
		if ok && both {
			m.Stories[i][k] = c.Stories
		}
	}
	return m
}

// Matrix prints a matrix: columns are numbered, since names are long.
func (p *Printer) Matrix(m *Matrix) {
	if p.JSON {
		p.object(m)
		return
	}
	name, cell := 0, len(strconv.Itoa(len(m.Sources)))
	number := cell
	for i, s := range m.Sources {
		name = max(name, min(Width(Label(s)), 24))
		for _, n := range m.Stories[i] {
			cell = max(cell, len(Thousands(n)))
		}
	}
	line := func(number, name string, cells func(k int) string) {
		var b strings.Builder
		b.WriteString(number + "  " + name)
		for k := range m.Sources {
			fmt.Fprintf(&b, "  %*s", cell, cells(k))
		}
		p.printf("%s\n", strings.TrimRight(b.String(), " "))
	}
	p.printf("rows carry what the source of the column had first: stories\n")
	line(strings.Repeat(" ", number), pad("", name), func(k int) string { return strconv.Itoa(k + 1) })
	for i, s := range m.Sources {
		line(fmt.Sprintf("%*d", number, i+1), pad(Cut(Label(s), 24), name), func(k int) string {
			if m.Stories[i][k] == 0 {
				return "."
			}
			return Thousands(m.Stories[i][k])
		})
	}
	if m.LeftOut > 0 {
		p.printf("left out: %s with fewer stories; --limit N shows N\n", Count(m.LeftOut, "source", "sources"))
	}
}

// MatrixCSV prints a matrix with the carrying sources as rows.
func (p *Printer) MatrixCSV(m *Matrix) {
	head := []string{"carrier"}
	for _, s := range m.Sources {
		head = append(head, CSVCell(s))
	}
	t := p.CSV(head...)
	for i, s := range m.Sources {
		row := []any{s}
		for _, n := range m.Stories[i] {
			row = append(row, n)
		}
		t.Row(row...)
	}
	p.Err = t.End()
}
