// Package parallel runs the steps of a loop on all processors.
//
//	parallel.For(len(docs), func(i int) { sketches[i] = sketch(&docs[i]) })
//
// Steps are given out one by one, so uneven ones do not wait for each other. What a step
// writes must be its own; the order of the steps is not defined.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// For calls f for 0 … n-1.
func For(n int, f func(i int)) {
	With(n, func() struct{} { return struct{}{} }, func(_ struct{}, i int) { f(i) })
}

// With is For with a value of each worker's own, such as tables that it uses again.
func With[T any](n int, table func() T, f func(t T, i int)) {
	var next atomic.Int64
	work := func() {
		t := table()
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			f(t, i)
		}
	}
	if n <= 0 {
		return
	}
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}
