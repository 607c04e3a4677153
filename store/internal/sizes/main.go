// Sizes measures what a corpus of given dumps takes, by part, after ingest and after
// compact, compared with the same documents as JSON lines packed with zstd -3, in SQLite
// with a full-text index (FTS5, trigrams), and in git. It prints one table:
//
//	go run ./store/internal/sizes ../shared/data/xwlb-dev.jsonl.gz
//
// -corpus names a corpus that the dumps were ingested into before; it is copied.
// zstd, python3 and git are asked for if they are there. It works in a folder of its
// own under -dir, which needs room for about eight times the texts.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"repost/dedup/detect"
	"repost/store"
	"repost/store/ingest"
)

func main() {
	dir := flag.String("dir", os.TempDir(), "`folder` to work in")
	ready := flag.String("corpus", "", "`file` with the corpus of the dumps, instead of an ingest")
	flag.Parse()
	if err := run(os.Stdout, *dir, *ready, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "sizes:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, dir, ready string, paths []string) error {
	dir, err := os.MkdirTemp(dir, "sizes")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	corpus := filepath.Join(dir, "x.repost")
	before, err := ingested(corpus, ready, paths)
	if err != nil {
		return err
	}
	opt := store.Options{Scheme: &detect.DefaultScheme}
	r, err := store.Compact(context.Background(), corpus, opt, store.CompactOptions{})
	if err != nil {
		return err
	}
	after, err := stats(corpus)
	if err != nil {
		return err
	}
	t := table{out, before.Documents, int64(before.TextBytes)}
	fmt.Fprintf(out, "%d documents, %d bytes of text, %d links, %d stories\n\n", before.Documents, before.TextBytes, before.Links, before.Stories)
	fmt.Fprintf(out, "%-22s %13s %8s %8s %13s %8s %8s\n", "part", "after ingest", "of text", "a doc", "after compact", "of text", "a doc")
	for i, p := range before.Parts {
		t.row(p.Name, p.Bytes, after.Parts[i].Bytes)
	}
	t.row("the file", before.FileBytes, after.FileBytes)
	fmt.Fprintf(out, "\nafter compact: %d unique texts %.2f times smaller, %d reposts %.1f times smaller\n\n",
		r.Documents-r.Reposts, ratio(r.UniqueBytes, r.UniqueStored), r.Reposts, ratio(r.RepostBytes, r.RepostsStored))
	return t.rivals(dir, paths)
}

func ratio(a, b int64) float64 { return float64(a) / float64(max(1, b)) }

// ingested makes the corpus, a copy of the one that is ready if there is one.
func ingested(corpus, ready string, paths []string) (store.Stats, error) {
	if ready != "" {
		c, err := store.Open(ready, store.Options{ReadOnly: true, Timeout: time.Minute})
		if err != nil {
			return store.Stats{}, err
		}
		if err := errors.Join(c.Backup(corpus), c.Close()); err != nil {
			return store.Stats{}, err
		}
		return stats(corpus)
	}
	c, err := store.Open(corpus, store.Options{Create: true, Scheme: &detect.DefaultScheme})
	if err != nil {
		return store.Stats{}, err
	}
	records := ingest.Read(paths, os.Stdin, ingest.Options{})
	_, err = store.Load(context.Background(), c, records, store.LoadOptions{Skip: func(error) error { return nil }})
	if err := errors.Join(err, c.Close()); err != nil {
		return store.Stats{}, err
	}
	return stats(corpus)
}

func stats(corpus string) (store.Stats, error) {
	c, err := store.Open(corpus, store.Options{ReadOnly: true})
	if err != nil {
		return store.Stats{}, err
	}
	s, err := c.Stats()
	return s, errors.Join(err, c.Close())
}

// table prints bytes with their share of the texts and of a document.
type table struct {
	out       io.Writer
	documents int
	text      int64
}

func (t table) row(name string, sizes ...int64) {
	fmt.Fprintf(t.out, "%-22s", name)
	for _, n := range sizes {
		fmt.Fprintf(t.out, " %13d %6.1f %% %8.1f", n, 100*ratio(n, t.text), ratio(n, int64(t.documents)))
	}
	fmt.Fprintln(t.out)
}

// rivals measures the others.
func (t table) rivals(dir string, paths []string) error {
	lines := filepath.Join(dir, "x.jsonl")
	if err := writeLines(lines, paths); err != nil {
		return err
	}
	t.row("JSON lines", size(lines))
	for _, rival := range []struct{ name, made, tool, script string }{
		{"JSON lines, zstd -3", "x.zst", "zstd", "zstd -q -3 x.jsonl -o x.zst"},
		{"SQLite", "plain.db", "python3", "python3 -c \"$SQLITE\" plain.db"},
		{"SQLite, FTS5 trigrams", "fts.db", "python3", "python3 -c \"$SQLITE\" fts.db fts"},
		{"git, gc", "git/objects", "git", "git init -q --bare git && python3 -c \"$GIT\" | git -C git fast-import --quiet && git -C git gc -q"},
	} {
		if _, err := exec.LookPath(rival.tool); err != nil {
			fmt.Fprintf(t.out, "%-22s no %s here\n", rival.name, rival.tool)
			continue
		}
		cmd := exec.Command("sh", "-ec", rival.script)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "SQLITE="+sqlite, "GIT="+fastImport)
		if said, err := cmd.CombinedOutput(); err != nil {
			fmt.Fprintf(t.out, "%-22s %v: %s\n", rival.name, err, strings.TrimSpace(string(said)))
			continue
		}
		t.row(rival.name, size(filepath.Join(dir, rival.made)))
	}
	return nil
}

// sqlite makes a table of the documents, with a full-text index if there is a second
// argument.
const sqlite = `
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
if len(sys.argv) > 2:
    db.execute("create virtual table d using fts5(id unindexed, url unindexed, source unindexed, date unindexed, title, text, tokenize=trigram)")
else:
    db.execute("create table d(id text primary key, url, source, date, title, text)")
with open("x.jsonl", encoding="utf-8") as f:
    db.executemany("insert into d values(?,?,?,?,?,?)", ([d[k] for k in ("id", "url", "source", "date", "title", "text")] for d in map(json.loads, f)))
if len(sys.argv) > 2:
    db.execute("insert into d(d) values('optimize')")
db.commit()
db.execute("vacuum")
`

// fastImport commits a file for each document, in folders by the last figures of
// their number, a thousand documents a commit.
const fastImport = `
import json, sys
out = sys.stdout.buffer
with open("x.jsonl", encoding="utf-8") as f:
    for n, line in enumerate(f):
        if n % 1000 == 0:
            out.write(b"commit refs/heads/main\ncommitter a <a@b> %d +0000\ndata 1\nx\n" % n)
        d = json.loads(line)
        text = "\n".join(d[k] for k in ("id", "url", "source", "date", "title", "text")).encode()
        out.write(b"M 100644 inline %02d/%02d/%d\ndata %d\n" % (n // 10000 % 100, n // 100 % 100, n, len(text)))
        out.write(text + b"\n")
`

// writeLines writes what a corpus keeps of the documents.
func writeLines(path string, paths []string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for rec, err := range ingest.Read(paths, os.Stdin, ingest.Options{}) {
		if err != nil {
			continue
		}
		d := rec.Doc
		err = enc.Encode(struct {
			ID     string `json:"id"`
			URL    string `json:"url"`
			Source string `json:"source"`
			Date   string `json:"date"`
			Title  string `json:"title"`
			Text   string `json:"text"`
		}{d.ID, d.URL, d.Source, d.Date, d.Title, d.Text})
		if err != nil {
			return err
		}
	}
	return w.Flush()
}

// size is the bytes of a file, or of the files below a folder.
func size(path string) (n int64) {
	filepath.Walk(path, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
		return nil
	})
	return n
}
