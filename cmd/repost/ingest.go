package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup/detect"
	"repost/store"
)

const ingestHelp = `ingest reads documents into the corpus and brings the stories up to
date. It creates the corpus if there is none.

A path is a folder, a file, a pattern such as 'dumps/*.gz', or - for standard
input. Names and first bytes say what a file is: JSON and JSON lines, CSV, XLSX and ODS
(a row is a record; hidden sheets are passed over), Parquet,
WARC, HTML, feeds, TEI, NITF and NewsML, ALTO and PAGE, records of XML or SGML, vertical text, CoNLL-U,
subtitles, CHAT, DOCX and ODT, EPUB (a book is one document), mail (.eml, mbox, Maildir; attachments are
passed over and counted), saved pages (MHTML), Markdown, or plain text, which is one document; --format sets it for all files, and --format lines
makes a document of each line of a text. Files may be compressed, be in a tar or zip archive, and be in any usual encoding. A file that cannot be
read is reported with its kind; files of a folder that are skipped are counted. Folders that
repost wrote are skipped in a folder with other documents, since they hold copies of these.

Fields are found by their names, in many languages. ingest reports its choice, and the
fields that it does not use. --field sets other ones, with dotted paths and templates:
--field text=article.body,date=pub.time,id={site}/{doc_id}. In a template {folder}, {file},
{name} (without its extension) and {record} are where the record came from, and {folder1},
{folder2} … are the folders below the given one: --field source={folder}. They work for
files of every format. A table without a header has the columns column1, column2 …
source:='Marlow Daily' sets one value for all. If neither a field nor an address names the
source, the name of a folder may (榆川日报/, 晨报/, Marlow Herald/, www.marlow.com/), or a line of the text (来源：…,
转载自…, Source: …, (Reuters) –). --dry-run shows the first three records as they would be
read, and writes nothing.

{undated} is the path of a file without the day in it. With --field id={undated} the
snapshots of a page (2025-03-04/a3.htm, 2025-03-05/a3.htm) are versions of one document,
and repost history shows what was changed. Without it they are documents of their own.

Dates may be written in many ways: 2024-03-05, 20240305, 2024年3月5日 09:27, 民國113年3月5日,
RFC 1123, month names, seconds or milliseconds since 1970; a year, a month, a season
or a range of days is kept as what it is. A date like 03/04/2024 is read in the order of
another date of the same file that has a number above 12, or in that of --dates. If no field
has a date, it is taken from the address, the name of the file or the first lines of the
text.

Of TEI the text is as it was printed: sic, orig and abbr, not corr, reg and expan; the lemma of
an apparatus; not what is deleted (del) or only described (desc). Of a corpus with a word on each
line the words are the text, and the attributes of <doc> are fields. Of speech the text is what is
said, a line for each turn; who speaks is the field speakers.

In every format a figure above or below the line is one of its own: 10<sup>3</sup> is read as 10³.
The mark of a footnote is no text, a footnote in a sentence follows the text, and text that is
deleted (<del>, tracked changes) or hidden is left out.

A record whose text is a placeholder ([deleted], N/A, 转发微博, 该内容已被删除) has none. An
object with an id is one record, and its text may be that of its parts (messages, posts,
sections); parts with an id, a title or an address are records themselves.

Tags are removed from HTML in texts, and bytes that are no text, including zero bytes,
become U+FFFD; both are counted. --strict refuses such bytes, and dates that are not
understood. The delimiter of a table is detected (comma, semicolon, tab, | ~ ^ ¦ and longer
ones) or set by --delimiter; lines before the header and repeated headers are skipped and
reported.

To ingest the same dump a second time changes nothing. An interrupted ingest continues from
its last commit when the same command runs again. New documents join the stories that are
there.

The id of a file that is one document, as a text or a single JSON object, is its path below
the given folder; that of a record is its own id, or else its address, or else file and
number. If the corpus already has the id, the old and the
new document are told apart like this:

If it is the same file with another text, the new text replaces the old one.

If it is another file of the same name (2024/a.txt, 2025/a.txt), both stay, and the second
gets an id with more of its path. The same file under a longer or shorter path is one file, and
keeps the source and the date that its folders named when it was read before.

If it is a record with a known id, it is a new version of the document. But if the id is
only a count (1, doc-17, x00017) or comes twice in one run, and the texts have nothing in common,
both stay, and the second is called FILE#ID.

A text that the document had before is no new version, unless it comes back within one file,
whose order then is that of the versions. A version that is older than the
newest is kept for history and does not replace it. The last change (updated, dateModified),
the date, or the day in the file's name decides which is older; without these, what comes
later is newer.

--novelty prints, for each document that this run added or replaced, the share of it that
no earlier document has, and the documents that have the rest. Earlier documents are those
of its stories with an earlier date or, where dates do not decide, those that were ingested
before. There is a line for each document, in the order of the input; --json adds the spans
and the sentences with something new. The summary then goes to standard error. Older versions do not
count, of this document or of others: see history and find.

` + followHelp + `

What cannot be read is reported on standard error with its place, and --rejects keeps its
bytes, and names the files of folders that were skipped. Reading continues after it, and the exit status is 2. An empty text is reported and
does not change the exit status.`

func (a *app) ingestCommand() *cobra.Command {
	novelty, dry := false, false
	var server, token string
	var follow followFlags
	c := &cobra.Command{
		Use:   "ingest PATH…",
		Short: "Read dumps into the corpus",
		Long:  help(ingestHelp, "1 is not used"),
		Example: "  repost ingest dump-2025/ more.jsonl.gz\n  zcat feed.gz | repost ingest --corpus feed.repost -\n" +
			"  repost ingest --novelty --json today.jsonl | jq 'select(.new > 0.5) | .id'\n" +
			"  crawler | repost ingest --follow --novelty --json - | …",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if follow.on {
				if err := follow.check(a, args); err != nil {
					return err
				}
			}
			switch {
			case dry && follow.on:
				return usage("--dry-run reads the beginning of a file, and --follow a stream: give one of them")
			case dry:
				return a.dryRun(args)
			}
			if _, err := a.input.options(); err != nil {
				return err
			}
			switch {
			case server != "" && follow.on:
				return a.followTo(server, token, args[0], follow, novelty)
			case server != "":
				return a.feed(cmd.Context(), server, token, args, novelty)
			}
			_, err := os.Lstat(a.corpus)
			made := errors.Is(err, fs.ErrNotExist)
			c, err := a.open(store.Options{Create: true})
			if err != nil {
				return err
			}
			if follow.on {
				err = a.follow(c, args[0], follow, novelty)
			} else {
				err = a.ingest(c, args, novelty)
			}
			if made && c.Next() == 0 {
				// A mistyped path must leave no corpus. The file is removed while it is
				// locked, before another process can write to it.
				err = errors.Join(err, os.Remove(a.corpus))
			}
			return errors.Join(err, c.Close())
		},
	}
	a.jsonFlag(c, "print the counts as JSON, or with --novelty or --follow an object for each document")
	a.inputFlags(c)
	a.rulesFlag(c)
	c.Flags().BoolVar(&follow.on, "follow", false, "read JSON lines that a program sends as it goes, and answer each once it is on disk")
	c.Flags().DurationVar(&follow.interval, "interval", 100*time.Millisecond, "with --follow: the `time` after which what came is stored (0 = at once)")
	c.Flags().BoolVar(&dry, "dry-run", false, "show the first three records as they would be read, and write nothing")
	c.Flags().StringVar(&server, "server", "", "send the documents to the repost serve at this `address` instead of a corpus file")
	c.Flags().StringVar(&token, "token", "", "with --server: the token of that server")
	c.Flags().BoolVar(&novelty, "novelty", false, "say how much of each document is new, and where the rest came from")
	return c
}

// ingest reads paths into a corpus, and says what that was.
func (a *app) ingest(c *store.Corpus, paths []string, novelty bool) error {
	first := c.Next()
	r, err := a.load(a.ctx, c, paths, a.progress(reading, updateStages))
	if err == nil || isStatus(err) {
		err = errors.Join(err, a.saySnapshots(c, &r.snaps))
	}
	if novelty && (err == nil || isStatus(err)) {
		err = errors.Join(err, a.newcomers(a.ctx, c, first))
	}
	if novelty {
		a.summary(a.stderr, c, r)
	} else {
		a.ingested(c, r)
	}
	return err
}

// ingested prints what was read and what the corpus holds now.
func (a *app) ingested(c *store.Corpus, r loaded) {
	if a.json {
		a.printer().Object(struct {
			loaded
			changed
		}{r, changeOf(c)})
		return
	}
	a.summary(a.stdout, c, r)
}

// updated prints what the corpus holds now, and what that took.
func (a *app) updated(c *store.Corpus) { a.printer().Object(changeOf(c)) }

// changed is what a corpus holds after a change, and what the change took.
type changed struct {
	Documents int         `json:"documents"`
	Stories   int         `json:"stories"`
	Written   int64       `json:"written"` // bytes, into the file
	Update    detect.Work `json:"update"`  // of the stories
}

func changeOf(c *store.Corpus) changed {
	return changed{c.Len(), c.StoryCount(), c.BytesWritten(), c.Work()}
}

// summary writes what was read and what the corpus holds now, in words.
func (a *app) summary(w io.Writer, c *store.Corpus, r loaded) {
	if a.quiet {
		return
	}
	fmt.Fprintln(w, said(r))
	if c.Next() > 0 {
		fmt.Fprintln(w, a.holding(c))
		for _, line := range report.Capped(c.Work().Caps) {
			fmt.Fprintln(w, line)
		}
	}
}

// holds prints what a corpus holds.
func (a *app) holds(c *store.Corpus) { fmt.Fprintln(a.stdout, a.holding(c)) }

func (a *app) holding(c *store.Corpus) string {
	return fmt.Sprintf("%s holds %s in %s", a.corpus,
		report.Count(c.Len(), "document", "documents"), report.Count(c.StoryCount(), "story", "stories"))
}
