package export

import (
	"fmt"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/zeebo/xxh3"

	"repost/store/ingest"
)

// Categories. A column that Arrow has as a dictionary takes the order of its values, by which
// those of an ordered one compare, from the pages of dictionaries, and so do the values that no
// row has. The library fills a dictionary in the order in which rows come; here it begins with
// the values of the file.

// maxCategories is how many values of a column are kept in their order: pyarrow writes larger
// dictionaries (1 MiB) as plain values.
const maxCategories = 1 << 20

// categories returns the values of the dictionaries of column number leaf, in the order in which
// its row groups have them first; nil if it has none that can be read.
func categories(p *ingest.ParquetFile, leaf int) (values []parquet.Value) {
	defer func() {
		if recover() != nil { // the library trusts the lengths of a file; the reader says what is damaged
			values = nil
		}
	}()
	for _, g := range p.RowGroups() {
		pages, ok := g.ColumnChunks()[leaf].Pages().(*parquet.FilePages)
		if !ok {
			return nil
		}
		dict, err := pages.ReadDictionary()
		if err != nil || dict == nil || dict.Len() > maxCategories {
			pages.Close()
			continue
		}
		group := make([]parquet.Value, dict.Len())
		for i := range group {
			group[i] = dict.Index(int32(i)).Clone()
		}
		pages.Close()
		values = joinCategories(values, group)
	}
	return values
}

// joinCategories appends the values of b that a does not have.
func joinCategories(a, b []parquet.Value) []parquet.Value {
	if slices.EqualFunc(a, b, parquet.DeepEqual) {
		return a
	}
	seen := make(map[string]bool, len(a)+len(b))
	joined := make([]parquet.Value, 0, len(a)+len(b))
	for _, v := range slices.Concat(a, b) {
		if key := string(v.Bytes()); !seen[key] {
			seen[key] = true
			joined = append(joined, v)
		}
	}
	return joined
}

// categoriesOf names the values of all dictionaries: two files whose columns have others are joined.
func categoriesOf(g *orderedGroup) string {
	h := xxh3.New()
	n := 0
	for _, f := range g.order {
		leaf, ok := f.Type().(*categoryLeaf)
		if !f.Leaf() || !ok {
			continue
		}
		for _, v := range leaf.values {
			fmt.Fprintf(h, "%s %d %q\n", f.Name(), v.Kind(), v.Bytes())
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" %x", h.Sum64())
}

// withCategories returns a column whose dictionaries begin with some values.
func withCategories(f parquet.Field, values []parquet.Value) parquet.Field {
	if len(values) == 0 {
		return f
	}
	return &typedField{f, &categoryLeaf{f.Type(), values}, nil}
}

// categoryLeaf is a type whose dictionaries begin with some values.
type categoryLeaf struct {
	parquet.Type
	values []parquet.Value
}

// NewDictionary implements parquet.Type.
func (t *categoryLeaf) NewDictionary(column, n int, data encoding.Values) parquet.Dictionary {
	d := &categoryDictionary{t.Type.NewDictionary(column, n, data), t.values}
	d.fill()
	return d
}

type categoryDictionary struct {
	parquet.Dictionary
	values []parquet.Value
}

func (d *categoryDictionary) fill() {
	d.Insert(make([]int32, len(d.values)), d.values)
}

// Reset implements parquet.Dictionary: a row group ends.
func (d *categoryDictionary) Reset() {
	d.Dictionary.Reset()
	d.fill()
}
