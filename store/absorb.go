package store

// Single documents leave no trail of small segments. A batch takes the newest segments into
// its own as long as they are no larger than what it has by then, up to absorbMost postings: a
// binary counter, so that of documents that come one by one each posting is written again
// some ten times, in the transactions of others, and never by a merge of its own. An index has
// at most one segment of each size below that. A merge under way keeps its segments.

// absorbMost bounds a segment that absorbs others: 65,536 fingerprints are 350 KB, read, sorted and
// written in 10 ms.
const absorbMost = 1 << 16

// absorbs returns how many segments stay when one of the given number of postings is added to
// them.
func absorbs(segments []segment, postings uint64) int {
	i := len(segments)
	for ; i > 0; i-- {
		n := segments[i-1].Postings
		if n > postings || postings+n > absorbMost {
			break
		}
		postings += n
	}
	return i
}

// absorbed takes small segments out of an index and returns their postings, in order of
// arrival.
func (a *addition) absorbed(ln indexID) (old []entry, err error) {
	s := &a.next.Indexes[ln]
	postings := uint64(count(a.fresh, ln))
	if postings == 0 || !a.absorbs || a.c.opt.unabsorbed {
		return nil, nil
	}
	from := 0
	if s.Merge != nil {
		from = s.Merge.From + s.Merge.N
	}
	from += absorbs(s.Segments[from:], postings)
	taken := s.Segments[from:]
	if len(taken) == 0 {
		return nil, nil
	}
	b, err := bucketOf(a.tx, ln.String())
	if err != nil {
		return nil, err
	}
	for _, seg := range taken {
		if old, err = readSegment(b, ln, seg, old); err != nil {
			return nil, err
		}
		s.Dead = append(s.Dead, seg.ID)
	}
	s.Segments = s.Segments[:from]
	return old, nil
}

// readSegment appends all postings of a segment.
func readSegment(b *bucket, ln indexID, seg segment, dst []entry) ([]entry, error) {
	c := newSegmentCursor(b, ln.String(), seg)
	more, err := c.begin(0)
	dst = append(dst, c.entries...)
	for more && err == nil {
		dst, more, err = c.follow(dst)
	}
	return dst, err
}
