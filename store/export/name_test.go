package export

import "testing"

// A name never says something else of a file than what is in it.
func TestResolve(t *testing.T) {
	for _, c := range []struct {
		name, asked string
		format      Format
		packing     Packing
		refused     bool
	}{
		{name: "a.jsonl", format: JSONLines},
		{name: "A.CSV.GZ", format: CSV, packing: Gzip},
		{name: "a.tsv.zstd", format: TSV, packing: Zstd},
		{name: "a.pq", format: Parquet},
		{name: "a.gz", packing: Gzip},
		{name: "v1.2", asked: "csv", format: CSV},
		{name: "a.data", asked: "jsonl.gz", format: JSONLines, packing: Gzip},
		{name: "a.json", asked: "jsonl", format: JSONLines},
		{name: "a.txt", asked: "tsv", format: TSV},
		{name: "a.jsonl.gz", asked: "jsonl.gz", format: JSONLines, packing: Gzip},
		{name: "a.jsonl.gz", asked: "jsonl", format: JSONLines, packing: Gzip},

		{name: "a.data", refused: true},
		{name: "a.data.gz", refused: true},
		{name: "v1.2", refused: true},
		{name: "a.xlsx", refused: true},
		{name: "a.rds", asked: "jsonl", refused: true},
		{name: "a.xlsx", asked: "csv", refused: true},
		{name: "a.jsonl.xz", refused: true},
		{name: "a.tar.gz", asked: "jsonl", refused: true},
		{name: "a.parquet.gz", refused: true},
		{name: "a.gz", asked: "parquet", refused: true},
		{name: "a.jsonl.gz.zst", refused: true},
		{name: "a.csv", asked: "jsonl", refused: true},
		{name: "a.parquet", asked: "csv", refused: true},
		{name: "a.txt", asked: "parquet", refused: true},
		{name: "a.jsonl", asked: "jsonl.gz", refused: true},
		{name: "a.jsonl.gz", asked: "jsonl.zst", refused: true},
	} {
		var format Format
		var packing Packing
		if c.asked != "" {
			var err error
			if format, packing, err = ParseFormat(c.asked); err != nil {
				t.Fatal(err)
			}
		}
		format, packing, err := Resolve(c.name, format, packing)
		if format != c.format || packing != c.packing || (err != nil) != c.refused {
			t.Errorf("%s as %q: %q, %q, %v", c.name, c.asked, format, packing, err)
		}
	}
	for _, s := range []string{"", "xlsx", "gz", "parquet.gz", "jsonl.xz", "jsonl.", ".gz", "jsonl.gz.gz"} {
		if f, p, err := ParseFormat(s); err == nil {
			t.Errorf("%q is %q, %q", s, f, p)
		}
	}
}
