package shingle

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/zeebo/xxh3"
)

// Digest returns a hash of the tables of this package that units are folded by: script
// variants, and letters without their marks. A corpus keeps it with its sketches. The tables
// of the Unicode version that Go and golang.org/x/text bring do not count: a new version
// only adds characters, and each release of Go would ask for all corpora to be made again.
var Digest = sync.OnceValue(func() uint64 {
	h := xxh3.New()
	h.WriteString(scriptPairs() + "\n")
	for _, r := range slices.Sorted(maps.Keys(spelt)) {
		fmt.Fprintf(h, "%c %s\n", r, spelt[r])
	}
	for _, r := range slices.Sorted(maps.Keys(stroked)) {
		fmt.Fprintf(h, "%c %c\n", r, stroked[r])
	}
	return h.Sum64()
})
