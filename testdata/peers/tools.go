package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	minwise "github.com/dgryski/go-minhash"
	minhashlsh "github.com/ekzhu/minhash-lsh"
	"github.com/zeebo/xxh3"

	"repost/dedup"
	"repost/dedup/sketch"
	"repost/shingle"
)

// The setting of every program that lets one choose.
const (
	gramRunes    = 5
	permutations = 128
	threshold    = .5
)

// figures are what a tool prints of itself.
type figures struct {
	Version string           `json:"version"`
	Setting string           `json:"setting"`
	Stages  map[string]stage `json:"stages"`
	Peak    int64            `json:"peak"` // bytes
}

type stage struct {
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu"`
}

// tools are the programs in Go that are called as libraries.
var tools = map[string]func(texts []string, c *clock) (found [][2]int32, setting string){
	"minhash-lsh":  minhashLSH,
	"go-minhash":   goMinhash,
	"repost-whole": repostWhole,
}

// of is the module that a tool is of.
var of = map[string]string{
	"minhash-lsh": "github.com/ekzhu/minhash-lsh",
	"go-minhash":  "github.com/dgryski/go-minhash",
}

// runTool runs a tool on a file of documents and writes the groups it found.
func runTool(name, source, target string) error {
	ids, texts, err := read(source)
	if err != nil {
		return err
	}
	runtime.GC()
	c := &clock{stages: map[string]stage{}}
	c.start()
	found, setting := tools[name](texts, c)
	f, err := os.Create(target)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	for _, p := range found {
		fmt.Fprintf(w, "%s\t%s\n", ids[p[0]], ids[p[1]])
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(figures{versionOf(of[name]), setting, c.stages, peak(syscall.RUSAGE_SELF)})
}

// read reads documents, a JSON object a line.
func read(source string) (ids, texts []string, err error) {
	f, err := os.Open(source)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	for dec := json.NewDecoder(bufio.NewReaderSize(f, 1<<20)); dec.More(); {
		var d struct{ ID, Text string }
		if err := dec.Decode(&d); err != nil {
			return nil, nil, err
		}
		ids, texts = append(ids, d.ID), append(texts, d.Text)
	}
	return ids, texts, nil
}

func versionOf(module string) string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, m := range info.Deps {
			if m.Path == module {
				return m.Version
			}
		}
	}
	return "this"
}

// clock measures stages.
type clock struct {
	began  time.Time
	cpu    time.Duration
	stages map[string]stage
}

func (c *clock) start() { c.began, c.cpu = time.Now(), processor(syscall.RUSAGE_SELF) }

func (c *clock) stage(name string) {
	c.stages[name] = stage{time.Since(c.began).Seconds(), (processor(syscall.RUSAGE_SELF) - c.cpu).Seconds()}
	c.start()
}

func usage(who int) (u syscall.Rusage) {
	_ = syscall.Getrusage(who, &u) // zero where it is not known
	return u
}

func processor(who int) time.Duration {
	u := usage(who)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func peak(who int) int64 { return usage(who).Maxrss << 10 }

// grams calls fn with each gram of a text, as bytes of UTF-8.
func grams(text string, fn func(gram []byte)) {
	b := []byte(text)
	var starts []int
	for i := range text {
		starts = append(starts, i)
	}
	starts = append(starts, len(b))
	n := len(starts) - 1
	for i := 0; i+gramRunes <= n || i == 0; i++ {
		fn(b[starts[i]:starts[min(i+gramRunes, n)]])
	}
}

// minhashLSH is github.com/ekzhu/minhash-lsh as its README has it.
func minhashLSH(texts []string, c *clock) ([][2]int32, string) {
	signatures := make([][]uint64, len(texts))
	for i, t := range texts {
		m := minhashlsh.NewMinhash(1, permutations)
		grams(t, m.Push)
		signatures[i] = m.Signature()
	}
	c.stage("signature")
	lsh := minhashlsh.NewMinhashLSH(permutations, threshold)
	for i, s := range signatures {
		lsh.Add(int32(i), s)
	}
	lsh.Index()
	var found [][2]int32
	for i, s := range signatures {
		for _, k := range lsh.Query(s) {
			if j := k.(int32); j < int32(i) {
				found = append(found, [2]int32{j, int32(i)})
			}
		}
	}
	c.stage("index")
	k, l := lsh.Params()
	return found, fmt.Sprintf("%d bands of %d, unverified; one thread", l, k)
}

// goMinhash is github.com/dgryski/go-minhash, which makes signatures and has no
// index, with a fast hash.
func goMinhash(texts []string, c *clock) ([][2]int32, string) {
	other := func(b []byte) uint64 { return xxh3.HashSeed(b, 1) }
	for _, t := range texts {
		m := minwise.NewMinWise(xxh3.Hash, other, permutations)
		grams(t, m.Push)
		m.Signature()
	}
	c.stage("signature")
	return nil, "signatures only, with xxh3; one thread"
}

// repostWhole does with the parts of repost what the others do: signatures of whole
// texts, bands, and, unlike most, the exact similarity of every candidate pair.
func repostWhole(texts []string, c *clock) ([][2]int32, string) {
	signatures := make([]*sketch.Signature, len(texts))
	s := &dedup.DefaultScheme
	parallel(len(texts), func(next func() (int, bool)) {
		var units []shingle.Unit
		var hashes []uint64
		for i, ok := next(); ok; i, ok = next() {
			units = s.Rules.Cut(units[:0], texts[i])
			hashes = shingle.Shingles(hashes[:0], units, s.MinGram)
			signatures[i] = sketch.MinHash(hashes)
		}
	})
	c.stage("signature")
	pairs := shared(signatures)
	sets := make([]dedup.Shingled, len(texts))
	need := make([]bool, len(texts))
	for _, p := range pairs {
		need[p[0]], need[p[1]] = true, true
	}
	parallel(len(texts), func(next func() (int, bool)) {
		var units []shingle.Unit
		var hashes []uint64
		for i, ok := next(); ok; i, ok = next() {
			if need[i] {
				units = s.Rules.Cut(units[:0], texts[i])
				hashes = shingle.Shingles(hashes[:0], units, s.MinGram)
				sets[i] = slices.Compact(sorted(hashes))
			}
		}
	})
	same := make([]bool, len(pairs))
	parallel(len(pairs), func(next func() (int, bool)) {
		for i, ok := next(); ok; i, ok = next() {
			same[i] = sets[pairs[i][0]].Jaccard(sets[pairs[i][1]]) >= threshold
		}
	})
	var found [][2]int32
	for i, p := range pairs {
		if same[i] {
			found = append(found, p)
		}
	}
	c.stage("index")
	return found, fmt.Sprintf("%d bands of %d, verified exactly; all threads", sketch.Bands, sketch.Rows)
}

// unlike is the estimate below which a pair is no candidate: four standard
// deviations under the threshold.
const unlike = threshold - 4*.044

// shared returns the pairs of documents that have a band in common and may be
// alike by their signatures. An entry is the top of a band's key and a document.
func shared(signatures []*sketch.Signature) [][2]int32 {
	const docBits = 24
	doc := func(entry uint64) uint64 { return entry & (1<<docBits - 1) }
	entries := make([]uint64, 0, len(signatures)*sketch.Bands)
	var keys []uint64
	for i, s := range signatures {
		keys = s.BandKeys(keys[:0])
		for _, k := range keys {
			entries = append(entries, k>>docBits<<docBits|uint64(i))
		}
	}
	entries = sorted(entries)
	var pairs []uint64
	for lo := 0; lo < len(entries); {
		hi := lo
		for ; hi < len(entries) && entries[hi]>>docBits == entries[lo]>>docBits; hi++ {
			for _, e := range entries[lo:hi] {
				pairs = append(pairs, doc(e)<<32|doc(entries[hi]))
			}
		}
		lo = hi
	}
	slices.Sort(pairs)
	var out [][2]int32
	for _, p := range slices.Compact(pairs) {
		i, j := int32(p>>32), int32(p)
		if signatures[i].Estimate(signatures[j]) >= unlike {
			out = append(out, [2]int32{i, j})
		}
	}
	return out
}

// sorted returns hashes in ascending order. They are uniform, so each goes near its
// place by its top bits, and insertion does the rest: O(n).
func sorted(hashes []uint64) []uint64 {
	shift := 64 - bits.Len(uint(len(hashes)))
	starts := make([]int32, 1<<(64-shift)+1)
	for _, h := range hashes {
		starts[h>>shift+1]++
	}
	for b := 1; b < len(starts); b++ {
		starts[b] += starts[b-1]
	}
	out := make([]uint64, len(hashes))
	for _, h := range hashes {
		out[starts[h>>shift]] = h
		starts[h>>shift]++
	}
	for i := 1; i < len(out); i++ {
		h, j := out[i], i
		for ; j > 0 && out[j-1] > h; j-- {
			out[j] = out[j-1]
		}
		out[j] = h
	}
	return out
}

// parallel runs work on all threads; next gives each 0 … n-1 to one of them.
func parallel(n int, work func(next func() (int, bool))) {
	var wg sync.WaitGroup
	var at atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			work(func() (int, bool) {
				i := int(at.Add(1)) - 1
				return i, i < n
			})
		})
	}
	wg.Wait()
}
