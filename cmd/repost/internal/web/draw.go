package web

import (
	"fmt"
	"html/template"
	"math"
	"strings"
	"time"

	"repost/cmd/repost/internal/report"
)

// Plots are SVG in the page. What they show stands in a table or a title too: a reader
// who sees no picture misses nothing.

var svgEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// text is s as text of an SVG.
func (p *sheet) text(s string) string { return svgEscape.Replace(p.Clean(report.Label(s))) }

// mostMonths bounds the bars of a plot; earlier months are added up in its first bar.
const mostMonths = 120

// Months draws the documents of each month.
func (p *sheet) Months(months []report.Group) template.HTML {
	var all []report.Group
	undated := 0
	for _, m := range months {
		if len(m.Name) >= 4 && m.Name[0] >= '0' && m.Name[0] <= '9' {
			all = append(all, m)
		} else {
			undated += m.Documents
		}
	}
	all = withGaps(all)
	if len(all) > mostMonths {
		first := all[len(all)-mostMonths]
		first.Name = "≤ " + first.Name
		for _, m := range all[:len(all)-mostMonths] {
			first.Documents += m.Documents
			first.Duplicates += m.Duplicates
		}
		all = append([]report.Group{first}, all[len(all)-mostMonths+1:]...)
	}
	most := 1
	for _, m := range all {
		most = max(most, m.Documents)
	}
	const height = 120
	step := min(28., 900/float64(max(1, len(all))))
	wide := max(240, int(step*float64(len(all)))+70)
	var b strings.Builder
	fmt.Fprintf(&b, `<div class="wide" tabindex="0"><svg class="months" width="%d" height="%d" role="img" aria-label="%s">`, wide, height+34, p.text(p.T("growth")))
	for i, m := range all {
		h := float64(height) * float64(m.Documents) / float64(most)
		d := float64(height) * float64(m.Duplicates) / float64(most)
		x := float64(i) * step
		fmt.Fprintf(&b, `<g><title>%s: %s, %s</title><rect class="track" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/><rect class="covered" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/></g>`,
			p.text(m.Name), p.text(p.Count("documents", m.Documents)), p.text(p.Count("duplicates", m.Duplicates)),
			x, height-h+4, step*.8, h, x, height-d+4, step*.8, d)
		if every := max(1, int(math.Ceil(70/step))); i%every == 0 {
			anchor := "start"
			if x > float64(wide-70) {
				x, anchor = x+step*.8, "end"
			}
			fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="%s">%s</text>`, x, height+20, anchor, p.text(m.Name))
		}
	}
	b.WriteString(`</svg></div>`)
	if undated > 0 {
		fmt.Fprintf(&b, `<p class="dim">%s %s</p>`, report.Thousands(undated), p.text(p.T("no-date")))
	}
	return template.HTML(b.String())
}

// withGaps puts months without documents between those that have some, so that distances are
// times; months that are too many for a plot, since some date is odd, are left as they are.
func withGaps(months []report.Group) []report.Group {
	var out []report.Group
	for _, m := range months {
		at, err := time.Parse("2006-01", m.Name)
		for n := len(out); err == nil && n > 0; n = len(out) {
			last, err := time.Parse("2006-01", out[n-1].Name)
			if next := last.AddDate(0, 1, 0); err == nil && next.Before(at) {
				if out = append(out, report.Group{Name: next.Format("2006-01")}); len(out) > 100*mostMonths {
					return months
				}
				continue
			}
			break
		}
		out = append(out, m)
	}
	return out
}

// Matrix is the table of who carries whom.
func (p *sheet) Matrix(m *report.Matrix) template.HTML {
	var b strings.Builder
	b.WriteString(`<div class="wide" tabindex="0"><table class="matrix"><thead><tr><td></td>`)
	for i := range m.Sources {
		fmt.Fprintf(&b, `<th scope="col" title="%s">%d</th>`, p.text(m.Sources[i]), i+1)
	}
	b.WriteString(`</tr></thead><tbody>`)
	for i, row := range m.Stories {
		fmt.Fprintf(&b, `<tr><th scope="row">%d <bdi>%s</bdi></th>`, i+1, p.text(m.Sources[i]))
		for _, n := range row {
			if n == 0 {
				b.WriteString(`<td></td>`)
			} else {
				fmt.Fprintf(&b, `<td>%s</td>`, report.Thousands(n))
			}
		}
		b.WriteString(`</tr>`)
	}
	b.WriteString(`</tbody></table></div>`)
	return template.HTML(b.String())
}

// mostNodes bounds the sources of the graph.
const mostNodes = 14

// Graph draws sources round a circle, with a line between two that share stories, as wide
// as they are many.
func (p *sheet) Graph(m *report.Matrix) template.HTML {
	n := min(len(m.Sources), mostNodes)
	if n < 2 {
		return ""
	}
	const w, h, radius = 720., 460., 165.
	at := func(i int) (x, y float64) {
		angle := 2*math.Pi*float64(i)/float64(n) - math.Pi/2
		return w/2 + radius*math.Cos(angle), h/2 + radius*math.Sin(angle)
	}
	most := 1
	for i := range n {
		for k := range n {
			most = max(most, m.Stories[i][k])
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<div class="wide" tabindex="0"><svg class="graph" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, w, h, p.text(p.T("graph")))
	for i := range n {
		for k := range i {
			both := m.Stories[i][k] + m.Stories[k][i]
			if both == 0 {
				continue
			}
			x1, y1 := at(i)
			x2, y2 := at(k)
			fmt.Fprintf(&b, `<line class="edge" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke-width="%.1f"><title>%s – %s: %s</title></line>`,
				x1, y1, x2, y2, 1+9*math.Sqrt(float64(both)/float64(2*most)), p.text(m.Sources[i]), p.text(m.Sources[k]), report.Thousands(both))
		}
	}
	for i := range n {
		x, y := at(i)
		anchor, dx := "start", 10.
		if x < w/2-1 {
			anchor, dx = "end", -10.
		}
		fmt.Fprintf(&b, `<circle class="mark" cx="%.1f" cy="%.1f" r="5"/><text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`,
			x, y, x+dx, y+4, anchor, p.text(report.Cut(m.Sources[i], 28)))
	}
	b.WriteString(`</svg></div>`)
	return template.HTML(b.String())
}

// Bar draws which part of a document belongs to a story. Spans that are closer than a
// pixel are drawn as one.
func (p *sheet) Bar(d Detail) template.HTML {
	const w, h = 120., 12
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="bar-of" width="%.0f" height="%d" viewBox="0 0 %.0f %d" role="img" aria-label="%s"><rect class="track" width="%.0f" height="%d"/>`,
		w, h, w, h, p.text(fmt.Sprintf("%s: %s", p.T("coverage"), p.Spread(d))), w, h)
	path, end := "", -1.
	lo, hi := 0., 0.
	flush := func() {
		if hi > lo {
			path += fmt.Sprintf("M%.1f 0h%.1fv%dH%.1fz", lo, hi-lo, h, lo)
		}
	}
	for _, s := range d.Spans {
		if d.Bytes <= 0 || s.Lo >= s.Hi {
			continue
		}
		x, y := w*float64(s.Lo)/float64(d.Bytes), w*float64(s.Hi)/float64(d.Bytes)
		if end < 0 || x > end+1 {
			flush()
			lo = x
		}
		hi = max(y, lo+.5)
		end = hi
	}
	flush()
	fmt.Fprintf(&b, `<path class="covered" d="%s"/></svg>`, path)
	return template.HTML(b.String())
}

// Spread says in figures which part of a document belongs to a story.
func (p *sheet) Spread(d Detail) string {
	if len(d.Spans) == 0 || d.Bytes <= 0 {
		return fmt.Sprintf("%.1f %%", 100*d.Coverage)
	}
	at := func(byte int) int { return int(100*float64(byte)/float64(d.Bytes) + .5) }
	return fmt.Sprintf("%d–%d %%", at(d.Spans[0].Lo), at(d.Spans[len(d.Spans)-1].Hi))
}
