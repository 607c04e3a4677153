package detect

import (
	"repost/dedup"
)

// Corpus is what UpdateStories reads and writes. Document numbers are given out in
// order of arrival and say nothing else.
type Corpus interface {
	// Infos calls fn for every live document, by ascending number.
	Infos(fn func(n uint32, info dedup.Info) error) error
	// Retired calls fn for every other document, by ascending number: its postings may be
	// shared.
	Retired(fn func(n uint32, info dedup.Info) error) error
	// ScanFingerprints calls fn for the keys of the fingerprint index, ascending, each with its
	// postings by (document, position), retired documents included. Of documents with one
	// content, the postings of the first number must be there, and count for all; those of
	// the others may be missing.
	ScanFingerprints(fn func(key uint64, ps []dedup.Posting) error) error
	// ScanBands is ScanFingerprints for the keys of the LSH bands.
	ScanBands(fn func(key uint64, ps []dedup.Posting) error) error
	// Texts calls fn with the text of each of the documents ns, which ascend. It may
	// be called by several goroutines at once.
	Texts(ns []uint32, fn func(n uint32, text string) error) error
	// TempFile returns an empty file, or nil if none can be made or the texts are in memory
	// anyway.
	TempFile() TempFile
	// Links calls fn for every link added before, in any order.
	Links(fn func(l *dedup.Link) error) error
	// AddLinks keeps links, and the value StateLinked, in one step. Without links
	// it may forget those of documents that are not linked: they are made again.
	AddLinks(links []dedup.Link, linked []byte) error
	// State returns what was last kept under a name, or nil.
	State(name string) ([]byte, error)
	// SetStories replaces all stories, and the value StateAside, and sets
	// StateExpanded, in one step.
	SetStories(stories []KeptStory, aside []byte) error
	// EachStory calls fn for every story, in the order of SetStories.
	EachStory(fn func(s *KeptStory) error) error
}

// The names of the values that a corpus keeps for the detector: see Corpus.State.
const (
	StateLinked   = "linked"   // which documents are linked
	StateAside    = "aside"    // what is set aside of documents; nil is not known
	StateExpanded = "carved"   // there is a value if stories made from the same may be taken over
	StateBasis    = "basis"    // what the judgements are based on; nil if there are none
	StateCaps     = "caps"     // the bounds that all updates met since the links were made: see AddCaps
	StateLearning = "learning" // Off if boilerplate is not learned
)

// Off is the value of StateLearning with which boilerplate is not learned.
const Off = "off"
