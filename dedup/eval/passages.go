package eval

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"repost/shingle"
)

// Passages scores clusters of passages. The unit is an occurrence: one story in
// one document. An occurrence is given to the cluster whose spans in that
// document cover most of it; one that no cluster covers is alone. Then clusters
// and stories are two partitions of the occurrences, and a page with three
// stories can be right in two of them.

// GoldDocument is the truth about one document: which of its spans carry which
// story, and what else was put around them.
type GoldDocument struct {
	ID          string         `json:"id"`
	Stories     []GoldStory    `json:"stories"`
	Boilerplate []shingle.Span `json:"boilerplate"` // claiming these bytes costs span IoU
	Neutral     []shingle.Span `json:"neutral"`     // headline, byline, caption: costs nothing either way
}

// GoldStory is an occurrence: one story in one document.
type GoldStory struct {
	Story string         `json:"story"`
	Spans []shingle.Span `json:"spans"`
	Kind  []string       `json:"kind"` // what was done to the text, for recall by kind
	Neg   []string       `json:"neg"`  // families of look-alikes it is in, "family:member"
}

// ReadGold reads one GoldDocument a line.
func ReadGold(r io.Reader, name string) ([]GoldDocument, error) {
	var out []GoldDocument
	seen := make(map[string]bool)
	err := eachJSON(r, name, func(d *GoldDocument) error {
		if seen[d.ID] {
			return fmt.Errorf("document %q a second time", d.ID)
		}
		seen[d.ID], out = true, append(out, *d)
		return d.check()
	})
	return out, err
}

func (d *GoldDocument) check() error {
	if d.ID == "" {
		return errors.New(`a document without "id"`)
	}
	all := slices.Concat(d.Boilerplate, d.Neutral)
	for _, s := range d.Stories {
		if s.Story == "" {
			return fmt.Errorf(`document %q has a story without "story"`, d.ID)
		}
		all = append(all, s.Spans...)
	}
	for _, s := range all {
		if s.Lo < 0 || s.Hi < s.Lo {
			return fmt.Errorf("document %q: span [%d,%d]", d.ID, s.Lo, s.Hi)
		}
	}
	return nil
}

// PassageReport is what Passages found. Counts are of the part that was scored.
type PassageReport struct {
	Part           Part `json:"part,omitempty"`
	Documents      int  `json:"documents"`
	Occurrences    int  `json:"occurrences"`
	Stories        int  `json:"stories"`
	ClustersUsed   int  `json:"clusters_used"`   // that were given an occurrence
	MembersUnknown int  `json:"members_unknown"` // members that are no document of the gold
	Agreement
	// SpanIoU is the mean of overlap over union of predicted and true spans, of
	// the SpanIoUN occurrences that sit with at least one true partner.
	SpanIoU         float64               `json:"span_iou"`
	SpanIoUN        int                   `json:"span_iou_n"`
	SpanIoUInterval *Interval             `json:"span_iou_interval,omitempty"`
	RecallByKind    map[string]KindRecall `json:"recall_by_kind"`
	FalseMerges     FalseMerges           `json:"false_merges"`
	HardNegatives   map[string]Family     `json:"hard_negatives"`
	Missed          []PassagePair         `json:"missed,omitempty"` // true partners apart, at most Options.List
	Wrong           []PassagePair         `json:"wrong,omitempty"`  // different stories together, likewise
}

// KindRecall is the mean share of an occurrence's true partners that are in its
// cluster, over the N occurrences of a kind that have partners.
type KindRecall struct {
	Recall   float64   `json:"recall"`
	N        int       `json:"n"`
	Interval *Interval `json:"interval,omitempty"`
}

// FalseMerges counts pairs of different stories, with at least one in the part that was
// scored.
type FalseMerges struct {
	StoryPairs   int `json:"story_pairs"`             // that share a cluster; past 4 million, one for each cluster they share
	ThroughAPage int `json:"through_a_page"`          // that share a cluster and a document
	OnOnePage    int `json:"story_pairs_on_one_page"` // that share a document
}

// Family counts pairs of different stories that look alike by design.
type Family struct {
	FalsePairs  int     `json:"false_pairs"` // occurrences of two stories in one cluster
	Pairs       int     `json:"pairs"`
	Rate        float64 `json:"rate"`
	WithWrong   float64 `json:"occurrences_with_wrong_partner"` // share of the N occurrences
	Occurrences int     `json:"n"`
}

// PassagePair is two occurrences.
type PassagePair struct {
	A       string `json:"a"`
	B       string `json:"b"`
	StoryA  string `json:"story_a"`
	StoryB  string `json:"story_b"`
	Cluster string `json:"cluster,omitempty"`
}

// occurrence is a GoldStory in its place.
type occurrence struct {
	*GoldStory
	doc   int
	spans []shingle.Span // a union
	got   []shingle.Span // predicted spans that earned its cluster
	in    bool           // in the part that is scored
}

// claim is what one cluster says about one document.
type claim struct {
	cluster int
	spans   []shingle.Span
}

// passages is the state of one scoring.
type passages struct {
	opt     Options
	gold    []GoldDocument
	neutral [][]shingle.Span // by document
	occ     []occurrence     // in the order of the gold
	stories []string         // names of the classes
	names   []string         // of clusters
	*table                   // clusters first, then one label for each that is alone
}

// Passages scores clusters against gold. Cost: a sort of all spans, then linear
// in occurrences; the intervals take Resamples × stories.
func Passages(gold []GoldDocument, clusters []Cluster, opt Options) *PassageReport {
	p := &passages{opt: opt, gold: gold}
	r := &PassageReport{Part: opt.Part}
	class := p.occurrences()
	claims, unknown := p.claims(clusters)
	p.table = newTable(p.assign(claims), class)
	r.MembersUnknown = unknown
	p.count(r)
	p.agreement(r)
	r.RecallByKind = p.recallByKind()
	r.FalseMerges = p.falseMerges()
	r.HardNegatives = p.hardNegatives()
	p.list(r)
	return r
}

// occurrences fills the occurrences and returns their classes.
func (p *passages) occurrences() (class []int) {
	number := make(map[string]int)
	for d := range p.gold {
		g := &p.gold[d]
		p.neutral = append(p.neutral, union(g.Neutral))
		for s := range g.Stories {
			st := &g.Stories[s]
			n, ok := number[st.Story]
			if !ok {
				n = len(p.stories)
				number[st.Story], p.stories = n, append(p.stories, st.Story)
			}
			class = append(class, n)
			p.occ = append(p.occ, occurrence{GoldStory: st, doc: d, spans: union(st.Spans), in: p.opt.Part.Has(st.Story)})
		}
	}
	return class
}

func union(s []shingle.Span) []shingle.Span { return shingle.Union(slices.Clone(s)) }

// claims gathers what clusters say by document, spans of one cluster joined, and
// counts members that are not in the gold.
func (p *passages) claims(clusters []Cluster) (by [][]claim, unknown int) {
	doc, number := make(map[string]int, len(p.gold)), make(map[string]int)
	for d := range p.gold {
		doc[p.gold[d].ID] = d
	}
	by = make([][]claim, len(p.gold))
	for _, c := range clusters {
		n, ok := number[c.ID]
		if !ok {
			n = len(p.names)
			number[c.ID], p.names = n, append(p.names, c.ID)
		}
		for _, m := range c.Members {
			d, ok := doc[m.ID]
			if !ok {
				unknown++
				continue
			}
			by[d] = addClaim(by[d], n, p.claimed(m, d))
		}
	}
	for _, cs := range by {
		for i := range cs {
			cs[i].spans = union(cs[i].spans)
		}
	}
	return by, unknown
}

// claimed returns the spans of m; the whole text reaches to the last labelled byte.
func (p *passages) claimed(m Member, d int) []shingle.Span {
	if m.Spans != nil {
		return m.Spans
	}
	g, end := &p.gold[d], 1
	for _, s := range slices.Concat(g.Boilerplate, g.Neutral) {
		end = max(end, s.Hi)
	}
	for _, st := range g.Stories {
		for _, s := range st.Spans {
			end = max(end, s.Hi)
		}
	}
	return []shingle.Span{{Lo: 0, Hi: end}}
}

func addClaim(cs []claim, cluster int, spans []shingle.Span) []claim {
	for i := range cs {
		if cs[i].cluster == cluster {
			cs[i].spans = append(slices.Clip(cs[i].spans), spans...)
			return cs
		}
	}
	return append(cs, claim{cluster, spans})
}

// assign returns the label of every occurrence: its cluster, or one of its own.
func (p *passages) assign(claims [][]claim) []int {
	label := make([]int, len(p.occ))
	least := cmp.Or(p.opt.MinOverlap, 0.1)
	for k := range p.occ {
		o := &p.occ[k]
		best := p.best(o, claims[o.doc], least)
		if best == nil {
			label[k] = len(p.names) + k
			continue
		}
		label[k], o.got = best.cluster, best.spans
	}
	return label
}

// best returns the claim that covers most of o, at least the share least of it;
// of equal ones that with the smaller span, then the smaller id.
func (p *passages) best(o *occurrence, claims []claim, least float64) *claim {
	var best *claim
	var most int
	for i := range claims {
		c := &claims[i]
		n := size(intersect(c.spans, o.spans))
		if n == 0 || float64(n) < least*float64(size(o.spans)) {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(most, n), cmp.Compare(size(c.spans), size(best.spans)),
			strings.Compare(p.names[c.cluster], p.names[best.cluster])) < 0 {
			best, most = c, n
		}
	}
	return best
}

func (p *passages) count(r *PassageReport) {
	docs, stories, used := make(map[int]bool), make(map[int]bool), make(map[int]bool)
	for k, o := range p.occ {
		if !o.in {
			continue
		}
		r.Occurrences++
		docs[o.doc], stories[p.class[k]] = true, true
		if o.got != nil {
			used[p.label[k]] = true
		}
	}
	r.Documents, r.Stories, r.ClustersUsed = len(docs), len(stories), len(used)
	if p.opt.Part == Whole {
		r.Documents = len(p.gold) // those without a story too
	}
}

// agreement fills pairs, B-cubed, ARI and span IoU, resampled over stories.
func (p *passages) agreement(r *PassageReport) {
	all := p.tallies()
	for k := range p.occ {
		if p.occ[k].got != nil && p.right(k) > 1 {
			all[p.class[k]].add(tally{iou: p.iou(&p.occ[k]), placed: 1})
		}
	}
	var units []tally
	for s, t := range all {
		if p.opt.Part.Has(p.stories[s]) {
			units = append(units, t)
		}
	}
	var t tally
	r.Agreement, t = agree(units, p.opt.resamples())
	r.SpanIoU, r.SpanIoUN = t.spanIoU(), int(t.placed)
	r.SpanIoUInterval = bootstrap(units, p.opt.resamples(), (*tally).add, tally.spanIoU)[0]
}

// iou returns overlap over union of o and what was predicted, neutral bytes aside.
func (p *passages) iou(o *occurrence) float64 {
	neutral := p.neutral[o.doc]
	both := sizeWithout(intersect(o.got, o.spans), neutral)
	either := sizeWithout(o.got, neutral) + sizeWithout(o.spans, neutral) - both
	return ratio(float64(both), float64(either), 1)
}

// mean is a sum and over how many.
type mean struct{ sum, n float64 }

func (m *mean) add(x mean) { m.sum, m.n = m.sum+x.sum, m.n+x.n }

func (m mean) value() float64 { return ratio(m.sum, m.n, 0) }

func (p *passages) recallByKind() map[string]KindRecall {
	byStory := make(map[string]map[int]*mean) // kind, story
	total := make(map[string]mean)
	for k, o := range p.occ {
		s := p.class[k]
		if p.inCls[s] < 2 || !o.in {
			continue
		}
		x := mean{float64(p.right(k)-1) / float64(p.inCls[s]-1), 1}
		for _, kind := range o.Kind {
			if byStory[kind] == nil {
				byStory[kind] = make(map[int]*mean)
			}
			if byStory[kind][s] == nil {
				byStory[kind][s] = new(mean)
			}
			byStory[kind][s].add(x)
			t := total[kind]
			t.add(x)
			total[kind] = t
		}
	}
	out := make(map[string]KindRecall, len(total))
	for kind, t := range total {
		var units []mean
		for _, s := range slices.Sorted(maps.Keys(byStory[kind])) {
			units = append(units, *byStory[kind][s])
		}
		ci := bootstrap(units, p.opt.resamples(), (*mean).add, mean.value)[0]
		out[kind] = KindRecall{t.value(), int(t.n), ci}
	}
	return out
}
