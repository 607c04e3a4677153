package eval

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"
)

// PlagDet is the measure of Potthast, Stein, Barrón-Cedeño and Rosso (2010): the
// macro-averaged F1 of passages, less for those found in pieces. A detection
// detects a case when it overlaps it in both documents.
//
//	recall       mean over cases of the share of their characters, of both sides
//	             together, that detections of them cover
//	precision    the same with cases and detections changed over
//	granularity  mean number of detections of a case that was detected
//	PlagDet      F1 / log2(1 + granularity)

// Case is a passage of a suspicious document and the passage of a source it
// answers to: a true case or a detection. Offsets and lengths are in characters
// (code points) of the text.
type Case struct {
	Suspicious   string `json:"suspicious"`
	Source       string `json:"source"`
	ThisOffset   int    `json:"this_offset"`
	ThisLength   int    `json:"this_length"`
	SourceOffset int    `json:"source_offset"`
	SourceLength int    `json:"source_length"`
}

// compare orders cases by documents, then by place.
func (c Case) compare(d Case) int {
	return cmp.Or(strings.Compare(c.Suspicious, d.Suspicious), strings.Compare(c.Source, d.Source),
		cmp.Compare(c.ThisOffset, d.ThisOffset), cmp.Compare(c.ThisLength, d.ThisLength),
		cmp.Compare(c.SourceOffset, d.SourceOffset), cmp.Compare(c.SourceLength, d.SourceLength))
}

func (c Case) pair() [2]string { return [2]string{c.Suspicious, c.Source} }

// this and source are the two sides of c.
func (c Case) this() side   { return side{c.ThisOffset, c.ThisOffset + c.ThisLength} }
func (c Case) source() side { return side{c.SourceOffset, c.SourceOffset + c.SourceLength} }

// side is a range of characters.
type side struct{ lo, hi int }

func (s side) meets(t side) bool { return s.lo < t.hi && t.lo < s.hi }

func (c Case) detects(d Case) bool { return c.this().meets(d.this()) && c.source().meets(d.source()) }

// maxOffset keeps sums of offsets and lengths far from overflow.
const maxOffset = 1 << 40

func (c Case) check() error {
	if c.Suspicious == "" || c.Source == "" {
		return errors.New(`a passage without "suspicious" or "source"`)
	}
	for _, n := range []int{c.ThisOffset, c.ThisLength, c.SourceOffset, c.SourceLength} {
		if n < 0 || n > maxOffset {
			return errors.New("an offset or a length that is negative or beyond 2^40")
		}
	}
	return nil
}

// PlagDetScore is the score of one category, or of all together.
type PlagDetScore struct {
	Category      string    `json:"category"`
	PlagDet       float64   `json:"plagdet"`
	Interval      *Interval `json:"plagdet_interval,omitempty"`
	Recall        float64   `json:"recall"`
	Precision     float64   `json:"precision"`
	Granularity   float64   `json:"granularity"`
	Cases         int       `json:"cases"`
	Detections    int       `json:"detections"`
	CasesFound    int       `json:"cases_found"`
	Pairs         int       `json:"pairs"`
	PairsDetected int       `json:"pairs_with_a_detection"`
}

// PlagDetReport is what PlagDet found. A category is scored with the detections
// of its own pairs; the whole also with those of pairs in no category, which are
// counted in UnknownPairs.
type PlagDetReport struct {
	Part         Part           `json:"part,omitempty"`
	Entire       PlagDetScore   `json:"entire"`
	Categories   []PlagDetScore `json:"categories"`
	UnknownPairs int            `json:"detections_of_unknown_pairs"`
	Missed       []Case         `json:"missed,omitempty"` // cases without a detection, at most Options.List
	Wrong        []Case         `json:"wrong,omitempty"`  // detections of no case, likewise
}

// PlagDet scores detections on a corpus. Equal detections count once. The halves
// are split, and the intervals resampled, by suspicious document. Cost: a sort of
// both, then cases × detections inside each pair of documents.
func PlagDet(corpus *PANCorpus, detections []Case, opt Options) *PlagDetReport {
	r := &PlagDetReport{Part: opt.Part}
	found := byPair(inPart(detections, opt.Part))
	known, all, pairs := make(map[[2]string]bool), []Case(nil), 0
	for _, c := range corpus.Categories {
		own, n := make(map[[2]string][]Case), 0
		for _, p := range c.Pairs {
			if !opt.Part.Has(p[0]) {
				continue
			}
			known[p], n = true, n+1
			if len(found[p]) > 0 {
				own[p] = found[p]
			}
		}
		cases := inPart(c.Cases, opt.Part)
		all, pairs = append(all, cases...), pairs+n
		s := score(c.Name, byPair(cases), own, opt)
		s.Pairs = n
		r.Categories = append(r.Categories, s)
	}
	truth := byPair(all)
	r.Entire = score("entire", truth, found, opt)
	r.Entire.Pairs = pairs
	for p, ds := range found {
		if !known[p] {
			r.UnknownPairs += len(ds)
		}
	}
	r.Missed, r.Wrong = undetected(truth, found, opt.List), undetected(found, truth, opt.List)
	return r
}

func inPart(cases []Case, part Part) []Case {
	var out []Case
	for _, c := range cases {
		if part.Has(c.Suspicious) {
			out = append(out, c)
		}
	}
	return out
}

// byPair groups cases by their documents, sorted and without repeats.
func byPair(cases []Case) map[[2]string][]Case {
	cases = slices.Clone(cases)
	slices.SortFunc(cases, Case.compare)
	out := make(map[[2]string][]Case)
	for _, c := range slices.Compact(cases) {
		out[c.pair()] = append(out[c.pair()], c)
	}
	return out
}

// passageSums is what the pairs of one suspicious document add to a score.
type passageSums struct{ cases, recall, detections, precision, hits, found float64 }

func (s *passageSums) add(t passageSums) {
	s.cases += t.cases
	s.recall += t.recall
	s.detections += t.detections
	s.precision += t.precision
	s.hits += t.hits
	s.found += t.found
}

// prf is 1 throughout when there is nothing and nothing was found.
func (s passageSums) prf() PRF {
	if s.cases == 0 && s.detections == 0 {
		return prf(1, 1)
	}
	return prf(ratio(s.precision, s.detections, 0), ratio(s.recall, s.cases, 0))
}

func (s passageSums) granularity() float64 { return ratio(s.hits, s.found, 1) }

func (s passageSums) plagDet() float64 { return s.prf().F1 / math.Log2(1+s.granularity()) }

// score measures one category.
func score(name string, cases, detections map[[2]string][]Case, opt Options) PlagDetScore {
	var units []passageSums
	var sum passageSums
	pairs, last := documentPairs(cases, detections), ""
	for _, p := range pairs {
		if p[0] != last || len(units) == 0 {
			units, last = append(units, passageSums{}), p[0]
		}
		s := sumsOf(cases[p], detections[p])
		units[len(units)-1].add(s)
		sum.add(s)
	}
	f := sum.prf()
	return PlagDetScore{
		Category: name, PlagDet: sum.plagDet(), Recall: f.Recall, Precision: f.Precision, Granularity: sum.granularity(),
		Interval: bootstrap(units, opt.resamples(), (*passageSums).add, passageSums.plagDet)[0],
		Cases:    int(sum.cases), Detections: int(sum.detections), CasesFound: int(sum.found), PairsDetected: len(detections),
	}
}

// documentPairs returns the pairs of both, sorted.
func documentPairs(a, b map[[2]string][]Case) [][2]string {
	var out [][2]string
	for p := range a {
		out = append(out, p)
	}
	for p := range b {
		if _, ok := a[p]; !ok {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(p, q [2]string) int {
		return cmp.Or(strings.Compare(p[0], q[0]), strings.Compare(p[1], q[1]))
	})
	return out
}

// sumsOf measures one pair of documents.
func sumsOf(cases, detections []Case) passageSums {
	s := passageSums{cases: float64(len(cases)), detections: float64(len(detections))}
	for _, c := range cases {
		cover, n := coverage(c, detections)
		s.recall += cover
		if n > 0 {
			s.found++
			s.hits += float64(n)
		}
	}
	for _, d := range detections {
		cover, _ := coverage(d, cases)
		s.precision += cover
	}
	return s
}

// coverage returns the share of c, of both sides together, that those of others
// that meet it cover, and how many do.
func coverage(c Case, others []Case) (share float64, n int) {
	var this, source []side
	for _, o := range others {
		if c.detects(o) {
			this, source = append(this, o.this()), append(source, o.source())
		}
	}
	covered := coveredBy(c.this(), this) + coveredBy(c.source(), source)
	return ratio(float64(covered), float64(c.ThisLength+c.SourceLength), 0), len(this)
}

// coveredBy counts the characters of s in the union of parts.
func coveredBy(s side, parts []side) int {
	slices.SortFunc(parts, func(a, b side) int { return cmp.Compare(a.lo, b.lo) })
	n, end := 0, s.lo
	for _, p := range parts {
		if lo, hi := max(p.lo, end), min(p.hi, s.hi); lo < hi {
			n, end = n+hi-lo, hi
		}
	}
	return n
}

// undetected lists cases that no other meets, in order, up to a bound.
func undetected(cases, others map[[2]string][]Case, most int) []Case {
	var out []Case
	for _, p := range documentPairs(cases, nil) {
		for _, c := range cases[p] {
			if len(out) >= most {
				return out
			}
			if !slices.ContainsFunc(others[p], c.detects) {
				out = append(out, c)
			}
		}
	}
	return out
}
