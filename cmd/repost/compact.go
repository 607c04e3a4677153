package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/store"
)

const compactHelp = `compact writes a new, smaller file and puts it in the place of the old
one. The new file has no free pages and no removed documents, which cannot be brought back
then, and it stores every repost as its difference from the canonical text of its story. All
texts stay the same, byte for byte. A crash leaves the old file.

The disk needs room for both files. No other process can write meanwhile; a process that
reads continues with the old file. Older versions of documents stay, because repost history
shows them; --drop-versions drops them too.`

func (a *app) compactCommand() *cobra.Command {
	var co store.CompactOptions
	c := &cobra.Command{
		Use:     "compact",
		Short:   "Make the corpus file smaller, and drop removed documents",
		Long:    help(compactHelp, "1 is not used"),
		Example: "  repost backup before.repost && repost compact",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p := a.progress()
			co.Progress = p.step
			opt := store.Options{Timeout: a.wait}
			r, err := store.Compact(cmd.Context(), a.corpus, opt, co)
			p.clear()
			if err != nil {
				return err
			}
			if r.OtherNames > 0 {
				a.complain("%s: the file had %s more, which %s the corpus as it was before", a.corpus, report.Count(r.OtherNames, "name", "names"),
					map[bool]string{true: "keeps", false: "keep"}[r.OtherNames == 1])
			}
			if a.json {
				a.printer().Object(r)
			} else if !a.quiet {
				fmt.Fprint(a.stdout, compacted(a.corpus, r))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&co.DropVersions, "drop-versions", false, "drop older versions of documents: repost history forgets them")
	c.Flags().Bool("versions", true, "")
	_ = c.Flags().MarkDeprecated("versions", "older versions are kept without it")
	a.jsonFlag(c, "print the counts as JSON")
	return c
}

func compacted(corpus string, r store.CompactReport) string {
	s := fmt.Sprintf("%s: %s bytes, %s before\n", corpus, report.Thousands(int(r.After)), report.Thousands(int(r.Before)))
	kept := report.Count(r.Documents, "document", "documents")
	if r.Versions > 0 {
		kept += " and " + report.Count(r.Versions, "older version", "older versions")
	}
	gone := report.Count(r.Dropped, "removed document", "removed documents")
	if r.DroppedVersions > 0 {
		gone += " and " + report.Count(r.DroppedVersions, "older version", "older versions")
	}
	s += fmt.Sprintf("%s kept; %s dropped\n", kept, gone)
	part := func(name string, n int, bytes, stored int64) {
		if n > 0 {
			s += fmt.Sprintf("%s: %s, %s bytes in %s, %.1f times smaller\n", name, report.Count(n, "text", "texts"),
				report.Thousands(int(bytes)), report.Thousands(int(stored)), float64(bytes)/float64(max(1, stored)))
		}
	}
	part("unique texts", r.Documents+r.Versions-r.Reposts, r.UniqueBytes, r.UniqueStored)
	part("reposts", r.Reposts, r.RepostBytes, r.RepostsStored)
	return s
}
