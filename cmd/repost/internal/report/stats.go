package report

import (
	"fmt"
	"strings"

	"repost/dedup/detect"
)

// Statistics is what `stats --json` prints.
type Statistics struct {
	Corpus    string     `json:"corpus"`
	Documents int        `json:"documents"`
	Retired   int        `json:"retired"` // replaced or removed, still in the file
	Stories   int        `json:"stories"`
	Links     uint64     `json:"links"`
	TextBytes uint64     `json:"text_bytes"` // retired documents included
	FileBytes int64      `json:"file_bytes"`
	Parts     []FilePart `json:"parts"`
	Scheme    string     `json:"scheme"`

	InStories      int         `json:"in_stories"`      // documents
	Duplicates     int         `json:"duplicates"`      // documents with a canonical copy
	DuplicateShare float64     `json:"duplicate_share"` // of the documents
	RepeatedBytes  int         `json:"repeated_bytes"`  // what members carry besides the canonical ones
	RepeatedShare  float64     `json:"repeated_share"`  // of the text, without retired documents
	Sizes          []StorySize `json:"story_sizes"`

	Caps detect.Caps `json:"caps"` // bounds of the work that were met
}

// FilePart is a part of the corpus file.
type FilePart struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// StorySize counts the stories of one size.
type StorySize struct {
	From    int `json:"from"`
	To      int `json:"to,omitempty"` // 0 is without end
	Stories int `json:"stories"`
}

// Histogram counts stories by size.
type Histogram []StorySize

// StorySizes returns an empty histogram.
func StorySizes() Histogram {
	return Histogram{{From: 2, To: 2}, {From: 3, To: 3}, {From: 4, To: 5}, {From: 6, To: 10}, {From: 11, To: 20}, {From: 21, To: 50}, {From: 51, To: 100}, {From: 101, To: 1000}, {From: 1001}}
}

// Add counts a story.
func (h Histogram) Add(size int) {
	for i := range h {
		if size <= h[i].To || h[i].To == 0 {
			h[i].Stories++
			return
		}
	}
}

// Statistics prints what a corpus holds.
func (p *Printer) Statistics(s *Statistics) {
	if p.JSON {
		p.object(s)
		return
	}
	var rows Rows
	rows.Add("documents", Thousands(s.Documents), "")
	rows.Add("  in stories", Thousands(s.InStories), shareOf(s.InStories, s.Documents))
	rows.Add("  duplicates", Thousands(s.Duplicates), shareOf(s.Duplicates, s.Documents))
	rows.Add("retired", Thousands(s.Retired), "")
	rows.Add("stories", Thousands(s.Stories), "")
	rows.Add("links", Thousands(int(s.Links)), "")
	rows.Add("bytes of text", Thousands(int(s.TextBytes)), "")
	rows.Add("  repeated", Thousands(s.RepeatedBytes), Percent(s.RepeatedShare))
	rows.Add("bytes of the file", Thousands(int(s.FileBytes)), "")
	for _, part := range s.Parts {
		rows.Add("  "+part.Name, Thousands(int(part.Bytes)), shareOf(int(part.Bytes), int(s.FileBytes)))
	}
	p.Table(rows)
	p.histogram(s.Sizes)
	for _, line := range Capped(s.Caps) {
		p.printf("%s\n", line)
	}
}

func shareOf(n, of int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(max(1, of))) }

// histogram prints the sizes of stories, with a bar for each.
func (p *Printer) histogram(sizes []StorySize) {
	const longest = 40 // columns
	most := 0
	for _, s := range sizes {
		most = max(most, s.Stories)
	}
	if most == 0 {
		return
	}
	var rows Rows
	for _, s := range sizes {
		name := fmt.Sprint(s.From)
		switch {
		case s.To == 0:
			name = "more than " + Thousands(s.From-1)
		case s.To > s.From:
			name += " to " + Thousands(s.To)
		}
		bar := (s.Stories*longest + most - 1) / most
		rows.Add("  "+name, Thousands(s.Stories), strings.Repeat("█", bar))
	}
	p.printf("members of a story, and how many stories have them\n")
	p.rows("", rows)
}

// Group is a line of `stats --by … --json`.
type Group struct {
	Name          string `json:"name"` // of the source or month; "" has none
	Documents     int    `json:"documents"`
	Bytes         int    `json:"bytes"`
	InStories     int    `json:"in_stories"`
	Duplicates    int    `json:"duplicates"`
	RepeatedBytes int    `json:"repeated_bytes"`
	Canonical     int    `json:"canonical"` // stories whose canonical member is in the group
}

// Groups prints figures by source or month.
func (p *Printer) Groups(by string, groups []Group, csv bool) {
	if csv {
		t := p.CSV(by, "documents", "bytes", "in_stories", "duplicates", "repeated_bytes", "canonical")
		for _, g := range groups {
			t.Row(g.Name, g.Documents, g.Bytes, g.InStories, g.Duplicates, g.RepeatedBytes, g.Canonical)
		}
		p.Err = t.End()
		return
	}
	var rows Rows
	for i := range groups {
		g := &groups[i]
		if p.JSON {
			p.object(g)
			continue
		}
		rows.Add(orNone(g.Name), Thousands(g.Documents), Thousands(g.Bytes), Thousands(g.InStories), shareOf(g.InStories, g.Documents),
			Thousands(g.Duplicates), shareOf(g.Duplicates, g.Documents), Thousands(g.Canonical))
	}
	p.List([]string{by, "documents", "bytes", "in stories", "", "duplicates", "", "canonical"}, rows)
}
