package eval_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"repost/dedup/eval"
	"repost/shingle"
	"repost/testdata"
)

// goldSet reads the set of the project.
func goldSet(t testing.TB) *eval.Set {
	t.Helper()
	folder, err := fs.Sub(testdata.FS, "gold")
	if err != nil {
		t.Fatal(err)
	}
	set, err := eval.ReadSet(folder)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestGoldSetEdits holds that the recorded edits of the set make text B of text A, white
// space aside, and lie in the spans of the story in both documents. Paragraphs that were
// moved, which the kind "permuted" says, are no edits: such pairs are left out.
func TestGoldSetEdits(t *testing.T) {
	set := goldSet(t)
	spans := make(map[string]string) // text of the spans, by document and story
	permuted := make(map[string]bool)
	for i, g := range set.Gold {
		for _, s := range g.Stories {
			id := g.ID + " " + s.Story
			spans[id] = joined(set.Documents[i].Text, s.Spans)
			permuted[id] = slices.Contains(s.Kind, "permuted")
		}
	}
	moved := 0
	for _, p := range set.Edits {
		if p.B != spans[p.ID] {
			t.Errorf("%s: text B is not what the spans of the story say", p.ID)
		}
		if permuted[p.ID] {
			moved++
			continue
		}
		var b strings.Builder
		at := 0
		for _, e := range p.Edits {
			if e.A.Lo < at {
				t.Fatalf("%s: two edits of byte %d; if paragraphs were moved, its kind is permuted", p.ID, e.A.Lo)
			}
			b.WriteString(p.A[at:e.A.Lo])
			b.WriteString(e.B.Of(p.B))
			at = e.A.Hi
		}
		b.WriteString(p.A[at:])
		if diff := cmp.Diff(unspaced(p.B), unspaced(b.String())); diff != "" {
			t.Errorf("%s: the edits make another text B (-is +made)\n%s", p.ID, diff)
		}
	}
	t.Logf("%d documents, %d pairs, %d of them permuted", len(set.Documents), len(set.Edits), moved)
	if len(set.Documents) < 300 || moved > len(set.Edits)/20 {
		t.Errorf("%d documents; %d of %d pairs not checked", len(set.Documents), moved, len(set.Edits))
	}
}

func unspaced(s string) string { return strings.Join(strings.Fields(s), "") }

func joined(text string, spans []shingle.Span) string {
	var parts []string
	for _, s := range spans {
		parts = append(parts, s.Of(text))
	}
	return strings.Join(parts, "\n")
}

func TestReadSet(t *testing.T) {
	const file = `What it is about.
-- _foot --
# All rights reserved.
-- a --
source: Daily
date: 2024-05-01
family: form:x

% Head
One two three.
Four five six.
Seven eight.
-- b --
kind: light

% Other head
> a 1 3
~ minor wording: One [-two-]{+2wo+} three
~ cosmetic punctuation all: [-.-]{+!+}
Nine.
> _foot
-- c --

@ host
He wrote: \
> a "two…four"\
, he did.
@ -
No story.
`
	_, err := eval.ReadSet(fstest.MapFS{"en-x.txtar": {Data: []byte(file)}})
	want := `en-x.txtar:26: taking from en-x/a: "four" does not stand there after "two"`
	if err == nil || err.Error() != want {
		t.Fatalf("got the error %v, want %s", err, want)
	}
	set, err := eval.ReadSet(fstest.MapFS{"en-x.txtar": {Data: []byte(strings.Replace(file, "…four", "…five", 1))}})
	if err != nil {
		t.Fatal(err)
	}
	wantDocs := []eval.SetDocument{
		{ID: "en-x/a", Source: "Daily", Date: "2024-05-01", Text: "Head\nOne two three.\nFour five six.\nSeven eight."},
		{ID: "en-x/b", Text: "Other head\nOne 2wo three!\nSeven eight!\nNine.\nAll rights reserved."},
		{ID: "en-x/c", Text: "He wrote: two three.\nFour five, he did.\nNo story."},
	}
	if diff := cmp.Diff(wantDocs, set.Documents); diff != "" {
		t.Errorf("documents (-want +got)\n%s", diff)
	}
	span := func(lo, hi int) shingle.Span { return shingle.Span{Lo: lo, Hi: hi} }
	wantGold := []eval.GoldDocument{
		{
			ID: "en-x/a", Stories: []eval.GoldStory{{Story: "en-x/a", Spans: []shingle.Span{span(5, 47)}, Kind: []string{"en"}, Neg: []string{"form:x"}}},
			Neutral: []shingle.Span{span(0, 4), span(29, 35)},
		},
		{
			ID: "en-x/b", Stories: []eval.GoldStory{{Story: "en-x/a", Spans: []shingle.Span{span(11, 44)}, Kind: []string{"en", "light"}, Neg: []string{"form:x"}}},
			Boilerplate: []shingle.Span{span(45, 65)}, Neutral: []shingle.Span{span(0, 10), span(38, 44)},
		},
		{
			ID: "en-x/c", Stories: []eval.GoldStory{
				{Story: "en-x/host", Spans: []shingle.Span{span(0, 10), span(30, 39)}, Kind: []string{"en"}},
				{Story: "en-x/a", Spans: []shingle.Span{span(10, 30)}, Kind: []string{"en"}, Neg: []string{"form:x"}},
			},
		},
	}
	if diff := cmp.Diff(wantGold, set.Gold); diff != "" {
		t.Errorf("labels (-want +got)\n%s", diff)
	}
	wantEdits := []eval.EditPair{
		{
			ID: "en-x/b en-x/a", A: "One two three.\nFour five six.\nSeven eight.", B: "One 2wo three!\nSeven eight!\nNine.",
			Edits: []eval.Change{
				{A: span(4, 7), B: span(4, 7), Grade: "minor", Class: "wording"},
				{A: span(13, 14), B: span(13, 14), Grade: "cosmetic", Class: "punctuation"},
				{A: span(15, 29), B: span(15, 15), Grade: "substantive", Class: "omission"},
				{A: span(41, 42), B: span(26, 27), Grade: "cosmetic", Class: "punctuation"},
				{A: span(42, 42), B: span(28, 33), Grade: "substantive", Class: "addition"},
			},
		},
		{ID: "en-x/c en-x/a", A: "two three.\nFour five", B: "two three.\nFour five"},
	}
	if diff := cmp.Diff(wantEdits, set.Edits); diff != "" {
		t.Errorf("edits (-want +got)\n%s", diff)
	}
}

// TestReadSetErrors holds that what is wrong with a set is said with its place.
func TestReadSetErrors(t *testing.T) {
	for _, tt := range []struct{ name, file, want string }{
		{"no document", "only a comment\n", "no document in it"},
		{"header", "-- a --\nsorce: X\n\nText.\n", `en-x.txtar:2: "sorce" in the header`},
		{"no text", "-- a --\nsource: X\n", "document en-x/a has no text"},
		{"twice", "-- a --\n\nText.\n-- a --\n\nText.\n", "en-x.txtar:4: document en-x/a a second time"},
		{"unknown", "-- a --\n\n> b\n", "en-x.txtar:3: there is no document en-x/b"},
		{"itself", "-- a --\n\n> a\n", "en-x.txtar:3: en-x/a takes from itself"},
		{"each other", "-- a --\n\n> b\n-- b --\n\n> a\n", "takes from itself"},
		{"paragraph", "-- a --\n\nText.\n-- b --\n\n> a 2\n", `en-x.txtar:6: taking from en-x/a: "2": it has the paragraphs 1 to 1`},
		{"two stories", "-- a --\n\n@ x\nText.\n@ y\nMore.\n-- b --\n\n> a\n", "of two stories"},
		{"edit without take", "-- a --\n\n~ minor wording: [-a-]{+b+}\n", "en-x.txtar:3: ~ has no > above it"},
		{"edit twice there", "-- a --\n\nText text.\n-- b --\n\n> a\n~ minor wording: [-ext-]{+a+}\n", "stands 2 times"},
		{"edit nowhere", "-- a --\n\nText.\n-- b --\n\n> a\n~ minor wording all: [-x y-]{+a+}\n", "stands nowhere"},
		{"edits of one word", "-- a --\n\nText.\n-- b --\n\n> a\n~ minor wording: [-Tex-]{+a+}\n~ minor wording: [-ext-]{+a+}\n", "two edits change"},
		{"grade", "-- a --\n\nText.\n-- b --\n\n> a\n~ major wording: [-Text-]\n", `"major" is no grade`},
		{"no change", "-- a --\n\nText.\n-- b --\n\n> a\n~ minor wording: Text\n", "no change in it"},
		{"fragment edited", "-- _f --\n# F\n-- b --\n\n> _f\n~ minor wording: [-F-]\n", "taken as it is"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := eval.ReadSet(fstest.MapFS{"en-x.txtar": {Data: []byte(tt.file)}})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got the error %v, want %s", err, tt.want)
			}
		})
	}
}

// TestReadSetGrows holds that lines which each take the one before twice end in an error.
func TestReadSetGrows(t *testing.T) {
	var b strings.Builder
	b.WriteString("-- a0 --\n\n" + strings.Repeat("word ", 200) + "\n")
	prev := "a0"
	for i := range 40 {
		name := "b" + strings.Repeat("x", i)
		b.WriteString("-- " + name + " --\n\n> " + prev + "\n> " + prev + "\n")
		prev = name
	}
	_, err := eval.ReadSet(fstest.MapFS{"en-x.txtar": {Data: []byte(b.String())}})
	if err == nil || !strings.Contains(err.Error(), "grow past 16 MB") {
		t.Errorf("got the error %v", err)
	}
}

// FuzzReadSet holds that any file is read or refused, that all labels lie in their texts,
// and that the edits of a pair lie in its texts.
func FuzzReadSet(f *testing.F) {
	f.Add("-- a --\n\nOne two.\n-- b --\nkind: x\n\n% H\n> a\n~ minor wording: [-One-]{+1+} two\n")
	f.Add("-- _f --\n# F\n-- a --\n\n@ x\nA\\\nB\n@ -\nC\n> _f\n-- b --\n\n> a 1-2\n~ cosmetic space all: [-\\n-]\n> a \"A…B\"\n")
	f.Fuzz(func(t *testing.T, file string) {
		set, err := eval.ReadSet(fstest.MapFS{"en-x.txtar": {Data: []byte(file)}})
		if err != nil {
			return
		}
		in := func(s shingle.Span, text string) {
			if s.Lo < 0 || s.Hi < s.Lo || s.Hi > len(text) {
				t.Errorf("span %v of a text of %d bytes", s, len(text))
			}
		}
		for i, g := range set.Gold {
			for _, s := range slices.Concat(g.Boilerplate, g.Neutral) {
				in(s, set.Documents[i].Text)
			}
			for _, o := range g.Stories {
				for _, s := range o.Spans {
					in(s, set.Documents[i].Text)
				}
			}
		}
		for _, p := range set.Edits {
			for _, e := range p.Edits {
				in(e.A, p.A)
				in(e.B, p.B)
			}
		}
	})
}
