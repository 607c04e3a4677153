package export

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"repost/shingle"
)

// Kind is the type of a column.
type Kind uint8

// The kinds. What is no plain value, or not of one kind in all records, is a String: objects
// and lists of lists stand in it as JSON.
const (
	Unknown Kind = iota // no record has a value
	String
	Integer
	Unsigned // an integer of which some are 2^63 or more and none is below 0
	Number
	Boolean

	negative // an integer of which some are below 0: never unsigned

	// List with one of the above is a list of such values; in a table of text it is JSON.
	List Kind = 1 << 7
)

// Column is a column of a table.
type Column struct {
	Name string
	Kind Kind
}

// Columns collects which fields records have, in the order in which they come first, and
// of which kinds they are: what a table needs to know before its first row.
type Columns struct {
	list  []Column
	at    map[string]int
	mixed map[int]bool // columns with text in some records, and with numbers or the like in others
	wide  map[int]bool // columns with an integer that no float holds for certain
}

// Add notes the fields of a record.
func (c *Columns) Add(fields []Field) {
	if c.at == nil {
		c.at = map[string]int{}
	}
	for _, f := range fields {
		i, ok := c.at[f.Name]
		if !ok {
			i = len(c.list)
			c.at[f.Name] = i
			c.list = append(c.list, Column{Name: f.Name})
		}
		was, is := c.list[i].Kind, kindOf(f.Value)
		kind := join(was, is)
		if isWide(f.Value) {
			if c.wide == nil {
				c.wide = map[int]bool{}
			}
			c.wide[i] = true
		}
		if kind&^List == Number && c.wide[i] {
			kind = kind&List | String // the digits of both
		}
		if kind&^List == String && (was&^List != String && was&^List != Unknown || is&^List != String && is&^List != Unknown) {
			if c.mixed == nil {
				c.mixed = map[int]bool{}
			}
			c.mixed[i] = true
		}
		c.list[i].Kind = kind
	}
}

// Mixed returns the names of columns that are text because some records have text there, and
// others numbers, truth values, lists or objects.
func (c *Columns) Mixed() (names []string) {
	for i, k := range c.list {
		if c.mixed[i] {
			names = append(names, k.Name)
		}
	}
	return names
}

// List returns the columns.
func (c *Columns) List() []Column {
	list := slices.Clone(c.list)
	for i, k := range list {
		if k.Kind&^List == negative {
			list[i].Kind = k.Kind&List | Integer
		}
	}
	return list
}

// join returns the kind that holds values of both kinds.
func join(a, b Kind) Kind {
	switch {
	case a == b, b == Unknown:
		return a
	case a == Unknown:
		return b
	case a&b&List != 0:
		return List | join(a&^List, b&^List)
	case isInteger(a) && b == Number, a == Number && isInteger(b):
		return Number
	case isInteger(a) && isInteger(b): // one of them is negative
		return negative
	case a == Integer && b == Unsigned, a == Unsigned && b == Integer:
		return Unsigned
	}
	return String
}

// isWide reports whether a value is an integer that a float may not hold, or a list with one.
func isWide(v any) bool {
	if list, ok := v.([]any); ok {
		return slices.ContainsFunc(list, isWide)
	}
	n, ok := integer(v)
	_, isFloat := v.(float64)
	return ok && !isFloat && (n > 1<<53 || n < -1<<53)
}

// Apart returns fields of which no two have one name, as a table needs them. The last of a name
// keeps it, since readers of JSON take that; those before it with other values are NAME_1 and so
// on, and twice says that there are some.
func Apart(fields []Field) (apart []Field, twice bool) {
	count := make(map[string]int, len(fields))
	for _, f := range fields {
		count[f.Name]++
	}
	if len(count) == len(fields) {
		return fields, false
	}
	for i, f := range fields {
		name := f.Name
		later := slices.IndexFunc(fields[i+1:], func(g Field) bool { return g.Name == name })
		if later >= 0 {
			if string(appendJSON(nil, f.Value)) == string(appendJSON(nil, fields[i+1+later].Value)) {
				continue
			}
			for n := 1; count[f.Name] > 0; n++ {
				f.Name = name + "_" + strconv.Itoa(n)
			}
			count[f.Name], twice = 1, true
		}
		apart = append(apart, f)
	}
	return apart, twice
}

// NoNaN returns fields with no value for numbers that JSON has no form for, and whether there were
// some.
func NoNaN(fields []Field) (without []Field, some bool) {
	for i, f := range fields {
		v, changed := noNaN(f.Value)
		if changed && !some {
			fields, some = slices.Clone(fields), true
		}
		fields[i].Value = v
	}
	return fields, some
}

func noNaN(v any) (without any, changed bool) {
	switch x := v.(type) {
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, true
		}
	case []Field:
		return NoNaN(x)
	case []any:
		for i, item := range x {
			one, some := noNaN(item)
			if some && !changed {
				x, changed = slices.Clone(x), true
			}
			x[i] = one
		}
		return x, changed
	}
	return v, false
}

func isInteger(k Kind) bool { return k == Integer || k == negative }

// signed returns the kind of an integer.
func signed(n int64) Kind {
	if n < 0 {
		return negative
	}
	return Integer
}

func kindOf(v any) Kind {
	switch v := v.(type) {
	case nil:
		return Unknown
	case bool:
		return Boolean
	case int, int32, int64, uint32:
		n, _ := integer(v)
		return signed(n)
	case uint64:
		if v > math.MaxInt64 {
			return Unsigned
		}
		return Integer
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return signed(n)
		}
		if _, ok := unsigned(v); ok {
			return Unsigned
		}
		if f, err := v.Float64(); err == nil && (digits(v.String()) <= 15 || isExact(v.String(), f)) {
			return Number
		}
		return String // more digits than a number keeps
	case []any:
		k := Unknown
		for _, item := range v {
			one := kindOf(item)
			if one&List != 0 || one == String && !isText(item) {
				return String
			}
			k = join(k, one)
		}
		return List | k
	case float32, float64:
		return Number
	}
	return String
}

// isExact reports whether a number is the shortest name of a float: what programs write that
// have one, with 16 or 17 digits.
func isExact(written string, f float64) bool {
	parts := func(s string) (digits string, exponent int) {
		mantissa, exp, _ := strings.Cut(strings.ToLower(strings.TrimLeft(s, "+-")), "e")
		exponent, _ = strconv.Atoi(exp)
		whole, fraction, _ := strings.Cut(mantissa, ".")
		digits = strings.TrimLeft(whole+fraction, "0")
		exponent += len(whole) - (len(whole+fraction) - len(digits)) // of the digits as 0.ddd
		return strings.TrimRight(digits, "0"), exponent
	}
	a, m := parts(written)
	b, n := parts(strconv.FormatFloat(f, 'g', -1, 64))
	return a == b && m == n
}

// digits counts the digits of a number that matter, without zeros at either end.
func digits(s string) int {
	mantissa, _, _ := strings.Cut(strings.ToLower(s), "e")
	return len(strings.Trim(strings.NewReplacer(".", "", "-", "", "+", "").Replace(mantissa), "0"))
}

// isText reports whether a value is a text by itself.
func isText(v any) bool {
	switch v.(type) {
	case string, json.Number, time.Time:
		return true
	}
	return false
}

// spanList writes bytes of a text as a cell, where JSON has [[0,12],[40,60]]: 0-12 40-60.
func spanList(spans []shingle.Span) string {
	var b []byte
	for i, s := range spans {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, int64(s.Lo), 10)
		b = strconv.AppendInt(append(b, '-'), int64(s.Hi), 10)
	}
	return string(b)
}

// text returns a value as the cell of a table of text: nothing for none, JSON for lists
// and objects.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	case int:
		return strconv.Itoa(v)
	case int32:
		return strconv.FormatInt(int64(v), 10)
	case int64:
		return strconv.FormatInt(v, 10)
	case uint32:
		return strconv.FormatUint(uint64(v), 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float32:
		return strconv.FormatFloat(float64(v), 'g', -1, 32)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case json.RawMessage:
		return string(v)
	case []byte: // which JSON has too
		return base64.StdEncoding.EncodeToString(v)
	case []shingle.Span:
		return spanList(v)
	}
	return string(appendJSON(nil, v))
}

// integer returns a value as an integer.
func integer(v any) (int64, bool) {
	switch v := v.(type) {
	case int:
		return int64(v), true
	case int32:
		return int64(v), true
	case int64:
		return v, true
	case uint32:
		return int64(v), true
	case uint64:
		return int64(v), v <= math.MaxInt64
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) < 1<<53
	}
	return 0, false
}

// unsigned returns a value as an integer that is not below 0.
func unsigned(v any) (uint64, bool) {
	switch v := v.(type) {
	case uint64:
		return v, true
	case json.Number:
		n, err := strconv.ParseUint(v.String(), 10, 64)
		return n, err == nil
	}
	n, ok := integer(v)
	return uint64(n), ok && n >= 0
}

// number returns a value as a number.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case float32:
		return float64(v), true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	}
	n, ok := integer(v)
	return float64(n), ok
}
