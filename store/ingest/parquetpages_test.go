package ingest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/pierrec/lz4/v4"
	"pgregory.net/rapid"
)

// Truth values in runs of any length, as other writers make them: a run is a number and 1 or 0.
func TestPlainTruths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []bool
		var runs []byte
		for range rapid.IntRange(0, 12).Draw(t, "runs") {
			if rapid.Bool().Draw(t, "packed") {
				groups := rapid.IntRange(1, 4).Draw(t, "groups")
				runs = binary.AppendUvarint(runs, uint64(groups)<<1|1)
				for range groups {
					b := rapid.Byte().Draw(t, "bits")
					runs = append(runs, b)
					for k := range 8 {
						want = append(want, b>>k&1 == 1)
					}
				}
				continue
			}
			n, truth := rapid.IntRange(1, 40).Draw(t, "n"), rapid.Bool().Draw(t, "truth")
			runs = binary.AppendUvarint(runs, uint64(n)<<1)
			runs = append(runs, map[bool]byte{true: 1}[truth])
			for range n {
				want = append(want, truth)
			}
		}
		most := rapid.IntRange(0, len(want)).Draw(t, "values") // the last group may be filled up
		data := append(binary.LittleEndian.AppendUint32(nil, uint32(len(runs))), runs...)
		got, err := plainTruths(data, most)
		if err != nil || len(got) != (most+7)/8 {
			t.Fatalf("%d bytes for %d values: %v", len(got), most, err)
		}
		for i := range most {
			if got[i/8]>>(i%8)&1 == 1 != want[i] {
				t.Fatalf("value %d of %d is %v", i, most, !want[i])
			}
		}
	})
}

func FuzzParquetPages(f *testing.F) {
	f.Add([]byte{3, 0, 0, 0, 16, 1, 14, 0}, 15)
	f.Add([]byte{2, 0, 0, 0, 3, 0x55}, 8)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		size = max(0, min(size, 1<<20))
		if out, err := plainTruths(data, size); err == nil && len(out) > (size+7)/8 {
			t.Errorf("%d bytes of %d values", len(out), size)
		}
		if out, err := unpackHadoop(data, size); err == nil && len(out) != size {
			t.Errorf("%d bytes of %d", len(out), size)
		}
	})
}

// The LZ4 of Hadoop: frames of blocks.
func TestUnpackHadoop(t *testing.T) {
	want := []byte(strings.Repeat("青岭市双河镇柳湾村的晒场上 ", 40))
	var data []byte
	for _, frame := range [][]byte{want[:700], want[700:]} {
		data = binary.BigEndian.AppendUint32(data, uint32(len(frame)))
		for _, block := range [][]byte{frame[:300], frame[300:]} {
			packed := make([]byte, lz4.CompressBlockBound(len(block)))
			n, err := lz4.CompressBlock(block, packed, nil)
			if err != nil {
				t.Fatal(err)
			}
			data = append(binary.BigEndian.AppendUint32(data, uint32(n)), packed[:n]...)
		}
	}
	if got, err := unpackHadoop(data, len(want)); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes of %d, %v", len(got), len(want), err)
	}
	for n := range len(data) {
		if _, err := unpackHadoop(data[:n], len(want)); err == nil {
			t.Errorf("%d of %d bytes are enough", n, len(data))
		}
	}
}

// Every encoding, packing and version of pages that the library writes gives the same rows.
func TestParquetPages(t *testing.T) {
	type leaf struct {
		node      parquet.Node
		value     func(i int) (parquet.Value, any)
		encodings []encoding.Encoding
	}
	numbers := []encoding.Encoding{&parquet.Plain, &parquet.DeltaBinaryPacked, &parquet.RLEDictionary}
	floats := []encoding.Encoding{&parquet.Plain, &parquet.ByteStreamSplit, &parquet.RLEDictionary}
	leaves := map[string]leaf{
		"bool": {parquet.Leaf(parquet.BooleanType), func(i int) (parquet.Value, any) {
			b := i/7%3 == 0
			return parquet.BooleanValue(b), b
		}, []encoding.Encoding{&parquet.Plain, &parquet.RLE}},
		"int32": {parquet.Leaf(parquet.Int32Type), func(i int) (parquet.Value, any) {
			return parquet.Int32Value(int32(i * i)), int64(i * i)
		}, numbers},
		"int64": {parquet.Leaf(parquet.Int64Type), func(i int) (parquet.Value, any) {
			return parquet.Int64Value(int64(i) << 40), int64(i) << 40
		}, numbers},
		"float": {parquet.Leaf(parquet.FloatType), func(i int) (parquet.Value, any) {
			return parquet.FloatValue(float32(i) / 4), float64(i) / 4
		}, floats},
		"double": {parquet.Leaf(parquet.DoubleType), func(i int) (parquet.Value, any) {
			return parquet.DoubleValue(float64(i) / 3), float64(i) / 3
		}, floats},
		"text": {parquet.String(), func(i int) (parquet.Value, any) {
			s := fmt.Sprint("农技站的人每天到田里看两趟", i*i*7919, strings.Repeat("雨", i%9))
			return parquet.ByteArrayValue([]byte(s)), s
		}, []encoding.Encoding{&parquet.Plain, &parquet.DeltaLengthByteArray, &parquet.DeltaByteArray, &parquet.RLEDictionary}},
	}
	codecs := []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Gzip, &parquet.Zstd, &parquet.Brotli, &parquet.Lz4Raw}
	const rows = 700
	for name, l := range leaves {
		for _, e := range l.encodings {
			for i, codec := range codecs {
				if i%len(codecs) > 1 && testing.Short() {
					continue
				}
				for version := 1; version <= 2; version++ {
					where := fmt.Sprintf("%s, %s, %s, version %d", name, e, codec, version)
					schema := parquet.NewSchema("t", parquet.Group{"v": parquet.Optional(parquet.Encoded(l.node, e))})
					var b bytes.Buffer
					w := parquet.NewGenericWriter[any](&b, schema, parquet.Compression(codec), parquet.DataPageVersion(version), parquet.PageBufferSize(2000))
					var want []any
					for i := range rows {
						v, x := l.value(i)
						level := 1
						if i%11 == 3 {
							v, x, level = parquet.NullValue(), nil, 0
						}
						want = append(want, x)
						if _, err := w.WriteRows([]parquet.Row{{v.Level(0, level, 0)}}); err != nil {
							t.Fatal(where, err)
						}
					}
					if err := w.Close(); err != nil {
						t.Fatal(where, err)
					}
					i := 0
					for r, err := range parquetRecords(bytes.NewReader(b.Bytes()), int64(b.Len()), &bounds{packed: int64(b.Len()), limits: usualLimits}, func(*ParquetFile) {}) {
						if err != nil || i >= rows || r.fields[0].Value != want[i] {
							t.Fatalf("%s: row %d: %v, %v", where, i, r.fields, err)
						}
						i++
					}
					if i != rows {
						t.Errorf("%s: %d rows", where, i)
					}
				}
			}
		}
	}
}

// TestBytesAndClocks: a column of bytes is one of bytes in all its records, unless it is used as a
// text; a time in no zone gets none.
func TestBytesAndClocks(t *testing.T) {
	type record struct {
		ID    string `parquet:"id"`
		Text  []byte `parquet:"text"`
		Bin   []byte `parquet:"bin"`
		Here  int64  `parquet:"here,timestamp(microsecond:local)"`
		There int64  `parquet:"there,timestamp(millisecond)"`
	}
	var b bytes.Buffer
	at := time.Date(2024, 3, 5, 0, 53, 20, 123456000, time.UTC)
	if err := parquet.Write(&b, []record{{"a", []byte("The river rises."), []byte("abc"), at.UnixMicro(), at.UnixMilli()}, {"b", []byte("The river falls."), []byte("\x00\xff"), at.UnixMicro(), at.UnixMilli()}}); err != nil {
		t.Fatal(err)
	}
	recs, errs := read([]string{"-"}, b.String(), Options{Originals: true})
	if len(recs) != 2 || len(errs) > 0 {
		t.Fatalf("%v %v", recs, errs)
	}
	for i, want := range []string{"abc", "\x00\xff"} {
		if got := recs[i].Original.Fields; got[1].Value != recs[i].Doc.Text || !bytes.Equal(got[2].Value.([]byte), []byte(want)) || got[3].Value != "2024-03-05T00:53:20.123456" || got[4].Value.(time.Time).UnixMilli() != at.UnixMilli() {
			t.Errorf("%v", got)
		}
	}
}
