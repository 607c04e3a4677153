package export

import (
	"slices"

	"github.com/parquet-go/parquet-go"
)

// Files of Parquet often differ a little: one has a column more, another a wider number.
// JoinParquet makes one table of them. A column that has the same type wherever it is stays
// what it is, without values in the rows of files that have it not. Where types differ, it is
// made anew, as for rows of another format. A row costs what copying it costs.

// parquetJoin says where the columns of a joined table are in the files.
type parquetJoin struct {
	columns []Column               // what they are where they are made anew, and Unknown elsewhere
	files   map[string]*joinedFile // by their schemas
	leaves  []int                  // how many columns of values each has
	starts  []int                  // and which is the first
}

// joinedFile says which columns of values of a file are those of each column of the table.
type joinedFile struct {
	from   []int  // the first; -1 is none
	deeper []bool // the column may be without a value, and in the file it may not
}

// JoinParquet returns the schema of a table of rows of several files, whose Record.Schema is
// one of these. columns are what the fields of all rows are.
func JoinParquet(schemas []*ParquetSchema, columns []Column) *ParquetSchema {
	kinds := map[string]Kind{}
	for _, c := range columns {
		kinds[c.Name] = c.Kind
	}
	j := &parquetJoin{files: map[string]*joinedFile{}}
	for _, s := range schemas {
		j.files[s.text] = &joinedFile{}
	}
	root := &orderedGroup{Group: parquet.Group{}}
	var arrow []arrowField
	leaves := 0
	for _, name := range joinedNames(schemas) {
		f, same := joinedField(schemas, name)
		column := Column{Name: name}
		if same {
			arrow = append(arrow, f.arrow)
		} else {
			if column.Kind = kinds[name]; column.Kind&^List == Unknown {
				column.Kind |= String
			}
			f.node = parquet.Optional(node(column.Kind))
			arrow = append(arrow, arrowField{column: column})
		}
		root.add(name, f.node)
		n := countLeaves(f.node)
		j.columns, j.leaves, j.starts = append(j.columns, column), append(j.leaves, n), append(j.starts, leaves)
		leaves += n
		for _, s := range schemas {
			from, deeper := -1, false
			if at, own := s.column(name); own != nil && same {
				from, deeper = at, f.node.Optional() && own.Required()
			}
			file := j.files[s.text]
			file.from, file.deeper = append(file.from, from), append(file.deeper, deeper)
		}
	}
	joined := &ParquetSchema{schema: parquet.NewSchema(schemas[0].schema.Name(), root), metadata: schemas[0].metadata, joined: j}
	for _, s := range schemas {
		joined.unordered = append(joined.unordered, s.unordered...)
	}
	if !slices.ContainsFunc(schemas, func(s *ParquetSchema) bool { return s.arrow == "" }) {
		joined.arrow, _ = joinArrow(schemas[0].arrow, arrow) // of files whose types cannot be read there are none
		joined.types = arrowTypes(joined.arrow)
	}
	return joined
}

// Remade returns the columns of a joined table that are made anew, since files have other types
// for them.
func (s *ParquetSchema) Remade() (names []string) {
	if s.joined == nil {
		return nil
	}
	for _, c := range s.joined.columns {
		if c.Kind != Unknown {
			names = append(names, c.Name)
		}
	}
	return names
}

// joinedNames returns the names of the columns of all files, in the order in which they
// come first.
func joinedNames(schemas []*ParquetSchema) (names []string) {
	seen := map[string]bool{}
	for _, s := range schemas {
		for _, f := range s.schema.Fields() {
			if !seen[f.Name()] {
				seen[f.Name()] = true
				names = append(names, f.Name())
			}
		}
	}
	return names
}

// joinedColumn is a column as files have it.
type joinedColumn struct {
	node  parquet.Node
	arrow arrowField
}

// joinedField returns the column of this name, and whether it has one type in all files.
func joinedField(schemas []*ParquetSchema, name string) (c joinedColumn, same bool) {
	var first parquet.Field
	var type0 string
	var values []parquet.Value
	optional := false
	for _, s := range schemas {
		_, f := s.column(name)
		if f == nil {
			optional = true // or a list without elements
			continue
		}
		i := slices.IndexFunc(s.schema.Fields(), func(g parquet.Field) bool { return g.Name() == name })
		typ := ""
		if i < len(s.types) {
			typ = s.types[i]
		}
		optional = optional || f.Optional()
		if leaf, ok := f.Type().(*categoryLeaf); ok {
			values = joinCategories(values, leaf.values)
		}
		if first == nil {
			first, type0, c.arrow = f, typ, arrowField{of: s.arrow, index: i}
		} else if typ != type0 || !sameColumn(first, f) {
			return c, false
		}
	}
	first = withCategories(first, values)
	c.node = first
	if optional && first.Required() {
		c.node = parquet.Optional(first)
	}
	return c, true
}

// sameColumn reports whether two columns differ at most in whether a value may be missing.
func sameColumn(a, b parquet.Node) bool {
	if a.Repeated() || b.Repeated() {
		return parquet.EqualNodes(a, b)
	}
	return parquet.EqualNodes(parquet.Required(a), parquet.Required(b))
}

func countLeaves(n parquet.Node) int {
	if n.Leaf() {
		return 1
	}
	sum := 0
	for _, f := range n.Fields() {
		sum += countLeaves(f)
	}
	return sum
}

// column returns a column of the file, and which column of values it begins with.
func (s *ParquetSchema) column(name string) (first int, f parquet.Field) {
	for _, f := range s.schema.Fields() {
		if f.Name() == name {
			return first, f
		}
		first += countLeaves(f)
	}
	return -1, nil
}

// row appends a row of the joined table.
func (j *parquetJoin) row(to parquet.Row, r *Record) parquet.Row {
	file := j.files[r.Schema.text]
	var at []int // where the values of each column of the file begin
	for i, v := range r.Row {
		for len(at) <= v.Column() {
			at = append(at, i)
		}
	}
	at = append(at, len(r.Row))
	for i, c := range j.columns {
		from := file.from[i]
		switch {
		case from >= 0 && from+j.leaves[i] < len(at):
			shift := 0
			if file.deeper[i] {
				shift = 1
			}
			for _, v := range r.Row[at[from]:at[from+j.leaves[i]]] {
				to = append(to, v.Level(v.RepetitionLevel(), v.DefinitionLevel()+shift, v.Column()-from+j.starts[i]))
			}
		case c.Kind != Unknown:
			v, _ := r.field(c.Name)
			to = appendValue(to, c.Kind, v, j.starts[i])
		default:
			for leaf := range j.leaves[i] {
				to = append(to, parquet.NullValue().Level(0, 0, j.starts[i]+leaf))
			}
		}
	}
	return to
}
