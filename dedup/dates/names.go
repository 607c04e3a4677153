package dates

import "strings"

// Knowledge: names of months, eras, zones, and words that say nothing of a date.

// monthLists has the names of each month, twelve lines, in English, German, French, Spanish,
// Portuguese, Italian, Dutch, Russian, Polish, Turkish, Indonesian, Swedish, and after the
// bar in Danish, Norwegian, Finnish, Czech, Slovak, Hungarian, Romanian, Catalan, Ukrainian,
// Greek, Arabic (Egypt; the east), Hebrew, Hindi, Thai, and others of Europe, the Caucasus, Asia and
// Africa. Where a word is of two months, listopad (November, in Croatian October), the larger language has it.
var monthLists = strings.Split(`january jan januar jän jänner janvier janv enero ene janeiro gennaio gen januari январь января янв styczeń stycznia ocak oca | tammikuu tammikuuta leden ledna januára január ianuarie gener січень січня ιανουαρίου ιανουάριος يناير كانونالثاني ינואר जनवरी มกราคม januara januarja siječnja siječanj sausio sausis janvāris janvārī jaanuar janar janúar yanvar януари јануар јануара студзеня қаңтар հունվար հունվարի იანვარი בינואר جانفي جنوری ژانویه জানুয়ারি జనవరి ஜனவரி ജനുവരി जानेवारी
february feb februar feber février févr fév fevrier febrero fevereiro fev febbraio februari февраль февраля фев luty lutego şubat şub februarie pebruari | helmikuu helmikuuta únor února februára február febrer лютий лютого φεβρουαρίου φεβρουάριος فبراير شباط פברואר फ़रवरी फरवरी กุมภาพันธ์ februara februarja veljače veljača vasario vasaris februāris februārī veebruar shkurt febrúar pebrero fevral февруари фебруар фебруара лютага ақпан փետրվար փետրվարի თებერვალი בפברואר فيفري فروری فوریه ফেব্রুয়ারি ఫిబ్రవరి பிப்ரவரி ഫെബ്രുവരി फेब्रुवारी फेब्रुअरी
march mar märz mär maerz mars marzo março marco maart mrt март марта мар marzec marca mart maret | marts maaliskuu maaliskuuta březen března marec március martie març березень березня μαρτίου μάρτιος مارس آذار אדר מרץ मार्च มีนาคม ožujka ožujak kovo kovas martā märts marso machi сакавіка наурыз մարտ մարտի მარტი במרץ مارچ মার্চ మార్చి மார்ச் മാർച്ച്
april apr avril avr abril abr aprile апрель апреля апр kwiecień kwietnia nisan nis | huhtikuu huhtikuuta duben dubna apríla április aprilie квітень квітня απριλίου απρίλιος أبريل ابريل نيسان אפריל अप्रैल เมษายน aprila travnja travanj balandžio balandis aprīlis aprīlī aprill prill apríl aprili aprel април красавіка сәуір ապրիլ ապրիլի აპრილი באפריל أفريل افريل اپریل آوریل এপ্রিল ఏప్రిల్ ஏப்ரல் ഏപ്രിൽ एप्रिल
may mai mayo maio maggio mag mei май мая maj maja mayıs | toukokuu toukokuuta květen května mája máj május maig травень травня μαΐου μάιος مايو أيار מאי मई พฤษภาคม svibnja svibanj gegužės gegužė maijs maijā maí мај маја траўня мамыр մայիս մայիսի მაისი במאי ماي مئی مه মে మే மே മേയ് മെയ് मे
june jun juni juin junio junho giugno giu июнь июня июн czerwiec czerwca haziran haz | kesäkuu kesäkuuta červen června júna jún június iunie juny червень червня ιουνίου ιούνιος يونيو حزيران יוני जून มิถุนายน juna junija lipnja lipanj birželio birželis jūnijs jūnijā juuni qershor júní hunyo iyun юни јун јуна чэрвеня маусым հունիս հունիսի ივნისი ביוני جوان جون ژوئن জুন జూన్ ஜூன் ജൂൺ
july jul juli juillet juil julio julho luglio lug июль июля июл lipiec lipca temmuz tem | heinäkuu heinäkuuta červenec července júla júl július iulie juliol липень липня ιουλίου ιούλιος يوليو تموز יולי जुलाई กรกฎาคม jula julija srpnja srpanj liepos liepa jūlijs jūlijā juuli korrik júlí hulyo julai iyul юли јул јула ліпеня шілде հուլիս հուլիսի ივლისი ביולי جويلية يوليوز جولائی ژوئیه জুলাই జులై జూలై ஜூலை ജൂലൈ जुलै
august aug août aout agosto ago augustus август августа авг sierpień sierpnia ağustos ağu agustus augusti | elokuu elokuuta srpen srpna augusta augusztus agost серпень серпня αυγούστου αύγουστος أغسطس آب אוגוסט अगस्त สิงหาคม avgusta avgust kolovoza kolovoz rugpjūčio rugpjūtis augusts augustā gusht ágúst agosti avqust жніўня тамыз օգոստոս օգոստոսի აგვისტო באוגוסט أوت غشت اگست اوت আগস্ট ఆగస్టు ஆகஸ்ட் ഓഗസ്റ്റ് ऑगस्ट
september sep sept septembre septiembre setembro set settembre сентябрь сентября сен сент wrzesień września eylül eyl | syyskuu syyskuuta září szeptember septembrie setembre вересень вересня σεπτεμβρίου σεπτέμβριος سبتمبر أيلول ספטמבר सितंबर सितम्बर กันยายน septembra rujna rujan rugsėjo rugsėjis septembris septembrī shtator setyembre septemba sentabr sentyabr септември септембар септембра верасня қыркүйек սեպտեմբեր սեպտեմբերի სექტემბერი בספטמבר شتنبر ستمبر سپتامبر সেপ্টেম্বর సెప్టెంబర్ செப்டம்பர் സെപ്റ്റംബർ सप्टेंबर
october oct oktober okt octobre octubre outubro out ottobre ott октябрь октября окт październik października ekim eki | lokakuu lokakuuta říjen října október októbra octombrie жовтень жовтня οκτωβρίου οκτώβριος أكتوبر اكتوبر אוקטובר अक्टूबर अक्तूबर ตุลาคม oktobra spalio spalis oktobris oktobrī oktoober tetor oktubre oktoba oktabr oktyabr октомври октобар октобра кастрычніка қазан հոկտեմբեր հոկտեմբերի ოქტომბერი באוקטובר تشرينالأول تشرينالاول اکتوبر اکتبر অক্টোবর అక్టోబర్ அக்டோபர் ഒക്ടോബർ ऑक्टोबर
november nov novembre noviembre novembro ноябрь ноября ноя нояб listopad listopada kasım kas nopember | marraskuu marraskuuta listopadu novembra noiembrie листопад листопада νοεμβρίου νοέμβριος نوفمبر נובמבר नवंबर नवम्बर พฤศจิกายน studenoga studenog studeni lapkričio lapkritis novembris novembrī nëntor nóvember nobyembre novemba noyabr ноември новембар новембра лістапада қараша նոյեմբեր նոյեմբերի ნოემბერი בנובמבר تشرينالثاني نونبر نومبر نوامبر নভেম্বর నవంబర్ நவம்பர் നവംബർ नोव्हेंबर
december dec dezember dez décembre déc decembre diciembre dic dezembro dicembre декабрь декабря дек grudzień grudnia aralık desember | joulukuu joulukuuta prosinec prosince decembra decembrie desembre грудень грудня δεκεμβρίου δεκέμβριος ديسمبر דצמבר दिसंबर दिसम्बर ธันวาคม prosinca gruodžio gruodis decembris decembrī detsember dhjetor disyembre desemba dekabr декември децембар децембра снежня желтоқсан դեկտեմբեր դեկտեմբերի დეკემბერი בדצמבר كانونالأول كانونالاول دجنبر دسمبر دسامبر ডিসেম্বর డిసెంబర్ டிசம்பர் ഡിസംബർ डिसेंबर`, "\n")

var monthNames = func() map[string]int {
	all := map[string]int{}
	for i, line := range monthLists {
		for _, name := range strings.Fields(strings.ReplaceAll(line, "|", "")) {
			all[name] = i + 1
			all[strings.ReplaceAll(name, "\u09af\u09bc", "\u09df")] = i + 1 // Bengali is written so, too
		}
	}
	return all
}()

// solarMonths are those of the Persian year, from March on.
var solarMonths = strings.Fields("فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند")

// joined are names of months as they are looked up: in one word.
var joined = strings.NewReplacer("كانون الثاني", "كانونالثاني", "كانون الأول", "كانونالأول", "كانون الاول", "كانونالأول",
	"تشرين الثاني", "تشرينالثاني", "تشرين الأول", "تشرينالأول", "تشرين الاول", "تشرينالأول",
	"ม.ค.", "มกราคม", "ก.พ.", "กุมภาพันธ์", "มี.ค.", "มีนาคม", "เม.ย.", "เมษายน", "พ.ค.", "พฤษภาคม", "มิ.ย.", "มิถุนายน",
	"ก.ค.", "กรกฎาคม", "ส.ค.", "สิงหาคม", "ก.ย.", "กันยายน", "ต.ค.", "ตุลาคม", "พ.ย.", "พฤศจิกายน", "ธ.ค.", "ธันวาคม")

// eras are counted from the year after these.
var eras = map[string]int{"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民国": 1911, "民國": 1911, "中华民国": 1911, "中華民國": 1911, "公元": 0, "西元": 0, "西暦": 0}

// unitWords stand before the number that they name: in Vietnamese, and quarters.
var unitWords = map[string]byte{"q": 'q', "ngày": 'd', "tháng": 'm', "năm": 'y'}

// parts of a year, and of a month.
var parts = func() map[string]part {
	all := map[string]part{}
	for words, x := range map[string]part{
		"春 春季 春天 spring frühling frühjahr printemps primavera весна":    {'m', 3, 5},
		"夏 夏季 夏天 summer sommer été verano verão estate лето":            {'m', 6, 8},
		"秋 秋季 秋天 autumn fall herbst automne otoño outono autunno осень": {'m', 9, 11},
		"冬 冬季 冬天 winter hiver invierno inverno зима":                    {'m', 12, 14},
		"第一季度 一季度 第一季":                                                  {'m', 1, 3},
		"第二季度 二季度 第二季":                                                  {'m', 4, 6},
		"第三季度 三季度 第三季":                                                  {'m', 7, 9},
		"第四季度 四季度 第四季":                                                  {'m', 10, 12},
		"上半年":                                                           {'m', 1, 6},
		"下半年":                                                           {'m', 7, 12},
		"上旬":                                                            {'d', 1, 10},
		"中旬":                                                            {'d', 11, 20},
		"下旬":                                                            {'d', 21, 0},
	} {
		for _, w := range strings.Fields(words) {
			all[w] = x
		}
	}
	return all
}()

// halves of a day: what to add to an hour below 12.
var halves = map[string]int{
	"am": 0, "a": 0, "上午": 0, "早上": 0, "凌晨": 0, "早晨": 0, "午前": 0, "오전": 0,
	"pm": 12, "p": 12, "下午": 12, "晚上": 12, "晚": 12, "午後": 12, "오후": 12, "傍晚": 12, "中午": 12,
}

// zones by their names, in seconds east of Greenwich. CST is not one: it is the time of
// China, of Chicago, and of Havana.
var zones = map[string]int{
	"z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "bst": 3600, "cet": 3600, "cest": 7200, "eet": 7200, "eest": 10800, "msk": 10800,
	"ist": 19800, "hkt": 28800, "sgt": 28800, "jst": 32400, "kst": 32400, "aest": 36000, "aedt": 39600,
	"est": -18000, "edt": -14400, "cdt": -18000, "mst": -25200, "mdt": -21600, "pst": -28800, "pdt": -25200,
	"bjt": 28800, "мск": 10800, "wib": 25200, "wita": 28800, "wit": 32400, "ict": 25200, "pht": 28800, "npt": 20700, "pkt": 18000, "irst": 12600, "eat": 10800, "cat": 7200, "sast": 7200, "wat": 3600, "北京时间": 28800, "北京時間": 28800, "東京時間": 32400,
}

// silent words stand in dates and say nothing that we need.
var silent = func() map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(`monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat sunday sun
		montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonnabend sonntag so
		lundi lun mardi mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim
		lunes martes miércoles mié jueves viernes vie sábado sáb domingo dom lunedì martedì mercoledì giovedì gio venerdì sabato sab domenica
		segunda terça quarta quinta sexta feira понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс г года
		of the de del le der den am um on في ב เวลา พศ at uhr o clock à le la à às ore alle h cst 火 水 木 金 土 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日
		uur klo kl godz ч saat waktu 월요일 화요일 수요일 목요일 금요일 토요일 일요일 m`) {
		all[w] = true
	}
	delete(all, "am") // a half of a day before it is a German word
	return all
}()

// numerals writes the Chinese numerals of a date as digits: 二〇二四年十二月卅一日. Digits
// that stand one after the other are a year; with 十 they are a number below a hundred.
func numerals(s string) string {
	s = strings.ReplaceAll(s, "元年", "1年")
	var out, run []rune
	flush := func(next rune) {
		if len(run) == 0 {
			return
		}
		if strings.ContainsRune("年月日号號时時点點分秒", next) {
			out = append(out, []rune(digitsOf(run))...)
		} else {
			out = append(out, run...)
		}
		run = run[:0]
	}
	for _, r := range s {
		if strings.ContainsRune("〇○零Ｏ一二三四五六七八九十廿卅元", r) && r != '元' {
			run = append(run, r)
			continue
		}
		flush(r)
		out = append(out, r)
	}
	flush(0)
	return string(out)
}

func digitsOf(run []rune) string {
	var b strings.Builder
	tens, units, ten := 0, 0, false
	for _, r := range run {
		d := strings.Index("〇一二三四五六七八九", string(r)) / len("一")
		switch r {
		case '○', '零', 'Ｏ':
			d = 0
		case '十':
			tens, units, ten = max(units, 1), 0, true
			continue
		case '廿':
			tens, units, ten = 2, 0, true
			continue
		case '卅':
			tens, units, ten = 3, 0, true
			continue
		}
		units = d
		b.WriteByte(byte('0' + d))
	}
	if !ten {
		return b.String()
	}
	return string(rune('0'+tens%10)) + string(rune('0'+units))
}
