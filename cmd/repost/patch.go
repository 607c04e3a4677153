package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/store"
	"repost/store/newfile"
)

const patchHelp = `patch rebuilds the second text of a diff from the first, byte for byte, and prints it.
PATCH is a file written by diff --patch. TEXT is the first text: a file, - for standard
input, or the id of a document in the corpus.

The result is UTF-8 without a byte order mark. A file in another encoding is decoded
first, and standard error says so. A patch holds the checksums of both texts; applied to
any other text it writes nothing and reports an error. It is of the whole texts, also if the
diff showed one story of them.`

func (a *app) patchCommand() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "patch PATCH TEXT",
		Short: "Apply a patch: rebuild the second text from the first",
		Long:  help(patchHelp, "1 is not used"),
		Example: "  repost diff --patch web.patch page.txt web.txt; repost patch web.patch page.txt | cmp - web.txt\n" +
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
	c.Flags().StringVarP(&to, "output", "o", "", "write the text to this `file` (- = standard output)")
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
		return fmt.Errorf("reading %s: %w", patch, bare(err))
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
		return newfile.Write(to, []byte(made))
	}
	_, err = a.stdout.WriteString(made)
	return err
}

// oneText returns the text of a file or of a document of the corpus.
func (a *app) oneText(name string) (text string, err error) {
	if isFile(name) {
		doc, encoding, err := a.readDocument(name)
		a.decoded(name, encoding, "the patch is of its text as UTF-8, and so is what comes out")
		return doc.Text, err
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
