package collate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"repost/dedup/diff"
	"repost/shingle"
	"repost/shingle/mask"
)

// Direction. Who copied whom is weighed as a court would: each piece of evidence
// has a name, is quoted, and has odds, that is how many times likelier it is under
// one hypothesis than under its opposite. Pieces are taken as independent, so
// their odds multiply; of each name the strongest counts once, since two credit
// lines to one outlet are one fact. Decisive says from where on there is a
// verdict. The odds are judgements and not measured on a labelled set: nobody
// publishes one. They are chosen so that no date alone, no abridgement alone and
// not both together decide.

// Decisive is the odds from which a verdict is given.
const Decisive = 20

// Hypothesis is what evidence speaks for.
type Hypothesis string

// The hypotheses, and the verdict that none of them is likely enough.
const (
	AFromB       Hypothesis = "a-from-b"      // A copied B, directly or by way of another
	BFromA       Hypothesis = "b-from-a"      //
	CommonSource Hypothesis = "common-source" // neither is the other's source: both go back to a third
	Undetermined Hypothesis = "undetermined"
)

// The names of evidence.
const (
	CreditLine      = "credit-line"      // one names the other's outlet as its source
	InheritedFooter = "inherited-footer" // one carries the other's copyright footer
	EarlierDate     = "earlier-date"     // the other was published before
	OwnError        = "own-error"        // one has a word wrong, by a look-alike sign, that it has right elsewhere
	Truncation      = "truncation"       // one breaks off inside a sentence that the other ends
	Abridgement     = "abridgement"      // one leaves out sentences of the other and adds none
	SharedError     = "shared-error"     // both have an error that no other version has
	ThirdParty      = "third-party"      // both credit the same third outlet
)

// Their odds.
const (
	oddsCredit      = 60.0
	oddsCreditAlone = 5.0   // nothing else says where the text is from: it may be the outlet's own
	oddsFooter      = 100.0 // nobody prints another's copyright by chance
	oddsDays        = 4.0   // dates of pages are often those of an update
	oddsHours       = 2.0
	oddsError       = 4.0 // some copies correct their original
	oddsTruncation  = 10.0
	oddsAbridgement = 2.0 // updates grow as often as copies shrink
	oddsShared      = 30.0
	oddsThird       = 25.0
)

const (
	closeTimes     = 10 * time.Minute // clocks of two outlets may differ so much
	shortestOutlet = 4                // bytes of a name that is looked for in texts: two characters of Han
	mostOthers     = 8                // versions next to the two that are looked at
	leastOmitted   = 2                // passages left out that make an abridgement
)

// Evidence is one fact that speaks for a hypothesis.
type Evidence struct {
	Name    string     `json:"name"`
	Favours Hypothesis `json:"favours"`
	Odds    float64    `json:"odds"`
	// Side is the text that holds the fact, "a" or "b", and Span where; Text is
	// what stands there, or the fact in words.
	Side string       `json:"side,omitempty"`
	Span shingle.Span `json:"span"`
	Text string       `json:"text"`
}

// Verdict is what Direction finds. Odds are those of the likelier of the two
// directions, or of a common source when that is the verdict.
type Verdict struct {
	Verdict  Hypothesis `json:"verdict"`
	Odds     float64    `json:"odds"`
	Evidence []Evidence `json:"evidence"` // strongest first
}

// Side is a version whose direction is asked for.
type Side = Version

func compare(a, b *Side) *diff.Result {
	return diff.Compare(sideOf(a), sideOf(b), diff.Options{})
}

// weigh multiplies the odds.
func weigh(all []Evidence) Verdict {
	slices.SortStableFunc(all, func(x, y Evidence) int {
		return cmp.Or(cmp.Compare(y.Odds, x.Odds), strings.Compare(x.Name, y.Name))
	})
	type kind struct {
		name    string
		favours Hypothesis
	}
	seen := map[kind]bool{}
	kept := []Evidence{}
	log, common := 0.0, 1.0
	for _, e := range all {
		k := kind{e.Name, e.Favours}
		if seen[k] {
			continue
		}
		seen[k] = true
		kept = append(kept, e)
		switch e.Favours {
		case AFromB:
			log += math.Log(e.Odds)
		case BFromA:
			log -= math.Log(e.Odds)
		case CommonSource:
			common *= e.Odds
		}
	}
	v := Verdict{Verdict: Undetermined, Odds: math.Round(100*math.Exp(math.Abs(log))) / 100, Evidence: kept}
	switch {
	case v.Odds >= Decisive && log > 0:
		v.Verdict = AFromB
	case v.Odds >= Decisive:
		v.Verdict = BFromA
	case common >= Decisive:
		v.Verdict, v.Odds = CommonSource, common
	}
	return v
}

// longestCue is how many bytes before a name a word of credit is looked for.
const longestCue = 60

// cues are what stands between a text and the outlet it was taken from.
var cues = []string{
	"转自", "转载自", "转载", "来源", "源自", "原载于", "原载", "摘自", "选自", "编自", "据", "引自", "出自", "首发于", "轉自", "轉載自", "來源", "據",
	"source", "via", "from", "courtesy of", "originally published in", "originally published by", "first published in", "first published by",
	"first appeared in", "reprinted from",
}

// creditAlone reports whether the source of a text is known from its credit alone.
func creditAlone(s *Side) bool { return s.Credit != "" && s.Source == s.Credit }

// credits finds where me names you as its source: on its page, in a line of credit, or in
// a footer that claims rights for you.
func credits(me, you *Side) []Evidence {
	name, alone := strings.TrimSpace(you.Source), creditAlone(me)
	if !isOutlet(name) || related(me.Source, name) && !alone || alone && creditAlone(you) {
		return nil
	}
	odds := oddsCredit
	if alone {
		odds = oddsCreditAlone
	}
	var out []Evidence
	if isOutlet(me.Credit) && related(me.Credit, name) {
		out = append(out, Evidence{Name: CreditLine, Odds: odds, Text: me.Credit})
	}
	text := me.Text
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return out
		}
		i += at
		at = i + len(name)
		if !wordAt(text, i, at) {
			continue
		}
		e := Evidence{Span: line(me.Text, i, at)}
		switch reason := maskedAs(me.Masks, i); {
		case reason == mask.Footer:
			e.Name, e.Odds = InheritedFooter, oddsFooter
		case reason == mask.SourceLine, reason == mask.Dateline, credited(text[max(0, i-longestCue):i]):
			e.Name, e.Odds = CreditLine, odds
		default:
			continue
		}
		e.Text = e.Span.Of(me.Text)
		out = append(out, e)
	}
}

// isOutlet reports whether a name is long enough to be looked for.
func isOutlet(name string) bool { return len(name) >= shortestOutlet }

// lower is for names: every byte stays where it is.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// related reports whether one outlet's name is a part of the other's: a paper and
// its site.
func related(a, b string) bool {
	a, b = lower(strings.TrimSpace(a)), lower(strings.TrimSpace(b))
	return a != "" && (strings.Contains(a, b) || strings.Contains(b, a))
}

// wordAt reports whether a name in [lo, hi) is not a part of a longer word of
// letters.
func wordAt(text string, lo, hi int) bool {
	plain := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z' || text[i] >= '0' && text[i] <= '9')
	}
	return !(plain(lo-1) && plain(lo)) && !(plain(hi) && plain(hi-1))
}

// credited reports whether a word of credit stands close before, with nothing but
// marks, spaces and articles between.
func credited(before string) bool {
	const between = " \t\u3000:：“\"《（(「*【[-—"
	before = strings.TrimRight(lower(before), between)
	before = strings.TrimRight(strings.TrimSuffix(before, " the"), between)
	for _, c := range cues {
		if strings.HasSuffix(before, c) && wordAt(before, len(before)-len(c), len(before)) {
			return true
		}
	}
	return false
}

func maskedAs(masks []mask.Mask, at int) mask.Reason {
	for _, m := range masks {
		if m.Span.Lo <= at && at < m.Span.Hi {
			return m.Reason
		}
	}
	return ""
}

// line returns the part of the line around [lo, hi) that is short enough to quote.
func line(text string, lo, hi int) shingle.Span {
	const most = 90 // bytes on either side
	from, to := strings.LastIndexByte(text[:lo], '\n')+1, strings.IndexByte(text[hi:], '\n')
	if to = hi + to; to < hi {
		to = len(text)
	}
	from, to = max(from, lo-most), min(to, hi+most)
	for from < lo && !utf8.RuneStart(text[from]) {
		from++
	}
	for to > hi && to < len(text) && !utf8.RuneStart(text[to]) {
		to--
	}
	return shingle.Span{Lo: from, Hi: to}
}

// earlierDate is the evidence of the earlier date.
func earlierDate(a, b *Side) []Evidence {
	x, y := cmp.Or(a.First, a.Date), cmp.Or(b.First, b.Date)
	d, timed, ok := Since(x, y)
	e := Evidence{Name: EarlierDate, Favours: BFromA, Odds: oddsDays, Text: x + " and " + y}
	if d < 0 {
		d, e.Favours = -d, AFromB
	}
	if d < 24*time.Hour {
		e.Odds = oddsHours
	}
	if !ok || timed && d < closeTimes || d == 0 {
		return nil
	}
	return []Evidence{e}
}

// ownErrors finds look-alike signs that are wrong by the text's own witness: the
// other's form stands elsewhere in it, twice at least, and this one nowhere else.
func ownErrors(side string, me *Side, d *diff.Result) []Evidence {
	for _, c := range d.Changes {
		if c.Hint != diff.LikelyOCR {
			continue
		}
		mine, theirs, at := c.AText, c.BText, c.A
		if side == "b" {
			mine, theirs, at = c.BText, c.AText, c.B
		}
		if misspelt(me.Text, mine, theirs) {
			return []Evidence{{Name: OwnError, Odds: oddsError, Span: at, Text: fmt.Sprintf("%s, elsewhere %s", mine, theirs)}}
		}
	}
	return nil
}

// misspelt reports whether a text has one form once and the other, of two
// characters or more, at least twice.
func misspelt(text, once, often string) bool {
	return utf8.RuneCountInString(often) >= 2 && strings.Count(text, once) == 1 && strings.Count(text, often) >= 2
}

// readMore are the words with which a teaser ends.
var readMore = []string{"阅读全文", "查看全文", "展开全文", "更多内容", "更多", "点击查看", "未完", "read more", "continue reading", "more"}

// truncated reports whether my story breaks off inside a sentence that goes on in
// yours.
func truncated(me, you *Side) []Evidence {
	const tail = 12 // characters that both must have
	spans := clamp(me.Spans, len(me.Text))
	if len(spans) == 0 {
		return nil
	}
	last := spans[len(spans)-1]
	if maskedAs(me.Masks, last.Hi-1) != "" {
		return nil
	}
	end := last.Of(me.Text)
	cut := strings.TrimRightFunc(end, trailing)
	low := lower(cut)
	for _, w := range readMore {
		if strings.HasSuffix(low, w) && cut != end {
			cut = strings.TrimRightFunc(cut[:len(cut)-len(w)], trailing)
			break
		}
	}
	r, _ := utf8.DecodeLastRuneInString(cut)
	if strings.ContainsRune("。！？!?.”’』」\"；;", r) || utf8.RuneCountInString(cut) < tail {
		return nil
	}
	at := len(cut)
	for range tail {
		_, n := utf8.DecodeLastRuneInString(cut[:at])
		at -= n
	}
	ending := cut[at:]
	i := strings.LastIndex(you.Text, ending)
	if i < 0 {
		return nil
	}
	next, _ := utf8.DecodeRuneInString(you.Text[i+len(ending):])
	if !unicode.IsLetter(next) && !unicode.IsNumber(next) && !strings.ContainsRune("，,、“（(", next) {
		return nil
	}
	return []Evidence{{Name: Truncation, Odds: oddsTruncation, Span: shingle.Span{Lo: last.Lo + at, Hi: last.Hi}, Text: "ends with " + ending}}
}

func trailing(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("…[]【】>»()（）", r)
}

// abridged is the evidence that one leaves out sentences and adds none.
func abridged(d *diff.Result) []Evidence {
	left, put := 0, 0
	for _, c := range d.Changes {
		switch c.Class {
		case diff.Omission:
			left++
		case diff.Addition:
			put++
		}
	}
	e := Evidence{Name: Abridgement, Odds: oddsAbridgement}
	switch {
	case left >= leastOmitted && put == 0:
		e.Favours, e.Side, e.Text = BFromA, "b", fmt.Sprintf("%d passages of a are left out, none is added", left)
	case put >= leastOmitted && left == 0:
		e.Favours, e.Side, e.Text = AFromB, "a", fmt.Sprintf("%d passages of b are left out, none is added", put)
	default:
		return nil
	}
	return []Evidence{e}
}

// thirdParty is the evidence that both credit one outlet that is neither.
func thirdParty(a, b *Side) []Evidence {
	theirs := outlets(b)
	for _, s := range outlets(a) {
		if related(a.Source, s.name) || related(b.Source, s.name) {
			continue
		}
		for _, t := range theirs {
			if s.name == t.name {
				return []Evidence{{Name: ThirdParty, Favours: CommonSource, Odds: oddsThird, Side: "a", Span: s.span, Text: "both credit " + s.name}}
			}
		}
	}
	return nil
}

type credit struct {
	name string
	span shingle.Span
}

// outlets returns the outlets that the source lines of a text name.
func outlets(s *Side) []credit {
	var out []credit
	for _, m := range s.Masks {
		if m.Reason != mask.SourceLine || m.Span.Lo < 0 || m.Span.Hi > len(s.Text) || m.Span.Lo > m.Span.Hi {
			continue
		}
		head, name, ok := strings.Cut(strings.ReplaceAll(m.Span.Of(s.Text), "：", ":"), ":")
		if ok && strings.Contains(head, "标题") {
			continue
		}
		name = strings.Trim(strings.TrimSpace(name), "《》“”\"）)】]")
		if i := strings.IndexAny(name, " \t\u3000|，,；;\n"); i > 0 && name[0] >= utf8.RuneSelf {
			name = name[:i]
		}
		if isOutlet(name) && utf8.RuneCountInString(name) <= 30 {
			out = append(out, credit{lower(name), m.Span})
		}
	}
	return out
}
