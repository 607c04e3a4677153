package export

import (
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/format"
)

// typedTree gives the columns of a file the types that the file says they have where the
// library forgets them: it reads a number of 16 bits (FLOAT16) as two bytes, and writes a
// column without values (UNKNOWN) without the physical type that other readers ask for. Values
// are encoded as in the file, where the library can; it takes the encoding of levels (RLE) for
// that of values that stand there plainly, and writes truth values in it wrongly.
type typedTree struct {
	elements  []format.SchemaElement // of the file, each before those it holds
	path      []string
	unordered [][]string // see ParquetSchema
}

func (t *typedTree) next() (e format.SchemaElement) {
	if len(t.elements) > 0 {
		e, t.elements = t.elements[0], t.elements[1:]
	}
	return e
}

func (t *typedTree) field(f parquet.Field) parquet.Field {
	e := t.next()
	t.path = append(t.path, f.Name())
	defer func() { t.path = t.path[:len(t.path)-1] }()
	if f.Leaf() {
		typ := f.Type()
		if _, null := e.LogicalType.Value.(*format.NullType); null {
			typ = parquet.Int32Type
		} else if e.LogicalType.Value == nil || typ.LogicalType() != nil {
			return &typedField{f, f.Type(), nil}
		}
		t.unordered = append(t.unordered, slices.Clone(t.path))
		return &typedField{f, &typedLeaf{typ, e.LogicalType}, nil}
	}
	old := f.Fields()
	fields, same := make([]parquet.Field, len(old)), true
	for i := range old {
		fields[i] = t.field(old[i])
		same = same && fields[i] == old[i]
	}
	if same {
		return f
	}
	return &typedField{f, f.Type(), fields}
}

// typedField is a field with another type or other fields.
type typedField struct {
	parquet.Field
	typ    parquet.Type
	fields []parquet.Field
}

func (f *typedField) Type() parquet.Type      { return f.typ }
func (f *typedField) Fields() []parquet.Field { return f.fields }

// Encoding implements parquet.Node. What stands plainly stays so: the library would write
// strings as lengths and bytes (DELTA_LENGTH_BYTE_ARRAY), which pyarrow cannot read into a
// column of its type dictionary.
func (f *typedField) Encoding() encoding.Encoding {
	e := f.Field.Encoding()
	if _, ok := f.typ.(*categoryLeaf); ok {
		return &parquet.RLEDictionary
	}
	if f.Leaf() && (e == nil || e.Encoding() == format.RLE) {
		return &parquet.Plain
	}
	return e
}

// Compression implements parquet.Node: nil is that of the writer.
func (f *typedField) Compression() compress.Codec { return nil }

// typedLeaf is a type that is written as another one.
type typedLeaf struct {
	parquet.Type
	logical format.LogicalType
}

func (t *typedLeaf) LogicalType() *format.LogicalType { return &t.logical }
func (t *typedLeaf) String() string                   { return t.logical.String() }
