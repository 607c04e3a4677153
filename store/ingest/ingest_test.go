package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	utf "golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"repost/dedup"
)

// write makes files below a new folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o777), os.WriteFile(p, []byte(data), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(paths []string, stdin string, opt Options) (recs []Record, errs []*Error) {
	for rec, err := range Read(paths, strings.NewReader(stdin), opt) {
		if err != nil {
			errs = append(errs, err.(*Error))
			continue
		}
		recs = append(recs, rec)
	}
	return recs, errs
}

// lines writes what came out of dir as one line a record or error.
func lines(dir string, recs []Record, errs []*Error) []string {
	var out []string
	for _, r := range recs {
		out = append(out, fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s", r.Doc.ID, r.Doc.URL, r.Doc.Source, r.Doc.Date, r.Doc.Title, r.Doc.Text, r.Encoding))
	}
	for _, e := range errs {
		s := strings.ReplaceAll(e.Error(), dir+string(filepath.Separator), "")
		s = strings.ReplaceAll(s, dir, "DIR")
		if e.Fatal {
			s += " (fatal)"
		}
		out = append(out, s)
	}
	return out
}

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

func zstded(s string) string {
	w, _ := zstd.NewWriter(nil)
	return string(w.EncodeAll([]byte(s), nil))
}

func encoded(e encoding.Encoding, s string) string {
	out, err := e.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

const han = "穆棱市扶贫办公室主任讲，今年以来全市脱贫攻坚工作取得了明显成效，群众的生活水平有了很大的提高。"

// TestRead says for each input what comes out: records as
// id|url|source|date|title|text|encoding, then errors.
func TestRead(t *testing.T) {
	cases := []struct {
		name  string
		files map[string]string
		paths []string // below the folder; none: the folder itself
		stdin string
		opt   Options
		want  []string
	}{
		{
			name: "a folder: by path, hidden and foreign files left out",
			files: map[string]string{
				"b.txt": "two", "a/x.txt": "one", ".hidden/y.txt": "no", ".z.txt": "no", "pic.jpg": "\xff\xd8no", "c": "three",
			},
			want: []string{"a/x.txt|||||one|UTF-8", "b.txt|||||two|UTF-8", "c|||||three|UTF-8"},
		},
		{
			name:  "text comes back byte for byte",
			files: map[string]string{"a.txt": "  \r\nA\tB　\r\n\n"},
			want:  []string{"a.txt|||||  \r\nA\tB　\r\n\n|UTF-8"},
		},
		{
			name:  "JSON lines with all fields, aliases, numbers, and blank lines",
			files: map[string]string{"d.jsonl": `{"id":"a","url":"u","source":"s","date":"d","title":"t","text":"x"}` + "\n\n" + `{"id":17,"Content":"y","pubDate":"2020","link":"l","other":{"a":[1]}}` + "\r\n" + `{"body":"z","url":"http://u"}` + "\n" + `{"text":"w"}`},
			want:  []string{"a|u|s|d|t|x|UTF-8", "17|l||2020||y|UTF-8", "http://u|http://u|u|||z|UTF-8", "d.jsonl:5|||||w|UTF-8"},
		},
		{
			name: "a text that is no string is none, and says so",
			files: map[string]string{"d.jsonl": `{"id":"a","text":17}` + "\n" + `{"id":"b","text":true}` + "\n" + `{"id":"c","text":null,"body":"x"}` + "\n" +
				`{"id":"d","content":{"a":"b"}}` + "\n" + `{"id":"e","text":null}` + "\n" + `{"id":["f"],"text":"x"}` + "\n" +
				`{"id":"g","text":{}}` + "\n" + `{"id":"h","text":[]}` + "\n" + `{"id":"i","text":["",null]}` + "\n" + `{"id":"j","text":[null,"x",null,"y"]}` + "\n" + `{"id":"k","other":null}`},
			want: []string{
				"c|||||x|UTF-8", "f|||||x|UTF-8", "j|||||x\ny|UTF-8",
				"reading d.jsonl: record 1, byte 17: field text: a string was expected, not a number",
				"reading d.jsonl: record 2, byte 38: field text: a string was expected, not true",
				"reading d.jsonl: record 4, byte 98: field content: a string was expected, not an object",
				"reading d.jsonl: record 5, byte 109: the text is empty: field text has no value",
				"reading d.jsonl: record 7, byte 173: the text is empty",
				"reading d.jsonl: record 8, byte 194: the text is empty",
				"reading d.jsonl: record 9, byte 215: the text is empty",
				"reading d.jsonl: record 11, byte 264: no field with a text; it has id, other",
			},
		},
		{
			name: "a number is an id as it is written, true is none, and of two fields id neither is right, and id goes before ID",
			files: map[string]string{"d.jsonl": `{"id":12.0,"date":20240131,"text":"x"}` + "\n" + `{"id":"a","source": true,"text":"x"}` + "\n" +
				`{"id":"b","text":"x", "id" : "c"}` + "\n" + `{"ID":"z","id":"y","text":"x"}` + "\n" + `{"id":"d","more":1,"more":2,"title":null,"text":"x"}` + "\n" + `{"id":"e","text":"x","text":"x"}` + "\n" + `{"\u0069d":"f","text":"x"}`},
			want: []string{
				"12.0|||2024-01-31||x|UTF-8", "a|||||x|UTF-8", "y|||||x|UTF-8", "d|||||x|UTF-8", "e|||||x|UTF-8", "f|||||x|UTF-8",
				"reading d.jsonl: record 3, byte 105: field id comes twice, with two values",
			},
		},
		{
			name:  "date and source are on one line, title and text as they are",
			files: map[string]string{"d.jsonl": `{"id":"a","date":"\n  2020-05-01\r\n ","source":"Evening\n\tPost","title":"A\nb","text":" x\n\ty"}`},
			want:  []string{"a||Evening Post|2020-05-01|A\nb| x\n\ty|UTF-8"},
		},
		{
			name:  "broken records are named and passed over",
			files: map[string]string{"d.jsonl": `{"id":"a","text":"x"}` + "\n" + `{"id":"b","text":}` + "\n" + `{"id":"c"}` + "\n" + `{"id":"d","text":" "}` + "\n" + `[1]` + "\n" + `{"id":"e","text":["x"]}` + "\n" + "{\"id\":\"f\",\"text\":\"穆\xff棱市扶贫办公室\"}\n" + `{"id":"g","text":"y"}` + "\n" + `{"id":"h","te`},
			want: []string{
				"a|||||x|UTF-8", "e|||||x|UTF-8", "f|||||穆\ufffd棱市扶贫办公室|UTF-8", "g|||||y|UTF-8",
				"reading d.jsonl: record 2, byte 22: the text is empty: field text has no value",
				"reading d.jsonl: record 3, byte 41: no field with a text; it has id",
				"reading d.jsonl: record 4, byte 69: the text is empty",
				"reading d.jsonl: record 5, byte 74: this is no JSON object; 3 bytes lost",
				"reading d.jsonl: record 9, byte 180: a string is not closed; 13 bytes lost",
			},
		},
		{
			name:  "an array, and objects on many lines",
			files: map[string]string{"a.json": "[{\"id\":1,\"text\":\"x\"},\n {\"id\":2},{\"text\":\"y\"}]\n", "b.json": "{\n \"id\": \"3\",\n \"text\": \"z\"\n}\n{\"text\":\"w\"}"},
			want:  []string{"1|||||x|UTF-8", "a.json:3|||||y|UTF-8", "3|||||z|UTF-8", "b.json:2|||||w|UTF-8", "reading a.json: record 2, byte 23: no field with a text; it has id"},
		},
		{
			name:  "an array that breaks: what was before it counts",
			files: map[string]string{"a.json": `[{"id":1,"text":"x"},{"id":2,"text":"y}]`, "b.json": `[{"id":3,"text":"x"} {"id":4}]`},
			want: []string{
				"1|||||x|UTF-8", "3|||||x|UTF-8",
				"reading a.json: record 2, byte 36: a string is not closed; 19 bytes lost",
				"reading b.json: record 2, byte 21: no field with a text; it has id",
			},
		},
		{
			name:  "packed files, told by their bytes",
			files: map[string]string{"a.txt.gz": gzipped("one"), "b.jsonl.gz": gzipped(`{"id":"b","text":"two"}`), "c.jsonl.zst": zstded(`{"id":"c","text":"three"}`), "d": gzipped(`{"id":"d","text":"four"}`), "e.txt.gz": "plain"},
			want:  []string{"a.txt.gz|||||one|UTF-8", "b|||||two|UTF-8", "c|||||three|UTF-8", "d|||||four|UTF-8", "e.txt.gz|||||plain|UTF-8"},
		},
		{
			name:  "a gzip file cut short: what was before the cut counts",
			files: map[string]string{"a.jsonl.gz": gzipped(`{"id":"a","text":"one"}` + "\n" + `{"id":"b","text":"two"}`)[:40], "b.txt.gz": gzipped("two")},
			want:  []string{"a|||||one|UTF-8", "b.txt.gz|||||two|UTF-8", "reading a.jsonl.gz: record 2, byte 24: gzip: the file is cut short (fatal)"},
		},
		{
			name: "stdin: JSON or a text", paths: []string{"-"}, stdin: "{\"text\":\"x\"}\n",
			want: []string{"-:1|||||x|UTF-8"},
		},
		{name: "stdin: a text", paths: []string{"-"}, stdin: "[视频]穆棱", want: []string{"-|||||[视频]穆棱|UTF-8"}},
		{name: "stdin: nothing", paths: []string{"-"}, want: []string{"reading -: the text is empty"}},
		{
			name: "a missing file, and the next one is read", paths: []string{"no", "a.txt"}, files: map[string]string{"a.txt": "x"},
			want: []string{"DIR/a.txt|||||x|UTF-8", "reading no: no such file or directory (fatal)"},
		},
		{name: "a folder without articles", files: map[string]string{"pic.jpg": "x"}, want: []string{"reading DIR: no articles in this folder (fatal)"}},
		{name: "empty files and files that are no text", files: map[string]string{"a.txt": "", "b.txt": " \n", "c": "\x00\x01\x02\x00", "d.jsonl": "\n"}, want: []string{
			"reading a.txt: the file is empty", "reading b.txt: the text is empty",
			"reading c: not a text: it holds zero bytes (fatal)", "reading d.jsonl: the text is empty",
		}},
		{
			name: "zero bytes spoil their record, and a mark before a later line none",
			files: map[string]string{
				"a.jsonl": `{"id":"a","text":"x"}` + "\n" + `{"id":"b","text":"` + "\x00" + `"}` + "\n\xef\xbb\xbf" + `{"id":"c","text":"z"}`,
				"b.txt":   "{\"\x00", "c.txt": "\xff\xfe\x00\x00a\x00\x00\x00",
			},
			want: []string{
				"a|||||x|UTF-8", "b|||||\ufffd|UTF-8", "c|||||z|UTF-8", "c.txt|||||a|UTF-32LE",
				"reading b.txt: not a text: it holds zero bytes (fatal)",
			},
		},
		{
			name: "what stands before damage in a packed file is read", files: map[string]string{"a.jsonl.gz": gzipped(`{"id":"a","text":"x"}`+"\n") + "junk"},
			want: []string{"a|||||x|UTF-8", "reading a.jsonl.gz: record 2, byte 22: gzip: after the packed data, at byte 47 of the file, stands something else (fatal)"},
		},
		{name: "blank texts that are asked for", opt: Options{Blank: true}, files: map[string]string{"a.txt": "", "b.txt": " \n"}, want: []string{
			"a.txt||||||UTF-8", "b.txt||||| \n|UTF-8",
		}},
		{
			name: "a long record is named and passed over", opt: Options{MaxRecord: 30},
			files: map[string]string{"a.jsonl": `{"id":"a","text":"x"}` + "\n" + `{"id":"b","text":"` + strings.Repeat("y", 40) + `"}` + "\n" + `{"id":"c","text":"z"}`, "b.txt": strings.Repeat("x", 31)},
			want:  []string{"a|||||x|UTF-8", "c|||||z|UTF-8", "reading a.jsonl: record 2, byte 22: the record is too long: over 30 bytes; 60 bytes lost", "reading b.txt: byte 30: the record is too long: over 30 bytes"},
		},
		{
			name: "bytes that are no text in UTF-8 are replaced", files: map[string]string{"a.txt": han + "\xc3" + han, "b.txt": "\xef\xbb\xbf" + "ab\xff"},
			want: []string{"a.txt|||||" + han + "\ufffd" + han + "|UTF-8", "b.txt|||||ab\ufffd|UTF-8"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := write(t, c.files)
			paths := []string{dir}
			if c.paths != nil {
				paths = nil
				for _, p := range c.paths {
					if p != "-" {
						p = filepath.Join(dir, p)
					}
					paths = append(paths, p)
				}
			}
			recs, errs := read(paths, c.stdin, c.opt)
			got := lines(dir, recs, errs)
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], dir, "DIR")
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// TestEncodings: a text, and a JSON line, in each encoding come out as the same
// UTF-8, and the encoding is named.
func TestEncodings(t *testing.T) {
	const (
		hant = "臺灣地區的經濟發展與社會變遷，對於整個東亞地區都產生了深遠的影響，學者們認為這個趨勢將會繼續下去。"
		ja   = "東京で開かれた会議では、経済協力についての話し合いが行われました。これからも続けていくということです。"
		ko   = "서울에서 열린 회의에서는 경제 협력에 대한 논의가 이루어졌으며 앞으로도 계속될 것이라고 밝혔다."
		ru   = "В Москве состоялось совещание, на котором обсуждались вопросы экономического сотрудничества между странами."
	)
	cases := []struct {
		name, text string
		enc        encoding.Encoding
	}{
		{"GB18030", han, simplifiedchinese.GB18030},
		{"GB18030", "穆棱市扶贫", simplifiedchinese.GBK},
		{"GB18030", "ABC" + strings.Repeat(" plain", 3000) + han, simplifiedchinese.GBK},
		{"GB18030", han + "𠮷", simplifiedchinese.GB18030},
		{"Big5", hant, traditionalchinese.Big5},
		{"Shift_JIS", ja, japanese.ShiftJIS},
		{"EUC-JP", ja, japanese.EUCJP},
		{"EUC-KR", ko, korean.EUCKR},
		{"windows-1251", ru, charmap.Windows1251},
		{"UTF-8", han, utf.UTF8},
		{"UTF-8", han, utf.UTF8BOM},
		{"UTF-16LE", han, utf.UTF16(utf.LittleEndian, utf.UseBOM)},
		{"UTF-16BE", "ok " + han + "𠮷", utf.UTF16(utf.BigEndian, utf.UseBOM)},
		{"UTF-16LE", "ok " + han, utf.UTF16(utf.LittleEndian, utf.IgnoreBOM)},
		{"UTF-16BE", "ok " + han, utf.UTF16(utf.BigEndian, utf.IgnoreBOM)},
	}
	for _, c := range cases {
		record := `{"id":"a","text":"` + c.text + `"}` + "\n"
		dir := write(t, map[string]string{
			"a.txt":   encoded(c.enc, c.text),
			"b.jsonl": encoded(c.enc, record+record),
			"c.json":  encoded(c.enc, "["+record+","+record+"]"),
		})
		recs, errs := read([]string{dir}, "", Options{})
		if len(recs) != 5 || len(errs) > 0 {
			t.Errorf("%s: %d records, %v", c.name, len(recs), errs)
		}
		for _, r := range recs {
			if r.Doc.Text != c.text || r.Encoding != c.name {
				t.Errorf("%s of %s: read as %s: %q", c.name, r.Origin.Path, r.Encoding, r.Doc.Text)
			}
		}
	}
}

// TestReplaced: bytes that GB18030 cannot have become U+FFFD, which is counted, and are
// found at their place where that is refused.
func TestReplaced(t *testing.T) {
	text := encoded(simplifiedchinese.GB18030, han)
	broken := text[:20] + "\xff\xff" + text[20:]
	dir := write(t, map[string]string{"a.txt": broken, "b.jsonl": `{"text":"` + broken + `"}` + "\n" + `{"text":"` + text + `"}`})
	recs, errs := read([]string{dir}, "", Options{})
	if len(recs) != 3 || len(errs) > 0 || recs[2].Doc.Text != han || recs[2].Replaced != 0 || recs[2].Encoding != "GB18030" {
		t.Fatalf("records %v, errors %v", recs, errs)
	}
	for _, r := range recs[:2] {
		if r.Doc.Text != han[:30]+"\ufffd\ufffd"+han[30:] || r.Replaced != 2 || r.Encoding != "GB18030" {
			t.Errorf("%+v", r)
		}
	}
	recs, errs = read([]string{dir}, "", Options{Strict: true})
	if len(recs) != 1 || len(errs) != 2 || errs[1].Record != 1 || !errors.Is(errs[0], ErrEncoding) {
		t.Errorf("records %v, errors %v", recs, errs)
	}
}

func TestErrorsUnwrap(t *testing.T) {
	_, errs := read([]string{filepath.Join(t.TempDir(), "none")}, "", Options{})
	if len(errs) != 1 || !errors.Is(errs[0], fs.ErrNotExist) || !errs[0].Fatal {
		t.Errorf("%v", errs)
	}
}

// TestUnescape: a string with any escapes is what encoding/json says it is, and half
// a surrogate pair is told from a whole one.
func TestUnescape(t *testing.T) {
	unit := rapid.OneOf(rapid.Uint16Range(0xd7fe, 0xe001), rapid.SampledFrom([]uint16{0xd83d, 0xde00}), rapid.Uint16())
	piece := rapid.OneOf(
		rapid.Map(rapid.String(), func(s string) string { b, _ := json.Marshal(s); return string(b[1 : len(b)-1]) }),
		rapid.Map(unit, func(u uint16) string { return fmt.Sprintf(`\u%04x`, u) }),
		rapid.Map(unit, func(u uint16) string { return fmt.Sprintf(`\u%04X`, u) }),
		rapid.SampledFrom([]string{`\\`, `\"`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t`, `\ufffd`, "\ufffd"}),
	)
	rapid.Check(t, func(t *rapid.T) {
		written := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
		var want string
		if err := json.Unmarshal([]byte(`"`+written+`"`), &want); err != nil {
			t.Fatal(err)
		}
		got, half := unescape([]byte(written))
		if got != want {
			t.Errorf("%s became %q, want %q", written, got, want)
		}
		given := strings.Count(strings.ToLower(written), `\ufffd`) + strings.Count(written, "\ufffd")
		if lost := strings.Count(want, "\ufffd") > given; !strings.Contains(written, `\\`) && half != lost {
			t.Errorf("%s: half is %t", written, half)
		}
	})
}

// TestFields: the members of an object are those that encoding/json finds, whatever
// stands in them.
func TestFields(t *testing.T) {
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		all := []*rapid.Generator[any]{
			rapid.Map(rapid.String(), func(s string) any { return s }), rapid.Map(rapid.Float64Range(-1e9, 1e9), func(f float64) any { return f }),
			rapid.SampledFrom([]any{nil, true, false, `a"}]\`, `\\"`, "穆棱，{"}),
		}
		if depth > 0 {
			all = append(all, rapid.Map(rapid.SliceOfN(value(depth-1), 0, 3), func(v []any) any { return v }),
				rapid.Map(rapid.MapOfN(rapid.String(), value(depth-1), 0, 3), func(v map[string]any) any { return v }))
		}
		return rapid.OneOf(all...)
	}
	rapid.Check(t, func(t *rapid.T) {
		object := rapid.MapOfN(rapid.String(), value(2), 0, 5).Draw(t, "object")
		b, err := json.MarshalIndent(object, "", rapid.SampledFrom([]string{"", " ", "\t\r"}).Draw(t, "indent"))
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
		for _, m := range membersOf(b) {
			text, _ := unescape(m.name)
			if string(want[text]) != string(m.value) || !bytes.HasPrefix(b[m.at:], m.value) {
				t.Errorf("%s: %q is %s at %d, want %s", b, text, m.value, m.at, want[text])
			}
			delete(want, text)
		}
		if len(want) > 0 {
			t.Errorf("%s: left out %v", b, want)
		}
	})
}

// TestHalf: an escape that is no character is read as U+FFFD and told.
func TestHalf(t *testing.T) {
	dir := write(t, map[string]string{"a.jsonl": `{"id":"a","text":"\ud800"}` + "\n" + `{"id":"b","title":"\udc00\ud800","text":"x"}` + "\n" + `{"id":"c","text":"\ud83d\ude00"}` + "\n" + `{"id":"d","text":"\ufffd"}`})
	recs, errs := read([]string{dir}, "", Options{})
	if len(recs) != 4 || len(errs) > 0 {
		t.Fatalf("%v, %v", recs, errs)
	}
	for i, want := range []struct {
		title, text string
		half        bool
	}{{"", "\ufffd", true}, {"\ufffd\ufffd", "x", true}, {"", "😀", false}, {"", "\ufffd", false}} {
		if r := recs[i]; r.Doc.Title != want.title || r.Doc.Text != want.text || r.Half != want.half {
			t.Errorf("%s: %+v", r.Doc.ID, r)
		}
	}
}

// TestStop: a consumer that has enough is not called again.
func TestStop(t *testing.T) {
	dir := write(t, map[string]string{"a.txt": "x", "b.jsonl": `{"text":"y"}` + "\n" + `{"text":"z"}`, "c.json": `[{"text":"y"},{"text":"z"}]`})
	for n := 1; n <= 5; n++ {
		got := 0
		for _, err := range Read([]string{dir, dir}, nil, Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			if got++; got == n {
				break
			}
		}
		if got != n {
			t.Errorf("stopped after %d, not %d", got, n)
		}
	}
}

// FuzzRead: no bytes make a reader panic or hand out a text that is no UTF-8 or
// is empty, and every error has a path.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"", "{", `{"id":1,"text":"x"}`, "[{\"text\":\"x\"}", "{\n\"text\":\"y\"}\n{}", gzipped("x"), zstded("y"), "\xff\xfe{\x00", han,
		encoded(simplifiedchinese.GB18030, han), "\x00", "\xef\xbb\xbf{\"body\":\"\\ud800\"}",
	} {
		f.Add([]byte(s), byte(0))
		f.Add([]byte(s), byte(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind byte) {
		name := []string{"-", "a.jsonl", "a.txt"}[kind%3]
		r := newRun(Options{MaxRecord: 1 << 16}, func(rec Record, err error) bool {
			var e *Error
			switch {
			case errors.As(err, &e):
				if e.Path != name {
					t.Errorf("an error of %q", e.Path)
				}
			case !utf8.ValidString(rec.Doc.Text) || strings.TrimSpace(rec.Doc.Text) == "" || rec.Doc.ID == "":
				t.Errorf("record %+v", rec)
			}
			return true
		})
		r.stream(source{path: name, id: name}, bytes.NewReader(data))
	})
}

// FuzzText: a text in UTF-8 comes back as it is.
func FuzzText(f *testing.F) {
	f.Add("穆棱\r\n\uFFFD")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.TrimSpace(s) == "" || strings.ContainsRune(s, 0) || strings.HasPrefix(s, "\uFEFF") || len(s) > 1<<20 {
			t.Skip()
		}
		var got dedup.Document
		r := newRun(Options{MaxRecord: 1 << 20}, func(rec Record, err error) bool {
			if err != nil {
				t.Fatal(err)
			}
			got = rec.Doc
			return true
		})
		r.stream(source{path: "a.txt", id: "a.txt"}, strings.NewReader(s))
		if got.Text != s {
			t.Errorf("%q became %q", s, got.Text)
		}
	})
}

func BenchmarkLines(b *testing.B) {
	var buf bytes.Buffer
	for i := range 1000 {
		fmt.Fprintf(&buf, `{"id":"%d","source":"s","date":"2020-01-02","title":"标题","text":"%s"}`+"\n", i, strings.Repeat(han, 10))
	}
	b.SetBytes(int64(buf.Len()))
	for b.Loop() {
		for _, err := range Read([]string{"-"}, bytes.NewReader(buf.Bytes()), Options{}) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// TestLinkedFolder reads a folder through a link: ids and paths are those below the
// link, and what is not read by its kind is told.
func TestLinkedFolder(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	for name, text := range map[string]string{"a.txt": "one", "sub/b.txt": "two", "sub/x.jpg": "<p>", "y.mp3": "1,2", ".hidden": "no"} {
		p := filepath.Join(dir, "real", name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o777), os.WriteFile(p, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink("real", link), os.Symlink("nowhere", filepath.Join(dir, "real", "z.txt"))); err != nil {
		t.Skip(err)
	}
	for _, root := range []string{link, link + "/"} {
		var got, passed []string
		for r, err := range Read([]string{root}, nil, Options{PassedOver: func(p, _ string) { passed = append(passed, p) }}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, r.Doc.ID, r.Origin.Path)
		}
		if want := []string{"a.txt", filepath.Join(link, "a.txt"), "sub/b.txt", filepath.Join(link, "sub/b.txt")}; !slices.Equal(got, want) {
			t.Errorf("%s: read %q, want %q", root, got, want)
		}
		if want := []string{filepath.Join(link, ".hidden"), filepath.Join(link, "sub/x.jpg"), filepath.Join(link, "y.mp3"), filepath.Join(link, "z.txt")}; !slices.Equal(passed, want) {
			t.Errorf("%s: passed over %q, want %q", root, passed, want)
		}
	}
}
