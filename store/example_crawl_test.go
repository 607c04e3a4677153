package store_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"repost/dedup"
	"repost/store"
)

// crawl keeps pages in the corpus at path and prints which documents have their text already.
func crawl(ctx context.Context, path string, pages []dedup.Document) error {
	c, err := store.Open(path, store.Options{Create: true})
	if err != nil {
		return err
	}
	defer c.Close()
	for _, page := range pages {
		found, err := c.Find(ctx, &page)
		if err != nil {
			return err
		}
		for _, f := range found {
			fmt.Println(page.ID, f.Kind, f.Info.ID)
		}
		if _, err := c.Add(page); err != nil {
			return err
		}
	}
	return c.UpdateStories(ctx, nil)
}

func ExampleCorpus() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "news.repost")
	bridge := "The wooden bridge at Marlow was closed on Friday after ninety years. Workers took up the planks one by one and piled them on the shore. The new bridge will be of steel and is to open in two months."
	err = crawl(context.Background(), path, []dedup.Document{
		{ID: "gazette", Date: "2025-03-01", Text: bridge},
		{ID: "growers", Date: "2025-03-01", Text: "The tea growers of the northern slope drew water from the new reservoir for the first time this spring."},
		{ID: "portal", Date: "2025-03-02", Text: "From the Gazette. " + bridge},
	})
	if err != nil {
		log.Fatal(err)
	}

	c, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	err = c.Stories(func(s *dedup.Story) error {
		fmt.Println("a story of", len(s.Members), "documents")
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// portal near-duplicate gazette
	// a story of 2 documents
}
