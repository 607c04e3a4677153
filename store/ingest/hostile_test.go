package ingest

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Files that somebody made to do harm, and what is said of them.

// TestForgedLengths: a packing that says another length than it has is damaged, in plain
// words, and no memory is asked for on its word.
func TestForgedLengths(t *testing.T) {
	frame := func(size uint64) string { // zstd's, of one segment, with an empty last block
		return string(binary.LittleEndian.AppendUint64([]byte("\x28\xb5\x2f\xfd\xe0"), size)) + "\x01\x00\x00"
	}
	more := []byte(zipOf("a.txt", "a", "b.txt", "b"))
	end := bytes.LastIndex(more, []byte("PK\x05\x06"))
	binary.LittleEndian.PutUint16(more[end+8:], 65535)
	binary.LittleEndian.PutUint16(more[end+10:], 65535)
	for name, c := range map[string][2]string{
		"huge.jsonl.zst":   {frame(1 << 62), "zstd: the data are damaged"},
		"large.jsonl.zst":  {frame(400 << 20), "zstd: the data are damaged"},
		"window.jsonl.zst": {"\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00", "reaches back over more than 2 GiB"},
		"more.zip":         {string(more), "its directory ends before its last file"},
		"cut.xml":          {"<rss><!-- " + strings.Repeat("x", 100), "the file is cut short"},
	} {
		dir := write(t, map[string]string{name: c[0]})
		_, errs := read([]string{filepath.Join(dir, name)}, "", Options{})
		if len(errs) != 1 || !strings.Contains(errs[0].Error(), c[1]) {
			t.Errorf("%s: %v", name, errs)
		}
	}
}

// TestLongerThanMayBe: of a record that is too long, wherever it is, the error says so, and
// what a user can do.
func TestLongerThanMayBe(t *testing.T) {
	const may, has = 200 << 10, 2 << 20
	long := strings.Repeat("a", has)
	files := map[string]string{
		"a.txt": long, "a.html": "<p>" + long, "a.jsonl": `{"id":"x","text":"` + long + "\"}\n", "a.md": long,
		"a.json": `[{"id":"x","text":"` + long + `"}]`, "a.csv": "id,text\n1,\"" + long + "\"\n", "a.tsv": "id\ttext\n1\t" + long + "\n",
		"a.xml":      "<rss><channel><item><title>x</title><description>" + long + "</description></item></channel></rss>",
		"a2.xml":     "<rss><channel><!--" + long + "--><item><title>x</title><description>a</description></item></channel></rss>",
		"a.docx":     zipOf("[Content_Types].xml", "<Types/>", "word/document.xml", `<w:document xmlns:w="x"><w:body><w:p><w:r><w:t>`+long+"</w:t></w:r></w:p></w:body></w:document>"),
		"b.zip":      zipOf("a.txt", long),
		"a.warc":     warcOf("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"+long, "response", "application/http; msgtype=response"),
		"a.jsonl.gz": gzipped(`{"id":"x","text":"` + long + "\"}\n"),
	}
	dir := write(t, files)
	for name := range files {
		path := filepath.Join(dir, name)
		recs, errs := read([]string{path}, "", Options{MaxRecord: may, Longer: "so do this"})
		if len(recs) != 0 || len(errs) != 1 || !strings.Contains(errs[0].Error(), "the record is too long: over ") || !strings.Contains(errs[0].Error(), "; so do this") {
			t.Errorf("%s: %d records, %v", name, len(recs), errs)
		}
	}
}

// TestSizeUnknown: a file whose size is said to be 0 and that holds something is read.
func TestSizeUnknown(t *testing.T) {
	const path = "/proc/version"
	if b, err := os.ReadFile(path); err != nil || len(b) == 0 {
		t.Skip("there is no such file here")
	}
	recs, errs := read([]string{path}, "", Options{})
	if len(recs) != 1 || len(errs) > 0 {
		t.Errorf("%d records, %v", len(recs), errs)
	}
}
