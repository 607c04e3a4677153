package dedup_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/dedup/lsh"
	"repost/testdata"
)

// writer makes up texts. What it writes is no Chinese, but has its sentences,
// paragraphs and figures, and no two stories share a passage.
type writer struct{ *rand.Rand }

func newWriter(seed uint64) writer { return writer{rand.New(rand.NewPCG(seed, 7))} }

const han = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"

// sentence returns one of n characters or a few more.
func (w writer) sentence(n int) string {
	letters := []rune(han)
	var b strings.Builder
	for i := range n + w.IntN(6) {
		if i > 4 && w.IntN(14) == 0 {
			b.WriteString("，")
		}
		b.WriteRune(letters[w.IntN(len(letters))])
	}
	if w.IntN(3) == 0 {
		fmt.Fprintf(&b, "%d万元", 2+w.IntN(900))
	}
	return b.String() + "。"
}

// story returns paragraphs of about 100 characters.
func (w writer) story(paragraphs int) []string {
	out := make([]string, paragraphs)
	for i := range out {
		out[i] = w.sentence(30) + w.sentence(35) + w.sentence(30)
	}
	return out
}

// edited returns a text with n characters replaced.
func (w writer) edited(text string, n int) string {
	r := []rune(text)
	letters := []rune(han)
	for range n {
		if i := w.IntN(len(r)); strings.ContainsRune(han, r[i]) {
			r[i] = letters[w.IntN(len(letters))]
		}
	}
	return string(r)
}

func text(parts ...any) string {
	var b strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b.WriteString(p + "\n")
		case []string:
			b.WriteString(strings.Join(p, "\n") + "\n")
		}
	}
	return b.String()
}

func doc(id, text string) dedup.Document { return dedup.Document{ID: id, Text: text} }

// links counts the pairs that have been aligned and share something.
func links(t testing.TB, m *detect.Memory) (n int) {
	t.Helper()
	if err := m.Links(func(*dedup.Link) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// everything is a corpus of the cases, the news and pages made up, with a little
// of all there is: copies, near copies, pages, quotations, short texts.
func everything(t testing.TB) []dedup.Document {
	t.Helper()
	cases, err := testdata.Cases()
	if err != nil {
		t.Fatal(err)
	}
	docs := newsDocs(t)
	for _, c := range cases {
		for _, d := range c.Docs {
			x := dedup.Document(d)
			x.ID = c.Name + "/" + d.ID
			docs = append(docs, x)
		}
	}
	w := newWriter(1)
	var all [][]string
	for i := range 12 {
		all = append(all, w.story(3+i%4))
		docs = append(docs, doc(fmt.Sprintf("made/%02d", i), text(w.sentence(10), all[i])))
		docs = append(docs, dedup.Document{
			ID: fmt.Sprintf("made/copy%02d", 11-i), Source: "甲报", Date: fmt.Sprintf("2024-0%d-01", 1+i%9),
			Text: text(w.edited(text(all[i]), 6), "本报所载内容未经许可不得转载。"+w.sentence(20)),
		})
	}
	for i := range 5 {
		docs = append(docs, doc(fmt.Sprintf("made/page%d", i), text(all[i], w.sentence(8), all[i+5][1:], all[(i+3)%12][:1])))
	}
	return docs
}

// TestOrderIsNothing: the same documents make the same stories, in whatever order
// they come, in however many calls they are added, on however many processors.
func TestOrderIsNothing(t *testing.T) {
	docs := everything(t)
	m := withStories(t, docs...)
	want := stories(t, m)
	if len(m.Stories()) < 20 {
		t.Fatalf("only %d stories", len(m.Stories()))
	}
	check := func(what string, m *detect.Memory) {
		t.Helper()
		if got := stories(t, m); got != want {
			t.Errorf("%s: %s", what, firstDifference(got, want))
		}
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for round := range 6 {
		shuffled := slices.Clone(docs)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		m := detect.NewMemory(&detect.DefaultScheme)
		calls := 0
		for len(shuffled) > 0 {
			n := len(shuffled)
			if round > 0 {
				n = min(n, 1+rng.IntN(60))
			}
			m.Add(shuffled[:n]...)
			shuffled = shuffled[n:]
			if err := detect.UpdateStories(m, &detect.DefaultScheme, nil); err != nil {
				t.Fatal(err)
			}
			calls++
		}
		check(fmt.Sprintf("shuffled, in %d calls", calls), m)
		if err := detect.UpdateStories(m, &detect.DefaultScheme, nil); err != nil {
			t.Fatal(err)
		}
		check("updated again with nothing new", m)
	}
	one := detect.NewMemory(&detect.DefaultScheme)
	for i := range docs {
		one.Add(docs[len(docs)-1-i])
		if err := detect.UpdateStories(one, &detect.DefaultScheme, nil); err != nil {
			t.Fatal(err)
		}
	}
	check("one by one, from the last", one)
	procs := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(procs)
	check("on one processor", withStories(t, docs...))
	runtime.GOMAXPROCS(5)
	check("on five processors", withStories(t, docs...))
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			lo := max(0, i-12)
			return fmt.Sprintf("line %d of %d and %d is\n%s\nand was\n%s", i, len(a), len(b), strings.Join(a[lo:i+1], "\n"), strings.Join(b[lo:i+1], "\n"))
		}
	}
	return fmt.Sprintf("%d lines, %d before", len(a), len(b))
}

// TestCopies: identical copies are one story of all of them, and cost no
// alignment at all.
func TestCopies(t *testing.T) {
	w := newWriter(2)
	body := text(w.story(6))
	var docs []dedup.Document
	for i := range 3000 {
		docs = append(docs, doc(fmt.Sprintf("copy%04d", i), body))
	}
	docs = append(docs, doc("other", text(w.story(6))))
	m := withStories(t, docs...)
	if n := links(t, m); n != 0 {
		t.Errorf("%d links between copies", n)
	}
	if s := m.Stories(); len(s) != 1 || len(s[0].Members) != 3000 {
		t.Fatalf("stories:%s", show(m))
	}
	for _, k := range m.Stories()[0].Members {
		if k.Relation != dedup.Identical || k.Coverage != 1 || len(k.Spans) != 1 {
			t.Fatalf("%s: %+v", m.Document(k.Doc).ID, k)
		}
	}
}

// nearCopies returns n printings of a story, each with its own header, footer and
// a few edits.
func nearCopies(w writer, n int, source func(i int) string) []dedup.Document {
	body := text(w.story(5))
	var docs []dedup.Document
	for i := range n {
		docs = append(docs, dedup.Document{
			ID: fmt.Sprintf("near%04d", i), Source: source(i),
			Text: text(w.sentence(12), w.edited(body, 3), w.sentence(40)),
		})
	}
	return docs
}

// TestManyNearCopies: a story that 500 outlets reprinted is found for the 501st,
// whether or not the outlets are named, and so for the 1,500th; each copy is aligned
// with a bounded number of others.
func TestManyNearCopies(t *testing.T) {
	if testing.Short() {
		t.Skip("aligns a hundred thousand pairs: left out by -short")
	}
	outlet := func(i int) string { return fmt.Sprint("outlet", i) }
	none := func(int) string { return "" }
	for _, tt := range []struct {
		name   string
		n      int
		source func(int) string
	}{{"500 outlets", 501, outlet}, {"500 of no source", 501, none}, {"1,500 outlets", 1500, outlet}} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWriter(3)
			docs := nearCopies(w, tt.n, tt.source)
			for i := range 40 {
				docs = append(docs, dedup.Document{ID: fmt.Sprintf("other%02d", i), Source: tt.source(i), Text: text(w.story(5))})
			}
			start := time.Now()
			m := withStories(t, docs...)
			n := links(t, m)
			t.Logf("%v, %d links", time.Since(start), n)
			if most := 5 * lsh.Pivots * tt.n; n > most { // not all fingerprints are in all copies
				t.Errorf("%d links, more than %d", n, most)
			}
			if s := m.Stories(); len(s) != 1 || len(s[0].Members) != tt.n {
				t.Errorf("%d stories", len(s))
				if len(s) > 0 {
					t.Errorf("the first of %d", len(s[0].Members))
				}
			}
		})
	}
}
