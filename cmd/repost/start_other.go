//go:build !cgo || !linux

package main

const withC = false

// closedAtStart cannot be known without C: see start_linux.go.
func closedAtStart(int) bool { return false }
