package store

import "repost/dedup/detect"

// Stats is what a corpus holds and what that takes.
type Stats struct {
	Documents    int    // without retired ones
	Retired      int    // replaced or removed, still there
	TextBytes    uint64 // of all texts, retired ones included, as they were
	Links        uint64
	Stories      int
	Fingerprints uint64
	Bands        uint64
	Parts        []Part // bytes by part, in a fixed order; all together they are the file
	FileBytes    int64
	Caps         detect.Caps // bounds of the work that all updates met since the links were made
}

// Part is the bytes of one part of a corpus: whole pages, those of the B+tree
// included. The part "tree" is what bbolt needs besides: the heads, the list of free
// pages and that of buckets; "free" is what further commits use before the file grows.
type Part struct {
	Name  string
	Bytes int64
}

// Stats measures the corpus. It visits the head of every page: 20 ms for 100,000
// documents in memory.
func (c *Corpus) Stats() (Stats, error) {
	var s Stats
	err := c.read(func(tx *txn, v *view) error {
		s = Stats{
			Documents: int(v.Documents - v.state.Retired), Retired: int(v.state.Retired), TextBytes: v.TextBytes,
			Links: v.Links, Stories: int(v.Stories), Fingerprints: v.Indexes[fingerprintIndex].postings(), Bands: v.Indexes[bandIndex].postings(),
		}
		caps, err := valueAt(tx, detect.StateCaps)
		if err == nil {
			s.Caps, err = detect.ReadCaps(caps)
		}
		if err != nil {
			return err
		}
		info, err := c.file.Stat()
		if err != nil {
			return err
		}
		s.FileBytes = info.Size()
		if err := s.measure(c, tx); err != nil {
			return err
		}
		return s.rest(c)
	})
	return s, err
}

// measure adds up the pages of each part.
func (s *Stats) measure(c *Corpus, tx *txn) error {
	parts := []struct {
		name    string
		buckets []string
	}{
		{"text", []string{bucketText}},
		{"reposts", []string{bucketReposts}},
		{"meta", []string{bucketMeta, bucketRetired, bucketCopied}},
		{"ids", []string{ids.String(), bucketIDFilters}},
		{"prints", []string{fingerprintIndex.String(), bucketFingerprintFilters}},
		{"bands", []string{bandIndex.String(), bucketBandFilters}},
		{"contents", []string{contentIndex.String(), bucketContentFilters}},
		{"links", []string{bucketLinks}},
		{"stories", []string{bucketStories, bucketStoryOf, bucketStoryID, bucketChanges}},
		{"values", []string{bucketValues, bucketCorpus}},
	}
	for _, p := range parts {
		part := Part{Name: p.name}
		for _, name := range p.buckets {
			if later(name) && !tx.has(name) {
				continue
			}
			b, err := bucketOf(tx, name)
			if err != nil {
				return err
			}
			part.Bytes += int64(len(b.tree.small)) // which is inside of another's page
			b.tree.pages(func(p page) {
				part.Bytes += int64(len(p))
				c.passed(tx, faultAround/4)
			})
		}
		s.Parts = append(s.Parts, part)
	}
	return nil
}

// rest counts the pages that are free, and those that are not.
func (s *Stats) rest(c *Corpus) (err error) {
	head := c.head
	if c.tx == nil {
		// A commit between the look at the tree and that at the list may move pages.
		if head, err = readHead(c.file); err != nil {
			return err
		}
	}
	used := int64(0)
	for _, p := range s.Parts {
		used += p.Bytes
	}
	free, err := freeBytes(c.file, head, s.FileBytes)
	free = min(free, s.FileBytes-used)
	s.Parts = append(s.Parts, Part{"tree", s.FileBytes - used - free}, Part{"free", free})
	return err
}
