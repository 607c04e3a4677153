// Package detect finds the stories of a set of documents: which passages carry the
// same text, wherever they were published. It knows documents and no disk.
//
//	m := detect.NewMemory(&detect.DefaultScheme)
//	m.Add(documents...)
//	err := detect.UpdateStories(m, &detect.DefaultScheme, nil)
//	stories := m.Stories()
//	found, err := m.Find(ctx, &document)
//
// What clusters is a passage, never a document: a page may be in two stories, and
// the reposts of the two never meet. The work is parted so that what is a fact of
// one or two texts is kept, and what depends on all texts is computed anew:
//
//	text.go        Scheme.Prepare: a text → live units, folded, outside the masks
//	sketcher.go    Scheme.Sketch: fingerprints, MinHash bands, a hash of the whole: kept
//	detector.go    UpdateStories: which documents are new; copies join a representative
//	candidates.go  pairs that share enough fingerprints or bands (package lsh)
//	linking.go     passages that two texts share (package align): a Link, kept
//	linkgraph.go   the links that count now
//	learned.go     passages at the edges of many texts are boilerplate: set aside
//	judge.go       all links are judged in cluster.Passes passes, by how many stories of the
//	               pass before hold each fingerprint (package cluster) → groups of passages
//	draft.go       a group → a story: ExpandSpans turns units into spans of the original,
//	               completed for a reader; Linker.Relate says what a member is to the canonical
//	restory.go     Corpus.Update or SetStories keeps stories and judgements
//
// Where few documents came or went, an Updatable corpus is updated by difference: update.go
// finds whose links may change, evidence.go which of their fingerprints say something else
// now, passes.go judges these links in each pass, and restory.go makes the stories that they
// reach. The outcome is the same to the last byte. Find runs the same stages for a text that is
// not in the corpus (preview.go), package batch for one key, pair or story at a time (part.go).
//
// A text is held in one of these forms, from the longest to the shortest:
//
//	Text      its live units with their places, 25 bytes a unit
//	compact   their ids and edges, for the aligner: 5 bytes a unit, and 4 for the letters of words
//	Packed    a compact text as bytes, 2 a unit: in a textSpill, or between stages of a batch
//	folded    what the live units say, spelt out: equal for texts that say the same
//	Sketch    what the indexes keep of it
//
// Stories are a function of the documents: the same for any order of arrival, any
// batches and any number of threads. Copies of one text are compared once. What
// two texts share counts as far as it is distinctive, held by few stories; a long
// run of formula makes none, and neither does a form that is filled in twice.
//
// It keeps nothing on disk (package store does) and shows no differences (package dedup/diff
// does).
package detect
