package detect

import (
	"cmp"
	"encoding/binary"
	"slices"

	"repost/shingle"
)

// Boilerplate is a passage that stands at the edge of many texts and says nothing of
// any: the footer of an outlet, the motto of an author, the licence of an archive.
//
// How many texts hold a passage does not decide: two hundred versions of one article
// hold each of its sentences two hundred times. The context decides. A text that
// comes again comes with all that stood around it, apart from what was corrected;
// boilerplate comes with something else each time, on one side, and on the other side
// with nothing or the same again. So the measure counts contexts, in which versions of
// one article are one, and it looks at the texts alone: it needs no source, and a fingerprint
// is judged the same whatever the order and the number of ingests.
//
// For each fingerprint that atLeast or more texts hold near an edge:
//
//  1. Take a sample of these texts, those whose contents hash lowest. It seldom changes
//     when documents come.
//  2. Extend the fingerprint both ways, as long as most of the sample agrees. An edit in a
//     version loses that version; where boilerplate ends, the sample falls apart all at
//     once.
//  3. The passage must be lines of its own. Towards the edge there must be nothing, or
//     hardly anything, or the same again.
//  4. On the other side, count the contexts: texts whose next contextUnits units have
//     many grams in common have one. Texts that are little more than the passage are
//     no evidence, and speak against it where they are many.
//
// Cost: one scan of the fingerprints; then a few thousand steps for each different passage, not
// for each document that holds it. Texts of samples are read, some hundred a corpus.
const (
	atLeast      = 8       // texts that hold a passage
	contexts     = 5       // different contexts among the sample
	sampleSize   = 24      // texts in a sample
	edgeSlack    = 32      // units between a passage and the edge: a date, a number of a page
	lineSlack    = 2       // units by which a passage may miss the line that it is
	longestRun   = 4096    // units of a passage, to either side of a fingerprint
	contextUnits = 64      // units of a context that are compared
	contextGram  = 4       // units of a gram of a context
	otherSide    = 8       // units from which a text has a context at all
	passageWidth = 24      // characters that a passage must have; a word counts for two
	contextShare = .3      // share of grams from which two contexts are one
	agreeing     = .6      // share of a sample that must agree for a passage to continue
	maxWaiting   = 1 << 16 // recurrences that wait to be judged, 150 bytes each; see learner.examine
	maxSampled   = 1 << 22 // units of sampled texts that are held at once
)

// side is the edge of a text that a passage stands at.
type side int8

const (
	atHead side = iota
	atTail
)

// witness is a text that holds a fingerprint, and the first and last unit where it does.
type witness struct {
	doc         uint32
	order       uint64 // by content, the top of it
	first, last int32
	units       int32
}

// distances returns how far the fingerprint stands from the edge of a side, and from the other.
func (h *witness) distances(s side) (edge, other int32) {
	if s == atTail {
		return h.units - h.last, h.last
	}
	return h.first, h.units - h.first
}

// recurrence is a fingerprint that many texts hold at about one distance from one edge.
type recurrence struct {
	key    uint64
	side   side
	within int32  // units from the edge to the beginning of the fingerprint, at most
	order  uint64 // of the first of the sample
	sample []sampled
}

// sampled is a text of a sample and the unit at which it holds the fingerprint: nearest to
// the edge.
type sampled struct {
	doc uint32
	at  int32
}

// recurrencesOf returns the recurrences of a fingerprint: none unless enough of a sample of
// its holders hold it near one edge, at different distances from the other.
func recurrencesOf(key uint64, sample []witness) (out []recurrence) {
	if len(sample) < atLeast {
		return nil
	}
	for _, s := range []side{atHead, atTail} {
		distances := make([]int32, len(sample))
		for i := range sample {
			distances[i], _ = sample[i].distances(s)
		}
		slices.Sort(distances)
		median := distances[len(distances)/2]
		if median > longestRun {
			continue
		}
		near, others := make([]int, 0, len(sample)), distances[:0]
		for i := range sample {
			if edge, other := sample[i].distances(s); edge >= median-edgeSlack && edge <= median+edgeSlack {
				near = append(near, i)
				others = append(others, other)
			}
		}
		slices.Sort(others)
		different := 1
		for i := 1; i < len(others); i++ {
			if others[i] != others[i-1] {
				different++
			}
		}
		if len(others) < contexts || different < contexts {
			continue
		}
		r := recurrence{key: key, side: s, within: median + edgeSlack, order: sample[near[0]].order, sample: make([]sampled, len(near))}
		for k, i := range near {
			if r.sample[k] = (sampled{sample[i].doc, sample[i].first}); s == atTail {
				r.sample[k].at = sample[i].last
			}
		}
		out = append(out, r)
	}
	return out
}

// place is a text of a sample and the unit where its fingerprint begins.
type place struct {
	text *Text
	at   int
}

// beyond is the unit after the last of a text and before the first.
const beyond = 1<<64 - 1

// unit returns the unit i steps from the fingerprint: 0 is the fingerprint's first unit.
func (p *place) unit(i int) uint64 {
	if at := p.at + i; at >= 0 && at < len(p.text.IDs) {
		return uint64(p.text.IDs[at])
	}
	return beyond
}

// left returns how many units a text has from step i on, in a direction.
func (p *place) left(i, step int) int {
	if step < 0 {
		return max(0, p.at+i+1)
	}
	return max(0, len(p.text.IDs)-p.at-i)
}

// extend follows a passage from step i on as long as most of the places agree. It
// returns the first step that is not of the passage, and the places that agreed till
// then.
func extend(places []place, i, step int) (int, []place) {
	for n := 0; n < longestRun; n++ {
		first, all := places[0].unit(i), true
		for k := range places {
			all = all && places[k].unit(i) == first
		}
		if all && first != beyond {
			i += step
			continue
		}
		unit, count := most(places, i)
		if unit == beyond || count < contexts || float64(count) < agreeing*float64(len(places)) {
			break
		}
		if len(places)-count >= contexts-1 && different(places, i, step) >= contexts {
			break // versions of one article, and as many others
		}
		kept := make([]place, 0, count)
		for _, p := range places {
			if p.unit(i) == unit {
				kept = append(kept, p)
			}
		}
		places = kept
		i += step
	}
	return i, places
}

// most returns the unit that most of places have at step i, and how many have it.
func most(places []place, i int) (unit uint64, count int) {
	units := make([]uint64, len(places))
	for k := range places {
		units[k] = places[k].unit(i)
	}
	slices.Sort(units)
	for lo := 0; lo < len(units); {
		hi := lo + 1
		for hi < len(units) && units[hi] == units[lo] {
			hi++
		}
		if hi-lo > count {
			unit, count = units[lo], hi-lo
		}
		lo = hi
	}
	return unit, count
}

// finding is what was found of a fingerprint of a passage.
type finding struct {
	boilerplate bool
	lo, hi      int // units of the first place around the fingerprint that all places have
}

// unanimous returns the units around a fingerprint that all places have. Every place leads
// to the same passage, so the result does not depend on the fingerprint that is examined
// first.
func unanimous(places []place) finding {
	all := func(i int) bool {
		unit := places[0].unit(i)
		return unit != beyond && !slices.ContainsFunc(places, func(p place) bool { return p.unit(i) != unit })
	}
	lo, hi := 0, 1
	if all(0) {
		for all(lo - 1) {
			lo--
		}
		for all(hi) {
			hi++
		}
	}
	return finding{lo: places[0].at + lo, hi: places[0].at + hi}
}

// examine says whether the passage around a fingerprint is boilerplate.
func examine(places []place, s side) finding {
	inward, outward := 1, -1
	in, out := 0, -1
	if s == atTail {
		inward, outward, in, out = -1, 1, -1, 0
	}
	first := places[0].at
	out, agree := extend(places, out, outward)
	in, agree = extend(agree, in, inward)
	length := max(in, out) - min(in, out) - 1
	f := unanimous(places)
	if length >= longestRun { // another fingerprint of the run may have come to another end
		f = finding{lo: first, hi: first + 1}
	}
	if len(agree) < contexts {
		return f
	}
	lo := agree[0].at + min(in, out) + 1
	if halves(agree[0].text.IDs[lo:lo+length]) < 2*passageWidth {
		return f
	}
	if !atEdge(agree, out, outward) || !setOff(agree, in, inward) {
		return f
	}
	var own []place // with a context
	bare := 0       // texts that are hardly more than the passage
	for _, p := range agree {
		switch rest := p.left(in, inward); {
		case rest >= max(otherSide, length/2):
			own = append(own, p)
		case rest <= length/5:
			bare++
		}
	}
	f.boilerplate = len(own) >= 2*bare && different(own, in, inward) >= contexts
	return f
}

// halves returns how much units say, in halves of a character of Han.
func halves(ids []uint32) (n int) {
	for _, id := range ids {
		n += shingle.Unit{ID: id}.Halves()
	}
	return n
}

// atEdge reports whether nothing but a few units stands between a passage and the
// edge, or the same again in most texts.
func atEdge(places []place, i, step int) bool {
	near := 0
	for _, p := range places {
		if p.left(i, step) <= edgeSlack {
			near++
		}
	}
	return 2*near >= len(places) || 2*different(places, i, step) <= len(places)
}

// setOff reports whether a passage is a line or lines of its own, in most texts, where
// step i is the first that is not of it. A turn of speech that many reports begin or end
// with ends within a line.
func setOff(places []place, i, step int) bool {
	n := 0
	for _, p := range places {
		at := p.at + i
		if step < 0 {
			at++
		}
		for k := -lineSlack; k <= lineSlack; k++ {
			if p.text.startsLine(at + k) {
				n++
				break
			}
		}
	}
	return 2*n >= len(places)
}

// different counts the contexts of places from step i on.
func different(places []place, i, step int) int {
	grams := make([][]uint64, len(places))
	for k := range places {
		grams[k] = places[k].grams(i, step)
	}
	root := make([]int, len(places))
	for k := range root {
		root[k] = k
	}
	n := len(places)
	for k := range places {
		for m := range k {
			if a, b := find(root, k), find(root, m); a != b && oneContext(grams[k], grams[m]) {
				root[a] = b
				n--
			}
		}
	}
	return n
}

func find(root []int, k int) int {
	for root[k] != k {
		root[k] = root[root[k]]
		k = root[k]
	}
	return k
}

// grams returns the grams of the context of a place, each once, ascending.
func (p *place) grams(i, step int) []uint64 {
	n := min(contextUnits, p.left(i, step))
	out := make([]uint64, 0, n)
	for k := 0; k+contextGram <= n; k++ {
		h := uint64(0)
		for g := range contextGram {
			h = (h ^ p.unit(i+step*(k+g))) * 0x9FB21C651E98DF25
			h ^= h >> 32
		}
		out = append(out, h)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// oneContext reports whether two contexts are one, by their grams.
func oneContext(a, b []uint64) bool {
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := cmp.Compare(a[i], b[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			both++
			i++
			j++
		}
	}
	return both > 0 && float64(both) >= contextShare*float64(min(len(a), len(b)))
}

// examiner examines recurrences. Those of one passage in one sample are examined once.
type examiner struct {
	known map[string][]finding
}

// boilerplate reports whether a recurrence is of a passage that is boilerplate. text
// returns a text of the sample.
func (e *examiner) boilerplate(r *recurrence, text func(n uint32) *Text) bool {
	first := r.sample[0].at
	key := []byte{byte(r.side)}
	for i := range r.sample {
		key = binary.LittleEndian.AppendUint32(key, r.sample[i].doc)
		key = binary.LittleEndian.AppendUint32(key, uint32(r.sample[i].at-first))
	}
	for _, f := range e.known[string(key)] {
		if f.lo <= int(first) && int(first) < f.hi {
			return f.boilerplate
		}
	}
	places := make([]place, len(r.sample))
	for i := range r.sample {
		t := text(r.sample[i].doc)
		places[i] = place{t, min(int(r.sample[i].at), len(t.IDs))}
	}
	f := examine(places, r.side)
	if e.known == nil {
		e.known = map[string][]finding{}
	}
	e.known[string(key)] = append(e.known[string(key)], f)
	return f.boilerplate
}
