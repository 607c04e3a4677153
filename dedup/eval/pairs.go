package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Record is what Pairs needs of a document.
type Record struct {
	ID     string
	Source string
	Stub   bool // holds nothing but a link or a few words
}

// A record is a stub when fewer than stubRunes characters are left without links
// and white space. Texts from stubLimit characters on are not looked into.
const stubRunes, stubLimit = 40, 120

// linkOrSpace matches *[text](address)* and every white space of Unicode.
var linkOrSpace = regexp.MustCompile(`\*?\[[^\]]*\]\([^)]*\)\*?|[\t-\r\x1c-\x1f\x{85}\p{Z}]`)

func isStub(text string) bool {
	return utf8.RuneCountInString(text) < stubLimit &&
		utf8.RuneCountInString(linkOrSpace.ReplaceAllString(text, "")) < stubRunes
}

// ReadRecords reads one JSON object a line with id, source and text.
func ReadRecords(r io.Reader, name string) ([]Record, error) {
	var out []Record
	seen := make(map[string]bool)
	err := eachLine(r, name, func(line []byte) error {
		var v struct{ ID, Source, Text string }
		if err := json.Unmarshal(line, &v); err != nil {
			return err
		}
		if v.ID == "" {
			return errors.New(`a record without "id"`)
		}
		if seen[v.ID] {
			return fmt.Errorf("record %q a second time", v.ID)
		}
		seen[v.ID] = true
		out = append(out, Record{v.ID, v.Source, isStub(v.Text)})
		return nil
	})
	return out, err
}

// Pair is two documents and the similarity of their texts: the Jaccard index of their
// character 5-grams, 0 to 1.
type Pair struct {
	A       string  `json:"a"`
	B       string  `json:"b"`
	Jaccard float64 `json:"jaccard,omitempty"`
}

// ReadPairs reads a table of tab-separated columns whose first line is a heading
// and whose first three columns are two ids and a Jaccard index.
func ReadPairs(r io.Reader, name string) ([]Pair, error) {
	var out []Pair
	heading := true
	err := eachLine(r, name, func(line []byte) error {
		if heading {
			heading = false
			return nil
		}
		col := strings.Split(string(line), "\t")
		if len(col) < 3 {
			return fmt.Errorf("%d columns where 3 are needed", len(col))
		}
		j, err := strconv.ParseFloat(col[2], 64)
		if err != nil || !(j >= 0 && j <= 1) {
			return fmt.Errorf("column 3 is %q, not a number from 0 to 1", col[2])
		}
		out = append(out, Pair{col[0], col[1], j})
		return nil
	})
	return out, err
}

// listed bounds the lists of a PairReport.
const listed = 10_000

// PairReport is what Pairs found. Two documents are together when they share a
// cluster. Real recall leaves out pairs under a Jaccard index of 0.3, which are
// broken captures. Labelled pairs are those of one document named on the left and
// one named on the right of the true pairs.
type PairReport struct {
	Records           int                 `json:"records"`
	Clusters          int                 `json:"clusters"`
	UnknownMembers    int                 `json:"unknown_members"`
	GoldPairs         int                 `json:"gold_pairs"`
	Recall            float64             `json:"pair_recall"`
	RecallInterval    *Interval           `json:"pair_recall_interval,omitempty"`
	RecallReal        float64             `json:"pair_recall_real"`
	RecallByBand      map[string]BandRate `json:"recall_by_band"`
	LabelledPrecision float64             `json:"labelled_precision"`
	PrecisionInterval *Interval           `json:"labelled_precision_interval,omitempty"`
	LabelledPairs     int                 `json:"labelled_pairs"` // together, counted once for each cluster they share
	Stubs             int                 `json:"stubs"`
	StubsTogether     int                 `json:"stubs_together"` // with any other record
	Largest           int                 `json:"largest_cluster"`
	LargestID         string              `json:"largest_cluster_id,omitempty"`
	LargestMixed      int                 `json:"largest_mixed"` // most labelled items in one cluster, when more than one
	LargestMixedID    string              `json:"largest_mixed_id,omitempty"`
	Negatives         int                 `json:"negatives"`
	NegativeRate      float64             `json:"negative_rate"` // share of the negatives that are together
	NegativeInterval  *Interval           `json:"negative_rate_interval,omitempty"`
	NegativeByBand    map[string]Joined   `json:"negative_rate_by_band"`
	Missed            []Pair              `json:"missed,omitempty"`   // true pairs apart
	Joined            []Pair              `json:"joined,omitempty"`   // negatives together
	Wrong             []Pair              `json:"wrong,omitempty"`    // labelled pairs together that are not true
	Unlisted          int                 `json:"unlisted,omitempty"` // wrong pairs past the first 10,000
}

// BandRate is the recall of the N true pairs of a band of similarity.
type BandRate struct {
	Recall float64 `json:"recall"`
	N      int     `json:"n"`
}

// Joined is the share of the N negatives of a band that are together.
type Joined struct {
	Rate float64 `json:"rate"`
	N    int     `json:"n"`
}

// band names the tenth that j falls in, and the top apart.
func band(j float64) string {
	if j >= .9999 {
		return "1.0"
	}
	lo := float64(int(j*10)) / 10
	return fmt.Sprintf("%.1f-%.1f", lo, lo+.1)
}

// hits counts how many of n.
type hits struct{ k, n int }

func (h *hits) add(hit bool) {
	h.n++
	if hit {
		h.k++
	}
}

func (h hits) rate() float64 { return ratio(float64(h.k), float64(h.n), 0) }

// clusterIndex lists, ascending, the clusters a document is in.
type clusterIndex map[string][]int

func members(clusters []Cluster) (clusterIndex, []int) {
	of, size := make(clusterIndex), make([]int, len(clusters))
	for n, c := range clusters {
		for _, m := range c.Members {
			if in := of[m.ID]; len(in) == 0 || in[len(in)-1] != n {
				of[m.ID] = append(in, n)
				size[n]++
			}
		}
	}
	return of, size
}

func (of clusterIndex) together(a, b string) bool { return meet(of[a], of[b]) }

// Pairs scores clusters of documents, ignoring spans, against true pairs and against
// negatives: pairs that look alike but are different. Cost: linear in members and pairs,
// and in the wrong pairs that are listed.
func Pairs(records []Record, gold, negatives []Pair, clusters []Cluster) *PairReport {
	of, size := members(clusters)
	r := &PairReport{Records: len(records), Clusters: len(clusters), GoldPairs: len(gold), Negatives: len(negatives)}
	r.records(records, of, size)
	r.recall(gold, of)
	r.negatives(negatives, of)
	r.labelled(gold, clusters, of)
	for n, s := range size {
		if s > r.Largest {
			r.Largest, r.LargestID = s, clusters[n].ID
		}
	}
	return r
}

// records counts stubs that share a cluster and members that are no record.
func (r *PairReport) records(records []Record, of clusterIndex, size []int) {
	known := 0
	for _, rec := range records {
		known += len(of[rec.ID])
		if !rec.Stub {
			continue
		}
		r.Stubs++
		if slices.ContainsFunc(of[rec.ID], func(n int) bool { return size[n] > 1 }) {
			r.StubsTogether++
		}
	}
	for _, s := range size {
		r.UnknownMembers += s
	}
	r.UnknownMembers -= known
}

func (r *PairReport) recall(gold []Pair, of clusterIndex) {
	bands, all, clear := make(map[string]*hits), hits{}, hits{}
	for _, p := range gold {
		hit, name := of.together(p.A, p.B), band(p.Jaccard)
		bandHits(bands, name).add(hit)
		all.add(hit)
		if name >= "0.3" {
			clear.add(hit)
		}
		if !hit && len(r.Missed) < listed {
			r.Missed = append(r.Missed, p)
		}
	}
	r.Recall, r.RecallReal, r.RecallInterval = all.rate(), clear.rate(), wilson(all.k, all.n)
	r.RecallByBand = make(map[string]BandRate)
	for name, h := range bands {
		r.RecallByBand[name] = BandRate{h.rate(), h.n}
	}
}

func (r *PairReport) negatives(negatives []Pair, of clusterIndex) {
	bands, all := make(map[string]*hits), hits{}
	for _, p := range negatives {
		hit := of.together(p.A, p.B)
		bandHits(bands, band(p.Jaccard)).add(hit)
		all.add(hit)
		if hit && len(r.Joined) < listed {
			r.Joined = append(r.Joined, p)
		}
	}
	r.NegativeRate, r.NegativeInterval = all.rate(), wilson(all.k, all.n)
	r.NegativeByBand = make(map[string]Joined)
	for name, h := range bands {
		r.NegativeByBand[name] = Joined{h.rate(), h.n}
	}
}

func bandHits(bands map[string]*hits, name string) *hits {
	if bands[name] == nil {
		bands[name] = new(hits)
	}
	return bands[name]
}

// truth is what true pairs say: which pairs they are, which ids stand on the
// left and on the right, and which item an id is of (ids of one pair are of one).
type truth struct {
	pair        map[[2]string]bool
	left, right map[string]bool
	item        map[string]int
}

func newTruth(gold []Pair) *truth {
	t := &truth{make(map[[2]string]bool), make(map[string]bool), make(map[string]bool), make(map[string]int)}
	for i, p := range gold {
		t.pair[[2]string{p.A, p.B}], t.left[p.A], t.right[p.B] = true, true, true
		if _, ok := t.item[p.A]; !ok {
			t.item[p.A] = i
		}
		if _, ok := t.item[p.B]; !ok {
			t.item[p.B] = t.item[p.A]
		}
	}
	return t
}

// labelled fills the precision over labelled documents and lists what is wrong.
func (r *PairReport) labelled(gold []Pair, clusters []Cluster, of clusterIndex) {
	t, hit := newTruth(gold), 0
	for p := range t.pair {
		hit += common(of[p[0]], of[p[1]])
	}
	for _, c := range clusters {
		as, bs := idsIn(c, t.left), idsIn(c, t.right)
		r.LabelledPairs += len(as) * len(bs)
		r.wrong(as, bs, t)
		if n := t.items(as, bs); n > max(1, r.LargestMixed) {
			r.LargestMixed, r.LargestMixedID = n, c.ID
		}
	}
	r.LabelledPrecision = ratio(float64(hit), float64(r.LabelledPairs), 1)
	r.PrecisionInterval = wilson(hit, r.LabelledPairs)
	r.Unlisted = r.LabelledPairs - hit - len(r.Wrong)
}

// wrong lists the pairs of one cluster that are not true, up to the bound.
func (r *PairReport) wrong(as, bs []string, t *truth) {
	for _, a := range as {
		for _, b := range bs {
			if len(r.Wrong) == listed {
				return
			}
			if !t.pair[[2]string{a, b}] {
				r.Wrong = append(r.Wrong, Pair{A: a, B: b})
			}
		}
	}
}

// items counts the different items of as and bs.
func (t *truth) items(as, bs []string) int {
	seen := make(map[int]bool)
	for _, id := range slices.Concat(as, bs) {
		seen[t.item[id]] = true
	}
	return len(seen)
}

// idsIn returns the different members of c that are in set, sorted.
func idsIn(c Cluster, set map[string]bool) []string {
	var out []string
	for _, m := range c.Members {
		if set[m.ID] {
			out = append(out, m.ID)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
