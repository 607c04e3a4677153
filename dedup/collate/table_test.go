package collate

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"repost/shingle"
)

// tales are texts of several languages, in paragraphs.
var tales = [][]string{
	{"The council met on Monday in the old hall. It was the first meeting of the year.", "The mayor said that the harbour would be dredged in March. Ships of four metres could then enter again.",
		"Clerk Ines Hallow read the letters. Most of them were about the noise of the new mill.", "The brass band played in the rain. Nobody left before the last march was over.",
		"A choir from the other bank will sing next month. The tickets are free for all who helped."},
	{"区议会星期二晚上在老粮仓大厅开会，大厅今年冬天第一次生了火。", "书记员何伊内读了十月以来收到的信，大多是抱怨新磨坊太吵。", "没有人对会议记录提出异议，主席感谢铜管乐队在雨中演奏。",
		"市场委员会经过长时间辩论，启动了一项价值65万克朗的计划。", "下次会议改在学校举行，因为大厅二月要换新地板，椅子也借给了剧院。"},
	{"Районное собрание прошло во вторник вечером в старом зерновом доме.", "Секретарь Инес Холлоу прочла письма, пришедшие с октября, о шуме новой мельницы.",
		"Против протокола никто не выступил, и председатель поблагодарил духовой оркестр.", "Комитет после долгих споров открыл план на 650 тысяч крон.", "Следующее заседание пройдёт в школе."},
	{"اجتمع مجلس المنطقة مساء الثلاثاء في قاعة الحبوب القديمة.", "قرأت الكاتبة إيناس هالو الرسائل التي وصلت منذ أكتوبر.", "لم يعترض أحد على المحضر وشكر الرئيس الفرقة النحاسية.", "سيعقد الاجتماع القادم في المدرسة لأن القاعة ستحصل على أرضية جديدة."},
	{"สภาเขตประชุมเมื่อเย็นวันอังคารในโรงเก็บข้าวเก่า", "เสมียนอิเนสอ่านจดหมายที่ส่งมาตั้งแต่เดือนตุลาคม", "ไม่มีใครคัดค้านรายงานการประชุมและประธานขอบคุณวงดุริยางค์", "การประชุมครั้งต่อไปจะจัดขึ้นที่โรงเรียน"},
}

// witnessOf makes a witness: paragraphs in another order, left out, told twice or put in, words
// changed, and cosmetics.
func witnessOf(r *rand.Rand, tale []string) string {
	p := slices.Clone(tale)
	for range r.IntN(4) {
		i := r.IntN(len(p))
		switch r.IntN(8) {
		case 0:
			r.Shuffle(len(p), func(i, j int) { p[i], p[j] = p[j], p[i] })
		case 1:
			p = append(p[:i:i], p[i+1:]...)
		case 2:
			p = slices.Insert(p, i, p[r.IntN(len(p))])
		case 3:
			p = slices.Insert(p, i, fmt.Sprintf("Extra %d: a line that nobody else has, about %d boats.", r.IntN(9), r.IntN(99)))
		case 4:
			words := []rune(p[i])
			at := r.IntN(len(words))
			p[i] = string(words[:at]) + []string{"xyz", "7", "", "。", " not "}[r.IntN(5)] + string(words[min(len(words), at+r.IntN(6)):])
		case 5:
			p[i] = strings.ToUpper(p[i])
		case 6:
			p[i] = strings.NewReplacer(",", "，", ".", "。", " ", "  ").Replace(p[i])
		case 7:
			p = p[:len(p)/2+1]
		}
		if len(p) == 0 {
			p = tale[:1]
		}
	}
	return strings.Join(p, []string{"\n", "\n\n", " ", "\r\n"}[r.IntN(4)]) + []string{"", "\n", "\n\n© River Post. All rights reserved."}[r.IntN(3)]
}

// TestTableHasEachText: of random witnesses, the column of each is its text of the story in its own
// order, the rows of the base are in order, and who lacks a row has nothing in it.
// REPOST_TABLES is the number of collations.
func TestTableHasEachText(t *testing.T) {
	runs := 60
	if n, err := strconv.Atoi(os.Getenv("REPOST_TABLES")); err == nil {
		runs = n
	}
	moved := 0
	for seed := range runs {
		r := rand.New(rand.NewPCG(uint64(seed), 8))
		tale := tales[seed%len(tales)]
		var versions []Version
		for i := range 2 + r.IntN(12) {
			v := Version{Key: fmt.Sprint("w", i), Text: witnessOf(r, tale)}
			if r.IntN(5) == 0 { // a page
				at := len(v.Text)
				v.Text += "\n\nAnother story stands below.\nIt is about pumps."
				v.Spans = append(v.Spans, shingle.Span{Lo: 0, Hi: at})
			}
			versions = append(versions, v)
		}
		c, err := Collate(versions, Options{Base: versions[r.IntN(len(versions))].Key, Cosmetic: r.IntN(4) == 0})
		if err != nil {
			t.Fatal(err)
		}
		rows := c.Table()
		at := 0
		for _, row := range rows {
			if row.Base.Lo < at {
				t.Errorf("seed %d: a row at %v after byte %d of the base", seed, row.Base, at)
			}
			at = row.Base.Hi
			if row.Moved.Len() > 0 {
				moved++
			}
		}
		framed := framed(versions, c.Witness(c.Base).Key)
		for w := range c.Witnesses {
			var got strings.Builder
			for _, row := range rows {
				got.WriteString(row.Cells[w].Text)
				if row.Cells[w].Lacks && row.Cells[w].Text != "" {
					t.Errorf("seed %d: %s lacks a row and has %q in it", seed, c.Witnesses[w].Key, row.Cells[w].Text)
				}
			}
			i := slices.IndexFunc(framed, func(v Version) bool { return v.Key == c.Witnesses[w].Key })
			if want := strings.ReplaceAll(storyOf(&framed[i]), "\x00", ""); got.String() != want {
				t.Fatalf("seed %d: the column of %s is\n%q\nwant\n%q", seed, c.Witnesses[w].Key, got.String(), want)
			}
		}
	}
	if moved == 0 {
		t.Error("no passage moved: the test shows nothing about order")
	}
}

// TestTableTellsLacking: a witness with half of the text has nothing where others put something in
// behind what it lacks, and one that has the passage reads nothing there.
func TestTableTellsLacking(t *testing.T) {
	p := tales[0]
	c, err := Collate([]Version{
		{Key: "base", Text: strings.Join(p, "\n")}, {Key: "half", Text: strings.Join(p[:2], "\n")},
		{Key: "moved", Text: strings.Join([]string{p[3], p[0], p[1], p[2], p[4]}, "\n")},
		{Key: "more", Text: strings.Join(p, "\n") + "\nA bridge to the other bank will be built of oak within nine years."},
	}, Options{Base: "base"})
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for w := range c.Witnesses {
		column[c.Witnesses[w].Key] = w
	}
	put, moves := 0, 0
	for _, row := range c.Table() {
		if strings.Contains(row.Cells[column["more"]].Text, "bridge") {
			put++
			if !row.Cells[column["half"]].Lacks || row.Cells[column["base"]].Lacks || row.Cells[column["moved"]].Lacks {
				t.Errorf("what one puts in at the end: %+v", row.Cells)
			}
		}
		if row.Moved.Len() > 0 {
			moves++
			if cell := row.Cells[column["moved"]]; !strings.Contains(cell.Text, "brass band") || !row.Cells[column["base"]].Lacks || row.Base.Lo != 0 {
				t.Errorf("what moved to the head: %+v", row)
			}
		} else if strings.Contains(row.Cells[column["base"]].Text, "brass band") && !row.Cells[column["moved"]].Lacks {
			t.Errorf("what moved is not lacking in its old place: %+v", row)
		}
	}
	if put != 1 || moves != 1 {
		t.Errorf("%d rows with what was put in, and %d of what moved", put, moves)
	}
}
