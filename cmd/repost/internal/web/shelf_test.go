package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"

	"repost/cmd/repost/internal/report"
	"repost/cmd/repost/internal/web"
	"repost/dedup"
	"repost/dedup/collate"
	"repost/dedup/diff"
	"repost/shingle"
	"repost/shingle/mask"
)

// evil is what a page must show and never be: each field of the library below has it.
const evil = `"'><script src=//evil.example></script><img src=x onerror=alert(1)>&lt;javascript:alert(1)` + "\u202e\u2066\x07"

// shelf is a library of one story with evil in each field.
type shelf struct {
	mu    sync.Mutex
	notes []web.Note
	added []string
}

func (l *shelf) summaries() []web.Summary {
	return []web.Summary{{ID: "s1", Size: 2, Sources: 2, First: "2024-01-02", Last: "2024-01-05", Head: evil}}
}

func (l *shelf) Overview(context.Context) (*web.Overview, error) {
	return &web.Overview{
		Name: evil, Statistics: &report.Statistics{Documents: 2, Stories: 1, InStories: 2, Duplicates: 1, DuplicateShare: .5},
		Months: []report.Group{{Name: "2024-01", Documents: 2, Duplicates: 1}}, Sources: []report.Group{{Name: evil, Documents: 2}},
		Matrix: &report.Matrix{Sources: []string{evil, "B"}, Stories: [][]int{{0, 1}, {1, 0}}}, Largest: l.summaries(), Newest: l.summaries(),
		Carried: []report.Carrier{{Origin: evil, Carrier: "B", Stories: 1}},
		Silent:  []web.SilentEdit{{ID: evil, Title: evil, Source: evil, Date: "2024-01-02", Changed: evil, Versions: 2}},
	}, nil
}

func (l *shelf) Stories(_ context.Context, q web.Query) (*web.Stories, error) {
	if q.Since == "nonsense" {
		return nil, web.Wrong("since")
	}
	return &web.Stories{Query: q, Total: 120, Stories: l.summaries(), Names: []string{evil}}, nil
}

func (l *shelf) Documents(_ context.Context, q web.DocumentQuery) (*web.Documents, error) {
	if q.Since == "nonsense" {
		return nil, web.Wrong("since")
	}
	return &web.Documents{Query: q, Total: 120, Names: []string{evil}, Documents: []web.Listed{
		{ID: evil, Source: evil, Title: evil, Date: evil, InStory: true}, {ID: "b"},
	}}, nil
}

func member(id, source, date string) report.Member {
	return report.Member{ID: id, Spans: []shingle.Span{{Lo: 0, Hi: 10}}, Relation: dedup.NearDuplicate, Coverage: 1, Source: source, Date: date, Title: evil}
}

func (l *shelf) Story(_ context.Context, id string, _ int, _ string) (*web.Story, error) {
	if id != "s1" {
		return nil, web.ErrNotFound
	}
	a, b := member(evil, evil, "2024-01-02"), member("b", "B", "2024-01-05")
	points, _ := web.PointsOf([]report.Member{a, b})
	return &web.Story{
		Story: &report.Story{ID: "s1", Size: 2, Head: evil, Members: []report.Member{a, b}}, Base: evil, Page: 1, Pages: 1, Points: points,
		Details: []web.Detail{{Member: a, Bytes: 20}, {Member: b, Bytes: 20, Compared: true, Substantive: 1, Said: evil}},
	}, nil
}

func (l *shelf) Document(_ context.Context, id string) (*report.Document, error) {
	if id == "gone" {
		return nil, web.ErrNotFound
	}
	return &report.Document{
		ID: evil, URL: "javascript:alert(1)", Source: evil, Date: evil, Title: evil, Origin: report.Origin{Path: evil}, Text: evil + "\nmore",
		Masks: []mask.Mask{{Span: shingle.Span{Lo: 2, Hi: 9}, Reason: mask.Footer}}, Version: 2, Bytes: len(evil),
		Stories: []report.Part{{Story: "s1", Size: 2, Spans: []shingle.Span{{Lo: 10, Hi: 30}}, With: []report.Mate{{ID: evil, Source: evil}}}},
		Residue: report.Residue{Spans: []shingle.Span{{Lo: 31, Hi: 40}}},
	}, nil
}

func (l *shelf) Difference(_ context.Context, a, b string) (*web.Pair, error) {
	d := &report.Difference{A: report.Side{ID: evil}, B: report.Side{ID: "b"}, TextA: evil, TextB: evil + "x"}
	d.Result = diff.Compare(diff.Side{Text: d.TextA}, diff.Side{Text: d.TextB}, diff.Options{})
	d.Headline = report.NewHeadline(evil+" 3", evil+" 5", diff.Options{})
	return &web.Pair{Difference: d, Story: "s1"}, nil
}

func (l *shelf) Collation(context.Context, string, []string) (*report.Collation, error) {
	c, err := collate.Collate([]collate.Version{{Key: evil, Text: evil, Title: evil, Source: evil}, {Key: "b", Text: evil + " x"}}, collate.Options{Base: evil})
	return &report.Collation{Story: "s1", Versions: 2, Collation: c}, err
}

func (l *shelf) History(_ context.Context, id string, page int) (*web.History, error) {
	if id == "gone" || page > 1 {
		return nil, web.ErrNotFound
	}
	d, _ := l.Difference(context.Background(), "", "")
	return &web.History{Total: 2, Page: 1, Pages: 1, History: &report.History{
		ID: evil, Versions: []report.Revised{{Number: 1, ID: evil, Title: evil, Times: 1}, {Number: 2, ID: evil, Live: true, Times: 2}},
		Revisions: []report.Revision{{From: 1, To: 2, Silent: true, When: evil, WhenFrom: "file", Announced: []string{evil}, Fields: []report.Field{{Name: "title", A: evil, B: evil}}, Difference: d.Difference}},
	}}, nil
}

func (l *shelf) Find(_ context.Context, text, _ string, _ int) (*web.Found, error) {
	if strings.Contains(text, "nothing") {
		return &web.Found{Matches: []report.Match{}}, nil
	}
	return &web.Found{Matches: []report.Match{{ID: evil, Title: evil, Source: evil, Spans: []shingle.Span{{Lo: 0, Hi: len(text)}, {Lo: 5, Hi: 1 << 30}}, Stories: []string{"s1"}}}}, nil
}

func (l *shelf) Add(_ context.Context, lines io.Reader, asRead bool, answer func(*web.Added) error) error {
	b, err := io.ReadAll(lines)
	for line := range strings.Lines(string(b)) {
		var d struct{ ID string }
		if json.Unmarshal([]byte(line), &d) != nil {
			if err := answer(&web.Added{Status: "refused", Error: "no JSON"}); err != nil {
				return err
			}
			continue
		}
		l.mu.Lock()
		l.added = append(l.added, d.ID)
		l.mu.Unlock()
		if err := answer(&web.Added{ID: d.ID, Status: "added"}); err != nil {
			return err
		}
	}
	return err
}

func (l *shelf) Remove(_ context.Context, id string) error {
	if id != "b" {
		return web.ErrNotFound
	}
	return nil
}

func (l *shelf) Changes(_ context.Context, since uint32, fn func(uint32, any) error) error {
	for at := since + 1; at <= 3; at++ {
		for size := range int(at) { // several have the same time
			if err := fn(at, map[string]any{"at": at, "change": "grown", "story": "s1", "size": size}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *shelf) Notes(_ context.Context, subject string) ([]web.Note, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(l.notes), func(n web.Note) bool { return subject != "" && n.Subject != subject }), nil
}

func (l *shelf) SetNote(_ context.Context, n web.Note) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.notes = append(l.notes, n)
	return nil
}

func ask(h http.Handler, method, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "127.0.0.1:8470"
	r.RemoteAddr = "127.0.0.1:40000"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// compared is the difference of two texts with headlines.
func compared(a, b string, titles, texts map[string]string) *web.Pair {
	d := &report.Difference{A: report.Side{ID: a}, B: report.Side{ID: b}, TextA: texts[a], TextB: texts[b]}
	d.Result = diff.Compare(diff.Side{Text: d.TextA}, diff.Side{Text: d.TextB}, diff.Options{})
	d.Headline = report.NewHeadline(titles[a], titles[b], diff.Options{})
	return &web.Pair{Difference: d}
}
