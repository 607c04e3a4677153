package testdata

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Press makes texts as a handful of outlets would: stories of their own, copies with
// edits, excerpts, pages of two stories, forms filled in with other figures, formulas that
// many have, and the footer of the outlet.
type Press struct {
	*rand.Rand
	sentences []string
	stories   [][]int // of sentences
	footers   []string
}

const signs = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"

// NewPress returns a Press of texts that r chooses.
func NewPress(r *rand.Rand) *Press {
	p := &Press{Rand: r}
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

// Text returns a text and the number of the outlet that carries it.
func (p *Press) Text() (text string, source int) {
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
	if p.IntN(3) > 0 || strings.Join(lines, "") == "" { // an empty text is no document
		lines = append(lines, p.footers[source])
	}
	return strings.Join(lines, "\n\n"), source
}
