package ingest

import (
	"strings"
	"unicode"
)

// placeholders are what programs put where a record has no text: marks of what was taken
// down, of a value that is missing, of a repost without a word of its own. As texts, all of
// them would be copies of one story. They are compared as a whole, without case, spaces at
// the ends and a full stop.
var placeholders = func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(`
[deleted]
[removed]
[deleted by user]
[removed by reddit]
[ removed by reddit ]
[unavailable]
[no content]
[no text]
(deleted)
(removed)
this comment has been removed
this comment has been deleted
this post has been deleted
this post has been removed
this message was deleted
this tweet is unavailable
content not available
content unavailable
no content
n/a
null
none
nil
nan
undefined
\\n
<na>
#n/a
-
--
—
——
无
無
暂无
暫無
空
暂无内容
无内容
无正文
内容为空
转发微博
轉發微博
转发
repost
内容已删除
该内容已被删除
该内容已删除
该文章已被删除
该文章已删除
此内容已被删除
此文章已被删除
该内容已被发布者删除
该帖子已被删除
该评论已删除
该条微博已被删除
此微博已被作者删除
抱歉，此微博已被作者删除
抱歉，此微博已被作者删除。查看帮助：
抱歉，此微博已被删除
抱歉，作者已设置仅展示半年内微博，此微博已不可见
抱歉，根据作者设置的微博可见时间范围，此微博已不可见
该微博因被多人投诉，根据《微博社区公约》，已被删除
此条微博已被删除
[图片]
[视频]
[表情]
削除されました
このコメントは削除されました
삭제된 메시지입니다
삭제된 댓글입니다
сообщение удалено
комментарий удалён
комментарий удален
`) {
		if line = strings.TrimSpace(line); line != "" {
			all[line] = true
		}
	}
	return all
}()

// isPlaceholder reports whether a text is none.
func isPlaceholder(text string) bool {
	const longest = 200
	text = strings.TrimSpace(text)
	return len(text) <= longest && placeholders[strings.ToLower(strings.TrimRight(text, ".。"))]
}

// placeholderError is the reason why a record with a placeholder is none; it is ErrEmptyText.
type placeholderError string

func (e placeholderError) Error() string {
	return `"` + string(e) + `" stands where a text should, and is none`
}

func (placeholderError) Is(target error) bool { return target == ErrEmptyText }

// isProse reports whether a string may be a text: no address, id or path, and no object.
func isProse(s string) bool {
	return !isURL(s) && !strings.HasPrefix(strings.TrimSpace(s), "{") &&
		(strings.Contains(strings.TrimSpace(s), " ") || strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 && unicode.IsLetter(r) })) &&
		strings.ContainsFunc(s, unicode.IsLetter)
}
