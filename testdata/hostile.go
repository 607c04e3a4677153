package testdata

import (
	"fmt"
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
		pair("one line", func(rng *rand.Rand, half int) (string, string) {
			a := hanWord(rng, half/3)
			return a, a[:len(a)/6*3] + "改" + a[len(a)/6*3:]
		}),
	}
}

// HostileCorpora returns the shapes of many documents.
func HostileCorpora() []Shape {
	corpus := func(name string, make func(rng *rand.Rand, size int) []string) Shape {
		return Shape{name, func(size int) []Doc { return docs(make(rand.New(rand.NewPCG(17, 3)), size)...) }}
	}
	return []Shape{
		corpus("a page that shares a paragraph with each", func(rng *rand.Rand, size int) (out []string) {
			n := size / 3000
			out = []string{""}
			for range n {
				p := paragraph(rng, 10)
				out[0] += p + "\n"
				out = append(out, p+"\n"+paragraph(rng, 20))
			}
			return out
		}),
		corpus("the same sentences in every order", func(rng *rand.Rand, size int) (out []string) {
			all := sentences(rng, 40)
			for range size / 2400 {
				out = append(out, shuffled(rng, all))
			}
			return out
		}),
		corpus("lines that a source repeats", func(rng *rand.Rand, size int) (out []string) {
			lines := sentences(rng, 200)
			for range size / 3000 {
				text := paragraph(rng, 20) + "\n"
				for range 20 {
					text += pick(rng, lines...) + "\n"
				}
				out = append(out, text)
			}
			return out
		}),
		corpus("near copies under footers", func(rng *rand.Rand, size int) (out []string) {
			body, footers := sentences(rng, 20), sentences(rng, 30)
			for range size / 1500 {
				text := slices.Clone(body)
				text[rng.IntN(len(text))] = sentence(rng, 15)
				out = append(out, strings.Join(text, "")+"\n"+pick(rng, footers...)+"\n"+pick(rng, footers...))
			}
			return out
		}),
		corpus("short texts of three signs", func(rng *rand.Rand, size int) (out []string) {
			for range size / 1800 {
				out = append(out, fill(1800, func(int) string { return pick(rng, "天", "地", "人") }))
			}
			return out
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
