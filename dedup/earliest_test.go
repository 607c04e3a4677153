package dedup_test

import (
	"strings"
	"testing"

	"repost/dedup"
)

// Of equal texts the earliest is canonical, whatever the order of the ids and of arrival; of
// those of one time, the one that says more of itself; the id decides last.
func TestCanonicalIsEarliest(t *testing.T) {
	text := strings.Repeat("榆川县农技站昨天在三个村公布了新的灌溉时间表，农户可以在村委会领取。", 1) +
		"站长马桂兰说，今年的水比去年少一成，请大家按表轮流放水，不要在夜里开闸。第一轮从下周一开始，每村两天。"
	at := func(id, source, date, from string) dedup.Document {
		return dedup.Document{ID: id, Source: source, Date: date, DateFrom: from, Text: text}
	}
	for name, c := range map[string]struct {
		docs []dedup.Document
		want string
	}{
		"a day earlier":                {[]dedup.Document{at("a", "农园报", "2024-08-13", ""), at("z", "榆川日报", "2024-08-12", "")}, "z"},
		"an hour earlier":              {[]dedup.Document{at("a", "农园报", "2024-08-12T10:00", ""), at("z", "榆川日报", "2024-08-12T09:00", "")}, "z"},
		"in another zone":              {[]dedup.Document{at("a", "农园报", "2024-08-12T10:00:00Z", ""), at("z", "榆川日报", "2024-08-12T11:00:00+08:00", "")}, "z"},
		"a time before a day":          {[]dedup.Document{at("a", "农园报", "2024-08-12", ""), at("z", "榆川日报", "2024-08-12T23:00", "")}, "z"},
		"a day before its month":       {[]dedup.Document{at("a", "农园报", "2024-08", ""), at("z", "榆川日报", "2024-08-01", "")}, "z"},
		"a date before none":           {[]dedup.Document{at("a", "农园报", "", ""), at("z", "榆川日报", "2024-08-12", "")}, "z"},
		"a field before a file's name": {[]dedup.Document{at("a", "农园报", "2024-08-12", dedup.DateFromName), at("z", "榆川日报", "2024-08-12", "")}, "z"},
		"a source before none":         {[]dedup.Document{at("a", "", "2024-08-12", ""), at("z", "榆川日报", "2024-08-12", "")}, "z"},
		"the id at last":               {[]dedup.Document{at("z", "农园报", "2024-08-12", ""), at("a", "榆川日报", "2024-08-12", "")}, "a"},
		"with another text": {[]dedup.Document{
			at("a", "农园报", "2024-08-13", ""), at("z", "榆川日报", "2024-08-12", ""),
			{ID: "m", Source: "河网", Date: "2024-08-11", Text: strings.Replace(text, "一成", "两成", 1)},
		}, "z"},
	} {
		m := withStories(t, c.docs...)
		stories := m.Stories()
		if len(stories) != 1 {
			t.Errorf("%s: %d stories", name, len(stories))
			continue
		}
		first := stories[0].Members[0]
		if got := m.Document(first.Doc).ID; got != c.want || !first.Canonical {
			t.Errorf("%s: %s is canonical, want %s", name, got, c.want)
		}
	}
}
