package store

// A corpus is one bbolt file (go.etcd.io/bbolt, page size 4096): a B+tree of
// buckets, changed by copying pages, so that a crash leaves the last committed
// transaction. This file says what the buckets hold; codec.go has checksums and numbers.
//
// # Values
//
// Every value ends in a checksum of four bytes, little-endian: CRC-32C of the
// name of its bucket, a zero byte, its key, and the value before the checksum. A
// value that was damaged, or that the tree hands out under another name, does not
// pass. Numbers in keys are big-endian, so that keys sort by them; elsewhere
// numbers are unsigned varints of encoding/binary unless a width is named.
// Strings are a varint length and that many bytes.
//
//	bucket      key                                        value
//	corpus      "format"                                   "repost corpus" and the format version, a varint
//	            "scheme"                                   the scheme of every sketch, canonical JSON
//	            "state"                                    counts and segment lists (type state), JSON
//	meta        number of the block's first document, u32  facts of up to 64 documents
//	text        the same key                               their texts
//	reposts     group u32                                  what tells up to 256 texts from their bases
//	retired     number / 16384, u32                        a bitmap: bit set = replaced or removed
//	copied      the same                                   a bitmap: bit set = later documents have its content
//	prints      segment u32, first key u64, block u32      a block of postings: a fingerprint, or
//	bands       the same                                   a MinHash band, or
//	contents    the same                                   a hash of all live units, or
//	ids         the same                                   a hash of an id → documents
//	filters of  segment u32, first key u64, filter u32     a filter of a segment's keys; one bucket an index,
//	  prints …                                             "filters of ids"
//	links       chunk u32                                  links, in the order they were added
//	judged      number / 32, u32                           what was found of documents with links (judged.go)
//	learned     key of a fingerprint, u64                  boilerplate: how far from the edges of texts it stands, two varints
//	columns     number / 100, u32                          what decides candidates of up to 100 documents (columns.go)
//	toggled     as retired                                 a bitmap: bit set = removed or brought back since "judged"
//	placed      as retired                                 a bitmap: bit set = a part is in a story by "judged"
//	stories     story u32, member u32                      members of a story from there on, about 32 KiB (stories.go)
//	story by    its place in the list ("story by order");  numbers of stories, varints; of a document with its place in
//	  order …   its id ("story by id"); number / 32 of     the block before each
//	            a document, u32 ("story by document")
//	values      a name                                     small values of the detector
//	changes     time u32, part u32                         what became of stories, packed JSON (type Change)
//
// Add writes meta, text, columns, copied and a segment of each index (add.go, columns.go,
// copies.go, segment.go); Add, Remove and Restore write retired and toggled (remove.go). An
// update adds links (links.go), and its Outcome is one transaction: judged, placed, learned, stories
// (judged.go, stories.go) and changes (changes.go). Compact alone writes reposts (compact.go).
// "corpus" is written with each of these (corpus.go).
//
// Version 2 of the format added codec 2 of texts and the bucket changes, version 3 a new form of links,
// codec 3 of texts and the bucket reposts, version 4 filters of fingerprints and bands, version 5 those of contents
// and ids, and the bucket copied, version 6 the commit and the sums in "state", version 7 contents of 16 bytes and the
// digest that nobody can forge, version 8 the buckets learned, columns and toggled, and stories under numbers of
// their own. A file of an older version is read and written as it is, but links of
// versions 1 and 2, and stories of those before 8, are made anew when documents are added next; Compact makes a new file.
//
// # State
//
// "state" begins with {"commit":n, where n is the number of the commit that wrote it, which
// the head of the file has too. Its sums have an entry for each bucket but corpus: the sum,
// modulo 2^64, of XXH3-64(h) over all values, where h is XXH3-64 of the key plus the checksum
// of the value, as 8 bytes, little-endian. A bucket that was always empty has none.
//
// # Documents
//
// Documents are numbered from 0 in order of arrival, and a number is never used
// again. A new text under an old id is a new document; the old one is retired, or the new
// one if it is older (the path of its origin says so, see originString): it
// keeps its number, its text and its postings, and is listed only as a version.
//
// A block of texts is: codec byte, count, each text's length, then the texts end to
// end, as they are (codec 0) or as one zstd frame (codec 1). A block closes at 64
// documents or 64 KiB of text. The last block may be rewritten with more documents
// after the old ones; no other block ever changes. With the key 00000003 and codec 0
// the texts "穆棱" and "ok" are:
//
//	00                    as they are
//	02                    two texts
//	06 02                 of six bytes and of two
//	e7 a9 86 e6 a3 b1     穆棱
//	6f 6b                 ok
//	2f 7f 96 7f           checksum of "text", 00, 00000003 and the above
//
// Compact stores a repost as what tells it from the canonical text of its story, its
// base, which is never a repost itself. Codec 3 of texts is: the codec byte, count, then
// for each text 0 if it is in this block, or its place among the reposts plus one; then
// the texts that are here as a block of codec 0 or 1. A place is 256 times the group plus
// the place in the group. A block closes at 64 texts that are no reposts, or 64 KiB of
// them, or 1,024 documents.
//
// A group of reposts is their count and five columns, each a length and that many
// bytes: a codec byte and what it packs, as it is (codec 0) or as a zstd frame (codec 1):
//
//	head    for each repost the number of its base, and how many steps it has
//	add     for each step how many new bytes come first,
//	move    how far on from the end of the last copy in the base to go (signed, zigzag),
//	copy    and how many bytes to copy from there
//	added   all new bytes, end to end
//
// If the text of document 0 is 保向远在现场, that of document 1 侯向远在现场，有雨 and nothing
// else is a repost, group 0 with the key 00000000 is:
//
//	01                    one repost
//	03 00 00 02           head, three bytes as they are: of document 0, two steps
//	03 00 03 09           add: three bytes, nine
//	03 00 06 00           move: 3 on, past 保; not at all
//	03 00 0f 00           copy: fifteen bytes, none
//	0d 00 e4 be af        added: 侯
//	ef bc 8c e6 9c 89     ，有
//	e9 9b a8              雨
//
// In a file of version 2 codec 2 stands in the place of codec 3: the codec byte, count,
// then for each text 0 if it is stored as it is, or the number of its base plus one, its
// length and that of its delta; then the deltas end to end, then the other texts as a
// block of codec 0 or 1. A delta is a zstd frame without its magic number, with the
// base as raw dictionary 1 or 2, or nothing if the texts are equal.
//
// A block of facts is: codec byte plus 40 (hexadecimal), count, then for each document
// 40 bytes (its digest, 16; content, 16; SimHash, 8: nothing there can be packed), then
// the other facts, packed as the codec byte says: see appendFacts. Without the 40 it is
// one of a file before version 7, with contents of 8 bytes. The digest is made of the
// strings of the document (type digest); it is compared when the document is read.
//
// # Postings
//
// A posting says that a key occurs in a document (at a position, in indexes that
// have them). Keys are hashes; an index keeps their top bits only: 40 of fingerprints,
// bands and ids, whose matches are verified anyway, and 63 of contents, which leaves
// room to add one to a distance. At 10^9 fingerprints one false match comes to a thousand
// lookups.
//
// Of documents with one content, which have the same fingerprints and bands, the first by
// number has those of all, and a bit in copied; the others have only contents and ids.
// In files before version 5 each has its own.
//
// A segment is a run of postings sorted by (key, document, position), cut into
// blocks that fill one page each. Segments never change. Each batch adds a segment to an
// index, into which it takes small ones before it (absorb.go). Eight or more are merged into
// one, in transactions of bounded size, when none of them is larger than the others together;
// the new segment counts when the list in "state" names it, and that is written last. The bbolt key carries the block's first key, so the B+tree
// is the sparse index. Each block knows the first key of the next (the fence), so
// that a lost or misplaced block is noticed and not mistaken for absence.
//
// A block of n postings with d distinct keys k0 < … < k(d-1) is a head of varints
//
//	n, d, k0, k(d-1)-k0, fence (0 = last block, else first key of the next - k(d-1) + 1),
//	lowest document, document width, position width, number of exceptions
//
// then for each exception, a position that is wider, its distance from the one before
// (from -1 for the first) and what stands above the position width; then a string of
// bits, filled from the lowest bit of each byte:
//
//	high    Elias-Fano (Elias 1974, Fano 1971): with l = floor(log2((k(d-1)-k0)/d)), at least 0,
//	        bit ((ki-k0)>>l)+i is set for each i; d + ((k(d-1)-k0)>>l) bits
//	low     the l lowest bits of each ki-k0
//	first   n bits, set where a posting has another key than the one before
//	docs    document - lowest document, for each posting
//	pos     the lowest bits of each position
//
// On 65,526 news texts (90 MB) a fingerprint takes 5.3 bytes and a band 4.5, pages of the
// B+tree included; all fingerprints take 34 % of the bytes of the texts, all bands 140
// bytes a document, and the packed texts 39 %. A key costs 2 + log2(gap) bits, a
// posting one bit, its document and its position.
//
// Example: a block of fingerprints, the last of its segment, with the keys 5, 5 and 12
// (after the cut to 40 bits) in document 7 at positions 1 and 9, and in document
// 8 at position 2:
//
//	03 02 05 07 00        three postings, two keys, from 5, over 7; the last block
//	07 01 04 00           documents from 7, one bit each; positions of four bits
//	d1 32 52 00           high 10001 (l is 1; bits 0>>1+0 and 7>>1+1), low 0 1, first 1 0 1,
//	                      docs 0 0 1, pos 1000 1001 0100 (1, 9, 2)
//
// # Filters
//
// A segment of 1,024 postings or more has filters, but in the index fingerprints only if it
// has at most a quarter of the postings of all segments before it: one for
// every 2^19 of its keys, or less where a transaction ended. "state" says how many. A
// filter is a varint, its last key less its first, which is in the key of the value,
// and then lines of 64 bytes, as many as 6 bits a key take. Of a key that is there, four
// bits of one line are set (Bloom 1970; Putze, Sanders, Singler 2007). All numbers of
// 64 bits: with h = key * 9e3779b97f4a7c15 the line is h * lines / 2^64, and the bits
// are the four groups of nine in the highest 36 bits of
// (h xor h >> 32) * d6e8feb86659fd93, lowest first; bit i of a line is bit i mod 8 of byte i/8.
//
// On 50,000 planted documents (114 MB) in seven segments they take 1.9 MB next to 36 MB of
// fingerprints, and 21 bytes a document next to 145 of bands.
//
// Example: the filter of the keys 5 and 12:
//
//	07                    from 5, over 7
//	00 00 02 82 00 00 00 00 00 00 00 00 00 00 00 00   bytes 0 to 15 of the line
//	00 00 00 00 00 00 08 00 00 00 00 00 00 00 00 00   bytes 16 to 31 of the line
//	00 00 00 00 00 00 00 00 00 00 00 00 20 08 00 00   bytes 32 to 47 of the line
//	00 00 00 00 00 00 00 00 00 40 00 40 00 00 00 00   bytes 48 to 63 of the line
//
// TestFormat builds these examples from these lines.

// formatVersion is the version of the bytes described above.
const formatVersion = 8

// The buckets. Indexes have their own, named by the index.
const (
	bucketCorpus  = "corpus"
	bucketMeta    = "meta"
	bucketText    = "text"
	bucketReposts = "reposts"
	bucketRetired = "retired"
	bucketLinks   = "links"
	bucketStories = "stories"
	bucketStoryOf = "story by document"
	bucketStoryID = "story by id"
	bucketValues  = "values"
	bucketChanges = "changes"

	bucketFingerprintFilters = "filters of prints"
	bucketBandFilters        = "filters of bands"

	bucketCopied         = "copied"
	bucketContentFilters = "filters of contents"
	bucketIDFilters      = "filters of ids"

	bucketJudged     = "judged"
	bucketColumns    = "columns"
	bucketToggled    = "toggled"
	bucketPlaced     = "placed"
	bucketLearned    = "learned"
	bucketStoryOrder = "story by order"
)

var buckets = []string{
	bucketCorpus, bucketMeta, bucketText, bucketReposts, bucketRetired, bucketLinks,
	bucketStories, bucketStoryOf, bucketStoryID, bucketValues, bucketChanges,
	bucketFingerprintFilters, bucketBandFilters, bucketCopied, bucketContentFilters, bucketIDFilters, bucketJudged,
	bucketColumns, bucketToggled, bucketLearned, bucketStoryOrder, bucketPlaced,
}

// later reports whether a bucket is missing in files of earlier versions.
func later(name string) bool {
	switch name {
	case bucketChanges, bucketReposts, bucketFingerprintFilters, bucketBandFilters, bucketCopied, bucketContentFilters, bucketIDFilters, bucketJudged,
		bucketColumns, bucketToggled, bucketLearned, bucketStoryOrder, bucketPlaced:
		return true
	}
	return false
}
