package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"sync"

	"github.com/zeebo/xxh3"

	"repost/store/ingest"
)

// An interrupted ingest continues where its last commit was. With each batch the corpus
// keeps how far the dumps had been read. That is valid as long as the corpus is as that
// commit left it and the same dumps come in the same order: re-reading what comes before
// would change nothing. From the first difference on, and in files that cannot be entered
// in the middle, every record is read and compared with its digest, which is always right,
// at the speed of reading.

// stateReading is the name under which the position is kept until the ingest ends.
const stateReading = "reading"

// position is how far an ingest has read.
type position struct {
	Paths     uint64 `json:"paths"` // hash of the paths to read
	Documents uint32 `json:"documents"`
	Removals  uint32 `json:"removals"` // of the corpus, with what had been read
	Done      []byte `json:"done"`     // dumps that were read to their end, eight bytes each
	Dump      uint64 `json:"dump"`     // the one after those
	Record    int    `json:"record"`   // the last record of it that was stored
	Byte      int64  `json:"byte"`     // where that begins
}

// Reading is one reading of dumps into a corpus: where a reading of the same that did
// not end stood, and how far this one is. Begin goes to ingest.Options, the whole to
// LoadOptions.
type Reading struct {
	c      *Corpus
	paths  uint64
	before position // of the reading that did not end
	at     position // of this one, as far as it is in the corpus
	path   string   // of the last record

	mu      sync.Mutex // for what the reader and the writer of a Load share
	off     bool       // nothing is skipped from here on
	skipped []byte     // dumps that were passed over
}

// Reading returns a reading of paths, in that order.
func (c *Corpus) Reading(paths []string) *Reading {
	r := &Reading{c: c, paths: hashPaths(paths)}
	b, err := c.State(stateReading)
	r.off = err != nil || json.Unmarshal(b, &r.before) != nil || r.before.Paths != r.paths
	return r
}

func hashPaths(paths []string) uint64 {
	h := xxh3.New()
	for _, p := range paths {
		if abs, err := filepath.Abs(p); err == nil {
			p = abs
		}
		h.WriteString(p)
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// Begin says where to begin in a dump: see ingest.Options.Resume.
func (r *Reading) Begin(dump uint64) (record int, at int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.c.view.Load()
	if r.off || r.before.Documents != v.Documents || r.before.Removals != v.Removals {
		r.off = true
		return 0, 0
	}
	n := len(r.skipped)
	if n < len(r.before.Done) && binary.LittleEndian.Uint64(r.before.Done[n:]) == dump {
		r.skipped = binary.LittleEndian.AppendUint64(r.skipped, dump)
		return ingest.Done, 0
	}
	r.off = true
	if n < len(r.before.Done) || dump != r.before.Dump {
		return 0, 0
	}
	return r.before.Record, r.before.Byte
}

// passed notes a record that goes into the corpus.
func (r *Reading) passed(dump uint64, o *ingest.Origin) {
	if o.Path != r.path && r.at.Dump != 0 { // the file before was read to its end
		r.at.Done = binary.LittleEndian.AppendUint64(r.at.Done, r.at.Dump)
	}
	r.path, r.at.Dump, r.at.Record, r.at.Byte = o.Path, dump, o.Record, o.Byte
}

// failed notes an error of reading: a file that broke off was not read to its end.
func (r *Reading) failed(err error) {
	var e *ingest.Error
	if errors.As(err, &e) && e.Fatal {
		r.at.Dump = 0
	}
}

// store keeps the position with what the transaction adds.
func (r *Reading) store(tx *txn, next *view) error {
	r.mu.Lock()
	done := slices.Concat(r.skipped, r.at.Done)
	r.mu.Unlock()
	p := r.at
	p.Paths, p.Documents, p.Removals, p.Done = r.paths, next.Documents, next.Removals, done
	b, err := json.Marshal(&p)
	if err != nil {
		return err
	}
	return putValue(tx, stateReading, b)
}

// arrived forgets the position: all was read.
func (r *Reading) arrived() error {
	if b, err := r.c.State(stateReading); b == nil {
		return err
	}
	return r.c.SetState(stateReading, nil)
}
