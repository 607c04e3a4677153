package dedup

import "repost/shingle"

// Found is a document of a corpus that carries a text, or a part of it.
type Found struct {
	Doc         uint32 // document number
	Info        Info   // what is known of it
	Relatedness        // of the text to the document
	// Spans are the words of the text that the document carries, and DocSpans those of the
	// document: what an edit changed or left out is not in them. Of a rewrite that shares no
	// passage word for word, they are the passages that say the same.
	Spans    []shingle.Span
	DocSpans []shingle.Span
	Carried  float64 // share of the text's live units in Spans
	// StorySpans and StoryDocSpans are the spans of both in the stories that they would be in,
	// completed for a reader as an ingest does. In a corpus that is not small they are nearly so.
	StorySpans    []shingle.Span
	StoryDocSpans []shingle.Span
}

// Relatedness is what two texts have to do with each other.
type Relatedness struct {
	Kind      Relation `json:"kind"` // of the first text to the second
	CoverageA float64  `json:"coverage_a"`
	CoverageB float64  `json:"coverage_b"`
	Identity  float64  `json:"identity"`
	Matched   int      `json:"matched"` // live units
	Agree     int      `json:"figures_agree"`
	Disagree  int      `json:"figures_disagree"`
	Reworded  int      `json:"reworded"`
	// Short says that both texts are too short to be judged: no passage is in both, and the
	// figures are those of an alignment of all their words.
	Short bool `json:"short,omitempty"`
}

// Sensitivity says how short a passage is found: Usual, Quotations or Phrases. The command calls
// them story, quotation and phrase.
type Sensitivity int

// The sensitivities.
const (
	Usual      Sensitivity = iota // what an ingest puts in one story
	Quotations                    // a sentence too: from 12 words or 24 characters of Han on
	Phrases                       // a part of a sentence too: from 8 words or 16 characters on
)
