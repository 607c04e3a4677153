package mask

import (
	"io/fs"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"repost/shingle"
	"repost/testdata"
)

// slowCount is the slow, obvious twin of read and count: every word is looked for
// in the folded line.
func slowCount(text string) (folded string, found counts) {
	for _, r := range text {
		f, class := folds.Fold(r)
		if f >= 1<<16 {
			f = utf8.RuneError
		}
		if class != shingle.Space && class != shingle.Ignorable {
			folded += string(f)
		}
	}
	for k, list := range Default().words.kinds {
		for _, w := range list {
			if strings.Contains(folded, w) {
				found[k]++
			}
		}
	}
	return folded, found
}

func likeSlowCount(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string,
) {
	t.Helper()
	text = strings.NewReplacer("\n", "", "\r", "", "\u3000", "").Replace(text)
	s := scanner{words: Default().words, text: text, runes: make([]rune, 1), places: make([]place, 1)}
	var l line
	s.read(0, len(s.text), &l)
	folded, found := slowCount(text)
	if got := s.words.count(s.runes, s.places); string(s.runes) != folded || got != found {
		t.Fatalf("%q is folded to %q with the words %v, want %q and %v", text, string(s.runes), got, folded, found)
	}
	for i := range s.runes {
		lo := s.offset(i)
		r, _ := utf8.DecodeRuneInString(text[lo:])
		if e := signOf(r); r < 1<<16 && e.rune() != s.runes[i] {
			t.Fatalf("%q: rune %d is %q, but %q stands at %d", text, i, s.runes[i], r, lo)
		}
	}
}

func TestCountLikeSlow(t *testing.T) {
	parts := []string{"。", "，", "a", "9", "\xff", "\xed\xa0\x80", "\xe0\x81\x81", "\xe4\xb8", "𠮷", "著作權", "（Ｃ）", "新", " "}
	for _, list := range Default().words.kinds {
		parts = append(parts, list...)
	}
	rapid.Check(t, func(t *rapid.T) {
		likeSlowCount(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 30).Draw(t, "parts"), ""))
	})
	files, err := fs.Glob(testdata.FS, "news/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no articles: %v", err)
	}
	for _, f := range files {
		text, err := testdata.FS.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			likeSlowCount(t, line)
		}
	}
}

func FuzzCountLikeSlow(f *testing.F) {
	f.Add("版权声明：凡本网注明来源的作品，未经授權不得转载。ICP备 1\xed\xa0\x80")
	f.Fuzz(func(t *testing.T, text string) { likeSlowCount(t, text[:min(len(text), longest)]) })
}
