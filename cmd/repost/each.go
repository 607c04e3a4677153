package main

import (
	"context"
	"runtime"
	"sync"

	"repost/dedup/parallel"
)

// each calls fn for 0 … n-1 on all threads, until ctx ends.
func each(ctx context.Context, n int, fn func(i int)) {
	parallel.For(n, func(i int) {
		if ctx.Err() == nil {
			fn(i)
		}
	})
}

// inTurn calls fn for each item on all threads, and give with the results in the order of the
// items. It holds a few items for each thread. It calls idle before it waits for an item or a
// result. An error of give or idle ends it, and so does the end of ctx.
func inTurn[T, R any](ctx context.Context, items <-chan T, fn func(T) R, give func(R) error, idle func() error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	threads := runtime.GOMAXPROCS(0)
	order, room := make(chan chan R, 4*threads), make(chan struct{}, threads)
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		defer close(order)
		for item := range items {
			result := make(chan R, 1)
			select {
			case order <- result:
			case <-ctx.Done():
				return
			}
			room <- struct{}{}
			wg.Go(func() {
				result <- fn(item)
				<-room
			})
		}
	})
	for {
		result, ok, err := next(order, idle)
		if err != nil || !ok {
			return err
		}
		r, _, err := next(result, idle)
		if err == nil {
			err = give(r)
		}
		if err != nil {
			return err
		}
	}
}

// next receives from a channel, and calls idle before it waits.
func next[T any](from <-chan T, idle func() error) (v T, ok bool, err error) {
	select {
	case v, ok = <-from:
	default:
		if err = idle(); err == nil {
			v, ok = <-from
		}
	}
	return v, ok, err
}
