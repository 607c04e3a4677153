package lexicon

import (
	"slices"
	"strings"
	"testing"
)

// A line of the synonyms holds two words or more, none of them twice, and is no part of
// another line of its kind.
func TestSynonymLines(t *testing.T) {
	for _, language := range []string{"ar", "de", "en", "es", "fr", "ja", "ko", "ru", "zh"} {
		data, err := synonymFiles.ReadFile("synonyms/" + language + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		lines := map[string][]string{} // the lines of a kind in which a word stands
		kind := "@wording"
		for line := range strings.Lines(string(data)) {
			words := strings.Fields(line)
			switch {
			case len(words) == 0 || line[0] == '#':
				continue
			case line[0] == '@':
				kind = words[0]
				continue
			case len(words) == 1:
				t.Errorf("%s: %s stands alone", language, words[0])
			}
			for i, w := range words {
				if slices.Contains(words[:i], w) {
					t.Errorf("%s: %s stands twice in %q", language, w, line)
				}
				lines[kind+w] = append(lines[kind+w], line)
			}
		}
		for _, of := range lines {
			for i, x := range of {
				for _, y := range of[:i] {
					if within(x, y) || within(y, x) {
						t.Errorf("%s: one of the lines %q and %q is a part of the other", language, x, y)
					}
				}
			}
		}
	}
}

// within reports whether all words of x are words of y.
func within(x, y string) bool {
	for _, w := range strings.Fields(x) {
		if !slices.Contains(strings.Fields(y), w) {
			return false
		}
	}
	return true
}

// Words of one line are synonyms, of whichever script; the first line that holds both says
// of what kind.
func TestSynonyms(t *testing.T) {
	for _, k := range []struct {
		x, y string
		want Kind
	}{
		{"目前", "眼下", Rewording},
		{"因为", "由于", Functional},
		{"目前", "目前", NotSynonyms},
		{"目前", "昨天", NotSynonyms},
		{"ai", "人工智能", Rewording},
		{"人工智能", "ai", Rewording},
		{"開催された", "開かれた", Rewording},
		{"경찰은", "경찰관은", Rewording},
		{"안에", "속에", Rewording},
		{"안전", "속도", NotSynonyms},
		{"세상을 떠났다", "별세했다", Rewording},
		{"also", "too", Functional},
	} {
		if got := Synonyms(k.x, k.y); got != k.want {
			t.Errorf("%s and %s: %d, want %d", k.x, k.y, got, k.want)
		}
	}
}

// Words of other legal force, degree, amount, actor or direction are never synonyms.
func TestNotSynonyms(t *testing.T) {
	for _, line := range []string{
		"没收 扣押", "出席 列席", "退休 离休", "修订 修正", "调解 仲裁", "spokesman spokeswoman", "artist painter", "没收 查封", "逮捕 拘留", "应当 可以", "必须 可以", "不得 可以", "赔偿 补偿", "罚款 罚金", "罚款 处罚",
		"转让 出让", "抵押 质押", "定金 订金", "批准 备案", "登记 备案", "交接 报送", "移交 报送", "中止 终止", "辞职 开除",
		"起诉 公诉", "起诉 控告", "举报 投诉", "调解 仲裁", "抽查 检查", "药品 药材", "很多 大多数", "大多数 全部", "死亡 受伤",
		"重伤 轻伤", "下降 上升", "买入 卖出", "去年 今年", "上午 下午", "同比 环比", "净利润 营业收入", "生产总值 总产值",
		"出口 进口", "贷款 存款", "会见 接见", "访问 来访", "主席 副主席", "省长 市长", "企业 国有企业", "失业 下岗", "预警 警告",
		"許可 認可", "逮捕 起訴", "公布 公示", "罰金 懲役", "重体 重傷", "重傷 軽傷", "昨年 来年", "来年 翌年", "増加 減少", "輸出 輸入",
		"고소 고발", "구속 체포", "허가 인가", "보상 배상", "사망 부상", "어제 오늘", "작년 내년", "수출 수입", "상승 하락", "벌금 과태료",
	} {
		words := strings.Fields(line)
		for i, x := range words {
			for _, y := range words[:i] {
				if Synonyms(x, y) != NotSynonyms {
					t.Errorf("%s and %s are synonyms", x, y)
				}
			}
		}
	}
}
