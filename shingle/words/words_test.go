package words

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func ExampleSegment() {
	const text = "国务院总理今天主持召开常务会议，GDP增长3.5%。"
	for _, w := range Segment(text) {
		fmt.Print(w.Span.Of(text), "/", w.Tag, " ")
	}
	// Output: 国务院/nt 总理/n 今天/t 主持/v 召开/v 常务/n 会议/n GDP/ 增长/v 3/ 5/
}

func TestDictionaryIsThere(t *testing.T) {
	if n := dictionary().Dict.NumTokens(); n < 100_000 {
		t.Fatalf("the dictionary holds %d words: has gse renamed what it embeds?", n)
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

func TestSegmentKeepsItsPromises(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"领导", "小", " ", "\n", "，", "干部", "㍿", "１２", "abc", "\xff", "é", "e\u0301", "〇", "々", "中华人民共和国", "𠮷"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(pieces, 0, 30).Draw(t, "pieces"), "")
		end := 0
		for _, w := range Segment(text) {
			if w.Span.Lo < end || w.Span.Hi <= w.Span.Lo || w.Span.Hi > len(text) {
				t.Fatalf("%q: word %v after %d", text, w, end)
			}
			end = w.Span.Hi
		}
	})
}

func BenchmarkSegment(b *testing.B) {
	text := strings.Repeat("国务院总理今天主持召开常务会议，部署进一步扩大开放的措施，听取有关部门的汇报。", 100)
	dictionary()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Segment(text)
	}
}
