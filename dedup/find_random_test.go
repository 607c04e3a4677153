package dedup_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/shingle"
)

// corpora is how many random corpora the tests compare find with an ingest on: 60, or as
// many as the environment says. 2,000 take a minute of a processor:
//
//	REPOST_RANDOM_CORPORA=2000 go test ./dedup -run 'FindIsIngest|FindByLookups' -v
func corpora(t testing.TB) uint64 {
	v := os.Getenv("REPOST_RANDOM_CORPORA")
	if v == "" {
		return 60
	}
	n, err := strconv.ParseUint(v, 10, 32)
	if err != nil {
		t.Fatalf("REPOST_RANDOM_CORPORA=%s: give the number of corpora", v)
	}
	return n
}

// mixture makes up small corpora of all that bears on a judgement: near copies, excerpts,
// forms, pages of several stories, footers of a source, mottoes, short texts, copies, with
// sources and dates or without.
type mixture struct {
	writer
	stories [][]string
	forms   []string
	footers []string
	dated   bool
	made    []dedup.Document
}

func newMixture(seed uint64) *mixture {
	m := &mixture{writer: newWriter(seed)}
	m.dated = m.IntN(2) == 0
	for range 2 + m.IntN(4) {
		m.stories = append(m.stories, m.story(1+m.IntN(6)))
	}
	for range 2 {
		m.footers = append(m.footers, m.sentence(20+m.IntN(30))+m.sentence(20))
		m.forms = append(m.forms, m.form())
	}
	return m
}

// form is a notice with places to fill in, which are percent signs.
func (m *mixture) form() string {
	var b strings.Builder
	for range 4 + m.IntN(4) {
		fmt.Fprintf(&b, "%s%%%s。", strings.TrimSuffix(m.sentence(12), "。"), strings.TrimSuffix(m.sentence(6), "。"))
	}
	return b.String()
}

func (m *mixture) filled(form string) string {
	for strings.Contains(form, "%") {
		form = strings.Replace(form, "%", fmt.Sprint(10+m.IntN(90_000)), 1)
	}
	return form
}

func (m *mixture) pick() []string { return m.stories[m.IntN(len(m.stories))] }

// text is one of the kinds.
func (m *mixture) text() string {
	switch m.IntN(10) {
	case 0, 1, 2:
		return m.edited(text(m.pick()), m.IntN(12))
	case 3:
		s := m.pick()
		lo := m.IntN(len(s))
		return text(m.sentence(10), s[lo:lo+1+m.IntN(len(s)-lo)])
	case 4:
		return m.filled(m.forms[m.IntN(2)])
	case 5:
		return text(m.sentence(9), m.pick(), m.sentence(8), m.pick(), m.sentence(12))
	case 6:
		s, x := m.pick(), m.pick()
		return text(s[:1], m.story(2), x[len(x)-1:])
	case 7:
		if n := len(m.made); n > 0 {
			return m.made[m.IntN(n)].Text
		}
		return m.sentence(12)
	case 8:
		return m.sentence(10 + m.IntN(30))
	}
	return text(m.story(1 + m.IntN(3)))
}

func (m *mixture) document(id string) dedup.Document {
	d := dedup.Document{ID: id, Text: m.text()}
	if m.IntN(3) > 0 {
		d.Source = []string{"甲报", "乙网", "丙台"}[m.IntN(3)]
	}
	if m.IntN(3) == 0 {
		d.Text += "\n" + m.footers[m.IntN(2)]
	}
	if m.dated {
		d.Date = fmt.Sprintf("20%02d-0%d-1%d", 20+m.IntN(4), 1+m.IntN(9), m.IntN(9))
	}
	m.made = append(m.made, d)
	return d
}

// corpus returns documents and one that is not among them.
func (m *mixture) corpus() (docs []dedup.Document, query dedup.Document) {
	n := 4 + m.IntN(30)
	for i := range n {
		docs = append(docs, m.document(fmt.Sprintf("d%03d", 2*i)))
	}
	return docs, m.document(fmt.Sprintf("d%03d", 2*m.IntN(n+2)-1))
}

// partner is what a text and a document that share a story have of it.
type partner struct {
	ours, theirs string
	relation     dedup.Relation // if one of them is canonical
}

func (x partner) String() string { return fmt.Sprintf("%s at %s in %s", x.relation, x.ours, x.theirs) }

// ingested returns the documents that share stories with the last of m.
func ingested(m *detect.Memory, query uint32) map[string]partner {
	type both struct {
		ours, theirs []shingle.Span
		relation     dedup.Relation
	}
	all := map[string]*both{}
	for _, s := range m.Stories() {
		at := slices.IndexFunc(s.Members, func(k dedup.Member) bool { return k.Doc == query })
		if at < 0 {
			continue
		}
		for _, k := range s.Members {
			if k.Doc == query {
				continue
			}
			id := m.Document(k.Doc).ID
			b := all[id]
			if b == nil {
				b = &both{}
				all[id] = b
			}
			b.ours, b.theirs = append(b.ours, s.Members[at].Spans...), append(b.theirs, k.Spans...)
			if k.Canonical {
				b.relation = s.Members[at].Relation
			}
		}
	}
	out := map[string]partner{}
	for id, b := range all {
		out[id] = partner{bytesOf(b.ours), bytesOf(b.theirs), b.relation}
	}
	return out
}

// bytesOf returns the union of spans.
func bytesOf(spans []shingle.Span) string {
	slices.SortFunc(spans, func(a, b shingle.Span) int { return a.Lo - b.Lo })
	var out []shingle.Span
	for _, s := range spans {
		if n := len(out); n > 0 && s.Lo <= out[n-1].Hi {
			out[n-1].Hi = max(out[n-1].Hi, s.Hi)
		} else {
			out = append(out, s)
		}
	}
	return fmt.Sprint(out)
}

// findAndIngest returns what Find says before the query is ingested, and what an ingest
// says then.
func findAndIngest(t testing.TB, docs []dedup.Document, query dedup.Document, index func(*lookups) detect.Index) (found, made map[string]partner) {
	t.Helper()
	s := &detect.DefaultScheme
	before := lookupsOf(t, withStories(t, docs...))
	fs, err := detect.Find(index(before), s, &query)
	if err != nil {
		t.Fatal(err)
	}
	after := withStories(t, append(slices.Clone(docs), query)...)
	made = ingested(after, uint32(len(docs)))
	found = map[string]partner{}
	for _, f := range fs {
		p := partner{bytesOf(f.StorySpans), bytesOf(f.StoryDocSpans), f.Kind}
		if made[f.Info.ID].relation == "" {
			p.relation = ""
		}
		found[f.Info.ID] = p
	}
	return found, made
}

// Find says of a text what an ingest of it would: the documents, the passages, and what
// the text is to the canonical one.
func TestFindIsIngest(t *testing.T) {
	whole := func(x *lookups) detect.Index { return x }
	some, wrong, all := 0, 0, int(corpora(t))
	for seed := range uint64(all) {
		docs, query := newMixture(10_000 + seed).corpus()
		found, made := findAndIngest(t, docs, query, whole)
		if len(made) > 0 {
			some++
		}
		if fmt.Sprint(found) != fmt.Sprint(made) {
			wrong++
			t.Errorf("seed %d: found %v\nan ingest says %v", seed, found, made)
		}
	}
	if 3*some < all {
		t.Errorf("%d of %d texts have a story: too few to say anything", some, all)
	}
	t.Logf("%d of %d corpora disagree; in %d the text has a story", wrong, all, some)
}

// indexed is an Index that is no Whole, as a large corpus is.
type indexed struct{ detect.StoryIndex }

// By lookups alone, Find knows the statistics of what shares fingerprints with the text: most
// texts get the documents that an ingest would say, those of 1,592 of 2,000 corpora.
func TestFindByLookups(t *testing.T) {
	wrong, all := 0, int(corpora(t))
	for seed := range uint64(all) {
		docs, query := newMixture(10_000 + seed).corpus()
		found, made := findAndIngest(t, docs, query, func(x *lookups) detect.Index { return indexed{x} })
		if keys(found) != keys(made) {
			wrong++
		}
	}
	if 4*wrong > all {
		t.Error("less than before")
	}
	t.Logf("%d of %d corpora disagree in documents", wrong, all)
}

func keys(m map[string]partner) string {
	var ks []string
	for k := range m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return strings.Join(ks, " ")
}
