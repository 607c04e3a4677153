package store

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/shingle"
	"repost/store/ingest"
)

// model is a corpus in memory: what the file must agree with after any history.
type model struct {
	docs    []Entry
	retired map[uint32]bool
	latest  map[string]uint32
	links   []dedup.Link
	stories []dedup.Story
	state   map[string]string
}

func newModel() *model {
	return &model{retired: map[uint32]bool{}, latest: map[string]uint32{}, state: map[string]string{}}
}

func (m *model) add(batch []Entry) AddResult {
	res := AddResult{First: uint32(len(m.docs))}
	for _, e := range batch {
		old, ok := m.latest[e.Doc.ID]
		if ok && m.docs[old].Doc == e.Doc {
			res.Unchanged++
			res.Numbers = append(res.Numbers, old)
			continue
		}
		if ok {
			m.retired[old] = true
			res.Replaced++
		} else {
			res.Added++
		}
		n := uint32(len(m.docs))
		m.docs = append(m.docs, e)
		m.latest[e.Doc.ID] = n
		res.Numbers = append(res.Numbers, n)
	}
	return res
}

// index returns what an index holds, by key cut as the index cuts it.
func (m *model) index(l indexID) map[uint64][]posting {
	out := map[uint64][]posting{}
	representative := map[dedup.Content]uint32{} // content → the first live document
	for n, e := range slices.Backward(m.docs) {
		if !m.retired[uint32(n)] {
			representative[e.Sketch.Content] = uint32(n)
		}
	}
	met := map[dedup.Content]bool{}
	for i, e := range m.docs {
		n, live := uint32(i), !m.retired[uint32(i)]
		if first := !met[e.Sketch.Content]; l != contentIndex {
			met[e.Sketch.Content] = true
			var ok bool
			n, ok = representative[e.Sketch.Content]
			live = ok && first
		}
		if !live {
			continue
		}
		seen := map[entry]bool{}
		add := func(key uint64, pos uint32) {
			en := entry{key >> l.shift() << l.shift(), posting{Doc: n, Pos: pos}}
			if !seen[en] {
				seen[en] = true
				out[en.key] = append(out[en.key], en.posting)
			}
		}
		switch l {
		case fingerprintIndex:
			for _, p := range e.Sketch.Fingerprints {
				add(p.Hash, uint32(p.Pos))
			}
		case bandIndex:
			for _, k := range e.Sketch.Bands {
				add(k, 0)
			}
		case contentIndex:
			add(e.Sketch.Content.Hi, 0)
		}
	}
	for _, ps := range out {
		slices.SortFunc(ps, func(a, b posting) int {
			return cmp.Or(cmp.Compare(a.Doc, b.Doc), cmp.Compare(a.Pos, b.Pos))
		})
	}
	return out
}

// genKey draws the keys of sketches: few, so that they meet, and some large.
var genKey = rapid.Custom(func(t *rapid.T) uint64 {
	return rapid.Uint64Range(0, 40).Draw(t, "k") * 0x9E3779B97F4A7C15
})

var genText = rapid.OneOf(
	rapid.StringMatching(`[穆棱脱贫攻坚a-z ，。0-9]{0,40}`),
	rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 30), func(b []byte) string { return strings.ToValidUTF8(string(b), "\uFFFD") }),
)

func genEntry(t *rapid.T) Entry {
	e := Entry{
		Doc: dedup.Document{
			ID:    fmt.Sprint("doc", rapid.IntRange(0, 60).Draw(t, "id")),
			Title: rapid.SampledFrom([]string{"", "标题"}).Draw(t, "title"),
			Text:  "文" + genText.Draw(t, "text"),
		},
		Origin: ingest.Origin{Record: rapid.IntRange(0, 9).Draw(t, "record"), Byte: 77},
	}
	if rapid.Bool().Draw(t, "dated") {
		e.Doc.Credit = rapid.SampledFrom([]string{"", e.Doc.Source, "榆川日报", "a\x01b"}).Draw(t, "credit")
		e.Doc.Date, e.Doc.DateFrom = "2019-01-10", rapid.SampledFrom([]string{"", dedup.DateFromURL, dedup.DateFromName, dedup.DateFromText}).Draw(t, "from")
	}
	e.Sketch.Units = uint32(len(e.Doc.Text))
	e.Sketch.SimHash = genKey.Draw(t, "simhash")
	e.Sketch.Content.Hi = genKey.Draw(t, "content")
	e.Sketch.Bands = rapid.SliceOfN(genKey, 0, 6).Draw(t, "bands")
	pos := uint32(0)
	for _, k := range rapid.SliceOfN(genKey, 0, 8).Draw(t, "prints") {
		pos += rapid.Uint32Range(1, 3000).Draw(t, "gap")
		p := dedup.Fingerprint{Hash: k}
		p.Pos = pos
		e.Sketch.Fingerprints = append(e.Sketch.Fingerprints, p)
	}
	return e
}

func genLinks(t *rapid.T, documents int) []dedup.Link {
	doc := rapid.Uint32Range(0, uint32(documents-1))
	num := rapid.Int32Range(0, 1<<31-1)
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) dedup.Link {
		l := dedup.Link{From: doc.Draw(t, "from"), To: doc.Draw(t, "to")}
		for range rapid.IntRange(0, 2).Draw(t, "chains") {
			ch := dedup.Chain{Agree: num.Draw(t, "agree"), Disagree: 2, Reworded: 3, OneSided: 4, Head: num.Draw(t, "head"), Tail: 5, Edges: cluster.Edges(rapid.IntRange(0, 15).Draw(t, "edges"))}
			for range rapid.IntRange(1, 3).Draw(t, "runs") {
				ch.Runs = append(ch.Runs, cluster.Run{A: num.Draw(t, "a"), B: num.Draw(t, "b"), Len: num.Draw(t, "len")})
			}
			l.Chains = append(l.Chains, ch)
		}
		return l
	}), 0, 8).Draw(t, "links")
}

func genStories(t *rapid.T, documents int) []dedup.Story {
	n := rapid.IntRange(0, 6).Draw(t, "stories")
	if rapid.IntRange(0, 9).Draw(t, "large") == 0 {
		n = 40
	}
	var out []dedup.Story
	for i := range n {
		s := dedup.Story{ID: fmt.Sprint("s", i)}
		members := rapid.IntRange(0, 5).Draw(t, "members")
		if n == 40 {
			members *= 300
		}
		members = min(members, membersEach*documents) // more are damage
		for j := range members {
			s.Members = append(s.Members, dedup.Member{
				Doc:      uint32((i*7 + j) % documents),
				Spans:    []shingle.Span{{Lo: j, Hi: j + 5}, {Lo: j + 9, Hi: j + 1000}}[:j%3%3],
				Relation: []dedup.Relation{dedup.Identical, dedup.Contains, "another"}[j%3],
				Coverage: float64(j) / 7, Canonical: j == 0,
			})
			if j%3 == 0 {
				s.Members[j].Spans = nil
			}
		}
		out = append(out, s)
	}
	return out
}

func open(t testing.TB, path string, opt Options) *Corpus {
	t.Helper()
	c, err := Open(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

type tester interface {
	Helper()
	Fatalf(string, ...any)
}

func must[T any](t tester, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
	return v
}

func equal(t tester, what string, got, want any) {
	t.Helper()
	if reflect.DeepEqual(got, want) { // go-cmp takes a hundred times as long
		return
	}
	if d := gocmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("%s (-want +got):\n%s", what, d)
	}
}

// compare checks everything a reader can ask of c against m.
func (m *model) compare(t tester, c *Corpus) {
	t.Helper()
	equal(t, "Len", c.Len(), len(m.docs)-len(m.retired))
	var live []uint32
	for n := range m.docs {
		if !m.retired[uint32(n)] {
			live = append(live, uint32(n))
		}
	}
	equal(t, "Numbers", slices.Collect(c.Numbers), live)
	m.compareDocuments(t, c)
	for l := range ids {
		m.compareIndex(t, c, l)
	}
	var links []dedup.Link
	for _, l := range m.links {
		if !m.retired[l.From] && !m.retired[l.To] {
			links = append(links, l)
		}
	}
	var gotLinks []dedup.Link
	err := c.Links(func(l *dedup.Link) error {
		link := *l
		link.Place = 0 // where the corpus keeps it does not matter
		gotLinks = append(gotLinks, link)
		return nil
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	equal(t, "Links", gotLinks, links)
	m.compareStories(t, c)
	for name, want := range m.state {
		equal(t, "State", string(must2(c.State(name))(t)), want)
	}
}

func must2[T any](v T, err error) func(tester) T {
	return func(t tester) T { t.Helper(); return must(t, v, err) }
}

func (m *model) compareDocuments(t tester, c *Corpus) {
	t.Helper()
	var all []uint32
	versions := map[string][]uint32{}
	for n := range m.docs {
		all = append(all, uint32(n))
		id := m.docs[n].Doc.ID
		versions[id] = append(versions[id], uint32(n))
	}
	i := 0
	for d, err := range c.Documents(all) {
		if err != nil {
			t.Fatalf("%v", err)
		}
		equal(t, "Document", d, m.docs[i].Doc)
		meta := must2(c.Meta(uint32(i)))(t)
		want := Meta{
			Document: m.docs[i].Doc, Number: uint32(i), Bytes: len(d.Text), Units: m.docs[i].Sketch.Units,
			Content: m.docs[i].Sketch.Content, SimHash: m.docs[i].Sketch.SimHash,
			Origin: m.docs[i].Origin, Retired: m.retired[uint32(i)],
		}
		want.Text = ""
		equal(t, "Meta", meta, want)
		i++
	}
	equal(t, "number of documents", i, len(m.docs))
	for id, want := range versions {
		equal(t, "Versions of "+id, must2(c.Versions(id))(t), want)
		n, ok, err := c.Number(id)
		if err != nil || !ok || n != m.latest[id] {
			t.Fatalf("Number(%q) = %d, %v, %v; want %d", id, n, ok, err, m.latest[id])
		}
	}
}

func (m *model) compareIndex(t tester, c *Corpus, l indexID) {
	t.Helper()
	want := m.index(l)
	keys := slices.Sorted(maps.Keys(want))
	got := map[uint64][]posting{}
	var order []uint64
	if err := c.scanLive(l, func(k uint64, ps []posting) error {
		got[k], order = slices.Clone(ps), append(order, k)
		return nil
	}); err != nil {
		t.Fatalf("%v", err)
	}
	equal(t, "keys of Scan "+l.String(), order, keys)
	equal(t, "Scan "+l.String(), got, want)
	asked := slices.Clone(keys)
	for _, k := range keys {
		asked = append(asked, k+1<<l.shift(), k-1<<l.shift())
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	got = map[uint64][]posting{}
	if err := c.lookupLive(l, asked, func(k uint64, ps []posting) error { got[k] = slices.Clone(ps); return nil }); err != nil {
		t.Fatalf("%v", err)
	}
	equal(t, "Lookup "+l.String(), got, want)
}

func (m *model) compareStories(t tester, c *Corpus) {
	t.Helper()
	var got []dedup.Story
	if err := c.Stories(func(s *dedup.Story) error { got = append(got, *s); return nil }); err != nil {
		t.Fatalf("%v", err)
	}
	equal(t, "Stories", got, m.stories)
	of := map[uint32][]dedup.Story{}
	for _, s := range m.stories {
		got, ok, err := c.Story(s.ID)
		if err != nil || !ok {
			t.Fatalf("Story(%q): %v, %v", s.ID, ok, err)
		}
		equal(t, "Story", got, s)
		for i, mem := range s.Members {
			if !slices.ContainsFunc(s.Members[:i], func(o dedup.Member) bool { return o.Doc == mem.Doc }) {
				of[mem.Doc] = append(of[mem.Doc], s)
			}
		}
	}
	for n := range min(len(m.docs), 5) {
		equal(t, "StoriesOf", must2(c.StoriesOf(uint32(n)))(t), of[uint32(n)])
	}
	if _, ok, err := c.Story("none"); ok || err != nil {
		t.Fatalf("Story(none) = %v, %v", ok, err)
	}
}

// TestModel runs random histories: batches with repeated and changed documents,
// links, stories, values, reopening; after each step the file and the model must
// agree.
func TestModel(t *testing.T) {
	dir := t.TempDir()
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		path := filepath.Join(dir, fmt.Sprint(run, ".repost"))
		c := must2(Open(path, Options{Create: true, noSync: true}))(t)
		defer func() { c.Close() }()
		m := newModel()
		for range rapid.IntRange(1, 14).Draw(t, "steps") {
			switch step := rapid.IntRange(0, 9).Draw(t, "step"); {
			case step < 6 || len(m.docs) == 0:
				batch := rapid.SliceOfN(rapid.Custom(genEntry), 0, 12).Draw(t, "batch")
				equal(t, "AddResult", must2(c.AddEntries(batch))(t), m.add(batch))
			case step == 6:
				links := genLinks(t, len(m.docs))
				m.links = append(m.links, links...)
				m.state["linked"] = fmt.Sprint(len(m.docs))
				must(t, 0, c.AddLinks(links, []byte(m.state["linked"])))
			case step == 7:
				m.stories = genStories(t, len(m.docs))
				must(t, 0, c.SetStories(m.stories, uint32(len(m.docs))))
			case step == 8:
				v := rapid.String().Draw(t, "value")
				m.state["name"] = v
				must(t, 0, c.SetState("name", []byte(v)))
			default:
				must(t, 0, c.Close())
				c = must2(Open(path, Options{noSync: true}))(t)
			}
		}
		m.compare(t, c)
		must(t, 0, c.Close())
		c = must2(Open(path, Options{ReadOnly: true}))(t)
		m.compare(t, c)
	})
}
