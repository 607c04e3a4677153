package export

import (
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"
)

// parquetEncoder writes rows of plain values, each column optional: what pandas, DuckDB
// and Spark read as columns of text, integers, numbers and truth values. Columns are
// packed with zstd. A row group ends after rowGroupBytes, so that memory is bounded.
type parquetEncoder struct {
	w       *parquet.GenericWriter[any]
	columns []Column
	row     parquet.Row
	pending int
}

// rowGroupBytes is how much text a row group holds, about.
const rowGroupBytes = 32 << 20

func newParquet(w io.Writer, columns []Column) *parquetEncoder {
	root := &orderedGroup{Group: parquet.Group{}}
	for _, c := range columns {
		root.add(c.Name, parquet.Optional(node(c.Kind)))
	}
	return &parquetEncoder{w: parquetWriter(w, parquet.NewSchema("repost", root)), columns: columns}
}

func parquetWriter(w io.Writer, schema *parquet.Schema) *parquet.GenericWriter[any] {
	return parquet.NewGenericWriter[any](w, schema, parquet.Compression(&parquet.Zstd), parquet.PageBufferSize(256<<10))
}

func node(k Kind) parquet.Node {
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
		value := parquetValue(c.Kind, v)
		level := 1
		if value.IsNull() {
			level = 0
		}
		if c.Kind == String || c.Kind == Unknown {
			e.pending += len(value.ByteArray())
		}
		e.row = append(e.row, value.Level(0, level, i))
	}
	e.pending += 16 * len(e.columns)
	if _, err := e.w.WriteRows([]parquet.Row{e.row}); err != nil {
		return err
	}
	if e.pending < rowGroupBytes {
		return nil
	}
	e.pending = 0
	return e.w.Flush()
}

func (e *parquetEncoder) end() error { return e.w.Close() }

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

// ParquetSchema is the columns of a Parquet file as they are, ParquetRow a row of them.
type (
	ParquetSchema = parquet.Schema
	ParquetRow    = parquet.Row
)

// parquetCopier writes rows of a Parquet file as they stand there, with its schema and the
// columns of notes behind.
type parquetCopier struct {
	w       *parquet.GenericWriter[any]
	columns []Column // of notes
	leaves  int      // columns before them
	row     parquet.Row
	pending int
}

func newParquetCopier(w io.Writer, schema *parquet.Schema, notes []Column) *parquetCopier {
	e := &parquetCopier{columns: notes, leaves: len(schema.Columns())}
	if len(notes) > 0 {
		root := &orderedGroup{Group: parquet.Group{}}
		for _, f := range schema.Fields() {
			root.Group[f.Name()], root.order = f, append(root.order, f)
		}
		for _, c := range notes {
			root.add(c.Name, parquet.Optional(node(c.Kind)))
		}
		schema = parquet.NewSchema(schema.Name(), root)
	}
	e.w = parquetWriter(w, schema)
	return e
}

func (e *parquetCopier) record(r *Record) error {
	if r.Row == nil {
		return fmt.Errorf("a record of another format in a table of Parquet that is copied")
	}
	e.row = append(e.row[:0], r.Row...)
	for i, c := range e.columns {
		value := parquetValue(c.Kind, r.note(c.Name))
		level := 1
		if value.IsNull() {
			level = 0
		}
		e.row = append(e.row, value.Level(0, level, e.leaves+i))
	}
	for _, v := range e.row {
		if k := v.Kind(); k == parquet.ByteArray || k == parquet.FixedLenByteArray {
			e.pending += len(v.ByteArray())
		}
		e.pending += 16
	}
	if _, err := e.w.WriteRows([]parquet.Row{e.row}); err != nil {
		return err
	}
	if e.pending < rowGroupBytes {
		return nil
	}
	e.pending = 0
	return e.w.Flush()
}

func (e *parquetCopier) end() error { return e.w.Close() }

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
			return &ParquetRows{Schema: p.Schema(), file: f, groups: p.RowGroups(), path: path}, nil
		}
	}
	f.Close()
	return nil, parquetError(path, err)
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
