package diff

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"repost/dedup/dates"
	"repost/dedup/quantity"
	"repost/shingle"
	"repost/shingle/lexicon"
)

// Figures that differ in value, where no quantity of package quantity holds both sides: by
// what stands next to them they are a date, a place, a title or a mere number.

// figures holds when the numbers of the two differ in value.
func (c *comparison) figures(e edit, s, t string) (verdict, bool) {
	if relativeDay(s) && namedDay(t) || relativeDay(t) && namedDay(s) {
		return verdict{Minor, Date, "a day by its date on one side and by the day of print on the other"}, true
	}
	na, nb := c.a.numbers(e.a0, e.a1), c.b.numbers(e.b0, e.b1)
	if len(na)+len(nb) == 0 {
		return verdict{}, false
	}
	if x := scoreOf(c.scoreAround(c.a, e.a0, e.a1)); x != "" && x == scoreOf(c.scoreAround(c.b, e.b0, e.b1)) {
		return verdict{Cosmetic, Punctuation, "the same score, written otherwise"}, true
	}
	if slices.Equal(c.a.worth(na), c.b.worth(nb)) {
		only := len(na) == 1 && e.a1-e.a0 == 1 && e.b1-e.b0 == 1
		return verdict{Cosmetic, Numeral, "the same number, written otherwise"}, only
	}
	if len(na) == 0 && c.b.articles(nb) || len(nb) == 0 && c.a.articles(na) {
		return verdict{}, false
	}
	if len(na) == 0 || len(nb) == 0 {
		v, at := c.a, na
		if len(na) == 0 {
			v, at = c.b, nb
		}
		if !slices.ContainsFunc(at, v.countsThings) {
			return verdict{}, false
		}
	}
	class := Number
	if len(na) > 0 {
		class = c.a.classOfFigures(na)
	}
	if class == Number && len(nb) > 0 {
		class = c.b.classOfFigures(nb)
	}
	reason := "figures of different value"
	switch { // what was not read as a number may be one
	case len(na) > 0 && len(nb) > 0:
	case e.a0 == e.a1 || e.b0 == e.b1:
		reason = "a figure is put in or left out"
	default:
		reason = "a figure on one side, and what was not read as a number on the other"
	}
	return verdict{Substantive, class, reason}, true
}

// classOfFigures returns what the numbers at are by what stands around them.
func (v *view) classOfFigures(at []int) Class {
	span := v.span(at[0], at[len(at)-1]+1)
	switch class := v.figureClass(at[len(at)-1]); {
	case class != Number:
		return class
	case slices.ContainsFunc(v.quantitiesAround(span), func(q placed) bool { return q.q.Money() }):
		return Amount
	case v.dated(span) && !slices.ContainsFunc(v.quantitiesAround(span), func(q placed) bool { return q.q.Share() }):
		return Date
	}
	return Number
}

// dated reports whether a day or a time stands over s, that is more than figures with a
// point or a slash between.
func (v *view) dated(s shingle.Span) bool {
	if near := v.text[max(0, s.Lo-valueReach):min(len(v.text), s.Hi+valueReach)]; strings.IndexFunc(near, shingle.IsHan) >= 0 && !strings.ContainsAny(near, "年月日号號时時点:：/") {
		return false
	}
	return slices.ContainsFunc(v.momentsAround(s), func(x when) bool {
		text := x.at.Of(v.text)
		return x.at.Lo <= s.Lo && x.at.Hi >= s.Hi && (strings.Trim(text, "0123456789./-–: ") != "" || len(text) > len("2020-1"))
	})
}

// relativeDay reports whether s names a day by the day on which it was printed.
func relativeDay(s string) bool {
	return lexicon.RelativeDay.Has(strings.ToLower(strings.TrimSpace(s)))
}

// namedDay reports whether s names a day by its number in the month or in the week.
func namedDay(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, on := range []string{"on ", "am ", "le ", "el ", "в ", "во "} {
		s = strings.TrimPrefix(s, on)
	}
	for _, q := range quantity.In(s) {
		if q.Calendar() && q.Lo == 0 && q.Hi == len(s) {
			return quantity.Month(s) == 0
		}
	}
	for _, day := range []string{"日", "号", "일"} {
		if n, ok := strings.CutSuffix(s, day); ok {
			v, ok := quantity.Integer(n)
			return ok && v > 0 && v < 32
		}
	}
	return false
}

// scoreAround returns tokens [lo, hi) of v with a number that stands next to them on either side.
func (c *comparison) scoreAround(v *view, lo, hi int) string {
	if lo > 0 && v.toks[lo-1].kind == number {
		lo--
	}
	if hi < len(v.toks) && v.toks[hi].kind == number {
		hi++
	}
	return v.span(lo, hi).Of(v.text)
}

var (
	scoreMarks = strings.NewReplacer("比", ":", "-", ":", "–", ":", "−", ":", "对", ":", "대", ":", " to ", ":", " ", "")
	dateMarks  = strings.NewReplacer("年", "-", "月", "-", "日", "", "号", "", ".", "-", "/", "-", " ", "")
)

// scoreOf returns a score with a colon: 2比1, 2-1, 2：1. "" is none.
func scoreOf(s string) string {
	s = scoreMarks.Replace(norm.NFKC.String(s))
	x, y, ok := strings.Cut(s, ":")
	p, ok1 := quantity.Integer(x)
	q, ok2 := quantity.Integer(y)
	if !ok || !ok1 || !ok2 {
		return ""
	}
	return strconv.Itoa(p) + ":" + strconv.Itoa(q)
}

func (v *view) numbers(lo, hi int) []int {
	var out []int
	for i := lo; i < hi; i++ {
		if t := v.toks[i]; t.kind == number || t.kind == word && quantity.Word(v.of(i)) && !v.somebody(i) && !v.afterName(i) {
			out = append(out, i)
		}
	}
	return out
}

// articles reports whether the numbers at all are those of a noun of its kind: ein, une.
func (v *view) articles(at []int) bool {
	for _, i := range at {
		if w := strings.ToLower(v.of(i)); v.toks[i].kind != word || !lexicon.Determiner.Has(w) || w == "one" || !quantityOne(w) {
			return false
		}
	}
	return len(at) > 0
}

func quantityOne(w string) bool { n, ok := quantity.Integer(w); return ok && n == 1 }

// somebody reports whether token i is the one of no one and every one, which counts nothing.
func (v *view) somebody(i int) bool {
	return strings.EqualFold(v.of(i), "one") && (lexicon.Quantifier.Has(strings.ToLower(v.wordNextTo(i-1, -1))) || strings.EqualFold(v.wordNextTo(i+1, 1), "another"))
}

// worth returns the values of whole numbers, and others as they are written.
func (v *view) worth(at []int) (out []string) {
	for _, i := range at {
		w := writtenNumber(v.of(i))
		if n, ok := quantity.Integer(v.of(i)); ok {
			w = strconv.Itoa(n)
		}
		out = append(out, w)
	}
	return out
}

// countsThings reports whether number i counts something: 三人, not 三明.
func (v *view) countsThings(i int) bool {
	if !v.hanNumber(i) {
		return true
	}
	next := ""
	if i+1 < len(v.toks) {
		next = v.of(i + 1)
	}
	if utf8.RuneCountInString(v.of(i)) > 1 {
		return true
	}
	if v.of(i) == "十" && next == "分" {
		return i+2 < len(v.toks) && v.of(i+2) == "钟" // 十分 is a degree, 十分钟 a time
	}
	return lexicon.Counted.Has(next)
}

func (v *view) figureClass(i int) Class {
	next := ""
	for k := i + 1; k < len(v.toks) && len(next) < 9; k++ {
		if v.toks[k].kind != space {
			next += v.of(k)
		}
	}
	prev := ""
	if i > 0 {
		prev = v.of(i - 1)
	}
	text := v.of(i)
	switch {
	case strings.Contains("周期曜", prev) && prev != "" && len(text) == 3:
		return Date // 周二, 星期二
	case hasPrefix(next, "级") && v.endsTitle(i):
		return Title // 一级教练
	case hasPrefix(next, "号线", "号楼", "号院", "号站台", "号码头", "号口", "环路"):
		return Place
	case strings.Contains("月初", prev) && prev != "" && utf8.RuneCountInString(text) == 1 || strings.Contains("月", prev) && prev != "":
		return Date // 腊月十八
	case strings.Contains("前後后午", prev) && prev != "" && hasPrefix(next, "時", "时", "点"):
		return Date
	case prev == "第" && bodyAfter(next), v.hanNumber(i) && prev != "" && strings.Contains("县市区省州", prev) && hasPrefix(next, "中", "小", "高", "院"):
		return Organisation // 第一医院
	case v.hanNumber(i) && utf8.RuneCountInString(text) == 2 && hasPrefix(next, "广场", "路", "街", "大道", "大桥", "村"):
		return Place // 八一广场
	case slices.Contains([]string{"ngày", "tháng", "năm"}, strings.ToLower(v.wordNextTo(i-1, -1))):
		return Date
	case hasPrefix(next, "点") && strings.Contains(text, "."):
		return Number // of an index
	case hasPrefix(next, "年") && v.years(i, next), hasPrefix(next, "号") && !strings.Contains(prev, "月") && v.numbered(i, next):
		return Number
	case hasPrefix(strings.ToLower(next), "年", "月", "日", "号", "时", "時", "点", "월", "일", "시", "heures", "uhr", "o'clock", "a.m", "p.m"), quantity.Month(v.wordNextTo(i-1, -1)) > 0, utf8.RuneCountInString(text) <= 2 && (quantity.Month(v.wordNextTo(i+1, 1)) > 0 || thaiMonth(v.text[v.end(i+1):])), pattern("clock").MatchString(text) && !strings.Contains(prev, "比"):
		return Date
	case v.yearAt(i):
		return Date
	case hasPrefix(next, "元", "多元", "余元", "美元", "欧元", "英镑", "日元", "港元", "万元", "亿元", "余万元", "多亿元"), strings.ContainsAny(prev, "$¥￥€£"):
		return Amount
	}
	return Number
}

// years reports whether the number at token i, before 年, counts years: 五年以下, not 2025年,
// 昭和五年.
func (v *view) years(i int, next string) bool {
	n, ok := quantity.Integer(v.of(i))
	return ok && n < 1000 && len(next) >= len("年以") && hasPrefix(next, "年以", "年内", "年期", "年有", "年来", "年前", "年后", "年间", "年多", "年的")
}

// numbered reports whether 号 after the number at token i is no day: 241号, 六号探测器.
func (v *view) numbered(i int, next string) bool {
	n, ok := quantity.Integer(v.of(i))
	_, size := utf8.DecodeRuneInString(next)
	after := next[size:]
	return ok && (n > 31 || hasPrefix(after, "探", "机", "房", "车", "船", "仓", "馆", "楼", "院", "卫", "井", "种", "球", "选"))
}

// thaiMonth reports whether the name of a month begins s, in a script that parts no words.
func thaiMonth(s string) bool {
	s = strings.TrimLeft(s, " ")
	return unicode.Is(unicode.Thai, firstRune(s)) && slices.ContainsFunc(quantity.Months(), func(m string) bool { return strings.HasPrefix(s, m) })
}

// yearAt reports whether the number at token i is a year by the preposition before and the
// mark after: took effect in 2011.
func (v *view) yearAt(i int) bool {
	n, ok := quantity.Integer(v.of(i))
	return ok && len(v.of(i)) == len("2011") && n > 1400 && n < 2100 && lexicon.BeforeYear.Has(strings.ToLower(v.wordNextTo(i-1, -1))) &&
		(i+1 == len(v.toks) || v.toks[i+1].kind == punct)
}

// endsTitle reports whether a title follows the number at token i and 级.
func (v *view) endsTitle(i int) bool {
	rest := v.text[v.end(i+2):]
	rest = rest[:han(rest)]
	for n := 3; n <= min(len(rest), 12); n += 3 {
		if _, class := endingOf(rest[:n]); class == Title {
			return true
		}
	}
	return false
}

// bodyAfter reports whether s begins with what numbers are given to: 人民医院.
func bodyAfter(s string) bool {
	return slices.ContainsFunc([]string{"医院", "中学", "小学", "法院", "监狱", "人民", "支队", "大队"}, func(w string) bool { return strings.HasPrefix(s, w) })
}

func (c *comparison) sameDate(e edit, s, t string) (verdict, bool) {
	if e.a1 < len(c.a.toks) && c.a.of(e.a1) == "年" && s != "" && t != "" {
		s, t = s+"年", t+"年"
	}
	if !strings.ContainsAny(s+t, "年月日号./-") {
		return verdict{}, false
	}
	if x := eraYear(s); x != "" && x == eraYear(t) {
		return verdict{Cosmetic, DateFormat, "the same year, written otherwise"}, true
	}
	p, q := parseDate(s), parseDate(t)
	if p != "" && p == q && !c.otherFigures(e, s, t) {
		return verdict{Cosmetic, DateFormat, "the same date, written otherwise"}, true
	}
	return verdict{}, false
}

// eraYear returns the year that s is, of an era too: 明治三十一年, 1898. "" is none.
func eraYear(s string) string {
	const digits = len("1898")
	d, err := dates.Parse(strings.TrimSuffix(squeeze(s), "年") + "年")
	if year := d.String(); err == nil && len(year) == digits {
		return year
	}
	return ""
}

// parseDate reads a date of year, month and day or of month and day: 6月12日,
// 2013年6月12号, 6.12, 2013-06-12, 2013/6/12. It returns "" for anything else.
func parseDate(s string) string {
	s = strings.TrimSpace(norm.NFKC.String(s))
	s = dateMarks.Replace(s)
	p := strings.Split(s, "-")
	if len(p) < 2 || len(p) > 3 {
		return ""
	}
	var out []string
	for i, f := range p {
		n, err := strconv.Atoi(f)
		if err != nil {
			if v, ok := quantity.Integer(f); ok {
				n, err = v, nil
			}
		}
		day, month := i == len(p)-1, i == len(p)-2
		if err != nil || day && (n < 1 || n > 31) || month && (n < 1 || n > 12) {
			return ""
		}
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, "-")
}
