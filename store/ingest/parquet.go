package ingest

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	pqformat "github.com/parquet-go/parquet-go/format"
)

// Parquet, by github.com/parquet-go/parquet-go: pure Go, all encodings and codecs
// but LZO, and no wait for C libraries. It hands over rows as flat values with their
// levels; records are put together here (Melnik and others: Dremel, 2010, section 4),
// without reflection, since the columns are known at run time only.
//
// A row group is read a page of each column at a time: memory is the pages under way
// and one batch of rows, whatever the size of the file.

// parquetMagic begins and ends a file; that of one with an encrypted footer is PARE.
const (
	parquetMagic     = "PAR1"
	parquetEncrypted = "PARE"
)

// batchRows is how many rows are read at a time.
const batchRows = 64

// ParquetFile is Original.Header of Parquet: the columns and what the file says of itself.
type ParquetFile = parquet.File

// parquetRecords reads a file of size bytes, and hands it to header first.
// Groups give their members by dotted path. A row's place is its number: at is -1.
func parquetRecords(in io.ReaderAt, size int64, b *bounds, header func(*ParquetFile)) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		n := 0
		fail := func(err error) {
			yield(row{}, &Error{Record: n + 1, Byte: -1, Fatal: true, Err: err})
		}
		f, err := openReadable(in, size, b)
		if err != nil {
			n = -1
			fail(err)
			return
		}
		defer f.close()
		root := newParquetNode(f.Root(), 0, &parquetTypes{halves(f.File), namesTexts(f.File)})
		header(f.File)
		for i, g := range f.RowGroups() {
			if g.NumRows() == 0 {
				continue // as programs write them that filter a batch and write what is left
			}
			if err := checkPages(f.in, f.size, &f.Metadata().RowGroups[i]); err != nil {
				fail(err)
				return
			}
			for r, err := range groupRows(g, root) {
				if err != nil {
					fail(err)
					return
				}
				n++
				r.number, r.at = n, -1
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

// parquetRows reads a Parquet file. Header is its *ParquetFile.
func (r *run) parquetRows(s *source, in *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		at, size, closer, err := r.anyPlace(s, in)
		if err != nil {
			yield(row{}, err)
			return
		}
		defer closer()
		for w, err := range parquetRecords(at, size, s.bounds, func(f *ParquetFile) { s.header = f }) {
			if bomb := s.bounds.count(rowSize(w.fields)); err == nil && bomb != nil {
				err = bomb
			}
			for i := range w.fields {
				w.replaced += repairText(&w.fields[i].Value)
			}
			if !yield(w, err) || err != nil {
				return
			}
		}
	}
}

// rowSize returns about how many bytes a record unpacks to: run lengths let a few bytes
// stand for any number of rows.
func rowSize(fields []Field) int {
	n := 1
	for _, f := range fields {
		if s, ok := f.Value.(string); ok {
			n += len(s)
		}
		n++
	}
	return n
}

// repairText puts U+FFFD for what is no UTF-8 in a text, and counts it.
func repairText(v *any) (replaced int) {
	switch x := (*v).(type) {
	case string:
		if !utf8.ValidString(x) {
			s := strings.ToValidUTF8(x, "\ufffd")
			replaced = max(1, strings.Count(s, "\ufffd")-strings.Count(x, "\ufffd"))
			*v = s
		}
	case []any:
		for i := range x {
			replaced += repairText(&x[i])
		}
	case []Field:
		for i := range x {
			replaced += repairText(&x[i].Value)
		}
	}
	return replaced
}

// openParquet reads the schema and the place of the columns.
func openParquet(in io.ReaderAt, size int64) (f *parquet.File, err error) {
	defer damaged(&err)
	var magic [4]byte
	if size >= 8 {
		if _, err := in.ReadAt(magic[:], size-4); err != nil && err != io.EOF {
			return nil, err
		}
	}
	switch string(magic[:]) {
	case parquetEncrypted:
		return nil, errors.New("the Parquet file is encrypted: write it without encryption")
	case parquetMagic:
		var length [4]byte
		if _, err := in.ReadAt(length[:], size-8); err != nil {
			return nil, err
		}
		if int64(binary.LittleEndian.Uint32(length[:])) > size-12 {
			return nil, errDamagedParquet
		}
	default:
		return nil, errors.New("the Parquet file is cut short: its last four bytes are not PAR1")
	}
	f, err = parquet.OpenFile(in, size, &parquet.FileConfig{SkipPageIndex: true, SkipBloomFilters: true, ReadBufferSize: 64 << 10})
	if err != nil {
		return nil, parquetError(err)
	}
	return f, nil
}

// halves finds the columns whose numbers have 16 bits: the library forgets that they do.
func halves(f *parquet.File) map[int]bool {
	found, leaf := map[int]bool{}, 0
	for _, e := range f.Metadata().Schema {
		if n, group := e.NumChildren.Get(); group && n > 0 {
			continue
		}
		if _, half := e.LogicalType.Value.(*pqformat.Float16Type); half {
			found[leaf] = true
		}
		leaf++
	}
	return found
}

// parquetTypes are what the types of columns alone do not say.
type parquetTypes struct {
	halves map[int]bool // leaves of numbers of 16 bits
	texts  bool         // the file names its texts, so that what it does not name is binary
}

// namesTexts reports whether a file says of some column that it is text, or has the schema of a
// program that does.
func namesTexts(f *parquet.File) bool {
	for _, e := range f.Metadata().Schema {
		if _, text := e.LogicalType.Value.(*pqformat.StringType); text {
			return true
		}
		if converted, ok := e.ConvertedType.Get(); ok && converted == deprecated.UTF8 {
			return true
		}
	}
	_, arrow := f.Lookup("ARROW:schema")
	return arrow
}

// Bounds on a page, which the library allocates by what its header claims. Writers make
// pages of 1 MiB and 20,000 values; a page of one value over and over may hold a whole
// row group.
const (
	maxPageRatio  = 1024
	freePageSize  = 64 << 20
	maxPageValues = 16 << 20
)

// checkPages reads the headers of the pages of a row group, and refuses those that
// claim what cannot be.
func checkPages(in io.ReaderAt, size int64, g *pqformat.RowGroup) (err error) {
	defer damaged(&err)
	for i := range g.Columns {
		if err := eachPage(in, size, &g.Columns[i].MetaData, func(*pqformat.PageHeader, int64) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// groupRows reads the rows of a row group.
func groupRows(g parquet.RowGroup, root *parquetNode) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		rows, err := openRows(g)
		if err != nil {
			yield(row{}, err)
			return
		}
		defer rows.Close()
		batch := make([]parquet.Row, batchRows)
		columns := make([][]parquet.Value, root.leaves)
		for {
			read, err := readRows(rows, batch)
			for _, values := range batch[:read] {
				r, bad := assemble(root, columns, values)
				if bad != nil {
					yield(row{}, bad)
					return
				}
				if !yield(r, nil) {
					return
				}
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(row{}, err)
				return
			}
			if read == 0 {
				yield(row{}, errDamagedParquet)
				return
			}
		}
	}
}

func openRows(g parquet.RowGroup) (rows parquet.Rows, err error) {
	defer damaged(&err)
	return g.Rows(), nil
}

func readRows(rows parquet.Rows, batch []parquet.Row) (n int, err error) {
	defer damaged(&err)
	for i := range batch {
		batch[i] = batch[i][:0]
	}
	n, err = rows.ReadRows(batch)
	if err != nil && err != io.EOF {
		err = parquetError(err)
	}
	return n, err
}

var errDamagedParquet = errors.New("the Parquet file is damaged: its pages and its footer do not agree")

// damaged turns a panic of the library, which trusts the lengths within a file, into
// an error.
func damaged(err *error) {
	if p := recover(); p != nil {
		*err = errDamagedParquet
	}
}

// parquetError says what the library does not read, and keeps what the system said.
func parquetError(err error) error {
	text := err.Error()
	for _, codec := range []string{"LZO", "LZ4"} {
		if strings.Contains(text, codec) && strings.Contains(text, "codec") {
			return fmt.Errorf("the Parquet file is packed with %s, which is not read: write it with zstd or snappy", codec)
		}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errors.New("the Parquet file is cut short")
	}
	var disk *fs.PathError
	if errors.As(err, &disk) {
		return err
	}
	return errDamagedParquet // the words of the library say no more to a reader
}

// parquetNode is a column or a group of columns.
type parquetNode struct {
	name     string
	optional bool
	repeated bool
	def, rep int            // the level at which a value is there; the level of its repetition
	first    int            // the leaf column it begins with
	leaves   int            // how many columns are below it
	members  []*parquetNode // of a group
	list     bool           // a group that stands for a list
	mapped   bool           // a group that stands for a map
	convert  func(parquet.Value) any
}

// newParquetNode lays out a schema. first is the number of its first leaf.
func newParquetNode(c *parquet.Column, first int, types *parquetTypes) *parquetNode {
	n := &parquetNode{name: c.Name(), optional: c.Optional(), repeated: c.Repeated(), def: c.MaxDefinitionLevel(), rep: c.MaxRepetitionLevel(), first: first}
	if c.Leaf() {
		n.leaves, n.convert = 1, converter(c.Type(), types.texts)
		if types.halves[first] {
			n.convert = half16
		}
		return n
	}
	for _, m := range c.Columns() {
		member := newParquetNode(m, first+n.leaves, types)
		n.members = append(n.members, member)
		n.leaves += member.leaves
	}
	if len(n.members) == 1 && n.members[0].repeated {
		switch t := c.Type().LogicalType(); {
		case t != nil:
			_, n.list = t.Value.(*pqformat.ListType)
			_, n.mapped = t.Value.(*pqformat.MapType)
		case c.Type().ConvertedType() != nil:
			kind := *c.Type().ConvertedType()
			n.list, n.mapped = kind == deprecated.List, kind == deprecated.Map || kind == deprecated.MapKeyValue
		}
	}
	return n
}

// assemble makes a record of the values of a row. columns is space for them.
func assemble(root *parquetNode, columns [][]parquet.Value, values parquet.Row) (r row, err error) {
	defer damaged(&err)
	clear(columns)
	for from := 0; from < len(values); {
		column, to := values[from].Column(), from+1
		for to < len(values) && values[to].Column() == column {
			to++
		}
		columns[column] = values[from:to]
		from = to
	}
	for _, m := range root.members {
		r.nested = append(r.nested, Field{m.name, m.value(columns)})
	}
	r.fields, r.values = flatten(r.fields, "", r.nested), values
	return r, nil
}

// flatten appends the values of fields, those of a group or a map by dotted path.
func flatten(to []Field, prefix string, fields []Field) []Field {
	for _, f := range fields {
		if group, ok := f.Value.([]Field); ok {
			to = flatten(to, prefix+f.Name+".", group)
			continue
		}
		to = append(to, Field{prefix + f.Name, f.Value})
	}
	return to
}

// absent reports whether the next value of an optional or repeated node is null.
func (n *parquetNode) absent(columns [][]parquet.Value) bool {
	return (n.optional || n.repeated) && columns[n.first][0].DefinitionLevel() < n.def
}

// skip goes past the one null that each column below a node has for it.
func (n *parquetNode) skip(columns [][]parquet.Value) {
	for i := n.first; i < n.first+n.leaves; i++ {
		columns[i] = columns[i][1:]
	}
}

// value takes the next value of a node.
func (n *parquetNode) value(columns [][]parquet.Value) any {
	if n.absent(columns) {
		n.skip(columns)
		if n.repeated {
			return []any{}
		}
		return nil
	}
	if !n.repeated {
		return n.one(columns)
	}
	items := []any{}
	for {
		items = append(items, n.one(columns))
		if rest := columns[n.first]; len(rest) == 0 || rest[0].RepetitionLevel() != n.rep {
			return items
		}
	}
}

// one takes a value that is there.
func (n *parquetNode) one(columns [][]parquet.Value) any {
	if n.convert != nil {
		v := columns[n.first][0]
		columns[n.first] = columns[n.first][1:]
		return n.convert(v)
	}
	if n.list || n.mapped {
		items, _ := n.members[0].value(columns).([]any)
		if n.list {
			return unwrapped(items, n.members[0])
		}
		return pairs(items)
	}
	var o []Field
	for _, m := range n.members {
		o = append(o, Field{m.name, m.value(columns)})
	}
	return o
}

// unwrapped returns the elements of a list, which stand in a group of one member each
// (the three levels that the format asks for), or by themselves (older writers).
func unwrapped(items []any, repeated *parquetNode) []any {
	if len(repeated.members) != 1 || repeated.name == "array" {
		return items
	}
	for i, item := range items {
		if o, ok := item.([]Field); ok && len(o) == 1 {
			items[i] = o[0].Value
		}
	}
	return items
}

// pairs returns a map as an object.
func pairs(items []any) any {
	o := []Field{}
	for _, item := range items {
		if kv, ok := item.([]Field); ok && len(kv) == 2 {
			o = append(o, Field{fmt.Sprint(kv[0].Value), kv[1].Value})
		}
	}
	return o
}
