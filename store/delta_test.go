package store

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestDelta: a text comes back from what tells it from any other, also through the
// columns of a group.
func TestDelta(t *testing.T) {
	var d differ
	c := &Corpus{}
	c.enc, c.dec, _ = newCodec()
	rapid.Check(t, func(t *rapid.T) {
		base, text := genText.Draw(t, "base"), genText.Draw(t, "text")
		base = strings.Repeat(base, rapid.IntRange(1, 9).Draw(t, "long"))
		text += strings.Repeat(base, rapid.IntRange(0, 3).Draw(t, "times")) + text
		cut := rapid.IntRange(0, len(text)).Draw(t, "cut")
		text = text[cut:] + "，" + text[:cut]
		d.to(base)
		all := []repost{{7, d.delta(text)}, {1 << 31, d.delta(base)}, {0, d.delta("")}}
		got, err := c.readReposts(c.appendReposts(nil, all))
		if err != nil || len(got) != len(all) {
			t.Fatal(err)
		}
		for i, want := range []string{text, base, ""} {
			if s, err := got[i].apply(base); err != nil || s != want || got[i].base != all[i].base {
				t.Fatalf("%q, %v", s, err)
			}
		}
		if n := len(d.delta(base).steps); n > 1 {
			t.Fatalf("%d steps to itself", n)
		}
	})
}

// TestDeltaSmall: small changes of a long text take few steps and few bytes.
func TestDeltaSmall(t *testing.T) {
	var d differ
	var long strings.Builder
	for i := range 900 {
		long.WriteRune(rune(0x4e00 + i*37%5000))
	}
	base := long.String()
	d.to(base)
	for what, text := range map[string]string{
		"one character":    base[:600] + "侯" + base[603:],
		"one more":         base[:600] + "侯" + base[600:],
		"one less":         base[:600] + base[603:],
		"header, footer":   "来源：晚报" + base + "责任编辑",
		"a part moved":     base[900:] + base[:900],
		"half of it":       base[:len(base)/2],
		"every tenth wide": wide(base),
	} {
		got := d.delta(text)
		limit := 3
		if what == "every tenth wide" {
			limit = 91
		}
		if len(got.steps) > limit || len(got.added) > 3*limit+30 {
			t.Errorf("%s: %d steps, %d new bytes", what, len(got.steps), len(got.added))
		}
	}
}

// wide replaces every tenth character by a comma of one byte.
func wide(s string) string {
	r := []rune(s)
	for i := 9; i < len(r); i += 10 {
		r[i] = ','
	}
	return string(r)
}

// TestGroupFormat builds the worked example of a group in format.go.
func TestGroupFormat(t *testing.T) {
	c := &Corpus{}
	c.enc, c.dec, _ = newCodec()
	var d differ
	d.to("保向远在现场")
	got := c.appendReposts(nil, []repost{{0, d.delta("侯向远在现场，有雨")}})
	want := example(t, "group 0 with the key 00000000 is")
	if !bytes.Equal(got, want) {
		t.Errorf("group:\n got % x\nwant % x", got, want)
	}
	all, err := c.readReposts(want)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := all[0].apply("保向远在现场"); s != "侯向远在现场，有雨" {
		t.Errorf("%q, %v", s, err)
	}
}

// FuzzReadReposts: no bytes make the reader of reposts, or of what it accepts, panic.
func FuzzReadReposts(f *testing.F) {
	c := &Corpus{}
	c.enc, c.dec, _ = newCodec()
	var d differ
	d.to("穆棱脱贫穆棱脱贫")
	f.Add(c.appendReposts(nil, []repost{{7, d.delta("穆棱脱贫，穆棱")}, {1, delta{}}}))
	f.Add(binary.AppendUvarint(nil, 1<<40))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := c.readReposts(b)
		if err != nil {
			return
		}
		for i := range all {
			all[i].apply("穆棱脱贫")
		}
	})
}

// FuzzReadStored: the same of blocks of texts, those of version 2 included.
func FuzzReadStored(f *testing.F) {
	c := &Corpus{}
	c.enc, c.dec, _ = newCodec()
	f.Add(c.appendStored([]stored{{text: "穆棱", place: unique}, {place: 300}}))
	f.Add(slices.Concat([]byte{codecFrames, 2, 0, 8, 3, 3}, []byte("abc"), c.appendTexts([]string{"穆棱"})))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := c.readStored(b, nil)
		if err != nil {
			return
		}
		for i := range all {
			if all[i].frame != nil {
				all[i].frame.unpack("穆棱脱贫")
			}
		}
	})
}
