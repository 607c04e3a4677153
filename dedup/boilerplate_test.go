package dedup_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
)

// passage returns n characters with a full stop at the end and commas between.
func (w writer) passage(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 && i%13 == 0 {
			b.WriteString("，")
		}
		b.WriteRune(rune(0x4E00 + w.IntN(0x9FA5-0x4E00)))
	}
	return b.String() + "。"
}

// article returns paragraphs of about sixty characters, n characters together.
func (w writer) article(n int) string {
	var lines []string
	for ; n > 0; n -= 60 {
		lines = append(lines, w.passage(min(n, 40+w.IntN(40))))
	}
	return strings.Join(lines, "\n")
}

// corrected returns a text with n characters in a row that are others.
func (w writer) corrected(text string, n int) string {
	rs := []rune(text)
	at := w.IntN(len(rs) - n)
	for i := range n {
		if rs[at+i] >= 0x4E00 {
			rs[at+i] = rune(0x4E00 + w.IntN(0x9FA5-0x4E00))
		}
	}
	return string(rs)
}

// largest returns how many documents whose id begins with prefix are in the largest
// story, and how many others are in stories with them.
func largest(m *detect.Memory, prefix string) (in, others int) {
	for _, s := range m.Stories() {
		n, o := 0, 0
		for _, k := range s.Members {
			if strings.HasPrefix(m.Document(k.Doc).ID, prefix) {
				n++
			} else {
				o++
			}
		}
		if n > in {
			in, others = n, o
		}
	}
	return in, others
}

// The versions of one article are a story, however many an outlet has of it.
func TestVersionsAreNoBoilerplate(t *testing.T) {
	for _, n := range []int{2, 8, 9, 12, 20, 40, 200} {
		if n == 200 && testing.Short() {
			continue
		}
		for _, way := range []string{"each from the first", "each from the one before", "with others", "live", "stamped"} {
			t.Run(fmt.Sprintf("%d %s", n, way), func(t *testing.T) {
				w := newWriter(uint64(n))
				size := 600
				if way == "each from the one before" {
					size = max(size, 30*n)
				}
				first := w.article(size)
				text := first
				var docs []dedup.Document
				for i := range n {
					switch way {
					case "each from the one before":
						if i > 0 {
							text = w.corrected(text, 6)
						}
					case "live":
						text = w.passage(50) + "\n" + text
					case "stamped":
						text = fmt.Sprintf("更新于%d时%d分\n%s", i/60, i%60, first)
					default:
						text = w.corrected(first, 6)
					}
					docs = append(docs, dedup.Document{ID: fmt.Sprintf("v%03d", i), Source: "甲报", Text: text})
				}
				want := n
				if way == "with others" {
					docs = append(docs, dedup.Document{ID: "v-b", Source: "乙报", Text: w.corrected(first, 4)},
						dedup.Document{ID: "v-c", Source: "丙网", Text: first + "\n" + w.passage(30)})
					want += 2
					for i := range 30 {
						docs = append(docs, dedup.Document{ID: fmt.Sprintf("o%03d", i), Source: "甲报", Text: w.article(300)})
					}
				}
				m := withStories(t, docs...)
				if in, others := largest(m, "v"); in != want || others > 0 {
					t.Errorf("%d of %d versions in one story, with %d others", in, want, others)
				}
			})
		}
	}
}

// What stands at the edge of many texts, under or over something else each time, makes
// no story: with one source, with many, and with none.
func TestBoilerplateMakesNoStory(t *testing.T) {
	w := newWriter(1)
	footer, call, licence, motto := w.passage(90), w.passage(157), w.article(700), w.passage(40)
	type edge struct{ name, head, tail string }
	for _, e := range []edge{
		{"footer", "", footer}, {"header", footer, ""}, {"call", "", call}, {"licence", "", licence}, {"motto", "", motto},
		{"both", footer, call},
	} {
		for _, source := range []string{"one", "many", "none"} {
			for _, own := range []int{30, 90, 400} {
				if e.name == "licence" && own < 90 {
					continue // texts that are next to nothing but the licence
				}
				t.Run(fmt.Sprint(e.name, " ", source, " ", own), func(t *testing.T) {
					var docs []dedup.Document
					for i := range 11 {
						d := dedup.Document{ID: fmt.Sprintf("d%03d", i)}
						d.Text = strings.Trim(e.head+"\n"+w.article(own+w.IntN(own))+"\n"+e.tail, "\n")
						switch source {
						case "one":
							d.Source = "甲报"
						case "many":
							d.Source = fmt.Sprint("来源", i)
						}
						docs = append(docs, d)
					}
					m := withStories(t, docs...)
					if n := len(m.Stories()); n > 0 {
						in, _ := largest(m, "d")
						t.Errorf("%d stories, the largest of %d documents", n, in)
					}
				})
			}
		}
	}
}

// What is boilerplate is a function of the documents, whatever their order.
func TestBoilerplateInAnyOrder(t *testing.T) {
	w := newWriter(3)
	footer := w.passage(60)
	article := w.article(400)
	var docs []dedup.Document
	for i := range 40 {
		docs = append(docs, dedup.Document{ID: fmt.Sprintf("d%03d", i), Source: "甲报", Text: w.article(200) + "\n" + footer})
	}
	for i := range 60 {
		docs = append(docs, dedup.Document{ID: fmt.Sprintf("v%03d", i), Source: "甲报", Text: w.corrected(article, 6) + "\n" + footer})
	}
	var before []detect.Boilerplate
	for range 3 {
		m := withStories(t, docs...)
		learned, err := detect.Learned(m, &detect.DefaultScheme)
		if err != nil {
			t.Fatal(err)
		}
		if len(learned) != 1 || !strings.Contains(footer, strings.Trim(learned[0].Text, "。")) || learned[0].Documents < 95 {
			t.Errorf("learned %+v", learned)
		}
		if in, others := largest(m, "v"); in != 60 || others != 0 {
			t.Errorf("%d versions in a story with %d others", in, others)
		}
		if before != nil && !slices.Equal(before, learned) {
			t.Error("learned otherwise in another order")
		}
		before = learned
		w.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	}
}

// A text that shares no more than boilerplate with a corpus is not found in it, and one
// that is in it under the same boilerplate is found alone.
func TestFindSetsBoilerplateAside(t *testing.T) {
	w := newWriter(9)
	motto := w.passage(60)
	var docs []dedup.Document
	for i := range 12 {
		docs = append(docs, doc(fmt.Sprintf("d%02d", i), w.article(60)+"\n"+motto))
	}
	x := lookupsOf(t, withStories(t, docs...))
	s := &detect.DefaultScheme
	for _, c := range []struct {
		text string
		want int
	}{{w.article(60) + "\n" + motto, 0}, {docs[3].Text + "\n" + w.passage(12), 1}} {
		fs, err := detect.Find(x, s, &dedup.Document{ID: "query", Text: c.text})
		if err != nil || len(fs) != c.want {
			t.Errorf("%d found, %v; want %d", len(fs), err, c.want)
		}
	}
}
