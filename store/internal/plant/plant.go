package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

const (
	drawn   = 10 // articles that a story is made of
	reposts = 30 // of a hundred documents
	hot     = 97 // every so-manyth document is reposted far more often
)

type planter struct {
	seed     uint64
	articles [][]rune
}

// isRepost says whether document i is a repost. It is what a repost asks of the
// documents before it, so it must cost little.
func (p *planter) isRepost(i int) bool { return i > 0 && p.rand(i, 0).IntN(100) < reposts }

// rand returns the chance of document i: use 0 decides what it is, 1 makes its
// story, 2 alters it.
func (p *planter) rand(i int, use uint64) *rand.Rand {
	return rand.New(rand.NewPCG(p.seed, uint64(i)<<2|use))
}

// origin returns the document that repost i takes its story from. One repost in
// twelve goes to a story that many take.
func (p *planter) origin(i int, r *rand.Rand) int {
	for {
		o := r.IntN(i)
		if r.IntN(12) == 0 {
			o -= o % hot
		}
		if !p.isRepost(o) {
			return o
		}
	}
}

func (p *planter) document(i int, w *walk) record {
	r := p.rand(i, 2)
	o := outlets[r.IntN(len(outlets))]
	d := record{ID: fmt.Sprintf("p%07d", i), Source: o.name, Story: i, Kinds: []string{"origin"}}
	if p.isRepost(i) {
		d.Story = p.origin(i, r)
	}
	text := w.story(p.articles, p.rand(d.Story, 1))
	d.Title = title(text)
	if d.Story != i {
		text, d.Kinds = alter(text, r)
		if r.IntN(100) < 3 {
			other := p.origin(i, r)
			text += "\n\n" + w.story(p.articles, p.rand(other, 1))
			d.Kinds = append(d.Kinds, "page")
		}
	}
	// News of a day stands together: 2,000 documents a day.
	day := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i/2000)
	d.Date = day.Format("2006-01-02")
	if r.IntN(100) < 40 {
		text = fmt.Sprintf(o.header, d.Date) + "\n" + text
		d.Kinds = append(d.Kinds, "header")
	}
	if r.IntN(100) < 50 {
		text += "\n\n" + o.footer
		d.Kinds = append(d.Kinds, "footer")
	}
	d.Text = text
	return d
}

// title is the first words of a text.
func title(text string) string {
	if i := strings.IndexAny(text, "，。：；！？,\n"); i > 0 {
		text = text[:i]
	}
	r := []rune(text)
	return string(r[:min(len(r), 30)])
}

// walk makes new text from old. Places with the same two characters before them
// hang in one chain: head by hash, next by place.
type walk struct {
	pool []rune
	head [1 << 12]int32
	next []int32
	out  []rune
}

func (w *walk) slot(i int) *int32 {
	return &w.head[(uint32(w.pool[i-2])*2654435761^uint32(w.pool[i-1])*2246822519)>>20]
}

// story returns a new text: 718 characters on average, about 2 KB of Chinese.
func (w *walk) story(articles [][]rune, r *rand.Rand) string {
	w.pool, w.out = w.pool[:0], w.out[:0]
	for range drawn {
		w.pool = append(append(w.pool, articles[r.IntN(len(articles))]...), '\n')
	}
	w.next = slices.Grow(w.next[:0], len(w.pool))[:len(w.pool)]
	clear(w.head[:])
	for i := 2; i < len(w.pool); i++ {
		s := w.slot(i)
		w.next[i], *s = *s, int32(i)
	}
	length := int(600 * math.Exp(.6*max(-3, min(3, r.NormFloat64()))))
	at := w.line(r)
	for run := 0; len(w.out) < length; {
		if at == len(w.pool) {
			at = 0
		}
		w.out = append(w.out, w.pool[at])
		at++
		if run--; run <= 0 {
			at, run = w.cross(at, r), 3+r.IntN(4)
		}
	}
	for at < len(w.pool) && w.pool[at] != '\n' && len(w.out) < length+60 { // end the sentence
		w.out = append(w.out, w.pool[at])
		if at++; w.pool[at-1] == '。' {
			break
		}
	}
	return strings.TrimSpace(string(w.out))
}

// line returns the place where one of the lines begins.
func (w *walk) line(r *rand.Rand) int {
	at := r.IntN(len(w.pool) - 1)
	for w.pool[at] != '\n' {
		at--
		if at < 0 {
			return 0
		}
	}
	return at + 1
}

// cross returns another place with the same two characters before it, or one, or
// any.
func (w *walk) cross(at int, r *rand.Rand) int {
	if at < 2 {
		return at
	}
	to, found := 0, 0
	for i := *w.slot(at); i > 0; i = w.next[i] {
		if int(i) != at && w.pool[i-2] == w.pool[at-2] && w.pool[i-1] == w.pool[at-1] {
			if found++; r.IntN(found) == 0 {
				to = int(i)
			}
		}
	}
	if found > 0 {
		return to
	}
	from := r.IntN(len(w.pool))
	if i := slices.Index(w.pool[from:], w.pool[at-1]); i >= 0 {
		return from + i + 1
	}
	return from
}

// alter makes of a story what another outlet prints: two alterations at most, and
// often none.
func alter(text string, r *rand.Rand) (string, []string) {
	kinds := []string{}
	did := func(kind string) { kinds = append(kinds, kind) }
	switch n := r.IntN(100); {
	case n < 35:
		did("exact")
	case n < 75:
		text = edit(text, 1+r.IntN(8), r)
		did("edit")
	case n < 85:
		text = width.Replace(text)
		did("width")
	case n < 92:
		text = strings.ReplaceAll(text, "\n", "")
		did("layout")
	default:
		text = truncate(text, 40+r.IntN(50))
		did("truncated")
	}
	return text, kinds
}

// edit makes n small changes: another character, one more, one less, another
// figure.
func edit(text string, n int, r *rand.Rand) string {
	t := []rune(text)
	for range n {
		i := r.IntN(len(t))
		other := t[r.IntN(len(t))]
		switch {
		case t[i] == '\n' || other == '\n':
		case t[i] >= '0' && t[i] <= '9':
			t[i] = '0' + rune(r.IntN(10))
		case r.IntN(2) == 0:
			t[i] = other
		case r.IntN(2) == 0 && len(t) > 20:
			t = slices.Delete(t, i, i+1)
		default:
			t = slices.Insert(t, i, other)
		}
	}
	return string(t)
}

var width = strings.NewReplacer("，", ",", "：", ":", "；", ";", "（", "(", "）", ")", "“", "\"", "”", "\"", "！", "!", "？", "?")

// truncate keeps the first sentences, about the given share of a hundred characters.
func truncate(text string, percent int) string {
	cut := len(text) * percent / 100
	if i := strings.Index(text[cut:], "。"); i >= 0 {
		return text[:cut+i+len("。")]
	}
	return text
}

type outlet struct{ name, header, footer string }

// outlets are invented.
var outlets = makeOutlets()

func makeOutlets() []outlet {
	var all []outlet
	places := strings.Fields("青岚 云川 南渡 北屏 松原口 白石 长汀河 东篱 西岭 望江 平沙 金谷 银杏湾 柳溪 枫桥镇 石门关")
	for i, place := range places {
		for j, kind := range []string{"网", "日报", "在线", "资讯"} {
			name := place + kind
			header := []string{
				name + "讯 %s 来源：综合 编辑：值班编辑 字号：大 中 小",
				"首页 > 新闻 > 正文 %s　" + name,
				"【" + name + " %s】",
				name + "记者报道 发布时间：%s 浏览次数：" + fmt.Sprint(137*i+j),
			}[(i+j)%4]
			footer := []string{
				"版权声明：本文由" + name + "转载，版权归原作者所有。凡注明“来源：" + name + "”的所有作品，未经授权不得转载、摘编或利用其它方式使用。如有侵权请联系我们，我们将在24小时内删除。",
				"责任编辑：值班编辑\n" + name + "客户端 扫码下载，随时随地看新闻。联系电话：000-" + fmt.Sprintf("%04d", 1000+61*i+j),
				"免责声明：" + name + "登载此文出于传递更多信息之目的，并不意味着赞同其观点或证实其描述。文章内容仅供参考，不构成投资建议。",
				"（原标题略）\n上一篇 下一篇 打印 关闭\n" + name + " 地址：" + place + "市新闻路" + fmt.Sprint(10+i) + "号 备案号：000000" + fmt.Sprint(i),
			}[(i*3+j)%4]
			all = append(all, outlet{name, header, footer})
		}
	}
	return all
}

// paragraphs returns a text without short lines: credits, links.
func paragraphs(text string) []rune {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if len(line) < 60 || strings.HasPrefix(line, "*[") {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	return []rune(b.String())
}
