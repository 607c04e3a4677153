package store

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/zeebo/xxh3"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/store/ingest"
)

// LoadOptions say how Load loads. The zero value is the default.
type LoadOptions struct {
	Threads   int  // that sketch; 0 is GOMAXPROCS
	Documents int  // in a transaction, at most; 0 is 4,096; the first have fewer, from 256 on
	Bytes     int  // of text in a transaction, about; 0 is 16 MiB
	Whole     bool // leave out the fingerprints, so that no passages are found: to measure what they cost
	// Skip is called for every record that could not be read, or cannot be stored (see Load),
	// in order. Its error ends the loading; after nil it continues with the next record.
	// Without Skip, the first such record ends it.
	Skip func(err error) error
	// OnDuplicateID is called for a document that takes the place of another one of the
	// same load: a record with the same id.
	OnDuplicateID func(e *Entry)
	// Apart is called for a document that gets another id than its own because another
	// document has that id, for instance where two folders have a file of the same name.
	Apart func(e *Entry, given string)
	// Stored is called for every document, in order, once it is on disk: with its id, its
	// number, and what became of it.
	Stored func(e *Entry, number uint32, arrival Arrival)
	// Reading is where the records come from. It lets the next Load of the same input
	// continue where this one was interrupted; without it, that Load compares all digests.
	Reading *Reading
	// Delivery, if not nil, is of these records: what is added is undelivered until it ends.
	Delivery *Delivery
	// Live says that standard input ("-") has records as they are written, such as those of a
	// crawler: where no date decides, what comes last is the newest version, also one that the
	// document had before.
	Live     bool
	verbatim bool // entries are documents of another corpus: each is what it was there
	// Progress is called with the progress: "reading" counts documents that are stored; the
	// stages after it are those of detect.UpdateStories.
	Progress dedup.Progress
}

// LoadReport counts what Load did.
type LoadReport struct {
	Read      int   `json:"read"` // documents
	Bytes     int64 `json:"bytes"`
	Added     int   `json:"added"`
	Unchanged int   `json:"unchanged"`
	Replaced  int   `json:"replaced"`
	Older     int   `json:"older"`            // versions that are not the newest
	Apart     int   `json:"apart"`            // of those added: their id was that of another document
	Skipped   int   `json:"skipped"`          // records that could not be read
	LostFiles int   `json:"unreadable_files"` // and folders: no document of them could be read
}

// Load adds records to a corpus and brings its stories up to date. A record needs an id and
// a text that is UTF-8 and not all white space, as those of package ingest have it: another
// one is given to LoadOptions.Skip with an error that is ingest.ErrEmptyText or
// ingest.ErrEncoding. Sketches are
// made on all threads, and stored in the order of the records. What the report counts as
// added is on disk, even if there is an error: when ctx ends or a record stops it, what was
// read before is kept, and the next Load brings the stories up to date.
func Load(ctx context.Context, c *Corpus, records iter.Seq2[ingest.Record, error], opt LoadOptions) (LoadReport, error) {
	if err := c.checkOpen(); err != nil {
		return LoadReport{}, err
	}
	opt = opt.withDefaults()
	report, err := fill(ctx, c, records, opt)
	if err == nil && c.Covered() != c.Next() {
		err = c.UpdateStories(ctx, opt.Progress)
	}
	if err == nil && opt.Reading != nil {
		err = opt.Reading.arrived()
	}
	return report, err
}

// fill is Load without the stories.
func fill(ctx context.Context, c *Corpus, records iter.Seq2[ingest.Record, error], opt LoadOptions) (LoadReport, error) {
	l := &loading{corpus: c, opt: opt, most: min(firstBatch, opt.Documents), in: session{seen: map[uint64]uint32{}, verbatim: opt.verbatim, delivery: opt.Delivery, first: c.Next(), live: opt.Live}}
	reading, cancel := context.WithCancel(ctx)
	queue, wait := sketchAll(reading, c, records, opt)
	err := l.store(ctx, queue)
	cancel()
	err = c.finish(ctx, err, l.report.Added+l.report.Replaced+l.report.Older)
	if err != nil {
		return l.report, err // a reader that waits for input ends when that comes
	}
	wait()
	return l.report, nil
}

func (opt LoadOptions) withDefaults() LoadOptions {
	if opt.Threads <= 0 {
		opt.Threads = runtime.GOMAXPROCS(0)
	}
	if opt.Documents <= 0 {
		opt.Documents = 4096
	}
	if opt.Bytes <= 0 {
		opt.Bytes = 16 << 20
	}
	if opt.Skip == nil {
		opt.Skip = func(err error) error { return err }
	}
	if opt.Progress == nil {
		opt.Progress = func(string, int, int) {}
	}
	return opt
}

// A chunk is what a worker takes at a time. It closes at these numbers of records or bytes
// of text, which bounds what waits between reading and storing.
const (
	chunkRecords = 64
	chunkBytes   = 1 << 20
	// chunksAhead is how many chunks for each thread wait to be stored, at most: so that
	// while a batch is written to the disk, the next one is sketched.
	chunksAhead = 16
)

// chunk is some records in the order they were read: each an entry or an error.
type chunk struct {
	entries []Entry
	dumps   []uint64 // see ingest.Record
	errs    []error
	bytes   int
	done    chan struct{}
	stored  func() // makes room for another
}

// ahead counts the bytes of text that are read and not stored yet. Chunks have a megabyte
// each, but a text of 30 MB is a chunk of its own: there is room for one of those, not for 32.
type ahead struct {
	bytes atomic.Int64
	freed chan struct{}
	most  int64
}

// take waits until there is room for n bytes, or nothing else is there. It reports false if
// ctx ends first.
func (a *ahead) take(ctx context.Context, n int) bool {
	for have := a.bytes.Load(); have > 0 && have+int64(n) > a.most; have = a.bytes.Load() {
		select {
		case <-a.freed:
		case <-ctx.Done():
			return false
		}
	}
	a.bytes.Add(int64(n))
	return true
}

func (a *ahead) give(n int) {
	a.bytes.Add(-int64(n))
	select {
	case a.freed <- struct{}{}:
	default: // it has been said
	}
}

// sketchAll reads records and sketches them on all threads. The chunks come in
// order; one is ready when done is closed. wait returns when all goroutines have
// ended, which they do soon after ctx has.
func sketchAll(ctx context.Context, c *Corpus, records iter.Seq2[ingest.Record, error], opt LoadOptions) (queue chan *chunk, wait func()) {
	queue = make(chan *chunk, chunksAhead*opt.Threads)
	work := make(chan *chunk)
	ahead := &ahead{freed: make(chan struct{}, 1), most: max(c.opt.memory()/16, 2*int64(opt.Threads)*chunkBytes)}
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(queue)
		defer close(work)
		send := func(k *chunk) bool {
			k.stored = func() { ahead.give(k.bytes) }
			if !ahead.take(ctx, k.bytes) {
				return false
			}
			for _, to := range []chan *chunk{queue, work} {
				select {
				case to <- k:
				case <-ctx.Done():
					return false
				}
			}
			return true
		}
		k := &chunk{done: make(chan struct{})}
		for rec, err := range records {
			k.entries = append(k.entries, entryOf(&rec, opt.verbatim))
			k.dumps = append(k.dumps, rec.Dump)
			k.errs = append(k.errs, err)
			k.bytes += len(rec.Doc.Text)
			if len(k.entries) < chunkRecords && k.bytes < chunkBytes {
				continue
			}
			if !send(k) {
				return
			}
			k = &chunk{done: make(chan struct{})}
		}
		send(k)
	})
	for range opt.Threads {
		wg.Go(func() {
			sketcher := &detect.Sketcher{Scheme: c.scheme}
			for k := range work {
				k.sketch(c, sketcher, opt.Whole)
				if k.bytes > 4*chunkBytes { // its tables have ten bytes for each of the text
					sketcher = &detect.Sketcher{Scheme: c.scheme}
				}
				close(k.done)
			}
		})
	}
	return queue, wg.Wait
}

// entryOf makes an entry of a record.
func entryOf(rec *ingest.Record, verbatim bool) Entry {
	e := Entry{Doc: rec.Doc, Origin: rec.Origin, Unnamed: rec.Unnamed, Local: rec.Local, Updated: rec.Updated, Version: rec.Version}
	if verbatim {
		f := facts{origin: e.Origin}
		f.readOrigin(e.Origin.Path)
		e.Origin, e.lies, e.Updated, e.older, e.again = f.origin, f.lies, f.updated, f.older, f.again
	}
	return e
}

// sketch sketches the documents of a chunk that the corpus does not hold as they
// are: so an interrupted ingest catches up with its last commit at the speed of reading.
// Another document of this load may replace an unchanged one before its turn comes; then
// Add sketches it.
func (k *chunk) sketch(c *Corpus, s *detect.Sketcher, whole bool) {
	for i := range k.entries {
		k.entries[i].digest = digestOf(&k.entries[i].Doc)
	}
	known := c.known(k.entries)
	for i := range k.entries {
		e := &k.entries[i]
		switch {
		case k.errs[i] != nil:
		case known[i]:
			e.late = func(d *dedup.Document) dedup.Sketch {
				return sketchOf(&detect.Sketcher{Scheme: s.Scheme}, d, whole)
			}
		default:
			e.Sketch = sketchOf(s, &e.Doc, whole)
		}
	}
}

func sketchOf(s *detect.Sketcher, d *dedup.Document, whole bool) dedup.Sketch {
	t := s.Prepare(d.Text)
	if whole {
		return s.Whole(t)
	}
	return s.Sketch(t)
}

// known says which entries the corpus holds as they are. What cannot be read is
// not known.
func (c *Corpus) known(entries []Entry) []bool {
	names := make([]string, len(entries))
	for i := range entries {
		names[i] = entries[i].Doc.ID
	}
	known, removed := make([]bool, len(entries)), make([]bool, len(entries))
	err := c.read(func(tx *txn, v *view) error {
		clear(known)
		return c.versionsOf(tx, v, names, func(i int, n uint32, f *facts) {
			known[i] = known[i] || f.digest == entries[i].digest
			if !f.older {
				removed[i] = v.retired.has(n)
			}
		})
	})
	for i := range known {
		known[i] = known[i] && !removed[i] && err == nil
	}
	return known
}

// firstBatch is how many documents the first transaction has at most. Each further
// one may have twice as many, so a process that is killed early has got somewhere.
const firstBatch = 256

// loading is the storing end of a Load.
type loading struct {
	corpus *Corpus
	opt    LoadOptions
	report LoadReport
	batch  []Entry
	bytes  int
	most   int // documents of this batch
	in     session
}

// store adds what comes through the queue, batch by batch. On an error, what came
// before it is stored.
func (l *loading) store(ctx context.Context, queue chan *chunk) error {
	for k := range queue {
		select {
		case <-k.done:
		case <-ctx.Done():
			return l.end(ctx.Err())
		}
		for i := range k.entries {
			err := k.errs[i]
			if err == nil && !l.in.verbatim {
				err = checkEntry(&k.entries[i])
			}
			if err != nil {
				records, files := lostIn(err)
				l.report.Skipped, l.report.LostFiles = l.report.Skipped+records, l.report.LostFiles+files
				if l.opt.Reading != nil {
					l.opt.Reading.failed(err)
				}
				if err := l.opt.Skip(err); err != nil {
					return l.end(err)
				}
				continue
			}
			l.batch = append(l.batch, k.entries[i])
			if l.opt.Reading != nil {
				l.opt.Reading.passed(k.dumps[i], &k.entries[i].Origin)
			}
			l.bytes += len(k.entries[i].Doc.Text)
			if len(l.batch) >= l.most || l.bytes >= l.opt.Bytes {
				if err := cmp.Or(l.flush(), ctx.Err()); err != nil {
					return err
				}
			}
		}
		k.stored()
	}
	return l.end(ctx.Err())
}

// lostIn returns about how many records an error of reading is, or that it is a file.
func lostIn(err error) (records, files int) {
	var e *ingest.Error
	switch {
	case !errors.As(err, &e):
		return 1, 0
	case e.Partly:
		return 0, 0
	case e.OfFile() && e.Records == 0:
		return 0, 1
	}
	return max(1, e.Records), 0
}

// end stores the last batch and returns err, or what went wrong with that.
func (l *loading) end(err error) error {
	if ferr := l.flush(); ferr != nil {
		return ferr
	}
	return err
}

func (l *loading) flush() error {
	if len(l.batch) == 0 {
		return nil
	}
	res, err := l.corpus.stream(l.batch, l.opt.Reading, &l.in)
	if res.Numbers != nil { // else nothing was stored
		l.report.Read += len(l.batch)
		l.report.Bytes += int64(l.bytes)
		l.report.Added += res.Added
		l.report.Unchanged += res.Unchanged
		l.report.Replaced += res.Replaced
		l.report.Older += res.Older
		l.report.Apart += res.Apart
		l.note(res)
	}
	l.batch, l.bytes = l.batch[:0], 0
	l.most = min(2*l.most, l.opt.Documents)
	l.opt.Progress("reading", l.report.Read, 0)
	return err
}

// note remembers the ids of a batch, and reports those that came before.
func (l *loading) note(res AddResult) {
	for i := range l.batch {
		key := xxh3.HashString(l.batch[i].Doc.ID)
		_, again := l.in.seen[key]
		if again && (l.in.arrivals[i] == Replaced || l.in.arrivals[i] == Older) && l.opt.OnDuplicateID != nil {
			l.opt.OnDuplicateID(&l.batch[i])
		}
		if given := l.in.given[i]; given != l.batch[i].Doc.ID && l.in.arrivals[i] == Added && l.opt.Apart != nil {
			l.opt.Apart(&l.batch[i], given)
		}
		l.in.seen[key] = res.Numbers[i]
		if l.opt.Stored != nil {
			l.opt.Stored(&l.batch[i], res.Numbers[i], l.in.arrivals[i])
		}
	}
}
