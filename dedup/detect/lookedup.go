package detect

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/zeebo/xxh3"

	"repost/dedup"
)

// What an update knows of documents. A pass over everything reads what is known of each of
// them first, into tables by number. An update looks it up as it is asked for: what it needs
// of the many documents that share a fingerprint with a few is in columns, of fixed width, and
// the rest is read of the documents that it judges. A lookup that fails is noted, and the
// update ends with its error before it keeps anything.

// Column is what decides whether a fingerprint brings a document together with others.
type Column struct {
	Order  uint64 // of its content: Content.Hi
	Source uint64 // SourceKey
	Units  uint32
}

// ColumnsIn is how many documents have their columns in one piece.
const ColumnsIn = 100

// SourceKey returns a hash of a source, by which sources are told apart; 0 is none.
func SourceKey(source string) uint64 {
	if source == "" {
		return 0
	}
	return max(1, xxh3.HashString(source))
}

// Since is what came and went since what was found was kept.
type Since struct {
	Documents uint32              // numbers given out
	Judged    uint32              // of these, the first ones, which were there then
	Toggled   []uint32            // of those, the ones that were removed or brought back, ascending
	Live      func(n uint32) bool // the document counts
	Copied    func(n uint32) bool // the document is the first of several with its content
	Placed    func(n uint32) bool // some part of the document was in a story, after some pass
	Known     *Columns            // those that updates before have read, or an empty one
}

// lookedUp is what an update looked up.
type lookedUp struct {
	corpus  Updatable
	since   *Since
	columns *Columns
	pages   []*atomic.Pointer[columnPage]

	reading sync.Mutex
	read    []Column // columns that were read last

	mu      sync.Mutex
	infos   map[uint32]*dedup.Info
	classes map[uint32]*class // by each of its documents
	err     error
}

// Columns are those that were read of a corpus. They never change, so a corpus that is updated
// again and again keeps them: a fingerprint that one document in a hundred holds asks for those
// of all of a million documents, 16 MB. The zero value is ready, and safe for concurrent use.
type Columns struct {
	mu      sync.Mutex
	pages   []*atomic.Pointer[columnPage]
	sources map[uint64]int32
}

// mostColumns is how many pages are kept from one update to the next, 1.6 KB each.
const mostColumns = 1 << 15

// Full reports whether c has mostColumns pages, and the next update should begin with none.
func (c *Columns) Full() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pages) > mostColumns
}

// columnPage is the columns of some documents.
type columnPage struct {
	n      uint32 // how many
	order  [ColumnsIn]uint64
	source [ColumnsIn]int32
	units  [ColumnsIn]uint32
}

var noColumns columnPage

// of returns the pages of a number of documents, which are read or to be read.
func (c *Columns) of(documents uint32) []*atomic.Pointer[columnPage] {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := uint32(len(c.pages)) * ColumnsIn; n <= documents; n += ColumnsIn {
		c.pages = append(c.pages, new(atomic.Pointer[columnPage]))
	}
	return c.pages
}

// page returns the page that begins with document n.
func (c *Columns) page(n uint32, columns []Column) *columnPage {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sources == nil {
		c.sources = map[uint64]int32{}
	}
	p := &columnPage{n: uint32(len(columns))}
	for k, column := range columns {
		p.order[k], p.units[k] = column.Order, column.Units
		p.source[k] = ownSource(n + uint32(k))
		if column.Source != 0 {
			source, ok := c.sources[column.Source]
			if !ok {
				source = int32(len(c.sources))
				c.sources[column.Source] = source
			}
			p.source[k] = source
		}
	}
	return p
}

// class is the documents with one content.
type class struct {
	all  []uint32 // ascending
	live []uint32 // by id; the first one is the representative
}

func newLookedUp(c Updatable, since *Since) *lookedUp {
	return &lookedUp{
		corpus: c, since: since, columns: since.Known, pages: since.Known.of(since.Documents),
		infos: map[uint32]*dedup.Info{}, classes: map[uint32]*class{},
	}
}

// fail notes an error.
func (l *lookedUp) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
	}
}

// failed returns the first error of a lookup.
func (l *lookedUp) failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// page returns the columns of a document and those next to it.
func (l *lookedUp) page(n uint32) *columnPage {
	i := n / ColumnsIn
	if int(i) >= len(l.pages) { // it came since
		return &noColumns
	}
	if p := l.pages[i].Load(); p != nil && n%ColumnsIn < p.n {
		return p
	}
	return l.readPage(i)
}

// pagesRead is how many pages of columns are read together: whoever asks for many documents asks
// for most pages, and to begin a transaction and go down the tree takes longer than to read one.
const pagesRead = 16

// readPage reads a page, with those next to it.
func (l *lookedUp) readPage(i uint32) *columnPage {
	l.reading.Lock()
	defer l.reading.Unlock()
	var err error
	first := i - i%pagesRead
	l.read, err = l.corpus.Columns(first*ColumnsIn, pagesRead*ColumnsIn, l.read[:0])
	if err == nil && uint32(len(l.read)) <= (i-first)*ColumnsIn {
		err = errUnlike
	}
	if err != nil {
		l.fail(err)
		return &noColumns
	}
	for some := range slices.Chunk(l.read, ColumnsIn) {
		if int(first) < len(l.pages) { // else they came since
			l.pages[first].Store(l.columns.page(first*ColumnsIn, some))
		}
		first++
	}
	return l.pages[i].Load()
}

// ownSource is the source of a document that has none: no other has it. Sources that have a
// name are numbered from 0.
func ownSource(n uint32) int32 { return -2 - int32(n) }

// info returns what is known of a document.
func (l *lookedUp) info(n uint32) *dedup.Info {
	l.mu.Lock()
	i := l.infos[n]
	l.mu.Unlock()
	if i != nil {
		return i
	}
	read, err := l.corpus.Info(n)
	if err != nil {
		l.fail(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.infos[n] = &read
	return &read
}

// know looks documents up that are going to be asked for, which ascend: those that are stored
// together are read together.
func (l *lookedUp) know(ns []uint32) {
	ns = slices.DeleteFunc(slices.Clone(ns), func(n uint32) bool { return l.infos[n] != nil })
	if err := l.corpus.InfosOf(ns, func(n uint32, i dedup.Info) { l.infos[n] = &i }); err != nil {
		l.fail(err)
	}
}

// class returns the documents with the content of one.
func (l *lookedUp) class(n uint32) *class {
	l.mu.Lock()
	c := l.classes[n]
	l.mu.Unlock()
	if c != nil {
		return c
	}
	c = &class{all: []uint32{n}}
	if i := l.info(n); i.Units > 0 {
		c.all = l.withContent(i.Content)
	}
	for _, k := range c.all {
		if l.since.Live(k) {
			c.live = append(c.live, k)
		}
	}
	slices.SortFunc(c.live, func(a, b uint32) int { return strings.Compare(l.info(a).ID, l.info(b).ID) })
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range c.all {
		l.classes[k] = c
	}
	return c
}

// withContent returns the documents with a content, ascending.
func (l *lookedUp) withContent(content dedup.Content) (all []uint32) {
	err := l.corpus.WithContent(content, func(n uint32) error {
		if n < l.since.Documents && l.info(n).Content == content {
			all = append(all, n)
		}
		return nil
	})
	if err != nil {
		l.fail(err)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// count returns how many numbers were given out.
func (st *detector) count() int {
	if st.lazy != nil {
		return int(st.lazy.since.Documents)
	}
	return len(st.ids)
}

func (st *detector) id(n uint32) string {
	if st.lazy != nil {
		return st.lazy.info(n).ID
	}
	return st.ids[n]
}

func (st *detector) dayOf(n uint32) int32 {
	if st.lazy != nil {
		return st.lazy.info(n).GivenDay()
	}
	return st.day[n]
}

func (st *detector) time(n uint32) uint64 {
	if st.lazy != nil {
		return st.lazy.info(n).PlaceInTime()
	}
	return st.times[n]
}

func (st *detector) unitsOf(n uint32) uint32 {
	if st.lazy != nil {
		return st.lazy.page(n).units[n%ColumnsIn]
	}
	return st.units[n]
}

// sourceOf returns the number of the source of a document; below 0, it is of no source that
// others are of.
func (st *detector) sourceOf(n uint32) int32 {
	if st.lazy != nil {
		return st.lazy.page(n).source[n%ColumnsIn]
	}
	return st.source[n]
}

// order is where a document stands in the order in which pivots and samples are chosen:
// that of the hashes of contents, which is no outlet's and nobody's order of arrival.
func (st *detector) order(n uint32) uint64 {
	if st.lazy != nil {
		return st.lazy.page(n).order[n%ColumnsIn]
	}
	return st.content[n].Hi
}

// sameText reports whether two documents have the same content.
func (st *detector) sameText(m, n uint32) bool {
	if st.lazy != nil {
		return st.lazy.info(m).Content == st.lazy.info(n).Content
	}
	return st.content[m] == st.content[n]
}

// retired reports whether n is no live document.
func (st *detector) retired(n uint32) bool {
	if st.lazy != nil {
		return !st.lazy.since.Live(n)
	}
	return st.ids[n] == ""
}

// representativeOf returns the document that represents the text of n.
func (st *detector) representativeOf(n uint32) uint32 {
	if st.lazy == nil {
		return st.representative[n]
	}
	if c := st.lazy.class(n); len(c.live) > 0 {
		return c.live[0]
	}
	return n
}

// class returns the documents that representative represents, itself first.
func (st *detector) class(head uint32) []uint32 {
	if st.lazy != nil {
		return st.lazy.class(head).live
	}
	if c := st.copies[head]; c != nil {
		return c
	}
	return []uint32{head}
}

// isRepresentative reports whether n represents its text.
func (st *detector) isRepresentative(n uint32) bool {
	return st.represents.has(n)
}

// sortByID orders documents by their ids.
func (st *detector) sortByID(ns []uint32) {
	slices.SortFunc(ns, func(a, b uint32) int { return strings.Compare(st.id(a), st.id(b)) })
}

// perSource counts documents by source.
type perSource struct{ of []int }

// add counts one, and returns nothing where it is of a source of its own.
func (p *perSource) add(source int32) {
	if source < 0 {
		return
	}
	for int(source) >= len(p.of) {
		p.of = append(p.of, 0)
	}
	p.of[source]++
}

// count returns how many documents of a source were counted; of a source of its own, one.
func (p *perSource) count(source int32) int {
	switch {
	case source < 0:
		return 1
	case int(source) >= len(p.of):
		return 0
	}
	return p.of[source]
}

// take returns the numbers that are at least the given one, and forgets all.
func (p *perSource) take(least int) map[int32]int {
	var out map[int32]int
	for source, n := range p.of {
		if n >= least {
			if out == nil {
				out = map[int32]int{}
			}
			out[int32(source)] = n
		}
	}
	clear(p.of)
	return out
}

func (p *perSource) forget(source int32) {
	if source >= 0 && int(source) < len(p.of) {
		p.of[source] = 0
	}
}

// byNumber is a table of small numbers by document, of which most are 0.
type byNumber struct{ pages []*[1 << numberPage]int32 }

// numberPage is the power of two of documents in a page: the hundred that one document is
// compared with lie all over a corpus.
const numberPage = 7

func (t *byNumber) get(n uint32) int32 {
	if p := n >> numberPage; int(p) < len(t.pages) && t.pages[p] != nil {
		return t.pages[p][n&(1<<numberPage-1)]
	}
	return 0
}

// at returns the place of a document.
func (t *byNumber) at(n uint32) *int32 {
	p := int(n >> numberPage)
	if p >= len(t.pages) {
		t.pages = append(t.pages, make([]*[1 << numberPage]int32, p+1-len(t.pages))...)
	}
	if t.pages[p] == nil {
		t.pages[p] = new([1 << numberPage]int32)
	}
	return &t.pages[p][n&(1<<numberPage-1)]
}
