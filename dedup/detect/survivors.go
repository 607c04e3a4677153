package detect

import (
	"cmp"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/keep"
	"repost/dedup/lsh"
	"repost/shingle"
)

// A document is redundant if at least DefaultThreshold of its text is in documents that are
// kept, and no passage of DefaultPassage characters is missing there.
const (
	DefaultThreshold = .8
	DefaultPassage   = 80
)

// KeepOptions say which documents Survivors keeps.
type KeepOptions struct {
	Threshold float64    // 0 is DefaultThreshold; with 1, only whole sentences that stand there word for word do
	Passage   int        // 0 is DefaultPassage, below 0 no bound
	Rules     []KeepRule // the first that prefers one of two documents decides
	// Single prefers documents of one story to those of several, though these contain them:
	// where all articles of a page are there, the page is dropped.
	Single bool
	// One drops a document only if one that is kept holds its text, not several together.
	One bool
	// Versions keeps a document that says something else than those that hold the rest of its text:
	// another figure, date or name, or a negation more. See versions.go.
	Versions bool
	// Seen, if not nil, reports which documents an earlier run kept: they are dropped here as
	// seen, and hold their text whatever else there is. The others are judged by those and then
	// by each other, so that an old decision does not change because of what came later.
	Seen func(n uint32) bool
	// Absent, if not nil, reports which documents hold nothing and are not decided on: nobody has
	// them, since an earlier run dropped them or did not end.
	Absent func(n uint32) bool
	// Extra, if not nil, returns a hash of what a document has that is no part of its text, or 0: it
	// is dropped only if a document that is kept has the same, and is preferred to one without.
	Extra func(n uint32) uint64
	// Passages asks for Survival.Repeated.
	Passages bool
	// Texts, if not nil, has texts that are prepared.
	Texts *TextCache
}

// Fate is what becomes of a document when a corpus is deduplicated. One that is kept
// has no By. With KeepOptions.Versions it may have Unlike: then Coverage, Back and Relation
// are to that document, and Rule says in what it differs.
type Fate struct {
	By       []uint32       // documents kept or seen that hold its text, the one with most of it first
	Coverage float64        // share of its characters that stand in those, boilerplate included
	Back     float64        // share of the first one's characters that stand in it
	Relation dedup.Relation // of it to the first one
	Rule     string         // what decided between it and the first one: see Survivors
	Unlike   []uint32       // of one that is kept: the document that holds its text but for what both say otherwise
}

// Kept reports whether the document is kept.
func (f *Fate) Kept() bool { return len(f.By) == 0 }

// What decides between two documents where it is none of the rules.
const (
	ByContainment = "contains it" // the kept one holds it, and more
	ByParts       = "several hold it"
	ByID          = "id" // no rule prefers one; the id that sorts first is kept
	BySeen        = "seen before"
	ByExtra       = "apparatus" // the kept one has more than its text
	ByVersion     = "another version"
)

// Survival is what becomes of the documents of a corpus.
type Survival struct {
	Fates []Fate // by number; those of retired and absent documents say nothing

	node    []int32
	docs    []keep.Doc
	best    []uint32  // node → the document that represents its copies
	in      [][]int32 // node → its stories, ascending
	shared  []keep.Overlap
	learned []cluster.Set    // node → live units of it that are boilerplate
	cuts    [][]shingle.Span // node → bytes of it that stand in one before: see passages.go
}

// Learned returns the live units of document n that are boilerplate of its source.
func (v *Survival) Learned(n uint32) cluster.Set {
	if v.node[n] < 0 {
		return nil
	}
	return v.learned[v.node[n]]
}

// Pair is two documents of one story and how much of each the other has.
type Pair struct {
	A, B                 uint32
	CoverageA, CoverageB float64
	Matched              int // characters of the one that has fewer of the other's
}

// MostCopies is up to how many copies of one text are paired each with each other.
const MostCopies = 200

// Pairs calls fn for every two documents of one story whose texts were compared or are equal. Of a text with more than MostCopies copies, the document that represents them
// stands for the others, and each of them is a pair with it alone.
func (v *Survival) Pairs(fn func(p Pair) error) error {
	copies := make([][]uint32, len(v.docs)) // node → the documents that count as it
	for n, i := range v.node {
		if i >= 0 {
			copies[i] = append(copies[i], uint32(n))
		}
	}
	few := func(i int32) []uint32 {
		if len(copies[i]) > MostCopies {
			return v.best[i : i+1]
		}
		return copies[i]
	}
	for _, o := range v.shared {
		if !meet(v.in[o.A], v.in[o.B]) {
			continue
		}
		a, b := o.InA.Size(), o.InB.Size()
		p := Pair{CoverageA: float64(a) / float64(v.docs[o.A].Units), CoverageB: float64(b) / float64(v.docs[o.B].Units), Matched: min(a, b)}
		for _, p.A = range few(o.A) {
			for _, p.B = range few(o.B) {
				if err := fn(p); err != nil {
					return err
				}
			}
		}
	}
	for i, all := range copies {
		firsts := few(int32(i))
		for k, n := range all {
			for _, m := range firsts[:min(len(firsts), max(k, 1))] {
				if m == n {
					continue
				}
				if err := fn(Pair{m, n, 1, 1, int(v.docs[i].Units)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Survivors says for every document of a corpus that is up to date whether it is kept or, if its
// text stands in others, dropped; package keep says how that is decided. Documents
// with the same text are one to it, also where their dates lie so far apart that they
// are in no story. A document without live units, or in no story, is kept.
//
// Learned boilerplate counts for nothing. What two documents share counts if they are in one
// story, or if all of one stands in the other: see overlaps.go.
func Survivors(c Corpus, s *Scheme, opt KeepOptions, progress dedup.Progress) (*Survival, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	st := &detector{corpus: c, scheme: s, progress: progress, prepared: opt.Texts}
	if err := st.load(); err != nil {
		return nil, err
	}
	none := func(uint32) bool { return false }
	if opt.Seen == nil {
		opt.Seen = none
	}
	if opt.Absent == nil {
		opt.Absent = none
	}
	v := &surviving{detector: st, opt: opt}
	progress("choosing what is kept", 0, 0)
	for _, step := range []func() error{v.infos, v.texts, v.stories, v.overlaps, v.compareCrowds, v.aside, v.measure} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return v.decide()
}

// surviving is the state of one Survivors. Documents with one content are one node of
// the decision, for which the preferred of them stands.
type surviving struct {
	*detector
	opt        KeepOptions
	candidates []Candidate // by number
	node       []int32     // document → node, or -1
	docs       []keep.Doc  // by node
	best       []uint32    // node → the document preferred among its copies
	in         [][]int32   // node → its stories, ascending
	joined     []bool      // node → whether a story of it has other nodes too
	crowds     []int32     // stories of which not every two members are compared, ascending
	relation   map[uint32]dedup.Relation
	compared   map[[2]int32]bool // nodes, the lower one first
	linked     []passagesOf      // until they are measured
	shared     []keep.Overlap
	learned    []cluster.Set // node → live units that are boilerplate of its source
}

func (v *surviving) infos() error {
	v.candidates = make([]Candidate, len(v.ids))
	return v.corpus.Infos(func(n uint32, i dedup.Info) error {
		v.candidates[n].Info, v.candidates[n].Number = i, n
		return nil
	})
}

// texts makes nodes of documents that have live units. One that is absent makes none, but
// belongs to the node of its copies: its links and stories are theirs too.
func (v *surviving) texts() error {
	v.node = make([]int32, len(v.ids))
	of := map[dedup.Content]int32{}
	for n := range v.ids {
		if !v.present(uint32(n)) {
			continue
		}
		if _, ok := of[v.content[n]]; !ok {
			of[v.content[n]] = int32(len(v.docs))
			v.docs = append(v.docs, keep.Doc{Units: int32(v.units[n])})
		}
	}
	for n := range v.ids {
		v.node[n] = -1
		if i, ok := of[v.content[n]]; ok && !v.retired(uint32(n)) && v.units[n] > 0 {
			v.node[n] = i
		}
	}
	v.in, v.joined = make([][]int32, len(v.docs)), make([]bool, len(v.docs))
	v.learned = make([]cluster.Set, len(v.docs))
	return nil
}

// present reports whether a document is decided on.
func (v *surviving) present(n uint32) bool {
	return !v.retired(n) && v.units[n] > 0 && !v.opt.Absent(n)
}

// stories notes which nodes are in which stories, and what members are to the canonical
// ones where that is "identical".
func (v *surviving) stories() error {
	v.relation = map[uint32]dedup.Relation{}
	canonical := make([]bool, len(v.docs)) // a copy of the canonical member is as good
	at := int32(0)
	err := v.corpus.EachStory(func(s *KeptStory) error {
		if len(s.Members) > lsh.AllPairs {
			v.crowds = append(v.crowds, at)
		}
		joined := slices.ContainsFunc(s.Members, func(m dedup.Member) bool { return v.content[m.Doc] != v.content[s.Members[0].Doc] })
		for _, m := range s.Members {
			if i := v.node[m.Doc]; i >= 0 && joined {
				v.joined[i] = true
			}
			if i := v.node[m.Doc]; i >= 0 && (len(v.in[i]) == 0 || v.in[i][len(v.in[i])-1] != at) {
				v.in[i] = append(v.in[i], at)
			}
			if m.Canonical && v.node[m.Doc] >= 0 {
				canonical[v.node[m.Doc]] = true
			}
			if m.Relation == dedup.Identical {
				v.relation[m.Doc] = dedup.Identical
			}
		}
		at++
		return nil
	})
	v.best = make([]uint32, len(v.docs))
	for i := range v.best {
		v.best[i] = ^uint32(0)
	}
	for n, i := range v.node {
		v.candidates[n].Canonical = i >= 0 && canonical[i]
	}
	for n, i := range v.node {
		if v.present(uint32(n)) && (v.best[i] == ^uint32(0) || v.compare(uint32(n), v.best[i]) < 0) {
			v.best[i] = uint32(n)
		}
	}
	return err
}

// aside finds the boilerplate of the documents that share anything with another one of a story.
// It is not kept of others.
func (v *surviving) aside() error {
	if v.unlearned || len(v.linked) == 0 {
		return nil
	}
	known, err := v.setAsideOf(func(n uint32, set cluster.Set) {
		if i := v.node[n]; i >= 0 && v.joined[i] {
			v.learned[i] = set
		}
	})
	if known || err != nil {
		return err
	}
	found, err := v.learn()
	if err != nil || len(found) == 0 {
		return err
	}
	gram := map[uint32]int32{}
	err = v.corpus.Links(func(l *dedup.Link) error {
		gram[l.From], gram[l.To] = l.GramFrom, l.GramTo
		return nil
	})
	if err != nil {
		return err
	}
	covered := map[uint32][]cluster.Interval{}
	err = v.scanFingerprints("setting boilerplate aside", func(key uint64, ps []dedup.Posting, _ *summary) error {
		if _, ok := found[key]; !ok {
			return nil
		}
		for _, p := range ps {
			pos, units := int32(p.Pos), int32(v.units[p.Doc])
			if g := gram[p.Doc]; g > 0 && found.in(key, pos, units) {
				covered[p.Doc] = append(covered[p.Doc], cluster.Interval{Lo: pos, Hi: min(pos+g, units)})
			}
		}
		return nil
	})
	for n, ivs := range covered {
		if i := v.node[n]; i >= 0 && v.joined[i] {
			v.learned[i] = runsOf(cluster.Of(ivs), int32(v.units[n]), gram[n])
		}
	}
	return err
}

// decide chooses, and says what becomes of every document.
func (v *surviving) decide() (*Survival, error) {
	opt := keep.Options{
		Threshold: cmp.Or(v.opt.Threshold, DefaultThreshold),
		Passage:   int32(max(0, cmp.Or(v.opt.Passage, DefaultPassage))),
		Prefer:    func(a, b int32) int { return v.compare(v.best[a], v.best[b]) },
		First:     func(d int32) bool { return v.opt.Seen(v.best[d]) },
	}
	if v.opt.Single {
		opt.Last = func(d int32) bool { return len(v.in[d]) > 1 }
	}
	others := newVersions(v)
	if opt.One = v.opt.One; v.opt.Versions {
		opt.Unlike = others.unlike
	}
	choices, order := keep.Choose(v.docs, v.shared, opt)
	fates := make([]Fate, len(v.ids))
	r := &Survival{Fates: fates, node: v.node, docs: v.docs, best: v.best, in: v.in, shared: v.shared, learned: v.learned}
	for n := range fates {
		i := v.node[n]
		if v.opt.Seen(uint32(n)) {
			fates[n] = Fate{By: []uint32{uint32(n)}, Coverage: 1, Back: 1, Relation: dedup.Identical, Rule: BySeen}
			continue
		}
		if !v.present(uint32(n)) {
			continue
		}
		c, best := &choices[i], v.best[i]
		switch {
		case c.Kept() && best == uint32(n):
			if len(c.Unlike) > 0 {
				fates[n] = others.fate(best, v.best[c.Unlike[0]], Fate{Coverage: c.Held, Back: c.Back, Relation: relationOf(c)})
			}
		case c.Kept():
			fates[n] = Fate{By: []uint32{best}, Coverage: 1, Back: 1, Relation: v.copied(uint32(n), best)}
			_, fates[n].Rule = v.rule(best, uint32(n))
		default:
			fates[n] = v.dropped(uint32(n), c)
		}
		if v.opt.Versions && best != uint32(n) {
			others.copied(fates, uint32(n))
		}
	}
	if others.err != nil {
		return nil, others.err
	}
	v.keepExtra(fates)
	if err := v.keepLists(r); err != nil || !v.opt.Passages {
		return r, err
	}
	return r, v.cutPassages(r, choices, order)
}

// copied returns what a document is to another one with the same live units.
func (v *surviving) copied(a, b uint32) dedup.Relation {
	if v.relation[a] == dedup.Identical && v.relation[b] == dedup.Identical {
		return dedup.Identical
	}
	return dedup.SameText
}

// dropped is the fate of a document whose text others hold.
func (v *surviving) dropped(n uint32, c *keep.Choice) Fate {
	f := Fate{Coverage: c.Held, Back: c.Back}
	for _, i := range c.By {
		f.By = append(f.By, v.best[i])
	}
	switch f.Relation = relationOf(c); {
	case len(f.By) > 1:
		f.Relation, f.Rule = dedup.Overlap, ByParts
	case c.Contained:
		f.Rule = ByContainment
	default:
		_, f.Rule = v.rule(f.By[0], n)
	}
	return f
}

// relationOf returns what a document is to one that holds its text.
func relationOf(c *keep.Choice) dedup.Relation {
	if c.Contained {
		return dedup.ContainedIn
	}
	return kindOf(&dedup.Relatedness{CoverageA: c.Coverage, CoverageB: c.Back, Matched: brief + 1}) // it is no quotation
}
