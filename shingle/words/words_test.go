package words

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/testdata"
)

func ExampleSegment() {
	const text = "国务院总理今天主持召开常务会议，GDP增长3.5%。"
	for _, w := range Segment(text) {
		fmt.Print(w.Span.Of(text), "/", w.Tag, " ")
	}
	// Output: 国务院/nt 总理/n 今天/t 主持/v 召开/v 常务/n 会议/n GDP/ 增长/v 3/ 5/
}

func TestDictionaryIsThere(t *testing.T) {
	words := 0
	for _, c := range dictionary().cost {
		if c != 0 {
			words++
		}
	}
	if words < 100_000 {
		t.Fatalf("the dictionary holds %d words: has gse renamed what it embeds?", words)
	}
}

func agree(t interface{ Fatalf(string, ...any) }, text string) {
	got, want := Segment(text), slowSegment(text)
	if !slices.Equal(got, want) {
		t.Fatalf("%q:\n%v\nwant\n%v", text, got, want)
	}
}

// TestAgreesWithGse parts every line of the news of testdata whole, and every
// window of eleven characters in it.
func TestAgreesWithGse(t *testing.T) {
	const window = 11
	files, err := testdata.FS.ReadDir("news")
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for _, f := range files {
		b, err := testdata.FS.ReadFile("news/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		agree(t, string(b))
		runes := []rune(string(b))
		for i := range max(0, len(runes)-window) {
			agree(t, string(runes[i:i+window]))
		}
	}
	agree(t, strings.Repeat("中华人民共和国", 2000)) // longer than longest
}

func TestSegmentKeepsItsPromises(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"领导", "小", " ", "\n", "，", "干部", "㍿", "１２", "abc", "\xff", "é", "e\u0301", "〇", "々", "中华人民共和国", "𠮷", "領導", "カメラ"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(pieces, 0, 30).Draw(t, "pieces"), "")
		end := 0
		for _, w := range Segment(text) {
			if w.Span.Lo < end || w.Span.Hi <= w.Span.Lo || w.Span.Hi > len(text) {
				t.Fatalf("%q: word %v after %d", text, w, end)
			}
			end = w.Span.Hi
		}
		agree(t, text)
	})
}

func BenchmarkWindow(b *testing.B) {
	const text = "国务院总理今天主持召开"
	for name, segment := range map[string]func(){
		"trie": func() { Segment(text) },
		"gse":  func() { slowSegment(text) },
	} {
		b.Run(name, func(b *testing.B) {
			segment() // reads the dictionary
			b.ReportAllocs()
			for b.Loop() {
				segment()
			}
		})
	}
}

func spell(text string) string {
	var out []string
	for _, w := range Segment(text) {
		out = append(out, w.Span.Of(text))
	}
	return strings.Join(out, "|")
}

func TestSegment(t *testing.T) {
	for text, want := range map[string]string{
		"":              "",
		"，。":            "",
		"党政主要领导干部":      "党政|主要|领导|干部",
		"领 导\n小 组":      "领 导|小 组",
		"領導小組":          "領導|小組",
		"新华社，记者":        "新华社|记者",
		"iPhone手机2013年": "iPhone|手机|2013|年",
		"𠮷野家":           "𠮷|野|家",
		"カメラ":           "カ|メ|ラ",
	} {
		if got := spell(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
