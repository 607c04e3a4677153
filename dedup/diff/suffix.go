package diff

import (
	"strings"
	"unicode/utf8"

	"repost/shingle/words"
)

// Names in Chinese and Japanese say last what they name: 兰州理工大学 is a
// university, 石门沟 a valley, 名誉院长 a head. So the kind of a phrase is told by the
// word it ends with, which may stand behind the edit: in [上海|深圳]证券交易所 the
// dictionary knows two towns, and the reader sees two exchanges. What stands before
// the ending has to be such as names are made of: 有关部门 and 相关部门 name nothing.

// endings are the words that name the kind, by class.
var endings = func() (e endingSet) {
	e.class = map[string]Class{}
	for _, k := range []struct {
		class Class
		words string
	}{
		{Organisation, `局 委 厅 署 庭 委员会 管委会 居委会 村委会 党委 党组 支部 总支 政府 法院 检察院 公安局 派出所 司法所 办公室 研究所 研究院 设计院 科学院 工程院 学会 协会 商会
			总会 分会 工会 公会 理事会 董事会 联合会 慈善会 基金会 促进会 联盟 组织 同盟 大学 学院 中学 小学 高中 初中 一中 二中 学校 党校 幼儿园 医院 卫生院 诊所 疾控中心 中心 公司 集团 银行 证券 保险 基金 信托
			资本 投资 控股 实业 科技 电子 汽车 制药 药业 医药 生物 置业 地产 建材 建设集团 能源 电力 石化 航空 航运 通信 传媒 影业 食品 乳业 酒业 软件 网络 半导体 物流 快递 速运 超市 百货 商场 酒店 宾馆 钢铁 重工 矿业 化工 纺织 服饰 家居 电器 资产
			俱乐部 足球队 篮球队 代表队 国家队 救援队 消防队 工作队 考古队 医疗队 支队 大队 总队 剧团 乐团 合唱团 代表团 博物馆 博物院 图书馆 档案馆 美术馆 文化馆 纪念馆 科技馆 出版社 通讯社 杂志社 报社 电视台 电台 卫视 日报 晚报 早报 时报 周报 周刊
			合作社 联社 供销社 信用社 农场 林场 工厂 药厂 电厂 钢厂 水厂 党 足联 泳联 篮联 排联 田联 妇联 残联 文联 侨联 社联 工商联 作协 科协 足协 篮协 音协 美协 影协 奥委会 安委会 食安委 组委会 发改委 卫健委 国资委 纪委 监委 政协 人大 团委 工委 经信委 农委 消委会 仲裁委 评委会 军区 舰队 集团军 联队 交易所 事务所 监狱 看守所 央行 总局 税务局 邮局 警方 省 庁 銀行 大学 病院 新聞 電機 自動車 署 協会`},
		{Place, `市 县 區 区 旗 盟 州 郡 乡 镇 村 屯 寨 庄 家庄 店子 社区 街道 小区 家园 花园 新村 路 街 巷 胡同 里弄 大道 大街 北路 南路 东路 西路 中路 北街 南街 东街 西街 桥 大桥 立交桥 高速 公路 铁路 隧道 河 江 溪 湖 海 湾 港 港口 码头 岛 半岛 群岛 山 山脉 峰 岭 坡 坎 坪 塬 峪 谷 峡 峡谷 沟 洞 泉 潭 池 塘 滩 洲
			沙漠 草原 平原 高原 盆地 三角洲 水库 灌区 机场 国际机场 车站 火车站 地铁站 高铁站 东站 南站 西站 北站 站 渔场 牧场 滩涂 广场 公园 景区 森林公园 体育场 体育馆 体育中心 门 口岸 海峡 大厦 寺 庙 塔 祠 宫 殿 书店 流域 地区 战区 县城 古城 古镇 老街 开发区 新区 高新区 园区 产业园 号线 県 府 都 道 町 駅 空港 岛屿`},
		{Title, `长 书记 主任 主席 总裁 总监 总管 经理 董事 监事 理事 干事 委员 常委 代表 教授 研究员 讲师 工程师 设计师 医师 药师 会计师 经济师 统计师 律师 检察官 法官 警官 教官 军官 教练 领队 裁判 记者 编辑 主编 主播 编审 馆员 技师 秘书 助理 助教 参谋 顾问 专员 督察 调研员 巡视员 警督 警监 警司 警员
			大使 公使 领事 参赞 特使 大臣 部长 总理 首相 总统 议员 议长 院士 博士 硕士 将军 上将 中将 少将 大校 上校 中校 少校 大尉 上尉 中尉 少尉 上士 中士 下士 列兵 司令 政委 指挥 会计 出纳 护士 师傅 学员 队员 乘务员 列车员 飞行员 機長 長官 次官 監督 知事`},
	} {
		for _, w := range strings.Fields(k.words) {
			if _, ok := e.class[w]; ok {
				continue
			}
			e.class[w] = k.class
			r, _ := utf8.DecodeLastRuneInString(w)
			e.last.add(r)
		}
	}
	return e
}()

type endingSet struct {
	class map[string]Class
	last  runeSet
}

// of returns the longest ending of s and its class.
func (e *endingSet) of(s string) (string, Class) {
	if r, _ := utf8.DecodeLastRuneInString(s); !e.last.has(r) {
		return "", ""
	}
	for n := min(len(s), 12); n >= 3; n -= 3 {
		if w := s[len(s)-n:]; e.class[w] != "" {
			return w, e.class[w]
		}
	}
	return "", ""
}

// plainWords stand before an ending and name nothing; common end with one and are
// no names.
var (
	plainWords = setOf(`有关 相关 当地 本地 外地 该 本 此 这 那 其 某 各 全 新 老 旧 大 小 多 双 两 另 上述 涉事 涉案 知名 著名 大型 小型 主要 重点 老旧 陈旧 一线 基层 附近 周边 沿线 所在 这个 那个 这家 那家 一家 几家 多家 各家 一个 几个 许多 不少 部分 一些 所有 其他 其它 同一 整个 自己 我们 他们 我国 新任 现任 全国 全省 全市 全县 贵 我 你 他 她`)
	common     = setOf(`市场 现场 立场 出场 到场 当场 上市 城市 超市 门市 部门 专门 热门 出门 开门 关门 上门 地区 小区 山区 灾区 社区 景区 园区 辖区 城区 郊区 市区 农村 乡村 山村 全村 乡镇 城镇 道路 公路 铁路 马路 走路 思路 出路 街道 上街 大街 大桥 小桥 江河 河流 大海 出海 上海 山 上山 下山 过海 高山 火车站 车站 网站 全站 上岛 池塘 海滩 沙滩 空洞 漏洞 成长 增长 延长 生长 特长 局长 家长 队长 校长 院长 班长 拉长 漫长 公司 学校 医院 组织 中心 代表 学员 队员 裁判 指挥 建设 能源 科技 投资 保险 网络 物流 食品 生物 汽车 电子 银行 政府 部队 军队 商场 工厂 饭店 饭馆 酒店 宾馆 门口 国门 全局 结局 布局 格局 大局 当局 入党 政党 全党 新党 开庭 家庭 法庭 编辑 教授 记者 硕士 博士 律师 教练 会计 护士 大道 知道 报道 频道 赛道 通道 管道 轨道 隧道 渠道 味道 难道 首都 古都 国都 政府 学府 草原 平原 高原 公园 花园 家园 校园 广场 机场 码头 港口 水库 书店 站 高速 快速 大学 小学 中学 中学生`)
)

// trades end the names of firms, and are no firms themselves.
var trades = setOf(`证券 保险 基金 信托 资本 投资 控股 实业 科技 电子 汽车 制药 药业 医药 生物 置业 地产 建材 能源 电力 石化 航空 航运 通信 传媒 影业 食品 乳业 酒业 软件 网络 半导体 物流 快递 速运 钢铁 重工 矿业 化工 纺织 服饰 家居 电器 资产 组织 中心 政府`)

// ended is a phrase with such an ending.
type ended struct {
	before, ending string
	opens, tag     string // the word that before begins with, and its tag
	class          Class
	behind         bool   // the ending stands behind the edit
	word           string // the tag of before and ending, if they are one word of the dictionary
}

// phraseOf returns the phrase that tokens [lo, hi) of v are part of, up to the first
// word behind that ends one.
func (c *comparison) phraseOf(v *view, lo, hi int) (ended, bool) {
	s := v.span(lo, hi)
	from, part := v.clauseAround(s)
	ws := c.wordsAround(v, s, part)
	k := 0
	for k < len(ws) && ws[k].Span.Hi+from <= s.Lo {
		k++
	}
	first, only := k, true // whether before is characters that make no words
	for single := func(i int) bool {
		w := ws[i].Span.Of(part)
		return len(w) == 3 && !lists.functions.has[w] && !strings.Contains(beforeNames, w)
	}; first > 0 && k-first < 2 && first < len(ws) && single(first) && single(first-1) && ws[first-1].Span.Hi == ws[first].Span.Lo; {
		first--
	}
	for ; k < len(ws); k++ {
		w := ws[k]
		text, end := w.Span.Of(part), w.Span.Hi+from
		if end < s.Hi || s.Lo == s.Hi && end <= s.Lo {
			continue
		}
		ending, class := endings.of(text)
		kana := kanaBehind(v.text[end:])
		if lists.titles.has[text] || class == Title && len(text) > 6 {
			ending, class = text, Title
		} else if kana && ending != "" {
		} else if ending != text && len(ending) == 3 && w.Tag != "x" && !properTag(w.Tag) || common.has[text] && ending != text {
			ending = "" // 楼道 is no road, 部门 no gate
		}
		if only = only && (len(text) == 3 || ending == text); only {
			if end-s.Hi > context {
				break
			}
			if ending == "" {
				continue
			}
		} else if k > first && (!nominal(w) || ending == "" && strings.HasPrefix(w.Tag, "v") && w.Tag != "vn") {
			return ended{}, false
		}
		if ending != "" && closes(v.text[end:]) {
			head := end - len(ending)
			e := ended{ending: ending, class: class, behind: head >= s.Hi}
			if k == first {
				e.word = w.Tag
			}
			if lo := ws[first].Span.Lo + from; lo < head {
				e.before = v.text[lo:head]
			}
			e.opens, e.tag = ws[first].Span.Of(part), ws[first].Tag
			if k == first || only && len(e.before) > 3 || kana {
				e.tag = ""
			}
			if e.before == "" && first > 0 && ws[first-1].Span.Hi == ws[first].Span.Lo && nominal(ws[first-1]) {
				e.before, e.opens, e.tag, e.word = ws[first-1].Span.Of(part), ws[first-1].Span.Of(part), ws[first-1].Tag, ""
			}
			return e, true
		}
		if end-s.Hi > context {
			break
		}
	}
	return ended{}, false
}

// kanaBehind reports whether s goes on in Japanese.
func kanaBehind(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r >= 0x3040 && r < 0x3100
}

// closes reports whether a phrase can end before rest: 市|民 and 学|生 go on.
func closes(rest string) bool { return !hasPrefix(rest, "们", "生", "民", "籍", "委") }

// nominal reports whether w can stand within the name of something.
func nominal(w words.Word) bool {
	switch w.Tag {
	case "p", "c", "u", "r", "d", "ad", "y", "e", "o", "", "uj", "ul", "uz", "ud", "uv", "vd", "vi":
		return false
	}
	return true
}

// rankWords are what makes of a title another one.
var rankWords = setOf(`副 代 前 原 兼 正 总 大 首席 联席 名誉 荣誉 常务 执行 助理 代理 候补 候任 当选 见习 实习 临时 特约 特级 高级 中级 初级 资深 终身 独立 非执行 客座 兼职 专职 专任 第一 第二 一级 二级 三级 四级 主治 主任 副主任
	前任 卸任 离任 已故 预备 后备 挂职 领班 轮值 非常务 外聘 特聘 政治 技术 行政 业务 财务 总务 荣休 退休 当值`)

// named reports whether the phrase names one thing and not a kind.
func (e ended) named() bool {
	if e.before == "" || plainWords.has[e.before] || common.has[e.before+e.ending] {
		return false
	}
	switch e.tag {
	case "a", "ad", "an", "d", "r", "q", "p", "c", "u", "z", "t", "m", "mq", "v", "vd", "vi", "i", "l":
		return e.class == Title && rankWords.has[e.opens]
	case "f":
		return e.class != Organisation
	}
	if plainWords.has[e.opens] {
		return false
	}
	if e.class == Title || len(e.ending) > 3 && !trades.has[e.ending] {
		return true
	}
	if trades.has[e.ending] && e.tag != "" && e.tag != "x" && !properTag(e.tag) {
		return false // 加强科技, 传统能源
	}
	switch {
	case e.word != "" && e.word != "x":
		return properTag(e.word)
	case len(e.before) == 3:
		return properTag(e.tag) || e.tag == "x" || e.tag == ""
	}
	return true
}

// properTag reports whether the dictionary takes a word of this tag for a name or
// its short form.
func properTag(tag string) bool {
	return tag == "ns" || tag == "nt" || tag == "nz" || tag == "j" || strings.HasPrefix(tag, "nr")
}

// suffixed holds when phrases that end with a word for the same kind of thing name
// another one, or a title another rank.
func (c *comparison) suffixed(e edit, s, t string) (verdict, bool) {
	if s+t == "" || !c.short(e) || han(s) < len(s) || han(t) < len(t) || c.behindRole(e) {
		return verdict{}, false
	}
	if v, ok := c.knownBodies(e); ok {
		return v, true
	}
	x, ok := c.phraseOf(c.a, e.a0, e.a1)
	if !ok {
		return verdict{}, false
	}
	y, ok := c.phraseOf(c.b, e.b0, e.b1)
	if !ok || x.class != y.class || lists.verbs.has[s] || lists.verbs.has[t] {
		return verdict{}, false
	}
	switch {
	case s == "" || t == "":
		if !x.behind || !y.behind || !c.comesInto(e, s+t, x.class) {
			return verdict{}, false
		}
	case x.before == y.before && x.ending == y.ending, !x.named(), !y.named():
		return verdict{}, false
	}
	return verdict{Substantive, x.class, "another " + string(x.class) + ": " + x.before + x.ending + ", " + y.before + y.ending}, true
}

// knownBodies holds when the dictionary knows both sides for bodies.
func (c *comparison) knownBodies(e edit) (verdict, bool) {
	body := func(tag string) bool { return tag == "nt" || tag == "j" }
	x, tagX := c.wordAt(c.a, e.a0, e.a1)
	y, tagY := c.wordAt(c.b, e.b0, e.b1)
	if x == y || !body(tagX) || !body(tagY) || tagX == "j" && tagY == "j" {
		return verdict{}, false
	}
	return verdict{Substantive, Organisation, "another body: " + x + ", " + y}, true
}

// behindRole reports whether both sides are letters that make no words behind the
// word for one who does something: 店主乔振东 went to no 东站.
func (c *comparison) behindRole(e edit) bool {
	if e.a0 == e.a1 || e.b0 == e.b1 {
		return false
	}
	x, ok := c.oddName(c.a, c.a.span(e.a0, e.a1))
	if !ok {
		return false
	}
	r, n := utf8.DecodeLastRuneInString(c.a.text[:x.lo])
	if n == 0 || !isHan(r) || strings.ContainsRune(beforeNames, r) {
		return false
	}
	_, ok = c.oddName(c.b, c.b.span(e.b0, e.b1))
	return ok
}

// comesInto reports whether one makes of what it comes into another name: a rank
// before a title, or a part of the name of a body.
func (c *comparison) comesInto(e edit, one string, class Class) bool {
	if class == Title {
		return rankWords.has[one]
	}
	v, lo, hi := c.a, e.a0, e.a1
	if lo == hi {
		v, lo, hi = c.b, e.b0, e.b1
	}
	if lo == 0 || len(one) < 6 || plainWords.has[one] {
		return false
	}
	word, tag := c.wordAt(v, lo, hi)
	before, tagBefore := c.wordAt(v, lo-1, lo)
	return strings.HasPrefix(word, one) && (properTag(tagBefore) || properTag(tag) && v.toks[lo-1].kind == char) && !plainWords.has[before]
}
