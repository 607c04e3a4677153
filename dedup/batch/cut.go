package batch

import (
	"encoding/json"
	"io"
	"maps"
	"os"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
	"repost/shingle"
)

// The stages that write documents in another form than they came in: without passages that a
// document before them has, without boilerplate, or with what is known of them.

// passages decides on all documents together, since a passage stays in the first of all
// documents that have it, in whatever story. It holds what Survivors does of one machine, some
// hundred bytes for a document in a story, all links, and 30 bytes for each place where a passage
// may be repeated; texts are in a temporary file.
func (w *worker) passages() (err error) {
	texts := &heldTexts{}
	defer func() {
		if e := texts.close(); err == nil {
			err = e
		}
	}()
	c := newKept()
	docs := map[uint32]*dedup.Document{}
	for w.any() && w.ctx.Err() == nil {
		switch w.kind {
		case document:
			d := w.document()
			if e := texts.hold(w.keyNumber(0), d.Text); e != nil {
				w.fail("%v", e)
			}
			d.Text = ""
			docs[w.keyNumber(0)] = &d
		case text: // of no copies and in no link, it is known by this alone
			v := w.values()
			if n := w.keyNumber(0); c.known[n].Units == 0 {
				c.known[n] = dedup.Sketch{Units: v.Uint32(), Content: dedup.Content{Hi: uint64(n)}}
			}
		default:
			c.add(w)
		}
	}
	if w.err != nil || len(docs) == 0 {
		return w.err
	}
	numbers := slices.Sorted(maps.Keys(docs))
	for _, n := range numbers {
		texts.docs = append(texts.docs, *docs[n])
	}
	texts.numbers = numbers
	w.decide(c, numbers, texts, detect.NewSharer(detect.NewTextCache(w.scheme)))
	return w.err
}

// heldTexts are the documents that are decided on: with their texts, or with these in a file.
type heldTexts struct {
	*detect.Memory
	docs    []dedup.Document
	numbers []uint32 // ascending; of texts in the file
	file    *os.File
	size    int64
	at      map[uint32]shingle.Span // bytes of the file
}

// hold puts the text of a document into the file.
func (h *heldTexts) hold(n uint32, text string) (err error) {
	if h.file == nil {
		if h.file, err = os.CreateTemp("", "repost-texts-*"); err != nil {
			return err
		}
		h.at = map[uint32]shingle.Span{}
	}
	h.at[n] = shingle.Span{Lo: int(h.size), Hi: int(h.size) + len(text)}
	h.size += int64(len(text))
	_, err = io.WriteString(h.file, text)
	return err
}

func (h *heldTexts) close() error {
	if h.file == nil {
		return nil
	}
	err := h.file.Close()
	if e := os.Remove(h.file.Name()); err == nil {
		err = e
	}
	return err
}

// text returns the text of document i.
func (h *heldTexts) text(i uint32) (string, error) {
	if h.file == nil {
		return h.docs[i].Text, nil
	}
	s := h.at[h.numbers[i]]
	b := make([]byte, s.Hi-s.Lo)
	_, err := h.file.ReadAt(b, int64(s.Lo))
	return string(b), err
}

// Texts implements detect.Corpus.
func (h *heldTexts) Texts(ns []uint32, fn func(uint32, string) error) error {
	for _, n := range ns {
		text, err := h.text(n)
		if err == nil {
			err = fn(n, text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Delivered is a document as it is written.
type Delivered struct {
	dedup.Document
	Note *Note `json:"repost,omitempty"`
}

// Note is what Options.Annotate adds to a document: see repost dedup --annotate.
type Note struct {
	Kept bool `json:"kept"`
	Decision
}

// cut writes each document without what is cut of it, and which ones are dropped: also those of
// which nothing is left.
func (w *worker) cut() error {
	for w.group() && w.ctx.Err() == nil {
		var doc dedup.Document
		var repeated []shingle.Span
		var learned cluster.Set
		d := newDropped(&detect.Fate{})
		kept := true
		for w.next() {
			switch w.kind {
			case document:
				doc = w.document()
			case noted, dropped:
				kept = w.kind == noted
				if json.Unmarshal(w.raw, d) != nil {
					w.fail("it is no JSON")
				}
			case cutOf:
				v := w.values()
				repeated = make([]shingle.Span, v.Count())
				for i := range repeated {
					repeated[i] = shingle.Span{Lo: int(v.Uint32()), Hi: int(v.Uint32())}
				}
				learned = v.set()
				w.end(v)
			}
		}
		if w.err == nil {
			w.deliver(&doc, d, kept, repeated, learned)
		}
	}
	return w.err
}

// deliver writes a document.
func (w *worker) deliver(doc *dedup.Document, d *Dropped, kept bool, repeated []shingle.Span, learned cluster.Set) {
	if kept && (w.options.Mask || len(repeated) > 0) {
		text := w.scheme.Cut(doc.Text, repeated, learned, w.options.Mask)
		if kept = text == doc.Text || !detect.IsEmpty(text); kept {
			doc.Text = text
		} else {
			d.Rule = detect.NothingLeft
		}
	}
	out := Delivered{Document: *doc}
	if w.options.Annotate {
		out.Note = &Note{kept, d.Decision}
	}
	w.put(w.groupKey, delivered, nil, nil, jsonOf(&out))
	if !kept {
		d.ID, d.Source, d.Date, d.Title = doc.ID, doc.Source, doc.Date, doc.Title
		w.put(w.groupKey, dropped, nil, nil, jsonOf(d))
	}
}
