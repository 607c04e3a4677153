package ingest

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	pqformat "github.com/parquet-go/parquet-go/format"
)

// Values of Parquet by the type that their column has.

// converter returns what turns a value into a Go value: bool, int64, uint64, float64,
// string, []byte, time.Time, or json.Number for a decimal. Days, times of day and times
// without a zone are strings. texts says that the file names the columns that are text.
func converter(t parquet.Type, texts bool) func(parquet.Value) any {
	whole := plainConverter(t, texts)
	if l := t.LogicalType(); l != nil && l.Value != nil {
		if c := logicalConverter(t, l.Value); c != nil {
			whole = c
		}
	}
	return func(v parquet.Value) any {
		if v.IsNull() {
			return nil
		}
		return whole(v)
	}
}

func plainConverter(t parquet.Type, texts bool) func(parquet.Value) any {
	switch t.Kind() {
	case parquet.Boolean:
		return func(v parquet.Value) any { return v.Boolean() }
	case parquet.Int32:
		return func(v parquet.Value) any { return int64(v.Int32()) }
	case parquet.Int64:
		return func(v parquet.Value) any { return v.Int64() }
	case parquet.Int96:
		return func(v parquet.Value) any { return int96Time(v.Int96()) }
	case parquet.Float:
		return func(v parquet.Value) any { return float64(v.Float()) }
	case parquet.Double:
		return func(v parquet.Value) any { return v.Double() }
	case parquet.ByteArray:
		text := t.LogicalType() != nil || t.ConvertedType() != nil
		return func(v parquet.Value) any {
			if b := v.ByteArray(); text || !texts && utf8.Valid(b) { // older writers do not say that it is text
				return string(b)
			}
			return append([]byte(nil), v.ByteArray()...)
		}
	}
	return func(v parquet.Value) any { return append([]byte(nil), v.ByteArray()...) }
}

func logicalConverter(t parquet.Type, l pqformat.LogicalTypeValue) func(parquet.Value) any {
	switch l := l.(type) {
	case *pqformat.DateType:
		return func(v parquet.Value) any { return time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly) }
	case *pqformat.TimeType:
		return timeOfDayConverter(t, l.Unit)
	case *pqformat.TimestampType:
		return timestampConverter(l.Unit, l.IsAdjustedToUTC)
	case *pqformat.DecimalType:
		return func(v parquet.Value) any { return decimal(unscaled(v), int(l.Scale)) }
	case *pqformat.IntType:
		if !l.IsSigned && t.Kind() == parquet.Int32 {
			return func(v parquet.Value) any { return uint64(v.Uint32()) }
		} else if !l.IsSigned {
			return func(v parquet.Value) any { return v.Uint64() }
		}
	case *pqformat.UUIDType:
		return func(v parquet.Value) any {
			b := v.ByteArray()
			return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
		}
	}
	return nil
}

// timeOfDayConverter writes the time of a day, with as many digits as it has.
func timeOfDayConverter(t parquet.Type, unit pqformat.TimeUnit) func(parquet.Value) any {
	step := time.Nanosecond
	switch unit.Value.(type) {
	case *pqformat.MilliSeconds:
		step = time.Millisecond
	case *pqformat.MicroSeconds:
		step = time.Microsecond
	}
	return func(v parquet.Value) any {
		n := int64(v.Int32())
		if t.Kind() == parquet.Int64 {
			n = v.Int64()
		}
		return time.Unix(0, n*int64(step)).UTC().Format("15:04:05.999999999")
	}
}

// timestampConverter reads a moment, or the time of a clock in no zone, which is written without one.
func timestampConverter(unit pqformat.TimeUnit, moment bool) func(parquet.Value) any {
	at := func(v parquet.Value) time.Time { return time.Unix(0, v.Int64()).UTC() }
	switch unit.Value.(type) {
	case *pqformat.MilliSeconds:
		at = func(v parquet.Value) time.Time { return time.UnixMilli(v.Int64()).UTC() }
	case *pqformat.MicroSeconds:
		at = func(v parquet.Value) time.Time { return time.UnixMicro(v.Int64()).UTC() }
	}
	if moment {
		return func(v parquet.Value) any { return at(v) }
	}
	return func(v parquet.Value) any { return at(v).Format("2006-01-02T15:04:05.999999999") }
}

// int96Time reads a time of Impala and older Spark: nanoseconds of the day, and the
// Julian day.
func int96Time(i deprecated.Int96) time.Time {
	const julianEpoch = 2440588
	nanos := int64(i[1])<<32 | int64(i[0])
	return time.Unix((int64(i[2])-julianEpoch)*86400, nanos).UTC()
}

func unscaled(v parquet.Value) *big.Int {
	switch v.Kind() {
	case parquet.Int32:
		return big.NewInt(int64(v.Int32()))
	case parquet.Int64:
		return big.NewInt(v.Int64())
	}
	b := v.ByteArray()
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 { // two's complement
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// decimal writes n / 10^scale.
func decimal(n *big.Int, scale int) json.Number {
	if scale <= 0 || scale > 1000 {
		return json.Number(n.String())
	}
	sign, digits := "", n.String()
	if n.Sign() < 0 {
		sign, digits = "-", digits[1:]
	}
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale+1-len(digits)) + digits
	}
	cut := len(digits) - scale
	return json.Number(sign + digits[:cut] + "." + digits[cut:])
}

// half16 reads an IEEE 754 number of 16 bits.
func half16(v parquet.Value) any {
	b := v.ByteArray()
	if len(b) != 2 {
		return nil
	}
	bits := uint16(b[0]) | uint16(b[1])<<8
	sign, exponent, fraction := 1.0, int(bits>>10&31), float64(bits&1023)
	if bits>>15 == 1 {
		sign = -1
	}
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction > 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}
