package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// A round trip: whatever format records come in and go out, the kept ones have every field
// that they had, and in their own format every byte. The outputs are read by other programs'
// libraries, never by our readers.

// tripRecord is a record as all formats can hold it.
type tripRecord struct {
	ID    string `json:"id" parquet:"id"`
	Text  string `json:"text" parquet:"text"`
	Title string `json:"title" parquet:"title"`
	Notes string `json:"编者注" parquet:"编者注"`
	Empty string `json:"empty" parquet:"empty"`
}

var tripFields = []string{"id", "text", "title", "编者注", "empty"}

func (r *tripRecord) values() []string { return []string{r.ID, r.Text, r.Title, r.Notes, r.Empty} }

// tripRecords returns records whose cells hold what formats must quote, and copies of some.
func tripRecords(r *rand.Rand) (all, kept []tripRecord) {
	pieces := []string{`"`, `""`, ",", "\t", ";", "\n", "\r\n", "\\", `\n`, "'", "=1+1", "-2", "007", "1e5", "NULL", "null", "true", "{", "]", "&amp;", "<b>", "😀", "é", "한국", "“”", " ", "\u2028", "\u00a0", "x"}
	nasty := func(most int) string {
		var b strings.Builder
		for range r.IntN(most) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		return b.String()
	}
	for i := range 12 {
		d := tripRecord{ID: fmt.Sprintf("%c%02d", 'a'+r.IntN(26), i), Text: attackText(3*i) + "\n" + nasty(4) + "。", Title: nasty(8), Notes: nasty(8)}
		all = append(all, d)
		kept = append(kept, d)
		if i%3 == 0 {
			d.ID += "-copy"
			all = append(all, d)
		}
	}
	return all, kept
}

// tripWriters write a file of each format.
var tripWriters = map[string]func(w io.Writer, all []tripRecord) error{
	"in.jsonl": func(w io.Writer, all []tripRecord) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		for i := range all {
			if err := e.Encode(&all[i]); err != nil {
				return err
			}
		}
		return nil
	},
	"in.json": func(w io.Writer, all []tripRecord) error {
		b, err := json.MarshalIndent(all, "", " ")
		if err == nil {
			_, err = w.Write(b)
		}
		return err
	},
	"in.csv": func(w io.Writer, all []tripRecord) error { return tripTable(w, ',', all) },
	"in.tsv": func(w io.Writer, all []tripRecord) error { return tripTable(w, '\t', all) },
	"in.parquet": func(w io.Writer, all []tripRecord) error {
		p := parquet.NewGenericWriter[tripRecord](w)
		_, err := p.Write(all)
		return errors.Join(err, p.Close())
	},
}

func tripTable(w io.Writer, comma rune, all []tripRecord) error {
	c := csv.NewWriter(w)
	c.Comma = comma
	err := c.Write(tripFields)
	for i := range all {
		err = errors.Join(err, c.Write(all[i].values()))
	}
	c.Flush()
	return errors.Join(err, c.Error())
}

// tripRead reads an output: the fields of each record by name.
func tripRead(t *testing.T, path string) (rows []map[string]any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch filepath.Ext(path) {
	case ".jsonl":
		for d := json.NewDecoder(bytes.NewReader(b)); d.More() && err == nil; {
			var row map[string]any
			err = d.Decode(&row)
			rows = append(rows, row)
		}
	case ".json":
		err = json.Unmarshal(b, &rows)
	case ".csv", ".tsv":
		c := csv.NewReader(bytes.NewReader(b))
		if filepath.Ext(path) == ".tsv" {
			c.Comma = '\t'
		}
		var cells [][]string
		if cells, err = c.ReadAll(); err == nil {
			for _, cs := range cells[1:] {
				row := map[string]any{}
				for i, v := range cs {
					row[cells[0][i]] = v
				}
				rows = append(rows, row)
			}
		}
	case ".parquet":
		var f *parquet.File
		if f, err = parquet.OpenFile(bytes.NewReader(b), int64(len(b))); err == nil {
			p := parquet.NewReader(f)
			for err == nil {
				row := map[string]any{}
				if err = p.Read(&row); err == nil {
					rows = append(rows, row)
				}
			}
			if err == io.EOF {
				err = nil
			}
		}
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return rows
}

// alike compares two texts as a table of text can hold them: a library may write a line end
// another way.
func alike(a, b string) bool {
	plain := strings.NewReplacer("\r\n", "\n")
	return plain.Replace(a) == plain.Replace(b)
}

// trips is how many sets of records are tried: $REPOST_TRIPS, or 3.
func trips(t *testing.T) uint64 {
	n, err := strconv.ParseUint(cmp.Or(os.Getenv("REPOST_TRIPS"), "3"), 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRoundTrip(t *testing.T) {
	for seed := range trips(t) {
		all, kept := tripRecords(rand.New(rand.NewPCG(seed, 12)))
		dir := t.TempDir()
		for name, write := range tripWriters {
			var b bytes.Buffer
			var left bytes.Buffer // what the same program writes of those that are kept
			if err := errors.Join(write(&b, all), write(&left, kept)); err != nil {
				t.Fatal(err)
			}
			packed := filepath.Join(dir, name+".zip")
			var z bytes.Buffer
			zw := zip.NewWriter(&z)
			member, err := zw.Create("below/" + name)
			if err == nil {
				_, err = member.Write(b.Bytes())
			}
			err = errors.Join(err, zw.Close(), os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o666), os.WriteFile(packed, z.Bytes(), 0o666))
			if err != nil {
				t.Fatal(err)
			}
			for _, in := range []string{filepath.Join(dir, name), packed} {
				for to := range tripWriters {
					out := filepath.Join(t.TempDir(), "out"+filepath.Ext(to))
					must(t, "dedup", "-q", in, "-o", out, "--keep", "earliest")
					rows := tripRead(t, out)
					if len(rows) != len(kept) {
						t.Fatalf("seed %d: %s to %s: %d records are left of %d, want %d", seed, filepath.Base(in), to, len(rows), len(all), len(kept))
					}
					for n, row := range rows {
						for i, field := range tripFields {
							if got, _ := row[field].(string); !alike(got, kept[n].values()[i]) {
								t.Errorf("seed %d: %s to %s: %s of %s is %q, was %q", seed, filepath.Base(in), to, field, kept[n].ID, got, kept[n].values()[i])
							}
						}
					}
					got, err := os.ReadFile(out)
					if text := to == "in.jsonl" || to == "in.csv" || to == "in.tsv"; err != nil || text && to == name && !bytes.Equal(got, left.Bytes()) {
						t.Errorf("seed %d: %s to %s: %v, other bytes:\n%q\nwant\n%q", seed, filepath.Base(in), to, err, got, left.Bytes())
					}
				}
			}
		}
	}
}
