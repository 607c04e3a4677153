package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"repost/dedup/detect"
	"repost/store/newfile"
)

// Options say how Open opens. The zero value opens an existing corpus for reading
// and writing.
type Options struct {
	ReadOnly bool          // open for reading, along with other readers and a writer (share.go)
	Create   bool          // make the corpus when there is no file
	Timeout  time.Duration // how long to wait for another process; 0 is 5 s
	// Scheme is what a new corpus is made with, and what an old one must have been made
	// with; nil is detect.DefaultScheme, with the patterns that an old one has. To set patterns
	// aside of one's own, change Patterns in a copy of detect.DefaultScheme. Open returns the
	// error of Scheme.Check.
	Scheme *detect.Scheme
	// AnyScheme opens a corpus whatever scheme it was made with, as to copy it. What is
	// found in it, and added to it, goes by that scheme, but for code and data that
	// this program does not have.
	AnyScheme bool
	// Memory is how many bytes the caches may take, and Check, together with what the
	// largest text takes to sketch; 0 is 512 MB. Of a file of 100 million documents Check
	// takes longer with less, and as much memory as of one of a thousand.
	Memory int64

	noSync bool   // for tests of logic: no waiting for the disk
	still  bool   // with ReadOnly: no other process may write meanwhile
	of     string // the file that the new one is to replace, which errors name
	stamp  string // with Create: the scheme as it is written, instead of Scheme

	committed      func() // for tests of kills: called after each commit
	unabsorbed     bool   // for tests of merging: small segments are not absorbed
	rangeDocuments uint32 // for tests of Check: other sizes of its ranges
	rangeSpans     int
}

// memory is Memory, or what it is without.
func (o *Options) memory() int64 { return cmp.Or(o.Memory, 512<<20) }

// cacheSizes are the budgets of the caches of texts, facts and reposts.
func (o *Options) cacheSizes() (texts, facts, reposts int) {
	m := int(o.memory())
	return min(textCache, m/16), min(factCache, m/32), min(repostCache, m/64)
}

const (
	defaultTimeout = 5 * time.Second
	pageSize       = 4096
	formatName     = "repost corpus"
)

// Open opens the corpus at path. It refuses a file that it cannot vouch for, with
// an error that names the file and says what it is; it changes no file that is not
// a corpus. A corpus opened for reading stays as it is at that moment until it is
// closed, whatever others write.
func Open(path string, opt Options) (*Corpus, error) {
	if opt.Timeout <= 0 {
		opt.Timeout = defaultTimeout
	}
	deadline := time.Now().Add(opt.Timeout)
	if err := inspect(path); err != nil {
		if !errors.Is(err, fs.ErrNotExist) || !opt.Create || opt.ReadOnly {
			return nil, err
		}
		if err := opt.scheme().Check(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if err := create(path, opt); err != nil {
			return nil, err
		}
	}
	// A writer looks at the corpus as a reader first: bbolt may write to any
	// database that it opens for writing.
	c, err := openAs(path, opt, true, deadline)
	if err != nil || opt.ReadOnly {
		return c, err
	}
	if err := c.Close(); err != nil {
		return nil, err
	}
	if least := time.Now().Add(100 * time.Millisecond); deadline.Before(least) {
		deadline = least
	}
	c, err = openAs(path, opt, false, deadline)
	if err == nil { // and with it the only right to make a new one, so what is there was left
		newfile.RemoveLeft(path)
		newfile.RemoveLeft(newfile.Name(path))
	}
	return c, err
}

// openAs opens a corpus that inspect has seen. When another process puts a new file
// at path while this one waits for the old, it opens the new one.
func openAs(path string, opt Options, readOnly bool, deadline time.Time) (*Corpus, error) {
	for {
		c, err := openOnce(path, opt, readOnly, deadline)
		if err != errReplaced {
			return c, err
		}
	}
}

// errReplaced says that the opened file is no longer at its path, or has become shorter.
var errReplaced = errors.New("replaced")

func openOnce(path string, opt Options, readOnly bool, deadline time.Time) (*Corpus, error) {
	c := &Corpus{path: path, opt: opt}
	var head boltHead
	err := guard(func() (err error) {
		head, err = c.attach(readOnly, deadline)
		return err
	})
	if err == nil && replaced(c.file, path) {
		err = errReplaced
	}
	if err != nil {
		c.detach()
		return nil, c.openError(head, err)
	}
	c.sound, err = checkPages(c.file, head, !readOnly)
	if err == nil {
		err = c.load()
	}
	if err == nil {
		c.head, err = head.withOther(c.file, &c.view.Load().state)
	}
	if err == nil && c.head.other == newerDamaged && !opt.ReadOnly {
		err = fmt.Errorf("%w: %s; it can be read as it was before, "+
			"and repost check --repair makes a corpus of that and gives up the rest", ErrDamaged, c.Loss())
	}
	if err != nil {
		c.detach()
		return nil, c.wrap(err)
	}
	c.enter(readOnly)
	return c, nil
}

// replaced reports whether another file than f is at path.
func replaced(f *os.File, path string) bool {
	own, err := f.Stat()
	there, err2 := os.Stat(path)
	return err == nil && err2 == nil && !os.SameFile(own, there)
}

// openExisting is what bbolt opens files with: it never creates one.
func openExisting(path string, flag int, mode fs.FileMode) (*os.File, error) {
	return os.OpenFile(path, flag&^os.O_CREATE, mode)
}

func (c *Corpus) openError(head boltHead, err error) error {
	switch {
	case err == errReplaced:
		return err
	case errors.Is(err, bolterrors.ErrTimeout):
		err = ErrInUse
		fallthrough
	case errors.Is(err, ErrInUse):
		if own := c.heldHere(head); own != nil {
			err = own
		}
		return fmt.Errorf("%s: %w (waited %v)", c.path, err, c.opt.Timeout.Round(time.Millisecond))
	case errors.As(err, new(*fs.PathError)):
		return err // it names the file
	}
	return fmt.Errorf("%s: %w", c.path, err)
}

// load reads what Open must know of a corpus and checks that it is one.
func (c *Corpus) load() error {
	v := &view{}
	err := guard(func() error {
		return c.inTx(func(tx *txn) error {
			if err := checkFormat(tx); err != nil {
				return err
			}
			scheme, err := get(tx, bucketCorpus, keyScheme)
			if err != nil {
				return err
			}
			c.stamp = string(scheme)
			b, err := get(tx, bucketCorpus, keyState)
			if err != nil {
				return err
			}
			if err := json.Unmarshal(b, &v.state); err != nil {
				return damaged(bucketCorpus, keyState, "is not in the form that this program writes")
			}
			if err := v.plausible(tx.Size()); err != nil {
				return err
			}
			if v.LinkForm != linkForm {
				v.LinkChunks, v.Links = 0, 0
			}
			if v.StoryForm != storyForm {
				v.Stories, v.Covered = 0, 0
			}
			v.txid = tx.ID()
			if v.Commit != 0 && v.Commit != uint64(v.txid) {
				return fmt.Errorf("%w: its state is of commit %d instead of %d", ErrDamaged, v.Commit, v.txid)
			}
			if v.retired, err = loadNumbers(tx, bucketRetired, v.Documents, v.state.Retired); err != nil {
				return err
			}
			if v.copied, err = loadNumbers(tx, bucketCopied, v.Documents, v.state.Copied); err != nil {
				return err
			}
			if v.toggled, err = loadNumbers(tx, bucketToggled, v.Judged, v.state.Toggled); err != nil {
				return err
			}
			v.placed, err = loadNumbers(tx, bucketPlaced, v.Documents, v.state.Placed)
			return err
		})
	})
	if err != nil {
		return err
	}
	if c.scheme, err = readScheme(c.stamp, c.opt); err != nil {
		return err
	}
	c.view.Store(v)
	c.texts.budget, c.facts.budget, c.reposts.budget = c.opt.cacheSizes()
	c.enc, c.dec, err = newCodec()
	return err
}

// newCodec returns the coders of blocks. EncodeAll and DecodeAll of both may be
// used from several goroutines. An ingest packs fast: 8 % more documents a second for
// 5 % more bytes of text, which Compact packs as small as it can.
func newCodec() (*zstd.Encoder, *zstd.Decoder, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, nil, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxUnpacked), zstd.WithDecodeAllCapLimit(true))
	return enc, dec, err
}

func checkFormat(tx *txn) error {
	var value []byte
	if b := tx.open(bucketCorpus); b != nil {
		value = b.Get(keyFormat)
	}
	rest, ok := bytes.CutPrefix(value, []byte(formatName))
	if !ok && ours(tx) {
		return fmt.Errorf("%w: what it says of its format is lost", ErrDamaged)
	}
	if !ok {
		return fmt.Errorf("%w: a database of another program", ErrNotCorpus)
	}
	if _, err := unseal(bucketCorpus, keyFormat, value); err != nil {
		return err
	}
	if version, _ := binary.Uvarint(rest); version > formatVersion {
		return fmt.Errorf("%w (format %d, this one knows %d)", ErrNewer, version, formatVersion)
	}
	return nil
}

// ours reports whether a database has the buckets of a corpus, but for a few.
func ours(tx *txn) bool {
	n := 0
	for _, name := range buckets {
		if tx.has(name) {
			n++
		}
	}
	return n > len(buckets)/2
}

// create makes an empty corpus in the folder of path and then renames it to path, so that a
// crash leaves no half-made corpus and no file is overwritten.
func create(path string, opt Options) error {
	f, err := newfile.Begin(path)
	if err != nil {
		return fmt.Errorf("creating %s: %w", cmp.Or(opt.of, path), newfile.Bare(err))
	}
	defer f.Drop()
	db, err := bolt.Open(f.Name(), 0o600, &bolt.Options{
		Timeout: opt.Timeout, FreelistType: bolt.FreelistMapType, PageSize: pageSize, NoStatistics: true, NoSync: opt.noSync,
	})
	if err != nil {
		return fmt.Errorf("creating %s: %w", cmp.Or(opt.of, path), newfile.Bare(err))
	}
	err = db.Update(func(tx *bolt.Tx) error {
		return initialise(&txn{Tx: tx, buckets: map[string]*bucket{}}, cmp.Or(opt.stamp, opt.scheme().String()))
	})
	if err := cmp.Or(err, db.Close()); err != nil {
		return fmt.Errorf("creating %s: %w", cmp.Or(opt.of, path), unwritten(err))
	}
	if err := f.End(0o666&^newfile.Umask(), false); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("creating %s: %w", cmp.Or(opt.of, path), newfile.Bare(err))
	}
	return nil
}

func initialise(tx *txn, scheme string) error {
	for _, name := range slices.Concat(buckets, indexNames[:]) {
		if err := tx.make(name); err != nil {
			return err
		}
	}
	version := binary.AppendUvarint([]byte(formatName), formatVersion)
	state, err := json.Marshal(&state{Commit: uint64(tx.ID()), LinkForm: linkForm, StoryForm: storyForm, Columns: true, Sums: map[string]uint64{}})
	return errors.Join(err,
		put(tx, bucketCorpus, keyFormat, version),
		put(tx, bucketCorpus, keyScheme, []byte(scheme)),
		put(tx, bucketCorpus, keyState, state))
}

// inspect looks at the file without mapping it: what it is, and whether it is as
// long as it says. A mapped file that is too short faults when it is read.
func inspect(path string) error {
	if info, err := os.Stat(path); err == nil && !info.IsDir() && !info.Mode().IsRegular() { // to open a pipe would wait for its writer
		return fmt.Errorf("%s: %w: a pipe or a device", path, ErrNotCorpus)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s: %w: a directory", path, ErrNotCorpus)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: %w: no regular file", path, ErrNotCorpus)
	case info.Size() == 0:
		return fmt.Errorf("%s: %w: the file is empty; remove it to begin a new corpus", path, ErrNotCorpus)
	}
	head, err := readHead(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	length := int64(head.pages) * pageSize
	// The file may have grown since: its length now is no less than then.
	if info, err = f.Stat(); err != nil {
		return err
	}
	if info.Size() < length {
		return fmt.Errorf("%s: %w: it has %d bytes and should have at least %d; restore it from a copy",
			path, ErrTruncated, info.Size(), length)
	}
	return nil
}

// scheme returns the scheme of a new corpus.
func (opt *Options) scheme() *detect.Scheme {
	if opt.Scheme == nil {
		return &detect.DefaultScheme
	}
	return opt.Scheme
}

// readScheme returns the scheme that a corpus is stamped with. It is a *SchemeError if the
// program asks for another one.
func readScheme(stamped string, opt Options) (*detect.Scheme, error) {
	s := new(detect.Scheme)
	if err := json.Unmarshal([]byte(stamped), s); err != nil {
		return nil, damaged(bucketCorpus, keyScheme, "is not in the form that this program writes")
	}
	if opt.AnyScheme {
		return s, nil
	}
	return s, compareSchemes(stamped, opt.schemeLike(s).String())
}

// schemeLike returns the scheme that is asked for of a corpus that has another: if none in
// particular, that of this program with the patterns of the corpus.
func (opt *Options) schemeLike(s *detect.Scheme) *detect.Scheme {
	if opt.Scheme != nil {
		return opt.Scheme
	}
	like := detect.DefaultScheme
	like.Patterns = s.Patterns
	return &like
}

// Fields of a stamp: Scheme.Patterns, and the digest of the data that is built in.
const (
	patternsField = "patterns"
	dataField     = "data"
)

// compareSchemes returns a *SchemeError, or nil for schemes with the same fields.
func compareSchemes(corpus, program string) error {
	a, b := flatten(corpus), flatten(program)
	names := make(map[string]bool)
	for n := range a {
		names[n] = true
	}
	for n := range b {
		names[n] = true
	}
	e := &SchemeError{}
	for n := range names {
		if a[n] != b[n] {
			e.Fields = append(e.Fields, SchemeField{n, a[n], b[n]})
		}
	}
	if len(e.Fields) == 0 {
		return nil
	}
	sort.Slice(e.Fields, func(i, j int) bool { return e.Fields[i].Name < e.Fields[j].Name })
	return e
}

// flatten returns the leaves of a JSON value by their path: {"a":{"b":1}} has
// a.b = 1. What is no JSON is one leaf.
func flatten(text string) map[string]string {
	out := make(map[string]string)
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		out["scheme"] = text
		return out
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		m, ok := v.(map[string]any)
		if !ok {
			b, _ := json.Marshal(v)
			out[strings.TrimPrefix(path, ".")] = string(b)
			return
		}
		for k, e := range m {
			walk(path+"."+k, e)
		}
	}
	walk("", v)
	return out
}
