package store

import (
	"bytes"
	"encoding/hex"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// example returns the bytes of the worked example in format.go that begins after
// a line: the hex digits at the front of the lines that follow.
func example(t *testing.T, after string) []byte {
	t.Helper()
	src, err := os.ReadFile("format.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(src), after)
	if !ok {
		t.Fatalf("format.go does not say %q", after)
	}
	row := regexp.MustCompile(`^//\t((?:[0-9a-f]{2} )+) `)
	var out []byte
	for _, line := range strings.Split(rest, "\n")[1:] {
		m := row.FindStringSubmatch(line)
		if m == nil && len(out) > 0 {
			return out
		}
		if m != nil {
			b, _ := hex.DecodeString(strings.ReplaceAll(m[1], " ", ""))
			out = append(out, b...)
		}
	}
	return out
}

// TestFormat builds the worked examples of format.go.
func TestFormat(t *testing.T) {
	c := &Corpus{}
	var err error
	if c.enc, c.dec, err = newCodec(); err != nil {
		t.Fatal(err)
	}
	key := key32(3)
	texts := seal(bucketText, key, c.appendTexts([]string{"穆棱", "ok"}))
	if want := example(t, `the texts "穆棱"`); !bytes.Equal(texts, want) {
		t.Errorf("texts:\n got % x\nwant % x", texts, want)
	}
	entries := []entry{{5, posting{Doc: 7, Pos: 1}}, {5, posting{Doc: 7, Pos: 9}}, {12, posting{Doc: 8, Pos: 2}}}
	if want := example(t, "Example: a block of fingerprints"); !bytes.Equal(blockOf(entries, nil), want) {
		t.Errorf("block:\n got % x\nwant % x", blockOf(entries, nil), want)
	}
	if got, want := appendFilter(nil, []uint64{5, 12}), example(t, "Example: the filter"); !bytes.Equal(got, want) {
		t.Errorf("filter:\n got % x\nwant % x", got, want)
	}
}

func blockOf(entries []entry, next *entry) []byte {
	var s shape
	for _, e := range entries {
		s.grow(e)
	}
	return appendBlock(nil, entries, &s, next)
}

func genEntries(t *rapid.T) []entry {
	key := rapid.Uint64Range(0, rapid.SampledFrom([]uint64{3, 1000, 1 << 40, 1<<63 - 2}).Draw(t, "keys"))
	doc := rapid.Uint32Range(0, rapid.SampledFrom([]uint32{0, 100, 1<<32 - 1}).Draw(t, "docs"))
	pos := rapid.Custom(func(t *rapid.T) uint32 {
		return rapid.Uint32().Draw(t, "pos") >> rapid.IntRange(0, 31).Draw(t, "shift")
	})
	n := rapid.SampledFrom([]int{1, 5, 300}).Draw(t, "n")
	out := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) entry {
		return entry{key.Draw(t, "key"), posting{Doc: doc.Draw(t, "doc"), Pos: pos.Draw(t, "pos")}}
	}), 1, n).Draw(t, "entries")
	return sorted(out, contentIndex)
}

// TestBlock: what appendBlock writes, decode reads.
func TestBlock(t *testing.T) {
	var b block
	rapid.Check(t, func(t *rapid.T) {
		entries := genEntries(t)
		last := entries[len(entries)-1]
		var next *entry
		if rapid.Bool().Draw(t, "more") {
			next = &entry{last.key + rapid.SampledFrom([]uint64{0, 1, 77}).Draw(t, "step"), posting{Doc: 1, Pos: 1}}
		}
		must(t, 0, b.open(blockOf(entries, next)))
		got := must2(b.decode(nil))(t)
		equal(t, "entries", got, entries)
		if b.more() != (next != nil) || next != nil && b.following() != next.key {
			t.Fatalf("%v %d, want %v", b.more(), b.following(), next)
		}
		find := func(k uint64) []posting {
			found, err := b.find(nil, k)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		want := map[uint64][]posting{}
		for _, e := range entries {
			want[e.key] = append(want[e.key], e.posting)
		}
		for k := range want {
			for _, k := range []uint64{k - 1, k, k + 1} {
				if found := find(k); !slices.Equal(found, want[k]) {
					t.Fatalf("find %d: %v, want %v", k, found, want[k])
				}
			}
		}
	})
}

// FuzzBlock: no bytes make decode panic, and what it accepts is in order.
func FuzzBlock(f *testing.F) {
	f.Add(blockOf([]entry{{5, posting{Doc: 7, Pos: 1}}, {5, posting{Doc: 7, Pos: 9}}, {12, posting{Doc: 8, Pos: 2}}}, nil))
	f.Add(blockOf([]entry{{1, posting{Doc: 0, Pos: 1}}, {1 << 62, posting{Doc: 1 << 31, Pos: 1 << 31}}}, &entry{1<<62 + 3, posting{}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b block
		if b.open(data) != nil {
			return
		}
		for _, k := range []uint64{0, b.first, b.first + 1, b.first + b.span/2, b.last(), 1 << 62} {
			b.find(nil, k)
		}
		got, err := b.decode(nil)
		if err != nil {
			return
		}
		if len(got) != b.n || got[0].key != b.first || got[b.n-1].key != b.last() {
			t.Fatalf("%d postings of %d: %v", len(got), b.n, got)
		}
		for i := 1; i < len(got); i++ {
			if got[i].key < got[i-1].key {
				t.Fatalf("out of order: %v", got)
			}
		}
	})
}

// FuzzValues: no bytes make the readers of the other values panic.
func FuzzValues(f *testing.F) {
	c := &Corpus{}
	c.enc, c.dec, _ = newCodec()
	f.Add(c.appendTexts([]string{"a", "b", strings.Repeat("c", 1000)}))
	f.Add(c.appendFacts([]facts{{bytes: 3}, {units: 5}}))
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		c.readTexts(data, nil)
		c.readFacts(data)
		c.readUnits(data)
		readLinks(data, everyLink)
		c.readPiece(0, data)
		c.readPiece(1, data)
	})
}

// TestSortEntries: the radix sort is stable and sorts.
func TestSortEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{3, 1500}).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		entries := make([]entry, n)
		for i := range entries {
			seed = seed*6364136223846793005 + 1442695040888963407
			entries[i] = entry{seed >> 40 << (seed % 3 * 8), posting{Doc: uint32(i), Pos: 0}}
		}
		got := sortEntries(entries, 40)
		for i := 1; i < n; i++ {
			if !got[i-1].before(got[i]) {
				t.Fatalf("%v before %v", got[i-1], got[i])
			}
		}
	})
}
