package main

import (
	"encoding/binary"
	"time"

	"github.com/zeebo/xxh3"

	"repost/dedup"
)

// Whether any member of a story differs in substance from its base is known only once they
// were compared, which takes about a millisecond a pair: minutes for a large corpus. It is
// looked at in the background once a list asks for it, for half of the time of one processor,
// and kept while the server runs, by the members: a story that changes is looked at again.

// mostWeighed bounds the members of a story that are compared; the first that differs is
// enough.
const mostWeighed = 20

// membersHash names the members of a story.
func membersHash(s *dedup.Story) uint64 {
	b := make([]byte, 0, 4*len(s.Members))
	for i := range s.Members {
		b = binary.LittleEndian.AppendUint32(b, s.Members[i].Doc)
	}
	return xxh3.Hash(b)
}

// substantive reports whether a member of a story differs in substance, if that is known.
func (l *library) substantive(x *storyEntry) (has, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	has, known = l.known[x.members]
	return has, known
}

// compareInBackground begins to look at the stories of a catalogue that are not known, unless that is
// under way.
func (l *library) compareInBackground(k *catalogue) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.comparing || l.ctx.Err() != nil {
		return
	}
	l.comparing = true
	l.background.Go(func() {
		defer func() {
			l.mu.Lock()
			l.comparing = false
			l.mu.Unlock()
		}()
		for _, i := range k.orders["size"] {
			x := &k.stories[i]
			if _, known := l.substantive(x); known {
				continue
			}
			began := time.Now()
			has, err := l.differs(x.ID)
			if err != nil {
				has = false // it went since the list was made
			}
			l.mu.Lock()
			l.known[x.members] = has
			l.mu.Unlock()
			select {
			case <-l.ctx.Done():
				return
			case <-time.After(min(time.Since(began), time.Second)):
			}
		}
	})
}

// differs reports whether a member of a story differs in substance from the base.
func (l *library) differs(id string) (bool, error) {
	s, ok, err := l.corpus.Story(id)
	if err != nil || !ok {
		return false, err
	}
	s.Members = s.Members[:min(len(s.Members), mostWeighed)]
	differences, err := newPresenter(l.corpus).differences(&s)
	for _, d := range differences {
		if d.Summary.Substantive > 0 {
			return true, nil
		}
	}
	return false, err
}
