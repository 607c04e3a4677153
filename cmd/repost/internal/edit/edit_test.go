package edit_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"repost/cmd/repost/internal/edit"
	"repost/testdata"
)

func article(t testing.TB, name string) string {
	t.Helper()
	b, err := testdata.FS.ReadFile("news/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestMake(t *testing.T) {
	text := article(t, "elevators-original.txt")
	others := []string{article(t, "ferry-original.txt"), article(t, "kiln.txt")}
	made := map[edit.Kind]string{}
	for _, k := range edit.Kinds() {
		made[k] = edit.Make(k, text, others, 1)
		if made[k] != edit.Make(k, text, others, 1) {
			t.Errorf("%s: another text the second time", k)
		}
		if same := made[k] == text; same != (k == edit.Exact) {
			t.Errorf("%s: unchanged is %v", k, same)
		}
		if !utf8.ValidString(made[k]) {
			t.Errorf("%s: not UTF-8", k)
		}
	}
	if !strings.HasPrefix(made[edit.Footer], text) || !strings.Contains(made[edit.Footer], "版权声明") {
		t.Error("footer: not the text and a footer")
	}
	if !strings.HasPrefix(text, made[edit.Truncated]) {
		t.Error("truncated: not the beginning")
	}
	if edit.Make(edit.Width, made[edit.Width], nil, 1) == made[edit.Width] {
		t.Error("width: the other of the other is the same")
	}
	for line := range strings.Lines(text) {
		for _, k := range []edit.Kind{edit.Page, edit.Inserted} {
			if !strings.Contains(made[k], strings.TrimSpace(line)) {
				t.Errorf("%s: lost %.40q", k, line)
			}
		}
	}
	if strings.Contains(edit.Make(edit.Footer, others[0], nil, 1), "版权") {
		t.Error("footer: a Chinese one below English text")
	}
	if edit.Make(edit.Light, text, nil, 1) == edit.Make(edit.Light, text, nil, 2) {
		t.Error("light: the seed does nothing")
	}
}

// TestAnyText: no text is too short or too strange.
func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("中文。，\n a.1“”é"))).Draw(t, "text")
		o := rapid.StringOf(rapid.SampledFrom([]rune("另外。\n b"))).Draw(t, "other")
		for _, k := range edit.Kinds() {
			got := edit.Make(k, s, []string{o, o}, rapid.Uint64().Draw(t, "seed"))
			if k == edit.Page && edit.Letters(got) != edit.Letters(s)+2*edit.Letters(o) {
				t.Fatalf("page of %q and %q: %q", s, o, got)
			}
		}
	})
}
