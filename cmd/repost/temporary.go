package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"repost/store/newfile"
)

// The folders of corpora that are thrown away. Each holds a file that its process keeps
// locked, so that the next command of its kind leaves a folder in use alone and removes one
// that a killed process has left.

const (
	scanFolder  = "repost-scan-"
	dedupFolder = "repost-dedup-"
	benchFolder = "repost-bench-"

	inUse = "in-use" // the locked file
)

// temporaryFolder makes a folder for the life of a command; remove removes it.
func temporaryFolder(prefix string) (dir string, remove func() error, err error) {
	removeFolders(prefix)
	for range 100 {
		if dir, err = os.MkdirTemp("", prefix); err != nil {
			return "", nil, fmt.Errorf("making a temporary folder in %s (TMPDIR names another): %w", os.TempDir(), bare(err))
		}
		held, err := newfile.Hold(filepath.Join(dir, inUse))
		if errors.Is(err, fs.ErrNotExist) { // another process took it for one that was left
			continue
		}
		if err != nil {
			return "", nil, errors.Join(err, os.RemoveAll(dir))
		}
		return dir, func() error { return errors.Join(held.Close(), os.RemoveAll(dir)) }, nil
	}
	return "", nil, err
}

// removeFolders removes the folders that killed processes have left. One without the locked
// file may have been made just now: it stays for a minute.
func removeFolders(prefix string) {
	entries, _ := os.ReadDir(os.TempDir())
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !e.IsDir() || !strings.HasPrefix(e.Name(), prefix) {
			continue
		}
		dir := filepath.Join(os.TempDir(), e.Name())
		lock := filepath.Join(dir, inUse)
		_, err = os.Lstat(lock)
		if errors.Is(err, fs.ErrNotExist) && time.Since(info.ModTime()) > time.Minute || err == nil && newfile.Abandoned(lock) {
			os.RemoveAll(dir)
		}
	}
}
