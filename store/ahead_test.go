package store

import (
	"context"
	"testing"
)

// TestAhead: no more bytes wait to be stored than there is room for, but one text that has
// more than all the room is taken when nothing else is there; and an end of ctx ends a wait.
func TestAhead(t *testing.T) {
	const most = 100
	a := &ahead{freed: make(chan struct{}, 1), most: most}
	ctx, cancel := context.WithCancel(t.Context())
	sizes := []int{30, 30, 30, 30, 500, 1, 99, 1, 0, 100}
	taken := make(chan int, len(sizes))
	go func() {
		defer close(taken)
		for _, n := range sizes {
			if !a.take(ctx, n) {
				return
			}
			taken <- n
		}
	}()
	done := 0
	for n := range taken {
		if have := a.bytes.Load(); have > most && have != 500 {
			t.Errorf("%d bytes wait", have)
		}
		done++
		a.give(n)
	}
	if done != len(sizes) || a.bytes.Load() != 0 {
		t.Errorf("%d of %d were taken, %d bytes are left", done, len(sizes), a.bytes.Load())
	}
	a.take(ctx, most)
	cancel()
	if a.take(ctx, 1) {
		t.Error("more than there is room for")
	}
}
