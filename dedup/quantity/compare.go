package quantity

import (
	"math/big"
)

// Relation is what two quantities are to each other.
type Relation int

// The relations.
const (
	Same      Relation = iota // one value, also where it is written otherwise
	Loose                     // one value, with other words for the same nearness
	Nearness                  // one value, exact on one side and near on the other
	Different                 // other values
	OtherUnit                 // one number, in another unit or currency
	Unknown                   // one has no unit: what it counts is not known
)

// Compare says what y is to x. Bounds on opposite sides of one value (at least and at
// most, 近 and 余) are different values; an approximation that comes or goes is Nearness: nearly 300 is fewer than 300.
//
// Of a figure that can be read in two ways (see Notation) both are tried, the same on both sides
// where both have its mark. What is the same value in one of them alone is not: 1.000 is no 1.
func Compare(x, y Quantity) Relation {
	both := x.mark == y.mark && x.grouped && y.grouped
	result, found := Different, false
	for _, in := range []ways{thousands, fraction} {
		for _, out := range []ways{thousands, fraction} {
			p, ok := x.readIn(in)
			q, ok2 := y.readIn(out)
			if !ok || !ok2 || both && in != out {
				continue
			}
			if r := compare(p, q); !found {
				result, found = r, true
			} else if r != result {
				return Different
			}
		}
	}
	return result
}

func compare(x, y Quantity) Relation {
	if x.plain != "" && y.plain != "" && x.plain != y.plain {
		return Different
	}
	if x.mark != 0 && y.mark != 0 && x.mark != y.mark && x.grouped == y.grouped && !(x.grouped && x.notation != OpenNotation) {
		return Different // 1,234 and 1.234: one text writes numbers in one way; 1.5 t and 1,500 kg do
	}
	if (x.to == nil) != (y.to == nil) || x.each != nil && y.each != nil && x.each.Cmp(y.each) != 0 {
		return Different
	}
	if (x.each == nil) != (y.each == nil) {
		return Unknown
	}
	equal := agree(x.from, y.from) && (x.to == nil || agree(x.to, y.to))
	switch {
	case !equal && x.to == nil && x.unit != y.unit && meetValues(x.bare, y.bare):
		return Unknown
	case !equal && x.to == nil && x.unit && y.unit && meetValues(x.bare, y.bare):
		return OtherUnit
	case !equal:
		return Different
	case x.bound == y.bound && x.words == y.words:
		return Same
	case x.bound == y.bound:
		return Loose
	case x.bound == "" || y.bound == "":
		return Nearness
	case strict(x.bound) || strict(y.bound) || x.bound == "over" || y.bound == "over":
		return Different
	}
	return Loose
}

// strict reports whether a bound excludes the value's other side.
func strict(bound string) bool { return bound == "below" || bound == "least" || bound == "most" }

// agree reports whether some reading of one side is one of the other.
func agree(x, y []reading) bool {
	for _, a := range x {
		for _, b := range y {
			if sameDim(a.dim, b.dim) && a.value.Cmp(b.value) == 0 {
				return true
			}
		}
	}
	return false
}

// meetValues reports whether two numbers can be the same.
func meetValues(x, y []*big.Rat) bool {
	for _, a := range x {
		for _, b := range y {
			if a.Cmp(b) == 0 {
				return true
			}
		}
	}
	return false
}

// sameDim reports whether two dimensions are one: ¥ is yuan in Chinese and yen in
// Japanese, and a share has no unit or per cent.
func sameDim(a, b string) bool {
	if a == b {
		return true
	}
	pair := func(x, y string) bool { return a == x && b == y || a == y && b == x }
	return pair("money:YENSIGN", "money:CNY") || pair("money:YENSIGN", "money:YEN") || pair("", "ratio")
}
