package main

import (
	"fmt"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"time"

	"repost/store/ingest"
)

// size is a number of bytes as a flag.
type size int64

// sizeUnits are the units of a size in lower case, the longer names first: 50KB, 50k, 50 MB.
var sizeUnits = []struct {
	name  string
	bytes int64
}{
	{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40},
	{"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12},
	{"ki", 1 << 10}, {"mi", 1 << 20}, {"gi", 1 << 30}, {"ti", 1 << 40},
	{"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {"t", 1 << 40}, {"b", 1}, {"", 1},
}

// Set implements pflag.Value: a number, a fraction too, and a unit.
func (s *size) Set(text string) error {
	for _, u := range sizeUnits {
		number, ok := strings.CutSuffix(strings.ToLower(strings.TrimSpace(text)), u.name)
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if u.name == "" && v != 0 { // 512 bytes are seldom meant
			break
		}
		if err != nil || v < 0 || v*float64(u.bytes) >= math.MaxInt64 || v != v {
			break
		}
		*s = size(v * float64(u.bytes))
		return nil
	}
	return fmt.Errorf("a size is a number and a unit, as in 512MiB or 2GB")
}

// String implements pflag.Value.
func (s *size) String() string {
	if *s > 0 && *s%(1<<20) == 0 {
		return fmt.Sprintf("%dMiB", *s>>20)
	}
	return fmt.Sprintf("%dB", int64(*s))
}

// Type implements pflag.Value.
func (s *size) Type() string { return "size" }

// bytes is the size for a library to keep to: without a limit as much as there can be.
func (s size) bytes() int64 {
	if s == 0 {
		return math.MaxInt64
	}
	return int64(s)
}

// textMemory is how many bytes of memory are used for each of a long text: fourteen while it is
// read, cut and sketched, and 26 while it is compared with one as long.
const textMemory = 32

// longestRecord is how long a record may be that is read in this much memory; 0 is as long
// as any.
func (s size) longestRecord() int {
	if s == 0 {
		return 0
	}
	return int(min(max(s/textMemory, 1<<20), ingest.LongestRecord))
}

// limit makes the garbage collector keep to two thirds of s, and returns what undoes it.
// The rest is for what is mapped of the corpus: 130 MB of 200,000 articles. Where more than half of s is in use
// at once, as in a corpus of some million documents, the limit rises with it: to collect
// for the sake of a limit that cannot be kept takes half of the processors.
func (s size) limit() (undo func()) {
	if s == 0 {
		return func() {}
	}
	least := int64(s - s/3)
	before := debug.SetMemoryLimit(least)
	stop := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		tick := time.NewTicker(time.Second / 10)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				metrics.Read(live)
				debug.SetMemoryLimit(max(least, int64(live[0].Value.Uint64())*3/2))
			}
		}
	})
	return func() {
		close(stop)
		watch.Wait()
		debug.SetMemoryLimit(before)
	}
}
