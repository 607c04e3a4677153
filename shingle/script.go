package shingle

// simplify returns the simplified form of a Han character, or r itself.
func simplify(r rune) rune { return r }
