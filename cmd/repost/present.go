package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/collate"
	"repost/dedup/detect"
	"repost/dedup/diff"
	"repost/shingle"
	"repost/store"
)

// presenter makes reports of what a corpus holds. It is not safe for concurrent use.
type presenter struct {
	corpus *store.Corpus
	scheme *detect.Scheme
	linker detect.Linker
	ids    map[uint32]string // of stories that were met, by number: see storyIDs
	shape  diff.Options      // of the differences that it shows

	related struct { // see relation
		a, b *detect.Text
		is   dedup.Relatedness
	}
	urls       map[uint64][]uint32        // see sharedURLs; nil if nobody has looked
	known      map[uint32]collate.Version // members whose texts were read: see memberVersion
	knownBytes int
}

func newPresenter(c *store.Corpus) *presenter {
	return &presenter{corpus: c, scheme: schemeOf(c), linker: detect.Linker{Keep: true}}
}

// schemeOf returns the scheme of a corpus, or, without one, the default.
func schemeOf(c *store.Corpus) *detect.Scheme {
	if c == nil {
		return &detect.DefaultScheme
	}
	return c.Scheme()
}

// side is a text to be compared, and the parts of it that count; nil is all.
type side struct {
	id       string
	text     *detect.Text
	spans    []shingle.Span
	encoding string           // of a file, if it is not UTF-8
	origin   dedup.Document   // of a document of the corpus: its outlet, date and so on
	first    string           // the date of its first version
	others   [][]shingle.Span // the parts that other stories have
}

func (t *presenter) side(id, text string) *side { return &side{id: id, text: t.scheme.Prepare(text)} }

// all is a side's whole text, as spans.
func (s *side) all() []shingle.Span { return []shingle.Span{{Hi: len(s.text.Source)}} }

// story describes a story and its members.
func (t *presenter) story(s *dedup.Story) (*report.Story, error) {
	r, err := t.members(s)
	if err != nil {
		return nil, err
	}
	canonical, err := t.corpus.Document(s.Members[0].Doc)
	if err != nil {
		return nil, err
	}
	r.Head = headOf(&canonical, s.Members[0].Spans)
	return r, nil
}

// members is story without its head: it reads no text.
func (t *presenter) members(s *dedup.Story) (*report.Story, error) {
	r := &report.Story{ID: s.ID, Size: len(s.Members)}
	for _, m := range s.Members {
		meta, err := t.corpus.Meta(m.Doc)
		if err != nil {
			return nil, err
		}
		x := member(&m, &meta.Document)
		if err := t.sinceFirst(&meta); err != nil {
			return nil, err
		}
		if meta.Date != x.Date {
			x.Date, x.DateFrom, x.Revised = meta.Date, meta.DateFrom, x.Date
		}
		r.Members = append(r.Members, x)
	}
	return r, nil
}

func member(m *dedup.Member, d *dedup.Document) report.Member {
	return report.Member{
		ID: d.ID, Spans: spans(m.Spans), Relation: toCanonical(m), Coverage: round(m.Coverage), Canonical: m.Canonical,
		Source: d.Source, Date: d.Date, DateFrom: d.DateFrom, Title: d.Title, URL: d.URL,
	}
}

// toCanonical is the relation of a member to the canonical one. That one has none to itself:
// what is stored of it is its relation to the largest other member.
func toCanonical(m *dedup.Member) dedup.Relation {
	if m.Canonical {
		return ""
	}
	return m.Relation
}

// spans returns s as JSON wants it: an empty list is no null.
func spans(s []shingle.Span) []shingle.Span {
	if s == nil {
		return []shingle.Span{}
	}
	return s
}

func round(share float64) float64 { return dedup.RoundShare(share) }

// headOf says in a line what a story is about: the title of the document if the
// story begins where the document does, or how its part of it begins.
func headOf(d *dedup.Document, spans []shingle.Span) string {
	const titled = 300 // bytes before the story
	lo := 0
	if len(spans) > 0 {
		lo = spans[0].Lo
	}
	if d.Title != "" && lo < titled {
		return report.Label(d.Title)
	}
	return firstLine(d.Text[lo:])
}

// firstLine returns how a text begins: its first line, or more of them as long as
// they are shorter than a headline.
func firstLine(text string) string {
	const headline = 12 // columns
	head := ""
	for line := range strings.Lines(text) {
		const enough = 600
		if len(line) > enough {
			line = line[:enough]
		}
		if head = report.Flat(head + " " + line); report.Width(head) >= headline {
			break
		}
	}
	return head
}

// differences returns how each member of a story differs from the canonical one.
// Identical texts are left out.
func (t *presenter) differences(s *dedup.Story) ([]*report.Difference, error) {
	var canonical *side
	var out []*report.Difference
	for i, m := range s.Members {
		if i > 0 && m.Relation == dedup.Identical {
			continue
		}
		d, err := t.corpus.Document(m.Doc)
		if err != nil {
			return nil, err
		}
		b := t.side(d.ID, d.Text)
		b.spans, b.origin = m.Spans, d
		if b.others, err = t.partsOf(m.Doc, map[string]bool{s.ID: true}); err != nil {
			return nil, err
		}
		if i == 0 {
			canonical = b
			continue
		}
		out = append(out, t.difference(canonical, b))
	}
	return out, nil
}

// relation returns the relation of a to b. It remembers that of the last pair, which is asked for
// their spans and again for their difference.
func (t *presenter) relation(a, b *detect.Text) dedup.Relatedness {
	if last := &t.related; last.a != a || last.b != b {
		last.a, last.b, last.is = a, b, t.linker.RelateShort(a, b)
	}
	return t.related.is
}

// difference compares two sides.
func (t *presenter) difference(a, b *side) *report.Difference {
	r := t.relation(a.text, b.text)
	r.CoverageA, r.CoverageB, r.Identity = round(r.CoverageA), round(r.CoverageB), round(r.Identity)
	x, y := diff.Frame(
		diff.Side{Text: a.text.Source, Masks: a.text.Masks, Spans: a.spans, Others: a.others},
		diff.Side{Text: b.text.Source, Masks: b.text.Masks, Spans: b.spans, Others: b.others})
	result := diff.Compare(x, y, t.shape)
	left, put := alone(result)
	r.CoverageA, r.CoverageB = lessAlone(r.CoverageA, x, left), lessAlone(r.CoverageB, y, put)
	return &report.Difference{
		Headline: report.NewHeadline(a.origin.Title, b.origin.Title, t.shape),
		A:        report.Side{ID: a.id, Bytes: len(a.text.Source), Encoding: a.encoding, Spans: x.Spans},
		B:        report.Side{ID: b.id, Bytes: len(b.text.Source), Encoding: b.encoding, Spans: y.Spans},
		Relation: r,
		Result:   result,
		TextA:    a.text.Source, TextB: b.text.Source,
	}
}

// alone returns what each text of a comparison has alone, of sentences and longer passages.
func alone(r *diff.Result) (a, b []shingle.Span) {
	for _, c := range r.Changes {
		switch c.Class {
		case diff.Omission:
			a = append(a, c.CoreA)
		case diff.Addition:
			b = append(b, c.CoreB)
		}
	}
	return a, b
}

// lessAlone returns the share of a text that the other carries, coverage, without the sentences
// that the text has alone: detection aligns over those that were left out between others.
func lessAlone(coverage float64, s diff.Side, alone []shingle.Span) float64 {
	letters := func(spans []shingle.Span) (n float64) {
		for _, p := range spans {
			for _, r := range p.Of(s.Text) {
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					n++
				}
			}
		}
		return n
	}
	var masked []shingle.Span
	for _, m := range s.Masks {
		masked = append(masked, m.Span)
	}
	all := letters([]shingle.Span{{Hi: len(s.Text)}}) - letters(shingle.Union(masked))
	if all <= 0 || len(alone) == 0 {
		return coverage
	}
	return round(max(0, min(coverage, 1-letters(alone)/all)))
}

// expandSpans finds the parts of two texts that carry the same story. Of a text that the
// other nearly holds, all counts; of one that has much besides, a page, only what the two
// share. Texts that share nothing are compared whole.
func (t *presenter) expandSpans(a, b *side) {
	k := t.relation(a.text, b.text).Kind
	wholeA := k != dedup.Contains && k != dedup.Overlap && k != dedup.Quotes
	wholeB := k != dedup.ContainedIn && k != dedup.Overlap && k != dedup.Quotes
	if wholeA && wholeB {
		return
	}
	ours, theirs := detect.Extent(t.linker.Chains(a.text, b.text))
	if !wholeA {
		a.spans = withEnds(detect.ExpandSpans(a.text, ours, false), a.text.Source)
	}
	if !wholeB {
		b.spans = withEnds(detect.ExpandSpans(b.text, theirs, false), b.text.Source)
	}
}

// withEnds returns spans with the white space between them and the ends of a text: the line break
// that ends a file is no text of its own, and the other text may have one too.
func withEnds(spans []shingle.Span, text string) []shingle.Span {
	if n := len(spans); n > 0 {
		if strings.TrimSpace(text[:spans[0].Lo]) == "" {
			spans[0].Lo = 0
		}
		if strings.TrimSpace(text[spans[n-1].Hi:]) == "" {
			spans[n-1].Hi = len(text)
		}
	}
	return spans
}

// shared sets the spans that documents m and n have in the stories that both are in, and those of
// their other stories. It returns the first of the stories, or "".
func (t *presenter) shared(m, n uint32, a, b *side) (story string, err error) {
	both := map[string]bool{}
	stories, err := t.corpus.StoriesOf(m)
	if err != nil {
		return "", err
	}
	for _, s := range stories {
		if !slices.ContainsFunc(s.Members, func(x dedup.Member) bool { return x.Doc == n }) {
			continue
		}
		story, both[s.ID] = cmp.Or(story, s.ID), true
		for _, x := range s.Members {
			if x.Doc == m {
				a.spans = append(a.spans, x.Spans...)
			}
			if x.Doc == n { // m may be n
				b.spans = append(b.spans, x.Spans...)
			}
		}
	}
	a.spans, b.spans = shingle.Union(a.spans), shingle.Union(b.spans)
	if a.others, err = t.partsOf(m, both); err == nil {
		b.others, err = t.partsOf(n, both)
	}
	return story, err
}

// partsOf returns the parts of document n in its stories but those with these ids.
func (t *presenter) partsOf(n uint32, but map[string]bool) (out [][]shingle.Span, err error) {
	numbers, err := t.corpus.Detection(context.Background()).StoryNumbers(n)
	if err != nil || len(numbers) < 2 {
		return nil, err // a large story is read for those alone that are in another one
	}
	stories, err := t.corpus.StoriesOf(n)
	for _, s := range stories {
		if but[s.ID] {
			continue
		}
		for _, x := range s.Members {
			if x.Doc == n {
				out = append(out, x.Spans)
			}
		}
	}
	return out, err
}

// storyIDs returns the ids of the stories that document n is in. Each story is read
// for the first of its documents alone: read for all 50,000 copies of a text, it was
// minutes of a find.
func (t *presenter) storyIDs(ctx context.Context, n uint32) ([]string, error) {
	numbers, err := t.corpus.Detection(ctx).StoryNumbers(n)
	if err != nil {
		return nil, err
	}
	if t.ids == nil {
		t.ids = map[uint32]string{}
	}
	ids := []string{}
	for _, s := range numbers {
		if t.ids[s] == "" {
			stories, err := t.corpus.StoriesOf(n)
			if err != nil {
				return nil, err
			}
			for i := range min(len(numbers), len(stories)) {
				t.ids[numbers[i]] = stories[i].ID
			}
		}
		ids = append(ids, t.ids[s])
	}
	return ids, nil
}
