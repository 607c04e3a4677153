package sketch_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"repost/dedup/sketch"
)

// The slow, obvious twins of what this package does with bits and tables.

// slowMinHash keeps the least hash of each bin and counts the full ones.
func slowMinHash(grams []uint64) *sketch.Signature {
	var s sketch.Signature
	for i := range s {
		s[i] = math.MaxUint32
	}
	full := 0
	for _, g := range grams {
		bin, v := g>>57, min(uint32(g>>25), math.MaxUint32-1)
		if s[bin] == math.MaxUint32 {
			full++
		}
		s[bin] = min(s[bin], v)
	}
	if full == 0 {
		return &s
	}
	dense := s
	for i := range s {
		for try := uint64(1); dense[i] == math.MaxUint32; try++ {
			dense[i] = s[splitMix(uint64(i)<<32|try)%sketch.Bins]
		}
	}
	return &dense
}

func splitMix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}

// slowSimHash counts every bit by itself.
func slowSimHash(grams []uint64) (h uint64) {
	for bit := range 64 {
		n := 0
		for _, g := range grams {
			n += int(g >> bit & 1)
		}
		if 2*n > len(grams) {
			h |= 1 << bit
		}
	}
	return h
}

// slowWinnow looks at every window: the least gram is selected, the one before if
// it is still there and as small, else the rightmost.
func slowWinnow(grams []uint64, w int) (out []sketch.Fingerprint) {
	w = min(w, len(grams))
	last := -1
	for lo := 0; w > 0 && lo+w <= len(grams); lo++ {
		window := grams[lo : lo+w]
		least := slices.Min(window)
		if last >= lo && grams[last] == least {
			continue
		}
		for i, g := range window {
			if g == least {
				last = lo + i
			}
		}
		out = append(out, sketch.Fingerprint{Hash: least & sketch.KeyMask, Pos: uint32(last)})
	}
	return out
}

// slowThin counts in a map.
func slowThin(fingerprints []sketch.Fingerprint, few int) (out []sketch.Fingerprint) {
	count := map[uint64]int{}
	for _, p := range fingerprints {
		if count[p.Hash]++; count[p.Hash] <= few {
			out = append(out, p)
		}
	}
	return out
}

// likeTwins holds all sketches of grams against those of the twins.
func likeTwins(t *testing.T, grams []uint64, w, few int) {
	t.Helper()
	if *sketch.MinHash(grams) != *slowMinHash(grams) {
		t.Errorf("MinHash of %d grams", len(grams))
	}
	if got, want := sketch.SimHash(grams), slowSimHash(grams); got != want {
		t.Errorf("SimHash of %d grams is %#x, want %#x", len(grams), got, want)
	}
	fingerprints := sketch.Winnow(nil, grams, w)
	if want := slowWinnow(grams, w); !slices.Equal(fingerprints, want) {
		t.Errorf("prints of %d grams, windows of %d:\n%v, want\n%v", len(grams), w, fingerprints, want)
	}
	want := slowThin(fingerprints, few)
	if got := sketch.Thin(fingerprints, few); !slices.Equal(got, want) {
		t.Errorf("%d are left of %d prints, want %d", len(got), len(fingerprints), len(want))
	}
}

// TestTwins sweeps over lengths and windows, with grams of many and of few kinds,
// and with the greatest hash a bin can hold.
func TestTwins(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for n := range 700 {
		for _, kinds := range []uint64{2, 12, math.MaxUint64} {
			grams := make([]uint64, n)
			for i := range grams {
				grams[i] = splitMix(rng.Uint64N(kinds))
				if rng.IntN(50) == 0 {
					grams[i] |= math.MaxUint32 << 25
				}
			}
			likeTwins(t, grams, 1+n%19, 1+n%5)
			if t.Failed() {
				t.FailNow()
			}
		}
	}
	likeTwins(t, nil, 8, 4)
}

func FuzzTwins(f *testing.F) {
	f.Add([]byte("a few bytes, taken eight at a time"), uint8(8), uint8(3))
	f.Fuzz(func(t *testing.T, data []byte, w, few uint8) {
		var grams []uint64
		for ; len(data) >= 8; data = data[1:] { // neighbours overlap, so that few bytes make many grams
			grams = append(grams, binary.LittleEndian.Uint64(data))
		}
		likeTwins(t, grams, int(w)+1, int(few)+1)
	})
}
