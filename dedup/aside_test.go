package dedup_test

import (
	"fmt"
	"reflect"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
)

// forgetful is a corpus that does not keep what is set aside.
type forgetful struct{ *detect.Memory }

func (f forgetful) State(name string) ([]byte, error) {
	if name == detect.StateAside {
		return nil, nil
	}
	return f.Memory.State(name)
}

// damaged is a corpus whose value was damaged.
type damaged struct {
	*detect.Memory
	aside []byte
}

func (d damaged) State(name string) ([]byte, error) {
	if name == detect.StateAside {
		return d.aside, nil
	}
	return d.Memory.State(name)
}

// asideCorpus is documents and copies of some under one footer, each with its own headline.
func asideCorpus(t testing.TB) *detect.Memory {
	w := newWriter(5)
	footer := w.passage(60)
	var docs []dedup.Document
	for i := range 30 {
		text := w.article(200)
		docs = append(docs, dedup.Document{ID: fmt.Sprintf("d%03d", i), Source: "甲报", Text: text + "\n" + footer})
		if i%3 == 0 {
			docs = append(docs, dedup.Document{ID: fmt.Sprintf("r%03d", i), Source: "乙报", Text: w.corrected(text, 3) + "\n" + w.article(20+10*(i%7))})
		}
	}
	return withStories(t, docs...)
}

// TestAsideKept: what becomes of documents is the same whether the corpus keeps what is set
// aside of them or it is learned again.
func TestAsideKept(t *testing.T) {
	m := asideCorpus(t)
	aside, err := m.State(detect.StateAside)
	if err != nil || len(aside) < 20 {
		t.Fatalf("nothing is set aside: %d bytes, %v", len(aside), err)
	}
	s := &detect.DefaultScheme
	kept, err := detect.Survivors(m, s, detect.KeepOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	anew, err := detect.Survivors(forgetful{m}, s, detect.KeepOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	some := 0
	for n := range kept.Fates {
		if !reflect.DeepEqual(kept.Fates[n], anew.Fates[n]) {
			t.Errorf("document %d: %+v, and learned again %+v", n, kept.Fates[n], anew.Fates[n])
		}
		if learned := kept.Learned(uint32(n)); learned != nil {
			if some++; !reflect.DeepEqual(learned, anew.Learned(uint32(n))) {
				t.Errorf("document %d: %v is set aside, and learned again %v", n, learned, anew.Learned(uint32(n)))
			}
		}
	}
	if some == 0 {
		t.Error("nothing is set aside of any document")
	}
}

// TestAsideDamaged: a damaged value is an error or another choice, and never a panic.
func TestAsideDamaged(t *testing.T) {
	m := asideCorpus(t)
	aside, err := m.State(detect.StateAside)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for i := range aside {
		for _, b := range []byte{0, 1, 0x7f, 0x80, 0xff} {
			other := append([]byte(nil), aside...)
			other[i] = b
			if _, err := detect.Survivors(damaged{m, other}, &detect.DefaultScheme, detect.KeepOptions{}, nil); err != nil {
				refused++
			}
		}
		_, _ = detect.Survivors(damaged{m, aside[:i]}, &detect.DefaultScheme, detect.KeepOptions{}, nil)
	}
	if refused == 0 {
		t.Error("no damage is found")
	}
}
