package eval

import (
	"maps"
	"slices"
	"strings"
)

// Up to exactMerges pairs, counted once for each cluster, different pairs are
// distinguished: a set of 4 million is about 200 MB.
const exactMerges = 4_000_000

// falseMerges counts different stories that share a cluster or a document.
func (p *passages) falseMerges() FalseMerges {
	byLabel := make([][]int, len(p.inLabel)) // stories
	for k, l := range p.label {
		byLabel[l] = append(byLabel[l], p.class[k])
	}
	in, total := make([]bool, len(p.stories)), 0
	for k, s := range p.class {
		in[s] = p.occ[k].in
	}
	labels := make([][]int, len(p.stories)) // labels of a story, ascending
	for l, ss := range byLabel {
		byLabel[l] = distinct(ss)
		total += touching(byLabel[l], in)
		for _, s := range byLabel[l] {
			labels[s] = append(labels[s], l)
		}
	}
	if total <= exactMerges {
		total = len(pairsOf(byLabel, in))
	}
	m := FalseMerges{StoryPairs: total}
	pages := pairsOf(p.storiesOfPages(), in)
	m.OnOnePage = len(pages)
	for pair := range pages {
		if meet(labels[pair[0]], labels[pair[1]]) {
			m.ThroughAPage++
		}
	}
	return m
}

func (p *passages) storiesOfPages() [][]int {
	out := make([][]int, len(p.gold))
	for k, o := range p.occ {
		out[o.doc] = append(out[o.doc], p.class[k])
	}
	for d := range out {
		out[d] = distinct(out[d])
	}
	return out
}

// distinct sorts s in place and drops repeats.
func distinct(s []int) []int {
	slices.Sort(s)
	return slices.Compact(s)
}

// touching counts the pairs of s with at least one side in.
func touching(s []int, in []bool) int {
	out := 0
	for _, x := range s {
		if !in[x] {
			out++
		}
	}
	return choose2(len(s)) - choose2(out)
}

// pairsOf returns the different pairs inside the sets with at least one side in.
func pairsOf(sets [][]int, in []bool) map[[2]int]bool {
	out := make(map[[2]int]bool)
	for _, s := range sets {
		for i, b := range s {
			for _, a := range s[:i] {
				if in[a] || in[b] {
					out[[2]int{a, b}] = true
				}
			}
		}
	}
	return out
}

// meet reports whether two ascending lists share a number.
func meet(a, b []int) bool { return common(a, b) > 0 }

// common counts the numbers two ascending lists share.
func common(a, b []int) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			n, a, b = n+1, a[1:], b[1:]
		}
	}
	return n
}

// hardNegatives counts, for what stands before the colon of a family's name,
// pairs of different stories of one family, and those put together. Pairs with
// both stories outside the part are left out.
func (p *passages) hardNegatives() map[string]Family {
	members := make(map[string][]int)
	for k, o := range p.occ {
		for _, f := range o.Neg {
			members[f] = append(members[f], k)
		}
	}
	out, wrong := make(map[string]Family), make(map[string]int)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		ks := members[name]
		kind, _, _ := strings.Cut(name, ":")
		f := out[kind]
		f.Pairs += p.crossPairs(ks)
		byLabel := make(map[int][]int)
		for _, k := range ks {
			byLabel[p.label[k]] = append(byLabel[p.label[k]], k)
		}
		for _, same := range byLabel {
			f.FalsePairs += p.crossPairs(same)
			wrong[kind] += p.withWrong(same)
		}
		f.Occurrences += len(p.inPart(ks))
		out[kind] = f
	}
	for kind, f := range out {
		f.Rate = ratio(float64(f.FalsePairs), float64(f.Pairs), 0)
		f.WithWrong = ratio(float64(wrong[kind]), float64(f.Occurrences), 0)
		out[kind] = f
		if f.Occurrences == 0 {
			delete(out, kind)
		}
	}
	return out
}

// crossPairs counts pairs of occurrences of two stories, at least one in the part.
func (p *passages) crossPairs(ks []int) int {
	var outside []int
	for _, k := range ks {
		if !p.occ[k].in {
			outside = append(outside, k)
		}
	}
	return p.cross(ks) - p.cross(outside)
}

func (p *passages) cross(ks []int) int {
	n, by := choose2(len(ks)), make(map[int]int)
	for _, k := range ks {
		by[p.class[k]]++
	}
	for _, m := range by {
		n -= choose2(m)
	}
	return n
}

// withWrong counts the occurrences in the part that share a cluster with another
// story of ks, which are all of one cluster.
func (p *passages) withWrong(ks []int) int {
	for _, k := range ks {
		if p.class[k] != p.class[ks[0]] {
			return len(p.inPart(ks))
		}
	}
	return 0
}

func (p *passages) inPart(ks []int) []int {
	var out []int
	for _, k := range ks {
		if p.occ[k].in {
			out = append(out, k)
		}
	}
	return out
}

// list fills the lists of misses and of wrong pairs, in the order of the gold.
func (p *passages) list(r *PassageReport) {
	if p.opt.List <= 0 {
		return
	}
	crossing(groups(p.class, len(p.inCls)), p.label, func(i, j int) bool {
		if p.occ[i].in {
			r.Missed = append(r.Missed, p.pair(i, j))
		}
		return len(r.Missed) < p.opt.List
	})
	crossing(groups(p.label, len(p.inLabel)), p.class, func(i, j int) bool {
		if p.occ[i].in || p.occ[j].in {
			pair := p.pair(i, j)
			pair.Cluster = p.names[p.label[i]]
			r.Wrong = append(r.Wrong, pair)
		}
		return len(r.Wrong) < p.opt.List
	})
}

func (p *passages) pair(i, j int) PassagePair {
	a, b := &p.occ[i], &p.occ[j]
	return PassagePair{A: p.gold[a.doc].ID, B: p.gold[b.doc].ID, StoryA: a.Story, StoryB: b.Story}
}
