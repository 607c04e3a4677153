// Package shingle knows text and no documents: it folds what is written into
// units that compare equal when a reader would call them equal, and keeps for
// every unit the span of the original it came from.
package shingle
