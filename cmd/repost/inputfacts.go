package main

import "repost/store/ingest"

// inputFacts is what noted says of an input in sentences, for --json.
type inputFacts struct {
	Fields             map[string][]string `json:"fields"` // role → the fields it was taken from, by frequency
	Unused             []string            `json:"unused"` // names of fields
	Encodings          map[string]int      `json:"encodings"`
	Repaired           int                 `json:"repaired"`        // records with bytes that are no text
	HalfCharacters     int                 `json:"half_characters"` // records with escapes that are no character
	Markup             int                 `json:"markup"`          // texts that were HTML
	WithoutDate        int                 `json:"without_date"`
	DatesFrom          map[string]int      `json:"dates_from"` // dates that no field has → where they are from
	DatesNotUnderstood int                 `json:"dates_not_understood"`
	DateExample        string              `json:"date_example,omitempty"` // one of those
	SourcesFromHost    int                 `json:"sources_from_host"`
	PassedOver         map[string]int      `json:"passed_over"`             // files of folders, by kind
	CrawlRecords       map[string]int      `json:"crawl_records,omitempty"` // without a text to be read, by kind
}

func factsOf(n *ingest.Notes) *inputFacts {
	f := &inputFacts{
		Fields: map[string][]string{}, Unused: unused(n), Encodings: counts(n.Encodings), Repaired: n.Replaced.Count,
		HalfCharacters: n.Half.Count, Markup: n.Markup.Count, WithoutDate: n.NoDate, DatesFrom: n.DatesFrom,
		DatesNotUnderstood: n.BadDates.Count, DateExample: n.BadDates.Example, SourcesFromHost: n.Hosts, PassedOver: counts(n.Passed), CrawlRecords: counts(n.Skipped),
	}
	for _, role := range ingest.Roles() {
		if names := ingest.Common(n.Used[role]); len(names) > 0 {
			f.Fields[role] = names
		}
	}
	if f.Unused == nil {
		f.Unused = []string{}
	}
	if f.DatesFrom == nil {
		f.DatesFrom = map[string]int{}
	}
	return f
}

func counts(seen map[string]*ingest.Seen) map[string]int {
	n := map[string]int{}
	for name, s := range seen {
		n[name] = s.Count
	}
	return n
}
