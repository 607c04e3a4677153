package mask_test

import (
	"slices"
	"strings"
	"testing"

	"repost/shingle/mask"
)

// TestFindAddresses: of a link inside a line the address is set aside, and what it reads is not.
func TestFindAddresses(t *testing.T) {
	for text, want := range map[string][]string{
		"详见http://a.example/b。次日":                        {"http://a.example/b"},
		"see https://a.example/b_(c)?d=e#f, and":         {"https://a.example/b_(c)?d=e#f"},
		"(see https://a.example/b) and":                  {"https://a.example/b"},
		"“https://a.example/b”，<ftp://b.example>":        {"https://a.example/b", "ftp://b.example"},
		"网站（www.a.example/b）的":                           {"www.a.example/b"},
		"[here](https://a.example/b_(c)) and":            {"(https://a.example/b_(c))"},
		"[这里](/n/1.html \"题 目\")，[那里](#x)和[此](../a.htm)": {"(/n/1.html \"题 目\")", "(#x)", "(../a.htm)"},
		"![图](data:image/png;base64,AAAA==)他":            {"(data:image/png;base64,AAAA==)"},
		"f[x](2.5) [sic](as he wrote) [a](b c/d) x://":   nil,
		"awww.no me@www.a.example www. www.":             nil,
		"[never closed](https://a.example/":              {"https://a.example/"},
	} {
		text := "河上的渡船停了，" + text + " " + story
		var got []string
		for _, m := range mask.Find(text) {
			if m.Reason == mask.Address {
				got = append(got, m.Span.Of(text))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// TestFindOrdersMasks: however addresses and other masks meet in a line, they are disjoint and ascend.
func TestFindOrdersMasks(t *testing.T) {
	lines := []string{"（记者 林晓舟 https://a.example/lin）", "来源：[河湾网](http://a.example)", "https://a.example/1", "新华社北京1月2日电", "[a](/b)", "（下转第4版）", "责任编辑：http://b.example 甲"}
	for _, p := range lines {
		for _, q := range lines {
			text := p + story + q + "\n" + q + "\n" + story + p
			masks := mask.Find(text)
			for i, m := range masks {
				if m.Span.Len() <= 0 || i > 0 && m.Span.Lo < masks[i-1].Span.Hi {
					t.Errorf("%q: %v", text, spell(text, masks))
				}
			}
		}
	}
}

// TestManyAddresses: a text of openings that are never closed is gone through a few times, no more.
func TestManyAddresses(t *testing.T) {
	for _, sign := range []string{"](/", "](", "http://", "[a](/b ", "www.", "](/ \"", "(", "](x:(", "](data:a", "1://", "a://"} {
		text := strings.Repeat(sign, 1<<19/len(sign))
		if masks := mask.Find(text); len(masks) > 0 && masks[len(masks)-1].Span.Hi > len(text) {
			t.Errorf("%q: %v", sign, masks[len(masks)-1])
		}
	}
}
