package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"sync"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/collate"
	"repost/dedup/detect"
	"repost/store"
)

// mostEarlier is how many earlier texts a document is compared with, the first ones.
const mostEarlier = 500

// novelty says how much of document n other documents had before: those with an
// earlier date or, where dates do not say, that came in before. Candidates are what
// find finds, and the members of its stories.
func (t *presenter) novelty(ctx context.Context, n uint32) (*report.Novelty, error) {
	d, err := t.corpus.Document(n)
	if err != nil {
		return nil, err
	}
	x := t.scheme.Prepare(d.Text)
	earlier, more, err := t.earlier(ctx, n, &d, x)
	if err != nil {
		return nil, err
	}
	var caps []string
	if more {
		caps = append(caps, fmt.Sprintf("more than %d earlier texts, of which the first %d were compared", mostEarlier, mostEarlier))
	}
	return t.assembled(x, earlier, caps)
}

// assembled says what of a text stands in the documents earlier.
func (t *presenter) assembled(x *detect.Text, earlier []uint32, caps []string) (*report.Novelty, error) {
	r := &report.Novelty{Earlier: len(earlier), Caps: []string{}}
	r.Caps = append(r.Caps, caps...)
	var seen []collate.Seen
	for _, m := range earlier {
		e, err := t.corpus.Document(m)
		if err != nil {
			return nil, err
		}
		s := collate.Seen{Key: e.ID, Date: e.Date}
		for _, c := range t.linker.Chains(x, t.scheme.Prepare(e.Text)) {
			for _, run := range c.Runs {
				s.Runs = append(s.Runs, collate.Run{Lo: int(run.A), Hi: int(run.A + run.Len)})
			}
		}
		seen = append(seen, s)
	}
	r.Assembly = collate.Assemble(x.Source, x.Units, seen)
	if r.Units > 0 {
		r.New = round(float64(r.Units-r.Seen) / float64(r.Units))
	}
	return r, nil
}

// earlier returns the numbers of the documents that may have had a part of document
// n before it, and whether there are more.
func (t *presenter) earlier(ctx context.Context, n uint32, d *dedup.Document, x *detect.Text) (docs []uint32, more bool, err error) {
	found, err := t.corpus.Find(ctx, d)
	if err != nil {
		return nil, false, err
	}
	var all []uint32
	for _, f := range found {
		all = append(all, f.Doc)
	}
	stories, err := t.corpus.StoriesOf(n)
	if err != nil {
		return nil, false, err
	}
	for _, s := range stories {
		for _, m := range s.Members {
			all = append(all, m.Doc)
		}
	}
	all = append(all, n)
	slices.Sort(all)
	l, err := timelineOf(t.corpus, slices.Compact(all))
	if err != nil {
		return nil, false, err
	}
	own, err := arrivalOf(t.corpus, n)
	docs, more = l.condense().before(own, math.MaxUint32, mostEarlier)
	return docs, more, err
}

// arrival is when a document came: its date and, where dates do not say, its number.
type arrival struct {
	n       uint32
	date    string
	content dedup.Content
}

func arrivalOf(c *store.Corpus, n uint32) (arrival, error) {
	m, err := newPresenter(c).firstMeta(n)
	return arrival{n, m.Date, m.Content}, err
}

// compare orders two arrivals. It is no order of more than two: of dated ones it is,
// and of those without a date.
func (x arrival) compare(y arrival) int {
	if collate.Dated(x.date, y.date) {
		return cmp.Or(collate.InTime(x.date, y.date), cmp.Compare(x.n, y.n))
	}
	return cmp.Compare(x.n, y.n)
}

// Novelty at ingest. show --novelty searches the index, which takes 8 ms a document in a
// corpus of 66,000 news texts. Stories that are up to date have the same information: for 4,250
// documents sampled from two corpora, the search found one earlier text that the stories
// lacked. So each document is compared with the first texts of its stories. Those of a few
// documents are looked up; else all stories are read, once for noveltyWindow documents.

const (
	// noveltyWindow is how many documents are reported in one pass over the stories. It
	// bounds what is kept of them.
	noveltyWindow = 1 << 15
	// mostInStory is how many earlier texts of a story a new document is compared
	// with, the first ones: where a story has more, what is not in those is hardly in
	// the others, and near copies would cost the square of their number.
	mostInStory = 32
	// fewNewcomers is how many documents a corpus has for each one whose stories are looked
	// up: to look up those of one document takes as long as to read some dozens of stories.
	fewNewcomers = 64
)

// newcomers prints how much is new of each document from number first on, in the
// order in which they came.
func (a *app) newcomers(ctx context.Context, c *store.Corpus, first uint32) error {
	out, wait := a.printer(), a.progress()
	defer wait.clear()
	presenters := sync.Pool{New: func() any { return newPresenter(c) }}
	end := c.Next()
	for lo := first; lo < end; lo = min(lo+noveltyWindow, end) {
		hi := min(lo+noveltyWindow, end)
		given := sourcesOf
		if hi-lo < end/fewNewcomers {
			given = sourcesLookedUp
		}
		sources, err := given(ctx, c, lo, hi)
		if err != nil {
			return err
		}
		for at := lo; at < hi; at = min(at+comparedAhead, hi) {
			newcomers := make([]*report.Newcomer, min(at+comparedAhead, hi)-at)
			errs := make([]error, len(newcomers))
			each(ctx, len(newcomers), func(i int) {
				t := presenters.Get().(*presenter)
				defer presenters.Put(t)
				n := at + uint32(i)
				newcomers[i], errs[i] = t.newcomer(n, sources[n])
			})
			for i, r := range newcomers {
				if err := cmp.Or(errs[i], ctx.Err()); err != nil {
					return err
				}
				if r == nil {
					continue // another text of this run took its place
				}
				if out.Newcomer(r); out.Err != nil {
					return out.Err
				}
			}
			wait.step("comparing with what was there", int(at-first)+len(newcomers), int(end-first))
		}
	}
	return nil
}

// newcomer says how much is new of document n, or nothing of one that is retired.
func (t *presenter) newcomer(n uint32, from sources) (*report.Newcomer, error) {
	if t.corpus.Retired(n) {
		return nil, nil
	}
	d, err := t.corpus.Document(n)
	if err != nil {
		return nil, err
	}
	versions, err := t.editionsOf(d.ID)
	if err != nil {
		return nil, err
	}
	r := &report.Newcomer{ID: d.ID, Version: len(versions)}
	var caps []string
	if from.more {
		caps = append(caps, fmt.Sprintf("a story has more than %d earlier texts, of which the first %d were compared", mostInStory, mostInStory))
	}
	r.Novelty, err = t.assembled(t.scheme.Prepare(d.Text), from.docs, caps)
	return r, err
}

// sources are earlier documents of the stories of a document, and whether there are
// more.
type sources struct {
	docs []uint32
	more bool
}

// sourcesOf reads all stories and returns the sources of documents lo … hi-1.
func sourcesOf(ctx context.Context, c *store.Corpus, lo, hi uint32) (map[uint32]sources, error) {
	out := map[uint32]sources{}
	err := c.Stories(func(s *dedup.Story) error {
		if !slices.ContainsFunc(s.Members, func(m dedup.Member) bool { return lo <= m.Doc && m.Doc < hi }) {
			return ctx.Err()
		}
		l, err := storyTimeline(c, s)
		if err != nil {
			return err
		}
		l.condense()
		for _, x := range l.members {
			if lo <= x.n && x.n < hi {
				was := out[x.n]
				was.add(l.before(x, math.MaxUint32, mostInStory))
				out[x.n] = was
			}
		}
		return ctx.Err()
	})
	return out, err
}

// sourcesLookedUp is sourcesOf that reads the stories of these documents only.
func sourcesLookedUp(ctx context.Context, c *store.Corpus, lo, hi uint32) (map[uint32]sources, error) {
	out, all := map[uint32]sources{}, timelines{}
	for n := lo; n < hi; n++ {
		from, err := all.sources(c, n, math.MaxUint32)
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return nil, err
		}
		out[n] = from
	}
	return out, nil
}

// add adds the earlier documents of another story.
func (s *sources) add(docs []uint32, more bool) {
	for _, n := range docs {
		if !slices.Contains(s.docs, n) {
			s.docs = append(s.docs, n)
		}
	}
	s.more = s.more || more
}

// timelines are those of stories that were met, by id.
type timelines map[string]*timeline

// sources looks up the stories of document n, and returns its sources among the documents
// with a number below end.
func (t timelines) sources(c *store.Corpus, n, end uint32) (from sources, err error) {
	stories, err := c.StoriesOf(n)
	if err != nil || len(stories) == 0 {
		return from, err
	}
	x, err := arrivalOf(c, n)
	if err != nil {
		return from, err
	}
	for i := range stories {
		l := t[stories[i].ID]
		if l == nil {
			if l, err = storyTimeline(c, &stories[i]); err != nil {
				return from, err
			}
			t[stories[i].ID] = l
		}
		from.add(l.before(x, end, mostInStory))
	}
	return from, nil
}

// storyTimeline is that of the members of a story.
func storyTimeline(c *store.Corpus, s *dedup.Story) (*timeline, error) {
	numbers := make([]uint32, len(s.Members))
	for i, m := range s.Members {
		numbers[i] = m.Doc
	}
	slices.Sort(numbers)
	return timelineOf(c, slices.Compact(numbers))
}

// timeline is documents in the order in which they came: those with a date, those
// without, and all by their numbers.
type timeline struct {
	members              []arrival // copies too
	dated, undated, byNo []arrival
}

// timelineOf takes numbers in ascending order, in which they are stored: what is
// known of each is read block by block.
func timelineOf(c *store.Corpus, numbers []uint32) (*timeline, error) {
	l := &timeline{}
	for _, n := range numbers {
		x, err := arrivalOf(c, n)
		if err != nil {
			return nil, err
		}
		l.members = append(l.members, x)
		if collate.Dated(x.date) {
			l.dated = append(l.dated, x)
		} else {
			l.undated = append(l.undated, x)
		}
	}
	slices.SortFunc(l.dated, arrival.compare)
	l.byNo = l.members
	return l, nil
}

// condense keeps of documents with one text the first of each list, so that before need not
// pass over the others. Then before is only asked for sources among all documents.
func (l *timeline) condense() *timeline {
	l.dated, l.undated, l.byNo = firsts(l.dated), firsts(l.undated), firsts(slices.Clone(l.byNo))
	return l
}

// firsts removes those whose text stands before in the list.
func firsts(list []arrival) []arrival {
	seen := map[dedup.Content]bool{}
	return slices.DeleteFunc(list, func(x arrival) bool {
		was := seen[x.content]
		seen[x.content] = true
		return was
	})
}

// before returns the documents with numbers below end that came before x, at most the given
// number of texts, and whether there are more. Those with dates come first.
func (l *timeline) before(x arrival, end uint32, most int) (docs []uint32, more bool) {
	lists := [][]arrival{l.byNo}
	if collate.Dated(x.date) {
		lists = [][]arrival{l.dated, l.undated}
	}
	seen := map[dedup.Content]bool{}
	for _, list := range lists {
		earlier := sort.Search(len(list), func(i int) bool { return list[i].compare(x) >= 0 })
		for _, e := range list[:earlier] {
			switch {
			case e.n >= end, seen[e.content]:
			case len(docs) == most:
				return docs, true
			default:
				seen[e.content] = true
				docs = append(docs, e.n)
			}
		}
	}
	return docs, false
}
