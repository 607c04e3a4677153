package ingest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The names under which dumps carry what a document has. Knowledge, not code: a name
// that is missing here goes into a list, in the order in which names are preferred. They
// are compared without case and accents and by their letters and digits alone, so that
// publishTime, publish_time and Publish-Time are one.

// role is what a field is to a document.
type role int

const (
	roleID role = iota
	roleURL
	roleSource
	roleDate
	roleTitle
	roleText
	roleUpdated
	roleCount
)

var roleNames = [roleCount]string{"id", "url", "source", "date", "title", "text", "updated"}

var commonNames = [roleCount]string{
	roleID: `id _id docid documentid articleid newsid guid uuid uid itemid recordid storyid postid pageid msgid
		identifier docno newid key idstr 编号 文章编号 新闻编号 文档编号 文章id 新闻id 编码 編號 記事id 識別子 идентификатор kennung`,
	roleURL: `url link uri href permalink articleurl newsurl pageurl canonicalurl weburl originalurl sourceurl docurl
		targeturi warctargeturi originallink sourcelink articlelink newslink pagelink detailurl detaillink weblink 链接 网址 原文链接 文章链接 新闻链接 原文地址 链接地址 url地址 連結 網址
		リンク 링크 ссылка lien enlace`,
	roleSource: `source sourcename publisher outlet medianame media newspaper sitename site website publication
		provider agency press channel newssource nickname accountname sourcedomain domain sourcehostname hostname host paper journal feed 来源 媒体 媒体名称 来源媒体 新闻来源 文章来源
		出处 报纸 报刊 报纸名称 报社 网站 网站名称 站点 发布媒体 发布机构 发布单位 來源 媒體 報紙 報社 出典 媒体名 新聞社 매체 언론사 출처 quelle medium
		zeitung источник издание fuente medio periódico fonte jornal testata`,
	roleDate: `date publishtime publishdate pubdate pubtime published publishedat datepublished publicationdate datefrom
		publishedtime publicationtime publisheddate publishat publishedon dateofpublication dateofissue articledate newsdate newstime
		posttime postdate postedat releasetime releasedate issuedate issued datetime time timestamp day created createdat
		createtime createdate creationdate pubdatetime datepublish createdutc firstpublished ctime strtime 发布时间 发布日期 发表时间 发表日期 出版日期 刊登日期 见报日期 报纸日期 新闻时间
		新闻日期 日期 时间 發布時間 發佈時間 發表時間 發布日期 發佈日期 時間 報導日期 日付 公開日 掲載日 発行日 날짜 게시일 작성일 datum
		veröffentlicht erscheinungsdatum erschienen дата датапубликации fecha fechapublicación fechadepublicación datepublication dateparution datedepublication datedeparution parution publicado
		datapubblicazione datadipubblicazione datapublicação datadepublicação publikationsdatum veröffentlichungsdatum ngày data`,
	roleTitle: `title headline head newstitle articletitle doctitle heading headlinemain contenttitle subject hed 标题 题目 题名 篇名 新闻标题 文章标题
		正标题 标题名 標題 題目 新聞標題 タイトル 見出し 件名 제목 기사제목 titel überschrift schlagzeile titre título titular titolo заголовок название tytuł
		tiêuđề العنوان`,
	roleText: `text content body articlebody fulltext maintext contenttext articletext articlecontent newscontent
		textcontent cleantext cleanedtext strcontent plaintext rawtext bodytext pagetext pagecontent selftext cooked shorttext article story rawcontent contents
		markdown bodymarkdown markdownbody markdowncontent contentmarkdown contenthtml html bodyhtml 正文 内容 文本 全文 新闻内容 新闻正文 文章内容 文章正文 正文内容 内文 全文内容 內容 內文 新聞內容 文章內容
		本文 記事本文 記事 본문 내용 기사본문 기사 inhalt volltext artikeltext texte contenu corps texto contenido cuerpo conteúdo
		testo contenuto текст содержание treść tekst inhoud nộidung النص المحتوى`,
	roleUpdated: `updated updatedat updatetime updatedtime updatedate dateupdated modified modifiedat modifiedtime modifieddate
		datemodified datemodify lastmodified lastupdated lastupdate lastupdatetime lastmodifiedtime lastmod lastedited editedat edited utime
		updatedon modifiedon modifytime modifydate revisedat revised contentmodified 更新时间 更新日期 修改时间 修改日期 最后更新 最后更新时间 最后修改时间
		更新時間 更新日時 更新日 最終更新 수정일 geändert aktualisiert actualizado modifié обновлено`,
}

// shortNames are taken for the text of a record that has no field for it at all.
const shortNames = `description desc summary abstract lead excerpt digest snippet intro brief review reviewtext reviewbody tweet 摘要 简介 导语 描述 概要`

// innerNames are the members that hold the value where a field is an object: of MongoDB,
// WordPress, news interfaces, and XML that was turned into JSON.
var innerNames = []string{"$oid", "$date", "$numberLong", "rendered", "#text", "_text", "$t", "name", "value", "text", "main", "html", "content"}

// meaning is what a name says.
type meaning struct {
	role role
	rank int // among the names of its role, the first is 0
	ok   bool
}

// shortRank is the rank of the first of shortNames: after all names of a text.
const shortRank = 1000

var meanings = func() map[string]meaning {
	all := map[string]meaning{}
	add := func(r role, names string, rank int) {
		for _, name := range strings.Fields(names) {
			if key := simple(name); !all[key].ok {
				all[key] = meaning{r, rank, true}
			}
			rank++
		}
	}
	for r := range roleCount {
		add(r, commonNames[r], 0)
	}
	add(roleText, shortNames, shortRank)
	return all
}()

// What may stand before and after a name without changing what it means, as in webTitle,
// main_headline and publishedUTC; such names come after those of the lists.
var (
	namesBegin = strings.Fields("web main page site display article news story doc document post item content original print online full")
	namesEnd   = strings.Fields("string str value raw iso utc gmt local formatted text")
)

// affixRank is the rank of the first name of a list that has something before or after it.
const affixRank = 500

// meaningOf is what a name says, by the lists or without what stands before and after it.
func meaningOf(name string) meaning {
	key := simple(name)
	if m := meanings[key]; m.ok {
		return m
	}
	without := func(cut func(s, affix string) (string, bool), affixes []string) meaning {
		for _, affix := range affixes {
			rest, ok := cut(key, affix)
			// titleText is a title, but linkText is no address; pageData is no Italian date.
			if m := meanings[rest]; ok && m.ok && m.rank < affixRank && len(rest) >= 4 && rest != "data" && (affix != "text" || m.role == roleTitle) {
				m.rank += affixRank
				return m
			}
		}
		return meaning{}
	}
	if m := without(strings.CutPrefix, namesBegin); m.ok {
		return m
	}
	return without(strings.CutSuffix, namesEnd)
}

// simple returns the letters and digits of a name in lower case, Latin ones without accents.
func simple(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			r = unicode.ToLower(r)
			if base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r))); base < 0x80 {
				return base
			}
			return r
		}
		return -1
	}, norm.NFC.String(name))
}

// What the last word of a name says where no field has a name of a text: tweet_text,
// commentContent, 评论内容. The words of asides say that it is of something else.
var (
	textEndings = []string{"text", "content", "body", "内容", "正文", "全文", "內容", "本文", "본문", "내용"}
	notTexts    = strings.Fields("alt meta og link anchor button image img photo caption title heading label tag category date time author source url seo license copyright footer header menu nav ad error status type price search query hover tooltip placeholder 标题 標題 目录")
)

// endsInText reports whether a name ends in a word for a text, and begins with none of an aside.
func endsInText(name string) bool {
	key := simple(name)
	for _, ending := range textEndings {
		before, ok := strings.CutSuffix(key, ending)
		if !ok || before == "" || slices.ContainsFunc(notTexts, func(a string) bool { return before == a || strings.HasSuffix(before, a) && a >= "\u0080" }) {
			continue
		}
		if ending >= "\u0080" {
			return true
		}
		written := name[max(0, len(name)-len(ending)-1):] // with what is before it: context is no text
		if len(written) == len(ending)+1 && (!isASCIILetter(written[0]) || 'A' <= written[1] && written[1] <= 'Z' && written[0] >= 'a') {
			return true
		}
	}
	return false
}

func isASCIILetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
