package dates

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestInText(t *testing.T) {
	for in, want := range map[string]string{
		"扶贫工作\n2019年01月10日 09:27 来源：晚报\n正文。": "2019-01-10T09:27",
		"2019-01-10 09:27\n正文":                     "2019-01-10T09:27",
		"来源：晚报 2019/1/10 编辑：某人\n正文":                "2019-01-10",
		"发布时间：2019年1月10日\n正文":                      "2019-01-10",
		"日期：2019年1月10日\n正文":                        "2019-01-10",
		"新华社北京2019年1月10日电（记者某某）会议":                 "2019-01-10",
		"某某通讯社城关2019年1月10日电  会议今日召开":               "2019-01-10",
		"新华社北京1月10日电 会议":                           "2020-01-10",
		"榆川讯社北门民國108年1月10日電 会议":                    "2019-01-10",
		"二〇一九年一月十日\n公告":                            "2019-01-10",
		"January 10, 2019\nThe town hall":          "2019-01-10",
		"By Jane Roe, published 10 January 2019\n": "2019-01-10",
		"Publicado el 10 de enero de 2019\n":       "2019-01-10",
		"Veröffentlicht am 10.01.2019, 09:27 Uhr":  "2019-01-10T09:27",
		"Stand: 10.01.2019\n":                      "2019-01-10",
		"MARLOW, January 10, 2019 (Reuters) – The council said on Thursday that it would build a new school next to the old one, at the river.": "2019-01-10",
		"MARLOW, Jan 10 (Reuters) - The council said that it would build.":                                                                      "2020-01-10",
		"ANSLEY, 10. Januar (dpa) – Der Rat, der am Abend tagte, baut.":                                                                         "2020-01-10",
		"ЮЖНОГОРСК, 10 января 2019. /ВЕСТИ/. Совет решил.":                                                                                      "2019-01-10",
		"2019年1月10日，市政府召开会议，研究部署今年的重点工作。":                                                                                                       "",
		"2019年1月10日起施行":       "",
		"会议决定，2019年1月10日起施行。": "",
		"会议时间：2019年1月10日":     "",
		"Born: 4 March 1985":  "",
		"本报1月10日讯":            "2020-01-10",
		"1月10日":               "",
		"The act of January 10, 2019 says that the town hall shall be open to all people on the days that are named in it.": "",
		"公报\n（2019年1月10日榆川市第三届议会第二次会议通过）":                                                                                   "2019-01-10", "2019年1月10日正式开通": "",
		"今天（1月10日），2019年的会议通过了一项来源调查": "", "来源：70周年论坛今天（8月28日）": "", "2019年1-2月 来源：晚报": "", "来源：2019年1月,70人": "",
		"JUL7 1949": "", "Sep     17  1949": "", "May 1986 2": "", "Mar 1340/1350": "", "report\nAusfertigungsdatum\n:   2019-01-10": "2019-01-10",
		"没有日期": "", "2019": "", "2019年1月": "", "43475": "", "1547078400": "", "190110": "", "20190110 readers": "", "5 10 2019": "", "10, 20, 2019": "",
		"1.2.2019.3": "", "10-0, 3-1": "", "May 19": "", "第3版": "", "10 January 2019, the council met": "",
	} {
		d, written, err := InText(in, 2020, Unknown)
		if got := d.String(); (err == nil) != (want != "") || err == nil && got != want || err == nil && written == "" {
			t.Errorf("%q: %v, %v, %v, want %q", in, got, written, err, want)
		}
	}
	if _, _, err := InText("新华社北京1月10日电 会议", 0, Unknown); err == nil {
		t.Error("a dateline without a year")
	}
}

// TestInTextReadsWhatFieldsAre: a date that is understood in a field is understood as a line
// of a text, before the name of an outlet, and in a line with a label.
func TestInTextReadsWhatFieldsAre(t *testing.T) {
	day := time.Date(2025, 3, 14, 9, 27, 0, 0, time.UTC)
	written := []string{
		"民国114年3月14日", "民國114年3月14日 09:27", "中華民國一一四年三月十四日", "令和7年3月14日", "西元2025年3月14日", "２０２５年３月１４日", "2025年3月14日 星期五 上午9:27", "2025年3月14日（金）", "二〇二五年三月十四日",
		"14.03.2025", "14. 03. 2025", "14. 3. 2025 09:27", "14.3.2025, 09:27 Uhr", "14/03/2025", "3/14/2025", "2025/3/14", "2025.3.14", "2025. 3. 14.", "2025년 3월 14일 금요일",
		"14 марта 2025", "14 марта 2025 г., 09:27", "Пятница, 14 марта 2025", "14. März 2025", "Freitag, 14. März 2025, 09:27 Uhr", "14 de marzo de 2025", "viernes, 14 de marzo de 2025",
		"le 14 mars 2025 à 09h27", "14 marca 2025", "14 Mart 2025", "ngày 14 tháng 3 năm 2025", "14 مارس 2025", "١٤ مارس ٢٠٢٥", "14 मार्च 2025", "14 มีนาคม 2568", "2025-03-14T09:27:00+08:00", "2025-03-14T09:27:00.123Z",
		"20250314", "20250314T092700Z", "March 14th, 2025", "Friday, March 14, 2025 at 9:27 AM EST", "14-Mar-2025",
	}
	for _, layout := range []string{time.ANSIC, "Mon Jan  2 15:04:05 2006", time.UnixDate, time.RFC850, time.RFC1123, time.RFC1123Z, time.RFC3339, time.DateTime, time.DateOnly} {
		written = append(written, day.Format(layout))
	}
	for _, s := range written {
		want, err := Parse(s)
		if err != nil || want.Day() != (Date{Time: day}).Day() {
			t.Errorf("%q: %v, %v", s, want, err)
			continue
		}
		for _, text := range []string{"会议\n" + s + "\n正文。", s, "来源：榆川日报 " + s, s + " 来源：榆川日报", "Published " + s + " by Jane Roe", "Date: " + s} {
			if d, _, err := InText(text, 0, Unknown); err != nil || d != want && !strings.Contains(text, "by Jane") || d.Day() != want.Day() {
				t.Errorf("%q: %v, %v, want %v", text, d, err, want)
			}
		}
	}
}

// TestInTextSaysWhatIsNoDay: what looks like a date and is not understood is reported as it
// would be in a field, and a date below it is taken instead.
func TestInTextSaysWhatIsNoDay(t *testing.T) {
	for line, want := range map[string]string{
		"03/04/2025": "03/04/2025", "03.04.25": "03.04.25", "31.02.2025": "31.02.2025", "2025-13-45": "2025-13-45", "2025年2月30日": "2025年2月30日", "32 марта 2025": "32 марта 2025",
		"来源：晚报 03/04/2025": "03/04/2025", "Posted 31 February 2025 by Jane Roe": "31 February 2025", "民国114年13月4日": "民国114年13月4日",
		"1-2-3": "", "10/20/30/40": "", "2025": "", "3 of 4 in 2025": "", "scores 21-15 10-21 15-11": "",
	} {
		_, written, err := InText("会议\n"+line+"\n正文", 0, Unknown)
		if written != want || err == nil {
			t.Errorf("%q: %q, %v, want %q", line, written, err, want)
		}
	}
	if _, _, err := InText("03/04/2025", 0, Unknown); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("an open date: %v", err)
	}
	if d, _, err := InText("03/04/2025", 0, DayFirst); err != nil || d.String() != "2025-04-03" {
		t.Errorf("day first: %v, %v", d, err)
	}
	if d, _, err := InText("31.02.2025\n04.03.2025\n", 0, Unknown); err != nil || d.String() != "2025-03-04" {
		t.Errorf("a date after what is none: %v, %v", d, err)
	}
}

// FuzzInText: what is found is a day, and is written in the text.
func FuzzInText(f *testing.F) {
	for _, s := range []string{"会议\n民国114年3月4日", "Tue, 04 Mar 2025 09:27:00 GMT", "MARLOW, Jan 10 (Reuters) -", "来源 2025-03-04 1.2.3.4", "03/04/25", "14 มีนาคม 2568", strings.Repeat("1/2/2025 ", 10)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, written, err := InText(s, 2020, Unknown)
		if err == nil && (!d.Exact() || written == "" || len(written) > longest*4) {
			t.Fatalf("%q: %v %q", s, d, written)
		}
		if again, w, err2 := InText(s, 2020, Unknown); again != d || w != written || (err == nil) != (err2 == nil) {
			t.Fatal("another answer")
		}
	})
}

// TestBeginsEra: the first characters that it asks for are those of all eras.
func TestBeginsEra(t *testing.T) {
	for name := range eras {
		if !beginsEra(name + "1年") {
			t.Errorf("%s is not found", name)
		}
	}
}
