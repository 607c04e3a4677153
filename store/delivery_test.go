package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"repost/dedup"
	"repost/store/ingest"
)

// TestDeliveryKnows: after any runs, of which some end and some do not, the corpus knows what
// became of each document: a run that did not end changed nothing, and documents that were
// not added by a run count as written. Compact keeps that, also where it leaves documents out.
func TestDeliveryKnows(t *testing.T) {
	const written, dropped, undelivered = "written", "dropped", "undelivered"
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(t.TempDir(), "x.repost")
		c := open(t, path, Options{Create: true, noSync: true})
		was := map[string]string{} // id → what became of it
		number := func(id string) uint32 {
			n, ok, err := c.Number(id)
			if err != nil || !ok {
				rt.Fatalf("%s: %v, %v", id, ok, err)
			}
			return n
		}
		next := 0
		add := func(d *Delivery) (ids []string) {
			var records []ingest.Record
			for range rapid.IntRange(0, 5).Draw(rt, "documents") {
				id := fmt.Sprint("d", next)
				next++
				ids, was[id] = append(ids, id), written
				records = append(records, ingest.Record{Doc: dedup.Document{ID: id, Text: id + " has a text of its own."}})
			}
			all := func(yield func(ingest.Record, error) bool) {
				for _, r := range records {
					if !yield(r, nil) {
						return
					}
				}
			}
			_, err := Load(t.Context(), c, all, LoadOptions{Delivery: d})
			must(rt, 0, err)
			return ids
		}
		check := func(d *Delivery) {
			for id, what := range was {
				if n := number(id); d.Seen(n) != (what == written) || d.Absent(n) == (what == written) {
					rt.Fatalf("%s is %s; seen %v, absent %v", id, what, d.Seen(n), d.Absent(n))
				}
			}
		}
		for range rapid.IntRange(1, 6).Draw(rt, "runs") {
			d, err := c.Delivery()
			check(must(rt, d, err))
			if rapid.IntRange(0, 3).Draw(rt, "delivery") == 0 {
				add(nil)
				continue
			}
			var again []string
			for i := range next {
				id := fmt.Sprint("d", i)
				if was[id] == "" || !rapid.Bool().Draw(rt, "again") {
					continue
				}
				if d.Take(number(id)); d.Absent(number(id)) {
					rt.Fatalf("%s was taken over, and is absent", id)
				}
				if was[id] != written {
					again = append(again, id)
				}
			}
			fresh := add(d)
			if rapid.IntRange(0, 2).Draw(rt, "end") == 0 {
				for _, id := range fresh {
					was[id] = undelivered
				}
			} else {
				for _, id := range slices.Concat(again, fresh) {
					if was[id] = written; rapid.Bool().Draw(rt, "drop") {
						was[id] = dropped
						d.Drop(number(id))
					}
				}
				must(rt, 0, d.Delivered())
			}
			if id := fmt.Sprint("d", rapid.IntRange(0, 9).Draw(rt, "removed")); was[id] != "" {
				must(rt, 0, c.Remove([]uint32{number(id)}))
				delete(was, id)
			}
			if rapid.IntRange(0, 3).Draw(rt, "compact") == 0 {
				must(rt, 0, c.Close())
				_, err := Compact(t.Context(), path, Options{noSync: true}, CompactOptions{})
				must(rt, 0, err)
				c = open(t, path, Options{noSync: true})
			}
		}
		must(rt, 0, c.Close())
	})
}
