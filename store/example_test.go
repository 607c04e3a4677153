package store_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"repost/dedup"
	"repost/dedup/diff"
	"repost/store"
	"repost/store/ingest"
)

// Records of package ingest are read from files of many formats. Load adds them and brings
// the stories up to date; diff.Compare says what differs.
func ExampleLoad() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	dump := filepath.Join(dir, "dump.jsonl")
	err = os.WriteFile(dump, []byte(`
{"id":"gazette","date":"2025-03-01","text":"The wooden bridge at Marlow was closed on Friday after ninety years. Workers took up the planks one by one and piled them on the shore. The new bridge will be of steel and is to open in two months."}
{"id":"portal","date":"2025-03-02","text":"The wooden bridge at Marlow was closed on Friday after ninety years. Workers took up the planks one by one and piled them on the shore. The new bridge will be of steel and is to open in six months."}
{"id":"other","date":"2025-03-02","text":"The tea growers of the northern slope drew water from the new reservoir for the first time this spring."}
`), 0o666)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	c, err := store.Open(filepath.Join(dir, "corpus.repost"), store.Options{Create: true})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	report, err := store.Load(ctx, c, ingest.Read([]string{dump}, strings.NewReader(""), ingest.Options{}), store.LoadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.Added, "documents were added")

	err = c.Stories(func(s *dedup.Story) error {
		var texts []string
		for _, m := range s.Members {
			d, err := c.Document(m.Doc)
			if err != nil {
				return err
			}
			fmt.Println(d.ID, m.Relation)
			texts = append(texts, d.Text)
		}
		for _, ch := range diff.Compare(diff.Side{Text: texts[0]}, diff.Side{Text: texts[1]}, diff.Options{}).Changes {
			fmt.Println(ch.Grade, ch.Class, ch.AText, "→", ch.BText)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 3 documents were added
	// gazette near-duplicate
	// portal near-duplicate
	// substantive number two → six
}

// A program that asks for many texts needs no process for them: one Corpus serves all
// goroutines.
func ExampleCorpus_Find() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	c, err := store.Open(filepath.Join(dir, "corpus.repost"), store.Options{Create: true})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	lines := `{"id":"gazette","text":"The wooden bridge at Marlow was closed on Friday after ninety years. Workers took up the planks one by one and piled them on the shore. The new bridge will be of steel and is to open in two months."}`
	if _, err := store.Load(ctx, c, ingest.Follow(strings.NewReader(lines), "crawler", ingest.Options{}), store.LoadOptions{}); err != nil {
		log.Fatal(err)
	}

	texts := []string{
		"Marlow, Friday. The wooden bridge at Marlow was closed on Friday after ninety years. Workers took up the planks one by one and piled them on the shore.",
		"The tea growers of the northern slope drew water from the new reservoir for the first time this spring.",
	}
	answers := make([][]dedup.Found, len(texts))
	var wg sync.WaitGroup
	for i, text := range texts {
		wg.Go(func() {
			var err error
			if answers[i], err = c.Find(ctx, &dedup.Document{Text: text}); err != nil {
				log.Print(err)
			}
		})
	}
	wg.Wait()
	for i, found := range answers {
		fmt.Println("text", i, "is carried by", len(found))
		for _, f := range found {
			fmt.Println(f.Info.ID, f.Kind)
		}
	}
	// Output:
	// text 0 is carried by 1
	// gazette contained-in
	// text 1 is carried by 0
}
