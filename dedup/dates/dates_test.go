package dates

import (
	"errors"
	"testing"
	"time"
)

// TestParse: what is understood, and as what.
func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"2024-03-05":                        "2024-03-05",
		"2024-03-05T09:27:00+08:00":         "2024-03-05T09:27:00+08:00",
		"2024-03-05 09:27":                  "2024-03-05T09:27",
		"2024-03-05 09:27:31.5":             "2024-03-05T09:27:31.5",
		"2024-03-05T09:27:31.123456":        "2024-03-05T09:27:31.123456",
		"2024-3-5":                          "2024-03-05",
		"2024/3/5":                          "2024-03-05",
		"2024/03/05 9:27:05":                "2024-03-05T09:27:05",
		"2024.3.5":                          "2024-03-05",
		"20240305":                          "2024-03-05",
		"20240305092730":                    "2024-03-05T09:27:30",
		"202403050927":                      "2024-03-05T09:27",
		"20240305T092730Z":                  "",
		"20240305 09:27":                    "2024-03-05T09:27",
		"2024年3月5日 09:27":                   "2024-03-05T09:27",
		"2024年03月05日09时27分":                 "2024-03-05T09:27",
		"2024 年 3 月 5 日":                    "2024-03-05",
		"2024年3月5日 星期二 下午3:07":              "2024-03-05T15:07",
		"二〇二四年三月五日":                         "2024-03-05",
		"二○二四年十二月三十一日":                      "2024-12-31",
		"二零一九年一月廿三日":                        "2019-01-23",
		"一九九七年七月一日":                         "1997-07-01",
		"發佈時間：2024年3月5日":                    "2024-03-05",
		"发布时间:2024-03-05 09:27":             "2024-03-05T09:27",
		"２０２４年３月５日":                         "2024-03-05",
		"民國113年3月5日":                        "2024-03-05",
		"令和6年3月5日":                          "2024-03-05",
		"2024년 3월 5일":                       "2024-03-05",
		"Tue, 05 Mar 2024 09:27:00 GMT":     "2024-03-05T09:27:00Z",
		"Tue, 05 Mar 2024 09:27:00 +0800":   "2024-03-05T09:27:00+08:00",
		"05 Mar 24 09:27 EST":               "2024-03-05T09:27:00-05:00",
		"Tuesday, 05-Mar-24 09:27:00 UTC":   "2024-03-05T09:27:00Z",
		"Tue Mar  5 09:27:00 2024":          "2024-03-05T09:27",
		"Tue Mar 05 09:27:11 +0000 2024":    "2024-03-05T09:27:11Z",
		"Tue Mar 05 09:27:11 CST 2024":      "2024-03-05T09:27:11",
		"Tue Mar 05 2024 09:27:00 GMT+0800": "2024-03-05T09:27:00+08:00",
		"Mar 5, 2024":                       "2024-03-05",
		"March 5th, 2024":                   "2024-03-05",
		"March 5, 2024 3:07 PM":             "2024-03-05T15:07",
		"March 5, 2024, 12:07 a.m.":         "2024-03-05T00:07",
		"5 March 2024":                      "2024-03-05",
		"5-Mar-2024":                        "2024-03-05",
		"Published on March 5, 2024":        "2024-03-05",
		"5. März 2024":                      "2024-03-05",
		"Dienstag, 5. März 2024, 09:27 Uhr": "2024-03-05T09:27",
		"5 mars 2024 à 09h27":               "2024-03-05T09:27",
		"1er août 2024":                     "2024-08-01",
		"5 de marzo de 2024":                "2024-03-05",
		"5 марта 2024 г.":                   "2024-03-05",
		"5.3.2024":                          "2024-03-05",
		"13/04/2024":                        "2024-04-13",
		"04/13/2024":                        "2024-04-13",
		"04/04/2024":                        "2024-04-04",
		"1709602020":                        "2024-03-05T01:27:00Z",
		"1709602020000":                     "2024-03-05T01:27:00Z",
		"1709602020000000":                  "2024-03-05T01:27:00Z",
		"1709602020.0":                      "2024-03-05T01:27:00Z",
		"1.70960202e9":                      "2024-03-05T01:27:00Z",
		"03/04/2024":                        "",
		"3/4/24":                            "",
		"2024":                              "",
		"2024-03":                           "",
		"2024年3月":                           "",
		"3月5日":                              "",
		"2024-02-30":                        "",
		"2024年13月1日":                        "",
		"昨天":                                "",
		"3 hours ago":                       "",
		"":                                  "",
		"12345678":                          "",
		"n/a":                               "",
		"0000-00-00 00:00:00":               "",
		"13800138000":                       "",
	} {
		d, err := Parse(in)
		got := d.String()
		if err != nil {
			got = ""
		}
		if got != want {
			t.Errorf("%q: %q, want %q (%v)", in, got, want, err)
		}
	}
}

// TestOrder: what is open between two days is said to be, and decided by an order.
func TestOrder(t *testing.T) {
	if _, err := Parse("03/04/2024"); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("%v", err)
	}
	for order, want := range map[Order]string{DayFirst: "2024-04-03", MonthFirst: "2024-03-04"} {
		if d, err := ParseOrder("03/04/2024", order); err != nil || d.String() != want {
			t.Errorf("%d: %v, %v", order, d, err)
		}
		if d, err := ParseOrder("04/13/2024", order); err != nil || d.String() != "2024-04-13" {
			t.Errorf("%d: %v, %v", order, d, err)
		}
	}
}

// TestRoundTrip: every layout of the time package comes back as the moment it is.
func TestRoundTrip(t *testing.T) {
	for _, layout := range []string{
		time.ANSIC, time.UnixDate, time.RubyDate, time.RFC822, time.RFC822Z, time.RFC850, time.RFC1123, time.RFC1123Z, time.RFC3339, time.RFC3339Nano, time.DateTime,
	} {
		for day := range 400 {
			at := time.Date(2023, 1, 1, 5*day%24, day%60, 0, 0, time.UTC).AddDate(0, 0, day)
			in := at.Format(layout)
			if d, err := Parse(in); err != nil || !d.Time.Equal(at) {
				t.Fatalf("%s: %q became %v, %v", layout, in, d, err)
			}
		}
	}
}

// FuzzParse: no string makes it panic, and what is understood is understood again as the
// same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"2024年3月5日 09:27", "Tue, 05 Mar 2024 09:27:00 +0800", "1709602020", "二〇二四年三月五日", "5.3.2024", "09:27:00.5 -0530"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			return
		}
		if again, err := Parse(d.String()); err != nil || again.String() != d.String() || again.Day() != d.Day() {
			t.Errorf("%q: %s, then %s, %v", s, d, again, err)
		}
	})
}
