package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// The flags that change records, in every format that -o takes, packed too: all fields but the
// text come out as they were, the text loses what --passages and --mask cut and nothing else,
// and --annotate writes every record and says the same of it in each format.

// cutRecords are tripRecords of which each two in a row share a sentence, under a footer.
func cutRecords(r *rand.Rand) []tripRecord {
	all, _ := tripRecords(r)
	for i := range all {
		shared := attackText(1000 + i/2)
		all[i].Text += "\n" + shared + "\n© River Evening Post. All rights reserved."
	}
	return all
}

// unpacked unpacks a file beside it, and returns the name of what it holds.
func unpacked(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var r io.Reader
	switch filepath.Ext(name) {
	case ".gz":
		r, err = gzip.NewReader(bytes.NewReader(b))
	case ".zst":
		r, err = zstd.NewReader(bytes.NewReader(b))
	default:
		return name
	}
	var plain []byte
	if err == nil {
		plain, err = io.ReadAll(r)
	}
	name = strings.TrimSuffix(name, filepath.Ext(name))
	if err = errors.Join(err, os.WriteFile(name, plain, 0o666)); err != nil {
		t.Fatal(err)
	}
	return name
}

// isCut reports whether a text is another one without some of it.
func isCut(cut, whole string) bool {
	rest := []rune(whole)
	for _, c := range cut {
		i := slices.Index(rest, c)
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
	}
	return true
}

// noteOfRow is what --annotate says in a row: a value or columns.
func noteOfRow(row map[string]any) string {
	note, ok := row["repost"].(map[string]any)
	if !ok {
		note = map[string]any{}
		for _, name := range []string{"kept", "by", "relation", "coverage", "rule"} {
			note[name] = row["repost_"+name]
		}
	}
	by := note["by"]
	if s, ok := by.(string); ok {
		json.Unmarshal([]byte(s), &by)
	}
	return fmt.Sprintf("%v %v %v %v %v", note["kept"], by, note["relation"], note["coverage"], note["rule"])
}

func TestRoundTripOfFlags(t *testing.T) {
	outputs := []string{"o.jsonl", "o.json", "o.csv", "o.tsv", "o.parquet", "o.jsonl.gz", "o.json.zst", "o.csv.zst", "o.tsv.gz"}
	flags := [][]string{{"--passages"}, {"--mask"}, {"--passages", "--mask"}, {"--annotate"}, {"--annotate", "--mask"}, {"--annotate", "--keep-versions", "--in-one"}}
	for seed := range (trips(t) + 2) / 3 { // a trip is 270 runs
		all := cutRecords(rand.New(rand.NewPCG(seed, 14)))
		was := map[string]*tripRecord{}
		for i := range all {
			was[all[i].ID] = &all[i]
		}
		dir := t.TempDir()
		for name, write := range tripWriters {
			var b bytes.Buffer
			if err := errors.Join(write(&b, all), os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o666)); err != nil {
				t.Fatal(err)
			}
		}
		for _, flags := range flags {
			var texts map[string]string // by id, of the first output: all others have the same
			var notes map[string]string
			cuts := 0
			for name := range tripWriters {
				for _, to := range outputs {
					what := fmt.Sprintf("seed %d, %v: %s to %s", seed, flags, name, to)
					out := filepath.Join(t.TempDir(), to)
					must(t, append([]string{"dedup", "-q", filepath.Join(dir, name), "-o", out, "--keep", "earliest"}, flags...)...)
					gotTexts, gotNotes := map[string]string{}, map[string]string{}
					for _, row := range tripRead(t, unpacked(t, out)) {
						id, _ := row["id"].(string)
						d := was[id]
						if d == nil {
							t.Fatalf("%s: a record %q, which the input has not", what, id)
						}
						for i, field := range tripFields {
							got, _ := row[field].(string)
							if field == "text" {
								gotTexts[id] = strings.ReplaceAll(got, "\r\n", "\n")
								whole := strings.ReplaceAll(d.Text, "\r\n", "\n")
								if gotTexts[id] != whole {
									cuts++
								}
								if !isCut(gotTexts[id], whole) {
									t.Errorf("%s: the text of %s is %q, was %q", what, id, got, d.Text)
								}
							} else if !alike(got, d.values()[i]) {
								t.Errorf("%s: %s of %s is %q, was %q", what, field, id, got, d.values()[i])
							}
						}
						gotNotes[id] = noteOfRow(row)
					}
					if texts == nil {
						texts, notes = gotTexts, gotNotes
					}
					if flags[0] == "--annotate" && len(gotTexts) != len(all) {
						t.Errorf("%s: %d of %d records", what, len(gotTexts), len(all))
					}
					for id, text := range gotTexts {
						if text != texts[id] || gotNotes[id] != notes[id] {
							t.Errorf("%s: %s has the note %s, and in another format %s; the texts are equal: %v", what, id, gotNotes[id], notes[id], text == texts[id])
						}
					}
					if len(gotTexts) != len(texts) {
						t.Errorf("%s: %d records, and %d in another format", what, len(gotTexts), len(texts))
					}
				}
			}
			if cut := !slices.Equal(flags, []string{"--annotate"}) && flags[len(flags)-1] != "--in-one"; cut != (cuts > 0) {
				t.Errorf("seed %d, %v: %d texts are cut", seed, flags, cuts)
			}
			tripTexts(t, filepath.Join(dir, "in.jsonl"), flags, texts)
		}
	}
}

// tripTexts writes what is kept as a folder of texts and as lines: the same texts, a line each
// without its line breaks.
func tripTexts(t *testing.T, in string, flags []string, texts map[string]string) {
	t.Helper()
	var want, got []string
	for _, text := range texts {
		want = append(want, text)
	}
	folder := filepath.Join(t.TempDir(), "texts") + "/"
	args := append([]string{"dedup", "-q", in, "--keep", "earliest"}, flags...)
	must(t, append(args, "-o", folder, "--format", "text")...)
	err := filepath.WalkDir(folder, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(p) != ".txt" {
			return err
		}
		b, err := os.ReadFile(p)
		got = append(got, strings.TrimRight(string(b), "\n"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		want[i] = strings.TrimRight(want[i], "\n")
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.EqualFunc(want, got, alike) {
		t.Errorf("%v: a folder has the texts\n%q\nwant\n%q", flags, got, want)
	}
	if flags[0] == "--annotate" { // a line has no place for notes
		return
	}
	plain := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	lines := strings.Split(strings.TrimSuffix(must(t, append(args, "-o", "-", "--format", "lines")...), "\n"), "\n")
	for i := range lines {
		lines[i] = plain(lines[i])
	}
	for i := range want {
		want[i] = plain(want[i])
	}
	slices.Sort(want)
	slices.Sort(lines)
	if !slices.Equal(want, lines) {
		t.Errorf("%v: lines are\n%q\nwant\n%q", flags, lines, want)
	}
}
