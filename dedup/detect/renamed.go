package detect

import (
	"cmp"
	"slices"

	"repost/dedup/cluster"
	"repost/shingle"
)

// A form that was filled in for somebody else differs from the first one in a name, and
// the name differs in the same way wherever it stands: 法官 and 检察官 in two statutes on
// the careers of judges and of prosecutors, ninety times. An edition, an edit or a scan
// differs in ever other words. So the places are counted in which one text has the same
// words, and the other the same other words, as in two more places.
const (
	recurs   = 3  // places with the same two wordings that make a name of them
	longName = 12 // units of the longest name
)

// substitution is a place where two texts have different words between the same words.
type substitution struct {
	chain int
	a, b  []uint32
}

func compareSubstitutions(x, y substitution) int {
	return cmp.Or(slices.Compare(x.a, y.a), slices.Compare(x.b, y.b))
}

// countRenamed fills in Replaced and Renamed of the chains of a pair, and counts numbers in
// words that differ among the figures. O(n log n) for n places.
func countRenamed(a, b []uint32, chains []cluster.Chain) {
	var names []substitution
	for i := range chains {
		c := &chains[i]
		for k := 1; k < len(c.Runs); k++ {
			r, q := c.Runs[k-1], c.Runs[k]
			pa, pb := a[r.A+r.Len:q.A], b[r.B+r.Len:q.B]
			if len(pa) == 0 || len(pb) == 0 || isSpelling(pa) && isSpelling(pb) {
				continue
			}
			if len(pa) == 1 && len(pb) == 1 && isNumberWord(pa[0]) && isNumberWord(pb[0]) {
				c.Disagree++
				continue
			}
			c.Replaced++
			if len(pa) <= longName && len(pb) <= longName && !inHiragana(pa) && !inHiragana(pb) {
				names = append(names, substitution{i, pa, pb})
			}
		}
	}
	slices.SortFunc(names, compareSubstitutions)
	for lo := 0; lo < len(names); {
		hi := lo + 1
		for hi < len(names) && compareSubstitutions(names[lo], names[hi]) == 0 {
			hi++
		}
		for _, p := range names[lo:hi] {
			if hi-lo >= recurs {
				chains[p.chain].Renamed++
			}
		}
		lo = hi
	}
}

// isSpelling reports whether units are no name: figures, a single character, which a scan
// takes for another again and again, or syllables of kana, whose spelling was reformed.
func isSpelling(ids []uint32) bool {
	for _, id := range ids {
		switch u := (shingle.Unit{ID: id}); {
		case u.Kind() == shingle.Word:
			return false
		case u.Kind() == shingle.Number:
		case len(ids) > 1 && !shingle.IsKana(rune(id)):
			return false
		}
	}
	return true
}

// inHiragana reports whether units are written in hiragana alone. One edition may write in
// hiragana a word that another writes in characters: いう and 云ふ, ほとんど and 殆ど.
func inHiragana(ids []uint32) bool {
	return !slices.ContainsFunc(ids, func(id uint32) bool {
		return shingle.Unit{ID: id}.Kind() != shingle.Character || !shingle.IsHiragana(rune(id))
	})
}
