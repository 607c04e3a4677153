package dedup_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/testdata"
)

// TestFindQuotations: each sensitivity finds what the one before it does, and says the same
// of it; any 34 characters in a row are found as a quotation, any 20 as a phrase.
func TestFindQuotations(t *testing.T) {
	s := &detect.DefaultScheme
	m := detect.NewMemory(s)
	var docs []dedup.Document
	err := fs.WalkDir(testdata.FS, "news", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(testdata.FS, p)
		docs = append(docs, dedup.Document{ID: p, Text: string(b)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Add(docs...)
	if err := detect.UpdateStories(m, s, nil); err != nil {
		t.Fatal(err)
	}
	x := lookupsOf(t, m)
	x.hidden = ^uint32(0)
	find := func(id, text string, to dedup.Sensitivity) []dedup.Found {
		found, err := detect.FindQuotations(x, s, &dedup.Document{ID: id, Text: text}, to)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	letter := "Dear editor, the following was not written by anybody in our street: %s\nAnd so we remain, with nothing further to add to it this week or next."
	quotations := 0
	for n := range docs {
		text := docs[n].Text
		before := map[uint32]dedup.Found{}
		for _, to := range []dedup.Sensitivity{dedup.Usual, dedup.Quotations, dedup.Phrases} {
			found := find("query", text, to)
			now := map[uint32]dedup.Found{}
			for _, f := range found {
				now[f.Doc] = f
			}
			for doc, f := range before {
				if !reflect.DeepEqual(now[doc], f) {
					t.Errorf("%s: %s is %+v with sensitivity %d, %+v with the one before", docs[n].ID, docs[doc].ID, now[doc], to, f)
				}
			}
			before = now
		}
		for _, q := range []struct {
			units int
			to    dedup.Sensitivity
		}{{34, dedup.Quotations}, {20, dedup.Phrases}} {
			p := s.Prepare(text)
			if len(p.Units) < 200 {
				continue
			}
			lo := len(p.Units) / 3
			quote := text[p.Units[lo].Lo:p.Units[lo+q.units].Lo]
			if strings.Contains(quote, "\n\n") {
				continue
			}
			quotations++
			held := false
			for _, f := range find("letter", fmt.Sprintf(letter, quote), q.to) {
				held = held || f.Doc == uint32(n)
			}
			if !held {
				t.Errorf("%s: %q is not found", docs[n].ID, quote)
			}
		}
	}
	if quotations < 10 {
		t.Errorf("only %d quotations were looked for", quotations)
	}
}

// TestQuotedAmongFrames: who looks for the source of a quotation asks for words. A text made
// of the same sentences with other names, places and figures has the words that it has, and
// does not say all of it.
func TestQuotedAmongFrames(t *testing.T) {
	const query = `Dass der Bahnhof abgerissen werden soll, hält Roswitha Klee für einen Fehler, den man in Mühlbach am Forst noch lange bereuen werde. Im Rathaus von Ostermoor rechnet man vor, dass die Papiermühle im Jahr 1942 noch 728 Menschen Arbeit gab. Am Stammtisch in Rauschental lacht man darüber, doch Volker Pätzold meint es ernst und sammelt schon Unterschriften.

Wer früh aufsteht, trifft Mechthild Rauh am Deich hinter Lindenrode, wo das Kurhaus im Nebel kaum zu erkennen ist. Die Kinder der Grundschule Altbruck malten 624 Bilder, und Hannelore Wiegand hängte jedes einzelne davon in den Flur. Für die Rückfahrt nach Niederwalde braucht Ottilie Schramm mit dem Rad 690 Minuten, bergab ein wenig weniger.

Am Stammtisch in Mühlbach am Forst lacht man darüber, doch Volker Pätzold meint es ernst und sammelt schon Unterschriften. Auf dem Dachboden fand Volker Pätzold einen Karton mit 303 Fotografien, die zeigen, wie die Stadtbücherei um 1984 aussah.

Wer früh aufsteht, trifft Volker Pätzold am Deich hinter Altbruck, wo das Heimatmuseum im Nebel kaum zu erkennen ist. Die Kinder der Grundschule Altbruck malten 523 Bilder, und Ottilie Schramm hängte jedes einzelne davon in den Flur. Seit 1946 erzählt man sich in Niederwalde, unter dem Pflaster liege ein Gang, der bis an die Glockengießerei heranführe.

Gestritten wird vor allem um 758 Euro, die Anselm Kreutzer aus eigener Tasche vorgeschossen hatte, damit das Heimatmuseum den Winter übersteht. Ohne die 904 Freiwilligen, so Volker Pätzold, hätte Grünstetten die Saison nicht überstanden. Seit 1979 erzählt man sich in Wiesenau, unter dem Pflaster liege ein Gang, der bis an die alte Fähre heranführe.`
	const other = `Nach dem Hochwasser standen in Rauschental die Keller 833 Zentimeter tief unter Wasser, und die Papiermühle blieb wochenlang geschlossen. Ohne die 588 Freiwilligen, so Volker Pätzold, hätte Seehagen die Saison nicht überstanden. Gestritten wird vor allem um 647 Euro, die Jost Brinkmann aus eigener Tasche vorgeschossen hatte, damit die alte Fähre den Winter übersteht.

Hannelore Wiegand aus Ostermoor hat 482 Jahre lang Schlüssel, Akten und Rechnungen gehütet, nun gehört die alte Fähre wieder der Gemeinde. Am Stammtisch in Mühlbach am Forst lacht man darüber, doch Arno Velten meint es ernst und sammelt schon Unterschriften. Für die Rückfahrt nach Seehagen braucht Jost Brinkmann mit dem Rad 90 Minuten, bergab ein wenig weniger.

Auf dem Dachboden fand Egon Tiemann einen Karton mit 519 Fotografien, die zeigen, wie die Glockengießerei um 1904 aussah. Im Rathaus von Ostermoor rechnet man vor, dass der Obstgarten im Jahr 1864 noch 108 Menschen Arbeit gab. Seit 1954 erzählt man sich in Altbruck, unter dem Pflaster liege ein Gang, der bis an der Obstgarten heranführe.`
	s := &detect.DefaultScheme
	m := detect.NewMemory(s)
	m.Add(dedup.Document{ID: "other", Text: other})
	if err := detect.UpdateStories(m, s, nil); err != nil {
		t.Fatal(err)
	}
	x := lookupsOf(t, m)
	x.hidden = ^uint32(0)
	found, err := detect.FindQuotations(x, s, &dedup.Document{ID: "query", Text: query}, dedup.Quotations)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 {
		t.Fatalf("%d documents are found", len(found))
	}
	if f := found[0]; f.Carried > .2 || f.Matched == 0 {
		t.Errorf("%s: %.0f %% of the text, %d units matched", f.Kind, 100*f.Carried, f.Matched)
	}
}

// TestFindWhole: a short text that stands whole in pages is found in all of them, however many
// these are, and so is a sentence where the sensitivity asks for sentences.
func TestFindWhole(t *testing.T) {
	for _, script := range []int{0, 3} {
		k := newSpeaker(rand.New(rand.NewPCG(uint64(script), 21)), script)
		brief, sentence := k.passage(150), k.passage(60)
		for _, pages := range []int{1, 5, 14} {
			var docs []dedup.Document
			for i := range pages {
				page := strings.Join([]string{k.passage(200), sentence, k.passage(200), brief}, "\n")
				docs = append(docs, dedup.Document{ID: fmt.Sprint("page", i), Text: page})
			}
			m := withStories(t, docs...)
			for _, c := range []struct {
				text string
				to   dedup.Sensitivity
			}{{brief, dedup.Usual}, {brief, dedup.Quotations}, {sentence, dedup.Phrases}} {
				found, err := detect.FindQuotations(m, &detect.DefaultScheme, &dedup.Document{ID: "q", Text: c.text}, c.to)
				if err != nil || len(found) != pages || found[0].Carried != 1 {
					t.Errorf("%s, sensitivity %v: %d of %d pages have %q (%v)", scripts[script].name, c.to, len(found), pages, c.text, err)
				}
			}
		}
	}
}

// TestFormulaWithItsFigures: a sentence that is a formula with other figures in each of many
// reports is a quotation of the one that has its figures, though its turns of speech are in all.
func TestFormulaWithItsFigures(t *testing.T) {
	for _, f := range []struct{ formula, filler, blank, letter string }{
		{"Dairy farmers in %s sold %d crates of soft cheese and %d litres of fresh milk at the autumn market last week.", "Nothing else happened in the parish of number %d, where %d people live along the river.", " ", "Dear editor, we liked this one best of all. %s Who wrote it, and when?"},
		{"%s奶农在上周的秋季集市上卖出软奶酪%d箱、鲜牛奶%d升，比前年同期略有增加。", "第%d教区没有发生别的事情，沿河一共住着%d个人，大家都很安静。", "", "编辑同志您好，我们最喜欢下面这一句。%s这是谁写的，什么时候写的？"},
	} {
		var docs []dedup.Document
		var sentences []string
		for i := range 12 {
			sentence := fmt.Sprintf(f.formula, []string{"Norlin", "Quintan", "Ostrava", "Birk"}[i%4], 113+37*i, 2040+411*i)
			sentences = append(sentences, sentence)
			docs = append(docs, dedup.Document{ID: fmt.Sprint("d", i), Text: fmt.Sprintf(f.filler, i, 50+i) + f.blank + sentence + f.blank + fmt.Sprintf(f.filler, 70+i, 500+i)})
		}
		m := withStories(t, docs...)
		found, err := detect.FindQuotations(m, &detect.DefaultScheme, &dedup.Document{ID: "q", Text: fmt.Sprintf(f.letter, sentences[5])}, dedup.Quotations)
		if err != nil || len(found) == 0 || found[0].Info.ID != "d5" {
			t.Errorf("%q: found %d documents, %v; want d5 first", sentences[5], len(found), err)
		}
	}
}
