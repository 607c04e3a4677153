package store

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"repost/dedup"
	"repost/store/ingest"
)

// press makes documents as a handful of outlets would: stories of their own, copies with
// edits, excerpts, pages of two stories, forms filled in with other figures, formulas that
// many have, and the footer of the outlet.
type press struct {
	*rand.Rand
	sentences []string
	stories   [][]int // of sentences
	footers   []string
}

const signs = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"

func newPress(r *rand.Rand) *press {
	p := &press{Rand: r}
	han := []rune(signs)
	for range 240 {
		var b strings.Builder
		for range 8 + r.IntN(22) {
			b.WriteRune(han[r.IntN(len(han))])
		}
		p.sentences = append(p.sentences, b.String()+"。")
	}
	for i := range 24 {
		var s []int
		for range 3 + r.IntN(8) {
			s = append(s, 40+r.IntN(200)) // the first forty are formulas
		}
		if i%3 == 0 {
			s = append(s, r.IntN(6), r.IntN(40))
		}
		p.stories = append(p.stories, s)
	}
	for range 2 + r.IntN(3) { // of a hundred documents, two outlets have fifty each
		var b strings.Builder
		for range 30 + r.IntN(30) {
			b.WriteRune(han[r.IntN(len(han))])
		}
		p.footers = append(p.footers, b.String())
	}
	return p
}

func (p *press) text() (text string, source int) {
	var lines []string
	say := func(story []int) {
		var b strings.Builder
		for i, s := range story {
			said := p.sentences[s]
			switch p.IntN(16) {
			case 0:
				continue
			case 1:
				at := []rune(said)
				at[p.IntN(len(at)-1)] = '某'
				said = string(at)
			}
			b.WriteString(said)
			if i%3 == 2 {
				b.WriteString("\n")
			}
		}
		lines = append(lines, b.String())
	}
	story := func() []int {
		if p.IntN(3) == 0 { // the hot ones
			return p.stories[p.IntN(3)]
		}
		return p.stories[p.IntN(len(p.stories))]
	}
	switch s := story(); p.IntN(8) {
	case 0: // word for word
		for _, i := range s {
			lines = append(lines, p.sentences[i])
		}
	case 1:
		say(s)
		say(story())
	case 2:
		say(s[:(len(s)+1)/2])
	case 3:
		lines = append(lines, fmt.Sprintf("%s第%d期开奖号码为%d，%d，%d，销售总额%d元。%s", p.sentences[1], p.IntN(40), p.IntN(30), p.IntN(30), p.IntN(30), p.IntN(90000), p.sentences[2]))
	case 4: // of its own
		var own []int
		for range 2 + p.IntN(6) {
			own = append(own, p.IntN(len(p.sentences)))
		}
		say(own)
	default:
		say(s)
	}
	source = p.IntN(len(p.footers))
	if p.IntN(3) > 0 {
		lines = append(lines, p.footers[source])
	}
	return strings.Join(lines, "\n\n"), source
}

func (p *press) document(id int) dedup.Document {
	text, source := p.text()
	return dedup.Document{
		ID: fmt.Sprintf("d%03d", id), Source: fmt.Sprintf("报%d", source), Text: text,
		Date: fmt.Sprintf("2024-%02d-%02d", 1+p.IntN(12), 1+p.IntN(28)),
	}
}

// settledState is all that a settling leaves, apart from what depends on the order of work.
type settledState struct {
	Stories    []dedup.Story
	Carved     []byte
	Aside      []byte
	Basis      []byte
	Linked     []byte
	Judgements map[uint32]*dedup.Judgement
}

func stateOf(t *testing.T, c *Corpus) settledState {
	s := settledState{Judgements: map[uint32]*dedup.Judgement{}}
	must(t, 0, c.Stories(func(story *dedup.Story) error { s.Stories = append(s.Stories, *story); return nil }))
	s.Carved, s.Aside = must2(c.State(dedup.Carved))(t), must2(c.State(dedup.Aside))(t)
	s.Basis, s.Linked = must2(c.State(dedup.Basis))(t), must2(c.State(stateLinked))(t)
	for n := range c.view.Load().Documents {
		j := must2(c.Detection(t.Context()).Judgement(n))(t)
		if j == nil {
			continue
		}
		// A link that no longer counts is kept until one of its documents goes.
		j.Links = slices.DeleteFunc(j.Links, func(l dedup.JudgedLink) bool { return !l.Evident })
		for i := range j.Links {
			j.Links[i].Place = 0
		}
		if len(j.Links) > 0 {
			s.Judgements[n] = j
		}
	}
	return s
}

// difference says the first difference of two states.
func (s *settledState) difference(o *settledState) string {
	at := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	for n, a := range s.Judgements {
		if b := o.Judgements[n]; at(a) != at(b) {
			return fmt.Sprintf("document %d:\n%s\n%s", n, at(a), at(b))
		}
	}
	for n := range o.Judgements {
		if s.Judgements[n] == nil {
			return fmt.Sprintf("document %d: nothing\n%s", n, at(o.Judgements[n]))
		}
	}
	for _, p := range [][2]any{{s.Stories, o.Stories}, {s.Carved, o.Carved}, {s.Aside, o.Aside}, {s.Basis, o.Basis}, {s.Linked, o.Linked}} {
		if a, b := at(p[0]), at(p[1]); a != b {
			return a + "\n" + b
		}
	}
	return ""
}

// TestUpdate: whatever the history of a corpus, its stories and all that is kept of them
// are those of a rebuild. REPOST_HISTORIES is how many histories, and REPOST_SEED the
// first.
func TestUpdate(t *testing.T) {
	histories, first := 3, uint64(1)
	if n, err := strconv.Atoi(os.Getenv("REPOST_HISTORIES")); err == nil {
		histories = n
	}
	if n, err := strconv.ParseUint(os.Getenv("REPOST_SEED"), 10, 64); err == nil {
		first = n
	}
	updates := 0
	for seed := first; seed < first+uint64(histories); seed++ {
		updates += history(t, seed)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if updates == 0 {
		t.Error("no update was made by difference")
	}
}

func history(t *testing.T, seed uint64) (updates int) {
	dir := t.TempDir()
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "x.repost")
	r := rand.New(rand.NewPCG(seed, 17))
	p := newPress(r)
	open := func(path string, opt Options) *Corpus { return must2(Open(path, NoSync(opt)))(t) }
	c := open(path, Options{Create: true, Scheme: &dedup.DefaultScheme})
	defer func() { c.Close() }()
	next := 0
	add := func(n int) {
		records := func(yield func(ingest.Record, error) bool) {
			for range n {
				id := next
				if next > 0 && r.IntN(5) == 0 {
					id = r.IntN(next) // replaced
				} else {
					next++
				}
				d := p.document(id*7919%1000 + 1000*(id/1000))
				if !yield(ingest.Record{Doc: d}, nil) {
					return
				}
			}
		}
		must2(Load(t.Context(), c, records, LoadOptions{}))(t)
	}
	add([]int{40, 70, 100, 130, 220}[r.IntN(5)] + r.IntN(30))
	var removed []uint32
	for step := range 4 {
		before := must2(c.State(dedup.Basis))(t)
		switch r.IntN(5) {
		case 0, 1:
			add(1 + r.IntN(6))
		case 2, 3:
			var ns []uint32
			for range 1 + r.IntN(4) {
				if n := r.Uint32N(c.Next()); !c.view.Load().retired.has(n) {
					ns = append(ns, n)
				}
			}
			removed = append(removed, ns...)
			must(t, 0, c.Remove(ns))
		default:
			for _, n := range removed {
				if r.IntN(2) == 0 {
					c.Restore([]uint32{n}) // unless it was added again
				}
			}
		}
		if r.IntN(3) == 0 {
			must(t, 0, c.Close())
			c = open(path, Options{})
		}
		if r.IntN(4) == 0 && step < 3 {
			continue
		}
		must(t, 0, c.Settle(t.Context(), nil))
		if c.Work().Partly && len(before) > 0 {
			updates++
		}
		if d := must2(c.Difference(t.Context(), nil))(t); d != "" {
			t.Errorf("step %d: %s", step, d)
		}
		got := stateOf(t, c)
		full := filepath.Join(dir, "full.repost")
		must(t, 0, c.Close())
		b := must2(os.ReadFile(path))(t)
		must(t, 0, os.WriteFile(full, b, 0o644))
		f := open(full, Options{})
		must(t, 0, f.DropLinks())
		must(t, 0, f.Settle(t.Context(), nil))
		want := stateOf(t, f)
		must(t, 0, f.Close())
		c = open(path, Options{})
		if d := got.difference(&want); d != "" {
			t.Errorf("step %d: by difference, and all anew: %s", step, d)
			return updates
		}
	}
	return updates
}
