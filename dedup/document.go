package dedup

import (
	"repost/dedup/cluster"
	"repost/dedup/sketch"
	"repost/shingle"
)

// Document is what an outlet published. Text is the original and is never edited.
type Document struct {
	ID     string `json:"id"`
	URL    string `json:"url,omitempty"`
	Source string `json:"source,omitempty"`
	// Date is in any of the forms that package dates reads; ingest writes those as ISO 8601.
	// Any other text is kept as it is and counts as no date: it neither orders versions nor
	// speaks against a link.
	Date  string `json:"date,omitempty"`
	Title string `json:"title,omitempty"`
	Text  string `json:"text"`
	// DateFrom says where Date was found if it is no field of its own: weaker evidence.
	DateFrom string `json:"date_from,omitempty"`
	// Credit is whom the document itself names as the origin of its text, where it does so
	// outside of Text, as a page does, or where its Source is known from that alone: it
	// equals Source then.
	Credit string `json:"credit,omitempty"`
}

// GivenDate returns the date if it is a field of its own, else "". Only such a date speaks
// against a link: one that was found in an address, the name of a file or a text may be the
// day of a crawl, or of an event in the text.
func (d *Document) GivenDate() string {
	if d.DateFrom != "" {
		return ""
	}
	return d.Date
}

// The values of Document.DateFrom.
const (
	DateFromURL  = "address"
	DateFromName = "file name"
	DateFromText = "text"
	// DateFromFile may be the day of a template: what is written with one keeps it.
	DateFromFile = "properties of the file"
)

// Sketch is what the indexes hold of a document: pure facts of its text under
// one Scheme. Positions count live units, that is units outside the rule masks.
type Sketch struct {
	Units        uint32        // live units
	Content      Content       // of what the live units say: equal texts after folding and masks
	SimHash      uint64        // Charikar 2002, over shingles
	Bands        []uint64      // LSH band keys of the MinHash signature
	Fingerprints []Fingerprint // winnowed fingerprints, by position
}

// Fingerprint is one winnowed fingerprint: the hash of the gram that begins at live
// unit Pos.
type Fingerprint = sketch.Fingerprint

// Content identifies what a text says, after folding and masks.
type Content = sketch.Content

// Chain is a passage of a Link, in live units.
type Chain = cluster.Chain

// Link is what the alignment of two documents found: a fact of the two texts
// and the scheme alone, never of the corpus. From is the document whose id
// sorts first.
type Link struct {
	From, To         uint32  // document numbers
	Chains           []Chain // best first
	GramFrom, GramTo int32   // units of a fingerprint's gram in either, on average
	Place            uint32  // where an Updatable corpus keeps it
}

// RoundShare cuts a share to four digits, so that JSON has no noise after them. A share below 1
// stays below 1.
func RoundShare(share float64) float64 {
	if share < 1 {
		return min(float64(int(share*1e4+.5))/1e4, .9999)
	}
	return share
}

// Relation is what an alignment means for two documents: Identical, SameText, NearDuplicate,
// Contains, ContainedIn, Overlap, Quotes, Rewrite, Summary, SameTemplate or Unrelated.
type Relation string

// The relations, from the closest to none.
const (
	Identical     Relation = "identical"      // equal byte for byte
	SameText      Relation = "same-text"      // equal after folding and masks
	NearDuplicate Relation = "near-duplicate" // one story, each nearly the whole of the other
	Contains      Relation = "contains"       // the other document's text stands in this one
	ContainedIn   Relation = "contained-in"   // this document's text stands in the other
	Overlap       Relation = "overlap"        // they share passages, and each has more
	Quotes        Relation = "quotes"         // a short passage of one stands in the other
	Rewrite       Relation = "rewrite"        // the same content in other words
	Summary       Relation = "summary"        // one is a summary of the other
	SameTemplate  Relation = "same-template"  // one form filled with other figures, dates or names
	Unrelated     Relation = "unrelated"
)

// Member is one document's part in a story.
type Member struct {
	Doc       uint32         // document number
	Spans     []shingle.Span // of the original text, ascending, disjoint
	Relation  Relation       // of this document to the canonical member's; of the canonical itself: to the largest other member's
	Coverage  float64        // share of this document's unmasked units that are in Spans
	Canonical bool
}

// Story is a cluster of spans that carry the same text. Members are sorted:
// the canonical one first, then by document id.
type Story struct {
	ID      string
	Members []Member
}

// Converse returns what the second document is to the first when the first is r
// to the second.
func (r Relation) Converse() Relation {
	switch r {
	case Contains:
		return ContainedIn
	case ContainedIn:
		return Contains
	}
	return r
}
