package export

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
)

// Arrow keeps the types that Parquet has no words for (durations, the name of a time zone,
// dictionaries, lists of a fixed size) in the key ARROW:schema of a file: base64 of an IPC
// message, a FlatBuffer of the tables Message, Schema and Field (Schema.fbs and Message.fbs of
// the Arrow format). A reader goes through its fields and the file's columns side by side, so
// that a column too many makes it fail or take one for another.
//
// joinArrow makes such a message of fields of others and of new ones. Offsets of a FlatBuffer
// lead forward only. So the new tables go in front of the old bytes, which stay as they are:
// a new Message and a new Schema, whose list leads to the old fields and to the new ones.

// arrowSchema is the key.
const arrowSchema = "ARROW:schema"

// Types of Arrow, numbered as in Schema.fbs.
const (
	arrowInt, arrowFloat, arrowText, arrowBool, arrowList, arrowFixedList, arrowDuration = 2, 3, 5, 6, 12, 16, 18
)

var errArrow = errors.New("export: the types of Arrow cannot be read")

// arrowField is a field: that of a column, or number index of another message.
type arrowField struct {
	of     string // the value of the key
	index  int
	column Column // of is ""
}

// withFields returns the value of the key with fields for more columns.
func withFields(value string, columns []Column) (string, error) {
	old, _, _, fields := openArrow(value)
	var list []arrowField
	for i := range max(0, old.count(fields)) {
		list = append(list, arrowField{of: value, index: i})
	}
	for _, c := range columns {
		list = append(list, arrowField{column: c})
	}
	return joinArrow(value, list)
}

// joinArrow returns the value of the key for some fields. All else is that of the message of
// first.
func joinArrow(first string, list []arrowField) (string, error) {
	old, root, schema, fields := openArrow(first)
	if fields < 0 {
		return "", errArrow
	}
	version, endianness := 0, 0
	if at := old.slot(root, 0); at >= 0 {
		version = old.u16(at)
	}
	if at := old.slot(schema, 0); at >= 0 {
		endianness = old.u16(at)
	}
	b := &flatBuilder{olds: map[string]*oldMessage{}}
	b.u32(0)
	m := b.table(2, version, 1, 1, 4, 0) // its header is a Schema
	b.point(0, m.table)
	metadata, features := old.follow(old.slot(schema, 2)), old.follow(old.slot(schema, 3))
	s := b.table(2, endianness, 4, 0, present(metadata), 0, present(features), 0)
	b.point(m.slots[2], s.table)
	if metadata >= 0 {
		b.refer(s.slots[2], first, metadata)
	}
	if features >= 0 {
		b.refer(s.slots[3], first, features)
	}
	b.align(4)
	b.point(s.slots[1], len(b.b))
	b.u32(len(list))
	at := len(b.b)
	for range list {
		b.u32(0)
	}
	for i, f := range list {
		if f.of == "" {
			b.point(at+4*i, b.field(f.column.Name, f.column.Kind))
			continue
		}
		old, to := b.old(f.of), -1
		if f.index < old.bytes.count(old.fields) {
			to = old.bytes.follow(old.fields + 4 + 4*f.index)
		}
		if to < 0 {
			return "", errArrow
		}
		b.refer(at+4*i, f.of, to)
	}
	b.end()
	head := binary.LittleEndian.AppendUint32([]byte{0xff, 0xff, 0xff, 0xff}, uint32(len(b.b)))
	return base64.StdEncoding.EncodeToString(append(head, b.b...)), nil
}

// openArrow returns the message of the key, its tables Message and Schema, and its list of
// fields, which is -1 if there is none.
func openArrow(value string) (b flatBuffer, root, schema, fields int) {
	b, err := base64.StdEncoding.DecodeString(value)
	switch {
	case err != nil || len(b) < 8:
		return nil, -1, -1, -1
	case binary.LittleEndian.Uint32(b) == 0xffffffff:
		b = b[8:]
	default: // before version 0.15
		b = b[4:]
	}
	root = b.follow(0)
	schema = b.follow(b.slot(root, 2))
	if fields = b.follow(b.slot(schema, 1)); b.count(fields) < 0 {
		fields = -1
	}
	return b, root, schema, fields
}

// arrowTypes names those types of the columns that Parquet does not have, in their order.
func arrowTypes(value string) (types []string) {
	b, _, _, fields := openArrow(value)
	for i := range max(0, b.count(fields)) {
		field, kind := b.follow(fields+4+4*i), byte(0)
		if at := b.slot(field, 2); at >= 0 {
			kind = b[at]
		}
		of := b.slot(b.follow(b.slot(field, 3)), 0) // the unit, or the size
		switch {
		case b.slot(field, 4) >= 0:
			types = append(types, "dictionary")
		case kind == arrowDuration:
			unit := 1 // which is not written
			if of >= 0 {
				unit = b.u16(of)
			}
			units := []string{"seconds", "milliseconds", "microseconds", "nanoseconds"}
			types = append(types, "duration in "+units[max(0, min(unit, 3))])
		case kind == arrowFixedList:
			types = append(types, fmt.Sprintf("lists of %d", max(0, b.u32(of))))
		default:
			types = append(types, "")
		}
	}
	return types
}

// present is the size of a reference to what may not be there.
func present(at int) int {
	if at < 0 {
		return 0
	}
	return 4
}

// flatBuffer is read with bounds: each method returns -1 for what is not there, and takes
// it.
type flatBuffer []byte

func (f flatBuffer) u16(at int) int {
	if at < 0 || at > len(f)-2 {
		return -1
	}
	return int(binary.LittleEndian.Uint16(f[at:]))
}

func (f flatBuffer) u32(at int) int {
	if at < 0 || at > len(f)-4 {
		return -1
	}
	return int(int32(binary.LittleEndian.Uint32(f[at:])))
}

// count returns how many references a list has.
func (f flatBuffer) count(list int) int {
	if n := f.u32(list); n >= 0 && n <= len(f)/4 && list+4+4*n <= len(f) {
		return n
	}
	return -1
}

// follow returns where the reference at a place leads.
func (f flatBuffer) follow(at int) int {
	n := f.u32(at)
	if n <= 0 || at+n >= len(f) {
		return -1
	}
	return at + n
}

// slot returns the place of field i of a table, as its list of places says.
func (f flatBuffer) slot(table, i int) int {
	if table < 0 || table > len(f)-4 {
		return -1
	}
	places := table - int(int32(binary.LittleEndian.Uint32(f[table:])))
	size := f.u16(places)
	if size < 0 || 4+2*i+2 > size {
		return -1
	}
	offset := f.u16(places + 4 + 2*i)
	if offset <= 0 {
		return -1
	}
	if table+offset >= len(f) {
		return -1
	}
	return table + offset
}

// flatBuilder writes a FlatBuffer from its beginning to its end; references are set when
// it is known where they lead.
type flatBuilder struct {
	b      []byte
	refers []flatReference
	olds   map[string]*oldMessage
}

// oldMessage is old bytes that follow.
type oldMessage struct {
	bytes  flatBuffer
	fields int
	at     int // where they begin, once they do
}

// old opens a message once.
func (f *flatBuilder) old(of string) *oldMessage {
	m := f.olds[of]
	if m == nil {
		m = &oldMessage{at: -1}
		m.bytes, _, _, m.fields = openArrow(of)
		f.olds[of] = m
	}
	return m
}

// flatReference leads to a place of old bytes.
type flatReference struct {
	from int
	of   string
	to   int
}

// refer leads to a place of old bytes.
func (f *flatBuilder) refer(from int, of string, to int) {
	f.refers = append(f.refers, flatReference{from, of, to})
}

// end appends the old bytes.
func (f *flatBuilder) end() {
	for _, r := range f.refers {
		old := f.old(r.of)
		if old.at < 0 {
			f.align(8)
			old.at = len(f.b)
			f.b = append(f.b, old.bytes...)
		}
		f.point(r.from, old.at+r.to)
	}
	f.align(8)
}

type flatTable struct {
	table int
	slots []int // places of its fields
}

func (f *flatBuilder) align(n int) {
	for len(f.b)%n != 0 {
		f.b = append(f.b, 0)
	}
}

func (f *flatBuilder) u32(v int) { f.b = binary.LittleEndian.AppendUint32(f.b, uint32(v)) }

// point sets the reference at from.
func (f *flatBuilder) point(from, to int) {
	binary.LittleEndian.PutUint32(f.b[from:], uint32(to-from))
}

// table appends a table of fields, each a size in bytes (0 leaves it out) and a value.
func (f *flatBuilder) table(sizesAndValues ...int) flatTable {
	n := len(sizesAndValues) / 2
	offsets, size := make([]int, n), 4
	for _, width := range []int{4, 2, 1} { // the widest first, so that each is aligned
		for i := range n {
			if sizesAndValues[2*i] == width {
				offsets[i] = size
				size += width
			}
		}
	}
	f.align(4)
	if (4+2*n)%4 != 0 {
		f.b = append(f.b, 0, 0)
	}
	places := len(f.b)
	f.b = binary.LittleEndian.AppendUint16(f.b, uint16(4+2*n))
	f.b = binary.LittleEndian.AppendUint16(f.b, uint16(size))
	for _, o := range offsets {
		f.b = binary.LittleEndian.AppendUint16(f.b, uint16(o))
	}
	t := flatTable{len(f.b), make([]int, n)}
	f.b = append(f.b, make([]byte, size)...)
	binary.LittleEndian.PutUint32(f.b[t.table:], uint32(t.table-places))
	for i := range n {
		t.slots[i] = t.table + offsets[i]
		switch v := sizesAndValues[2*i+1]; sizesAndValues[2*i] {
		case 1:
			f.b[t.slots[i]] = byte(v)
		case 2:
			binary.LittleEndian.PutUint16(f.b[t.slots[i]:], uint16(v))
		}
	}
	return t
}

// field appends the table of a field that may be null, and returns its place.
func (f *flatBuilder) field(name string, k Kind) int {
	var kind int
	var of []int // the fields of its type's table
	switch {
	case k&List != 0:
		kind = arrowList
	case k == Integer:
		kind, of = arrowInt, []int{4, 0, 1, 1} // bits, signed
	case k == Number:
		kind, of = arrowFloat, []int{2, 2} // of 64 bits
	case k == Boolean:
		kind = arrowBool
	default:
		kind = arrowText
	}
	t := f.table(4, 0, 1, 1, 1, kind, 4, 0, 0, 0, 4, 0) // name, nullable, kind, type, dictionary, children
	typ := f.table(of...)
	if kind == arrowInt {
		binary.LittleEndian.PutUint32(f.b[typ.slots[0]:], 64)
	}
	f.point(t.slots[3], typ.table)
	f.align(4)
	f.point(t.slots[0], len(f.b))
	f.u32(len(name))
	f.b = append(f.b, name...)
	f.b = append(f.b, 0)
	f.align(4)
	f.point(t.slots[5], len(f.b))
	if k&List == 0 {
		f.u32(0)
		return t.table
	}
	f.u32(1)
	at := len(f.b)
	f.u32(0)
	f.point(at, f.field("element", k&^List))
	return t.table
}
