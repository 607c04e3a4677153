package export

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"repost/store/ingest"
)

// parquetEncoder writes rows of plain values and lists of them, each column optional: what
// pandas, DuckDB and Spark read as columns of text, integers, numbers, truth values, and
// lists. Columns are packed with zstd.
type parquetEncoder struct {
	rowWriter
	columns []Column
	row     parquet.Row
}

// rowWriter writes rows. A row group ends after rowGroupBytes, so that memory is bounded.
type rowWriter struct {
	w       *parquet.GenericWriter[any]
	total   *int64 // bytes of all rows before they are packed
	pending int    // of the row group under way
}

func (w *rowWriter) write(row parquet.Row) error {
	size := 0
	for _, v := range row {
		if k := v.Kind(); k == parquet.ByteArray || k == parquet.FixedLenByteArray {
			size += len(v.ByteArray())
		}
		size += 16
	}
	w.pending += size
	*w.total += int64(size)
	if _, err := w.w.WriteRows([]parquet.Row{row}); err != nil {
		return err
	}
	if w.pending < rowGroupBytes {
		return nil
	}
	w.pending = 0
	return w.w.Flush()
}

func (w *rowWriter) end() error { return w.w.Close() }

// rowGroupBytes is how much text a row group holds, about.
const rowGroupBytes = 32 << 20

func newParquet(w io.Writer, total *int64, columns []Column) *parquetEncoder {
	root := &orderedGroup{Group: parquet.Group{}}
	for _, c := range columns {
		root.add(c.Name, parquet.Optional(node(c.Kind)))
	}
	return &parquetEncoder{rowWriter: rowWriter{parquetWriter(w, parquet.NewSchema("repost", root)), total, 0}, columns: columns}
}

func parquetWriter(w io.Writer, schema *parquet.Schema, more ...parquet.WriterOption) *parquet.GenericWriter[any] {
	more = append(more, schema, parquet.Compression(&parquet.Zstd), parquet.PageBufferSize(256<<10))
	return parquet.NewGenericWriter[any](w, more...)
}

func node(k Kind) parquet.Node {
	if k&List != 0 {
		return parquet.List(parquet.Optional(node(k &^ List)))
	}
	switch k {
	case Integer:
		return parquet.Leaf(parquet.Int64Type)
	case Unsigned:
		return parquet.Uint(64)
	case Number:
		return parquet.Leaf(parquet.DoubleType)
	case Boolean:
		return parquet.Leaf(parquet.BooleanType)
	}
	return parquet.String()
}

// orderedGroup is a group whose columns stand in the order in which they were added: the
// library's own sorts them by name.
type orderedGroup struct {
	parquet.Group
	order []parquet.Field
}

func (g *orderedGroup) Fields() []parquet.Field { return g.order }

func (g *orderedGroup) add(name string, n parquet.Node) {
	if _, twice := g.Group[name]; twice {
		return
	}
	g.Group[name] = n
	one := parquet.Group{name: n}
	g.order = append(g.order, one.Fields()...)
}

func (e *parquetEncoder) record(r *Record) error {
	e.row = e.row[:0]
	for i, c := range e.columns {
		v, ok := r.field(c.Name)
		if !ok {
			v = r.note(c.Name)
		}
		e.row = appendValue(e.row, c.Kind, v, i)
	}
	return e.write(e.row)
}

// appendValue appends a value, or the elements of a list.
func appendValue(row parquet.Row, k Kind, v any, column int) parquet.Row {
	if k&List != 0 {
		return appendList(row, k&^List, v, column)
	}
	return append(row, leveled(parquetValue(k, v), column))
}

// leveled places a value, or none, in an optional column.
func leveled(v parquet.Value, column int) parquet.Value {
	if v.IsNull() {
		return v.Level(0, 0, column)
	}
	return v.Level(0, 1, column)
}

// appendList appends the elements of an optional list of optional elements: definition
// level 0 is no list, 1 an empty one, 2 an element that is none, 3 one that is there.
func appendList(row parquet.Row, k Kind, v any, column int) parquet.Row {
	items, ok := v.([]any)
	switch {
	case !ok:
		return append(row, parquet.NullValue().Level(0, 0, column))
	case len(items) == 0:
		return append(row, parquet.NullValue().Level(0, 1, column))
	}
	for i, item := range items {
		value, level := parquetValue(k, item), 3
		if value.IsNull() {
			level = 2
		}
		row = append(row, value.Level(min(i, 1), level, column))
	}
	return row
}

// parquetValue returns a value as its column has it; what does not fit is none.
func parquetValue(k Kind, v any) parquet.Value {
	switch {
	case v == nil:
		return parquet.NullValue()
	case k == Integer:
		if n, ok := integer(v); ok {
			return parquet.Int64Value(n)
		}
		return parquet.NullValue()
	case k == Unsigned:
		if n, ok := unsigned(v); ok {
			return parquet.Int64Value(int64(n)) // which the column reads as unsigned
		}
		return parquet.NullValue()
	case k == Number:
		if f, ok := number(v); ok {
			return parquet.DoubleValue(f)
		}
		return parquet.NullValue()
	case k == Boolean:
		b, ok := v.(bool)
		if !ok {
			return parquet.NullValue()
		}
		return parquet.BooleanValue(b)
	}
	return parquet.ByteArrayValue([]byte(text(v)))
}

// ParquetRow is a row of a Parquet file as it stands there.
type ParquetRow = parquet.Row

// ParquetSchema is what rows of a Parquet file need to be written as they are.
type ParquetSchema struct {
	schema   *parquet.Schema
	metadata []parquet.WriterOption // what the file says of itself, as pandas and Arrow write it
	arrow    string                 // of that, the types of Arrow; "" if there are none
	types    []string               // of the columns, where Parquet does not have them
	// unordered are columns whose least and greatest values the library cannot say.
	unordered []parquet.WriterOption
	text      string       // tells schemas apart
	leaves    []int        // column of the file → column of this schema, or -1; nil is all as they are
	joined    *parquetJoin // of files with different columns
}

// String returns the schema: files whose strings are equal have the same columns.
func (s *ParquetSchema) String() string { return s.text }

// Types returns the names of the types that columns have and that a column of text, numbers,
// truth values or lists of those has not, by column.
func (s *ParquetSchema) Types() map[string]string {
	types := map[string]string{}
	for i, f := range s.schema.Fields() {
		if t := typeName(f); t != "" {
			types[f.Name()] = t
		}
		if i < len(s.types) && s.types[i] != "" {
			types[f.Name()] = s.types[i]
		}
	}
	return types
}

// Kinds returns what columns hold as newParquet would have them, by column: lists that are all
// empty are lists of numbers, too, if the file says so.
func (s *ParquetSchema) Kinds() map[string]Kind {
	kinds := map[string]Kind{}
	for _, f := range s.schema.Fields() {
		kinds[f.Name()] = kindOfNode(f)
	}
	return kinds
}

func kindOfNode(n parquet.Node) Kind {
	if !n.Leaf() {
		if fields := n.Fields(); len(fields) == 1 && fields[0].Repeated() {
			if inner := fields[0].Fields(); len(inner) == 1 && inner[0].Leaf() {
				return List | kindOfNode(inner[0])
			}
		}
		return Unknown
	}
	if logical := n.Type().LogicalType(); logical != nil {
		number, ok := logical.Value.(*format.IntType)
		switch {
		case !ok:
			return String
		case !number.IsSigned && number.BitWidth == 64:
			return Unsigned
		}
		return Integer
	}
	switch n.Type().Kind() {
	case parquet.Boolean:
		return Boolean
	case parquet.Int32, parquet.Int64:
		return Integer
	case parquet.Float, parquet.Double:
		return Number
	}
	return String
}

// typeName names the type of a column, or returns "" for one that newParquet has too.
func typeName(n parquet.Node) string {
	if !n.Leaf() {
		if fields := n.Fields(); len(fields) == 1 && fields[0].Repeated() {
			if inner := fields[0].Fields(); len(inner) == 1 && inner[0].Leaf() && typeName(inner[0]) == "" {
				return ""
			} else if len(inner) == 2 {
				return "map"
			}
			return "list"
		}
		return "struct"
	}
	if logical := n.Type().LogicalType(); logical != nil {
		switch logical.Value.(type) {
		case *format.StringType, *format.IntType, *format.EnumType, *format.JsonType, *format.Float16Type, *format.NullType:
			return ""
		}
		name, _, _ := strings.Cut(logical.String(), "(")
		return strings.ToLower(name)
	}
	switch n.Type().Kind() {
	case parquet.Int96:
		return "timestamp"
	case parquet.ByteArray, parquet.FixedLenByteArray:
		return "binary"
	}
	return ""
}

// parquetCopier writes rows of a Parquet file as they stand there, with its schema, what it
// says of itself, and the columns of notes after its own.
type parquetCopier struct {
	rowWriter
	columns []Column // of notes
	leaves  int      // columns before them
	row     parquet.Row
	joined  *parquetJoin
}

func newParquetCopier(w io.Writer, total *int64, s *ParquetSchema, notes []Column) (*parquetCopier, error) {
	schema, options, arrow := s.schema, slices.Concat(s.metadata, s.unordered), s.arrow
	if len(notes) > 0 {
		root := &orderedGroup{Group: parquet.Group{}}
		for _, f := range schema.Fields() {
			root.Group[f.Name()], root.order = f, append(root.order, f)
		}
		for _, c := range notes {
			root.add(c.Name, parquet.Optional(node(c.Kind)))
		}
		schema = parquet.NewSchema(schema.Name(), root)
		if arrow != "" {
			var err error
			if arrow, err = withFields(arrow, notes); err != nil {
				return nil, err
			}
		}
	}
	if arrow != "" {
		options = append(options, parquet.KeyValueMetadata(arrowSchema, arrow))
	}
	return &parquetCopier{
		rowWriter: rowWriter{parquetWriter(w, schema, options...), total, 0},
		columns:   notes, leaves: len(s.schema.Columns()), joined: s.joined,
	}, nil
}

func (e *parquetCopier) record(r *Record) error {
	if r.Row == nil {
		return fmt.Errorf("a record of another format in a table of Parquet that is copied")
	}
	if e.joined == nil {
		e.row = append(e.row[:0], r.Row...)
	} else {
		e.row = e.joined.row(e.row[:0], r)
	}
	for i, c := range e.columns {
		e.row = appendValue(e.row, c.Kind, r.note(c.Name), e.leaves+i)
	}
	return e.write(e.row)
}

// SchemaOf returns the schema of a file.
func SchemaOf(p *ingest.ParquetFile) *ParquetSchema {
	s := &ParquetSchema{}
	for _, kv := range p.Metadata().KeyValueMetadata {
		if kv.Key == arrowSchema {
			s.arrow = kv.Value
		} else {
			s.metadata = append(s.metadata, parquet.KeyValueMetadata(kv.Key, kv.Value))
		}
	}
	t := &typedTree{elements: p.Metadata().Schema}
	t.next() // the root
	root := &orderedGroup{Group: parquet.Group{}}
	for _, f := range p.Schema().Fields() {
		f = t.field(f)
		root.Group[f.Name()], root.order = f, append(root.order, f)
	}
	s.types = arrowTypes(s.arrow)
	leaf := 0
	for i, f := range root.order {
		if i < len(s.types) && s.types[i] == "dictionary" && f.Leaf() {
			root.order[i] = withCategories(f, categories(p, leaf))
			root.Group[f.Name()] = root.order[i]
		}
		leaf += countLeaves(f)
	}
	s.schema = parquet.NewSchema(p.Schema().Name(), root)
	s.text = s.schema.String() + strings.Join(s.types, ",") + categoriesOf(root)
	for _, path := range t.unordered {
		s.unordered = append(s.unordered, parquet.SkipPageBounds(path...))
	}
	return s
}

// Without returns the schema without some of its columns.
func (s *ParquetSchema) Without(drop map[string]bool) *ParquetSchema {
	rest := &ParquetSchema{metadata: s.metadata, unordered: s.unordered}
	root := &orderedGroup{Group: parquet.Group{}}
	var arrow []arrowField
	next := 0
	for i, f := range s.schema.Fields() {
		for range countLeaves(f) {
			if drop[f.Name()] {
				rest.leaves = append(rest.leaves, -1)
				continue
			}
			rest.leaves = append(rest.leaves, next)
			next++
		}
		if !drop[f.Name()] {
			root.Group[f.Name()], root.order = f, append(root.order, f)
			arrow = append(arrow, arrowField{of: s.arrow, index: i})
		}
	}
	rest.schema = parquet.NewSchema(s.schema.Name(), root)
	if s.arrow != "" {
		rest.arrow, _ = joinArrow(s.arrow, arrow) // types that cannot be read are not kept
		rest.types = arrowTypes(rest.arrow)
	}
	rest.text = rest.schema.String() + strings.Join(rest.types, ",") + categoriesOf(root)
	return rest
}

// Columns returns the names of the columns.
func (s *ParquetSchema) Columns() (names []string) {
	for _, f := range s.schema.Fields() {
		names = append(names, f.Name())
	}
	return names
}

// Row returns a row of the file as the schema has it.
func (s *ParquetSchema) Row(row ParquetRow) ParquetRow {
	if s.leaves == nil {
		return row
	}
	rest := row[:0]
	for _, v := range row {
		if to := s.leaves[v.Column()]; to >= 0 {
			rest = append(rest, v.Level(v.RepetitionLevel(), v.DefinitionLevel(), to))
		}
	}
	return rest
}
