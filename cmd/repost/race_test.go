//go:build race

package main

const raced = true // by the race detector
