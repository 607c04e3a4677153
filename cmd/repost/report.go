package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/cmd/repost/internal/web"
	"repost/store"
)

const reportHelp = `report writes the pages that serve shows into a folder, to be passed on: the overview,
all lists and stories, each member compared with the base of its story, the collations, the
documents of stories, the newest 2,000 that are in no story, and the histories of these and of the
silent edits that the overview lists. The message at the end says how many others there are. The
folder opens from a disk, by index.html, and needs no network and no script.

The folder must not exist yet, or be empty. --limit bounds the pages: links to those beyond
it lead to the overview, and the summary counts them.`

func (a *app) reportCommand() *cobra.Command {
	var out, lang string
	var limit int
	c := &cobra.Command{
		Use:     "report -o FOLDER",
		Short:   "Write the pages of serve into a folder, to be passed on",
		Long:    help(reportHelp, "1 is not used"),
		Example: "  repost report -o pages --lang zh",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case out == "":
				return usage("give the folder with -o")
			case lang != "en" && lang != "zh":
				return usage("--lang %q: write en or zh", lang)
			}
			return a.reading(func(c *store.Corpus) error { return a.writePages(cmd.Context(), c, out, lang, limit) })
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "the `folder` to write")
	c.Flags().StringVar(&lang, "lang", "en", "the language of the pages: en or zh")
	c.Flags().IntVar(&limit, "limit", 100_000, "write at most `N` pages")
	return c
}

func (a *app) writePages(ctx context.Context, c *store.Corpus, out, lang string, limit int) error {
	if there, err := os.ReadDir(out); err == nil && len(there) > 0 {
		return fmt.Errorf("%s: the folder is not empty", out)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(out)), 0o777); err != nil {
		return err
	}
	temp := filepath.Join(filepath.Dir(filepath.Clean(out)), fmt.Sprintf(".%s.new%d", filepath.Base(out), os.Getpid()))
	if err := os.Mkdir(temp, 0o777); err != nil { // as private as the umask says
		return err
	}
	defer os.RemoveAll(temp) // a folder is there whole, or not
	p := a.progress()
	bytes := 0
	put := func(name string, page []byte) error {
		bytes += len(page)
		return os.WriteFile(filepath.Join(temp, name), page, 0o666)
	}
	lib := newLibrary(c, a.corpus, true)
	defer lib.close()
	written, left, err := web.Write(ctx, lib, lang, limit, put, func(done, known int) { p.step("writing pages", done, known) })
	p.clear()
	if err != nil {
		return err
	}
	os.Remove(out)
	if err := os.Rename(temp, out); err != nil {
		return err
	}
	a.infof("%s and %s bytes are in %s; open %s", report.Count(written, "page", "pages"), report.Thousands(bytes), out, filepath.Join(out, "index.html"))
	if o, err := lib.Overview(ctx); err != nil {
		return err
	} else if more := o.Documents - o.InStories - web.MostAlone; more > 0 {
		a.infof("%s in no story and without a page", report.Count(more, "more document is", "more documents are"))
	}
	if left > 0 {
		a.complain("%s to pages beyond --limit %d lead to the overview", report.Count(left, "link", "links"), limit)
	}
	return nil
}
