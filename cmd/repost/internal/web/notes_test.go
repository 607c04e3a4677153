package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"repost/cmd/repost/internal/web"
)

// TestMarked: a note on a single change stands over the two versions with the readings, and
// in the form that changes it.
func TestMarked(t *testing.T) {
	l := &shelf{}
	d, _ := l.Difference(context.Background(), "", "")
	subject := "change/" + url.PathEscape(evil) + "/b"
	key := d.Keyed()[0].Key
	l.notes = []web.Note{{Subject: subject + "/" + key, Mark: "wrong", Text: "not so " + evil}, {Subject: subject + "/none", Mark: "keep", Text: "of a change that is gone"}}
	s := web.New(l, web.Options{})
	plain := ask(s, "GET", "/diff?a=x&b=b", "", "Accept", "text/html").Body.String()
	if head, _, _ := strings.Cut(plain, `class="framed"`); !strings.Contains(head, `class="noted wrong"`) || !strings.Contains(head, "not so ") || strings.Contains(head, "that is gone") {
		t.Errorf("the note on a change is not over the versions:\n%s", head)
	}
	if strings.Contains(plain, `value="wrong" selected`) {
		t.Error("the form for a note on the whole has the mark of a change")
	}
	chosen := ask(s, "GET", "/diff?a=x&b=b&change="+key, "", "Accept", "text/html").Body.String()
	if !strings.Contains(chosen, `value="wrong" selected`) || !strings.Contains(chosen, `value="not so `) || len(foreign(t, chosen)) > 0 {
		t.Error("the form for a note on a change does not have what was noted")
	}
	if page := ask(s, "GET", "/notes", "", "Accept", "text/html").Body.String(); !strings.Contains(page, "change="+key+"&amp;view=list#note") {
		t.Error("the list of notes does not lead to the change")
	}
}

// TestMarkedTurned: a note on a change of a and b stands where b is compared with a, there
// it is changed and no second one made; the list of notes has the readings.
func TestMarkedTurned(t *testing.T) {
	l := &pair{}
	s := web.New(l, web.Options{})
	there, _ := l.Difference(context.Background(), "a", "b")
	back, _ := l.Difference(context.Background(), "b", "a")
	for i, c := range there.Keyed() {
		subject := "change/a/b/" + c.Key
		if w := ask(s, "POST", "/notes", url.Values{"subject": {subject}, "mark": {"wrong"}, "text": {"no. " + c.Key}}.Encode(),
			"Content-Type", "application/x-www-form-urlencoded"); w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		turned := back.Keyed()[i]
		page := ask(s, "GET", "/diff?a=b&b=a&change="+turned.Key, "", "Accept", "text/html").Body.String()
		head, _, _ := strings.Cut(page, `class="framed"`)
		if !strings.Contains(head, "no. "+c.Key) || !strings.Contains(head, `value="`+subject+`"`) || !strings.Contains(head, `value="wrong" selected`) {
			t.Errorf("%s: the note is not on the pair turned round:\n%s", c.Class, head)
		}
	}
	for _, n := range l.notes {
		if !strings.Contains(n.Change, " → ") {
			t.Errorf("a note without readings: %+v", n)
		}
	}
	if want := "桥塌3人死 → 桥塌5人死"; l.notes[0].Change != want {
		t.Errorf("the note on the headline is on %q, want %q", l.notes[0].Change, want)
	}
	table := ask(s, "GET", "/notes.csv", "").Body.String()
	var list web.NoteList
	if err := json.Unmarshal(ask(s, "GET", "/notes.json", "").Body.Bytes(), &list); err != nil || len(list.Notes) != len(l.notes) {
		t.Fatal(err, len(list.Notes))
	}
	page := ask(s, "GET", "/notes", "", "Accept", "text/html").Body.String()
	for _, n := range list.Notes {
		if !strings.Contains(table, n.Change) || !strings.Contains(page, n.Change) {
			t.Errorf("%q is not in the list of notes", n.Change)
		}
	}
	whole := ask(s, "POST", "/notes", `{"subject":"change/a/b","mark":"keep","text":"all of it"}`, "Content-Type", "application/json")
	if page := ask(s, "GET", "/diff?a=b&b=a", "", "Accept", "text/html").Body.String(); whole.Code != http.StatusOK || !strings.Contains(page, "all of it") || !strings.Contains(page, `value="change/a/b"`) {
		t.Error("the note on the whole is not on the pair turned round")
	}
}

// pair is a library of two texts, whose headlines differ too.
type pair struct{ shelf }

func (l *pair) Difference(_ context.Context, a, b string) (*web.Pair, error) {
	titles := map[string]string{"a": "桥塌3人死", "b": "桥塌5人死"}
	texts := map[string]string{"a": "昨夜老石桥被冲垮，3人死亡，9人受伤。市长何志远到场。", "b": "昨夜老石桥被冲垮，5人死亡，9人受伤。市长何致远到场。"}
	return compared(a, b, titles, texts), nil
}
