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

// put adds a block. A block larger than a quarter of the budget is not kept.
func (c *cache[V]) put(first, count uint32, size int, value V) {
	if size > c.budget/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
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
	for c.size += size; c.size > c.budget; {
		c.evict()
	}
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
