package detect

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/zeebo/xxh3"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/quantity"
)

// Updatable is a Corpus that keeps judgements.
type Updatable interface {
	Corpus
	// FingerprintKey and BandKey are those of FullIndex.
	FingerprintKey(hash uint64) uint64
	BandKey(hash uint64) uint64
	// FingerprintsOf is ScanFingerprints for some keys, which ascend.
	FingerprintsOf(keys []uint64, fn func(key uint64, ps []dedup.Posting) error) error
	// BandsOf is FingerprintsOf for the keys of bands.
	BandsOf(keys []uint64, fn func(key uint64, ps []dedup.Posting) error) error
	// Since says what came and went since the last Update. What the corpus says from then on,
	// until the next call, is of the documents that it counts. nil is not known.
	Since() (*Since, error)
	// Columns appends those of n documents to dst, or of as many as there are, from the given
	// multiple of ColumnsIn on.
	Columns(from, n uint32, dst []Column) ([]Column, error)
	// Info returns what is known of document n.
	Info(n uint32) (dedup.Info, error)
	// InfosOf calls fn with that of some documents, which ascend.
	InfosOf(ns []uint32, fn func(n uint32, i dedup.Info)) error
	// WithContent calls fn for every document with a content, retired ones included, and
	// perhaps others.
	WithContent(content dedup.Content, fn func(n uint32) error) error
	// Learned returns what was kept of a fingerprint of boilerplate, or zeros.
	Learned(key uint64) ([2]int32, error)
	// EachLearned calls fn for every one.
	EachLearned(fn func(key uint64, edges [2]int32) error) error
	// EachJudgement calls fn for every judgement, by number.
	EachJudgement(fn func(n uint32, j *Judgement) error) error
	// StoriesWith returns the stories that document n is in.
	StoriesWith(n uint32) ([]KeptStory, error)
	// StoryWith returns the story with an id.
	StoryWith(id string) (s KeptStory, ok bool, err error)
	// LinksAt calls fn for the links that are kept at some places, which ascend, and are
	// wanted. fn may keep l.
	LinksAt(places []uint32, wanted func(from, to uint32) bool, fn func(l *dedup.Link)) error
	// Judgement returns what was last kept of document n, or nil.
	Judgement(n uint32) (*Judgement, error)
	// Judgements calls fn with those of some documents, which ascend, that are not nil.
	Judgements(ns []uint32, fn func(n uint32, j *Judgement) error) error
	// Update keeps all of an outcome in one step. It forgets the Judgements once they are kept.
	Update(s *Outcome) error
}

// Outcome is what an update changes.
type Outcome struct {
	// Stories are all, or with Partly the ones that came. Removed are the numbers of those
	// that went.
	Stories []KeptStory
	Removed []uint32
	// Learned are the fingerprints of boilerplate: all, or with Partly those that changed,
	// where zeros remove one.
	Learned map[uint64][2]int32
	// Basis is the value StateBasis. Whatever changes links or stories in another way
	// than by Update removes it.
	Basis []byte
	// Judgements yields judgements by number, those of NewPlace to be put right. If
	// Partly, documents that are not named keep theirs, and nil takes one away.
	Judgements iter.Seq2[uint32, *Judgement]
	Partly     bool
	// With Partly: links to add, the value StateLinked, and links to drop, which
	// are at these places.
	Links  []dedup.Link
	Linked []byte
	Drop   func(l *dedup.Link) bool
	Places []uint32
	Work   Work
}

// NewPlace is the Place of a link that is added by the same Update.
const NewPlace = ^uint32(0)

// basisVersion goes up with every change of the code that a judgement depends on; the
// thresholds and the tables have a digest.
const basisVersion = 17

// judgingDigest is the digest of the data of this program.
var judgingDigest = sync.OnceValue(func() uint32 { return digestJudging(cluster.Default, seriesTable) })

// digestJudging returns a hash of the data that judgements depend on: the thresholds, a table
// of what numbers the parts of a series, and the numbers in words.
func digestJudging(t cluster.Thresholds, series string) uint32 {
	var numerals []string
	quantity.Numerals(func(word string, value int64, ordinal bool) {
		numerals = append(numerals, fmt.Sprint(word, value, ordinal))
	})
	slices.Sort(numerals)
	return uint32(xxh3.HashString(fmt.Sprintf("%+v\n%s\n%s", t, series, numerals)))
}

// basisHead is what every Basis of this version begins with.
func basisHead() []byte {
	return binary.LittleEndian.AppendUint32([]byte{basisVersion}, judgingDigest())
}

// SameJudging reports whether the judgements of a corpus, by the value StateBasis, are those that this
// version of the program would make.
func SameJudging(basis []byte) bool { return bytes.HasPrefix(basis, basisHead()) }

// Work counts what an update did. The names in JSON are what ingest --json prints, and stay.
type Work struct {
	Partly       bool `json:"partly"`    // by difference
	Documents    int  `json:"documents"` // different texts that came or went, or all
	Aligned      int  `json:"aligned"`   // pairs of texts
	Fingerprints int  `json:"prints"`    // that were looked up; 0 where the index was scanned
	Judged       int  `json:"judged"`    // links, once for each pass
	Expanded     int  `json:"carved"`    // stories whose spans were made
	Caps         Caps `json:"caps"`      // bounds that were met
	Seconds      struct {
		Loading   float64 `json:"loading"` // what is known of documents
		Linking   float64 `json:"linking"` // candidates and alignment
		Judging   float64 `json:"judging"`
		Expanding float64 `json:"carving"` // the spans and relations of stories
	} `json:"seconds"`
}

// Caps counts where the work on candidates and alignments was bounded. A key is a
// fingerprint or a band.
type Caps struct {
	Repeating int `json:"repeating"` // pairs of texts that repeat themselves so much that not all passages were looked for
	Crowded   int `json:"crowded"`   // keys that many texts share; most of these texts were compared with some of the others only
	Unpaired  int `json:"unpaired"`  // keys of too many texts to make pairs
}

// AddCaps returns the value StateCaps after an update that met c. A key that is crowded counts for
// each update that found texts with it.
func AddCaps(value []byte, c Caps) ([]byte, error) {
	before, err := ReadCaps(value)
	if err != nil {
		return nil, err
	}
	return json.Marshal(Caps{before.Repeating + c.Repeating, before.Crowded + c.Crowded, before.Unpaired + c.Unpaired})
}

// ReadCaps reads the value StateCaps; of nil there are none.
func ReadCaps(value []byte) (c Caps, err error) {
	if value != nil {
		err = json.Unmarshal(value, &c)
	}
	return c, err
}
