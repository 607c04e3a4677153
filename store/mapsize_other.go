//go:build !linux || plain

package store

// Without locks of single bytes the lock of bbolt on the whole file is the only one: one
// process writes, or several read.
const mapSize = 0
