package mask

import (
	"strings"
	"testing"
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
