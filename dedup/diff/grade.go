package diff

import (
	"cmp"
	"fmt"
	"html"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"repost/dedup/quantity"
	"repost/shingle"
	"repost/shingle/lexicon"
	"repost/shingle/words"
)

// Grading. Every edit becomes one change, and the first rule that fits decides.
// Each rule names itself in Change.Reasons.

// verdict is what a rule says.
type verdict struct {
	grade  Grade
	class  Class
	reason string
}

func (c *comparison) grade() {
	slices.SortStableFunc(c.edits, func(x, y edit) int {
		return cmp.Or(x.a0-y.a0, x.a1-y.a1, x.b0-y.b0, x.b1-y.b1)
	})
	c.joinEdits()
	c.joinPhrases()
	c.changes = c.gradeAll()
	c.joinQuotes()
	c.joinScript()
	c.joinWords()
	c.joinHeadlines()
	c.joinOverlaps()
}

// editsEach is how many edits a worker takes at once: about a tenth of a millisecond.
const editsEach = 8

// eachEdit calls do for the edits, a few at a time, on all threads: k counts the
// calls, and w is c with memos of its own. What do finds of an edit depends on the
// texts and the edits alone, so the number of workers changes nothing.
func (c *comparison) eachEdit(do func(w *comparison, k int, edits []edit)) {
	n := c.portions()
	var next atomic.Int64
	work := func() {
		w := *c
		for k := int(next.Add(1)) - 1; k < n; k = int(next.Add(1)) - 1 {
			do(&w, k, c.edits[k*editsEach:min((k+1)*editsEach, len(c.edits))])
		}
	}
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}

// portions returns how often eachEdit calls.
func (c *comparison) portions() int { return (len(c.edits) + editsEach - 1) / editsEach }

// gradeAll grades the edits.
func (c *comparison) gradeAll() []Change {
	parts := make([][]Change, c.portions())
	c.eachEdit(func(w *comparison, k int, edits []edit) { parts[k] = w.gradeSome(edits) })
	return slices.Concat(parts...)
}

// gradeSome grades edits one by one.
func (c *comparison) gradeSome(edits []edit) []Change {
	out := make([]Change, 0, len(edits)+1)
	for _, e := range edits {
		if c.replaced(e) {
			out = append(out, c.change(edit{a0: e.a0, a1: e.a1, b0: e.b0, b1: e.b0}),
				c.change(edit{a0: e.a1, a1: e.a1, b0: e.b0, b1: e.b1}))
			continue
		}
		out = append(out, c.change(e))
	}
	return out
}

// joinWords makes one change of rewordings that are shown with the same word:
// 要求 and 需要 share a character, and differ in one word all the same.
func (c *comparison) joinWords() {
	worded := func(x Change) bool { return x.Class == Wording || x.Class == FunctionWord }
	out := c.changes[:0]
	for _, y := range c.changes {
		if n := len(out); n > 0 && worded(out[n-1]) && worded(y) && out[n-1].A.Overlaps(y.A) && out[n-1].B.Overlaps(y.B) {
			x := &out[n-1]
			x.A, x.B = cover(x.A, y.A), cover(x.B, y.B)
			x.CoreA, x.CoreB = cover(x.CoreA, y.CoreA), cover(x.CoreB, y.CoreB)
			x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
			if x.Class != y.Class {
				x.Class, x.Reasons = Wording, y.Reasons
			}
			continue
		}
		out = append(out, y)
	}
	c.changes = out
}

// overlapReach is how far apart, in bytes, two changes may stand on one side that are
// shown over each other on the other side, and are one.
const overlapReach = 30

// joinOverlaps makes one change of those that, widened to words, are shown over each
// other: 道路运输管理机构 and 交通运输主管部门 differ in three places and one name. What
// stands far apart on the other side shrinks to what differs.
func (c *comparison) joinOverlaps() {
	out, last := c.changes[:0], -1 // last: of those beyond cosmetic
	for _, y := range c.changes {
		if y.Grade == Cosmetic || last < 0 || !out[last].A.Overlaps(y.A) && !out[last].B.Overlaps(y.B) {
			if y.Grade != Cosmetic {
				last = len(out)
			}
			out = append(out, y)
			continue
		}
		x := &out[last]
		if y.A.Lo < x.A.Lo || y.B.Lo < x.B.Lo || y.A.Lo-x.A.Hi > overlapReach || y.B.Lo-x.B.Hi > overlapReach {
			c.shrink(x)
			c.shrink(&y)
			last, out = len(out), append(out, y)
			continue
		}
		if y.Grade == Substantive && x.Grade == Minor {
			x.Grade, x.Class, x.Reasons = y.Grade, y.Class, y.Reasons
		}
		if x.Hint != y.Hint {
			x.Hint = ""
		}
		x.A, x.B = cover(x.A, y.A), cover(x.B, y.B)
		x.CoreA, x.CoreB = cover(x.CoreA, y.CoreA), cover(x.CoreB, y.CoreB)
		x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
	}
	slices.SortStableFunc(out, func(x, y Change) int { return x.A.Hi - y.A.Hi })
	c.changes = out
}

// shrink shows no more of a change than what differs.
func (c *comparison) shrink(x *Change) {
	x.A, x.B = x.CoreA, x.CoreB
	x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
}

// joinScript makes one change of characters side by side that are the same in
// another script, or of letters in the other case.
func (c *comparison) joinScript() {
	out := c.changes[:0]
	for _, y := range c.changes {
		if n := len(out); n > 0 && (y.Class == OtherScript || y.Class == Case || y.Class == Spelling) && out[n-1].Class == y.Class && out[n-1].A.Hi == y.A.Lo && out[n-1].B.Hi == y.B.Lo {
			x := &out[n-1]
			x.A, x.B = cover(x.A, y.A), cover(x.B, y.B)
			x.CoreA, x.CoreB = x.A, x.B
			x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
			continue
		}
		out = append(out, y)
	}
	c.changes = out
}

func (c *comparison) change(e edit) Change {
	v := c.judge(e)
	a, b := c.a.span(e.a0, e.a1), c.b.span(e.b0, e.b1)
	if e.phrase != noPhrase {
		a, b = c.a.trim(e.a0, e.a1), c.b.trim(e.b0, e.b1)
	}
	ch := Change{
		A: a, B: b, CoreA: a, CoreB: b,
		Grade: v.grade, Class: v.class, Reasons: []string{v.reason},
	}
	if c.alike(e) {
		ch.Hint = LikelyOCR
		ch.Reasons = append(ch.Reasons, "the characters look alike")
	}
	if !c.opt.Characters && v.grade != Cosmetic && !e.byline && e.phrase == noPhrase {
		ch.A, ch.B = c.widen(e, v)
		ch.CoreA, ch.CoreB = hold(ch.A, a), hold(ch.B, b)
	}
	ch.AText, ch.BText = ch.A.Of(c.a.text), ch.B.Of(c.b.text)
	if c.opt.Characters {
		ch.narrow()
	}
	return ch
}

// alike reports whether e exchanges characters for others that look like them.
func (c *comparison) alike(e edit) bool {
	if e.same || e.weak || e.byline || e.a1-e.a0 != e.b1-e.b0 || e.a0 == e.a1 {
		return false
	}
	for k := range e.a1 - e.a0 {
		x, y := c.a.toks[e.a0+k], c.b.toks[e.b0+k]
		if x.key != y.key && (x.kind != char || y.kind != char || !lookAlike(rune(x.key), rune(y.key))) {
			return false
		}
	}
	return true
}

func (c *comparison) texts(e edit) (string, string) {
	return c.a.span(e.a0, e.a1).Of(c.a.text), c.b.span(e.b0, e.b1).Of(c.b.text)
}

func (c *comparison) judge(e edit) verdict {
	s, t := c.texts(e)
	switch {
	case e.phrase == moment:
		return verdict{Cosmetic, DateFormat, "the same day or time, written otherwise"}
	case e.phrase == credit:
		return c.creditChange(s, t)
	case e.phrase == value:
		return *e.decided
	case e.same:
		return c.written(c.a.toks[e.a0], c.b.toks[e.b0], s, t)
	case e.weak:
		return c.markChange(e, s, t)
	case e.byline:
		return c.bylineChange(s, t)
	}
	for _, rule := range rules {
		if v, ok := rule(c, e, s, t); ok {
			return v
		}
	}
	return verdict{Minor, Wording, "other words, none of which a rule holds for more"}
}

// rules are asked in this order.
var rules = [...]func(c *comparison, e edit, s, t string) (verdict, bool){
	(*comparison).onlySpace, (*comparison).sameDate, (*comparison).credited,
	(*comparison).sentences, (*comparison).letters, (*comparison).figures,
	(*comparison).conditions, (*comparison).duties, (*comparison).laws, (*comparison).shortPlaces,
	(*comparison).dated, (*comparison).negates, (*comparison).turned, (*comparison).undone,
	(*comparison).reports, (*comparison).scaled, (*comparison).leading, (*comparison).attributes, (*comparison).cited, (*comparison).named,
	(*comparison).names, (*comparison).person, (*comparison).shortened, (*comparison).suffixed, (*comparison).placesRule, (*comparison).titlesRule,
	(*comparison).organisations, (*comparison).bodyWords, (*comparison).namedWords, (*comparison).modal,
	(*comparison).capitals, (*comparison).measures, (*comparison).facing, (*comparison).kinds,
	(*comparison).unknownName, (*comparison).speaks, (*comparison).longOneSided, (*comparison).listedItem,
	(*comparison).things, (*comparison).qualified, (*comparison).functional,
}

// bylineChange grades a byline: who signs matters, how he is introduced less.
func (c *comparison) bylineChange(s, t string) verdict {
	x, y := bylineNames(s), bylineNames(t)
	if x == nil {
		x = namesIn(s)
	}
	if y == nil {
		y = namesIn(t)
	}
	slices.Sort(x)
	slices.Sort(y)
	if slices.Equal(x, y) {
		return verdict{Minor, Byline, "the byline is reworded, its names are the same"}
	}
	return verdict{Substantive, Byline, "the byline names others"}
}

// written grades one token that is written in two ways.
func (c *comparison) written(x, y token, s, t string) verdict {
	switch {
	case norm.NFKC.String(s) == norm.NFKC.String(t), x.kind != punct && dashes(s) == dashes(t):
		return verdict{Cosmetic, Width, "the same after NFKC"}
	case x.kind == number:
		return verdict{Cosmetic, Numeral, "the same number, written otherwise"}
	case (x.kind == word || x.kind == letter) && strings.EqualFold(s, t):
		return verdict{Cosmetic, Case, "the same but for case"}
	case x.kind == char && isKana(firstRune(s)) && isKana(firstRune(t)):
		return verdict{Cosmetic, Spelling, "the same kana, of old spelling or small"}
	case x.kind == char:
		return verdict{Cosmetic, OtherScript, "the same character in another script or form"}
	}
	return verdict{Cosmetic, Width, "the same after folding"}
}

// dashes returns s in one width, with one kind of dash.
func dashes(s string) string {
	return norm.NFKC.String(strings.Map(func(r rune) rune {
		if markFor(r) == dash {
			return '-'
		}
		return r
	}, s))
}

// markChange grades marks and white space.
func (c *comparison) markChange(e edit, s, t string) verdict {
	x, y := c.markOf(c.a, e.a0, e.a1), c.markOf(c.b, e.b0, e.b1)
	s, t = html.UnescapeString(s), html.UnescapeString(t)
	switch {
	case blank(s) && blank(t):
		if strings.ContainsAny(s+t, "<&") {
			return verdict{Cosmetic, Space, "markup left in the text"}
		}
		if strings.ContainsAny(s+t, "\n\r\u2028\u2029\u0085") {
			return verdict{Cosmetic, LineBreak, "a line break"}
		}
		return verdict{Cosmetic, Space, "white space"}
	case norm.NFKC.String(s) == norm.NFKC.String(t) || fullStops(s) && fullStops(t):
		return verdict{Cosmetic, Width, "the same mark in another width"}
	case x.isQuote() != y.isQuote() && (s == "" || t == "" || !brackets(x, y)):
		return verdict{Substantive, Quotation, "a quotation mark appears or vanishes"}
	case x.isQuote():
		return verdict{Cosmetic, Quotes, "another style of quotation marks"}
	case (x == question) != (y == question):
		return verdict{Substantive, Modality, "a question mark appears or vanishes"}
	case x != y && c.betweenDigits(e) && !(separates(x) && separates(y) && x != colon && y != colon):
		return verdict{Substantive, Number, "a mark between digits"}
	case x != otherMark && x == y:
		return verdict{Cosmetic, Punctuation, "the same mark in another form"}
	case pictures(s) != pictures(t) && flag(s+t):
		return verdict{Substantive, Place, "another flag"}
	case pictures(s) != pictures(t):
		return verdict{Minor, Wording, "another picture"}
	}
	switch pauses := func(m markClass) bool { return m == comma || m == semicolon || m == colon }; {
	case x == period && pauses(y):
		return verdict{Cosmetic, Punctuation, "two sentences are made one"}
	case pauses(x) && y == period:
		return verdict{Cosmetic, Punctuation, "one sentence is made two"}
	}
	return verdict{Cosmetic, Punctuation, "punctuation"}
}

// pictures returns the emoji of s, flags among them.
func pictures(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x1F1E6 && r <= 0x1FAFF {
			return r
		}
		return -1
	}, s)
}

func flag(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }) >= 0
}

func fullStops(s string) bool { return s == "。" || s == "." || s == "．" || s == "｡" }

func (c *comparison) markOf(v *view, lo, hi int) markClass {
	for i := lo; i < hi; i++ {
		if v.toks[i].kind == punct {
			return v.toks[i].mark
		}
	}
	return otherMark
}

// betweenDigits reports whether digits stand on both sides of e, in either text.
func (c *comparison) betweenDigits(e edit) bool {
	digits := func(v *view, lo, hi int) bool {
		return lo > 0 && hi < len(v.toks) && v.toks[lo-1].kind == number && v.toks[hi].kind == number &&
			!v.hanNumber(lo-1) && !v.hanNumber(hi)
	}
	return digits(c.a, e.a0, e.a1) || digits(c.b, e.b0, e.b1)
}

func blank(s string) bool {
	if strings.ContainsAny(s, "<&") {
		return !slices.ContainsFunc(tokenize(s, shingle.Rules{}), func(t token) bool { return t.kind != space })
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Cc, r) && !unicode.Is(unicode.Mn, r)
	}) < 0
}

// onlySpace holds when the two differ in white space and forms alone: a word or
// number broken at the end of a line.
func (c *comparison) onlySpace(_ edit, s, t string) (verdict, bool) {
	p, q := squeeze(s), squeeze(t)
	if p == q && p != "" {
		return verdict{Cosmetic, Space, "the same but for white space"}, true
	}
	return verdict{}, false
}

// squeeze returns s without white space, invisible characters and hyphens at the
// end of a line, in lower case and one width.
func squeeze(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r < 0x4E00 || r > 0x9FFF }) < 0 {
		return s // Han alone, the usual case
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "-\n", ""), "-\r\n", "")
	return strings.ToLower(strings.Map(func(r rune) rune {
		if _, class := (shingle.Rules{}).Fold(r); class == shingle.Space || class == shingle.Ignorable {
			return -1
		}
		return r
	}, norm.NFKC.String(s)))
}

func (c *comparison) sameDate(e edit, s, t string) (verdict, bool) {
	if (s == "日" && t == "号" || s == "号" && t == "日") && e.a0 > 0 && c.a.toks[e.a0-1].kind == number {
		return verdict{Cosmetic, DateFormat, "the same date, written otherwise"}, true
	}
	if !strings.ContainsAny(s+t, "年月日号./-") {
		return verdict{}, false
	}
	p, q := parseDate(s), parseDate(t)
	if p != "" && p == q {
		return verdict{Cosmetic, DateFormat, "the same date, written otherwise"}, true
	}
	return verdict{}, false
}

var dateMarks = strings.NewReplacer("年", "-", "月", "-", "日", "", "号", "", ".", "-", "/", "-", " ", "")

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

// longLine is the length in strong tokens from which a passage on one side
// alone is an omission or addition though it is no whole sentence.
const longLine = 12

func (c *comparison) sentences(e edit, _, _ string) (verdict, bool) {
	v, lo, hi, class, what := c.a, e.a0, e.a1, Omission, "left out"
	if c.a.count(e.a0, e.a1) == 0 {
		v, lo, hi, class, what = c.b, e.b0, e.b1, Addition, "put in"
	} else if c.b.count(e.b0, e.b1) > 0 {
		return verdict{}, false
	}
	if !v.sentence(lo, hi) {
		switch n := v.count(lo, hi); {
		case n >= leastClause && v.clause(lo, hi):
			return verdict{Substantive, class, "a whole clause is " + what}, true
		case n >= leastBlock: // whatever figures and names are in it
			return verdict{Substantive, class, fmt.Sprintf("a passage of %d characters or words is %s", n, what)}, true
		}
		return verdict{}, false
	}
	if bylineNames(v.trim(lo, hi).Of(v.text)) != nil {
		return verdict{Substantive, Byline, "a byline is " + what}, true
	}
	return verdict{Substantive, class, "a whole sentence is " + what}, true
}

// leastClause is the shortest clause, in strong tokens, that is an omission and
// not a wording.
const leastClause = 6

// clause reports whether marks part [lo, hi) from what stands before and behind.
func (v *view) clause(lo, hi int) bool {
	mark := func(i int) bool { return i < 0 || i >= len(v.toks) || separates(v.toks[i].mark) || v.toks[i].brk }
	return (mark(lo) || mark(lo-1)) && (mark(hi) || mark(hi-1))
}

// sentence reports whether [lo, hi) begins and ends where sentences do.
func (v *view) sentence(lo, hi int) bool {
	end := hi - 1
	for end > lo && (v.toks[end].kind == space || v.toks[end].mark == closeQuote || v.toks[end].mark == closeBracket || v.toks[end].mark == quote) {
		end--
	}
	ends := v.toks[end].mark.endsSentence() || v.toks[hi-1].brk || v.lineEnd(hi) ||
		hi < len(v.toks) && v.toks[hi].mark.endsSentence()
	if !ends {
		return false
	}
	for lo--; lo >= 0; lo-- {
		switch t := v.toks[lo]; {
		case t.brk || t.mark.endsSentence():
			return true
		case t.kind != space && t.mark != closeQuote && t.mark != closeBracket && t.mark != openQuote && t.mark != quote:
			return false
		}
	}
	return true
}

// lettersOnly reports whether all that e changes are letters of long words.
func (c *comparison) lettersOnly(e edit) bool {
	other := func(t token) bool { return t.strong() && t.kind != letter }
	return !e.weak && !slices.ContainsFunc(c.a.toks[e.a0:e.a1], other) && !slices.ContainsFunc(c.b.toks[e.b0:e.b1], other)
}

// letters holds for what no word list knows, whatever words it seems to have in it.
func (c *comparison) letters(e edit, _, _ string) (verdict, bool) {
	return verdict{Minor, Wording, "other letters in a word without end"}, c.lettersOnly(e)
}

func (c *comparison) longOneSided(e edit, _, _ string) (verdict, bool) {
	n, k := c.a.count(e.a0, e.a1), c.b.count(e.b0, e.b1)
	switch {
	case k == 0 && n >= longLine:
		return verdict{Substantive, Omission, fmt.Sprintf("a passage of %d characters or words is left out", n)}, true
	case n == 0 && k >= longLine:
		return verdict{Substantive, Addition, fmt.Sprintf("a passage of %d characters or words is put in", k)}, true
	}
	return verdict{}, false
}

// replaced reports whether e takes out whole sentences, or a long passage, and puts
// others in that share little with them, or whole clauses that share next to nothing:
// an omission and an addition. Passages too long to align are asked for no more: of
// 20,000 characters at random, half are in any other 20,000.
func (c *comparison) replaced(e edit) bool {
	na, nb := c.a.count(e.a0, e.a1), c.b.count(e.b0, e.b1)
	if e.weak || e.same || e.byline || min(na, nb) == 0 {
		return false
	}
	long := max(na, nb) >= leastBlock
	if na*nb > maxCells || !long && min(na, nb) < 6 {
		return long
	}
	whole := long || c.a.sentence(e.a0, e.a1) && c.b.sentence(e.b0, e.b1)
	if !whole && !(c.a.clause(e.a0, e.a1) && c.b.clause(e.b0, e.b1)) {
		return false
	}
	in := map[uint32]int{}
	for i := e.a0; i < e.a1; i++ {
		in[c.a.toks[i].key]++
	}
	shared := 0
	for j := e.b0; j < e.b1; j++ {
		if t := c.b.toks[j]; t.strong() && in[t.key] > 0 {
			in[t.key]--
			shared++
		}
	}
	least := min(na, nb)
	if !whole {
		return least >= leastApart && 4*shared < least
	}
	return 2*shared < least
}

// figures holds when the numbers of the two differ in value.
func (c *comparison) figures(e edit, _, _ string) (verdict, bool) {
	na, nb := c.a.numbers(e.a0, e.a1), c.b.numbers(e.b0, e.b1)
	if slices.Equal(c.a.worth(na), c.b.worth(nb)) {
		only := len(na) == 1 && e.a1-e.a0 == 1 && e.b1-e.b0 == 1
		return verdict{Cosmetic, Numeral, "the same number, written otherwise"}, only
	}
	if len(na) == 0 || len(nb) == 0 {
		v, at := c.a, na
		if len(na) == 0 {
			v, at = c.b, nb
		}
		if !slices.ContainsFunc(at, v.counts) {
			return verdict{}, false
		}
	}
	v, at := c.a, na
	if len(at) == 0 {
		v, at = c.b, nb
	}
	class := v.figureClass(at[len(at)-1])
	if class == Number && slices.ContainsFunc(v.quantitiesAround(v.span(at[0], at[len(at)-1]+1)), func(q placed) bool { return q.q.Money() }) {
		class = Amount
	}
	return verdict{Substantive, class, "figures of different value"}, true
}

func (v *view) numbers(lo, hi int) []int {
	var out []int
	for i := lo; i < hi; i++ {
		if t := v.toks[i]; t.kind == number || t.kind == word && quantity.Word(v.of(i)) {
			out = append(out, i)
		}
	}
	return out
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

func (v *view) counts(i int) bool {
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
	case prev == "第" && bodyBehind(next):
		return Organisation // 第一医院
	case v.hanNumber(i) && utf8.RuneCountInString(text) == 2 && hasPrefix(next, "广场", "路", "街", "大道", "大桥", "村"):
		return Place // 八一广场
	case hasPrefix(next, "点") && strings.Contains(text, "."):
		return Number // of an index
	case hasPrefix(strings.ToLower(next), "年", "月", "日", "号", "时", "時", "点", "월", "일", "시", "heures", "uhr", "o'clock", "a.m", "p.m"), quantity.Month(v.wordBeside(i-1, -1)) > 0, quantity.Month(v.wordBeside(i+1, 1)) > 0 && len(text) <= 2, clock.MatchString(text) && !strings.Contains(prev, "比"):
		return Date
	case hasPrefix(next, "元", "多元", "余元", "美元", "欧元", "英镑", "日元", "港元", "万元", "亿元", "余万元", "多亿元"), strings.ContainsAny(prev, "$¥￥€£"):
		return Amount
	}
	return Number
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

// bodyBehind reports whether s begins with what numbers are given to: 人民医院.
func bodyBehind(s string) bool {
	return slices.ContainsFunc([]string{"医院", "中学", "小学", "法院", "监狱", "人民", "支队", "大队"}, func(w string) bool { return strings.HasPrefix(s, w) })
}

// clock is a time of day; 1:0 is a score.
var clock = regexp.MustCompile(`^\d{1,2}[:：]\d\d$`)

func hasPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// negates holds when one side denies more often than the other.
func (c *comparison) negates(e edit, s, t string) (verdict, bool) {
	if c.negations(c.a, e.a0, e.a1) == c.negations(c.b, e.b0, e.b1) {
		return verdict{}, false
	}
	if s != "" && t != "" && lexicon.Duty.Has(squeeze(s)) && lexicon.Duty.Has(squeeze(t)) {
		return verdict{Substantive, Modality, "what is, may be or must be changes"}, true
	}
	return verdict{Substantive, Negation, "a negation appears or vanishes"}, true
}

func (c *comparison) negations(v *view, lo, hi int) int {
	n := 0
	for i := lo; i < hi; i++ {
		w := strings.ToLower(v.of(i))
		if !lexicon.Negation.Has(w) {
			continue
		}
		if p := lexicon.Idiom.Over(v.text, v.toks[i].lo, v.toks[i].hi); p != "" {
			// A word such as 不过 denies nothing, if it changed as a whole.
			at := strings.Index(v.text[max(0, v.toks[i].lo-len(p)):], p) + max(0, v.toks[i].lo-len(p))
			if at >= v.toks[lo].lo && at+len(p) <= v.toks[hi-1].hi {
				continue
			}
		}
		if strings.Contains("别非无否莫", w) && i+1 < hi && i > lo {
			continue // inside a longer rewording, mostly part of a word
		}
		n++
	}
	return n
}

// around returns the text of both sides with l tokens before and r behind.
func (c *comparison) around(e edit, l, r int) (string, string, bool) {
	if e.a0-l < 0 || e.b0-l < 0 || e.a1+r > len(c.a.toks) || e.b1+r > len(c.b.toks) {
		return "", "", false
	}
	s, t := c.a.span(e.a0-l, e.a1+r).Of(c.a.text), c.b.span(e.b0-l, e.b1+r).Of(c.b.text)
	if l > 0 && c.a.span(e.a0-l, e.a0).Of(c.a.text) != c.b.span(e.b0-l, e.b0).Of(c.b.text) ||
		r > 0 && c.a.span(e.a1, e.a1+r).Of(c.a.text) != c.b.span(e.b1, e.b1+r).Of(c.b.text) {
		return "", "", false
	}
	return s, t, true
}

// bothIn reports whether the two sides, with at most two tokens around that they
// share, are both words of w.
func (c *comparison) bothIn(w lexicon.Class, e edit) bool {
	if !c.short(e) {
		return false
	}
	for l := range 3 {
		for r := range 3 {
			if s, t, ok := c.around(e, l, r); ok && w.Has(strings.ToLower(squeeze(s))) && w.Has(strings.ToLower(squeeze(t))) {
				return true
			}
		}
	}
	return false
}

func (c *comparison) reports(e edit, s, t string) (verdict, bool) {
	if framed(squeeze(s), squeeze(t)) || framed(squeeze(t), squeeze(s)) {
		return verdict{Minor, ReportingVerb, "the same said with another reporting verb"}, true
	}
	if lexicon.Verb.Spells(s+t) && c.bothIn(lexicon.Verb, e) {
		return verdict{Minor, ReportingVerb, "another reporting verb"}, true
	}
	if s != "" && t != "" && c.saying(c.a, e.a0, e.a1) && c.saying(c.b, e.b0, e.b1) {
		return verdict{Minor, ReportingVerb, "another reporting verb"}, true
	}
	return verdict{}, false
}

// saying reports whether [lo, hi) is such a verb before a mark.
func (c *comparison) saying(v *view, lo, hi int) bool {
	if hi >= len(v.toks) || !separates(v.toks[hi].mark) {
		return false
	}
	w, _ := c.wordAt(v, lo, hi)
	return lexicon.Saying.Has(w)
}

// dated holds when one day, month or season stands for another.
func (c *comparison) dated(e edit, s, t string) (verdict, bool) {
	if s != "" && t != "" && lexicon.Day.Spells(s+t) && c.bothIn(lexicon.Day, e) {
		return verdict{Substantive, Date, "another day, month or season"}, true
	}
	return verdict{}, false
}

// touched returns a word of w on either side that the edit changes.
func (c *comparison) touched(w lexicon.Class, e edit) (string, bool) {
	if !c.short(e) {
		return "", false
	}
	a, b := c.a.span(e.a0, e.a1), c.b.span(e.b0, e.b1)
	x := w.Over(c.a.text, a.Lo, a.Hi)
	if x != "" && a.Lo < a.Hi {
		return x, true
	}
	y := w.Over(c.b.text, b.Lo, b.Hi)
	if y != "" && b.Lo < b.Hi {
		return y, true
	}
	return x + y, x != y
}

func (c *comparison) attributes(e edit, _, _ string) (verdict, bool) {
	if w, ok := c.touched(lexicon.Agency, e); ok {
		return verdict{Substantive, Attribution, "the source named changes: " + w}, true
	}
	return verdict{}, false
}

// short reports whether e is small enough that one word in it decides.
func (c *comparison) short(e edit) bool {
	return c.a.count(e.a0, e.a1) <= 12 && c.b.count(e.b0, e.b1) <= 12
}

func (c *comparison) names(e edit, _, _ string) (verdict, bool) {
	if !c.short(e) {
		return verdict{}, false
	}
	for _, s := range []struct {
		v    *view
		span shingle.Span
	}{{c.a, c.a.span(e.a0, e.a1)}, {c.b, c.b.span(e.b0, e.b1)}} {
		if n, ok := c.nameOver(s.v, s.span.Lo, s.span.Hi); ok {
			return verdict{Substantive, Person, n.why}, true
		}
	}
	return verdict{}, false
}

func (c *comparison) placesRule(e edit, s, t string) (verdict, bool) {
	if w, ok := c.touched(lexicon.Place, e); ok && !(s+t == "中我" || s+t == "我中") {
		return verdict{Substantive, Place, "a place changes: " + w}, true
	}
	return verdict{}, false
}

func (c *comparison) titlesRule(e edit, s, t string) (verdict, bool) {
	if w, ok := c.touched(lexicon.Title, e); ok {
		return verdict{Substantive, Title, "a title or rank changes: " + w}, true
	}
	v, at := c.a, e.a1
	if s == "" {
		v, at = c.b, e.b1
	}
	title := titleAt(v.text, v.end(at))
	if title == "" {
		return verdict{}, false
	}
	one := squeeze(s + t)
	last, _ := utf8.DecodeLastRuneInString(one)
	switch n := utf8.RuneCountInString(one); {
	case s != "" && t != "":
		if x, y := c.sideWords(e); !x.qualifies() || !y.qualifies() {
			return verdict{}, false
		}
	case n == 1 && lexicon.RankChar.Has(one), lexicon.Rank.Has(one):
	case 1 < n && n <= longestOffice && lexicon.BodyChar.HasRune(last):
	default:
		return verdict{}, false
	}
	return verdict{Substantive, Title, "what stands before " + title}, true
}

// longestOffice is the longest name of a body, in characters, that qualifies the
// title behind it: 党委 of 党委书记.
const longestOffice = 8

func (c *comparison) organisations(e edit, s, t string) (verdict, bool) {
	one := s + t
	if (s != "" && t != "") || utf8.RuneCountInString(one) != 1 || !lexicon.BodyChar.Has(one) {
		return verdict{}, false
	}
	v, at := c.a, e.a0
	if s == "" {
		v, at = c.b, e.b0
	}
	if at > 0 && v.toks[at-1].kind == char && !c.crowded(e) {
		return verdict{Substantive, Organisation, "the name of a body changes by " + one}, true
	}
	return verdict{}, false
}

// crowded reports whether another edit of words stands within two tokens of e:
// then both are parts of one rewording (困难, 难处).
func (c *comparison) crowded(e edit) bool {
	return slices.ContainsFunc(c.edits, func(x edit) bool {
		return !x.weak && !x.same && x != e && x.a0 <= e.a1+2 && e.a0 <= x.a1+2 && x.b0 <= e.b1+2 && e.b0 <= x.b1+2
	})
}

// bodyWords holds when one body stands for another: 外交部 and 国防部.
func (c *comparison) bodyWords(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) {
		return verdict{}, false
	}
	p, q := c.sideWords(e)
	x, y := p.own, q.own
	office := func(w string) bool {
		r, n := utf8.DecodeLastRuneInString(w)
		return len(w) > n && lexicon.OfficeHead.HasRune(r)
	}
	body := func(w string) bool {
		end := lexicon.Body.Before(w, len(w))
		return end != "" && (w != end || end != "组织" && end != "中心")
	}
	if x != y && (office(x) && office(y) || body(x) || body(y)) {
		return verdict{Substantive, Organisation, "another body: " + x + ", " + y}, true
	}
	return verdict{}, false
}

// namedWords holds when the dictionary knows a person that the change touches:
// a full name, or a short one that is no word on the other side.
func (c *comparison) namedWords(e edit, s, t string) (verdict, bool) {
	if s == "" || t == "" || !c.short(e) {
		return verdict{}, false
	}
	x, y := c.sideWords(e)
	person := func(w, tag, other, otherTag string) bool {
		n := utf8.RuneCountInString(w)
		return strings.HasPrefix(tag, "nr") && surname(w, 0) > 0 && (n == 3 || n == 2 && otherTag == "" && len(other) == len(w) && surname(other, 0) > 0)
	}
	if person(x.own, x.kind, y.own, y.kind) || person(y.own, y.kind, x.own, x.kind) {
		return verdict{Substantive, Person, "the dictionary knows a person of this name"}, true
	}
	return verdict{}, false
}

// wordsAround returns the words of part, the letters around s in v. It keeps the
// last two answers: several rules ask for those of one edit.
func (c *comparison) wordsAround(v *view, s shingle.Span, part string) []words.Word {
	k := 0
	if v == c.b {
		k = 1
	}
	if m := &c.memo[k]; m.words == nil || m.at != s {
		m.at, m.words = s, words.Segment(part)
	}
	return c.memo[k].words
}

// wordAt returns the words of v that tokens [lo, hi) touch, joined, and the tag
// of the word if it is one of the dictionary, of two characters or more.
func (c *comparison) wordAt(v *view, lo, hi int) (text, tag string) {
	s := v.span(lo, hi)
	from, part := v.clauseAround(s)
	n, end, whole := 0, 0, true // whole: text is one piece of part
	for _, w := range c.wordsAround(v, s, part) {
		if at := (shingle.Span{Lo: w.Span.Lo + from, Hi: w.Span.Hi + from}); !at.Overlaps(s) {
			continue
		}
		n++
		if whole = whole && (n == 1 || w.Span.Lo == end); whole {
			text = part[w.Span.Lo-len(text) : w.Span.Hi]
		} else {
			text += w.Span.Of(part)
		}
		tag, end = w.Tag, w.Span.Hi
	}
	if n != 1 || tag == "x" || utf8.RuneCountInString(text) <= 1 {
		tag = ""
	}
	return text, tag
}

func (c *comparison) modal(e edit, s, t string) (verdict, bool) {
	x, y := strings.ToLower(squeeze(s)), strings.ToLower(squeeze(t))
	modal := func(s string) bool { return lexicon.Modal.Has(s) || s == "要" }
	if scales().same(x, y) {
		return verdict{}, false // kann, können
	}
	if (x == "" || y == "") && lexicon.Modal.Has(x+y) || modal(x) && modal(y) {
		p, _ := c.wordAt(c.a, e.a0, e.a1)
		q, _ := c.wordAt(c.b, e.b0, e.b1)
		if p != s && !modal(p) || q != t && !modal(q) {
			return verdict{}, false // part of another word: 要求
		}
		return verdict{Substantive, Modality, "what is, may be or must be changes"}, true
	}
	return verdict{}, false
}

func (c *comparison) functional(e edit, _, _ string) (verdict, bool) {
	all := func(v *view, lo, hi int) bool {
		for i := lo; i < hi; i++ {
			if v.toks[i].strong() && !lexicon.Function.Has(strings.ToLower(v.of(i))) {
				return false
			}
		}
		return true
	}
	s, t := c.texts(e)
	if s != "" && t != "" && c.particle(c.a, e.a0, e.a1) && c.particle(c.b, e.b0, e.b1) {
		return verdict{Minor, FunctionWord, "function words"}, true
	}
	if lexicon.Function.Has(s) && t == "" || s == "" && lexicon.Function.Has(t) || all(c.a, e.a0, e.a1) && all(c.b, e.b0, e.b1) {
		return verdict{Minor, FunctionWord, "function words"}, true
	}
	return verdict{}, false
}

// particle reports whether [lo, hi) is a preposition, a conjunction or the like.
func (c *comparison) particle(v *view, lo, hi int) bool {
	w, tag := c.wordAt(v, lo, hi)
	if lexicon.Function.Has(w) || lexicon.Particle.Has(w) {
		return true
	}
	switch tag {
	case "p", "c", "u", "uj", "ul", "uz", "ud", "uv":
		return true
	}
	return false
}

// widen returns the bytes to show of e: the name it touches, or the words.
func (c *comparison) widen(e edit, v verdict) (a, b shingle.Span) {
	a, b = c.a.span(e.a0, e.a1), c.b.span(e.b0, e.b1)
	if v.class == Omission || v.class == Addition || e.weak || c.lettersOnly(e) {
		return a, b
	}
	ea, eb := a, b
	switch v.class {
	case Person:
		ea, eb = c.nameShown(c.a, a), c.nameShown(c.b, b)
	case Number, Amount:
		a, b = c.a.quantityShown(a), c.b.quantityShown(b)
		ea, eb = c.wordsOver(c.a, a), c.wordsOver(c.b, b)
	default:
		ea, eb = c.wordsOver(c.a, a), c.wordsOver(c.b, b)
	}
	left, right := max(a.Lo-ea.Lo, b.Lo-eb.Lo), max(ea.Hi-a.Hi, eb.Hi-b.Hi)
	a, b = c.grow(a, b, left, right)
	if (a.Lo == a.Hi) != (b.Lo == b.Hi) {
		// A word that comes or goes says little alone: show what it goes with.
		s, t := c.texts(e)
		if v.class == Negation || v.class == Modality || v.class == Title && lexicon.RankChar.Has(s+t) {
			a, b = c.grow(a, b, 0, wordBehind(c.b, b.Hi))
		} else {
			a, b = c.grow(a, b, wordBefore(c.b, b.Lo), 0)
		}
	}
	return c.a.tight(a, c.a.span(e.a0, e.a1)), c.b.tight(b, c.b.span(e.b0, e.b1))
}

// nameShown returns s grown to the name it touches, or to the words.
func (c *comparison) nameShown(v *view, s shingle.Span) shingle.Span {
	n, ok := c.nameOver(v, s.Lo, s.Hi)
	if !ok {
		if n, ok = c.oddName(v, s); !ok {
			return c.wordsOver(v, s)
		}
	}
	return cover(s, shingle.Span{Lo: n.lo, Hi: n.hi})
}

// hold returns the empty span core where it lies within s.
func hold(s, core shingle.Span) shingle.Span {
	if core.Lo < core.Hi {
		return core
	}
	at := min(max(core.Lo, s.Lo), s.Hi)
	return shingle.Span{Lo: at, Hi: at}
}

// tight returns s without the white space it begins or ends with, but with all
// of core, unless that is empty.
func (v *view) tight(s, core shingle.Span) shingle.Span {
	t := s.Of(v.text)
	if blank(t) || core.Lo < core.Hi && (core.Lo == s.Lo || core.Hi == s.Hi) {
		return s
	}
	left := len(t) - len(strings.TrimLeftFunc(t, unicode.IsSpace))
	right := len(t) - len(strings.TrimRightFunc(t, unicode.IsSpace))
	return shingle.Span{Lo: s.Lo + left, Hi: s.Hi - right}
}

// wordBehind returns the length of the Han word that begins at byte i of v.
func wordBehind(v *view, i int) int {
	behind := strings.TrimLeftFunc(v.text[i:], isSpace)
	ws := words.Segment(behind[:han(behind)])
	if len(ws) == 0 {
		return 0
	}
	return ws[0].Span.Len()
}

// han returns the length of the Han characters that s begins with, as far as
// context.
func han(s string) int {
	n := 0
	for n < context {
		r, size := runeAt(s, n)
		if !isHan(r) {
			break
		}
		n += size
	}
	return n
}

// wordBefore returns the length of the Han word that ends at byte i of v.
func wordBefore(v *view, i int) int {
	before := strings.TrimRightFunc(v.text[:i], isSpace)
	lo := len(before)
	for lo > 0 && len(before)-lo < context {
		r, n := lastRune(before[:lo])
		if !isHan(r) {
			break
		}
		lo -= n
	}
	ws := words.Segment(before[lo:])
	if len(ws) == 0 {
		return 0
	}
	return ws[len(ws)-1].Span.Len()
}

// grow widens a and b by the same letters on both sides, at most left and right
// bytes of them, over white space that one text has between them.
func (c *comparison) grow(a, b shingle.Span, left, right int) (shingle.Span, shingle.Span) {
	for left > 0 {
		x, y := strings.TrimRightFunc(c.a.text[:a.Lo], isSpace), strings.TrimRightFunc(c.b.text[:b.Lo], isSpace)
		r, n := utf8.DecodeLastRuneInString(x)
		if n == 0 || n > left || !isLetter(r) || !strings.HasSuffix(y, x[len(x)-n:]) {
			break
		}
		a.Lo, b.Lo, left = len(x)-n, len(y)-n, left-n
	}
	for right > 0 {
		x, y := strings.TrimLeftFunc(c.a.text[a.Hi:], isSpace), strings.TrimLeftFunc(c.b.text[b.Hi:], isSpace)
		r, n := utf8.DecodeRuneInString(x)
		if n == 0 || n > right || !isLetter(r) || !strings.HasPrefix(y, x[:n]) {
			break
		}
		a.Hi, b.Hi, right = len(c.a.text)-len(x)+n, len(c.b.text)-len(y)+n, right-n
	}
	return a, b
}

func cover(s, t shingle.Span) shingle.Span {
	return shingle.Span{Lo: min(s.Lo, t.Lo), Hi: max(s.Hi, t.Hi)}
}

// context is how many bytes before and behind a change are cut into words: five
// characters settle where a word of two or three begins.
const context = 15

// wordsOver returns s grown to the words of v that it touches.
func (c *comparison) wordsOver(v *view, s shingle.Span) shingle.Span {
	lo, part := v.clauseAround(s)
	out := s
	for _, w := range c.wordsAround(v, s, part) {
		w := shingle.Span{Lo: w.Span.Lo + lo, Hi: w.Span.Hi + lo}
		if w.Overlaps(s) || s.Lo == s.Hi && w.Lo < s.Lo && s.Lo < w.Hi {
			out = cover(out, w)
		}
	}
	return out
}

// clauseAround returns the letters around s, as far as context, and where they
// begin.
func (v *view) clauseAround(s shingle.Span) (int, string) {
	lo, hi := s.Lo, s.Hi
	for lo > 0 && s.Lo-lo < context {
		r, n := lastRune(v.text[:lo])
		if !isLetter(r) {
			break
		}
		lo -= n
	}
	for hi < len(v.text) && hi-s.Hi < context {
		r, n := runeAt(v.text, hi)
		if !isLetter(r) {
			break
		}
		hi += n
	}
	return lo, v.text[lo:hi]
}

// maxQuotation is the longest quotation, in bytes, whose two marks are told as
// one change.
const maxQuotation = 120

// joinQuotes makes one change of an opening and a closing mark that both went or
// both came, with nothing else changed between them.
func (c *comparison) joinQuotes() {
	out := c.changes[:0]
	for _, y := range c.changes {
		if n := len(out); n > 0 && c.sameQuotation(out[n-1], y) {
			x := &out[n-1]
			x.A, x.B = cover(x.A, y.A), cover(x.B, y.B)
			x.CoreA, x.CoreB = x.A, x.B
			x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
			x.Reasons = []string{"the quotation marks appear or vanish"}
			continue
		}
		out = append(out, y)
	}
	c.changes = out
}

func (c *comparison) sameQuotation(x, y Change) bool {
	if x.Class != Quotation || y.Class != Quotation || y.A.Hi-x.A.Lo > maxQuotation || y.A.Lo < x.A.Hi || y.B.Lo < x.B.Hi {
		return false
	}
	opens := func(s string) bool { return s != "" && strings.ContainsAny(s[:1]+s, "“「『‘\"") }
	shuts := func(s string) bool { return s != "" && strings.ContainsAny(s, "”」』’\"") }
	gone := x.BText == "" && y.BText == "" && opens(x.AText) && shuts(y.AText)
	come := x.AText == "" && y.AText == "" && opens(x.BText) && shuts(y.BText)
	return (gone || come) && c.a.text[x.A.Hi:y.A.Lo] == c.b.text[x.B.Hi:y.B.Lo]
}
