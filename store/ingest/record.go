// Package ingest reads dumps: folders and files of plain text or JSON, packed or
// not, in whatever encoding they come, as one stream of documents.
//
//	for rec, err := range ingest.Read([]string{"news/"}, os.Stdin, ingest.Options{}) {
//		if err != nil {
//			… // an *Error: with its place, and whether reading goes on
//		}
//		use(rec.Doc)
//	}
//
// It decides what the text of a document is, byte for byte, and nothing about
// what the text means: folding and masks come later and never change it.
package ingest

import "repost/dedup"

// Origin says where a document was read.
type Origin struct {
	Path   string // as given, with the path below it for a folder; "-" is standard input
	Record int    // from 1; 0 for a file that is one document
	Byte   int64  // where the record begins in the unpacked file
}

// Record is one document as it was read.
type Record struct {
	Doc      dedup.Document
	Origin   Origin
	Encoding string // of the file, by its IANA name: "UTF-8", "GB18030", …
}
