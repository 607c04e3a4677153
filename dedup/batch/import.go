package batch

import (
	"bufio"
	"encoding/json"
	"io"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/detect"
)

// Link is a link as the stages keep it: of two documents by their numbers, which ascend with
// ids, with what of each is boilerplate.
type Link struct {
	A, B    uint32
	Chains  []cluster.Chain
	Grams   [2]int32
	Learned [2]cluster.Set
}

// Found are the calls for what Read finds.
type Found struct {
	Document func(d *dedup.Document) error
	Story    func(s *Story) error // several may have one id: see detect.Distinguish
	Link     func(l *Link) error
}

// Read reads lines of steps, in any order, and passes over those that it has no call for.
func Read(in io.Reader, s *detect.Scheme, found Found) error {
	r := &reader{in: bufio.NewReaderSize(in, 1<<20), stamp: stampOf(s), kinds: everyKind}
	for r.any() {
		if err := r.pass(&found); err != nil {
			return err
		}
	}
	return r.err
}

// pass calls what is to be called for the line.
func (r *reader) pass(found *Found) error {
	switch {
	case r.kind == document && found.Document != nil:
		d := new(dedup.Document)
		if err := json.Unmarshal(r.raw, d); err != nil {
			return r.lineError("its document is no JSON")
		}
		return found.Document(d)
	case r.kind == story && found.Story != nil:
		s := new(Story)
		if err := json.Unmarshal(r.raw, s); err != nil || len(s.Members) == 0 {
			return r.lineError("its story is no JSON, or has no members")
		}
		return found.Story(s)
	case r.kind == link && found.Link != nil:
		var l pairLink
		v := r.values()
		l.read(v)
		r.end(v)
		out := &Link{A: r.keyNumber(0), B: r.orderNumber(0), Chains: l.chains}
		if r.err != nil {
			return r.err
		}
		for i := range l.docs {
			out.Grams[i], out.Learned[i] = l.docs[i].Gram, l.docs[i].Learned
		}
		return found.Link(out)
	}
	return nil
}
