package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"repost/testdata"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/diff"
	"repost/shingle"
	"repost/shingle/mask"
)

const (
	seedPage = "000_870c825752ba8291.txt"
	seedWeb  = "001_4ed882e0f5fefc7e.txt"
)

// TestSeedsStory: of five real documents, the newspaper page and the web repost of
// one of its two stories are a story, and nothing else is.
func TestSeedsStory(t *testing.T) {
	dir := testdata.Measuring(t, "seeds")
	corpus := filepath.Join(t.TempDir(), "c.repost")
	must(t, "ingest", "--corpus", corpus, dir)
	lines := strings.Split(strings.TrimSpace(must(t, "clusters", "--json", "--corpus", corpus)), "\n")
	if len(lines) != 1 {
		t.Fatalf("%d stories:\n%s", len(lines), strings.Join(lines, "\n"))
	}
	var s report.Story
	if err := json.Unmarshal([]byte(lines[0]), &s); err != nil {
		t.Fatal(err)
	}
	if s.Size != 2 || s.Members[0].ID != seedPage || s.Members[1].ID != seedWeb {
		t.Fatalf("members: %+v", s.Members)
	}
	if web := s.Members[1]; web.Relation != dedup.ContainedIn || web.Coverage < .97 {
		t.Errorf("the repost: %s %.4f, want contained-in .97 or more", web.Relation, web.Coverage)
	}
	const other = "疫情" // the page's other story is about nothing else
	page := must(t, "show", "--text", seedPage, "--corpus", corpus)
	if !strings.Contains(page, other) {
		t.Fatal("another page")
	}
	for _, p := range s.Members[0].Spans {
		if strings.Contains(p.Of(page), other) {
			t.Errorf("span %v holds text of the other story", p)
		}
	}
	var web report.Document
	if err := json.Unmarshal([]byte(must(t, "show", "--json", seedWeb, "--corpus", corpus)), &web); err != nil {
		t.Fatal(err)
	}
	footer(t, must(t, "show", "--text", seedWeb, "--corpus", corpus), web.Masks)
}

// footer asks for the five numbered paragraphs about rights under a mask.
func footer(t *testing.T, text string, masks []mask.Mask) {
	for _, n := range []string{"\n1、", "\n2、", "\n3、", "\n4、", "\n5、"} {
		at := strings.LastIndex(text, n) + 1
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		paragraph := shingle.Span{Lo: at, Hi: end}
		if !slices.ContainsFunc(masks, func(m mask.Mask) bool {
			return m.Reason == mask.Footer && m.Span.Lo <= paragraph.Lo && paragraph.Hi <= m.Span.Hi
		}) {
			t.Errorf("paragraph %s is not masked as footer: %+v", n[1:], masks)
		}
	}
}

// TestSeedsDifferences: the nine differences of the two, each a change of its own,
// the captions as moved blocks, and the rest cosmetic.
func TestSeedsDifferences(t *testing.T) {
	dir := testdata.Measuring(t, "seeds")
	corpus := filepath.Join(t.TempDir(), "c.repost")
	must(t, "ingest", "--corpus", corpus, dir)
	for _, args := range [][]string{
		{"diff", "--json", "--corpus", corpus, seedPage, seedWeb},
		{"diff", "--json", filepath.Join(dir, seedPage), filepath.Join(dir, seedWeb)},
	} {
		out, errs, status := session(t, args...)
		if status != nothing {
			t.Fatalf("exit status %d: %s", status, errs)
		}
		var d report.Difference
		if err := json.Unmarshal([]byte(out), &d); err != nil {
			t.Fatal(err)
		}
		nine(t, &d)
	}
}

// seedChanges are the real differences, as they must be among the words of a
// change: the page's, the repost's, and the grades that are right.
var seedChanges = []struct {
	a, b   string
	grades string
	hint   string
}{
	{"讲", "说", "minor", ""},
	{"保向远", "侯向远", "substantive", diff.LikelyOCR},
	{"小组", "小组会", "substantive minor", ""},
	{"干部", "", "substantive minor", ""},
	{"扶", "扶贫", "substantive minor", ""},
	{"扶", "扶贫", "substantive minor", ""},
	{"中", "上", "minor", ""},
	{"委", "", "substantive minor", ""},
	{"本报记者", "记者", "substantive minor", ""},
}

func nine(t *testing.T, d *report.Difference) {
	t.Helper()
	var left []diff.Change
	moved := 0
	for _, c := range d.Changes {
		if c.Grade != diff.Cosmetic {
			left = append(left, c)
		}
	}
	for _, b := range d.Blocks {
		if b.Kind == diff.Moved {
			moved++
		}
	}
	for _, want := range seedChanges {
		i := slices.IndexFunc(left, func(c diff.Change) bool {
			return strings.Contains(c.AText, want.a) && strings.Contains(c.BText, want.b) &&
				(want.b != "" || !strings.Contains(c.BText, want.a)) &&
				strings.Contains(want.grades, string(c.Grade)) && c.Hint == want.hint
		})
		if i < 0 {
			t.Errorf("no change %q → %q, %s %s", want.a, want.b, want.grades, want.hint)
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, c := range left {
		t.Errorf("one too many: %s %s %q → %q", c.Grade, c.Class, c.AText, c.BText)
	}
	if moved != 5 {
		t.Errorf("%d blocks moved; the four captions and the byline did", moved)
	}
	if d.Summary.Cosmetic < 100 {
		t.Errorf("%d cosmetic changes; the punctuation of a whole story was changed", d.Summary.Cosmetic)
	}
}
