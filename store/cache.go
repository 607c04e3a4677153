package store

import (
	"slices"
	"sync"
)

// cache keeps decoded blocks, the most recently used ones, up to a budget in
// bytes. A block never changes; the last one may be replaced by a longer one.
type cache[V any] struct {
	mu      sync.Mutex
	budget  int
	size    int
	clock   uint64
	entries []*cached[V] // by first
}

type cached[V any] struct {
	first, count uint32
	size         int
	used         uint64
	value        V
}

func (c *cache[V]) search(n uint32) (int, bool) {
	return slices.BinarySearchFunc(c.entries, n, func(e *cached[V], n uint32) int {
		switch {
		case e.first < n:
			return -1
		case e.first > n:
			return 1
		}
		return 0
	})
}

// get returns the block that holds document n, and its first document.
func (c *cache[V]) get(n uint32) (value V, first uint32, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, exact := c.search(n)
	if !exact {
		i--
	}
	if i < 0 || n-c.entries[i].first >= c.entries[i].count {
		return value, 0, false
	}
	e := c.entries[i]
	c.clock++
	e.used = c.clock
	return e.value, e.first, true
}

// put adds a block. One that is larger than a quarter of the budget is alone: its documents
// are most often read one after the other, and each would have it unpacked again.
func (c *cache[V]) put(first, count uint32, size int, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if size > c.budget/4 {
		c.clear()
	}
	c.clock++
	e := &cached[V]{first, count, size, c.clock, value}
	i, exact := c.search(first)
	switch {
	case !exact:
		c.entries = slices.Insert(c.entries, i, e)
	case c.entries[i].count >= count:
		return
	default:
		c.size -= c.entries[i].size
		c.entries[i] = e
	}
	for c.size += size; c.size > c.budget && len(c.entries) > 1; {
		c.evict()
	}
}

// full reports whether the budget is used but for an eighth.
func (c *cache[V]) full() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.size > c.budget-c.budget/8
}

// room forgets a block that is alone, before another one is unpacked.
func (c *cache[V]) room() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.size > c.budget/4 && len(c.entries) == 1 {
		c.clear()
	}
}

func (c *cache[V]) clear() {
	clear(c.entries)
	c.entries, c.size = c.entries[:0], 0
}

func (c *cache[V]) evict() {
	oldest := 0
	for i, e := range c.entries {
		if e.used < c.entries[oldest].used {
			oldest = i
		}
	}
	c.size -= c.entries[oldest].size
	c.entries = slices.Delete(c.entries, oldest, oldest+1)
}

// unreadable are blocks that could not be unpacked, by bucket and key, with the first document
// that is not in them. A small block may unpack to 256 MB, which turn out to be no block: once,
// and not for each document that it should hold.
type unreadable struct {
	mu     sync.Mutex
	blocks map[string]failure
}

type failure struct {
	from uint32
	err  error
}

const mostUnreadable = 1 << 12

// of returns why document n cannot be read of a block, or nil.
func (u *unreadable) of(bucket string, key []byte, n uint32) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if f, ok := u.blocks[bucket+string(key)]; ok && n >= f.from {
		return f.err
	}
	return nil
}

// add notes that documents from one on are not in a block, and returns why.
func (u *unreadable) add(bucket string, key []byte, from uint32, err error) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.blocks == nil || len(u.blocks) >= mostUnreadable {
		u.blocks = map[string]failure{}
	}
	u.blocks[bucket+string(key)] = failure{from, err}
	return err
}
