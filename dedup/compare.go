package dedup

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// Difference judges all links of a settled corpus again, carves all stories, and says the
// first difference from what is kept, or "" if there is none. Nothing is changed, and
// nothing is aligned again.
func Difference(c Updatable, s *Scheme, progress Progress) (string, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	if basis, err := c.State(Basis); err != nil || len(basis) == 0 {
		return "", err
	}
	k := &comparing{Updatable: c}
	st := &settling{corpus: k, scheme: s, progress: progress, inMemoryUnits: batchUnits, inMemoryHits: heldHits, incremental: true, whole: true}
	err := st.settle()
	if errors.Is(err, errDifferent) {
		return k.difference, nil
	}
	return "", err
}

var errDifferent = errors.New("what is kept is not what is found")

// comparing is a corpus that compares what would be kept with what is.
type comparing struct {
	Updatable
	difference string
}

// State hides what was carved, so that all stories are carved again.
func (k *comparing) State(name string) ([]byte, error) {
	if name == Carved {
		return nil, nil
	}
	return k.Updatable.State(name)
}

// AddLinks keeps nothing.
func (k *comparing) AddLinks(links []Link, _ []byte) error {
	if len(links) > 0 {
		return k.differ("%d links are missing", len(links))
	}
	return nil
}

func (k *comparing) differ(format string, args ...any) error {
	k.difference = fmt.Sprintf(format, args...)
	return errDifferent
}

// Update compares.
func (k *comparing) Update(s *Settlement) error {
	if err := k.judgements(s); err != nil {
		return err
	}
	n := 0
	err := k.EachStory(func(kept *Story) error {
		switch {
		case n == len(s.Stories):
			return k.differ("story %s is kept, and is none", kept.ID)
		case !reflect.DeepEqual(kept, &s.Stories[n]):
			return k.differ("story %d is kept as %s with %d members, and is %s with %d members, or others", n+1,
				kept.ID, len(kept.Members), s.Stories[n].ID, len(s.Stories[n].Members))
		}
		n++
		return nil
	})
	if err == nil && n < len(s.Stories) {
		err = k.differ("story %s is missing", s.Stories[n].ID)
	}
	if err != nil {
		return err
	}
	for _, v := range []struct {
		name string
		want []byte
	}{{Carved, s.Carved}, {Aside, s.Aside}, {Basis, s.Basis}} {
		kept, err := k.Updatable.State(v.name)
		if err != nil {
			return err
		}
		if !bytes.Equal(kept, v.want) {
			return k.differ("the value %q is not what is found", v.name)
		}
	}
	return nil
}

// judgements compares what is found of each document. A link that no longer counts is kept
// until one of its documents goes.
func (k *comparing) judgements(s *Settlement) error {
	counting := func(j *Judgement) []byte {
		if j == nil || !j.evident() {
			return nil
		}
		only := *j
		only.Links = slices.DeleteFunc(slices.Clone(j.Links), func(l JudgedLink) bool { return !l.Evident })
		return AppendJudgement(nil, &only)
	}
	for n, found := range s.Judgements {
		kept, err := k.Judgement(n)
		if err != nil {
			return err
		}
		if !bytes.Equal(counting(kept), counting(found)) {
			return k.differ("of document %d, what is kept of its links and stories is not what is found", n)
		}
	}
	return nil
}
