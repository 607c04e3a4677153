package dedup_test

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/shingle"
	"repost/testdata"
)

// withStories returns a corpus of docs with its stories.
func withStories(t testing.TB, docs ...dedup.Document) *detect.Memory {
	t.Helper()
	m := detect.NewMemory(&detect.DefaultScheme)
	m.Add(docs...)
	if err := detect.UpdateStories(m, &detect.DefaultScheme, nil); err != nil {
		t.Fatal(err)
	}
	checkStories(t, m)
	return m
}

// checkStories holds what is true of the stories of any corpus.
func checkStories(t testing.TB, m *detect.Memory) {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range m.Stories() {
		if s.ID == "" || seen[s.ID] {
			t.Errorf("story %q: no id, or one that stands twice", s.ID)
		}
		seen[s.ID] = true
		if len(s.Members) < 2 {
			t.Errorf("story %s has %d members", s.ID, len(s.Members))
		}
		for i, k := range s.Members {
			d := m.Document(k.Doc)
			if k.Canonical != (i == 0) {
				t.Errorf("story %s: the canonical member is not the first alone", s.ID)
			}
			if i > 1 && d.ID <= m.Document(s.Members[i-1].Doc).ID {
				t.Errorf("story %s: %s out of order", s.ID, d.ID)
			}
			if k.Coverage < 0 || k.Coverage > 1 || k.Relation == "" {
				t.Errorf("story %s: %s: relation %q, coverage %g", s.ID, d.ID, k.Relation, k.Coverage)
			}
			checkSpans(t, d.Text, k.Spans)
		}
	}
}

// members returns the ids of a story's documents, sorted.
func members(m *detect.Memory, s *dedup.Story) []string {
	var ids []string
	for _, k := range s.Members {
		ids = append(ids, m.Document(k.Doc).ID)
	}
	slices.Sort(ids)
	return ids
}

// storyOf returns the story of exactly these documents, or nil.
func storyOf(m *detect.Memory, ids ...string) *dedup.Story {
	slices.Sort(ids)
	for i, s := range m.Stories() {
		if slices.Equal(members(m, &s), ids) {
			return &m.Stories()[i]
		}
	}
	return nil
}

// spansOf returns the spans that a document has in all its stories.
func spansOf(m *detect.Memory, id string) []shingle.Span {
	var all []shingle.Span
	for _, s := range m.Stories() {
		for _, k := range s.Members {
			if m.Document(k.Doc).ID == id {
				all = append(all, k.Spans...)
			}
		}
	}
	return shingle.Union(all)
}

// covers says how much of [lo, hi) lies in spans: all, part or none of it.
func covers(spans []shingle.Span, lo, hi int) string {
	n := 0
	for _, s := range spans {
		n += max(0, min(s.Hi, hi)-max(s.Lo, lo))
	}
	switch n {
	case 0:
		return "none"
	case hi - lo:
		return "all"
	}
	return "part"
}

// inSpans returns the share of a text's unmasked units that lie in spans.
func inSpans(text string, spans []shingle.Span) float64 {
	t := detect.DefaultScheme.Prepare(text)
	n := 0
	for _, u := range t.Units {
		if covers(spans, int(u.Lo), int(u.Hi)) == "all" {
			n++
		}
	}
	return float64(n) / float64(max(1, len(t.Units)))
}

func relate(a, b string) dedup.Relatedness {
	s := &detect.DefaultScheme
	return new(detect.Linker).Relate(s.Prepare(a), s.Prepare(b))
}

func show(m *detect.Memory) string {
	var b strings.Builder
	for _, s := range m.Stories() {
		b.WriteString("\n  ")
		for _, k := range s.Members {
			b.WriteString(m.Document(k.Doc).ID + " " + string(k.Relation) + ", ")
		}
	}
	return cmp.Or(b.String(), " none")
}

// TestCases holds the judgements of testdata/cases.
func TestCases(t *testing.T) {
	cases, err := testdata.Cases()
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			var docs []dedup.Document
			for _, d := range c.Docs {
				docs = append(docs, dedup.Document(d))
			}
			checkCase(t, &c, withStories(t, docs...))
			slices.Reverse(docs)
			checkCase(t, &c, withStories(t, docs...))
		})
	}
}

func checkCase(t *testing.T, c *testdata.Case, m *detect.Memory) {
	t.Helper()
	text := map[string]string{}
	for _, d := range c.Docs {
		text[d.ID] = d.Text
	}
	for _, want := range c.Stories {
		checkStory(t, m, want)
	}
	for _, id := range c.Alone {
		checkAlone(t, m, id)
	}
	for _, id := range c.Canonical {
		if !slices.ContainsFunc(m.Stories(), func(s dedup.Story) bool { return m.Document(s.Members[0].Doc).ID == id }) {
			t.Errorf("%s stands for no story", id)
		}
	}
	for _, p := range c.Pairs {
		checkPair(t, text, p.A, p.B, p.Relation)
	}
	for _, w := range c.Coverage {
		if got := inSpans(text[w.Doc], spansOf(m, w.Doc)); got < w.Min {
			t.Errorf("%s: %.3f of it lies in stories, want %.3f", w.Doc, got, w.Min)
		}
	}
	for _, q := range c.Quotes {
		at := q.Find(text[q.Doc])
		if len(at) == 0 {
			t.Errorf("%s: no %q", q.Doc, q.Words)
		}
		for _, lo := range at {
			checkWords(t, m, q.Doc, q.Words, lo, q.Inside)
		}
	}
}

func checkStory(t *testing.T, m *detect.Memory, want []testdata.Member) {
	t.Helper()
	var ids []string
	for _, w := range want {
		ids = append(ids, w.ID)
	}
	s := storyOf(m, ids...)
	if s == nil {
		t.Errorf("no story of %v; there are%s", ids, show(m))
		return
	}
	for _, w := range want {
		i := slices.IndexFunc(s.Members, func(k dedup.Member) bool { return m.Document(k.Doc).ID == w.ID })
		if got := s.Members[i].Relation; !testdata.Is(w.Relation, string(got)) {
			t.Errorf("%s is %s, want %s; coverage %.3f", w.ID, got, w.Relation, s.Members[i].Coverage)
		}
	}
}

func checkAlone(t *testing.T, m *detect.Memory, id string) {
	t.Helper()
	for _, s := range m.Stories() {
		if ids := members(m, &s); slices.Contains(ids, id) {
			t.Errorf("%s is in a story with %v", id, ids)
		}
	}
}

func checkPair(t *testing.T, text map[string]string, a, b, want string) {
	t.Helper()
	if got := relate(text[a], text[b]); !testdata.Is(want, string(got.Kind)) {
		t.Errorf("%s to %s is %+v, want %s", a, b, got, want)
	}
	there, back := relate(text[a], text[b]), relate(text[b], text[a])
	if there.Kind != back.Kind.Converse() {
		t.Errorf("%s to %s is %s, and back %s", a, b, there.Kind, back.Kind)
	}
}

func checkWords(t *testing.T, m *detect.Memory, id, words string, lo int, inside bool) {
	t.Helper()
	got := covers(spansOf(m, id), lo, lo+len(words))
	if inside && got != "all" || !inside && got != "none" {
		t.Errorf("%s: %s of %q at %d lies in stories, inside is %v", id, got, words, lo, inside)
	}
}

// newsDocs returns the articles of testdata/news.
func newsDocs(t testing.TB) []dedup.Document {
	t.Helper()
	files, err := fs.Glob(testdata.FS, "news/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no articles: %v", err)
	}
	var docs []dedup.Document
	for _, f := range files {
		b, err := testdata.FS.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, dedup.Document{ID: path.Base(f), Source: path.Base(f), Text: string(b)})
	}
	return docs
}

// TestNews holds testdata/news.golden.
func TestNews(t *testing.T) {
	all, err := testdata.News()
	if err != nil {
		t.Fatal(err)
	}
	docs := newsDocs(t)
	m := withStories(t, docs...)
	text := map[string]string{}
	for _, d := range docs {
		text[d.ID] = d.Text
	}
	for _, e := range all {
		for _, id := range e.Alone {
			checkAlone(t, m, id)
		}
		if e.Pair != nil {
			checkPair(t, text, e.Pair[0], e.Pair[1], e.Relation)
		}
		if e.Story != "" {
			checkNewsStory(t, m, &e, text)
		}
	}
}

func checkNewsStory(t *testing.T, m *detect.Memory, e *testdata.Expected, text map[string]string) {
	t.Helper()
	var ids []string
	for _, k := range e.Members {
		ids = append(ids, k.ID)
	}
	s := storyOf(m, slices.Clone(ids)...)
	if s == nil {
		t.Errorf("no story %s of %v; there are%s", e.Story, ids, show(m))
		return
	}
	for i, k := range e.Members {
		base := e.Base
		if base == "" {
			base = ids[1-i]
		}
		if k.ID != base {
			checkPair(t, text, k.ID, base, k.Relation)
		}
		n := slices.IndexFunc(s.Members, func(x dedup.Member) bool { return m.Document(x.Doc).ID == k.ID })
		for _, inside := range []bool{true, false} {
			words := k.Outside
			if inside {
				words = k.Inside
			}
			for _, w := range words {
				lo := strings.Index(text[k.ID], w)
				got := covers(s.Members[n].Spans, lo, lo+len(w))
				if inside && got != "all" || !inside && got != "none" {
					t.Errorf("%s: %s of %q lies in story %s, inside is %v", k.ID, got, w, e.Story, inside)
				}
			}
		}
	}
}

// stories returns the stories of a corpus in words that do not depend on the
// order of arrival.
func stories(t testing.TB, m *detect.Memory) string {
	t.Helper()
	type member struct {
		ID       string
		Spans    []shingle.Span
		Relation dedup.Relation
		Coverage float64
	}
	type story struct {
		ID      string
		Members []member
	}
	var out []story
	for _, s := range m.Stories() {
		x := story{ID: s.ID}
		for _, k := range s.Members {
			x.Members = append(x.Members, member{m.Document(k.Doc).ID, k.Spans, k.Relation, k.Coverage})
		}
		out = append(out, x)
	}
	b, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
