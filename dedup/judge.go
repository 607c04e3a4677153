package dedup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"repost/dedup/cluster"
	"repost/dedup/lsh"
	"repost/dedup/sketch"
)

// judge weighs all links under the statistics of the corpus as it is now, and
// makes stories of them.
func (st *settling) judge() error {
	st.progress("judging", 0, 0)
	v, _, _, groups, err := st.weigh()
	if err != nil {
		return err
	}
	st.progress("carving", 0, len(groups))
	stories, err := v.stories(groups)
	if err != nil {
		return err
	}
	st.progress("carving", len(groups), len(groups))
	return st.corpus.SetStories(stories)
}

// weigh judges the links between heads that are still evident.
func (st *settling) weigh() (*view, []cluster.Link, []cluster.Verdict, []cluster.Story, error) {
	links, docs, err := st.links()
	if err != nil {
		return nil, nil, nil, nil, err
	}
	v := &view{st: st, numbers: docs}
	if err := v.prepare(); err != nil {
		return nil, nil, nil, nil, err
	}
	if links, err = v.evident(links); err != nil {
		return nil, nil, nil, nil, err
	}
	verdicts, groups := cluster.Judge(v.docs, links, v.frequency, st.thresholds())
	return v, links, verdicts, groups, nil
}

// thresholds returns the judge's thresholds: the default ones, if no others are
// tried.
func (st *settling) thresholds() cluster.Thresholds {
	if st.tried != nil {
		return *st.tried
	}
	return cluster.Default
}

// Stories judges the links of a settled corpus again with other thresholds and
// returns the stories that come out, changing nothing.
func Stories(c Corpus, s *Scheme, t cluster.Thresholds) ([]Story, error) {
	st := &settling{corpus: c, scheme: s, progress: func(string, int, int) {}, tried: &t}
	if err := st.load(); err != nil {
		return nil, err
	}
	view, _, _, groups, err := st.weigh()
	if err != nil {
		return nil, err
	}
	return view.stories(groups)
}

// Verdicts judges the links of a settled corpus again, changing nothing, and
// calls fn for each with the ids of its documents.
func Verdicts(c Corpus, s *Scheme, fn func(from, to string, l *cluster.Link, v *cluster.Verdict)) error {
	st := &settling{corpus: c, scheme: s, progress: func(string, int, int) {}}
	if err := st.load(); err != nil {
		return err
	}
	view, links, verdicts, _, err := st.weigh()
	if err != nil {
		return err
	}
	for i := range links {
		fn(view.docs[links[i].A].Key, view.docs[links[i].B].Key, &links[i], &verdicts[i])
	}
	return nil
}

// links reads the links between heads, ordered, with documents renumbered in the
// order of their ids, and those documents' numbers in that order.
func (st *settling) links() ([]cluster.Link, []uint32, error) {
	var raw []Link
	in := map[uint32]bool{}
	err := st.corpus.Links(func(l *Link) error {
		if st.isHead(l.From) && st.isHead(l.To) {
			raw = append(raw, *l)
			in[l.From], in[l.To] = true, true
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	numbers := make([]uint32, 0, len(in))
	for n := range in {
		numbers = append(numbers, n)
	}
	sortByID(numbers, st.ids)
	rank := make(map[uint32]int32, len(numbers))
	for i, n := range numbers {
		rank[n] = int32(i)
	}
	links := make([]cluster.Link, len(raw))
	for i, l := range raw {
		links[i] = cluster.Link{A: rank[l.From], B: rank[l.To], Chains: l.Chains}
	}
	order := func(x, y cluster.Link) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) }
	slices.SortStableFunc(links, order)
	links = slices.CompactFunc(links, func(x, y cluster.Link) bool { return order(x, y) == 0 })
	return links, numbers, nil
}

// view is the corpus as the judge sees it: the linked documents, by id.
type view struct {
	st        *settling
	numbers   []uint32 // index of cluster.Doc → document number
	docs      []cluster.Doc
	bands     [][]uint64
	keys      []uint64           // print key → hash, ascending
	frequency []int32            // print key → heads that hold it
	crowded   map[sourceKey]bool // prints that too many heads of a source hold
	carried   map[uint32]int     // head → parts of it that are in stories
}

// prepare reads the linked documents' prints and counts who else holds them.
func (v *view) prepare() error {
	v.docs = make([]cluster.Doc, len(v.numbers))
	v.bands = make([][]uint64, len(v.numbers))
	prints := make([][]Print, len(v.numbers))
	for lo := 0; lo < len(v.numbers); lo += textBatch {
		hi := min(lo+textBatch, len(v.numbers))
		texts, err := v.st.texts(setOf(v.numbers[lo:hi]))
		if err != nil {
			return err
		}
		parallel(hi-lo, func(k int) {
			i := lo + k
			n := v.numbers[i]
			t := texts[n]
			s := v.st.scheme.Sketch(t)
			prints[i], v.bands[i] = s.Prints, s.Bands
			v.docs[i] = cluster.Doc{
				Key: v.st.ids[n], Units: int32(s.Units), Gram: int32(t.gramUnits(v.st.scheme.Gram)),
				Source: v.st.source[n], Day: v.st.day[n],
			}
		})
	}
	for _, ps := range prints {
		for _, p := range ps {
			v.keys = append(v.keys, p.Hash)
		}
	}
	slices.Sort(v.keys)
	v.keys = slices.Clip(slices.Compact(v.keys))
	parallel(len(prints), func(i int) {
		v.docs[i].Prints = make([]cluster.Print, len(prints[i]))
		for k, p := range prints[i] {
			at, _ := slices.BinarySearch(v.keys, p.Hash)
			v.docs[i].Prints[k] = cluster.Print{Key: int32(at), Pos: int32(p.Pos)}
		}
	})
	return v.count()
}

const textBatch = 4096

func setOf(ns []uint32) map[uint32]bool {
	m := make(map[uint32]bool, len(ns))
	for _, n := range ns {
		m[n] = true
	}
	return m
}

// sourceKey is a print in the documents of one source.
type sourceKey struct{ key, source int32 }

// Boilerplate is learned where a print stands in so many documents of a source:
// learnedLeast, or a share of them if that is more. Lower thresholds mask the
// forms of notices, and what is left of those looks alike.
const (
	learnedLeast = 8
	learnedShare = .04
	learnedRun   = 16 // units a learned run must have
	learnedLeave = 30 // units that must be left of a document, or nothing is masked
)

// count counts the heads that hold each print, and finds learned boilerplate.
func (v *view) count() error {
	st := v.st
	perSource := st.perSource()
	v.frequency = make([]int32, len(v.keys))
	for i := range v.frequency {
		v.frequency[i] = 1
	}
	learned := map[sourceKey]bool{}
	v.crowded = map[sourceKey]bool{}
	in := make([]int, st.sources)
	at := 0
	err := st.corpus.ScanPrints(func(key uint64, ps []Posting) error {
		for at < len(v.keys) && v.keys[at] < key {
			at++
		}
		if at == len(v.keys) || v.keys[at] != key {
			return nil
		}
		n, last := int32(0), ^uint32(0)
		for _, p := range ps {
			if p.Doc == last || !st.isHead(p.Doc) {
				continue
			}
			last = p.Doc
			n++
			in[st.source[p.Doc]]++
		}
		v.frequency[at] = max(1, n)
		for _, p := range ps {
			if !st.isHead(p.Doc) {
				continue
			}
			s := st.source[p.Doc]
			if isLearned(in[s], perSource[s]) {
				learned[sourceKey{int32(at), s}] = true
			}
			if in[s] >= sameSource {
				v.crowded[sourceKey{int32(at), s}] = true
			}
			in[s] = 0
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !st.unlearned {
		parallel(len(v.docs), func(i int) { learn(&v.docs[i], learned) })
	}
	return nil
}

// learn masks the runs of d that learned prints cover. Winnowed prints of a text
// that is boilerplate throughout overlap or touch, so they cover it whole.
func learn(d *cluster.Doc, learned map[sourceKey]bool) {
	var ivs []cluster.Interval
	for _, p := range d.Prints {
		if !learned[sourceKey{p.Key, d.Source}] {
			continue
		}
		lo, hi := p.Pos, min(p.Pos+d.Gram, d.Units)
		if n := len(ivs); n > 0 && lo <= ivs[n-1].Hi {
			ivs[n-1].Hi = max(hi, ivs[n-1].Hi)
		} else {
			ivs = append(ivs, cluster.Interval{Lo: lo, Hi: hi})
		}
	}
	ivs = slices.DeleteFunc(ivs, func(i cluster.Interval) bool { return i.Hi-i.Lo < learnedRun })
	if set := cluster.Of(ivs); int(d.Units)-set.Size() >= learnedLeave {
		d.Learned = set
	}
}

// evident leaves out the links of documents that would be no candidates of each
// other any more. A link may be older than the documents that made its prints
// frequent; dropping it here is what makes stories independent of the order of
// arrival.
func (v *view) evident(links []cluster.Link) ([]cluster.Link, error) {
	keep := make([]bool, len(links))
	parallel(len(links), func(i int) { keep[i] = v.evidentByPrints(&links[i]) })
	bands := map[uint64]*band{}
	for i := range links {
		if !keep[i] {
			v.eachSharedBand(&links[i], func(key uint64) { bands[key] = &band{} })
		}
	}
	if err := v.countBands(bands); err != nil {
		return nil, err
	}
	out := links[:0]
	for i, l := range links {
		same := v.docs[l.A].Source == v.docs[l.B].Source
		if !keep[i] {
			v.eachSharedBand(&l, func(key uint64) {
				b := bands[key]
				keep[i] = keep[i] || bandWeight(b.documents) > 0 && !(same && slices.Contains(b.crowded, v.docs[l.A].Source))
			})
		}
		if keep[i] {
			out = append(out, l)
		}
	}
	return out, nil
}

// band is how many heads hold the key of a band, and the sources too many of whose
// heads do.
type band struct {
	documents int
	crowded   []int32
}

func (v *view) eachSharedBand(l *cluster.Link, fn func(key uint64)) {
	for _, x := range v.bands[l.A] {
		if slices.Contains(v.bands[l.B], x) {
			fn(x)
		}
	}
}

// countBands fills in bands from the index.
func (v *view) countBands(bands map[uint64]*band) error {
	if len(bands) == 0 {
		return nil
	}
	st := v.st
	in := make([]int, st.sources)
	short := map[uint64]*band{} // by what an index keeps of a key
	for key, b := range bands {
		short[key&sketch.KeyMask] = b
	}
	err := st.corpus.ScanBands(func(key uint64, ps []Posting) error {
		b := short[key&sketch.KeyMask]
		if b == nil {
			return nil
		}
		st.documents(ps, func(n uint32) {
			if st.isHead(n) {
				b.documents++
				if s := st.source[n]; in[s] < sameSource {
					if in[s]++; in[s] == sameSource {
						b.crowded = append(b.crowded, s)
					}
				}
			}
		})
		for _, p := range ps {
			if st.isHead(p.Doc) {
				in[st.source[p.Doc]] = 0
			}
		}
		return nil
	})
	for key := range bands {
		bands[key] = short[key&sketch.KeyMask]
	}
	return err
}

// evidentByPrints reports whether the prints of two documents make them candidates
// of each other. Most links have a run that says so by itself: of its prints,
// those a window from its ends are prints of both.
func (v *view) evidentByPrints(l *cluster.Link) bool {
	a, b := &v.docs[l.A], &v.docs[l.B]
	enough := int(lsh.Enough(int(min(a.Units, b.Units))))
	weight := func(key int32) int32 {
		if a.Source == b.Source && v.crowded[sourceKey{key, a.Source}] {
			return 0
		}
		return printWeight(int(v.frequency[key]))
	}
	margin := int32(v.st.scheme.Window)
	for i := range l.Chains {
		at := 0
		for _, r := range l.Chains[i].Runs {
			sum := 0
			for at < len(a.Prints) && a.Prints[at].Pos < r.A+margin {
				at++
			}
			for ; at < len(a.Prints) && a.Prints[at].Pos+a.Gram+margin <= r.A+r.Len; at++ {
				sum += int(weight(a.Prints[at].Key))
			}
			if sum >= 2*enough { // twice, since some may stand in neither's index: see sketch.Thin
				return true
			}
		}
	}
	var hits []lsh.Hit
	sorted := slices.SortedFunc(slices.Values(b.Prints), func(x, y cluster.Print) int { return cmp.Compare(x.Key, y.Key) })
	for _, p := range a.Prints {
		w := weight(p.Key)
		if w == 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(sorted, p.Key, func(q cluster.Print, k int32) int { return cmp.Compare(q.Key, k) })
		for ; i < len(sorted) && sorted[i].Key == p.Key; i++ {
			hits = append(hits, lsh.Hit{Diagonal: p.Pos - sorted[i].Pos, Weight: w})
		}
	}
	return len(lsh.Candidates(nil, hits, func(uint32) int32 { return int32(enough) })) > 0
}

// stories turns groups of nodes into stories of documents: copies join their
// head, units become spans of the original, and each member's relation to the
// canonical one is measured.
func (v *view) stories(groups []cluster.Story) ([]Story, error) {
	in := map[uint32]bool{}
	v.carried = map[uint32]int{}
	for _, g := range groups {
		for _, n := range g.Nodes {
			v.carried[v.numbers[n.Doc]]++
		}
	}
	out := make([]Story, 0, len(groups))
	parts := make([][]cluster.Set, 0, len(groups))
	for _, g := range groups {
		var s Story
		var units []cluster.Set
		for _, n := range g.Nodes {
			head := v.numbers[n.Doc]
			set := v.shared(n).Minus(v.docs[n.Doc].Learned)
			if i := slices.IndexFunc(s.Members, func(m Member) bool { return m.Doc == head }); i >= 0 {
				for k := i; k < len(s.Members) && v.st.head[s.Members[k].Doc] == head; k++ {
					units[k] = units[k].Union(set) // a page may carry a story twice
				}
				continue
			}
			if len(set) == 0 {
				continue
			}
			for _, m := range v.st.class(head) {
				s.Members = append(s.Members, Member{Doc: m})
				units = append(units, set)
			}
		}
		if len(s.Members) > 1 {
			out, parts = append(out, s), append(parts, units)
			for _, m := range s.Members {
				in[v.st.head[m.Doc]] = true
			}
		}
	}
	for head, class := range v.st.copies {
		if in[head] {
			continue
		}
		all := cluster.Set{{Lo: 0, Hi: int32(v.st.units[head])}}
		var s Story
		var units []cluster.Set
		for _, m := range class {
			s.Members = append(s.Members, Member{Doc: m})
			units = append(units, all)
		}
		out, parts = append(out, s), append(parts, units)
	}
	if err := v.carve(out, parts); err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Story) int {
		return cmp.Or(strings.Compare(v.st.ids[a.Members[0].Doc], v.st.ids[b.Members[0].Doc]), cmp.Compare(first(a), first(b)), strings.Compare(a.ID, b.ID))
	})
	return out, nil
}

// shared returns the units of a node, or all of its document where copies carry the
// whole of it and it is nearly all this one story: an excerpt elsewhere does not
// make the copies shorter.
func (v *view) shared(n cluster.Node) cluster.Set {
	head, units := v.numbers[n.Doc], v.docs[n.Doc].Units
	if len(v.st.class(head)) > 1 && v.carried[head] == 1 && 5*n.Units.Size() >= 3*int(units) {
		return cluster.Set{{Lo: 0, Hi: units}}
	}
	return n.Units
}

func first(s Story) int {
	if len(s.Members[0].Spans) == 0 {
		return 0
	}
	return s.Members[0].Spans[0].Lo
}

// carve fills in what a story says of its members, a bounded number of texts at a
// time.
func (v *view) carve(stories []Story, parts [][]cluster.Set) error {
	for lo := 0; lo < len(stories); {
		need := map[uint32]bool{}
		hi := lo
		for ; hi < len(stories) && (hi == lo || len(need) < textBatch); hi++ {
			for _, m := range stories[hi].Members {
				need[m.Doc] = true
			}
		}
		texts, err := v.st.texts(need)
		if err != nil {
			return err
		}
		parallelWith(hi-lo, func() *Linker { return new(Linker) }, func(k *Linker, i int) {
			v.finish(k, &stories[lo+i], parts[lo+i], texts)
		})
		lo = hi
	}
	return nil
}

// aside is how many live units a document of one story may have before and behind
// it: a headline, a header. With more it may be a page whose other story is not
// known yet.
const aside = 160

func outside(t *Text, s cluster.Set) int {
	return int(s[0].Lo) + len(t.Units) - int(s[len(s)-1].Hi)
}

// finish completes one story. Its first member is the centre, which is canonical;
// the others follow by id. The story's id is made of its least member.
func (v *view) finish(k *Linker, s *Story, parts []cluster.Set, texts map[uint32]*Text) {
	for i := range s.Members {
		m := &s.Members[i]
		single := v.carried[v.st.head[m.Doc]] <= 1 && outside(texts[m.Doc], parts[i]) <= aside
		m.Spans = Carve(texts[m.Doc], parts[i], single)
	}
	canon := texts[s.Members[0].Doc]
	s.Members[0].Canonical = true
	for i := 1; i < len(s.Members); i++ {
		r := k.Relate(texts[s.Members[i].Doc], canon)
		s.Members[i].Relation, s.Members[i].Coverage = r.Kind, r.CoverageA
		if r.CoverageB > s.Members[0].Coverage {
			s.Members[0].Relation, s.Members[0].Coverage = r.Kind.Converse(), r.CoverageB
		}
	}
	slices.SortFunc(s.Members[1:], func(a, b Member) int { return strings.Compare(v.st.ids[a.Doc], v.st.ids[b.Doc]) })
	least := slices.MinFunc(s.Members, func(a, b Member) int { return strings.Compare(v.st.ids[a.Doc], v.st.ids[b.Doc]) })
	lo := 0
	if len(least.Spans) > 0 {
		lo = least.Spans[0].Lo
	}
	s.ID = fmt.Sprintf("s%012x", xxh3.HashString(fmt.Sprintf("%s\x00%d", v.st.ids[least.Doc], lo))>>16)
}
