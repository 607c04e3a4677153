package eval

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Label says of two documents whether they are the same.
type Label struct {
	A    string `json:"a"`
	B    string `json:"b"`
	Same bool   `json:"same"`
}

// ReadLabels reads pairs, one a line: either tab-separated columns a, b, label,
// with or without a heading, or JSON objects with a_id, b_id (or a, b) and label.
// A label is 1 or 0, true or false, yes or no.
func ReadLabels(r io.Reader, name string) ([]Label, error) {
	var out []Label
	first := true
	err := eachLine(r, name, func(line []byte) error {
		l, err := parseLabel(line)
		heading := first && errors.Is(err, errLabel) && line[0] != '{'
		first = false
		if err == nil {
			out = append(out, l)
		}
		if heading {
			return nil
		}
		return err
	})
	return out, err
}

var errLabel = errors.New("a label is 1 or 0, true or false, yes or no")

func parseLabel(line []byte) (Label, error) {
	var a, b, label string
	if line[0] == '{' {
		var v struct {
			AID   string `json:"a_id"`
			BID   string `json:"b_id"`
			A, B  string
			Label any
		}
		if err := json.Unmarshal(line, &v); err != nil {
			return Label{}, err
		}
		a, b, label = cmp.Or(v.AID, v.A), cmp.Or(v.BID, v.B), fmt.Sprint(v.Label)
	} else {
		col := strings.Split(string(line), "\t")
		if len(col) < 3 {
			return Label{}, fmt.Errorf("%d columns where 3 are needed", len(col))
		}
		a, b, label = col[0], col[1], col[2]
	}
	if a == "" || b == "" {
		return Label{}, errors.New("a pair without two ids")
	}
	switch strings.ToLower(strings.TrimSpace(label)) {
	case "1", "true", "yes":
		return Label{A: a, B: b, Same: true}, nil
	case "0", "false", "no":
		return Label{A: a, B: b}, nil
	}
	return Label{}, fmt.Errorf("%w, not %q", errLabel, label)
}

// LabelReport is what Labelled found.
type LabelReport struct {
	Labels int `json:"labels"`
	PRF
	Counts
	Accuracy float64 `json:"accuracy"`
	Missed   []Label `json:"missed,omitempty"` // the same and apart, at most Options.List
	Wrong    []Label `json:"wrong,omitempty"`  // different and together, likewise
}

// Counts are pairs by truth and by answer.
type Counts struct {
	Right  int `json:"right"`  // the same and together
	False  int `json:"false"`  // different and together
	Misses int `json:"misses"` // the same and apart
	Apart  int `json:"apart"`  // different and apart
}

func (c *Counts) add(d Counts) {
	c.Right, c.False, c.Misses, c.Apart = c.Right+d.Right, c.False+d.False, c.Misses+d.Misses, c.Apart+d.Apart
}

func (c Counts) prf() PRF {
	right := float64(c.Right)
	return prf(ratio(right, float64(c.Right+c.False), 1), ratio(right, float64(c.Right+c.Misses), 1))
}

func counts(same, together bool) Counts {
	switch {
	case same && together:
		return Counts{Right: 1}
	case together:
		return Counts{False: 1}
	case same:
		return Counts{Misses: 1}
	}
	return Counts{Apart: 1}
}

// Labelled scores clusters of documents against labelled pairs: two documents
// are together when they share a cluster. The interval resamples pairs.
func Labelled(labels []Label, clusters []Cluster, opt Options) *LabelReport {
	of, _ := members(clusters)
	r := &LabelReport{Labels: len(labels)}
	var units []Counts
	for _, l := range labels {
		together := of.together(l.A, l.B)
		units = append(units, counts(l.Same, together))
		r.Counts.add(units[len(units)-1])
		switch {
		case l.Same && !together:
			note(&r.Missed, l, opt.List)
		case !l.Same && together:
			note(&r.Wrong, l, opt.List)
		}
	}
	r.PRF = r.Counts.prf()
	r.Interval = bootstrap(units, opt.resamples(), (*Counts).add, func(c Counts) float64 { return c.prf().F1 })[0]
	r.Accuracy = ratio(float64(r.Right+r.Apart), float64(r.Labels), 1)
	return r
}

// ClusterReport is what Clusters found.
type ClusterReport struct {
	Documents      int `json:"documents"`
	Classes        int `json:"classes"`
	ClustersUsed   int `json:"clusters_used"`
	MembersUnknown int `json:"members_unknown"`
	Agreement
}

// Clusters scores clusters of documents against true ones, in which a document
// may stand once; documents of no true cluster are left out. A document in
// several predicted clusters is given to the one that claims most of its bytes,
// the whole text being most; of equal ones to the first id. The intervals
// resample true clusters.
func Clusters(gold, clusters []Cluster, opt Options) (*ClusterReport, error) {
	docs, class := make(map[string]int), []int(nil)
	for s, g := range gold {
		for _, m := range g.Members {
			if _, ok := docs[m.ID]; ok {
				return nil, fmt.Errorf("document %q stands twice in the true clusters, now in %q", m.ID, g.ID)
			}
			docs[m.ID] = len(class)
			class = append(class, s)
		}
	}
	r := &ClusterReport{Documents: len(docs), Classes: len(gold)}
	label := r.assign(docs, clusters)
	r.Agreement, _ = agree(newTable(label, class).tallies(), opt.resamples())
	return r, nil
}

// assign returns the label of every document: its cluster, or one of its own.
func (r *ClusterReport) assign(docs map[string]int, clusters []Cluster) []int {
	label, most, used := make([]int, len(docs)), make([]int, len(docs)), make(map[int]bool)
	for d := range label {
		label[d] = len(clusters) + d
	}
	byID := make([]int, len(clusters)) // in order of id, for ties
	for n := range byID {
		byID[n] = n
	}
	slices.SortStableFunc(byID, func(a, b int) int { return strings.Compare(clusters[a].ID, clusters[b].ID) })
	for i, n := range byID {
		members := clusters[n].Members
		if i > 0 && clusters[n].ID == clusters[byID[i-1]].ID {
			n = byID[i-1] // one id on two lines is one cluster
			byID[i] = n
		}
		for _, m := range members {
			d, ok := docs[m.ID]
			if !ok {
				r.MembersUnknown++
			} else if s := claimSize(m); s > most[d] {
				label[d], most[d] = n, s
			}
		}
	}
	for _, l := range label {
		if l < len(clusters) {
			used[l] = true
		}
	}
	r.ClustersUsed = len(used)
	return label
}

// claimSize returns the bytes m claims; the whole text is more than any span.
func claimSize(m Member) int {
	if m.Spans == nil {
		return int(^uint(0) >> 1)
	}
	return size(union(m.Spans))
}
