package main

import "testing"

func TestSize(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "4096B": 4096, "512MiB": 512 << 20, "512 MiB": 512 << 20, "2GB": 2e9, "1.5G": 3 << 29, "7kB": 7000, "8B": 8,
		"50KB": 50_000, "50kb": 50_000, "50k": 50 << 10, "50 MB": 50e6, "1.5GiB": 3 << 29, "1.5 gib": 3 << 29, "4Mi": 4 << 20, "2m": 2 << 20,
	} {
		var s size
		if err := s.Set(text); err != nil || int64(s) != want {
			t.Errorf("%q is %d, %v; want %d", text, int64(s), err, want)
		}
	}
	for _, text := range []string{"", "MiB", "4096", "-1", "1e300GB", "NaN", "12 apples", "Inf"} {
		var s size
		if err := s.Set(text); err == nil {
			t.Errorf("%q is taken for %d", text, int64(s))
		}
	}
}
