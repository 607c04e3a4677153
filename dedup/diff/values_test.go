package diff

import (
	_ "embed"
	"strings"
	"testing"
)

//go:embed testdata/values.tsv
var valueTable string

//go:embed testdata/spelling.tsv
var spellingTable string

//go:embed testdata/kinds.tsv
var kindTable string

//go:embed testdata/japanese.tsv
var japaneseTable string

// TestJapanese: likewise for words of Japanese in other characters, and other words.
func TestJapanese(t *testing.T) { eachSwap(t, japaneseTable) }

// TestKinds: likewise for kinds of changes that rules once took for more or less.
func TestKinds(t *testing.T) { eachSwap(t, kindTable) }

// TestSpelling: likewise for words in another spelling.
func TestSpelling(t *testing.T) { eachSwap(t, spellingTable) }

// TestValues: every sentence of values.tsv is graded as it says, in both directions.
func TestValues(t *testing.T) { eachSwap(t, valueTable) }

func eachSwap(t *testing.T, table string) {
	t.Helper()
	wrong := 0
	all := swaps(t, table)
	for _, s := range all {
		for _, s := range []swap{s, s.turned()} {
			var m outcome
			r := Compare(Side{Text: s.a}, Side{Text: s.b}, Options{})
			if m.judge(s, r); m.right == 0 || m.class == 0 {
				wrong++
				t.Errorf("%s %s: %s → %s\n\tgot %v", s.grade, s.class, s.a, s.b, short(r))
			}
		}
	}
	t.Logf("%d of %d wrong", wrong, 2*len(all))
}

// short is what a failing test shows of a result.
func short(r *Result) (out []string) {
	for _, c := range r.Changes {
		out = append(out, string(c.Grade)+" "+string(c.Class)+" ["+c.AText+"|"+c.BText+"] "+c.Reasons[0])
	}
	return out
}

// TestOtherValues: of a figure with any two of a group of signs, units or forms some change is
// more than cosmetic, in frames of several languages and in both directions.
func TestOtherValues(t *testing.T) {
	frames := []string{
		"The gauge showed # on the day of the test.", "Das Gerät zeigte # am Tag der Prüfung.",
		"L'appareil indiquait # le jour de la visite.", "Прибор показал # в день проверки.", "仪表当天显示#，记录在册。",
	}
	groups := [][]string{
		{"+5", "−5", "±5", "<5", ">5", "≤5", "≥5", "≈5", "√5", "≠5"}, // +5 is 5
		{"5", "−5", "±5", "<5", ">5", "≤5", "≥5", "≈5", "5′", "5″", "5°"},
		{"5 mW", "5 W", "5 kW", "5 MW", "5 GW"}, {"5 mHz", "5 Hz", "5 kHz", "5 MHz", "5 GHz"},
		{"5 mV", "5 V", "5 kV", "5 MV"}, {"5 mA", "5 A", "5 kA"}, {"5 mPa", "5 Pa", "5 kPa", "5 MPa", "5 GPa"},
		{"8 kb", "8 kB", "8 Mb", "8 MB", "8 Gb", "8 GB"}, {"8 Mbps", "8 MBps", "8 kbps", "8 Gbps"},
		{"5 mΩ", "5 kΩ", "5 MΩ"}, {"5 mJ", "5 J", "5 kJ", "5 MJ"}, {"5 µSv", "5 mSv", "5 Sv"},
		{"2.000", "2", "2.5"}, {"12.000", "12", "120"}, {"2,5", "2, 5", "25"}, {"0.25", "0. 25", "025"},
		{"a = b", "a ≠ b", "a < b", "a > b", "a ≤ b", "a ≥ b", "a + b", "a × b", "a ÷ b"},
		{"→", "←", "↑", "↓"}, {"✓", "✗", "☐"}, {"▲ 5", "▼ 5"}, {"A♯", "A♭", "A"}, {"C++", "C#", "C"}, {"100+", "100"},
	}
	for _, frame := range frames {
		for _, group := range groups {
			for i, x := range group {
				for j, y := range group {
					if a, b := strings.ReplaceAll(frame, "#", x), strings.ReplaceAll(frame, "#", y); i != j && beyondCosmetic(a, b) == 0 {
						t.Errorf("%s → %s: nothing beyond cosmetic", a, b)
					}
				}
			}
		}
	}
}
