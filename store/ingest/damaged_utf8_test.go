package ingest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// cutTexts are cut in the middle of their last character by a program that counts bytes.
var cutTexts = map[string]string{
	"de": "Der Rat hat den Haushalt für das nächste Jahr beschlossen, und die Brücke wird größer als die alte ü",
	"fr": "Le conseil a décidé hier de réparer le vieux pont avant l’été é",
	"es": "El consejo aprobó ayer la reparación del puente más antiguo de la región ó",
	"pl": "Rada podjęła wczoraj decyzję, że most zostanie naprawiony przed zimą ż",
	"vi": "Hội đồng thành phố đã quyết định sửa cây cầu cũ trước mùa mưa ạ",
	"ru": "Совет города решил отремонтировать старый мост до конца года я",
	"el": "Το συμβούλιο αποφάσισε να επισκευάσει την παλιά γέφυρα ή",
	"ar": "قرر مجلس المدينة إصلاح الجسر القديم قبل نهاية العام ي",
	"th": "สภาเมืองตัดสินใจซ่อมสะพานเก่าก่อนสิ้นปี ก",
	"zh": "市政府昨天召开会议，讨论新桥的建设方案，各部门负责人参加了会议。",
	"ja": "市議会は昨日、古い橋を年内に修理することを決めた。",
	"hi": "नगर परिषद ने पुराने पुल की मरम्मत का निर्णय लिया क",
}

// One byte that is no text costs one character, whatever the language and the format.
func TestDamagedUTF8(t *testing.T) {
	forms := map[string]string{
		"a.txt":   "%s",
		"a.csv":   "id,text\n1,\"%s\"\n",
		"a.jsonl": `{"id":"1","text":"%s"}` + "\n",
		"a.html":  `<html><head><meta charset="utf-8"><title>t</title></head><body><p>%s</p></body></html>`,
	}
	for language, text := range cutTexts {
		cut := text[:len(text)-1]
		whole := strings.TrimRight(strings.ToValidUTF8(cut, ""), " ")
		for name, form := range forms {
			for kind, damaged := range map[string]string{"cut": cut, "a byte of Latin-1": "caf\xe9 " + text} {
				want := whole + " \ufffd"
				if strings.HasSuffix(whole, "。") || !strings.Contains(cut, " ") {
					want = whole + "\ufffd"
				}
				if kind != "cut" {
					want = "caf\ufffd " + text
				}
				rec := readText(t, name, fmt.Appendf(nil, form, damaged))
				if rec.Doc.Text != want || rec.Replaced != 1 || rec.Encoding != "UTF-8" {
					t.Errorf("%s, %s, %s: %s, %d replaced\n%s", language, name, kind, rec.Encoding, rec.Replaced, cmp.Diff(want, rec.Doc.Text))
				}
			}
		}
	}
}

// Lines of UTF-8 in a file of another encoding stay what they are.
func TestLinesOfUTF8(t *testing.T) {
	line := func(text string) string { return fmt.Sprintf("{\"text\":%q}\n", text) }
	var b bytes.Buffer
	for range 3 {
		b.Write(iconv(t, line(cutTexts["ru"]), "WINDOWS-1251"))
	}
	b.WriteString(line(cutTexts["de"]))
	path := filepath.Join(t.TempDir(), "a.jsonl")
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	recs, errs := read([]string{path}, "", Options{})
	if len(recs) != 4 || len(errs) != 0 || recs[3].Doc.Text != cutTexts["de"] || recs[0].Doc.Text != cutTexts["ru"] {
		t.Errorf("%v %v", recs, errs)
	}
}

// Lines that a program of Windows appended in UTF-16 to a file of UTF-8, with a mark or without,
// are records, and so are those before and after them.
func TestLinesOfUTF16(t *testing.T) {
	line := func(i int) string {
		return fmt.Sprintf("{\"id\":\"%d\",\"text\":\"The council of ward %d met on Thursday, and voted for the bridge over the mill stream: für %d.\"}\n", i, i, i*37)
	}
	for _, enc := range []string{"UTF-16LE", "UTF-16BE"} {
		for _, mark := range []string{"", "\ufeff"} {
			for _, wide := range []func(i int) bool{func(i int) bool { return i == 5 }, func(i int) bool { return i >= 4 && i != 9 }} {
				var b bytes.Buffer
				var want []string
				for i := range 12 {
					want = append(want, fmt.Sprintf("%d", i))
					switch {
					case !wide(i):
						b.WriteString(line(i))
					case i == 0 || !wide(i-1):
						b.Write(iconv(t, mark+line(i), enc))
					default:
						b.Write(iconv(t, line(i), enc))
					}
				}
				path := filepath.Join(t.TempDir(), "a.jsonl")
				if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
					t.Fatal(err)
				}
				recs, errs := read([]string{path}, "", Options{})
				var got []string
				for _, r := range recs {
					got = append(got, r.Doc.ID)
					if !strings.Contains(r.Doc.Text, "für ") {
						t.Errorf("%s: %q", enc, r.Doc.Text)
					}
				}
				if diff := cmp.Diff(want, got); diff != "" || len(errs) != 0 {
					t.Errorf("%s, mark %q: %v\n%s", enc, mark, errs, diff)
				}
			}
		}
	}
}
