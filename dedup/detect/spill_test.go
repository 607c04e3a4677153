package detect

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup"
)

// TestPacked: unpacking what was packed gives the same text, into any memory.
func TestPacked(t *testing.T) {
	texts := rapid.SampledFrom([]string{
		"榆川的老楼装上了新电梯", "。", "\n", "\n\n", "2025年6月12日", "first light ", "𠮷野家", "é", "\ufffe", "〇", "，",
	})
	var room compact
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(texts, 0, 60).Draw(t, "text"), "")
		want := (&Sketcher{Scheme: &DefaultScheme}).compact(text)
		if err := room.unpack(want.pack(nil)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(room.text.IDs, want.text.IDs) || !slices.Equal(room.text.edges, want.text.edges) ||
			!slices.Equal(room.fingerprints, want.fingerprints) || room.gram != want.gram {
			t.Fatalf("%q: %v, want %v", text, room, *want)
		}
	})
}

// FuzzUnpack: any bytes are safe.
func FuzzUnpack(f *testing.F) {
	f.Add((&Sketcher{Scheme: &DefaultScheme}).compact("第一句。\n第二句，一共3500字。").pack(nil))
	f.Add([]byte{2, 8, 0, 0, 255, 255, 1, 2, 3, 4, 5, 6})
	f.Fuzz(func(t *testing.T, b []byte) {
		var c compact
		if c.unpack(b) == nil && len(c.text.IDs) != len(c.text.edges) {
			t.Fatal("units without edges")
		}
	})
}

// roomy is a corpus in memory whose temporary files may have most bytes each.
type roomy struct {
	*Memory
	most   int
	boards []*board
}

func (r *roomy) TempFile() TempFile {
	r.boards = append(r.boards, &board{most: r.most})
	return r.boards[len(r.boards)-1]
}

// board is a temporary file that is full after most bytes.
type board struct {
	b      []byte
	most   int
	closed bool
}

func (r *board) WriteAt(p []byte, at int64) (int, error) {
	if int(at) != len(r.b) || len(r.b)+len(p) > r.most {
		return 0, fmt.Errorf("%d bytes at %d of %d", len(p), at, len(r.b))
	}
	r.b = append(r.b, p...)
	return len(p), nil
}

func (r *board) ReadAt(p []byte, at int64) (int, error) { return bytes.NewReader(r.b).ReadAt(p, at) }

func (r *board) Close() error {
	r.closed = true
	return nil
}

// TestTextSpill: stories are the same with a spill, with one that is full at once or soon,
// and without.
func TestTextSpill(t *testing.T) {
	var docs []dedup.Document
	for i := range 120 {
		paragraph := func(k int) string {
			r := rand.New(rand.NewPCG(uint64(k), 0))
			var b strings.Builder
			for range 80 {
				b.WriteRune('一' + rune(r.IntN(3000)))
			}
			return b.String() + "。\n"
		}
		docs = append(docs, dedup.Document{ID: fmt.Sprint("d", i), Source: fmt.Sprint(i % 7), Text: paragraph(i/3) + paragraph(i/5+500)})
	}
	found := func(room *roomy, hits int) []dedup.Story {
		m := NewMemory(&DefaultScheme)
		m.Add(docs...)
		var c Corpus = m
		if room != nil {
			room.Memory, c = m, room
		}
		st := &detector{corpus: c, scheme: &DefaultScheme, progress: func(string, int, int) {}, inMemoryUnits: 1, inMemoryHits: hits}
		if err := st.run(); err != nil {
			t.Fatal(err)
		}
		return m.Stories()
	}
	want := found(nil, heldHits)
	if len(want) < 10 {
		t.Fatalf("%d stories", len(want))
	}
	for _, hits := range []int{0, 1000, heldHits} {
		for _, most := range []int{1 << 30, 20_000, 0} {
			room := &roomy{most: most}
			if got := found(room, hits); !reflect.DeepEqual(got, want) {
				t.Errorf("with room for %d bytes and %d hits: other stories", most, hits)
			}
			used := 0
			for _, b := range room.boards {
				used += len(b.b)
				if !b.closed {
					t.Error("a temporary file stays open")
				}
			}
			if most == 0 && used > 0 || most == 1<<30 && used == 0 {
				t.Errorf("with room for %d bytes and %d hits: %d are used", most, hits, used)
			}
		}
	}
}
