// Package detect finds the stories of a set of documents: which passages carry the
// same text, wherever they were published. It knows documents and no disk.
//
//	m := detect.NewMemory(&detect.DefaultScheme)
//	m.Add(documents...)
//	err := detect.UpdateStories(m, &detect.DefaultScheme, nil)
//	stories := m.Stories()
//
// What clusters is a passage, never a document: a page may be in two stories, and
// the reposts of the two never meet. The work is parted so that what is a fact of
// one or two texts is kept, and what depends on all texts is computed anew:
//
//	Scheme.Prepare   text → live units: folded, outside the masks
//	Scheme.Sketch    → fingerprints, MinHash bands, a hash of the whole
//	UpdateStories    candidates by fingerprints and bands (package lsh)
//	Linker.Chains    → passages two texts share (package align): a Link, kept
//	cluster.Judge    all links and how many stories hold each fingerprint → stories
//	ExpandSpans      units → spans of the original, completed for a reader
//	Linker.Relate    what one document is to another
//
// Stories are a function of the documents: the same for any order of arrival, any
// batches and any number of threads. Copies of one text are compared once. What
// two texts share counts as far as it is distinctive, held by few stories; a long
// run of formula makes none, and neither does a form that is filled in twice.
//
// It keeps nothing on disk (package store does) and shows no differences (package dedup/diff
// does).
package detect
