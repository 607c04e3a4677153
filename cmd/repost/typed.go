package main

import (
	"os"
	"slices"

	"golang.org/x/text/unicode/norm"

	"repost/dedup/collate"
	"repost/store"
)

// Names that people type or copy may be decomposed (NFD), as macOS writes names of files,
// and what they name composed (NFC), or the other way round. The name as it was given goes
// first.

// typedID returns the id that is meant by one that was typed: as it is if a document was
// ever added with it, else in the normal form that one was added with. A file that holds one
// record is meant by its name, though the id of the record is name:1.
func typedID(c *store.Corpus, id string) string {
	known := func(id string) bool {
		all, err := c.Versions(id)
		return err != nil || len(all) > 0
	}
	forms := []string{id, norm.NFC.String(id), norm.NFD.String(id)}
	for _, form := range forms {
		if known(form) {
			return form
		}
	}
	for _, form := range forms {
		if known(form+":1") && !known(form+":2") {
			return form + ":1"
		}
	}
	return id
}

// typedKey is typedID for one of some versions.
func typedKey(versions []collate.Version, key string) string {
	has := func(key string) bool {
		return slices.ContainsFunc(versions, func(v collate.Version) bool { return v.Key == key })
	}
	if !has(key) && has(key+":1") && !has(key+":2") {
		return key + ":1"
	}
	return key
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
