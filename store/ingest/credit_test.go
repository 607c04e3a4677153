package ingest

import "testing"

func TestCredit(t *testing.T) {
	for text, want := range map[string]string{
		"码头修缮\n2025-03-02 08:30 来源：榆川日报 记者 林晓舟\n榆川老码头开工。":                "榆川日报",
		"码头修缮\n稿源：榆川网　编辑：王小满\n榆川老码头开工。":                                  "榆川网",
		"码头修缮\n信息来源:市水务局 | 2025-03-02\n榆川老码头开工。":                         "市水务局",
		"榆川老码头开工。\n（转载自《石桥周刊》）":                                          "石桥周刊",
		"榆川老码头开工。\n本文转自榆川晚报，有删节。":                                        "榆川晚报",
		"榆川老码头开工。\n【来源：榆川发布】":                                            "榆川发布",
		"新华社榆川3月2日电（记者林晓舟）渡船恢复。":                                         "新华社",
		"中新网榆川3月2日电 渡船恢复。":                                               "中新网",
		"新華社榆川三月电，渡船恢复。":                                                 "新華社",
		"央视网消息：渡船恢复。":                                                    "央视网",
		"The ferry\nMarch 2, 2025 | Source: The Marlow Herald\nIt runs.": "The Marlow Herald",
		"Die Fähre fährt wieder.\nQuelle: Marlower Bote":                 "Marlower Bote",
		"PORT ANSLEY, Nov 2 (Reuters) - The ferry runs again.":           "Reuters",
		"The ferry\nBy Ann Lee, Associated Press\nIt runs again.":        "Associated Press",
		"The ferry\nSource: https://www.marlow.example/ferry\nIt.":       "marlow.example",
		// What is no credit.
		"渡船恢复。\n图片来源：视觉中国":                                      "",
		"渡船恢复每日六班，数据来源：市交通局。":                                   "",
		"It was a long wait, and he named the source: a clerk.": "",
		"来源：网络\n渡船恢复。":                                          "",
		"The source of the river is high up.":                   "",
		"据新华社报道，渡船恢复。":                                          "",
		"他说新华社榆川分社的人来过。":                                        "",
	} {
		if got := creditOf(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestOutletFolder(t *testing.T) {
	for id, want := range map[string]string{
		"榆川日报/2025-03-02/老渡口.txt":        "榆川日报",
		"省内/石桥网/2025-03/a1.txt":          "石桥网",
		"青岭电视台/新闻/a.txt":                 "青岭电视台",
		"The Marlow Herald/2025/a.txt":   "The Marlow Herald",
		"marlow/Port-Ansley-Times/a.txt": "Port-Ansley-Times",
		"Marlower Bote/a.txt":            "Marlower Bote",
		// Short names, those of agencies, and hosts.
		"晨报/a.txt": "晨报", "晚报/2025-03-02/a.txt": "晚报", "日报/a.txt": "日报", "明報/a.txt": "明報", "新京报/a.txt": "新京报", "榆川新京报/a.txt": "榆川新京报", "大公报/a.txt": "大公报", "都市快报/a.txt": "都市快报",
		"Herald/a.txt": "Herald", "The Times/a.txt": "The Times", "the-guardian/a.txt": "the-guardian", "marlow-herald/2025/a.txt": "marlow-herald", "Reuters/a.txt": "Reuters", "afp/a.txt": "afp", "AP/a.txt": "AP",
		"www.marlow.com/news/a.html": "marlow.com", "news.yuchuan.com.cn/2025/a.html": "news.yuchuan.com.cn", "marlower-bote.de/a.html": "marlower-bote.de",
		// What articles are about, and files that are named like an outlet.
		"体育/1.txt": "", "社会/1.txt": "", "新闻/1.txt": "", "互联网/1.txt": "", "物联网/1.txt": "", "旅行社/1.txt": "",
		"data/1.txt": "", "2024/1.txt": "", "txt/1.txt": "", "part-1/1.txt": "", "news/a.txt": "", "Times/a.txt": "", "response-times/a.txt": "", "Chapter/1.txt": "", "ap/1.txt": "", "v1.0/a.txt": "", "dump.old/a.txt": "", "2024.03/a.txt": "",
		"周报/a.txt": "", "年报/a.txt": "", "财务年报/a.txt": "", "工作汇报/a.txt": "", "天气预报/a.txt": "", "申报/a.txt": "", "网/a.txt": "", "Courier New/a.txt": "", "raw.json/a.txt": "",
		"海报/1.txt": "", "情报/1.txt": "", "公报/a.txt": "", "Post/1.txt": "", "blog post/a.txt": "", "news/榆川日报.txt": "", "榆川日报.txt": "",
	} {
		if got := outletFolder(id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}
