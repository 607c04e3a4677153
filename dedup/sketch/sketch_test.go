package sketch_test

import (
	"io/fs"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup/sketch"
	"repost/shingle"
	"repost/testdata"
)

const (
	gram   = 8
	window = 8
)

func fingerprints(text []rune) []sketch.Fingerprint {
	units := shingle.Rules{}.Cut(nil, string(text))
	return sketch.Winnow(nil, shingle.Shingles(nil, units, gram), window)
}

// hanText draws Han characters that fold to themselves, of few kinds now and
// then, so that texts repeat themselves.
func hanText(least, most int) *rapid.Generator[[]rune] {
	letters := []rune("的一是不在有和人中大上国我以他生到作地于出就分成会可主年同工也能下")
	return rapid.Custom(func(t *rapid.T) []rune {
		kinds := rapid.IntRange(1, len(letters)).Draw(t, "kinds")
		return rapid.SliceOfN(rapid.SampledFrom(letters[:kinds]), least, most).Draw(t, "text")
	})
}

// TestWinnowGuarantees: two texts with a common run of k+w-1 characters share a
// fingerprint at the same place of the run.
func TestWinnowGuarantees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := hanText(gram+window-1, gram+window+20).Draw(t, "run")
		a := hanText(0, 60).Draw(t, "before a")
		b := hanText(0, 60).Draw(t, "before b")
		pa := fingerprints(slices.Concat(a, run, hanText(0, 40).Draw(t, "behind a")))
		pb := fingerprints(slices.Concat(b, run, hanText(0, 40).Draw(t, "behind b")))
		for _, p := range pa {
			for _, q := range pb {
				if p.Hash == q.Hash && int(p.Pos) >= len(a) && int(p.Pos)+gram <= len(a)+len(run) &&
					int(p.Pos)-len(a) == int(q.Pos)-len(b) {
					return
				}
			}
		}
		// In a text that repeats itself the two may choose other places of one gram.
		for _, p := range pa {
			if slices.ContainsFunc(pb, func(q sketch.Fingerprint) bool { return p.Hash == q.Hash }) {
				return
			}
		}
		t.Fatalf("no print in common")
	})
}

// TestWinnowIsItsDefinition: every window has a fingerprint in it, every fingerprint is the
// least of a window that holds it, and positions ascend.
func TestWinnowIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grams := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) uint64 {
			return rapid.Uint64Range(0, 9).Draw(t, "gram") << 40
		}), 0, 80).Draw(t, "grams")
		w := rapid.IntRange(1, 12).Draw(t, "window")
		ps := sketch.Winnow(nil, grams, w)
		if len(grams) == 0 {
			if len(ps) > 0 {
				t.Fatalf("%d prints of nothing", len(ps))
			}
			return
		}
		w = min(w, len(grams))
		for lo := 0; lo+w <= len(grams); lo++ {
			least := slices.Min(grams[lo : lo+w])
			if !slices.ContainsFunc(ps, func(p sketch.Fingerprint) bool {
				return int(p.Pos) >= lo && int(p.Pos) < lo+w && p.Hash == least
			}) {
				t.Fatalf("the window at %d has no print of %x", lo, least)
			}
		}
		for i, p := range ps {
			if p.Hash != grams[p.Pos] || i > 0 && p.Pos <= ps[i-1].Pos {
				t.Fatalf("print %d of %v", i, ps)
			}
		}
	})
}

// TestWinnowOfOneGram: constant input has one fingerprint for each window.
func TestWinnowOfOneGram(t *testing.T) {
	grams := make([]uint64, 1000)
	ps := sketch.Winnow(nil, grams, window)
	if len(ps) > len(grams)/window+1 {
		t.Errorf("%d prints of %d equal grams", len(ps), len(grams))
	}
	if thin := sketch.Thin(ps, 4); len(thin) != 4 || thin[0].Pos != ps[0].Pos {
		t.Errorf("%d are left of %d", len(thin), len(ps))
	}
}

// TestThin: of every hash the first few are left, and their order.
func TestThin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ps []sketch.Fingerprint
		for i, h := range rapid.SliceOf(rapid.Uint64Range(0, 12)).Draw(t, "hashes") {
			ps = append(ps, sketch.Fingerprint{Hash: h << 24, Pos: uint32(i)})
		}
		few := rapid.IntRange(1, 5).Draw(t, "few")
		var want []sketch.Fingerprint
		count := map[uint64]int{}
		for _, p := range ps {
			if count[p.Hash]++; count[p.Hash] <= few {
				want = append(want, p)
			}
		}
		if got := sketch.Thin(ps, few); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// TestDensity: real text has one fingerprint for four to five grams; the theory says
// 2/(w+1) = .222.
func TestDensity(t *testing.T) {
	files, err := fs.Glob(testdata.FS, "news/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no articles: %v", err)
	}
	n, all := 0, 0
	for _, f := range files {
		b, err := testdata.FS.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		grams := shingle.Shingles(nil, shingle.Rules{}.Cut(nil, string(b)), gram)
		n += len(sketch.Winnow(nil, grams, window))
		all += len(grams)
	}
	if d := float64(n) / float64(all); d < .20 || d > .24 {
		t.Errorf("density %.4f of %d grams", d, all)
	}
}

// sets returns two random sets of n grams each, with a given number in common,
// and the Jaccard similarity.
func sets(rng *rand.Rand, n, common int) (a, b []uint64, jaccard float64) {
	for range common {
		g := rng.Uint64()
		a, b = append(a, g), append(b, g)
	}
	for range n - common {
		a, b = append(a, rng.Uint64()), append(b, rng.Uint64())
	}
	return a, b, float64(common) / float64(2*n-common)
}

// TestEstimate: the mean over many pairs is the Jaccard similarity, within four
// standard errors, for sets larger and smaller than the number of bins.
func TestEstimate(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{20, 60, 150, 1000} {
		for _, share := range []float64{0, .2, .5, .8, .95, 1} {
			const pairs = 600
			var sum, squares, want float64
			for range pairs {
				a, b, j := sets(rng, n, int(share*float64(n)))
				e := sketch.MinHash(a).Estimate(sketch.MinHash(b))
				want = j
				sum += e
				squares += (e - j) * (e - j)
			}
			mean := sum / pairs
			if err := math.Sqrt(squares/pairs) / math.Sqrt(pairs); math.Abs(mean-want) > 4*err+1e-12 {
				t.Errorf("%d grams, J=%.3f: mean %.4f, standard error %.5f", n, want, mean, err)
			}
		}
	}
}

// TestSignature: a signature is that of a set, whatever its order and repeats; no
// bin stays empty; a full bin of a superset is no greater.
func TestSignature(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.Uint64(), 1, 200).Draw(t, "a")
		more := rapid.SliceOf(rapid.Uint64()).Draw(t, "more")
		sig := sketch.MinHash(a)
		again := sketch.MinHash(rapid.Permutation(slices.Concat(a, a[:len(a)/2])).Draw(t, "again"))
		if *sig != *again {
			t.Fatal("order or repeats changed the signature")
		}
		super := sketch.MinHash(slices.Concat(a, more))
		own := map[uint64]bool{}
		for _, g := range a {
			own[g>>57] = true
		}
		for i := range sig {
			if sig[i] == math.MaxUint32 {
				t.Fatalf("bin %d is empty", i)
			}
			if own[uint64(i)] && super[i] > sig[i] {
				t.Fatalf("bin %d is %d, and %d of the superset", i, sig[i], super[i])
			}
		}
		if sig.Estimate(sketch.MinHash(a)) != 1 {
			t.Fatal("a set is not like itself")
		}
	})
}

// TestBandCurve: the chance that two sets share a band is 1-(1-J⁴)³².
func TestBandCurve(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, share := range []float64{0, .3, .5, .667, .75, .9} {
		const pairs = 800
		met, j := 0, 0.
		for range pairs {
			var a, b []uint64
			a, b, j = sets(rng, 2000, int(share*2000))
			ka, kb := sketch.MinHash(a).BandKeys(nil), sketch.MinHash(b).BandKeys(nil)
			if len(ka) != sketch.Bands {
				t.Fatalf("%d bands", len(ka))
			}
			if slices.ContainsFunc(ka, func(k uint64) bool { return slices.Contains(kb, k) }) {
				met++
			}
		}
		want := 1 - math.Pow(1-math.Pow(j, sketch.Rows), sketch.Bands)
		if err := math.Sqrt(want * (1 - want) / pairs); math.Abs(float64(met)/pairs-want) > 4*err+.01 {
			t.Errorf("J=%.3f: %.3f share a band, want %.3f", j, float64(met)/pairs, want)
		}
	}
}

// TestSimHash: like sets are near, unlike ones half of all bits apart, and the
// more is shared the nearer.
func TestSimHash(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	var last float64
	for i, share := range []float64{1, .95, .8, .5, 0} {
		sum := 0.
		for range 200 {
			a, b, _ := sets(rng, 400, int(share*400))
			sum += float64(sketch.Distance(sketch.SimHash(a), sketch.SimHash(b)))
		}
		mean := sum / 200
		switch {
		case share == 1 && mean != 0, share == .95 && mean > 10, share == 0 && (mean < 30 || mean > 34), i > 0 && mean <= last:
			t.Errorf("share %.2f: mean distance %.1f, before it %.1f", share, mean, last)
		}
		last = mean
	}
}

// TestContent: the hash depends on all that is said and its order.
func TestContent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.SliceOfN(rapid.ByteRange(0, 5), 0, 12).Draw(t, "a")
		other := rapid.SliceOfN(rapid.ByteRange(0, 5), 0, 12).Draw(t, "b")
		if (sketch.ContentOf(said) == sketch.ContentOf(other)) != slices.Equal(said, other) {
			t.Fatalf("%v and %v", said, other)
		}
	})
}
