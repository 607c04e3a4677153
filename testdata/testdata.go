// Package testdata holds the texts that the tests of every package share: the
// articles of news, the judgements of cases and diff, and what is expected of
// them. A directory of this name is skipped by ./... and is imported by name:
//
//	text, err := testdata.FS.ReadFile("news/kiln.txt")
//
// All texts were written for this project; every person, outlet and figure in
// them is invented.
package testdata

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io"
)

// FS holds the test texts, as they lie in this directory.
//
//go:embed news news.golden cases diff pages grades gold
var FS embed.FS

// Expected is one line of news.golden. Exactly one of Story, Pair and Alone is
// set.
type Expected struct {
	Story   string   `json:"story"`   // name of a story, for messages only
	Base    string   `json:"base"`    // the member the relations refer to; without it, each other
	Members []Member `json:"members"` // all documents of the story

	Pair     []string `json:"pair"`     // two documents …
	Relation string   `json:"relation"` // … and the relation of the first to the second

	Alone []string `json:"alone"` // documents in no story
}

// Member is one document's part in an expected story.
type Member struct {
	ID       string   `json:"id"`       // file name in news
	Relation string   `json:"relation"` // to Base; "a|b" where either is right
	Inside   []string `json:"inside"`   // words of the document that lie in its spans
	Outside  []string `json:"outside"`  // words that lie in none of its spans
}

// News returns what is expected of the articles in news.
func News() ([]Expected, error) {
	data, err := FS.ReadFile("news.golden")
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var all []Expected
	for n := 1; ; n++ {
		var e Expected
		switch err := dec.Decode(&e); {
		case err == io.EOF:
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("news.golden: record %d: %w", n, err)
		}
		all = append(all, e)
	}
}
