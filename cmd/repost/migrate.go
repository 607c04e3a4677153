package main

import (
	"github.com/spf13/cobra"

	"repost/store"
)

const migrateHelp = `migrate converts a corpus of an older program for this one. It is
needed when this program folds, masks or sketches texts differently; every command then says
so. migrate reads all documents from the old file, including older versions and removed
documents, and the notes of editors, and makes indexes, links and stories again from the texts, which takes as long as
their ingest did. The old file keeps its name until the new one is complete, and then has
.old after its name. A corpus of this program is left as it is, unless other --rules are
given.`

func (a *app) migrateCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "migrate",
		Short:   "Convert a corpus of an older program for this one",
		Long:    help(migrateHelp, "1 is not used"),
		Example: "  repost migrate --corpus archive-2024.repost",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.repair(cmd, store.Migrate) },
	}
	a.rulesFlag(c)
	a.jsonFlag(c, "print the counts as JSON")
	return c
}
