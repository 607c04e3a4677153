package ingest

import (
	"bufio"
	"encoding/xml"
	"io"
	"iter"
	"strconv"
	"strings"

	"repost/dedup"
)

// Dumps of MediaWiki (https://www.mediawiki.org/xml/export-0.11.xsd): pages, each with one
// revision or with all of them. A revision is a record. Its id is the title of its page, so that
// the revisions of a page are versions of one document, and its date is the moment of the
// revision. The text is what a reader of the wiki sees (wikitext.go). Redirects, templates, and
// what is no text of a wiki are passed over and counted. Memory holds one revision.

// wikiSpaces are namespaces of pages that are no text: messages of the wiki, templates, modules.
var wikiSpaces = map[string]string{"8": "message of the wiki", "10": "template", "828": "module"}

// wikiRevision is a revision as the dump has it.
type wikiRevision struct {
	ID      string `xml:"id"`
	Parent  string `xml:"parentid"`
	Time    string `xml:"timestamp"`
	User    string `xml:"contributor>username"`
	Address string `xml:"contributor>ip"`
	Comment string `xml:"comment"`
	Model   string `xml:"model"`
	Text    string `xml:"text"`
}

// wikiPage is what stands before the revisions of a page.
type wikiPage struct {
	title, space, id string
	redirect         bool
}

// wikiRows reads a dump.
func (r *run) wikiRows(s *source, in *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		b := &budget{in: in, limit: int64(r.opt.MaxRecord)}
		d := xml.NewDecoder(b)
		d.Strict, d.Entity = false, xml.HTMLEntity
		d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
		site, page, n := "", wikiPage{}, 0
		for {
			at := d.InputOffset()
			b.read = 0
			t, err := d.Token()
			start, isStart := t.(xml.StartElement)
			var rev wikiRevision
			if err == nil && isStart {
				switch start.Name.Local {
				case "sitename":
					err = d.DecodeElement(&site, &start)
				case "page":
					page = wikiPage{}
				case "title":
					err = d.DecodeElement(&page.title, &start)
				case "ns":
					err = d.DecodeElement(&page.space, &start)
				case "id":
					err = d.DecodeElement(&page.id, &start)
				case "redirect":
					page.redirect = true
				case "revision":
					n++
					err = d.DecodeElement(&rev, &start)
				}
			}
			switch {
			case err == io.EOF && n > 0 && d.InputOffset() == at:
				return
			case err != nil:
				if _, wrong := err.(*xml.SyntaxError); wrong || err == io.EOF {
					err = errWiki
				}
				yield(row{}, &Error{Record: n + 1, Byte: at, Fatal: true, Err: err})
				return
			case !isStart || start.Name.Local != "revision":
				continue
			}
			w, kind := page.row(&rev, site)
			if kind != "" {
				if r.opt.Notes != nil {
					addTo(&r.opt.Notes.Skipped, kind, Origin{Path: s.path, Record: n, Byte: at})
				}
				continue
			}
			w.number, w.at, w.length = n, at, d.InputOffset()-at
			if !yield(w, nil) {
				return
			}
		}
	}
}

type wikiError struct{}

func (wikiError) Error() string { return "the dump of MediaWiki is cut short, or damaged here" }

var errWiki = wikiError{}

// row returns the record of a revision, or which kind of page it is that is passed over.
func (p *wikiPage) row(rev *wikiRevision, site string) (w row, kind string) {
	switch {
	case p.redirect || wikiRedirect.MatchString(rev.Text):
		return w, "redirect"
	case wikiSpaces[p.space] != "":
		return w, wikiSpaces[p.space]
	case rev.Model != "" && rev.Model != "wikitext" && rev.Model != "text":
		return w, "model " + rev.Model
	}
	text := wikiText(strings.ToValidUTF8(rev.Text, "\ufffd"))
	if text == "" {
		return w, "page without a text"
	}
	id := strings.TrimSpace(p.title)
	if id == "" {
		id = p.id
	}
	who := rev.User
	if who == "" {
		who = rev.Address
	}
	for _, f := range []Field{
		{"id", id}, {"page", p.id}, {"namespace", p.space}, {"revision", rev.ID}, {"parent", rev.Parent}, {"source", site},
		{"date", rev.Time}, {"title", strings.TrimSpace(p.title)}, {"contributor", who}, {"comment", rev.Comment}, {"text", text},
	} {
		value, _ := f.Value.(string)
		if n, err := strconv.ParseInt(value, 10, 64); err == nil && f.Name != "id" && f.Name != "title" && f.Name != "comment" && f.Name != "contributor" {
			f.Value = n
		}
		if value != "" {
			w.fields = append(w.fields, f)
		}
	}
	w.doc = &dedup.Document{ID: id, Source: site, Date: rev.Time, Title: strings.TrimSpace(p.title), Text: text}
	w.updated, w.version = rev.Time, true
	return w, ""
}

// budget ends a reader that gives more than a limit before read is set back: a record that is too
// long.
type budget struct {
	in          io.Reader
	read, limit int64
}

func (b *budget) Read(p []byte) (int, error) {
	if b.limit > 0 && b.read > b.limit+1<<16 {
		return 0, tooLong(int(b.limit))
	}
	n, err := b.in.Read(p)
	b.read += int64(n)
	return n, err
}
