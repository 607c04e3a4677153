package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"repost/dedup"
)

// relationMeanings says of each relation what it means, from the closest to none.
var relationMeanings = []struct {
	relation dedup.Relation
	meaning  string
}{
	{dedup.Identical, "the same text, byte for byte"},
	{dedup.SameText, "the same but for punctuation, case, width, blanks and boilerplate"},
	{dedup.NearDuplicate, "85 % or more of each stands in the other"},
	{dedup.ContainedIn, "85 % or more of it stands in the other one, which has more"},
	{dedup.Contains, "85 % or more of the other one stands in it, and it has more"},
	{dedup.Overlap, "they share passages, and each has text of its own"},
	{dedup.Quotes, "they share a short passage, or less than 30 % of each"},
	{dedup.Rewrite, "the same content in other words, with hardly a passage word for word"},
	{dedup.Summary, "one says in short, in other words, what the other one says"},
	{dedup.SameTemplate, "one form filled in with other figures, dates or names"},
	{dedup.Unrelated, "nothing that is longer than a phrase"},
}

// relationsNote refers to the page of relations.
const relationsNote = `repost help relations says what each relation means.`

// relationsTopic is the page of help on relations.
func relationsTopic() *cobra.Command {
	var lines strings.Builder
	for _, r := range relationMeanings {
		fmt.Fprintf(&lines, "  %-14s  %s\n", r.relation, r.meaning)
	}
	return &cobra.Command{
		Use: "relations", Short: "What two documents can be to each other: contained-in, overlap and the others",
		Long: strings.Replace(relationsHelp, "RELATIONS", strings.TrimSuffix(lines.String(), "\n"), 1),
	}
}

const relationsHelp = `A relation says what a document is to another one:

RELATIONS

In a list of a story it is the relation to the canonical member, in the lines of find what the
text is to the document, and in --dropped and --annotate what the document is to the first one
in "by". What is set aside, as bylines and learned boilerplate, counts for nothing. A passage in which a few
words differ is shared, and its length counts with them; what repost dedup loses is measured more
strictly, see its help. A passage is short if it has at most 100 words or Chinese characters
and is less than 20 % of one of the two.`
