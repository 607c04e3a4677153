package report

import (
	"fmt"
	"strings"
)

// Bench is what `bench --json` prints:
//
//	{"machine":"go1.26.0 linux/amd64","threads":2,"documents":10000,"bytes":21500000,"planted":400,
//	 "lanes":[{"lane":"L1","documents":10000,"bytes":21500000,"seconds":0.07,"cpu_seconds":0.07,"peak_bytes":90000000},
//	          {"lane":"L7",…,"median_ms":0.4,"p99_ms":3.1},…],
//	 "parts":[{"part":"text","bytes_per_document":900.1,"compacted":420.5},…],
//	 "recall":[{"kind":"footer","whole":{"n":50,"found":31},"stories":{"n":50,"found":50},"find":{…}},…]}
type Bench struct {
	Machine   string        `json:"machine"`
	Threads   int           `json:"threads"`
	Documents int           `json:"documents"`
	Bytes     int64         `json:"bytes"` // of their texts, UTF-8
	Planted   int           `json:"planted"`
	Lanes     []BenchLane   `json:"lanes"`
	Parts     []BenchPart   `json:"parts"`
	Recall    []BenchRecall `json:"recall"`
}

// BenchLane is one measured part of the work. Documents and bytes are those that
// it worked on, more than once if it is short.
type BenchLane struct {
	Lane      string  `json:"lane"`
	Documents int     `json:"documents"`
	Bytes     int64   `json:"bytes"`
	Seconds   float64 `json:"seconds"`
	CPU       float64 `json:"cpu_seconds"` // of the whole process, collection of garbage included
	Peak      int64   `json:"peak_bytes"`  // of the process; 0 is unknown
	Median    float64 `json:"median_ms,omitempty"`
	P99       float64 `json:"p99_ms,omitempty"`
}

// BenchPart is a part of the corpus file, in bytes a document.
type BenchPart struct {
	Name      string  `json:"part"`
	Ingested  float64 `json:"bytes_per_document"`
	Compacted float64 `json:"compacted"`
}

// BenchRecall says how many of the planted copies of one kind were found.
type BenchRecall struct {
	Kind    string `json:"kind"`
	Whole   Share  `json:"whole"`   // joined to their original as whole texts
	Stories Share  `json:"stories"` // in a story with their original
	Find    Share  `json:"find"`    // unseen ones, whose original find names
}

// Share counts some of all.
type Share struct {
	N     int `json:"n"`
	Found int `json:"found"`
}

// Add counts one more.
func (s *Share) Add(found bool) {
	s.N++
	if found {
		s.Found++
	}
}

func (s Share) String() string {
	if s.N == 0 {
		return ""
	}
	return Percent(float64(s.Found) / float64(s.N))
}

// Bench prints what was measured.
func (p *Printer) Bench(b *Bench) {
	if p.JSON {
		p.object(b)
		return
	}
	p.printf("%s, %.1f MB of text, %.0f bytes each; %s planted; %s, %s\n\n",
		Count(b.Documents, "document", "documents"), float64(b.Bytes)/1e6, float64(b.Bytes)/float64(max(1, b.Documents)),
		Count(b.Planted, "copy", "copies"), b.Machine, Count(b.Threads, "thread", "threads"))
	p.lanes(b.Lanes)
	p.sizes(b.Parts)
	rows := Rows{{"found of", "n", "whole texts", "stories", "find"}}
	for _, r := range b.Recall {
		rows.Add(r.Kind, Thousands(r.Whole.N), r.Whole.String(), r.Stories.String(), r.Find.String())
	}
	p.headed(rows)
}

func (p *Printer) lanes(lanes []BenchLane) {
	rows := Rows{{"lane", "documents/s", "MB/s", "CPU s", "MB/CPU s", "peak MB", "p50 ms", "p99 ms"}}
	for _, l := range lanes {
		s := max(l.Seconds, 1e-9)
		row := []string{
			l.Lane, Thousands(int(float64(l.Documents) / s)), fmt.Sprintf("%.1f", float64(l.Bytes)/1e6/s),
			fmt.Sprintf("%.2f", l.CPU), "", Thousands(int(l.Peak >> 20)), "", "",
		}
		if l.CPU > 0 {
			row[4] = fmt.Sprintf("%.1f", float64(l.Bytes)/1e6/l.CPU)
		}
		if l.P99 > 0 {
			row[6], row[7] = fmt.Sprintf("%.2f", l.Median), fmt.Sprintf("%.2f", l.P99)
		}
		rows.Add(row...)
	}
	p.headed(rows)
	p.printf("\n")
}

func (p *Printer) sizes(parts []BenchPart) {
	rows := Rows{{"bytes a document", "ingested", "compacted"}}
	var all BenchPart
	for _, x := range parts {
		all.Ingested, all.Compacted = all.Ingested+x.Ingested, all.Compacted+x.Compacted
		rows.Add(x.Name, fmt.Sprintf("%.0f", x.Ingested), fmt.Sprintf("%.0f", x.Compacted))
	}
	rows.Add("all", fmt.Sprintf("%.0f", all.Ingested), fmt.Sprintf("%.0f", all.Compacted))
	p.headed(rows)
	p.printf("\n")
}

// headed prints rows below a head: the first column flush left, the others right.
func (p *Printer) headed(rows Rows) {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for c, cell := range row {
			width[c] = max(width[c], Width(cell))
		}
	}
	for _, row := range rows {
		line := pad(row[0], width[0])
		for c, cell := range row[1:] {
			line += "  " + strings.Repeat(" ", width[c+1]-Width(cell)) + cell
		}
		p.printf("%s\n", strings.TrimRight(line, " "))
	}
}
