package export

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// arrowTable is what pyarrow says of three columns: dur, a duration in milliseconds; kind, a
// dictionary of texts; vec, lists of two numbers.
const arrowTable = "/////zABAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAEAAAATP///wQAAAADAAAA4AAAAHwAAAAEAAAAPP///wAAARAUAAAAIAAAAAQAAAABAAAAHAAAAAMAAAB2" +
	"ZWMAAAAGAAgABAAGAAAAAgAAAHD///8AAAEDEAAAABwAAAAEAAAAAAAAAAQAAABpdGVtAAAGAAgABgAGAAAAAAABABAAGAAIAAYABwAMABAAFAAQAAAAAAABBRQAAABAAAAA" +
	"IAAAAAQAAAAAAAAABAAAAGtpbmQAAAAACAAIAAAABAAIAAAADAAAAAgADAAIAAcACAAAAAAAAAEgAAAAzP///xAAFAAIAAYABwAMAAAAEAAQAAAAAAABEhAAAAAYAAAABAAA" +
	"AAAAAAADAAAAZHVyAAQABAAEAAAA"

// Fields can be added and joined, and what was there stays.
func TestArrowFields(t *testing.T) {
	value, err := withFields(arrowTable, []Column{{"kept", Boolean}, {"by", List | String}, {"n", Integer}, {"x", Number}, {"why", String}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"duration in milliseconds", "dictionary", "lists of 2", "", "", "", "", ""}
	if diff := cmp.Diff(want, arrowTypes(value)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var kinds []byte
	b, _, _, fields := openArrow(value)
	for i := range b.count(fields) {
		field := b.follow(fields + 4 + 4*i)
		kinds = append(kinds, b[b.slot(field, 2)])
		if i >= 3 && b.count(b.follow(b.slot(field, 5))) < 0 {
			t.Errorf("field %d has no list of children, which Arrow asks for", i)
		}
	}
	if want := []byte{arrowDuration, arrowText, arrowFixedList, arrowBool, arrowList, arrowInt, arrowFloat, arrowText}; !cmp.Equal(kinds, want) {
		t.Errorf("types %d, want %d", kinds, want)
	}
	joined, err := joinArrow(arrowTable, []arrowField{{of: value, index: 3}, {of: arrowTable, index: 2}, {column: Column{"a", String}}, {of: value, index: 0}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"", "lists of 2", "", "duration in milliseconds"}, arrowTypes(joined)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// What a file claims of its types is never trusted.
func FuzzArrowFields(f *testing.F) {
	f.Add(arrowTable)
	f.Add("")
	f.Add("/////wgAAAAEAAAA")
	f.Fuzz(func(t *testing.T, value string) {
		types := arrowTypes(value)
		if more, err := withFields(value, []Column{{"by", List | String}}); err == nil && len(arrowTypes(more)) != len(types)+1 {
			t.Errorf("%d types, and %d with one more", len(types), len(arrowTypes(more)))
		}
	})
}

// plainRow is a table that the library can make; typedRow has other types and columns.
type plainRow struct {
	ID   string   `parquet:"id"`
	N    int32    `parquet:"n"`
	Half [2]byte  `parquet:"half"`
	Day  int32    `parquet:"day,date"`
	List []string `parquet:"list,list"`
}

type typedRow struct {
	Extra *string `parquet:"extra"`
	ID    string  `parquet:"id"`
	N     int64   `parquet:"n"`
	Day   int32   `parquet:"day,date"`
}

// halves gives the column half of a file its type.
func halves(s *ParquetSchema) *ParquetSchema {
	root := &orderedGroup{Group: parquet.Group{}}
	for _, f := range s.schema.Fields() {
		if f.Name() == "half" {
			f = &typedField{f, &typedLeaf{f.Type(), format.LogicalType{Value: new(format.Float16Type)}}, nil}
		}
		root.Group[f.Name()], root.order = f, append(root.order, f)
	}
	return &ParquetSchema{schema: parquet.NewSchema("halves", root)}
}

// A copy has the types of the file, also those the library does not know, with and without
// notes; files with different columns make one table.
func TestParquetCopy(t *testing.T) {
	folder := t.TempDir()
	var b bytes.Buffer
	if err := parquet.Write(&b, []plainRow{{"a", 1, [2]byte{0, 0x3c}, 20000, []string{"x", "y"}}, {"b", 2, [2]byte{0, 0x40}, 20001, nil}}); err != nil {
		t.Fatal(err)
	}
	first, second, third := filepath.Join(folder, "plain.parquet"), filepath.Join(folder, "half.parquet"), filepath.Join(folder, "typed.parquet")
	if err := os.WriteFile(first, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	rows := func(name string) (list []*Record, s *ParquetSchema) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		s = SchemaOf(p)
		var two [2]parquet.Row
		if n, err := p.RowGroups()[0].Rows().ReadRows(two[:]); n != 2 {
			t.Fatal(n, err)
		}
		for i, row := range two {
			r := &Record{Row: row.Clone(), Schema: s, Format: Parquet}
			r.Fields = []Field{named("n", int64(i)+1<<40)} // where it is made anew
			r.Annotate("note", []Field{named("kept", i == 0), named("by", []any{"a", "b"})})
			list = append(list, r)
		}
		return list, s
	}
	records, schema := rows(first)
	write(t, second, Options{Schema: halves(schema)}, records...)
	records, schema = rows(second)
	write(t, third, Options{Schema: schema, Notes: NoteColumns("note", records[0].noted)}, records...)
	if got, schema := rows(third); !cmp.Equal(elementTypes(t, third)[3], "FLOAT16") || len(schema.schema.Columns()) != 7 || len(got[0].Row) != 9 {
		t.Errorf("types %q, %d columns, row %v", elementTypes(t, third), len(schema.schema.Columns()), got[0].Row)
	}

	b.Reset()
	more := "more"
	if err := parquet.Write(&b, []typedRow{{&more, "c", 1 << 40, 3}, {nil, "d", 4, 5}}); err != nil {
		t.Fatal(err)
	}
	fourth, joined := filepath.Join(folder, "other.parquet"), filepath.Join(folder, "joined.parquet")
	if err := os.WriteFile(fourth, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	others, other := rows(fourth)
	s := JoinParquet([]*ParquetSchema{schema, other}, []Column{{"n", Integer}})
	write(t, joined, Options{Schema: s, Notes: NoteColumns("note", records[0].noted)}, append(records, others...)...)
	var got []joinedRow
	got, err := parquet.ReadFile[joinedRow](joined)
	if err != nil {
		t.Fatal(err)
	}
	n, yes, no := func(i int64) *int64 { return &i }, true, false
	day := func(i int32) *int32 { return &i }
	by := []string{"a", "b"}
	want := []joinedRow{
		{"a", n(1 << 40), &[2]byte{0, 0x3c}, day(20000), []string{"x", "y"}, nil, &yes, by},
		{"b", n(1<<40 + 1), &[2]byte{0, 0x40}, day(20001), []string{}, nil, &no, by},
		{"c", n(1 << 40), nil, day(3), []string{}, &more, &yes, by},
		{"d", n(1<<40 + 1), nil, day(5), []string{}, nil, &no, by},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if types := s.Types(); types["day"] != "date" || types["n"] != "" {
		t.Errorf("types %q", types)
	}
}

type joinedRow struct {
	ID    string   `parquet:"id"`
	N     *int64   `parquet:"n"`
	Half  *[2]byte `parquet:"half"`
	Day   *int32   `parquet:"day,date"`
	List  []string `parquet:"list,list"`
	Extra *string  `parquet:"extra"`
	Kept  *bool    `parquet:"note_kept"`
	By    []string `parquet:"note_by,list"`
}

// elementTypes returns what a file says of its columns.
func elementTypes(t *testing.T, name string) (types []string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range f.Metadata().Schema {
		typ := ""
		if e.LogicalType.Value != nil {
			typ = e.LogicalType.String()
		}
		types = append(types, typ)
	}
	return types
}
