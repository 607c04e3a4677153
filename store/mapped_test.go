package store

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// While one goroutine drops pages of the mapped file all the time and another adds to
// the corpus, what is read stays right.
func TestDropPages(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "x.repost"), Options{Create: true, noSync: true})
	if _, err := c.AddEntries(madeBatch(0, 500)); err != nil {
		t.Fatal(err)
	}
	texts := func() (out []string) {
		numbers := make([]uint32, 500)
		for n := range numbers {
			numbers[n] = uint32(n)
		}
		err := c.Detection(t.Context()).Texts(numbers, func(_ uint32, text string) error {
			out = append(out, text)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		return out
	}
	want := texts()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			err := c.read(func(tx *txn, _ *view) error {
				c.passed(tx, mapHold)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	for from := 500; from < 1500; from += 100 {
		if _, err := c.AddEntries(madeBatch(from, 100)); err != nil {
			t.Fatal(err)
		}
		c.texts = cache[[]stored]{budget: c.texts.budget} // so that the file is read
		if !slices.Equal(texts(), want) {
			t.Fatalf("other texts, with %d documents", from+100)
		}
	}
	close(stop)
	wg.Wait()
}
