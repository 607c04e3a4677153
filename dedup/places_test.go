package dedup_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/shingle"
)

// formulas are reports in several languages: sentences, one formula filled in twice, and how
// a text goes on.
var formulas = []struct {
	name   string
	body   []string
	filled [2]string
	more   string
	blank  string
}{
	{"Chinese",
		[]string{"区议会星期二晚上在老粮仓大厅开会，大厅今年冬天第一次生了火。", "书记员何伊内读了十月以来收到的信，大多是抱怨新磨坊太吵。", "没有人对会议记录提出异议，主席感谢铜管乐队在雨中演奏。"},
		[2]string{"在诺林附近，市场委员会经过长时间辩论，启动了一项价值65万克朗的计划，用来修建私人仓库。", "在昆坦附近，水坝委员会经过长时间辩论，否决了一项价值75万克朗的计划，用来补贴安静联盟。"},
		"下次会议改在学校举行，因为大厅二月要换新地板，椅子也借给了剧院。", ""},
	{"Japanese",
		[]string{"区議会は火曜日の夜、古い穀物会館で開かれ、会館はこの冬初めて暖房が入れられた。", "書記のイネス・ハロウは十月以降に届いた手紙を読み上げ、その多くは新しい製粉所の騒音についてだった。", "議事録に反対する者はなく、議長は雨の中で演奏した吹奏楽団に感謝した。"},
		[2]string{"ノーリン近郊では市場委員会が長い議論の末、民間倉庫のために65万クローネの計画を始めた。", "クインタン近郊ではダム委員会が長い議論の末、静かな組合のために75万クローネの計画を退けた。"},
		"次の会合は学校で開かれる。会館の床が張り替えられ、椅子は劇場に貸し出されるためである。", ""},
	{"Thai",
		[]string{"สภาเขตประชุมเมื่อเย็นวันอังคารในโรงเก็บข้าวเก่าซึ่งได้รับความอบอุ่นเป็นครั้งแรกในฤดูหนาวนี้", "เสมียนอิเนสอ่านจดหมายที่ส่งมาตั้งแต่เดือนตุลาคมส่วนใหญ่เกี่ยวกับเสียงดังของโรงสีใหม่", "ไม่มีใครคัดค้านรายงานการประชุมและประธานขอบคุณวงดุริยางค์ที่เล่นท่ามกลางสายฝน"},
		[2]string{"ใกล้เมืองนอร์ลินคณะกรรมการตลาดเปิดแผนมูลค่า 650 พันคราวน์เพื่อโกดังเอกชนหลังการอภิปรายยาวนาน", "ใกล้เมืองควินทันคณะกรรมการเขื่อนเพิ่มแผนมูลค่า 750 พันคราวน์เพื่อสหภาพเงียบหลังการอภิปรายยาวนาน"},
		"การประชุมครั้งต่อไปจะจัดขึ้นที่โรงเรียนเพราะห้องโถงจะได้พื้นใหม่ในเดือนกุมภาพันธ์", " "},
	{"English",
		[]string{"The district assembly met on Tuesday evening in the old grain hall, which had been heated for the first time this winter.", "Clerk Ines Hallow read the letters that had come in since October, most of them about the noise of the new mill.", "Nobody spoke against the minutes, and the chair thanked the brass band for playing in the rain."},
		[2]string{"Near Norlin, the market committee opened a plan worth 650 thousand crowns for the private warehouse after a long debate.", "Near Quintan, the dam committee doubled a plan worth 750 thousand crowns for the quiet union after a long debate."},
		"The next meeting will be held in the school, since the hall gets a new floor and the chairs are being lent to the theatre.", " "},
	{"German",
		[]string{"Der Kreistag kam am Dienstagabend im alten Kornhaus zusammen, das in diesem Winter zum ersten Mal beheizt war.", "Die Schreiberin Ines Hallow verlas die Briefe, die seit Oktober eingegangen waren, die meisten über den Lärm der neuen Mühle.", "Niemand sprach gegen das Protokoll, und der Vorsitzende dankte der Blaskapelle für ihr Spiel im Regen."},
		[2]string{"Bei Norlin eröffnete der Marktausschuss nach langer Debatte einen Plan über 650 Tausend Kronen für das private Lagerhaus.", "Bei Quintan verdoppelte der Dammausschuss nach langer Debatte einen Plan über 750 Tausend Kronen für den stillen Verband."},
		"Die nächste Sitzung findet in der Schule statt, weil die Halle im Februar einen neuen Boden bekommt.", " "},
	{"Russian",
		[]string{"Районное собрание прошло во вторник вечером в старом зерновом доме, который этой зимой впервые отапливали.", "Секретарь Инес Холлоу прочла письма, пришедшие с октября, большей частью о шуме новой мельницы.", "Против протокола никто не выступил, и председатель поблагодарил духовой оркестр за игру под дождём."},
		[2]string{"Под Норлином рыночный комитет после долгих споров открыл план на 650 тысяч крон для частного склада.", "Под Квинтаном плотинный комитет после долгих споров удвоил план на 750 тысяч крон для тихого союза."},
		"Следующее заседание пройдёт в школе, потому что в зале положат новый пол, а стулья одолжили театру.", " "},
	{"Arabic",
		[]string{"اجتمع مجلس المنطقة مساء الثلاثاء في قاعة الحبوب القديمة التي دفئت لأول مرة هذا الشتاء.", "قرأت الكاتبة إيناس هالو الرسائل التي وصلت منذ أكتوبر وأكثرها عن ضجيج الطاحونة الجديدة.", "لم يعترض أحد على المحضر وشكر الرئيس الفرقة النحاسية على العزف تحت المطر."},
		[2]string{"قرب نورلين افتتحت لجنة السوق خطة بقيمة 650 ألف كرونة للمستودع الخاص بعد نقاش طويل.", "قرب كوينتان ضاعفت لجنة السد خطة بقيمة 750 ألف كرونة للاتحاد الهادئ بعد نقاش طويل."},
		"سيعقد الاجتماع القادم في المدرسة لأن القاعة ستحصل على أرضية جديدة وأعيرت الكراسي للمسرح.", " "},
}

// A text with a sentence of its own, though that is a formula which another text fills in with
// another place, verb and sum, is no copy of the other one, wherever the sentence stands.
func TestOwnSentence(t *testing.T) {
	for _, f := range formulas {
		for at, where := range []string{"first", "in the middle", "last", "as a caption"} {
			text := func(own string) string {
				if at == 3 {
					return strings.Join(f.body, f.blank) + "\n" + strings.TrimRight(own, ".。")
				}
				return strings.Join(slices.Insert(slices.Clone(f.body), []int{0, 2, 3}[at], own), f.blank)
			}
			a, b := dedup.Document{ID: "a", Text: text(f.filled[0])}, dedup.Document{ID: "b", Text: text(f.filled[1]) + "\n" + f.more}
			own := float64(utf8.RuneCountInString(f.filled[0])) / float64(utf8.RuneCountInString(a.Text))
			for _, threshold := range []float64{detect.DefaultThreshold, 1, .5} {
				v, err := detect.Survivors(withStories(t, a, b), &detect.DefaultScheme, detect.KeepOptions{Threshold: threshold}, nil)
				if err != nil {
					t.Fatal(err)
				}
				for n, fate := range v.Fates {
					if !fate.Kept() && (threshold > .5 || fate.Coverage > 1-own+.02) {
						t.Errorf("%s, the own sentence %s, threshold %g: %s is dropped with coverage %.2f, and %.2f of the first text stands in the second",
							f.name, where, threshold, []string{"a", "b"}[n], fate.Coverage, 1-own)
					}
				}
			}
		}
	}
}

// What a single place says is text too: a figure, a name, a verb.
func TestOwnPlace(t *testing.T) {
	for _, c := range []struct{ name, in, out string }{
		{"figure", "750", "650"}, {"name", "Hallow", "Brisk"}, {"verb", "approved", "rejected"}, {"two words", "old grain", "new concert"}, {"misspelt", "committee", "commitee"},
	} {
		a := "The district assembly met on Tuesday evening in the old grain hall, and the committee approved a plan worth 750 thousand crowns. Clerk Ines Hallow read the letters that had come in since October, most of them about the noise of the new mill."
		b := strings.Replace(a, c.in, c.out, 1) + " The next meeting will be held in the school, since the hall gets a new floor in February and the chairs are being lent."
		v, err := detect.Survivors(withStories(t, dedup.Document{ID: "a", Text: a}, dedup.Document{ID: "b", Text: b}), &detect.DefaultScheme, detect.KeepOptions{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		lost := float64(utf8.RuneCountInString(c.in))
		if c.name == "misspelt" {
			lost = 1
		}
		want := 1 - lost/float64(utf8.RuneCountInString(a))
		if got := v.Fates[0].Coverage; v.Fates[0].Kept() || got > want+.002 || got < want-.01 {
			t.Errorf("another %s: kept %v, coverage %.4f, want %.4f", c.name, v.Fates[0].Kept(), got, want)
		}
	}
}

// TestWordsThatDiffer replaces words of texts in five scripts, each text with one that has more
// besides, and holds that no replaced word is counted as standing there, and that no more is
// lost than the sentences it stands in. REPOST_PAGES is the number of runs.
func TestWordsThatDiffer(t *testing.T) {
	runs := 40
	if n, err := strconv.Atoi(os.Getenv("REPOST_PAGES")); err == nil {
		runs = n
	}
	for seed := range runs {
		r := rand.New(rand.NewPCG(uint64(seed), 5))
		script := seed % len(scripts)
		k := newSpeaker(r, script)
		var own, other []string
		all, replaced, touched := 0, 0, 0
		for range 6 + r.IntN(8) {
			s, o, n := k.reworded([]int{0, 0, 1, 2, 6}[r.IntN(5)])
			own, other = append(own, s), append(other, o)
			if all += letters(s); n > 0 {
				replaced, touched = replaced+n, touched+letters(s)
			}
		}
		a := strings.Join(own, k.between)
		b := strings.Join(other, k.between) + "\n" + k.passage(60)
		v, err := detect.Survivors(withStories(t, dedup.Document{ID: "a", Text: a}, dedup.Document{ID: "b", Text: b}), &detect.DefaultScheme, detect.KeepOptions{Threshold: .3, Passage: -1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		f := &v.Fates[0]
		if f.Kept() {
			continue
		}
		most, least := 1-float64(replaced)/float64(all), 1-float64(touched)/float64(all)
		if f.Coverage > most+.03 || f.Coverage < least-.05 {
			t.Errorf("seed %d, %s: coverage %.3f; %.3f of the words stand there, and %.3f of the text in whole sentences", seed, scripts[script].name, f.Coverage, most, least)
		}
	}
}

// reworded returns a sentence, the same with some other words, and how many letters of the
// first these replace.
func (k *speaker) reworded(words int) (own, other string, replaced int) {
	var a, b []string
	for range 10 + k.IntN(9) {
		a = append(a, k.words[k.IntN(len(k.words))])
	}
	b = slices.Clone(a)
	for _, i := range k.Perm(len(a))[:words] {
		if b[i] = k.words[k.IntN(len(k.words))]; b[i] != a[i] {
			replaced += letters(a[i]) - common(a[i], b[i])
		}
	}
	return strings.Join(a, k.between) + k.stop, strings.Join(b, k.between) + k.stop, replaced
}

// common returns how many letters two words have in common.
func common(a, b string) (n int) {
	for _, r := range a {
		if at := strings.IndexRune(b, r); at >= 0 {
			n, b = n+1, b[:at]+b[at+utf8.RuneLen(r):]
		}
	}
	return n
}

// TestSharedNamesTheSame: what of a text stands in another one, and what of that one it is, are
// the same words, also where a sentence is another one by its length in one of the two only.
func TestSharedNamesTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 14))
	letters := func(text string, spans []shingle.Span) string {
		var b strings.Builder
		for _, s := range spans {
			for _, c := range text[s.Lo:s.Hi] {
				if unicode.IsLetter(c) {
					b.WriteRune(c)
				}
			}
		}
		return b.String()
	}
	found := 0
	for range 60 {
		k := newSpeaker(r, r.IntN(len(scripts)))
		var a, b []string
		for range 8 {
			words := strings.Fields(strings.TrimSuffix(k.sentence(), k.stop))
			if k.between == "" {
				words = strings.Split(words[0], "")
			}
			other := slices.Clone(words)
			if at := r.IntN(len(words)); r.IntN(3) > 0 {
				other[at] = k.words[r.IntN(len(k.words))]
				if r.IntN(2) == 0 {
					other = slices.Concat(other[:at], strings.Fields(strings.TrimSuffix(k.sentence(), k.stop))[:1], other[at:])
				}
			}
			a, b = append(a, strings.Join(words, k.between)+k.stop), append(b, strings.Join(other, k.between)+k.stop)
		}
		x, y := strings.Join(a, k.between), strings.Join(b, k.between)
		inX, inY := detect.NewSharer(detect.NewTextCache(&detect.DefaultScheme)).Shared(x, y)
		u, v := letters(x, inX), letters(y, inY)
		if u != v {
			t.Errorf("%q stands in the other text as %q", u, v)
		}
		found += len(inX)
	}
	if found < 100 {
		t.Errorf("%d passages", found)
	}
}

// TestParagraphOfSeveralPages: a text all of which is one or two paragraphs of pages is dropped for
// one of them, also where so many have these that it makes no story with any. A story of copies
// of that text stands in the page.
func TestParagraphOfSeveralPages(t *testing.T) {
	for script := range scripts {
		for _, parts := range [][]int{{90}, {60, 70}} {
			for copies := range 3 {
				k := newSpeaker(rand.New(rand.NewPCG(uint64(script), 15)), script)
				var common []string
				for _, n := range parts {
					common = append(common, k.passage(n))
				}
				var docs []dedup.Document
				for i := range 6 {
					page := []string{k.passage(300)}
					for _, p := range common {
						page = append(page, p, k.passage(200))
					}
					docs = append(docs, dedup.Document{ID: "page" + strconv.Itoa(i), Text: strings.Join(page, "\n")})
				}
				for i := range copies + 1 {
					docs = append(docs, dedup.Document{ID: "copy" + strconv.Itoa(i), Text: strings.Join(common, "\n")})
				}
				v, err := detect.Survivors(withStories(t, docs...), &detect.DefaultScheme, detect.KeepOptions{}, nil)
				if err != nil {
					t.Fatal(err)
				}
				for n, f := range v.Fates {
					if page := n < 6; f.Kept() != page || !page && f.By[0] >= 6 {
						t.Errorf("%s, %d paragraphs: %s is dropped for %v", scripts[script].name, len(parts), docs[n].ID, f.By)
					}
				}
			}
		}
	}
}

// With Versions, a text with another figure is kept beside the first one, in any script, and one
// with other words for the same is not. A copy of a version goes with it.
func TestVersions(t *testing.T) {
	for _, f := range formulas {
		text := func(said string) string {
			return strings.Join(append(slices.Clone(f.body), said), f.blank) + f.blank + f.more
		}
		first := text(f.filled[0])
		other := strings.NewReplacer("65万", "95万", "650", "950").Replace(first)
		docs := []dedup.Document{{ID: "a", Text: first}, {ID: "b", Text: other}, {ID: "c", Text: other + "\n"}, {ID: "d", Text: first + "\n"}}
		for _, versions := range []bool{false, true} {
			v, err := detect.Survivors(withStories(t, docs...), &detect.DefaultScheme, detect.KeepOptions{Versions: versions}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var kept []string
			for n := range v.Fates {
				if v.Fates[n].Kept() {
					kept = append(kept, docs[n].ID)
				}
			}
			want := map[bool]string{false: "a", true: "a b"}[versions]
			if got := strings.Join(kept, " "); got != want {
				t.Errorf("%s, versions %v: kept %s, want %s", f.name, versions, got, want)
			}
			if b := v.Fates[1]; versions && (len(b.Unlike) != 1 || !strings.HasPrefix(b.Rule, detect.ByVersion+": ") || !strings.Contains(b.Rule, "95")) {
				t.Errorf("%s: b is kept with %q, unlike %v", f.name, b.Rule, b.Unlike)
			}
		}
	}
}

// What a version may say otherwise, and what is none.
func TestWhatIsAVersion(t *testing.T) {
	const text = "The council met on Monday in the old hall. It approved a plan worth 650 million crowns for the harbour, where the water stood at 5 °C. Mayor Ines Hallow said the work would begin in March and that no house would be torn down."
	for _, c := range []struct {
		in, out string
		version bool
	}{
		{"650", "750", true}, {"It approved", "It did not approve", true}, {"Hallow", "Brisk", true}, {"March", "May", true}, {"no house", "one house", true},
		{"5 °C", "-5 °C", true}, {"million", "billion", true},
		{"a plan", "a project", false}, {"begin", "start", false}, {"650 million", "650,000,000", false}, {"crowns for", "crowns  for", false},
		{" and that no house would be torn down", "", false},
	} {
		docs := []dedup.Document{{ID: "a", Text: text}, {ID: "b", Text: strings.Replace(text, c.in, c.out, 1)}, {ID: "c", Text: strings.Replace(text, c.in, c.out, 1) + " "}}
		v, err := detect.Survivors(withStories(t, docs...), &detect.DefaultScheme, detect.KeepOptions{Versions: true}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if kept := v.Fates[1].Kept(); kept != c.version || v.Fates[2].Kept() {
			t.Errorf("%q for %q: kept %v, and its copy %v", c.out, c.in, kept, v.Fates[2].Kept())
		}
	}
}
