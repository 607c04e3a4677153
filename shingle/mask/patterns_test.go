package mask

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestPatterns: every group of patterns.txt says why it is there, masks what it says and
// nothing of what it says it does not, and every expression of a group masks an example.
func TestPatterns(t *testing.T) {
	groups, err := parse(builtin)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(builtin, "\n")
	for i := range groups {
		g := &groups[i]
		if why := lines[g.number-2]; !strings.HasPrefix(why, "#") && g.what != "list" && lines[g.number-2] != "" {
			t.Errorf("line %d: %s %s does not say why", g.number, g.what, g.name)
		}
		if err := Default().try(groups[i : i+1]); err != nil {
			t.Errorf("%s %s: %v", g.what, g.name, err)
		}
		if g.what == "list" {
			continue
		}
		var yes, no int
		for _, e := range g.examples {
			if e.masked {
				yes++
			} else {
				no++
			}
		}
		if yes == 0 || no == 0 {
			t.Errorf("line %d: %s %s has %d texts to mask and %d to leave", g.number, g.what, g.name, yes, no)
		}
		if !g.isPattern() {
			continue
		}
		for _, e := range g.entries {
			re, err := Default().expression(e.text)
			if err != nil {
				t.Fatal(err)
			}
			hit := false
			for _, x := range g.examples {
				hit = hit || x.masked && re.MatchString(fold(x.text))
			}
			if !hit {
				t.Errorf("line %d: no example of %s", e.number, e.text)
			}
			if tree, prog := program(re); possible(tree, prog, g) != nil {
				t.Errorf("line %d: %s: %v", e.number, e.text, possible(tree, prog, g))
			}
		}
	}
}

// outlet is a file of a user: the page of one paper.
const outlet = `# 河湾晚报 prints this above and below each story.
line footer
	^晚报读者服务站
+ 晚报读者服务站 每天上午九点开门
- 昨天晚报读者服务站来了许多老人
head dateline
	^河湾晚报[东西]线讯
+ 河湾晚报东线讯
- 河湾晚报消息
bracket source-line
	^晚报[0-9]{6}$
+ 晚报200415
- 晚报说过
words self
	河湾晚报社
labels section
	河湾夜话
`

func TestReadPatterns(t *testing.T) {
	p, err := ReadPatterns(outlet)
	if err != nil {
		t.Fatal(err)
	}
	text := paragraph + "\n晚報讀者服務站　每天上午九點開門\n河湾晚报西线讯" + paragraph + "（晚报200415）\n河湾夜话 | 体育 | 财经 | 打印\n" + paragraph
	f := Finder{Patterns: p}
	var got []string
	for _, m := range f.Find(nil, text) {
		got = append(got, string(m.Reason)+" "+m.Span.Of(text))
	}
	want := "footer 晚報讀者服務站　每天上午九點開門; dateline 河湾晚报西线讯; source-line （晚报200415）; navigation 河湾夜话 | 体育 | 财经 | 打印"
	if strings.Join(got, "; ") != want {
		t.Errorf("masked %s\nwant   %s", strings.Join(got, "; "), want)
	}
	if n := len(Find(text)); n != 0 {
		t.Errorf("without the file %d masks", n)
	}
}

func TestReadPatternsErrors(t *testing.T) {
	for text, want := range map[string]string{
		"\t版权":                                              "line 1: stands under no heading",
		"line footer\n\t(":                                  "line 2: ( is no regular expression",
		"\n\nline foot\n\tx":                                "line 3: line foot is not known; there are footer, ",
		"page footer\n":                                     "line 1: \"page\" is no heading; there are words",
		"line footer most 0\n":                              "line 1: most 0 is not a number",
		"line footer if self not\n":                         "line 1: \"not\" is no condition",
		"line footer\n\t^甲乙\n+ 丙丁\n":                        "line 3: the example is not masked",
		"line footer\n\t^甲乙\n- 甲乙丙丁\n":                      "line 3: the example is masked",
		"words self\n\t甲\nlist x\n\ty\n":                    "line 3: a list of patterns.txt is wanted",
		"line footer\n\t.*\n":                               "line 2: .* matches the empty text",
		"line footer\n" + strings.Repeat("\t甲{1000}\n", 70): "all expressions have more than 65536 steps",
	} {
		if _, err := ReadPatterns(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
}

// TestImpossiblePatterns: what a user writes that would have no effect, or another than
// it seems to, is refused with its line and the way out.
func TestImpossiblePatterns(t *testing.T) {
	for text, want := range map[string]string{
		"line footer\n\t^Harrow Readers\n":        "line 2: ^Harrow Readers never matches: no line has H once it is folded (simplified, lower case, half-width, without blanks): write harrowreaders for Harrow Readers",
		"line footer\n\t^harrow readers\n":        "line 2: ^harrow readers never matches: no line has a blank once it is folded: write harrowreaders for harrow readers",
		"line footer\n\t^晚報讀者\n":                  "write 晚报读者 for 晚報讀者",
		"line footer\n\t^读者：\n":                   "write 读者: for 读者：",
		"line footer\n\t^(晚报|Evening)\n":          "write evening for Evening",
		"line footer\n\t^晚报[A-Z]+\n":              "no line has a character of [A-Z] once",
		"line footer\n\t^晚报\\s读者\n":               `no line has a character of [\t\n\f\r ] once`,
		"line footer\n\t^晚报\\x{1F600}\n":          "no line has '😀' once it is folded: leave it out",
		"line footer\n\t晚报^读者\n":                  "line 2: 晚报^读者 never matches: it asks for the beginning of the line after a character",
		"line footer\n\t晚报$读者\n":                  "or for its end before one",
		"line footer most 5\n\t^晚报读者服务站\n":        "it needs at least 7 characters, and the heading allows 5: say most 7 there",
		"line footer unfinished\n\t晚报。\n":         "。 ends a sentence, and \"unfinished\" asks for a line without",
		"bracket editor\n\t^\\(晚报\\)$\n":          "what a bracket holds has no (",
		"line editor\n\t^{nmae}\n":                "line 2: {nmae} is not known; there are {open}, {close}, {name}",
		"line editor\n\t[^\\x{0}-\\x{10FFFF}]x\n": `no line has a character of [^\x00-\x{10FFFF}] once`,
		"words strong\n\tharrow gazette\n":        "line 2: harrow and gazette are two words: give each a line of its own, or write harrowgazette for the phrase",
		"labels tool\n\tLatest News\n":            "line 2: latest and news are two words",
		"words self\n\t河湾　日报\n":                   "line 2: 河湾 and 日报 are two words",
		"words self\n\t\u200b\n":                  "line 2: a word of which nothing is left",
		"\nline footer\nwords self\n\t河湾\n":       "line 2: nothing belongs to line footer",
		"line footer\n\t^晚报\n-\n":                 "line 3: an example without a text",
	} {
		if _, err := ReadPatterns(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
	for _, text := range []string{
		"line footer\n\t(?i)^Harrow\\s*Readers\n", "line footer\n\t^晚报 ?读者\n", "line footer\n\t(^|。)晚报($|。)\n", "line footer most 120\n\t^晚报.{100}\n",
		"line footer\n\t^[Hh]arrow\\b\n", "line editor\n\t^{role}{name}\\x{4eba}\\p{L}*{close}$\n", "words strong\n\tharrowgazette\n\tHarrow-Gazette\n", "head dateline\n\t^【晚报】\n",
	} {
		if _, err := ReadPatterns(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestPossible: what possible refuses matches no line that an expression is shown, and
// what it lets through, a line of its own examples.
func TestPossible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.StringOfN(rapid.SampledFrom([]rune("ab A(|)?*^$.。报報")), 1, 8, -1).Draw(t, "expression")
		g := &group{what: "line", options: pattern{kind: kinds, most: short}}
		re, err := regexp.Compile(e)
		if err != nil || re.MatchString("") {
			return
		}
		tree, prog := program(re)
		if possible(tree, prog, g) == nil || strings.Contains(e, "|") { // an alternative that never matches is refused
			return
		}
		if line := fold(rapid.StringOfN(rapid.SampledFrom([]rune("ab A(|)。报報 ")), 0, 6, -1).Draw(t, "line")); re.MatchString(line) {
			t.Fatalf("%s matches %s, and is refused: %v", e, line, possible(tree, prog, g))
		}
	})
}

func FuzzReadPatterns(f *testing.F) {
	f.Add(outlet)
	f.Add("line footer if self most 9 unfinished\n\t^{name}{close}$\n")
	f.Add("bracket editor after-sentence\n\t({edit})+\n+ x\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ReadPatterns(text)
		if err != nil {
			if _, ok := err.(*PatternError); !ok {
				t.Fatalf("%v is no PatternError", err)
			}
			return
		}
		f := Finder{Patterns: p}
		end := 0
		for _, m := range f.Find(nil, text) {
			if m.Span.Lo < end || m.Span.Hi <= m.Span.Lo || m.Span.Hi > len(text) {
				t.Fatalf("mask %v after %d of %d bytes", m, end, len(text))
			}
			end = m.Span.Hi
		}
	})
}
