package diff

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names by where they stand: before the word that says what kind of thing they
// name, in the marks of a title, or, in scripts that have them, with a capital.

// firms are what stands behind the name of a firm, a party, a team or an office.
var firms = setOf(`科技 汽车 集团 公司 股份 银行 证券 电子 药业 医药 生物 地产 能源 航空 通信 手机 保险 基金 控股 实业 重工 钢铁 传媒 影业 食品 乳业 软件 半导体 物流 超市 酒店
	救援队 志愿队 俱乐部 党团 大学 学院 中学 小学 医院 法院 检察院 交易所 证券交易所 央行 电视台 电台 日报 晚报 时报 周刊 杂志 通讯社 出版社 研究所 研究院 实验室 剧团 乐团 委员会 联合会 协会 基金会 联盟 工会
	省 庁 党 전자 물산 은행 그룹 자동차 대학교 병원`)

// named holds when what stands before the word for a firm or a body is another
// name, or what stands in 《》 before a journal is.
func (c *comparison) named(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) || !lettersOnly(s) || !lettersOnly(t) {
		return verdict{}, false
	}
	if c.titled(e) {
		return verdict{Substantive, Organisation, "another work or paper: " + s + ", " + t}, true
	}
	x, y := c.sideWords(e)
	if x.span.Hi >= len(c.a.text) || y.span.Hi >= len(c.b.text) {
		return verdict{}, false
	}
	w, ok := firms.begins(c.a.text, x.span.Hi)
	if short := len(w) <= 3; short && (x.n < longestOffice/2 || y.n < longestOffice/2) {
		return verdict{}, false
	}
	if !ok || !strings.HasPrefix(c.b.text[y.span.Hi:], w) || x.text == y.text || x.n < 2 || y.n < 2 {
		return verdict{}, false
	}
	name := func(w sideWord) bool {
		return (w.proper() || w.tag == "j") && !lists.functions.has[w.text] && !lists.titles.has[w.text]
	}
	if strings.ContainsRune(placeHeads, x.head) && x.head == y.head {
		return verdict{}, false // 北京市, 郑州市: a place
	}
	if name(x) && (name(y) || y.noun()) || name(y) && x.noun() {
		return verdict{Substantive, Organisation, "another name before " + w + ": " + x.text + ", " + y.text}, true
	}
	return verdict{}, false
}

// longestTitle is the most tokens of the title of a paper or work, marks and all, of
// which a part names another. The titles of laws and speeches are longer, and are
// reworded.
const longestTitle = 8

// titled reports whether e lies in what stands in 《》 on both sides.
func (c *comparison) titled(e edit) bool {
	in := func(v *view, lo, hi int) bool {
		for lo--; lo >= 0 && hi-lo < longestTitle && v.of(lo) != "《"; lo-- {
			if v.of(lo) == "》" {
				return false
			}
		}
		for ; hi < len(v.toks) && hi-lo < longestTitle && v.of(hi) != "》"; hi++ {
		}
		return lo >= 0 && hi < len(v.toks) && v.of(lo) == "《" && v.of(hi) == "》"
	}
	return in(c.a, e.a0, e.a1) && in(c.b, e.b0, e.b1)
}

func lettersOnly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !isLetter(r) }) < 0
}

// begins returns the longest word of w that begins at byte i of text.
func (w wordSet) begins(text string, i int) (string, bool) {
	if r, _ := utf8.DecodeRuneInString(text[i:]); !w.heads.has(r) {
		return "", false
	}
	for j := min(len(text), i+w.longest); j > i; j-- {
		if w.has[text[i:j]] {
			return text[i:j], true
		}
	}
	return "", false
}

// Words behind which a capital is the name of a place, of a person.
var (
	toPlaces  = setOf("in at near from to for around outside across off over toward towards")
	toPersons = setOf("councillor superintendent coach manager constable dr mr mrs ms sir judge justice captain coach sergeant detective defender striker goalkeeper midfielder forward senator king queen prince princess pope saint")
)

// What kind of thing an English name is, by the words in it.
var (
	bodyNames = setOf(`bank ministry department university college school council court commission committee agency authority institute association union
		federation party group company corporation corp inc ltd plc llc co motors foods airlines airways hospital church club united rovers wanderers
		athletic rangers fc army navy force times post herald news tribune gazette press organisation organization office bureau service services centre center
		board trust foundation society senate parliament police industries holdings partners energy pharma systems technologies records pictures studios orchestra museum library`)
	placeNamesIn = setOf(`street road avenue lane drive square river lake mountain mount hill bridge park island islands bay county province state valley beach
		village town port cape station airport north south east west upper lower saint point forest desert gulf strait sea ocean district borough`)
)

// capitals holds when a word with a capital is another on the two sides: a name.
// One at the head of a sentence has to be part of a longer one, a known place, or
// much like the other.
func (c *comparison) capitals(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) {
		return verdict{}, false
	}
	headA, okA := c.a.capital(e.a0, e.a1)
	headB, okB := c.b.capital(e.b0, e.b1)
	if !okA || !okB {
		return verdict{}, false
	}
	x, y := c.a.capitalRun(e.a0, e.a1), c.b.capitalRun(e.b0, e.b1)
	before, behind := c.a.wordBeside(e.a0-1, -1), c.a.wordBeside(e.a1, 1)
	if headA || headB {
		known := lists.places.has[strings.ToLower(s)] && lists.places.has[strings.ToLower(t)]
		if !known && (len(x) < 2 || len(y) < 2 || lists.functions.has[x[0]] || lists.functions.has[y[0]]) && !misspelt(s, t) {
			return verdict{}, false
		}
	}
	holds := func(w wordSet) bool {
		in := func(s string) bool { return w.has[s] }
		return slices.ContainsFunc(x, in) || slices.ContainsFunc(y, in)
	}
	low := strings.ToLower(before)
	class := Organisation
	switch {
	case holds(bodyNames):
	case holds(toPersons), toPersons.has[low], lists.titles.has[low]:
		class = Person
	case holds(placeNamesIn), holds(lists.places), toPlaces.has[low], low == "of" && c.a.pointsBefore(e.a0):
		class = Place
	case len(x) > 1, len(y) > 1, lists.verbs.has[strings.ToLower(behind)], upper(before) && behind == strings.ToLower(behind), upper(behind) && !upper(before), headA || headB:
		class = Person
	}
	return verdict{Substantive, class, "another name: " + s + ", " + t}, true
}

// misspelt reports whether two words begin alike and are otherwise spelt, and
// neither is the other with an ending.
func misspelt(s, t string) bool {
	n := 0
	for n < min(len(s), len(t)) && s[n] == t[n] {
		n++
	}
	return min(len(s), len(t)) >= 5 && n >= 2 && n < min(len(s), len(t)) && max(len(s), len(t))-n <= 4
}

// pointsBefore reports whether what stands before token i is a point of the
// compass, or a kind of place, and of.
func (v *view) pointsBefore(i int) bool {
	for i--; i >= 0 && strings.ToLower(v.of(i)) != "of"; i-- {
	}
	w := strings.ToLower(v.wordBeside(i-1, -1))
	return placeNamesIn.has[w] || w == "city" || w == "mayor" || w == "coast" || w == "outskirts"
}

// capital reports whether each word of [lo, hi) begins with a capital, and whether
// a sentence begins with it.
func (v *view) capital(lo, hi int) (head, ok bool) {
	n := 0
	for i := lo; i < hi; i++ {
		switch t := v.toks[i]; {
		case t.kind == word && upper(v.of(i)):
			n++
		case t.strong() && !joinsNames.has[v.of(i)], t.kind == punct:
			return false, false
		}
	}
	for i := lo - 1; i >= 0; i-- {
		if t := v.toks[i]; t.strong() || t.kind == punct {
			return t.mark.endsSentence() || t.mark.isQuote(), n > 0
		}
	}
	return true, n > 0
}

// joinsNames stand within English names.
var joinsNames = setOf("of the and de la du van von al bin & for")

// capitalRun returns the words with capitals around [lo, hi), in lower case.
func (v *view) capitalRun(lo, hi int) (out []string) {
	for lo > 0 && (v.toks[lo-1].kind == space && !v.toks[lo-1].brk || v.toks[lo-1].kind == word && (upper(v.of(lo-1)) || joinsNames.has[v.of(lo-1)] && lo > 2 && upper(v.wordBeside(lo-2, -1)))) {
		lo--
	}
	for hi < len(v.toks) && (v.toks[hi].kind == space && !v.toks[hi].brk || v.toks[hi].kind == word && (upper(v.of(hi)) || joinsNames.has[v.of(hi)] && upper(v.wordBeside(hi+1, 1)))) {
		hi++
	}
	for i := lo; i < hi; i++ {
		if v.toks[i].kind == word {
			out = append(out, strings.ToLower(v.of(i)))
		}
	}
	if len(out) > 1 && (out[0] == "the" || out[0] == "a" || out[0] == "an") {
		out = out[1:]
	}
	return out
}

// wordBeside returns the word at token i or the one next to it, over spaces.
func (v *view) wordBeside(i, step int) string {
	for ; i >= 0 && i < len(v.toks); i += step {
		switch v.toks[i].kind {
		case word:
			return v.of(i)
		case space:
		default:
			return ""
		}
	}
	return ""
}

func upper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// prefixes that turn an English word into its opposite.
var prefixes = strings.Fields("un in im dis non mis il ir")

// undone holds when an English word is the other with such a prefix.
func (c *comparison) undone(_ edit, s, t string) (verdict, bool) {
	x, y := strings.ToLower(s), strings.ToLower(t)
	if len(x) > len(y) {
		x, y = y, x
	}
	for _, p := range prefixes {
		if len(x) >= 4 && y == p+x && asciiLetter(x[0]) {
			return verdict{Substantive, Negation, "the opposite by a prefix: " + s + ", " + t}, true
		}
	}
	return verdict{}, false
}

// refusals before a verb turn what it says round.
var refusals = setOf("拒绝 否认 停止 放弃 取消 反对 禁止 拒不 暂停 中止 避免 推迟 暂缓 refused declined failed denied stopped")

// ranked are words before an English title that change it.
var ranked = setOf(`deputy vice acting former assistant associate interim senior junior chief head general principal managing executive lead honorary emeritus adjunct
	first second third finance financial foreign defence defense interior home health prime trade justice education transport environment energy sports operating technical technology marketing
	detective police fire county district state federal regional national cabinet`)

// posts are English titles besides those of the lexicon.
var posts = setOf("coach captain director officer superintendent inspector sergeant constable lieutenant major manager judge editor commissioner councillor principal teacher engineer producer treasurer prosecutor attorney lecturer curator dean rector bishop consul envoy adviser advisor")

// turned holds when a word that turns round what follows comes or goes, or one
// before a title does.
func (c *comparison) turned(e edit, s, t string) (verdict, bool) {
	x, y := strings.ToLower(squeeze(s)), strings.ToLower(squeeze(t))
	if (x == "") != (y == "") && refusals.has[x+y] {
		return verdict{Substantive, Negation, "what follows is not done: " + x + y}, true
	}
	next := strings.ToLower(c.a.wordBeside(e.a1, 1))
	if (lists.titles.has[next] || posts.has[next]) && (ranked.has[x] || x == "") && (ranked.has[y] || y == "") && x != y {
		return verdict{Substantive, Title, "what stands before " + next}, true
	}
	done := func(w string) bool {
		return w == "已" || w == "已经" || w == "曾" || w == "曾经" || w == "完成" || w == "did"
	}
	if lists.modals.has[x] && done(y) || lists.modals.has[y] && done(x) {
		return verdict{Substantive, Modality, "what may be and what is done: " + x + ", " + y}, true
	}
	if x != y && posts.has[x] && posts.has[y] {
		return verdict{Substantive, Title, "another post: " + x + ", " + y}, true
	}
	if utf8.RuneCountInString(x) == 1 && utf8.RuneCountInString(y) == 1 && e.a1 < len(c.a.toks) && hasPrefix(c.a.text[c.a.end(e.a1):], "曜", "요일") {
		return verdict{Substantive, Date, "another day of the week"}, true
	}
	return verdict{}, false
}
