package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What input files are called in a folder of outputs.

// writable returns a name with a packing that is written: some are read and not written.
func writable(name string) string {
	for _, other := range []string{".xz", ".bz2"} {
		if stem, ok := strings.CutSuffix(name, other); ok {
			return stem + ".zst"
		}
	}
	return name
}

// isRegular reports whether a path is that of a regular file.
func isRegular(path string) bool {
	i, err := os.Stat(path)
	return err == nil && i.Mode().IsRegular()
}

// inputName returns what an input file is called in a folder of outputs: its path below
// the one of paths that it was found by.
func inputName(paths []string, path string) string {
	for _, p := range paths {
		if p == path {
			return filepath.Base(path)
		}
		if rel, err := filepath.Rel(p, path); err == nil && filepath.IsLocal(rel) {
			if isRegular(p) { // an archive: its members are called as their ids are
				rel = filepath.Join(filepath.Base(p), rel)
			}
			return filepath.ToSlash(rel)
		}
	}
	if path == "-" {
		return "stdin"
	}
	return filepath.ToSlash(path)
}

// eachOnce leaves out files that are given twice, or lie in a folder that is given: their records
// would be copies of themselves.
func (a *app) eachOnce(paths []string) (once []string) {
	for i, p := range paths {
		first := slices.IndexFunc(paths[:i], func(q string) bool { return p == q || sameFile(p, q) })
		if first < 0 {
			first = slices.IndexFunc(paths, func(q string) bool { return isBelow(p, q) })
		}
		if first >= 0 {
			a.infof("%s is read once: it is given as %s, too", p, paths[first])
			continue
		}
		once = append(once, p)
	}
	return once
}
