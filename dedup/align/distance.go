package align

// EditDistance returns how many bytes must be changed, put in or left out to turn one word
// into the other (Levenshtein 1966): len(a) × len(b) steps. It allocates for long words only.
func EditDistance[S ~string | ~[]byte](a, b S) int {
	var room [32]int
	row := append(room[:0], make([]int, len(b)+1)...)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, before+1)
		}
	}
	return row[len(b)]
}
