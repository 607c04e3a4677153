package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// TestCheckMemory: check keeps to 512 MB on files of some kilobytes that somebody made to take
// more, and says what is wrong with them.
func TestCheckMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("unpacks a lot")
	}
	dir := t.TempDir()
	good := filepath.Join(dir, "good.repost")
	dump := filepath.Join(dir, "dump.jsonl")
	attackDump(t, dump, numbers(0, 12), 0)
	must(t, "ingest", "-q", "--corpus", good, dump)
	program := filepath.Join(dir, "repost")
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, program)
	}
	if err != nil {
		t.Fatal(err)
	}
	last := []byte{0, 0, 0, 0, 0, 0, 0, 0} // the first story, from its first member on
	for _, c := range []struct {
		name, key string
		chunk     func() string
	}{
		{"eight million members", string(last), func() string { return storyBytes(8e6, 8e6, strings.Repeat(memberBytes(0), 8e6)) }},
		{"a member with forty million spans", string(last), func() string { return storyBytes(1, 1, memberBytes(40e6)+strings.Repeat("\x02\x02", 40e6)) }},
		{"members with a million spans each", string(last), func() string {
			return storyBytes(40, 7, strings.Repeat(memberBytes(1e6)+strings.Repeat("\x02\x02", 1e6), 7))
		}},
	} {
		path := filepath.Join(dir, "c.repost")
		b, err := os.ReadFile(good)
		if err != nil || os.WriteFile(path, b, 0o644) != nil {
			t.Fatal(err)
		}
		tamper(t, path, func(tx *bolt.Tx) error {
			value := append([]byte{1}, packedOf([]byte(c.chunk()))...)
			return tx.Bucket([]byte("stories")).Put([]byte(c.key), sealed("stories", c.key, value))
		})
		debug.FreeOSMemory() // a process begins to count its peak at the memory of the one that starts it
		cmd := exec.Command(program, "check", "--corpus", path)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		_ = cmd.Run()
		if cmd.ProcessState.ExitCode() != trouble || !strings.Contains(out.String(), "stories: ") || errs.Len() > 0 {
			t.Errorf("%s: %v\n%s%s", c.name, cmd.ProcessState, &out, &errs)
		}
		if peak := processMemory(cmd.ProcessState); peak > attackMemory {
			t.Errorf("%s: %d MB", c.name, peak>>20)
		}
	}
}

// storyBytes is a piece of a story as it is stored: its id, how many members it has, how many of
// them are here, and these.
func storyBytes(total, n uint64, members string) string {
	b := binary.AppendUvarint([]byte{1, 's'}, total)
	return string(binary.AppendUvarint(b, n)) + members
}

// memberBytes is a member without its spans.
func memberBytes(spans uint64) string {
	return string(binary.AppendUvarint(make([]byte, 3+8, 16), spans))
}
