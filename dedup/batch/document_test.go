package batch

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"repost/dedup"
)

// TestDocumentIsJSON: a document is read as encoding/json reads it, whatever it is written like.
func TestDocumentIsJSON(t *testing.T) {
	parts := []string{"", "a", `"`, `\`, `\"`, "/", "\n", "\b\f\r\t", "桥", "\u2028", "\x01", "\xff", "<&>", `"}`, `\u0041`, "{", ",", ":"}
	r := rand.New(rand.NewPCG(1, 2))
	text := func() (s string) {
		for range r.IntN(4) {
			s += parts[r.IntN(len(parts))]
		}
		return s
	}
	fast := 0
	for range 20_000 {
		b := jsonOf(&dedup.Document{ID: text(), URL: text(), Source: text(), Date: text(), Title: text(), Text: text(), DateFrom: text(), Credit: text()})
		if r.IntN(2) == 0 { // another program wrote it, or it is damaged
			at := r.IntN(len(b))
			b[at] = `{}[]",:\ntrue0`[r.IntN(14)]
		}
		var got, want dedup.Document
		err := json.Unmarshal(b, &want)
		if !readDocument(b, &got) {
			continue
		}
		if fast++; err != nil || got != want {
			t.Fatalf("%s\nread as %+v\nwant    %+v, %v", b, got, want, err)
		}
	}
	if fast < 1000 {
		t.Errorf("of 20,000 documents %d were read without encoding/json", fast)
	}
}
