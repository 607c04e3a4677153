package diff

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"repost/shingle"
	"repost/shingle/words"
)

// edited returns the tokens that are not mated byte for byte, on both sides.
func edited(r *Result, a, b string) int {
	inA, inB := map[int]bool{}, map[int]bool{}
	for _, op := range r.Script {
		if op.Kind == Copy || op.Kind == Move {
			for i := op.A.Lo; i < op.A.Hi; i++ {
				inA[i] = true
			}
			for j := op.B.Lo; j < op.B.Hi; j++ {
				inB[j] = true
			}
		}
	}
	n := 0
	for _, t := range tokenize(a, shingle.Rules{}) {
		if !inA[t.lo] {
			n++
		}
	}
	for _, t := range tokenize(b, shingle.Rules{}) {
		if !inB[t.lo] {
			n++
		}
	}
	return n
}

// minimal returns the least number of tokens that an edit script in order takes
// out and puts in, numbers and words whole.
func minimal(a, b string) int {
	ids := map[string]uint32{}
	keys := func(s string) (out []uint32) {
		for _, t := range tokenize(s, shingle.Rules{}) {
			w := s[t.lo:t.hi]
			if _, ok := ids[w]; !ok {
				ids[w] = uint32(len(ids))
			}
			out = append(out, ids[w])
		}
		return out
	}
	x, y := keys(a), keys(b)
	m := myers{budget: 1 << 40}
	n := len(x) + len(y)
	for _, r := range m.common(x, y) {
		n -= 2 * r.n
	}
	return n
}

// TestEditsAreNearlyMinimal: what reads better may cost at most a tenth more than
// the least script of the same tokens.
func TestEditsAreNearlyMinimal(t *testing.T) {
	pairs := labelledPairs(t)
	got, least, worst, over := 0, 0, 1.0, 0
	for _, p := range pairs {
		g := edited(Compare(Side{Text: p.A}, Side{Text: p.B}, Options{}), p.A, p.B)
		m := minimal(p.A, p.B)
		got, least = got+g, least+m
		if m > 0 {
			worst = max(worst, float64(g)/float64(m))
			if 10*g > 11*m {
				over++
			}
		}
	}
	t.Logf("%d pairs: %d tokens edited, %d at least (%.4f); %d pairs over a tenth more, worst %.3f",
		len(pairs), got, least, share(got, least), over, worst)
	if 10*got > 11*least {
		t.Errorf("%d tokens edited, more than a tenth over %d", got, least)
	}
}

// article returns n characters of news, and the same with a share of them
// exchanged.
func article(t testing.TB, n int, changed float64) (a, b string) {
	var s strings.Builder
	for _, p := range labelledPairs(t) {
		s.WriteString(p.A)
		s.WriteByte('\n')
		if s.Len() > 4*n {
			break
		}
	}
	x := []rune(s.String())
	x = x[:min(n, len(x))]
	y := append([]rune(nil), x...)
	rng := rand.New(rand.NewPCG(1, 2))
	for range int(changed * float64(len(y))) {
		y[rng.IntN(len(y))] = x[rng.IntN(len(x))]
	}
	return string(x), string(y)
}

func BenchmarkArticle(b *testing.B) {
	x, y := article(b, 10000, .02)
	words.Segment("一") // loads the dictionary, once in a process
	b.SetBytes(int64(len(x) + len(y)))
	b.ReportAllocs()
	for b.Loop() {
		Compare(Side{Text: x}, Side{Text: y}, Options{})
	}
}

func BenchmarkShort(b *testing.B) {
	x, y := article(b, 500, .02)
	b.SetBytes(int64(len(x) + len(y)))
	b.ReportAllocs()
	for b.Loop() {
		Compare(Side{Text: x}, Side{Text: y}, Options{})
	}
}

// TestLargeTextsAreBounded: texts of a megabyte that repeat themselves, share
// nothing but characters or stand in another order end soon: what cannot be done
// with the work allowed is said, and what is told is right.
func TestLargeTextsAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	rng := rand.New(rand.NewPCG(3, 4))
	const n = 350_000
	lines := make([]string, 0, n/60)
	for range cap(lines) {
		lines = append(lines, sentence(rng)+sentence(rng)+"\n")
	}
	text := strings.Join(lines, "")
	shuffled := func(parts []string) string {
		parts = slices.Clone(parts)
		rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		return strings.Join(parts, "")
	}
	sentences := strings.SplitAfter(text, "。")
	backwards := slices.Clone(sentences)
	slices.Reverse(backwards)
	flat := []rune(strings.ReplaceAll(text, "\n", ""))[:200_000]
	one, period := strings.Repeat("啊", n), strings.Repeat("今天下午市政府召开会议，研究部署防汛工作。", n/20)
	noise := func(n int) string {
		r := make([]rune, n)
		for i := range r {
			r[i] = rune(0x4E00 + rng.IntN(3000))
		}
		return string(r)
	}
	type told struct{ grave, moved int } // changes beyond cosmetic and blocks moved, at most; -1: any
	for _, k := range []struct {
		name, a, b string
		caps       bool
		most       told
		least      int // blocks moved, at least
	}{
		{"noise", noise(n), noise(n), true, told{2, 0}, 0},
		{"shorter", strings.Repeat("啊", 1_000_000), strings.Repeat("啊", 999_000), false, told{1, 0}, 0},
		{"one character among one", one, one[:n*2] + "哦" + one[n*2:], true, told{1, 0}, 0},
		{"phrase", strings.Repeat("天气很好，", 70_000), strings.Repeat("天气不好，", 70_000), true, told{-1, 0}, 0},
		{"one period longer", period, period[:len(period)/2] + "另据了解，" + period[len(period)/2:], false, told{1, 0}, 0},
		{"every period changed", period, strings.ReplaceAll(period, "会议", "大会"), true, told{-1, 0}, 0},
		{"spaces", strings.Repeat(" ", 1_000_000), strings.Repeat("\n", 1_000_000), false, told{0, 0}, 0},
		{"marks", strings.Repeat("，。", 100_000), strings.Repeat("。“", 100_000), false, told{-1, 0}, 0},
		{"lines shuffled", text, shuffled(lines), false, told{0, len(lines)}, len(lines) / 2},
		{"sentences shuffled", text, shuffled(sentences), false, told{0, len(sentences)}, len(sentences) / 2},
		{"sentences backwards", text, strings.Join(backwards, ""), false, told{0, len(sentences)}, len(sentences) / 2},
		{"one line, halves exchanged", string(flat), string(flat[100_000:]) + string(flat[:100_000]), false, told{2, 2}, 1},
		{"characters shuffled", string(flat[:50_000]), shuffled(strings.Split(string(flat[:50_000]), "")), true, told{-1, -1}, 0},
	} {
		start := time.Now()
		r := check(t, Side{Text: k.a}, Side{Text: k.b}, Options{})
		grave := r.Summary.Substantive + r.Summary.Minor
		t.Logf("%s: %v, caps %v, %d changes beyond cosmetic, %d blocks, %d moved", k.name, time.Since(start).Round(time.Millisecond), r.Caps, grave, len(r.Blocks), r.Summary.Moved)
		if k.caps != (len(r.Caps) > 0) {
			t.Errorf("%s: caps %v, want some: %v", k.name, r.Caps, k.caps)
		}
		if k.most.grave >= 0 && grave > k.most.grave {
			t.Errorf("%s: %d changes beyond cosmetic, want %d at most", k.name, grave, k.most.grave)
		}
		if k.most.moved >= 0 && r.Summary.Moved > k.most.moved || r.Summary.Moved < k.least {
			t.Errorf("%s: %d blocks moved, want %d to %d", k.name, r.Summary.Moved, k.least, k.most.moved)
		}
	}
}

// sentence returns one of a great many sentences of the kind that a paper prints.
func sentence(rng *rand.Rand) string {
	pick := func(s string) string { f := strings.Fields(s); return f[rng.IntN(len(f))] }
	return pick("昨天 今天 日前 上午 下午 本周") + "，" + pick("县里 市里 镇上 村里 厂里 学校") + pick("组织 安排 邀请 动员 召集") +
		strconv.Itoa(rng.IntN(900)+3) + "名" + pick("干部 工人 学生 村民 医生 志愿者") + pick("到 在 赶往 走进") +
		pick("河堤 车间 果园 社区 码头 粮库") + pick("清理淤泥 检修设备 学习技术 登记信息 搬运物资 查看苗情") +
		"，前后用了" + strconv.Itoa(rng.IntN(90)+2) + "天，花费" + strconv.Itoa(rng.IntN(9000)+100) + "元。"
}
