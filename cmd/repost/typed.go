package main

import (
	"os"

	"golang.org/x/text/unicode/norm"

	"repost/store"
)

// Names that people type or copy may be decomposed (NFD), as macOS writes names of files,
// and what they name composed (NFC), or the other way round. The name as it was given goes
// first.

// typedID returns the id that is meant by one that was typed: as it is if a document was
// ever added with it, else in the normal form that one was added with.
func typedID(c *store.Corpus, id string) string {
	for _, form := range []string{id, norm.NFC.String(id), norm.NFD.String(id)} {
		if all, err := c.Versions(form); err != nil || len(all) > 0 {
			return form
		}
	}
	return id
}

// typedPath is typedID for the name of a file.
func typedPath(name string) string {
	for _, form := range []string{name, norm.NFC.String(name), norm.NFD.String(name)} {
		if _, err := os.Lstat(form); err == nil {
			return form
		}
	}
	return name
}

// typedNumber returns the number of the document that a typed id means.
func typedNumber(c *store.Corpus, id string) (n uint32, ok bool, err error) {
	return c.Number(typedID(c, id))
}
