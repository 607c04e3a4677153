package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"golang.org/x/text/unicode/norm"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// Texts in many encodings, written by iconv: what is read is the text, and the encoding
// is named. Some are short, and some hold nothing but Han.
var (
	simplified = "白桦镇的三座桥昨天通车，车辆可以通行。\n镇长说：“限重二十吨，请各位司机注意。”\n桥长一百二十米，去年四月动工，由镇上的两家公司修建。\n"
	ascii      = "Bridge No. 3: 120 m.\n"
	tradition  = "白樺鎮的三座橋昨天通車，車輛可以通行。\n鎮長說：「限重二十噸，請各位司機注意。」\n橋長一百二十米，去年四月動工，由鎮上的兩家公司修建。\n"
	japan      = "港に新しい灯台が建ちました。高さは三十メートルです。\n町の人たちは、夜の海が明るくなると喜んでいます。\n"
	korea      = "항구에 새 등대가 세워졌습니다. 높이는 삼십 미터입니다.\n마을 사람들은 밤바다가 밝아진다며 기뻐하고 있습니다.\n"
	russia     = "В порту построили новый маяк. Его высота тридцать метров.\nЖители посёлка рады, что ночью море станет светлее.\n"
	germany    = "Die Brücke über die Quern ist seit Montag für Lastwagen gesperrt, gemäß § 7 der Ordnung.\nBürgermeisterin Kröger hält die Schäden für größer.\n"
	poland     = "Zarząd miasta zamknął most na rzece, bo inspektorzy znaleźli pęknięcia.\nMieszkańcy będą jeździć objazdem przez Łąkową.\n"
	turkey     = "Belediye başkanı köprünün yıl sonuna kadar kapalı kalacağını söyledi.\nİşçiler salı günü işe başlıyor.\n"
	ukraine    = "Міністерство їхало до Києва, її люди є в місті.\nЦього року збудують ще сім кілометрів дороги вздовж річки.\n"
	greece     = "Η γέφυρα πάνω από τον ποταμό άνοιξε χθες για όλα τα οχήματα.\nΟ δήμαρχος είπε ότι οι κάτοικοι είναι ευχαριστημένοι.\n"
	israel     = "הגשר החדש מעל הנהר נפתח אתמול לתנועת כלי רכב.\nראש העיר אמר שהתושבים שמחים מאוד על הפתיחה.\n"
	egypt      = "افتتح الجسر الجديد فوق النهر أمس أمام حركة السيارات.\nوقال رئيس البلدية إن السكان سعداء جدا بهذا الافتتاح.\n"
	thailand   = "สะพานใหม่ข้ามแม่น้ำเปิดให้รถวิ่งแล้วเมื่อวานนี้\nนายกเทศมนตรีกล่าวว่าชาวบ้านดีใจมากที่สะพานเปิด\n"
	bulgaria   = "Новият мост над реката беше открит вчера за всички превозни средства.\nКметът каза, че жителите на града са много доволни.\n"
	west       = "Le nouveau phare a été construit à côté du port. Il est haut de trente mètres.\nLes pêcheurs espèrent des nuits plus sûres après l’été.\n"
)

var byIconv = []struct {
	iconv, name string // name is what Record.Encoding says
	text        string
	loses       bool // one damaged byte may cost what follows in its line, not a character or two
}{
	{"GB18030", "GB18030", simplified, false},
	{"GBK", "GB18030", simplified, false},
	{"GB2312", "GB18030", simplified, false},
	{"HZ", "HZ-GB-2312", simplified, true},
	{"BIG5", "Big5", tradition, false},
	{"EUC-JP", "EUC-JP", japan, true},
	{"SHIFT_JIS", "Shift_JIS", japan, false},
	{"CP932", "Shift_JIS", japan, false},
	{"ISO-2022-JP", "ISO-2022-JP", japan, true},
	{"EUC-KR", "EUC-KR", korea, false},
	{"CP949", "EUC-KR", korea, false},
	{"ISO-2022-KR", "ISO-2022-KR", korea, true},
	{"WINDOWS-1251", "windows-1251", russia, false},
	{"KOI8-R", "KOI8-R", russia, false},
	{"CP866", "IBM866", russia, false},
	{"ISO-8859-5", "ISO-8859-5", russia, false},
	{"WINDOWS-1251", "windows-1251", bulgaria, false},
	{"WINDOWS-1251", "windows-1251", ukraine, false},
	{"KOI8-U", "KOI8-U", ukraine, false},
	{"WINDOWS-1253", "windows-1253", greece, false},
	{"WINDOWS-1255", "windows-1255", israel, false},
	{"WINDOWS-1256", "windows-1256", egypt, false},
	{"ISO-8859-6", "ISO-8859-6", egypt, false},
	{"CP874", "windows-874", thailand, false},
	{"WINDOWS-1252", "windows-1252", west, false},
	{"ISO-8859-1", "windows-1252", germany, false},
	{"CP850", "IBM850", germany, false},
	{"MACINTOSH", "macintosh", germany, false},
	{"WINDOWS-1250", "windows-1250", poland, false},
	{"ISO-8859-2", "ISO-8859-2", poland, false},
	{"CP852", "IBM852", poland, false},
	{"WINDOWS-1254", "windows-1254", turkey, false},
	{"UTF-16LE", "UTF-16LE", simplified, false},
	{"UTF-16BE", "UTF-16BE", simplified, false},
	{"UTF-16LE", "UTF-16LE", strings.ReplaceAll(simplified, "\n", ""), false}, // nothing but Han
	{"UTF-16BE", "UTF-16BE", strings.ReplaceAll(simplified, "\n", ""), false},
	{"UTF-16LE", "UTF-16LE", japan, false},
	{"UTF-16BE", "UTF-16BE", korea, false},
	{"UTF-16", "UTF-16LE", simplified, false}, // with a mark
	{"UTF-32LE", "UTF-32LE", simplified, false},
	{"UTF-32BE", "UTF-32BE", simplified, false},
	{"UTF-32", "UTF-32LE", simplified, false},
}

// iconv returns a text in an encoding.
func iconv(t *testing.T, text, to string) []byte {
	t.Helper()
	if _, err := exec.LookPath("iconv"); err != nil {
		t.Skip("there is no iconv here")
	}
	c := exec.Command("iconv", "-f", "UTF-8", "-t", to)
	if to == "HZ" { // which some iconv have not
		c = exec.Command("python3", "-c", "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read().decode().encode('hz'))")
	}
	c.Stdin = strings.NewReader(text)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("iconv -t %s: %v", to, err)
	}
	return out
}

// readText returns the one record of a file.
func readText(t *testing.T, name string, data []byte) Record {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	recs, errs := read([]string{path}, "", Options{})
	if len(recs) != 1 || len(errs) != 0 {
		t.Fatalf("%d records, %v", len(recs), errs)
	}
	return recs[0]
}

func TestEncodingsOfIconv(t *testing.T) {
	for i, c := range byIconv {
		t.Run(fmt.Sprint(i, " ", c.iconv), func(t *testing.T) {
			for _, text := range []string{c.text, ascii + c.text, strings.Repeat(c.text, 1000), strings.Split(c.text, "\n")[0]} {
				rec := readText(t, "a.txt", iconv(t, text, c.iconv))
				if rec.Doc.Text != text || rec.Replaced != 0 {
					t.Errorf("%d bytes: %.60q, %d replaced", len(text), rec.Doc.Text, rec.Replaced)
				}
				if rec.Encoding != c.name {
					t.Errorf("%d bytes: read as %s", len(text), rec.Encoding)
				}
			}
			var lines bytes.Buffer
			for n, line := range strings.SplitAfter(strings.TrimSuffix(c.text, "\n"), "\n") {
				b, _ := json.Marshal(line)
				fmt.Fprintf(&lines, `{"id":%d,"text":%s}`+"\n", n, b)
			}
			path := filepath.Join(t.TempDir(), "a.jsonl")
			if err := os.WriteFile(path, iconv(t, lines.String(), c.iconv), 0o666); err != nil {
				t.Fatal(err)
			}
			recs, errs := read([]string{path}, "", Options{})
			got := ""
			for _, r := range recs {
				got += r.Doc.Text
			}
			if got != strings.TrimSuffix(c.text, "\n") || len(errs) != 0 {
				t.Errorf("as JSON: %.80q %v", got, errs)
			}
		})
	}
}

// One byte in the midst that has no meaning costs that character or its line and no more,
// is counted, and is refused by Strict.
func TestDamagedEncodingsOfIconv(t *testing.T) {
	for i, c := range byIconv {
		t.Run(fmt.Sprint(i, " ", c.iconv), func(t *testing.T) {
			text := strings.Repeat(c.text, 20)
			data := iconv(t, text, c.iconv)
			at := len(data) / 2 / 4 * 4
			switch {
			case strings.HasPrefix(c.name, "UTF-16"), strings.HasPrefix(c.name, "UTF-32"):
				for j := range 2 {
					data[at+j] = 0xd8
				}
			case strings.HasPrefix(c.name, "windows"), strings.HasPrefix(c.name, "IBM"), strings.HasPrefix(c.name, "KOI8"), strings.HasPrefix(c.name, "ISO-8859"), c.name == "macintosh":
				t.Skip("every byte has a meaning")
			default:
				data[at] = 0xff
			}
			rec := readText(t, "a.txt", data)
			if rec.Encoding != c.name {
				t.Errorf("read as %s", rec.Encoding)
			}
			if rec.Replaced == 0 {
				t.Error("the damage is not counted")
			}
			recs, errs := read([]string{write(t, map[string]string{"a.txt": string(data)})}, "", Options{Strict: true})
			if len(recs) != 0 || len(errs) != 1 || !errors.Is(errs[0], ErrEncoding) || !strings.Contains(errs[0].Error(), c.name) {
				t.Errorf("strict: %d records, %v", len(recs), errs)
			}
			most := 4
			if c.loses {
				most = 60
			}
			if lost := differing(text, rec.Doc.Text); lost > most {
				t.Errorf("%d of %d characters lost", lost, utf8.RuneCountInString(text))
			}
		})
	}
}

// TestMixedFolder: each file of a folder has its own encoding, and lines of JSON may have
// theirs: all texts are found, and strictness refuses none.
func TestMixedFolder(t *testing.T) {
	files := map[string]string{}
	want := map[string]string{}
	for i, c := range byIconv {
		name := fmt.Sprintf("%02d.txt", i)
		want[name] = strings.Repeat(c.text, 20)
		files[name] = string(iconv(t, want[name], c.iconv))
	}
	for _, strict := range []bool{false, true} {
		recs, errs := read([]string{write(t, files)}, "", Options{Strict: strict})
		if len(errs) > 0 || len(recs) != len(want) {
			t.Errorf("strict %v: %d of %d texts, %v", strict, len(recs), len(want), errs)
		}
		for _, r := range recs {
			if r.Doc.Text != want[r.Doc.ID] && !byIconv[number2(r.Doc.ID)].loses {
				t.Errorf("%s is read as %s: %.60q, want %.60q", r.Doc.ID, r.Encoding, r.Doc.Text, want[r.Doc.ID])
			}
		}
	}
}

func number2(name string) int { return int(name[0]-'0')*10 + int(name[1]-'0') }

// differing counts the characters of a that lie between what b begins and ends with.
func differing(a, b string) int {
	x, y := []rune(a), []rune(b)
	lo := 0
	for lo < min(len(x), len(y)) && x[lo] == y[lo] {
		lo++
	}
	hi := 0
	for hi < min(len(x), len(y))-lo && x[len(x)-1-hi] == y[len(y)-1-hi] {
		hi++
	}
	return len(x) - lo - hi
}

// TestGuessOnce: the encoding of a file is found once, however many short lines it has; a
// file of UTF-8 with lines in another one asks for a bounded number of them.
func TestGuessOnce(t *testing.T) {
	line := string(iconv(t, `{"text":"桥修好了"}`+"\n", "GBK"))
	for _, c := range []struct {
		name, data, want string
		lines, guesses   int
	}{
		{"all lines", strings.Repeat(line, 60000), "桥修好了", 60000, 0},
		{"many lines of a file in UTF-8", strings.Repeat(`{"text":"老桥重新开放，行人可以通过"}`+"\n", 4000) + strings.Repeat(line, 60000), "桥修好了", 60000, 1},
	} {
		g := sniff([]byte(c.data)[:sniffLength])
		d := newDecoding(strings.NewReader(c.data), g, 0)
		out, err := io.ReadAll(d)
		if n := strings.Count(string(out), c.want); err != nil || n != c.lines {
			t.Errorf("%s: %d of %d lines decoded, %v", c.name, n, c.lines, err)
		}
		if d.guesses > c.guesses {
			t.Errorf("%s: %d guesses, want %d", c.name, d.guesses, c.guesses)
		}
	}
}

// TestCESU8: characters beyond the basic plane that were written as two of three bytes
// (by Java, MySQL and Oracle) are those characters; one half alone is damage.
func TestCESU8(t *testing.T) {
	const yoshi, smile = "\xed\xa1\x82\xed\xbe\xb7", "\xed\xa0\xbd\xed\xb8\x80" // U+20BB7, U+1F600
	rec := readText(t, "a.txt", []byte("前"+yoshi+"野家"+smile+"后\n"))
	if rec.Doc.Text != "前𠮷野家😀后\n" || rec.Replaced != 0 || rec.Encoding != "UTF-8" {
		t.Errorf("%q, %d replaced, %s", rec.Doc.Text, rec.Replaced, rec.Encoding)
	}
	rec = readText(t, "a.txt", []byte("前"+yoshi[:3]+"野家，这里是中文\n"))
	if rec.Doc.Text != "前\ufffd野家，这里是中文\n" || rec.Replaced != 1 {
		t.Errorf("%q, %d replaced", rec.Doc.Text, rec.Replaced)
	}
	long := strings.Repeat("前"+yoshi, 40000) // pairs at every place, over the ends of chunks
	if rec = readText(t, "a.txt", []byte(long)); rec.Doc.Text != strings.Repeat("前𠮷", 40000) {
		t.Errorf("%d bytes, %d replaced", len(rec.Doc.Text), rec.Replaced)
	}
}

// TestMixedLines: lines of a dump that are in another encoding than the others.
func TestMixedLines(t *testing.T) {
	utf8Line := `{"id":"a%d","text":"老桥重新开放，行人可以通过"}` + "\n"
	var b bytes.Buffer
	for i, enc := range []string{"UTF-8", "GBK", "UTF-8", "UTF-8", "BIG5", "UTF-8", "UTF-8"} {
		text := fmt.Sprintf(utf8Line, i)
		if enc == "BIG5" {
			text = strings.Replace(tradition, "\n", "", -1)
			text = fmt.Sprintf(`{"id":"a%d","text":"%s"}`+"\n", i, text)
		}
		b.Write(iconv(t, text, enc))
	}
	path := filepath.Join(t.TempDir(), "a.jsonl")
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	recs, errs := read([]string{path}, "", Options{})
	if len(recs) != 7 || len(errs) != 0 {
		t.Fatalf("%d records, %v", len(recs), errs)
	}
	for i, want := range []string{"UTF-8", "GB18030", "UTF-8", "UTF-8", "Big5", "UTF-8", "UTF-8"} {
		if recs[i].Encoding != want || recs[i].Replaced != 0 || !utf8.ValidString(recs[i].Doc.Text) {
			t.Errorf("line %d read as %s: %q", i, recs[i].Encoding, recs[i].Doc.Text)
		}
	}
}

// FuzzDecoding: whatever the bytes are, what comes out is UTF-8, reading ends, and places
// lead into the file.
func FuzzDecoding(f *testing.F) {
	for _, s := range []string{"\xff\xfe\x16\x6e", "\xed\xa1\x82\xed\xbe\xb7", "\x1b$)C\x0eGW18\x0f\n", "\x1b$B9A\x1b(B", "~{<:Ky2;~}", "\xd7\xd6\xc4\xbf\n\xe6\xa1\xa5", "\x84\x31\x95\x33\xd7\xd6", "a\x00b\x00\n\x00", "0\x00\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := newDecoding(iotest.OneByteReader(bytes.NewReader(data)), sniff(data), 0)
		out, err := io.ReadAll(d)
		if err != nil || !utf8.Valid(out) || len(out) > 3*len(data)+3 {
			t.Fatalf("%v: %d bytes of %d, %q", err, len(out), len(data), out)
		}
		if at, _ := d.place(int64(len(out))); at < 0 || at > int64(len(data)) {
			t.Fatalf("byte %d of %d", at, len(data))
		}
	})
}

// TestEncodingGiven: the encoding that a user gives wins over what files say and look like.
func TestEncodingGiven(t *testing.T) {
	for name, form := range map[string]string{
		"a.txt":   "%s",
		"a.csv":   "id,text\n1,\"%s\"\n",
		"a.jsonl": `{"text":"%s"}` + "\n",
		"a.xml":   `<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"><channel><item><title>t</title><description>%s</description></item></channel></rss>`,
		"a.html":  `<html><head><meta charset="koi8-r"><title>t</title></head><body><p>%s</p></body></html>`,
	} {
		line := strings.Split(egypt, "\n")[0] + " " + strings.Split(egypt, "\n")[1]
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, iconv(t, fmt.Sprintf(form, line), "WINDOWS-1256"), 0o666); err != nil {
			t.Fatal(err)
		}
		recs, errs := read([]string{path}, "", Options{Encoding: "cp1256"})
		if len(recs) != 1 || len(errs) > 0 || strings.TrimSpace(recs[0].Doc.Text) != line || recs[0].Encoding != "windows-1256" {
			t.Errorf("%s: %v %v", name, recs, errs)
		}
	}
}

// TestEncodingOfPages: the encoding that is said holds for the pages of a crawl too.
func TestEncodingOfPages(t *testing.T) {
	line := strings.Split(egypt, "\n")[0]
	page := "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=koi8-r\r\n\r\n<html><body><p>" + string(iconv(t, line, "WINDOWS-1256")) + "</p></body></html>"
	recs, errs := read([]string{"-"}, warcOf(page, "response", "application/http"), Options{Encoding: "cp1256"})
	if len(recs) != 1 || len(errs) > 0 || recs[0].Doc.Text != line || recs[0].Encoding != "windows-1256" {
		t.Errorf("%v %v", recs, errs)
	}
}

// TestWindows1258: Vietnamese, whose tones are characters of their own there.
func TestWindows1258(t *testing.T) {
	text := "Hội đồng thành phố đã họp hôm thứ hai để bàn về chiếc cầu mới bắc qua sông, và quyết định rằng công việc sẽ bắt đầu vào mùa xuân. Người dân hai bên bờ sông đã chờ đợi cây cầu này nhiều năm, vì chuyến phà thường phải nghỉ khi nước lên cao."
	path := filepath.Join(t.TempDir(), "a.txt")
	if err := os.WriteFile(path, iconv(t, text, "CP1258"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, given := range []string{"", "windows-1258"} {
		recs, errs := read([]string{path}, "", Options{Encoding: given})
		if len(recs) != 1 || len(errs) > 0 || norm.NFC.String(recs[0].Doc.Text) != text || recs[0].Encoding != "windows-1258" {
			t.Errorf("%q: %v %v", given, recs, errs)
		}
	}
}
