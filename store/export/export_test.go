package export

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"repost/store/ingest"
)

// write writes records to a name below a folder.
func write(t testing.TB, name string, opt Options, records ...*Record) {
	t.Helper()
	w, err := Create(name, nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for _, r := range records {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// below lists the files in a folder, temporary ones too.
func below(t testing.TB, folder string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(folder, p)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestJSON(t *testing.T) {
	raw := []byte(`{"id": 1,  "score":1e2, "text":"渔汛\u4e00"}`)
	pretty := []byte("{\n  \"id\": \"a b\",\n  \"text\": \"二\"\n}")
	records := []*Record{{Raw: raw, Format: JSONLines}, {Raw: pretty, Format: JSONArray}, {Fields: []Field{named("b", "x<y"), named("a", nil), named("n", json.Number("1.50"))}}}
	for name, want := range map[string]string{
		"out.jsonl": string(raw) + "\n" + `{"id":"a b","text":"二"}` + "\n" + `{"b":"x<y","a":null,"n":1.50}` + "\n",
		"out.json":  "[\n" + string(raw) + ",\n" + string(pretty) + ",\n" + `{"b":"x<y","a":null,"n":1.50}` + "\n]\n",
	} {
		path := filepath.Join(t.TempDir(), name)
		write(t, path, Options{}, records...)
		if diff := cmp.Diff(want, read(t, path)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
	marks := filepath.Join(t.TempDir(), "marks.jsonl") // which a terminal would obey
	write(t, marks, Options{}, &Record{Fields: []Field{named("a", "\x1b\u009b\u202e\u2066\u2028\x7f\u00a0é")}})
	if got, want := read(t, marks), `{"a":"\u001b\u009b\u202e\u2066\u2028\u007f`+"\u00a0é\"}\n"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	empty := filepath.Join(t.TempDir(), "none.json")
	write(t, empty, Options{})
	if got := read(t, empty); got != "[]\n" {
		t.Errorf("no record: %q", got)
	}
}

// One member of an object is replaced, and all other bytes stay.
func TestSetMember(t *testing.T) {
	for _, test := range []struct{ in, path, want string }{
		{`{"a": 1 , "text" : "old" }`, "text", `{"a": 1 , "text" : "new" }`},
		{`{"a":{"text":"x","b":[1,2]},"text":"y"}`, "a.text", `{"a":{"text":"new","b":[1,2]},"text":"y"}`},
		{`{"text":"x","text":"y"}`, "text", `{"text":"x","text":"new"}`},
		{`{"a":"}"}`, "repost", `{"a":"}","repost":"new"}`},
		{"{\n  \"a\": 1\n}", "repost", "{\n  \"a\": 1,\"repost\":\"new\"\n}"},
		{`{}`, "repost", `{"repost":"new"}`},
	} {
		got, err := SetMember([]byte(test.in), strings.Split(test.path, "."), "new")
		if err != nil || string(got) != test.want {
			t.Errorf("%s, %s: got %s, %v, want %s", test.in, test.path, got, err, test.want)
		}
	}
	for _, bad := range []string{``, `[]`, `{"a":`, `{"a":1`} {
		if got, err := SetMember([]byte(bad), []string{"a"}, 1); err == nil {
			t.Errorf("%q: got %s", bad, got)
		}
	}
}

func FuzzSetMember(f *testing.F) {
	f.Add([]byte(`{"a":{"b":1},"text":"x"}`), "text", "new")
	f.Fuzz(func(t *testing.T, object []byte, name, value string) {
		got, err := SetMember(object, []string{name}, value)
		if err != nil {
			return
		}
		var m map[string]any
		if err := json.Unmarshal(got, &m); err != nil && json.Valid(object) {
			t.Fatalf("%s became %s: %v", object, got, err)
		}
	})
}

func TestTable(t *testing.T) {
	header := []byte("\ufeffid;text\r\n")
	rows := []*Record{
		{Raw: []byte("1;\"a;\"\"b\"\r\n"), Header: header, Format: CSV}, {Raw: []byte("2;c"), Header: header, Format: CSV},
	}
	path := filepath.Join(t.TempDir(), "out.csv")
	write(t, path, Options{}, rows...)
	if got, want := read(t, path), "\ufeffid;text\r\n1;\"a;\"\"b\"\r\n2;c\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	made := []*Record{{Fields: []Field{named("id", 7), named("text", "a\n\"b\","), named("tags", []any{"x", 1})}}, {Fields: []Field{named("text", "c")}}}
	write(t, path, Options{Columns: []Column{{"id", Integer}, {"text", String}, {"tags", String}}}, made...)
	got, err := csv.NewReader(strings.NewReader(read(t, path))).ReadAll()
	if want := [][]string{{"id", "text", "tags"}, {"7", "a\n\"b\",", `["x",1]`}, {"", "c", ""}}; err != nil || !cmp.Equal(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
}

// What goes into a Parquet file comes out of it: values of every kind, and none.
func TestParquet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := []Column{{"text", String}, {"n", Integer}, {"x", Number}, {"yes", Boolean}, {"a", String}, {"u", Unsigned}}
		var records []*Record
		var want [][]any
		for range rapid.IntRange(0, 40).Draw(t, "rows") {
			values := []any{
				rapid.StringN(0, 20, -1).Draw(t, "text"), rapid.Int64().Draw(t, "n"), rapid.Float64().Draw(t, "x"), rapid.Bool().Draw(t, "yes"), nil, rapid.Uint64().Draw(t, "u"),
			}
			r := &Record{}
			for i, v := range values {
				if rapid.IntRange(0, 4).Draw(t, "none") == 0 {
					values[i], v = nil, nil
				}
				r.Fields = append(r.Fields, named(columns[i].Name, v))
			}
			records, want = append(records, r), append(want, values)
		}
		var b bytes.Buffer
		var size int64
		e := newParquet(&b, &size, columns)
		for _, r := range records {
			if err := e.record(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := e.end(); err != nil {
			t.Fatal(err)
		}
		f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range f.Schema().Fields() {
			if c.Name() != columns[i].Name {
				t.Errorf("column %d is %q, want %q", i, c.Name(), columns[i].Name)
			}
		}
		var got [][]any
		for _, g := range f.RowGroups() {
			rows := g.Rows()
			buf := make([]parquet.Row, 7)
			for {
				n, err := rows.ReadRows(buf)
				for _, r := range buf[:n] {
					var values []any
					for _, v := range r {
						switch {
						case v.IsNull():
							values = append(values, nil)
						case v.Kind() == parquet.ByteArray:
							values = append(values, string(v.ByteArray()))
						case v.Kind() == parquet.Int64 && v.Column() == 5:
							values = append(values, v.Uint64())
						case v.Kind() == parquet.Int64:
							values = append(values, v.Int64())
						case v.Kind() == parquet.Double:
							values = append(values, v.Double())
						case v.Kind() == parquet.Boolean:
							values = append(values, v.Boolean())
						}
					}
					got = append(got, values)
				}
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// Lists are lists in Parquet, empty ones and none told apart; objects are JSON.
func TestParquetLists(t *testing.T) {
	records := []*Record{
		{Fields: []Field{named("tags", []any{"a", nil, "b"}), named("x", []any{json.Number("1"), json.Number("2.0")}), named("o", []Field{named("k", []any{[]Field{named("n", 1)}})})}},
		{Fields: []Field{named("tags", []any{}), named("x", nil), named("o", nil)}},
		{Fields: []Field{named("tags", nil), named("x", []any{json.Number("1e-7")}), named("o", "text")}},
	}
	var c Columns
	for _, r := range records {
		c.Add(r.Fields)
	}
	want := []Column{{"tags", List | String}, {"x", List | Number}, {"o", String}}
	if diff := cmp.Diff(want, c.List()); diff != "" {
		t.Errorf("columns (-want +got)\n%s", diff)
	}
	name := filepath.Join(t.TempDir(), "lists.parquet")
	write(t, name, Options{Columns: c.List()}, records...)
	choices, err := ingest.ParseFields("text=o")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for r, err := range ingest.Read([]string{name}, nil, ingest.Options{Originals: true, Fields: choices}) {
		if err != nil {
			got = append(got, "no text")
			continue
		}
		got = append(got, string(appendJSON(nil, r.Original.Fields)))
	}
	if diff := cmp.Diff([]string{
		`{"tags":["a",null,"b"],"x":[1,2],"o":"{\"k\":[{\"n\":1}]}"}`, "no text", `{"tags":null,"x":[1e-7],"o":"text"}`,
	}, got); diff != "" {
		t.Errorf("rows (-want +got)\n%s", diff)
	}
}

// A shard of Parquet ends when its records have the bytes, not when its row group does.
func TestParquetShards(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "parts")
	var records []*Record
	for range 20 {
		records = append(records, &Record{Fields: []Field{named("text", strings.Repeat("x", 100))}})
	}
	write(t, folder+"/", Options{Format: Parquet, Shard: 500, Columns: []Column{{"text", String}}}, records...)
	if parts := below(t, folder); len(parts) != 5 { // four, and the manifest
		t.Errorf("twenty records of 116 bytes in shards of 500: %v", parts)
	}
}

func TestColumns(t *testing.T) {
	var c Columns
	c.Add([]Field{named("id", json.Number("1")), named("x", json.Number("1")), named("yes", true), named("list", []any{"a"}), named("none", nil)})
	c.Add([]Field{named("id", "a"), named("x", 1.5), named("new", "y")})
	want := []Column{{"id", String}, {"x", Number}, {"yes", Boolean}, {"list", List | String}, {"none", Unknown}, {"new", String}}
	if diff := cmp.Diff(want, c.List()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, k := range []struct {
		values []any
		want   Kind
	}{
		{[]any{json.Number("1"), json.Number("-1"), int64(2)}, Integer},
		{[]any{json.Number("-1"), 1.5}, Number},
		{[]any{json.Number("1"), json.Number("9223372036854775808"), uint64(3)}, Unsigned},
		{[]any{json.Number("9223372036854775808"), json.Number("-1")}, String}, // no column holds both
		{[]any{json.Number("9223372036854775808"), 1.5}, String},               // a float has not the digits
		{[]any{[]any{json.Number("-1")}, []any{uint64(1)}}, List | Integer},
		{[]any{[]any{uint64(1)}, []any{uint64(1 << 63)}}, List | Unsigned},
	} {
		for range 2 {
			var c Columns
			for _, v := range k.values {
				c.Add([]Field{named("n", v)})
			}
			if got := c.List()[0].Kind; got != k.want {
				t.Errorf("%v: kind %d, want %d", k.values, got, k.want)
			}
			slices.Reverse(k.values)
		}
	}
}

// A number that a program wrote of a float is a number, however many digits it has; one that a
// float cannot hold stays a text.
func TestNumbers(t *testing.T) {
	for written, want := range map[string]Kind{
		"0.14285714285714285": Number, "0.1428571428571428": Number, "-2.220446049250313e-16": Number, "1.7976931348623157E308": Number, "12.50": Number, "0.0": Number,
		"0.142857142857142851": String, "3.14159265358979323846": String, "123456789012345678901": String, "1e400": String,
		"9223372036854775807": Integer, "9223372036854775808": Unsigned, "18446744073709551615": Unsigned, "18446744073709551616": String, "100000000000000000000000": Number,
	} {
		if got := kindOf(json.Number(written)); got != want {
			t.Errorf("%s: kind %d, want %d", written, got, want)
		}
	}
}

// Cells of a row that is written anew stand under their names, also after one that was \N.
func TestCells(t *testing.T) {
	r := &Record{Names: []string{"a", "b", "c", "d"}, Fields: []Field{named("a", "1"), named("c", "3"), named("column5", "5")}}
	if diff := cmp.Diff([]string{"1", `\N`, "3", "", "5"}, r.cells()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for row, want := range map[string]string{"1,\"a,\"\"b\",3,4\r\n": "1,\"a,\"\"b\"\r\n", "1,2,3": "", "1,\"2,3,4": ""} {
		first, ok := FirstCells([]byte(row), ',', 2, 4)
		if ok != (want != "") || ok && string(first) != want {
			t.Errorf("%q: %q, %v", row, first, ok)
		}
	}
}

// Shards are cut between records, in order, and the manifest says what each holds.
func TestShards(t *testing.T) {
	for _, packing := range []Packing{Plain, Gzip, Zstd} {
		folder := filepath.Join(t.TempDir(), "parts")
		var want strings.Builder
		var records []*Record
		for i := range 20 {
			raw := []byte(`{"n":"` + strings.Repeat(string(rune('a'+i)), 40) + `"}`)
			records = append(records, &Record{Raw: raw, Format: JSONLines})
			want.WriteString(string(raw) + "\n")
		}
		write(t, folder+"/", Options{Format: JSONLines, Packing: packing, Shard: 200}, records...)
		var m Manifest
		if err := json.Unmarshal([]byte(read(t, filepath.Join(folder, ingest.Manifest))), &m); err != nil {
			t.Fatal(err)
		}
		if m.Records != 20 || len(m.Files) != 4 || m.Format != JSONLines {
			t.Errorf("%q: manifest %+v", packing, m)
		}
		var got strings.Builder
		for _, f := range m.Files {
			b := read(t, filepath.Join(folder, f.Name))
			if int64(len(b)) != f.Bytes || len(f.SHA256) != 64 {
				t.Errorf("%s has %d bytes, the manifest says %+v", f.Name, len(b), f)
			}
			got.WriteString(unpacked(t, b, packing))
		}
		if got.String() != want.String() {
			t.Errorf("%q: the shards together are other bytes", packing)
		}
	}
}

func unpacked(t *testing.T, b string, packing Packing) string {
	t.Helper()
	var r io.Reader = strings.NewReader(b)
	switch packing {
	case Gzip:
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	case Zstd:
		z, err := zstd.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		r = z
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Nothing appears before Commit, and Abort leaves what was there.
func TestWhole(t *testing.T) {
	folder := t.TempDir()
	old := filepath.Join(folder, "out.jsonl")
	if err := os.WriteFile(old, []byte("old\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{old, filepath.Join(folder, "parts") + "/"} {
		w, err := Create(name, nil, Options{Format: JSONLines})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(&Record{Raw: []byte(`{"a":1}`), Format: JSONLines}); err != nil {
			t.Fatal(err)
		}
		if got := read(t, old); got != "old\n" {
			t.Errorf("before Commit: %q", got)
		}
		w.Abort()
	}
	if got := below(t, folder); !cmp.Equal(got, []string{"out.jsonl"}) || read(t, old) != "old\n" {
		t.Errorf("left: %q", got)
	}
}

// A full disk is said with the name of the file, and nothing is left.
func TestFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full")
	}
	w, err := Create("/dev/full", nil, Options{Format: JSONLines})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	line := []byte(`{"a":"` + strings.Repeat("x", 1<<20) + `"}`)
	for range 3 {
		err = errors.Join(err, w.Write(&Record{Raw: line, Format: JSONLines}))
	}
	err = errors.Join(err, w.Commit())
	if !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "writing /dev/full: ") {
		t.Errorf("got %v", err)
	}
}

func TestRefused(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "here"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{folder, folder + "/", filepath.Join(folder, "here", "out.jsonl"), filepath.Join(folder, "out.txt")} {
		if w, err := Create(name, nil, Options{}); err == nil {
			w.Abort()
			t.Errorf("%s was taken", name)
		}
	}
	if got := below(t, folder); !cmp.Equal(got, []string{"here"}) {
		t.Errorf("left: %q", got)
	}
}

// Texts go to files of their names, which never lead out of the folder or to one another.
func TestTexts(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "texts")
	write(t, folder+"/", Options{Format: Text},
		&Record{Name: "a/b.txt", Raw: []byte("\ufeff一\r\n"), Format: Text},
		&Record{Name: "../../etc/passwd", Fields: []Field{named("text", "二")}},
		&Record{Name: "/A/B.txt", Fields: []Field{named("text", "三")}},
		&Record{Name: "http://x.example/a?b", Fields: []Field{named("text", "四")}},
		&Record{Name: "_manifest.json", Fields: []Field{named("text", "五")}},
		&Record{Name: strings.Repeat("长", 200) + ".txt", Fields: []Field{named("text", "六")}})
	got := map[string]string{}
	for _, name := range below(t, folder) {
		if name != ingest.Manifest {
			got[name] = read(t, filepath.Join(folder, filepath.FromSlash(name)))
		}
	}
	want := map[string]string{
		"a/b.txt": "\ufeff一\r\n", "__/__/etc/passwd.txt": "二", "A/B-2.txt": "三", "http_/x.example/a_b.txt": "四",
		"_manifest.json.txt": "五", strings.Repeat("长", 65) + ".txt": "六",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
