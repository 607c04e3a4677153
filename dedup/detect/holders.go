package detect

import (
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
)

// group is a fingerprint: in how many texts it stood and stands, and where the documents that
// have links hold it.
type group struct {
	was, is int32
	ps      []cluster.Posting // Doc is a place in holders.numbers
}

// holders are fingerprints and the documents that hold them.
type holders struct {
	u       *updating
	groups  []group
	numbers []uint32
	place   byNumber // of a document in numbers, plus 2; 1 if it has no links, 0 if it was not met
}

// holdersStep is about how many postings are looked at before the judgements of their documents
// are read, together.
const holdersStep = 1 << 16

// holders looks fingerprints up.
func (u *updating) holders(fingerprints []uint64) (*holders, error) {
	c := &holders{u: u}
	u.only = &keys{fingerprints: fingerprints}
	defer func() { u.only = nil }()
	var all []dedup.Posting
	var ends []int // of the postings of each fingerprint
	err := u.scanFingerprints("judging", func(ps []dedup.Posting) error {
		all = append(all, ps...)
		if ends = append(ends, len(all)); len(all) < holdersStep {
			return nil
		}
		err := c.add(all, ends)
		all, ends = all[:0], ends[:0]
		return err
	})
	if err != nil {
		return nil, err
	}
	return c, c.add(all, ends)
}

// add adds groups, whose postings end at ends.
func (c *holders) add(all []dedup.Posting, ends []int) error {
	if err := c.read(all); err != nil {
		return err
	}
	lo := 0
	for _, hi := range ends {
		c.groups = append(c.groups, c.group(all[lo:hi]))
		lo = hi
	}
	return nil
}

// read reads the judgements of documents, and gives those that have links a place.
func (c *holders) read(all []dedup.Posting) error {
	u := c.u
	var fresh, unread []uint32
	for _, p := range all {
		place := c.place.at(p.Doc)
		if *place != 0 {
			continue
		}
		*place = 1
		fresh = append(fresh, p.Doc)
		if u.old[p.Doc] == nil {
			unread = append(unread, p.Doc)
		}
	}
	slices.Sort(unread)
	if err := u.readJudgements(unread); err != nil {
		return err
	}
	for _, n := range fresh {
		if is := u.now[n]; len(u.old[n].Links) > 0 || is != nil && len(is.Links) > 0 {
			*c.place.at(n) = int32(len(c.numbers)) + 2
			c.numbers = append(c.numbers, n)
		}
	}
	return nil
}

// group makes a group of the postings of a fingerprint.
func (c *holders) group(ps []dedup.Posting) (g group) {
	u, last, at := c.u, ^uint32(0), int32(-1)
	for _, p := range ps {
		if p.Doc != last {
			last, at = p.Doc, c.place.get(p.Doc)-2
			if u.before.has(p.Doc) {
				g.was++
			}
			if u.isRepresentative(p.Doc) {
				g.is++
			}
		}
		if at >= 0 {
			g.ps = append(g.ps, cluster.Posting{Doc: at, Pos: int32(p.Pos)})
		}
	}
	return g
}

// counter returns a counter of the stories after a pass, then or now.
func (c *holders) counter(pass int, of func(n uint32) (*Judgement, error)) (*cluster.Counter, error) {
	docs := make([]cluster.Doc, len(c.numbers))
	var stories []cluster.Story
	at := map[uint64]int{}
	for d, n := range c.numbers {
		j, err := of(n)
		if err != nil {
			return nil, err
		}
		docs[d].Gram = j.Gram
		for _, p := range j.Nodes[pass] {
			i, ok := at[p.Story]
			if !ok {
				i = len(stories)
				at[p.Story] = i
				stories = append(stories, cluster.Story{})
			}
			stories[i].Nodes = append(stories[i].Nodes, cluster.Node{Doc: int32(d), Units: p.Units})
		}
	}
	return cluster.NewCounter(docs, stories), nil
}
