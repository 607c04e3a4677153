package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/store"
)

const statsHelp = `stats says what the corpus holds, and how many bytes of the file each part takes. Of
the parts, meta is ids, titles and the like; ids, prints, bands and contents are the
indexes; values hold what was learned and how far things are; tree is what the file needs
to find its pages; free is used again by what comes next, and repost compact gives
it back.`

// statistics is what `stats --json` prints.
type statistics struct {
	Corpus    string `json:"corpus"`
	Documents int    `json:"documents"`
	Retired   int    `json:"retired"` // replaced or removed, still in the file
	Stories   int    `json:"stories"`
	Links     uint64 `json:"links"`
	TextBytes uint64 `json:"text_bytes"`
	FileBytes int64  `json:"file_bytes"`
	Parts     []part `json:"parts"`
	Scheme    string `json:"scheme"`
}

type part struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

func (a *app) statsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "stats",
		Short:   "Say what the corpus holds",
		Long:    help(statsHelp, "1 is not used"),
		Example: "  repost stats --corpus feed.repost",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.reading(a.stats) },
	}
	a.jsonFlag(c, "print an object of JSON")
	return c
}

func (a *app) stats(c *store.Corpus) error {
	s, err := c.Stats()
	if err != nil {
		return err
	}
	out := statistics{
		Corpus: a.corpus, Documents: s.Documents, Retired: s.Retired, Stories: s.Stories, Links: s.Links,
		TextBytes: s.TextBytes, FileBytes: s.FileBytes, Parts: []part{}, Scheme: c.Scheme(),
	}
	for _, p := range s.Parts {
		out.Parts = append(out.Parts, part{p.Name, p.Bytes})
	}
	p := a.printer()
	if a.json {
		p.Object(out)
		return p.Err
	}
	var rows report.Rows
	rows.Add("documents", report.Thousands(s.Documents), "")
	rows.Add("retired", report.Thousands(s.Retired), "")
	rows.Add("stories", report.Thousands(s.Stories), "")
	rows.Add("links", report.Thousands(int(s.Links)), "")
	rows.Add("bytes of text", report.Thousands(int(s.TextBytes)), "")
	rows.Add("bytes of the file", report.Thousands(int(s.FileBytes)), "")
	for _, part := range s.Parts {
		share := float64(part.Bytes) / float64(max(1, s.FileBytes))
		rows.Add("  "+part.Name, report.Thousands(int(part.Bytes)), fmt.Sprintf("%.1f %%", 100*share))
	}
	p.Table(rows)
	return p.Err
}
