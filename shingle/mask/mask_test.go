package mask_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"repost/testdata"

	"pgregory.net/rapid"

	"repost/shingle/mask"
)

func ExampleFind() {
	const text = "首页 > 新闻中心 > 正文\n" +
		"本报讯（记者 李文清）昨天上午，新建的跨江大桥正式通车，两岸居民过江的时间由四十分钟缩短到五分钟。\n" +
		"大桥全长一千二百米，双向六车道，历时三年建成。\n" +
		"（责任编辑：周敏）\n" +
		"版权声明：凡本网注明来源的作品，未经授权不得转载。"
	for _, m := range mask.Find(text) {
		fmt.Println(m.Reason, m.Span.Of(text))
	}
	// Output:
	// navigation 首页 > 新闻中心 > 正文
	// dateline 本报讯（记者 李文清）
	// editor （责任编辑：周敏）
	// footer 版权声明：凡本网注明来源的作品，未经授权不得转载。
}

// story is a text that no rule has anything to say about, long enough to stand
// next to any mask.
const story = "老街的石板路修好以后，早市又热闹起来。卖豆腐的王大娘说，铺子开了三十年，今年的客人最多。\n" +
	"据市政部门介绍，整修工程用了八个月，更换石板两千多块，排水沟全部疏通。"

func TestFindMasksWholeLines(t *testing.T) {
	for line, why := range map[string]mask.Reason{
		"责任编辑：李明":                        mask.Editor,
		"（責任編輯：李明 校對：王芳）":                mask.Editor,
		"编辑丨周雨":                          mask.Editor,
		"Editing by Jane Doe":            mask.Editor,
		"来源：某某日报":                        mask.SourceLine,
		"原标题：《老街修好了》":                    mask.SourceLine,
		"□文/摄 李明 本报记者 王芳":                mask.Byline,
		"□李明 本报记者 王芳":                    mask.Byline,
		"（记者甲乙）":                         mask.Byline,
		"记者 孙晨玉":                         mask.Byline,
		"本报通讯员 赵四海":                      mask.Byline,
		"By Jane Doe and John Roe":       mask.Byline,
		"首页 > 新闻 > 正文":                   mask.Navigation,
		"2013年5月6日 07:30 来源：某报 字号：大 中 小": mask.Navigation,
		"第3版：要闻 上一版 下一版 2013-05-06":      mask.Navigation,
		"分享到： 微信 微博 QQ空间":                mask.Navigation,
		"点赞 12 评论 34 收藏":                 mask.Navigation,
		"相关阅读：新桥通车":                      mask.Navigation,
		"扫一扫，用手机看新闻 | 返回首页 | 打印本页":       mask.Navigation,
		"（下转第4版）":                        mask.Jump,
		"上接A1版":                          mask.Jump,
		"图为修好的老街。":                       mask.PhotoCredit,
		"修好的老街。 李明摄":                     mask.PhotoCredit,
		"上图：修好的老街。本报记者 李明摄":              mask.PhotoCredit,
		"宣其摄":                                            mask.PhotoCredit,
		"（新华社发）":                                         mask.PhotoCredit,
		"*[原文](https://example.org/a)*":                  mask.Link,
		"https://example.org/a?b=c":                      mask.Link,
		"Copyright © 2020 Example. All rights reserved.": mask.Footer,
		"版权所有 未经授权 请勿转载":                                 mask.Footer,
		"免责声明：本文仅代表作者个人观点，与本网无关，本网不对内容的真实性负责。": mask.Footer,
		"声明：转载此文是出于传递更多信息之目的，若侵犯了您的权益，请与本网联系。": mask.Footer,
		"主办单位：某市人民政府办公室 承办单位：某市信息中心":           mask.Footer,
	} {
		text := story + "\n" + line
		got := mask.Find(text)
		if len(got) != 1 || got[0].Reason != why || got[0].Span.Of(text) != line {
			t.Errorf("%q is masked as %v, want all of it as %s", line, spell(text, got), why)
		}
	}
}

func TestFindMasksHeadsAndTails(t *testing.T) {
	const middle = "新桥昨天上午正式通车，两岸居民过江的时间由四十分钟缩短到五分钟。"
	for _, c := range []struct {
		head, tail string
		why        mask.Reason
	}{
		{"本报讯", "", ""}, // 本报讯 must stand off the text
		{"本报讯（记者 李明）", "", mask.Dateline},
		{"本报讯 ", "", mask.Dateline},
		{"【某某网讯】", "", mask.Dateline},
		{"新华社北京1月2日电（记者李明）", "", mask.Dateline},
		{"本报北京7月24日讯(记者 李明)", "", mask.Dateline},
		{"央视网消息（新闻联播）：", "", mask.Dateline},
		{"新华社记者李明北京报道：", "", mask.Dateline},
		{"据新华社消息，", "", mask.Dateline},
		{"LONDON (Reuters) - ", "", mask.Dateline},
		{"BEIJING, Jan. 2 (Xinhua) -- ", "", mask.Dateline},
		{"（上接A1版）", "", mask.Jump},
		{"", "（下转6版）", mask.Jump},
		{"", "(穆宣 记者孙昊)", mask.Byline},
		{"", "（本报记者 李明）", mask.Byline},
		{"", "（李明）", mask.Byline},
		{"", "本报记者 李明", mask.Byline},
		{"", "（新华社）", mask.SourceLine},
		{"", "（责任编辑：李明）", mask.Editor},
		{"5月6日电视台", "", ""},
		{"", "（第二期）", ""},
		{"", "（见图）", ""},
	} {
		text := c.head + middle + c.tail + "\n" + story
		got := mask.Find(text)
		switch {
		case c.why == "" && len(got) > 0:
			t.Errorf("%q is masked as %v", c.head+"…"+c.tail, spell(text, got))
		case c.why != "" && (len(got) != 1 || got[0].Reason != c.why || got[0].Span.Of(text) != strings.TrimSpace(c.head+c.tail)):
			t.Errorf("%q is masked as %v, want %s", c.head+"…"+c.tail, spell(text, got), c.why)
		}
	}
}

func TestFindLeavesStoriesAlone(t *testing.T) {
	for _, text := range []string{
		story,
		"国家版权局昨天通报专项行动成果，共关闭侵权盗版网站两千多个，查办网络侵权案件七百多件，追究了有关人员的法律责任。",
		"记者从会上获悉，今年的评论、收藏和点赞数都超过去年，微信、微博和客户端的读者增长最快。",
		"■观潮",
		"编辑部的灯一直亮到天明。",
		"来源不明的货物一律不得入库。",
		"他说：“未经授权，任何人不能进入。”",
		"请拨打举报电话12345。接到举报后，工作人员将在一天内上门。",
		"By noon the river had risen two metres.",
		"Reporters asked the council about copyright. It said the rights were reserved for residents.",
		"中国新闻网站发展报告发布",
		"2017版外商投资产业指导目录发布",
		"国内油价11月18日24时调整 每吨提高1938元",
	} {
		text := text + "\n" + story
		if got := mask.Find(text); len(got) > 0 {
			t.Errorf("%q is masked as %v", text, spell(text, got))
		}
	}
}

func TestFindKeepsShortTextsComparable(t *testing.T) {
	const flash = "本报讯（记者 李明）新桥昨天通车。"
	if got := mask.Find(flash); len(got) > 0 {
		t.Errorf("a flash lost its dateline: %v", spell(flash, got))
	}
	text := flash + "\n版权所有 未经授权 请勿转载"
	if got := mask.Find(text); len(got) != 1 || got[0].Reason != mask.Footer {
		t.Errorf("a flash with a footer is masked as %v, want the footer alone", spell(text, got))
	}
}

func TestFindMasksListsOfPages(t *testing.T) {
	text := story + "\n推荐内容\n· 春耕正当时\n· 老小区换新颜\n阅读下一篇\n新桥通车"
	if got := mask.Find(text); len(got) != 1 || got[0].Span.Of(text) != text[len(story)+1:] {
		t.Errorf("masked are %v, want all under the heading", spell(text, got))
	}
}

func TestFindMasksFooterOfSeed(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(testdata.Measuring(t, "seeds"), "001_*"))
	if len(files) != 1 {
		t.Skip("no seed 001")
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	want := text[strings.Index(text, "\n1、")+1:]
	got := mask.Find(text)
	last := got[len(got)-1]
	if last.Reason != mask.Footer || last.Span.Of(text) != want {
		t.Errorf("the footer is %v, want the five paragraphs and what is between them", last)
	}
	if len(got) != 2 || got[0].Reason != mask.Byline || got[0].Span.Of(text) != "(穆宣 记者孙昊)" {
		t.Errorf("masked are %v", spell(text, got[:len(got)-1]))
	}
}

func spell(text string, masks []mask.Mask) []string {
	out := []string{}
	for _, m := range masks {
		out = append(out, fmt.Sprintf("%s %q", m.Reason, m.Span.Of(text)))
	}
	return out
}

func check(t interface{ Fatalf(string, ...any) }, text string) {
	end := 0
	for _, m := range mask.Find(text) {
		if m.Span.Lo < end || m.Span.Hi <= m.Span.Lo || m.Span.Hi > len(text) || m.Reason == "" {
			t.Fatalf("%q: mask %v after %d", text, m, end)
		}
		if utf8.ValidString(text) && !utf8.ValidString(m.Span.Of(text)) {
			t.Fatalf("%q: mask %v splits a rune", text, m)
		}
		end = m.Span.Hi
	}
}

func TestFindKeepsItsPromises(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"\n", " ", "\u3000\u3000", "（", "）", "(", ")", "。", "：", ":", "、", "】", "【", "本报讯", "记者", "李明", "责任编辑", "新华社北京1月2日电", "下转第4版", "1、", "2、",
		"版权所有", "本网", "转载", "未经", "来源：", "2013-05-06", "07:30", ">", "首页", "摄", "图为", "By ", "Jane", "LONDON (Reuters) -", "*[a](b)*", "\xff", "\u200b", "□", "文/", "相关阅读",
		"老街的石板路修好以后，早市又热闹起来", "分享到", "微信", "消息", "据", "报道：",
	})
	rapid.Check(t, func(t *rapid.T) {
		check(t, strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(t, "pieces"), ""))
	})
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"本报讯（记者 李明）\n（责任编辑：周敏）", "版权所有\n1、本网\n2、转载", "LONDON (Reuters) - a", "\xff(\n)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { check(t, text) })
}

func TestFindOnHostileText(t *testing.T) {
	for _, piece := range []string{"(", "（记者", "1月", "版权", ")", "\n(", "报", "消息", "1、版权\n", "·\n", "2013-", "摄"} {
		check(t, strings.Repeat(piece, 1<<20/len(piece)))
	}
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat(story+"\n本报讯（记者 李明）新桥昨天上午正式通车，两岸居民过江的时间由四十分钟缩短到五分钟。\n", 200) +
		"责任编辑：李明\n版权所有 未经授权 请勿转载"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		mask.Find(text)
	}
}

// TestJoinedLines: where the line breaks of a page are lost, what was a line of its own is masked,
// and no sentence of the story with it.
func TestJoinedLines(t *testing.T) {
	const more = "东岸的居民说，以前过江要绕四十分钟，冬天风大，孩子上学总要早起。\n新桥上有两条人行道，夜里亮着路灯。"
	const english = "The council of Marlow will keep the winter ferry for another year, it said on Monday.\n" +
		"The boat costs 86,000 crowns a month and carries some forty passengers a day, most of them pupils.\n" +
		"\"We had hoped for this,\" said Hannah Brask, who lives on the northern shore with her two children.\n"
	for name, x := range map[string]struct{ lines, want string }{
		"a footer below": {
			story + "\n" + more + "\n版权声明：凡本网注明来源的作品，未经授权不得转载。违者本网将依法追究责任。",
			"footer 版权声明：凡本网注明来源的作品，未经授权不得转载。违者本网将依法追究责任。",
		},
		"all round": {
			"首页 > 新闻中心 > 正文\n" + story + "\n" + more + "\n责任编辑：李明\n版权所有 未经授权不得转载",
			"editor 责任编辑：李明; footer 版权所有 未经授权不得转载",
		},
		"in the midst, on a page of two stories": {
			story + "\n版权所有，未经授权不得转载。\n" + more,
			"footer 版权所有，未经授权不得转载。",
		},
		"English": {
			english + "© 2025 The Marlow Herald. All rights reserved.",
			"footer © 2025 The Marlow Herald. All rights reserved.",
		},
	} {
		for _, blank := range []string{" ", "  ", "\u3000", "\t"} {
			text := strings.ReplaceAll(x.lines, "\n", blank)
			var got []string
			for _, m := range mask.Find(text) {
				if m.Reason == mask.Navigation && m.Span.Lo == 0 { // its parts may be cut at their blanks
					continue
				}
				got = append(got, string(m.Reason)+" "+strings.ReplaceAll(strings.ReplaceAll(m.Span.Of(text), blank, " "), "  ", " "))
			}
			if strings.Join(got, "; ") != x.want {
				t.Errorf("%s, joined by %q:\n%q, want\n%q", name, blank, got, x.want)
			}
			for _, s := range strings.FieldsFunc(story+more, func(r rune) bool { return r == '\n' || r == '。' }) {
				for _, m := range mask.Find(text) {
					if strings.Contains(m.Span.Of(text), s) {
						t.Errorf("%s, joined by %q: %s masks %s", name, blank, m.Reason, s)
					}
				}
			}
		}
	}
}

// TestFooterAfterStory: a notice of the house at the end of a paragraph leaves the paragraph.
func TestFooterAfterStory(t *testing.T) {
	for text, want := range map[string]string{
		strings.ReplaceAll(story, "\n", "") + "版权所有，未经授权不得转载。":                                                                                                                                        "版权所有，未经授权不得转载。",
		"The council of Marlow will keep the winter ferry for another year. The boat costs 86,000 crowns a month, and carries some forty passengers a day. All rights reserved by The Marlow Herald.": "All rights reserved by The Marlow Herald.",
		// A notice whose first sentence names nobody is one, and so are its numbered parts.
		"版权声明：凡本网注明来源的作品，未经授权不得转载。已经授权使用的，应在授权范围内使用。违者本网将依法追究责任。": "版权声明：凡本网注明来源的作品，未经授权不得转载。已经授权使用的，应在授权范围内使用。违者本网将依法追究责任。",
	} {
		text = "桥\n" + text + "\n" + story
		var got []string
		for _, m := range mask.Find(text) {
			got = append(got, strings.TrimSpace(m.Span.Of(text)))
		}
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s: masked are %q", text, got)
		}
	}
}
