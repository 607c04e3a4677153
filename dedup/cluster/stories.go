package cluster

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Posting says that a document holds a print, and from which live unit on.
type Posting struct{ Doc, Pos int32 }

// Scan calls fn for every print of an index: with the number of texts that hold it,
// and where the documents of the judgement do, by document. fn must not keep ps.
type Scan func(fn func(texts int, ps []Posting)) error

// Judging is a judgement of links. It holds the links packed, some numbers for
// each chain and the stories: prints, which are a thousand times as many, pass by.
type Judging struct {
	judge
	links   *Table
	stories []Story
}

// Judged judges links and groups what they join. docs must be sorted by id, and
// the table, with numbers of docs, sorted too. It reads the prints twice; what
// comes out is a function of its arguments, in whatever order scan brings them.
// Three passes suffice: a fourth changes nothing.
func Judged(docs []Doc, links *Table, scan Scan, t Thresholds) (*Judging, error) {
	j := &Judging{judge: judge{docs: docs, t: t}, links: links}
	for pass := range 3 {
		if pass > 0 {
			if err := j.weigh(scan); err != nil {
				return nil, err
			}
		}
		j.pass()
	}
	return j, nil
}

// Judge is Judged for a few documents whose prints are at hand: frequency is, for
// each print, the number of texts that hold it. It returns the verdict of each
// link, of which there must be but one for two documents, and the stories.
func Judge(docs []Doc, links []Link, frequency []int32, t Thresholds) ([]Verdict, []Story) {
	var table Table
	at := make([][]int32, len(docs))
	by := make([][]Posting, len(frequency))
	for d := range docs {
		for _, p := range docs[d].Prints {
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

// pass judges every link and groups the accepted ones. Documents that no accepted
// links connect have nothing to do with each other, so that each component is
// built on its own.
func (j *Judging) pass() {
	accepted := make([]bool, j.links.Len())
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
		found[c] = group(build(j.docs, acc))
	})
	j.stories = slices.Concat(found...)
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
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+step-1)/step) {
		wg.Go(func() {
			var l Link
			for {
				hi := int(next.Add(step))
				for i := hi - step; i < min(hi, n); i++ {
					work(&l, i)
				}
				if hi >= n {
					return
				}
			}
		})
	}
	wg.Wait()
}

// weigh counts in how many stories, or texts in none, each print stands: the texts
// that hold it, less those that hold it in a story which another document already
// stands for. It notes what chains lose by prints that are in many.
func (j *Judging) weigh(scan Scan) error {
	w := weighing{Judging: j}
	w.index()
	j.lost = make([]lost, j.links.chains)
	err := scan(func(texts int, ps []Posting) {
		c := int32(0)
		if common(int32(texts)) > 0 {
			c = common(w.count(int32(texts), ps))
		}
		for _, p := range ps {
			covered := w.learned[p.Doc] && w.covered(p)
			if c > 0 || covered {
				w.losses = append(w.losses, loss{p, int8(c), covered})
			}
		}
		if len(w.losses) >= maxLosses {
			w.settle()
		}
	})
	w.settle()
	return err
}

// covered reports whether a print lies in learned boilerplate.
func (w *weighing) covered(p Posting) bool {
	d := &w.docs[p.Doc]
	return d.Learned.Within(p.Pos, p.Pos+d.Gram) > int(d.Gram)/2
}

// loss is a print that is common, in tenths, or covered by learned boilerplate.
type loss struct {
	Posting
	common  int8
	covered bool
}

// maxLosses bounds the losses that wait to be settled, 12 bytes each.
const maxLosses = 1 << 20

// settle notes the losses in the chains they lie in, document by document: a link
// is read once for all of them.
func (w *weighing) settle() {
	slices.SortFunc(w.losses, func(x, y loss) int { return cmp.Compare(x.Doc, y.Doc) })
	w.starts = w.starts[:0]
	for i := range w.losses {
		if i == 0 || w.losses[i].Doc != w.losses[i-1].Doc {
			w.starts = append(w.starts, i)
		}
	}
	documents := len(w.starts)
	w.starts = append(w.starts, len(w.losses))
	spread(documents, func(l *Link, i int) {
		of := w.losses[w.starts[i]:w.starts[i+1]]
		from, to := w.links.Of(of[0].Doc)
		for n := from; n < to; n++ {
			w.links.Read(n, l)
			for _, x := range of {
				w.lose(l, x)
			}
		}
	})
	w.losses = w.losses[:0]
}

// weighing is the state of one weigh.
type weighing struct {
	*Judging
	losses  []loss
	starts  []int       // where the losses of another document begin
	nodes   []storyNode // by document
	of      []int32     // document → its first node; one more at the end
	learned []bool      // document → something of it is learned boilerplate

	print int32   // number of the print
	seen  []int32 // node → the last print it was seen to hold
	held  []held  // story → likewise
}

// held says how many nodes of a story hold a print.
type held struct{ print, nodes int32 }

// storyNode is a node and the story it is in.
type storyNode struct {
	units Set
	story int32
}

// index finds the nodes of each document.
func (w *weighing) index() {
	w.of = make([]int32, len(w.docs)+1)
	n := 0
	for s := range w.stories {
		n += len(w.stories[s].Nodes)
		for _, node := range w.stories[s].Nodes {
			w.of[node.Doc+1]++
		}
	}
	for d := range w.docs {
		w.of[d+1] += w.of[d]
	}
	next := slices.Clone(w.of)
	w.nodes = make([]storyNode, n)
	for s := range w.stories {
		for _, node := range w.stories[s].Nodes {
			w.nodes[next[node.Doc]] = storyNode{node.Units, int32(s)}
			next[node.Doc]++
		}
	}
	w.learned = make([]bool, len(w.docs))
	for d := range w.docs {
		w.learned[d] = w.docs[d].Learned != nil
	}
	w.seen, w.held = make([]int32, n), make([]held, len(w.stories))
}

// count returns how many stories, and texts in none, hold a print. A story that
// many texts carry is not joined whole at once, and what is left of it would make
// its own words look like formula: where one story of many nodes holds a print,
// texts in none count for less, by half that number.
func (w *weighing) count(texts int32, ps []Posting) int32 {
	w.print++
	stories, most, lone := int32(0), int32(0), texts
	for _, p := range ps {
		gram := w.docs[p.Doc].Gram
		for n := w.of[p.Doc]; n < w.of[p.Doc+1]; n++ {
			node := &w.nodes[n]
			if w.seen[n] == w.print || node.units.Within(p.Pos, p.Pos+gram) == 0 {
				continue
			}
			w.seen[n] = w.print
			lone--
			h := &w.held[node.story]
			if h.print != w.print {
				*h = held{print: w.print}
				stories++
			}
			h.nodes++
			most = max(most, h.nodes)
		}
	}
	lone = max(0, lone)
	if most > 2 {
		lone = (2*lone + most - 1) / most
	}
	return max(1, stories+lone)
}

// lose notes a loss of A in the chains of l that it lies in.
func (w *weighing) lose(l *Link, x loss) {
	lo, hi := x.Pos, x.Pos+w.docs[x.Doc].Gram
	for k := range l.Chains {
		c := &l.Chains[k]
		span := c.spanA()
		if lo < span.Lo || hi > span.Hi {
			continue
		}
		lost := &w.lost[int(l.first)+k]
		if hi <= span.Lo+c.Head {
			lost.head += int32(x.common)
		}
		if lo >= span.Hi-c.Tail {
			lost.tail += int32(x.common)
		}
		switch _, ok := c.runOf(lo, hi); {
		case !ok:
		case x.covered:
			lost.covered++
		default:
			lost.runs += int32(x.common)
		}
	}
}

// runOf returns the run of c that holds all units [lo, hi) of A, and whether there is
// one.
func (c *Chain) runOf(lo, hi int32) (int, bool) {
	i, _ := slices.BinarySearchFunc(c.Runs, hi, func(r Run, hi int32) int { return int(r.A + r.Len - hi) })
	return i, i < len(c.Runs) && c.Runs[i].A <= lo
}
