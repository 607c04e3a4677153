package diff

import (
	_ "embed"
	"strings"
	"testing"
)

//go:embed testdata/closed.tsv
var closedTable string

// TestClosed: every sentence of closed.tsv is graded as it says, in both directions.
func TestClosed(t *testing.T) { eachSwap(t, closedTable) }

// closedFrames are sentences of each language for a small word: the first as it stands, the
// second next to a figure and a month.
var closedFrames = map[string][2]string{
	"en": {"The report of the harbour says # ships lay in the bay and waited.", "The levy of the harbour rose # 5 May as the board had planned."},
	"zh": {"港口的报告写明，#船只停在海湾里等候。", "港口的收费今年#5月的标准执行。"},
	"ja": {"港の報告書では#船が湾で待っていた。", "港の料金は5月#改められた。"},
	"ko": {"항구 보고서는 # 배가 만에서 기다렸다고 적었다.", "항구 요금은 5월 # 바뀌었다."},
	"de": {"Der Bericht des Hafens nennt # Schiffe in der Bucht.", "Die Gebühr des Hafens stieg # 5 Mai nach dem Plan des Rates."},
	"fr": {"Le rapport du port cite # navires dans la baie.", "La taxe du port a augmenté # 5 mai comme prévu par le conseil."},
	"es": {"El informe del puerto cita # barcos en la bahía.", "La tasa del puerto subió # 5 mayo como quería el consejo."},
	"it": {"Il rapporto del porto cita # navi nella baia.", "La tassa del porto crebbe # 5 maggio come voleva il consiglio."},
	"pt": {"O relatório do porto cita # navios na baía.", "A taxa do porto subiu # 5 maio como queria o conselho."},
	"ru": {"В отчёте порта названы # суда в бухте.", "Сбор порта вырос # 5 мая по плану совета."},
	"pl": {"Raport portu wymienia # statki w zatoce.", "Opłata portu wzrosła # 5 maja według planu rady."},
	"uk": {"У звіті порту названо # судна в бухті.", "Збір порту зріс # 5 травня за планом ради."},
	"tr": {"Limanın raporu # gemiyi körfezde sayıyor.", "Limanın harcı # 5 mayıs günü değişti."},
	"ar": {"ذكر تقرير الميناء # سفن في الخليج.", "ارتفع رسم الميناء # 5 مايو كما أراد المجلس."},
	"fa": {"گزارش بندر # کشتی در خلیج می\u200cشمارد.", "عوارض بندر # 5 مه طبق برنامه تغییر کرد."},
	"hi": {"बंदरगाह की रिपोर्ट # जहाज़ खाड़ी में बताती है।", "बंदरगाह का शुल्क # 5 मई को बदला गया।"},
	"nl": {"Het verslag van de haven noemt # schepen in de baai.", "Het tarief van de haven steeg # 5 mei volgens het plan van de raad."},
	"sv": {"Hamnens rapport nämner # fartyg i viken.", "Hamnens avgift steg # 5 maj enligt rådets plan."},
}

// TestClosedWords: of two small words of different meaning a change is more than minor, of
// two of one meaning it is not substantive, in every language of closed.txt.
func TestClosedWords(t *testing.T) {
	languages := map[string]bool{}
	pairs, wrong := 0, 0
	for n, l := range smallWords().lines {
		languages[l.language] = true
		frames, ok := closedFrames[l.language]
		if !ok {
			t.Fatalf("line %d: no sentence of language %s", n+1, l.language)
		}
		frame := frames[0]
		if l.figure {
			frame = frames[1]
		}
		write := func(w string) string { return strings.ReplaceAll(frame, "#", strings.ReplaceAll(w, "_", " ")) }
		for i, xs := range l.meanings {
			for j, ys := range l.meanings[i:] {
				for p, x := range xs {
					for q, y := range ys {
						if (n+7*p+3*q+j)%3 != 0 || x == y { // a third of them
							continue
						}
						pairs++
						r := Compare(Side{Text: write(x)}, Side{Text: write(y)}, Options{})
						if got := r.Summary.Substantive > 0; got != (j > 0) && !sharesLine(x, y, j > 0) {
							wrong++
							if wrong < 200 {
								t.Errorf("%s %s → %s: %v", l.language, x, y, short(r))
							}
						}
					}
				}
			}
		}
	}
	if least := 18; len(languages) < least {
		t.Errorf("%d languages, want %d", len(languages), least)
	}
	t.Logf("%d pairs of %d languages, %d wrong", pairs, len(languages), wrong)
}

// sharesLine reports whether two words are of one meaning on another line than that on which
// they part, or the other way round: then either grade is right.
func sharesLine(x, y string, parted bool) bool {
	ms := smallWords().words
	x, y = smallKey(strings.ReplaceAll(x, "_", "")), smallKey(strings.ReplaceAll(y, "_", ""))
	for _, m := range ms[x] {
		for _, n := range ms[y] {
			if m.line == n.line && (m.step == n.step) == parted {
				return true
			}
		}
	}
	return false
}
