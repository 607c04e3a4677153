package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/zeebo/xxh3"

	"repost/dedup/detect"
)

// The promises of dedup on documents whose reposts are known: store/internal/plant makes
// them of invented articles, or of a dump.
//
//	no story without a survivor, by what plant says;
//	no document left that another one makes redundant, by comparing a sample with all that
//	is left, gram by gram;
//	with REPOST_PLANTED, less than 500 MB, and processor time within 30 % of an ingest
//	of the same: the two run in turn.
//
// A thousand documents are tried each time; the measurement in README is of
//
//	REPOST_PLANTED=200000 REPOST_PLANTED_FROM=DUMP go test ./cmd/repost -run TestDedupPlanted -timeout 1h -v

// plantedDoc is a document as plant writes it.
type plantedDoc struct {
	ID    string   `json:"id"`
	Text  string   `json:"text"`
	Story int      `json:"story"`
	Kinds []string `json:"kinds"`
}

// eachPlanted calls fn for each document of a file.
func eachPlanted(t *testing.T, name string, fn func(d *plantedDoc)) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var d plantedDoc
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		fn(&d)
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
}

// measured runs the command as a process and returns its processor time and peak memory.
func measured(t *testing.T, program string, args ...string) (cpu time.Duration, peak int64) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "REPOST_CONFIG=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("repost %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	s := cmd.ProcessState
	return s.UserTime() + s.SystemTime(), s.SysUsage().(*syscall.Rusage).Maxrss << 10
}

func TestDedupPlanted(t *testing.T) {
	n, from, measure := 1000, "", os.Getenv("REPOST_PLANTED") != ""
	if measure {
		var err error
		if n, err = strconv.Atoi(os.Getenv("REPOST_PLANTED")); err != nil {
			t.Fatal(err)
		}
		from = os.Getenv("REPOST_PLANTED_FROM")
	} else if testing.Short() {
		t.Skip("builds a program")
	}
	dir := t.TempDir()
	if from == "" {
		from = filepath.Join(dir, "articles.jsonl")
		if err := os.WriteFile(from, inventedArticles(300), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	dump := filepath.Join(dir, "planted.jsonl")
	build := exec.Command("go", "run", "repost/store/internal/plant", "-n", strconv.Itoa(n), from)
	build.Stderr = os.Stderr
	lines, err := os.Create(dump)
	if err != nil {
		t.Fatal(err)
	}
	build.Stdout = lines
	if err := build.Run(); err != nil {
		t.Fatal(err)
	}
	lines.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "repost")
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}

	rounds := 1
	if measure {
		rounds = 3
	}
	out := filepath.Join(dir, "left.jsonl")
	var ingest, both time.Duration
	for range rounds {
		corpus := filepath.Join(dir, "c.repost")
		i, ip := measured(t, program, "ingest", "-q", "--corpus", corpus, dump)
		os.Remove(corpus)
		d, dp := measured(t, program, "dedup", "-q", dump, "-o", out)
		t.Logf("ingest %.1f s of a processor, %d MB; dedup %.1f s, %d MB", i.Seconds(), ip>>20, d.Seconds(), dp>>20)
		ingest, both = ingest+i, both+d
		if measure && dp >= 500e6 {
			t.Errorf("dedup takes %d MB", dp/1e6)
		}
	}
	if measure && both > ingest*13/10 {
		t.Errorf("dedup takes %.2f times the processor time of ingest", both.Seconds()/ingest.Seconds())
	}
	kept := map[string]bool{}
	eachPlanted(t, out, func(d *plantedDoc) { kept[d.ID] = true })
	t.Logf("%d of %d documents are left", len(kept), n)

	// Each story has a survivor: a document of it, or a page that prints it below another.
	alive, stories := map[int]bool{}, map[int]bool{}
	eachPlanted(t, dump, func(d *plantedDoc) {
		stories[d.Story] = true
		alive[d.Story] = alive[d.Story] || kept[d.ID]
	})
	var missing, sample []*gramDoc
	every := max(1, len(kept)/2000)
	eachPlanted(t, dump, func(d *plantedDoc) {
		switch {
		case !alive[d.Story] && d.ID == fmt.Sprintf("p%07d", d.Story):
			missing = append(missing, gramsOf(d))
		case kept[d.ID] && xxh3.HashString(d.ID)%uint64(every) == 0:
			sample = append(sample, gramsOf(d))
		}
	})
	lost := map[string]bool{}
	for _, m := range missing {
		lost[m.id] = true
	}
	compare(t, missing, out, func(m, in *gramDoc) { delete(lost, m.id) })
	if len(stories) < n/3 || len(lost) > 0 {
		t.Errorf("%d of %d stories have no survivor: %v", len(lost), len(stories), lost)
	}

	// Nothing that is left makes another one redundant.
	pairs := 0
	compare(t, sample, out, func(s, in *gramDoc) {
		if pairs++; pairs <= 10 {
			t.Errorf("%s is left, and %s has %.2f of it", s.id, in.id, s.covered(in))
		}
	})
	t.Logf("%d documents compared with all that are left: %d redundant", len(sample), pairs)
	if len(sample) < min(n/4, 1000) {
		t.Errorf("only %d documents were compared", len(sample))
	}
}

// inventedArticles are lines of JSON with texts of words that are two or three characters
// at random: enough of them that stories made of these share no long run.
func inventedArticles(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 3000)
	for i := range words {
		for range 2 + r.IntN(2) {
			words[i] += string(rune('一' + r.IntN(2000)))
		}
	}
	var b bytes.Buffer
	for i := range n {
		var text strings.Builder
		for range 30 {
			for range 4 + r.IntN(8) {
				text.WriteString(words[r.IntN(len(words))])
			}
			text.WriteString([]string{"，", "。", "。\n"}[r.IntN(3)])
		}
		fmt.Fprintf(&b, "{\"id\":\"%d\",\"text\":\"%s\"}\n", i, strings.ReplaceAll(text.String(), "\n", `\n`))
	}
	return b.Bytes()
}

// gramDoc is a document as the hashes of its grams, one for each place.
type gramDoc struct {
	id    string
	units int
	at    []uint64
	set   map[uint64]bool
}

// plantedGram is the width of a gram.
const plantedGram = 8

func gramsOf(d *plantedDoc) *gramDoc {
	ids := detect.DefaultScheme.Prepare(d.Text).IDs
	g := &gramDoc{id: d.ID, units: len(ids), set: map[uint64]bool{}}
	for i := 0; i+plantedGram <= len(ids); i++ {
		h := uint64(14695981039346656037)
		for _, id := range ids[i : i+plantedGram] {
			h = (h ^ uint64(id)) * 1099511628211
			h ^= h >> 29
		}
		g.at = append(g.at, h)
		g.set[h] = true
	}
	return g
}

// covered is the share of g's units that lie in grams of the other; 0 if a run of units
// outside them is long enough to be a passage, which would be lost with g.
func (g *gramDoc) covered(in *gramDoc) float64 {
	n, end := 0, 0
	for i, h := range g.at {
		if !in.set[h] {
			continue
		}
		if i-end >= detect.DefaultPassage {
			return 0
		}
		n += i + plantedGram - max(end, i)
		end = i + plantedGram
	}
	if g.units-end >= detect.DefaultPassage || g.units == 0 {
		return 0
	}
	return float64(n) / float64(g.units)
}

// compare calls fn for each of some documents and each other one of a file that makes it
// redundant. It compares all: an index of the grams of some says which share enough.
func compare(t *testing.T, some []*gramDoc, file string, fn func(g, in *gramDoc)) {
	t.Helper()
	holders := map[uint64][]int32{}
	for i, g := range some {
		for h := range g.set {
			holders[h] = append(holders[h], int32(i))
		}
	}
	eachPlanted(t, file, func(d *plantedDoc) {
		in := gramsOf(d)
		common := map[int32]int{}
		for h := range in.set {
			for _, i := range holders[h] {
				common[i]++
			}
		}
		for i, n := range common {
			if g := some[i]; g.id != in.id && 2*n >= len(g.set) && g.covered(in) >= detect.DefaultThreshold {
				fn(g, in)
			}
		}
	})
}
