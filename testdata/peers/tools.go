package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	minwise "github.com/dgryski/go-minhash"
	minhashlsh "github.com/ekzhu/minhash-lsh"
	"github.com/zeebo/xxh3"

	"repost/dedup/detect"
	"repost/dedup/sketch"
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
	found, err := detect.DefaultScheme.SimilarPairs(context.Background(), texts, threshold, c.stage)
	if err != nil {
		panic(err) // of a context that does not end
	}
	c.stage("index")
	return found, fmt.Sprintf("%d bands of %d, verified exactly; all threads", sketch.Bands, sketch.Rows)
}
