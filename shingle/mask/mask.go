// Package mask finds the parts of a document that are set aside from
// similarity: copyright footers, bylines, datelines, captions, navigation. A
// mask names its reason, is always shown and never deletes anything.
package mask

import "repost/shingle"

// Reason names why a span is masked.
type Reason string

// Mask is one masked span and the reason for it.
type Mask struct {
	Span   shingle.Span `json:"span"`
	Reason Reason       `json:"reason"`
}

// Find returns the masks of text by rule, ascending and disjoint.
func Find(text string) []Mask { return nil }
