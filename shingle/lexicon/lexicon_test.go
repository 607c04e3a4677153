package lexicon

import (
	"strings"
	"testing"
)

// Every class has words, and no word stands twice in a class.
func TestLines(t *testing.T) {
	seen, used := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(source) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		used[f[0]] = true
		for _, w := range f[1:] {
			if seen[f[0]+" "+w] {
				t.Errorf("%s: %s stands there twice", f[0], w)
			}
			seen[f[0]+" "+w] = true
		}
	}
	classes := strings.Fields(names)
	if len(classes) != int(Period)+1 {
		t.Fatalf("%d names of %d classes", len(classes), Period+1)
	}
	for _, c := range classes {
		if !used[c] {
			t.Errorf("class %s has no words", c)
		}
	}
}

func TestLookups(t *testing.T) {
	text := "局长缪长风说，The Mayor of Porto said."
	at := strings.Index(text, "Mayor")
	for _, k := range []struct{ got, want string }{
		{Title.At(text, 0), "局长"},
		{Title.Before(text, len("局长")), "局长"},
		{Verb.At(text, len("局长缪长风")), "说"},
		{Verb.At(text, 0), ""},
		{Title.Over(text, at+2, at+3), "Mayor"},
		{Place.Over(text, at, len(text)), "Porto"},
		{Place.Over(text, 3, 3), ""},
		{Title.Over(text, 3, 3), "局长"},
	} {
		if k.got != k.want {
			t.Errorf("%q, want %q", k.got, k.want)
		}
	}
	if !Surname.Spells("欧阳王") || Surname.Spells("的") || !BodyHead.HasRune('局') || BodyHead.HasRune('人') {
		t.Error("characters of the classes")
	}
}
