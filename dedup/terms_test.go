package dedup_test

import (
	"slices"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
)

// With the weights of a corpus a summary is seen for what it is, in either order, and
// the weights do not depend on which document came first, nor on copies.
func TestTermsShowSummaries(t *testing.T) {
	docs := allCases(t)
	s := &detect.DefaultScheme
	var brief, report *detect.Text
	for _, d := range docs {
		switch d.ID {
		case "summary/brief.txt":
			brief = s.Prepare(d.Text)
		case "summary/report.txt":
			report = s.Prepare(d.Text)
		}
	}
	m := detect.NewMemory(s)
	m.Add(docs...)
	terms, err := detect.Terms(m, s)
	if err != nil {
		t.Fatal(err)
	}
	k := detect.Linker{IDF: terms.IDF}
	there, back := k.Relate(brief, report), k.Relate(report, brief)
	if there.Kind != dedup.Summary || back.Kind != dedup.Summary || there.CoverageA != back.CoverageB || there.CoverageA < .9 {
		t.Errorf("brief to report is %+v, and back %+v", there, back)
	}
	slices.Reverse(docs)
	for _, d := range docs[:20] {
		d.ID += "-copy"
		docs = append(docs, d)
	}
	n := detect.NewMemory(s)
	n.Add(docs...)
	again, err := detect.Terms(n, s)
	if err != nil {
		t.Fatal(err)
	}
	for term := range uint32(1 << 16) {
		if terms.IDF(term<<15) != again.IDF(term<<15) {
			t.Fatalf("term %d weighs %g, in another order %g", term, terms.IDF(term), again.IDF(term))
		}
	}
}
