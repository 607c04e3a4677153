package report

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup/diff"
)

func compared(a, b string) *Difference {
	return &Difference{
		A: Side{ID: "a.txt", Bytes: len(a)}, B: Side{ID: "b.txt", Bytes: len(b)}, TextA: a, TextB: b,
		Result: diff.Compare(diff.Side{Text: a}, diff.Side{Text: b}, diff.Options{}),
	}
}

func patchOf(t interface{ Fatal(...any) }, a, b string) []byte {
	p, err := NewPatch(compared(a, b))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := p.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestPatchMakesB(t *testing.T) {
	piece := rapid.SampledFrom([]string{"谷雨前一天，", "山中茶园。\n", "气温-5℃。", "\xff", "\xe4\xbd", "<b>&amp;</b>", "\u2028", "\x00", "老人说：“好。”", "1", "2"})
	rapid.Check(t, func(t *rapid.T) {
		a := strings.Join(rapid.SliceOfN(piece, 0, 10).Draw(t, "a"), "")
		b := strings.Join(rapid.SliceOfN(piece, 0, 10).Draw(t, "b"), "")
		p, err := ReadPatch(bytes.NewReader(patchOf(t, a, b)))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Apply(a); err != nil || got != b {
			t.Fatalf("%q, %v, want %q", got, err, b)
		}
		if _, err := p.Apply(a + "。"); !errors.Is(err, ErrOtherText) {
			t.Fatalf("another text: %v", err)
		}
	})
}

func TestPatchRefuses(t *testing.T) {
	good := string(patchOf(t, "谷雨前一天，山中茶园。", "谷雨前两天，山中茶园。"))
	for name, k := range map[string]struct{ patch, want string }{
		"no JSON":   {"--- a\n+++ b\n", "no patch: byte 2 is no JSON"},
		"cut":       {good[:len(good)/2], "cut short"},
		"behind":    {good + "{}", "something follows it"},
		"version":   {strings.Replace(good, `"repost-patch":1`, `"repost-patch":7`, 1), "version 7"},
		"span":      {strings.Replace(good, `"a":[0,`, `"a":[9,`, 1) + " ", ""},
		"operation": {strings.Replace(good, `"copy"`, `"rotate"`, 1), `there is no "rotate"`},
		"field":     {strings.Replace(good, `"op"`, `"do"`, 1), "no patch: it has a field"},
		"checksum":  {strings.Replace(good, "两", "三", 1), "another checksum"},
	} {
		p, err := ReadPatch(strings.NewReader(k.patch))
		if err == nil {
			_, err = p.Apply("谷雨前一天，山中茶园。")
		}
		if err == nil || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v, want %q", name, err, k.want)
		}
	}
}

func FuzzPatch(f *testing.F) {
	f.Add(patchOf(f, "谷雨前一天，山中茶园。", "谷雨前两天，山中茶园。"), "谷雨前一天，山中茶园。")
	f.Add([]byte(`{"repost-patch":1,"a":{"id":"","bytes":3,"sha256":""},"b":{},"script":[{"op":"copy","a":[0,3]}]}`), "abc")
	f.Fuzz(func(t *testing.T, patch []byte, text string) {
		p, err := ReadPatch(bytes.NewReader(patch))
		if err != nil {
			return
		}
		made, err := p.Apply(text)
		if err == nil && len(made) != p.B.Bytes {
			t.Errorf("%d bytes, promised %d", len(made), p.B.Bytes)
		}
		var out bytes.Buffer
		if err := p.Write(&out); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadPatch(&out); err != nil {
			t.Errorf("not read again: %v\n%s", err, out.Bytes())
		}
	})
}
