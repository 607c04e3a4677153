package eval

import (
	"archive/tar"
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
)

func corpusOf(cases ...Case) *PANCorpus {
	c := PANCategory{Name: "02-none", Cases: cases}
	for _, x := range cases {
		c.Pairs = append(c.Pairs, x.pair())
	}
	return &PANCorpus{Categories: []PANCategory{c, {Name: "01-clean", Pairs: [][2]string{{"p", "q"}}}}}
}

func TestPlagDetByHand(t *testing.T) {
	corpus := corpusOf(Case{"a", "s", 0, 100, 1000, 100}, Case{"b", "s", 50, 40, 0, 60})
	detections := []Case{
		{"a", "s", 0, 50, 1000, 50},  // first half of the first case,
		{"a", "s", 40, 40, 1030, 50}, // and a piece that overlaps it
		{"a", "s", 40, 40, 1030, 50}, // named twice
		{"a", "s", 0, 100, 0, 100},   // right on one side only: no detection
		{"x", "y", 0, 10, 0, 10},     // of a pair in no category
		{"p", "q", 0, 10, 0, 10},     // of a pair without reuse
	}
	r := PlagDet(corpus, detections, Options{Resamples: -1, List: 9})
	none := r.Categories[0]
	// Case a: this side covered 0-80, source 1000-1080: 160/200. Case b: nothing.
	near(t, "recall", none.Recall, (160./200+0)/2)
	// Detections: 1, 1, 0.
	near(t, "precision", none.Precision, 2./3)
	near(t, "granularity", none.Granularity, 2)
	f := 2 * .4 * (2. / 3) / (.4 + 2./3)
	near(t, "plagdet", none.PlagDet, f/math.Log2(3))
	if none.Cases != 2 || none.Detections != 3 || none.CasesFound != 1 || none.Pairs != 2 || none.PairsDetected != 1 {
		t.Errorf("counts: %+v", none)
	}
	if clean := r.Categories[1]; clean.PlagDet != 0 || clean.Detections != 1 || clean.Precision != 0 {
		t.Errorf("a detection where there is no case: %+v", clean)
	}
	near(t, "precision of all", r.Entire.Precision, 2./5)
	if r.UnknownPairs != 1 || r.Entire.Pairs != 3 {
		t.Errorf("entire: %+v, unknown %d", r.Entire, r.UnknownPairs)
	}
	if want := []Case{{"b", "s", 50, 40, 0, 60}}; !cmp.Equal(r.Missed, want) {
		t.Errorf("missed %v", r.Missed)
	}
	if want := []Case{detections[3], detections[5], detections[4]}; !cmp.Equal(r.Wrong, want) {
		t.Errorf("wrong %v", r.Wrong)
	}
}

func TestPlagDetIsPerfectOnItsOwnCasesAndSymmetric(t *testing.T) {
	cases := []Case{{"a", "s", 0, 100, 1000, 100}, {"a", "s", 300, 10, 0, 60}, {"c", "s", 1, 2, 3, 4}}
	r := PlagDet(corpusOf(cases...), cases, Options{})
	for _, v := range []float64{r.Entire.PlagDet, r.Entire.Recall, r.Entire.Precision, r.Entire.Granularity, r.Entire.Interval[0], r.Categories[1].PlagDet} {
		near(t, "perfect", v, 1)
	}
	other := []Case{{"a", "s", 10, 200, 1050, 100}, {"c", "s", 0, 9, 0, 9}}
	ab, ba := PlagDet(corpusOf(cases...), other, Options{}).Entire, PlagDet(corpusOf(other...), cases, Options{}).Entire
	near(t, "recall is precision the other way", ab.Recall, ba.Precision)
	near(t, "precision is recall the other way", ab.Precision, ba.Recall)
}

func TestHalvesOfPlagDet(t *testing.T) {
	var cases []Case
	for _, d := range strings.Split("abcdefghijklmnop", "") {
		cases = append(cases, Case{d, "s", 0, 9, 0, 9})
	}
	a, b := PlagDet(corpusOf(cases...), cases, Options{Part: Tune}), PlagDet(corpusOf(cases...), cases, Options{Part: Check})
	if a.Entire.Cases+b.Entire.Cases != 16 || a.Entire.Cases < 4 || b.Entire.Cases < 4 || a.UnknownPairs+b.UnknownPairs > 0 {
		t.Errorf("%d and %d of 16 cases", a.Entire.Cases, b.Entire.Cases)
	}
}

var panFiles = [][2]string{
	{"02-none/pairs", "susp1.txt src1.txt\nsusp1.txt src1.txt\n"},
	{"02-none/susp1-src1.xml", `<?xml version="1.0" encoding="UTF-8"?>
<document reference="susp1.txt"><feature name="about" authors="x"/>
<feature name="plagiarism" this_offset="1" this_length="2" source_offset="3" source_length="4" source_reference="src1.txt"/>
<feature name="artificial-plagiarism" this_offset="5" this_length="6" source_offset="7" source_length="8" source_reference="src1.txt"></feature>
</document>`},
	{"01-clean/pairs", "susp1.txt src2.txt"},
	{"src/src1.txt", "\ufeffeins"},
	{"susp/susp1.txt", "穆棱ab"},
	{"README", "no part of it"},
}

func TestReadPANFolderAndArchive(t *testing.T) {
	dir := t.TempDir()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	w := tar.NewWriter(z)
	for _, f := range panFiles {
		path := filepath.Join(dir, "corpus", f[0])
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, []byte(f[1]), 0o600))
		must(t, w.WriteHeader(&tar.Header{Name: "corpus/" + f[0], Size: int64(len(f[1])), Mode: 0o600, Typeflag: tar.TypeReg}))
		_, err := w.Write([]byte(f[1]))
		must(t, err)
	}
	must(t, w.Close())
	must(t, z.Close())
	archive := filepath.Join(dir, "corpus.tar.gz")
	must(t, os.WriteFile(archive, packed.Bytes(), 0o600))
	want := &PANCorpus{
		Categories: []PANCategory{
			{Name: "01-clean", Pairs: [][2]string{{"susp1.txt", "src2.txt"}}},
			{Name: "02-none", Pairs: [][2]string{{"susp1.txt", "src1.txt"}}, Cases: []Case{{"susp1.txt", "src1.txt", 1, 2, 3, 4}, {"susp1.txt", "src1.txt", 5, 6, 7, 8}}},
		},
		Texts: map[string]string{"src1.txt": "\ufeffeins", "susp1.txt": "穆棱ab"},
	}
	for _, name := range []string{filepath.Join(dir, "corpus"), archive} {
		got, err := ReadPAN(name, true)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		bare, err := ReadPAN(name, false)
		if err != nil || bare.Texts != nil || len(bare.Categories) != 2 {
			t.Error(bare, err)
		}
	}
	// Bytes 3-7 of 穆棱ab are 棱a: characters 1 and 2. Bytes 3-5 after the mark are ei.
	if c, err := want.Detection("susp1.txt", "src1.txt", spans(3, 7)[0], spans(3, 5)[0]); err != nil || c != (Case{"susp1.txt", "src1.txt", 1, 2, 1, 2}) {
		t.Error(c, err)
	}
	if _, err := want.Detection("susp1.txt", "src1.txt", spans(3, 70)[0], spans(3, 5)[0]); err == nil {
		t.Error("a span beyond the text")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestReadPANSaysWhere(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"02-x/pairs", "a b\na b c\n", `02-x/pairs:2: "a b c" is not two file names`},
		{"02-x/a.xml", "<document>\n<feature>", "02-x/a.xml:2: XML syntax error"},
		{"02-x/a.xml", "", "02-x/a.xml:1: EOF"},
		{"02-x/a.xml", "<document reference='a'>\n\n<feature name='plagiarism' source_reference='b' this_offset='x'/></document>", `02-x/a.xml:3: this_offset is "x", not a number`},
		{"02-x/a.xml", "<d><feature name='plagiarism' source_reference='b' this_offset='1' this_length='1' source_offset='1' source_length='1'/></d>", `02-x/a.xml:1: a passage without`},
		{"x/a.xml", "", "no folder like 02-no-obfuscation"},
	} {
		dir := t.TempDir()
		must(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(c.file)), 0o700))
		must(t, os.WriteFile(filepath.Join(dir, c.file), []byte(c.text), 0o600))
		if _, err := ReadPAN(dir, true); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
	if _, err := ReadPAN(filepath.Join(t.TempDir(), "none"), false); !os.IsNotExist(err) {
		t.Error(err)
	}
}

func FuzzReadCases(f *testing.F) {
	f.Add([]byte(panFiles[1][1]))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := PANCategory{Name: "02-x"}
		if c.readCases("x.xml", b) == nil && len(b) > 0 {
			PlagDet(&PANCorpus{Categories: []PANCategory{c}}, c.Cases, Options{Resamples: -1})
		}
	})
}
