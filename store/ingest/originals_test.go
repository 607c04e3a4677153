package ingest

import (
	"testing"
)

// TestOriginals: what is kept of a record for export is the bytes that the file has at
// its place, one record after the other, in each format whose records have bytes.
func TestOriginals(t *testing.T) {
	for name, tc := range map[string]struct {
		file, data string
		want       []string
	}{
		"JSON lines":     {"a.jsonl", "{\"id\":1, \"text\":\"甲\",\"x\":1.50}\r\n\n {\"id\":2,\"text\":\"乙\"} \n", []string{`{"id":1, "text":"甲","x":1.50}`, `{"id":2,"text":"乙"}`}},
		"an array":       {"a.json", "[ {\"id\":1,\"text\":\"甲\"},\n{\"id\":2,\n\"text\":\"乙\"}]", []string{`{"id":1,"text":"甲"}`, "{\"id\":2,\n\"text\":\"乙\"}"}},
		"an envelope":    {"a.json", `{"ok":true,"items":[{"id":1,"text":"甲"},{"id":2,"text":"乙"}]}`, []string{`{"id":1,"text":"甲"}`, `{"id":2,"text":"乙"}`}},
		"lines of a log": {"a.log", "INFO {'id': 1, 'text': '甲'}\nINFO {'id': 2, 'text': '乙'} in 3 ms\n", []string{`{'id': 1, 'text': '甲'}`, `{'id': 2, 'text': '乙'}`}},
		"loose quotes":   {"a.jsonl", `{"id":1,"text":"甲 "乙" 丙"}` + "\n", []string{`{"id":1,"text":"甲 "乙" 丙"}`}},
		"CSV":            {"a.csv", "id,text\r\n1,\"甲\r\n乙, \"\"x\"\"\"\r\n2,丙\r\n", []string{"1,\"甲\r\n乙, \"\"x\"\"\"", "2,丙"}},
		"cells between signs": {"a.txt", "1_!_三座桥今天通车了，大家都去看\n2_!_两座桥明天通车，大家都去看\n3_!_一座桥后天通车，大家都去看\n",
			[]string{"1_!_三座桥今天通车了，大家都去看", "2_!_两座桥明天通车，大家都去看", "3_!_一座桥后天通车，大家都去看"}},
		"records of XML": {"a.xml", "<docs>\n <doc a=\"1\"><id>1</id><text>甲 &amp; 乙</text></doc>\n<doc><id>2</id><text><![CDATA[丙]]></text></doc></docs>", []string{`<doc a="1"><id>1</id><text>甲 &amp; 乙</text></doc>`, `<doc><id>2</id><text><![CDATA[丙]]></text></doc>`}},
		"a text":         {"a.txt", "甲\r\n乙\n", []string{"甲\r\n乙\n"}},
		"a page":         {"a.html", "<html><body><p>三座桥通车了</p></body></html>\n", []string{"<html><body><p>三座桥通车了</p></body></html>\n"}},
	} {
		recs, errs := read([]string{write(t, map[string]string{tc.file: tc.data}) + "/" + tc.file}, "", Options{Originals: true})
		if len(errs) > 0 || len(recs) != len(tc.want) {
			t.Errorf("%s: %d records, %v", name, len(recs), errs)
			continue
		}
		for i, r := range recs {
			got, at := string(r.Original.Bytes), int(r.Origin.Byte)
			if got != tc.want[i] {
				t.Errorf("%s, %d: %q, want %q", name, i+1, got, tc.want[i])
			}
			if at+len(got) > len(tc.data) || tc.data[at:at+len(got)] != got {
				t.Errorf("%s, %d: the file has something else at byte %d", name, i+1, at)
			}
		}
	}
}
