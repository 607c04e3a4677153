package store

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/shingle"
)

// Change is what became of one story when the stories were brought up to date. A story
// continues in another if they share a document with overlapping spans. Nothing else in a
// corpus knows the time.
type Change struct {
	At    uint32 `json:"at"`             // which time: 1 is the first
	Time  string `json:"time,omitempty"` // when that was, in UTC as RFC 3339; "" of older programs
	Kind  string `json:"change"`         // created, grown, shrunk, merged, split, renamed or ended
	Story string `json:"story"`          // id of the story now; of one that ended, its last
	// From are the ids it had before: none if it was created, several if it was merged.
	// A story that was split is the From of each of its parts.
	From    []string `json:"from,omitempty"`
	Size    int      `json:"size"`              // documents now
	Added   []string `json:"added,omitempty"`   // ids of documents
	Removed []string `json:"removed,omitempty"` // the same
}

// The kinds of changes.
const (
	created = "created"
	grown   = "grown"   // has new documents, and may have lost others
	shrunk  = "shrunk"  // lost documents
	joined  = "merged"  // was several stories
	split   = "split"   // is a part of a story
	renamed = "renamed" // has the same documents, and another least one or another place in it
	ended   = "ended"
)

// Changes calls fn with all changes after the time since, in order; 0 is from the
// beginning. An error of fn ends it and is returned as it is.
func (c *Corpus) Changes(since uint32, fn func(ch *Change) error) error {
	began := c.view.Load()
	from := key32(since+1, 0)
	for from != nil {
		var batch []Change
		err := c.read(func(tx *txn, _ *view) error {
			batch = nil
			b := tx.open(bucketChanges)
			if b == nil { // a file of version 1
				from = nil
				return nil
			}
			cur := b.Cursor()
			key, value := cur.Seek(from)
			if key == nil {
				from = nil
				return nil
			}
			payload, err := unseal(bucketChanges, key, value)
			if err != nil {
				return err
			}
			data, err := c.unpack(payload[0], payload[1:])
			if err == nil {
				batch, err = readChanges(data)
			}
			if err != nil {
				return damaged(bucketChanges, key, "is not in the form that this program writes")
			}
			next, _ := cur.Next()
			from = slices.Clone(next)
			return nil
		})
		if err != nil {
			return err
		}
		for i := range batch {
			if batch[i].At > began.Generation {
				return nil
			}
			if err := fn(&batch[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// readChanges reads what putChanges wrote, and what it wrote when the story had another name.
func readChanges(data []byte) (out []Change, err error) {
	var read []struct {
		Change
		Cluster string `json:"cluster"`
	}
	err = json.Unmarshal(data, &read)
	for _, r := range read {
		r.Story = cmp.Or(r.Story, r.Cluster)
		out = append(out, r.Change)
	}
	return out, err
}

// changesIn is how many changes a value holds.
const changesIn = 256

func (c *Corpus) putChanges(tx *txn, at uint32, all []Change) error {
	if err := tx.make(bucketChanges); err != nil {
		return err
	}
	for i := 0; len(all) > 0; i++ {
		n := min(len(all), changesIn)
		b, err := json.Marshal(all[:n])
		if err != nil {
			return err
		}
		if err := put(tx, bucketChanges, key32(at, uint32(i)), c.pack([]byte{0}, b)); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// comparison compares the stories that are stored with those that take their
// place.
type comparison struct {
	c        *Corpus
	tx       *txn
	v        *view
	old, new []dedup.Story
	from     [][]int           // new → old, ascending
	to       [][]int           // old → new
	ids      map[uint32]string // number → id, of the documents of stories that change
}

// changes returns what becomes of the stories when new ones take their place.
func (c *Corpus) changes(tx *txn, v *view, old, stories []detect.KeptStory) ([]Change, error) {
	k := &comparison{c: c, tx: tx, v: v}
	k.differ(old, stories)
	if err := k.match(); err != nil {
		return nil, err
	}
	if err := k.readIDs(); err != nil {
		return nil, err
	}
	var out []Change
	for i := range k.new {
		if ch := k.change(i); ch != nil {
			out = append(out, *ch)
		}
	}
	for i := range k.old {
		if old := &k.old[i]; len(k.to[i]) == 0 {
			out = append(out, Change{Kind: ended, Story: old.ID, From: []string{old.ID}, Removed: k.members(old)})
		}
	}
	now := time.Now().UTC().Format(time.RFC3339)
	for i := range out {
		out[i].At, out[i].Time = v.Generation, now
	}
	return out, nil
}

// differ takes the stories that are among the others: those that have the same members as
// one that was there say nothing of any other.
func (k *comparison) differ(old, stories []detect.KeptStory) {
	were := make(map[string][]dedup.Member, len(old))
	for i := range old {
		were[old[i].ID] = old[i].Members
	}
	same := map[string]bool{}
	for i := range stories {
		s := &stories[i].Story
		if members, ok := were[s.ID]; ok && sameMembers(members, s.Members) {
			same[s.ID] = true
		} else {
			k.new = append(k.new, *s)
		}
	}
	for i := range old {
		if !same[old[i].ID] {
			k.old = append(k.old, old[i].Story)
		}
	}
}

// match finds which stories continue in which.
func (k *comparison) match() error {
	type place struct {
		story int
		spans []shingle.Span
	}
	places := map[uint32][]place{}
	for i := range k.new {
		for _, m := range k.new[i].Members {
			places[m.Doc] = append(places[m.Doc], place{i, m.Spans})
		}
	}
	k.from, k.to = make([][]int, len(k.new)), make([][]int, len(k.old))
	for i := range k.old {
		for _, m := range k.old[i].Members {
			doc, same, err := k.latest(m.Doc)
			if err != nil {
				return err
			}
			for _, p := range places[doc] {
				if same && !overlap(m.Spans, p.spans) || slices.Contains(k.to[i], p.story) {
					continue
				}
				k.to[i] = append(k.to[i], p.story)
				k.from[p.story] = append(k.from[p.story], i)
			}
		}
	}
	return nil
}

// latest returns the number of a document or of the version that replaced it.
func (k *comparison) latest(n uint32) (latest uint32, same bool, err error) {
	if !k.v.retired.has(n) {
		return n, true, nil
	}
	f, err := k.c.factsAt(k.tx, n)
	if err != nil {
		return n, true, err
	}
	all, err := k.c.versions(k.tx, k.v, f.doc.ID)
	if err != nil || len(all) == 0 {
		return n, true, err
	}
	latest = all[len(all)-1] // versions has the newest last
	return latest, latest == n, nil
}

// overlap reports whether spans have a byte in common; none are the whole text.
func overlap(a, b []shingle.Span) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		if a[i].Lo < b[j].Hi && b[j].Lo < a[i].Hi {
			return true
		}
		if a[i].Hi < b[j].Hi {
			i++
		} else {
			j++
		}
	}
	return false
}

// readIDs reads the ids of the documents of stories that change, in the order in which
// they are stored: a block of facts is unpacked once.
func (k *comparison) readIDs() error {
	k.ids = map[uint32]string{}
	for _, stories := range [][]dedup.Story{k.old, k.new} {
		for i := range stories {
			for _, m := range stories[i].Members {
				k.ids[m.Doc] = ""
			}
		}
	}
	for _, n := range slices.Sorted(maps.Keys(k.ids)) {
		f, err := k.c.factsAt(k.tx, n)
		if err != nil {
			return err
		}
		k.ids[n] = strings.Clone(f.doc.ID)
	}
	return nil
}

// change says what became of new story i, or nil if it is as it was.
func (k *comparison) change(i int) *Change {
	s := &k.new[i]
	ids := k.members(s)
	ch := &Change{Story: s.ID, Size: len(ids)}
	var before []string
	parts := false
	for _, o := range k.from[i] {
		before = append(before, k.members(&k.old[o])...)
		ch.From = append(ch.From, k.old[o].ID)
		parts = parts || len(k.to[o]) > 1
	}
	slices.Sort(before)
	before = slices.Compact(before)
	ch.Added, ch.Removed = without(ids, before), without(before, ids)
	switch {
	case len(ch.From) == 0:
		ch.Kind = created
	case len(ch.From) > 1:
		ch.Kind = joined
	case parts:
		ch.Kind = split
	case len(ch.Added) > 0:
		ch.Kind = grown
	case len(ch.Removed) > 0:
		ch.Kind = shrunk
	case ch.From[0] != ch.Story:
		ch.Kind = renamed
	default:
		return nil
	}
	return ch
}

func sameMembers(a, b []dedup.Member) bool {
	return slices.EqualFunc(a, b, func(x, y dedup.Member) bool { return x.Doc == y.Doc })
}

// members returns the ids of a story's documents, sorted.
func (k *comparison) members(s *dedup.Story) []string {
	out := make([]string, len(s.Members))
	for i, m := range s.Members {
		out[i] = k.ids[m.Doc]
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// without returns what is in a and not in b; both are sorted.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool {
		_, ok := slices.BinarySearch(b, s)
		return ok
	})
}

// copyChanges copies the changes of another corpus that has the same stories.
func (c *Corpus) copyChanges(from *Corpus) error {
	var all []pair
	at := from.view.Load().Generation
	err := from.read(func(tx *txn, _ *view) error {
		all = all[:0]
		b := tx.open(bucketChanges)
		if b == nil {
			return nil
		}
		return b.ForEach(func(key, value []byte) error {
			if _, err := unseal(bucketChanges, key, value); err == nil {
				all = append(all, pair{slices.Clone(key), slices.Clone(value)})
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	return c.update(func(tx *txn, next *view) error {
		if err := tx.empty(bucketChanges); err != nil {
			return err
		}
		b, err := bucketOf(tx, bucketChanges)
		if err != nil {
			return err
		}
		next.Generation = max(next.Generation, at)
		return putAll(b, all)
	})
}

// Successors returns the ids of the stories in which others continue that are no longer there, by
// their ids: the largest first, none of a story that continues in no other. It reads all changes
// once; a corpus of an older program may have none.
func (c *Corpus) Successors(ids ...string) (map[string][]string, error) {
	now := map[string][]string{} // id → ids that it has had last
	for _, id := range ids {
		if _, ok, err := c.Story(id); err != nil {
			return nil, err
		} else if !ok {
			now[id] = []string{id}
		}
	}
	if len(now) == 0 {
		return now, nil
	}
	var at []Change // of one update that are not applied yet
	apply := func() {
		for id, has := range now {
			var next []string
			moved := map[string]bool{}
			for i := range at {
				ch := &at[i]
				if ch.Kind == ended {
					continue
				}
				if ch.Story == id { // there again: what it was before is another story
					next, moved = []string{id}, nil
					break
				}
				for _, old := range ch.From {
					if slices.Contains(has, old) {
						next, moved[old] = append(next, ch.Story), true
					}
				}
			}
			if moved != nil {
				next = append(next, slices.DeleteFunc(has, func(old string) bool { return moved[old] })...)
			}
			slices.Sort(next)
			now[id] = slices.Compact(next)
		}
		at = at[:0]
	}
	err := c.Changes(0, func(ch *Change) error {
		if len(at) > 0 && at[0].At != ch.At {
			apply()
		}
		if ch.Kind == created && now[ch.Story] == nil {
			return nil
		}
		at = append(at, *ch)
		return nil
	})
	if err != nil {
		return nil, err
	}
	apply()
	for id, has := range now {
		size := map[string]int{}
		for _, s := range has {
			story, ok, err := c.Story(s)
			if err != nil {
				return nil, err
			}
			if ok {
				size[s] = len(story.Members)
			}
		}
		now[id] = slices.SortedFunc(maps.Keys(size), func(a, b string) int {
			return cmp.Or(cmp.Compare(size[b], size[a]), strings.Compare(a, b))
		})
	}
	return now, nil
}

// Generation is the number of the last update of the stories: see Change.At.
func (c *Corpus) Generation() uint32 { return c.view.Load().Generation }
