package cluster

import "iter"

// Joined returns, for each of n things, the least one that pairs lead to: what
// single linkage joins. O(n + pairs), nearly (Tarjan 1975, with path halving).
func Joined[T int32 | uint32](n int, pairs iter.Seq2[T, T]) []T {
	of := make([]T, n)
	for i := range of {
		of[i] = T(i)
	}
	root := func(i T) T {
		for of[i] != i {
			of[i] = of[of[i]]
			i = of[i]
		}
		return i
	}
	for a, b := range pairs {
		a, b = root(a), root(b)
		of[max(a, b)] = min(a, b)
	}
	for i := range of {
		of[i] = root(T(i))
	}
	return of
}
