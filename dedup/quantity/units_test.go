package quantity

import (
	"fmt"
	"math/big"
	"os"
	"regexp"
	"strings"
	"testing"
)

// dimensions are those of units.txt: "lenght" in a line there is a slip, and no new dimension.
// Currencies are "money:" and a code.
const dimensions = `activity angle-of-quake area current current-hours data data-rate dose edition energy force frequency length mass
	month ordinal points power pressure ratio resistance speed temperature temperature-f temperature-k time times voltage
	volume weekday`

var currency = regexp.MustCompile(`^money:[A-Z]{2,}$`)

// unitFaults returns what is wrong with a table of units, by its lines.
func unitFaults(text string) (faults []string) {
	seen := map[string]int{} // dimension and spelling → its line
	number := 0
	for line := range strings.Lines(text) {
		number++
		f := strings.Fields(line)
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Sprintf("units.txt:%d: ", number)+fmt.Sprintf(format, args...))
		}
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if len(f) < 3 {
			fault("a dimension, a size and spellings are wanted")
			continue
		}
		if !strings.Contains(" "+strings.Join(strings.Fields(dimensions), " ")+" ", " "+f[0]+" ") && !currency.MatchString(f[0]) {
			fault("%s is no dimension; a new one is added to units_test.go", f[0])
		}
		if size, ok := new(big.Rat).SetString(f[1]); f[1] != "-" && (!ok || size.Sign() <= 0) {
			fault("%s is no size: a number above 0, a fraction, or -", f[1])
		}
		for _, w := range f[2:] {
			if i := strings.IndexByte(w, '*'); i >= 0 && i < len(w)-1 || w == "*" {
				fault("%s: the * stands at the end of letters", w)
			}
			if at := seen[f[0]+" "+w]; at > 0 {
				fault("%s is in line %d too", w, at)
			}
			seen[f[0]+" "+w] = number
		}
	}
	return faults
}

// TestUnitTable: each line of units.txt has a dimension that is known, a size and spellings.
func TestUnitTable(t *testing.T) {
	for _, fault := range unitFaults(unitTable) {
		t.Error(fault)
	}
	for line, want := range map[string]string{
		"lenght 201.168 furlong":        "units.txt:1: lenght is no dimension",
		"length 20l.168 furlong":        "units.txt:1: 20l.168 is no size",
		"length -3 furlong":             "-3 is no size",
		"length 1/0 furlong":            "1/0 is no size",
		"money:eur - €":                 "money:eur is no dimension",
		"length 201.168":                "a dimension, a size and spellings are wanted",
		"length 2 f\nlength 3 furl f":   "units.txt:2: f is in line 1 too",
		"# a remark\n\nlength 2 fur*ng": "units.txt:3: fur*ng: the * stands at the end",
	} {
		if got := unitFaults(line); len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// TestUnitsAgree: dedup/diff/scales.txt has lines of units that exclude one another, measures
// and what is counted. Where units.txt knows the measures of a line too, those of one rung
// have one size there, and those of two rungs have two.
func TestUnitsAgree(t *testing.T) {
	b, err := os.ReadFile("../diff/scales.txt")
	if err != nil {
		t.Fatal(err)
	}
	// sizes returns the sizes of a unit by dimension; that of none is "".
	sizes := func(w string) map[string]string {
		out := map[string]string{}
		if ms, end := table().units.at(w, 0); end == len(w) {
			for _, m := range ms {
				if m.size != nil {
					out[m.dim] = m.size.RatString()
				}
			}
		}
		return out
	}
	both := 0
	for line := range strings.Lines(string(b)) {
		rest, ok := strings.CutPrefix(line, "units ")
		if !ok {
			continue
		}
		rung := map[string]int{} // dimension and size → its rung
		for i, words := range strings.Split(rest, "|") {
			of := map[string]string{} // dimension → size
			for _, w := range strings.Fields(words) {
				for dim, size := range sizes(w) {
					both++
					if was := of[dim]; was != "" && was != size {
						t.Errorf("%s: %s is another unit than the rest of its rung, by units.txt", strings.TrimSpace(line), w)
					}
					of[dim] = size
					key := dim + " " + size
					if at, ok := rung[key]; ok && at != i {
						t.Errorf("%s: %s is the unit of another rung, by units.txt", strings.TrimSpace(line), w)
					}
					rung[key] = i
				}
			}
		}
	}
	if both < 50 {
		t.Errorf("%d units are in both tables", both)
	}
}
