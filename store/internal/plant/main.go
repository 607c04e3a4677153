// Plant writes a corpus of any size with reposts planted in it, for measurements
// that need more documents than anybody has at hand:
//
//	go run ./store/internal/plant -n 200000 ../shared/data/xwlb-dev.jsonl.gz > plant.jsonl
//
// It reads dumps as repost does, for their paragraphs, and writes JSON lines with
// id, source, date, title and text, and the answer next to them: story, the number of
// the document that the text was first printed in, and kinds, how it was altered.
//
// New text is made from real text by walking through it: a story draws ten articles,
// goes along one of them for 3 to 6 characters, and crosses over to another place
// where the last two characters are the same, or the last where there is none. So words, names that come again,
// punctuation and lengths of paragraphs are those of the source, while two
// stories hardly share a run of ten characters, however many stories are made of it.
// Whole paragraphs shuffled would not do: of 90 MB, each would stand in 16 of a
// million stories. Nor would longer runs: with 6 to 14 characters what two stories
// share by chance makes 1.2 links a document in 20,000 of them, and 6 in 200,000; with
// these it is .55 in 10,000 and .64 in 100,000.
//
// Three documents in ten are reposts of an earlier one, and three in a hundred of
// these print a second story below. Document i is a function of the seed, i and
// the source alone: the first thousand of a million are the thousand of a thousand.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"

	"repost/store/ingest"
)

func main() {
	n := flag.Int("n", 1000, "how many `documents`")
	seed := flag.Uint64("seed", 1, "another `number`, other documents")
	flag.Parse()
	if err := run(os.Stdout, flag.Args(), *n, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "plant:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, paths []string, n int, seed uint64) error {
	articles, err := read(paths)
	if err != nil {
		return err
	}
	if len(articles) < drawn {
		return fmt.Errorf("%d articles of %d characters or more; at least %d are needed", len(articles), shortest, drawn)
	}
	p := &planter{seed, articles}
	w := bufio.NewWriterSize(out, 1<<20)
	for lines := range p.lines(n, runtime.GOMAXPROCS(0)) {
		if _, err := w.Write(lines); err != nil {
			return err
		}
	}
	return w.Flush()
}

// shortest is the fewest characters of an article to be of use.
const shortest = 120

// read returns the articles of dumps that are long enough, and each text once.
func read(paths []string) ([][]rune, error) {
	var articles [][]rune
	seen := map[string]bool{}
	for rec, err := range ingest.Read(paths, nil, ingest.Options{}) {
		if err != nil {
			var e *ingest.Error
			if errors.As(err, &e) && !e.Fatal {
				continue
			}
			return nil, err
		}
		if a := paragraphs(rec.Doc.Text); len(a) >= shortest && !seen[string(a[len(a)-40:])] {
			seen[string(a[len(a)-40:])] = true
			articles = append(articles, a)
		}
	}
	return articles, nil
}

// record is what is written of a document.
type record struct {
	ID     string   `json:"id"`
	Source string   `json:"source"`
	Date   string   `json:"date"`
	Title  string   `json:"title"`
	Text   string   `json:"text"`
	Story  int      `json:"story"`
	Kinds  []string `json:"kinds"`
}

// lines yields the documents as JSON, some hundred at a time, in order.
func (p *planter) lines(n, threads int) func(yield func([]byte) bool) {
	const chunk = 256
	return func(yield func([]byte) bool) {
		slots := make([]chan []byte, max(1, threads))
		for i := range slots {
			slots[i] = make(chan []byte, 1)
		}
		fill := func(c int) {
			slots[c%len(slots)] <- p.encode(c*chunk, min((c+1)*chunk, n))
		}
		chunks := (n + chunk - 1) / chunk
		for c := range min(chunks, len(slots)) {
			go fill(c)
		}
		for c := range chunks {
			b := <-slots[c%len(slots)]
			if c+len(slots) < chunks {
				go fill(c + len(slots))
			}
			if !yield(b) {
				return
			}
		}
	}
}

func (p *planter) encode(from, to int) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	w := &walk{}
	for i := from; i < to; i++ {
		if err := enc.Encode(p.document(i, w)); err != nil {
			panic(err) // strings and numbers
		}
	}
	return b.Bytes()
}
