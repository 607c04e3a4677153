package export

import (
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/parquet-go/parquet-go"
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
		if c.Kind&List != 0 {
			e.row = appendList(e.row, c.Kind&^List, v, i)
			continue
		}
		e.row = append(e.row, leveled(parquetValue(c.Kind, v), i))
	}
	return e.write(e.row)
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
	arrow    parquet.WriterOption   // of that, the types of Arrow; nil if there are none
}

// String returns the schema: files whose strings are equal have the same columns.
func (s *ParquetSchema) String() string { return s.schema.String() }

// arrowSchema is the name under which Arrow keeps its types, column by column: durations,
// time zones, dictionaries. It reads a file wrongly that has other columns than this says.
const arrowSchema = "ARROW:schema"

// parquetCopier writes rows of a Parquet file as they stand there, with its schema, what it
// says of itself, and the columns of notes after its own.
type parquetCopier struct {
	rowWriter
	columns []Column // of notes
	leaves  int      // columns before them
	row     parquet.Row
}

func newParquetCopier(w io.Writer, total *int64, s *ParquetSchema, notes []Column) *parquetCopier {
	schema, options := s.schema, s.metadata
	if len(notes) > 0 {
		root := &orderedGroup{Group: parquet.Group{}}
		for _, f := range schema.Fields() {
			root.Group[f.Name()], root.order = f, append(root.order, f)
		}
		for _, c := range notes {
			root.add(c.Name, parquet.Optional(node(c.Kind)))
		}
		schema = parquet.NewSchema(schema.Name(), root)
	} else if s.arrow != nil {
		options = append(slices.Clip(options), s.arrow)
	}
	return &parquetCopier{
		rowWriter: rowWriter{parquetWriter(w, schema, options...), total, 0},
		columns:   notes, leaves: len(s.schema.Columns()),
	}
}

func (e *parquetCopier) record(r *Record) error {
	if r.Row == nil {
		return fmt.Errorf("a record of another format in a table of Parquet that is copied")
	}
	e.row = append(e.row[:0], r.Row...)
	for i, c := range e.columns {
		e.row = append(e.row, leveled(parquetValue(c.Kind, r.note(c.Name)), e.leaves+i))
	}
	return e.write(e.row)
}

// ParquetRows reads the rows of a file as they stand.
type ParquetRows struct {
	Schema *ParquetSchema
	file   *os.File
	groups []parquet.RowGroup
	rows   parquet.Rows
	buf    [1]parquet.Row
	n      int // rows read
	path   string
}

// OpenParquet opens a file.
func OpenParquet(path string) (*ParquetRows, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		var p *parquet.File
		if p, err = parquet.OpenFile(f, info.Size()); err == nil {
			return &ParquetRows{Schema: parquetSchema(p), file: f, groups: p.RowGroups(), path: path}, nil
		}
	}
	f.Close()
	return nil, parquetError(path, err)
}

func parquetSchema(p *parquet.File) *ParquetSchema {
	s := &ParquetSchema{schema: p.Schema()}
	for _, kv := range p.Metadata().KeyValueMetadata {
		if option := parquet.KeyValueMetadata(kv.Key, kv.Value); kv.Key == arrowSchema {
			s.arrow = option
		} else {
			s.metadata = append(s.metadata, option)
		}
	}
	return s
}

// Row returns row n, from 1; rows are asked for in order. It is valid until the next call.
func (p *ParquetRows) Row(n int) (ParquetRow, error) {
	for p.n < n {
		if p.rows == nil {
			if len(p.groups) == 0 {
				return nil, parquetError(p.path, io.ErrUnexpectedEOF)
			}
			p.rows, p.groups = p.groups[0].Rows(), p.groups[1:]
		}
		read, err := p.rows.ReadRows(p.buf[:])
		p.n += read
		if read > 0 {
			continue
		}
		if err != nil && err != io.EOF {
			return nil, parquetError(p.path, err)
		}
		if err := p.rows.Close(); err != nil {
			return nil, parquetError(p.path, err)
		}
		p.rows = nil
	}
	return p.buf[0], nil
}

// Close releases the file.
func (p *ParquetRows) Close() error {
	if p.rows != nil {
		p.rows.Close()
	}
	return p.file.Close()
}

// parquetError puts an error of the library in words.
func parquetError(path string, err error) error {
	return fmt.Errorf("reading %s: the Parquet file cannot be read: %w", path, err)
}
