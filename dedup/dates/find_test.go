package dates

import "testing"

func TestInName(t *testing.T) {
	for in, want := range map[string]string{
		"20190110_a.txt": "2019-01-10", "2019-01-10/a.txt": "2019-01-10", "news/2019/01/10/17.txt": "2019-01-10", "a_2019_1_5.txt": "2019-01-05",
		"xwlb-20190110-01.md": "2019-01-10", "人民日报2019年01月10日第1版.txt": "2019-01-10",
		"http://politics.example.cn/n1/2019/0110/c1001-30514812.html": "2019-01-10",
		"http://www.example.com/2019-01/10/c_1123970123.htm":          "2019-01-10",
		"http://example.com/201901/10/a.html":                         "2019-01-10",
		"20190110093000.txt":                                          "2019-01-10",
		"20190101-20190131.txt":                                       "", "a/2019/b.txt": "", "123456789012.txt": "", "20191332.txt": "", "c20190110455.txt": "",
		"2019-01-10/20190110_a.txt": "2019-01-10",
	} {
		d, ok := InName(in)
		if got := d.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %v, %v, want %q", in, got, ok, want)
		}
	}
}

func TestWithoutDay(t *testing.T) {
	for in, want := range map[string]string{
		"2025-03-04/a3.htm": "a3.htm", "days/2025-03-04/a3.htm": "days/a3.htm", "石桥网/2025/03/04/a1.html": "石桥网/a1.html", "x/20250304/y/a.txt": "x/y/a.txt",
		"a3_20250304.htm": "a3.htm", "20250304-a3.htm": "a3.htm", "a3-20250304-final.htm": "a3-final.htm", "人民日报2019年01月10日第1版.txt": "人民日报-第1版.txt",
		"20250304091500/a.htm": "a.htm", "2025-03-04T09-15/a.htm": "a.htm", "2025-03-04_0915/a.htm": "a.htm", "a 2025-03-04 09.15.00.htm": "a.htm",
		"site/20250304.htm": "site", "20250304.htm": "", "2025-03-04/20250304_a.txt": "a.txt", "2025-03-04-12.htm": "12.htm", "2025-03-04/a.b.htm": "a.b.htm",
		"news.2025-03-04/a.htm": "news/a.htm", "a/b.htm": "a/b.htm", "2025-03-04/2025-03-05/a.htm": "2025-03-04/2025-03-05/a.htm",
	} {
		if got := WithoutDay(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestInText(t *testing.T) {
	for in, want := range map[string]string{
		"扶贫工作\n2019年01月10日 09:27 来源：晚报\n正文。": "2019-01-10T09:27",
		"2019-01-10 09:27\n正文":                     "2019-01-10T09:27",
		"来源：晚报 2019/1/10 编辑：某人\n正文":                "2019-01-10",
		"发布时间：2019年1月10日\n正文":                      "2019-01-10",
		"新华社北京2019年1月10日电（记者某某）会议":                 "2019-01-10",
		"某某通讯社城关2019年1月10日电  会议今日召开":               "2019-01-10",
		"新华社北京1月10日电 会议":                           "2020-01-10",
		"二〇一九年一月十日\n公告":                            "2019-01-10",
		"January 10, 2019\nThe town hall":          "2019-01-10",
		"By Jane Roe, published 10 January 2019\n": "2019-01-10",
		"2019年1月10日，市政府召开会议，研究部署今年的重点工作。":          "",
		"会议决定，2019年1月10日起施行。":                      "",
		"本报1月10日讯":                                 "2020-01-10",
		"The act of January 10, 2019 says that the town hall shall be open to all people on the days that are named in it.": "",
		"没有日期": "",
	} {
		d, ok := InText(in, 2020)
		if got := d.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %v, %v, want %q", in, got, ok, want)
		}
	}
	if _, ok := InText("新华社北京1月10日电 会议", 0); ok {
		t.Error("a dateline without a year")
	}
}
