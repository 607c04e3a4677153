package diff

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"repost/testdata"

	"pgregory.net/rapid"

	"repost/shingle"
	"repost/shingle/mask"
)

// check holds what is true of every result, and returns it.
func check(t interface{ Fatalf(string, ...any) }, a, b Side, opt Options) *Result {
	r := Compare(a, b, opt)
	story := b.Text
	if b.Spans != nil {
		story = ""
		for _, s := range shingle.Clamp(b.Spans, len(b.Text)) {
			story += s.Of(b.Text)
		}
	}
	if got, err := Apply(r.Script, a.Text); err != nil || got != story {
		t.Fatalf("the script gives %q (%v), want %q", got, err, story)
	}
	last := -1
	for _, c := range r.Changes {
		if !inside(c.A, a.Text) || !inside(c.B, b.Text) || c.A.Lo > c.CoreA.Lo || c.A.Hi < c.CoreA.Hi || c.B.Lo > c.CoreB.Lo || c.B.Hi < c.CoreB.Hi {
			t.Fatalf("change out of bounds: %+v", c)
		}
		if c.AText != c.A.Of(a.Text) || c.BText != c.B.Of(b.Text) || len(c.Reasons) == 0 {
			t.Fatalf("change does not show its text: %+v", c)
		}
		if c.A.Hi < last {
			t.Fatalf("changes out of order: %+v", r.Changes)
		}
		last = c.A.Lo
	}
	for _, k := range r.Blocks {
		if !inside(k.A, a.Text) || !inside(k.B, b.Text) {
			t.Fatalf("block out of bounds: %+v", k)
		}
	}
	entries := len(r.Changes) + len(r.Groups)
	for _, g := range r.Groups {
		entries -= len(g.Changes)
	}
	if s := r.Summary; s.Substantive+s.Minor+s.Cosmetic != entries {
		t.Fatalf("summary %+v of %d changes", s, len(r.Changes))
	}
	return r
}

func inside(s shingle.Span, text string) bool { return 0 <= s.Lo && s.Lo <= s.Hi && s.Hi <= len(text) }

// stories are texts that share passages, moved, repeated, edited and broken.
func stories(t *rapid.T) (a, b Side) {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{
			"谷雨前一天，云雾还没从山腰散开。", "今年72岁的老人逢人就讲：“政策好。”", "\n\n", "\n", " ", "　", "，", "。", "山中茶园。",
			"气温-5℃，增长3.5%，", "十二万", "12万", "（记者李明）", "□文/摄 李明", "本报记者 李明 王芳\n", "书记李明说，", "The quick brown fox, 1:0. ",
			"\xff", "\xe4\xbd", "e\u0301", "\u200b", "👨‍👩‍👧", "1", "1", "2", "“", "”", "不", "会", "委",
		}),
		rapid.StringN(0, 6, -1),
	)
	all := rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces")
	pick := func(name string) string {
		var s strings.Builder
		for _, k := range rapid.SliceOfN(rapid.IntRange(0, 13), 0, 14).Draw(t, name) {
			if k < len(all) {
				s.WriteString(all[k])
			} else {
				s.WriteString(piece.Draw(t, name+"-new"))
			}
		}
		return s.String()
	}
	a, b = Side{Text: pick("a")}, Side{Text: pick("b")}
	for _, s := range []*Side{&a, &b} {
		span := func() shingle.Span {
			return shingle.Span{Lo: rapid.IntRange(-1, len(s.Text)+1).Draw(t, "lo"), Hi: rapid.IntRange(-1, len(s.Text)+1).Draw(t, "hi")}
		}
		if rapid.Bool().Draw(t, "spans") {
			s.Spans = []shingle.Span{span(), span()}
		}
		if rapid.Bool().Draw(t, "masks") {
			s.Masks = []mask.Mask{
				{Span: span(), Reason: rapid.SampledFrom([]mask.Reason{mask.Footer, mask.Byline, mask.PhotoCredit}).Draw(t, "reason")},
			}
		}
	}
	return a, b
}

func TestScriptTurnsAIntoB(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := stories(t)
		opt := Options{Work: rapid.SampledFrom([]int{0, 1, 20}).Draw(t, "work")}
		r := check(t, a, b, opt)
		if again := Compare(a, b, opt); !reflect.DeepEqual(r, again) {
			t.Fatalf("not the same twice")
		}
	})
}

func FuzzScript(f *testing.F) {
	f.Add("谷雨前一天，\n山中茶园。", "山中茶园。\n谷雨前一天,", 3, 9)
	f.Add("a\xffb 3.5%", "a\xff\xfeb 35%", 0, 0)
	f.Add("书记李明说，“好。”", "书记季明称，好。", 0, 100)
	f.Fuzz(func(t *testing.T, a, b string, lo, hi int) {
		check(t, Side{Text: a}, Side{Text: b}, Options{})
		check(t, Side{Text: a, Spans: []shingle.Span{{Lo: lo, Hi: hi}}}, Side{Text: b, Spans: []shingle.Span{{Lo: hi, Hi: lo}, {Lo: 1, Hi: 5}}}, Options{})
	})
}

func TestSameTextHasNoChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, _ := stories(t)
		if r := check(t, a, a, Options{}); len(r.Changes) != 0 {
			t.Fatalf("%q differs from itself: %+v", a.Text, r.Changes)
		}
	})
}

// TestOutsideOfTheStory: what stands around the story on both sides is not compared with it.
func TestOutsideOfTheStory(t *testing.T) {
	story := strings.Repeat("今年72岁的老人逢人就讲：“政策好。”", 2)
	a := Side{Text: story + "ᛮ今年72岁的老人逢人就讲：“政策好。”", Spans: []shingle.Span{{Hi: len(story)}}}
	if r := check(t, a, a, Options{}); len(r.Changes) != 0 {
		t.Errorf("%q differs from itself: %+v", a.Text, r.Changes)
	}
}

// TestBylinesInALine: a line of bylines in brackets is one byline, and each side has it once.
func TestBylinesInALine(t *testing.T) {
	for _, text := range []string{"（记者李明）（记者李明）", "（记者李明）（记者王强）", "本报记者李明（摄影王强）", "【编辑李明】【编辑李明】【编辑李明】"} {
		a := Side{Text: text, Spans: []shingle.Span{{Hi: len("（记者李")}}}
		if r := check(t, a, a, Options{}); len(r.Changes) != 0 {
			t.Errorf("%q differs from itself: %+v", text, r.Changes)
		}
	}
}

// told returns the changes beyond cosmetic of two short texts, one a line.
func told(a, b string) string {
	var out []string
	for _, c := range Compare(Side{Text: a}, Side{Text: b}, Options{}).Changes {
		out = append(out, fmt.Sprintf("%s %s %s→%s", c.Grade, c.Class, c.AText, c.BText))
	}
	return strings.Join(out, "; ")
}

func TestGrades(t *testing.T) {
	for _, k := range []struct{ a, b, want string }{
		{"同比增长3.5%，其中出口下降。", "同比增长35%，其中出口下降。", "substantive number 3.5%→35%"},
		{"主队以1:0战胜客队。", "主队以10战胜客队。", "substantive number 1:0→10"},
		{"最低气温降至-5℃左右。", "最低气温降至5℃左右。", "substantive number -5℃左右→5℃左右"},
		{"最低气温降至−5℃左右。", "最低气温降至－5℃左右。", "cosmetic punctuation −→－"},
		{"共有1,234,567人参加。", "共有1234567人参加。", "cosmetic numeral-style 1,234,567→1234567"},
		{"投入十二万元资金。", "投入12万元资金。", "cosmetic numeral-style 十二万→12万"},
		{"投入12万元资金。", "投入120000元资金。", "cosmetic numeral-style 12万→120000"},
		{"投入12万元资金。", "投入20万元资金。", "substantive amount 12万元→20万元"},
		{"大桥在下午3时20分合龙了。", "大桥在15:20合龙了。", "cosmetic date-format 下午3时20分→15:20"},
		{"The fair opens on March 9 here.", "The fair opens on 9 March here.", "cosmetic date-format March 9→9 March"},
		{"约三成农户参加了。", "约30%农户参加了。", "cosmetic numeral-style 三成→30%"},
		{"新华社北京3月5日电 今年的春茶采摘比去年早了几天。", "本报讯 今年的春茶采摘比去年早了几天。", "substantive source-line 新华社北京3月5日电→本报讯"},
		{"新华社北京3月5日电 今年的春茶采摘比去年早了几天。", "新华社北京三月五日电 今年的春茶采摘比去年早了几天。", "cosmetic date-format 3月5日→三月五日"},
		{"占比百分之三十左右。", "占比30%左右。", "cosmetic numeral-style 百分之三十→30%"},
		{"会议于6月12日召开了。", "会议于6.12召开了。", "cosmetic date-format 6月12日→6.12"},
		{"会议于6月12日召开了。", "会议于6月13日召开了。", "substantive date 12→13"},
		{"二〇一三年建成。", "2013年建成。", "cosmetic numeral-style 二〇一三→2013"},
		{"老人逢人就讲：政策好。", "老人逢人就说：政策好。", "minor reporting-verb 讲→说"},
		{"村民告诉记者，水退了。", "村民对记者说，水退了。", "minor reporting-verb 告诉记者→对记者说"},
		{"村党委书记李明说，水退了。", "村书记李明说，水退了。", "substantive title 党委书记→书记"},
		{"市住房和城乡建设局出资。", "市住建局出资。", "minor organisation 住房和城乡建设→住建"},
		{"雪在午夜停了。", "雪在正午停了。", "substantive date 午夜→正午"},
		{"工厂开工半个月了。", "工厂停工半个月了。", "substantive negation 开工→停工"},
		{"申请被批准。", "申请被核准。", "minor wording 批准→核准"},
		{"嫌疑人被逮捕。", "嫌疑人被拘留。", "substantive term 逮捕→拘留"},
		{"产量达到三百吨。", "产量达到三百斤。", "substantive number 三百吨→三百斤"},
		{"要加强组织领导，健全机制。", "要强化组织领导，健全机制。", "minor wording 加强→强化"},
		{"店主乔振东站在门口。", "店主乔震东站在门口。", "substantive person 乔振东→乔震东"},
		{"货船驶入渭河。", "货船驶入汾河。", "substantive place 渭河→汾河"},
		{"会上将继续讲话。", "会上将不继续讲话。", "substantive negation 继续→不继续"},
		{"天气非常好看。", "天气十分好看。", "minor wording 非常→十分"},
		{"他们的工作得到认可？", "他们的工作得到认可。", "substantive modality ？→。"},
		{"大家都说“好政策”已经落地。", "大家都说好政策已经落地。", "substantive quotation “好政策”→好政策"},
		{"大家都说“好政策”已经落地。", "大家都说\"好政策\"已经落地。", "cosmetic quotes “→\"; cosmetic quotes ”→\""},
		{"全国政协副主席何厚铧出席。", "全国政协主席何厚铧出席。", "substantive title 副主席→主席"},
		{"会议在北京召开。", "会议在武汉召开。", "substantive place 北京→武汉"},
		{"市委书记周强出席会议。", "市委书记周蚀出席会议。", "substantive person 周强→周蚀"},
		{"销量同比上升，利润可观。", "销量同比下降，利润可观。", "substantive negation 上升→下降"},
		{"The plan cost 3.5 million dollars.", "The plan cost 35 million dollars.", "substantive amount 3.5 million→35 million"},
		{"He said it was good.", "He stated it was good.", "minor reporting-verb said→stated"},
		{"The Minister agreed to it.", "The minister agreed to it.", "cosmetic case Minister→minister"},
		{"It is not true at all.", "It is true at all.", "substantive negation not →"},
		{"会议于6月12日召开了。", "会议于6月12号召开了。", "cosmetic date-format 6月12日→6月12号"},
		{"会议昨天在这里召开了。", "会议今天在这里召开了。", "substantive date 昨天→今天"},
		{"The council voted in May to act.", "The council voted in March to act.", "substantive date May→March"},
		{"他们遇到了困难，但没有放弃。", "他们遇到了难处，但没有放弃。", "minor wording 困难→难处"},
		{"外交部发表了一份声明。", "国防部发表了一份声明。", "substantive organisation 外交部→国防部"},
		{"大家都提出了要求。", "大家都提出了需要。", "minor wording 要求→需要"},
		{"After eleven winters a boat came.", "After 11 winters a boat came.", "cosmetic numeral-style eleven→11"},
		{"Not everyone is pleased with it.", "Not everyone is happy with it.", "minor wording pleased→happy"},
		{"泥浆全部外运处理，夜间十点以后停止打桩。", "泥浆全部外运处理。", "substantive omission ，夜间十点以后停止打桩→"},
		{"這個頭髮很長。", "这个头发很长。", "cosmetic script 這個頭髮→这个头发; cosmetic script 長→长"},
	} {
		if got := told(k.a, k.b); got != k.want {
			t.Errorf("%s | %s\n got %s\nwant %s", k.a, k.b, got, k.want)
		}
	}
}

// TestSentencesMergeAndPart: a full stop that becomes a comma makes one sentence of
// two, and the change says so.
func TestSentencesMergeAndPart(t *testing.T) {
	const two, one = "粮仓修好了。孩子们搬了进去。", "粮仓修好了，孩子们搬了进去。"
	for _, k := range []struct{ a, b, why string }{
		{two, one, "two sentences are made one"},
		{one, two, "one sentence is made two"},
	} {
		r := check(t, Side{Text: k.a}, Side{Text: k.b}, Options{})
		if len(r.Changes) != 1 || r.Changes[0].Grade != Cosmetic || !slices.Equal(r.Changes[0].Reasons, []string{k.why}) {
			t.Errorf("%s | %s: %+v, want one cosmetic change: %s", k.a, k.b, r.Changes, k.why)
		}
	}
}

func TestNumbersCompareByValue(t *testing.T) {
	for _, k := range []struct {
		a, b string
		same bool
	}{
		{"12万", "120000", true},
		{"十二万", "１２万", true},
		{"3.50", "3.5", true},
		{"３．５", "3.5", true},
		{"1.2亿", "12000万", true},
		{"一万九千两百", "19200", true},
		{"1万九千二百", "一万九千二百", true},
		{"二百零五", "205", true},
		{"十亿", "1000000000", true},
		{"一九四九", "1949", true},
		{"百分之3.5", "3.5%", true},
		{"3.5%", "3.5", false},
		{"3.5%", "3.5‰", false},
		{"0.03", "003", false},
		{"1:0", "10", false},
		{"三分之二", "2/3", true},
		{"百分之七点五", "7.5%", true},
		{"十二点五万", "12.5万", true},
		{"3.5 million", "3,500,000", true},
		{"350万", "3.5 million", true},
		{"two hundred and fifty thousand", "250,000", true},
		{"twenty-five", "25", true},
		{"Twenty-first", "21st", true},
		{"two-thirds", "2/3", true},
		{"4 per cent", "4%", true},
		{"ten percent", "10%", true},
		{"3rd", "3", false},
		{"12만", "120000", true},
		{"2013-06-12", "20130612", false},
		{"1,234", "1.234", false},
	} {
		for _, p := range [][2]string{{k.a, k.b}, {k.b, k.a}} {
			r := check(t, Side{Text: p[0]}, Side{Text: p[1]}, Options{})
			if len(r.Changes) != 1 || (r.Changes[0].Grade == Cosmetic) != k.same {
				t.Errorf("%s and %s: want the same: %v; %v", p[0], p[1], k.same, short(r))
			}
		}
	}
}

func TestTokensCoverTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, _ := stories(t)
		at := 0
		for _, k := range tokenize(a.Text, shingle.Rules{}) {
			if k.lo != at || k.hi <= k.lo {
				t.Fatalf("token [%d,%d) behind byte %d", k.lo, k.hi, at)
			}
			at = k.hi
		}
		if at != len(a.Text) {
			t.Fatalf("tokens end at %d of %d", at, len(a.Text))
		}
	})
}

func TestLookAlike(t *testing.T) {
	for _, p := range []string{"保侯", "未末", "己已", "土士", "贫贪", "侯候", "晴睛", "拨拔", "治冶", "祁祈"} {
		x, n := utf8.DecodeRuneInString(p)
		y, _ := utf8.DecodeRuneInString(p[n:])
		if !lookAlike(x, y) || !lookAlike(y, x) {
			t.Errorf("%s do not look alike", p)
		}
	}
	for _, p := range []string{"讲说", "中上", "北南", "我中", "要拟"} {
		x, n := utf8.DecodeRuneInString(p)
		y, _ := utf8.DecodeRuneInString(p[n:])
		if lookAlike(x, y) {
			t.Errorf("%s look alike", p)
		}
	}
}

// TestApplyRefuses says that a script of another text is an error, not a panic.
func TestApplyRefuses(t *testing.T) {
	for _, s := range []Script{
		{{Kind: Copy, A: shingle.Span{Lo: 0, Hi: 9}}},
		{{Kind: Copy, A: shingle.Span{Lo: 2, Hi: 1}}},
		{{Kind: "rotate"}},
	} {
		if _, err := Apply(s, "abc"); err == nil {
			t.Errorf("%v is applied to abc", s)
		}
	}
}

// TestSeeds holds the judgement on a newspaper page and a repost of one of its
// two stories: nine changes, four captions and the byline moved, and nothing of
// the other story; with the spans of the story and without.
func TestSeeds(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile(testdata.Measuring(t, filepath.Join("seeds", name)))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	page, web := read("000_870c825752ba8291.txt"), read("001_4ed882e0f5fefc7e.txt")
	for name, a := range map[string]Side{
		"whole page": {Text: page},
		"masks":      {Text: page, Masks: mask.Find(page)},
		"spans":      {Text: page, Spans: []shingle.Span{{Lo: 3062, Hi: 5788}, {Lo: 8705, Hi: 13173}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := check(t, a, Side{Text: web, Masks: mask.Find(web)}, Options{})
			var got []string
			for _, c := range r.Changes {
				switch {
				case c.Class == Byline:
					got = append(got, string(c.Class))
				case c.Grade != Cosmetic:
					got = append(got, fmt.Sprintf("%s %s→%s", c.Grade, c.AText, c.BText))
				}
				if c.Class == Person && c.Hint != LikelyOCR {
					t.Errorf("no hint on %s", c.BText)
				}
			}
			want := []string{
				"byline", "minor 讲→说", "substantive 保向远→侯向远", "substantive 小组→小组会",
				"substantive 领导干部→领导", "minor 扶→扶贫", "minor 扶→扶贫", "minor 中→上", "substantive 市委→市",
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("changes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			captions := 0
			for _, b := range r.Blocks {
				if b.Kind == Moved && b.A.Of(page) == b.B.Of(web) && slices.Contains(strings.Split(web, "\n"), b.B.Of(web)) {
					captions++
				}
			}
			if captions != 4 || r.Summary.Moved != 5 {
				t.Errorf("%d captions and %d blocks moved, want 4 and 5", captions, r.Summary.Moved)
			}
		})
	}
}

// TestNameAfterLetter: what stands before a name may be shorter than a character
// of it.
func TestNameAfterLetter(t *testing.T) {
	for _, before := range []string{"A", "é", "х", "\u200bB"} {
		check(t, Side{Text: before + "乔振东到了"}, Side{Text: before + "乔震东到了"}, Options{})
	}
}

// TestNameEnds: a name does not take the first character of what its bearer does or is.
func TestNameEnds(t *testing.T) {
	for _, k := range [][4]string{
		{"会上，周强代表最高人民法院作报告。", "会上，周蚀代表最高人民法院作报告。", "周强", "周蚀"},
		{"会上，李明带头发言。", "会上，李朋带头发言。", "李明", "李朋"},
		{"据悉，王刚参加了会议。", "据悉，王钢参加了会议。", "王刚", "王钢"},
		{"会后，孙梅负责登记。", "会后，孙玫负责登记。", "孙梅", "孙玫"},
		{"村民乔振东站在门口。", "村民乔震东站在门口。", "乔振东", "乔震东"},
	} {
		r := Compare(Side{Text: k[0]}, Side{Text: k[1]}, Options{})
		if len(r.Changes) != 1 || r.Changes[0].AText != k[2] || r.Changes[0].BText != k[3] || r.Changes[0].Class != Person {
			t.Errorf("%s: %+v", k[0], r.Changes)
		}
	}
}

// TestWorkersChangeNothing: what is told does not depend on how many threads grade.
func TestWorkersChangeNothing(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rng := rand.New(rand.NewPCG(5, 6))
	var a, b strings.Builder
	for _, s := range slices.Concat(swaps(t, swapTable), swaps(t, sentenceTable)) {
		if rng.IntN(8) > 0 {
			continue
		}
		for _, side := range []struct {
			to   *strings.Builder
			text string
		}{{&a, s.a}, {&b, s.b}} {
			side.to.WriteString(side.text)
			side.to.WriteByte('\n')
		}
	}
	var want *Result
	for _, n := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(n)
		r := Compare(Side{Text: a.String()}, Side{Text: b.String()}, Options{})
		if len(r.Changes) < 50 {
			t.Fatalf("%d changes", len(r.Changes))
		}
		if want == nil {
			want = r
		}
		if !reflect.DeepEqual(r, want) {
			t.Errorf("%d threads tell another difference than one", n)
		}
	}
}
