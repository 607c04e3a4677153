package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Word lists that decide classes. They are short on purpose: what they do not
// know is graded as wording, which is shown all the same.

// wordSet is a set of words with the length of its longest, in bytes, and the
// characters that they begin with and are made of: nearly all places of a text are
// passed over by a look at one bit.
type wordSet struct {
	has          map[string]bool
	heads, runes *runeSet
	longest      int
}

func setOf(s string) wordSet {
	w := wordSet{has: map[string]bool{}, heads: new(runeSet), runes: new(runeSet)}
	for _, f := range strings.Fields(s) {
		w.has[f] = true
		w.longest = max(w.longest, len(f))
		head, _ := utf8.DecodeRuneInString(f)
		w.heads.add(head)
		for _, r := range f {
			w.runes.add(r)
		}
	}
	return w
}

// runeSet is a set of characters of the basic plane.
type runeSet [1 << 16 / 64]uint64

func (s *runeSet) add(r rune) { s[uint16(r)/64] |= 1 << (r % 64) }

func (s *runeSet) has(r rune) bool { return uint32(r) < 1<<16 && s[uint16(r)/64]>>(r%64)&1 != 0 }

// in reports whether text has a character of s.
func (s *runeSet) in(text string) bool {
	for i := 0; i < len(text); {
		r, n := runeAt(text, i)
		if s.has(r) {
			return true
		}
		i += n
	}
	return false
}

// spells reports whether s has no letter that no word of w has.
func (w wordSet) spells(s string) bool {
	for _, r := range s {
		if !commonHan(r) {
			r = unicode.ToLower(r)
		}
		if !w.runes.has(r) && !isSpace(r) {
			return false
		}
	}
	return true
}

// lacks reports whether s has a mark or one of the commonest Han characters, which stay
// when a text is squeezed, that no word of w has.
func (w wordSet) lacks(s string) bool {
	for _, r := range s {
		if (commonHan(r) || separates(markFor(r))) && !w.runes.has(r) {
			return true
		}
	}
	return false
}

// meets returns a word of w that stands in text and overlaps [lo, hi); with
// lo == hi, one that holds the place within it. Words of spaced scripts must
// stand as words.
func (w wordSet) meets(text string, lo, hi int) (string, bool) {
	for i := max(0, lo-w.longest); i < len(text) && i <= hi; i++ {
		if !utf8.RuneStart(text[i]) || !(lo < hi && i < hi || lo == hi && i < lo) {
			continue
		}
		if asciiLetter(text[i]) {
			if i > 0 && asciiLetter(text[i-1]) {
				continue
			}
			end := i
			for end < len(text) && asciiLetter(text[end]) && end-i <= w.longest { // a longer word is none of w
				end++
			}
			if end > lo && w.has[strings.ToLower(text[i:end])] {
				return text[i:end], true
			}
			continue
		}
		if r, _ := runeAt(text, i); !w.heads.has(r) {
			continue
		}
		for j := w.spelled(text, i); j > i && j > lo; j-- {
			if (j == len(text) || utf8.RuneStart(text[j])) && w.has[text[i:j]] {
				return text[i:j], true
			}
		}
	}
	return "", false
}

// spelled returns how far from byte i text goes on with characters of words of w, as
// far as its longest.
func (w wordSet) spelled(text string, i int) int {
	for end := i; end < len(text); {
		r, n := runeAt(text, end)
		if end+n > i+w.longest || !w.runes.has(r) {
			return end
		}
		end += n
	}
	return len(text)
}

func asciiLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// lexicon holds the word lists; it is read only.
type lexicon struct {
	verbs, functions, negations, plain, modals, titles, roles, places, agencies, days wordSet
	surnames                                                                          wordSet
	scales                                                                            scaleSet
	introduce                                                                         map[string]bool // titles and roles, which names stand behind
	roleEnds                                                                          [1 << 16]uint8  // their last character: their lengths in characters, as bits
}

var lists = newLexicon()

func newLexicon() *lexicon {
	l := &lexicon{
		verbs: setOf(`说 讲 称 道 谈 表示 指出 强调 认为 介绍 告诉 透露 宣布 声明 坦言 直言 谈到 提到 说道 讲到 写道
			报道 披露 回应 回答 答复 解释 补充 说明 阐述 陈述 明确 重申 表明 感叹 感慨 呼吁 评价 评论 分析 提出 称赞 讲述 讲道 叙述 告知 通报 坦承 感慨 倡议 解答 提示 谈及 说到 介绍说 介绍称 回应说 回应称 补充道 补充说 告诉记者 表示说 评论说 评论称 强调说 解释说 解释称 坦言道 感叹道 笑称 戏称 声称 宣称 直言道 转述 复述
			述べ 話し 語っ 語り 説明し 明かし 強調し 指摘し 述べた 話した 語った 説明した 말했 밝혔 전했 설명했 강조했 덧붙였 주장했 말 밝 전 설명 강조
			says said say saying tells told tell states stated notes noted adds added remarked explains explained
			declares declared announces announced claims claimed reports reported stressed stresses emphasized emphasised insisted insists confirmed confirms commented comments argued argues maintained mentioned replied responded admitted acknowledged warned told-reporters`),
		functions: setOf(`的 了 着 过 地 得 和 与 及 以及 并 也 还 就 都 在 于 对 把 等 之 其 这 那 而 且 因 从 向 为 以 又 再 很 中 上 里 内
			所 是 有 个 些 它 他 她 们 自 由 跟 同 并且 而且 因此 因而 所以 此 该 这个 那个 则 便 即 且 后 时 到 给 让 用 将
			a an the and or of to in on at by for with from as is are was were be been it its this that these those which who because since although though toward towards while if when than but or so yet upon onto into among between via during within until till onto whether where whose whom`),
		negations: setOf(`不 没 未 无 勿 非 别 莫 否 没有 并非 绝非 从不 从未 毫无 无法 无需 不再 不得
			not no never none nor neither cannot without don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't hasn't haven't hadn't shouldn't`),
		plain: setOf(`不过 不断 不仅 不但 不管 不论 不少 不久 不禁 不已 不只 不单 不同 不时 无论 无比 无疑 未来 非常 非洲 没收 没落
			特别 区别 级别 个别 差别 性别 告别 分别 别人 别的 别墅 是否 能否 可否 否则 莫斯科 莫过 不妨 不愧 不由 不惜 莫名 莫大 无数 无锡 南非 北非 西非 东非 除非`),
		modals: setOf(`几乎 似乎 好像 貌似 原则上 至少 至多 最多 最少 拟 或将 或会 将会 将要 恐 恐将 料将 势必 将 会 可能 必须 应 应当 应该 须 需 必 可 可以 能 能够 准 禁止 允许 或 或许 也许 大概 疑似 涉嫌 据称 即将 有望 预计 计划 必将 务必
			may might must shall should will would can could possibly probably perhaps allegedly reportedly suspected supposedly apparently nearly almost potentially likely`),
		titles: setOf(`主席 总书记 书记 总理 总统 首相 部长 省长 市长 县长 区长 镇长 乡长 村长 州长 局长 处长 科长 厅长 司长 署长 院长 校长
			所长 馆长 会长 秘书长 理事长 委员长 委员 主任 检察长 法官 董事长 总经理 经理 总裁 教授 讲师 博士 硕士 院士 研究员 发言人 大使 参赞 将军 上将 中将 少将
			大校 上校 司令 司令员 政委 队长 团长 连长 营长 师长 军长 班长 组长 站长 台长 社长 行长 厂长 董事 议员 议长 国务卿 外长 防长 财长 处级 局级 厅级
			部级 科级 干部 常委 支书 老支书 党组成员 政委 领导人 负责人 总监 主编 总编辑 主管 馆员 工程师 总工程师 医师 药师 护士长 会计 出纳 会计师 审计师 排长 参谋长 监事 门将 前锋 后卫 中场 守门员 冠军 亚军 季军 大副 二副 三副 国王 女王 王储 公主 亲王 首领 酋长 教皇 站长 县委书记
			支队长 大队长 中队长 分队长 庭长 股长 监狱长 检察官 警官 法医 执行官 财务官 技术官 运营官 大臣 次长 副官 秘书 助理 调研员 巡视员 督察 领队 主帅 主教练 总教练 合伙人
			总干事 干事 理事 总编 副总 副总裁 特使 公使 领事 总领事 参谋 元帅 舰长 旅长 司务长 村支书 州长 议长 党魁 干事长 幕僚长 审判长 陪审员 书记员 公诉人
			社長 会長 首相 大臣 知事 市長 監督 議員 委員長 長官 総理 部長 課長 총리 장관 대통령 시장 사장 회장 감독 의원 교수 지사 대표 차관
			president chairman chairwoman minister premier governor mayor secretary director professor ambassador general colonel ceo spokesman spokeswoman`),
		roles: setOf(`小将 老将 新秀 队友 射手 中锋 外援 国脚 歌手 消防员 快递员 外卖员 法官 辩护人 原告 被告 被害人 证人 科学家 研究者 学者 作者 译者 导师 记者 通讯员 代表 专家 医生 大夫 护士 老师 教师 律师 先生 女士 同志 贫困户 村民 农民 居民 市民 学生 党员 战士 民警 警察 司机 职工 工人 患者
			运动员 选手 教练 导演 演员 作家 画家 诗人 主播 主持人 编辑 老人 队员 教练员 航天员 飞行员 企业家 商人 创始人 员工 老板 校友 志愿者 负责人 当事人 嫌疑人 被告人 受害者
			烈士 院士 名将 球员 儿子 女儿 妻子 丈夫 父亲 母亲 老伴 户主 种植户 养殖户 经营者 船长 机长 大爷 大妈 奶奶 爷爷 阿姨 叔叔`),
		places: setOf(placeNames),
		agencies: setOf(`据 援引 据悉 据报道 新华社 人民日报 中新社 中新网 央视 路透社 法新社 美联社 塔斯社 共同社 彭博社 环球时报 澎湃新闻 中央社 知情人士 消息人士
			according quoting citing reuters xinhua afp ap bloomberg`),
		days: setOf(`本月底 下月底 上月底 月末 年末 前晚 当晚 次日 翌日 隔日 前夜 今晨 昨晨 本周末 下周末 上周末 大前天 大后天 今天 昨天 明天 前天 后天 今日 昨日 明日 当天 今年 去年 明年 前年 后年 上午 下午 中午 凌晨 早上 晚上 今晚 昨晚 明晚 上旬 中旬 下旬 本月 上月 下月
			周一 周二 周三 周四 周五 周六 周日 星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 上周 本周 下周 年初 年底 月初 月底 春季 夏季 秋季 冬季 清晨 早晨 黎明 拂晓 傍晚 黄昏 深夜 午夜 正午 午后 周末 工作日 平日 节假日 假期 暑假 寒假 腊月 正月
			元旦 春节 除夕 元宵节 清明 清明节 端午 端午节 七夕 中秋 中秋节 重阳 重阳节 国庆 国庆节 五一 劳动节 儿童节 妇女节 圣诞节 立春 雨水 惊蛰 春分 谷雨 立夏 小满 芒种 夏至 小暑 大暑 立秋 处暑 白露 秋分 寒露 霜降 立冬 小雪 大雪 冬至 小寒 大寒
			上半年 下半年 去年底 今年初 上季度 本季度 下季度
			january february march april may june july august september october november december
			الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت
			monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow spring summer autumn winter`),
		surnames: setOf(surnameList),
		scales:   newScales(scaleTable),
	}
	l.introduce = map[string]bool{}
	for _, set := range []wordSet{l.titles, l.roles} {
		for w := range set.has {
			if n := len(w) / 3; len(w) == 3*n && n >= 2 && n <= longestRole {
				r, _ := utf8.DecodeLastRuneInString(w)
				l.introduce[w] = true
				l.roleEnds[uint16(r)] |= 1 << n
			}
		}
	}
	return l
}

// longestRole is the longest title or role, in characters, that introduces a name.
const longestRole = 5

const surnameList = `赵 钱 孙 李 周 吴 郑 王 冯 陈 褚 卫 蒋 沈 韩 杨 朱 秦 尤 许 何 吕 施 张 孔
	曹 严 华 金 魏 陶 姜 戚 谢 邹 喻 柏 窦 章 苏 潘 葛 奚 范 彭 郎 鲁 韦 昌 马 苗 凤 方 俞 任 袁 柳 鲍 史 唐
	费 廉 岑 薛 雷 贺 倪 汤 滕 殷 罗 毕 郝 邬 安 常 乐 于 傅 皮 卞 齐 康 伍 余 顾 孟 黄 穆 萧 尹 姚 邵 汪 祁
	毛 禹 狄 米 贝 臧 伏 成 戴 谈 宋 庞 熊 纪 舒 屈 项 祝 董 梁 杜 阮 蓝 闵 席 季 麻 贾 路 娄 江 童 颜 郭 梅
	盛 林 钟 徐 邱 骆 高 夏 蔡 田 樊 胡 凌 霍 虞 万 柯 管 卢 莫 房 缪 解 宗 丁 宣 邓 郁 单 杭 洪 诸 左 石 崔
	吉 龚 程 邢 裴 陆 荣 翁 荀 惠 曲 芮 储 靳 段 巫 焦 巴 弓 牧 车 侯 宓 仰 仲 伊 宫 宁 仇 栾 厉 武 符 刘 景
	詹 龙 叶 幸 韶 黎 薄 宿 白 怀 蒲 鄂 籍 赖 卓 蔺 屠 蒙 池 乔 闻 翟 谭 贡 劳 逄 姬 申 堵 冉 宰 雍 桑 桂 牛
	寿 扈 燕 冀 浦 尚 温 庄 晏 柴 瞿 阎 连 习 古 易 廖 庾 衡 耿 弘 匡 文 寇 欧 蔚 巩 聂 晁 敖 冷 辛 简 饶 曾
	沙 丰 关 游 肖 佟 岳 闫 佘 缑 亢 付 覃 洛 楼 苟 谷 涂 辜 鹿 仝 栗 芦 兰 卜 鞠 欧阳 司马 上官 诸葛 东方 皇甫
	冼 逯 郗 昝 麴 亓 仉 郏 濮 隗 訾 阚 毋 乜 巢 蒯 荆 竺 桓 帅 苑 牟 幺 佴 朴 普 仵 郜 隋 丛 麦 粟 蹇 裘 暴 钮 嵇 滑 糜 蓬 郤 璩 殳 沃 夔 巩 厍 勾 鞠 丰 查 游 盖 麻 银 迟 衣 矫 荘 揭 练 邰 鄢 郇 鄯 妫 宦 艾 鱼 慎 戈 暨 禄 阙 蓟 冒 覃 谌 佟 晋 闵 哈 苟 尧 逢 栗 卿 岑 亶
	尉迟 公孙 慕容 令狐 司徒 夏侯 端木 南宫`

const placeNames = `大阪 京都 名古屋 福冈 札幌 横滨 神户 广岛 长崎 熊本 仙台 冲绳 北海道 釜山 仁川 大邱 大田 光州 济州 海参崴 圣彼得堡 喀山 索契 明斯克 布拉格 华沙 布达佩斯 维尔纽斯 里加 塔林 赫尔辛基 斯德哥尔摩 奥斯陆 哥本哈根 雷克雅未克 都柏林 爱丁堡 曼彻斯特 利物浦 里斯本 波尔图 巴塞罗那 米兰 那不勒斯 威尼斯 苏黎世 慕尼黑 法兰克福 汉堡 鹿特丹 阿姆斯特丹 海牙 雅典 索非亚 布加勒斯特 贝尔格莱德 萨格勒布 安卡拉 伊斯坦布尔 巴库 埃里温 第比利斯 阿斯塔纳 阿拉木图 塔什干 比什凯克 杜尚别 乌兰巴托 加德满都 达卡 科伦坡 孟买 加尔各答 班加罗尔 卡拉奇 利雅得 吉达 阿布扎比 马斯喀特 科威特 巴林 卡塔尔 也门 萨那 亚丁 贝鲁特 安曼 突尼斯 阿尔及尔 拉巴特 的黎波里 喀土穆 亚的斯亚贝巴 内罗毕 坎帕拉 达累斯萨拉姆 卢萨卡 哈拉雷 约翰内斯堡 开普敦 拉各斯 阿布贾 阿克拉 达喀尔 哈瓦那 墨西哥城 利马 圣地亚哥 布宜诺斯艾利斯 圣保罗 里约热内卢 波哥大 加拉加斯 蒙特利尔 多伦多 温哥华 西雅图 波士顿 休斯敦 达拉斯 费城 底特律 迈阿密 拉斯维加斯 夏威夷 墨尔本 布里斯班 珀斯 奥克兰 惠灵顿 马尼拉 吉隆坡 金边 万象 仰光 东京都 東京 大阪府 福岡 熊本県 宮崎 長崎 広島 横浜 札幌市 沖縄 神戸 名古屋市 서울 부산 인천 대구 대전 광주 울산 제주 수원 북한 한국 미국 중국 일본 红海 黑海 黄海 渤海 东海 南海 地中海 波罗的海 里海 死海 白令海峡 北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海
	台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 雄安 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁
	呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛 长春 四平 辽源 通化 白山
	松原 白城 延边 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭 南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 昆山
	杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德
	南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 井冈山 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌
	漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门 神农架 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西
	广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口 三亚 三沙 儋州
	成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山 汶川 贵阳 六盘水 遵义 安顺 毕节 铜仁 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆
	拉萨 日喀则 昌都 林芝 山南 那曲 阿里 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南 敦煌 西宁 海东 玉树 格尔木 银川 石嘴山 吴忠 固原 中卫
	乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 喀什 和田 伊犁 塔城 阿勒泰 石河子 台北 高雄 台中 台南 新北 桃园 新竹 基隆 花莲 金门 浦东 延庆 海淀 西城
	中国 美国 英国 法国 德国 俄罗斯 日本 韩国 朝鲜 印度 越南 泰国 缅甸 老挝 柬埔寨 菲律宾 马来西亚 新加坡 印度尼西亚 印尼 巴基斯坦 阿富汗 伊朗 伊拉克 叙利亚 以色列 巴勒斯坦 沙特 土耳其 埃及 南非 尼日利亚 肯尼亚 埃塞俄比亚
	加拿大 墨西哥 巴西 阿根廷 智利 秘鲁 古巴 委内瑞拉 哥伦比亚 澳大利亚 新西兰 意大利 西班牙 葡萄牙 荷兰 比利时 瑞士 瑞典 挪威 芬兰 丹麦 冰岛 波兰 捷克 匈牙利 奥地利 希腊 乌克兰 白俄罗斯 塞尔维亚 罗马尼亚 保加利亚
	哈萨克斯坦 乌兹别克斯坦 吉尔吉斯斯坦 塔吉克斯坦 土库曼斯坦 蒙古 尼泊尔 斯里兰卡 孟加拉国 欧盟 非洲 欧洲 亚洲 拉美 华盛顿 纽约 伦敦 巴黎 柏林 莫斯科 东京 首尔 平壤 新德里 曼谷 河内 雅加达 堪培拉 悉尼 渥太华 日内瓦 布鲁塞尔
	罗马 马德里 基辅 开罗 德黑兰 巴格达 大马士革 耶路撒冷 加沙 喀布尔 伊斯兰堡 洛杉矶 旧金山 芝加哥 迪拜 多哈 维也纳 达沃斯 联合国
	beijing shanghai washington london paris moscow tokyo berlin rome madrid lisbon porto vienna geneva zurich brussels amsterdam dublin cork galway belfast edinburgh glasgow manchester liverpool athens istanbul ankara cairo nairobi lagos johannesburg delhi mumbai karachi dhaka bangkok hanoi jakarta manila singapore sydney melbourne toronto montreal vancouver boston chicago houston dallas denver seattle miami atlanta seoul busan osaka kyoto kyiv warsaw prague budapest oslo stockholm helsinki copenhagen china japan korea russia ukraine germany france italy spain portugal greece turkey egypt israel iran iraq syria india pakistan brazil argentina mexico canada australia`
