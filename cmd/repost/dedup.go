package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/dedup/detect"
	"repost/store"
	"repost/store/export"
	"repost/store/newfile"
)

const dedupHelp = `dedup reads documents, finds those that say the same, and writes the others: the original
records, in their own format and order, with all their fields. Records in UTF-8 are written
byte for byte, and so are files of text in any encoding. JSON and tables in another encoding
(GB18030, UTF-16) come out as UTF-8 with the same fields, and Parquet with the same values.
It reads the input twice and keeps no text in memory.

` + keepHelp + `

An edition (TEI) with readings, corrections, deletions or descriptions of 80 letters that are no
part of its text is kept before one without, and is dropped only for one that has the same.

-o names the output. A file gets all records. Its ending gives the format (.jsonl, .json,
.csv, .tsv, .parquet) and the packing (.gz, .zst); .gz alone gets the format of the first record.
Another ending needs --format, and one of a kind of file that is not written (.xlsx) is refused.
--format jsonl.gz says both for a folder or standard output too. A folder (a name without an ending, or with / at its end) gets
a file for each input file, with the same name and format, and for an archive a folder of its
name with a file for each member; with --format or --shard-size it gets part-00001 and so on. A file of many records in a format that is read but not written
(a corpus of TEI, a feed, a dump of a wiki, records of XML, vertical text, a mailbox) comes out byte for
byte without the elements of the records that are dropped, in a folder, also out of an archive; if
it is not UTF-8 (a mailbox may be anything), and for web archives and spreadsheets, it comes out as JSON lines of the fields, NAME.jsonl. There,
and in one file for all, TEI, news and vertical text lose their tags, and this is said. A
file of JSON whose records stand in an object, {"license":…,"docs":[…]}, comes out in a folder byte
for byte without those that are dropped, but not out of an archive or with --annotate: what stands
around the records is then left out, as it is in one file for all, and this is said if it is more
than blanks and a byte order mark. Each line ends as in its file, and so does the last; a line
break within a record becomes \n. Where inputs of several formats go into one file,
records of another format are written anew from their fields; a table of CSV or Parquet
has the columns of all inputs. One file for all has the columns that folders name, too
(source=Alpha/year=2024/). --spreadsheet writes tables of text so that Excel opens them:
UTF-8 with a byte order mark, and no cell that it would run as a formula.

A text file is one document. With --input-format lines each of its lines is one (sentences
of a parallel corpus, headlines, a list of words), named FILE:LINE, and what is kept comes
out as lines, whatever the name of the output. --format lines writes the texts of other
records so.

The output appears under its name when it is whole, after the files of --dropped and
--manifest. An interrupted run leaves nothing, and leaves an older output as it was. A folder gets a _manifest.json with the records, bytes
and SHA-256 of each file.

--annotate drops nothing. It adds to each record what is known of it, in the field repost
(in a table, the columns repost_kept, repost_by and so on): whether it would be kept, or
which documents make it redundant, their relation, the share of its text that they have,
its stories, and the bytes of its text that other documents have. What an earlier run added
is written again in its place; if records have another field of that name, repost_2 is used,
and this is said. A record without a text is left out and said
to be unreadable, and so is one with a placeholder for a text ([deleted], N/A, 转发微博);
--annotate writes both, as not kept, with the rule "no text" ("not read" where a field comes twice). Texts, TEI and whatever else has no place for a
field stay as they are in a folder of outputs: what is known of them is in _annotations.jsonl there,
an object for each record, with its id, and with its file there if it has one of its own.

Parquet keeps its types, those of Arrow too, also out of an archive or a pipe. Of files with different columns, a column keeps
its type if it has one type in all of them; which ones do not is said. Of JSON, a list becomes a
list, and an object its JSON as text.

--passages cuts from each kept document what another kept document has word for word, and
keeps the rest of the page. Each passage is left once: in the document that --keep prefers.
It makes no difference how many documents have it, or whether it makes a story: boilerplate
is cut too. Cut are whole sentences and lines, so that what is left can be read: afterwards no
two documents have whole sentences or lines in common that have 40 characters together. What
is shorter stays, and so does a sentence in which some words differ. Only where two texts have
500 characters in common without the end of a sentence in both, as menus have, these are cut
at marks or blanks. A page of which less than 40 characters are left, boilerplate aside, is
dropped. A second run over the output finds nothing more to cut. It may drop a page, though:
the share of its text that others have in slightly other words is then one of what was left
of it (2 of 3,719 web pages, which OCR had read). Without --passages, too, a second run may drop
some more (7 of 3,719): what is boilerplate, and which words are common, is learned of what is read.
In a folder of outputs a text
and Markdown are cut in their own format; TEI, HTML, DOCX and whatever else has marks in its text
cannot be: such a record is a JSON line of its fields, in NAME.jsonl, and this is said.
--mask cuts boilerplate everywhere: footers, bylines and the like by rule, and what is
learned of each source.

--corpus FILE compares with the documents of that corpus too, and adds the new ones to it:
what an earlier run wrote is not written again. A record whose id and text an earlier run
wrote is dropped as "seen before", and so is a copy of one. A record of a known id with
another text is a document of its own, with the id "ID#2": it is judged like any other,
also against the older text, and takes nobody's place. (repost ingest would make it the new
version.) Two records of one run with one id are told apart in the same way, and this is said. Without
--corpus a corpus is made for the time of the run.

Over several runs, a record is dropped only for documents that this run or an earlier one
wrote, never for one that was itself dropped: of a report that grows by a sentence each day,
a day is written as soon as 80 characters of it, or more than the threshold allows, stand in
no day that was written. A record that was dropped and comes again is judged again, by what
is written. Documents that repost ingest put into the corpus count as written, though they
may stand in no output: so a corpus of what you have keeps it out of what you add.

What was written stays written. --keep chooses among the documents of one run: a later or
longer one that comes in another run takes the place of none, and is written too if it has
enough of its own. Once repost rm removed a document from the corpus, it holds nothing any
longer, and what comes again of its text is written.

A record counts as written or dropped once the run that read it has ended: when every output
stands under its name, or standard output was written. So if a run fails or is killed, the same command
writes all that it would have written, and no record is lost. Killed after the last output
has its name and before the corpus notes it, within a moment, it writes the same records
once more. A run that has nothing to write, since an earlier one wrote it all, replaces no
output that is there, so the same command given twice loses nothing: status 1 says so.

Each line of --dropped is a document that was dropped: id, source, date and title; "by", the
documents that hold its text, which this run or an earlier one wrote; its relation to
the first of them; coverage, the share of its text in all of them (boilerplate included,
which the threshold leaves out); rule, what decided: a rule
of --keep, "id" (none did, and the id that sorts first is kept), "contains it" (the kept one
is longer), "apparatus" (the kept one is an edition with more), "several hold it", "seen before" (the corpus had the text, or the document in
"by"); its stories; spans, the bytes of its text that stand in the first of "by";
kept_spans, the bytes of that text; path and record, the file and the number of the record in it;
and by_path and by_record, those of the first of "by". So records whose ids are the same, as shards
may have them, can be told apart, though "by" has ID#2. by and stories are lists: in CSV as JSON.

--json prints the summary as one object. read, kept and dropped count documents; reasons
counts the dropped ones by their relation to what is kept, and rules by what decided, both
as in --dropped; cut counts kept ones that lost passages or boilerplate, and versions those that
--keep-versions alone keeps. bytes_read and
bytes_kept are of texts. recoded counts records that are written as UTF-8, by what they
were; unreadable counts records that could not be read, files the files that a document was
read of, and unreadable_files the others. stories counts stories of two or more documents,
and story_sizes these by their size. sources has an object for each source: source, read,
kept, and share, its part of all that is kept. input says how the input was understood:
the fields that were taken, those that are unused, encodings, dates, and the files of
folders and the records of crawls that were passed over. output is the manifest: records, bytes and files.`

// deduplication is the flags of dedup.
type deduplication struct {
	keepFlags
	target
}

// target is the flags that say what is written.
type target struct {
	out, format string
	shard       size
	manifest    string
	spreadsheet bool
}

func (t *target) flags(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVarP(&t.out, "output", "o", "", "the `file` or folder to write; - is standard output")
	fs.StringVar(&t.format, "format", "", "write this `format`: jsonl, json, csv, tsv, parquet, text (a file for each) or lines (a line for each); with .gz or .zst to pack it, as in jsonl.gz")
	fs.Var(&t.shard, "shard-size", "in a folder, begin another file after about this `size` before packing, as in 256MB (0 = one file)")
	fs.BoolVar(&t.spreadsheet, "spreadsheet", false, "write CSV and TSV for a spreadsheet: with a byte order mark, and an apostrophe before what would be run as a formula")
	fs.StringVar(&t.manifest, "manifest", "", "write counts and hashes of the files to this `file`; a folder has them in _manifest.json")
}

// file is the file or folder to write, or "" for standard output.
func (t *target) file() string {
	if t.out == "-" {
		return ""
	}
	return t.out
}

// options checks the flags.
func (t *target) options() (opt export.Options, err error) {
	if t.out == "" {
		return opt, usage("-o is missing: name the file or folder to write")
	}
	if opt.Shard = int64(t.shard); t.spreadsheet {
		opt.Mark, opt.Cell = true, report.SheetCell
	}
	if t.format != "" {
		if opt.Format, opt.Packing, err = export.ParseFormat(t.format); err != nil {
			return opt, usage("--format: %v", err)
		}
	}
	if t.file() != "" && !export.IsFolder(t.out) {
		_, _, err := export.Resolve(t.out, opt.Format, opt.Packing)
		if errors.Is(err, export.ErrUnknownEnding) {
			err = fmt.Errorf("%w; or say with --format what to write into a file of this name", err)
		}
		if err != nil {
			return opt, usage("-o %s: %v", t.out, err)
		}
	}
	if t.shard > 0 && !export.IsFolder(t.out) {
		return opt, usage("--shard-size: -o %s is a file; name a folder, with / at its end", t.out)
	}
	return opt, nil
}

// manifestFile is a manifest that has not got its name yet, or none.
type manifestFile struct{ file *newfile.File }

// newManifest writes the manifest where it was asked for.
func (t *target) newManifest(m *export.Manifest) (manifestFile, error) {
	if t.manifest == "" {
		return manifestFile{}, nil
	}
	f, err := newfile.Create(t.manifest)
	if err != nil {
		return manifestFile{}, err
	}
	if _, err := f.Write(m.JSON()); err != nil {
		f.Drop()
		return manifestFile{}, err
	}
	return manifestFile{f}, nil
}

func (f manifestFile) commit() error {
	if f.file == nil {
		return nil
	}
	return f.file.Commit()
}

func (f manifestFile) drop() {
	if f.file != nil {
		f.file.Drop()
	}
}

func (a *app) dedupCommand() *cobra.Command {
	var f deduplication
	c := &cobra.Command{
		Use:   "dedup PATH…",
		Short: "Write the documents of some files without their duplicates",
		Long:  help(dedupHelp, "1 nothing is new and the output stays as it was"),
		Example: "  repost dedup dump.jsonl.gz -o clean.jsonl.gz --dropped dropped.csv\n" +
			"  repost dedup crawl/ -o clean/ --keep source=新华社,earliest\n" +
			"  repost dedup news.parquet -o parts/ --format jsonl --shard-size 256MB\n" +
			"  zcat feed.gz | repost dedup - -o - --annotate | jq .repost.by",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("corpus") {
				a.corpus = ""
			}
			a.input.formatFlag, a.input.kept = "input-format", true
			if _, err := a.input.options(); err != nil {
				return err
			}
			if format, _ := export.ByName(f.out); a.input.format == "lines" && format == "" && f.format == "" && f.file() != "" && !export.IsFolder(f.out) {
				f.format = "lines" // whatever the name
			}
			d, err := a.deciding(&f.keepFlags, &f.target, map[string]string{"rejects": a.input.rejects}, args...)
			if err != nil {
				return err
			}
			return cutOff(a.dedup(cmd.Context(), args, &f, d))
		},
	}
	f.keepFlags.flags(c)
	f.target.flags(c)
	a.jsonFlag(c, "print the summary as JSON: on standard error with -o -")
	a.readingFlags(c, "input-format")
	a.rulesFlag(c)
	a.rejectsFlag(c)
	return c
}

func (a *app) dedup(ctx context.Context, paths []string, f *deduplication, d *deciding) (err error) {
	dir, remove, err := temporaryFolder(dedupFolder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	earlier := a.corpus != "" && holdsSomething(f.out)
	if a.corpus == "" {
		a.corpus = filepath.Join(dir, "dedup.repost")
	}
	paths = a.eachOnce(paths)
	stdin, err := a.spool(paths, dir)
	if err != nil {
		return err
	}
	c, err := a.open(store.Options{Create: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()

	// What would fail is said before hours of work.
	w, err := newOriginals(a, c, paths, stdin, f, d)
	if err != nil {
		return err
	}
	defer w.abort()
	d.places = true
	if err := d.begin(); err != nil {
		return err
	}
	defer d.abort()
	if n, err := c.Undelivered(); err != nil {
		return err
	} else if n > 0 {
		a.infof("%s has %s of runs that did not end: those of them that are in this input are written as if they were new", a.corpus, report.Count(n, "document", "documents"))
	}
	d.keep.Seen, d.keep.Absent = w.delivery.Seen, w.delivery.Absent
	a.stdin, a.through, a.delivery, a.originals = stdin(), w.first, w.delivery, w.open || f.annotate
	p := a.progress(reading, updateStages, surviveStages)
	defer p.clear()
	r, lost := a.load(ctx, c, paths, p)
	if lost != nil && !isStatus(lost) {
		return lost
	}
	switch {
	case w.failed != nil:
		return w.failed
	case len(w.records)+w.textless == 0:
		return errors.New("no record with a text was read; nothing was written, and an older output is as it was")
	}
	if d.keep.Extra, err = w.extras(); err != nil {
		return err
	}
	v, err := c.Survivors(ctx, d.keep, p.step)
	if err != nil {
		return err
	}
	d.decided(c, v)
	d.outcome.Unreadable, d.outcome.LostFiles, d.outcome.Files, d.outcome.Input = r.Skipped, r.LostFiles, r.Files, r.Input
	if err := w.second(ctx, p.step); err != nil {
		return err
	}
	p.clear()
	if err := w.finish(); err != nil {
		return err
	}
	if err := d.end(w.out, w.delivery.Delivered); err != nil {
		return err
	}
	if n := d.outcome.Rules[detect.BySeen]; earlier && n > 0 {
		a.infof("%s has the new documents of this run alone, in the place of what it had before: give each run an -o of its own, or write all that %s keeps with repost export", f.out, a.corpus)
	}
	return lost
}

// holdsSomething reports whether an output is there, and not empty.
func holdsSomething(out string) bool {
	info, err := os.Stat(out)
	return err == nil && (info.IsDir() || info.Mode().IsRegular() && info.Size() > 0)
}

// say prints the summary: on standard error where standard output has the documents.
func (a *app) say(o *outcome, taken bool) {
	p := a.printer()
	switch {
	case a.json:
		if taken {
			p.W, p.Color = a.stderr, false
		}
		p.Object(o)
	case a.quiet:
	case taken:
		p.W, p.Color = a.stderr, false
		o.print(a.stderr, p)
	default:
		o.print(a.stdout, p)
	}
}

// spool returns standard input as a reader that can be had twice: what cannot be read
// again is kept in a file.
func (a *app) spool(paths []string, dir string) (func() io.Reader, error) {
	in := a.stdin
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil && !info.Mode().IsRegular() && !info.IsDir() && p != "-" {
			return nil, fmt.Errorf("%s: a pipe or a device cannot be read twice; give - and send it to standard input", p)
		}
		if p != "-" {
			continue
		}
		f, err := os.Create(filepath.Join(dir, "stdin"))
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(f, in); err != nil {
			f.Close()
			return nil, fmt.Errorf("reading standard input: %w", err)
		}
		return func() io.Reader { return io.NewSectionReader(f, 0, 1<<62) }, nil
	}
	return func() io.Reader { return in }, nil
}
