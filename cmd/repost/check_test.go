package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"repost/store"
)

// flip changes one bit of the first value of a bucket from a key on, as a disk does: no commit
// knows.
func flip(t *testing.T, path, bucket, from string) {
	t.Helper()
	db, err := bolt.Open(path, 0o644, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var value []byte
	err = db.View(func(tx *bolt.Tx) error {
		_, v := tx.Bucket([]byte(bucket)).Cursor().Seek([]byte(from))
		value = bytes.Clone(v)
		return nil
	})
	if err != nil || db.Close() != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(data, value) {
		t.Fatalf("the first value of %s is not in the file: %v", bucket, err)
	}
	flipped := bytes.Clone(value)
	flipped[len(value)/2] ^= 4
	if err := os.WriteFile(path, bytes.ReplaceAll(data, value, flipped), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestCheckDamaged: check names what is damaged; repair brings back what is not
// lost, and an ingest of the same dump the rest.
func TestCheckDamaged(t *testing.T) {
	dir := t.TempDir()
	news, corpus := filepath.Join(dir, "news"), filepath.Join(dir, "c.repost")
	if err := copyNews(news); err != nil {
		t.Fatal(err)
	}
	must(t, "ingest", "-q", "--corpus", corpus, news)
	want := must(t, "clusters", "--json", "--corpus", corpus)
	for bucket, says := range map[string]string{
		"text": "lost text: document", "bands": "bands: value", "links": "links: cannot be read on", "stories": "stories: cannot be read on",
	} {
		flip(t, corpus, bucket, "")
		out, _, status := session(t, "check", "--corpus", corpus)
		if status != trouble || !strings.Contains(out, "\n"+says) && !strings.HasPrefix(out, says) {
			t.Errorf("%s: exit status %d\n%s", bucket, status, out)
		}
		session(t, "check", "--repair", "--corpus", corpus)
		os.Remove(corpus + ".old")
		if must(t, "check", "--corpus", corpus); bucket == "text" {
			must(t, "ingest", "-q", "--corpus", corpus, news)
		}
		if got := must(t, "clusters", "--json", "--corpus", corpus); got != want {
			t.Errorf("%s, repaired:\n%s\nwant\n%s", bucket, got, want)
		}
	}
}

// TestNotesSurvive: what editors typed is in each corpus that is made of theirs, and it is
// reported if it cannot be read.
func TestNotesSurvive(t *testing.T) {
	dir := t.TempDir()
	corpus, news, rules := filepath.Join(dir, "c.repost"), filepath.Join(dir, "news"), filepath.Join(dir, "rules")
	if err := copyNews(news); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(rules, []byte("words strong\n  转载请注明\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "ingest", "-q", "--corpus", corpus, news)
	c, err := store.Open(corpus, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	note := `[{"subject":"document/kiln.txt","mark":"wrong","text":"not the year","time":"2025-03-01T00:00:00Z"}]`
	if err := errors.Join(c.SetState(notesState, []byte(note)), c.Close()); err != nil {
		t.Fatal(err)
	}
	want := must(t, "export", "--table", "notes", "--corpus", corpus)
	if !strings.Contains(want, "not the year") {
		t.Fatalf("notes: %s", want)
	}
	for _, command := range []string{"check --repair", "migrate --rules " + rules, "recluster --all", "compact", "rm kiln.txt", "rm --undo kiln.txt", "backup " + corpus + ".copy"} {
		must(t, append(strings.Fields(command), "--corpus", corpus)...)
		os.Remove(corpus + ".old")
		if got := must(t, "export", "--table", "notes", "--corpus", corpus); got != want {
			t.Errorf("%s: %s", command, got)
		}
	}
	if got := must(t, "export", "--table", "notes", "--corpus", corpus+".copy"); got != want {
		t.Errorf("backup: %s", got)
	}
	flip(t, corpus, "values", notesState)
	_, says, status := session(t, "check", "--repair", "--corpus", corpus)
	if want := "what could not be read is lost: notes; the old file is "; status != trouble || !strings.Contains(says, want) {
		t.Errorf("notes that cannot be read: exit status %d, %s", status, says)
	}
}
