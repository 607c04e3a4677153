package main

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// notStdout refuses "-" as the name of a file to write: results have stdout.
func notStdout(flags map[string]string) error {
	for _, flag := range slices.Sorted(maps.Keys(flags)) {
		if flags[flag] == "-" {
			return usage("--%s -: give the name of a file; standard output is for the results", flag)
		}
	}
	return nil
}

// outputs is notStdout that refuses too what would be written over: an input, the corpus,
// another output. An output that exists in a folder of inputs would be read as one of them.
func (a *app) outputs(flags map[string]string, inputs ...string) error {
	if err := notStdout(flags); err != nil {
		return err
	}
	var before []string // flags whose files are known
	for _, flag := range slices.Sorted(maps.Keys(flags)) {
		name := flags[flag]
		if name == "" {
			continue
		}
		for _, in := range inputs {
			switch {
			case sameFile(name, in):
				return usage("--%s %s: this is an input of the command, and repost changes no input: give another name, and rename the file when the command has ended", flag, name)
			case isBelow(name, in):
				return usage("--%s %s: this file is in the folder %s, which is read: move it, or give a name elsewhere", flag, name, in)
			}
		}
		if sameFile(name, a.corpus) {
			return usage("--%s %s: this is the corpus: give another name", flag, name)
		}
		for _, other := range before {
			if sameFile(name, flags[other]) {
				return usage("--%s and --%s both name %s: give two names", other, flag, name)
			}
		}
		before = append(before, flag)
	}
	return nil
}

// isBelow reports whether name is that of a file in a folder, or in a folder below it.
func isBelow(name, folder string) bool {
	info, err := os.Stat(folder)
	if err != nil || !info.IsDir() {
		return false
	}
	file, err := os.Stat(name)
	if err != nil || !file.Mode().IsRegular() {
		return false
	}
	x, errX := filepath.Abs(name)
	y, errY := filepath.Abs(folder)
	if errX != nil || errY != nil {
		return false
	}
	rel, err := filepath.Rel(y, x)
	return err == nil && filepath.IsLocal(rel)
}

func sameFile(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return filepath.Clean(a) == filepath.Clean(b) || errA == nil && errB == nil && os.SameFile(x, y)
}

// cutOff makes an error of it that the reader of a pipe closed it before all documents were written:
// of a list it may have seen enough, but these were to go somewhere.
func cutOff(err error) error {
	if errors.Is(err, syscall.EPIPE) {
		return errors.New("standard output was closed before all was written to it; nothing counts as written")
	}
	return err
}

// isFile reports whether an argument is a file or standard input, and not the id of
// a document.
func isFile(name string) bool {
	if name == "-" {
		return true
	}
	info, err := os.Stat(name)
	return err == nil && !info.IsDir()
}
