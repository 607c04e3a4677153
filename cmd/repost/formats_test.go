package main

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/ulikunitz/xz"

	"repost/dedup"
	"repost/store/ingest"
	"repost/testdata"
)

// TestSameForAnyFormat: one collection in nine formats has the same stories, byte for
// byte. A sample is read, $REPOST_DOCUMENTS documents of each collection, 0 for all of
// them: the detector runs nine times.
func TestSameForAnyFormat(t *testing.T) {
	if testing.Short() {
		t.Skip("one collection nine times")
	}
	for name, most := range map[string]int{"zh-pages-dev": 700, "xwlb-dev": 3000} {
		t.Run(name, func(t *testing.T) {
			if n, err := strconv.Atoi(os.Getenv("REPOST_DOCUMENTS")); err == nil {
				most = n
			}
			var docs []dedup.Document
			for rec, err := range ingest.Read([]string{testdata.Measuring(t, name+".jsonl.gz")}, nil, ingest.Options{}) {
				if err == nil && (most == 0 || len(docs) < most) { // stubs without a text are errors
					rec.Doc.Title = strings.TrimSpace(rec.Doc.Title) // spaces at the ends of a value of XML count nowhere
					docs = append(docs, rec.Doc)
				}
			}
			want := ""
			for _, f := range formatWriters {
				dir := t.TempDir()
				if err := f.write(dir, docs); err != nil {
					t.Fatal(f.name, err)
				}
				corpus := filepath.Join(t.TempDir(), "c.repost")
				must(t, "ingest", "--quiet", "--corpus", corpus, dir)
				got := must(t, "clusters", "--json", "--corpus", corpus)
				switch {
				case want == "":
					if want = got; strings.Count(want, "\n") < 5 {
						t.Fatalf("%d documents have too few stories:\n%s", len(docs), want)
					}
				case got != want:
					t.Errorf("%s: other stories than in %s: %s", f.name, formatWriters[0].name, firstDifference(want, got))
				}
			}
			t.Logf("%d documents, %d stories in each of %d formats", len(docs), strings.Count(want, "\n"), len(formatWriters))
		})
	}
}

// firstDifference returns the first line that differs.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d: %.300s\nand: %.300s", i+1, x[i], y[i])
		}
	}
	return fmt.Sprintf("%d and %d lines", len(x), len(y))
}

// flatDocument is a document as a record.
type flatDocument struct {
	ID     string `json:"id" parquet:"id"`
	Source string `json:"source,omitempty" parquet:"source,dict"`
	URL    string `json:"url,omitempty" parquet:"url"`
	Date   string `json:"date,omitempty" parquet:"date"`
	Title  string `json:"title,omitempty" parquet:"title"`
	Text   string `json:"text" parquet:"text,zstd"`
}

func flatDocuments(docs []dedup.Document) []flatDocument {
	out := make([]flatDocument, len(docs))
	for i, d := range docs {
		out[i] = flatDocument{d.ID, d.Source, d.URL, d.Date, d.Title, d.Text}
	}
	return out
}

func jsonLines(docs []dedup.Document) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	for _, d := range flatDocuments(docs) {
		e.Encode(d)
	}
	return b.Bytes()
}

var formatWriters = []struct {
	name  string
	write func(dir string, docs []dedup.Document) error
}{
	{"JSON lines", func(dir string, docs []dedup.Document) error {
		return os.WriteFile(filepath.Join(dir, "a.jsonl"), jsonLines(docs), 0o666)
	}},
	{"a JSON array in xz", func(dir string, docs []dedup.Document) error {
		return packed(dir, "a.json.xz", func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) }, func(w io.Writer) error {
			return json.NewEncoder(w).Encode(flatDocuments(docs))
		})
	}},
	{"CSV", func(dir string, docs []dedup.Document) error { return writeTable(dir, "a.csv", ',', docs) }},
	{"TSV", func(dir string, docs []dedup.Document) error { return writeTable(dir, "a.tsv", '\t', docs) }},
	{"Parquet", func(dir string, docs []dedup.Document) error {
		return parquet.WriteFile(filepath.Join(dir, "a.parquet"), flatDocuments(docs), parquet.MaxRowsPerRowGroup(500))
	}},
	{"JSON lines in tar in zstd", func(dir string, docs []dedup.Document) error {
		return packed(dir, "a.tar.zst", func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }, func(w io.Writer) error {
			t := tar.NewWriter(w)
			for from := 0; from < len(docs); from += 500 {
				b := jsonLines(docs[from:min(len(docs), from+500)])
				if err := t.WriteHeader(&tar.Header{Name: fmt.Sprintf("part-%05d.jsonl", from), Mode: 0o666, Size: int64(len(b))}); err != nil {
					return err
				}
				t.Write(b)
			}
			return t.Close()
		})
	}},
	{"a file each in zip", func(dir string, docs []dedup.Document) error {
		return packed(dir, "a.zip", func(w io.Writer) (io.WriteCloser, error) { return nopCloser{w}, nil }, func(w io.Writer) error {
			z := zip.NewWriter(w)
			for i := range docs {
				f, err := z.Create(fmt.Sprintf("%d.json", i))
				if err != nil {
					return err
				}
				f.Write(jsonLines(docs[i : i+1]))
			}
			return z.Close()
		})
	}},
	{"Markdown with front matter", func(dir string, docs []dedup.Document) error {
		for i, d := range flatDocuments(docs) {
			text := d.Text
			d.Text = ""
			head, err := json.MarshalIndent(d, "", " ") // JSON is YAML
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d.md", i)), fmt.Appendf(nil, "---\n%s\n---\n%s", head, text), 0o666); err != nil {
				return err
			}
		}
		return nil
	}},
	{"Atom", func(dir string, docs []dedup.Document) error {
		return packed(dir, "a.xml", func(w io.Writer) (io.WriteCloser, error) { return nopCloser{w}, nil }, func(w io.Writer) error {
			b := bufio.NewWriter(w)
			b.WriteString(`<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">`)
			element := func(name, attrs, text string) {
				if text != "" {
					fmt.Fprintf(b, "<%s%s>", name, attrs)
					xml.EscapeText(b, []byte(text))
					fmt.Fprintf(b, "</%s>", name)
				}
			}
			for _, d := range docs {
				b.WriteString("<entry>")
				element("id", "", d.ID)
				if d.URL != "" {
					fmt.Fprintf(b, `<link href="%s"/>`, d.URL)
				}
				element("published", "", d.Date)
				element("title", "", d.Title)
				element("source", "", d.Source)
				element("content", ` type="text"`, d.Text)
				b.WriteString("</entry>\n")
			}
			b.WriteString("</feed>")
			return b.Flush()
		})
	}},
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// packed writes a file through a packing.
func packed(dir, name string, pack func(io.Writer) (io.WriteCloser, error), write func(io.Writer) error) error {
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	defer f.Close()
	w, err := pack(f)
	if err != nil {
		return err
	}
	if err := write(w); err != nil {
		return err
	}
	return w.Close()
}

func writeTable(dir, name string, comma rune, docs []dedup.Document) error {
	return packed(dir, name, func(w io.Writer) (io.WriteCloser, error) { return nopCloser{w}, nil }, func(w io.Writer) error {
		c := csv.NewWriter(w)
		c.Comma = comma
		c.Write([]string{"id", "source", "url", "date", "title", "text"})
		for _, d := range docs {
			c.Write([]string{d.ID, d.Source, d.URL, d.Date, d.Title, d.Text})
		}
		c.Flush()
		return c.Error()
	})
}
