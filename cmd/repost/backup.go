package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"repost/store"
)

const backupHelp = `backup copies the corpus to a new file, as it is at one moment, and checks that
the copy opens. It refuses to write over a file. Other readers may go on meanwhile; a
process that writes to the corpus is waited for, see --wait.`

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "backup FILE",
		Short:   "Copy the corpus to a new file",
		Long:    help(backupHelp, "1 is not used"),
		Example: "  repost backup /mnt/safe/corpus-2025-10-09.repost",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := a.reading(func(c *store.Corpus) error { return c.Backup(args[0]) }); err != nil {
				return err
			}
			c, err := store.Open(args[0], store.Options{ReadOnly: true, Timeout: a.wait})
			if err != nil {
				return err
			}
			if !a.quiet {
				fmt.Fprintf(a.stdout, "%s holds what %s does\n", args[0], a.corpus)
			}
			return c.Close()
		},
	}
}
