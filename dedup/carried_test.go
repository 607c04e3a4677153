package dedup_test

import (
	"slices"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/shingle"
)

// What find says of a document is the words that it carries: not the sentence that it left
// out, nor the figure that it changed, wherever these stand, in a corpus that is judged again
// and in one that is looked up.
func TestFindSpansAreCarried(t *testing.T) {
	const (
		first  = "台风过境青澜市西郊昨夜暴雨，通往水库的老石桥在凌晨被冲垮，市应急局说，事故已造成3人死亡、9人受伤。"
		second = "当地渡口班长何志远说，桥墩上的裂缝去年秋天就有人报告，却一直没有人来看。"
		third  = "市政府已派工作组连夜赶到现场，两岸居民暂由两条渡船接送，新桥何时动工尚未公布。"
	)
	english := []string{
		"The ferry at Low Haven will not run on Thursdays from next month, the harbour office said on Monday, because two of its three engineers have left.",
		"Fishermen called the notice an insult to the people of the north shore.",
		"Children who go to school across the water are to be taken by the pilot boat until the office has found engineers who are willing to stay.",
	}
	quoted := func(text string, spans []shingle.Span) string {
		var parts []string
		for _, s := range spans {
			parts = append(parts, s.Of(text))
		}
		return strings.Join(parts, "|")
	}
	for name, c := range map[string]struct{ text, document, ours, theirs string }{
		"the last sentence dropped":   {first + second, first, first, first},
		"the first sentence dropped":  {first + second, second, second, second},
		"a sentence in the middle":    {first + second + third, first + third, first + "|" + third, first + third},
		"a sentence put in":           {first + third, first + second + third, first + third, first + "|" + third},
		"a figure":                    {first + third, strings.Replace(first, "3人", "5人", 1) + third, strings.Replace(first, "3人", "|人", 1) + third, strings.Replace(first, "3人", "|人", 1) + third},
		"the order turned":            {second + first, first + second, second + first, first + second},
		"all of it":                   {first + second, first + second, first + second, first + second},
		"other punctuation":           {first + second, strings.ReplaceAll(first, "，", "、") + second, first + second, strings.ReplaceAll(first, "，", "、") + second},
		"English, the middle dropped": {strings.Join(english, " "), english[0] + " " + english[2], english[0] + "|" + english[2], english[0] + "|" + english[2]},
	} {
		m := withStories(t, dedup.Document{ID: "d", Date: "2024-07-03", Text: c.document}, dedup.Document{ID: "other", Text: strings.Repeat("山谷里的茶农今年改种了豆子。", 4)})
		whole := lookupsOf(t, m)
		for how, ix := range map[string]detect.Index{"judged": whole, "looked up": indexed{whole}} {
			found, err := detect.Find(ix, &detect.DefaultScheme, &dedup.Document{ID: "q", Text: c.text})
			if err != nil || len(found) != 1 {
				t.Errorf("%s, %s: %v, %v", name, how, found, err)
				continue
			}
			f := found[0]
			ours, theirs := quoted(c.text, f.Spans), quoted(c.document, f.DocSpans)
			if ours != c.ours || theirs != c.theirs {
				t.Errorf("%s, %s:\n%s\n%s\nwant\n%s\n%s", name, how, ours, theirs, c.ours, c.theirs)
			}
			n := 0
			for _, s := range f.Spans {
				n += s.Len()
			}
			if share := float64(n) / float64(len(c.text)); f.Carried < share-.06 || f.Carried > share+.06 {
				t.Errorf("%s, %s: %.2f carried, of the bytes %.2f", name, how, f.Carried, share)
			}
		}
	}
}

// What carries most comes first, of equal shares the earliest.
func TestFindOrder(t *testing.T) {
	text := "台风过境青澜市西郊昨夜暴雨，通往水库的老石桥在凌晨被冲垮，市应急局说，事故已造成3人死亡、9人受伤。当地渡口班长何志远说，桥墩上的裂缝去年秋天就有人报告，却一直没有人来看。"
	half := text[:strings.Index(text, "当地")]
	m := withStories(t,
		dedup.Document{ID: "a", Date: "2024-07-04", Text: text}, dedup.Document{ID: "b", Date: "2024-07-02", Text: half},
		dedup.Document{ID: "c", Date: "2024-07-03T06:40", Text: text + "本报将继续关注，读者可以来信。"}, dedup.Document{ID: "d", Text: text})
	whole := lookupsOf(t, m)
	for how, ix := range map[string]detect.Index{"judged": whole, "looked up": indexed{whole}} {
		found, err := detect.Find(ix, &detect.DefaultScheme, &dedup.Document{ID: "q", Text: text})
		var got []string
		for _, f := range found {
			got = append(got, f.Info.ID)
		}
		if want := []string{"c", "a", "d", "b"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q; %v", how, got, want, err)
		}
	}
}
