package export

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

// The values of a dictionary keep their order, and those that no row has stay, in every row group;
// of two files, those of the second come after.
func TestCategories(t *testing.T) {
	folder := t.TempDir()
	file := func(name string, values ...string) (*parquet.File, []*Record) {
		path := filepath.Join(folder, name)
		root := &orderedGroup{Group: parquet.Group{}}
		root.add("dur", parquet.Leaf(parquet.Int64Type))
		var order []parquet.Value
		for _, v := range values {
			order = append(order, parquet.ByteArrayValue([]byte(v)))
		}
		one := parquet.Group{"kind": parquet.Encoded(parquet.String(), &parquet.RLEDictionary)}
		root.Group["kind"], root.order = one["kind"], append(root.order, withCategories(one.Fields()[0], order))
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w := parquet.NewGenericWriter[any](f, parquet.NewSchema("t", root), parquet.KeyValueMetadata(arrowSchema, arrowTable))
		for i := range 4 {
			row := parquet.Row{parquet.Int64Value(int64(i)).Level(0, 0, 0), parquet.ByteArrayValue([]byte(values[len(values)-1-i%2])).Level(0, 0, 1)}
			if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
				t.Fatal(err)
			}
			if i == 1 {
				if err := w.Flush(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		return readRows(t, path)
	}
	check := func(path string, want ...string) {
		t.Helper()
		p, _ := readRows(t, path)
		for _, g := range p.RowGroups() {
			pages := g.ColumnChunks()[1].Pages().(*parquet.FilePages)
			dict, err := pages.ReadDictionary()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i := range dict.Len() {
				got = append(got, dict.Index(int32(i)).String())
			}
			pages.Close()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", filepath.Base(path), diff)
			}
		}
	}
	first, rows := file("first.parquet", "unused", "z", "y", "x")
	copied := filepath.Join(folder, "copied.parquet")
	write(t, copied, Options{Schema: SchemaOf(first)}, rows...)
	check(copied, "unused", "z", "y", "x")
	second, more := file("second.parquet", "w", "y", "last")
	joined := filepath.Join(folder, "joined.parquet")
	if a, b := SchemaOf(first), SchemaOf(second); a.String() == b.String() {
		t.Error("two files with other values are taken for one table")
	}
	write(t, joined, Options{Schema: JoinParquet([]*ParquetSchema{SchemaOf(first), SchemaOf(second)}, nil)}, append(rows, more...)...)
	check(joined, "unused", "z", "y", "x", "w", "last")
}

// readRows opens a file and returns its rows.
func readRows(t *testing.T, path string) (*parquet.File, []*Record) {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	info, err := in.Stat()
	if err != nil {
		t.Fatal(err)
	}
	p, err := parquet.OpenFile(in, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	s := SchemaOf(p)
	var list []*Record
	for _, g := range p.RowGroups() {
		rows := g.Rows()
		batch := make([]parquet.Row, g.NumRows())
		if n, _ := rows.ReadRows(batch); int64(n) != g.NumRows() {
			t.Fatalf("%d rows of %d", n, g.NumRows())
		}
		for _, row := range batch {
			list = append(list, &Record{Row: row.Clone(), Schema: s, Format: Parquet})
		}
		rows.Close()
	}
	return p, list
}
