package mask

import (
	"strings"
	"sync"

	"github.com/zeebo/xxh3"

	"repost/shingle/lexicon"
)

// Digest returns a hash of the words, patterns and family names that decide what is masked.
// A corpus keeps it with its sketches: after an edit of the data they are those of other
// texts. Comments and examples do not count.
var Digest = sync.OnceValue(func() uint64 { return digest(builtin) + lexicon.FirstSurname.Digest() })

// digest hashes a file of patterns. The order of lines counts: the first pattern that matches
// decides.
func digest(patterns string) uint64 {
	h := xxh3.New()
	for line := range strings.Lines(patterns) {
		if line = strings.TrimRight(line, " \t\r\n"); line != "" && !strings.ContainsRune("#+-", rune(line[0])) {
			h.WriteString(line + "\n")
		}
	}
	return h.Sum64()
}
