package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"repost/store/export"
)

// A manifest is true: each file that it names is there with those bytes, that hash and that
// many records, and no other file is.
func TestManifest(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, from, to int) string {
		t.Helper()
		var b bytes.Buffer
		for i := from; i < to; i++ {
			fmt.Fprintf(&b, "{\"id\":\"d%d\",\"text\":%q}\n", i, attackText(3*i))
		}
		path := filepath.Join(dir, "in", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	one := write("a.jsonl", 0, 25)
	write("below/a.jsonl", 20, 30) // five copies
	write("b.json", 30, 31)
	in := filepath.Dir(one)
	for name, args := range map[string][]string{
		"a file each":        {"-o", "out/"},
		"a file each, noted": {"-o", "out/", "--annotate"},
		"one part":           {"-o", "out/", "--format", "jsonl"},
		"shards":             {"-o", "out/", "--shard-size", "2kB"},
		"shards in gzip":     {"-o", "out/", "--format", "jsonl.gz", "--shard-size", "2kB"},
		"shards in zstd":     {"-o", "out/", "--format", "csv.zst", "--shard-size", "2kB"},
		"shards of TSV":      {"-o", "out/", "--format", "tsv", "--shard-size", "1kB"},
		"shards of arrays":   {"-o", "out/", "--format", "json.gz", "--shard-size", "1kB"},
		"shards of Parquet":  {"-o", "out/", "--format", "parquet", "--shard-size", "2kB"},
		"texts":              {"-o", "out/", "--format", "text"},
		"texts in gzip":      {"-o", "out/", "--format", "text.gz"},
		"a file":             {"-o", "out.jsonl"},
		"a file in gzip":     {"-o", "out.csv.gz"},
		"a file in zstd":     {"-o", "out.jsonl.zst"},
		"a file of Parquet":  {"-o", "out.parquet"},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), args[1])
			manifest, folder := filepath.Join(out, "_manifest.json"), out
			if !strings.HasSuffix(args[1], "/") {
				folder = filepath.Dir(out)
				manifest = filepath.Join(t.TempDir(), "manifest.json")
				args = append(args, "--manifest", manifest)
			}
			if strings.HasSuffix(args[1], "/") {
				out += "/"
			}
			must(t, slices.Concat([]string{"dedup", "-q", in, "-o", out}, args[2:])...)
			want := 31
			if slices.Contains(args, "--annotate") {
				want = 36
			}
			trueManifest(t, manifest, folder, want)
		})
	}
}

func trueManifest(t *testing.T, name, folder string, records int) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var m export.Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	found := export.Manifest{Format: m.Format}
	for _, said := range m.Files {
		b, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(said.Name)))
		if err != nil {
			t.Fatal(err)
		}
		hash := sha256.Sum256(b)
		n := countRecords(t, said.Name, b)
		found.Files = append(found.Files, export.FileInfo{Name: said.Name, Records: n, Bytes: int64(len(b)), SHA256: hex.EncodeToString(hash[:])})
		found.Records += n
		found.Bytes += int64(len(b))
	}
	if diff := cmp.Diff(found, m); diff != "" {
		t.Errorf("the manifest is not what is there (-there +said)\n%s", diff)
	}
	if m.Records != records {
		t.Errorf("%d records, want %d", m.Records, records)
	}
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(folder, path)
		if err == nil && !d.IsDir() && path != name && !slices.ContainsFunc(m.Files, func(f export.FileInfo) bool { return f.Name == filepath.ToSlash(rel) }) {
			t.Errorf("%s is in no manifest", rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// countRecords counts the records of a file by its name, with no reader of ours.
func countRecords(t *testing.T, name string, b []byte) int {
	t.Helper()
	var err error
	switch filepath.Ext(name) {
	case ".gz":
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(b)); err == nil {
			b, err = io.ReadAll(z)
		}
		name = strings.TrimSuffix(name, ".gz")
	case ".zst":
		var z *zstd.Decoder
		if z, err = zstd.NewReader(bytes.NewReader(b)); err == nil {
			b, err = io.ReadAll(z)
			z.Close()
		}
		name = strings.TrimSuffix(name, ".zst")
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	n := 0
	switch filepath.Ext(name) {
	case ".parquet":
		var f *parquet.File
		if f, err = parquet.OpenFile(bytes.NewReader(b), int64(len(b))); err == nil {
			n = int(f.NumRows())
		}
	case ".csv", ".tsv":
		c := csv.NewReader(bytes.NewReader(b))
		if filepath.Ext(name) == ".tsv" {
			c.Comma = '\t'
		}
		var rows [][]string
		rows, err = c.ReadAll()
		n = len(rows) - 1
	case ".txt":
		n = 1
	default: // objects, or arrays of them
		for d := json.NewDecoder(bytes.NewReader(b)); err == nil && d.More(); {
			var v any
			if err = d.Decode(&v); err == nil {
				n++
			}
			if all, ok := v.([]any); ok {
				n += len(all) - 1
			}
		}
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}
