// Package store keeps a corpus in one file: documents, their sketches as indexes, and the
// links and stories found among them.
//
// A program that collects texts, such as a crawler, needs five calls. The example of Corpus
// (store/example_crawl_test.go) has them in a function of twenty lines:
//
//	c, err := store.Open("news.repost", store.Options{Create: true})  // 1. open
//	found, err := c.Find(ctx, &doc)                                   // 2. who carries this text?
//	result, err := c.Add(doc)                                         // 3. keep it
//	err = c.UpdateStories(ctx, nil)                                   // 4. bring the stories up to date
//	err = c.Stories(func(s *dedup.Story) error { … })                 // 5. read them
//
// Close ends it. A Story names its members by number: Document returns one of them with its
// text, StoriesOf the stories of one, Number the document with an id. What differs between
// two texts is diff.Compare's to say (package dedup/diff). To read files and archives, give
// the records of package ingest to Load, which does 3 and 4.
//
// # Readers and writers
//
// Methods may be called from several goroutines. Readers are safe while one writer in the
// same process writes; each call sees one committed state. A corpus keeps no transaction open
// after a method returns, nor while it calls a function of its caller, so that function may
// use the corpus too. Another process may read while one writes: a corpus that is opened with
// ReadOnly stays one committed state until it is closed. Add, Remove, Restore and each step
// of UpdateStories are one transaction: after a crash there is all of one, or nothing.
//
// # Errors
//
// ErrNotCorpus, ErrTruncated, ErrNewer, ErrInUse and *SchemeError are Open's; a missing file
// is fs.ErrNotExist. ErrReadOnly is returned by what writes, ErrNoDocument by what is given a
// number, ErrChanged by Stories, ErrDamaged (mostly as *DamageError) and ErrClosed by any
// method. A document that cannot be kept or searched for is ingest.ErrEmptyText,
// ingest.ErrEncoding, ingest.ErrTooLong, ingest.ErrLongFields or ingest.ErrNoID. When a context
// ends, its error is returned.
//
// # What it does not do
//
// Package dedup knows how a text is folded and what makes a story. A corpus keeps its scheme,
// so that it is never filled by two rules.
package store

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"
	bolt "go.etcd.io/bbolt"

	"repost/dedup"
	"repost/dedup/detect"
)

// Corpus is an open corpus file. Its methods may be called from several
// goroutines; writing methods wait for each other.
type Corpus struct {
	path   string
	db     *bolt.DB
	opt    Options
	stamp  string // of its scheme
	scheme *detect.Scheme
	head   boltHead    // when it was opened
	work   detect.Work // of the last update
	sound  pageSet     // pages that were checked

	file    *os.File
	locks   bool         // the system has locks of bytes (share.go)
	shared  bool         // open for writing, with readers in other processes
	pins    []*bolt.Tx   // ascending, of a writer
	tx      *bolt.Tx     // of a corpus that is open for reading
	reading sync.RWMutex // tx is in use
	closed  bool         // by Close; written under writing and reading
	mapped  int64        // bytes at least

	view    atomic.Pointer[view]
	writing sync.Mutex
	mergers [indexes]*merger // of the merges under way, for who is writing
	halfway atomic.Bool      // a commit failed, and may be on disk or not
	bytes   atomic.Int64     // that were committed

	enc     *zstd.Encoder
	dec     *zstd.Decoder
	texts   cache[[]stored]
	facts   cache[[]facts]
	reposts cache[[]repost] // by group
	columns atomic.Pointer[detect.Columns]
	bad     unreadable

	verified verified
	bulk     bulk
	docs     atomic.Pointer[docTable]
	leaves   sync.Map  // name of a bucket → *leaves
	groups   sync.Pool // *groups of lookups that ended
}

// state is the value "state" of bucket corpus.
type state struct {
	Commit     uint64              `json:"commit"`    // that wrote it; it comes first (head.go)
	Documents  uint32              `json:"documents"` // numbers given out
	Retired    uint32              `json:"retired"`
	Copied     uint32              `json:"copied,omitempty"` // documents that have copies
	TextBytes  uint64              `json:"text_bytes"`       // of all texts, as they were
	Tail       uint32              `json:"tail"`             // first document of the last block
	Indexes    [indexes]indexState `json:"lanes"`            // the name that it has in files
	LinkForm   uint32              `json:"link_form,omitempty"`
	LinkChunks uint32              `json:"link_chunks"`
	Links      uint64              `json:"links"`
	Loose      bool                `json:"loose,omitempty"`    // some are of documents that are not linked
	Covered    uint32              `json:"covered"`            // documents the stories were made from
	Removals   uint32              `json:"removals,omitempty"` // how often documents were removed or restored
	Generation uint32              `json:"generation"`
	StoryForm  uint32              `json:"story_form,omitempty"`
	Stories    uint32              `json:"stories"`
	NextStory  uint32              `json:"next_story,omitempty"` // the number of the next story
	Columns    bool                `json:"columns,omitempty"`    // there are those of all documents
	Judged     uint32              `json:"settled,omitempty"`    // documents that judgements were made from
	Toggled    uint32              `json:"toggled,omitempty"`    // of these, those that were retired or restored since
	Placed     uint32              `json:"placed,omitempty"`     // documents of which a part was in a story then, after some pass

	// Sums of what the buckets hold (txn.go); nil in files before version 6, which have none.
	Sums map[string]uint64 `json:"sums"`
}

// plausible compares counts with what a file of this size can hold, so that no count makes
// a reader allocate more memory than that, or loop four billion times: a document takes 32
// bytes, a value 32 with its key, a posting a bit and a link or a story a byte when packed.
func (s *state) plausible(bytes int64) error {
	values, most := uint64(bytes/32), uint64(bytes)*8
	sound := uint64(s.Documents) <= values && s.Retired <= s.Documents && s.Copied <= s.Documents &&
		s.Covered <= s.Documents && s.Judged <= s.Documents && s.Toggled <= s.Judged && s.Placed <= s.Documents && s.Tail <= s.Documents && uint64(s.LinkChunks) <= values && s.Links <= most && uint64(s.Stories) <= most<<10
	of := func(segments ...segment) {
		for _, seg := range segments {
			sound = sound && uint64(seg.Blocks) <= values && uint64(seg.Filters) <= values && seg.Postings <= most
		}
	}
	for _, l := range s.Indexes {
		of(l.Segments...)
		if m := l.Merge; m != nil {
			of(m.Out)
			sound = sound && m.From >= 0 && m.N >= 0 && m.From <= len(l.Segments) && m.N <= len(l.Segments)-m.From
		}
	}
	if !sound {
		return damaged(bucketCorpus, keyState, "counts more than the file can hold")
	}
	return nil
}

// view is one committed state: what the transaction with the same id sees.
type view struct {
	txid int
	state
	retired numberSet
	copied  numberSet // see copies.go
	toggled numberSet // see columns.go
	placed  numberSet // see judged.go
}

func (v *view) clone() *view {
	w := *v
	for i := range w.Indexes {
		w.Indexes[i] = w.Indexes[i].clone()
	}
	w.Sums = maps.Clone(v.Sums)
	w.retired = v.retired.clone()
	w.copied = v.copied.clone()
	w.toggled = v.toggled.clone()
	w.placed = v.placed.clone()
	return &w
}

var (
	keyFormat = []byte("format")
	keyScheme = []byte("scheme")
	keyState  = []byte("state")
)

// errStale says that a commit came between reading the view and beginning the
// transaction.
var errStale = errors.New("stale view")

// errHalfway says that the disk failed while a commit became valid: the tree is the new
// one, but it may not be on disk. From then on only what is on disk counts.
var errHalfway = errors.New("a commit failed half-way: the disk did not take it; open the corpus again to see what it holds")

// read runs fn in a read transaction with the view that belongs to it.
func (c *Corpus) read(fn func(tx *txn, v *view) error) error {
	for try := 0; ; try++ {
		v := c.view.Load()
		err := guard(func() error {
			return c.inTx(func(tx *txn) error {
				if tx.ID() != v.txid {
					return errStale
				}
				return fn(tx, v)
			})
		})
		if err != errStale {
			return c.wrap(err)
		}
		if c.halfway.Load() {
			return c.wrap(errHalfway)
		}
		if try > 10 {
			time.Sleep(time.Millisecond)
		}
		runtime.Gosched()
	}
}

// inTx calls fn in the transaction that a corpus is read in, or in a new one where this
// process may write. bbolt's transactions may be used by several goroutines as long as
// they only read: they keep nothing of what was read.
func (c *Corpus) inTx(fn func(tx *txn) error) error {
	c.reading.RLock()
	defer c.reading.RUnlock()
	if c.closed {
		return ErrClosed
	}
	if c.tx != nil {
		return fn(c.begun(c.tx, nil))
	}
	return c.db.View(func(tx *bolt.Tx) error { return fn(c.begun(tx, nil)) })
}

// errNothing ends a write transaction that turned out to have nothing to write.
var errNothing = errors.New("nothing to write")

// update runs fn in the write transaction and publishes the view that it made of
// next. On an error nothing is changed.
func (c *Corpus) update(fn func(tx *txn, next *view) error) error {
	if c.closed {
		return c.wrap(ErrClosed)
	}
	if c.opt.ReadOnly {
		return c.wrap(ErrReadOnly)
	}
	now := c.view.Load()
	next := now.clone()
	err := guard(func() error {
		c.unpin(now.txid)
		return c.db.Update(func(b *bolt.Tx) error {
			if next.txid = b.ID(); next.txid != now.txid+1 {
				return errHalfway
			}
			if err := c.pin(b); err != nil {
				return err
			}
			next.Commit = uint64(next.txid)
			b.OnCommit(func() { c.bytes.Add(b.Stats().PageAlloc) })
			tx := c.begun(b, next)
			if err := fn(tx, next); err != nil {
				return err
			}
			c.passed(tx, mapHold) // merges read what they write, and pages that they free
			if err := cmp.Or(next.retired.store(tx, bucketRetired), next.copied.store(tx, bucketCopied), next.toggled.store(tx, bucketToggled), next.placed.store(tx, bucketPlaced)); err != nil {
				return err
			}
			state, err := json.Marshal(&next.state)
			if err != nil {
				return err
			}
			return put(tx, bucketCorpus, keyState, state)
		})
	})
	if err == errNothing {
		return nil
	}
	if err == nil {
		c.view.Store(next)
		if c.opt.committed != nil {
			c.opt.committed()
		}
	} else if c.committed() != now.txid {
		c.halfway.Store(true)
	}
	return c.wrap(unwritten(err))
}

// BytesWritten returns how many bytes of pages were written into the file since it was opened.
func (c *Corpus) BytesWritten() int64 { return c.bytes.Load() }

// unwritten is an error of writing without the words and names of bbolt: the file has the name
// that the caller says.
func unwritten(err error) error {
	if err == nil || errors.Is(err, ErrDamaged) {
		return err
	}
	if e, ok := err.(*fs.PathError); ok { // of this file, and not of another that is read
		return e.Err
	}
	for _, words := range []string{"file resize error: ", "file sync error: "} { // of bbolt, and of no kind
		if text, ok := strings.CutPrefix(err.Error(), words); ok {
			return errors.New(text[strings.LastIndex(text, ": ")+len(": "):])
		}
	}
	return err
}

// committed returns the number of the commit that readers see, or -1.
func (c *Corpus) committed() int {
	id := -1
	guard(func() error {
		return c.db.View(func(tx *bolt.Tx) error {
			id = tx.ID()
			return nil
		})
	})
	return id
}

// wrap puts the file's name before an error.
func (c *Corpus) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", cmp.Or(c.opt.of, c.path), err)
}

// errTorn says that something refers to what is not there. What it was, in Go's words or
// bbolt's, is of no use to who reads it.
var errTorn = fmt.Errorf("%w: one of its pages or values refers to what is not there; repost check looks for more", ErrDamaged)

// guard turns what bbolt does on a damaged file into an error: it panics, or reads
// beyond the mapped file, which faults.
func guard(fn func() error) (err error) {
	old := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(old)
		switch r := recover().(type) {
		case nil:
		case error:
			if err = r; !errors.Is(err, ErrDamaged) {
				err = errTorn
			}
		default:
			err = errTorn
		}
	}()
	return fn()
}

// get returns the payload of a value, valid while tx is open.
func get(tx *txn, bucket string, key []byte) ([]byte, error) {
	b, err := bucketOf(tx, bucket)
	if err != nil {
		return nil, err
	}
	return unseal(bucket, key, b.Get(key))
}

func put(tx *txn, bucket string, key, payload []byte) error {
	b, err := bucketOf(tx, bucket)
	if err != nil {
		return err
	}
	return b.Put(key, seal(bucket, key, payload))
}

// Close releases the file, after the calls under way. Methods that are called later return
// ErrClosed if they return an error at all; a second Close does nothing.
func (c *Corpus) Close() error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.closed {
		return nil
	}
	c.reading.Lock()
	c.closed = true
	c.reading.Unlock()
	for ln := range indexID(indexes) {
		c.endMerger(ln)
	}
	err := c.detach()
	c.dec.Close()
	return c.wrap(err)
}

// checkOpen returns ErrClosed after Close: for methods that may have nothing to read.
func (c *Corpus) checkOpen() error {
	c.reading.RLock()
	defer c.reading.RUnlock()
	if c.closed {
		return c.wrap(ErrClosed)
	}
	return nil
}

// Path returns the name the corpus was opened by.
func (c *Corpus) Path() string { return c.path }

// Scheme returns the scheme the corpus was made with.
func (c *Corpus) Scheme() *detect.Scheme { return c.scheme }

// Len returns the number of documents, without retired ones.
func (c *Corpus) Len() int {
	v := c.view.Load()
	return int(v.Documents - v.state.Retired)
}

// Next returns the number that the next new document gets: one above the highest.
func (c *Corpus) Next() uint32 { return c.view.Load().Documents }

// Retired reports whether document n was replaced or removed.
func (c *Corpus) Retired(n uint32) bool { return c.view.Load().retired.has(n) }

// Numbers calls yield with the number of every document in ascending order, as
// the corpus is when it begins. Retired ones are left out.
func (c *Corpus) Numbers(yield func(uint32) bool) {
	v := c.view.Load()
	for n := range v.Documents {
		if !v.retired.has(n) && !yield(n) {
			return
		}
	}
}

// Sketch returns the sketch of document n, which is made from its text again: stored, fingerprints and bands would take as much as the texts. A sketch
// with another content hash than the one that was stored is an error: the
// program no longer folds as it did.
func (c *Corpus) Sketch(n uint32) (dedup.Sketch, error) {
	d, err := c.Document(n)
	if err != nil {
		return dedup.Sketch{}, err
	}
	m, err := c.Meta(n)
	if err != nil {
		return dedup.Sketch{}, err
	}
	s := c.scheme.Sketch(c.scheme.Prepare(d.Text))
	if s.Content != m.Content || s.Units != m.Units {
		return s, c.wrap(fmt.Errorf("document %q has another sketch than when it was added", d.ID))
	}
	return s, nil
}
