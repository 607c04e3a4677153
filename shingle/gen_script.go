//go:build ignore

// Gen_script writes script_table.go from the Unihan database:
//
//	go run gen_script.go /usr/share/unicode/Unihan_Variants.txt.bz2
//
// Debian's package unicode-data installs that file. A character is folded to its
// first kSimplifiedVariant that is not itself, unless
//   - it is written in simplified text as well (a character of GB 2312, such as
//     瑙 or 吒) and is not one of the few that a reader still takes for the other;
//   - the lists below say otherwise. They hold the variants of Taiwan, Hong Kong
//     and Japan that Unihan gives under fields too loose to take whole
//     (kSemanticVariant makes 李喆 a 李哲).
package main

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"fmt"
	"go/format"
	"log"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// both are the characters of GB 2312 that are folded all the same: in simplified
// text they are rare, in traditional text they are common.
const both = "乾夥後徵摺於著藉覆麽捱菸锺馀谘"

// variants are pairs of a glyph or character and the simplified one it stands
// for, beyond kSimplifiedVariant or against it.
var variants = []string{
	// Taiwan and Hong Kong.
	"裡里裏里淨净凈净遊游佔占湧涌臥卧洩泄捱挨週周倖幸倣仿偪逼僱雇勗勖勳勋卹恤噉啖嚥咽埜野堿碱妳你",
	"婬淫孃娘幙幕弔吊彊强彫雕慾欲扞捍拏拿掽碰摠总攷考旂旗旛幡暱昵桼漆槓杠樑梁櫂棹欬咳歎叹汎泛",
	"汙污淒凄溼湿澣浣濬浚炤照煖暖煠炸燄焰燻熏獃呆玅妙珪圭甕瓮畽疃痺痹癡痴皁皂盃杯砲炮碪砧祕秘秏耗",
	"筦管筭算箇个簷檐籐藤紮扎綑捆缾瓶罋瓮膆嗉臙胭舖铺荳豆葯药菴庵蝨虱蠍蝎褟溻觔斤証证諡谥譁哗貍狸",
	"踰逾蹟迹跡迹迴回逈迥遯遁酖鸩醡榨銕铁阬坑隄堤霥蒙餈糍餽馈饑饥鴈雁麤粗龢和稜棱覈核鍼针鯰鲶韁缰",
	"囪囱缽钵纔才蔘参竈灶擡抬繮缰檯台颱台闆板鬱郁嶽岳採采綵彩佈布託托唸念併并並并竝并幷并倂并姪侄",
	"崑昆崙仑煙烟菸烟菓果跕踮蹤踪徬彷鵰雕鬨哄鬚须鬥斗鬪斗鬭斗鬦斗鬬斗製制複复復复鞦秋韆千錶表鐘钟鍾钟",
	"麵面麪面麫面瞭了穀谷醜丑鹹咸鬆松鹼碱鹸碱籲吁癒愈瘉愈慼戚慽戚嚐尝甦苏蘇苏囌苏噁恶惡恶",
	"勦剿搾榨鎗枪鎚锤脩修脣唇兇凶吋寸陞升昇升唖哑諌谏羨羡譟噪譆嘻籤签醱酦讚赞瞋嗔剷铲蓆席糢模瀰弥瓖镶囉啰餵喂嚮向鎔熔",
	"鍊炼谿溪賸剩燉炖燬毁繙翻霤溜颺扬巖岩鼇鳌氾泛冑胄伕夫瑯琅梱捆霑沾搆构瞇眯燐磷珮佩玆兹睪睾牴抵羶膻簑蓑迺乃釦扣銲焊慇殷",
	// Variant glyphs, most of them older print and OCR.
	"爲为値值偸偷兎兔兪俞処处凾函刄刃刧劫劒剑効效勅敕匳奁厠厕厰厂呪咒啓启噐器囘回囬回塲场墻墙壜坛",
	"壻婿妬妒姉姊姙妊嫺娴嫻娴寃冤峩峨峯峰嵜崎帋纸廐厩徃往怱匆恠怪悋吝悳德愽博慂恿憇憩憙喜戯戏敍叙",
	"敘叙暎映朶朵査查栢柏棊棋碁棋椀碗濶阔烱炯熈熙牀床犂犁甎砖甞尝畆亩畊耕畧略疎疏皃貌皷鼓眞真稾稿",
	"稉粳穉稚穽阱窓窗窻窗牕窗窰窑竒奇竚伫竢俟竪竖箒帚粧妆綉绣綫线緜绵繦襁纎纤羣群羮羹肬疣脇胁膓肠",
	"舘馆葢盖蕚萼蕋蕊蘂蕊衂衄衆众衞卫袵衽襃褒襍杂觧解貭质賍赃躱躲軆体迯逃遡溯邨村閙闹隣邻隷隶靭韧",
	"韈袜韮韭飃飘飜翻餠饼鵞鹅鷄鸡麕麇亾亡俻备倐倏冄冉凢凡凣凡凴凭卽即吿告吚咿囯国垻坝塟葬墖塔夀寿",
	"婣姻孼孽宂冗宐宜宼寇尗叔幇帮廵巡廹迫徧遍惪德戹厄捦擒揑捏敎教昬昏朙明棃梨槀稿槪概槩概檝楫",
	"櫈凳欵款歺歹氊毡湼涅滙汇彙汇煑煮甆瓷畱留畵画盌碗盇盍秈籼秔粳穅糠糉粽糓谷絶绝緖绪緐繁縂总罁缸",
	"羗羌羙美翺翱聦聪肎肯脃脆臯皋蓴莼蒓莼葠参蔴麻蕿萱蘐萱蚘蛔蜨蝶衇脉袟帙裠裙覔觅詧察豔艳艶艳貛獾",
	"趂趁蹏蹄躭耽躶裸軰辈輭软辢辣逰游鄕乡酧酬醻酬鍫锹鎻锁闗关陁陀陗峭隂阴鞌鞍鞵鞋頣颐飡餐餙饰餻糕",
	"饍膳騐验驘骡髗颅髙高髩鬓鼃蛙齅嗅戶户戸户吳吴呉吴娛娱娯娱悅悦挿插揷插晩晚硏研稅税説说說说脫脱",
	"蛻蜕謡谣銳锐鋭锐閱阅閲阅郞郎鄊乡鎭镇黃黄靑青淸清靜静內内冊册刪删姍姗彥彦產产産产畫画愼慎塡填",
	"顚颠眾众強强鉤钩鈎钩鑑鉴鑒鉴虛虚衝冲沖冲決决況况涼凉湊凑減减淚泪滬沪",
	// Japan.
	"両两冩写収收塩盐壊坏変变実实対对専专巻卷帯带帰归広广庁厅弐贰弾弹従从徳德徴征応应恵惠悩恼悪恶",
	"戦战払拂択择拝拜拠据拡扩挙举捜搜掲揭揺摇摂摄撃击斉齐斎斋暁晓暦历曽曾桜樱桟栈検检楽乐様样権权",
	"歓欢歩步歳岁歴历殻壳毎每気气沢泽浄净涙泪渇渴済济渉涉渋涩渓溪満满滝泷潅灌焼烧犠牺猟猎",
	"獣兽瑠琉甁瓶畳叠県县砕碎稲稻穂穗穏稳竜龙粋粹粛肃経经継继続续総总緑绿縁缘縄绳縦纵繊纤",
	"聴听脳脑臓脏舎舍荘庄薬药蔵藏薫薰蛍萤蝿蝇覇霸覚觉覧览観观訳译証证読读諸诸譲让賛赞贋赝",
	"軽轻転转辺边逓递遅迟郷乡酔醉醤酱醸酿釈释鉄铁鉱矿銭钱鋳铸錬炼録录鎌镰閲阅関关闘斗陥陷険险",
	"隠隐雑杂霊灵頬颊頼赖顔颜顕显飲饮駅驿駆驱騒骚験验髄髓髪发鶏鸡鴎鸥鹸碱麹曲黒黑黙默齢龄亜亚",
	"仏佛仮假伝传価价倹俭児儿円圆処处剣剑剤剂剰剩労劳効效勧劝勲勋厳严営营噛啮団团囲围図图",
	"圏圈圧压塁垒増增壌壤壱壹売卖嬢娘寛宽尭尧巌岩巣巢廃废発发穣穰単单乗乘亀龟",
	"叡睿栄荣焔焰汚污竃灶駈驱撹搅讐雠奨奖繍绣掻搔痩瘦嶋岛働动涜渎呑吞頴颖欝郁蝋蜡豊丰嚢囊壷壶侭尽鴬莺冨富皐皋讃赞歯齿",
	"抜拔瀬濑寳宝槗桥爼俎聟婿嶹岛擧举鑛矿懐怀旣既澁涩瀨濑邉边飮饮纒缠嚔嚏埓埒廻回嶌岛秌秋枩松舩船艸草躰体骵体喩喻屛屏槇槙篭笼聡聪舗铺茘荔萠萌訛讹賎贱輌辆頚颈",
	"髥髯鯵鲹麺面鼈鳖溌泼喫吃囓啮図图圗图埀垂罎坛壜坛夘卯冦寇獘弊彜彝彛彝忰悴昿旷曵曳杦杉柹柿桝枡桒桑楕椭懽欢殱歼渕渊稺稚籏旗糺纠絋纩罸罚聨联胷胸捥腕",
	"艪橹薗园蟁蚊褎袖覊羁諠喧謌歌貮贰賔宾贜赃輙辄釼剑盋钵銹锈鑪炉靱韧頥颐鬂鬓麁粗麪面歿殁戻戾薫薰蘂蕊蘃蕊﨑崎徧遍",
	"絵绘絶绝繋系艦舰註注観观釡釜鉢钵陝陕锺钟馀余缐线榦干絃弦諮咨谘咨滷卤齧啮勣绩髙高",
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run gen_script.go Unihan_Variants.txt[.bz2]")
	}
	table, err := simplified(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range variants {
		r := []rune(line)
		for i := 0; i+1 < len(r); i += 2 {
			if inGB2312(r[i]) && r[i] != r[i+1] && !strings.ContainsRune(both, r[i]) {
				log.Fatalf("%c is simplified already", r[i])
			}
			table[r[i]] = r[i+1]
		}
	}
	if err := os.WriteFile("script_table.go", source(closed(table)), 0o644); err != nil {
		log.Fatal(err)
	}
}

// simplified reads the kSimplifiedVariant lines of a Unihan file.
func simplified(path string) (map[rune]rune, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	if strings.HasSuffix(path, ".bz2") {
		lines = bufio.NewScanner(bzip2.NewReader(bytes.NewReader(data)))
	}
	table := map[rune]rune{}
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 3 || f[1] != "kSimplifiedVariant" {
			continue
		}
		from := scalar(f[0])
		if inGB2312(from) && !strings.ContainsRune(both, from) {
			continue
		}
		for _, v := range f[2:] {
			if to := scalar(v); to != from {
				table[from] = to
				break
			}
		}
	}
	return table, lines.Err()
}

func scalar(s string) rune {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "U+"), 16, 32)
	if err != nil {
		log.Fatalf("%q is no scalar value", s)
	}
	return rune(n)
}

// inGB2312 reports whether r is one of the 6,763 characters of GB 2312: two
// bytes of GBK, both high, the first from B0 to F7.
func inGB2312(r rune) bool {
	b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(string(r)))
	return err == nil && len(b) == 2 && b[0] >= 0xB0 && b[0] <= 0xF7 && b[1] >= 0xA1
}

// closed follows every chain to its end, so that folding twice changes nothing.
func closed(table map[rune]rune) map[rune]rune {
	out := map[rune]rune{}
	for from := range table {
		to := from
		for range 8 {
			if next, ok := table[to]; ok {
				to = next
			}
		}
		if to != from {
			out[from] = to
		}
	}
	for from, to := range out {
		if out[to] != 0 {
			log.Fatalf("%c goes round in a circle", from)
		}
	}
	return out
}

func source(table map[rune]rune) []byte {
	var b bytes.Buffer
	b.WriteString("// Code generated by gen_script.go from Unihan_Variants.txt; DO NOT EDIT.\n\npackage shingle\n\n")
	fmt.Fprintf(&b, "// scriptPairs are %d pairs of a character and what it is folded to.\nconst scriptPairs = \"\"", len(table))
	for i, from := range slices.Sorted(maps.Keys(table)) {
		if i%32 == 0 {
			b.WriteString(" +\n\t\"")
		}
		b.WriteString(string(from) + string(table[from]))
		if i%32 == 31 || i == len(table)-1 {
			b.WriteByte('"')
		}
	}
	b.WriteByte('\n')
	out, err := format.Source(b.Bytes())
	if err != nil {
		log.Fatal(err)
	}
	return out
}
