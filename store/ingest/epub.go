package ingest

import (
	"archive/zip"
	"fmt"
	"io"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Books (EPUB, https://www.w3.org/TR/epub-33/): a zip archive of pages, with a file (OPF) that says
// what the book is and in which order its pages are read. A book is one document, its pages one
// after the other: where a page ends is often the choice of the program that made the file, and
// two editions of a book would not be compared with each other. Contents are no text of it.

// bookPackage is what is used of an OPF.
type bookPackage struct {
	Titles     []string `xml:"metadata>title"`
	Creators   []string `xml:"metadata>creator"`
	Languages  []string `xml:"metadata>language"`
	Publishers []string `xml:"metadata>publisher"`
	IDs        []string `xml:"metadata>identifier"`
	Dates      []struct {
		Event string `xml:"event,attr"`
		Value string `xml:",chardata"`
	} `xml:"metadata>date"`
	Meta []struct {
		Property string `xml:"property,attr"`
		Value    string `xml:",chardata"`
	} `xml:"metadata>meta"`
	Items []struct {
		ID         string `xml:"id,attr"`
		Href       string `xml:"href,attr"`
		Type       string `xml:"media-type,attr"`
		Properties string `xml:"properties,attr"`
	} `xml:"manifest>item"`
	Spine []struct {
		Ref string `xml:"idref,attr"`
	} `xml:"spine>itemref"`
	Guide []struct {
		Type string `xml:"type,attr"`
		Href string `xml:"href,attr"`
	} `xml:"guide>reference"`
}

// book reads the book in a zip archive. An *Error says what is missing of it.
func (o *officeReader) book(z *zip.Reader) ([]Field, error) {
	var container struct {
		Roots []struct {
			Path string `xml:"full-path,attr"`
		} `xml:"rootfiles>rootfile"`
	}
	if err := o.decode(z, "META-INF/container.xml", &container); err != nil {
		return nil, err
	}
	if len(container.Roots) == 0 {
		return nil, errNoMember
	}
	var p bookPackage
	root := container.Roots[0].Path
	if err := o.decode(z, root, &p); err != nil {
		return nil, err
	}
	locked := o.lockedMembers(z)
	missing, first := 0, ""
	for _, name := range p.pages(path.Dir(root)) {
		if locked[name] {
			return nil, fmt.Errorf("%s is encrypted: the book is protected against copies, and is not read", name)
		}
		text, err := o.page(z, name)
		if err == errNoMember {
			if missing++; missing == 1 {
				first = name
			}
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		o.w.endLine()
		o.w.line = append(o.w.line, text...)
		if o.w.b.Len()+len(text) > o.limit {
			return nil, tooLong(o.limit)
		}
	}
	fields := append(p.fields(), Field{"text", o.w.String()})
	if missing > 0 {
		return fields, &Error{Byte: -1, Err: fmt.Errorf("%d of the pages that the book names are not in it (%s)", missing, first)}
	}
	return fields, nil
}

// pages returns the members of the archive that are read, each once.
func (p *bookPackage) pages(folder string) (all []string) {
	member := func(href string) string {
		href, _, _ = strings.Cut(href, "#")
		if plain, err := url.PathUnescape(href); err == nil {
			href = plain
		}
		return path.Join(folder, href)
	}
	seen := map[string]bool{}
	for _, g := range p.Guide {
		seen[member(g.Href)] = g.Type == "toc"
	}
	items := map[string]string{}
	for _, item := range p.Items {
		if strings.Contains(item.Type, "html") || strings.HasSuffix(item.Type, "/x-dtbook+xml") {
			items[item.ID] = member(item.Href)
			seen[items[item.ID]] = seen[items[item.ID]] || slices.Contains(strings.Fields(item.Properties), "nav")
		}
	}
	for _, s := range p.Spine {
		if name := items[s.Ref]; name != "" && !seen[name] {
			all, seen[name] = append(all, name), true
		}
	}
	return all
}

// What programs write where nobody said a date or a title.
const noBookDate = "0101-01-01" // calibre

var noBookTitles = []string{"Unknown", "Unknown Title", "Untitled"}

func (p *bookPackage) fields() []Field {
	date, updated, made := "", "", ""
	for _, d := range p.Dates {
		switch v := strings.TrimSpace(d.Value); {
		case strings.HasPrefix(v, noBookDate):
		case d.Event == "modification":
			updated = v
		case date == "" || d.Event == "publication":
			date = v
		}
	}
	for _, m := range p.Meta {
		if m.Property == "dcterms:modified" {
			made = strings.TrimSpace(m.Value)
		}
	}
	first := func(all []string) string { return flat(strings.TrimSpace(firstOf(all...))) }
	title, day := first(p.Titles), Field{"date", date}
	if slices.Contains(noBookTitles, title) {
		title = ""
	}
	if date != "" && date == made {
		day.Name = fileDate
	}
	return filled([]Field{
		{"title", title}, day, {"updated", firstOf(updated, made)}, {"source", first(p.Publishers)}, {"language", first(p.Languages)},
		{"author", flat(strings.Join(p.Creators, "; "))}, {"edition", first(p.IDs)},
	})
}

// page returns the text of a page.
func (o *officeReader) page(z *zip.Reader, name string) (string, error) {
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return f.Name == name })
	if i < 0 {
		return "", errNoMember
	}
	in, err := openMember(z.File[i])
	if err != nil {
		return "", err
	}
	defer in.Close()
	b, err := readWhole(&unpacking{in, "zip", o.bound}, o.limit)
	if err != nil {
		return "", err
	}
	text, _, _ := decodePage(b, "", "")
	return htmlText(closedTags(text)), nil
}

// lockedMembers are those that the book says to be encrypted.
func (o *officeReader) lockedMembers(z *zip.Reader) map[string]bool {
	var list struct {
		Members []struct {
			URI string `xml:"URI,attr"`
		} `xml:"EncryptedData>CipherData>CipherReference"`
	}
	if o.decode(z, "META-INF/encryption.xml", &list) != nil {
		return nil
	}
	locked := map[string]bool{}
	for _, m := range list.Members {
		if name, err := url.PathUnescape(m.URI); err == nil {
			locked[name] = true
		}
	}
	return locked
}

// decode reads a member into a structure.
func (o *officeReader) decode(z *zip.Reader, name string, to any) error {
	dec, err := o.open(z, name)
	if err != nil {
		return err
	}
	defer dec.Close()
	dec.limit.allow(0)
	if err := dec.Decode(to); err != nil && err != io.EOF {
		return fmt.Errorf("%s: %w", name, dec.limit.why(err))
	}
	return nil
}

var emptyTag = regexp.MustCompile(`(?i)<(title|script|style|iframe|textarea|noscript|noframes|noembed|xmp)(\s[^<>]*)?/>`)

// closedTags returns a page of XHTML as HTML is written: <title/> and the like would hold all that
// follows.
func closedTags(page string) string {
	head := page[:min(len(page), 1000)]
	if !strings.HasPrefix(head, "<?xml") && !strings.Contains(head, "http://www.w3.org/1999/xhtml") {
		return page
	}
	return emptyTag.ReplaceAllString(page, "<$1$2></$1>")
}
