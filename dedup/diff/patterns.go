package diff

import "regexp"

// patterns are the forms of bylines, credits and clocks.
var patterns = struct {
	bylineWords, bylineLatin, hanRun                        *regexp.Regexp
	creditHead, creditWire, creditTail, creditWords, outlet *regexp.Regexp
	clock                                                   *regexp.Regexp
}{
	bylineWords: regexp.MustCompile(`本报讯|本网讯|本台讯|责任编辑|实习记者|特约记者|见习记者|本报记者|本网记者|本台记者|特约通讯员|新华社记者|全媒体记者|首席记者|记者|通讯员|实习生|摄影报道|摄影|撰稿|撰文|作者|编辑|报道|文图|图文|文并摄|文/图|图/文|文/摄|文／摄|本报|本网|本台|新华社|供稿|供图|[文图摄影](?:[：:/／]|$)`),
	bylineLatin: regexp.MustCompile(`(?i)^\W*(?:by|reported by|written by|staff writer)\b`),
	hanRun:      regexp.MustCompile(`\p{Han}+`),
	// creditHead is a credit at the head of a line, with the bracket after it.
	creditHead: regexp.MustCompile(`^[\s　]*[【〔\[（(]?(?:据|综合)?` +
		`(?:[\p{Han}A-Za-z]{0,8}?(?:社|网|报|台|视|新闻|客户端|频道|通讯员|记者)[\p{Han}]{0,8}?` +
		`(?:(?:[0-9０-９〇零一二三四五六七八九十]{1,4}年)?(?:[0-9０-９一二三四五六七八九十]{1,3}月)?[0-9０-９一二三四五六七八九十]{1,3}日专?[电電讯訊]` +
		`|专?[电電讯訊](?:[】〕\]）)（(：:，,\s　]|$)|(?:消息|报道)(?:[】〕\]）)（(：:\s　]|$)))` +
		`[】〕\]）)]?(?:[（(]?[^（()）。，]{1,30}[）)])?`),
	// creditWire is the same in English.
	creditWire: regexp.MustCompile(`^\s*[A-Z][A-Z .'-]+(?:, [A-Z][a-z]+\.? [0-9]{1,2})? \([A-Z][A-Za-z ]{1,20}\)`),
	// creditTail is a credit that ends a line, or is one.
	creditTail: regexp.MustCompile(`(?:[（(](?:(?:稿件|文章|消息)?来源[:：]?|转自|摘自|原载|据)?[《“]?[\p{Han}A-Za-z]{1,12}(?:报|网|社|台|视|电|刊|杂志|客户端|公众号|消息|报道)[》”]?[）)]|^[\s　]*(?:稿件|文章|消息|新闻)?来源[:：][^。]{2,30})[\s　]*$`),
	outlet:     regexp.MustCompile(`[\p{Han}A-Za-z]+`),
	// creditWords are no part of the name of an outlet.
	creditWords: regexp.MustCompile(`(?:稿件|文章|消息|新闻)?来源|消息|转自|摘自|原载|^[（(]?据|综合|报道|[（(][^（）()]*(?:记者|通讯员)[^（）()]*[）)]`),
	// clock is a time of day; 1:0 is a score.
	clock: regexp.MustCompile(`^\d{1,2}[:：]\d\d$`),
}
