// Package report has what the commands print: one struct for each output, with a text and a
// JSON printer. The JSON is a contract: fields are added, never changed.
//
//	p := report.Printer{W: os.Stdout, Width: 100}
//	p.Story(&s)
//
// It reads no corpus and decides nothing.
package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"repost/dedup"
	"repost/dedup/collate"
	"repost/dedup/diff"
	"repost/shingle"
	"repost/shingle/mask"
	"repost/store/export"
)

// Story is a line of `clusters --json`:
//
//	{"story":"s1","size":2,"members":[{"id":"…","spans":[[lo,hi],…],"relation":"contains","coverage":0.48,
//	 "canonical":true,"source":"…","date":"…","title":"…"},…]}
//
// The canonical member comes first, the others follow by id. Spans are bytes of the
// document's text, ascending and disjoint. `scan --json` adds differences.
type Story struct {
	ID      string   `json:"story"`
	Size    int      `json:"size"`
	Members []Member `json:"members"`
	// Differences are those of each member to the canonical one, which is A.
	Differences []*Difference `json:"differences,omitempty"`
	// Lineage says of the members of `show STORY`, in the order of time, who copied whom.
	Lineage []Lineage `json:"lineage,omitempty"`
	// Bounded counts those whose texts were not compared for that.
	Bounded int `json:"lineage_bounded,omitempty"`
	// Head is the title of the canonical member, or how its part of the story begins.
	Head string `json:"-"`
}

// Member is a document's part in a story. Relation is that of the document to the
// canonical one, which has none: "".
type Member struct {
	ID        string         `json:"id"`
	Spans     []shingle.Span `json:"spans"`
	Relation  dedup.Relation `json:"relation"`
	Coverage  float64        `json:"coverage"` // share of the document's unmasked text
	Canonical bool           `json:"canonical"`
	Source    string         `json:"source"`
	Date      string         `json:"date"`                // of the first version of the document
	DateFrom  string         `json:"date_from,omitempty"` // see dedup.Document
	Revised   string         `json:"revised,omitempty"`   // the date of this version, if it is another
	Title     string         `json:"title"`
	URL       string         `json:"url,omitempty"`
}

// Difference is what `diff --json` prints:
//
//	{"a":{"id":"…","bytes":n},"b":{…},
//	 "relation":{"kind":"contained-in","coverage_a":0.99,"coverage_b":0.51,"identity":0.99,…},
//	 "blocks":[{"a":[lo,hi],"b":[lo,hi],"kind":"moved"},…],
//	 "changes":[{"a":[lo,hi],"b":[lo,hi],"a_text":"讲","b_text":"说","grade":"minor","class":"reporting-verb","reasons":["…"]},…],
//	 "masked_a":[{"span":[lo,hi],"reason":"footer"}],"masked_b":[…],"caps":[],
//	 "summary":{"substantive":n,"minor":n,"cosmetic":n,…}}
type Difference struct {
	A        Side              `json:"a"`
	B        Side              `json:"b"`
	Relation dedup.Relatedness `json:"relation"`
	*diff.Result
	Headline *Headline `json:"headline,omitempty"` // how the headlines differ; not in Summary
	// Direction says who copied whom; `diff` and `show` look for it.
	Direction *collate.Verdict `json:"direction,omitempty"`

	TextA, TextB string `json:"-"`
}

// Side is one of two documents. Spans are what was compared of it; none is all. Bytes
// and spans are those of its text as UTF-8; Encoding is that of a file which has
// another.
type Side struct {
	ID       string         `json:"id"`
	Bytes    int            `json:"bytes"`
	Encoding string         `json:"encoding,omitempty"`
	Spans    []shingle.Span `json:"spans,omitempty"`
}

// Document is what `show --json` prints of a document.
type Document struct {
	ID       string `json:"id"`
	URL      string `json:"url,omitempty"`
	Source   string `json:"source"`
	Credit   string `json:"credit,omitempty"` // see dedup.Document
	Date     string `json:"date"`
	DateFrom string `json:"date_from,omitempty"` // see dedup.Document
	Title    string `json:"title"`
	Origin   Origin `json:"origin"`
	Bytes    int    `json:"bytes"`
	Units    int    `json:"units"` // folded, masked ones included
	Live     int    `json:"live"`  // outside the masks
	Version  int    `json:"version"`
	// Masks are set aside by rule, and why.
	Masks   []mask.Mask `json:"masks"`
	Stories []Part      `json:"stories"`
	Residue Residue     `json:"residue"`
	Novelty *Novelty    `json:"novelty,omitempty"` // where it is asked for

	Text string `json:"-"`
}

// Origin says where a document was read.
type Origin struct {
	Path   string `json:"path"`
	Record int    `json:"record,omitempty"`
}

// Part is a document's part in one story, and who else is in it.
type Part struct {
	Story string         `json:"story"`
	Size  int            `json:"size"`
	Spans []shingle.Span `json:"spans"`
	Member
	With []Mate `json:"with"`
	More int    `json:"more,omitempty"` // members that With does not name
}

// Mate is another member of a story.
type Mate struct {
	ID        string         `json:"id"`
	Relation  dedup.Relation `json:"relation"`
	Canonical bool           `json:"canonical,omitempty"`
	// Direction says who copied whom: a is the document that is shown, b the mate.
	Direction *collate.Verdict `json:"direction,omitempty"`
	Source    string           `json:"source,omitempty"`
	Date      string           `json:"date,omitempty"`
}

// Residue is what of a document is in no story and under no mask.
type Residue struct {
	Units int            `json:"units"` // folded characters and words
	Spans []shingle.Span `json:"spans"`
}

// Match is a line of `find --json`: a document of the corpus that carries a text.
type Match struct {
	Query    string            `json:"query,omitempty"`
	ID       string            `json:"id"`
	Relation dedup.Relatedness `json:"relation"`  // of the text to the document
	Carried  float64           `json:"carried"`   // share of the text that the document has word for word; of a rewrite, that it says too
	Spans    []shingle.Span    `json:"spans"`     // these words in the text
	DocSpans []shingle.Span    `json:"doc_spans"` // and in the document
	Source   string            `json:"source"`
	Date     string            `json:"date"`
	Title    string            `json:"title"`
	URL      string            `json:"url,omitempty"`
	Stories  []string          `json:"stories"`           // stories that the document is in
	Version  int               `json:"version,omitempty"` // of the document, if it is an older one that carries the text
}

// Findings is a line of `find --follow`: what carries the text of a line of the input, those
// that carry most of it first.
type Findings struct {
	Line    int     `json:"line"`
	Query   string  `json:"query,omitempty"` // its id
	Error   string  `json:"error,omitempty"` // why it could not be read
	Matches []Match `json:"matches,omitzero"`
	More    int     `json:"more,omitempty"` // that --limit leaves out
}

// Printer prints. Errors stay in it: see Err.
type Printer struct {
	W     io.Writer
	JSON  bool
	Color bool
	Width int // columns of a line that is cut to fit; 0 is DefaultWidth
	Err   error
}

// DefaultWidth is the width of lines where no terminal has another.
const DefaultWidth = 100

// Columns returns the width of lines that are cut to fit.
func (p *Printer) Columns() int {
	if p.Width <= 0 {
		return DefaultWidth
	}
	return p.Width
}

func (p *Printer) printf(format string, args ...any) {
	if p.Err == nil {
		_, p.Err = fmt.Fprintf(p.W, format, args...)
	}
}

// object prints v as a line of JSON.
func (p *Printer) object(v any) {
	b, err := JSON(v)
	if err == nil {
		_, err = p.W.Write(b)
	}
	if p.Err == nil {
		p.Err = err
	}
}

// JSON returns v as a line of JSON that is safe to print: see export.Printable.
func JSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return export.Printable(b.Bytes()), err
}

// Object prints v as a line of JSON, whatever it is.
func (p *Printer) Object(v any) { p.object(v) }
