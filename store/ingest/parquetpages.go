package ingest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"math/bits"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	pqformat "github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// Version 0.32 of parquet-go misreads two kinds of page, without an error:
//
//   - truth values in runs (encoding RLE, which pyarrow writes in data pages of version 2): a run
//     of 8 times true comes out as true, and 7 times false; and runs need not have a multiple of 8
//     values.
//   - pages packed with LZ4 that are not at least three times as long as what they are packed to
//     come out as whatever was in memory; and a damaged one makes it allocate without end.
//
// Columns with such pages are written anew, as pages that it reads rightly: plain truth values, and
// Snappy instead of LZ4. They stand after the end of the file, in a spill file if they are large,
// and a footer that follows them says so; the other columns stay where they are. It costs one
// reading of those columns. The old LZ4 of Hadoop, which the library does not read, comes in the
// same way.

// eachPage calls fn with the header of each page of a column of a row group, and the place of what
// follows the header. It refuses headers that claim what cannot be.
func eachPage(in io.ReaderAt, size int64, m *pqformat.ColumnMetaData, fn func(h *pqformat.PageHeader, at int64) error) error {
	if m.NumValues == 0 {
		return nil // of a row group without rows, whose places mean nothing
	}
	at := m.DataPageOffset
	if d := m.DictionaryPageOffset; d > 0 && d < at {
		at = d
	}
	end := at + m.TotalCompressedSize
	if at < 4 || end < at || end > size {
		return errDamagedParquet
	}
	for at < end {
		section := io.NewSectionReader(in, at, end-at)
		b := bufio.NewReaderSize(section, 512)
		h := new(pqformat.PageHeader)
		if err := thrift.NewDecoder(new(thrift.CompactProtocol).NewReader(b)).Decode(h); err != nil {
			return errDamagedParquet
		}
		read, _ := section.Seek(0, io.SeekCurrent)
		packed, whole := int64(h.CompressedPageSize), int64(h.UncompressedPageSize)
		values := max(h.DataPageHeader.V.NumValues, h.DataPageHeaderV2.V.NumValues, h.DictionaryPageHeader.V.NumValues)
		body := at + read - int64(b.Buffered())
		at = body + packed
		if packed < 0 || at > end || whole < 0 || whole > freePageSize && whole/maxPageRatio > packed || int64(values) > max(maxPageValues, whole) {
			return errDamagedParquet
		}
		if err := fn(h, body); err != nil {
			return err
		}
	}
	return nil
}

// misread finds the columns of values of a file that the library misreads.
func misread(in io.ReaderAt, size int64, f *parquet.File) (map[int]bool, error) {
	found := map[int]bool{}
	for i := range f.Metadata().RowGroups {
		g := &f.Metadata().RowGroups[i]
		for c := range g.Columns {
			m := &g.Columns[c].MetaData
			switch {
			case found[c]:
			case m.Codec == pqformat.Lz4Raw, m.Codec == pqformat.Lz4:
				found[c] = true
			case m.Type == pqformat.Boolean && slices.Contains(m.Encoding, pqformat.RLE):
				err := eachPage(in, size, m, func(h *pqformat.PageHeader, _ int64) error {
					found[c] = found[c] || inRuns(h)
					return nil
				})
				if err != nil {
					return nil, err
				}
			}
		}
	}
	return found, nil
}

// inRuns reports whether the values of a page of truth values are in runs.
func inRuns(h *pqformat.PageHeader) bool {
	return h.DataPageHeader.Valid && h.DataPageHeader.V.Encoding == pqformat.RLE ||
		h.DataPageHeaderV2.Valid && h.DataPageHeaderV2.V.Encoding == pqformat.RLE
}

// rewriter writes columns of a file anew.
type rewriter struct {
	in   io.ReaderAt
	size int64
	to   io.Writer
	at   int64 // where the next byte will be
	cols []*parquet.Column
}

// placed is an open file of Parquet, and where its bytes are.
type placed struct {
	*parquet.File
	in    io.ReaderAt
	size  int64
	close func()
}

// openReadable opens a file, or what has the same values in pages that the library reads rightly.
func openReadable(in io.ReaderAt, size int64, b *bounds) (p placed, err error) {
	defer damaged(&err)
	f, err := openParquet(in, size)
	if err != nil {
		return p, err
	}
	which, err := misread(in, size, f)
	if err != nil || len(which) == 0 {
		return placed{f, in, size, func() {}}, err
	}
	pr, pw := io.Pipe()
	go func() { pw.CloseWithError((&rewriter{in, size, pw, size, leafColumns(f.Root())}).all(f, which)) }()
	more, n, closer, err := spill(pr, b)
	pr.Close()
	if err != nil {
		return p, err
	}
	p = placed{nil, &continued{in, more, size}, size + n, closer}
	if p.File, err = openParquet(p.in, p.size); err != nil {
		closer()
	}
	return p, err
}

// continued is a file and what stands after its end.
type continued struct {
	first, second io.ReaderAt
	size          int64 // of the first
}

func (j *continued) ReadAt(b []byte, at int64) (n int, err error) {
	if at < j.size {
		n, err = j.first.ReadAt(b[:min(int64(len(b)), j.size-at)], at)
		if n == len(b) || at+int64(n) < j.size {
			return n, err
		}
	}
	more, err := j.second.ReadAt(b[n:], at+int64(n)-j.size)
	return n + more, err
}

func leafColumns(c *parquet.Column) (leaves []*parquet.Column) {
	if c.Leaf() {
		return []*parquet.Column{c}
	}
	for _, m := range c.Columns() {
		leaves = append(leaves, leafColumns(m)...)
	}
	return leaves
}

// all writes columns and a footer.
func (w *rewriter) all(f *parquet.File, which map[int]bool) (err error) {
	defer damaged(&err)
	meta := *f.Metadata()
	meta.RowGroups = slices.Clone(meta.RowGroups)
	for i := range meta.RowGroups {
		g := &meta.RowGroups[i]
		g.Columns = slices.Clone(g.Columns)
		for c := range g.Columns {
			g.Columns[c].OffsetIndexOffset, g.Columns[c].ColumnIndexOffset = 0, 0
			if !which[c] || c >= len(w.cols) {
				continue
			}
			if err := w.column(&g.Columns[c].MetaData, w.cols[c]); err != nil {
				return err
			}
		}
	}
	footer, err := thrift.Marshal(new(thrift.CompactProtocol), &meta)
	if err != nil {
		return err
	}
	footer = binary.LittleEndian.AppendUint32(footer, uint32(len(footer)))
	return w.write(append(footer, parquetMagic...))
}

func (w *rewriter) write(b []byte) error {
	n, err := w.to.Write(b)
	w.at += int64(n)
	return err
}

// column writes the pages of a column of a row group, and says in m where they are.
func (w *rewriter) column(m *pqformat.ColumnMetaData, c *parquet.Column) error {
	old := *m
	begin := w.at
	m.DataPageOffset, m.DictionaryPageOffset, m.IndexPageOffset, m.BloomFilterOffset = 0, 0, 0, 0
	m.TotalUncompressedSize, m.Codec = 0, pqformat.Snappy
	err := eachPage(w.in, w.size, &old, func(h *pqformat.PageHeader, at int64) error {
		body := make([]byte, h.CompressedPageSize)
		if _, err := w.in.ReadAt(body, at); err != nil {
			return parquetError(err)
		}
		switch {
		case h.DataPageHeader.Valid || h.DataPageHeaderV2.Valid:
			if m.DataPageOffset == 0 {
				m.DataPageOffset = w.at
			}
		case h.DictionaryPageHeader.Valid:
			m.DictionaryPageOffset = w.at
		default:
			return nil // an index
		}
		page, err := newPage(h, body, old.Codec, c)
		if err != nil {
			return err
		}
		header, err := thrift.Marshal(new(thrift.CompactProtocol), h)
		if err != nil {
			return err
		}
		m.TotalUncompressedSize += int64(len(header)) + int64(h.UncompressedPageSize)
		return w.write(append(header, page...))
	})
	m.TotalCompressedSize = w.at - begin
	return err
}

// newPage returns a page that the library reads rightly, and makes h its header.
func newPage(h *pqformat.PageHeader, body []byte, codec pqformat.CompressionCodec, c *parquet.Column) ([]byte, error) {
	levels, runs := 0, c.Type().Kind() == parquet.Boolean && inRuns(h)
	values := int(max(h.DataPageHeader.V.NumValues, h.DataPageHeaderV2.V.NumValues))
	plain := codec == pqformat.Uncompressed
	if v2 := &h.DataPageHeaderV2; v2.Valid { // its levels are not packed
		levels = int(v2.V.RepetitionLevelsByteLength) + int(v2.V.DefinitionLevelsByteLength)
		if levels < 0 || levels > len(body) || levels > int(h.UncompressedPageSize) {
			return nil, errDamagedParquet
		}
		plain = plain || v2.V.IsCompressed.Valid && !v2.V.IsCompressed.V
		v2.V.IsCompressed.Set(true)
	}
	data := body[levels:]
	if !plain {
		var err error
		if data, err = unpacked(data, int(h.UncompressedPageSize)-levels, codec); err != nil {
			return nil, err
		}
	}
	if runs {
		at := 0
		if v1 := &h.DataPageHeader; v1.Valid {
			at = levelBytes(data, v1.V.RepetitionLevelEncoding, c.MaxRepetitionLevel(), values)
			at += levelBytes(data[min(at, len(data)):], v1.V.DefinitionLevelEncoding, c.MaxDefinitionLevel(), values)
			v1.V.Encoding = pqformat.Plain
		} else {
			h.DataPageHeaderV2.V.Encoding = pqformat.Plain
		}
		if at > len(data) {
			return nil, errDamagedParquet
		}
		truths, err := plainTruths(data[at:], values)
		if err != nil {
			return nil, err
		}
		data = append(slices.Clone(data[:at]), truths...)
	}
	packed, err := parquet.Snappy.Encode(nil, data)
	if err != nil {
		return nil, err
	}
	h.CRC = 0
	h.UncompressedPageSize, h.CompressedPageSize = int32(levels+len(data)), int32(levels+len(packed))
	return append(slices.Clone(body[:levels]), packed...), nil
}

// levelBytes returns how many bytes the levels at the beginning of a page of version 1 take.
func levelBytes(data []byte, encoding pqformat.Encoding, highest, values int) int {
	switch {
	case highest == 0:
		return 0
	case encoding == pqformat.BitPacked:
		return (values*bits.Len(uint(highest)) + 7) / 8
	case len(data) < 4:
		return len(data) + 1
	}
	return 4 + int(binary.LittleEndian.Uint32(data))
}

// plainTruths returns truth values that are in runs as bits, the first the lowest of its byte.
// There are at most the given number of them. The runs follow their length in bytes; each is a
// number and a value, or bits in groups of eight.
// https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
func plainTruths(data []byte, most int) ([]byte, error) {
	if len(data) < 4 || int64(binary.LittleEndian.Uint32(data)) > int64(len(data)-4) {
		return nil, errDamagedParquet
	}
	data = data[4 : 4+binary.LittleEndian.Uint32(data)]
	out, n := make([]byte, (most+7)/8), 0
	put := func(truth bool) {
		if truth {
			out[n/8] |= 1 << (n % 8)
		}
		n++
	}
	for len(data) > 0 && n < most {
		head, size := binary.Uvarint(data)
		if size <= 0 || size == len(data) && head > 1 {
			return nil, errDamagedParquet
		}
		data = data[size:]
		if head&1 == 0 { // a run
			for i := uint64(0); i < head>>1 && n < most; i++ {
				put(data[0]&1 != 0)
			}
			if head > 0 {
				data = data[1:]
			}
			continue
		}
		for i := uint64(0); i < head>>1 && n < most; i++ {
			if len(data) == 0 {
				return nil, errDamagedParquet
			}
			for k := 0; k < 8 && n < most; k++ {
				put(data[0]>>k&1 != 0)
			}
			data = data[1:]
		}
	}
	return out[:(n+7)/8], nil
}

// unpacked unpacks a page to a size that is known.
func unpacked(data []byte, size int, codec pqformat.CompressionCodec) ([]byte, error) {
	if size == 0 {
		return nil, nil
	}
	var out []byte
	var err error
	switch codec {
	case pqformat.Lz4:
		if out, err = unpackHadoop(data, size); err == nil {
			break
		}
		fallthrough // what other writers took it for
	case pqformat.Lz4Raw:
		out = make([]byte, size)
		var n int
		n, err = lz4.UncompressBlock(data, out)
		out = out[:max(0, n)]
	default:
		out, err = parquet.LookupCompressionCodec(codec).Decode(nil, data)
	}
	if err != nil || len(out) != size {
		return nil, errDamagedParquet
	}
	return out, nil
}

// unpackHadoop unpacks LZ4 as Hadoop writes it: frames of the size of what they unpack to, and
// blocks, each after its size; all numbers are big-endian.
func unpackHadoop(data []byte, size int) ([]byte, error) {
	r := bytes.NewReader(data)
	out, n := make([]byte, size), 0
	number := func() int {
		var b [4]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return -1
		}
		return int(binary.BigEndian.Uint32(b[:]))
	}
	for n < size {
		frame := number()
		if frame <= 0 || frame > size-n {
			return nil, errDamagedParquet
		}
		for end := n + frame; n < end; {
			block := number()
			if block <= 0 || block > r.Len() {
				return nil, errDamagedParquet
			}
			at := len(data) - r.Len()
			got, err := lz4.UncompressBlock(data[at:at+block], out[n:end])
			if err != nil || got == 0 {
				return nil, errDamagedParquet
			}
			n += got
			r.Seek(int64(block), io.SeekCurrent)
		}
	}
	if r.Len() > 0 {
		return nil, errDamagedParquet
	}
	return out, nil
}
