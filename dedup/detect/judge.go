package detect

import (
	"repost/dedup"
	"repost/dedup/cluster"
)

// judge weighs all links under the statistics of the corpus as it is now, and
// makes stories of them.
func (st *detector) judge() error {
	v, j, err := st.judgeLinks()
	if err != nil {
		return err
	}
	st.work.Documents, st.work.Judged = st.represents.count(), cluster.Passes*v.links.Len()
	st.lap(&st.work.Seconds.Judging)
	stories, err := v.stories(j.Stories())
	if err != nil {
		return err
	}
	st.lap(&st.work.Seconds.Expanding)
	return v.keep(stories)
}

// thresholds returns the judge's thresholds: the default ones, if no others are
// tried.
func (st *detector) thresholds() cluster.Thresholds {
	if st.tried != nil {
		return *st.tried
	}
	return cluster.Default
}

// Stories judges the links of a corpus that is up to date again with other thresholds and
// returns the stories that come out, changing nothing.
func Stories(c Corpus, s *Scheme, t cluster.Thresholds) ([]dedup.Story, error) {
	st := &detector{corpus: c, scheme: s, progress: func(string, int, int) {}, tried: &t}
	if err := st.load(); err != nil {
		return nil, err
	}
	v, j, err := st.judgeLinks()
	if err != nil {
		return nil, err
	}
	kept, err := v.stories(j.Stories())
	stories := make([]dedup.Story, len(kept))
	for i := range kept {
		stories[i] = kept[i].Story
	}
	return stories, err
}
