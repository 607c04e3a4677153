package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.zh")
	long := strings.Repeat("a", 200)
	file := "\ufeff河边的老渡口。\r\n\n  2019年1月10日 来源：晚报\r\n" + long + "\nN/A\n<b>&amp;\xff\nlast"
	if err := os.WriteFile(name, []byte(file), 0o666); err != nil {
		t.Fatal(err)
	}
	read := func(opt Options) (out []string, raw string, origins []Origin, dump uint64) {
		opt.Format, opt.MaxRecord, opt.Originals = "lines", 100, true
		for rec, err := range Read([]string{name}, nil, opt) {
			if err != nil {
				out = append(out, err.(*Error).Err.Error())
				continue
			}
			out = append(out, fmt.Sprintf("%d %s", rec.Origin.Record, rec.Doc.Text))
			raw += string(rec.Original.Bytes)
			origins, dump = append(origins, rec.Origin), rec.Dump
		}
		return out, raw, origins, dump
	}
	want := []string{"1 河边的老渡口。", "3   2019年1月10日 来源：晚报", "the record is too long: over 100 bytes", "5 N/A", "6 <b>&amp;\ufffd", "7 last"}
	out, raw, origins, dump := read(Options{})
	if strings.Join(out, "|") != strings.Join(want, "|") {
		t.Errorf("%q", out)
	}
	if raw != "河边的老渡口。\r\n  2019年1月10日 来源：晚报\r\nN/A\n<b>&amp;\ufffd\nlast" {
		t.Errorf("raw: %q", raw)
	}
	if at := origins[2].Byte; dump == 0 || !strings.HasPrefix(file[at:], "N/A") {
		t.Errorf("dump %d, record 5 at byte %d", dump, at)
	}
	from := func(uint64) (int, int64) { return 5, origins[2].Byte }
	if out, _, _, _ = read(Options{Resume: from}); strings.Join(out, "|") != strings.Join(want[3:], "|") {
		t.Errorf("resumed: %q", out)
	}
}

// The reader tells sentences, headlines and words on lines from prose, verse and pages that
// were broken at a width.
func TestLineTexts(t *testing.T) {
	words := "harbour ferry winter kiln museum council school slipway quay boat night crown evening"
	sentences := "河边的老渡口停了。\n新桥明年开工。\n船票不涨价，学生半价。\n有人说舍不得。\n村里要办一个展览！\n"
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"sentences":         {sentences, true},
		"English sentences": {"The ferry is late.\nMr. Brask said so.\nWhy is that?\nNobody knows.\nIt will come at six.\nThen it goes.\n", true},
		"words":             {strings.ReplaceAll(words, " ", "\n") + "\n", true},
		"headlines":         {"渡口停航前夜，老船工最后一次出船\n食堂改建，家长可以刷卡陪餐\n茶园迎来第一批春茶\n图书馆延长开放时间到晚上十点\n新桥明年开工\n", true},
		"without an end":    {strings.TrimSpace(sentences), true},
		"prose":             {strings.Repeat("船票不涨价。学生半价，老人免费。\n", 200), false},
		"English prose":     {strings.Repeat("The ferry is late. It will come at six.\n", 200), false},
		"paragraphs":        {strings.ReplaceAll(sentences, "\n", "\n\n"), false},
		"broken at a width": {strings.Repeat("the winter ferry across the sound costs three hundred and\neighteen thousand crowns a month and the council in Port\n", 60), false},
		"too few":           {"一。\n二。\n三。\n", false},
		"empty":             {"", false},
	} {
		if got := lineTexts(c.text) > 0; got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if n := lineTexts(strings.Repeat(sentences, 2000)); n != 10_000 {
		t.Errorf("%d lines", n)
	}
}
