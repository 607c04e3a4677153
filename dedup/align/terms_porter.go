package align

import "strings"

// The stemmer of M. F. Porter, "An algorithm for suffix stripping", Program
// 14(3), 1980: five steps, each of which takes off or changes one suffix if what
// is left is long enough, its length being the measure m of the paper: the
// number of times a consonant follows a vowel.

// maxStem is the longest word in bytes that is stemmed.
const maxStem = 40

// suffix is a rule of steps 2 to 4: drop from, add to.
type suffix struct{ from, to string }

var step2 = []suffix{
	{"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"}, {"abli", "able"},
	{"alli", "al"}, {"entli", "ent"}, {"eli", "e"}, {"ousli", "ous"}, {"ization", "ize"}, {"ation", "ate"}, {"ator", "ate"},
	{"alism", "al"}, {"iveness", "ive"}, {"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"}, {"iviti", "ive"}, {"biliti", "ble"},
}

var step3 = []suffix{{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"}, {"ical", "ic"}, {"ful", ""}, {"ness", ""}}

var step4 = []suffix{
	{"al", ""}, {"ance", ""}, {"ence", ""}, {"er", ""}, {"ic", ""}, {"able", ""}, {"ible", ""}, {"ant", ""}, {"ement", ""}, {"ment", ""},
	{"ent", ""}, {"sion", "s"}, {"tion", "t"}, {"ou", ""}, {"ism", ""}, {"ate", ""}, {"iti", ""}, {"ous", ""}, {"ive", ""}, {"ize", ""},
}

// stem returns the stem of w, a word in lower-case ASCII letters. It works in
// place.
func stem(w []byte) []byte {
	if len(w) < 3 {
		return w
	}
	w = plural(w)
	w = participle(w)
	if n := len(w) - 1; w[n] == 'y' && vowelIn(w[:n]) {
		w[n] = 'i'
	}
	w = replace(w, step2, 0)
	w = replace(w, step3, 0)
	w = replace(w, step4, 1)
	if n := len(w) - 1; w[n] == 'e' {
		if m := measure(w[:n]); m > 1 || m == 1 && !shortEnd(w[:n]) {
			w = w[:n]
		}
	}
	if n := len(w) - 1; n > 0 && w[n] == 'l' && w[n-1] == 'l' && measure(w) > 1 {
		w = w[:n]
	}
	return w
}

// plural is step 1a.
func plural(w []byte) []byte {
	switch {
	case ends(w, "sses"), ends(w, "ies"):
		return w[:len(w)-2]
	case ends(w, "ss"):
		return w
	case ends(w, "s"):
		return w[:len(w)-1]
	}
	return w
}

// participle is step 1b.
func participle(w []byte) []byte {
	n := len(w)
	switch {
	case ends(w, "eed"):
		if measure(w[:n-3]) > 0 {
			w = w[:n-1]
		}
		return w
	case ends(w, "ed") && vowelIn(w[:n-2]):
		w = w[:n-2]
	case ends(w, "ing") && vowelIn(w[:n-3]):
		w = w[:n-3]
	default:
		return w
	}
	n = len(w)
	switch {
	case ends(w, "at"), ends(w, "bl"), ends(w, "iz"):
		return append(w, 'e')
	case n > 1 && w[n-1] == w[n-2] && consonant(w, n-1) && strings.IndexByte("lsz", w[n-1]) < 0:
		return w[:n-1]
	case measure(w) == 1 && shortEnd(w):
		return append(w, 'e')
	}
	return w
}

// replace applies the rule with the longest matching suffix, if what stands
// before the suffix has a measure above m. The letters that a rule of step 4
// keeps count as before it.
func replace(w []byte, rules []suffix, m int) []byte {
	best := -1
	for i, r := range rules {
		if ends(w, r.from) && (best < 0 || len(r.from) > len(rules[best].from)) {
			best = i
		}
	}
	if best < 0 {
		return w
	}
	r := rules[best]
	head := w[:len(w)-len(r.from)]
	kept := head
	if r.to != "" && strings.HasPrefix(r.from, r.to) && len(r.to) == 1 && m == 1 {
		kept = w[:len(head)+1]
	}
	if measure(kept) <= m {
		return w
	}
	return append(head, r.to...)
}

func ends(w []byte, s string) bool {
	return len(w) >= len(s) && string(w[len(w)-len(s):]) == s
}

// consonant reports whether w[i] is one: not a vowel, nor a y after a consonant.
func consonant(w []byte, i int) bool {
	switch w[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return false
	case 'y':
		return i == 0 || !consonant(w, i-1)
	}
	return true
}

func vowelIn(w []byte) bool {
	for i := range w {
		if !consonant(w, i) {
			return true
		}
	}
	return false
}

// measure is the m of the paper.
func measure(w []byte) int {
	m, vowel := 0, false
	for i := range w {
		if c := consonant(w, i); c && vowel {
			m++
			vowel = false
		} else if !c {
			vowel = true
		}
	}
	return m
}

// shortEnd is *o of the paper: consonant, vowel, consonant other than w, x, y.
func shortEnd(w []byte) bool {
	n := len(w)
	return n > 2 && consonant(w, n-3) && !consonant(w, n-2) && consonant(w, n-1) && strings.IndexByte("wxy", w[n-1]) < 0
}
