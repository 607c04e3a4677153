package align

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/shingle"
)

func TestStem(t *testing.T) {
	for word, want := range map[string]string{
		"caresses": "caress", "ponies": "poni", "cats": "cat", "agreed": "agre", "plastered": "plaster",
		"motoring": "motor", "sing": "sing", "hopping": "hop", "falling": "fall", "filing": "file", "happy": "happi",
		"sky": "sky", "relational": "relat", "conditional": "condit", "vietnamization": "vietnam", "hopefulness": "hope",
		"electrical": "electr", "adjustment": "adjust", "adoption": "adopt", "controlling": "control", "probate": "probat",
		"rate": "rate", "cease": "ceas", "as": "as", "a": "a", "generalizations": "gener", "oscillators": "oscil",
	} {
		if got := string(stem([]byte(word))); got != want {
			t.Errorf("%s: stem %s, want %s", word, got, want)
		}
	}
}

func FuzzStem(f *testing.F) {
	f.Add("ponies")
	f.Fuzz(func(t *testing.T, s string) {
		w := []byte(strings.ToLower(s))
		w = slices.DeleteFunc(w, func(c byte) bool { return c < 'a' || c > 'z' })
		n := len(w)
		if got := stem(w); len(got) > n || n > 0 && len(got) == 0 {
			t.Errorf("%q: stem %q", s, got)
		}
	})
}

// pieceTexts returns what the pieces of text cover.
func pieceTexts(text string) []string {
	p := Prepare(text, shingle.Rules{})
	var out []string
	for _, q := range p.pieces {
		out = append(out, p.span(q.lo, q.hi).Of(text))
	}
	return out
}

func TestPieces(t *testing.T) {
	long := strings.Repeat("word ", 70)
	for _, c := range []struct {
		text string
		want []string
	}{
		{"Mr. Smith met J. Jones. They talked (at length).", []string{"Mr. Smith met J. Jones.", "They talked (at length)."}},
		{"The end.Another sentence at 3.5 percent", []string{"The end.", "Another sentence at 3.5 percent"}},
		{"A heading\nA line that was\nwrapped here\n\nnew paragraph", []string{"A heading", "A line that was\nwrapped here", "new paragraph"}},
		{"今天下雨。明天呢？“后天晴。”他说", []string{"今天下雨。", "明天呢？", "“后天晴。”", "他说"}},
		{long, []string{strings.TrimSpace(long[:23*5]), strings.TrimSpace(long[23*5 : 46*5]), strings.TrimSpace(long[46*5:])}},
	} {
		if got := pieceTexts(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%q:\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

// TestTerms checks which words of two texts count as the same term.
func TestTerms(t *testing.T) {
	shared := func(a, b string) int {
		p := newPair(Prepare(a, shingle.Rules{}), Prepare(b, shingle.Rules{}), 0)
		n := 0
		for _, w := range p.word {
			if w {
				n++
			}
		}
		return n
	}
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"relations connected", "Related connections", 2},
		{"新华社北京", "北京新华社", 3},              // 新华 华社 北京
		{"新 华社", "新华社", 2},                 // spaces inside Han text do not count
		{"Straße über", "STRASSE ÜBER", 1}, // other letters: as they are folded
		{"在 2013 年", "于 2013", 1},
		{"", "nothing", 0},
	} {
		if got := shared(c.a, c.b); got != c.want {
			t.Errorf("%q and %q share %d terms, want %d", c.a, c.b, got, c.want)
		}
	}
}

// TestPrepareAnyText: whatever the bytes, pieces hold every token once and in
// order, and spans lie in the text, in order.
func TestPrepareAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune("ab Z。.\n½我“”3(")), 0, 300, -1),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		p := Prepare(text, shingle.Rules{})
		at, end := 0, 0
		for i, q := range p.pieces {
			if q.lo != at || q.hi <= q.lo || q.hi-q.lo > maxPiece {
				t.Fatalf("piece %d is %v, after token %d", i, q, at)
			}
			at = q.hi
			s := p.span(q.lo, q.hi)
			if s.Lo < 0 || s.Hi > len(text) || s.Lo > s.Hi || s.Hi < end {
				t.Fatalf("piece %d covers %v, after %d", i, s, end)
			}
			end = s.Hi
		}
		if at != len(p.tokens) {
			t.Fatalf("pieces end at token %d of %d", at, len(p.tokens))
		}
	})
}

func TestTermsOutside(t *testing.T) {
	text := "The ferry ran aground. Copyright of the ferry company."
	p := Prepare(text, shingle.Rules{})
	all := p.Terms(nil, nil)
	if !slices.IsSorted(all) || len(all) != 7 { // the ferry ran aground copyright of company
		t.Errorf("terms %v", all)
	}
	at := strings.Index(text, "Copyright")
	before := p.Terms([]uint32{9}, []shingle.Span{{Lo: at, Hi: len(text)}})
	want := Prepare(text[:at], shingle.Rules{}).Terms(nil, nil)
	if before[0] != 9 || !slices.Equal(before[1:], want) {
		t.Errorf("outside of the footer %v, want 9 and %v", before, want)
	}
}
