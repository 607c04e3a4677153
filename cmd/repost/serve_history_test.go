package main

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestServeHistories: a page shows the versions and the silent edits that the command shows, also
// those that came under another id with the same URL, by whichever of the ids it is asked for.
func TestServeHistories(t *testing.T) {
	if _, err := exec.LookPath("repost"); err != nil {
		t.Skip("the tests were not started by go test")
	}
	dir := t.TempDir()
	corpus, feed := filepath.Join(dir, "c.repost"), filepath.Join(dir, "feed.jsonl")
	err := os.WriteFile(feed, []byte(`
{"id":"m/1","url":"http://example.org/fire","date":"2024-03-10","title":"Fire","text":"A fire destroyed a warehouse in the harbour of Marlow on Sunday. Three firemen were hurt, said the mayor."}
{"id":"m/1","url":"http://example.org/fire","date":"2024-03-10","title":"Fire","text":"A fire destroyed a warehouse in the harbour of Marlow on Sunday. Two firemen were hurt, said the mayor."}
{"id":"m/9","url":"http://example.org/fire","date":"2024-03-10","title":"Fire","text":"A fire destroyed a warehouse in the harbour of Marlow on Sunday. No firemen were hurt, said the mayor."}
{"id":"a","url":"http://example.org/kiln","date":"2024-03-10","title":"Kiln","text":"A kiln from the time before the harbour was found below the school."}
{"id":"b","url":"http://example.org/kiln","date":"2024-03-10","title":"Kiln","text":"A kiln from the time after the harbour was found below the school."}
{"id":"c","date":"2024-03-10","title":"Ferry","text":"The last ferry used to leave Port Ansley at six in the evening."}
`), 0o666)
	if err != nil {
		t.Fatal(err)
	}
	must(t, "ingest", "-q", "--corpus", corpus, feed)
	address, _ := serving(t, corpus)
	for id, versions := range map[string]int{"m/1": 3, "m/9": 3, "a": 2, "b": 2, "c": 1} {
		var h struct {
			Total     int
			Revisions []struct{ Silent bool }
		}
		getJSON(t, address+"/history.json?id="+url.QueryEscape(id), &h)
		silent := 0
		for _, r := range h.Revisions {
			if r.Silent {
				silent++
			}
		}
		if h.Total != versions || silent != versions-1 {
			t.Errorf("%s: %d versions, %d of them silent", id, h.Total, silent)
		}
		var d struct{ Version int }
		getJSON(t, address+"/document.json?id="+url.QueryEscape(id), &d)
		if d.Version != versions {
			t.Errorf("the page of %s says %d versions", id, d.Version)
		}
	}
	for subject, want := range map[string]int{
		"document/m%2F1": 200, "document/m/1": 400, "document/gone": 400, "story/snone": 400, "change/m%2F1/a": 200, "change/m/1/a": 400, "note/a": 400,
	} {
		body := strings.NewReader(`{"subject":"` + subject + `","mark":"checked","text":""}`)
		r, err := http.Post(address+"/notes", "application/json", body)
		if err != nil {
			t.Fatal(err)
		}
		if r.Body.Close(); r.StatusCode != want {
			t.Errorf("a note on %s: %s", subject, r.Status)
		}
	}
	var o struct {
		Silent []struct{ ID string } `json:"silent_edits"`
	}
	if getJSON(t, address+"/overview.json", &o); len(o.Silent) != 2 {
		t.Errorf("silent edits: %v", o.Silent)
	}
}
