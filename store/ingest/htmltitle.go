package ingest

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// The headline of a page, and who carried it. Both stand in its title, "headline_section_site",
// with nothing that says where one ends: the headline is what the page shows as a line of
// its own. Who carried a page is its site; whom the page names as the origin of its text
// ("来源：新华社") is its credit, and its source only where nothing else is known.

// pageTitle returns the headline: what the metadata says, or the only first heading, or
// the title of the page without the names of section and site; and the name of the site
// that the title ends in, or "".
func (m *pageMeta) pageTitle(whole string) (title, site string) {
	shown := shownLines(whole)
	lastPart := func(rest string) string { return lastPart(rest, m.owners(whole)) }
	_, site = splitTitle(m.title, shown)
	if t := m.first("title"); t != "" {
		t = m.unbroken(t)
		if head, rest := splitTitle(t, shown); rest != "" || shown[squeeze(head)] {
			return head, lastPart(cmp.Or(site, rest))
		}
		return withoutSite(t, m.first("source")), lastPart(site)
	}
	if len(m.h1) == 1 && m.h1[0] != "" && (m.title == "" || strings.Contains(m.title, m.h1[0])) {
		return m.h1[0], lastPart(cmp.Or(site, strings.TrimPrefix(m.title, m.h1[0])))
	}
	head, rest := splitTitle(m.title, shown)
	if rest == "" && !shown[squeeze(head)] {
		head = withoutSite(m.title, m.first("source"))
	}
	return head, lastPart(cmp.Or(rest, strings.TrimPrefix(m.title, head)))
}

// unbroken returns the title of the page or its heading where a title from an attribute
// ends at a quotation mark in it, which ends the attribute.
func (m *pageMeta) unbroken(t string) string {
	for _, long := range append([]string{m.title}, m.h1...) {
		if rest, ok := strings.CutPrefix(long, t); ok && strings.HasPrefix(strings.TrimSpace(rest), `"`) {
			return long
		}
	}
	return t
}

// shownLines returns the lines of a text that may be a headline, without white space.
func shownLines(whole string) map[string]bool {
	const longest = 400
	lines := map[string]bool{}
	for line := range strings.Lines(whole) {
		if len(line) <= longest {
			lines[squeeze(line)] = true
		}
	}
	return lines
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// splitTitle splits a title after the longest beginning that the page shows as a line. The
// beginning must be a third of it: what is shorter may be a section that a menu names. rest
// is "" if there is no such place, or all is shown.
func splitTitle(title string, shown map[string]bool) (head, rest string) {
	if shown[squeeze(title)] {
		return title, ""
	}
	for i := len(title); i > 0; {
		i = strings.LastIndexFunc(title[:i], isTitleBreak)
		if i < 8 || i < len(title)/3 {
			break
		}
		head := strings.TrimRightFunc(title[:i], isTitleBreak)
		if shown[squeeze(head)] {
			return head, title[i:]
		}
	}
	return title, ""
}

func isTitleBreak(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("_-–—－|｜·•»>《<:：,，", r)
}

// outletEndings are how names of Chinese media and their sites end.
var outletEndings = strings.Fields(`网 網 报 報 社 台 臺 在线 线上 新闻 新聞 资讯 传媒 傳媒 电视 電視 广播 廣播 网站 門戶 门户 客户端 头条 周刊 週刊 杂志 雜誌
	百家号 搜狐 网易 新浪 凤凰 腾讯 论坛 政府 委员会 协会 学会 大学 学院 医院`)

// outletBeginnings are portals, whose sections are named after them: 网易财经.
var outletBeginnings = strings.Fields(`网易 新浪 搜狐 腾讯 凤凰 人民网 新华网 央视网 中新网 环球网 澎湃 百度`)

// owners returns the lines of a page that name its owner, where its address names none.
func (m *pageMeta) owners(whole string) (lines []string) {
	if m.first("url") != "" {
		return nil
	}
	for line := range strings.Lines(whole) {
		if ownerSign.MatchString(line) {
			lines = append(lines, line)
		}
	}
	return lines
}

var ownerSign = regexp.MustCompile(`(?i)©|\(c\) *\d|\bcopyright\b|版权所有|版權所有|無断転載|무단 ?전재`)

// lastPart returns the last part of the end of a title if it reads like the name of an
// outlet, or if the page is its: the parts before it are sections.
func lastPart(rest string, owners []string) string {
	parts := strings.FieldsFunc(rest, func(r rune) bool { return isTitleBreak(r) && r != ' ' })
	for i := len(parts) - 1; i >= 0; i-- {
		part := strings.TrimSpace(parts[i])
		if len(part) > 3 && slices.ContainsFunc(owners, func(line string) bool { return strings.Contains(line, part) }) {
			return part
		}
		if n := utf8.RuneCountInString(part); n < 2 || n > 24 {
			continue
		}
		if isOutlet(part) {
			return part
		}
		return ""
	}
	return ""
}

func isOutlet(name string) bool {
	return slices.ContainsFunc(outletEndings, func(end string) bool { return strings.HasSuffix(name, end) }) ||
		slices.ContainsFunc(outletBeginnings, func(begin string) bool { return strings.HasPrefix(name, begin) })
}

// outlet returns who carried the page. Where only the host of its address is left to say
// so, it is "".
func (m *pageMeta) outlet(site, credit string) string {
	if paper := paperName(m.title); site == "" && paper != "" {
		site = paper
	}
	switch {
	case m.account != "":
		return m.account
	case m.first("source") != "":
		return m.first("source")
	case site != "":
		return site
	case m.first("url") != "":
		return ""
	}
	return credit
}

// isAccount reports whether an element names the account that published on a platform:
// the site is then no outlet.
func isAccount(n *html.Node) bool {
	return attribute(n, "id") == "js_name" || attribute(n, "class") == "profile_nickname"
}

// withoutHeading takes the headline, and the line with date and origin, off the beginning
// of a text: the page's fields have them, and each outlet writes its own.
func withoutHeading(text, title string) string {
	for range 3 {
		line, rest, ok := strings.Cut(text, "\n")
		if !ok || squeeze(line) != squeeze(title) && !isInfoLine(line) {
			break
		}
		text = rest
	}
	return text
}

// isInfoLine reports whether a line has a date, and next to it little but the names of
// what such lines say.
func isInfoLine(line string) bool {
	const longest = 60
	if utf8.RuneCountInString(line) > longest || !shownDate.MatchString(line) || isSentence(line) {
		return false
	}
	rest := strings.TrimSpace(shownDate.ReplaceAllString(line, ""))
	return rest == "" || infoLabel.MatchString(line)
}

var infoLabel = regexp.MustCompile(`(?:来源|來源|稿源|发布时间|發布時間|发布日期|发表时间|时间|日期|作者|浏览次数|点击数|字号|字体|责编|编辑)\s*[:：]`)

var creditPattern = regexp.MustCompile(`(?:^|[\s|｜)）\]】/])(?:新闻|文章|信息|稿件|本文|文字)?(?:来源|來源|稿源|出处|出處)\s*[:：]\s*([^\s|｜,，;；:：()（）\[\]【】<>]{2,24})([:：]?)`)

// noCredit are what stands there when no origin is named.
var noCredit = map[string]bool{"网络": true, "互联网": true, "本站": true, "原创": true, "本站原创": true, "未知": true, "综合": true, "作者": true, "佚名": true, "网友": true, "互联网综合": true, "综合整理": true, "自编": true, "不详": true, "unknown": true, "internet": true, "n/a": true, "own": true, "staff": true, "時間": true, "时间": true}

// credit returns whom the page names as the origin of its text: in a meta element, in the
// line with the date, below the heading, or at the end of the text.
func (m *pageMeta) credit(title, text, whole string) string {
	const near = 400
	places := append([]string{m.first("credit")}, m.info...)
	if _, after, ok := strings.Cut(whole, title); ok && title != "" {
		places = append(places, after[:min(len(after), near)])
	}
	places = append(places, text[max(0, len(text)-near):])
	for _, place := range places {
		if name := creditIn(place); name != "" {
			return name
		}
	}
	if c := m.first("credit"); utf8.RuneCountInString(c) > 1 && !strings.ContainsAny(c, ":：") {
		return c
	}
	return ""
}

func creditIn(place string) string {
	for _, found := range creditPattern.FindAllStringSubmatch(strings.ReplaceAll(place, "\u00a0", " "), -1) {
		if found[2] == "" && !noCredit[found[1]] {
			return found[1]
		}
	}
	return ""
}

var (
	scriptNames  = regexp.MustCompile(`(?i)["']?\b(?:publish_?(?:time|date|at)|pub_?(?:time|date)|datePublished|published_?at)["']?\s*[:=]\s*["']?((?:19|20)\d\d[-/年][^"'<>,;]{4,25}|1\d{9}(?:\d{3})?\b)`)
	weixinScript = regexp.MustCompile(`\bvar ct = "(1\d{9})"`)
)

// scriptDate returns the date that a script gives a name of publication, or "".
func scriptDate(script string) string {
	for _, p := range []*regexp.Regexp{scriptNames, weixinScript} {
		if found := p.FindStringSubmatch(script); found != nil {
			return strings.TrimSpace(found[1])
		}
	}
	return ""
}

var titleEnd = regexp.MustCompile(`\s*(?:_+|\s[-–—|·]+\s|\|+|--+|——)\s*[^_|]{1,40}$`)

// withoutSite takes the names of site and section off the end of a title: what follows
// an underscore, a bar, a spaced dash, or a dash before the source; the rest must be
// the longer part.
func withoutSite(title, source string) string {
	if source != "" {
		for _, dash := range []string{"-", "－", "—"} {
			title = strings.TrimSuffix(title, dash+source)
		}
	}
	for {
		at := titleEnd.FindStringIndex(title)
		if at == nil || at[0] < len(title)/3 || at[0] < 8 {
			return strings.TrimSpace(title)
		}
		title = title[:at[0]]
	}
}
