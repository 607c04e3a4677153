package mask

import (
	"strings"

	"repost/shingle/lexicon"
)

// isName reports whether r is two or three characters that begin with a family
// name. Reports name people in running text just so: the caller must know that
// the place is one for a name.
func isName(r []rune) bool {
	if len(r) < 2 || len(r) > 3 || !lexicon.FirstSurname.HasRune(r[0]) {
		return false
	}
	for _, c := range r[1:] {
		if !isHan(c) || strings.ContainsRune(notInNames, c) {
			return false
		}
	}
	return true
}

// notInNames are characters that make words of a phrase, not of a name.
const notInNames = "的了是在从到说对与获采问看被也就不会能要于及其这那我你他她"

// mayName reports whether r may be one or a few names set side by side: Han, not
// many, and no word of a sentence.
func mayName(r []rune) bool {
	if isName(r) {
		return true
	}
	if len(r) < 2 || len(r) > 9 {
		return false
	}
	for _, c := range r {
		if !isHan(c) && c != '·' || strings.ContainsRune(notInNames, c) {
			return false
		}
	}
	return len(r) <= 4 || lexicon.FirstSurname.HasRune(r[0])
}

// isByline reports whether r is nothing but who wrote: roles, an outlet before
// them, and names.
func (s *scanner) isByline(r []rune) bool {
	if len(r) > 0 && r[0] == '(' {
		if end := closing(r); end > 0 && end < len(r)-1 && isHan(r[end+1]) {
			return false // a byline and the text behind it
		}
	}
	r = trim(r)
	bullet := false
	for len(r) > 0 && strings.ContainsRune("□■◎◆●▪¨", r[0]) {
		bullet = bullet || r[0] == '□' // ■ and the others head columns too
		r = r[1:]
	}
	at, word := s.firstRole(r)
	if at < 0 {
		return bullet && bylineNames(r)
	}
	if at > 14 || at > 0 && !bylineNames(r[:at]) && !isOutlet(r[:at]) {
		return false
	}
	for at >= 0 {
		r = r[at+len([]rune(word)):]
		for len(r) > 0 && strings.ContainsRune("/:|丨摄图文影", r[0]) {
			r = r[1:]
		}
		if at, word = s.firstRole(r); at > 0 && !bylineNames(r[:at]) && !isOutlet(r[:at]) {
			return false
		}
	}
	return len(r) == 0 || bylineNames(trimVerb(r))
}

// trimVerb drops what stands behind the names: 摄影报道, 综合报道, 文/图.
func trimVerb(r []rune) []rune {
	for _, w := range []string{"综合报道", "摄影报道", "联合报道", "报道", "文/摄", "文/图", "文并摄", "摄影", "摄", "整理", "等"} {
		if ends(r, w) && len(r) > len([]rune(w)) {
			return r[:len(r)-len([]rune(w))]
		}
	}
	return r
}

func (s *scanner) firstRole(r []rune) (at int, word string) {
	for i, c := range r {
		if s.words.signs[c]&wordSign == 0 {
			continue
		}
		for _, w := range s.words.kinds[role] {
			if begins(r[i:], w) {
				return i, w
			}
		}
	}
	return -1, ""
}

// bylineNames reports whether r is names parted by 、 , · / and brackets.
func bylineNames(r []rune) bool {
	from, some := 0, false
	for i := 0; i <= len(r); i++ {
		if i < len(r) && !strings.ContainsRune("、,/()+&;", r[i]) {
			continue
		}
		if i > from {
			if !mayName(r[from:i]) && !isOutlet(r[from:i]) {
				return false
			}
			some = true
		}
		from = i + 1
	}
	return some
}

// outletEnds are the last characters of the names of outlets.
const outletEnds = "报社网台刊闻端道约席习媒体心布线讯条察窗户声播息视志"

// isOutlet reports whether r looks like the name of an outlet, or a name beside
// one: Han that ends as outlets do.
func isOutlet(r []rune) bool {
	if len(r) < 2 || len(r) > 16 || !strings.ContainsRune(outletEnds, r[len(r)-1]) {
		return false
	}
	for _, c := range r {
		if !isHan(c) && !('a' <= c && c <= 'z') || strings.ContainsRune("的了是在从说请", c) {
			return false
		}
	}
	return ends(r, "报", "社", "网", "台", "刊", "新闻", "客户端", "本报", "频道", "特约", "首席", "实习", "见习", "融媒", "全媒体", "融媒体", "融媒体中心", "发布", "在线", "日报", "晚报",
		"资讯", "头条", "观察", "视窗", "门户", "之声", "广播", "快报", "时报", "早报", "财讯", "消息", "央视", "中国之声", "杂志")
}
