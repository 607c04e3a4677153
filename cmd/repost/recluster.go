package main

import (
	"errors"

	"github.com/spf13/cobra"

	"repost/dedup/detect"
	"repost/store"
)

const reclusterHelp = `recluster brings the stories of the corpus up to date after an ingest
that did not finish, and finds them anew if another version of repost found them. With --all it drops all links and aligns every document with its
candidates again. The stories are the same either way; a new version of this program may
find other ones.

--learning off makes stories without the boilerplate that repost boilerplate lists,
now and after every later ingest, until --learning on.`

func (a *app) reclusterCommand() *cobra.Command {
	all, learning := false, ""
	c := &cobra.Command{
		Use:     "recluster",
		Short:   "Bring the stories up to date",
		Long:    help(reclusterHelp, "1 is not used"),
		Example: "  repost recluster --all",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if learning != "" && learning != "on" && learning != detect.Off {
				return usage("--learning %q: on or off", learning)
			}
			c, err := a.open(store.Options{})
			if err != nil {
				return err
			}
			if all {
				err = c.DropLinks()
			}
			if err == nil && learning != "" {
				err = c.SetState(detect.StateLearning, []byte(learning))
			}
			if err == nil {
				p := a.progress(updateStages)
				err = c.UpdateStories(cmd.Context(), p.step)
				p.clear()
			}
			if err == nil && !a.quiet {
				a.holds(c)
			}
			return errors.Join(err, c.Close())
		},
	}
	c.Flags().StringVar(&learning, "learning", "", "learn the boilerplate of each source: `on or off`")
	c.Flags().BoolVar(&all, "all", false, "drop all links and compare everything again")
	return c
}
