package mask_test

import (
	"slices"
	"strings"
	"testing"

	"repost/shingle/mask"
)

// furniture are lines that pages print round their stories and that no sentence
// looks like: they are masked between two paragraphs as well as at the end.
var furniture = map[mask.Reason][]string{
	mask.Navigation: {
		"首页|新闻|财经|体育|视频|图片",
		"網站首頁 / 兩岸 / 國際 / 財經 / 體育",
		"國際 兩岸 港澳 財經 體育 娛樂 副刊",
		"河湾网 English | 中文 | 日本語 | 한국어",
		"繁 | 简 | EN",
		"登入 | 註冊",
		"【大 中 小】【打印】【关闭】",
		"A- A A+",
		"阅读 1.2万 在看 35",
		"👍 12 点赞 💬 评论 3 ↗ 转发",
		"讚 分享 留言",
		"回复 举报 赞(3)",
		"写留言",
		"预览时标签不可点",
		"共12条评论",
		"评论（0）",
		"跟帖 12 条 请登录后发表评论",
		"推荐给朋友：[微信] [邮件] 12人推荐",
		"听新闻 00:00/03:15",
		"相关推荐 | 新桥通车 | 春耕正当时 | 老小区换新颜",
		"扫码关注河湾网公众号，每天读新闻",
		"下载河湾新闻客户端，第一时间了解身边事",
		"成为会员，下载客户端，畅读全站",
		"Download our app for breaking news on the App Store and Google Play.",
		"時間：2021-03-04 點擊：312次 關鍵詞：老街",
		"2021-03-04 10:20 来源：河湾日报 浏览：1234",
		"友情链接：河湾网 山前网 海角网",
		"請繼續往下閱讀...",
		"この記事をシェア",
		"もっと見る",
	},
	mask.Editor: {
		"Editor: Jane Doe",
		"值班编委：李明 值班主任：王芳 编辑：周雨",
	},
	mask.Footer: {
		"增值电信业务经营许可证：B2-20090001 出版物经营许可证：新出发河字第001号",
		"互联网新闻信息服务许可证10120170001",
		"京ICP備05012345號-1",
		"违法和不良信息举报电话：010-55550000 举报邮箱：jubao@example.org",
		"新闻热线：010-55550000 商务合作：010-55550001 邮箱：news@example.org",
		"Contact: news@example.org | Tel: +86 10 5555 0000",
		"Disclaimer: The views expressed in this article are those of the author and do not necessarily reflect those of the paper.",
		"© 2021 河湾报社",
		"（本文系转载，文责由原作者自负）",
		"本文来自微信公众号“河湾”，作者李明",
		"本文共1200字",
		"國內統一連續出版物號 CN 11-0001",
	},
	mask.SourceLine: {"（本报综合报道）"},
}

func TestFindMasksFurnitureAnywhere(t *testing.T) {
	for why, lines := range furniture {
		for _, line := range lines {
			for _, text := range []string{story + "\n" + line, story + "\n" + line + "\n" + story} {
				got := mask.Find(text)
				if len(got) != 1 || got[0].Reason != why || got[0].Span.Of(text) != line {
					t.Errorf("%q is masked as %v, want all of it as %s", line, spell(text, got), why)
				}
			}
		}
	}
}

func TestFindMasksMarginsOnly(t *testing.T) {
	for line, why := range map[string]mask.Reason{
		"标签：老街 早市":           mask.Navigation,
		"关键词：老街；早市":          mask.Navigation,
		"#老街 #早市":            mask.Navigation,
		"@河湾日报":              mask.SourceLine,
		"河湾日报 2021年3月4日":     mask.Navigation,
		"要闻 | 02":            mask.Navigation,
		"河湾网——立足本地 服务百姓":     mask.Footer,
		"官网：www.example.org": mask.Footer,
	} {
		text := line + "\n" + story
		if got := mask.Find(text); len(got) != 1 || got[0].Reason != why || got[0].Span.Of(text) != line {
			t.Errorf("%q above a story is masked as %v, want %s", line, spell(text, got), why)
		}
		text = story + "\n" + line + "\n" + story
		got := slices.DeleteFunc(mask.Find(text), func(m mask.Mask) bool { return m.Reason == mask.Address })
		if len(got) > 0 {
			t.Errorf("%q amid a story is masked as %v", line, spell(text, got))
		}
	}
}

// The day on which a law takes force is of the law, wherever it stands.
func TestFindKeepsDaysOfLaws(t *testing.T) {
	for _, line := range []string{"2018年7月1日 施行", "2021年3月4日起施行", "2021年3月4日 公布", "2021年3月4日 修订", "2021年3月4日 起生效", "2021年3月4日施行", "2021年3月4日廃止"} {
		for _, text := range []string{line + "\n" + story, "河湾市渡口管理办法\n\n" + line + "\n\n" + story} {
			if got := mask.Find(text); len(got) > 0 {
				t.Errorf("%q is masked as %v", line, spell(text, got))
			}
		}
	}
}

func TestFindMasksComments(t *testing.T) {
	const section = "最新评论 最热评论\n山里人 2021-03-04\n小时候常去，变化真大！\n回复 举报 赞(3)\n一叶舟：什么时候再修修河边？"
	for _, text := range []string{story + "\n" + section, story + "\n" + section + "\n版权所有 未经授权 请勿转载"} {
		got := mask.Find(text)
		if len(got) == 0 || got[0].Span.Of(text) != section {
			t.Errorf("masked are %v, want the comments in one", spell(text, got))
		}
	}
	// What follows is a story in columns, not comments.
	columns := "最新评论\n" + strings.Join([]string{
		"老街的石板路修好以后，早市又热闹", "起来。卖豆腐的王大娘说，铺子开了", "三十年，今年的客人最多。整修用了", "八个月，更换石板两千多块。",
	}, "\n")
	if got := mask.Find(columns); len(got) != 1 || got[0].Span.Of(columns) != "最新评论" {
		t.Errorf("masked are %v, want the heading alone", spell(columns, got))
	}
}

func TestFindMasksWhatStandsAfterAFooter(t *testing.T) {
	tail := "版权所有 未经授权 请勿转载\n河湾之声\n总第1200期（周四）"
	text := story + "\n" + tail
	got := mask.Find(text)
	if n := len(got); n == 0 || got[0].Span.Lo != len(story)+1 || got[n-1].Span.Hi != len(text) {
		t.Errorf("masked are %v, want all below the story", spell(text, got))
	}
	// A letter is signed and dated.
	text = story + "\n李明\n2021年3月4日"
	if got := mask.Find(text); len(got) > 0 {
		t.Errorf("a signature is masked as %v", spell(text, got))
	}
}

func TestFindLeavesSentencesWithTheWordsAlone(t *testing.T) {
	for _, text := range []string{
		"全市召开优秀提案和先进承办单位表彰会 市领导出席并讲话",
		"市政协优秀提案和先进承办单位表彰会昨天召开。",
		"增值电信业务经营许可证备案核准等事项下放到自贸区管理。",
		"跨地区增值电信业务经营许可证备案核准、利用",
		"据市卫生部门发布消息，老街周边新设两个门诊部。",
		"据市气象台消息，明天有雨。",
		"代表主办单位作论坛小结",
		"市民下载手机客户端后，登录并注册，就能查到公交到站时间，微信公众号也同时开通。",
		"中国评论界认为，分享经济的热度还会上升。",
		"经济、社会、文化、生态协调发展",
		"国际社会 高度评价",
		"国内经济形势新闻发布会",
		"2013年5月6日，老街在欢迎声中开放",
		"通知指出，要设立监督举报专区，联系群众，畅通渠道，追究责任，保护举报人的权益。",
		"老街官方网站由市政府主办、文化馆承办，昨天开通。",
		"记者：您什么时候来到老街？",
		"时间：上午九点 地点：老街口",
		"金牌 | 银牌 | 铜牌 | 总数",
		"请看本台记者",
		"Comments on the bridge were mixed, and readers liked the views.",
		"Contact with the ship was lost at noon.",
		"The editor of the paper resigned on Monday.",
	} {
		text := story + "\n" + text + "\n" + story
		if got := mask.Find(text); len(got) > 0 {
			t.Errorf("masked are %v", spell(text, got))
		}
	}
}
