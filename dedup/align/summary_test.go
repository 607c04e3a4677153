package align

import (
	"fmt"
	"strings"
	"testing"

	"repost/shingle"
)

// bridgeReport is summed up, in words from all over it, by bridgeSummary, which
// stands between two paragraphs on something else.
const (
	bridgeReport = `The old road bridge at Halvik will be closed to lorries from Monday, the county council decided last night after a long debate. Engineers had found cracks in three of the seven steel girders that carry the eastern span during a routine inspection in March.

Built in 1931, the bridge was meant to carry two hundred vehicles a day. Last year more than nine thousand crossed it on an average weekday, among them almost eight hundred lorries on their way to the quarry and the paper mill upriver. Residents of the fishing quarter have complained for years about noise and dust.

Lorries will have to take the detour through Stenby, which adds thirty-four kilometres to each trip. The hauliers' association called the decision a heavy blow and asked for compensation. Its chairwoman, Petra Lund, said that several small companies would not survive the winter if diesel stayed as expensive as it is. The quarry announced that it would look into sending gravel by barge instead.

Ambulances and buses may go on using the bridge, one at a time and no faster than twenty kilometres an hour. Temporary traffic lights will be put up at both ends this weekend. The school buses keep their timetable, the council promised.

A new crossing has been discussed since 1998. The latest plan, a concrete arch two kilometres downstream, would cost about ninety million crowns. The ministry of transport has twice refused to pay its half because the expected traffic was too low. Council leader Anders Roth hopes that the cracks will change minds in the capital: he wants to present new figures in September and start building within three years.

Until then the girders will be strengthened with bolted plates. The work starts in August, takes eleven weeks and costs four million, which the council takes out of the reserve for snow clearing. Walkers and cyclists are not affected, and neither is the yearly regatta under the arches in June.`
	bridgeSummary = `The Halvik bridge, built in 1931, is closed to lorries from Monday because engineers found cracks in three steel girders. The detour through Stenby adds thirty-four kilometres; hauliers asked for compensation. Ambulances and buses may use the bridge one at a time. Bolted plates will strengthen the girders from August, for four million, while a new crossing for ninety million crowns waits for the ministry of transport, which has twice refused to pay its half.`
	around        = `Tonight it rains along the coast, and the wind freshens from the south-west before midnight. Tomorrow stays cloudy and mild.`
)

func TestSummary(t *testing.T) {
	text := around + "\n\n" + bridgeSummary + "\n\n" + around
	var sentences []string // each counts as a text: the weights of a small collection
	for _, x := range []string{bridgeReport, around, ferryTold, ferryRewritten, ferryUnlike} {
		sentences = append(sentences, pieceTexts(x)...)
	}
	opt := Options{IDF: frequencies(sentences...).IDF}
	a, b := Prepare(text, shingle.Rules{}), Prepare(bridgeReport, shingle.Rules{})
	got := Detect(a, b, opt).Detections
	if len(got) != 1 || got[0].Kind != Summarised || got[0].A.Of(text) != bridgeSummary {
		t.Fatalf("got %v, want the summary", got)
	}
	if got[0].B.Len() < len(bridgeReport)*9/10 {
		t.Errorf("the source is %v of %d bytes", got[0].B, len(bridgeReport))
	}
	for name, d := range map[string][]Detection{
		"without weights":   Detect(a, b, Options{}).Detections,
		"sides changed":     Detect(b, a, opt).Detections,
		"another report":    Detect(Prepare(ferryTold, shingle.Rules{}), b, opt).Detections,
		"nothing but words": Detect(Prepare(strings.Join(strings.Fields(bridgeSummary), "\n\n"), shingle.Rules{}), b, opt).Detections,
	} {
		for _, x := range d {
			if x.Kind == Summarised {
				t.Errorf("%s: %v", name, x)
			}
		}
	}
}

func ExampleDetect() {
	a, b := Prepare(ferryTold, shingle.Rules{}), Prepare(ferryRewritten, shingle.Rules{})
	for _, d := range Detect(a, b, Options{}).Detections {
		fmt.Printf("%v %v is %v %v\n", d.Kind, d.A, d.B, d.Likeness > .5)
		for _, m := range Correspond(a, b, d)[:2] {
			fmt.Printf("  %q\n  %q\n", m.A.Of(ferryTold)[:30], m.B.Of(ferryRewritten)[:30])
		}
	}
	// Output:
	// rewritten {58 528} is {44 548} true
	//   "The ferry Aurora ran aground n"
	//   "On Tuesday evening its ferry, "
	//   "Nobody was hurt, the coast gua"
	//   "According to the coast guard n"
}
