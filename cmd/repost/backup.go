package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"repost/store"
)

const backupHelp = `backup copies the corpus to a new file, as it is at one moment, and checks that
the copy opens. It refuses to write over a file. Readers and a writer go on meanwhile.`

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "backup FILE",
		Short:   "Copy the corpus to a new file",
		Long:    help(backupHelp, "1 is not used"),
		Example: "  repost backup /mnt/safe/corpus-2025-10-09.repost",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] == "" {
				return usage("the name of the backup is empty")
			}
			if _, err := os.Stat(a.corpus); err != nil {
				_, err = a.open(store.Options{ReadOnly: true}) // says what is missing
				return err
			}
			// Of whatever scheme it is.
			c, err := store.Open(a.corpus, store.Options{ReadOnly: true, Timeout: a.wait, AnyScheme: true})
			if err != nil {
				return err
			}
			a.loss(c)
			if err := errors.Join(c.Backup(args[0]), c.Close()); err != nil {
				return err
			}
			if c, err = store.Open(args[0], store.Options{ReadOnly: true, Timeout: a.wait, AnyScheme: true}); err != nil {
				return err
			}
			if !a.quiet {
				fmt.Fprintf(a.stdout, "%s is a copy of %s\n", args[0], a.corpus)
			}
			return c.Close()
		},
	}
}
