package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"

	"repost/cmd/repost/internal/report"
	"repost/shingle"
)

//go:embed templates/*.html assets/*
var files embed.FS

// templates are the pages, each in the layout.
var templates = sync.OnceValue(func() map[string]*template.Template {
	out := map[string]*template.Template{}
	for _, name := range []string{"overview", "stories", "documents", "story", "document", "history", "find", "notes", "framed", "later", "error"} {
		out[name] = template.Must(template.New("layout.html").Funcs(functions).ParseFS(files, "templates/layout.html", "templates/parts.html", "templates/"+name+".html"))
	}
	return out
})

var functions = template.FuncMap{
	"label": report.Label, "thousands": func(n any) string { return report.Thousands(toInt(n)) },
	"percent": func(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) },
	"dict":    dict, "add": func(a, b int) int { return a + b }, "langOf": report.Language,
	"bytes": func(n any) string { return size(toInt(n)) }, "when": report.When,
}

func toInt(n any) int {
	switch v := n.(type) {
	case int:
		return v
	case int64:
		return int(v)
	case uint64:
		return int(v)
	}
	return 0
}

func size(n int) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("a key without a value")
	}
	out := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		out[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return out, nil
}

// sheet is what a template is given.
type sheet struct {
	s        *Server
	Lang     string
	Name     string // of the page
	Data     any
	Path     string // of the request, with its parameters
	ReadOnly bool
	Static   bool
	Style    template.CSS // of a folder of pages, or of a framed page
	Body     template.HTML
	Title    string
	Refresh  bool
	View     string // of two versions, as the address has it

	between map[[2]string]int // notes on pairs of documents: see NotesBetween
}

// Count is a number of things in words: the word of a key has one form, or two for one and
// for several, with {} for the number.
func (p *sheet) Count(key string, n int) string {
	one, many, ok := strings.Cut(p.T("count-"+key), "|")
	if ok && n != 1 {
		one = many
	}
	return strings.ReplaceAll(one, "{}", report.Thousands(n))
}

// T is a word of the interface.
func (p *sheet) T(key string) string { return word(p.Lang, key) }

// Relation is a relation in words.
func (p *sheet) Relation(r any) string {
	key := "relation-" + fmt.Sprint(r)
	if w := word(p.Lang, key); w != key {
		return w
	}
	return fmt.Sprint(r)
}

// Reason is the reason of a mask in words.
func (p *sheet) Reason(r any) string {
	key := "mask-" + fmt.Sprint(r)
	if w := word(p.Lang, key); w != key {
		return w
	}
	return fmt.Sprint(r)
}

// To is the address of a page: its path, and names and values of parameters.
func (p *sheet) To(path string, pairs ...any) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if s := fmt.Sprint(pairs[i+1]); s != "" {
			v.Add(fmt.Sprint(pairs[i]), s)
		}
	}
	address := path
	if len(v) > 0 {
		address += "?" + v.Encode()
	}
	if p.s.linked != nil {
		return p.s.linked(address)
	}
	return address
}

// Asset is the address of a file of the server's own.
func (p *sheet) Asset(name string) string { return "/assets/" + name }

// OtherLang is the language that the switch goes to.
func (p *sheet) OtherLang() string {
	if p.Lang == "zh" {
		return "en"
	}
	return "zh"
}

// Switched is the address of this page in the other language.
func (p *sheet) Switched() string {
	u, err := url.Parse(p.Path)
	if err != nil {
		return "/?lang=" + p.OtherLang()
	}
	q := u.Query()
	q.Set("lang", p.OtherLang())
	u.RawQuery = q.Encode()
	return u.String()
}

// render makes a page. What of its policy depends on the page goes into h, if there is one.
func (s *Server) render(w io.Writer, h http.Header, r *http.Request, name string, data any) error {
	p := &sheet{s: s, Lang: s.language(r), Name: name, Data: data, Path: r.URL.RequestURI(), ReadOnly: s.opt.ReadOnly || s.opt.Static, Static: s.opt.Static}
	if r.Method != http.MethodGet {
		p.Path = r.URL.Path
	}
	story, ok := data.(*Story) // while it is pending nothing can be chosen that opening it again would lose
	p.Refresh = r.Method == http.MethodGet && (name == "later" || ok && story.Pending)
	if s.opt.Static {
		style, err := files.ReadFile("assets/style.css")
		if err != nil {
			return err
		}
		p.Style = template.CSS(style)
	}
	switch v := data.(type) {
	case *Pair:
		body, err := p.difference(v, r)
		if err != nil {
			return err
		}
		p.frame(h, body, report.Label(v.A.ID)+" → "+report.Label(v.B.ID))
	case *report.Collation:
		var b bytes.Buffer
		printer := report.Printer{W: &b}
		if printer.FramedCollation(v, report.Framing{Say: report.Translated(p.Lang)}); printer.Err != nil {
			return printer.Err
		}
		p.frame(h, b.String(), v.Story)
		p.Data = framed{Story: v.Story}
	}
	if p.Body != "" {
		name = "framed"
	}
	return templates()[name].Execute(w, p)
}

// frame takes a whole page of package report apart: its style and what stands in its
// body. Both are its own markup round escaped texts.
func (p *sheet) frame(h http.Header, page, title string) {
	style := strings.NewReplacer(":root {", ":scope {", "\nbody {", "\n:scope {", " body {", " :scope {").Replace(between(page, "<style>", "</style>"))
	p.Style += template.CSS("@scope (.framed) {" + style + "}")
	p.Body = template.HTML(between(page, "<body>", "</body>"))
	p.Title = title
	if h != nil {
		allowStyle(h, string(p.Style))
	}
}

// allowStyle lets a page have one style of its own, which is named by its hash.
func allowStyle(h http.Header, style string) {
	sum := sha256.Sum256([]byte(style))
	source := "style-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	h.Set("Content-Security-Policy", strings.Replace(policy, "style-src 'self'", source, 1))
}

func between(s, open, end string) string {
	_, s, _ = strings.Cut(s, open)
	s, _, _ = strings.Cut(s, end)
	return s
}

// Clean returns text without what no page may hold: controls, and marks that turn the
// direction of what follows. The template escapes the rest.
func (p *sheet) Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// Segment is a part of a document's text and what it is.
type Segment struct {
	Text   string
	Kind   string // story, mask, residue, or "" for what stands between
	Story  int    // from 1
	Reason string
	ID     string // of the story
}

// Segments takes the part of a document's text that a page shows apart, by the stories it
// carries and what is set aside. Where stories overlap, the first has it. The cost is that
// of sorting the ends of all spans, and of the spans over each place.
func (p *sheet) Segments(d *Paper) []Segment {
	window := d.parts[d.Part-1]
	type mark struct {
		span shingle.Span
		seg  Segment
	}
	var marks []mark
	add := func(s shingle.Span, seg Segment) {
		if s.Lo, s.Hi = max(s.Lo, window.Lo), min(s.Hi, window.Hi); s.Lo < s.Hi {
			marks = append(marks, mark{s, seg})
		}
	}
	for i, part := range d.Stories {
		for _, s := range part.Spans {
			add(s, Segment{Kind: "story", Story: i + 1, ID: part.Story})
		}
	}
	for _, m := range d.Masks {
		add(m.Span, Segment{Kind: "mask", Reason: string(m.Reason)})
	}
	for _, s := range d.Residue.Spans {
		add(s, Segment{Kind: "residue"})
	}
	type end struct{ at, mark int }
	var ends []end
	for i, m := range marks {
		ends = append(ends, end{m.span.Lo, i}, end{m.span.Hi, i})
	}
	slices.SortFunc(ends, func(a, b end) int { return a.at - b.at })
	var out []Segment
	var open []int // marks over this place, ascending
	at, shown := window.Lo, -2
	to := func(place int) {
		if place == at {
			return
		}
		now := -1
		if len(open) > 0 {
			now = open[0]
		}
		if now == shown {
			out[len(out)-1].Text += p.Clean(d.Text[at:place])
		} else {
			seg := Segment{}
			if now >= 0 {
				seg = marks[now].seg
			}
			seg.Text = p.Clean(d.Text[at:place])
			out = append(out, seg)
		}
		at, shown = place, now
	}
	for _, e := range ends {
		to(e.at)
		if i, there := slices.BinarySearch(open, e.mark); there {
			open = slices.Delete(open, i, i+1)
		} else {
			open = slices.Insert(open, i, e.mark)
		}
	}
	to(window.Hi)
	return out
}

// Mates are the members of a story that the page of a document names.
func (p *sheet) Mates(d *Paper, s report.Part) []report.Mate {
	const most = 200 // on the page
	return s.With[:min(len(s.With), max(2, most/len(d.Stories)))]
}

// asset sends a file of the server's own.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	b, err := files.ReadFile("assets/" + name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	kind := map[string]string{"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}[name[strings.LastIndexByte(name, '.')+1:]]
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(b)
}

// addressOf is the page of a note's subject.
func addressOf(subject string) string {
	kind, id, _ := strings.Cut(subject, "/")
	if kind == "change" {
		if a, b, _ := changeOf(subject); a != "" && b != "" {
			return "/diff?" + url.Values{"a": {a}, "b": {b}}.Encode()
		}
		return "/notes"
	}
	if plain, err := url.PathUnescape(id); err == nil {
		id = plain
	}
	switch kind {
	case "story":
		return "/story?id=" + url.QueryEscape(id)
	case "document":
		return "/document?id=" + url.QueryEscape(id)
	}
	return "/notes"
}
