package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/store"
)

const patchHelp = `patch makes the second text of a difference out of the first, byte for byte, and
prints it. PATCH is what diff --patch wrote. TEXT is the first text: a file, - for
standard input, or the id of a document in the corpus.

Texts are what was read: a file in another encoding than UTF-8 is decoded, with a
word on standard error, and what comes out is UTF-8, without a byte order mark. A
patch holds the checksums of both texts as UTF-8. Applied to any other text it
changes nothing and says so. Where the difference was of a story that a page carries
among others, what comes out is the story.`

func (a *app) patchCommand() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "patch PATCH TEXT",
		Short: "Make the second text of a difference out of the first",
		Long:  help(patchHelp, "1 is not used"),
		Example: "  repost diff --whole --patch web.patch page.txt web.txt; repost patch web.patch page.txt | cmp - web.txt\n" +
			"  repost patch --output web.txt web.patch page.txt",
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			if to != "-" {
				if err := a.outputs(map[string]string{"output": to}, args...); err != nil {
					return err
				}
			}
			return a.patch(args[0], args[1], to)
		},
	}
	c.Flags().StringVarP(&to, "output", "o", "", "write the text to this `file`")
	return c
}

func (a *app) patch(patch, text, to string) error {
	p, err := interruptible(a.ctx, func() (*report.Patch, error) {
		f, err := os.Open(patch)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return report.ReadPatch(f)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", patch, err)
	}
	source, err := a.oneText(text)
	if err != nil {
		return err
	}
	made, err := p.Apply(source)
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	if to != "" && to != "-" {
		return os.WriteFile(to, []byte(made), 0o666)
	}
	_, err = a.stdout.WriteString(made)
	return err
}

// oneText returns the text of a file or of a document of the corpus.
func (a *app) oneText(name string) (text string, err error) {
	if isFile(name) {
		text, encoding, err := a.readFile(name)
		a.decoded(name, encoding, "the patch is of its text as UTF-8, and so is what comes out")
		return text, err
	}
	err = a.documents([]string{name}, func(c *store.Corpus) error {
		n, err := number(c, name)
		if err != nil {
			return err
		}
		d, err := c.Document(n)
		text = d.Text
		return err
	})
	return text, err
}
