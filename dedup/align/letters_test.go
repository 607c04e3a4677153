package align

import (
	"strings"
	"testing"
)

// TestMisread: a word that is misread in a letter is told by the others, and another word is none.
func TestMisread(t *testing.T) {
	for _, k := range []struct {
		a, b string
		want bool
	}{
		{"harbour", "harhour", true}, {"Harbour", "harbonr", true}, {"the", "tbe", true}, {"fishermen", "fisherrnen", true},
		{"очередь", "очсредь", true}, {"ΚΟΣΜΟΣ", "κοσμοσ", true}, {"electrification", "electnficatlon", true},
		{"harbour", "kitchen", false}, {"bell", "rope", false}, {"lamp", "lamplighter", false}, {"a", "o", false},
		{"1912", "1972", false}, {"3rd", "8rd", false}, {"", "", false},
	} {
		if got := misread(LettersOf(k.a), LettersOf(k.b)); got != k.want {
			t.Errorf("%q and %q: %v", k.a, k.b, got)
		}
	}
}

// TestRefineMisread: words misread are no other words, unless as many others differ.
func TestRefineMisread(t *testing.T) {
	refine := func(a, b string) Passage {
		sides := [2][]string{strings.Fields(a), strings.Fields(b)}
		id := map[string]uint32{}
		var ids [2][]uint32
		for side, words := range sides {
			for _, w := range words {
				if id[w] == 0 {
					id[w] = uint32(len(id) + 1)
				}
				ids[side] = append(ids[side], id[w])
			}
		}
		f := Refiner{Letters: func(side, unit int) uint32 { return LettersOf(sides[side][unit]) }}
		return f.Whole(ids[0], ids[1])
	}
	if p := refine("the bell on the wall was rung by hand", "tbe bcll on the wall vas rnng by hand"); p.Misread != 4 || p.Matched != 5 || p.Reworded+p.OneSided != 0 {
		t.Errorf("a scan: %+v", p)
	}
	if p := refine("the bell on the wall was rung by hand", "the rope in the hall was spun by machine"); p.Misread != 0 || p.Reworded == 0 {
		t.Errorf("other words: %+v", p)
	}
}
