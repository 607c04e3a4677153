package store

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"repost/dedup"
	"repost/store/ingest"
)

// What a corpus takes: Add, Load and Find refuse the same texts.

// checkEntry says why a document cannot be stored: it has no id, no text (checkText), or
// more than a block can hold, or a field is not UTF-8. An id that is the name of a file is
// taken as it is.
func checkEntry(e *Entry) error {
	d := &e.Doc
	if strings.TrimSpace(d.ID) == "" {
		return ingest.ErrNoID
	}
	for _, field := range []struct{ name, value string }{
		{"id", d.ID}, {"URL", d.URL}, {"source", d.Source}, {"date", d.Date}, {"title", d.Title}, {"credit", d.Credit},
	} {
		if !utf8.ValidString(field.value) && !(field.name == "id" && e.Unnamed) {
			return fmt.Errorf("document %.100q: the %s: %w", d.ID, field.name, notUTF8(field.value))
		}
	}
	if n := ingest.FieldBytes(d); n > ingest.MaxFields { // a block of them must be readable
		return fmt.Errorf("document %.100q has %d bytes of fields; at most %d can be kept: %w", d.ID, n, ingest.MaxFields, ingest.ErrLongFields)
	}
	return checkText(d)
}

// checkText says why nothing can be found of the text of a document: it is empty or too long,
// or not UTF-8, and spans would be those of another text: JSON and pages replace such bytes.
// Package ingest replaces them before, and counts them.
func checkText(d *dedup.Document) error {
	switch {
	case strings.TrimSpace(d.Text) == "":
		return fmt.Errorf("document %.100q: %w", d.ID, ingest.ErrEmptyText)
	case !utf8.ValidString(d.Text):
		return fmt.Errorf("document %.100q: %w", d.ID, notUTF8(d.Text))
	case len(d.Text) > maxText:
		return fmt.Errorf("document %.100q has %d bytes of text; at most %d can be kept: %w", d.ID, len(d.Text), maxText, ingest.ErrTooLong)
	}
	return nil
}

// notUTF8 says at which byte a string stops being UTF-8.
func notUTF8(s string) error {
	valid := 0
	for _, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[valid:], "\ufffd") {
			break
		}
		valid += utf8.RuneLen(r)
	}
	return fmt.Errorf("%w as UTF-8: byte %d is none; strings.ToValidUTF8 replaces such bytes", ingest.ErrEncoding, valid)
}

func checkEntries(batch []Entry) error {
	for i := range batch {
		if err := checkEntry(&batch[i]); err != nil {
			return err
		}
	}
	return nil
}
