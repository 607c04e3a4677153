package testdata

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
)

// Shape is a kind of input on which careless work grows with a square: texts that
// repeat themselves, or that all share something with each other. What it makes is
// a function of its size, in bytes of all documents, more or less.
type Shape struct {
	Name string
	Docs func(size int) []Doc
}

// HostilePairs returns the shapes of two documents.
func HostilePairs() []Shape {
	pair := func(name string, make func(rng *rand.Rand, half int) (a, b string)) Shape {
		return Shape{name, func(size int) []Doc {
			a, b := make(rand.New(rand.NewPCG(13, 7)), size/2)
			return docs(a, b)
		}}
	}
	line := func(write func(rng *rand.Rand, i int) string) func(*rand.Rand, int) (string, string) {
		return func(rng *rand.Rand, half int) (string, string) {
			text := func() string {
				return fill(half, func(i int) string { return write(rng, i) })
			}
			return text(), text()
		}
	}
	return []Shape{
		pair("one line again and again", func(_ *rand.Rand, half int) (string, string) {
			return strings.Repeat("y\n", half/2), strings.Repeat("y\n", half/2-1)
		}),
		pair("scores", line(func(rng *rand.Rand, _ int) string {
			return fmt.Sprintf("%s %s %d:%d\n", towns[rng.IntN(len(towns))], towns[rng.IntN(len(towns))], rng.IntN(5), rng.IntN(5))
		})),
		pair("dates", line(func(rng *rand.Rand, _ int) string {
			return fmt.Sprintf("%d年%d月%d日，星期%c。\n", 1990+rng.IntN(30), 1+rng.IntN(12), 1+rng.IntN(28), []rune("一二三四五六日")[rng.IntN(7)])
		})),
		pair("statutes", line(func(rng *rand.Rand, i int) string {
			return fmt.Sprintf("第%d条 %s以上人民政府%s主管部门应当会同%s部门，依照本法第%d条的规定，责令%s；情节严重的，处%d万元以下罚款。\n", i+1,
				pick(rng, "县级", "省级", "市级", "乡级"), pick(rng, "教育", "农业", "林业", "水利", "交通"), pick(rng, "财政", "公安", "民政"),
				1+rng.IntN(90), pick(rng, "限期改正", "停产停业", "恢复原状", "赔偿损失"), 1+rng.IntN(20))
		})),
		pair("one sentence again and again", func(rng *rand.Rand, half int) (string, string) {
			s := sentence(rng, 20)
			return strings.Repeat(s, half/len(s)), strings.Repeat(s, half/len(s)+1)
		}),
		pair("few sentences", func(rng *rand.Rand, half int) (string, string) {
			few := sentences(rng, 12)
			text := func() string { return fill(half, func(int) string { return pick(rng, few...) }) }
			return text(), text()
		}),
		pair("four signs", line(func(rng *rand.Rand, i int) string {
			if i%60 == 59 {
				return "\n"
			}
			return pick(rng, "天", "地", "人", "和")
		})),
		pair("periods", func(rng *rand.Rand, half int) (string, string) {
			text := func() string {
				return fill(half, func(int) string { return strings.Repeat(hanWord(rng, 1+rng.IntN(40)), 1+rng.IntN(60)) })
			}
			return text(), text()
		}),
		pair("reversed sentences", func(rng *rand.Rand, half int) (string, string) {
			all := sentences(rng, half/50)
			back := slices.Clone(all)
			slices.Reverse(back)
			return strings.Join(all, ""), strings.Join(back, "")
		}),
		pair("shuffled sentences", func(rng *rand.Rand, half int) (string, string) {
			all := sentences(rng, half/50)
			return strings.Join(all, ""), shuffled(rng, all)
		}),
		pair("palindromes", func(rng *rand.Rand, half int) (string, string) {
			text := func() string {
				return fill(half, func(int) string {
					w := []rune(hanWord(rng, 8+rng.IntN(30)))
					back := slices.Clone(w)
					slices.Reverse(back)
					return string(w) + string(back) + "。"
				})
			}
			return text(), text()
		}),
		pair("words by Zipf", func(rng *rand.Rand, half int) (string, string) {
			z := rand.NewZipf(rng, 1.1, 1, 4000)
			text := func() string {
				return fill(half, func(i int) string { return fmt.Sprintf("w%d%s", z.Uint64(), []string{" ", ". "}[i%9/8]) })
			}
			return text(), text()
		}),
		pair("sentences with small changes", func(rng *rand.Rand, half int) (string, string) {
			base := []rune(hanWord(rng, 30))
			text := func() string {
				return fill(half, func(int) string {
					s := slices.Clone(base)
					s[rng.IntN(len(s))] = []rune(hanWord(rng, 1))[0]
					return string(s) + "。"
				})
			}
			return text(), text()
		}),
		pair("every word of six signs once", func(_ *rand.Rand, half int) (string, string) {
			return deBruijn(half/3, "天地人和"), deBruijn(half/3, "和人地天")
		}),
		pair("Thue and Morse", func(_ *rand.Rand, half int) (string, string) {
			text := func(odd int) string {
				return fill(half, func(i int) string { return []string{"天", "地"}[(bits.OnesCount(uint(i))+odd)%2] })
			}
			return text(0), text(1)
		}),
		pair("tables of HTML", line(func(rng *rand.Rand, i int) string {
			return fmt.Sprintf("<tr><td class=\"n\">%d</td><td>%s</td><td class=\"v\">%d.%02d</td></tr>\n", i+1, pick(rng, towns...), rng.IntN(90), rng.IntN(100))
		})),
		pair("logs", line(func(rng *rand.Rand, i int) string {
			return fmt.Sprintf("2025-03-%02dT%02d:%02d:%02dZ %s worker-%d: request /api/v1/%s took %d ms, status %d\n", 1+i/5000%28, i/200%24, i/10%60, i%60,
				pick(rng, "INFO", "INFO", "WARN", "ERROR"), rng.IntN(16), pick(rng, "items", "users", "search"), rng.IntN(2000), 200+rng.IntN(4)*100)
		})),
		pair("source code", line(func(rng *rand.Rand, _ int) string {
			return pick(rng, "\tif err != nil {\n\t\treturn err\n\t}\n", "\tfor i := 0; i < n; i++ {\n", "\t}\n", "}\n\n",
				fmt.Sprintf("func f%d(x int) (int, error) {\n", rng.IntN(500)), fmt.Sprintf("\tx += %d\n", rng.IntN(20)), "\tn := len(list)\n")
		})),
		pair("base64", line(func(rng *rand.Rand, i int) string {
			if i%77 == 76 {
				return "\n"
			}
			return string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[rng.IntN(64)])
		})),
		pair("nucleotides", line(func(rng *rand.Rand, i int) string {
			if i%61 == 60 {
				return "\n"
			}
			return string("acgt"[rng.IntN(4)])
		})),
		pair("codons", line(func(rng *rand.Rand, _ int) string {
			return string([]byte{"acgt"[rng.IntN(4)], "acgt"[rng.IntN(4)], "acgt"[rng.IntN(4)], ' '})
		})),
		pair("songs with a refrain", func(rng *rand.Rand, half int) (string, string) {
			refrain := sentence(rng, 7) + "\n" + sentence(rng, 7) + "\n"
			text := func() string { return fill(half, func(int) string { return sentence(rng, 9) + "\n" + refrain }) }
			return text(), text()
		}),
		pair("numbers in a row", func(_ *rand.Rand, half int) (string, string) {
			count := func(from int) string { return fill(half, func(i int) string { return fmt.Sprint(from+i, " ") }) }
			return count(1), count(77)
		}),
		pair("paragraphs moved and repeated", func(rng *rand.Rand, half int) (string, string) {
			all := sentences(rng, half/400+1)
			text := func() string { return fill(half, func(int) string { return pick(rng, all...) + "\n" }) }
			return text(), text()
		}),
		pair("one line", func(rng *rand.Rand, half int) (string, string) {
			a := hanWord(rng, half/3)
			return a, a[:len(a)/6*3] + "改" + a[len(a)/6*3:]
		}),
	}
}

func docs(texts ...string) (out []Doc) {
	for i, t := range texts {
		out = append(out, Doc{ID: fmt.Sprintf("d%06d", i), Source: "s", Text: t})
	}
	return out
}

var towns = strings.Fields("云州 青屿 沁原 望川 澜州 松岭 凤岭 海澄 禾原 丘泽 柏川 虹桥")

func pick(rng *rand.Rand, from ...string) string { return from[rng.IntN(len(from))] }

// fill joins what write returns for 0, 1, … up to size bytes.
func fill(size int, write func(i int) string) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		b.WriteString(write(i))
	}
	return b.String()
}

// deBruijn returns n signs of a sequence in which every word of a length stands once (by
// the shift register that prefers the last sign; Martin 1934), of signs, which are four.
func deBruijn(n int, signs string) string {
	long := (bits.Len(uint(n)) + 1) / 2
	set := []rune(signs)
	seen := make([]bool, 1<<(2*long))
	out, word := make([]rune, 0, n), 0
	for len(out) < n {
		next := -1
		for s := 3; s >= 0 && next < 0; s-- {
			if w := (word<<2 | s) & (len(seen) - 1); !seen[w] {
				next, word = s, w
			}
		}
		if next < 0 {
			break
		}
		seen[word] = true
		out = append(out, set[next])
	}
	return string(out)
}

func hanWord(rng *rand.Rand, n int) string {
	w := make([]rune, n)
	for i := range w {
		w[i] = rune(0x4e00 + rng.IntN(6000))
	}
	return string(w)
}

func sentence(rng *rand.Rand, n int) string { return hanWord(rng, n) + "。" }

func sentences(rng *rand.Rand, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = sentence(rng, 12+rng.IntN(10))
	}
	return out
}

func paragraph(rng *rand.Rand, n int) string { return strings.Join(sentences(rng, n), "") }

func shuffled(rng *rand.Rand, parts []string) string {
	out := slices.Clone(parts)
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return strings.Join(out, "")
}
