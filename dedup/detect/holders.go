package detect

import (
	"maps"
	"math"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
)

// How many stories hold a fingerprint is counted from where stories lie in the documents that
// hold it, which their judgements say. A document shares some fingerprint with one in three of
// a hundred thousand others, by chance mostly, so to read the judgements of all that do is to
// read those of the corpus. But a fingerprint in two texts is distinctive whatever is in them, a
// document in no story needs no look, since the corpus keeps a bit that says so, and a
// fingerprint of ten stories or more is as common as can be: of its holders as many are read as
// it takes to know, the same ones for many fingerprints where that can be.

// group is a fingerprint in more than two texts, and its holders.
type group struct {
	key     uint64
	was, is int32    // in how many texts it stood and stands
	lo, hi  int      // its postings in holders.posts
	summary *summary // where they are instead, some of them
	common  bool     // as common as can be, then and now
}

// holders are fingerprints and the documents that hold them.
type holders struct {
	u       *updating
	posts   []dedup.Posting
	groups  []group
	numbers []uint32          // of documents that were read and have links
	place   byNumber          // of a document in numbers, plus 2; 1 if it has no links, 0 if it was not read
	of      []cluster.Posting // those of one group that were read
}

// holders looks fingerprints up, and calls few for those in one or two texts.
func (u *updating) holders(fingerprints []uint64, few func(ps []dedup.Posting)) (*holders, error) {
	c := &holders{u: u}
	u.only = &keys{fingerprints: fingerprints}
	defer func() { u.only = nil }()
	return c, u.scanFingerprints("judging", func(key uint64, ps []dedup.Posting, s *summary) error {
		if s != nil {
			c.groups = append(c.groups, group{key: key, was: int32(s.was.texts), is: int32(s.is.texts), summary: s})
			return nil
		}
		g := group{key: key, lo: len(c.posts)}
		u.documents(ps, func(n uint32) {
			if u.before.has(n) {
				g.was++
			}
			if u.isRepresentative(n) {
				g.is++
			}
		})
		if max(g.was, g.is) <= cluster.Distinctive {
			few(ps)
			return nil
		}
		c.posts = append(c.posts, ps...)
		g.hi = len(c.posts)
		c.groups = append(c.groups, g)
		return nil
	})
}

// postings returns those of a group: some of them, if there is a summary.
func (c *holders) postings(g *group) []dedup.Posting {
	if g.summary != nil {
		return g.summary.some
	}
	return c.posts[g.lo:g.hi]
}

// widen reads all postings of groups.
func (c *holders) widen(groups []*group) error {
	of := map[uint64]*group{}
	for _, g := range groups {
		if g.summary != nil {
			of[g.key] = g
		}
	}
	if len(of) == 0 {
		return nil
	}
	return c.u.whole(slices.Sorted(maps.Keys(of)), func(key uint64, ps []dedup.Posting, _ *summary) error {
		g := of[key]
		g.summary, g.lo = nil, len(c.posts)
		c.posts = append(c.posts, ps...)
		g.hi = len(c.posts)
		return nil
	})
}

// Of the holders of a fingerprint firstHolders are read first, then someHolders, and then all.
const (
	firstHolders = 8
	someHolders  = 32
)

// counters returns counters of the stories after a pass, as some judgements say, from as many
// holders as it takes.
func (c *holders) counters(pass int, by ...func(n uint32) (*Judgement, error)) (all []*cluster.Counter, err error) {
	counted, names := 0, make([]map[uint64]int32, len(by))
	for i := range by {
		all, names[i] = append(all, cluster.NewCounter(nil, nil)), map[uint64]int32{}
	}
	fresh, open := c.fresh(), make([]*group, len(c.groups))
	for i := range c.groups {
		open[i] = &c.groups[i]
	}
	for _, most := range []int{firstHolders, someHolders, math.MaxInt} {
		if most == math.MaxInt {
			if err := c.widen(open); err != nil {
				return nil, err
			}
		}
		if err := c.read(open, most, c.placed); err != nil {
			return nil, err
		}
		for i, of := range by {
			if err := c.add(all[i], names[i], counted, pass, of); err != nil {
				return nil, err
			}
		}
		counted = len(c.numbers)
		open = slices.DeleteFunc(open, func(g *group) bool {
			unread := c.unread(g, fresh)
			if unread == 0 {
				return true
			}
			ps := c.known(g)
			g.common = !slices.ContainsFunc(all, func(w *cluster.Counter) bool {
				return !w.Commonest(min(g.was, g.is)-unread, unread, ps)
			})
			return g.common
		})
		if len(open) == 0 {
			break
		}
	}
	return all, nil
}

// placed reports whether a document may be in a story, then or now.
func (c *holders) placed(n uint32) bool { return c.u.now[n] != nil || c.u.lazy.since.Placed(n) }

// unread returns how many holders that may be in a story were not read.
// Of a summary it takes those for holders that may be in a story only now.
func (c *holders) unread(g *group, fresh int32) (count int32) {
	if g.summary != nil {
		count = g.summary.placed + fresh
		c.u.documents(g.summary.some, func(n uint32) {
			if c.place.get(n) > 0 && c.placed(n) {
				count--
			}
		})
		return count
	}
	c.u.documents(c.postings(g), func(n uint32) {
		if c.place.get(n) == 0 && c.placed(n) {
			count++
		}
	})
	return count
}

// fresh returns how many documents may be in a story now that were in none.
func (c *holders) fresh() (count int32) {
	for n := range c.u.now {
		if !c.u.lazy.since.Placed(n) {
			count++
		}
	}
	return count
}

// read reads the judgements of those holders that are asked for, of each group as many, and notes
// which of them have links.
func (c *holders) read(groups []*group, most int, asked func(n uint32) bool) error {
	var ns []uint32
	for _, g := range groups {
		known, ps := 0, c.postings(g)
		c.u.documents(ps, func(n uint32) {
			if c.place.get(n) > 0 {
				known++
			}
		})
		c.u.documents(ps, func(n uint32) {
			if known < most && c.place.get(n) == 0 && asked(n) {
				*c.place.at(n) = 1
				ns = append(ns, n)
				known++
			}
		})
	}
	slices.Sort(ns)
	u := c.u
	if err := u.readJudgements(slices.DeleteFunc(slices.Clone(ns), func(n uint32) bool { return u.old[n] != nil })); err != nil {
		return err
	}
	for _, n := range ns {
		if is := u.now[n]; len(u.old[n].Links) > 0 || is != nil && len(is.Links) > 0 {
			*c.place.at(n) = int32(len(c.numbers)) + 2
			c.numbers = append(c.numbers, n)
		}
	}
	return nil
}

// known returns the postings of a group in the documents that were read and have links, until
// the next call.
func (c *holders) known(g *group) []cluster.Posting {
	c.of = c.of[:0]
	for _, p := range c.postings(g) {
		if at := c.place.get(p.Doc) - 2; at >= 0 {
			c.of = append(c.of, cluster.Posting{Doc: at, Pos: int32(p.Pos)})
		}
	}
	return c.of
}

// common says how far the fingerprint of a group in a number of texts is from distinctive.
func (c *holders) common(g *group, w *cluster.Counter, texts int32) int32 {
	if g.common {
		return cluster.MostCommon
	}
	return w.Common(texts, c.known(g))
}

// add adds to a counter the documents that were read, from one on, with the stories after a pass,
// then or now. names are the numbers of stories by their names.
func (c *holders) add(w *cluster.Counter, names map[uint64]int32, from, pass int, of func(n uint32) (*Judgement, error)) error {
	for _, n := range c.numbers[from:] {
		j, err := of(n)
		if err != nil {
			return err
		}
		w.Add(j.Gram)
		for _, p := range j.Nodes[pass] {
			story, ok := names[p.Story]
			if !ok {
				story = int32(len(names))
				names[p.Story] = story
			}
			w.AddNode(p.Units, story)
		}
	}
	return nil
}
