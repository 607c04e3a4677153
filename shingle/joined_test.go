package shingle

import (
	"slices"
	"strings"
	"testing"
)

// TestLostBreaks: a text on one line is cut at its sentences, and nowhere else.
func TestLostBreaks(t *testing.T) {
	zh := "新华社讯　东河县的石桥昨天通车。桥长300米，两边各有一条人行道。“我们等了三年。”老人说。"
	zh = strings.Repeat(zh, 3)
	en := strings.Repeat("The bridge opened on Monday. Mr. Brask and Dr. J. Vale paid $3.5 million, the council of St. Anne said. \"We waited.\" Is it safe? ", 3)
	for name, x := range map[string]struct {
		text string
		want string // the parts, with a bar between them
	}{
		"Chinese, with blanks for its line breaks": {
			"首页 新闻 正文 " + zh + " 责任编辑：王五 版权所有",
			"首页 |新闻 |正文 |" + strings.Repeat("新华社讯　|东河县的石桥昨天通车。|桥长300米，两边各有一条人行道。|“我们等了三年。”|老人说。|", 3) + " 责任编辑：王五 |版权所有",
		},
		"English": {
			strings.TrimSpace(en),
			strings.TrimSuffix(strings.Repeat("The bridge opened on Monday.| Mr. Brask and Dr. J. Vale paid $3.5 million, the council of St. Anne said.| \"We waited.\"| Is it safe?| ", 3), "| "),
		},
		"two blanks part lines":               {strings.Repeat("one line without a full stop ", 12) + "  Follow us", strings.Repeat("one line without a full stop ", 12) + "  |Follow us"},
		"a short text, where a blank follows": {"今天刊播快评《守土有责》。 [原文](https://example.org)", "今天刊播快评《守土有责》。| [原文](https://example.org)"},
		"a short text of sentences in a row":  {"桥通车了。路也修好了。", "桥通车了。路也修好了。"},
		"a short line of words":               {"晚报读者服务站 每天上午九点开门", "晚报读者服务站 每天上午九点开门"},
		"paragraphs":                          {zh + "\n" + zh, zh + "\n" + zh},
		"a headline above all the rest":       {"石桥通车\n" + zh, "石桥通车\n" + strings.TrimSuffix(strings.Repeat("新华社讯　|东河县的石桥昨天通车。|桥长300米，两边各有一条人行道。|“我们等了三年。”|老人说。|", 3), "|")},
		"no sentence anywhere":                {strings.Repeat("abc", 2000), strings.Repeat("abc", 2000)},
		"words": {
			strings.Repeat("东河县 的 石桥 昨天 通车 。 桥长 300 米 ， 两边 各有 一条 人行道 。 ", 12) + "完",
			strings.Repeat("东河县 的 石桥 昨天 通车 。| 桥长 300 米 ， 两边 各有 一条 人行道 。| ", 12) + "完",
		},
		"nothing":                               {"", ""},
		"nothing but ends of sentences":         {strings.Repeat("。", 400), strings.Repeat("。", 400)},
		"full stops within numbers and domains": {strings.Repeat("see www.example.org for 3.14 and v1.2.3 ", 10), strings.Repeat("see www.example.org for 3.14 and v1.2.3 ", 10)},
	} {
		var parts []string
		from := 0
		for _, at := range LostBreaks(nil, x.text) {
			if at <= from || at > len(x.text) {
				t.Fatalf("%s: a break at %d, after one at %d, in %d bytes", name, at, from, len(x.text))
			}
			parts = append(parts, x.text[from:at])
			from = at
		}
		if got := strings.Join(append(parts, x.text[from:]), "|"); got != x.want {
			t.Errorf("%s:\n%s, want\n%s", name, got, x.want)
		}
	}
}

// FuzzLostBreaks: breaks ascend, within the text and at runes, in time linear in it.
func FuzzLostBreaks(f *testing.F) {
	f.Add("首页 新闻。正文 " + strings.Repeat("桥。 ", 200))
	f.Add(strings.Repeat("A. b ", 300))
	f.Fuzz(func(t *testing.T, text string) {
		breaks := LostBreaks(nil, text)
		if !slices.IsSorted(breaks) || len(slices.Compact(slices.Clone(breaks))) != len(breaks) {
			t.Fatal("they do not ascend", breaks)
		}
		for _, at := range breaks {
			if at <= 0 || at >= len(text) || text[at]&0xC0 == 0x80 && strings.ToValidUTF8(text, "") == text {
				t.Fatalf("a break at %d of %d", at, len(text))
			}
		}
	})
}

// TestLineBreaks counts them however they are written.
func TestLineBreaks(t *testing.T) {
	for s, want := range map[string]int{"": 0, "a b": 0, "\n": 1, "\r\n": 1, "\r": 1, "\r\r": 2, "\n\r\n": 2, "\u2028": 1, "。\u2029 \r\n": 2} {
		if got := LineBreaks(s); got != want {
			t.Errorf("%q has %d line breaks, want %d", s, got, want)
		}
	}
}
