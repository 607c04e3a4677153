package shingle_test

import (
	"testing"

	"repost/shingle"
)

func TestScriptFoldsToOneCharacter(t *testing.T) {
	for simple, others := range map[string]string{
		"发": "發髮髪発", "后": "後", "台": "臺檯颱", "里": "裏裡", "为": "爲為",
		"干": "乾幹榦", "净": "淨浄", "着": "著", "游": "遊", "占": "佔", "国": "國囯",
		"线": "線綫缐", "众": "眾衆", "群": "羣", "峰": "峯", "床": "牀", "面": "麵麪",
		"说": "說説", "钟": "鐘鍾锺", "历": "歷曆歴暦", "气": "氣気", "关": "關関",
		"铁": "鐵鉄", "戏": "戲戯", "户": "戶戸", "黄": "黃", "青": "靑", "姜": "薑",
	} {
		for _, r := range others {
			if got, _ := (shingle.Rules{}).Fold(r); string(got) != simple {
				t.Errorf("%c is folded to %c, want %s", r, got, simple)
			}
			if got, _ := (shingle.Rules{KeepScript: true}).Fold(r); got != r {
				t.Errorf("with KeepScript %c is folded to %c", r, got)
			}
		}
	}
}

func TestScriptLeavesSimplifiedTextAlone(t *testing.T) {
	const text = "台湾里程发展头发乾坤后来皇后干净幹部玛瑙哪吒覆盖沙家浜李喆李哲昇平"
	for _, want := range "台里发后干净瑙吒浜喆哲" {
		if got, _ := (shingle.Rules{}).Fold(want); got != want {
			t.Errorf("%c of %q is folded to %c", want, text, got)
		}
	}
}

func TestScriptIsStable(t *testing.T) {
	rules := shingle.Rules{}
	for r := range rune(0x32000) {
		once, class := rules.Fold(r)
		twice, again := rules.Fold(once)
		if class == shingle.Char && (once != twice || class != again) {
			t.Fatalf("%U %c: folded %c, folded again %c", r, r, once, twice)
		}
	}
}
