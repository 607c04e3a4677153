package detect

import (
	"testing"

	"repost/dedup/cluster"
)

// TestSameJudging: judgements by other thresholds, or by another table of series, are made
// again.
func TestSameJudging(t *testing.T) {
	for _, unlearned := range []bool{false, true} {
		if st := (&detector{unlearned: unlearned}); !SameJudging(st.basis()) {
			t.Error("the basis of this program is of another judging")
		}
	}
	for _, basis := range [][]byte{nil, {basisVersion}, {basisVersion, 0}, {4, 1}, append([]byte{basisVersion - 1}, basisHead()[1:]...)} {
		if SameJudging(basis) {
			t.Errorf("%v is taken for a basis of this program", basis)
		}
	}
	other := cluster.Default
	other.MinMatch++
	if digestJudging(other, seriesTable) == judgingDigest() || digestJudging(cluster.Default, seriesTable+"i ii iii\n") == judgingDigest() {
		t.Error("the digest does not depend on the data")
	}
}
