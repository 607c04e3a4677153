package dedup

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"time"

	"repost/dedup/cluster"
	"repost/dedup/lsh"
)

// Learning is the name under which a corpus keeps whether boilerplate is learned:
// the value Off says that it is not.
const (
	Learning = "learning"
	Off      = "off"
)

// Progress is told how far a stage is. Either number may be 0.
type Progress func(stage string, done, of int)

// Settle brings a corpus up to date: it links the documents that are new, judges
// all links anew and replaces the stories. What comes out depends on the
// documents alone, not on their order, nor on how many calls they came in, nor on
// documents that are removed by now.
//
// Links are kept, so a document is aligned with its candidates once; judging is a
// pass over all links.
func Settle(c Corpus, s *Scheme, progress Progress) error {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	st := &settling{corpus: c, scheme: s, progress: progress}
	for _, step := range []func() error{st.load, st.link, st.judge} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// settling is the state of one Settle. Everything indexed by document number has
// room for every number given out.
type settling struct {
	corpus   Corpus
	scheme   *Scheme
	progress Progress

	ids     []string // by number; "" is no live document
	source  []int32
	day     []int32
	units   []uint32
	content []uint64
	sources int
	names   []string // of the sources

	head   []uint32 // number → the document that stands for all with the same text
	copies map[uint32][]uint32
	linked bitmap // for any two of these it is known what they share
	// changed says that linked is not what the corpus keeps.
	changed bool

	tried     *cluster.Thresholds // other thresholds than the default
	unlearned bool                // boilerplate is not learned
}

// bitmap is a set of document numbers.
type bitmap []byte

func (b bitmap) has(n uint32) bool { return int(n/8) < len(b) && b[n/8]>>(n%8)&1 != 0 }

func (b *bitmap) add(n uint32) {
	for int(n/8) >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[n/8] |= 1 << (n % 8)
}

func (b bitmap) remove(n uint32) {
	if b.has(n) {
		b[n/8] &^= 1 << (n % 8)
	}
}

func (b bitmap) count() (n int) {
	for _, x := range b {
		n += bits.OnesCount8(x)
	}
	return n
}

func (st *settling) load() error {
	sources := map[string]int32{}
	err := st.corpus.Infos(func(n uint32, i Info) error {
		for int(n) >= len(st.ids) {
			st.ids = append(st.ids, "")
			st.source = append(st.source, -1)
			st.day = append(st.day, cluster.NoDay)
			st.units = append(st.units, 0)
			st.content = append(st.content, 0)
		}
		src, ok := sources[i.Source]
		if !ok || i.Source == "" { // a document of no known source is of its own
			src = int32(st.sources)
			st.sources++
			sources[i.Source] = src
			st.names = append(st.names, i.Source)
		}
		st.ids[n], st.source[n], st.day[n], st.units[n], st.content[n] = i.ID, src, Day(i.Date), i.Units, i.Content
		return nil
	})
	if err != nil {
		return err
	}
	st.classes()
	learning, err := st.corpus.State(Learning)
	if err != nil {
		return err
	}
	st.unlearned = string(learning) == Off
	linked, err := st.corpus.State("linked")
	if err != nil {
		return err
	}
	return st.unlink(bitmap(linked))
}

// unlink sets which documents are linked: for any two of them it is known what
// they share. Of those that were, it leaves out
//
//   - what no longer stands for its text: removed, or a copy of another by now.
//     Documents that came since were not compared with it, so if it is back one
//     day it must be;
//   - what holds a print or a band that was too frequent to make candidates before
//     such a document went and is not any more.
//
// With that, stories depend on the documents that are left and not on those
// that were there.
func (st *settling) unlink(before bitmap) error {
	var gone bitmap
	for n := range uint32(8 * len(before)) {
		switch {
		case !before.has(n):
		case st.isHead(n):
			st.linked.add(n)
		default:
			gone.add(n)
		}
	}
	if st.changed = gone.count() > 0; !st.changed {
		return nil
	}
	perSource := make([]int, st.sources)
	group := func(ps []Posting, weight func(documents int) int32) {
		heads, lost := 0, 0
		st.documents(ps, func(n uint32) {
			if st.isHead(n) {
				heads++
				perSource[st.source[n]]++
			} else if gone.has(n) {
				lost++
			}
		})
		rarer := lost > 0 && weight(heads) > weight(heads+lost)
		st.documents(ps, func(n uint32) {
			if !st.isHead(n) {
				return
			}
			of := perSource[st.source[n]]
			if rarer || lost > 0 && of < sameSource && of+lost >= sameSource {
				st.linked.remove(n)
			}
		})
		for _, p := range ps {
			if st.isHead(p.Doc) {
				perSource[st.source[p.Doc]] = 0
			}
		}
	}
	return st.scan(group)
}

// scan calls group for every key of both indexes.
func (st *settling) scan(group func(ps []Posting, weight func(documents int) int32)) error {
	err := st.corpus.ScanPrints(func(_ uint64, ps []Posting) error {
		group(ps, printWeight)
		return nil
	})
	if err != nil {
		return err
	}
	return st.corpus.ScanBands(func(_ uint64, ps []Posting) error {
		group(ps, bandWeight)
		return nil
	})
}

// documents calls fn for each document of postings once.
func (st *settling) documents(ps []Posting, fn func(n uint32)) {
	for i, p := range ps {
		if i == 0 || p.Doc != ps[i-1].Doc {
			fn(p.Doc)
		}
	}
}

// Day returns the day since 1970 of a date that begins with yyyy-mm-dd, or
// cluster.NoDay.
func Day(date string) int32 {
	if len(date) >= 10 {
		if t, err := time.Parse(time.DateOnly, date[:10]); err == nil {
			return int32(t.Unix() / 86400)
		}
	}
	return cluster.NoDay
}

// classes finds the documents with the same text after folding and masks. One of
// them, the head, stands for all: n copies cost O(n), and a text is compared once
// however often it was carried. A short text that comes back a year later is
// another text: notices of a yearly event are written again word for word.
func (st *settling) classes() {
	st.head = make([]uint32, len(st.ids))
	st.copies = map[uint32][]uint32{}
	var order []uint32
	for n := range st.ids {
		st.head[n] = uint32(n)
		if st.ids[n] != "" && st.units[n] > 0 {
			order = append(order, uint32(n))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(st.content[a], st.content[b]), cmp.Compare(st.day[a], st.day[b]), strings.Compare(st.ids[a], st.ids[b]))
	})
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && st.content[order[hi]] == st.content[order[lo]] && !st.another(order[hi-1], order[hi]) {
			hi++
		}
		if hi-lo > 1 {
			class := slices.Clone(order[lo:hi])
			sortByID(class, st.ids)
			for _, n := range class {
				st.head[n] = class[0]
			}
			st.copies[class[0]] = class
		}
		lo = hi
	}
}

func (st *settling) another(a, b uint32) bool {
	t := cluster.Default
	return st.day[a] != cluster.NoDay && int(st.day[b]-st.day[a]) > t.DaysApart && int(st.units[a]) < t.LongEnough
}

// class returns the documents that head stands for, itself first.
func (st *settling) class(head uint32) []uint32 {
	if c := st.copies[head]; c != nil {
		return c
	}
	return []uint32{head}
}

// isHead returns whether n stands for its text.
func (st *settling) isHead(n uint32) bool {
	return int(n) < len(st.ids) && st.ids[n] != "" && st.units[n] > 0 && st.head[n] == n
}

// maxHits bounds the hits that one scan of the index gathers, 16 bytes each.
// Documents beyond wait for the next scan.
const maxHits = 1 << 24

// link aligns every head that was not linked yet with its candidates.
func (st *settling) link() error {
	var todo []uint32
	for n := range st.ids {
		if st.isHead(uint32(n)) && !st.linked.has(uint32(n)) {
			todo = append(todo, uint32(n))
		}
	}
	all := len(todo)
	for len(todo) > 0 {
		st.progress("linking", all-len(todo), all)
		hits, taken, err := st.hits(todo)
		if err != nil {
			return err
		}
		if err := st.align(todo[:taken], hits); err != nil {
			return err
		}
		todo = todo[taken:]
	}
	st.progress("linking", all, all)
	if st.changed {
		return st.corpus.AddLinks(nil, st.linked)
	}
	return nil
}

type askedHit struct {
	asker uint32 // index into the askers
	lsh.Hit
}

// sameSource is the number of documents of one source from which on a print
// makes no candidates among them: a footer.
const sameSource = 50

// hits scans the indexes for what the first of todo, as many as fit, share with
// documents linked before and with each other.
func (st *settling) hits(todo []uint32) (hits []askedHit, taken int, err error) {
	rank := make([]int32, len(st.ids)) // number → index into todo plus one
	for i, n := range todo {
		rank[n] = int32(i + 1)
	}
	taken = len(todo)
	perSource := make([]int32, st.sources)
	group := func(ps []Posting, weight func(documents int) int32) {
		docs := 0
		live := ps[:0]
		for _, p := range ps {
			if !st.isHead(p.Doc) || rank[p.Doc] == 0 && !st.linked.has(p.Doc) {
				continue
			}
			if len(live) == 0 || live[len(live)-1].Doc != p.Doc {
				docs++
				perSource[st.source[p.Doc]]++
			}
			live = append(live, p)
		}
		if w := weight(docs); docs > 1 && w > 0 {
			for _, p := range live {
				i := rank[p.Doc]
				if i == 0 || int(i) > taken {
					continue
				}
				for _, q := range live {
					if k := rank[q.Doc]; q.Doc == p.Doc || k > i || k == 0 && !st.linked.has(q.Doc) {
						continue
					}
					if s := st.source[p.Doc]; s == st.source[q.Doc] && perSource[s] >= sameSource {
						continue
					}
					hits = append(hits, askedHit{uint32(i - 1), lsh.Hit{Doc: q.Doc, Diagonal: int32(p.Pos) - int32(q.Pos), Weight: w}})
				}
			}
		}
		for _, p := range live {
			perSource[st.source[p.Doc]] = 0
		}
		for len(hits) > maxHits && taken > 1 {
			taken /= 2
			hits = slices.DeleteFunc(hits, func(h askedHit) bool { return int(h.asker) >= taken })
		}
	}
	err = st.scan(group)
	return hits, taken, err
}

func printWeight(documents int) int32 {
	switch {
	case documents <= lsh.RareIn:
		return lsh.Rare
	case documents <= lsh.Cap:
		return lsh.Frequent
	}
	return 0
}

func bandWeight(documents int) int32 {
	if documents <= lsh.Cap {
		return lsh.Least
	}
	return 0
}

// batchUnits bounds the live units of the texts that one batch of alignments
// holds in memory, 16 bytes each.
const batchUnits = 1 << 24

// align aligns the askers with their candidates and keeps what they share.
func (st *settling) align(askers []uint32, hits []askedHit) error {
	candidates := st.candidates(askers, hits)
	for lo := 0; lo < len(askers); {
		need := map[uint32]bool{}
		units, hi := 0, lo
		for ; hi < len(askers) && (hi == lo || units < batchUnits); hi++ {
			for _, n := range append([]uint32{askers[hi]}, candidates[hi]...) {
				if !need[n] && len(candidates[hi]) > 0 {
					need[n] = true
					units += int(st.units[n])
				}
			}
		}
		texts, err := st.texts(need)
		if err != nil {
			return err
		}
		links := st.alignBatch(askers[lo:hi], candidates[lo:hi], texts)
		for _, n := range askers[lo:hi] {
			st.linked.add(n)
		}
		if err := st.corpus.AddLinks(links, st.linked); err != nil {
			return err
		}
		st.changed = false
		lo = hi
	}
	return nil
}

// candidates sorts the hits by asker and picks each one's candidates.
func (st *settling) candidates(askers []uint32, hits []askedHit) [][]uint32 {
	start := make([]int, len(askers)+1)
	for _, h := range hits {
		start[h.asker+1]++
	}
	for i := range askers {
		start[i+1] += start[i]
	}
	sorted := make([]lsh.Hit, len(hits))
	at := slices.Clone(start)
	for _, h := range hits {
		sorted[at[h.asker]] = h.Hit
		at[h.asker]++
	}
	out := make([][]uint32, len(askers))
	parallel(len(askers), func(i int) {
		own := st.units[askers[i]]
		out[i] = lsh.Candidates(nil, sorted[start[i]:start[i+1]], func(n uint32) int32 {
			return lsh.Enough(int(min(own, st.units[n])))
		})
	})
	return out
}

// texts reads and prepares the documents of a set.
func (st *settling) texts(need map[uint32]bool) (map[uint32]*Text, error) {
	ns := make([]uint32, 0, len(need))
	for n := range need {
		ns = append(ns, n)
	}
	slices.Sort(ns)
	raw := make([]string, len(ns))
	at := 0
	err := st.corpus.Texts(ns, func(_ uint32, text string) error {
		raw[at] = text
		at++
		return nil
	})
	if err != nil {
		return nil, err
	}
	prepared := make([]*Text, len(ns))
	parallel(len(ns), func(i int) { prepared[i] = st.scheme.Prepare(raw[i]) })
	out := make(map[uint32]*Text, len(ns))
	for i, n := range ns {
		out[n] = prepared[i]
	}
	return out, nil
}

func (st *settling) alignBatch(askers []uint32, candidates [][]uint32, texts map[uint32]*Text) []Link {
	found := make([][]Link, len(askers))
	printed := st.printed(texts)
	parallelWith(len(askers), func() *Linker { return new(Linker) }, func(k *Linker, i int) {
		for _, c := range candidates[i] {
			if l, ok := k.Link(askers[i], c, st.ids, texts); ok {
				st.count(&l, texts, printed[l.From])
				found[i] = append(found[i], l)
			}
		}
	})
	return slices.Concat(found...)
}

// count fills in what the judge needs to know of the prints of a link's documents;
// from says where those of From begin.
func (st *settling) count(l *Link, texts map[uint32]*Text, from []int32) {
	k := st.scheme.Gram
	l.GramFrom, l.GramTo = int32(texts[l.From].gramUnits(k)), int32(texts[l.To].gramUnits(k))
	for i := range l.Chains {
		l.Chains[i].Count(from, l.GramFrom, int32(st.scheme.Window))
	}
}

// printed returns where the prints of each text begin.
func (st *settling) printed(texts map[uint32]*Text) map[uint32][]int32 {
	ns := slices.Sorted(maps.Keys(texts))
	all := make([][]int32, len(ns))
	parallel(len(ns), func(i int) {
		for _, p := range st.scheme.prints(texts[ns[i]]) {
			all[i] = append(all[i], int32(p.Pos))
		}
	})
	out := make(map[uint32][]int32, len(ns))
	for i, n := range ns {
		out[n] = all[i]
	}
	return out
}
