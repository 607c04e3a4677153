package ingest

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding/simplifiedchinese"

	"repost/testdata"
)

// TestPages holds the main text of whole pages to gold: the F1 of its characters and
// words, in pairs, is at least leastF1; and nine of ten lines of the gold are lines of
// it, so that paragraphs neither run together nor are torn. Headline, date and source are
// held to the letter.
func TestPages(t *testing.T) {
	const leastF1 = 0.96
	files, err := fs.Glob(testdata.FS, "pages/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d pages: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(path.Base(file), ".txtar"), func(t *testing.T) {
			data, err := testdata.FS.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(data)
			if len(a.Files) != 2 || a.Files[1].Name != "gold" || len(a.Comment) == 0 {
				t.Fatal("a page has a comment that says why it exists, the page and gold")
			}
			page := string(a.Files[0].Data)
			if strings.Contains(string(a.Comment), "\nencoding: gbk\n") {
				if page, err = simplifiedchinese.GBK.NewEncoder().String(page); err != nil {
					t.Fatal(err)
				}
			}
			head, gold, _ := strings.Cut(strings.TrimSpace(string(a.Files[1].Data)), "\n\n")
			name := filepath.Join(t.TempDir(), "page.html")
			if err := os.WriteFile(name, []byte(page), 0o666); err != nil {
				t.Fatal(err)
			}
			for rec, err := range Read([]string{name}, nil, Options{}) {
				if err != nil {
					t.Fatal(err)
				}
				d := rec.Doc
				if got := "title: " + d.Title + "\ndate: " + d.Date + "\nsource: " + d.Source; squeezeEnds(got) != squeezeEnds(head) {
					t.Errorf("got\n%s\nwant\n%s", got, head)
				}
				if f1 := pairF1(d.Text, gold); f1 < leastF1 {
					t.Errorf("F1 is %.3f, want %.2f; the text is\n%s", f1, leastF1, d.Text)
				}
				if share := sharedLines(d.Text, gold); share < .9 {
					t.Errorf("%.2f of the lines are those of the gold; the text is\n%s", share, d.Text)
				}
			}
		})
	}
}

// squeezeEnds takes white space off the ends of lines.
func squeezeEnds(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}

// pairF1 is the harmonic mean of precision and recall of pairs of neighbouring units: a
// character of Han, a word of another script.
func pairF1(got, want string) float64 {
	g, w := unitPairs(got), unitPairs(want)
	common, inGot, inWant := 0, 0, 0
	for p, n := range g {
		common += min(n, w[p])
		inGot += n
	}
	for _, n := range w {
		inWant += n
	}
	if inGot+inWant == 0 {
		return 0
	}
	return 2 * float64(common) / float64(inGot+inWant)
}

func unitPairs(text string) map[[2]string]int {
	var units []string
	word := ""
	for _, r := range text + " " {
		han := unicode.Is(unicode.Han, r)
		if !han && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			word += string(r)
			continue
		}
		if word != "" {
			units, word = append(units, word), ""
		}
		if han {
			units = append(units, string(r))
		}
	}
	all := map[[2]string]int{}
	for i := 1; i < len(units); i++ {
		all[[2]string{units[i-1], units[i]}]++
	}
	return all
}

// sharedLines is the share of the lines of want that are lines of got.
func sharedLines(got, want string) float64 {
	has := map[string]bool{}
	for line := range strings.Lines(got) {
		has[strings.TrimSpace(line)] = true
	}
	found, all := 0, 0
	for line := range strings.Lines(want) {
		all++
		if has[strings.TrimSpace(line)] {
			found++
		}
	}
	return float64(found) / float64(all)
}
