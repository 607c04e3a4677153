package testdata

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

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
		corpus("a page of all texts", func(rng *rand.Rand, size int) (out []string) {
			out = []string{""}
			for range size / 2400 {
				p := paragraph(rng, 20)
				out[0] += p + "\n"
				out = append(out, p)
			}
			return out
		}),
		corpus("equal but for a number", func(rng *rand.Rand, size int) (out []string) {
			s := sentences(rng, 4)
			for i := range size / 300 {
				out = append(out, fmt.Sprintf("%s编号%d。%s", s[0]+s[1], 1000+i, s[2]+s[3]))
			}
			return out
		}),
		corpus("copies with one letter changed", func(rng *rand.Rand, size int) (out []string) {
			text := []rune(paragraph(rng, 30))
			for range size / 1600 {
				copied := slices.Clone(text)
				copied[rng.IntN(len(copied))] = []rune(hanWord(rng, 1))[0]
				out = append(out, string(copied))
			}
			return out
		}),
		corpus("some of the same sentences", func(rng *rand.Rand, size int) (out []string) {
			all := sentences(rng, 100)
			for range size / 1600 {
				rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
				out = append(out, strings.Join(all[:30], ""))
			}
			return out
		}),
		corpus("each goes on where the last ended", func(rng *rand.Rand, size int) (out []string) {
			all := sentences(rng, size/500+30)
			for i := range size / 1600 {
				out = append(out, strings.Join(all[3*i:3*i+30], ""))
			}
			return out
		}),
		corpus("one text that grows", func(rng *rand.Rand, size int) (out []string) {
			for n, i := 0, 1; n < size; i++ {
				s := sentence(rng, 16)
				if i > 1 {
					s = out[i-2] + s
				}
				out, n = append(out, s), n+len(s)
			}
			return out
		}),
		corpus("pages of the same items", func(rng *rand.Rand, size int) (out []string) {
			items := make([]string, 60)
			for i := range items {
				items[i] = paragraph(rng, 4) + "\n"
			}
			for range size / 2000 {
				rng.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
				out = append(out, strings.Join(items[:9], ""))
			}
			return out
		}),
		corpus("short tables", func(rng *rand.Rand, size int) (out []string) {
			for range size / 1200 {
				out = append(out, fill(1200, func(int) string {
					return fmt.Sprintf("%s %s %d:%d\n", pick(rng, towns...), pick(rng, towns...), rng.IntN(5), rng.IntN(5))
				}))
			}
			return out
		}),
		corpus("short lines again and again", func(rng *rand.Rand, size int) (out []string) {
			for n, i := 0, 1; n < size; i++ {
				out = append(out, strings.Repeat("y\n", 10+i%500))
				n += 2 * (10 + i%500)
			}
			return out
		}),
	}
}
