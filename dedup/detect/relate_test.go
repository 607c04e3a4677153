package detect

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestTurnsOfSpeech: of two long texts in kana that share one sentence, the relation covers
// the passages that the judge sees, and not the turns of speech that recur by chance.
func TestTurnsOfSpeech(t *testing.T) {
	turns := strings.Fields("ました でした のです そして それから けれども いきました みました おもいました さん から まで この その あの ひと こども おかあさん いえ みち やま かわ そら うみ が を に は と も の て")
	rng := rand.New(rand.NewPCG(5, 8))
	tell := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(turns[rng.IntN(len(turns))])
			if rng.IntN(9) == 0 {
				b.WriteString("。\n")
			}
		}
		return b.String()
	}
	shared := "\nちょうちょうさんのかねがまちのひろばにひびくと、ぱんやのむすめはふえをふいておどりだします。\n"
	a, b := tell(2500)+shared+tell(900), tell(800)+shared+tell(1400)
	var k Linker
	x, y := DefaultScheme.Prepare(a), DefaultScheme.Prepare(b)
	seen := 0
	for _, c := range k.Chains(x, y) {
		for _, r := range c.Runs {
			seen += int(r.Len)
		}
	}
	if seen < 40 {
		t.Fatalf("the judge sees %d units of the sentence that both have", seen)
	}
	if r := k.Relate(x, y); r.Matched != seen {
		t.Errorf("the relation is of %d units, and the judge sees %d", r.Matched, seen)
	}
}
