package mask

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// What a page prints round a story is, more often than sentences, labels: names
// of sections in a row, buttons, counters, pairs of a label and a value. A line is
// taken apart where white space, punctuation and digits part it; it is furniture
// when the parts are labels and nothing else, or nearly so. A word of a story
// seldom stands alone between two bars, so that the labels may be common words.

// A use is what a label is used for.
type use uint8

const (
	tool    use = 1 << iota // a button or a counter
	section                 // a name in a menu
	alone                   // a label that needs no other beside it
	talk                    // heads or ends what readers wrote
	unit                    // goes with a number
	meta                    // before a colon: when, where from, how often read
	imprint                 // before a colon: how to reach the house, its numbers
	staff                   // before a colon: who made the page
)

// labels are the words by use. They are no words of the lexicon: a line is looked
// through for those at every place, and for labels only where it has parts.
var labels = [...]struct {
	use   use
	words string
}{
	{tool, `赞 点赞 在看 好看 喜欢 踩 顶 阅读 阅读量 阅读数 浏览 浏览量 浏览数 点击 点击量 热度 评论 评论数 跟帖 跟贴 回复 举报 转发 分享 收藏 推荐 推荐给朋友 人推荐 人参与 打赏 赞赏 赏
		打印 打印本页 打印本文 关闭 关闭窗口 关闭本页 返回 返回首页 返回列表 返回顶部 顶部 回到顶部 下载 复制 复制链接 链接 生成海报 海报 举报/反馈 反馈 纠错 我要纠错 投诉 分享到 分享至
		字体 字号 大 中 小 大中小 大号 中号 小号 特大 默认 放大 缩小 朗读 语音播报 播放 暂停 倍速 听新闻 听全文 夜间模式 护眼模式 订阅 关注 已关注 +关注 扫码 扫一扫 二维码 更多
		微信 微博 新浪微博 腾讯微博 朋友圈 微信好友 qq qq好友 qq空间 豆瓣 人人网 百度 贴吧 知乎 邮件 邮箱 短信 打开微信 facebook twitter x line whatsapp telegram instagram youtube email e-mail
		linkedin weibo wechat print share save copylink comment comments like likes reply report views a- a+ a aa
		登录 注册 请登录 立即注册 退出 搜索 检索 站内搜索 网站地图 设为首页 加入收藏 收藏本站 手机版 电脑版 客户端 移动端 触屏版 微信版 无障碍 无障碍浏览 无障碍阅读 长者模式 长者版 适老化 关怀版
		智能问答 移动门户 繁体 繁体版 繁体中文 简体 简体版 简体中文 rss app login signin signup register subscribe newsletter search menu home 上一篇 下一篇 上一页 下一页 上一版 下一版 上一期 下一期 往期
		最新 最热 热门 置顶 今日 本周 本月 一周 一月 日排行 周排行 月排行 热点排行 点击排行 阅读排行 小时 人气 楼主 沙发 追问 展开 收起 展开全文 原文 阅读原文 查看原文 收录于合集 收录于话题 合集 标签 关键词 分类
		联系我们 关于我们 关于本站 关于本网 诚聘英才 人才招聘 招聘信息 加入我们 版权声明 免责声明 法律声明 隐私政策 隐私保护 用户协议 服务条款 使用条款 网站声明 网站律师 法律顾问 广告刊例 广告服务 广告合作 商务合作 友情链接
		投稿 我要投稿 意见反馈 帮助中心 网站导航 站点地图 contactus aboutus privacypolicy privacy termsofuse terms sitemap careers advertise 原创 来源 已编辑 来自微博网页版 登入 登出 会员登入 会员注册 加入会员 会员中心 会员专区 电子报 追踪 追踪我们 留言 按赞 赞好 检举 更多内容 看更多 お気に入り この记事をシェア もっと见る ログイン シェア ツイート 印刷 공유 댓글 인쇄`},
	{section, `首页 网站首页 头条 要闻 时政 新闻 新闻中心 国内 国际 本地 地方 社会 法治 法制 财经 经济 金融 股票 证券 理财 军事 文娱 娱乐 文化 体育 图片 图库 图集 视频 音频 直播 专题 专栏 数字报 电子报 副刊 评论 观点 理论
		科技 教育 健康 医疗 汽车 房产 地产 旅游 美食 时尚 生活 民生 环保 生态 三农 党建 人事 反腐 舆情 公益 历史 读书 访谈 滚动 滚动新闻 快讯 独家 深度 调查 数据 时事 综合 特刊 特别报道 广告 问政 政务 服务 港澳 台湾 两岸 港澳台 香港 澳门 大湾区
		即时 即时新闻 港闻 生活 娱乐圈 副刊 社评 政治 全球 大陆 中国 亚洲 欧洲 美国 天气 论坛 博客 社区 商城 招聘 游戏 动漫 彩票 亲子 女性 星座 乡村振兴 两会 交通 旅行
		english 中文 中国语 français francais español espanol deutsch русский العربية 日本语 日本語 한국어 português italiano tiếngviệt ไทย english版 英文版 繁 简 en cn
		world china us uk asia europe business markets politics sports sport opinion tech technology science health travel style culture entertainment video videos photos life lifestyle latest top stories news local national international economy weather
		정치 경제 사회 문화 국제 스포츠 연예 政治 経済 国際 スポーツ エンタメ 地域 ニュース`},
	{alone, `写留言 我要评论 我来说两句 我有话说 发表评论 登录后发表评论 请登录后发表评论 快来抢沙发吧 快来抢沙发 抢沙发 文明上网 理性发言 文明上网理性发言 文明发言 预览时标签不可点 返回首页 返回顶部 设为首页 加入收藏
		打印本页 关闭窗口 阅读原文 展开全文 听新闻 听全文 无障碍浏览 分享到 分享至 友情链接 今日导读 版权声明 打开app阅读全文 打开app 扫码阅读 扫码分享 手机看新闻 手机扫码阅读 点击加载更多 加载更多 没有更多了 已经到底了 你可能有兴趣 この记事をシェア もっと見る`},
	{talk, `最新评论 最热评论 热门评论 精彩评论 全部评论 网友评论 网友留言 网友热评 网友跟帖 精选留言 精选评论 暂无评论 还没有评论 跟帖 跟贴 留言板 评论区 评论列表 readercomments leaveacomment`},
	{unit, `年 月 日 时 分 秒 万 万+ 亿 人 条 次 个 楼 赞 字 版 页 期 点 分钟 小时 天 小时前 分钟前 天前 共 ℃ k w 前 约`},
	{meta, `发布时间 发表时间 发布日期 更新时间 更新 来源 稿源 信息来源 文章来源 作者 阅读 阅读量 阅读数 浏览 浏览量 浏览次数 点击 点击量 点击数 点击次数 热度 人气 评论 评论数 跟帖 关键词 关键字 标签 栏目
		所属栏目 分类 字号 字体 字数 索引号 编号 热搜 source author published updated views tags tag keywords category`},
	{imprint, `电话 热线 报料 爆料 报料电话 爆料微信 合作 广告 发行 邮箱 信箱 传真 地址 社址 邮编 邮政编码 网址 官网 官方网站 微信 公众号 微信号 微博 qq qq群 代号 刊号 定价 零售价 年价 许可证 许可证号 备案号 主办 承办 协办 主管
		主办单位 承办单位 主管单位 出版 印刷 印刷厂 法律顾问 技术支持 投稿 总机 客服 社长 台长 总编辑 总编 contact tel phone fax email address mobile hotline`},
	{staff, `编辑 责编 责任编辑 实习编辑 值班编委 编委 值班主任 值班总编 值班编辑 值班领导 主任 版式 版面 美编 排版 设计 校对 审核 审校 审读 审签 编审 终审 初审 复审 一审 二审 三审 监制 监审 统筹 策划 主编 执行主编 副总编辑
		总编辑 签发 出品 制作 制图 视觉 撰文 撰稿 采写 摄影 摄像 剪辑 配音 通讯员 记者 文 图 文字 图片 整理 editor reporter writer`},
}

// labelSet finds labels. Most of what is looked up is none, and is seen to be none
// by its first rune.
type labelSet struct {
	heads [1 << 10]uint64 // a bit for each rune that labels begin with
	uses  map[string]use
}

// theLabels is built at first use.
var theLabels = sync.OnceValue(func() *labelSet {
	m := &labelSet{uses: map[string]use{}}
	for _, list := range labels {
		u := list.use
		if u == alone || u == talk {
			u |= tool
		}
		for w := range strings.FieldsSeq(list.words) {
			w = foldLabel(w)
			r, _ := utf8.DecodeRuneInString(w)
			m.heads[uint16(r)>>6] |= 1 << (r & 63)
			m.uses[w] |= u
		}
	}
	return m
})

// begins reports whether a label may begin with r.
func (l *labelSet) begins(r rune) bool { return l.heads[uint16(r)>>6]>>(r&63)&1 != 0 }

// foldLabel returns w as read folds it.
func foldLabel(w string) string {
	var b strings.Builder
	for _, r := range w {
		b.WriteRune(signOf(r).rune())
	}
	return b.String()
}

// maxLabel bounds the runes of a label, maxPart those of what may stand beside
// labels.
const (
	maxLabel = 24
	maxPart  = 16
)

// useOf returns what r is used for as a label, 0 when it is none.
func useOf(r []rune) use {
	if len(r) == 0 || len(r) > maxLabel {
		return 0
	}
	l := theLabels()
	if !l.begins(r[0]) {
		return 0
	}
	var room [maxLabel * utf8.UTFMax]byte
	b := room[:0]
	for _, c := range r {
		b = utf8.AppendRune(b, c)
	}
	return l.uses[string(b)]
}

// A row is what a line is when it is taken apart.
type row struct {
	known   int // parts that are labels
	unknown int
	tools   int // of the known
	menu    int
	alone   int
	talks   int
	longest int // part, in runes
}

// row takes the line at hand apart. It gives up when a part is too long for a
// label, when one is none and the line has few parts, and when more of them are
// none than are.
func (s *scanner) row(l *line) (w row, ok bool) {
	r, few := s.runes, l.gaps+l.marks < 3
	for i := 0; i < len(r); {
		if !isPart(r[i]) {
			i++
			continue
		}
		from := i
		for i++; i < len(r) && i <= from+maxPart && (isPart(r[i]) || (r[i] == '+' || r[i] == '-') && r[i-1] == 'a') && (l.gaps == 0 || !s.spaceBefore(i)); i++ {
		}
		if i > from+maxPart {
			return w, false
		}
		w.add(r, from, i)
		if w.unknown > 0 && (few || w.unknown > 2 && w.unknown > w.known) {
			return w, false
		}
	}
	return w, true
}

// add counts the part [from,to) of a line. What goes with a number before it
// (12条, 3分钟, 共) counts neither way.
func (w *row) add(r []rune, from, to int) {
	part := r[from:to]
	if from > 0 && isDigit(r[from-1]) { // 12条评论, 3分钟
		for n := min(3, len(part)); n > 0; n-- {
			if useOf(part[:n])&unit != 0 {
				part = part[n:]
				break
			}
		}
	}
	u := useOf(part)
	if len(part) == 0 || u == 0 && part[0] == '共' {
		return
	}
	w.longest = max(w.longest, len(part))
	if u&(tool|section|alone|talk) == 0 {
		if u&unit == 0 {
			w.unknown++
		}
		return
	}
	w.known++
	for _, c := range []struct {
		u use
		n *int
	}{{tool, &w.tools}, {section, &w.menu}, {alone, &w.alone}, {talk, &w.talks}} {
		if u&c.u != 0 {
			*c.n++
		}
	}
}

// isPart reports whether c is of a label: a letter, no digit and no mark.
func isPart(c rune) bool {
	return isHan(c) && c != '丨' || 'a' <= c && c <= 'z' || c >= 0x80 && unicode.IsLetter(c)
}

// isRow reports whether a line is a row of labels: a menu, buttons, counters. A
// part or two may be unknown among many: the name of the outlet, a misread word.
func (s *scanner) isRow(l *line) bool {
	r := s.runes
	if l.gaps+l.marks < 3 && isHan(r[0]) && !theLabels().begins(r[0]) {
		return false
	}
	w, ok := s.row(l)
	switch {
	case !ok || w.known == 0 || slices.Contains(r, '、') || slices.Contains(r, '《'):
		return false
	case w.talks > 0 && w.unknown == 0 && len(r) <= 40:
		l.talks = true
		return true
	case w.unknown == 0 && w.alone > 0, w.unknown == 0 && w.tools >= 2 && w.tools == w.known:
		return true
	case w.unknown == 0 && w.tools > 0 && len(r) <= 12 && (l.digits > 0 || isIcon(r[0])):
		return true
	case w.unknown == 0 && w.known >= 3 && (w.tools+l.marks >= 2 || w.menu >= 5):
		return true
	case w.known >= 4 && w.unknown <= w.known/3:
		return w.tools >= 2 || l.marks >= 3
	}
	return w.known >= 2 && l.marks >= 4 && w.unknown <= w.known && w.longest <= 8
}

// isIcon reports whether c is a picture before a label: ⭐ 收藏.
func isIcon(c rune) bool { return c == utf8.RuneError || c > 0x2190 && unicode.Is(unicode.So, c) }

// pairs returns the reason to mask a line of pairs such as 电话：… 地址：…, or "".
// one says whether a single pair will do.
func (s *scanner) pairs(l *line, one bool) Reason {
	r := s.runes
	if !slices.Contains(r, ':') || r[0] == '(' && closing(r) == 0 {
		return ""
	}
	known, all, from := 0, 0, 0
	var reason Reason
	for i, c := range r {
		switch {
		case c == ':' && i > 0 && !isDigit(r[i-1]) && r[i-1] != 'p': // no time, no http
			all++
			if all == 1 && from > 20 || contains(r[from:i], ",") {
				return ""
			}
			if u := labelBefore(r[from:i]); u != 0 && (!one || u&staff == 0) {
				if known++; reason == "" {
					reason = reasonOf(u)
				}
			} else if known == 0 && (all > 1 || one) {
				return ""
			}
			from = i + 1
		case c == '|' || c == '(' || c == ')' || l.gaps > 0 && i > from && s.spaceBefore(i):
			from = i
			if !isPart(c) {
				from++
			}
		}
	}
	room := 40
	if r[0] < utf8.RuneSelf {
		room = 80
	}
	if known == 0 || known*3 < all*2 || known < 2 && !one || len(r) > room*all {
		return ""
	}
	return reason
}

// labelBefore returns the use of what stands before a colon: the whole of it, or
// its end, as in 新闻报料 and 广告经营许可证.
func labelBefore(r []rune) use {
	if len(r) > 12 {
		return 0
	}
	const before = meta | imprint | staff
	if u := useOf(r) & before; u != 0 {
		return u
	}
	for n := min(len(r)-1, 4); n >= 2; n-- {
		if u := useOf(r[len(r)-n:]); u&imprint != 0 {
			return imprint
		}
	}
	return 0
}

func reasonOf(u use) Reason {
	switch {
	case u&imprint != 0:
		return Footer
	case u&staff != 0:
		return Editor
	}
	return Navigation
}
