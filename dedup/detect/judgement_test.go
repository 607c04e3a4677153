package detect

import (
	"bytes"
	"testing"

	"repost/dedup/cluster"
)

// FuzzJudgement: any bytes are read or refused, and what was read is written as it was
// meant: packed again, it reads the same.
func FuzzJudgement(f *testing.F) {
	full := &Judgement{
		Gram: 8, Learned: cluster.Set{{Lo: 3, Hi: 40}, {Lo: 90, Hi: 99}},
		Links: []JudgedLink{
			{Other: 1, Place: 2, Evident: true, Accepted: [cluster.Passes]bool{false, true, true}},
			{Other: 9, Place: NewPlace - 1, From: true, Weak: 3},
			{Other: 300, From: true, Evident: true, Lost: [2][]cluster.Lost{{{}, {Runs: 4}}, {{Head: 10}, {Covered: 1}}}},
		},
	}
	full.Nodes[1] = []Placed{{7 << 8, cluster.Set{{Lo: 0, Hi: 5}}}, {7<<8 | 1, cluster.Set{{Lo: 6, Hi: 9}}}}
	for _, j := range []*Judgement{{}, full} {
		f.Add(AppendJudgement(nil, j))
	}
	f.Add(AppendJudgement(nil, full)[:20])
	f.Fuzz(func(t *testing.T, b []byte) {
		j, err := ReadJudgement(b)
		if err != nil {
			return
		}
		packed := AppendJudgement(nil, j)
		again, err := ReadJudgement(packed)
		if err != nil {
			t.Fatalf("%v: of %+v", err, j)
		}
		if !bytes.Equal(AppendJudgement(nil, again), packed) {
			t.Fatalf("%+v is read as %+v", j, again)
		}
	})
}

// TestJudgement: what is packed is read as it was.
func TestJudgement(t *testing.T) {
	j := &Judgement{Gram: 4, Links: []JudgedLink{{Other: 5, From: true, Evident: true, Weak: 2, Lost: [2][]cluster.Lost{{{Runs: 1}}, {{Runs: 1}}}}}}
	for p := range j.Nodes {
		j.Nodes[p] = []Placed{{1 << 8, cluster.Set{{Lo: 0, Hi: 9}}}}
	}
	packed := AppendJudgement(nil, j)
	got, err := ReadJudgement(packed)
	if err != nil || !bytes.Equal(AppendJudgement(nil, got), packed) || got.Links[0].Weak != 2 || got.Links[0].Lost[1][0].Runs != 1 || got.Nodes[2][0].Units[0].Hi != 9 {
		t.Errorf("%+v, %v", got, err)
	}
}
