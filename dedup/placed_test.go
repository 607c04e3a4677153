package dedup_test

import (
	"strings"
	"testing"

	"repost/dedup"
)

// placed are texts in three languages: a passage, and texts that have nothing in common with
// it or each other.
var placed = []struct {
	language, passage string
	own               [4]string
}{
	{"Chinese", "据水文站记载，这座石桥修成于同治七年，桥下最多的一年过了四千多条木排。1987年上游建了水库，放排的人陆续上岸，到前年，桥边的排工茶馆只剩一家还开门。街道办打算把茶馆的二楼改成陈列室，旧篙子和号子的录音都放进去，周末请老排工丁茂才来讲讲怎么过滩。", [4]string{
		"县里的修表铺上个月搬到了邮局对面，柜台换成了玻璃的，师傅低头干活的样子过路人都看得见。店主彭守义说，新店的房租贵了一倍，好在学徒从一个添到了三个，上发条的老钟也还有人送来。",
		"入夏以来雨水偏多，柘溪乡的花椒比去年晚摘了半个月。晒场上搭起了七座塑料棚，烘干一斤要两块四，外地来收货的车在村口停成一排，手快的摘椒工一天能挣三百元。",
		"少年宫的天文台修好了圆顶，周五晚上免费开放。管望远镜的吕文清说，来得最多的不是孩子，是附近厂里下夜班的工人，有人连着来了六个星期，只为看一眼土星的环。",
		"江边的造船社接下了今年第二条木船，船主要的是能在浅滩上拖的平底船。木匠们把桐油熬了三遍，说现在会捻缝的人全社只有两个，年轻人愿意学的还在问工钱。",
	}},
	{"English", "According to the town records the ferry began under the old king, and in its best years eleven boats carried more than a thousand people a day. After the road reached the lower village in 1998 the passengers became fewer every year, and last year there were thirty of them on an ordinary day. The council wants to turn the landing into a small park where the old boat stands on the bank, and Walter will come twice a week to tell children about the water.", [4]string{
		"The kitchen of the primary school looks different since the winter holidays: a glass wall shows who cuts the vegetables and who stirs the soup. The headmaster says that the work cost eighty thousand, of which the county paid most and former pupils the rest.",
		"Spring came early this year and the tea gardens in the hills were picked twelve days sooner than usual. In front of the buying station people stood in a long queue, the price of the first leaves rose by a fifth, and hands that know how to pick a bud with one leaf are hard to find.",
		"Since the old library was emptied its ground floor has been a reading room that stays open until ten. The woman who keeps it says that only half of those who come are pupils, and the others are young people before an examination and some retired teachers.",
		"The night market moved to the river wall last week, where a hundred and twenty stalls have numbers and the smoke goes into a pipe. The man who sells dumplings has done his sums: he pays less for the place and sells more than at the corner, except in strong wind.",
	}},
	{"German", "Nach der Chronik des Ortes begann die Fähre unter dem alten Grafen, und in ihren besten Jahren brachten elf Boote täglich mehr als tausend Leute über den Fluss. Seit 1998 die Straße das untere Dorf erreicht hat, werden es jedes Jahr weniger, und im letzten Jahr waren es an einem gewöhnlichen Tag noch dreißig. Der Gemeinderat will aus der Anlegestelle einen kleinen Park machen, in dem das alte Boot am Ufer steht, und Walter soll zweimal in der Woche den Kindern vom Wasser erzählen.", [4]string{
		"Die Küche der Grundschule sieht seit den Winterferien anders aus: Durch eine Glaswand sieht man, wer das Gemüse schneidet und wer in der Suppe rührt. Der Rektor sagt, der Umbau habe achtzigtausend gekostet, das meiste zahlte der Kreis, den Rest frühere Schüler.",
		"Der Frühling kam in diesem Jahr zeitig, und in den Gärten am Hang wurde zwölf Tage früher gepflückt als sonst. Vor der Annahmestelle standen die Leute Schlange, der Preis für die ersten Blätter stieg um ein Fünftel, und geübte Hände sind schwer zu finden.",
		"Seit die alte Bücherei leer steht, ist im Erdgeschoss ein Lesesaal, der bis zehn Uhr geöffnet bleibt. Die Aufsicht sagt, nur die Hälfte der Besucher seien Schüler, die anderen junge Leute vor einer Prüfung und einige pensionierte Lehrer.",
		"Der Nachtmarkt ist letzte Woche auf die Ufermauer gezogen, wo hundertzwanzig Stände Nummern haben und der Rauch in ein Rohr geht. Der Mann mit den Knödeln hat gerechnet: Der Platz kostet weniger, und er verkauft mehr als an der Ecke, außer bei starkem Wind.",
	}},
}

// TestPassageAnyPlace: two pages that have a passage in common are one story wherever it
// stands in each, and however long the other texts of the pages are. Text before the passage
// and after it is no rewording of the other page's.
func TestPassageAnyPlace(t *testing.T) {
	for _, p := range placed {
		head := func(i int) string { // as long as a headline and a byline
			cut := len(p.own[i]) / 3
			for p.own[i][cut]&0xC0 == 0x80 {
				cut--
			}
			return p.own[i][:cut]
		}
		a, b, c, d := p.own[0], p.own[1], p.own[2], p.own[3]
		for place, pages := range map[string][2][]string{
			"last":                      {{a, p.passage}, {b, p.passage}},
			"first":                     {{p.passage, a}, {p.passage, b}},
			"in the middle":             {{a, p.passage, c}, {b, p.passage, d}},
			"last, below two":           {{a, c, p.passage}, {b, d, p.passage}},
			"first, above two":          {{p.passage, a, c}, {p.passage, b, d}},
			"below a short head":        {{head(0), p.passage}, {head(1), p.passage}},
			"above a short tail":        {{p.passage, head(0)}, {p.passage, head(1)}},
			"between a head and a tail": {{head(0), p.passage, head(2)}, {head(1), p.passage, head(3)}},
			"last and first":            {{a, p.passage}, {p.passage, b}},
			"last, below three and one": {{a, c, d, p.passage}, {b, p.passage}},
			"all of one page":           {{a, p.passage}, {p.passage}},
		} {
			m := withStories(t,
				dedup.Document{ID: "a", Date: "2025-03-01", Text: strings.Join(pages[0], "\n")},
				dedup.Document{ID: "b", Date: "2025-03-02", Text: strings.Join(pages[1], "\n")})
			if n := len(m.Stories()); n != 1 {
				t.Errorf("%s, the passage %s: %d stories", p.language, place, n)
			}
		}
		m := withStories(t,
			dedup.Document{ID: "a", Date: "2025-03-01", Text: a + "\n" + c},
			dedup.Document{ID: "b", Date: "2025-03-02", Text: b + "\n" + d})
		if n := len(m.Stories()); n != 0 {
			t.Errorf("%s, without the passage: %d stories", p.language, n)
		}
	}
}
