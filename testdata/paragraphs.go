package testdata

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Paragraphs is a text of paragraphs in one script, made up of words at random, and the same
// after one edit of a whole paragraph.
type Paragraphs struct {
	Script, Edit string
	A, B         string
	Gone, New    string // what A alone has, and what B alone has
	Moved        string // what stands elsewhere
}

// script is what texts in one script are made up of.
type script struct {
	name       string
	words      []string
	space, end string
}

var scripts = []script{
	{"en", strings.Fields("abbot tower lantern river ford winter brother timber forest snow oxen merchant silver bell letter bishop stone bridge market harvest barley miller widow orchard chapel lamp boat ferry storm island garden window roof"), " ", "."},
	{"de", strings.Fields("Abt Turm Laterne Fluss Furt Winter Bruder Holz Wald Schnee Ochse Kaufmann Silber Glocke Brief Bischof Stein Brücke Markt Ernte Gerste Müller Witwe Garten Kapelle Lampe Boot Fähre Sturm Insel"), " ", "."},
	{"ru", strings.Fields("настоятель башня фонарь река брод зима брат дерево лес снег вол купец серебро колокол письмо епископ камень мост рынок урожай ячмень мельник вдова сад часовня лампа лодка паром буря остров"), " ", "."},
	{"ar", strings.Fields("برج نهر شتاء غابة ثلج تاجر فضة جرس رسالة حجر جسر سوق حصاد شعير أرملة حديقة مصباح قارب عاصفة جزيرة نافذة سقف طريق مدينة قرية باب قمح زيت ملح بحر"), " ", "."},
	{"zh", strings.Fields("山里 老茶树 渡船 石桥 秋收 灯塔 麦田 磨坊 果园 集市 木匠 铁匠 渔网 河湾 雪夜 钟楼 信札 商队 银匠 书院 水车 竹林 瓦窑 驿站 城门 荷塘 蜂箱 药铺 戏台 麻绳"), "", "。"},
	{"ja", strings.Fields("灯台が ふもとに たたずむ 茶畑は 渡し舟を 石橋へ 秋祭りの 水車も 雪の夜に 鐘の音が 手紙を 商人は 銀細工 竹林へ 宿場で 城門を 蓮池の 蜂の巣 薬屋が 舞台に 麻縄を 漁師の 果樹園"), "", "。"},
	{"ko", strings.Fields("등대가 강가에 나루터의 차밭은 돌다리를 가을걷이 물레방아도 눈밤에 종소리가 편지를 상인은 은세공 대숲으로 역참에서 성문을 연못의 벌집 약방이 무대에 밧줄을 어부의 과수원"), " ", "."},
	{"th", strings.Fields("หอคอย แม่น้ำ ตะเกียง ฤดูหนาว ป่าไม้ หิมะ พ่อค้า เงิน ระฆัง จดหมาย สะพาน ตลาด ข้าวสาลี สวนผลไม้ เรือ พายุ เกาะ หน้าต่าง หลังคา หมู่บ้าน ประตู เกลือ ทะเล น้ำมัน"), "", ""},
}

// line returns n words.
func (s script) line(rng *rand.Rand, n int) string {
	var w []string
	for range n {
		w = append(w, s.words[rng.IntN(len(s.words))])
	}
	return strings.Join(w, s.space)
}

// paragraph returns one to four sentences.
func (s script) paragraph(rng *rand.Rand) string {
	var out []string
	for range 1 + rng.IntN(4) {
		out = append(out, s.line(rng, 14+rng.IntN(9))+s.end)
	}
	return strings.Join(out, s.space)
}

// Edited returns the texts of a seed: of two to thirty paragraphs, with a headline or
// without, in one of four layouts, of which one paragraph, the headline or the last section
// is left out, put in, replaced or moved.
func Edited(seed uint64) Paragraphs {
	rng := rand.New(rand.NewPCG(seed, 0))
	s := scripts[rng.IntN(len(scripts))]
	p := Paragraphs{Script: s.name, Edit: []string{"drop", "add", "replace", "move", "headline", "section"}[rng.IntN(6)]}
	glue := []string{"\n\n", "\n", "\n    ", "\n　　"}[rng.IntN(4)]
	first := rng.IntN(2) // paragraph after the headline, if there is one
	var a []string
	if first > 0 || p.Edit == "headline" {
		a, first = append(a, s.line(rng, 3+rng.IntN(3))), 1
	}
	for range 2 + rng.IntN(1+rng.IntN(29)) {
		a = append(a, s.paragraph(rng))
	}
	b := slices.Clone(a)
	k := first + rng.IntN(len(a)-first)
	switch p.Edit {
	case "drop":
		b, p.Gone = slices.Delete(b, k, k+1), a[k]
	case "add":
		p.New = s.paragraph(rng)
		b = slices.Insert(b, k, p.New)
	case "replace":
		p.Gone, p.New = a[k], s.paragraph(rng)
		b[k] = p.New
	case "move":
		p.Moved = a[k]
		b = slices.Delete(b, k, k+1)
		b = slices.Insert(b, first+rng.IntN(len(b)-first+1), p.Moved)
	case "headline":
		b, p.Gone = b[1:], a[0]
	case "section":
		p.New = s.line(rng, 2+rng.IntN(3)) + glue + s.paragraph(rng)
		b = append(b, p.New)
	}
	p.A, p.B = strings.Join(a, glue)+"\n", strings.Join(b, glue)+"\n"
	return p
}
