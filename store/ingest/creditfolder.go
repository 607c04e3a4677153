package ingest

import (
	"regexp"
	"strings"
)

// The outlet that a folder is named after: by its whole name (榆川日报, Marlow Herald), by the
// short one (晨报, 新京报, Herald, Reuters), or as the host of a site that was saved
// (www.marlow.example.com). What an article is about (新闻, 互联网, Post), what kind of paper it
// is (年报, 海报) and how a dump is divided (data, 2024, part-1) is none.

// hanOutlets are how names of papers, agencies, stations and sites end, with something before.
const hanOutlets = `[日晚早晨时時商周]报|[日晚早晨时時商週]報|(?:都市|青年|新京|法制|法治|快|画|大公|文汇|文匯)[报報]|[^互联聯物因局]网|[^互联聯物因局]網|网站|電視台|电视台|电台|卫视|[讯訊闻聞志誌报報华華新同联聯透斯央]社|新聞|客户端|融媒体中心|周刊|週刊`

// latinOutlets are how names of papers end that mean a paper alone, too.
const latinOutlets = `Herald|Tribune|Gazette|Chronicle|Courier|Telegraph|Guardian|Bote|Anzeiger|Tageblatt`

var folderOutlets = []*regexp.Regexp{
	regexp.MustCompile(`^[^\s\d][^/]*(?:` + hanOutlets + `)$`),
	regexp.MustCompile(`^(?:[晨晚早日时時商明信][报報]|(?:都市|青年|新京|大公|文汇|文匯)[报報])$`),
	regexp.MustCompile(`^(?i:the[ _-])?\p{Lu}[\p{L}'’]+(?:[ _-]\p{Lu}[\p{L}'’]+)*[ _-](?:` + latinOutlets + `|Times|Post|Zeitung|Nachrichten)$`),
	regexp.MustCompile(`^(?:(?i:the[ _-]|\p{L}+[_-](?:\p{L}+[_-])*)(?i:` + latinOutlets + `)|` + latinOutlets + `|(?i:the[ _-]times))$`),
	regexp.MustCompile(`^(?i:reuters|afp|xinhua|tass|interfax|dpa|ansa|kyodo|yonhap|associated[ _-]press|bbc|cnn|apnews)$|^(?:AP|EFE|UPI|PTI)$`),
	// the host of a site
	regexp.MustCompile(`^(?:[a-z0-9][a-z0-9-]*\.)*[a-z0-9-]*[a-z][a-z0-9-]*\.(?:com|net|org|info|gov|edu|news|example|(?:com|net|org|gov|edu|co|ac|or|ne)\.[a-z]{2}|cn|hk|tw|mo|sg|jp|kr|de|at|ch|fr|es|it|nl|be|uk|ie|us|ca|au|nz|in|ru|ua|cz|se|no|dk|fi|pt|br|mx|ar|tr|gr|eu)$`),
}

// outletFolder returns the name of the innermost folder of a path that reads like that of an
// outlet, or "".
func outletFolder(path string) string {
	parts := strings.Split(path, "/")
	for i := len(parts) - 2; i >= 0; i-- {
		for _, form := range folderOutlets {
			if form.MatchString(parts[i]) {
				return strings.TrimPrefix(parts[i], "www.")
			}
		}
	}
	return ""
}
