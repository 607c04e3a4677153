package cluster

import (
	"cmp"
	"encoding/binary"
	"slices"

	"repost/dedup/parallel"
)

// Posting says that a document holds a fingerprint, and from which live unit on.
type Posting struct{ Doc, Pos int32 }

// Scan calls fn for every fingerprint of an index, with the number of texts that hold it
// and the places in the documents of the judgement, by document. fn must not keep ps.
type Scan func(fn func(texts int, ps []Posting)) error

// Judging is a judgement of links. It holds the packed links, some numbers for each chain,
// and the stories. The fingerprints, a thousand times as many, are only scanned.
type Judging struct {
	judge
	links   *Table
	stories []Story
}

// Passes is how often links are judged: a fourth pass changes nothing.
const Passes = 3

// Judged judges links and groups what they join. docs must be sorted by id, and so must the
// table, which has numbers of docs. It reads the fingerprints twice. The result does not
// depend on the order of the scan.
func Judged(docs []Doc, links *Table, scan Scan, t Thresholds) (*Judging, error) {
	return JudgedBy(docs, links, scan, t, func(int, *Judging, []bool) {})
}

// JudgedBy is Judged that reports after each pass which links were accepted.
func JudgedBy(docs []Doc, links *Table, scan Scan, t Thresholds, after func(pass int, j *Judging, accepted []bool)) (*Judging, error) {
	j := NewJudging(docs, links, t)
	for pass := range Passes {
		if pass > 0 {
			if err := j.countCommon(scan); err != nil {
				return nil, err
			}
		}
		after(pass, j, j.Pass())
	}
	return j, nil
}

// NewJudging begins a judgement whose passes the caller makes: see Judged. Only documents
// that have links must be sorted by id.
func NewJudging(docs []Doc, links *Table, t Thresholds) *Judging {
	return &Judging{judge: judge{docs: docs, t: t}, links: links}
}

// Judge is Judged for a few documents whose fingerprints are in memory: frequency is, for
// each fingerprint, the number of texts that hold it. It returns the verdict of each link
// and the stories. Two documents may have only one link.
func Judge(docs []Doc, links []Link, frequency []int32, t Thresholds) ([]Verdict, []Story) {
	var table Table
	at := make([][]int32, len(docs))
	by := make([][]Posting, len(frequency))
	for d := range docs {
		for _, p := range docs[d].Fingerprints {
			at[d] = append(at[d], p.Pos)
			by[p.Key] = append(by[p.Key], Posting{int32(d), p.Pos})
		}
	}
	for i := range links {
		l := &links[i]
		for k := range l.Chains {
			l.Chains[k].Count(at[l.A], nil, docs[l.A].Gram)
		}
		table.Add(l)
	}
	table.Sort(len(docs))
	scan := func(fn func(int, []Posting)) error {
		for k, ps := range by {
			fn(int(frequency[k]), ps)
		}
		return nil
	}
	j, _ := Judged(docs, &table, scan, t) // scan does not fail
	verdicts := make([]Verdict, len(links))
	for i := range links {
		n, _ := slices.BinarySearchFunc(table.at, &links[i], func(p place, l *Link) int {
			return cmp.Or(cmp.Compare(p.a, l.A), cmp.Compare(p.b, l.B))
		})
		var l Link
		verdicts[i] = j.Verdict(n, &l)
	}
	return verdicts, j.stories
}

// Stories returns the stories.
func (j *Judging) Stories() []Story { return j.stories }

// Verdict reads link i of the table into l and says what was found of it.
func (j *Judging) Verdict(i int, l *Link) Verdict {
	j.links.Read(i, l)
	if j.lost == nil {
		return j.strict(l)
	}
	return j.decide(l)
}

// Pass judges every link, groups the accepted ones and says which they are. Documents that
// no accepted links connect have nothing to do with each other, so that each component is
// built on its own.
func (j *Judging) Pass() (accepted []bool) {
	accepted = make([]bool, j.links.Len())
	spread(len(accepted), func(l *Link, i int) { accepted[i] = j.Verdict(i, l).Accepted })
	components := j.components(accepted)
	found := make([][]Story, len(components))
	spread(len(components), func(_ *Link, c int) {
		acc := make([]joined, 0, len(components[c]))
		for _, i := range components[c] {
			l := new(Link)
			v := j.Verdict(int(i), l)
			acc = append(acc, j.accept(l, v))
		}
		found[c] = group(build(j.docs, acc), j.docs)
	})
	j.stories = slices.Concat(found...)
	return accepted
}

// components returns the accepted links by connected component, ascending.
func (j *Judging) components(accepted []bool) [][]int32 {
	root := Joined(len(j.docs), func(yield func(a, b int32) bool) {
		for i, yes := range accepted {
			if a, b := j.links.Pair(i); yes && !yield(a, b) {
				return
			}
		}
	})
	var of []int32 // links, ordered by component
	for i, yes := range accepted {
		if yes {
			of = append(of, int32(i))
		}
	}
	component := func(i int32) int32 { return root[j.links.at[i].a] }
	slices.SortStableFunc(of, func(x, y int32) int { return cmp.Compare(component(x), component(y)) })
	var out [][]int32
	for lo := 0; lo < len(of); {
		hi := lo + 1
		for hi < len(of) && component(of[hi]) == component(of[lo]) {
			hi++
		}
		out = append(out, of[lo:hi])
		lo = hi
	}
	return out
}

// spread calls work for 0 to n-1 on all threads, a hundred at a time, each thread
// with a link of its own to read into.
func spread(n int, work func(l *Link, i int)) {
	const step = 128
	parallel.With((n+step-1)/step, func() *Link { return new(Link) }, func(l *Link, k int) {
		for i := k * step; i < min((k+1)*step, n); i++ {
			work(l, i)
		}
	})
}

// countCommon notes the penalties of chains for fingerprints that are in many stories of the last
// pass.
func (j *Judging) countCommon(scan Scan) error {
	w := commonCounter{Judging: j, Counter: NewCounter(j.docs, j.stories), learned: make([]bool, len(j.docs))}
	for d := range j.docs {
		w.learned[d] = j.docs[d].Learned != nil
	}
	j.Forget()
	err := scan(func(texts int, ps []Posting) {
		c := w.Common(int32(texts), ps)
		for _, p := range ps {
			covered := w.learned[p.Doc] && j.Covered(p)
			if c > 0 || covered {
				w.commonFingerprints = append(w.commonFingerprints, commonFingerprint{p, int8(c), covered})
			}
		}
		if len(w.commonFingerprints) >= maxCommonFingerprints {
			w.noteCommon()
		}
	})
	w.noteCommon()
	return err
}

// Forget resets the penalties of chains: the next pass is not the first.
func (j *Judging) Forget() { j.lost = make([]Lost, j.links.chains) }

// Losses returns what the chains of link i lose, to be read or changed; nil in the first
// pass.
func (j *Judging) Losses(i int) []Lost {
	return j.Kept()(i)
}

// Kept returns Losses as it is now, also after the next pass.
func (j *Judging) Kept() func(i int) []Lost {
	lost := j.lost
	return func(i int) []Lost {
		if lost == nil {
			return nil
		}
		p := &j.links.at[i]
		n, _ := binary.Uvarint(j.links.data[p.offset:])
		return lost[p.chains : int(p.chains)+int(n)]
	}
}

// Covered reports whether a fingerprint is in learned boilerplate.
func (j *Judging) Covered(p Posting) bool {
	d := &j.docs[p.Doc]
	return d.Learned.Within(p.Pos, p.Pos+d.Gram) > int(d.Gram)/2
}

// commonFingerprint is a fingerprint that is common, in tenths, or covered by learned
// boilerplate.
type commonFingerprint struct {
	Posting
	common  int8
	covered bool
}

// maxCommonFingerprints bounds the fingerprints that wait to be noted, 12 bytes each.
const maxCommonFingerprints = 1 << 20

// noteCommon notes the common fingerprints in the chains they lie in, document by document: a
// link is read once for all of them.
func (w *commonCounter) noteCommon() {
	slices.SortFunc(w.commonFingerprints, func(x, y commonFingerprint) int { return cmp.Compare(x.Doc, y.Doc) })
	w.starts = w.starts[:0]
	for i := range w.commonFingerprints {
		if i == 0 || w.commonFingerprints[i].Doc != w.commonFingerprints[i-1].Doc {
			w.starts = append(w.starts, i)
		}
	}
	documents := len(w.starts)
	w.starts = append(w.starts, len(w.commonFingerprints))
	spread(documents, func(l *Link, i int) {
		of := w.commonFingerprints[w.starts[i]:w.starts[i+1]]
		from, to := w.links.Of(of[0].Doc)
		for n := from; n < to; n++ {
			w.links.Read(n, l)
			for _, x := range of {
				w.lose(l, x)
			}
		}
	})
	w.commonFingerprints = w.commonFingerprints[:0]
}

// commonCounter is the state of one countCommon.
type commonCounter struct {
	*Judging
	*Counter
	commonFingerprints []commonFingerprint
	starts             []int  // where the losses of another document begin
	learned            []bool // document → something of it is learned boilerplate
}

// lose notes a common fingerprint of A in the chains of l that hold it.
func (w *commonCounter) lose(l *Link, x commonFingerprint) {
	if x.covered {
		w.Lose(l, x.Pos, int32(x.common), 0, 1)
	} else {
		w.Lose(l, x.Pos, int32(x.common), int32(x.common), 0)
	}
}

// Lose notes the penalties of a fingerprint of A at a unit for the chains of l that hold
// it: ends tenths at an end that runs over, runs tenths in their runs, and covered
// fingerprints of boilerplate. It reports whether any chain holds it.
func (j *Judging) Lose(l *Link, pos, ends, runs, covered int32) (in bool) {
	lo, hi := pos, pos+j.docs[l.A].Gram
	for k := range l.Chains {
		c := &l.Chains[k]
		span := c.spanA()
		if lo < span.Lo || hi > span.Hi {
			continue
		}
		lost := &j.lost[int(l.first)+k]
		if hi <= span.Lo+c.Head {
			lost.Head += ends
		}
		if lo >= span.Hi-c.Tail {
			lost.Tail += ends
		}
		if _, ok := c.runOf(lo, hi); ok {
			lost.Covered += covered
			lost.Runs += runs
		}
		in = true
	}
	return in
}

// runOf returns the run of c that holds all units [lo, hi) of A, and whether there is
// one.
func (c *Chain) runOf(lo, hi int32) (int, bool) {
	i, _ := slices.BinarySearchFunc(c.Runs, hi, func(r Run, hi int32) int { return int(r.A + r.Len - hi) })
	return i, i < len(c.Runs) && c.Runs[i].A <= lo
}
