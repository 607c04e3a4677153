package detect

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"repost/dedup"
)

// Difference judges all links of a corpus that is up to date again, makes all stories, and says the
// first difference from what is kept, or "" if there is none. Nothing is changed, and
// nothing is aligned again.
func Difference(c Updatable, s *Scheme, progress dedup.Progress) (string, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	switch basis, err := c.State(StateBasis); {
	case err != nil || len(basis) == 0:
		return "", err
	case !SameJudging(basis):
		return "what is kept was found by another version of the program", nil
	}
	k := &comparing{Updatable: c}
	st := &detector{corpus: k, scheme: s, progress: progress, inMemoryUnits: batchUnits, inMemoryHits: heldHits, incremental: true, whole: true}
	err := st.run()
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

// State hides that stories may be taken over, so that all are made again.
func (k *comparing) State(name string) ([]byte, error) {
	if name == StateExpanded {
		return nil, nil
	}
	return k.Updatable.State(name)
}

// AddLinks keeps nothing.
func (k *comparing) AddLinks(links []dedup.Link, _ []byte) error {
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
func (k *comparing) Update(s *Outcome) error {
	if err := k.judgements(s); err != nil {
		return err
	}
	n := 0
	err := k.EachStory(func(kept *KeptStory) error {
		if n == len(s.Stories) {
			return k.differ("story %s is kept, and is none", kept.ID)
		}
		is := &s.Stories[n]
		if kept.Inputs != 0 && kept.Inputs != is.Inputs || !bytes.Equal(kept.Order, is.Order) || !reflect.DeepEqual(kept.Story, is.Story) {
			return k.differ("story %d is kept as %s with %d members, and is %s with %d members, or others", n+1,
				kept.ID, len(kept.Members), is.ID, len(is.Members))
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
	known := 0
	err = k.EachLearned(func(key uint64, e [2]int32) error {
		if known++; s.Learned[key] != e {
			return k.differ("fingerprint %x is kept as boilerplate, and is not, or elsewhere", key)
		}
		return nil
	})
	if err == nil && known < len(s.Learned) {
		err = k.differ("%d fingerprints are kept as boilerplate, and %d are", known, len(s.Learned))
	}
	return err
}

// judgements compares what is found of each document. A link that no longer counts is kept
// until one of its documents goes.
func (k *comparing) judgements(s *Outcome) error {
	counting := func(j *Judgement) []byte {
		if j == nil || !j.evident() {
			return nil
		}
		only := *j
		only.Links = slices.DeleteFunc(slices.Clone(j.Links), func(l JudgedLink) bool { return !l.Evident })
		for i := range only.Links {
			only.Links[i].Weak = 0 // see weak.go
		}
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
