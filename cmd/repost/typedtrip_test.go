package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// Tables of Parquet with columns of every type, alone and in lists, maps and groups, keep the
// type of each column and the bytes of each value; as JSON lines they say the same values.

// tripColumn is a column: a leaf with a random value, or an optional one, a list, a map or a
// group of such.
type tripColumn struct {
	name string
	node parquet.Node
	leaf func(r *rand.Rand) (parquet.Value, string) // a value, and what it is in JSON
	kind string                                     // "", "optional", "list", "map", "group"
	of   []*tripColumn
}

// tripValue is a value of a column: that of a leaf, or those of its elements. none says that
// an optional one has none.
type tripValue struct {
	none bool
	leaf parquet.Value
	json string
	of   []tripValue
}

// float16 is a type that the library reads and does not write.
type float16 struct{ parquet.Type }

func (float16) LogicalType() *format.LogicalType {
	return &format.LogicalType{Value: new(format.Float16Type)}
}

// tripTypes are the types of Parquet, and so those of Arrow that a file of it can hold.
func tripTypes() []*tripColumn {
	digits := func(n int64, scale int) string { // -1205, 2: -12.05
		sign, s := "", fmt.Sprint(n)
		if n < 0 {
			sign, s = "-", s[1:]
		}
		s = strings.Repeat("0", max(0, scale+1-len(s))) + s
		return sign + s[:len(s)-scale] + "." + s[len(s)-scale:]
	}
	var all []*tripColumn
	add := func(name string, n parquet.Node, leaf func(r *rand.Rand) (parquet.Value, string)) {
		all = append(all, &tripColumn{name: "v_" + name, node: n, leaf: leaf}) // no name of a date
	}
	for bits := 8; bits <= 64; bits *= 2 {
		add(fmt.Sprint("int", bits), parquet.Int(bits), func(r *rand.Rand) (parquet.Value, string) {
			n := int64(r.Uint64()) >> (64 - bits)
			if bits == 64 {
				return parquet.Int64Value(n), fmt.Sprint(n)
			}
			return parquet.Int32Value(int32(n)), fmt.Sprint(n)
		})
		add(fmt.Sprint("uint", bits), parquet.Uint(bits), func(r *rand.Rand) (parquet.Value, string) {
			n := r.Uint64() >> (64 - bits)
			if bits == 64 {
				return parquet.Int64Value(int64(n)), fmt.Sprint(n)
			}
			return parquet.Int32Value(int32(n)), fmt.Sprint(n)
		})
	}
	add("plain32", parquet.Leaf(parquet.Int32Type), func(r *rand.Rand) (parquet.Value, string) {
		n := int32(r.Uint32())
		return parquet.Int32Value(n), fmt.Sprint(n)
	})
	add("bool", parquet.Leaf(parquet.BooleanType), func(r *rand.Rand) (parquet.Value, string) {
		b := r.IntN(2) == 0
		return parquet.BooleanValue(b), fmt.Sprint(b)
	})
	add("half", parquet.Leaf(float16{parquet.FixedLenByteArrayType(2)}), func(r *rand.Rand) (parquet.Value, string) {
		n := r.IntN(1024)
		return parquet.FixedLenByteArrayValue([]byte{byte(n), 60 | byte(n>>8)}), fmt.Sprint(1 + float64(n)/1024) // 1 to 2
	})
	add("float", parquet.Leaf(parquet.FloatType), func(r *rand.Rand) (parquet.Value, string) {
		f := float32(r.IntN(1000)) / 8
		return parquet.FloatValue(f), fmt.Sprint(f)
	})
	add("double", parquet.Leaf(parquet.DoubleType), func(r *rand.Rand) (parquet.Value, string) {
		f := r.NormFloat64()
		if r.IntN(5) == 0 {
			return parquet.DoubleValue(math.Inf(1)), "null" // which JSON cannot say
		}
		return parquet.DoubleValue(f), fmt.Sprint(f)
	})
	for scale, of := range map[int]parquet.Type{2: parquet.Int32Type, 3: parquet.Int64Type} {
		add(fmt.Sprint("decimal", scale), parquet.Decimal(scale, 9*(scale-1), of), func(r *rand.Rand) (parquet.Value, string) {
			n := int32(r.IntN(2e6) - 1e6)
			v := parquet.Int32Value(n)
			if scale == 3 {
				v = parquet.Int64Value(int64(n))
			}
			return v, digits(int64(n), scale)
		})
	}
	add("decimal16", parquet.Decimal(4, 38, parquet.FixedLenByteArrayType(16)), func(r *rand.Rand) (parquet.Value, string) {
		n := int64(r.Uint64())
		b := bytes.Repeat([]byte{byte(n >> 63)}, 8) // the sign
		for i := range 8 {
			b = append(b, byte(n>>(56-8*i)))
		}
		return parquet.FixedLenByteArrayValue(b), digits(n, 4)
	})
	at := func(n int64, step time.Duration, form string) string {
		return time.Unix(0, n*int64(step)).UTC().Format(`"` + form + `"`)
	}
	const day = 24 * time.Hour
	add("day", parquet.Date(), func(r *rand.Rand) (parquet.Value, string) {
		n := r.Int64N(20000)
		return parquet.Int32Value(int32(n)), at(n, day, "2006-01-02")
	})
	for i, unit := range []parquet.TimeUnit{parquet.Millisecond, parquet.Microsecond, parquet.Nanosecond} {
		step := unit.Duration()
		for _, utc := range []bool{false, true} {
			add(fmt.Sprint("time", i, utc), parquet.TimeAdjusted(unit, utc), func(r *rand.Rand) (parquet.Value, string) {
				n := r.Int64N(int64(day / step))
				s := at(n, step, "15:04:05.999999999")
				if i == 0 {
					return parquet.Int32Value(int32(n)), s
				}
				return parquet.Int64Value(n), s
			})
			add(fmt.Sprint("moment", i, utc), parquet.TimestampAdjusted(unit, utc), func(r *rand.Rand) (parquet.Value, string) {
				n := r.Int64N(int64(20000 * day / step))
				layout := "2006-01-02T15:04:05.999999999"
				if utc { // what clocks show in no zone has none
					layout += "Z07:00"
				}
				return parquet.Int64Value(n), at(n, step, layout)
			})
		}
	}
	add("impala", parquet.Leaf(parquet.Int96Type), func(r *rand.Rand) (parquet.Value, string) {
		n := r.Int64N(20000)
		return parquet.Int96Value(deprecated.Int96{0, 0, uint32(2440588 + n)}), at(n, day, "2006-01-02T15:04:05Z")
	})
	word := func(r *rand.Rand) (parquet.Value, string) {
		s := []string{"", "词", "two words", `"quoted"`, "a\tb\nc", "😀", "NULL"}[r.IntN(7)]
		b, _ := json.Marshal(s)
		return parquet.ByteArrayValue([]byte(s)), string(b)
	}
	add("word", parquet.Encoded(parquet.String(), &parquet.RLEDictionary), word)
	add("enum", parquet.Enum(), word)
	add("json", parquet.JSON(), func(r *rand.Rand) (parquet.Value, string) {
		return parquet.ByteArrayValue([]byte(`{"k":[1]}`)), `"{\"k\":[1]}"`
	})
	add("bytes", parquet.Leaf(parquet.ByteArrayType), func(r *rand.Rand) (parquet.Value, string) {
		b := []byte{0xff, byte(r.IntN(256)), 0xfe}
		j, _ := json.Marshal(b)
		return parquet.ByteArrayValue(b), string(j)
	})
	add("fixed", parquet.Leaf(parquet.FixedLenByteArrayType(3)), func(r *rand.Rand) (parquet.Value, string) {
		b := []byte{byte(r.IntN(256)), 0, 0xfe}
		j, _ := json.Marshal(b)
		return parquet.FixedLenByteArrayValue(b), string(j)
	})
	add("uuid", parquet.UUID(), func(r *rand.Rand) (parquet.Value, string) {
		b := bytes.Repeat([]byte{byte(r.IntN(256))}, 16)
		return parquet.FixedLenByteArrayValue(b), fmt.Sprintf(`"%x-%x-%x-%x-%x"`, b[:4], b[4:6], b[6:8], b[8:10], b[10:])
	})
	return all
}

// tripSchema returns columns of all types, some of them in lists, maps and groups, each within
// another one or not.
func tripSchema(r *rand.Rand) []*tripColumn {
	types := tripTypes()
	var within func(c *tripColumn, depth int) *tripColumn
	within = func(c *tripColumn, depth int) *tripColumn {
		any := func() *tripColumn {
			x := *types[r.IntN(len(types))]
			return within(&x, depth-1)
		}
		optional := func(c *tripColumn) *tripColumn {
			if c.kind == "optional" {
				return c
			}
			return &tripColumn{node: parquet.Optional(c.node), kind: "optional", of: []*tripColumn{c}}
		}
		if depth == 0 {
			return c
		}
		switch r.IntN(5) {
		case 0:
			return optional(c)
		case 1:
			return &tripColumn{node: parquet.List(c.node), kind: "list", of: []*tripColumn{c}}
		case 2:
			e := optional(any())
			return optional(&tripColumn{node: parquet.List(e.node), kind: "list", of: []*tripColumn{e}})
		case 3:
			v := any()
			key := &tripColumn{node: parquet.String()}
			return &tripColumn{node: parquet.Map(key.node, v.node), kind: "map", of: []*tripColumn{key, v}}
		}
		a, b := any(), within(c, depth-1)
		a.name, b.name = "a", "b"
		return &tripColumn{node: parquet.Group{"a": a.node, "b": b.node}, kind: "group", of: []*tripColumn{a, b}}
	}
	for i, c := range types {
		name := c.name
		if c.kind == "" && r.IntN(2) == 0 {
			types[i] = within(c, 1+r.IntN(2))
		}
		types[i].name = name
	}
	return types
}

// random returns a value of a column.
func (c *tripColumn) random(r *rand.Rand) (v tripValue) {
	switch c.kind {
	case "":
		v.leaf, v.json = c.leaf(r)
	case "optional":
		if v.none = r.IntN(3) == 0; !v.none {
			v.of = []tripValue{c.of[0].random(r)}
		}
	case "list":
		for range r.IntN(4) {
			v.of = append(v.of, c.of[0].random(r))
		}
	case "map":
		for i := range r.IntN(3) {
			key := fmt.Sprint("k", i)
			v.of = append(v.of, tripValue{of: []tripValue{{leaf: parquet.ByteArrayValue([]byte(key)), json: fmt.Sprintf("%q", key)}, c.of[1].random(r)}})
		}
	case "group":
		v.of = []tripValue{c.of[0].random(r), c.of[1].random(r)}
	}
	return v
}

// say returns a value as JSON.
func (c *tripColumn) say(v tripValue) string {
	var parts []string
	switch {
	case c.kind == "":
		return v.json
	case v.none:
		return "null"
	case c.kind == "optional":
		return c.of[0].say(v.of[0])
	case c.kind == "list":
		for _, e := range v.of {
			parts = append(parts, c.of[0].say(e))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case c.kind == "map":
		for _, e := range v.of {
			parts = append(parts, e.of[0].json+":"+c.of[1].say(e.of[1]))
		}
	default:
		for i, e := range v.of {
			parts = append(parts, fmt.Sprintf("%q:%s", c.of[i].name, c.of[i].say(e)))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func (c *tripColumn) leaves() (n int) {
	if len(c.of) == 0 {
		return 1
	}
	for _, x := range c.of {
		n += x.leaves()
	}
	return n
}

// shred appends the values of a column to those of its leaves, numbered from first, with
// their levels (Melnik and others: Dremel, 2010). rep is the level of this value,
// def that of what is around it, and lists how many lists are around it.
func (c *tripColumn) shred(to [][]parquet.Value, first int, v tripValue, rep, def, lists int) {
	none := func() {
		for i := range c.leaves() {
			to[first+i] = append(to[first+i], parquet.NullValue().Level(rep, def, first+i))
		}
	}
	switch {
	case c.kind == "":
		to[first] = append(to[first], v.leaf.Level(rep, def, first))
	case c.kind == "optional" && v.none:
		none()
	case c.kind == "optional":
		c.of[0].shred(to, first, v.of[0], rep, def+1, lists)
	case c.kind == "group":
		for i, e := range v.of {
			c.of[i].shred(to, first, e, rep, def, lists)
			first += c.of[i].leaves()
		}
	case len(v.of) == 0:
		none()
	default: // a list, or a map
		for i, e := range v.of {
			if i > 0 {
				rep = lists + 1
			}
			if c.kind == "list" {
				c.of[0].shred(to, first, e, rep, def+1, lists+1)
				continue
			}
			c.of[0].shred(to, first, e.of[0], rep, def+1, lists+1)
			c.of[1].shred(to, first+1, e.of[1], rep, def+1, lists+1)
		}
	}
}

// typedTable writes records with an id, a text and random columns, some of them copies, and
// returns the rows that are kept and what these columns say in JSON.
func typedTable(t *testing.T, r *rand.Rand) (file []byte, kept []parquet.Row, said []string) {
	t.Helper()
	columns := tripSchema(r)
	for _, name := range []string{"id", "text"} {
		columns = append(columns, &tripColumn{name: name, node: parquet.String()})
	}
	slices.SortFunc(columns, func(a, b *tripColumn) int { return strings.Compare(a.name, b.name) }) // as the library does
	group := parquet.Group{}
	for _, c := range columns {
		group[c.name] = c.node
	}
	var b bytes.Buffer
	w := parquet.NewGenericWriter[any](&b, parquet.NewSchema("trip", group), parquet.MaxRowsPerRowGroup(7), parquet.PageBufferSize(100), parquet.Compression(&parquet.Snappy))
	for i := range 16 {
		id, text := fmt.Sprint("d", i), attackText(3*i)
		copied := i%4 == 3
		if copied {
			text = attackText(3 * (i - 1))
		}
		leaves := 0
		for _, c := range columns {
			leaves += c.leaves()
		}
		parts, first := make([][]parquet.Value, leaves), 0
		var says []string
		for _, c := range columns {
			v := tripValue{leaf: parquet.ByteArrayValue([]byte(id))}
			switch c.name {
			case "id":
			case "text":
				v.leaf = parquet.ByteArrayValue([]byte(text))
			default:
				v = c.random(r)
				says = append(says, fmt.Sprintf("%q:%s", c.name, c.say(v)))
			}
			c.shred(parts, first, v, 0, 0, 0)
			first += c.leaves()
		}
		row := slices.Concat(parts...)
		if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
			t.Fatal(err)
		}
		if !copied {
			kept, said = append(kept, row), append(said, "{"+strings.Join(says, ",")+"}")
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), kept, said
}

// typedFile returns what a file says of its columns, and its rows. (The annotations of the
// time before logical types are not looked at: the library adds one where a type implies it.)
func typedFile(t *testing.T, b []byte) (elements []string, rows []parquet.Row) {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range f.Metadata().Schema[1:] {
		elements = append(elements, fmt.Sprint(e.Name, e.Type, e.TypeLength, e.RepetitionType, e.NumChildren, e.Scale, e.Precision, e.LogicalType.String()))
	}
	for _, g := range f.RowGroups() {
		in := g.Rows()
		for {
			var one [1]parquet.Row
			n, err := in.ReadRows(one[:])
			for _, row := range one[:n] {
				rows = append(rows, row.Clone())
			}
			if n == 0 || err != nil {
				break
			}
		}
		in.Close()
	}
	return elements, rows
}

func TestRoundTripTypes(t *testing.T) {
	for seed := range trips(t) {
		file, kept, said := typedTable(t, rand.New(rand.NewPCG(seed, 12)))
		elements, _ := typedFile(t, file)
		dir := t.TempDir()
		for name, pack := range map[string]func(w io.Writer) error{
			"t.parquet": func(w io.Writer) error { _, err := w.Write(file); return err },
			"t.parquet.gz": func(w io.Writer) error {
				z := gzip.NewWriter(w)
				_, err := z.Write(file)
				return errors.Join(err, z.Close())
			},
			"t.zip": func(w io.Writer) error {
				z := zip.NewWriter(w)
				f, err := z.Create("below/t.parquet")
				if err == nil {
					_, err = f.Write(file)
				}
				return errors.Join(err, z.Close())
			},
			"t.tar.zst": func(w io.Writer) error {
				z, err := zstd.NewWriter(w)
				a := tar.NewWriter(z)
				err = errors.Join(err, a.WriteHeader(&tar.Header{Name: "t.parquet", Mode: 0o666, Size: int64(len(file))}))
				if err == nil {
					_, err = a.Write(file)
				}
				return errors.Join(err, a.Close(), z.Close())
			},
		} {
			in := filepath.Join(dir, name)
			var b bytes.Buffer
			if err := errors.Join(pack(&b), os.WriteFile(in, b.Bytes(), 0o666)); err != nil {
				t.Fatal(err)
			}
			where := fmt.Sprintf("seed %d: %s", seed, name)
			out := filepath.Join(t.TempDir(), "out.parquet")
			must(t, "dedup", "-q", in, "-o", out, "--keep", "earliest")
			got, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			gotElements, rows := typedFile(t, got)
			if diff := cmp.Diff(elements, gotElements); diff != "" {
				t.Errorf("%s: columns (-want +got)\n%s", where, diff)
			}
			sameRows(t, where, kept, rows)

			lines := filepath.Join(t.TempDir(), "out.jsonl")
			must(t, "dedup", "-q", in, "-o", lines, "--keep", "earliest")
			if got, err = os.ReadFile(lines); err != nil {
				t.Fatal(err)
			}
			sameJSON(t, where, said, got)
		}
	}
}

func sameRows(t *testing.T, where string, want, got []parquet.Row) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%s: %d rows, want %d", where, len(got), len(want))
	}
	for i, row := range want {
		if len(row) != len(got[i]) {
			t.Errorf("%s: row %d has %d values, want %d", where, i, len(got[i]), len(row))
			continue
		}
		for j, v := range row {
			if g := got[i][j]; !parquet.DeepEqual(v, g) {
				t.Errorf("%s: row %d, column %d: %+v, want %+v", where, i, v.Column(), g, v)
			}
		}
	}
}

// sameJSON compares records of JSON lines with objects that lack their id and text.
func sameJSON(t *testing.T, where string, want []string, lines []byte) {
	t.Helper()
	got := strings.Split(strings.TrimSpace(string(lines)), "\n")
	if len(got) != len(want) {
		t.Fatalf("%s: %d lines, want %d", where, len(got), len(want))
	}
	for i := range want {
		if diff := cmp.Diff(exactJSON(t, want[i]), exactJSON(t, got[i])); diff != "" {
			t.Errorf("%s: record %d (-want +got)\n%s", where, i, diff)
		}
	}
}

// exactJSON returns the members of an object other than id and text, numbers as written.
func exactJSON(t *testing.T, s string) map[string]any {
	t.Helper()
	var o map[string]any
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	if err := d.Decode(&o); err != nil {
		t.Fatalf("%v\n%s", err, s)
	}
	delete(o, "id")
	delete(o, "text")
	return o
}
