package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"repost/dedup"
	"repost/dedup/parallel"
	"repost/store/ingest"
)

// Entry is a document to be added, with its sketch and where it was read.
type Entry struct {
	Doc    dedup.Document
	Sketch dedup.Sketch // under the corpus's scheme; the zero value is made by Add, on one core
	Origin ingest.Origin
	// Local says that the id is unique within its file only: in another file it is another
	// document's, unless both are the same.
	Local bool
	// Unnamed says that the record had no id, so that Doc.ID is made of the path of its
	// file: see ingest.Record. Add gives it one with more of that path if another file
	// has this one. Updated is when the record was changed last, as it says, or "".
	Unnamed bool
	Updated string
	Version bool // see ingest.Record

	digest digest                               // if it is known
	lies   string                               // where its file lies, as seen from the corpus
	abs    string                               // the path of its file from the root
	older  bool                                 // than another version of the document
	again  bool                                 // the document was removed before it came
	late   func(d *dedup.Document) dedup.Sketch // what sketches it if it is new after all
}

// AddResult says what became of a batch.
type AddResult struct {
	Added     int      // new ids
	Unchanged int      // the same document was there, or is an old version: nothing was written for it
	Replaced  int      // the id was there with another text or other fields: a new version
	Older     int      // the same, of an entry with a place, and a newer version was there, which stays
	Apart     int      // of those added: the id was that of another document, so they have one of their own
	First     uint32   // the lowest number this batch may have given out; lower ones are older
	Numbers   []uint32 // of each entry of the batch, also of unchanged ones
}

// Add adds documents in one transaction; when it returns, they are on disk. UpdateStories
// finds the stories that they are in. Documents are numbered in order. A document that is in
// the corpus is left as it is; a known id with other contents is a new version, and the old
// one is retired, whatever their dates say: what was added last counts. (Load compares dates.)
//
// An id and a text are needed: a document without an id, or with white space for one, is ingest.ErrNoID, one whose text is
// nothing but white space is ingest.ErrEmptyText. A text without a letter or digit, and a date
// that is none, are kept as they are: no story has such a text, and such a date counts as none. One with a text or a field that is not UTF-8 is ingest.ErrEncoding; a text
// of more than 256 MiB (ingest.LongestRecord) is ingest.ErrTooLong, and fields of more than
// ingest.MaxFields bytes are ingest.ErrLongFields. Then nothing is stored (Load goes on after such
// a document). Many documents in one call cost less each than one a call: a
// few thousand are a good number.
func (c *Corpus) Add(docs ...dedup.Document) (AddResult, error) {
	batch := make([]Entry, len(docs))
	for i := range docs {
		batch[i].Doc = docs[i]
	}
	return c.AddEntries(batch)
}

// AddEntries is Add for documents with a sketch, or with the place where they were read: by
// that a file is known again, so that another file with the same id gets an id of its own
// (see revise.go, which then changes the ids in batch).
//
// The indexes are merged as they grow, in further transactions of bounded size
// before AddEntries returns. If one of them fails, it returns the error with a valid result:
// the batch is stored, and the next call continues the merge.
func (c *Corpus) AddEntries(batch []Entry) (AddResult, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := checkEntries(batch); err != nil {
		return AddResult{}, c.wrap(err)
	}
	if err := c.mergeAll(context.Background()); err != nil {
		return AddResult{}, err
	}
	res, err := c.add(batch, nil, 0, nil)
	if err != nil {
		return res, err
	}
	return res, c.mergeAll(context.Background())
}

// stream is Add for a batch that others follow: of the merges only the share that
// falls to the batch is done, in its transaction. finish does the rest. With the batch
// the corpus keeps how far reading is.
func (c *Corpus) stream(batch []Entry, reading *Reading, in *session) (AddResult, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.startMergers(stepFor(batch))
	return c.add(batch, reading, mergeShare, in)
}

// finish ends the batches that added a number of documents. It merges what they left, unless
// they ended with an error or were few: then the next ones do their share.
func (c *Corpus) finish(ctx context.Context, err error, added int) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err == nil && added >= int(c.view.Load().Documents)/mergeAllFrom {
		err = c.mergeAll(ctx)
	}
	for ln := range indexID(indexes) {
		c.endMerger(ln)
	}
	return err
}

// mergeAllFrom is how many documents a corpus may have for each one of a load that leaves
// nothing to merge.
const mergeAllFrom = 16

// noMerge is a share of add.
const noMerge = -1

// add adds a batch, and merges up to the given number of postings for each posting of the
// batch. When the merge fails, it adds only the batch.
func (c *Corpus) add(batch []Entry, reading *Reading, share int, in *session) (AddResult, error) {
	var res AddResult
	var mergeErr error
	err := c.update(func(tx *txn, next *view) error {
		a := &addition{c: c, tx: tx, next: next, batch: batch, in: in, absorbs: share != noMerge}
		if err := a.classify(); err != nil {
			return err
		}
		res = a.res
		if len(a.fresh) == 0 {
			return errNothing
		}
		if reading != nil {
			if err := reading.store(tx, next); err != nil {
				return err
			}
		}
		if in != nil && in.delivery != nil {
			if err := in.delivery.store(tx, next); err != nil {
				return err
			}
		}
		if err := a.write(); err != nil || share == noMerge {
			mergeErr = a.mergeErr
			return err
		}
		for ln := range indexID(indexes) {
			if mergeErr = c.mergeIndex(tx, ln, &next.Indexes[ln], share*count(a.fresh, ln)); mergeErr != nil {
				return mergeErr
			}
		}
		return nil
	})
	c.dropMergers(err)
	if mergeErr != nil {
		res, err2 := c.add(batch, reading, noMerge, in)
		return res, cmp.Or(err2, err)
	}
	if err != nil {
		return AddResult{}, err
	}
	c.startMergers(stepFor(batch))
	return res, nil
}

// addition is an Add under way.
type addition struct {
	c     *Corpus
	tx    *txn
	next  *view
	batch []Entry
	in    *session // that it is a part of, or nil
	res   AddResult
	fresh []fresh

	absorbs  bool // small segments go into the new one
	mergeErr error
}

// fresh is an entry that is stored.
type fresh struct {
	*Entry
	number uint32
	digest digest
	copy   bool // an earlier document has its content, and the postings of both
}

// classify compares the batch with what is there and numbers what is new.
func (a *addition) classify() error {
	r := &reviser{a: a, session: a.in, known: make(map[string][]version, len(a.batch)), met: map[string]bool{}}
	names := make([]string, len(a.batch))
	for i := range a.batch {
		names[i] = a.batch[i].Doc.ID
	}
	if err := r.lookUp(names); err != nil {
		return err
	}
	arrivals := make([]Arrival, len(a.batch))
	if a.in != nil {
		a.in.given, a.in.arrivals = names, arrivals
	}
	a.res.First, a.res.Numbers = a.next.Documents, make([]uint32, len(a.batch))
	for i := range a.batch {
		e := &a.batch[i]
		v, err := r.revise(e)
		if err != nil {
			return err
		}
		r.met[e.Doc.ID] = true
		if e.Doc.ID != names[i] && v.what == Added {
			a.res.Apart++
		}
		arrivals[i], a.res.Numbers[i] = v.what, v.old
		if a.count(v); v.what == Unchanged {
			continue
		}
		if a.res.Numbers[i], err = a.number(e, v.what); err != nil {
			return err
		}
		r.stored(e, a.res.Numbers[i])
	}
	return nil
}

// count counts what became of an entry, and retires what it replaces.
func (a *addition) count(v revision) {
	switch v.what {
	case Added:
		a.res.Added++
	case Unchanged:
		a.res.Unchanged++
	case Older:
		a.res.Older++
	case Replaced:
		a.res.Replaced++
		a.next.retire(v.old)
	}
}

// number gives an entry that is to be stored the next number.
func (a *addition) number(e *Entry, what Arrival) (uint32, error) {
	n := a.next.Documents
	if n == 1<<32-1 {
		return 0, fmt.Errorf("the corpus is full: %d documents", n)
	}
	a.next.Documents++
	a.next.TextBytes += uint64(len(e.Doc.Text))
	switch {
	case e.late != nil:
		e.Sketch = e.late(&e.Doc)
	case e.Sketch.Units == 0 && len(e.Sketch.Fingerprints)+len(e.Sketch.Bands) == 0: // of no unit, or not made
		e.Sketch = a.c.scheme.Sketch(a.c.scheme.Prepare(e.Doc.Text))
	}
	if e.older = what == Older; e.older {
		a.next.retire(n)
	}
	a.fresh = append(a.fresh, fresh{Entry: e, number: n, digest: e.digest})
	return n, nil
}

// write makes the values of all parts on every core, and then puts them.
func (a *addition) write() error {
	if err := a.findCopies(); err != nil {
		return err
	}
	blocks, err := a.blocks()
	if err != nil {
		return err
	}
	var tasks []func()
	var segments [indexes]*segmentWriter
	for ln := range indexID(indexes) {
		old, err := a.absorbed(ln)
		if err != nil {
			a.mergeErr = err
			return err
		}
		if segments[ln] = a.segment(ln, len(old)); segments[ln] != nil {
			tasks = append(tasks, func() { segments[ln].addAll(append(old, postingsOf(a.fresh, ln)...), ln) })
		}
	}
	for _, b := range blocks {
		tasks = append(tasks, func() { b.meta, b.packed = a.c.appendFacts(b.facts), a.c.appendTexts(b.texts) })
	}
	parallel.For(len(tasks), func(i int) { tasks[i]() })
	for _, b := range blocks {
		if err := put(a.tx, bucketMeta, key32(b.first), b.meta); err != nil {
			return err
		}
	}
	for _, b := range blocks {
		if err := put(a.tx, bucketText, key32(b.first), b.packed); err != nil {
			return err
		}
	}
	if err := a.columns(); err != nil {
		return err
	}
	for ln, w := range segments {
		if w == nil {
			continue
		}
		s := &a.next.Indexes[ln]
		s.Segments = append(s.Segments, *w.seg)
		if err := w.store(a.tx); err != nil {
			return err
		}
	}
	return nil
}

// textBlock is a block to be written.
type textBlock struct {
	first        uint32
	facts        []facts
	texts        []string
	bytes        int
	meta, packed []byte
}

func (b *textBlock) full() bool { return len(b.texts) >= blockDocuments || b.bytes >= blockBytes }

func (b *textBlock) add(f facts, text string) {
	b.facts, b.texts, b.bytes = append(b.facts, f), append(b.texts, text), b.bytes+len(text)
}

// blocks returns the blocks of facts and texts. If the last block of the corpus has room,
// the new documents follow its own.
func (a *addition) blocks() ([]*textBlock, error) {
	open, err := a.tail()
	if err != nil {
		return nil, err
	}
	blocks := []*textBlock{open}
	for _, e := range a.fresh {
		if open.full() {
			open = &textBlock{first: e.number}
			blocks = append(blocks, open)
		}
		open.add(e.facts(e.digest), e.Doc.Text)
	}
	a.next.Tail = open.first
	return blocks, nil
}

// tail returns the last block of the corpus, or an empty one after it if it is full.
func (a *addition) tail() (*textBlock, error) {
	b := &textBlock{first: a.next.Tail}
	for n := b.first; n < a.res.First; n++ {
		f, err := a.c.factsAt(a.tx, n)
		if err != nil {
			return nil, err
		}
		text, err := a.c.textAt(a.tx, n)
		if err != nil {
			return nil, err
		}
		b.add(*f, text)
	}
	if b.full() {
		b = &textBlock{first: a.res.First}
	}
	return b, nil
}

// segment returns the writer of the segment of the batch's postings in an index, with the
// given number of older ones, or nil if there are none.
func (a *addition) segment(ln indexID, older int) *segmentWriter {
	n := older + count(a.fresh, ln)
	if n == 0 {
		return nil
	}
	s := &a.next.Indexes[ln]
	seg := &segment{ID: s.Next}
	s.Next++
	return newWriter(ln, seg, s.filtered(ln, len(s.Segments), uint64(n)) && canFilter(a.tx, ln))
}

// postingsOf returns what an index holds of documents.
func postingsOf(docs []fresh, ln indexID) []entry {
	entries := make([]entry, 0, count(docs, ln))
	for _, e := range docs {
		if e.copy && (ln == fingerprintIndex || ln == bandIndex) {
			continue
		}
		switch ln {
		case fingerprintIndex:
			for _, p := range e.Sketch.Fingerprints {
				entries = append(entries, entry{p.Hash >> ln.shift(), posting{Doc: e.number, Pos: p.Pos}})
			}
		case bandIndex:
			for _, k := range e.Sketch.Bands {
				entries = append(entries, entry{k >> ln.shift(), posting{Doc: e.number, Pos: 0}})
			}
		case contentIndex:
			entries = append(entries, entry{e.Sketch.Content.Hi >> ln.shift(), posting{Doc: e.number, Pos: 0}})
		case ids:
			entries = append(entries, entry{idKey(e.Doc.ID), posting{Doc: e.number, Pos: 0}})
		}
	}
	return entries
}

// count is how many postings an index has of documents.
func count(docs []fresh, ln indexID) int {
	n := 0
	for _, e := range docs {
		switch {
		case ln != fingerprintIndex && ln != bandIndex:
			n++
		case e.copy:
		case ln == fingerprintIndex:
			n += len(e.Sketch.Fingerprints)
		default:
			n += len(e.Sketch.Bands)
		}
	}
	return n
}

// sorted returns entries in the order of a segment, without repetitions.
func sorted(entries []entry, ln indexID) []entry {
	entries = sortEntries(entries, 64-ln.shift())
	for i := 1; i < len(entries); i++ {
		if entries[i].before(entries[i-1]) { // fingerprints that came out of order
			slices.SortFunc(entries, func(a, b entry) int {
				switch {
				case a.before(b):
					return -1
				case b.before(a):
					return 1
				}
				return 0
			})
			break
		}
	}
	return slices.Compact(entries)
}
