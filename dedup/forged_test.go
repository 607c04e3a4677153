package dedup_test

import (
	"fmt"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/shingle"
)

// twins returns two words that have one id.
func twins(t *testing.T) (a, b string) {
	t.Helper()
	seen := map[uint32]string{}
	for i := range 1_000_000 {
		w := "w"
		for n := i; n > 0; n /= 26 {
			w += string(rune('a' + n%26))
		}
		u := shingle.Rules{}.Cut(nil, w)
		if other, ok := seen[u[0].ID]; ok && other != w {
			return other, w
		}
		seen[u[0].ID] = w
	}
	t.Fatal("no two words with one id")
	return "", ""
}

// A text whose units have the ids of another's is no copy of it: what they say is
// compared, for the ids of words are hashes that anybody can make meet.
func TestForgedTexts(t *testing.T) {
	a, b := twins(t)
	w := newWriter(5)
	before, after := w.article(200), w.article(200)
	said, forged := before+"\n"+a+"\n"+after, before+"\n"+b+"\n"+after
	s := &detect.DefaultScheme
	x, y := s.Prepare(said), s.Prepare(forged)
	if fmt.Sprint(x.IDs) != fmt.Sprint(y.IDs) {
		t.Fatal("the ids differ")
	}
	if s.Sketch(x).Content == s.Sketch(y).Content {
		t.Error("they have one content")
	}
	var k detect.Linker
	if r := k.Relate(x, y); r.Kind != dedup.NearDuplicate {
		t.Errorf("%s", r.Kind)
	}
	m := withStories(t, doc("a", said), doc("b", forged), doc("c", strings.ToUpper(said)))
	for _, st := range m.Stories() {
		for _, k := range st.Members {
			if id := m.Document(k.Doc).ID; id == "b" && (k.Relation == dedup.SameText || k.Relation == dedup.Identical) {
				t.Errorf("%s is %s", id, k.Relation)
			}
		}
	}
	// What is written otherwise and says the same is a copy.
	if s.Sketch(x).Content != s.Sketch(s.Prepare(strings.ReplaceAll(strings.ToUpper(said), "，", ", "))).Content {
		t.Error("case and punctuation make another content")
	}
}

// Texts that say the same have one content however they are written.
func TestContentOfOneText(t *testing.T) {
	s := &detect.DefaultScheme
	content := func(text string) dedup.Content { return s.Sketch(s.Prepare(text)).Content }
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"共1,234,567人到场", "共1234567人到场", true},
		{"共１２３人到场", "共123人到场", true},
		{"Straße und Café", "STRASSE UND CAFE\u0301", false}, // ß is not ss
		{"Café au lait", "CAFE\u0301 AU LAIT", true},
		{"co\u00adoperate today", "cooperate today", true},
		{"貧困戶", "贫困户", true},
		{"共370人到场", "共57620人到场", false},
		{"共007人到场", "共7人到场", false},
		{"ab c", "a bc", false},
		{"12 3", "1 23", false},
	} {
		if (content(c.a) == content(c.b)) != c.same {
			t.Errorf("%q and %q: same is %v", c.a, c.b, !c.same)
		}
	}
}
