package diff

// Keys of words and numbers are hashes, and hashes of two words may meet, by
// chance or by intent. So the keys of both texts are compared with what is written
// before anything else is: where two words have one key, one of them gets another. Whole
// numbers of up to eight digits need none of it, they are their own keys. O(n), a look
// into a table for each word.

// separate gives words and numbers of both texts that are different, and whose keys meet,
// different keys.
func separate(a, b *view) {
	known := map[uint32]string{}
	for _, v := range []*view{a, b} {
		for i := range v.toks {
			t := &v.toks[i]
			if t.kind != word && t.kind != letter && t.kind != number {
				continue
			}
			for s := v.text[t.lo:t.hi]; ; t.key = (t.key + 1) | strongHash {
				first, ok := known[t.key]
				if !ok {
					known[t.key] = s
				}
				if !ok || first == s || means(first, t.kind) == means(s, t.kind) {
					break
				}
			}
		}
	}
}

// means returns what the key of a word or a number stands for.
func means(s string, k kind) string {
	if k == number {
		return writtenNumber(s)
	}
	return foldWord(s)
}
