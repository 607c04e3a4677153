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
