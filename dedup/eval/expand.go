package eval

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"repost/shingle"
)

// An expansion builds the documents of a set from what is written of them.
type expansion struct {
	documents map[string]*draft
	order     []*draft
	families  map[string]map[string]bool // by story
	members   map[string]int             // documents by story
	size      int                        // bytes of the texts that were built
}

// maxExpanded bounds the texts of a set: some lines that each take the one before twice
// would fill any memory.
const maxExpanded = 16 << 20

// buildState says how far a document is built.
type buildState int

const (
	written buildState = iota
	building
	built
)

// builtPart is a paragraph of a built document, or a part of one.
type builtPart struct {
	shingle.Span
	mark  byte   // %, #, or 0 for words of a story
	story string // if mark is 0; "" is none
	taken bool
}

// take is what a document took of another.
type take struct {
	from   *draft
	story  string
	ranges []shingle.Span // bytes of from, in the order of the taking
	text   string         // of the ranges, a line each, before the edits
	edits  []placedEdit   // in order
	at     int            // where it begins in the document that took
	size   int            // bytes after the edits
}

// placedEdit is an edit in its place: bytes of take.text, and of what became of it.
type placedEdit struct {
	a, b         shingle.Span
	grade, class string
	new          string
}

// build builds d and all that it takes from.
func (x *expansion) build(d *draft) error {
	switch d.state {
	case built:
		return nil
	case building:
		return fmt.Errorf("%s: %s takes from itself, at once or by way of others", d.lines[0].at, d.ID)
	}
	d.state = building
	story, err := x.firstStory(d)
	if err != nil {
		return err
	}
	open := true // no line break before the first paragraph
	for _, l := range d.lines {
		if l.mark == '@' {
			name, families, _ := strings.Cut(l.words, " ")
			story = d.storyName(name)
			x.looksAlike(story, strings.Fields(families))
			continue
		}
		if !open {
			d.Text += "\n"
		}
		open = l.open
		if err := x.append(d, l, story); err != nil {
			return err
		}
		if x.size+len(d.Text) > maxExpanded {
			return fmt.Errorf("%s: the texts of the set grow past %d MB", l.at, maxExpanded>>20)
		}
	}
	x.size += len(d.Text)
	for _, s := range d.stories() {
		x.members[s]++
	}
	d.state = built
	return nil
}

// firstStory returns the story of what d takes first, or that of its own name. It builds
// all that d takes from.
func (x *expansion) firstStory(d *draft) (string, error) {
	story := ""
	for _, l := range d.lines {
		if l.mark != '>' {
			continue
		}
		from, _, err := x.source(d, l)
		if err != nil {
			return "", err
		}
		if err := x.build(from); err != nil {
			return "", err
		}
		if story == "" && !from.fragment {
			if _, story, err = x.ranges(d, l); err != nil {
				return "", err
			}
		}
	}
	if story == "" {
		story = d.ID
	}
	return story, nil
}

// looksAlike puts a story into families of look-alikes.
func (x *expansion) looksAlike(story string, families []string) {
	if len(families) > 0 && x.families[story] == nil {
		x.families[story] = make(map[string]bool)
	}
	for _, f := range families {
		x.families[story][f] = true
	}
}

// storyName returns the full name of a story, or "" for none.
func (d *draft) storyName(s string) string {
	switch {
	case s == "-":
		return ""
	case strings.Contains(s, "/"):
		return s
	}
	return d.file + "/" + s
}

// source returns the document that a line takes from, and what the line says about the
// part.
func (x *expansion) source(d *draft, l line) (from *draft, part string, err error) {
	id, part, _ := strings.Cut(l.words, " ")
	if !strings.Contains(id, "/") {
		id = d.file + "/" + id
	}
	if from = x.documents[id]; from == nil {
		return nil, "", fmt.Errorf("%s: there is no document %s to take from", l.at, id)
	}
	return from, strings.TrimSpace(part), nil
}

// append appends one line to the text of d.
func (x *expansion) append(d *draft, l line, story string) error {
	if l.mark == '>' {
		return x.take(d, l)
	}
	lo := len(d.Text)
	d.Text += l.words
	if strings.TrimSpace(l.words) == "" {
		return nil
	}
	p := builtPart{Span: shingle.Span{Lo: lo, Hi: len(d.Text)}, mark: l.mark}
	if l.mark == 0 && !d.fragment {
		p.story = story
		x.looksAlike(story, d.families)
	}
	d.pieces = append(d.pieces, p)
	return nil
}

// take appends what a line takes from another document.
func (x *expansion) take(d *draft, l line) error {
	from, _, err := x.source(d, l)
	if err != nil {
		return err
	}
	if from.fragment {
		return d.takeFragment(from, l)
	}
	t := take{from: from, at: len(d.Text)}
	if t.ranges, t.story, err = x.ranges(d, l); err != nil {
		return err
	}
	t.text = joined(from.Text, t.ranges)
	if t.edits, err = place(t.text, l.edits); err != nil {
		return err
	}
	edited := t.edited()
	t.size = len(edited)
	lo := t.at
	for s := range strings.SplitSeq(edited, "\n") {
		if strings.TrimSpace(s) != "" {
			d.pieces = append(d.pieces, builtPart{Span: shingle.Span{Lo: lo, Hi: lo + len(s)}, story: t.story, taken: true})
		}
		lo += len(s) + 1
	}
	d.Text += edited
	d.takes = append(d.takes, t)
	return nil
}

// takeFragment appends all of a piece that is no document.
func (d *draft) takeFragment(from *draft, l line) error {
	if len(l.edits) > 0 {
		return fmt.Errorf("%s: %s is taken as it is: write its lines here to change them", l.edits[0].at, from.ID)
	}
	for _, p := range from.pieces {
		p.Lo, p.Hi = p.Lo+len(d.Text), p.Hi+len(d.Text)
		d.pieces = append(d.pieces, p)
	}
	d.Text += from.Text
	return nil
}

// ranges returns the bytes that a line takes, and the story that they belong to.
func (x *expansion) ranges(d *draft, l line) (out []shingle.Span, story string, err error) {
	from, part, err := x.source(d, l)
	if err != nil {
		return nil, "", err
	}
	var paragraphs []builtPart
	for _, p := range from.pieces {
		if p.mark == 0 && p.story != "" {
			paragraphs = append(paragraphs, p)
		}
	}
	if strings.HasPrefix(part, `"`) {
		out, err = quotations(from.Text, part)
	} else {
		out, err = numbered(paragraphs, part)
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: taking from %s: %w", l.at, from.ID, err)
	}
	for _, s := range out {
		i, _ := slices.BinarySearchFunc(paragraphs, s.Lo, func(p builtPart, lo int) int { return cmp.Compare(p.Hi, lo+1) })
		for _, p := range paragraphs[i:] {
			if p.Lo >= s.Hi {
				break
			}
			if story == "" {
				story = p.story
			}
			if story != p.story {
				return nil, "", fmt.Errorf("%s: taking from %s: of two stories, %s and %s: take each by a line of its own", l.at, from.ID, story, p.story)
			}
		}
	}
	if story == "" {
		return nil, "", fmt.Errorf("%s: taking from %s: there are no words of a story", l.at, from.ID)
	}
	return adjoin(from.Text, out), story, nil
}

// quotations reads "a…b" "c…d": the bytes from the first a to the b that follows, and
// what stands in the text once without an ellipsis.
func quotations(text, part string) (out []shingle.Span, err error) {
	for _, q := range strings.Split(strings.Trim(part, `"`), `" "`) {
		a, b, ok := strings.Cut(q, "…")
		lo := strings.Index(text, a)
		if a == "" || lo < 0 {
			return nil, fmt.Errorf("%q does not stand there", a)
		}
		hi := lo + len(a)
		if ok {
			i := strings.Index(text[hi:], b)
			if b == "" || i < 0 {
				return nil, fmt.Errorf("%q does not stand there after %q", b, a)
			}
			hi += i + len(b)
		}
		out = append(out, shingle.Span{Lo: lo, Hi: hi})
	}
	return out, nil
}

// numbered reads 2-4 6: paragraphs, counted from 1. Nothing is all of them.
func numbered(paragraphs []builtPart, part string) (out []shingle.Span, err error) {
	if part == "" {
		part = fmt.Sprintf("1-%d", len(paragraphs))
	}
	for _, f := range strings.Fields(part) {
		a, b, ok := strings.Cut(f, "-")
		if !ok {
			b = a
		}
		lo, err := strconv.Atoi(a)
		hi, err2 := strconv.Atoi(b)
		if err != nil || err2 != nil || lo < 1 || hi < lo || hi > len(paragraphs) {
			return nil, fmt.Errorf("%q: it has the paragraphs 1 to %d", f, len(paragraphs))
		}
		for _, p := range paragraphs[lo-1 : hi] {
			out = append(out, p.Span)
		}
	}
	return out, nil
}

// adjoin joins spans that follow each other with nothing but white space between.
func adjoin(text string, spans []shingle.Span) (out []shingle.Span) {
	for _, s := range spans {
		if n := len(out); n > 0 && out[n-1].Hi <= s.Lo && strings.TrimSpace(text[out[n-1].Hi:s.Lo]) == "" {
			out[n-1].Hi = s.Hi
			continue
		}
		out = append(out, s)
	}
	return out
}

// joined returns the words of spans, a line each.
func joined(text string, spans []shingle.Span) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = s.Of(text)
	}
	return strings.Join(parts, "\n")
}

// place finds the place of each edit in text. One with "all" gives way to the others.
func place(text string, edits []edit) (out []placedEdit, err error) {
	for _, e := range edits {
		if e.all {
			continue
		}
		context := e.context()
		at := strings.Index(text, context)
		if n := strings.Count(text, context); n != 1 {
			return nil, fmt.Errorf("%s: %q stands %d times in what was taken: it has to be once", e.at, context, n)
		}
		out = append(out, e.changes(at)...)
	}
	slices.SortFunc(out, byPlace)
	single := slices.Clone(out)
	for _, e := range edits {
		if !e.all {
			continue
		}
		context, found := e.context(), false
		for lo := 0; ; {
			i := strings.Index(text[lo:], context)
			if i < 0 {
				break
			}
			c := e.changes(lo + i)
			if !slices.ContainsFunc(c, func(p placedEdit) bool { return clashes(single, p) }) {
				out, found = append(out, c...), true
			}
			lo += i + len(context)
		}
		if !found {
			return nil, fmt.Errorf("%s: %q stands nowhere in what was taken", e.at, context)
		}
	}
	slices.SortFunc(out, byPlace)
	for i := range out {
		if i > 0 && clash(out[i-1], out[i]) {
			return nil, fmt.Errorf("%s: two edits change %q", edits[0].at, out[i].a.Of(text))
		}
	}
	shift := 0
	for i := range out {
		e := &out[i]
		e.b = shingle.Span{Lo: e.a.Lo + shift, Hi: e.a.Lo + shift + len(e.new)}
		shift += len(e.new) - e.a.Len()
	}
	return out, nil
}

// clash reports whether two edits change the same words, or insert at one place.
func clash(p, q placedEdit) bool { return p.a.Overlaps(q.a) || p.a == q.a }

func byPlace(p, q placedEdit) int { return cmp.Or(p.a.Lo-q.a.Lo, p.a.Hi-q.a.Hi) }

// clashes reports whether p clashes with one of edits that are in order and do not clash.
func clashes(edits []placedEdit, p placedEdit) bool {
	i, _ := slices.BinarySearchFunc(edits, p, byPlace)
	return i < len(edits) && clash(edits[i], p) || i > 0 && clash(edits[i-1], p)
}

// changes returns the changes of an edit whose words begin at a place.
func (e *edit) changes(at int) (out []placedEdit) {
	for _, w := range e.words {
		if w.changed {
			out = append(out, placedEdit{a: shingle.Span{Lo: at, Hi: at + len(w.old)}, grade: e.grade, class: e.class, new: w.new})
		}
		at += len(w.old)
	}
	return out
}

// edited returns the text with its edits made.
func (t *take) edited() string {
	var b strings.Builder
	at := 0
	for _, e := range t.edits {
		b.WriteString(t.text[at:e.a.Lo])
		b.WriteString(e.new)
		at = e.a.Hi
	}
	b.WriteString(t.text[at:])
	return b.String()
}

// spans returns what carries a mark, or a story, in a built document.
func (d *draft) spans(mark byte, story string) []shingle.Span {
	var out []shingle.Span
	for _, p := range d.pieces {
		if p.mark == mark && p.story == story {
			out = append(out, p.Span)
		}
	}
	return adjoin(d.Text, out)
}

// stories returns the stories of a built document in the order of the text.
func (d *draft) stories() (out []string) {
	for _, p := range d.pieces {
		if p.mark == 0 && p.story != "" && !slices.Contains(out, p.story) {
			out = append(out, p.story)
		}
	}
	return out
}

// shared returns the bytes of each document that it took, or that another took of it.
func (x *expansion) shared() map[*draft][]shingle.Span {
	out := make(map[*draft][]shingle.Span)
	for _, d := range x.order {
		for _, t := range d.takes {
			out[d] = append(out[d], shingle.Span{Lo: t.at, Hi: t.at + t.size})
			out[t.from] = append(out[t.from], t.ranges...)
		}
	}
	for d, spans := range out {
		out[d] = shingle.Union(spans)
	}
	return out
}

// without returns the parts of a that are not in b; both are unions.
func without(a, b []shingle.Span) (out []shingle.Span) {
	for _, s := range a {
		for len(b) > 0 && b[0].Hi <= s.Lo {
			b = b[1:]
		}
		for _, t := range b {
			if t.Lo >= s.Hi {
				break
			}
			if s.Lo < t.Lo {
				out = append(out, shingle.Span{Lo: s.Lo, Hi: t.Lo})
			}
			s.Lo = min(t.Hi, s.Hi)
		}
		if s.Len() > 0 {
			out = append(out, s)
		}
	}
	return out
}
