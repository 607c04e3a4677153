package dedup_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup/detect"
	"repost/dedup/diff"
	"repost/shingle"
)

// script is what texts in one script are made up of.
type script struct {
	words      []string
	space, end string
}

var paragraphScripts = map[string]script{
	"en": {strings.Fields("abbot tower lantern river ford winter brother timber forest snow oxen merchant silver bell letter bishop stone bridge market harvest barley miller widow orchard chapel lamp boat ferry storm island garden window roof"), " ", "."},
	"de": {strings.Fields("Abt Turm Laterne Fluss Furt Winter Bruder Holz Wald Schnee Ochse Kaufmann Silber Glocke Brief Bischof Stein Brücke Markt Ernte Gerste Müller Witwe Garten Kapelle Lampe Boot Fähre Sturm Insel"), " ", "."},
	"ru": {strings.Fields("настоятель башня фонарь река брод зима брат дерево лес снег вол купец серебро колокол письмо епископ камень мост рынок урожай ячмень мельник вдова сад часовня лампа лодка паром буря остров"), " ", "."},
	"ar": {strings.Fields("برج نهر شتاء غابة ثلج تاجر فضة جرس رسالة حجر جسر سوق حصاد شعير أرملة حديقة مصباح قارب عاصفة جزيرة نافذة سقف طريق مدينة قرية باب قمح زيت ملح بحر"), " ", "."},
	"zh": {strings.Split("山里 老茶树 渡船 石桥 秋收 灯塔 麦田 磨坊 果园 集市 木匠 铁匠 渔网 河湾 雪夜 钟楼 信札 商队 银匠 书院 水车 竹林 瓦窑 驿站 城门 荷塘 蜂箱 药铺 戏台 麻绳", " "), "", "。"},
	"ja": {strings.Split("灯台が ふもとに たたずむ 茶畑は 渡し舟を 石橋へ 秋祭りの 水車も 雪の夜に 鐘の音が 手紙を 商人は 銀細工 竹林へ 宿場で 城門を 蓮池の 蜂の巣 薬屋が 舞台に 麻縄を 漁師の 果樹園", " "), "", "。"},
	"th": {strings.Split("หอคอย แม่น้ำ ตะเกียง ฤดูหนาว ป่าไม้ หิมะ พ่อค้า เงิน ระฆัง จดหมาย สะพาน ตลาด ข้าวสาลี สวนผลไม้ เรือ พายุ เกาะ หน้าต่าง หลังคา หมู่บ้าน ประตู เกลือ ทะเล น้ำมัน", " "), "", ""},
}

func (s script) paragraph(rng *rand.Rand) string {
	var out []string
	for range 1 + rng.IntN(4) {
		var w []string
		for range 14 + rng.IntN(9) {
			w = append(w, s.words[rng.IntN(len(s.words))])
		}
		out = append(out, strings.Join(w, s.space)+s.end)
	}
	return strings.Join(out, s.space)
}

// made is a text and one with a paragraph left out, put in or replaced.
type made struct{ name, a, b, gone, new string }

func edited(t *rapid.T) made {
	m := made{name: rapid.SampledFrom(slices.Sorted(maps.Keys(paragraphScripts))).Draw(t, "script")}
	s := paragraphScripts[m.name]
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	var all []string
	for range rapid.IntRange(2, 30).Draw(t, "paragraphs") {
		all = append(all, s.paragraph(rng))
	}
	glue := rapid.SampledFrom([]string{"\n\n", "\n", "\n    ", "\n　　"}).Draw(t, "glue")
	k := rapid.IntRange(0, len(all)-1).Draw(t, "at")
	b := slices.Clone(all)
	switch rapid.SampledFrom([]string{"drop", "add", "replace"}).Draw(t, "edit") {
	case "drop":
		b, m.gone = slices.Delete(b, k, k+1), all[k]
	case "add":
		m.new = s.paragraph(rng)
		b = slices.Insert(b, k, m.new)
	default:
		m.gone, m.new = all[k], s.paragraph(rng)
		b[k] = m.new
	}
	m.a, m.b = strings.Join(all, glue)+"\n", strings.Join(b, glue)+"\n"
	return m
}

// listed reports whether a change that is more than cosmetic shows part of text.
func listed(r *diff.Result, side func(diff.Change) shingle.Span, text, part string) bool {
	at := strings.Index(text, part)
	return part == "" || slices.ContainsFunc(r.Changes, func(c diff.Change) bool {
		s := side(c)
		return c.Grade != diff.Cosmetic && s.Lo < at+len(part) && s.Hi > at
	})
}

// TestParagraphsAreListed leaves out, puts in and replaces a whole paragraph of a text in
// several paragraphScripts and layouts: it is in the list, and from B to A as it is from A to B.
func TestParagraphsAreListed(t *testing.T) {
	var linker detect.Linker
	texts := rapid.Custom(edited)
	for seed := range 150 { // the same texts in every run
		m := texts.Example(seed)
		if 2*len(m.gone) > len(m.a) || 2*len(m.new) > len(m.b) {
			continue // most of a text is new
		}
		for _, spans := range []bool{false, true} {
			a, b := diff.Side{Text: m.a}, diff.Side{Text: m.b}
			if spans {
				x, y := detect.DefaultScheme.Prepare(m.a), detect.DefaultScheme.Prepare(m.b)
				ours, theirs := detect.Extent(linker.Chains(x, y))
				if len(ours) == 0 || 3*ours.Size() < 2*len(x.Units) || 3*theirs.Size() < 2*len(y.Units) {
					continue // what is between may be another story
				}
				a.Spans, b.Spans = detect.ExpandSpans(x, ours, false), detect.ExpandSpans(y, theirs, false)
				a, b = diff.Frame(a, b)
			}
			r, back := diff.Compare(a, b, diff.Options{}), diff.Compare(b, a, diff.Options{})
			fail := func(what string) {
				t.Fatalf("%s, spans %v: %s\n%q\n%q\nspans %v %v\n%+v\n%+v", m.name, spans, what, m.a, m.b, a.Spans, b.Spans, r.Blocks, r.Changes)
			}
			ours, theirs := func(c diff.Change) shingle.Span { return c.A }, func(c diff.Change) shingle.Span { return c.B }
			switch {
			case !listed(r, ours, m.a, m.gone):
				fail("what was left out is not in the list")
			case !listed(r, theirs, m.b, m.new):
				fail("what was put in is not in the list")
			case !listed(back, theirs, m.a, m.gone) || !listed(back, ours, m.b, m.new):
				fail("it is not in the list from B to A")
			}
			if x, y := fmt.Sprint(r.Summary.Substantive, r.Summary.Minor), fmt.Sprint(back.Summary.Substantive, back.Summary.Minor); x != y {
				fail("grades " + x + ", and " + y + " from B to A")
			}
		}
	}
}
