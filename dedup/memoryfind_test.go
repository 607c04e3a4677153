package dedup_test

import (
	"fmt"
	"reflect"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
)

// TestMemoryFind: a Memory finds what an index of it does, before and after its stories are known,
// and what is added later too.
func TestMemoryFind(t *testing.T) {
	const bridge = "石门河上的老木桥昨天封了。桥面铺了四十多年的木板一块块拆下来，堆在河滩上。施工队的人说新桥用钢，两个月可以通车，这段时间过河要绕到上游三公里的公路桥。"
	const boat = "渡口的采沙船上个月停了。船主把发动机卸下来上了油，用帆布盖好，说等汛期过了再看。岸上的过磅房改成了小卖部，卖鱼饵和凉茶。"
	m := detect.NewMemory(&detect.DefaultScheme)
	find := func(text string) (ids []string) {
		t.Helper()
		d := &dedup.Document{ID: "q", Text: text}
		found, err := m.Find(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		want, err := detect.Find(lookupsOf(t, m), &detect.DefaultScheme, d)
		if err != nil || !reflect.DeepEqual(found, want) {
			t.Errorf("%v, an index finds %v, %v", found, want, err)
		}
		for _, f := range found {
			ids = append(ids, f.Info.ID)
		}
		return ids
	}
	if ids := find(bridge); ids != nil {
		t.Errorf("an empty corpus finds %v", ids)
	}
	m.Add(dedup.Document{ID: "a", Text: bridge}, dedup.Document{ID: "b", Text: boat})
	if ids := fmt.Sprint(find(bridge)); ids != "[a]" {
		t.Error(ids)
	}
	m.Add(dedup.Document{ID: "c", Text: "城南小报：" + bridge + "\n" + boat}, dedup.Document{ID: "d", Text: bridge})
	if err := detect.UpdateStories(m, &detect.DefaultScheme, nil); err != nil {
		t.Fatal(err)
	}
	if ids := fmt.Sprint(find(bridge)); ids != "[a d c]" {
		t.Error(ids)
	}
	if ids := fmt.Sprint(find(boat)); ids != "[b c]" {
		t.Error(ids)
	}
}

// TestFindNotItself: a document that was added is not found as itself, of all sensitivities; its
// copy is, and so is another text with its id.
func TestFindNotItself(t *testing.T) {
	const bridge = "石门河上的老木桥昨天封了。桥面铺了四十多年的木板一块块拆下来，堆在河滩上。施工队的人说新桥用钢，两个月可以通车，这段时间过河要绕到上游三公里的公路桥。"
	m := detect.NewMemory(&detect.DefaultScheme)
	m.Add(dedup.Document{ID: "a", Text: bridge})
	find := func(want string, d dedup.Document) {
		t.Helper()
		for _, to := range []dedup.Sensitivity{dedup.Usual, dedup.Quotations, dedup.Phrases} {
			found, err := detect.FindQuotations(m, &detect.DefaultScheme, &d, to)
			var ids []string
			for _, f := range found {
				ids = append(ids, f.Info.ID)
			}
			if got := fmt.Sprint(ids); err != nil || got != want {
				t.Errorf("%s at %v: %v, %v, want %v", d.ID, to, got, err, want)
			}
		}
	}
	find("[]", dedup.Document{ID: "a", Text: bridge})
	find("[a]", dedup.Document{ID: "b", Text: bridge})
	find("[a]", dedup.Document{Text: bridge})
	find("[a]", dedup.Document{ID: "a", Text: bridge + "本报记者还会跟进。"})
	m.Add(dedup.Document{ID: "b", Text: bridge})
	find("[b]", dedup.Document{ID: "a", Text: bridge})
	find("[a]", dedup.Document{ID: "b", Text: bridge})
	find("[a b]", dedup.Document{ID: "c", Text: bridge})
}
