package cluster

import (
	"maps"
	"slices"
	"testing"
)

func TestJoined(t *testing.T) {
	pairs := map[int32]int32{6: 2, 2: 0, 4: 1}
	if got := Joined(8, maps.All(pairs)); !slices.Equal(got, []int32{0, 1, 0, 3, 1, 5, 0, 7}) {
		t.Errorf("%v", got)
	}
}
