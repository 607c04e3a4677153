package eval

import (
	"archive/tar"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"repost/shingle"
)

// PANCorpus is a text alignment corpus in the layout of PAN 2013: folders named
// NN-category with a list called pairs and one XML file for each pair, and the
// texts in src and susp.
type PANCorpus struct {
	Categories []PANCategory     // by name
	Texts      map[string]string // by file name; nil when they were not asked for
}

// PANCategory is one folder of pairs.
type PANCategory struct {
	Name  string
	Pairs [][2]string // suspicious document, source; sorted
	Cases []Case      // sorted
}

// The bounds of a corpus: of one file, and of all that is kept.
const (
	maxPANFile   = 64 << 20
	maxPANCorpus = 4 << 30
)

// ReadPAN reads a corpus from its folder or from a tar file, gzip-ed or not, in
// one pass. With texts it keeps the documents too.
func ReadPAN(name string, texts bool) (*PANCorpus, error) {
	p := &panReader{categories: make(map[string]*PANCategory)}
	if texts {
		p.texts = make(map[string]string)
	}
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		err = p.folder(os.DirFS(name))
	default:
		err = p.archive(name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(p.categories) == 0 {
		return nil, fmt.Errorf("%s: no folder like 02-no-obfuscation with a list called pairs", name)
	}
	return p.corpus(), nil
}

type panReader struct {
	categories map[string]*PANCategory
	texts      map[string]string
	bytes      int
}

func (p *panReader) folder(dir fs.FS) error {
	return fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !p.wants(name) {
			return err
		}
		f, err := dir.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		return p.take(name, f)
	})
}

func (p *panReader) archive(name string) error {
	f, err := Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for t := tar.NewReader(f); ; {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag == tar.TypeReg && p.wants(h.Name) {
			if err := p.take(h.Name, t); err != nil {
				return err
			}
		}
	}
}

// folderOf returns the name of the folder a file is in.
func folderOf(name string) string { return path.Base(path.Dir(name)) }

func isCategory(folder string) bool {
	digit := func(c byte) bool { return '0' <= c && c <= '9' }
	return len(folder) > 2 && digit(folder[0]) && digit(folder[1]) && folder[2] == '-'
}

func (p *panReader) wants(name string) bool {
	if isCategory(folderOf(name)) {
		return path.Base(name) == "pairs" || path.Ext(name) == ".xml"
	}
	return p.texts != nil && path.Ext(name) == ".txt" && (folderOf(name) == "src" || folderOf(name) == "susp")
}

// take reads one file that is wanted.
func (p *panReader) take(name string, r io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(r, maxPANFile+1))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if p.bytes += len(b); len(b) > maxPANFile || p.bytes > maxPANCorpus {
		return fmt.Errorf("%s: a file over %d bytes, or a corpus over %d", name, maxPANFile, maxPANCorpus)
	}
	base := path.Base(name)
	if !isCategory(folderOf(name)) {
		p.texts[base] = string(b)
		return nil
	}
	c := p.categories[folderOf(name)]
	if c == nil {
		c = &PANCategory{Name: folderOf(name)}
		p.categories[c.Name] = c
	}
	if base == "pairs" {
		return c.readPairs(name, b)
	}
	return c.readCases(name, b)
}

func (c *PANCategory) readPairs(name string, b []byte) error {
	return eachLine(bytes.NewReader(b), name, func(line []byte) error {
		f := strings.Fields(string(line))
		if len(f) != 2 {
			return fmt.Errorf("%q is not two file names", line)
		}
		c.Pairs = append(c.Pairs, [2]string{f[0], f[1]})
		return nil
	})
}

// readCases reads the features of a pair whose name ends in "plagiarism" and that
// name a source.
func (c *PANCategory) readCases(name string, b []byte) error {
	d, suspicious := xml.NewDecoder(bytes.NewReader(b)), ""
	for root := true; ; {
		tok, err := d.Token()
		line, _ := d.InputPos()
		if err == io.EOF && !root {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, line, err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		a := attributes(e)
		if root {
			suspicious, root = a["reference"], false
		}
		if e.Name.Local != "feature" || !strings.HasSuffix(a["name"], "plagiarism") || a["source_reference"] == "" {
			continue
		}
		x, err := caseOf(suspicious, a)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, line, err)
		}
		c.Cases = append(c.Cases, x)
	}
}

func attributes(e xml.StartElement) map[string]string {
	out := make(map[string]string, len(e.Attr))
	for _, a := range e.Attr {
		out[a.Name.Local] = a.Value
	}
	return out
}

func caseOf(suspicious string, a map[string]string) (Case, error) {
	c := Case{Suspicious: suspicious, Source: a["source_reference"]}
	for _, f := range []struct {
		name string
		to   *int
	}{{"this_offset", &c.ThisOffset}, {"this_length", &c.ThisLength}, {"source_offset", &c.SourceOffset}, {"source_length", &c.SourceLength}} {
		n, err := strconv.Atoi(strings.TrimSpace(a[f.name]))
		if err != nil {
			return c, fmt.Errorf("%s is %q, not a number", f.name, a[f.name])
		}
		*f.to = n
	}
	return c, c.check()
}

func (p *panReader) corpus() *PANCorpus {
	out := &PANCorpus{Texts: p.texts}
	for _, c := range p.categories {
		slices.SortFunc(c.Pairs, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
		slices.SortFunc(c.Cases, Case.compare)
		c.Pairs, c.Cases = slices.Compact(c.Pairs), slices.Compact(c.Cases)
		out.Categories = append(out.Categories, *c)
	}
	slices.SortFunc(out.Categories, func(a, b PANCategory) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Detection turns byte spans of two texts of the corpus into a Case, whose
// offsets are characters. Cost: linear in the texts up to the spans' ends.
func (c *PANCorpus) Detection(suspicious, source string, this, src shingle.Span) (Case, error) {
	out := Case{Suspicious: suspicious, Source: source}
	var err error
	if out.ThisOffset, out.ThisLength, err = c.characters(suspicious, this); err != nil {
		return out, err
	}
	out.SourceOffset, out.SourceLength, err = c.characters(source, src)
	return out, err
}

func (c *PANCorpus) characters(name string, s shingle.Span) (offset, length int, err error) {
	text, ok := c.Texts[name]
	if !ok || s.Lo < 0 || s.Hi < s.Lo || s.Hi > len(text) {
		return 0, 0, fmt.Errorf("%s: no bytes [%d,%d)", name, s.Lo, s.Hi)
	}
	return utf8.RuneCountInString(text[:s.Lo]), utf8.RuneCountInString(s.Of(text)), nil
}
