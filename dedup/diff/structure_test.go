package diff

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/shingle"
)

// statute is the sentences of one; the later ones refer to earlier ones by %s.
var statute = []string{
	"Cars keep to the right of the road.", "Carts give way to cars.", "Riders carry a lamp after dark.",
	"Bells are rung at crossings.", "Who breaks %s pays a fine.", "Fines go to the town.", "This law is in force from today.",
}

// numbered writes articles under labels; refers is what the fifth sentence names.
func numbered(articles []string, name func(n int) string, sep string, refers int) string {
	var b strings.Builder
	for i, s := range articles {
		if strings.Contains(s, "%s") {
			s = fmt.Sprintf(s, strings.Trim(name(refers), "# "))
		}
		b.WriteString(name(i+1) + sep + s + "\n")
	}
	return b.String()
}

// TestRenumbered: an article that is put in is an addition, and the rest one entry.
func TestRenumbered(t *testing.T) {
	han := strings.Fields("零 一 二 三 四 五 六 七 八 九 十 十一 十二")
	roman := strings.Fields("0 I II III IV V VI VII VIII IX X")
	more := append(append(append([]string{}, statute[:2]...), "Walkers use the footpath."), statute[2:]...)
	for _, k := range []struct {
		name   string
		label  func(n int) string
		sep    string
		refers bool // labels that a text refers to by themselves
	}{
		{"第…条", func(n int) string { return "第" + han[n] + "条" }, "　", true},
		{"第 Arabic 条", func(n int) string { return fmt.Sprintf("第%d条", n+7) }, " ", true},
		{"제…조", func(n int) string { return fmt.Sprintf("제%d조", n) }, " ", true},
		{"Article", func(n int) string { return fmt.Sprint("Article ", n) }, ". ", true},
		{"Artikel", func(n int) string { return fmt.Sprint("Artikel ", n) }, "\n", true},
		{"§", func(n int) string { return fmt.Sprint("§ ", n) }, " ", true},
		{"Статья", func(n int) string { return fmt.Sprint("Статья ", n) }, ". ", false},
		{"Article, Roman", func(n int) string { return "Article " + roman[n] }, " ", true},
		{"heading of markdown", func(n int) string { return fmt.Sprint("## Section ", n) }, "\n", true},
		{"number and point", func(n int) string { return fmt.Sprint(n, ".") }, " ", false},
		{"number in brackets", func(n int) string { return fmt.Sprint("(", n, ")") }, " ", false},
		{"Han and comma", func(n int) string { return han[n] + "、" }, "", false},
		{"Han in brackets", func(n int) string { return "（" + han[n] + "）" }, "", false},
		{"letter", func(n int) string { return string(rune('a'+n-1)) + ")" }, " ", false},
		{"Roman", func(n int) string { return roman[n] + "." }, " ", false},
		{"circled", func(n int) string { return string(rune('①' + n - 1)) }, " ", false},
	} {
		a, b := numbered(statute, k.label, k.sep, 3), numbered(more, k.label, k.sep, 4)
		if !k.refers {
			a, b = strings.ReplaceAll(a, "breaks "+k.label(3), "breaks it"), strings.ReplaceAll(b, "breaks "+k.label(4), "breaks it")
		}
		for _, p := range [][2]string{{a, b}, {b, a}} {
			r := check(t, Side{Text: p[0]}, Side{Text: p[1]}, Options{})
			want := 5
			if k.refers {
				want++
			}
			if len(r.Groups) != 1 || r.Groups[0].Class != Renumbered || r.Groups[0].Count != want || r.Summary.Substantive != 1 || r.Summary.Minor != 1 {
				t.Errorf("%s: %+v %v\n%s\n%s", k.name, r.Groups, short(r), p[0], p[1])
			}
		}
	}
}

// TestLabelsAreWhole: no change begins or ends within a label, whatever stands after it.
func TestLabelsAreWhole(t *testing.T) {
	for _, k := range []struct{ name, a, b string }{
		{"before a text that moved", "第一条 为了保护森林，制定本法。\n第二条 村民委员会负责巡山护林工作。\n第三条 违者由林业站处以罚款，情节严重的没收工具。\n",
			"第一条 为了保护森林，制定本法。\n第二条 违者由林业站处以罚款，情节严重的没收工具。\n第三条 林区内不得用火取暖，不得放牧。\n第四条 村民委员会负责巡山护林工作。\n"},
		{"a new article with the same beginning", "第九条 有限责任公司变更的，应当登记。\n第十条 公司可以设立分公司。\n", "第九条 公司的经营范围由章程规定，可以修改。\n第十条 有限责任公司变更的，应当登记。\n第十一条 公司可以设立分公司。\n"},
		{"a chapter and an article", "第五条 船长应当保持航海日志。\n第六条 船员应当持证上岗，服从指挥。\n", "第五条 船长应当保持航海日志。\n第二章 船员\n第六条 船东应当为船员投保。\n第七条 船员应当持证上岗，服从指挥。\n"},
		{"Article", "Article 1 Carts give way to cars at the gate.\nArticle 2 Bells are rung at crossings.\n", "Article 1 Walkers use the footpath and carts the road.\nArticle 2 Carts give way to cars at the gate.\nArticle 3 Bells are rung at crossings.\n"},
	} {
		for _, p := range [][2]string{{k.a, k.b}, {k.b, k.a}} {
			r := check(t, Side{Text: p[0]}, Side{Text: p[1]}, Options{})
			for _, c := range r.Changes {
				for i, s := range []shingle.Span{c.A, c.B} {
					for _, l := range labelsOf(p[i]) {
						if inside := func(at int) bool { return l.at.Lo < at && at < l.at.Hi }; c.Class != Renumbered && (inside(s.Lo) || inside(s.Hi)) {
							t.Errorf("%s: %s within %q", k.name, short(r), l.at.Of(p[i]))
						}
					}
				}
			}
		}
	}
}

// TestRenumberedOtherwise: a label is renumbered, and no figure of another value, when it comes in
// other brackets or of another kind, next to another edit, or before a part that had none.
func TestRenumberedOtherwise(t *testing.T) {
	for _, k := range []struct {
		a, b              string
		renumbered, other int
	}{
		{"为了保护河道，制定本办法。\n下列行为处以罚款：\n(一)无证捕鱼的；\n(二)倒卖鱼苗的；\n(三)毁坏河堤的。\n", "为了保护河道，制定本办法。\n下列行为处以罚款：\n（一）倒卖鱼苗的；\n（二）毁坏河堤的。\n", 1, 1},
		{"Boats are moored\n\na) at the pier,\n\nb) at a buoy,\n\nc) on the beach.\n", "Boats are moored\n\n1. at the pier,\n\n2. at a buoy,\n\n3. on the beach.\n", 3, 0},
		{"第一条 船舶应当登记。\n第二条 船长申请检验的，应当提前通知。\n第三条 违者罚款。\n", "第一条 船舶应当登记。\n第二条 渔网由渔政站发放，不得转让。\n第三条 申请检验的，应当提前通知。\n第四条 违者罚款。\n", 2, 2},
		{"§ 1 Hafen\n\nBoote liegen am Steg.\n", "§ 1 Hafen\n\n(1) Boote liegen am Steg.\n\n(2) Der Steg wird nachts beleuchtet.\n", 1, 1},
	} {
		for _, p := range [][2]string{{k.a, k.b}, {k.b, k.a}} {
			r := check(t, Side{Text: p[0]}, Side{Text: p[1]}, Options{})
			n, other := 0, 0
			for _, c := range r.Changes {
				if c.Class == Renumbered && c.Grade == Minor {
					n++
				} else if c.Grade == Substantive {
					other++
				}
			}
			if n != k.renumbered || other != k.other {
				t.Errorf("%d renumbered, %d others: %v", n, other, short(r))
			}
		}
	}
}

// TestListsOfNumbersFollow: lists and ranges of numbers that refer to parts are renumbered with
// them.
func TestListsOfNumbersFollow(t *testing.T) {
	for _, refer := range [][2]string{{"§§ 3 bis 6", "§§ 4 bis 7"}, {"§§ 1, 3 und 5", "§§ 1, 4 und 6"}} {
		law := func(more, refers string, from int) string {
			s := "§ 1 Zweck\nDas Ufer ist frei.\n§ 2 Wort\nWer fischt, sagt es.\n" + more
			for i, head := range strings.Fields("Fisch Kahn Netz Rat") {
				s += fmt.Sprintf("§ %d %s\nDer %s gehört dem Dorf.\n", from+i, head, head)
			}
			return s + fmt.Sprintf("§ %d Strafe\nWer die %s bricht, zahlt.\n", from+4, refers)
		}
		r := Compare(Side{Text: law("", refer[0], 3)}, Side{Text: law("§ 3 Buch\nDas Buch liegt im Rathaus der Stadt aus.\n", refer[1], 4)}, Options{})
		for _, c := range r.Changes {
			if c.Class == Number {
				t.Errorf("%v: %s", refer, short(r))
			}
		}
	}
}

// TestHeadingIsNoRunningHead: labels alone on their lines, above long articles, are labels and
// not the numbers of pages.
func TestHeadingIsNoRunningHead(t *testing.T) {
	long := make([]string, 4)
	for i := range long {
		long[i] = strings.ReplaceAll(strings.Join(statute[i:i+4], " "), "%s", "it") + " " + statute[3-i]
	}
	more := append([]string{long[0], "Walkers use the footpath."}, long[1:]...)
	for _, word := range []string{"Article", "ARTICLE", "Artikel", "Section", "Chapter", "Статья"} {
		label := func(n int) string { return fmt.Sprint(word, " ", n) }
		r := check(t, Side{Text: numbered(long, label, "\n", 0)}, Side{Text: numbered(more, label, "\n", 0)}, Options{})
		if r.Summary.Substantive != 1 || r.Summary.Minor != 1 || len(r.Groups) != 1 || r.Groups[0].Class != Renumbered {
			t.Errorf("%s: %v", word, short(r))
		}
	}
}

// TestNumberThatBreaksTheOrder is no renumbering, and neither is a reference that does not
// follow what it refers to.
func TestNumberThatBreaksTheOrder(t *testing.T) {
	label := func(n int) string { return fmt.Sprint("Article ", n) }
	a := numbered(statute, label, ". ", 3)
	for _, b := range []string{
		strings.Replace(a, "Article 4.", "Article 9.", 1),
		strings.Replace(a, "breaks Article 3", "breaks Article 2", 1),
		strings.Replace(a, "Article 7.", "Article 8.", 1),
	} {
		r := check(t, Side{Text: a}, Side{Text: b}, Options{})
		if r.Summary.Substantive != 1 || len(r.Groups) != 0 {
			t.Errorf("%v\n%s", short(r), b)
		}
	}
}

// TestReplacedThroughout: the same words for the same words are one entry with a count;
// figures are facts each.
func TestReplacedThroughout(t *testing.T) {
	for _, k := range []struct {
		a, old, by string
		groups     int
	}{
		{"王小明是村长。昨天王小明说雨停了。我们问王小明什么时候修桥。", "王小明", "王晓明", 1},
		{"The Board of Trade met. Nobody saw the Board of Trade. We like the Board of Trade.", "Trade", "Commerce", 1},
		{"那時下雨。有時刮風。同時打雷。", "時", "时", 1},
		{"They realise it. We realise it too. You realise nothing.", "realise", "realize", 1},
		{"We organise it. They realise that. You recognise him.", "ise", "ize", 1},
		{"价格是12元。重量是12吨。长度是12米。", "12", "13", 0},
		{"王小明是村长。昨天王小明说雨停了。", "王小明", "王晓明", 0},
	} {
		b := strings.ReplaceAll(k.a, k.old, k.by)
		r := check(t, Side{Text: k.a}, Side{Text: b}, Options{})
		if len(r.Groups) != k.groups || k.groups == 1 && (r.Groups[0].Count != 3 || r.Summary.Substantive+r.Summary.Minor+r.Summary.Cosmetic != 1) {
			t.Errorf("%s → %s: %+v %v", k.old, k.by, r.Groups, short(r))
		}
	}
}

// TestGroupsHoldTheirChanges: every change of a group names it, and no other does.
func TestGroupsHoldTheirChanges(t *testing.T) {
	labels := []func(n int) string{
		func(n int) string { return fmt.Sprintf("第%d条 ", n) }, func(n int) string { return fmt.Sprintf("(%d) ", n) },
		func(n int) string { return fmt.Sprintf("Article %d. ", n) }, func(n int) string { return fmt.Sprintf("%d. ", n) },
	}
	line := rapid.SampledFrom([]string{"车辆靠右行驶。", "Carts give way.", "依照第3条办理。", "See Article 2.", "行人走人行道。", "(2) is void.", "王小明来了。", "時間到。"})
	rapid.Check(t, func(t *rapid.T) {
		label := rapid.SampledFrom(labels).Draw(t, "label")
		text := func(lines []string) string {
			var b strings.Builder
			for i, s := range lines {
				b.WriteString(label(i+1) + s + "\n")
			}
			return b.String()
		}
		lines := rapid.SliceOfN(line, 1, 12).Draw(t, "lines")
		at := rapid.IntRange(0, len(lines)).Draw(t, "at")
		other := append(append(append([]string{}, lines[:at]...), rapid.SliceOfN(line, 0, 3).Draw(t, "more")...), lines[min(len(lines), at+rapid.IntRange(0, 2).Draw(t, "less")):]...)
		a, b := Side{Text: text(lines)}, Side{Text: text(other)}
		r := check(t, a, b, Options{})
		in := map[int]int{}
		for g, x := range r.Groups {
			if x.Count != len(x.Changes) || x.Count == 0 {
				t.Fatalf("%+v", x)
			}
			for _, k := range x.Changes {
				in[k] = g + 1
			}
		}
		for k, c := range r.Changes {
			if c.Group != in[k] || (c.Class == Renumbered) != (c.Group > 0 && r.Groups[c.Group-1].Class == Renumbered) {
				t.Fatalf("change %d of group %d: %+v", k, in[k], c)
			}
		}
		for _, bad := range append(unlisted(a, b, r), overlaps(r)...) {
			t.Errorf("%q | %q: %s", a.Text, b.Text, bad)
		}
	})
}

// TestSentenceMore: the last words of a sentence and the sentence after it are two changes.
func TestSentenceMore(t *testing.T) {
	for _, k := range [][3]string{
		{"镇民顾怀仁说。他家三代人都住在桥北的槐树巷里。镇长说好。", "镇民顾怀仁表示。镇长说好。", "说"},
		{"The mill will open again, the miller said. He has kept it for forty years. The town paid.", "The mill will open again, the miller added. The town paid.", "said"},
		{"Das Haus steht leer, sagte er. Niemand wollte dort in den letzten Jahren wohnen. Die Stadt zahlt.", "Das Haus steht leer, erklärte er. Die Stadt zahlt.", "sagte"},
		{"他今年五十岁。他家住在桥北的槐树巷里。", "他今年六十二岁。", "五十岁"},
	} {
		r := Compare(Side{Text: k[0]}, Side{Text: k[1]}, Options{})
		if len(r.Changes) != 2 || r.Changes[0].AText != k[2] || r.Changes[1].Class != Omission {
			t.Errorf("%s: %+v", k[0], r.Changes)
		}
	}
}

// Numbers and times at the head of the lines of one text are one entry.
func TestRunningHeads(t *testing.T) {
	lines := []string{"The gulls come in when evening falls,", "They settle on the harbour walls,", "And one by one the lamps are lit,", "Where once the fishers used to sit."}
	plain := strings.Join(lines, "\n")
	for _, k := range []struct {
		head  func(i int) string
		grade Grade
		class Class
	}{
		{func(i int) string { return fmt.Sprintf("%d ", i+1) }, Minor, Renumbered},
		{func(i int) string { return fmt.Sprintf("[%d] ", 5*i+5) }, Minor, Renumbered},
		{func(i int) string { return fmt.Sprintf("[00:01:%d] S%d: ", 10+i, i%2+1) }, Substantive, Attribution},
	} {
		var headed []string
		for i, l := range lines {
			headed = append(headed, k.head(i)+l)
		}
		for _, r := range []*Result{Compare(Side{Text: plain}, Side{Text: strings.Join(headed, "\n")}, Options{}), Compare(Side{Text: strings.Join(headed, "\n")}, Side{Text: plain}, Options{})} {
			if s := r.Summary; len(r.Groups) != 1 || s.Substantive+s.Minor != 1 || r.Groups[0].Grade != k.grade || r.Groups[0].Class != k.class || r.Groups[0].Count != len(lines) {
				t.Errorf("%q: %+v, groups %+v", headed[0], s, r.Groups)
			}
		}
	}
	// Figures of the text itself are no running numbers.
	r := Compare(Side{Text: "cups of flour\ncups of milk\nspoons of salt"}, Side{Text: "3 cups of flour\n1 cups of milk\n2 spoons of salt"}, Options{})
	if r.Summary.Substantive != 3 {
		t.Errorf("amounts of a recipe: %+v", r.Changes)
	}
}

// TestItemAfterReference: an item whose line follows a reference is no part of the reference, so
// a change of both keeps its place.
func TestItemAfterReference(t *testing.T) {
	for _, k := range []struct{ name, a, b string }{
		{"paragraph", "Die Stelle teilt mit:\n\n1.  den Ort nach § 31 Absatz 4;\n\n\n2.  die Namen der Schiffe.\n", "Die Stelle teilt mit:\n\n1.  den Ort nach § 32 Absatz 5;\n\n\n3.  die Namen der Schiffe.\n"},
		{"section", "The harbour master records\n1. moorings under section 4,\n2. lights on the pier.\n", "The harbour master records\n1. moorings under section 6,\n5. lights on the pier.\n"},
		{"Russian", "Начальник определяет:\n1) причалы согласно статье 7;\n2) огни на пирсе.\n", "Начальник определяет:\n1) причалы согласно статье 9;\n3) огни на пирсе.\n"},
		{"list marker", "The keeper notes\n- 1. boats under rule 3\n- 2. nets under rule 8\n", "The keeper notes\n- 1. boats under rule 5\n- 4. nets under rule 8\n"},
	} {
		for _, p := range [][2]string{{k.a, k.b}, {k.b, k.a}} {
			check(t, Side{Text: p[0]}, Side{Text: p[1]}, Options{})
			// One edit over the reference and the item, as where the whole passage is replaced.
			labelsIn(labelsOf(p[0]), p[0], shingle.Span{Lo: 0, Hi: len(p[0])})
			labelsInOrder(t, p[0])
		}
	}
	if l := labelsOf("nach den §§ 3, 5\nbis 7 der Ordnung"); len(l) != 3 {
		t.Errorf("a reference that goes on in the next line has %d labels", len(l))
	}
}

// labelsInOrder checks that labels stand one after the other.
func labelsInOrder(t *testing.T, text string) {
	t.Helper()
	for _, heads := range []bool{false, true} {
		at := 0
		for _, l := range findLabels(text, heads) {
			if l.number.Lo < at || l.number.Hi > len(text) || l.at.Lo > l.number.Lo || l.at.Hi < l.number.Hi {
				t.Fatalf("label %+v after byte %d of %q", l, at, text)
			}
			at = l.number.Hi
		}
	}
}

func FuzzLabels(f *testing.F) {
	for _, s := range []string{"§ 31 Absatz 4;\n\n2.  x", "第三条\n(四) 五", "Art. 3, 4\nund 5. y", "§§ 3 bis 7\n- 8) z", "IV. V\na) b)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { labelsInOrder(t, text) })
}
