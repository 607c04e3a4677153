// Package dedup has the words of this module: what a document is, what links two of them, and
// what a story is. It finds nothing itself.
//
//	Document, Info    a text and what is known of it
//	Sketch, Link      what the indexes hold of a text; the passages that two texts share
//	Story, Member     the documents that carry one text, and which spans of each
//	Found             a document that carries a text which was looked for
//	Relation          what one document is to another: near-duplicate, contains, rewrite …
//
// What clusters is a passage, never a document: a page may be in two stories, and the reposts
// of the two never meet. Spans are bytes of the stored text, half-open.
//
// A program opens a corpus with package store, which adds documents, finds texts and reads
// stories. Package dedup/detect does the same in memory, and is what a corpus is built on.
// Package dedup/diff says what differs between two texts, dedup/collate what between many.
package dedup
