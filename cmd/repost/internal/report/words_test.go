package report

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"repost/dedup/diff"
)

// TestWords: what the templates say has words in Chinese, and sentences with words of a text
// in them keep these as they are.
func TestWords(t *testing.T) {
	say := Translated("zh")
	for _, page := range []string{differencePage, collationPage} {
		for _, m := range regexp.MustCompile(`\.Word "([^"]+)"`).FindAllStringSubmatch(page, -1) {
			if say(m[1]) == m[1] {
				t.Errorf("%q has no words in Chinese", m[1])
			}
		}
	}
	for _, c := range [][2]string{
		{"3 substantive, 0 minor, 1 cosmetic", "实质性 3，次要 0，形式 1"},
		{"90.4 % contained in the second; 5 substantive, 0 minor, 1 cosmetic", "90.4 % 包含在第二个中；实质性 5，次要 0，形式 1"},
		{"near-duplicate, aligned over 98 % of the first and 97 % of the second; 1 block moved, 2 blocks repeated; 1 substantive, 0 minor, 0 cosmetic",
			"近似重复，对齐部分占第一个的 98 %、第二个的 97 %；移动 1 个文段，重复 2 个文段；实质性 1，次要 0，形式 0"},
		{"copied from 晨报-1; a (odds 40:1): names it as the source “left out; put in”; later date", "抄自 晨报-1; a（几率 40:1）：注明来源“left out; put in”；日期较晚"},
		{"5 places, 5 of them substantive; 6 passages left out", "5 处异文，其中实质性 5 处；删去 6 段"},
		{"another name: left out", "另一名称：left out"},
		{"what nobody wrote", "what nobody wrote"},
		{"", ""},
	} {
		if got := say(c[0]); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
	if Translated("en") != nil {
		t.Error("English is translated")
	}
	// Hostile phrases take no more than their length asks for.
	say(strings.Repeat("a; ", 600) + strings.Repeat("; copied from (odds", 20))
	for _, class := range []diff.Class{diff.Number, diff.Term, diff.Headline, diff.SourceLine, diff.ReportingVerb, diff.LineBreak} {
		if say(string(class)) == string(class) {
			t.Errorf("the class %s has no words", class)
		}
	}
}

// TestReasons: each reason of the grader has words in Chinese, alone or with what it names.
func TestReasons(t *testing.T) {
	files, err := filepath.Glob("../../../../dedup/diff/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no files of the grader", err)
	}
	said := regexp.MustCompile(`(?:\b(?:substantive|minor|cosmetic)[A-Za-z]*\(|\bverdict\{(?:Substantive|Minor|Cosmetic), )[A-Za-z]+, "([^"]+)"`)
	say, all := Translated("zh"), 0
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said.FindAllStringSubmatch(string(source), -1) {
			all++
			if named := m[1] + ": 明, 铭"; say(m[1]) == m[1] && say(named) == named {
				t.Errorf("%q has no words in Chinese", m[1])
			}
		}
	}
	if all < 15 {
		t.Errorf("%d reasons were found in the grader", all)
	}
}
