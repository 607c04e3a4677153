package ingest

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"repost/dedup"
)

// Who a text says it is from, for documents that nothing else says it of: a line with a
// label ("来源：榆川日报", "Source: Marlow Herald"), a note of a reprint ("转载自《榆川日报》"),
// the sign of an agency in a byline or dateline ("PORT ANSLEY (Reuters) -", "新华社北京3月2日电").
// Only the head and the last lines are asked: in between it is the story that speaks. It is
// what the text claims, and an outlet that copied may have left its own name out, so a
// field, an address, the folder of an outlet and --field go before it.

// Labels that stand before the name of an outlet, with a colon.
const (
	hanLabels   = `(?:(?:新闻|文章|信息|稿件|本文|文字|内容|消息)?(?:来源|來源|稿源|出处|出處)|(?:文章|本文|原文)?(?:转载自|轉載自|转自|轉自|摘自|原载|原載|首发于|刊于)|来源媒体|发布媒体|媒体|報道元|出典|出所|情報源|출처)`
	otherLabels = `(?i:sources?|via|originally published (?:in|by)|first published (?:in|by)|reprinted from|quellen?|fuente|fonte|bron|kilde|källa|lähde|źródło|zdroj|kaynak|источник|джерело|nguồn|المصدر)`
)

var (
	// A label begins a line, or a part of one: 2025-03-02 08:30 来源：榆川日报 记者 林晓舟.
	// Where words have spaces between them, a bar, a bracket or a date is before it:
	// after a space alone it is a word of a sentence.
	labelled = regexp.MustCompile(`(?:(?:^|[\s|｜)）\]】/·•(（【\[])` + hanLabels + `|(?:^|[|｜/·•(（【\[\t]\s?|\s{2}|\d\s)` + otherLabels + `)\s*[:：]\s*(.+)`)
	// A reprint needs no colon where a title in brackets follows, or the line is short.
	reprinted = regexp.MustCompile(`(?:^|[(（【\[\s])(?:本文|文章|原文)?(?:转载自|轉載自|转自|轉自|摘自|原载|原載|转载：|转载于)\s*[:：]?\s*[“"]?(《[^》]{2,20}》|[^\s，。,.;；、:：()（）《》]{2,16}?(?:报|報|网|網|社|台|刊|客户端|公众号|日报|晚报|新闻)(?:[)）】\]\s，。]|$))`)

	agencyZh = regexp.MustCompile(`^[\s　（(【\[]*(新华社|新華社|新华网|中新社|中新网|中国新闻社|中國新聞社|中央社|人民网|人民日报|央视网|央广网|光明网|中国网|中青网|法新社|路透社|美联社|塔斯社|共同社|韩联社|澎湃新闻|财新|界面新闻|经济日报|科技日报|法治日报|工人日报|中国青年报)(?:[\p{Han}、/\d\s　]{0,24}?\d{1,2}月\d{1,2}日(?:专)?(?:电|電|讯|訊)|[\p{Han}]{0,8}(?:电|讯|消息))`)
	agencyEn = regexp.MustCompile(`^[^\n]{0,80}?[(（](Reuters|AP|Associated Press|AFP|Xinhua|dpa|DPA|TASS|Interfax|UPI|Kyodo|Jiji|Yonhap|ANSA|EFE|PTI|IANS|ANI|APA|SDA|Bloomberg|PA Media|AAP|CNA|Bernama|Antara)[)）]\s*(?:[-–—:]|$)`)
	bylineEn = regexp.MustCompile(`(?i)^by\s(?:[^\n,|/]{2,60}[,|/]\s*(?:the\s)?)?(reuters|associated press|agence france-presse|afp|xinhua|bloomberg news|press association|united press international)\.?$`)
)

// endOfName ends a name: a mark, the next label of the line, a person.
var endOfName = regexp.MustCompile(`[|｜,，;；。()（）\[\]【】<>\t“”"]|\s(?:记者|記者|作者|编辑|編輯|责编|責編|责任编辑|发布|发表|时间|日期|阅读|浏览|点击|字号|通讯员|文|图|摄|\d)|\s*(?:记者|記者|作者|编辑|責編|责编|责任编辑)\s*[:：]|\s{2,}|　|\s/\s|\s·\s|\s[-–—]\s`)

const (
	creditLines = 8    // of the head
	creditBytes = 2000 // of it
	creditLine  = 120  // characters of a line that says where a text is from
	longestName = 40   // characters of the name of an outlet
)

// sourceOf finds the source of a document for which no field says it: the outlet whose folder
// its file is in, else the one that its text names, which is then its credit too.
func (r *run) sourceOf(s *source, w *row, d *dedup.Document) {
	folder, credit := 0, 0
	if w.number == 0 {
		if d.Source = outletFolder(s.place()); d.Source != "" {
			folder = 1
		}
	}
	if d.Source == "" {
		if d.Source = creditOf(d.Text); d.Source != "" {
			d.Credit, credit = d.Source, 1
		}
	}
	if n := r.opt.Notes; n != nil {
		n.Folders += folder
		n.Credits += credit
	}
}

// creditOf returns who a text says it is from, or "".
func creditOf(text string) string {
	head := text[:min(len(text), creditBytes)]
	n, best := 0, ""
	for line := range strings.Lines(head) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if n++; n > creditLines {
			break
		}
		if name := labelledIn(line); name != "" {
			return name
		}
		if best == "" {
			best = agencyIn(line)
		}
	}
	end := text[max(0, len(text)-creditBytes/2):]
	lines := strings.Split(strings.TrimSpace(end), "\n")
	for i := len(lines) - 1; i >= max(0, len(lines)-3) && len(end) < len(text); i-- {
		if name := labelledIn(strings.TrimSpace(lines[i])); name != "" {
			return name
		}
	}
	return best
}

// labelledIn returns the name after a label in a line that says where a text is from.
func labelledIn(line string) string {
	if utf8.RuneCountInString(line) > creditLine {
		return ""
	}
	line = strings.ReplaceAll(line, "\u00a0", " ")
	if found := labelled.FindStringSubmatch(line); found != nil {
		return outletName(found[1])
	}
	if found := reprinted.FindStringSubmatch(line); found != nil {
		return outletName(strings.TrimRight(found[1], ")）】] ，。"))
	}
	return ""
}

// agencyIn returns the agency that signs a line.
func agencyIn(line string) string {
	for _, p := range []*regexp.Regexp{agencyZh, agencyEn, bylineEn} {
		if found := p.FindStringSubmatch(line); found != nil {
			return found[1]
		}
	}
	return ""
}

// outletName returns the name at the beginning of what follows a label, or "" if none is
// there: "网络", a sentence. Of an address it is the host.
func outletName(s string) string {
	s = strings.TrimSpace(s)
	if isURL(s) {
		if u, err := url.Parse(strings.Fields(s)[0]); err == nil {
			return strings.TrimPrefix(u.Hostname(), "www.")
		}
		return ""
	}
	if at := endOfName.FindStringIndex(s); at != nil && at[0] > 0 {
		s = s[:at[0]]
	}
	s = strings.Trim(s, " 　《》〈〉「」『』“”\"'*_.。:：、")
	n := utf8.RuneCountInString(s)
	if n < 2 || n > longestName || noCredit[strings.ToLower(s)] || strings.ContainsAny(s, "：:？?！!") || strings.Count(s, " ") > 6 {
		return ""
	}
	return s
}
