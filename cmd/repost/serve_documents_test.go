package main

import (
	"strings"
	"testing"

	"repost/cmd/repost/internal/web"
)

// TestServeDocuments: every document is in a list, by date, source or words of it or of its text, also
// one that is in no story.
func TestServeDocuments(t *testing.T) {
	l := emptyLibrary(t)
	const bridge = "石门河上的老木桥昨天封了。桥面铺了四十多年的木板一块块拆下来，堆在河滩上。施工队的人说新桥用钢，两个月可以通车。"
	lines := `{"id":"a","source":"日报","date":"2024-03-05","title":"老桥","text":"` + bridge + `"}
{"id":"b","source":"晚报","date":"2024-03-07","title":"老桥","text":"` + bridge + `"}
{"id":"c","source":"晚报","date":"2024-03-06","title":"Die Müllabfuhr","text":"Die Tonnen werden am Montag geleert."}
{"id":"d","title":"Ohne Datum","text":"Die Radfahrer warten auf den Weg am Fluss."}
{"id":"e","date":"2023","text":"Im Winter lag der Hafen still."}
`
	if err := l.Add(t.Context(), strings.NewReader(lines), false, func(*web.Added) error { return nil }); err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		query web.DocumentQuery
		want  string
		total int
	}{
		{web.DocumentQuery{}, "b c a e d", 5},
		{web.DocumentQuery{Sort: "old"}, "e a c b d", 5},
		{web.DocumentQuery{Alone: true}, "c e d", 3},
		{web.DocumentQuery{Source: "晚报"}, "b c", 2},
		{web.DocumentQuery{Source: "Bote"}, "", 0},
		{web.DocumentQuery{Since: "2024-03-06"}, "b c", 2},
		{web.DocumentQuery{Since: "2023-06-01", Until: "2024-03-05"}, "a e", 2},
		{web.DocumentQuery{Text: "müllabfuhr"}, "c", 1},
		{web.DocumentQuery{Text: "radfahrer"}, "", 0},
		{web.DocumentQuery{Text: "radfahrer", InTexts: true}, "d", 1},
		{web.DocumentQuery{Page: 2, PerPage: 2}, "a e", 5},
		{web.DocumentQuery{Page: 9}, "", 5},
	} {
		q := k.query
		q.Page = max(q.Page, 1)
		if q.PerPage == 0 {
			q.PerPage = 50
		}
		if q.Sort == "" {
			q.Sort = "new"
		}
		out, err := l.Documents(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range out.Documents {
			got = append(got, d.ID)
		}
		if strings.Join(got, " ") != k.want || out.Total != k.total {
			t.Errorf("%+v: %q of %d, want %q of %d", k.query, got, out.Total, k.want, k.total)
		}
	}
	if _, err := l.Documents(t.Context(), web.DocumentQuery{Since: "nonsense"}); err == nil {
		t.Error("a date that is none is taken")
	}
	pages := map[string]string{}
	var order []string
	put := func(name string, page []byte) error {
		order = append(order, name)
		pages[name] = string(page)
		return nil
	}
	if _, _, err := web.Write(t.Context(), l, "en", 1000, put, nil); err != nil {
		t.Fatal(err)
	}
	list := pages["documents.html"]
	if !strings.Contains(list, "Die Müllabfuhr") || strings.Contains(list, "老桥") {
		t.Errorf("the list of a folder of pages has other documents than those in no story: %s", list)
	}
	last := order[len(order)-1]
	if !strings.HasPrefix(last, "document-") && !strings.HasPrefix(last, "history-") {
		t.Errorf("documents in no story are written before %s", last)
	}
}
