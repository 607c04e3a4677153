package export

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"
)

// TestRestJSON: what is written is the file without the records between « and », and JSON.
func TestRestJSON(t *testing.T) {
	long := strings.Repeat("x", 9000)
	for _, c := range []struct{ file, want string }{
		{`{"license":"CC","docs":[«{"id":1}»,{"id":2},{"id":3}],"n":3}`, `{"license":"CC","docs":[{"id":2},{"id":3}],"n":3}`},
		{`{"docs":[{"id":1},«{"id":2}»,{"id":3}]}`, `{"docs":[{"id":1},{"id":3}]}`},
		{`{"docs":[{"id":1}, «{"id":2}», «{"id":3}» ]}`, `{"docs":[{"id":1} ]}`},
		{`{"docs":[«{"id":1}»,«{"id":2}»],"more":[{"id":3},«{"id":4}»]}`, `{"docs":[],"more":[{"id":3}]}`},
		{"{\n \"docs\": [\n  «{}»,\n  {\"id\":2},\n  «{}»,\n  {\"id\":4},\n  «{}»\n ]\n}\n", "{\n \"docs\": [\n  {\"id\":2},\n  {\"id\":4}\n ]\n}\n"},
		{`{"17":«{}»,"18":{"id":2},"a\"b" : «{}»,"\\":«{}»}`, `{"18":{"id":2}}`},
		{`{"` + long + `":«{}»,"b":{}}`, `{"` + long + `":null,"b":{}}`},
		{`{"head":"` + long + `","docs":[«{"t":"` + long + `"}»,{}],"tail":"` + long + long + `"}`, `{"head":"` + long + `","docs":[{}],"tail":"` + long + long + `"}`},
		{"{\"docs\":[{}\n\n,\t«{}»\n]}", "{\"docs\":[{}\n\n\n]}"},
	} {
		file, without := marked(c.file, '«', '»')
		var out strings.Builder
		err := rest(&out, bufio.NewReaderSize(strings.NewReader(file), 1<<16), true, without)
		if err != nil || out.String() != c.want || !json.Valid([]byte(out.String())) {
			t.Errorf("%.60q: %.60q, %v, want %.60q", c.file, out.String(), err, c.want)
		}
	}
}
