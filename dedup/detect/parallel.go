package detect

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls f for 0 … n-1 on all processors. What f writes must be its own.
func parallel(n int, f func(i int)) {
	parallelWith(n, func() struct{} { return struct{}{} }, func(_ struct{}, i int) { f(i) })
}

// parallelWith is parallel for work that keeps tables: each worker has its own.
func parallelWith[T any](n int, table func() T, f func(t T, i int)) {
	var wg sync.WaitGroup
	var next atomic.Int64
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			t := table()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(t, i)
			}
		})
	}
	wg.Wait()
}
