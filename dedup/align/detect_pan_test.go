package align_test

import (
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"repost/testdata"

	"repost/dedup/align"
	"repost/dedup/eval"
	"repost/shingle"
)

// panCorpus reads the training corpus of PAN 2013, or skips the test.
func panCorpus(t testing.TB) *eval.PANCorpus {
	t.Helper()
	if testing.Short() {
		t.Skip("PAN 2013 takes some seconds: left out with -short")
	}
	corpus, err := eval.ReadPAN(testdata.Measuring(t, "pan13-train", "pan13-train.tar.gz"), true)
	if err != nil {
		t.Fatal(err)
	}
	return corpus
}

// prepareAll prepares every text of the corpus and counts its terms.
func prepareAll(corpus *eval.PANCorpus) (map[string]*align.Prepared, *align.Frequencies) {
	var mu sync.Mutex
	prepared, terms := make(map[string]*align.Prepared), new(align.Frequencies)
	names := make([]string, 0, len(corpus.Texts))
	for name := range corpus.Texts {
		names = append(names, name)
	}
	inParallel(len(names), func(i int) {
		p := align.Prepare(corpus.Texts[names[i]], shingle.Rules{})
		mu.Lock()
		defer mu.Unlock()
		prepared[names[i]] = p
		terms.Add(p)
	})
	return prepared, terms
}

func inParallel(n int, do func(int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// panHalf returns the pairs and cases whose suspicious document ends in an even
// (0) or odd (1) digit: thresholds were tuned on the even ones.
func panHalf(corpus *eval.PANCorpus, half int) *eval.PANCorpus {
	in := func(suspicious string) bool {
		name := strings.TrimSuffix(suspicious, ".txt")
		return int(name[len(name)-1]-'0')%2 == half
	}
	out := &eval.PANCorpus{Texts: corpus.Texts}
	for _, c := range corpus.Categories {
		d := eval.PANCategory{Name: c.Name}
		for _, p := range c.Pairs {
			if in(p[0]) {
				d.Pairs = append(d.Pairs, p)
			}
		}
		for _, x := range c.Cases {
			if in(x.Suspicious) {
				d.Cases = append(d.Cases, x)
			}
		}
		out.Categories = append(out.Categories, d)
	}
	return out
}

// TestPAN13 holds the quality reached on the training corpus of PAN 2013. In its
// labels the source of a summary is the whole document.
func TestPAN13(t *testing.T) {
	corpus := panCorpus(t)
	prepared, terms := prepareAll(corpus)
	opt := align.Options{IDF: terms.IDF}
	var pairs [][2]string
	for _, c := range corpus.Categories {
		pairs = append(pairs, c.Pairs...)
	}
	found := make([]align.Result, len(pairs))
	inParallel(len(pairs), func(i int) {
		found[i] = align.Detect(prepared[pairs[i][0]], prepared[pairs[i][1]], opt)
	})
	var cases []eval.Case
	for i, p := range pairs {
		if i%10 == 0 {
			if again := align.Detect(prepared[p[0]], prepared[p[1]], opt); !reflect.DeepEqual(found[i], again) {
				t.Fatalf("%s: once %v, then %v", p, found[i], again)
			}
		}
		for _, d := range found[i].Detections {
			if d.Kind == align.Summarised {
				d.B = shingle.Span{Lo: 0, Hi: len(corpus.Texts[p[1]])}
			}
			c, err := corpus.Detection(p[0], p[1], d.A, d.B)
			if err != nil {
				t.Fatal(err)
			}
			cases = append(cases, c)
		}
	}
	floors := map[string]float64{
		"02-no-obfuscation": .995, "03-random-obfuscation": .955, "04-translation-obfuscation": .955,
		"05-summary-obfuscation": .88, "entire": .96,
	}
	for half := range 2 {
		part := panHalf(corpus, half)
		mine := cases[:0:0]
		for _, c := range cases {
			name := strings.TrimSuffix(c.Suspicious, ".txt")
			if int(name[len(name)-1]-'0')%2 == half {
				mine = append(mine, c)
			}
		}
		r := eval.PlagDet(part, mine, eval.Options{})
		for _, s := range append(r.Categories, r.Entire) {
			t.Logf("%s half: %-28s PlagDet %.4f recall %.4f precision %.4f granularity %.4f; a detection in %d of %d pairs",
				[]string{"even", "odd"}[half], s.Category, s.PlagDet, s.Recall, s.Precision, s.Granularity, s.PairsDetected, s.Pairs)
			if s.PlagDet < floors[s.Category] {
				t.Errorf("%s: PlagDet %.4f, must be %.3f", s.Category, s.PlagDet, floors[s.Category])
			}
		}
		if none := r.Categories[0]; none.PairsDetected > 5 {
			t.Errorf("%d of %d pairs without reuse have a detection", none.PairsDetected, none.Pairs)
		}
	}
}

// BenchmarkPrepare and BenchmarkDetect run over the texts and pairs of PAN 2013.
func BenchmarkPrepare(b *testing.B) {
	corpus := panCorpus(b)
	bytes := 0
	for _, t := range corpus.Texts {
		bytes += len(t)
	}
	b.SetBytes(int64(bytes))
	for b.Loop() {
		for _, t := range corpus.Texts {
			align.Prepare(t, shingle.Rules{})
		}
	}
}

func BenchmarkDetect(b *testing.B) {
	corpus := panCorpus(b)
	prepared, terms := prepareAll(corpus)
	bytes := 0
	for _, c := range corpus.Categories {
		for _, p := range c.Pairs {
			bytes += len(corpus.Texts[p[0]]) + len(corpus.Texts[p[1]])
		}
	}
	b.SetBytes(int64(bytes))
	for b.Loop() {
		for _, c := range corpus.Categories {
			for _, p := range c.Pairs {
				align.Detect(prepared[p[0]], prepared[p[1]], align.Options{IDF: terms.IDF})
			}
		}
	}
}
