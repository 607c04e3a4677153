package mask

import (
	"strings"
	"sync"
	"unicode/utf8"

	"repost/shingle"
)

// A kind is what a word says about the line it stands in.
type kind uint8

const (
	strong  kind = iota // makes a footer of any line
	self                // the outlet speaks of itself or of this text
	right               // of rights and permissions
	claim               // of what it does not answer for
	contact             // of how to reach it, and of its licences
	button              // of what a page lets you do: go on, share, print
	gadget              // the same, in words that a story may use too
	call                // asks the reader to join, to load, to pay
	edit                // who edited, checked, released
	origin              // where the text was taken from
	heading             // heads a list of other pages
	role                // of those who write
	picture             // of pictures and who took them
	page                // breadcrumbs, page numbers, jumps from page to page, notices of the house
	kinds
)

// words are the words of the trade by kind, simplified, lower case, half-width
// and without spaces, as lines are folded.
var words = [kinds]string{
	strong: `网上有害信息举报专区 无断复制 저작권자 版权归原作者 转载请联系 转载需授权 请联系删除 联系我们删除 rewrittenorredistributed republishedwithpermission
		版权所有 allrightsreserved copyright© copyright(c) 凡本网 凡本站 凡本报 凡注有 凡注明 凡署名 凡来源 icp备 icp证 公网安备 请勿转载 谢绝转载 如有侵权
		如侵权 如涉侵权 侵删 无断转载 무단전재 재배포금지 转载请注明 转载须注明 转载必须注明 未经授权不得 未经授权,不得 未经授权禁止 未经许可不得 未经许可,不得 未经许可,禁止
		未经书面授权 未经本网 未经本报 未经本站 违者必究 违者将依法 不良信息举报电话 不良信息举报信箱 不良信息举报邮箱 不良信息举报热线 网站标识码 侵犯了您的 侵犯您的 本网将依法 本站将依法
		以上分辨率 以上内容为转载 仅提供信息存储 信息发布平台 不构成投资 风险自担 统一连续出版物 统一刊号 寻人启事: 招聘启事: 遗失启事: 招领启事: 遗失声明: 自见报之日起 disclaimer:`,
	self: `本网 本站 本报 本台 本刊 本社 本文 本公众号 本平台 本号 此文 该文 该信息 此信息 此类稿件 转载稿 上述声明 上述作品 以上内容 thissite thiswebsite thismaterial thisarticle viewsexpressed`,
	right: `保留一切权利 保留所有权利 授权转载 版权 著作权 转载 转贴 镜像 摘编 书面授权 使用授权 授权 侵权 侵犯 追究 法律责任 法律手段 合法权益 未经 注明 来源: 电头 稿件 独家 权益 删除 更正 抓取 知识产权
		复制 权属 授权书 被授权人 网站 permission reproduced redistributed published`,
	claim: `不代表 不保证 不表明 并不意味着 观点 立场 仅供参考 作参考 真实性 准确性 完整性 描述 中立 donotnecessarily doesnotnecessarily donotreflect doesnotreflect 不承担 连带责任 更多信息 自行承担 声明 与本网 与本站 联系`,
	contact: `举报 投稿 邮箱 热线 地址: 邮编 总机 传真 电话: 关于我们 联系我们 广告服务 网站地图 招聘信息 法律顾问 许可证 增值电信业务 视听节目 网站备案 主办 承办 主办单位 承办单位 技术支持
		备案 零售价 印刷 版面设计 新闻热线 广告热线 新闻报料 新闻爆料 商务合作 邮发代号 连续出版物 刊号 客服 订阅 发行 termsofuse privacypolicy contactus aboutus`,
	button: `上一篇 下一篇 上一版 下一版 下一页 上一页 返回首页 返回顶部 返回目录 关闭窗口 打印本页 打印此页 分享到 分享至 扫描二维码 扫码二维码 扫码关注 长按二维码 识别二维码
		举报/反馈 评论区 阅读原文 继续阅读 查看更多 查看全文 查看完整 查看原文 更多内容请 点击上方 点击下方 蓝字 点击查看 点击阅读 点个在看 点个“在看 点个"在看 阅读下一篇
		上一条 下一条 上篇: 下篇: 请继续往下阅读 点我看 点此 点击进入 返回搜狐 立即下载 立即订阅 立即加入 粉丝团 粉丝专页 加入好友 追踪我们 关连记事 관련기사
		previousarticle nextarticle readthefull joinour becomeamember supportour oursubscribers minread 未完,点击 设为首页 加入收藏 readmore sharethis signupfor subscribeto followuson advertisement clickhere`,
	gadget: `打印 关闭 朗读 放大 缩小 默认 字号 字体 大中小 微信 微博 qq空间 朋友圈 扫码 扫一扫 二维码 点赞 评论 收藏 跟贴 参与 阅读 浏览 留言 关注我 客户端 app 公众号 好友 转发 反馈
		欢迎 热点资讯 第一时间 facebook twitter email whatsapp newsletter`,
	call: `下载 点击 长按 扫描 识别 关注 加入 订阅 成为会员 注册 登录 红包 抽奖 集满 截图 转发本文 应用市场 应用商店 appstore googleplay 右上角 浏览器 小程序 一键 微信群 qq群
		欢迎访问 欢迎光临 欢迎加入 欢迎关注 欢迎下载 欢迎订阅 欢迎投稿 欢迎提供 热搜 新闻线索 新闻爆料 新闻报料 为您 您身边 您好 你身边 随时随地 专享 畅读
		公号 视频号 抖音号 头条号 星标 不错过 breakingnews notifications downloadthe downloadour ourapp`,
	edit: `责任编辑 责编 编辑 网络编辑 本期资深编辑 资深编辑 值班编辑 本版责编 本期编辑 本版编辑 文字编辑 新媒体编辑 校对 审核 终审 初审 复审 一审 二审 三审 监制 主编 执行主编
		副主编 美编 排版 编审 签发 值班编委 值班总编 值班领导 值班主任 值班主编 总编辑 统筹 策划 出品 编校 审校 录入 审读 视觉 制图 校审 组稿 供稿 实习编辑 图片编辑 版式 监审 审签 editor webeditor copyeditor photoeditor`,
	origin: `来源 稿源 信息来源 文章来源 本文来源 稿件来源 消息来源 新闻来源 转自 转载自 摘自 出处 原标题 原题 source`,
	heading: `相关阅读 相关新闻 相关链接 相关报道 相关文章 延伸阅读 推荐阅读 热门推荐 推荐内容 往期回顾 热点推荐 精彩推荐 为您推荐 为你推荐 猜你喜欢 大家都在看 大家还看了 热门新闻
		热门文章 热点新闻 更多新闻 新闻排行 点击排行 阅读排行 阅读下一篇 下一篇 上一篇 今日推荐 新闻推荐 最新文章 relatedarticles relatedstories relatednews relatedtopics related morefrom
		大家都爱看 大家还在看 你可能感兴趣 你可能有兴趣 您可能感兴趣 编辑推荐 热门评论 今日导读 本期导读 热门视频 热门视频推荐 热门影片推荐 热门图片 视频推荐 精彩视频 精彩图集 友情链接 相关专题 相关推荐 相关视频 相关图片 相关搜索 热门搜索 热门话题 热词 即时热榜 排行榜 延伸推荐 더보기 mostread mostpopular mostviewed youmightalsolike readnext editorspicks topstories youmayalsolike recommended trendingnow`,
	role:    `记者 通讯员 实习生 撰稿人 评论员 特派员 作者 撰文 撰稿 整理 文/ 图/ 文| 文丨 文:`,
	picture: `图为 上图 下图 左图 右图 图源 图片 图: 图| 图丨 资料图 供图 摄 新华社发 文/图 photo image`,
	page: `> » → › 当前位置 您的位置 您现在的位置 你的位置 所在位置 位置: -正文 |正文 版 下转 上接 紧接 转第 接第 详见 continued seepage 广告 作者: 编辑: 来源: 发布时间 发布日期
		数字报 更新 updated`,
}

// An entry of the lexicon: the runes of a word behind its first, its kind, and its
// place among all words.
type entry struct {
	tail  []rune
	kind  kind
	index int
}

// A place is a rune of a line that words begin with: which one, and the list of
// those words.
type place uint32

func (p place) rune() int   { return int(p >> 8) }
func (p place) list() uint8 { return uint8(p) }

// maxWords bounds the lexicon: a line's words are counted in a set of bits. So
// does the byte that names a list; a test holds both.
const maxWords = 640

// wordbook finds words by their first rune. Its table also folds: one look-up a
// rune is all that most of a text costs.
type wordbook struct {
	signs [1 << 16]sign   // 256 KiB
	lists [256][]entry    // the words that begin with one rune; none in list 0
	lone  [256]bool       // whether a word of the list is its first rune alone
	pairs [1 << 10]uint64 // a set of bits: which list goes on with which second rune
	kinds [kinds][]string // the words as they were given
}

// sign is what a rune is to the rules: what it is folded to, which list of the
// lexicon has the words that begin with it, and what it says about its line.
type sign uint32

const (
	digitShift = 25
	wordShift  = 27

	blankSign sign = 1 << 24 // white space, or not seen at all
	digitSign sign = 1 << digitShift
	endSign   sign = 1 << 26        // ends a sentence
	wordSign  sign = 1 << wordShift // words begin with it
	rareSign  sign = 1 << 28        // spelt with three bytes it may be no rune: see three
	markSign  sign = 1 << 29        // parts labels
	dateSign  sign = 1 << 30        // every dateline holds one
)

func (e sign) rune() rune  { return rune(uint16(e)) }
func (e sign) list() uint8 { return uint8(e >> 16) }

// three returns the rune that the first three of four bytes spell, and whether they
// have the form of one. It may still be a surrogate or spelt longer than need be:
// the sign of such a rune is rare, and package utf8 decides.
func three(s string) (r uint16, ok bool) {
	_ = s[3]
	w := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
	return uint16(w<<12 | w>>2&0xFC0 | w>>16&0x3F), w&0xC0C0F0 == 0x8080E0
}

// other returns the sign of the rune at the head of s, and how long it is. Beyond
// the basic plane no word of the trade is written, and all runes are one.
func (l *wordbook) other(s string) (e sign, size int) {
	r, size := utf8.DecodeRuneInString(s)
	if r >= rune(len(l.signs)) {
		return utf8.RuneError, size
	}
	return l.signs[r] &^ rareSign, size
}

func signOf(r rune) sign {
	f, class := rules.Fold(r)
	if f >= 1<<16 {
		f = utf8.RuneError
	}
	e := sign(f)
	switch {
	case class == shingle.Space || class == shingle.Ignorable:
		return e | blankSign
	case class == shingle.Digit:
		return e | digitSign
	case f == '。' || f == '!' || f == '?' || f == ';':
		return e | endSign
	case strings.ContainsRune("讯电息道【", f):
		return e | dateSign
	case strings.ContainsRune("|/>:·•丨»›→#", f):
		return e | markSign
	}
	return e
}

// theLexicon is built at first use.
var theLexicon = sync.OnceValue(func() *wordbook { return build(words) })

func build(given [kinds]string) *wordbook {
	l := &wordbook{}
	lists := map[rune]uint8{}
	n := 0
	for k, list := range given {
		l.kinds[k] = strings.Fields(list)
		for _, w := range l.kinds[k] {
			r := []rune(w)
			at := lists[r[0]]
			if at == 0 {
				at = uint8(len(lists) + 1)
				lists[r[0]] = at
			}
			l.lists[at] = append(l.lists[at], entry{r[1:], kind(k), n})
			if len(r) == 1 {
				l.lone[at] = true
			} else {
				h := pairHash(at, r[1])
				l.pairs[h>>6] |= 1 << (h & 63)
			}
			n++
		}
	}
	for r := range l.signs {
		e := signOf(rune(r))
		if at := lists[e.rune()]; at != 0 {
			e |= sign(at)<<16 | wordSign
		}
		if r < 0x800 || r >= 0xD800 && r < 0xE000 {
			e |= rareSign
		}
		l.signs[r] = e
	}
	return l
}

// counts says how many different words of each kind a line holds.
type counts [kinds]uint8

// pairHash is where the set of pairs has a list and a second rune. Of pairs that
// begin no word, one in a hundred is taken for one that does.
func pairHash(list uint8, second rune) uint16 {
	return uint16(uint32(list)*0x9E3B ^ uint32(second))
}

// marks counts the runes of line that part labels.
func (l *wordbook) marks(line []rune) int {
	n := 0
	for _, r := range line {
		if l.signs[r]&markSign != 0 {
			n++
		}
	}
	return n
}

// count counts the words that begin at the given places of line. Nearly all other
// places are seen to begin none by the rune behind them.
func (l *wordbook) count(line []rune, places []place) counts {
	var (
		found counts
		seen  [maxWords / 64]uint64
	)
	for _, p := range places {
		rest := line[p.rune()+1:]
		if len(rest) > 0 && !l.lone[p.list()] {
			if h := pairHash(p.list(), rest[0]); l.pairs[h>>6]>>(h&63)&1 == 0 {
				continue
			}
		}
		list := l.lists[p.list()]
		for i := range list {
			e := &list[i]
			if len(e.tail) > 0 && (len(rest) == 0 || rest[0] != e.tail[0] || !hasPrefix(rest, e.tail)) {
				continue
			}
			if bit := uint64(1) << (e.index & 63); seen[e.index>>6]&bit == 0 {
				seen[e.index>>6] |= bit
				found[e.kind] = min(found[e.kind], 254) + 1
			}
		}
	}
	return found
}

func hasPrefix(line, word []rune) bool {
	if len(line) < len(word) {
		return false
	}
	for i, r := range word {
		if line[i] != r {
			return false
		}
	}
	return true
}
