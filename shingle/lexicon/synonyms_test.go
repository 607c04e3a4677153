package lexicon

import (
	"slices"
	"strings"
	"testing"
)

// A line of the synonyms holds two words or more, none of them twice, and is no part of
// another line of its kind.
func TestSynonymLines(t *testing.T) {
	for _, language := range []string{"de", "en", "ja", "ko", "zh"} {
		data, err := synonymFiles.ReadFile("synonyms/" + language + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		lines := map[string][]string{} // the lines of a kind in which a word stands
		kind := "@wording"
		for line := range strings.Lines(string(data)) {
			words := strings.Fields(line)
			switch {
			case len(words) == 0 || line[0] == '#':
				continue
			case line[0] == '@':
				kind = words[0]
				continue
			case len(words) == 1:
				t.Errorf("%s: %s stands alone", language, words[0])
			}
			for i, w := range words {
				if slices.Contains(words[:i], w) {
					t.Errorf("%s: %s stands twice in %q", language, w, line)
				}
				lines[kind+w] = append(lines[kind+w], line)
			}
		}
		for _, of := range lines {
			for i, x := range of {
				for _, y := range of[:i] {
					if within(x, y) || within(y, x) {
						t.Errorf("%s: one of the lines %q and %q is a part of the other", language, x, y)
					}
				}
			}
		}
	}
}

// within reports whether all words of x are words of y.
func within(x, y string) bool {
	for _, w := range strings.Fields(x) {
		if !slices.Contains(strings.Fields(y), w) {
			return false
		}
	}
	return true
}

// Words of one line are synonyms, of whichever script; the first line that holds both says
// of what kind.
func TestSynonyms(t *testing.T) {
	for _, k := range []struct {
		x, y string
		want Kind
	}{
		{"目前", "眼下", Rewording},
		{"因为", "由于", Functional},
		{"目前", "目前", NotSynonyms},
		{"目前", "昨天", NotSynonyms},
		{"ai", "人工智能", Rewording},
		{"人工智能", "ai", Rewording},
		{"開催された", "開かれた", Rewording},
		{"경찰은", "경찰관은", Rewording},
		{"안에", "속에", Rewording},
		{"안전", "속도", NotSynonyms},
		{"세상을 떠났다", "별세했다", Rewording},
		{"also", "too", Functional},
	} {
		if got := Synonyms(k.x, k.y); got != k.want {
			t.Errorf("%s and %s: %d, want %d", k.x, k.y, got, k.want)
		}
	}
}
