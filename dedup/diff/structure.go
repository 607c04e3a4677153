package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"repost/shingle"
)

// Structure. An article that is put in gives every later one another number, and a name that
// is spelled otherwise is spelled so throughout: one thing was done, at many places. The
// changes stay in the list, each at its place, and a Group says what they are together; the
// summary counts the group once.
//
// Renumbered: the labels of two parts that stand for each other differ in their numbers, and
// both go on from the label before them in their own text. What refers to such a part inside
// of a line is of the group if it follows: "see Article 12" becomes "see Article 13" where
// Article 12 did. A number that breaks the order is no renumbering and stays what it is.
//
// Replaced: the same words for the same words at leastReplaced places. Figures and dates are
// left out: 12 for 13 at three places is three facts.

// Group is what changes at several places are together.
type Group struct {
	Grade   Grade    `json:"grade"`
	Class   Class    `json:"class"`
	AText   string   `json:"a_text"` // of a range, its first and last label: 第五条…第七十条
	BText   string   `json:"b_text"`
	Count   int      `json:"count"`
	Reasons []string `json:"reasons"`
	Changes []int    `json:"changes"` // indices into Result.Changes
}

// leastReplaced is from how many places on the same change is a replacement throughout.
const leastReplaced = 3

// together finds the groups, and gives each change the number of its own.
func (c *comparison) together() {
	c.moveLabels()
	c.runningHeads()
	c.renumber()
	c.sameWords()
	c.groups = append(c.renumbered(), c.replacedThroughout()...)
	for g := range c.groups {
		for _, k := range c.groups[g].Changes {
			c.changes[k].Group = g + 1
		}
	}
}

// renumber makes changes of class Renumbered of those that change nothing but the number of
// a label.
func (c *comparison) renumber() {
	if !slices.ContainsFunc(c.changes, func(x Change) bool {
		return x.Grade != Cosmetic && mayNumber(x.CoreA.Of(c.a.text), x.CoreB.Of(c.b.text))
	}) {
		return
	}
	la, lb := labelsOf(c.a.text), labelsOf(c.b.text)
	goesA, goesB := follows(la), follows(lb)
	type key struct {
		system string
		from   int
	}
	heads := map[key]int{} // what became of the number of a part
	pairs := make([][2]int, len(c.changes))
	for k, x := range c.changes {
		pairs[k] = [2]int{-1, -1}
		if x.Grade == Cosmetic || x.Repeated || !mayNumber(x.CoreA.Of(c.a.text), x.CoreB.Of(c.b.text)) {
			continue
		}
		if x.AText == "" && aloneAtHead(lb, goesB, c.b.text, x.CoreB) || x.BText == "" && aloneAtHead(la, goesA, c.a.text, x.CoreA) {
			y := &c.changes[k]
			y.Grade, y.Class, y.Hint, y.Reasons = Minor, Renumbered, "", []string{"the part has a number in one text alone"}
			y.system, y.from = fmt.Sprint("heads of one text ", k), k
			continue
		}
		i, ok := labelAt(la, x.CoreA)
		j, ok2 := labelAt(lb, x.CoreB)
		own := ok && ok2 && la[i].head && lb[j].head && goesA[i] && goesB[j]
		if !ok || !ok2 || la[i].system != lb[j].system && !own || la[i].system == lb[j].system && la[i].n == lb[j].n {
			continue
		}
		pairs[k] = [2]int{i, j}
		if own {
			heads[key{la[i].system, la[i].n}] = lb[j].n
		}
	}
	for k := range c.changes { // §§ 3 bis 6
		x := &c.changes[k]
		ls, p := labelsIn(la, c.a.text, x.CoreA)
		ms, q := labelsIn(lb, c.b.text, x.CoreB)
		if x.Grade != Substantive || x.Repeated || len(ls) < 2 || len(ls) != len(ms) || p != q {
			continue
		}
		same := true
		for i, l := range ls {
			to, ok := heads[key{l.system, l.n}]
			if !ok {
				to = l.n
			}
			same = same && ms[i].system == l.system && to == ms[i].n
		}
		if same {
			x.Grade, x.Class, x.Hint, x.system, x.from = Minor, Renumbered, "", ls[0].system, ls[0].n
			x.Reasons = []string{"what it refers to has another number"}
		}
	}
	of := map[[2]int]int{} // the change that holds the pair of labels
	for k := range c.changes {
		x, p := &c.changes[k], pairs[k]
		if p[0] < 0 {
			continue
		}
		i, j := p[0], p[1]
		own := la[i].head && lb[j].head && goesA[i] && goesB[j]
		if to, ok := heads[key{la[i].system, la[i].n}]; !own && (!ok || to != lb[j].n) {
			continue
		}
		if first, ok := of[p]; ok { // another edit of the same number: 二十九 and 三十
			x.Class, x.A = "", shingle.Span{Lo: first, Hi: first}
			continue
		}
		of[p] = k
		x.A, x.B, x.CoreA, x.CoreB = la[i].at, lb[j].at, la[i].number, lb[j].number
		x.AText, x.BText = x.A.Of(c.a.text), x.B.Of(c.b.text)
		x.Grade, x.Class, x.Hint = Minor, Renumbered, ""
		x.system, x.from = la[i].system, la[i].n
		x.Reasons = []string{"the part has another number"}
		if !own {
			x.Reasons = []string{"what it refers to has another number"}
		}
	}
	c.changes = slices.DeleteFunc(c.changes, func(x Change) bool { return x.Class == "" })
	c.apart()
}

// mayNumber reports whether two readings may be numbers of labels, or parts of them.
func mayNumber(a, b string) bool {
	const most = 24 // bytes
	if len(a) > most || len(b) > most || a+b == "" {
		return false
	}
	for _, s := range []string{a, b} {
		for _, f := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("第条條章节節款项項()（）.、§ ", r) }) {
			if _, ok := labelNumber(f); !ok {
				return false
			}
		}
	}
	return true
}

// renumbered returns a group for the labels of each system. A label that a change of words
// has taken in is no longer among them.
func (c *comparison) renumbered() (out []Group) {
	at := map[string]int{}
	for k, x := range c.changes {
		if x.system == "" || x.Class != Renumbered && !strings.HasPrefix(x.system, "heads") {
			continue
		}
		g, ok := at[x.system]
		if !ok {
			g = len(out)
			at[x.system] = g
			out = append(out, Group{Grade: x.Grade, Class: x.Class, Reasons: x.Reasons})
		}
		out[g].Changes = append(out[g].Changes, k)
	}
	for g := range out {
		x := &out[g]
		x.Count = len(x.Changes)
		low, high := x.Changes[0], x.Changes[0]
		for _, k := range x.Changes {
			if c.changes[k].from < c.changes[low].from {
				low = k
			}
			if c.changes[k].from > c.changes[high].from {
				high = k
			}
		}
		x.AText, x.BText = ranged(c.changes[low].AText, c.changes[high].AText), ranged(c.changes[low].BText, c.changes[high].BText)
		if !strings.HasPrefix(c.changes[low].system, "heads") {
			x.Reasons = []string{"the numbers of parts go on from what was put in or left out before them"}
		}
	}
	return out
}

// ranged writes two labels as a range.
func ranged(from, to string) string {
	if from == to {
		return from
	}
	return from + "…" + to
}

// throughout are the classes of changes that are one replacement when they come again.
var throughout = []Class{OtherScript, Spelling, Case, Marks, Person, Title, Term, Organisation, Place, Attribution, Wording, ReportingVerb}

// sameWords shows and grades alike what is put for the same characters of the same word at
// two places or more: where 王小明 is a name once, it is one wherever it stands.
func (c *comparison) sameWords() {
	type key struct {
		cosmetic bool
		a, b     string
	}
	of := map[key][]int{}
	for k, x := range c.changes {
		if !x.Repeated && slices.Contains(throughout, x.Class) && x.CoreA.Len()+x.CoreB.Len() > 0 {
			y := key{x.Grade == Cosmetic, x.CoreA.Of(c.a.text), x.CoreB.Of(c.b.text)}
			of[y] = append(of[y], k)
		}
	}
	widened := false
	for _, at := range of {
		if len(at) < 2 {
			continue
		}
		g := c.changes[slices.MinFunc(at, func(i, j int) int {
			x, y := &c.changes[i], &c.changes[j]
			return cmp.Or(gravity(x.Grade)-gravity(y.Grade), vague(x.Class)-vague(y.Class), len(y.AText)-len(x.AText), i-j)
		})]
		for _, k := range at {
			x := &c.changes[k]
			a, b := like(x.CoreA, g.A, g.CoreA), like(x.CoreB, g.B, g.CoreB)
			if !stands(c.a.text, a, g.AText) || !stands(c.b.text, b, g.BText) {
				continue
			}
			widened = widened || x.A != a || x.B != b
			x.A, x.B, x.AText, x.BText = a, b, g.AText, g.BText
			x.Grade, x.Class, x.Reasons = g.Grade, g.Class, g.Reasons
		}
	}
	if widened {
		c.apart()
	}
}

// vague ranks a class by how little it says of a change: that words are other words is said of
// a name at the beginning of a sentence, too.
func vague(c Class) int {
	if c == Term || c == Wording {
		return 1
	}
	return 0
}

// like returns core with as much around it as shown has around its own.
func like(core, shown, own shingle.Span) shingle.Span {
	return shingle.Span{Lo: core.Lo - (own.Lo - shown.Lo), Hi: core.Hi + (shown.Hi - own.Hi)}
}

// stands reports whether words stand at s.
func stands(text string, s shingle.Span, words string) bool {
	return s.Lo >= 0 && s.Hi <= len(text) && s.Lo <= s.Hi && text[s.Lo:s.Hi] == words
}

// replacedThroughout returns the groups of changes that put the same words for the same words.
func (c *comparison) replacedThroughout() (out []Group) {
	type key struct {
		grade Grade
		class Class
		a, b  string
	}
	of := map[key][]int{}
	var keys []key
	for k, x := range c.changes {
		if x.AText == "" || x.BText == "" || x.Repeated || x.system != "" || !slices.Contains(throughout, x.Class) && !composedOtherwise(x) {
			continue
		}
		y := key{x.Grade, x.Class, x.AText, x.BText}
		if x.Class == Width || x.Reasons[0] == olderSpelling { // Korean in syllables, and in letters: other texts, one way to write
			y.a, y.b = "", ""
		}
		if x.Class == Spelling && x.Reasons[0] != olderSpelling { // -ise for -ize: other words, the same letters
			y.a, y.b = differing(x.AText, x.BText)
		}
		if len(of[y]) == 0 {
			keys = append(keys, y)
		}
		of[y] = append(of[y], k)
	}
	for _, y := range keys {
		at := of[y]
		if len(at) < leastReplaced {
			continue
		}
		first := c.changes[at[0]]
		g := Group{Grade: y.grade, Class: y.class, AText: first.AText, BText: first.BText, Count: len(at), Changes: at}
		if left := strings.Count(c.a.text, g.AText) - len(at); left > 0 && y.class != Spelling && y.class != Width {
			g.Reasons = []string{fmt.Sprintf("the same replacement at %d of %d places", len(at), len(at)+left)}
		} else {
			g.Reasons = []string{fmt.Sprintf("the same replacement throughout, at %d places", len(at))}
		}
		g.Reasons = append(g.Reasons, first.Reasons...)
		out = append(out, g)
	}
	slices.SortStableFunc(out, func(x, y Group) int { return cmp.Compare(x.Changes[0], y.Changes[0]) })
	return out
}

// composedOtherwise reports whether the readings of x are canonically equivalent (UAX 15).
func composedOtherwise(x Change) bool {
	return x.Class == Width && norm.NFC.String(x.AText) == norm.NFC.String(x.BText)
}

// differing returns what is left of two words without the letters that both begin and end
// with, and one more on each side.
func differing(a, b string) (string, string) {
	r, s := []rune(a), []rune(b)
	head, tail := 0, 0
	for head < len(r) && head < len(s) && r[head] == s[head] {
		head++
	}
	for tail < len(r)-head && tail < len(s)-head && r[len(r)-1-tail] == s[len(s)-1-tail] {
		tail++
	}
	head, tail = max(0, head-1), max(0, tail-1)
	return string(r[head : len(r)-tail]), string(s[head : len(s)-tail])
}
