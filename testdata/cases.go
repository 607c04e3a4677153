package testdata

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// Case is a judgement of detection: a corpus of a few documents and what is to
// be found in it. The format is described in cases/README.
type Case struct {
	Name      string // file name, without extension
	Why       string // why it exists
	Docs      []Doc
	Stories   [][]Member // each is the whole of one story; Relation may be empty
	Alone     []string   // documents in no story
	Canonical []string   // documents that are the canonical member of a story
	Pairs     []Pair
	Quotes    []Quote
	Coverage  []Coverage
}

// Doc is a document of a case. Its fields are those of dedup.Document.
type Doc struct{ ID, URL, Source, Date, Title, Text, DateFrom, Credit string }

// Pair is the relation of document A to document B.
type Pair struct{ A, B, Relation string }

// Quote says that words of a document lie inside or outside of its spans in
// stories: every occurrence, or the Nth alone, counted from 1.
type Quote struct {
	Doc, Words string
	Nth        int // 0 is every occurrence
	Inside     bool
}

// Coverage is a lower bound of a document's coverage in its story.
type Coverage struct {
	Doc string
	Min float64
}

// Is reports whether got is one of the words of want, which are separated by |.
// An empty want and * take anything.
func Is(want, got string) bool {
	return want == "" || want == "*" || slices.Contains(strings.Split(want, "|"), got)
}

// Find returns the byte offsets in text at which the words q speaks of begin.
func (q Quote) Find(text string) []int {
	var at []int
	for lo := 0; ; {
		i := strings.Index(text[lo:], q.Words)
		if i < 0 {
			break
		}
		at = append(at, lo+i)
		lo += i + len(q.Words)
	}
	switch {
	case q.Nth == 0:
		return at
	case q.Nth > len(at):
		return nil
	}
	return at[q.Nth-1 : q.Nth]
}

// Cases returns the cases of detection, by name.
func Cases() ([]Case, error) { return readAll("cases", parseCase) }

// readAll reads every txtar file of a directory. It is an error when there is
// none.
func readAll[T any](dir string, parse func(name string, a *txtar.Archive) (T, error)) ([]T, error) {
	files, err := fs.Glob(FS, dir+"/*.txtar")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: no cases", dir)
	}
	var all []T
	for _, f := range files {
		data, err := FS.ReadFile(f)
		if err != nil {
			return nil, err
		}
		c, err := parse(strings.TrimSuffix(path.Base(f), ".txtar"), txtar.Parse(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		all = append(all, c)
	}
	return all, nil
}

// takeWant returns the lines of the file want, which must be the last of a.
func takeWant(a *txtar.Archive) ([]string, error) {
	n := len(a.Files) - 1
	if n < 1 || a.Files[n].Name != "want" {
		return nil, fmt.Errorf("the last file is not want")
	}
	if len(bytes.TrimSpace(a.Comment)) == 0 {
		return nil, fmt.Errorf("does not say why it exists")
	}
	want := strings.TrimSpace(string(a.Files[n].Data))
	a.Files = a.Files[:n]
	if want == "" {
		return nil, fmt.Errorf("want is empty")
	}
	return strings.Split(want, "\n"), nil
}

func parseCase(name string, a *txtar.Archive) (Case, error) {
	c := Case{Name: name, Why: strings.TrimSpace(string(a.Comment))}
	want, err := takeWant(a)
	if err != nil {
		return c, err
	}
	for _, f := range a.Files {
		c.Docs = append(c.Docs, parseDoc(f.Name, string(f.Data)))
	}
	for n, line := range want {
		if err := c.parseLine(line); err != nil {
			return c, fmt.Errorf("want, line %d: %q: %w", n+1, line, err)
		}
	}
	return c, nil
}

// parseDoc reads a document, with its header when it begins with "source:".
func parseDoc(id, data string) Doc {
	d := Doc{ID: id, Text: data}
	head, text, ok := strings.Cut(data, "\n\n")
	if !ok || !strings.HasPrefix(data, "source:") {
		return d
	}
	d.Text = text
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch key {
		case "source":
			d.Source = value
		case "date":
			d.Date = value
		case "url":
			d.URL = value
		case "title":
			d.Title = value
		}
	}
	return d
}

func (c *Case) parseLine(line string) error {
	kind, rest, _ := strings.Cut(line, ": ")
	words := strings.Fields(rest)
	switch kind {
	case "story":
		return c.parseStory(rest)
	case "alone":
		c.Alone = append(c.Alone, words...)
		return c.known(words...)
	case "canonical":
		c.Canonical = append(c.Canonical, words...)
		return c.known(words...)
	case "pair":
		if len(words) != 3 {
			return fmt.Errorf("want two documents and a relation")
		}
		c.Pairs = append(c.Pairs, Pair{words[0], words[1], words[2]})
		return c.known(words[:2]...)
	case "coverage":
		return c.parseCoverage(words)
	case "inside", "outside":
		return c.parseQuote(kind == "inside", rest)
	}
	return fmt.Errorf("unknown kind %q", kind)
}

func (c *Case) parseStory(rest string) error {
	var story []Member
	for _, m := range strings.Split(rest, ",") {
		w := append(strings.Fields(m), "")
		if len(w) < 2 || len(w) > 3 {
			return fmt.Errorf("member %q: want a document and, if you like, a relation", m)
		}
		if err := c.known(w[0]); err != nil {
			return err
		}
		story = append(story, Member{ID: w[0], Relation: w[1]})
	}
	c.Stories = append(c.Stories, story)
	return nil
}

func (c *Case) parseCoverage(words []string) error {
	if len(words) != 3 || words[1] != ">=" {
		return fmt.Errorf("want a document, >= and a share")
	}
	least, err := strconv.ParseFloat(words[2], 64)
	if err != nil {
		return err
	}
	c.Coverage = append(c.Coverage, Coverage{words[0], least})
	return c.known(words[0])
}

func (c *Case) parseQuote(inside bool, rest string) error {
	doc, rest, _ := strings.Cut(rest, " ")
	q := Quote{Doc: doc, Inside: inside}
	if n, words, ok := strings.Cut(rest, " "); ok && !strings.HasPrefix(n, `"`) {
		nth, err := strconv.Atoi(n)
		if err != nil {
			return err
		}
		q.Nth, rest = nth, words
	}
	var err error
	if q.Words, err = strconv.Unquote(rest); err != nil {
		return fmt.Errorf("%s: %w", rest, err)
	}
	if err := c.known(doc); err != nil {
		return err
	}
	c.Quotes = append(c.Quotes, q)
	return nil
}

// known says which of ids is no document of c.
func (c *Case) known(ids ...string) error {
	for _, id := range ids {
		if !slices.ContainsFunc(c.Docs, func(d Doc) bool { return d.ID == id }) {
			return fmt.Errorf("no document %q", id)
		}
	}
	return nil
}
