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
// The packages below use these words:
//
//	unit            a character of Han, else a word or a number; live if no mask covers it
//	gram            some units in a row; a fingerprint is the hash of one that winnowing chose
//	band            one of the keys of a MinHash signature: near copies share most of them
//	run             units in a row that two texts have in common
//	chain           runs in the same order in both texts: a passage. A hole is what lies between
//	                two runs of one text; a flank, what lies before or after a chain
//	link            all chains of two texts
//	representative  the document that stands for all with the same live units
//	canonical       the member that a story is shown by: the representative or an earlier copy
//	distinctive     of a passage that hardly any other story has; else it is common, or formula
//
// In package align runs and chains are of any two sequences; in package cluster they are packed
// and have what the judge counts.
//
// A program opens a corpus with package store, which adds documents, finds texts and reads
// stories. Package dedup/detect, which a corpus is built on, finds the same stories in memory.
// Package dedup/diff says what differs between two texts, dedup/collate what between many.
package dedup
