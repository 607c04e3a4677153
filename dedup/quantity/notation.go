package quantity

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Notation is how a text writes its numbers. Of one mark with three digits after it, 1.000,
// nothing but that says whether it parts the thousands or the fraction.
type Notation uint8

// The notations.
const (
	OpenNotation Notation = iota // not known
	DecimalPoint                 // 1,234.5
	DecimalComma                 // 1.234,5
)

// notationReach is how many bytes of a text are looked at for its notation.
const notationReach = 1 << 16

// NotationOf returns the notation of a text: that of its figures where they can be read in
// one way, 1.234,5 or 1.234.567; that of its language; or that of its fractions.
func NotationOf(text string) Notation {
	text = text[:min(len(text), notationReach)]
	sure, likely := notationOfFigures(text)
	for _, n := range []int{sure, notationOfWords(text), likely} {
		switch {
		case n > 0:
			return DecimalPoint
		case n < 0:
			return DecimalComma
		}
	}
	return OpenNotation
}

// notationOfFigures returns how many more figures of text have a decimal point than a comma:
// those that can be read in one way, and those with one mark and one or two digits after it.
func notationOfFigures(text string) (sure, likely int) {
	figure := func(r rune) bool { return r >= '0' && r <= '9' || r == '.' || r == ',' }
	for {
		lo := 0
		for lo < len(text) && (text[lo] < '0' || text[lo] > '9') {
			lo++
		}
		if lo == len(text) {
			return sure, likely
		}
		text = text[lo:]
		hi := strings.IndexFunc(text, func(r rune) bool { return !figure(r) })
		if hi < 0 {
			hi = len(text)
		}
		f := strings.TrimRight(text[:hi], ".,")
		text = text[hi:]
		last := strings.LastIndexAny(f, ".,")
		if last < 0 {
			continue
		}
		sign := 1
		if f[last] == ',' {
			sign = -1
		}
		marks := string(f[last])
		switch head, tail := f[:last], f[last+1:]; {
		case !strings.ContainsAny(head, ".,"):
			if len(tail) < 3 {
				likely += sign
			}
		case strings.Contains(head, marks):
			if threes(strings.Split(f, marks)[1:]) { // 1.234.567
				sure -= sign
			}
		case threes(strings.FieldsFunc(head, func(r rune) bool { return r == '.' || r == ',' })[1:]): // 1.234,5
			sure += sign
		}
	}
}

func threes(groups []string) bool {
	for _, g := range groups {
		if len(g) != 3 {
			return false
		}
	}
	return true
}

// notationOfWords returns how many more words of text are of languages with a decimal point.
// Each character of a script without spaces counts as one.
func notationOfWords(text string) (n int) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case spaced(r):
			end := lettersEnd(text, i)
			if w := strings.ToLower(text[i:end]); end-i < 12 { // the longest has ten bytes
				if m, to := table().notation.at(w, 0); to == len(w) && m != nil {
					n += int(m[0].size.Num().Int64())
				}
			}
			size = end - i
		case unicode.IsLetter(r):
			n++
		}
		i += size
	}
	return n
}

// Written returns q as it is read in a text of the notation that n finds, which is asked only
// where it matters.
func (q Quantity) Written(n func() Notation) Quantity {
	if q.grouped {
		q.notation = n()
	}
	return q
}

// ways are how a figure with one mark and three digits after it may be read: thousands, fraction,
// or both.
type ways uint8

const (
	thousands ways = 1 << iota
	fraction
)

// ways returns how the figure of q can be read, 0 if it has no such mark. Where nothing is known
// of the text the mark parts thousands, which most figures of the kind are. Three noughts after
// the mark of fractions may be thousands all the same: nobody counts 1.000 men.
func (q Quantity) ways() ways {
	switch {
	case !q.grouped:
		return 0
	case q.notation == OpenNotation, (q.mark == '.') == (q.notation == DecimalComma):
		return thousands
	case !q.round:
		return fraction
	}
	return thousands | fraction
}

// readIn returns q with its figure read in one way. ok is false if it is not read so; a figure
// of one reading is what it is in either.
func (q Quantity) readIn(in ways) (read Quantity, ok bool) {
	can := q.ways()
	if can == 0 {
		return q, true
	}
	if can&in == 0 {
		return q, false
	}
	if q.mark == '.' { // has the values of both ways, thousands first
		half := len(q.from) / 2
		if in == thousands {
			q.bare, q.from = q.bare[:1], q.from[:half]
		} else {
			q.bare, q.from = q.bare[1:], q.from[half:]
		}
		return q, true
	}
	if in == fraction {
		by := big.NewRat(1, 1000)
		q.bare = []*big.Rat{new(big.Rat).Mul(q.bare[0], by)}
		from := make([]reading, len(q.from))
		for k, r := range q.from {
			from[k] = reading{r.dim, new(big.Rat).Mul(r.value, by)}
		}
		q.from = from
	}
	return q, true
}
