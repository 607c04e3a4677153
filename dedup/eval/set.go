package eval

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"repost/shingle"
)

// A set is written by hand: each text once, and for each copy the parts that it took and
// the words that it changed. Documents, spans of stories and recorded edits are computed
// from that, so a label cannot disagree with its text, and a reader of the set reads each
// text once. Cost: linear in the resulting texts, which have a bound.
//
// One txtar file has the documents of one event. Its name begins with the language
// (zh-ferry.txtar), its comment says what is hard about it. The id of a document is the
// name of the file and its own: zh-ferry/portal. A document has a header of "key: value"
// lines, an empty line, and a body:
//
//	source, date, title, url   as in any document
//	kind: footer light         what was done to it, for recall by kind
//	family: form:tender        look-alikes: the stories written here are not to be joined
//	                           with others of form:tender; form is their row in the report
//
// Each line of the body is a paragraph of the text. The first two characters say what
// it is:
//
//	% words     headline, byline, dateline, caption: claiming it costs nothing
//	# words     boilerplate: header, footer, navigation
//	@ name      what follows belongs to the story of this name, @ - to none; a family of
//	            this story alone may stand after the name
//	> ID        here stands the story of the document ID, word for word, or
//	> ID 2-4 6  these paragraphs of it, counted from 1, without headlines and boilerplate, or
//	> ID "a…b"  the words from a to b
//	~ grade class: words[-old-]{+new+}words
//	            an edit of what was taken by the > above. The words around it stand there
//	            once. With "class all" it is made wherever the old words stand and no other
//	            edit is. \n is a line break, \u200b the character of that number.
//
// Every other line is words of a story. A document without @ and > is a story of its own
// name; one that takes writes on in the story that it takes first. A \ at the end of a
// line keeps the next one in the same paragraph. A document whose name begins with _ is
// none, but a piece to be taken, all of it, by any other: a footer, say. It has no header.
//
// Two texts of a story, one made of the other, are a pair of recorded edits: those that
// are written, and the omissions, additions and line breaks that follow from what was
// taken. The words of a story that stand in one document alone are neutral: nobody
// carries them, so no cluster has to claim them.

// Set is a labelled set that was written by hand.
type Set struct {
	Documents []SetDocument
	Gold      []GoldDocument // of each document, in the same order; spans in bytes of its text
	Edits     []EditPair     // the texts are those of the spans of one story, in two documents
}

// SetDocument is a document of a set. Its fields are those of dedup.Document.
type SetDocument struct {
	ID, URL, Source, Date, Title, Text, DateFrom, Credit string
}

// ReadSet reads the txtar files of a folder.
func ReadSet(folder fs.FS) (*Set, error) {
	names, err := fs.Glob(folder, "*.txtar")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("no file of the folder ends in .txtar")
	}
	x := &expansion{documents: make(map[string]*draft), families: make(map[string]map[string]bool), members: make(map[string]int)}
	for _, name := range names {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		if err := x.read(name, data); err != nil {
			return nil, err
		}
	}
	return x.set()
}

// draft is a document as it is written, and then as it is built.
type draft struct {
	SetDocument
	file     string // "zh-ferry"
	kind     []string
	families []string
	fragment bool   // a piece to be taken, and no document
	at       string // file:line, for messages
	header   bool   // while it is read: the body has not begun
	lines    []line

	state  buildState
	pieces []builtPart
	takes  []take
}

// line is a line of a body.
type line struct {
	at    string // file:line, for messages
	mark  byte   // one of % # @ >, or 0
	words string
	open  bool   // the next line continues the same paragraph
	edits []edit // of a line with >
}

// edit is a line with ~.
type edit struct {
	at           string
	grade, class string
	all          bool
	words        []words
}

// words are words that stay, or old ones that are exchanged for new ones.
type words struct {
	old, new string
	changed  bool
}

// markerPattern matches the line before a document.
var markerPattern = regexp.MustCompile(`^-- (\S+) --$`)

// read reads one file.
func (x *expansion) read(name string, data []byte) error {
	if !utf8.Valid(data) {
		return fmt.Errorf("%s: not UTF-8", name)
	}
	var d *draft // nil in the comment
	file, n := strings.TrimSuffix(path.Base(name), ".txtar"), 0
	for s := range strings.Lines(string(data)) {
		n++
		s = strings.TrimRight(s, "\r\n")
		at := fmt.Sprintf("%s:%d", name, n)
		m := markerPattern.FindStringSubmatch(s)
		switch {
		case m != nil:
			if err := d.complete(); err != nil {
				return err
			}
			d = &draft{SetDocument: SetDocument{ID: file + "/" + m[1]}, file: file, fragment: strings.HasPrefix(m[1], "_"), at: at}
			if d.header = !d.fragment; x.documents[d.ID] != nil {
				return fmt.Errorf("%s: document %s a second time", at, d.ID)
			}
			x.documents[d.ID], x.order = d, append(x.order, d)
		case d != nil:
			if err := d.line(s, at); err != nil {
				return fmt.Errorf("%s: %w", at, err)
			}
		}
	}
	if d == nil {
		return fmt.Errorf("%s: no document in it; one begins with a line -- NAME --", name)
	}
	return d.complete()
}

// complete reports a document without a text.
func (d *draft) complete() error {
	if d != nil && len(d.lines) == 0 {
		return fmt.Errorf("%s: document %s has no text; its header ends with an empty line", d.at, d.ID)
	}
	return nil
}

// line reads a line of the header or of the body.
func (d *draft) line(s, at string) error {
	switch {
	case !d.header:
		return d.body(s, at)
	case s == "":
		d.header = false
		return nil
	}
	return d.head(s)
}

func (d *draft) head(s string) error {
	key, value, ok := strings.Cut(s, ": ")
	if !ok {
		return fmt.Errorf("%q in the header: write key: value, and an empty line before the text", s)
	}
	switch key {
	case "source":
		d.Source = value
	case "date":
		d.Date = value
	case "title":
		d.Title = value
	case "url":
		d.URL = value
	case "kind":
		d.kind = strings.Fields(value)
	case "family":
		d.families = strings.Fields(value)
	default:
		return fmt.Errorf("%q in the header: the keys are source, date, title, url, kind and family", key)
	}
	return nil
}

func (d *draft) body(s, at string) error {
	l := line{at: at}
	if rest, ok := strings.CutPrefix(s, "~ "); ok {
		return d.edit(rest, at)
	}
	s, l.open = strings.CutSuffix(s, `\`)
	if len(s) > 1 && s[1] == ' ' && strings.IndexByte("%#@>", s[0]) >= 0 {
		l.mark, s = s[0], s[2:]
	}
	l.words = s
	d.lines = append(d.lines, l)
	return nil
}

// changePattern matches [-old-]{+new+}, either half of which may be missing, as wdiff
// writes changes.
var changePattern = regexp.MustCompile(`\[-(.*?)-\](?:\{\+(.*?)\+\})?|\{\+(.*?)\+\}`)

// edit reads a line with ~, which belongs to the line with > before it.
func (d *draft) edit(s, at string) error {
	last := len(d.lines) - 1
	if last < 0 || d.lines[last].mark != '>' {
		return errors.New("~ has no > above it: an edit changes what was taken")
	}
	what, text, ok := strings.Cut(s, ": ")
	e := edit{at: at}
	f := strings.Fields(what)
	if e.all = len(f) == 3 && f[2] == "all"; e.all {
		f = f[:2]
	}
	if !ok || len(f) != 2 {
		return fmt.Errorf("%q: write ~ grade class: words[-old-]{+new+}words", s)
	}
	if e.grade, e.class = f[0], f[1]; gravity(e.grade) < 0 {
		return fmt.Errorf("%q is no grade: cosmetic, minor or substantive", e.grade)
	}
	if err := e.parse(text); err != nil {
		return err
	}
	d.lines[last].edits = append(d.lines[last].edits, e)
	return nil
}

// parse cuts the text of an edit into words that stay and words that change.
func (e *edit) parse(text string) error {
	end, changed := 0, false
	for _, m := range changePattern.FindAllStringSubmatchIndex(text, -1) {
		e.words = append(e.words, words{old: text[end:m[0]]})
		w := words{changed: true}
		if m[2] >= 0 {
			w.old = text[m[2]:m[3]]
		}
		for _, k := range []int{4, 6} {
			if m[k] >= 0 {
				w.new = text[m[k]:m[k+1]]
			}
		}
		if w.old == w.new {
			return fmt.Errorf("%q: nothing is changed", text[m[0]:m[1]])
		}
		e.words, end, changed = append(e.words, w), m[1], true
	}
	if !changed {
		return fmt.Errorf("%q: no change in it; write words[-old-]{+new+}words", text)
	}
	e.words = append(e.words, words{old: text[end:]})
	for i := range e.words {
		w := &e.words[i]
		var err, err2 error
		w.old, err = unescape(w.old)
		w.new, err2 = unescape(w.new)
		if err := errors.Join(err, err2); err != nil {
			return err
		}
	}
	if e.context() == "" {
		return fmt.Errorf("%q: an insertion needs words around it, to say where it is", text)
	}
	return nil
}

// context returns the words as they stand before the edit.
func (e *edit) context() string {
	var b strings.Builder
	for _, w := range e.words {
		b.WriteString(w.old)
	}
	return b.String()
}

// escapePattern matches what unescape replaces.
var escapePattern = regexp.MustCompile(`\\(?:n|u[0-9a-fA-F]{4})`)

// unescape replaces \n and \u200b by their characters.
func unescape(s string) (string, error) {
	var err error
	s = escapePattern.ReplaceAllStringFunc(s, func(m string) string {
		if m == `\n` {
			return "\n"
		}
		r, e := strconv.ParseUint(m[2:], 16, 32)
		if e != nil || r >= 0xd800 && r < 0xe000 {
			err = fmt.Errorf("%s is no character", m)
		}
		return string(rune(r))
	})
	return s, err
}

// set builds all documents and labels them.
func (x *expansion) set() (*Set, error) {
	s := new(Set)
	for _, d := range x.order {
		if err := x.build(d); err != nil {
			return nil, err
		}
	}
	shared := x.shared()
	for _, d := range x.order {
		if d.fragment {
			continue
		}
		s.Documents = append(s.Documents, d.SetDocument)
		s.Gold = append(s.Gold, x.gold(d, shared[d]))
		s.Edits = append(s.Edits, x.pairs(d)...)
	}
	if len(s.Documents) == 0 {
		return nil, errors.New("no document in the set, only pieces to be taken")
	}
	return s, nil
}

// gold returns the labels of a built document. What of a story is not shared is neutral.
func (x *expansion) gold(d *draft, shared []shingle.Span) GoldDocument {
	language, _, _ := strings.Cut(d.file, "-")
	g := GoldDocument{ID: d.ID, Boilerplate: d.spans('#', ""), Neutral: d.spans('%', "")}
	for _, story := range d.stories() {
		o := GoldStory{Story: story, Spans: d.spans(0, story), Kind: append([]string{language}, d.kind...)}
		o.Neg = slices.AppendSeq(o.Neg, maps.Keys(x.families[story]))
		slices.Sort(o.Neg)
		g.Stories = append(g.Stories, o)
		if x.members[story] > 1 {
			g.Neutral = append(g.Neutral, without(o.Spans, shared)...)
		}
	}
	g.Neutral = union(g.Neutral)
	return g
}

// SetReport is how a set was answered: the stories of its documents and the edits of its
// pairs.
type SetReport struct {
	Passages    *PassageReport    `json:"passages"`
	Differences *DifferenceReport `json:"differences"`
}

// WriteText writes both reports, one after the other.
func (r *SetReport) WriteText(w io.Writer) error {
	if err := r.Passages.WriteText(w); err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return err
	}
	return r.Differences.WriteText(w)
}

// Figures lists the figures worth keeping.
func (r *SetReport) Figures() []Figure {
	return append(r.Passages.Figures(), r.Differences.Figures()...)
}
