package dedup_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/testdata"
)

// lookups is a Memory as Find reads it, but for one document.
type lookups struct {
	*detect.Memory
	fingerprints, bands map[uint64][]dedup.Posting
	contents            map[dedup.Content][]uint32
	infos               []dedup.Info
	stories             map[uint32][]dedup.Story
	numbers             map[string]uint32
	hidden              uint32
	asked               int // times that Units or Info was called
}

func lookupsOf(t testing.TB, m *detect.Memory) *lookups {
	t.Helper()
	x := &lookups{
		Memory: m, fingerprints: map[uint64][]dedup.Posting{}, bands: map[uint64][]dedup.Posting{}, contents: map[dedup.Content][]uint32{},
		stories: map[uint32][]dedup.Story{}, numbers: map[string]uint32{}, hidden: ^uint32(0),
	}
	keep := func(in map[uint64][]dedup.Posting) func(uint64, []dedup.Posting) error {
		return func(key uint64, ps []dedup.Posting) error {
			in[key] = slices.Clone(ps)
			return nil
		}
	}
	if err := m.ScanFingerprints(keep(x.fingerprints)); err != nil {
		t.Fatal(err)
	}
	if err := m.ScanBands(keep(x.bands)); err != nil {
		t.Fatal(err)
	}
	if err := m.Infos(func(n uint32, i dedup.Info) error {
		x.infos = append(x.infos, i)
		x.contents[i.Content] = append(x.contents[i.Content], n)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for i, s := range m.Stories() {
		x.numbers[s.ID] = uint32(i)
		for _, k := range s.Members {
			x.stories[k.Doc] = append(x.stories[k.Doc], s)
		}
	}
	return x
}

func (x *lookups) lookup(in map[uint64][]dedup.Posting, keys []uint64, fn func(uint64, []dedup.Posting) error) error {
	for _, k := range keys {
		ps := slices.Clone(in[k])
		ps = slices.DeleteFunc(ps, func(p dedup.Posting) bool { return p.Doc == x.hidden })
		if len(ps) == 0 {
			continue
		}
		if err := fn(k, ps); err != nil {
			return err
		}
	}
	return nil
}

func (x *lookups) LookupFingerprints(keys []uint64, fn func(uint64, []dedup.Posting) error) error {
	return x.lookup(x.fingerprints, keys, fn)
}

func (x *lookups) LookupBands(keys []uint64, fn func(uint64, []dedup.Posting) error) error {
	return x.lookup(x.bands, keys, fn)
}

func (x *lookups) LookupContent(content dedup.Content, fn func(n uint32) error) error {
	for _, n := range x.contents[content] {
		if n == x.hidden {
			continue
		}
		if err := fn(n); err != nil {
			return err
		}
	}
	return nil
}

func (x *lookups) Representatives() (isRepresentative, copied func(uint32) bool, err error) {
	live := func(n uint32) (ns []uint32) {
		for _, n := range x.contents[x.infos[n].Content] {
			if n != x.hidden {
				ns = append(ns, n)
			}
		}
		return ns
	}
	isRepresentative = func(n uint32) bool { ns := live(n); return len(ns) > 0 && ns[0] == n }
	return isRepresentative, func(n uint32) bool { return len(live(n)) > 1 }, nil
}

func (x *lookups) Units(n uint32) (uint32, error) {
	x.asked++
	return x.infos[n].Units, nil
}

func (x *lookups) Info(n uint32) (dedup.Info, error) {
	x.asked++
	return x.infos[n], nil
}

func (x *lookups) StoriesOf(n uint32) ([]dedup.Story, error) {
	var out []dedup.Story
	for _, s := range x.stories[n] {
		s.Members = slices.DeleteFunc(slices.Clone(s.Members), func(m dedup.Member) bool { return m.Doc == x.hidden })
		if len(s.Members) > 1 {
			out = append(out, s)
		}
	}
	return out, nil
}

func (x *lookups) StoryNumbers(n uint32) ([]uint32, error) {
	var out []uint32
	stories, err := x.StoriesOf(n)
	for _, s := range stories {
		out = append(out, x.numbers[s.ID])
	}
	return out, err
}

// partners returns the documents that share a story with n.
func (x *lookups) partners(n uint32) []uint32 {
	in := map[uint32]bool{}
	for _, s := range x.stories[n] {
		for _, k := range s.Members {
			in[k.Doc] = true
		}
	}
	delete(in, n)
	return slices.Sorted(maps.Keys(in))
}

// agreement finds each of ns in the corpus without it, and says how many of the
// documents found are those an ingest makes it share a story with.
func agreement(t testing.TB, x *lookups, ns []uint32) (same, both, found, want int) {
	t.Helper()
	s := &detect.DefaultScheme
	for _, n := range ns {
		x.hidden = n
		d := x.Document(n)
		fs, err := detect.Find(x, s, &d)
		if err != nil {
			t.Fatal(err)
		}
		var got []uint32
		for _, f := range fs {
			got = append(got, f.Doc)
		}
		slices.Sort(got)
		partners := x.partners(n)
		for _, g := range got {
			if slices.Contains(partners, g) {
				both++
			}
		}
		if slices.Equal(got, partners) {
			same++
		} else if testing.Verbose() {
			t.Logf("%s: found %d, in stories with it %d", d.ID, len(got), len(partners))
		}
		found, want = found+len(got), want+len(partners)
	}
	return same, both, found, want
}

// What find says of a text is what an ingest of it would: each document of a sample
// is looked for in the corpus without it.
func TestFindAgreesWithIngest(t *testing.T) {
	if testing.Short() {
		t.Skip("makes the stories of 8,805 pages")
	}
	f, err := os.Open(testdata.Measuring(t, "zh-pages-dev.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	m := detect.NewMemory(&detect.DefaultScheme)
	var docs []dedup.Document
	for in := bufio.NewReaderSize(z, 1<<20); ; {
		line, err := in.ReadBytes('\n')
		if err != nil {
			break
		}
		var d dedup.Document
		if err := json.Unmarshal(line, &d); err != nil {
			t.Fatal(err)
		}
		docs = append(docs, d)
	}
	m.Add(docs...)
	if err := detect.UpdateStories(m, &detect.DefaultScheme, nil); err != nil {
		t.Fatal(err)
	}
	var ns []uint32
	for n := 0; n < len(docs); n += 29 {
		ns = append(ns, uint32(n))
	}
	same, both, found, want := agreement(t, lookupsOf(t, m), ns)
	// Of the partners found, .995 were those of an ingest until the judge weighed rewording
	// and dates by what agrees: it takes more links on its own, and leaves it to the passes
	// and the centres of stories, which lookups do not have, to refuse some.
	if same < 298 || 1000*both < 998*want || 1000*both < 990*found {
		t.Error("less than before")
	}
	t.Logf("%d of %d the same; of %d found %d are partners, of %d partners", same, len(ns), found, both, want)
}

// A footer that 12,000 documents carry costs no more than one of 4,000 or so, is no
// repost by itself, and hides none.
func TestFindBoundsHotFingerprints(t *testing.T) {
	const footer = "高举旗帜凝心聚力团结奋斗开拓进取为谱写新时代更加精彩绚丽的篇章而不懈努力共同创造属于我们大家的美好明天"
	letters := []rune("春江潮水连海平海上明月共潮生滟滟随波千万里何处春江无月明江流宛转绕芳甸月照花林皆似霰空里流霜不觉飞汀上白沙看不见")
	text := func(n int) string {
		own := make([]rune, 60)
		for i := range own {
			n = (n*1103515245 + 12345) & 0x7fffffff
			own[i] = letters[(n>>8)%len(letters)]
		}
		return string(own) + footer
	}
	m := detect.NewMemory(&detect.DefaultScheme)
	var docs []dedup.Document
	for i := range 12_000 {
		docs = append(docs, dedup.Document{ID: fmt.Sprintf("d%05d", i), Text: text(i)})
	}
	m.Add(docs...)
	x := lookupsOf(t, m)
	s := &detect.DefaultScheme
	for _, c := range []struct {
		text string
		want []string
	}{{text(99_999), nil}, {"又讯" + text(4711)[:150], []string{"d04711"}}} {
		x.asked = 0
		fs, err := detect.Find(x, s, &dedup.Document{ID: "query", Text: c.text})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range fs {
			got = append(got, f.Info.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("found %q, want %q", got, c.want)
		}
		if x.asked > 5000 {
			t.Errorf("%d documents were looked at", x.asked)
		}
	}
}

// growing is a corpus to which documents are added while it is read.
type growing struct {
	*lookups
	had uint32
}

func (g growing) Documents() uint32 { return g.had }

// TestFindWhileDocumentsCome: what is added while a search runs is not in its answer, and
// what was there is found as before.
func TestFindWhileDocumentsCome(t *testing.T) {
	w := newWriter(77)
	a, b, c := text(w.story(6)), text(w.story(4)), text(w.story(5))
	docs := []dedup.Document{{ID: "a", Text: a}, {ID: "b", Text: b}, {ID: "c", Text: c}}
	late := []dedup.Document{{ID: "d", Text: b + "\n" + w.sentence(20)}, {ID: "e", Text: a + "\n" + c}, {ID: "f", Text: a}, {ID: "g", Text: c}}
	m := withStories(t, slices.Concat(docs, late)...)
	want := lookupsOf(t, withStories(t, docs...))
	for _, query := range []string{a + "\n" + w.sentence(15), c + "\n" + b, w.sentence(30)} {
		d := dedup.Document{ID: "q", Text: query}
		x, err := detect.Find(want, &detect.DefaultScheme, &d)
		if err != nil {
			t.Fatal(err)
		}
		got, err := detect.Find(growing{lookupsOf(t, m), uint32(len(docs))}, &detect.DefaultScheme, &d)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got) != fmt.Sprint(x) {
			t.Errorf("found %v, want %v", got, x)
		}
	}
}
