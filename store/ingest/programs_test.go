package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"repost/dedup"
)

// Files made by other programs read as what was put into them. A test skips, and says
// which program is missing, where there is none.

// invented are documents with what is hard in each format: quotes, delimiters, line
// ends, spaces at the ends, characters beyond the basic plane, markup.
var invented = []dedup.Document{
	{ID: "a1", URL: "http://news.example/1", Source: "青禾晚报", Date: "2019-01-10", Title: "白桦镇修好三座桥", Text: "本报白桦1月10日电 白桦镇的三座桥昨天通车。\n镇长说：“车辆可以通行，限重20吨。”\n桥长120米。"},
	{ID: "a2", URL: "http://news.example/2", Source: "Willow Gazette", Date: "2019-02-03", Title: `He said "no", twice`, Text: "The mayor said \"no\", and then, \"no\" again;\tthe council | the press agreed.\n\nNobody asked why. 5 < 6 & 7 > 3."},
	{ID: "a3", URL: "http://news.example/3", Source: "南塘日报", Date: "2020-12-31", Title: "雪后,道路;结冰", Text: "𠮷野家门前的路结冰了😀，行人请小心。\r\n清扫工作从早上五点开始。"},
	{ID: "a4", URL: "http://news.example/4", Source: "みなと新聞", Date: "2021-06-01", Title: "港に新しい灯台", Text: "港に新しい灯台が建ちました。\n高さは三十メートルです。"},
}

// documents returns what a file gives, without what formats add.
func documents(t *testing.T, path string) []dedup.Document {
	t.Helper()
	recs, errs := read([]string{path}, "", Options{})
	for _, e := range errs {
		t.Error(e)
	}
	var docs []dedup.Document
	for _, r := range recs {
		docs = append(docs, r.Doc)
	}
	return docs
}

func sameDocuments(t *testing.T, path string, want []dedup.Document) {
	t.Helper()
	if diff := cmp.Diff(want, documents(t, path)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", filepath.Base(path), diff)
	}
}

// program runs a program in a new folder that holds the invented documents as
// in.jsonl, and returns the folder. It skips the test where the program is missing.
func program(t *testing.T, name string, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, d := range invented {
		enc.Encode(map[string]string{"id": d.ID, "url": d.URL, "source": d.Source, "date": d.Date, "title": d.Title, "text": d.Text})
	}
	if err := os.WriteFile(filepath.Join(dir, "in.jsonl"), b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, d := range invented {
		if err := os.WriteFile(filepath.Join(dir, d.ID+".txt"), []byte(d.Text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	runProgram(t, dir, name, args...)
	return dir
}

func runProgram(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("there is no %s here", name)
	}
	c := exec.Command(name, args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// python runs a script. It skips the test where a module is missing.
func python(t *testing.T, script string, modules ...string) string {
	t.Helper()
	for _, interpreter := range []string{os.Getenv("REPOST_PYTHON"), "python3"} {
		if interpreter == "" {
			continue
		}
		if exec.Command(interpreter, "-c", "import "+strings.Join(modules, ",")).Run() == nil {
			return program(t, interpreter, "-c", "import json\nrows=[json.loads(l) for l in open('in.jsonl',encoding='utf-8')]\n"+script)
		}
	}
	t.Skipf("there is no python3 with %s here", strings.Join(modules, ", "))
	return ""
}

func TestParquetOfPyarrow(t *testing.T) {
	dir := python(t, `
import datetime, decimal
import pyarrow as pa, pyarrow.parquet as pq
t = pa.Table.from_pylist(rows)
for codec in ['none','snappy','gzip','brotli','zstd','lz4']:
    pq.write_table(t, codec+'.parquet', compression=codec)
pq.write_table(t, 'nodict.parquet', use_dictionary=False, data_page_version='2.0')
pq.write_table(t, 'delta.parquet', use_dictionary=False, column_encoding={c:'DELTA_BYTE_ARRAY' for c in t.column_names})
pq.write_table(t, 'deltalength.parquet', use_dictionary=False, column_encoding={c:'DELTA_LENGTH_BYTE_ARRAY' for c in t.column_names})
pq.write_table(t, 'groups.parquet', row_group_size=1, data_page_size=16)
for codec in ['snappy','lz4']:
    with pq.ParquetWriter('holes_'+codec+'.parquet', t.schema, compression=codec) as w: # row groups without rows
        for some in [t.slice(0, 0), t.slice(0, 1), t.slice(0, 0), t.slice(1), t.slice(0, 0)]:
            w.write_table(some)
pq.write_table(t.cast(pa.schema([(n, pa.large_string()) for n in t.column_names])), 'large.parquet')
d = [datetime.date.fromisoformat(r['date']) for r in rows]
dt = [datetime.datetime.fromisoformat(r['date']) for r in rows]
for name, col in {'date32': pa.array(d, pa.date32()), 'ms': pa.array(dt, pa.timestamp('ms')), 'us': pa.array(dt, pa.timestamp('us','UTC')), 'ns': pa.array(dt, pa.timestamp('ns'))}.items():
    pq.write_table(t.set_column(t.column_names.index('date'), 'date', col), name+'.parquet')
pq.write_table(t.set_column(t.column_names.index('date'), 'date', pa.array(dt, pa.timestamp('ns'))), 'int96.parquet', use_deprecated_int96_timestamps=True)
nested = [{'id': r['id'], 'article': {'text': r['text'], 'n': i, 'price': decimal.Decimal('-0.05')}, 'tags': ['x', None, 'y'][:i], 'authors': [{'name': 'n', 'born': i}] * i,
  'map': [('k', i)], 'empty': None, 'yes': i % 2 == 0, 'f': 0.5} for i, r in enumerate(rows)]
pq.write_table(pa.Table.from_pylist(nested, schema=pa.schema([('id', pa.string()), ('article', pa.struct([('text', pa.string()), ('n', pa.uint32()), ('price', pa.decimal128(9, 2))])),
  ('tags', pa.list_(pa.string())), ('authors', pa.list_(pa.struct([('name', pa.string()), ('born', pa.int16())]))), ('map', pa.map_(pa.string(), pa.int64())), ('empty', pa.int32()), ('yes', pa.bool_()), ('f', pa.float32())])), 'nested.parquet')
`, "pyarrow")
	files, err := filepath.Glob(filepath.Join(dir, "*.parquet"))
	if err != nil || len(files) < 17 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	typed := map[string]bool{"date32": true, "ms": true, "us": true, "ns": true, "int96": true, "nested": true}
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".parquet")
		if !typed[name] {
			sameDocuments(t, path, invented)
		} else if name != "nested" {
			for i, w := range parquetFile(t, path) {
				want := invented[i].Date + " 00:00:00 +0000 UTC"
				switch name {
				case "date32":
					want = invented[i].Date // a day has no time
				case "ms", "ns":
					want = invented[i].Date + "T00:00:00" // of a clock in no zone
				}
				if got := fmt.Sprint(w.fields[0].Value); got != want || w.fields[0].Name != "date" {
					t.Errorf("%s: %v", name, w.fields)
				}
			}
		}
	}
	got := parquetFile(t, filepath.Join(dir, "nested.parquet"))[1].fields
	want := []Field{
		{"id", "a2"}, {"article.text", invented[1].Text}, {"article.n", uint64(1)}, {"article.price", json.Number("-0.05")},
		{"tags", []any{"x"}}, {"authors", []any{[]Field{{"name", "n"}, {"born", int64(1)}}}}, {"map.k", int64(1)}, {"empty", nil}, {"yes", false}, {"f", 0.5},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// parquetFile returns the rows of a file.
func parquetFile(t *testing.T, path string) (rows []row) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for w, err := range parquetRecords(bytes.NewReader(b), int64(len(b)), &bounds{packed: int64(len(b)), limits: usualLimits}, func(*ParquetFile) {}) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, w)
	}
	return rows
}

func TestParquetOfDuckDB(t *testing.T) {
	dir := python(t, `
import duckdb
c = duckdb.connect()
for codec in ['uncompressed','snappy','gzip','zstd','brotli','lz4_raw']:
    c.execute(f"copy (select id,url,source,date::varchar as date,title,text from read_json('in.jsonl')) to '{codec}.parquet' (format parquet, codec '{codec}')")
c.execute("copy (select id,url,source,date::varchar as date,title,text from read_json('in.jsonl')) to 'v2.parquet' (format parquet, parquet_version v2)")
c.execute("copy (select id,url,source,date::varchar as date,title,text from read_json('in.jsonl')) to 'out.csv' (format csv, header)")
c.execute("copy (select id,url,source,date::varchar as date,title,text from read_json('in.jsonl')) to 'out.tsv' (format csv, header, delimiter '\t')")
c.execute("copy (select id,url,source,date::varchar as date,title,text from read_json('in.jsonl')) to 'quoted.csv' (format csv, header, force_quote *, delimiter ';')")
`, "duckdb")
	files, _ := filepath.Glob(filepath.Join(dir, "*.[pct]*v*"))
	more, _ := filepath.Glob(filepath.Join(dir, "*.parquet"))
	if files = append(files, more...); len(files) < 10 {
		t.Fatalf("%d files", len(files))
	}
	for _, path := range slices.Compact(files) {
		sameDocuments(t, path, invented)
	}
}

func TestCSVOfPython(t *testing.T) {
	dir := python(t, `
import csv
cols = list(rows[0])
for i, (d, q) in enumerate([(d, q) for d in ',;\t|' for q in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)]):
    with open(f'{i}.csv', 'w', newline='', encoding='utf-8-sig' if i % 2 else 'utf-8') as f:
        w = csv.DictWriter(f, cols, delimiter=d, quoting=q, lineterminator='\r\n' if i % 3 else '\n')
        w.writeheader(); w.writerows(rows)
with open('escaped.csv', 'w', newline='', encoding='utf-8') as f:
    w = csv.DictWriter(f, cols, doublequote=False, escapechar='\\'); w.writeheader(); w.writerows(rows)
with open('utf16.csv', 'w', newline='', encoding='utf-16') as f:
    w = csv.DictWriter(f, cols, delimiter='\t'); w.writeheader(); w.writerows(rows)
`, "csv")
	files, _ := filepath.Glob(filepath.Join(dir, "*.csv"))
	if len(files) != 14 {
		t.Fatalf("%d files", len(files))
	}
	for _, path := range files {
		sameDocuments(t, path, invented)
	}
}

func TestWARCOfWarcio(t *testing.T) {
	dir := python(t, `
import io, gzip, zlib
from warcio.warcwriter import WARCWriter
from warcio.statusandheaders import StatusAndHeaders
def chunked(b): return b''.join(b'%x\r\n%s\r\n' % (len(b[i:i+100]), b[i:i+100]) for i in range(0, len(b), 100)) + b'0\r\n\r\n'
for name, gz in (('a.warc.gz', True), ('b.warc', False)):
    with open(name, 'wb') as f:
        w = WARCWriter(f, gzip=gz)
        w.write_record(w.create_warcinfo_record(name, {'software': 'test'}))
        for i, r in enumerate(rows):
            body = r['text'].encode('utf-8')
            headers = [('Content-Type', 'text/plain; charset=utf-8')]
            if i % 2: body = gzip.compress(body); headers.append(('Content-Encoding', 'gzip'))
            if i > 1: body = chunked(body); headers.append(('Transfer-Encoding', 'chunked'))
            date = {'WARC-Date': r['date'] + 'T00:00:00Z'}
            w.write_record(w.create_warc_record(r['url'], 'request', warc_headers_dict=dict(date), payload=io.BytesIO(b'GET / HTTP/1.1\r\n\r\n'), http_headers=StatusAndHeaders('GET / HTTP/1.1', [], is_http_request=True)))
            w.write_record(w.create_warc_record(r['url'], 'response', warc_headers_dict=dict(date), payload=io.BytesIO(body), http_headers=StatusAndHeaders('200 OK', headers, protocol='HTTP/1.1')))
            w.write_record(w.create_warc_record(r['url'] + '/no', 'response', warc_headers_dict=dict(date), payload=io.BytesIO(b'not found'), http_headers=StatusAndHeaders('404 Not Found', headers, protocol='HTTP/1.1')))
            w.write_record(w.create_warc_record(r['url'] + '/pic', 'response', warc_headers_dict=dict(date), payload=io.BytesIO(b'\xff\xd8'), http_headers=StatusAndHeaders('200 OK', [('Content-Type', 'image/jpeg')], protocol='HTTP/1.1')))
for name in ('c.warc.wet.gz',):
    with open(name, 'wb') as f:
        w = WARCWriter(f, gzip=True)
        for r in rows:
            w.write_record(w.create_warc_record(r['url'], 'conversion', warc_headers_dict={'WARC-Date': r['date'] + 'T00:00:00Z'}, payload=io.BytesIO(r['text'].encode('utf-8')), warc_content_type='text/plain'))
`, "warcio")
	var want []dedup.Document
	for _, d := range invented {
		day := strings.ReplaceAll(d.Date, "-", "")
		want = append(want, dedup.Document{ID: day + "000000/" + d.URL, URL: d.URL, Source: "news.example", Date: d.Date + "T00:00:00Z", Text: d.Text})
	}
	for _, name := range []string{"a.warc.gz", "b.warc", "c.warc.wet.gz"} {
		sameDocuments(t, filepath.Join(dir, name), want)
	}
}

func TestPackedBySystemTools(t *testing.T) {
	for _, c := range []struct{ tool, ending string }{{"gzip", ".gz"}, {"zstd", ".zst"}, {"xz", ".xz"}, {"bzip2", ".bz2"}} {
		t.Run(c.tool, func(t *testing.T) {
			dir := program(t, c.tool, "-k", "in.jsonl")
			path := filepath.Join(dir, "in.jsonl"+c.ending)
			sameDocuments(t, path, invented)
			once, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, append(once, once...), 0o666); err != nil {
				t.Fatal(err)
			}
			sameDocuments(t, path, append(slices.Clone(invented), invented...)) // put together with cat
		})
	}
}

func TestArchivesOfSystemTools(t *testing.T) {
	members := func(archive string) []dedup.Document {
		var want []dedup.Document
		for _, d := range invented {
			want = append(want, dedup.Document{ID: archive + "/" + d.ID + ".txt", Text: d.Text})
		}
		return want
	}
	for _, c := range []struct {
		name string
		tool []string
	}{
		{"a.tar", []string{"tar", "cf"}}, {"a.tar.gz", []string{"tar", "czf"}}, {"a.tar.xz", []string{"tar", "cJf"}}, {"a.tar.bz2", []string{"tar", "cjf"}},
		{"a.tar.zst", []string{"tar", "--zstd", "-cf"}}, {"a.tgz", []string{"tar", "czf"}}, {"pax.tar", []string{"tar", "--format=pax", "-cf"}}, {"v7.tar", []string{"tar", "--format=v7", "-cf"}},
		{"a.zip", []string{"zip", "-q"}}, {"bz.zip", []string{"zip", "-q", "-Z", "bzip2"}}, {"stored.zip", []string{"zip", "-q", "-0"}}, {"stream.zip", []string{"zip", "-q", "-fd"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append(slices.Clone(c.tool[1:]), c.name, "a1.txt", "a2.txt", "a3.txt", "a4.txt")
			dir := program(t, c.tool[0], args...)
			path := filepath.Join(dir, c.name)
			sameDocuments(t, path, members(filepath.ToSlash(path)))
			for _, d := range invented {
				os.Remove(filepath.Join(dir, d.ID+".txt"))
			}
			os.Remove(filepath.Join(dir, "in.jsonl"))
			sameDocuments(t, dir, members(c.name)) // below a folder
		})
	}
}

func TestEncodedByIconv(t *testing.T) {
	for _, name := range []string{"GB18030", "GBK", "BIG5", "UTF-16", "UTF-16LE", "SHIFT_JIS", "EUC-JP", "EUC-KR"} {
		t.Run(name, func(t *testing.T) {
			text := map[string]string{
				"BIG5": "白樺鎮的三座橋昨天通車，鎮長說車輛可以通行，橋長一百二十公尺。\n市民對新橋表示滿意，認為交通比以前方便。\n", "SHIFT_JIS": "港に新しい灯台が建ちました。高さは三十メートルです。\n夜になると光が遠くまで届きます。\n",
				"EUC-KR": "항구에 새 등대가 세워졌다. 높이는 삼십 미터이다.\n밤이 되면 빛이 멀리까지 닿는다.\n",
			}[name]
			if name == "EUC-JP" {
				text = "港に新しい灯台が建ちました。高さは三十メートルです。\n夜になると光が遠くまで届きます。\n"
			}
			if text == "" {
				text = "白桦镇的三座桥昨天通车，镇长说车辆可以通行，桥长一百二十米。\n居民对新桥表示满意，认为交通比以前方便。\n"
			}
			dir := t.TempDir()
			os.WriteFile(filepath.Join(dir, "in"), []byte(text), 0o666)
			runProgram(t, dir, "sh", "-c", "command -v iconv >/dev/null && iconv -f UTF-8 -t "+name+" in >a.txt")
			if got := documents(t, filepath.Join(dir, "a.txt")); len(got) != 1 || got[0].Text != text {
				t.Errorf("%q", got)
			}
		})
	}
}

// The day on which a file was made is its date only if nothing else says one, and never if it
// is that of a template of the program: all its files have that.
func TestDateOfOfficeFile(t *testing.T) {
	dir := t.TempDir()
	body := "<w:document><w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>"
	for _, c := range []struct{ text, made, want string }{
		{"2025-03-02 08:30 来源：青禾日报 老码头重新开放。", "2024-12-23T23:15:00Z", "2025-03-02 " + dedup.DateFromText},
		{"老码头重新开放，来的人很多。", "2024-12-23T23:15:00Z", "2024-12-23 " + dedup.DateFromFile},
		{"老码头重新开放，来的人很多。", templateDates[0], " "},
	} {
		core := "<cp:coreProperties><dcterms:created>" + c.made + "</dcterms:created></cp:coreProperties>"
		path := filepath.Join(dir, "a.docx")
		if err := os.WriteFile(path, []byte(zipOf("word/document.xml", fmt.Sprintf(body, c.text), "docProps/core.xml", core)), 0o666); err != nil {
			t.Fatal(err)
		}
		got := documents(t, path)
		if len(got) != 1 || got[0].Date[:min(10, len(got[0].Date))]+" "+got[0].DateFrom != c.want {
			t.Errorf("%s: %+v, want %s", c.text, got, c.want)
		}
	}
}

func TestOfficeOfLibreOffice(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes seconds to start")
	}
	dir := t.TempDir()
	page := `<html><head><meta charset="utf-8"><title>白桦镇修好三座桥</title></head><body><h1>白桦镇修好三座桥</h1><p>本报白桦1月10日电　白桦镇的三座桥昨天通车。</p>
<p>镇长说：“车辆可以通行，<b>限重</b>20吨。”</p><table><tr><td>桥</td><td>长</td></tr></table><ul><li>甲</li><li>乙</li></ul></body></html>`
	if err := os.WriteFile(filepath.Join(dir, "a.html"), []byte(page), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"docx", "odt"} {
		runProgram(t, dir, "soffice", "-env:UserInstallation=file://"+filepath.ToSlash(filepath.Join(dir, "profile")), "--headless", "--writer", "--convert-to", kind, "a.html")
		got := documents(t, filepath.Join(dir, "a."+kind))
		want := "白桦镇修好三座桥\n本报白桦1月10日电　白桦镇的三座桥昨天通车。\n镇长说：“车辆可以通行，限重20吨。”\n桥\t长\n甲\n乙"
		if len(got) != 1 || got[0].Text != want || got[0].Title != "白桦镇修好三座桥" {
			t.Errorf("%s: %q", kind, got)
		}
	}
}
