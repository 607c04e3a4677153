package batch_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/batch"
	"repost/dedup/detect"
)

// hotCorpus makes n documents that end with the same line. One in four is a copy of one text; the
// others have a text of their own.
func hotCorpus(n int) (docs []dedup.Document) {
	r := rand.New(rand.NewPCG(19, 100000))
	const footer = "\n河湾新闻网所刊内容均由合作媒体提供，转载时请注明出处并与本网编辑部联系"
	copied := own(r)
	for i := range n {
		text := copied
		if i%4 > 0 {
			text = own(r)
		}
		docs = append(docs, dedup.Document{ID: fmt.Sprintf("h%07d", i), Source: fmt.Sprint("报", i%7), Text: text + footer})
	}
	return docs
}

// own returns a text that no other is like.
func own(r *rand.Rand) string {
	var b strings.Builder
	for i := range 90 {
		b.WriteRune(rune('一' + r.IntN(5000)))
		if i%15 == 14 {
			b.WriteString("。")
		}
	}
	return b.String()
}

// TestHotKeys: what very many texts hold costs each of them a bounded number of lines, and no
// group of it is more than one process can hold. REPOST_HOT is the number of documents: 100,000
// have that many copies of one line and 25,000 of one text. Above 2,000 the stories are not
// compared with those of one machine.
func TestHotKeys(t *testing.T) {
	n := 400
	if v, err := strconv.Atoi(os.Getenv("REPOST_HOT")); err == nil {
		n = v
	}
	keep := batch.Options{Keep: detect.KeepOptions{Rules: []detect.KeepRule{detect.Earliest}}}
	docs := hotCorpus(n)
	if n <= 2000 {
		same(t, docs, 3, nil, keep)
	}
	_, half := chain(t, docs[:n/2], 1, nil, keep)
	_, all := chain(t, docs, 1, nil, keep)
	t.Logf("%d documents: %d lines; %d documents: %d lines", n/2, half, n, all)
	if per, before := float64(all)/float64(n), float64(half)/float64(n/2); per > 1.2*before {
		t.Errorf("%d documents make %.0f lines each, and %d make %.0f", n, per, n/2, before)
	}
}
