package main

import (
	"github.com/spf13/cobra"

	"repost/store"
)

const migrateHelp = `migrate makes a corpus of an older program into one of this program: when folds,
masks or sketches are others by now, opening the old one says so. All documents,
versions and removed ones included, are read from the old file; indexes, links and
stories are made again from the texts, which takes as long as their ingest did. The old
file is kept beside the new one with .old behind its name, and has its place until the
new one is whole. A corpus of this program is left as it is, but for other --rules.`

func (a *app) migrateCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "migrate",
		Short:   "Make a corpus of an older program one of this program",
		Long:    help(migrateHelp, "1 is not used"),
		Example: "  repost migrate --corpus archive-2024.repost",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.repair(cmd, store.Migrate) },
	}
	a.rulesFlag(c)
	a.jsonFlag(c, "print the counts as JSON")
	return c
}
