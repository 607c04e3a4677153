//go:build !plain

package store

// mapSize is how much of the file a writer maps: a corpus may grow to that while it is
// open, and one that is half as large is not shared.
const mapSize = 1 << 40
