package detect

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"repost/dedup"
)

// Texts of few signs have nothing in common by chance, and their copies all the same.
func TestFewSigns(t *testing.T) {
	for _, signs := range []string{"天 地", "天 地 人", "天 地 人 和", "ja nein weiter "} {
		rng := rand.New(rand.NewPCG(1, 2))
		words := strings.Split(signs, " ")
		space := ""
		if words[0] == "ja" {
			space = " "
		}
		text := func() string {
			var b strings.Builder
			for range 600 {
				b.WriteString(words[rng.IntN(len(words))] + space)
			}
			return b.String()
		}
		m := NewMemory(&DefaultScheme)
		for i := range 60 {
			m.Add(dedup.Document{ID: fmt.Sprint(100 + i), Text: text()})
		}
		if err := UpdateStories(m, &DefaultScheme, nil); err != nil {
			t.Fatal(err)
		}
		if len(m.links) > 6 {
			t.Errorf("%s: 60 texts have %d links", signs, len(m.links))
		}
		long := m.Document(7).Text
		m.Add(dedup.Document{ID: "part", Text: text() + long[len(long)/2:]}, dedup.Document{ID: "copy", Text: long[:len(long)/3*2] + words[0] + long[len(long)/3*2:]})
		if err := UpdateStories(m, &DefaultScheme, nil); err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, l := range m.links {
			found[m.Document(l.From).ID+" "+m.Document(l.To).ID] = true
		}
		for _, pair := range []string{"107 part", "107 copy"} {
			if !found[pair] {
				t.Errorf("%s: no link of %s", signs, pair)
			}
		}
	}
}

// A text of usual words has the fingerprints it would have without a rule for few signs.
func TestWidenLeavesUsualTexts(t *testing.T) {
	text := DefaultScheme.Prepare("穆棱市召开脱贫攻坚工作会议，市委书记作了讲话，各乡镇主要领导干部参加会议。 The council met on Tuesday and agreed to mend the bridge over the river.")
	if text.ofFewSigns(DefaultScheme.MinGram) {
		t.Error("the text is of few signs")
	}
	fingerprints := DefaultScheme.Sketch(text).Fingerprints
	again := append([]dedup.Fingerprint{}, fingerprints...)
	widen(again, text.Units, DefaultScheme.Gram)
	for i := range fingerprints {
		if fingerprints[i] != again[i] {
			t.Errorf("fingerprint at unit %d is widened", fingerprints[i].Pos)
		}
	}
}
