package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestParquetMatrix: files that pyarrow, DuckDB and polars write in every way that they have
// come out of dedup as these programs read them: the same columns with the same types, and the
// same values. $REPOST_PYTHON is a Python that has at least pyarrow.
func TestParquetMatrix(t *testing.T) {
	python := os.Getenv("REPOST_PYTHON")
	if python == "" {
		t.Skip("REPOST_PYTHON names no Python with pyarrow, duckdb and polars")
	}
	dir := t.TempDir()
	script := func(code string) {
		t.Helper()
		c := exec.Command(python, "-c", code)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	var texts []string
	for i := range 12 {
		texts = append(texts, fmt.Sprintf("%q", attackText(3*i)))
	}
	script("texts=[" + strings.Join(texts, ",") + "]\n" + matrixWrite)
	files, err := filepath.Glob(filepath.Join(dir, "*.parquet"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		must(t, "dedup", "-q", file, "-o", filepath.Join(dir, "out."+filepath.Base(file)))
	}
	script(matrixRead)
	t.Logf("%d files", len(files))
}

const matrixWrite = `
import datetime as d, decimal, itertools
import pyarrow as pa, pyarrow.parquet as pq
n = len(texts)
rows = list(range(n)) + [1, 4]
at = [d.datetime(2025, 3, 4, 9, 27, i, 123456) for i in rows]
t = pa.table({
 'id': pa.array(['%d-%d' % (i, k) for k, i in enumerate(rows)]), 'text': pa.array([texts[i] for i in rows]),
 'b': pa.array([i % 3 == 0 if i % 4 else None for i in rows]), 'i8': pa.array([-i for i in rows], pa.int8()), 'u64': pa.array([2**63 + i for i in rows], pa.uint64()),
 'f32': pa.array([i / 3 for i in rows], pa.float32()), 'f64': pa.array([float('nan') if i == 2 else i / 7 for i in rows]), 'f16': pa.array([float(i) for i in rows], pa.float16()),
 'dec': pa.array([decimal.Decimal(i) / 100 for i in rows], pa.decimal128(12, 2)), 'day': pa.array([x.date() for x in at]), 'ms': pa.array(at, pa.timestamp('ms')), 'us': pa.array(at, pa.timestamp('us', 'Asia/Shanghai')),
 'ns': pa.array(at, pa.timestamp('ns')), 'time': pa.array([x.time() for x in at], pa.time64('us')), 'bin': pa.array([bytes([i, 0, 255]) for i in rows]), 'fixed': pa.array([bytes([i] * 4) for i in rows], pa.binary(4)),
 'bools': pa.array([[True, None, i % 2 == 0][:i % 4] for i in rows]), 'list': pa.array([[str(i), None][:i % 3] if i != 5 else None for i in rows], pa.list_(pa.string())),
 'group': pa.array([{'a': i, 'b': {'c': [i]}} if i % 5 else None for i in rows]), 'map': pa.array([[('k', i)] for i in rows], pa.map_(pa.string(), pa.int64())), 'null': pa.nulls(len(rows)),
 'cat': pa.array(['x%d' % (i % 2) for i in rows]).dictionary_encode(),
})
for v, p, dic, codec in itertools.product(['1.0', '2.6'], ['1.0', '2.0'], [True, False], ['snappy', 'zstd']):
    u = t if v == '2.6' else t.drop(['u64'])
    pq.write_table(u, 'arrow-%s-%s-%s-%s.parquet' % (v, p, dic, codec), version=v, data_page_version=p, use_dictionary=dic, compression=codec)
pq.write_table(t, 'small.parquet', row_group_size=3, data_page_size=64, write_page_index=True)
pq.write_table(t, 'plain.parquet', use_dictionary=False, column_encoding={'text': 'DELTA_LENGTH_BYTE_ARRAY', 'id': 'DELTA_BYTE_ARRAY', 'i8': 'DELTA_BINARY_PACKED', 'f32': 'BYTE_STREAM_SPLIT'})
pq.write_table(t, 'noschema.parquet', store_schema=False)
pq.write_table(t, 'int96.parquet', use_deprecated_int96_timestamps=True)
flat = t.drop(['f16', 'null', 'time', 'map', 'group', 'fixed', 'cat'])
try:
    import duckdb
    duckdb.sql("copy (from flat) to 'duckdb.parquet' (format parquet)")
    duckdb.sql("copy (from flat) to 'duckdb2.parquet' (format parquet, parquet_version v2, compression zstd)")
except ImportError: pass
try:
    import polars
    polars.from_arrow(flat).write_parquet('polars.parquet')
    polars.from_arrow(flat).write_parquet('polars2.parquet', use_pyarrow=False, statistics=False, compression='lz4')
except ImportError: pass
`

const matrixRead = `
import glob, pyarrow as pa, pyarrow.parquet as pq
bad = []
for name in sorted(glob.glob('*.parquet')):
    if name.startswith('out.'): continue
    a, b = pq.read_table(name), pq.read_table('out.' + name)
    if a.schema != b.schema: bad.append((name, 'schema', [(x, y) for x, y in zip(a.schema, b.schema) if x != y]))
    keep = set(b['id'].to_pylist())
    want = [r for r in a.to_pylist() if r['id'] in keep]
    got = b.to_pylist()
    if len(got) != 12: bad.append((name, 'rows', len(got)))
    for x, y in zip(want, got):
        for k in x:
            if repr(x[k]) != repr(y.get(k)): bad.append((name, k, x[k], y.get(k)))
    try:
        import duckdb
        if duckdb.sql("select count(*) from '" + 'out.' + name + "'").fetchall()[0][0] != len(got): bad.append((name, 'duckdb'))
    except ImportError: pass
    try:
        import polars
        if polars.read_parquet('out.' + name).height != len(got): bad.append((name, 'polars'))
    except ImportError: pass
assert not bad, '%d: %s' % (len(bad), bad[:12])
`
