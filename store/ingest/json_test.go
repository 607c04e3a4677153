package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestJSONLosesNothing: what comes out of files that are not quite JSON. Records are
// id=text, errors are !record,byte: reason.
func TestJSONLosesNothing(t *testing.T) {
	rec := func(id string) string { return `{"id":"` + id + `","text":"text of ` + id + `"}` }
	a, b, c := rec("a"), rec("b"), rec("c")
	abc := []string{"a", "b", "c"}
	for name, tc := range map[string]struct {
		in   string
		ids  []string
		errs []string
	}{
		"two arrays":                     {"[" + a + "][" + b + "," + c + "]", abc, nil},
		"an array, then objects":         {"[" + a + "]\n" + b + "\n" + c, abc, nil},
		"an array, then garbage":         {"[" + a + "," + b + "," + c + "] and that was all", abc, []string{"!0,92: this is no JSON object; 16 bytes lost"}},
		"lines that end in commas":       {a + ",\n" + b + ",\n" + c + ",\n", abc, nil},
		"array lines with commas":        {"[\n" + a + ",\n" + b + ",\n" + c + ",\n]\n", abc, nil},
		"no comma":                       {"[" + a + " " + b + "\n" + c + "]", abc, nil},
		"several on a line":              {a + b + " " + c + "\n", abc, nil},
		"pretty-printed":                 {strings.NewReplacer(",", ",\n  ", "{", "{\n  ", "}", "\n}\n").Replace(a + b + c), abc, nil},
		"NaN that is not used":           {`{"score":NaN,"id":"a","text":"text of a"}` + b + c, abc, nil},
		"a list for a title":             {`{"id":"a","title":["x","y"],"text":"text of a"}` + b + c, abc, nil},
		"no value":                       {`{"score":,"id":"a","text":"text of a"}` + "\n" + b + "\n" + c, abc, nil},
		"no comma in an object":          {`{"id":"a" "text":"text of a"}` + "\n" + b + "\n" + c, abc, nil},
		"names without quotes":           {`{id:"a",text:"text of a"}` + "\n" + b + "\n" + c, abc, nil},
		"comments":                       {"// a dump\n[" + a + ", /* here */ " + b + "," + c + "]", abc, nil},
		"a lone bracket":                 {a + "\n]\n" + b + "\n}\n" + c + "\n", abc, []string{"!4,62: this is no JSON object; 1 bytes lost"}},
		"cut off in a string":            {a + "\n" + b[:24] + "\n" + c + "\n", []string{"a", "c"}, []string{"!2,47: a string is not closed; 24 bytes lost"}},
		"cut off after a string":         {a + "\n" + b[:10] + "\n" + c + "\n", []string{"a", "c"}, []string{"!2,41: the object is cut off; 10 bytes lost"}},
		"cut off in an array of lines":   {"[" + a + ",\n" + `{"id":"b","tags":["x",` + "\n" + c + ",\n" + rec("d") + "\n]", []string{"a", "c", "d"}, []string{"!2,55: the object is cut off; 21 bytes lost"}},
		"cut off at the end":             {a + "\n" + b + "\n" + c[:24], []string{"a", "b"}, []string{"!3,77: a string is not closed; 24 bytes lost"}},
		"a quote is missing, one line":   {"[" + a + `,{"id":"b","text":"text of b},` + c + "]", []string{"a", "c"}, []string{"!2,64: a colon is missing; 28 bytes lost"}},
		"single quotes":                  {a + "\n{'id': 'b', 'text': 'text of b', 'note': \"it's\", 'x': None}\n{u'id': u'c', 'text': b'text \\x6ff c'}\n", abc, nil},
		"bytes of Python 2":              {`{'id': 'a', 'text': 'text of a', 'title': '\xe6\xa1\xa5'}`, []string{"a"}, nil},
		"the shell of MongoDB":           {`{ "_id" : ObjectId("a"), "text" : "text of a", "n" : NumberLong(5), "at" : new Date(1709601723000) }` + "\n" + b + "\n" + c, abc, nil},
		"calls of Python":                {`{'id': UUID('a'), 'text': 'text of a', 'date': datetime.datetime(2024, 3, 5, 9, 27, tzinfo=<UTC>), 'l': [Decimal('1'), f(1, 2)]}` + "\n" + b, []string{"a", "b"}, nil},
		"a call that is not closed":      {`{"id":"a","at":Date(1,"text":"text of a"}` + "\n" + b + "\n" + c, []string{"b", "c"}, []string{"!1,19: the bracket ( is not closed; 41 bytes lost"}},
		"quotes that nobody escaped":     {`{"id":"a","note":"a "so-called" note","text":"text of a"}` + "\n" + b + "\n" + `{"id":"c","tags":["x "y" z","w"],"note":"he said "no"","text":"text of c"}`, abc, nil},
		"bulk lines":                     {`{"index":{"_index":"n","_id":"a"}}` + "\n" + `{"text":"text of a"}` + "\n" + `{"delete":{"_id":"x"}}` + "\n" + `{"create":{"_id":"c"}}` + "\n" + `{"text":"text of c"}`, []string{"a", "c"}, nil},
		"the log of a container":         {`{"log":"{\"id\":\"a\",\"text\":\"text of a\"}\n","stream":"stdout","time":"2024-03-05T01:00:00Z"}`, []string{"a"}, nil},
		"events of a server":             {"event: news\nid: 1\ndata: " + a + "\n\n: still here\ndata: [" + b + "," + c + "]\n\ndata: [DONE]\n", abc, nil},
		"keys of a queue":                {"k1\t" + a + "\nk2\t" + b + "\nk3\t" + c, abc, nil},
		"logs with other lines":          {"10:00 start\n10:01 got " + a + " in 3 ms\n10:02 got " + b + "\n10:03 got " + c + "\n10:04 done {3}\n", abc, nil},
		"a mark in the middle":           {"\ufeff" + a + "\n\ufeff" + b + "\ufeff" + c, abc, nil},
		"record separators, RFC 7464":    {"\x1e" + a + "\n\x1e" + b + "\n\x1e" + c + "\n", abc, nil},
		"carriage returns alone":         {a + "\r" + b + "\r" + c + "\r", abc, nil},
		"zero bytes between":             {a + "\n\x00\x00\x00\n" + b + "\n" + c + "\x00\x00", abc, nil},
		"JSONP":                          {"callback([" + a + "," + b + "," + c + "]);", abc, nil},
		"a variable":                     {"var data = [" + a + "," + b + "," + c + "];\n", abc, nil},
		"a script guard":                 {")]}',\n[" + a + "," + b + "," + c + "]", abc, nil},
		"articles":                       {`{"status":"ok","articles":[` + a + "," + b + "," + c + `],"total":3}`, abc, nil},
		"data.items":                     {`{"data":{"page":1,"items":[` + a + "," + b + "]}}\n" + `{"data":{"page":2,"items":[` + c + "]}}\n", abc, nil},
		"under their ids":                {`{"a":{"text":"text of a"},"b":{"text":"text of b"},"c":{"text":"text of c"}}`, abc, nil},
		"hits":                           {`{"hits":{"hits":[{"_id":"a","_source":{"text":"text of a"}},{"_id":"b","_source":{"text":"text of b"}},{"_id":"c","_source":{"text":"text of c"}}]}}`, abc, nil},
		"comments are no records":        {a + "\n" + `{"id":"b","comments":[{"text":"no"}]}` + "\n" + `{"id":"c","text":"text of c","comments":[{"text":"no"}]}`, []string{"a", "c"}, []string{"!2,30: no field with a text; it has id, comments"}},
		"a log before each":              {"INFO 1 " + a + "\nINFO 2 " + b + "\nINFO 3 " + c + "\n", abc, nil},
		"a lone colon":                   {a + "\n:\n" + b + "\n" + c + "\n", abc, []string{"!2,30: this is no JSON object; 1 bytes lost"}},
		"something before one":           {a + "\nxx " + b + "\n" + c + "\n", abc, []string{"!2,30: this is no JSON object; 2 bytes lost"}},
		"a line end in a string":         {`{"id":"a","text":"text of a"}` + "\n" + `{"id":"b","note":"two` + "\n" + `lines","text":"text of b"}` + "\n" + c, abc, nil},
		"an escape of nothing":           {`{"id":"a","note":"\q","text":"text of a"}` + b + c, abc, nil},
		"a text that is a list":          {`{"id":"a","text":["text","of a"]}`, []string{"a"}, nil},
		"extended JSON":                  {`{"_id":{"$oid":"a"},"text":"text of a"}` + "\n" + `{"id":"b","title":{"rendered":"t"},"content":{"rendered":"text of b"}}`, []string{"a", "b"}, nil},
		"nested":                         {`{"id":"a","article":{"body":"text of a"}}`, []string{"a"}, nil},
		"an array that is never closed":  {"[" + a + ",\n" + b + ",\n" + c, abc, nil},
		"no object at all":               {`["a","b"]`, nil, []string{"!0,1: this is no JSON object but a list of strings: for instance, jq -c '.[] | {text: .}' FILE makes objects of them; 8 bytes lost"}},
		"an object in front of an array": {a + "[" + b + "]" + c, abc, nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, packed := range []bool{false, true} {
				file, in := "a.json", tc.in
				if packed {
					file, in = "a.json.gz", gzipped(tc.in)
				}
				recs, errs := read([]string{write(t, map[string]string{file: in})}, "", Options{})
				var ids, said []string
				for _, r := range recs {
					ids = append(ids, r.Doc.ID)
					if got := strings.ReplaceAll(r.Doc.Text, "\n", " "); got != "text of "+r.Doc.ID {
						t.Errorf("%s: %q", r.Doc.ID, r.Doc.Text)
					}
				}
				for _, e := range errs {
					reason := e.Error()[strings.Index(e.Error(), e.Err.Error()):]
					said = append(said, fmt.Sprintf("!%d,%d: %s", e.Record, e.Byte, reason))
				}
				if d := cmp.Diff(tc.ids, ids) + cmp.Diff(tc.errs, said); d != "" {
					t.Errorf("packed %v:\n%s", packed, d)
				}
			}
		})
	}
}

// TestLongLine: a line that is too long takes none of the lines after it.
func TestLongLine(t *testing.T) {
	line := func(id string, n int) string {
		return fmt.Sprintf(`{"id":"%s","text":"%s"}`+"\n", id, strings.Repeat("word ", n))
	}
	in := line("a", 10) + line("b", 20_000) + `{"id":"c","parts":[` + strings.TrimSpace(line("d", 20_000)) + "]}\n"
	for i := range 50 {
		in += line(fmt.Sprint("e", i), 10)
	}
	recs, errs := read([]string{"-"}, in, Options{MaxRecord: 30_000})
	if len(recs) != 51 || len(errs) == 0 {
		t.Errorf("%d records, %v", len(recs), errs)
	}
}

// TestCommentsAnywhere: a comment between records is none of them, wherever what is read at once ends.
func TestCommentsAnywhere(t *testing.T) {
	var b strings.Builder
	b.WriteString("[\n")
	const n = 2000
	for i := range n {
		fmt.Fprintf(&b, "  // %s %d\n  /* %d */ {\"id\":\"d%d\",\"text\":\"%s\"},\n", strings.Repeat("-", i%97), i, i, i, strings.Repeat(han, 2))
	}
	recs, errs := read([]string{"-"}, b.String()+"]", Options{Format: "json"})
	if len(recs) != n || len(errs) > 0 {
		t.Errorf("%d records, %v", len(recs), errs)
	}
}

// TestLongEnvelope: an envelope longer than is held in memory is entered.
func TestLongEnvelope(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(`{"status":"ok","data":{"total":300,"list":[`)
	const n = 300
	for i := range n {
		fmt.Fprintf(&b, `{"id":"d%d","text":"%s"},`, i, strings.Repeat(han, 200))
	}
	b.Truncate(b.Len() - 1)
	b.WriteString(`],"next":{"page":2}},"time":0.1}`)
	recs, errs := read([]string{"-"}, b.String(), Options{})
	if len(recs) != n || len(errs) > 1 {
		t.Errorf("%d records, %v", len(recs), errs)
	}
}

// TestHostileJSON: files made to cost are read in steps that grow with their size: each
// is read at two sizes, and the larger does not walk over more than its share.
func TestHostileJSON(t *testing.T) {
	for name, unit := range map[string]string{
		"brackets": "[", "braces": "{", "open objects": `{"a":`, "open arrays": `{"a":[`, "quotes": `{"`, "lines": "{\"a\":\"\n",
		"backslashes": `\\`, "names": `{"id":1,`, "commas": ",", "objects in objects": "{\"id\":{\n", "cut texts": "{\"id\":1,\"text\":\"x\n",
	} {
		steps := func(n int) int64 {
			j := &countingReader{r: strings.NewReader(`{"id":0,"text":"first"}` + "\n" + strings.Repeat(unit, n/len(unit)))}
			r := newRun(Options{MaxRecord: 1 << 30}, func(Record, error) bool { return true })
			r.stream(source{path: "a.json", id: "a.json"}, j)
			return r.walked
		}
		small, large := steps(1<<18), steps(1<<20)
		if large > 4*small+64<<20 {
			t.Errorf("%s: %d steps for 256 KiB, %d for 1 MiB", name, small, large)
		}
	}
}

type countingReader struct{ r *strings.Reader }

func (c *countingReader) Read(b []byte) (int, error) { return c.r.Read(b) }

// FuzzJSON: whatever stands between two records, reading ends, places are in the file and
// ascend, and a last record on a line of its own is read.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{"", "]", "{", `{"a":`, `{"id":"x","text":"`, "[[[[", `{"a":[1,2`, "\x00", `"`, "{'a':1}", `{"articles":[{"text":"x"}]}`, "/*", "\\", `{"id":"a","text":"\ud800"}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, between string) {
		first, last := `{"id":"first","text":"one"}`+"\n", `{"id":"last","text":"two"}`
		in := first + between + "\n" + last
		found, at := false, int64(-1)
		r := newRun(Options{MaxRecord: 1 << 20}, func(rec Record, err error) bool {
			if err == nil {
				found = found || rec.Doc.ID == "last"
				if rec.Origin.Byte < at || rec.Origin.Byte > int64(len(in)) {
					t.Errorf("%q: a record at %d after one at %d", in, rec.Origin.Byte, at)
				}
				at = rec.Origin.Byte
			}
			return true
		})
		r.stream(source{path: "a.jsonl", id: "a.jsonl"}, strings.NewReader(in))
		if !found && !strings.ContainsAny(between, "\"'/{[") {
			t.Errorf("%q: the last record is lost", in)
		}
	})
}

// TestRejectsAreWhole: each line that is no object is kept byte for byte, with all of its
// brackets, and its bytes are counted.
func TestRejectsAreWhole(t *testing.T) {
	const record = `{"id":"%d","text":"text %[1]d"}`
	for _, broken := range []string{
		"[deleted]", "[removed by reddit]", "[[deleted]]", " [deleted] ", "[1,2", "[1,2]", `["a","b"]`, "{broken", "{broken}", `{"id":"b",`, `"text`, `"text"`, "null", "NaN", "]]x]", "[ x", "}{", "x },",
	} {
		want := strings.TrimSpace(broken)
		if strings.HasSuffix(want, "},") {
			want = want[:len(want)-1]
		}
		for _, where := range []int{0, 1, 2} {
			lines := []string{fmt.Sprintf(record, 1), fmt.Sprintf(record, 2)}
			lines = append(lines[:where], append([]string{broken}, lines[where:]...)...)
			recs, errs := read([]string{write(t, map[string]string{"a.jsonl": strings.Join(lines, "\n") + "\n"})}, "", Options{KeepRejected: true})
			if len(recs) != 2 || len(errs) != 1 {
				t.Errorf("%q on line %d: %d records, %v", broken, where+1, len(recs), errs)
				continue
			}
			if e := errs[0]; string(e.Raw) != want || e.Bytes != 0 && e.Bytes != int64(len(want)) || e.Record != where+1 {
				t.Errorf("%q on line %d: record %d, %d bytes: %q", broken, where+1, e.Record, e.Bytes, e.Raw)
			}
		}
		in := "[" + fmt.Sprintf(record, 1) + ", " + broken + ", " + fmt.Sprintf(record, 2) + "]"
		recs, errs := read([]string{write(t, map[string]string{"a.json": in})}, "", Options{KeepRejected: true})
		if len(recs) != 2 || len(errs) != 1 || !strings.HasPrefix(string(errs[0].Raw), strings.TrimRight(strings.TrimSpace(broken), ",")) {
			t.Errorf("%q in an array: %d records, %v", broken, len(recs), errs)
		}
	}
}
