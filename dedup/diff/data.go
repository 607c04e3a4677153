package diff

import (
	"embed"
	"iter"
	"strings"
)

// The tables of this package: scales of words, spellings, Japanese readings and words in
// kana, shapes of characters. Each file says at its head what a line holds and where it is
// from.

//go:embed *.txt
var tables embed.FS

// tableLines returns the lines of a table.
func tableLines(name string) iter.Seq[string] {
	data, err := tables.ReadFile(name)
	if err != nil {
		panic(err) // a file of the build
	}
	return strings.Lines(string(data))
}
