package store

import "sync/atomic"

// bbolt maps the whole file, and pages that were read count as memory of the process until
// the system takes them back. A scan of the whole corpus, of which an ingest makes some
// ten, would end with all of the file in memory: half of the 970 MB of an ingest of 200,000
// documents. So a scan drops the pages that it has read (50,000 documents: 471 → 377 MB).
// They stay in the system's cache as long as that has room, and it returns a page within a
// microsecond.

// mapHold is how many bytes are read in bulk before the pages are let go of. To read the pages
// that are in use again takes as long as to unpack a block; and where the system's cache keeps
// large pieces, a block that is read maps several times as much as is counted for it.
const mapHold = 8 << 20

// faultAround is about the number of bytes that the system maps when a block of texts is
// read: it maps neighbouring pages too. Blocks far apart made 1.4 GB of a list of the
// stories of a million documents.
const faultAround = 64 << 10

// bulk counts the bytes read in bulk since then.
type bulk struct{ read atomic.Int64 }

// passed notes that bytes were read in bulk, in tx: while that is open, the file is not
// mapped again.
func (c *Corpus) passed(tx *txn, bytes int) {
	if c.bulk.read.Add(int64(bytes)) < mapHold {
		return
	}
	c.bulk.read.Store(0)
	dropPages(c.db.Info().Data, uintptr(tx.Size()))
}
