package store

import (
	"context"

	"repost/dedup"
	"repost/dedup/detect"
)

// Find returns the documents that carry the text of d or a part of it, those that carry most
// first: see detect.FindQuotations with dedup.Usual. d itself is not added; only its text is
// needed, and its id and date decide as those of any document do. If the corpus has d itself, a
// document with the same id and the same text, that is left out: a page that is fetched again
// is not found as itself. A copy with another id is found, and so is another text with the same
// id, an earlier version of the page. A document without a text, or whose text is not UTF-8, is
// an error, as it is for Add.
func (c *Corpus) Find(ctx context.Context, d *dedup.Document) ([]dedup.Found, error) {
	return c.FindQuotations(ctx, d, dedup.Usual)
}

// FindQuotations is Find for shorter passages too: see detect.FindQuotations.
func (c *Corpus) FindQuotations(ctx context.Context, d *dedup.Document, to dedup.Sensitivity) ([]dedup.Found, error) {
	if err := checkText(d); err != nil {
		return nil, c.wrap(err)
	}
	return detect.FindQuotations(c.Detection(ctx), c.scheme, d, to)
}
