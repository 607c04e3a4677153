// Package collate compares all versions of one story with each other: at which
// places they differ from a base, who reads what there, and which versions go
// together.
//
//	c, err := collate.Collate(versions, collate.Options{Base: "page.txt"})
//	for _, p := range c.Places { fmt.Println(p.Base, p.Readings) }
//
// It stands on the differences of package diff, of each version to the base, and
// knows texts and keys, no documents. Results do not depend on the order in which
// versions are given. It also says who copied whom of two versions (Direction) and
// how much of a text was seen before (Assemble).
//
// Families name the readings that they share, so that a reader can check them. The tree
// (Join) is a picture of the distances: contamination is the rule among news outlets.
package collate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"repost/dedup/diff"
	"repost/shingle"
	"repost/shingle/mask"
)

// Version is one text of the story.
type Version struct {
	Key    string // unique; a document's id
	Source string // the outlet, as it calls itself
	Credit string // whom it names as its origin outside of Text; see dedup.Document
	Title  string
	Date   string // ISO 8601, with or without a time; any other has no date
	First  string // the date of the first version of its document, by which Direction goes, or ""
	Lang   string // of Text, a tag of BCP 47, or "" if nothing says it; nothing is compared by it
	Text   string
	Spans  []shingle.Span // the parts of Text that belong to the story; nil is all
	Masks  []mask.Mask
	Others [][]shingle.Span // see diff.Side
}

// Options change what is collated. The zero value is the default.
type Options struct {
	Base  string // key of the version the others are compared with; "" is the earliest
	Limit int    // the most different texts; 0 is DefaultLimit
	Rules shingle.Rules
	// Cosmetic makes places of cosmetic differences too, and readings of their own.
	Cosmetic bool
}

// DefaultLimit is the default of Options.Limit. Copies of one text count once, so
// that few stories reach it; 200 versions of 1,000 characters take about a second.
const DefaultLimit = 200

// Collation is what Collate found.
type Collation struct {
	Texts     int       `json:"texts"`     // different ones, of which Witnesses are compared
	Base      string    `json:"base"`      // siglum
	Witnesses []Witness `json:"witnesses"` // by date, then key
	Places    []Place   `json:"places"`    // by their place in the base, disjoint
	// Omissions are the passages of sentences that versions leave out, whole: among
	// Places each is cut at the places inside it.
	Omissions []Passage `json:"omissions"`
	Families  []Family  `json:"families"`
	// Unplaced are the sigla of versions that belong to no family or to several:
	// excerpts that carry none of the places that part families.
	Unplaced []string `json:"unplaced"`
	Caps     []string `json:"caps"` // bounds that were reached, in words

	text  string // of the base
	spans []shingle.Span
	masks []mask.Mask

	found   []variation // of the witnesses
	strands [][]strand
}

// Witness is one text of the story and the version that stands for it: the base,
// or the earliest that has it. Copies are the other versions with the same text,
// byte for byte.
type Witness struct {
	Siglum string   `json:"siglum"`
	Key    string   `json:"id"`
	Source string   `json:"source"`
	Title  string   `json:"title"`
	Copies []string `json:"copies,omitempty"`
	Date   string   `json:"date"` // the earliest of the version and its copies
	// Coverage is the share of the base's text that stands in this one.
	Coverage    float64 `json:"coverage"`
	Substantive int     `json:"substantive"` // changes from the base
	Minor       int     `json:"minor"`
	Cosmetic    int     `json:"cosmetic"`
	Singular    int     `json:"singular"` // readings and omissions that no other version has
	// Moved are passages of the base that stand elsewhere in this text.
	Moved []shingle.Span `json:"moved"`
	// Aside is what of it was not compared: bylines, datelines, sources. That of the base is in
	// Segments.
	Aside []string `json:"aside,omitempty"`
}

// Count returns how many versions a witness stands for.
func (w *Witness) Count() int { return 1 + len(w.Copies) }

// Kind says what a place is.
type Kind string

// The kinds of places.
const (
	Variant  Kind = "variant"  // versions have other words, more or fewer
	Omission Kind = "omission" // versions leave out a passage of sentences
)

// Place is a place of the base where versions differ in more than cosmetics. The
// witnesses of its readings and Lacking together are all witnesses, each once.
type Place struct {
	Base     shingle.Span `json:"base"` // empty where versions only add
	Kind     Kind         `json:"kind"`
	Grade    diff.Grade   `json:"grade"` // of the gravest reading
	Class    diff.Class   `json:"class"`
	Readings []Reading    `json:"readings"` // the lemma, which is the base's, first; then the most frequent
	// Lacking are the sigla of versions without the passage around the place.
	Lacking []string `json:"lacking,omitempty"`
}

// Reading is what versions have at a place. What differs in cosmetics alone is one
// reading, in the words of its earliest witness.
type Reading struct {
	Text      string   `json:"text"`
	Lemma     bool     `json:"lemma,omitempty"`
	Witnesses []string `json:"witnesses"` // sigla
	// Spans are where changed witnesses have it, in bytes of their texts, in the
	// order of Witnesses. The lemma has none.
	Spans     []shingle.Span `json:"spans,omitempty"`
	Count     int            `json:"count"` // versions, copies included
	Singleton bool           `json:"singleton,omitempty"`
	Grade     diff.Grade     `json:"grade,omitempty"`
	Class     diff.Class     `json:"class,omitempty"`
	Hint      string         `json:"hint,omitempty"`
	// Earliest is the siglum of the earliest dated witness, or nothing.
	Earliest string `json:"earliest,omitempty"`
	Date     string `json:"date,omitempty"`
}

// Passage is a passage of the base that some versions leave out.
type Passage struct {
	Base      shingle.Span `json:"base"`
	Witnesses []string     `json:"witnesses"` // sigla of those without it
	Count     int          `json:"count"`     // versions, copies included
}

// Collate compares versions. Their keys must be unique, and one of them must be
// Options.Base. It takes one diff.Compare for each different text but the base's,
// each bounded so that all together are.
func Collate(versions []Version, opt Options) (*Collation, error) {
	if len(versions) == 0 {
		return nil, fmt.Errorf("collate: no versions")
	}
	groups, base, err := groupCopies(framed(versions, opt.Base), opt.Base)
	if err != nil {
		return nil, err
	}
	c := &Collation{Texts: len(groups), Unplaced: []string{}, Caps: []string{}}
	limit := cmp.Or(max(0, opt.Limit), DefaultLimit)
	if len(groups) > limit {
		c.Caps = append(c.Caps, fmt.Sprintf("of %d different texts the base and the %d earliest of the others were compared", len(groups), limit-1))
		if base >= limit {
			groups[limit-1], base = groups[base], limit-1
		}
		groups = groups[:limit]
	}
	b := groups[base].head
	c.text, c.masks, c.spans = b.Text, b.Masks, clamp(b.Spans, len(b.Text))
	found := make([]variation, len(groups))
	c.found, c.strands = found, make([][]strand, len(groups))
	work := diff.DefaultWork / max(1, len(groups)/20)
	for i, g := range groups {
		w := g.witness(siglum(i))
		if i != base {
			r := diff.Compare(sideOf(&b), sideOf(&g.head), diff.Options{Rules: opt.Rules, Work: work})
			found[i] = variationOf(r, b.Text, g.head.Text, opt.Rules, opt.Cosmetic)
			c.strands[i] = strandsOf(r, g.head.Text)
			w.Substantive, w.Minor, w.Cosmetic = r.Summary.Substantive, r.Summary.Minor, r.Summary.Cosmetic
			w.Moved = append(w.Moved, found[i].moved...)
			for _, m := range r.MaskedB {
				if s := m.Span.Of(g.head.Text); !slices.ContainsFunc(found[i].edits, func(e edit) bool { return e.at.Overlaps(m.Span) }) {
					w.Aside = append(w.Aside, strings.TrimSpace(s))
				}
			}
			for _, why := range r.Caps {
				c.Caps = append(c.Caps, w.Siglum+": "+why)
			}
		}
		w.Coverage = c.coverage(&found[i])
		c.Witnesses = append(c.Witnesses, w)
	}
	c.Base = c.Witnesses[base].Siglum
	c.Places = c.findPlaces(found, opt)
	c.Omissions = c.passages(found)
	c.countSingular()
	c.findFamilies(found)
	return c, nil
}

// Spans returns the bytes of the base's text that belong to the story.
func (c *Collation) Spans() []shingle.Span { return c.spans }

// Text returns the text of the base, the whole of it.
func (c *Collation) Text() string { return c.text }

// Witness returns the witness with a siglum, or nil.
func (c *Collation) Witness(siglum string) *Witness {
	for i := range c.Witnesses {
		if c.Witnesses[i].Siglum == siglum {
			return &c.Witnesses[i]
		}
	}
	return nil
}

// group is the versions with one text. The head stands for them.
type group struct {
	head   Version
	copies []Version // the others
	first  Version   // the earliest
}

func (g *group) witness(siglum string) Witness {
	w := Witness{Siglum: siglum, Key: g.head.Key, Source: g.head.Source, Title: g.head.Title, Date: g.first.Date, Moved: []shingle.Span{}}
	for _, v := range g.copies {
		w.Copies = append(w.Copies, v.Key)
	}
	return w
}

// sideOf returns a version as it is compared: all of its spans are of the story, also what
// would be taken for a caption or another story of a page that nothing says the spans of.
func sideOf(v *Version) diff.Side {
	return diff.Side{Text: v.Text, Masks: v.Masks, Spans: clamp(v.Spans, len(v.Text)), Others: v.Others}
}

// framed returns versions with spans that hold all of their story, also what others lack:
// see diff.Frame. The base has what is in its frame next to any other version.
func framed(versions []Version, base string) []Version {
	out := slices.Clone(versions)
	at := 0
	for i, v := range out {
		if v.Key == base || base == "" && cmp.Or(InTime(v.Date, out[at].Date), cmp.Compare(v.Key, out[at].Key)) < 0 {
			at = i
		}
	}
	var spans []shingle.Span
	for i := range out {
		if i != at {
			b, _ := diff.Frame(sideOf(&versions[at]), sideOf(&versions[i]))
			spans = append(spans, b.Spans...)
		}
	}
	if out[at].Spans != nil && len(out) > 1 {
		out[at].Spans = shingle.Union(spans)
	}
	for i := range out {
		if i != at {
			_, v := diff.Frame(sideOf(&out[at]), sideOf(&versions[i]))
			out[i].Spans = v.Spans
		}
	}
	return out
}

// groupCopies sorts versions by date and key and groups those with one text. It
// returns the place of the group with the base.
func groupCopies(versions []Version, base string) ([]group, int, error) {
	versions = slices.Clone(versions)
	slices.SortFunc(versions, func(a, b Version) int { return cmp.Compare(a.Key, b.Key) })
	SortInTime(versions, func(v *Version) string { return v.Date })
	seen := map[string]bool{}
	at := map[string]int{}
	home := -1
	var groups []group
	for _, v := range versions {
		if seen[v.Key] {
			return nil, 0, fmt.Errorf("collate: two versions have the key %q", v.Key)
		}
		seen[v.Key] = true
		story := storyOf(&v)
		i, ok := at[story]
		if !ok {
			i = len(groups)
			at[story] = i
			groups = append(groups, group{head: v, first: v})
		}
		g := &groups[i]
		switch isBase := v.Key == base || base == "" && len(seen) == 1; {
		case isBase && ok:
			g.copies, g.head, home = append(g.copies, g.head), v, i
		case isBase:
			home = i
		case ok:
			g.copies = append(g.copies, v)
		}
	}
	if home < 0 {
		return nil, 0, fmt.Errorf("collate: no version has the key %q of the base", base)
	}
	for i := range groups {
		slices.SortFunc(groups[i].copies, func(a, b Version) int { return cmp.Compare(a.Key, b.Key) })
	}
	return groups, home, nil
}

// storyOf returns the text of a version's spans.
func storyOf(v *Version) string {
	if v.Spans == nil {
		return v.Text
	}
	var b strings.Builder
	for i, s := range clamp(v.Spans, len(v.Text)) {
		if i > 0 {
			b.WriteByte(0)
		}
		b.WriteString(s.Of(v.Text))
	}
	return b.String()
}

// clamp returns spans inside a text of n bytes, ascending and disjoint; nil is the
// whole.
func clamp(spans []shingle.Span, n int) []shingle.Span {
	if spans == nil {
		return []shingle.Span{{Lo: 0, Hi: n}}
	}
	return shingle.Clamp(spans, n)
}

// siglum returns the name of witness i: A … Z, AA, AB …
func siglum(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// Of returns the text of the story between two bytes of the base: what of it lies
// outside the story's spans is left out.
func (c *Collation) Of(at shingle.Span) string {
	var parts []string
	for _, s := range c.spans {
		if lo, hi := max(s.Lo, at.Lo), min(s.Hi, at.Hi); lo < hi {
			parts = append(parts, c.text[lo:hi])
		}
	}
	return strings.Join(parts, "")
}

// outside reports whether a place stands in no span of the story: a byline or a
// caption that another version has inside.
func (c *Collation) outside(at shingle.Span) bool { return at.Len() > 0 && overlap(c.spans, at) == 0 }

// lemma returns the base's text of a place.
func (c *Collation) lemma(at shingle.Span) string {
	if c.outside(at) {
		return at.Of(c.text)
	}
	return c.Of(at)
}

// Segment is a stretch of the base: the words of a place, or what all versions
// that have the passage share.
type Segment struct {
	Span   shingle.Span
	Text   string
	Place  int         // index into Places, or -1
	Masked mask.Reason // why it was not compared, or nothing
	Gap    bool        // text that is not of the story was passed before it
}

// Segments returns the story of the base in order: the texts, joined, are the
// text of its spans. Places outside of them are in no segment.
func (c *Collation) Segments() []Segment {
	var out []Segment
	next := 0
	for i, s := range c.spans {
		gap := i > 0
		add := func(seg Segment) {
			seg.Text = c.Of(seg.Span)
			seg.Gap, gap = gap, false
			out = append(out, seg)
		}
		at := s.Lo
		if len(out) > 0 {
			at = max(at, out[len(out)-1].Span.Hi) // a place went over the gap
		}
		last := i == len(c.spans)-1
		for ; next < len(c.Places); next++ {
			p := c.Places[next].Base
			if !last && p.Lo >= s.Hi && p.Hi > s.Hi {
				break
			}
			if c.outside(p) {
				continue
			}
			if at < p.Lo {
				c.plain(shingle.Span{Lo: at, Hi: p.Lo}, add)
			}
			add(Segment{Span: p, Place: next})
			at = max(at, p.Hi)
		}
		if at < s.Hi {
			c.plain(shingle.Span{Lo: at, Hi: s.Hi}, add)
		}
	}
	return out
}

// plain adds what no version varies, parted where masks begin and end.
func (c *Collation) plain(at shingle.Span, add func(Segment)) {
	for _, m := range c.masks {
		lo, hi := max(m.Span.Lo, at.Lo), min(m.Span.Hi, at.Hi)
		if lo >= hi {
			continue
		}
		if at.Lo < lo {
			add(Segment{Span: shingle.Span{Lo: at.Lo, Hi: lo}, Place: -1})
		}
		add(Segment{Span: shingle.Span{Lo: lo, Hi: hi}, Place: -1, Masked: m.Reason})
		at.Lo = hi
	}
	if at.Lo < at.Hi {
		add(Segment{Span: at, Place: -1})
	}
}

// countSingular counts what a version has alone: readings, and passages that it
// leaves out, each once however many pieces it is cut into.
func (c *Collation) countSingular() {
	n := map[string]int{}
	for _, p := range c.Places {
		for _, r := range p.Readings {
			if r.Singleton && p.Kind == Variant {
				n[r.Witnesses[0]]++
			}
		}
	}
	for _, o := range c.Omissions {
		if o.Count == 1 {
			n[o.Witnesses[0]]++
		}
	}
	for i := range c.Witnesses {
		c.Witnesses[i].Singular = n[c.Witnesses[i].Siglum]
	}
}
