// Package eval measures a detector against labels. It knows documents by id and
// passages by their bytes, and nothing of how a detector works:
//
//	gold, err := eval.ReadGold(r, "gold.jsonl")
//	clusters, err := eval.ReadClusters(r, "clusters.jsonl")
//	eval.Passages(gold, clusters, eval.Options{}).WriteText(os.Stdout)
//
// There is one function for each layout of labels, with one report:
//
//	Passages     stories as spans of documents; pages hold several
//	Clusters     documents, each in one cluster
//	Labelled     pairs of documents with a yes or a no
//	Pairs        true pairs and look-alike pairs by band of similarity, in a set of records
//	PlagDet      the PAN 2013 text alignment corpora
//	Differences  recorded edits of two texts, with their grades
//	Audit        an index against exact similarity on a sample without labels
//
// ReadSet reads a set that was written by hand, in which stories, spans and edits follow
// from what was taken of which text; Passages and Differences score it.
//
// A report has WriteText for people, JSON tags for programs, and Figures for a
// table of quality kept next to the code (WriteQuality). Every figure is a
// function of its inputs alone: the bootstrap draws from a fixed seed.
//
// What the package does not do: run a detector, or choose a threshold. Sweep
// calls back for that.
package eval
