package dedup

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"repost/dedup/cluster"
	"repost/dedup/lsh"
)

// Detect is the whole detection in memory.
func Detect(docs []Document, s *Scheme) []Story {
	docs = slices.Clone(docs)
	slices.SortFunc(docs, func(a, b Document) int { return strings.Compare(a.ID, b.ID) })
	texts := make([]*Text, len(docs))
	sketches := make([]Sketch, len(docs))
	parallel(len(docs), func(i int) {
		texts[i] = s.Prepare(docs[i].Text)
		sketches[i] = s.Sketch(texts[i])
	})
	cdocs := make([]cluster.Doc, len(docs))
	sources := map[string]int32{}
	for i := range docs {
		src, ok := sources[docs[i].Source]
		if !ok {
			src = int32(len(sources))
			sources[docs[i].Source] = src
		}
		cdocs[i] = cluster.Doc{Key: docs[i].ID, Units: int32(sketches[i].Units), Gram: 8, Source: src, Day: day(docs[i].Date), Prints: sketches[i].Prints}
	}
	type post struct {
		hash uint64
		doc  int32
		pos  uint32
	}
	var posts []post
	for i := range sketches {
		for _, p := range sketches[i].Prints {
			posts = append(posts, post{p.Hash, int32(i), p.Pos})
		}
	}
	slices.SortFunc(posts, func(a, b post) int {
		switch {
		case a.hash < b.hash:
			return -1
		case a.hash > b.hash:
			return 1
		}
		return int(a.doc - b.doc)
	})
	df := map[uint64]int{}
	index := map[uint64][]post{}
	perSource := make([]int, len(sources))
	for i := range cdocs {
		perSource[cdocs[i].Source]++
	}
	boiler := map[boilerKey]bool{}
	for lo := 0; lo < len(posts); {
		hi := lo
		n := 0
		count := map[int32]int{}
		for hi < len(posts) && posts[hi].hash == posts[lo].hash {
			if hi == lo || posts[hi].doc != posts[hi-1].doc {
				n++
				count[cdocs[posts[hi].doc].Source]++
			}
			hi++
		}
		if n > 1 {
			df[posts[lo].hash] = n
			for src, c := range count {
				if c >= max(8, perSource[src]*4/100) {
					boiler[boilerKey{posts[lo].hash, src}] = true
				}
			}
			index[posts[lo].hash] = posts[lo:hi]
		}
		lo = hi
	}
	for i := range cdocs {
		learn(&cdocs[i], boiler)
	}
	const dfCap = 200
	pairs := make([][]uint32, len(docs))
	parallel(len(docs), func(i int) {
		var hits []lsh.Hit
		for _, p := range sketches[i].Prints {
			if df[p.Hash] > dfCap || boiler[boilerKey{p.Hash, cdocs[i].Source}] {
				continue
			}
			for _, q := range index[p.Hash] {
				if q.doc < int32(i) {
					hits = append(hits, lsh.Hit{Doc: uint32(q.doc), Diagonal: int32(p.Pos) - int32(q.pos)})
				}
			}
		}
		pairs[i] = lsh.Candidates(nil, hits, len(sketches[i].Prints))
	})
	linkers := sync.Pool{New: func() any { return new(Linker) }}
	linksOf := make([][]cluster.Link, len(docs))
	parallel(len(docs), func(i int) {
		k := linkers.Get().(*Linker)
		defer linkers.Put(k)
		for _, p := range pairs[i] {
			if ch := k.Chains(texts[p], texts[i]); len(ch) > 0 {
				linksOf[i] = append(linksOf[i], cluster.Link{A: int32(p), B: int32(i), Chains: ch})
			}
		}
	})
	links := slices.Concat(linksOf...)
	slices.SortFunc(links, func(x, y cluster.Link) int {
		if x.A != y.A {
			return int(x.A - y.A)
		}
		return int(x.B - y.B)
	})
	groups := cluster.Stories(cdocs, links, func(h uint64) int { return max(1, df[h]) }, cluster.Default)
	var out []Story
	for _, g := range groups {
		var st Story
		for n, node := range g.Nodes {
			st.Members = append(st.Members, Member{Doc: uint32(node.Doc), Spans: Carve(texts[node.Doc], node.Units.Minus(cdocs[node.Doc].Learned)), Canonical: n == 0})
		}
		st.ID = docs[st.Members[0].Doc].ID
		out = append(out, st)
	}
	for i := range out {
		for k := range out[i].Members {
			_ = k
		}
	}
	return out
}

type boilerKey struct {
	hash   uint64
	source int32
}

// learn masks the runs of d that prints frequent in its source cover.
func learn(d *cluster.Doc, boiler map[boilerKey]bool) {
	var ivs []cluster.Interval
	for i := range d.Prints {
		p := d.Prints[i]
		if !boiler[boilerKey{p.Hash, d.Source}] {
			continue
		}
		lo, hi := int32(p.Pos), min(int32(p.Pos)+d.Gram, d.Units)
		if n := len(ivs); n > 0 && lo <= ivs[n-1].Hi {
			ivs[n-1].Hi = max(hi, ivs[n-1].Hi)
		} else {
			ivs = append(ivs, cluster.Interval{Lo: lo, Hi: hi})
		}
	}
	keep := ivs[:0]
	size := 0
	for _, v := range ivs {
		if v.Hi-v.Lo >= 16 {
			keep = append(keep, v)
			size += int(v.Hi - v.Lo)
		}
	}
	if int(d.Units)-size >= 30 {
		d.Learned = cluster.Of(keep)
	}
}

func day(date string) int32 {
	if len(date) >= 10 {
		if t, err := time.Parse("2006-01-02", date[:10]); err == nil {
			return int32(t.Unix() / 86400)
		}
	}
	return cluster.NoDay
}

func parallel(n int, f func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int, 256)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}
